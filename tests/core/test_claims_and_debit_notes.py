"""A claim is a memo; a note books what had been posted, and never what was withheld."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.commands import ReverseEntry
from core.command import Command
from core.doctor import examine
from core.payables.commands import (
    AcceptedLine,
    ClaimReason,
    IssueDebitNote,
    OpenClaim,
    PostCreditNote,
    PostInvoice,
    WithdrawClaim,
)
from core.payables.match import match
from core.payables.subledger import owed
from core.payables.tables import DebitNote, SupplierClaim, SupplierInvoice
from core.receiving.commands import ScrapDamaged
from core.refusals import Refusal, Refused
from tests.core.kestrel import (
    D,
    balance,
    bill,
    billed,
    company,
    do,
    journal,
    mock_story,
    open_cases,
    order,
    receive,
    standing,
)

NOT_RECEIVED = ClaimReason(code="invoice_quantity_variance", says="not received", amount=D("50.40"), line=1)
ABOVE_PRICE = ClaimReason(code="invoice_price_variance", says="above PO price", amount=D("75.00"), line=2)


@pytest.fixture(autouse=True)
def the_books_hold(session: Session) -> Iterator[None]:
    """After every test here the doctor finds nothing."""
    yield
    assert [checked.says for checked in examine(session) if not checked.holds] == []


def accept(line: int, quantity: str, price: str) -> AcceptedLine:
    return AcceptedLine(line=line, quantity=D(quantity), price=D(price))


def claim_on(session: Session, invoice: str | None, *reasons: ClaimReason, **more: Any) -> str:
    command = OpenClaim(entity="HP", supplier="KESTREL", invoice=invoice, reasons=reasons, **more)
    return str(do(session, command).result["claim"])


def posted_short(session: Session) -> str:
    _, _, invoice = mock_story(session)
    lines = (accept(1, "1080", "0.42"), accept(2, "2500", "0.38"), accept(3, "5000", "0.06"), accept(4, "1", "48.00"))
    do(session, PostInvoice(entity="HP", invoice=invoice, lines=lines))
    return invoice


def row(session: Session, number: str) -> SupplierClaim:
    session.expire_all()
    claim = session.get(SupplierClaim, ("HP", number))
    assert claim is not None
    return claim


def test_the_mocks_claim_is_a_memo_over_125_40(session: Session) -> None:
    invoice = posted_short(session)
    before = {account: balance(session, account) for account in ("2100", "2150", "5310", "5320")}

    done = do(session, OpenClaim(entity="HP", supplier="KESTREL", invoice=invoice, reasons=(NOT_RECEIVED, ABOVE_PRICE)))

    assert done.result["amount"] == "125.4"
    assert [(e.kind, e.what, e.change, e.unit) for e in done.effects] == [
        ("claim", "Claim on Kestrel Fasteners GmbH", D("125.40"), "USD")
    ]
    assert {account: balance(session, account) for account in before} == before
    assert [reason["amount"] for reason in row(session, done.result["claim"]).reasons] == ["50.40", "75.00"]


def test_a_debit_note_over_what_was_withheld_books_nothing(session: Session) -> None:
    claim = claim_on(session, posted_short(session), NOT_RECEIVED, ABOVE_PRICE)

    note = do(session, IssueDebitNote(entity="HP", claim=claim)).result

    assert (note["booked"], note["entry"]) == ("0", None)
    assert owed(session, "HP") == D("1751.60")
    assert (row(session, claim).state, row(session, claim).debit_note) == ("settled", note["debit_note"])


def test_a_debit_note_over_an_accepted_price_takes_it_back_from_the_variance(session: Session) -> None:
    _, _, invoice = mock_story(session)
    do(session, PostInvoice(entity="HP", invoice=invoice, lines=(accept(2, "2500", "0.41"),)))
    withheld = ClaimReason(code="invoice_quantity_variance", says="not posted", amount=D("852.00"))
    claim_on(session, invoice, withheld)
    claim = claim_on(session, invoice, ABOVE_PRICE)

    note = do(session, IssueDebitNote(entity="HP", claim=claim)).result

    assert journal(session, note["entry"]) == [("2100", D(75)), ("5320", D(-75))]
    assert owed(session, "HP") == D("950.00")
    assert session.scalars(select(DebitNote)).one().booked == D(75)


def test_damage_that_was_scrapped_is_claimed_back_before_any_bill(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90", damaged=("10",))
    do(session, ScrapDamaged(entity="HP", receipt=arrived, line=1, quantity=D(10)))
    reason = ClaimReason(code="damaged_receipt", says="10 pieces crushed", amount=D("10.00"), quantity=D(10))
    claim = claim_on(session, None, reason, receipt=arrived)

    note = do(session, IssueDebitNote(entity="HP", claim=claim)).result

    assert journal(session, note["entry"]) == [("2100", D(10)), ("5330", D(-10))]
    assert (balance(session, "5330"), owed(session, "HP")) == (0, D(-10))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed)
    do(session, PostInvoice(entity="HP", invoice=invoice, lines=(accept(1, "100", "1.00"),)))
    assert (owed(session, "HP"), balance(session, "2150")) == (D(90), 0)


def test_pieces_that_never_came_and_were_never_posted_are_not_booked(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90")
    claim = claim_on(session, None, ClaimReason(code="short_receipt", says="10 short", amount=D(10)), receipt=arrived)
    with pytest.raises(Refused) as refused:
        do(session, IssueDebitNote(entity="HP", claim=claim))
    assert refused.value.code is Refusal.NOTHING_TO_DO
    assert row(session, claim).state == "open"


def test_a_reversed_debit_note_opens_its_claim_again(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90", damaged=("10",))
    reason = ClaimReason(code="damaged_receipt", says="crushed", amount=D("10.00"))
    claim = claim_on(session, None, reason, receipt=arrived)
    note = do(session, IssueDebitNote(entity="HP", claim=claim)).result

    do(session, ReverseEntry(entity="HP", entry=note["entry"], reason="they repaired them"))

    assert (row(session, claim).state, owed(session, "HP"), balance(session, "2100")) == ("open", 0, 0)


def test_a_withdrawn_claim_is_over(session: Session) -> None:
    claim = claim_on(session, posted_short(session), NOT_RECEIVED)
    do(session, WithdrawClaim(entity="HP", claim=claim, reason="found in the truck"))
    assert (row(session, claim).state, row(session, claim).says) == ("withdrawn", "found in the truck")
    commands: tuple[Command, ...] = (
        IssueDebitNote(entity="HP", claim=claim),
        WithdrawClaim(entity="HP", claim=claim, reason="again"),
    )
    for command in commands:
        with pytest.raises(Refused) as refused:
            do(session, command)
        assert refused.value.code is Refusal.CLAIM_NOT_OPEN


def credit(session: Session, number: str, amount: str, **facts: Any) -> str:
    from core.payables.commands import BilledLine

    return bill(session, number, BilledLine(description="Credit", amount=D(amount)), kind="credit_note", **facts)


def test_a_credit_note_over_what_was_withheld_settles_the_claim_and_books_nothing(session: Session) -> None:
    claim = claim_on(session, posted_short(session), NOT_RECEIVED, ABOVE_PRICE)
    note = credit(session, "CN-1", "125.40", corrects="KF-88213")
    assert f"invoice:{note}" not in open_cases(session)
    assert match(session, "HP", note).claim == claim

    result = do(session, PostCreditNote(entity="HP", invoice=note, amount=D("125.40"), claim=claim)).result

    assert (result["booked"], result["entry"]) == ("0", None)
    assert owed(session, "HP") == D("1751.60")
    assert (row(session, claim).state, row(session, claim).credit_note) == ("settled", note)


def test_a_credit_note_that_confirms_a_debit_note_is_not_booked_twice(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90", damaged=("10",))
    reason = ClaimReason(code="damaged_receipt", says="crushed", amount=D("10.00"))
    claim = claim_on(session, None, reason, receipt=arrived)
    do(session, IssueDebitNote(entity="HP", claim=claim))

    result = do(
        session, PostCreditNote(entity="HP", invoice=credit(session, "CN-1", "10.00"), amount=D(10), claim=claim)
    ).result

    assert (result["booked"], owed(session, "HP")) == ("0", D(-10))
    again = PostCreditNote(entity="HP", invoice=credit(session, "CN-22", "10.00"), amount=D(10), claim=claim)
    with pytest.raises(Refused) as refused:
        do(session, again)
    assert refused.value.code is Refusal.CLAIM_NOT_OPEN


def test_a_credit_note_that_answers_no_claim_is_asked_about_and_books_in_our_favour(session: Session) -> None:
    company(session)
    note = credit(session, "CN-7", "30.00")
    (found,) = standing(session, f"invoice:{note}")["fact_conflict"]
    assert found.says == "CN-7 credits $30.00, and no open claim is over that"

    result = do(session, PostCreditNote(entity="HP", invoice=note, amount=D(30))).result

    assert journal(session, result["entry"]) == [("2100", D(30)), ("5320", D(-30))]
    assert owed(session, "HP", "KESTREL") == D(-30)
    assert open_cases(session) == {}


def test_a_reversed_credit_note_is_open_and_its_claim_too(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90", damaged=("10",))
    claim = claim_on(
        session, None, ClaimReason(code="damaged_receipt", says="crushed", amount=D("10.00")), receipt=arrived
    )
    note = credit(session, "CN-1", "10.00")
    entry = do(session, PostCreditNote(entity="HP", invoice=note, amount=D(10), claim=claim)).result["entry"]

    do(session, ReverseEntry(entity="HP", entry=entry, reason="wrong supplier"))

    assert (row(session, claim).state, row(session, claim).credit_note, owed(session, "HP")) == ("open", None, 0)
    assert session.get_one(SupplierInvoice, ("HP", note)).state == "registered"


def test_an_invoice_is_no_credit_note_and_the_other_way_round(session: Session) -> None:
    _, _, invoice = mock_story(session)
    note = credit(session, "CN-1", "10.00")
    commands: tuple[Command, ...] = (
        PostCreditNote(entity="HP", invoice=invoice, amount=D(1)),
        PostInvoice(entity="HP", invoice=note, lines=(accept(1, "1", "1"),)),
    )
    for command in commands:
        with pytest.raises(Refused) as refused:
            do(session, command)
        assert refused.value.code is Refusal.INVOICE_NOT_OPEN


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"supplier": "NOBODY"}, Refusal.SUPPLIER_UNKNOWN),
        ({"supplier": "BLUEGATE"}, Refusal.SUPPLIER_UNKNOWN),
        ({"invoice": "VI-99"}, Refusal.INVOICE_UNKNOWN),
        ({"receipt": "GR-99"}, Refusal.RECEIPT_UNKNOWN),
        ({"order": "PO-99"}, Refusal.ORDER_UNKNOWN),
        ({"reasons": ()}, Refusal.REASON_REQUIRED),
        ({"reasons": (ClaimReason(code="x", says="", amount=D(0)),)}, Refusal.AMOUNT_NOT_POSITIVE),
        ({"reasons": (ClaimReason(code="x", says="", amount=D("0.001")),)}, Refusal.PRECISION),
    ],
)
def test_opening_a_claim_refuses(session: Session, change: dict[str, Any], refusal: Refusal) -> None:
    _, _, invoice = mock_story(session)
    whole = {"entity": "HP", "supplier": "KESTREL", "invoice": invoice, "reasons": (NOT_RECEIVED,), **change}
    with pytest.raises(Refused) as refused:
        do(session, OpenClaim(**whole))
    assert refused.value.code is refusal
    assert list(session.scalars(select(SupplierClaim))) == []


@pytest.mark.parametrize(
    ("amount", "refusal"), [("10.01", Refusal.MORE_THAN_BILLED), ("0", Refusal.AMOUNT_NOT_POSITIVE)]
)
def test_a_credit_note_is_never_more_than_it_says(session: Session, amount: str, refusal: Refusal) -> None:
    company(session)
    note = credit(session, "CN-1", "10.00")
    with pytest.raises(Refused) as refused:
        do(session, PostCreditNote(entity="HP", invoice=note, amount=D(amount)))
    assert refused.value.code is refusal
