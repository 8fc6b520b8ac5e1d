"""Orders, receipts and invoices in another currency: every figure exact, and the rate's part apart from the price's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.books.commands import ReverseEntry
from core.books.queries import balance
from core.books.rates import ExchangeRate, SetExchangeRate, known_rate
from core.cases import Code
from core.masterdata.commands import AddSupplier
from core.payables.commands import (
    AcceptedLine,
    BilledLine,
    ClaimReason,
    IssueDebitNote,
    OpenClaim,
    PostCreditNote,
    PostInvoice,
    RegisterInvoice,
)
from core.payables.match import match
from core.payables.subledger import owed
from core.payables.tables import ForeignPosting
from core.purchasing.commands import AmendPrice, NewOrderLine, PlaceOrder
from core.receiving.commands import AddToReceipt, ReturnToSupplier
from core.refusals import Refusal
from core.stock.queries import unit_cost
from tests.builders import BOLT, HP, NEED_BY, PDX, D, broken, case_of, company, do, findings, order, receipt, refused
from tests.builders import posted as entries
from tests.core.abroad import EURO_SUPPLIER, TODAY, bill, company_abroad, euro_order, pay, rate


@pytest.fixture
def abroad(session: Session) -> Session:
    """The company that also buys in euro."""
    company_abroad(session)
    return session


def posted(session: Session, document: str) -> list[dict[str, Decimal]]:
    """The entries of a document, each by account."""
    return [dict(sides) for sides in entries(session, document)]


def test_a_day_without_a_rate_has_the_last_known_before_it(abroad: Session) -> None:
    rate(abroad, "1.20")

    found = {day: known_rate(abroad, HP, "EUR", day) for day in (date(2026, 11, 19), TODAY, date(2026, 12, 24))}

    assert [row.rate for row in found.values() if row] == [D("1.10"), D("1.20"), D("1.20")]
    assert known_rate(abroad, HP, "EUR", date(2026, 11, 15)) is None
    assert known_rate(abroad, HP, "CHF", TODAY) is None


def test_a_corrected_rate_is_another_row_and_the_last_one_counts(abroad: Session) -> None:
    rate(abroad, "1.20")
    rate(abroad, "1.21", source="ECB, corrected")

    row = known_rate(abroad, HP, "EUR", TODAY)

    assert row is not None
    assert (row.rate, row.source, row.set_by) == (D("1.21"), "ECB, corrected", "priya")
    assert len(abroad.scalars(select(ExchangeRate)).all()) == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rate": D(0)}, Refusal.AMOUNT_NOT_POSITIVE),
        ({"rate": D("1.1234567890123")}, Refusal.PRECISION),
        ({"rate": D("1e12")}, Refusal.PRECISION),
        ({"currency": "USD"}, Refusal.NOTHING_TO_DO),
        ({"currency": "euro"}, Refusal.COMMAND_MALFORMED),
        ({"day": date(2030, 1, 1)}, Refusal.COMMAND_MALFORMED),
        ({"source": " "}, Refusal.REASON_REQUIRED),
        ({"rate": D("1.10"), "day": date(2026, 11, 16)}, Refusal.NOTHING_TO_DO),
    ],
)
def test_what_is_no_rate_is_refused(abroad: Session, change: dict[str, Any], why: Refusal) -> None:
    said = {"currency": "EUR", "rate": D("1.15"), "source": "ECB", "day": TODAY, **change}
    assert refused(abroad, SetExchangeRate(entity=HP, **said)).code is why


def test_an_order_needs_a_rate_that_somebody_gave(session: Session) -> None:
    company(session)
    do(session, AddSupplier(entity=HP, number=EURO_SUPPLIER, name="Tenaro Utensili Srl", currency="EUR"))
    line = NewOrderLine(item=BOLT, quantity=D(1), price=D(1), need_by=NEED_BY)
    wanted = PlaceOrder(entity=HP, supplier=EURO_SUPPLIER, site=PDX, placed_by="priya", lines=(line,))

    refusal = refused(session, wanted)

    assert refusal.code is Refusal.RATE_UNKNOWN
    assert "set its exchange rate first" in refusal.detail


def test_pieces_are_worth_what_the_day_they_came_says(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    rate(abroad, "1.20")

    came = receipt(abroad, placed, "4")
    late = receipt(abroad, placed, "6", happened_at=datetime(2026, 11, 17, 9, tzinfo=UTC))

    assert posted(abroad, came) == [{"1400": D(144), "2150": D(-144)}]
    assert posted(abroad, late) == [{"1400": D(198), "2150": D(-198)}]
    assert broken(abroad) == []


def test_a_rate_agreed_on_the_order_holds_for_its_receipts_and_bills(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"), rate=D("1.05"))
    came = receipt(abroad, placed, "10")
    invoice = bill(abroad, placed, ("10", "30"))
    pay(abroad, invoice, ("10", "30"))

    assert posted(abroad, came) == [{"1400": D(315), "2150": D(-315)}]
    assert posted(abroad, invoice) == [{"2100": D(-315), "2150": D(315)}]
    assert broken(abroad) == []


def test_a_rate_that_comes_later_moves_nothing_that_stands(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    came = receipt(abroad, placed, "5")
    rate(abroad, "9.99", date(2026, 11, 16), source="a slip of the hand")

    do(abroad, AddToReceipt(entity=HP, receipt=came, line=1, quantity=D(1), received_by="lena"))

    assert posted(abroad, came) == [{"1400": D(165), "2150": D(-165)}, {"1400": D(33), "2150": D(-33)}]
    assert unit_cost(abroad, HP, BOLT) == 33


def test_a_price_rise_shows_whatever_the_rate_did(abroad: Session) -> None:
    """The euro fell by a tenth and the price rose by a tenth: the bill is about the same in dollars, and both show."""
    placed = euro_order(abroad, ("100", "10"))
    receipt(abroad, placed, "100", rate=D("1.10"))
    invoice = bill(abroad, placed, ("100", "11"))

    line = match(abroad, HP, invoice).lines[0]
    pay(abroad, invoice, ("100", "11"), rate=D("1.00"))

    assert (line.order_price, line.billed_price, line.over_for_price, line.price_over_pct) == (
        D(10),
        D(11),
        D(100),
        D(10),
    )
    assert posted(abroad, invoice) == [
        {"2100": D(-1100), "2150": D(1000), "5320": D(100)},
        {"2150": D(100), "5350": D(-100)},
    ]
    assert (balance(abroad, HP, "2150"), owed(abroad, HP, EURO_SUPPLIER)) == (D(0), D(1100))
    row = abroad.get_one(ForeignPosting, (HP, invoice))
    assert (row.total, row.booked, row.price_difference, row.exchange_difference) == (D(1100), D(1100), D(100), D(100))
    assert broken(abroad) == []


def test_goods_received_comes_back_to_zero_through_odd_rates_and_parts(abroad: Session) -> None:
    placed = euro_order(abroad, ("7", "3.333333"), ("11", "0.07"))
    receipt(abroad, placed, "3", "5", rate=D("1.137371"))
    receipt(abroad, placed, "4", "6", rate=D("0.918273645566"))
    for place, (first, second) in enumerate([("2", "7"), ("4", "3"), ("1", "1")]):
        invoice = bill(abroad, placed, (first, "3.333333"), (second, "0.07"), their_number=f"FT-{place}")
        pay(abroad, invoice, (first, "3.333333"), (second, "0.07"), rate=D(f"1.0{place}7"))

    assert balance(abroad, HP, "2150") == 0
    assert balance(abroad, HP, "5320") == 0, "no price differed: nothing of the rate is price variance"
    assert broken(abroad) == []


def test_the_exchange_difference_is_reversed_with_its_bill_and_not_by_itself(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10", rate=D("1.25"))
    invoice = bill(abroad, placed, ("10", "31"))
    entry = str(pay(abroad, invoice, ("10", "31"), rate=D("1.20"))["entry"])
    apart = abroad.get_one(ForeignPosting, (HP, invoice)).exchange_entry
    assert apart is not None

    refusal = refused(abroad, ReverseEntry(entity=HP, entry=apart, reason="by itself"))
    do(abroad, ReverseEntry(entity=HP, entry=entry, reason="wrong supplier"))

    assert refusal.code is Refusal.NO_SUCH_MOVE
    assert {code: balance(abroad, HP, code) for code in ("2100", "2150", "5320", "5350")} == {
        "2100": 0,
        "2150": D(-375),
        "5320": 0,
        "5350": 0,
    }
    assert abroad.get(ForeignPosting, (HP, invoice)) is None
    pay(abroad, invoice, ("10", "31"), rate=D("1.30"))
    assert (balance(abroad, HP, "2150"), balance(abroad, HP, "5350")) == (D(0), D(15))
    assert broken(abroad) == []


def test_unbilled_pieces_go_back_at_the_rate_they_came_at(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    came = receipt(abroad, placed, "8+2", rate=D("1.234567"))
    do(abroad, ReturnToSupplier(entity=HP, receipt=came, line=1, quantity=D(2), status="damaged"))
    invoice = bill(abroad, placed, ("8", "30"))
    pay(abroad, invoice, ("8", "30"), rate=D("1.2"))

    assert balance(abroad, HP, "2150") == 0
    assert broken(abroad) == []


def test_an_invoice_in_another_currency_than_its_order_stays_a_conflict(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10")
    invoice = bill(abroad, placed, ("10", "30"), currency="USD")

    accepted = (AcceptedLine(line=1, quantity=D(10), price=D(30)),)

    assert Code.FACT_CONFLICT in findings(abroad)
    assert refused(abroad, PostInvoice(entity=HP, invoice=invoice, lines=accepted)).code is Refusal.CURRENCY_DIFFERS


def test_an_invoice_of_a_euro_order_in_euro_is_no_conflict(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10")
    bill(abroad, placed, ("10", "30"))

    assert findings(abroad) == {}


def test_what_is_at_stake_is_said_in_the_books_currency(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10")
    invoice = bill(abroad, placed, ("10", "32"))

    assert findings(abroad) == {Code.INVOICE_PRICE_VARIANCE: ["Price up 6.7%"]}
    assert case_of(abroad, f"invoice:{invoice}").stake == D("22.00")


def test_goods_paid_before_they_came_keep_price_and_rate_apart(abroad: Session) -> None:
    ahead = AddSupplier(entity=HP, number="S-3003", name="Ahead SpA", currency="EUR", prepayment=True)
    do(abroad, ahead)
    placed = euro_order(abroad, ("10", "30"), supplier="S-3003")
    invoice = _prepaid_bill(abroad, placed)
    pay(abroad, invoice, ("10", "30"), rate=D("1.10"))
    do(abroad, AmendPrice(entity=HP, order=placed, line=1, price=D(31)))

    receipt(abroad, placed, "4", rate=D("1.20"))
    receipt(abroad, placed, "6", rate=D("1.05"))

    assert {code: balance(abroad, HP, code) for code in ("1410", "2150", "2100")} == {
        "1410": 0,
        "2150": 0,
        "2100": -330,
    }
    assert balance(abroad, HP, "5320") == D("-11.00"), "ten pieces at a euro less than the order says now, at 1.10"
    assert balance(abroad, HP, "1400") + balance(abroad, HP, "5320") + balance(abroad, HP, "5350") == 330
    assert broken(abroad) == []


def _prepaid_bill(session: Session, placed: str) -> str:
    line = BilledLine(item=BOLT, order_line=1, quantity=D(10), price=D(30), amount=D(300))
    invoice = RegisterInvoice(
        entity=HP, supplier="S-3003", their_number="P-1", currency="EUR", total=D(300), order=placed, lines=(line,)
    )
    return str(do(session, invoice).result["invoice"])


def test_a_credit_note_takes_back_at_the_rate_its_invoice_was_booked_at(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10", rate=D("1.10"))
    invoice = bill(abroad, placed, ("10", "33"))
    pay(abroad, invoice, ("10", "33"), rate=D("1.111"))
    rate(abroad, "1.30")

    note = bill(abroad, placed, ("10", "3"), kind="credit_note", corrects="FT-77", their_number="GS-1")
    do(abroad, PostCreditNote(entity=HP, invoice=note, amount=D(30)))

    assert posted(abroad, note) == [{"2100": D("33.33"), "5320": D("-33.33")}]
    assert owed(abroad, HP, EURO_SUPPLIER) == D("366.63") - D("33.33")
    assert broken(abroad) == []


def test_a_claim_in_euro_is_booked_in_dollars(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10", rate=D("1.10"))
    invoice = bill(abroad, placed, ("10", "33"))
    pay(abroad, invoice, ("10", "33"), rate=D("1.20"))
    reasons = (
        ClaimReason(code="invoice_price_variance", says="3.00 above the order", amount=D("20.01")),
        ClaimReason(code="charge_unplanned", says="freight", amount=D("9.99")),
    )
    opened = OpenClaim(entity=HP, supplier=EURO_SUPPLIER, invoice=invoice, currency="EUR", reasons=reasons)
    claim = str(do(abroad, opened).result["claim"])

    note = do(abroad, IssueDebitNote(entity=HP, claim=claim)).result["debit_note"]

    assert posted(abroad, str(note)) == [{"2100": D(36), "5310": D("-11.99"), "5320": D("-24.01")}]
    assert broken(abroad) == []


def test_a_bill_is_booked_on_the_day_that_is_named_at_that_days_rate(abroad: Session) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "10", rate=D("1.10"))
    rate(abroad, "1.50")
    invoice = bill(abroad, placed, ("10", "30"))
    accepted = (AcceptedLine(line=1, quantity=D(10), price=D(30)),)
    to_come = PostInvoice(entity=HP, invoice=invoice, lines=accepted, day=TODAY + timedelta(days=1))

    assert refused(abroad, to_come).code is Refusal.COMMAND_MALFORMED
    pay(abroad, invoice, ("10", "30"), day=date(2026, 11, 18))

    assert owed(abroad, HP) == 330
    days = abroad.execute(text("select distinct day from journal_entry where document = :n"), {"n": invoice}).scalars()
    assert list(days) == [date(2026, 11, 18)]


def test_an_order_in_the_books_currency_has_no_rate(abroad: Session) -> None:
    placed = order(abroad, (BOLT, "10", "3"))
    at_a_rate = PlaceOrder(
        entity=HP,
        supplier="S-1001",
        site=PDX,
        placed_by="priya",
        rate=D("1.2"),
        lines=(NewOrderLine(item=BOLT, quantity=D(1), price=D(1), need_by=NEED_BY),),
    )
    assert refused(abroad, at_a_rate).code is Refusal.CURRENCY_DIFFERS
    receipt(abroad, placed, "10")
    assert broken(abroad) == []


@pytest.mark.parametrize("digits", ["0.000000000001", "123456789.123456789012"])
def test_the_smallest_and_the_largest_rate_are_kept_to_the_last_digit(abroad: Session, digits: str) -> None:
    rate(abroad, digits)
    abroad.expire_all()
    row = known_rate(abroad, HP, "EUR", TODAY)
    assert row is not None
    assert row.rate == Decimal(digits)
