"""Orders are confirmed within what a customer may owe; one that does not fit waits, promises nothing and counts nowhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.availability.commands import ReserveStock, WantedClaim
from core.availability.tables import PlannedMove, Reservation
from core.refusals import Refusal, Refused
from core.sales.commands import (
    AddCustomer,
    CancelSalesOrder,
    ConfirmSalesOrder,
    EnterSalesOrder,
    LinkCustomerSender,
    OpenReceivable,
    ReceivePayment,
    SetCreditLimit,
)
from core.sales.queries import credit
from core.sales.tables import SalesOrder
from tests.builders import BOLT, GAUGE, HP, PDX, D, broken, company, do, refused, stocked
from tests.sales.sold import (
    ALDER,
    bill,
    confirm,
    crediting,
    customer,
    entered,
    items,
    line_of,
    new_line,
    on,
    returning,
    ship,
    shipped_and_billed,
    sold,
    state_of,
)
from tests.sales.sold import back as came


@pytest.fixture
def owing(session: Session) -> Session:
    """A customer that may owe 200 and owes 100."""
    company(session)
    customer(session, credit_limit=D(200))
    do(session, OpenReceivable(entity=HP, customer=ALDER, document="old bill", amount=D(100)))
    stocked(session, "1000", "0.40")
    return session


def exposure(session: Session) -> Any:
    """What the customer owes and was promised."""
    return credit(session, HP, ALDER).exposure


def limit(session: Session, to: str | None) -> None:
    """Let the customer owe so much."""
    do(session, SetCreditLimit(entity=HP, customer=ALDER, limit=None if to is None else D(to), reason="asked for"))


def test_exactly_the_limit_fits_and_a_cent_more_does_not(owing: Session) -> None:
    assert confirm(owing, entered(owing, (BOLT, "100", "1.0001")))["over"] == "0.01"
    assert confirm(owing, entered(owing, (BOLT, "100", "1")))["state"] == "confirmed"
    assert exposure(owing) == 200


def test_an_order_over_the_limit_waits_and_says_why(owing: Session) -> None:
    order = entered(owing, (BOLT, "101", "1"))
    answer = confirm(owing, order)

    assert answer["says"] == "$1.00 over the credit limit of $200.00: $100.00 owed, $0.00 on order, $101.00 asked"
    assert (state_of(owing, order), exposure(owing), owing.query(PlannedMove).count()) == ("on_hold", 100, 0)
    limit(owing, "201")
    assert state_of(owing, order) == "on_hold"
    assert confirm(owing, order)["state"] == "confirmed"
    assert exposure(owing) == 201


def test_what_is_billed_is_not_counted_twice(owing: Session) -> None:
    order = sold(owing, (BOLT, "100", "1"))
    for shipped, billed in (("30", "10"), ("50", "60"), ("20", "30")):
        ship(owing, order, shipped)
        assert exposure(owing) == 200
        bill(owing, order, billed)
        assert exposure(owing) == 200
    assert on(owing, "1200") == (200,)


def test_what_came_back_unbilled_or_credited_counts_no_more(owing: Session) -> None:
    order = sold(owing, (BOLT, "100", "1"))
    ship(owing, order, "100")
    do(owing, returning(order, came("10")))
    assert exposure(owing) == 190
    bill(owing, order)
    do(owing, crediting(order, "20", price=D("0.50"), goods_kept=True))
    assert exposure(owing) == 180


def test_what_is_cancelled_counts_no_more_and_lets_go_of_its_stock(owing: Session) -> None:
    order = sold(owing, (BOLT, "60", "1"), (BOLT, "40", "1"))
    claims = tuple(WantedClaim(item=BOLT, quantity=D(20), document=order, line=line) for line in (1, 2))
    do(owing, ReserveStock(entity=HP, site=PDX, claims=claims))
    ship(owing, order, "25")
    do(owing, CancelSalesOrder(entity=HP, order=order, reason="too late", lines=(2,)))
    assert exposure(owing) == 160
    assert [one.state for one in owing.query(Reservation).order_by(Reservation.number)] == ["consumed", "released"]
    do(owing, CancelSalesOrder(entity=HP, order=order, reason="too late"))
    assert (exposure(owing), state_of(owing, order)) == (125, "shipped")
    assert {plan.state for plan in owing.query(PlannedMove)} == {"cancelled"}
    bill(owing, order)
    assert state_of(owing, order) == "closed"
    assert (line_of(owing, order).left, broken(owing)) == (0, [])
    assert refused(owing, CancelSalesOrder(entity=HP, order=order, reason="x")).code is Refusal.ORDER_NOT_OPEN


def test_an_order_that_waits_is_cancelled_whole(owing: Session) -> None:
    order = entered(owing, (BOLT, "1000", "1"))
    confirm(owing, order)
    do(owing, CancelSalesOrder(entity=HP, order=order, reason="no longer wanted"))
    assert state_of(owing, order) == "cancelled"
    assert refused(owing, ConfirmSalesOrder(entity=HP, order=order)).code is Refusal.ORDER_NOT_OPEN


def test_a_payment_makes_room(owing: Session) -> None:
    order = entered(owing, (BOLT, "150", "1"))
    confirm(owing, order)
    do(owing, ReceivePayment(entity=HP, customer=ALDER, amount=D(50), reference="ACH 1"))
    assert confirm(owing, order)["state"] == "confirmed"
    assert on(owing, "1000", "1200") == (50, 50)


def test_a_payment_settles_what_it_names_then_the_oldest_and_the_rest_is_kept(owing: Session) -> None:
    shipped_and_billed(owing, "40", "1")
    do(owing, ReceivePayment(entity=HP, customer=ALDER, amount=D(30), reference="ACH 1", document="CI-1"))
    assert items(owing)[-1] == ("ACH 1", -30, 0)
    done = do(owing, ReceivePayment(entity=HP, customer=ALDER, amount=D(120), reference="ACH 2"))
    assert done.result["not_used"] == "10"
    assert [left for _, _, left in items(owing)] == [0, 0, 0, -10]
    assert (exposure(owing), broken(owing)) == (-10, [])
    shipped_and_billed(owing, "15", "1")
    assert [left for _, _, left in items(owing)] == [0, 0, 0, 0, 5]
    twice = ReceivePayment(entity=HP, customer=ALDER, amount=D(120), reference="ACH 2")
    assert refused(owing, twice).code is Refusal.ALREADY_EXISTS


NO_MONEY: list[tuple[Any, Refusal]] = [
    (ReceivePayment(entity=HP, customer="C-9", amount=D(1), reference="x"), Refusal.CUSTOMER_UNKNOWN),
    (ReceivePayment(entity=HP, customer=ALDER, amount=D(0), reference="x"), Refusal.AMOUNT_NOT_POSITIVE),
    (ReceivePayment(entity=HP, customer=ALDER, amount=D("0.001"), reference="x"), Refusal.PRECISION),
    (ReceivePayment(entity=HP, customer=ALDER, amount=D(1), reference=" "), Refusal.COMMAND_MALFORMED),
    (ReceivePayment(entity=HP, customer=ALDER, amount=D(1), reference="x", document="CI-9"), Refusal.INVOICE_NOT_OPEN),
    (OpenReceivable(entity=HP, customer=ALDER, document="old bill", amount=D(1)), Refusal.ALREADY_EXISTS),
    (SetCreditLimit(entity=HP, customer=ALDER, limit=D(200), reason="x"), Refusal.NOTHING_TO_DO),
    (SetCreditLimit(entity=HP, customer=ALDER, limit=D(-1), reason="x"), Refusal.AMOUNT_NOT_POSITIVE),
    (SetCreditLimit(entity=HP, customer=ALDER, limit=D(1), reason=""), Refusal.REASON_REQUIRED),
    (AddCustomer(entity=HP, number=ALDER, name="Alder"), Refusal.ALREADY_EXISTS),
    (AddCustomer(entity=HP, number="C-2", name="Birch", currency="EUR"), Refusal.CURRENCY_DIFFERS),
    (AddCustomer(entity=HP, number="C-2", name="Birch", account="1400"), Refusal.ACCOUNT_UNKNOWN),
    (AddCustomer(entity=HP, number="C-2", name="Birch", account="4000"), Refusal.ACCOUNT_UNKNOWN),
    (AddCustomer(entity=HP, number="C-2", name="Birch", credit_limit=D("0.001")), Refusal.PRECISION),
    (AddCustomer(entity=HP, number="C-2", name="Birch", domains=("gmail.com",)), Refusal.NOTHING_TO_DO),
    (LinkCustomerSender(entity=HP, customer=ALDER, domain="no domain"), Refusal.NOTHING_TO_DO),
    (LinkCustomerSender(entity=HP, customer="C-9", domain="birch.example"), Refusal.CUSTOMER_UNKNOWN),
    (EnterSalesOrder(entity=HP, customer="C-9", lines=(new_line(BOLT, "1", "1"),)), Refusal.CUSTOMER_UNKNOWN),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=()), Refusal.NOTHING_TO_DO),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line("NO", "1", "1"),)), Refusal.ITEM_UNKNOWN),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(BOLT, "1", "1", site="NO"),)), Refusal.SITE_UNKNOWN),
    (
        EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(BOLT, "1", "1", unit="crate"),)),
        Refusal.UNIT_UNKNOWN,
    ),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(GAUGE, "0.5", "1"),)), Refusal.PRECISION),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(BOLT, "-1", "1"),)), Refusal.QUANTITY_NOT_POSITIVE),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(BOLT, "1", "-1"),)), Refusal.AMOUNT_NOT_POSITIVE),
    (EnterSalesOrder(entity=HP, customer=ALDER, lines=(new_line(BOLT, "1", "0.0000001"),)), Refusal.PRECISION),
]


@pytest.mark.parametrize(("command", "why"), NO_MONEY)
def test_what_cannot_be_is_refused(owing: Session, command: Any, why: Refusal) -> None:
    assert refused(owing, command).code is why


def test_without_a_limit_anything_fits_and_with_none_allowed_nothing_does(owing: Session) -> None:
    limit(owing, None)
    sold(owing, (BOLT, "1000000", "1"))
    customer(owing, "C-0", credit_limit=D(0))
    assert confirm(owing, entered(owing, (BOLT, "1", "0.01"), customer="C-0"))["state"] == "on_hold"
    assert confirm(owing, entered(owing, (BOLT, "1", "0"), customer="C-0"))["state"] == "confirmed"


def test_of_two_orders_confirmed_at_once_only_one_fits(new_session: Callable[[], Session], owing: Session) -> None:
    orders = [entered(owing, (BOLT, "60", "1")) for _ in range(6)]
    owing.commit()

    def attempt(order: str) -> str:
        with new_session() as other:
            state = str(confirm(other, order)["state"])
            other.commit()
            return state

    with ThreadPoolExecutor(6) as pool:
        states = sorted(pool.map(attempt, orders))
    assert states == ["confirmed", *["on_hold"] * 5]
    owing.expire_all()
    assert (exposure(owing), owing.query(SalesOrder).filter_by(state="confirmed").count()) == (160, 1)


def test_a_question_on_credit_keeps_nothing(owing: Session) -> None:
    with pytest.raises(Refused):
        credit(owing, HP, "C-9")
    assert credit(owing, HP, ALDER, D(100)).allowed
    asked = credit(owing, HP, ALDER, D("100.01"))
    assert (asked.allowed, asked.over) == (False, D("0.01"))
