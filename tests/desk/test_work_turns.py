"""A case is worked out while somebody changes it: neither waits for the other in a circle; what is put down is of now."""

from sqlalchemy import select

from core import door, driver
from core.cases import Case
from core.deciding.proposals import Proposal
from core.erp import Actor
from core.payables.commands import NotADuplicate
from core.payables.tables import SupplierInvoice
from core.stock.ledger import TURN
from desk import work
from desk.house import House
from tests.core.racing import begun

MARA = Actor(kind="person", id="mara")


def test_a_case_is_worked_out_while_its_bill_is_told_from_another(house: House) -> None:
    with house.unit() as session:
        of_bill = select(Case.number, Case.invoice).join(
            SupplierInvoice, (SupplierInvoice.entity == Case.entity) & (SupplierInvoice.number == Case.invoice)
        )
        case, invoice = session.execute(
            of_bill.where(Case.cause == "invoice:" + Case.invoice, SupplierInvoice.state == "registered").limit(1)
        ).one()
    with work.workshop(house) as shop:
        with house.unit() as session:
            driver.later(session, TURN, {"entity": "HP"})
            assert driver.ask(session, "select 1 as one", {})
            end = begun(house.url, lambda: work.work_case(shop, "HP", case))
            apart = NotADuplicate(entity="HP", invoice=invoice, reason="another delivery")
            door.execute(session, apart, actor=MARA, key="apart")
        end()

    with house.unit() as session:
        stands = session.scalars(
            select(Proposal.option).where(Proposal.case == case, Proposal.state == "proposed")
        ).all()
        assert stands
