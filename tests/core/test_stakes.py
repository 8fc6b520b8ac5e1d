"""What is at stake, counted once and shown part by part; and charges that were agreed or are within a tolerance."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case
from core.deciding.commands import RecordProposals
from core.deciding.facts import set_judge
from core.deciding.proposals import Proposal
from core.masterdata.commands import AddSupplier
from core.payables.commands import RegisterInvoice
from core.payables.match import match
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.refusals import Refusal, Refused
from policies.verdict import Policies
from tests.core.kestrel import (
    NEED_BY,
    D,
    accept,
    bill,
    billed,
    company,
    do,
    freight,
    mock_story,
    open_cases,
    order,
    post,
    receive,
    standing,
)
from tests.policies.test_deciding import AGENT, short_pay


def codes(session: Session, invoice: str) -> list[str]:
    """The codes that stand on an invoice's case, sorted; none when nothing is wrong."""
    return sorted(standing(session, f"invoice:{invoice}"))


def with_freight(session: Session, amount: str, *, agreed: str | None = None) -> str:
    """A hundred bolts that came and are billed as ordered, with freight on top; `agreed` on the order."""
    line = NewOrderLine(item="KF-M8X40", quantity=D(100), price=D(1), need_by=NEED_BY)
    placed = do(
        session,
        PlaceOrder(
            entity="HP",
            supplier="KESTREL",
            site="PDX",
            placed_by="priya",
            lines=(line,),
            charges_agreed=None if agreed is None else D(agreed),
        ),
    ).result["order"]
    do(session, ApproveOrder(entity="HP", order=placed, approved_by="dana"))
    receive(session, placed, "100")
    return bill(session, f"F-{amount}-{agreed}", billed("KF-M8X40", "100", "1.00"), freight(amount), order=placed)


def test_the_mocks_stake_is_the_short_pieces_and_the_price_and_not_the_freight_that_a_rule_takes(session: Session):
    """125.40 = 120 × 0.42 + 2,500 × 0.03; the 48.00 of freight are within the $50 that the freight table allows."""
    set_judge(session, Policies.load())
    _, _, invoice = mock_story(session)
    case = open_cases(session)[f"invoice:{invoice}"]

    do(session, RecordProposals(entity="HP", case=case.number, drafts=(short_pay(invoice),), author="x"), AGENT)

    assert case.stake == D("125.40")
    shown = session.scalars(select(Proposal.shown)).one()["stake"]
    assert [(one["source"], one["says"], D(one["counts"])) for one in shown] == [
        (f"supplier_invoice {invoice}#1", "Line 1 billed 1,200, received 1,080", D("50.40")),
        (f"supplier_invoice {invoice}#2", "Line 2 ordered at 0.38, billed 0.41", D("75.00")),
    ]


def test_without_a_policy_every_charge_is_raised(session: Session):
    company(session)

    assert codes(session, with_freight(session, "1.00")) == ["charge_unplanned"]


@pytest.mark.parametrize(
    ("amount", "agreed", "raised"),
    [
        ("50.00", None, []),
        ("50.01", None, ["charge_unplanned"]),
        ("80.00", "80", []),
        ("130.00", "80", []),
        ("130.01", "80", ["charge_unplanned"]),
        ("0.01", "0", []),
    ],
)
def test_a_charge_is_raised_only_beyond_what_was_agreed_and_the_tolerance(
    session: Session, amount: str, agreed: str | None, raised: list[str]
):
    company(session)
    set_judge(session, Policies.load())

    invoice = with_freight(session, amount, agreed=agreed)

    assert codes(session, invoice) == raised
    assert match(session, "HP", invoice).freight_unplanned == max(D(0), D(amount) - D(agreed or 0))


def test_only_what_is_above_the_agreed_charge_is_at_stake(session: Session):
    company(session)

    invoice = with_freight(session, "60.00", agreed="48")

    [found] = standing(session, f"invoice:{invoice}")["charge_unplanned"]
    assert (found.says, found.stake) == ("Freight of $60.00, $48.00 of it agreed", D(12))


def test_what_an_order_agrees_is_there_once_however_many_invoices_bill_it(session: Session):
    company(session)
    first = with_freight(session, "30.00", agreed="48")
    order_number = str(match(session, "HP", first).order)
    post(session, first, accept(1, "100", "1.00"), accept(2, "1", "30.00"))

    second = bill(session, "F-2", freight("30.00"), order=order_number)

    assert match(session, "HP", second).freight_unplanned == D(12)


def test_a_suppliers_terms_hold_for_each_of_its_invoices_where_the_order_says_nothing(session: Session):
    company(session)
    do(session, AddSupplier(entity="HP", number="CARRIED", name="Carried Ltd", currency="USD", charges_agreed=D(25)))
    placed = order(session, ("KF-W8", "10", "1.00"), supplier="CARRIED")
    receive(session, placed, "10")
    lines = (billed("KF-W8", "10", "1.00"), freight("25.00"))

    for number in ("A", "B"):
        invoice = bill(session, number, *lines, supplier="CARRIED", order=placed)
        assert match(session, "HP", invoice).freight_unplanned == 0


def test_nobody_agrees_to_less_than_nothing(session: Session):
    company(session)

    with pytest.raises(Refused) as refused:
        with_freight(session, "1.00", agreed="-1")
    assert refused.value.code is Refusal.AMOUNT_NOT_POSITIVE


@pytest.mark.parametrize(
    ("said", "stake"),
    [
        ({}, "0"),
        ({"total": "110.00"}, "10.00"),
        ({"net_total": "110.00", "total": "110.00"}, "10.00"),  # the net total is off, and the total agrees with it
        (
            {"net_total": "90.00", "tax_total": "0", "total": "115.00"},
            "25.00",
        ),  # two sums are off: the larger is what is at stake
    ],
)
def test_sums_that_are_off_are_counted_once(session: Session, said: dict[str, str], stake: str):
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")

    figures: dict[str, Any] = {name: D(value) for name, value in said.items()}
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed, **figures)

    case = open_cases(session).get(f"invoice:{invoice}")
    assert (case.stake if case else Decimal(0)) == D(stake)


def test_where_the_whole_invoice_is_in_question_its_parts_are_not_added(session: Session):
    company(session, tax_rate="10")
    command = RegisterInvoice(
        entity="HP",
        supplier="KESTREL",
        their_number="N-1",
        currency="USD",
        total=D("100.00"),
        tax_total=D(0),
        lines=(billed("KF-M8X40", "100", "1.00"),),
    )

    invoice = do(session, command).result["invoice"]

    case = session.scalars(select(Case).where(Case.invoice == invoice)).one()
    assert set(standing(session, f"invoice:{invoice}")) == {"invoice_without_order", "invoice_tax_mismatch"}
    assert case.stake == D(100)
