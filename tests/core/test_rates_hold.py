"""Whatever the rates do, goods received come back to zero and no rate is price variance; what a hand changes is named."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.books.commands import ReverseEntry
from core.books.queries import balance
from core.payables.subledger import owed
from core.receiving.commands import ReturnToSupplier
from tests.builders import HP, D, broken, do, receipt
from tests.core.abroad import bill, company_abroad, euro_order, pay

rates = st.decimals(min_value="0.000001", max_value="999", places=6)
prices = st.decimals(min_value="0.01", max_value="99", places=4)


@pytest.fixture
def abroad(session: Session) -> Session:
    """The company that also buys in euro."""
    company_abroad(session)
    return session


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(price=prices, came=st.lists(st.tuples(st.integers(1, 40), rates), min_size=1, max_size=3), data=st.data())
def test_goods_received_come_back_to_zero_whatever_the_rates_do(
    abroad: Session, price: Decimal, came: list[tuple[int, Decimal]], data: st.DataObject
) -> None:
    total = sum(count for count, _ in came)
    with abroad.begin_nested() as history:
        placed = euro_order(abroad, (str(total), str(price)))
        receipts = [receipt(abroad, placed, str(count), rate=rate, final=False) for count, rate in came]
        left = total
        if came[0][0] > 1:
            do(abroad, ReturnToSupplier(entity=HP, receipt=receipts[0], line=1, quantity=D(1), status="available"))
            left -= 1
        posted = D(0)
        while left:
            count = data.draw(st.integers(1, left), label="billed")
            worth = data.draw(rates, label="rate of the bill")
            if (count * price).quantize(D("0.01")) * worth < D("0.01"):
                worth = D("1.5")  # a bill of no cent is refused
            number = bill(abroad, placed, (str(count), str(price)), their_number=f"FT-{left}")
            done = pay(abroad, number, (str(count), str(price)), rate=worth)
            if data.draw(st.booleans(), label="reversed and posted again"):
                do(abroad, ReverseEntry(entity=HP, entry=str(done["entry"]), reason="again"))
                pay(abroad, number, (str(count), str(price)), rate=worth)
            posted += (D(str(done["posted"])) * worth).quantize(D("0.01"), rounding="ROUND_HALF_UP")
            left -= count

        assert balance(abroad, HP, "2150") == 0
        assert owed(abroad, HP) == posted
        assert broken(abroad) == []
        history.rollback()
    abroad.expire_all()


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("update exchange_difference set amount = amount + 1", "exchange account"),
        ("update journal_line set account = '5320' where account = '5350'", "exchange account"),
        ("update goods_receipt set rate = 1.2 where rate <> 1", "receipts are worth their rate"),
        ("update goods_receipt_line set price = price + 1", "receipts are worth their rate"),
        ("update purchase_order set currency = 'USD'", "rates are of other currencies"),
        ("update foreign_posting set currency = 'CHF'", "rates are of other currencies"),
        ("update foreign_posting set rate = 1.19", "foreign bills are booked at their rate"),
        ("update foreign_posting set booked = booked - 1", "foreign bills are booked at their rate"),
        ("delete from foreign_posting", "foreign bills are booked at their rate"),
    ],
)
def test_the_doctor_names_a_rate_that_somebody_changed(abroad: Session, statement: str, promise: str) -> None:
    placed = euro_order(abroad, ("10", "30"))
    receipt(abroad, placed, "5", rate=D("1.25"))
    pay(abroad, bill(abroad, placed, ("5", "31")), ("5", "31"), rate=D("1.20"))
    receipt(abroad, placed, "5", rate=D("1.15"))
    abroad.execute(text("set local session_replication_role = replica"))
    abroad.execute(text(statement))

    assert promise in " ".join(broken(abroad))
