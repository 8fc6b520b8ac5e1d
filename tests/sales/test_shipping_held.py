"""Credit is looked at again when goods leave: an order whose customer may owe no more, or has not paid, stays; a person
with authority over credit lets it leave all the same, up to an amount."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import clock, door
from core.door import EventRow
from core.erp import Actor
from core.people.commands import AddPerson, Deactivate, Delegate, GrantRole
from core.refusals import Refusal
from core.sales.commands import (
    CancelSalesOrder,
    OpenReceivable,
    ReceivePayment,
    ReleaseShipping,
    SetCreditLimit,
    ShipGoods,
    ShippedLine,
)
from core.sales.queries import credit
from core.sales.tables import SalesOrder, Shipment
from tests.builders import BOLT, HP, PRIYA, D, broken, company, do, refused, stocked
from tests.conftest import FRIDAY
from tests.core.racing import at_once
from tests.sales.sold import ALDER, customer, line_of, ship, shipping, sold, state_of

TOMAS, CARLA, VERA = (Actor(kind="person", id=name) for name in ("tomas", "carla", "vera"))
RELEASE = ReleaseShipping(entity=HP, order="SO-1", reason="paid tomorrow, says their bank")


@pytest.fixture
def held(session: Session) -> Session:
    """An order of 100 for a customer that may owe 150, confirmed before 120 more turned up: 70 over the limit."""
    company(session)
    stocked(session, "1000", "0.40")
    for person, role, limit in (
        ("tomas", "controller", None),
        ("carla", "credit_manager", "50"),
        ("vera", "buyer", None),
    ):
        do(session, AddPerson(entity=HP, id=person, name=person.title(), email=f"{person}@hp.example"))
        do(session, GrantRole(entity=HP, person=person, role=role, limit=D(limit) if limit else None))
    customer(session, credit_limit=D(150))
    sold(session, (BOLT, "100", "1.00"))
    do(session, OpenReceivable(entity=HP, customer=ALDER, document="found late", amount=D(120)))
    return session


def tried(session: Session, quantity: str = "100") -> str:
    """Why a shipment does not leave; "" when it left."""
    return str(do(session, shipping("SO-1", quantity)).result.get("held", ""))


def order_of(session: Session) -> SalesOrder:
    """The order as the database has it now."""
    return session.get_one(SalesOrder, (HP, "SO-1"), populate_existing=True)


def days_later(session: Session, days: int) -> None:
    """Let so many days pass."""
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=days)))


def test_an_order_over_the_limit_by_now_does_not_leave_and_says_why(held: Session) -> None:
    assert tried(held) == "Alder Marine C-100 is $70.00 over the credit limit of $150.00"
    assert (line_of(held, "SO-1").shipped, held.query(Shipment).count()) == (0, 0)
    assert (state_of(held, "SO-1"), order_of(held).hold_reason) == ("confirmed", tried(held))
    assert credit(held, HP, ALDER).exposure == 220, "what is held is still promised"
    assert held.query(EventRow).filter_by(kind="shipping_held").count() >= 1
    assert broken(held) == []


def test_what_is_overdue_holds_too_from_the_day_after_it_is_due(held: Session) -> None:
    do(held, SetCreditLimit(entity=HP, customer=ALDER, limit=D(1000), reason="asked for"))
    days_later(held, 30)
    assert tried(held, "10") == ""
    days_later(held, 31)
    assert "$120.00 overdue, the oldest since" in tried(held, "10")
    do(held, ReceivePayment(entity=HP, customer=ALDER, amount=D(120), reference="wire 1"))
    assert tried(held, "10") == ""
    assert (line_of(held, "SO-1").shipped, order_of(held).held_at) == (20, None)


def test_both_reasons_stand_in_one_sentence(held: Session) -> None:
    days_later(held, 40)
    says = tried(held)
    assert says.startswith("Alder Marine C-100 is $70.00 over the credit limit of $150.00, and $120.00 overdue")


def test_a_customer_without_a_limit_is_not_watched(held: Session) -> None:
    do(held, SetCreditLimit(entity=HP, customer=ALDER, limit=None, reason="trusted"))
    days_later(held, 400)
    assert tried(held) == ""


def test_a_hold_ends_by_itself_once_the_credit_allows_it(held: Session) -> None:
    tried(held)
    do(held, SetCreditLimit(entity=HP, customer=ALDER, limit=D(220), reason="asked for"))
    assert tried(held) == ""
    assert held.query(EventRow).filter_by(kind="shipping_free").count() == 1
    assert broken(held) == []


def test_who_has_authority_lets_so_much_of_it_leave_and_no_more(held: Session) -> None:
    tried(held)
    done = do(held, ReleaseShipping(entity=HP, order="SO-1", reason="agreed", up_to=D(40)), actor=TOMAS).result
    assert done["released"] == "40"
    assert tried(held, "30") == ""
    assert tried(held, "20").endswith("$10.00 are released, $20.00 asked")
    assert tried(held, "10") == ""
    assert tried(held, "1") != ""
    assert line_of(held, "SO-1").shipped == 40
    told = held.query(EventRow).filter_by(kind="shipping_released").one()
    assert (told.actor, told.facts["role"], told.facts["reason"]) == ("tomas", "controller", "agreed")
    assert broken(held) == []


def test_a_release_of_all_that_is_left_serves_every_part_of_it(held: Session) -> None:
    tried(held)
    do(held, RELEASE, actor=TOMAS)
    assert [tried(held, part) for part in ("60", "40")] == ["", ""]
    assert broken(held) == []


@pytest.mark.parametrize(
    ("actor", "change", "why"),
    [
        (VERA, {}, Refusal.NO_AUTHORITY),
        (CARLA, {}, Refusal.NO_AUTHORITY),
        (PRIYA, {}, Refusal.DUTIES),
        (Actor(kind="system", id="import"), {}, Refusal.NO_AUTHORITY),
        (Actor(kind="person", id="nobody"), {}, Refusal.PERSON_UNKNOWN),
        (TOMAS, {"reason": " "}, Refusal.REASON_REQUIRED),
        (TOMAS, {"up_to": D(0)}, Refusal.AMOUNT_NOT_POSITIVE),
        (TOMAS, {"up_to": D(-5)}, Refusal.AMOUNT_NOT_POSITIVE),
        (TOMAS, {"up_to": D("0.001")}, Refusal.PRECISION),
        (TOMAS, {"up_to": D("100.01")}, Refusal.MORE_THAN_ORDERED),
        (TOMAS, {"order": "SO-9"}, Refusal.ORDER_UNKNOWN),
    ],
)
def test_a_release_that_may_not_be_is_refused(
    held: Session, actor: Actor, change: dict[str, Any], why: Refusal
) -> None:
    tried(held)
    command = {"order": "SO-1", "reason": "agreed", **change}
    assert refused(held, ReleaseShipping(entity=HP, **command), actor=actor).code is why


def test_what_nothing_holds_needs_no_release(held: Session) -> None:
    assert refused(held, RELEASE, actor=TOMAS).code is Refusal.NOTHING_TO_DO
    tried(held)
    do(held, RELEASE, actor=TOMAS)
    assert refused(held, RELEASE, actor=TOMAS).code is Refusal.NOTHING_TO_DO


def test_a_small_limit_reaches_a_small_amount_and_a_lent_role_as_far_as_it_was_lent(held: Session) -> None:
    tried(held)
    do(held, ReleaseShipping(entity=HP, order="SO-1", reason="agreed", up_to=D(50)), actor=CARLA)
    assert tried(held, "60") != ""
    lent = Delegate(
        entity=HP,
        person="carla",
        delegate="vera",
        role="credit_manager",
        starts_at=FRIDAY,
        ends_at=FRIDAY + timedelta(1),
    )
    do(held, lent)
    asked = ReleaseShipping(entity=HP, order="SO-1", reason="agreed", up_to=D(60))
    assert refused(held, asked, actor=VERA).code is Refusal.NO_AUTHORITY
    do(held, ReleaseShipping(entity=HP, order="SO-1", reason="agreed", up_to=D(45)), actor=VERA)
    assert tried(held, "45") == ""


def test_who_has_left_releases_nothing(held: Session) -> None:
    tried(held)
    do(held, Deactivate(entity=HP, person="tomas"))
    assert refused(held, RELEASE, actor=TOMAS).code is Refusal.PERSON_UNKNOWN


def test_goods_told_as_gone_before_are_held_no_less(held: Session) -> None:
    before = FRIDAY - timedelta(days=3)
    lines = (ShippedLine(line=1, quantity=D(1)),)
    told = do(held, ShipGoods(entity=HP, order="SO-1", lines=lines, happened_at=before)).result
    assert (told["held"] != "", told["shipment"]) == (True, "")


def test_what_is_shown_beforehand_is_what_happens(held: Session) -> None:
    shown = door.simulate(held, [shipping("SO-1", "5")], actor=PRIYA)
    assert do(held, shipping("SO-1", "5")).effects == shown.effects
    shown = door.simulate(held, [RELEASE, shipping("SO-1", "5")], actor=TOMAS)
    assert shown.refusal is None
    released = do(held, RELEASE, actor=TOMAS).effects
    assert (*released, *do(held, shipping("SO-1", "5"), actor=TOMAS).effects) == shown.effects


def test_a_held_order_that_is_cancelled_is_held_no_more(held: Session) -> None:
    tried(held)
    do(held, CancelSalesOrder(entity=HP, order="SO-1", reason="not paid"))
    assert (order_of(held).held_at, order_of(held).hold_reason, state_of(held, "SO-1")) == (None, "", "cancelled")
    assert broken(held) == []


def test_of_many_who_ship_what_was_released_no_more_than_that_leaves(
    new_session: Callable[[], Session], held: Session
) -> None:
    tried(held)
    do(held, ReleaseShipping(entity=HP, order="SO-1", reason="agreed", up_to=D(35)), actor=TOMAS)
    held.commit()

    def act(_: int) -> str:
        with new_session() as other:
            state = tried(other, "10")
            other.commit()
            return state

    assert sorted(bool(one) for one in at_once(6, act)) == [False] * 3 + [True] * 3
    held.expire_all()
    assert (line_of(held, "SO-1").shipped, order_of(held).released) == (30, 5)
    assert broken(held) == []


def test_other_customers_ship_as_ever(held: Session) -> None:
    customer(held, "C-2", credit_limit=D(50))
    order = sold(held, (BOLT, "50", "1.00"), customer="C-2")
    ship(held, order, "50")
    assert state_of(held, order) == "shipped"
