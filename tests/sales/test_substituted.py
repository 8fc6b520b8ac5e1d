"""A substitute leaves instead of what was ordered: only what is named, only as much as can be promised, at the ordered
price, and whoever shares the pieces at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import (
    CancelPlan,
    ChangePlan,
    PlanDemand,
    PlanSupply,
    ReserveStock,
    UseSubstitute,
    WantedClaim,
)
from core.availability.tables import OPEN, PlannedMove, Reservation
from core.door import EventRow
from core.masterdata.commands import AddConversion, AddItem, BlockItem, SetSubstitute
from core.refusals import Refusal, Refused
from core.sales.commands import CancelSalesOrder
from core.sales.queries import credit, order_total
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, do, refused, stocked
from tests.core.racing import at_once
from tests.sales.sold import ALDER, PROMISED, bill, customer, line_of, ship, sold, state_of

LONGER = "FB-M8L"
AT_ONCE = UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER)


@pytest.fixture
def short(session: Session) -> Session:
    """Twenty bolts are ordered and none is here; of the longer ones there are fifty, two of which do for one."""
    company(session)
    do(session, AddItem(entity=HP, sku=LONGER, name="Flange bolt M8 long", standard_cost=D("0.60")))
    do(session, SetSubstitute(entity=HP, item=BOLT, substitute=LONGER, factor=D(2)))
    stocked(session, "50", "0.60", item=LONGER)
    customer(session, credit_limit=D(18))
    sold(session, (BOLT, "20", "0.90"))
    return session


def wanted(session: Session) -> list[tuple[str, int, Any, date]]:
    """What is planned to leave: item, line, pieces, day."""
    rows = session.query(PlannedMove).filter_by(state=OPEN, direction="demand").populate_existing().all()
    return sorted((row.item, row.line, row.left, row.day) for row in rows)


def test_the_ordered_line_gives_its_pieces_up_and_a_new_one_promises_the_substitute(short: Session) -> None:
    before = order_total(short, HP, "SO-1", "USD")
    done = do(short, AT_ONCE)
    assert (done.result["pieces"], done.result["instead"], done.result["line"]) == ("20", "40", 2)
    old, new = line_of(short, "SO-1"), line_of(short, "SO-1", 2)
    assert (old.left, old.cancelled) == (0, 20)
    assert (new.item, new.left, new.promised, new.instead_of) == (LONGER, 40, PROMISED, 1)
    assert (new.quantity, new.unit, new.unit_factor, new.price) == (20, f"pcs of {BOLT}", 2, D("0.90"))
    assert wanted(short) == [(LONGER, 2, 40, PROMISED)]
    assert order_total(short, HP, "SO-1", "USD") == before == credit(short, HP, ALDER).exposure
    assert short.query(EventRow).filter_by(kind="sales_line_substituted", subject="sales_order SO-1").count() == 1
    assert broken(short) == []


def test_what_leaves_is_billed_at_the_ordered_price(short: Session) -> None:
    do(short, AT_ONCE)
    ship(short, "SO-1", "", "20")
    assert line_of(short, "SO-1", 2).shipped == 40
    assert bill(short, "SO-1")["total"] == "18"
    assert state_of(short, "SO-1") == "closed"
    assert broken(short) == []


def test_what_is_shown_beforehand_is_what_happens(short: Session) -> None:
    shown = door.simulate(short, [AT_ONCE], actor=PRIYA)
    assert do(short, AT_ONCE).effects == shown.effects


def test_a_part_is_substituted_and_the_rest_waits(short: Session) -> None:
    do(short, UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER, quantity=D(8)))
    assert wanted(short) == [(BOLT, 1, 12, PROMISED), (LONGER, 2, 16, PROMISED)]
    assert (line_of(short, "SO-1").left, line_of(short, "SO-1", 2).left) == (12, 16)
    do(short, UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER, quantity=D(12)))
    assert wanted(short) == [(LONGER, 2, 16, PROMISED), (LONGER, 3, 24, PROMISED)]
    assert broken(short) == []
    do(short, CancelSalesOrder(entity=HP, order="SO-1", reason="no longer wanted"))
    assert wanted(short) == []
    assert broken(short) == []


def test_boxes_stay_boxes_where_the_substitute_comes_in_the_same(short: Session) -> None:
    do(short, SetSubstitute(entity=HP, item=BOLT, substitute=LONGER))
    customer(short, "C-2")
    for order, unit in (("SO-2", f"box of {BOLT}"), ("SO-3", "box")):
        sold(short, (BOLT, "1", "10.00"), unit="box", customer="C-2")
        plan = line_of(short, order).plan
        do(short, UseSubstitute(entity=HP, plan=plan, substitute=LONGER))
        line = line_of(short, order, 2)
        assert (line.unit, line.quantity, line.pieces, line.price) == (unit, 1, 12, 10)
        if order == "SO-2":
            do(short, AddConversion(entity=HP, item=LONGER, unit="box", factor=D(12)))
    assert broken(short) == []


def test_claims_of_what_is_given_up_are_let_go_and_no_more(short: Session) -> None:
    stocked(short, "15", "0.40")
    for quantity in ("5", "10"):
        claim = WantedClaim(item=BOLT, quantity=D(quantity), document="SO-1", line=1, day=PROMISED)
        do(short, ReserveStock(entity=HP, site=PDX, claims=(claim,)))
    do(short, UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER, quantity=D(8)))
    held = short.query(Reservation).filter_by(state="held").populate_existing().all()
    assert sorted(one.quantity for one in held) == [5, 7]
    assert broken(short) == []


def test_a_promise_of_another_system_is_swapped_as_it_is(short: Session) -> None:
    plan = PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D(5), day=PROMISED, document="WEB-7", line=3)
    number = do(short, plan).result["plan"]
    done = do(short, UseSubstitute(entity=HP, plan=number, substitute=LONGER)).result
    assert (done["line"], done["instead"]) == (0, "10")
    assert (LONGER, 3, 10, PROMISED) in wanted(short)
    assert broken(short) == []


def test_what_comes_in_time_is_promised_too(short: Session) -> None:
    do(short, PlanDemand(entity=HP, item=LONGER, site=PDX, quantity=D(45), day=PROMISED, document="SO-8"))
    no = refused(short, AT_ONCE)
    assert (no.code, no.detail) == (
        Refusal.MORE_THAN_ON_HAND,
        "5 of FB-M8L can be promised at PDX by 2026-11-27, 40 asked",
    )
    do(short, PlanSupply(entity=HP, item=LONGER, site=PDX, quantity=D(35), day=PROMISED, document="TR-1"))
    do(short, AT_ONCE)
    assert broken(short) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"plan": "PL-9"}, Refusal.PLAN_UNKNOWN),
        ({"substitute": "GA-10"}, Refusal.SUBSTITUTE_UNKNOWN),
        ({"substitute": BOLT}, Refusal.SUBSTITUTE_UNKNOWN),
        ({"quantity": D(21)}, Refusal.QUANTITY_NOT_POSITIVE),
        ({"quantity": D(0)}, Refusal.QUANTITY_NOT_POSITIVE),
        ({"quantity": D("0.5")}, Refusal.PRECISION),
        ({"plan": "PL-2"}, Refusal.NO_SUCH_MOVE),
        ({"plan": "PL-3"}, Refusal.NO_SUCH_MOVE),
        ({"plan": "PL-4"}, Refusal.PLAN_NOT_OPEN),
    ],
)
def test_what_cannot_be_swapped_is_refused(short: Session, change: dict[str, Any], why: Refusal) -> None:
    about = {"entity": HP, "item": BOLT, "site": PDX, "quantity": D(1), "day": PROMISED, "document": "SO-1", "line": 1}
    do(short, PlanSupply(**about))
    do(short, PlanDemand(**{**about, "until": PROMISED}))
    do(short, PlanDemand(**{**about, "document": "X-1"}))
    do(short, CancelPlan(entity=HP, plan="PL-4"))
    assert refused(short, UseSubstitute(**{"entity": HP, "plan": "PL-1", "substitute": LONGER, **change})).code is why


def test_no_more_is_taken_off_a_line_than_it_has(short: Session) -> None:
    do(short, ChangePlan(entity=HP, plan="PL-1", quantity=D(25)))
    no = refused(short, UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER, quantity=D(21)))
    assert no.code is Refusal.MORE_THAN_ORDERED


def test_what_does_not_come_out_even_or_is_blocked_is_refused(short: Session) -> None:
    do(short, SetSubstitute(entity=HP, item=BOLT, substitute=LONGER, factor=D("0.5")))
    odd = UseSubstitute(entity=HP, plan="PL-1", substitute=LONGER, quantity=D(3))
    assert refused(short, odd).code is Refusal.PRECISION
    do(short, BlockItem(entity=HP, item=LONGER, reason="recalled"))
    assert refused(short, AT_ONCE).code is Refusal.SUBSTITUTE_UNKNOWN


def test_two_orders_do_not_share_the_same_pieces(new_session: Callable[[], Session], short: Session) -> None:
    customer(short, "C-2")
    plans = ["PL-1", *(line_of(short, sold(short, (BOLT, "20", "1"), customer="C-2")).plan for _ in range(3))]
    short.commit()

    def act(place: int) -> None:
        with new_session() as other:
            do(other, UseSubstitute(entity=HP, plan=plans[place], substitute=LONGER))
            other.commit()

    results = at_once(4, act)
    assert sorted(one.code.value if isinstance(one, Refused) else "" for one in results) == [
        "",
        *["more_than_on_hand"] * 3,
    ]
    short.expire_all()
    assert broken(short) == []
