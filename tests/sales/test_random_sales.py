"""Random histories of sales, legal and not, in turn and by threads: nothing passes what it follows from, and no split of
shipments or bills changes a total."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core import door
from core.command import Command
from core.refusals import Refused
from core.sales.queries import credit
from core.stock.commands import OpenStock
from core.stock.cost_commands import RevalueStock
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, stocked
from tests.conftest import FRIDAY
from tests.sales.sold import (
    ALDER,
    COST,
    ON_THE_WAY,
    RECEIVABLE,
    SALES,
    back,
    bill,
    billing,
    crediting,
    customer,
    line_of,
    on,
    returning,
    ship,
    shipping,
    sold,
)

ONCE = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
pieces = st.integers(1, 9).map(str)
step = st.one_of(
    st.tuples(st.just("ship"), pieces),
    st.tuples(st.just("bill"), st.one_of(st.just(""), pieces)),
    st.tuples(st.sampled_from(("restock", "damaged", "not_ours")), pieces),
    st.tuples(st.sampled_from(("credit", "let go", "cheap")), st.one_of(st.just(""), pieces)),
    st.tuples(st.sampled_from(("late", "dearer")), pieces),
)
Step = tuple[str, str]


def command(order: str, one: Step) -> Command:
    """The step as a command on an order."""
    kind, quantity = one
    if kind == "ship":
        return shipping(order, quantity)
    if kind == "bill":
        return billing(order, quantity) if quantity else billing(order)
    if kind == "late":
        cost = D(quantity) / 3
        return OpenStock(
            entity=HP,
            item=BOLT,
            site=PDX,
            quantity=D(quantity),
            unit_cost=round(cost, 4),
            happened_at=FRIDAY.replace(day=int(quantity)),
        )
    if kind == "dearer":
        return RevalueStock(entity=HP, item=BOLT, site=PDX, unit_cost=D(quantity) / 10, reason="market")
    if kind in ("restock", "damaged", "not_ours"):
        return returning(order, back(quantity, kind))
    if kind == "let go":
        return crediting(order, quantity or "1", goods_kept=True)
    if kind == "cheap":
        return crediting(order, quantity or "1", price=D("0.101"))
    return crediting(order, quantity)


def carry_out(session: Session, one: Command, key: str) -> bool:
    """Whether it was carried out; what is refused leaves nothing."""
    try:
        door.execute(session, one, actor=PRIYA, key=key)
    except Refused:
        return False
    return True


def must_hold(session: Session, order: str) -> None:
    """What is promised of a sales line, after whatever happened to it."""
    line = line_of(session, order)
    assert ZERO <= line.credited <= line.billed <= line.shipped <= line.pieces
    assert ZERO <= line.returned <= line.shipped
    receivable, revenue = on(session, RECEIVABLE, SALES)
    assert receivable == -revenue >= ZERO
    assert credit(session, HP, ALDER).exposure >= receivable
    assert broken(session) == []


ZERO = Decimal(0)


@ONCE
@given(history=st.lists(step, min_size=4, max_size=16))
def test_whatever_happens_nothing_passes_what_it_follows_from(
    new_session: Callable[[], Session], history: list[Step]
) -> None:
    with new_session() as session:
        company(session)
        customer(session)
        stocked(session, "7", "0.333333", happened_at=FRIDAY.replace(day=1, hour=1))
        stocked(session, "30", "0.41", happened_at=FRIDAY.replace(day=5))
        order = sold(session, (BOLT, "20", "0.335"))
        for number, one in enumerate(history):
            carry_out(session, command(order, one), f"{number}")
            must_hold(session, order)
        session.rollback()


@ONCE
@given(parts=st.lists(st.integers(1, 7), min_size=1, max_size=6), price=st.decimals("0.001", "9.999", places=3))
def test_no_split_of_shipments_and_bills_changes_a_total(
    new_session: Callable[[], Session], parts: list[int], price: Decimal
) -> None:
    with new_session() as session:
        company(session)
        customer(session)
        stocked(session, "1000", "0.333333")
        whole = str(sum(parts))
        figures = []
        for split in ([whole], [str(part) for part in parts]):
            before = on(session, RECEIVABLE, SALES)
            order = sold(session, (BOLT, whole, str(price)))
            for part in split:
                ship(session, order, part)
                bill(session, order)
            figures.append([after - was for after, was in zip(on(session, RECEIVABLE, SALES), before, strict=True)])
        assert figures[0] == figures[1]
        assert on(session, ON_THE_WAY) == (0,)
        assert broken(session) == []
        session.rollback()


def test_many_at_once_on_two_orders_leave_books_that_hold(new_session: Callable[[], Session], session: Session) -> None:
    company(session)
    customer(session)
    stocked(session, "100", "0.333333")
    orders = [sold(session, (BOLT, "20", "0.335")) for _ in range(2)]
    session.commit()
    steps: list[Step] = [
        ("ship", "4"),
        ("bill", ""),
        ("restock", "2"),
        ("credit", ""),
        ("dearer", "5"),
        ("bill", "1"),
    ] * 4

    def one(work: tuple[int, Step]) -> bool:
        number, what = work
        with new_session() as other:
            done = carry_out(other, command(orders[number % 2], what), f"thread-{number}")
            other.commit()
            return done

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(one, enumerate([*steps, *steps])))
    session.expire_all()
    for order in orders:
        must_hold(session, order)
    assert on(session, COST)[0] >= 0
