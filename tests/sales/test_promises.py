"""What a customer was promised and what is planned for it are one day, whoever moves which."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import CancelPlan, ChangePlan, FulfilPlan, PlanDemand, PlanSupply
from core.availability.tables import OPEN, PlannedMove
from core.command import Command
from core.door import EventRow
from core.refusals import Refusal, Refused
from core.sales.commands import CancelSalesOrder
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, do, refused, stocked
from tests.core.racing import at_once
from tests.sales.sold import PROMISED, customer, entered, line_of, ship, sold

LATER, LATEST = date(2026, 12, 4), date(2026, 12, 11)


@pytest.fixture
def promised(session: Session) -> Session:
    """A customer who was promised twenty bolts for next Friday."""
    company(session)
    stocked(session, "50", "0.40")
    customer(session)
    sold(session, (BOLT, "20", "0.90"))
    return session


def rest_of(quantity: str, day: date) -> PlanDemand:
    """So many of the order's bolts on another day."""
    return PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), day=day, document="SO-1", line=1)


def test_a_plan_that_moves_takes_the_promise_with_it(promised: Session) -> None:
    done = do(promised, ChangePlan(entity=HP, plan="PL-1", day=LATER))
    assert line_of(promised, "SO-1").promised == LATER
    assert ("SO-1 line 1", str(PROMISED), str(LATER)) in [(one.what, one.was, one.now) for one in done.effects]
    told = promised.query(EventRow).filter_by(kind="sales_promise_moved").one()
    assert (told.subject, told.facts["was"], told.facts["now"]) == ("sales_order SO-1", "2026-11-27", "2026-12-04")
    assert broken(promised) == []


def test_what_is_shown_beforehand_is_what_happens(promised: Session) -> None:
    change = ChangePlan(entity=HP, plan="PL-1", day=LATER)
    shown = door.simulate(promised, [change], actor=PRIYA)
    assert line_of(promised, "SO-1").promised == PROMISED
    assert do(promised, change).effects == shown.effects


def test_a_line_that_leaves_in_parts_promises_the_day_of_its_last_part(promised: Session) -> None:
    do(promised, ChangePlan(entity=HP, plan="PL-1", quantity=D(12)))
    assert line_of(promised, "SO-1").promised == PROMISED
    do(promised, rest_of("8", LATEST))
    assert line_of(promised, "SO-1").promised == LATEST
    do(promised, ChangePlan(entity=HP, plan="PL-2", day=LATER))
    assert line_of(promised, "SO-1").promised == LATER
    ship(promised, "SO-1", "12")
    assert line_of(promised, "SO-1").promised == LATER
    assert broken(promised) == []


@pytest.mark.parametrize(
    "last", [CancelPlan(entity=HP, plan="PL-2"), FulfilPlan(entity=HP, plan="PL-2", quantity=D(8))]
)
def test_a_last_part_that_ends_gives_the_promise_back_to_the_one_before(promised: Session, last: Command) -> None:
    do(promised, ChangePlan(entity=HP, plan="PL-1", quantity=D(12)))
    do(promised, rest_of("8", LATEST))
    do(promised, last)
    assert line_of(promised, "SO-1").promised == PROMISED
    assert broken(promised) == []


def test_a_line_of_which_nothing_is_planned_any_more_keeps_its_promise(promised: Session) -> None:
    do(promised, CancelPlan(entity=HP, plan="PL-1"))
    assert line_of(promised, "SO-1").promised == PROMISED
    assert broken(promised) == []


def test_what_is_nobodys_line_moves_nobodys_promise(promised: Session) -> None:
    do(promised, PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D(1), day=LATEST, document="SO-1", line=7))
    do(promised, PlanSupply(entity=HP, item=BOLT, site=PDX, quantity=D(1), day=LATEST, document="SO-1", line=1))
    forecast = PlanDemand(
        entity=HP, item=BOLT, site=PDX, quantity=D(9), day=LATER, until=LATEST, document="SO-1", line=1
    )
    do(promised, forecast)
    waiting = entered(promised, (BOLT, "5", "0.90"))
    do(promised, PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D(5), day=LATEST, document=waiting, line=1))
    assert line_of(promised, "SO-1").promised == PROMISED
    assert line_of(promised, waiting).promised == PROMISED
    assert broken(promised) == []


def test_a_move_that_is_refused_leaves_the_promise(promised: Session) -> None:
    assert refused(promised, ChangePlan(entity=HP, plan="PL-1", day=PROMISED)).code is Refusal.NOTHING_TO_DO
    assert refused(promised, ChangePlan(entity=HP, plan="PL-9", day=LATER)).code is Refusal.PLAN_UNKNOWN
    assert line_of(promised, "SO-1").promised == PROMISED


def test_an_order_that_is_cancelled_wants_none_of_its_parts(promised: Session) -> None:
    do(promised, ChangePlan(entity=HP, plan="PL-1", quantity=D(12)))
    do(promised, rest_of("8", LATEST))
    do(promised, CancelSalesOrder(entity=HP, order="SO-1", reason="no longer wanted"))
    assert promised.query(PlannedMove).filter_by(state=OPEN).count() == 0
    assert broken(promised) == []


def test_many_who_move_ship_and_split_at_once_leave_one_day(
    new_session: Callable[[], Session], promised: Session
) -> None:
    do(promised, ChangePlan(entity=HP, plan="PL-1", quantity=D(12)))
    do(promised, rest_of("8", LATEST))
    promised.commit()

    def act(place: int) -> None:
        with new_session() as other:
            if place % 3 == 0:
                ship(other, "SO-1", "1")
            else:
                plan = f"PL-{place % 3}"
                do(other, ChangePlan(entity=HP, plan=plan, day=date(2026, 12, 12 + place)))
            other.commit()

    results = at_once(9, act)
    assert [one for one in results if one is not None and not isinstance(one, Refused)] == []
    promised.expire_all()
    assert line_of(promised, "SO-1").shipped == 3
    assert broken(promised) == []
