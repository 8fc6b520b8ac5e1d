"""The books hold, whatever is done: random histories of legal and illegal commands, checked after every step."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from core.masterdata.commands import AddSupplier
from tests.builders import HP, LONG_AGO, D, company, do, stocked
from tests.core.histories import bills, orders
from tests.core.histories_of_bills import Bills
from tests.core.histories_of_goods import PREPAID, Goods

EXAMPLES, STEPS = 20, 40


class Books(Goods, Bills):
    """Everything that may be done to the books, in any order."""

    @initialize()
    def some_stock(self) -> None:
        stocked(self.session, "50", "0.37", happened_at=LONG_AGO)

    @rule(target=bills, order=orders, freight=st.sampled_from([D(0), D("4.80")]))
    def deliver_bill_and_post(self, order: str, freight: Decimal) -> Any:
        """As it mostly goes, so that later steps find something posted."""
        self.receive(order, "1", D(0), 1, False)
        invoice = self.bill(order, None, D(0), freight, "")
        if isinstance(invoice, str):
            self.post(invoice, D(1), False, bool(freight))
        return invoice


def test_the_books_hold_whatever_is_done(session: Session) -> None:
    company(session, tolerance="5")
    prepaid = AddSupplier(entity=HP, number=PREPAID, name="Halden Motors", currency="USD", prepayment=True)
    do(session, prepaid)
    session.commit()

    run_state_machine_as_test(
        lambda: Books(session),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
