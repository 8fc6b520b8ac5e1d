"""Ways out of a bill in another currency: its figures are the supplier's, what a judge reads is in the books' currency."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from agents.models.rules import Rules
from agents.propose.options.invoices import drafts
from agents.views import DatabaseTools
from core import door
from core.books.rates import SetExchangeRate
from core.command import Command, from_wire
from core.deciding.proposals import Draft
from core.erp import Because
from core.payables.subledger import owed
from core.simulation import Simulated
from tests.builders import HP, PRIYA, D, broken, case_of, do, receipt
from tests.core.abroad import EURO_SUPPLIER, bill, company_abroad, euro_order


def ways(session: Session, invoice: str) -> dict[str, Draft]:
    """The ways out of a bill's case, by option."""

    def simulator(commands: Sequence[Command]) -> Simulated:
        return door.simulate(session, commands, actor=PRIYA, because=Because(says="trying"))

    tools = DatabaseTools(session, HP, Rules(), lambda raw, name, home: pytest.fail("nothing is read"), simulator)
    case = case_of(session, f"invoice:{invoice}")
    return {draft.option: draft for draft in drafts(tools.case(case.number), tools)}


def test_a_dearer_bill_in_euro_is_posted_short_and_judged_in_dollars(session: Session) -> None:
    company_abroad(session)
    placed = euro_order(session, ("100", "10"))
    receipt(session, placed, "100")
    invoice = bill(session, placed, ("100", "11"))

    found = ways(session, invoice)
    short = found["short_pay"]

    assert (short.amounts["pays"], short.amounts["disputes"]) == (D("1100.00"), D("110.00"))
    assert short.amounts["price_variance_pct"] == D(10)
    assert short.says == "Pay €1,000.00, dispute €100.00."
    assert found["accept_price"].amounts["price_variance_amount"] == D("110.00")
    do(session, from_wire(dict(short.actions[0].command)))
    assert owed(session, HP, EURO_SUPPLIER) == Decimal(1100)
    assert broken(session) == []


def test_a_bill_in_another_currency_than_its_order_is_held(session: Session) -> None:
    company_abroad(session)
    placed = euro_order(session, ("100", "10"))
    receipt(session, placed, "100")
    do(session, SetExchangeRate(entity=HP, currency="CHF", rate=D("1.2"), source="ECB", day=date(2026, 11, 20)))
    for currency, price in (("USD", "10"), ("CHF", "9.87")):
        invoice = bill(session, placed, ("100", price), currency=currency, their_number=f"{price}-{currency}")
        found = ways(session, invoice)
        assert "short_pay" not in found
        assert "in another currency than the order, which is in EUR" in found["hold"].says
