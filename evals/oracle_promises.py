"""What the books say to expectations about claims, plans and promises (`evals.oracle_expect` has the others)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.availability import arithmetic, queries
from core.replenishment.tables import BUY, TRANSFER
from evals.oracle_form import NotSupported
from evals.oracle_steps.promised import day_of, discrete, move_to
from evals.oracle_steps.supplied import suggestions
from evals.oracle_world import NOW, CaseWorld

MOVED = re.compile(r"exceptions_after_moving_(\w+)_to_day(\d+)")
AT = re.compile(r"projected_qty_at_(\w+)")
BEST = re.compile(r"best_date_for_(\w+)_day")
PERIOD = re.compile(r"atp_of_period_(\d+)_after")


def answered(name: str) -> Callable[[CaseWorld, Any], Any]:
    """Gives what the last command that says so answered."""

    def found(world: CaseWorld, _: Any) -> Any:
        for done in reversed(world.done):
            if name in done.found:
                return done.found[name]
        raise NotSupported(f"expect {name}")

    return found


def states(world: CaseWorld, _: Any) -> list[str]:
    """What became of each claim."""
    return [done.found["state"] for done in world.done if "state" in done.found]


def short(world: CaseWorld, _: Any) -> int:
    """How many demands stand on a day that lacks pieces."""
    found = [
        shortage
        for item in world.items
        for shortage in queries.shortages(world.session, world.entity, item, world.site(), NOW)
    ]
    return sum(len(shortage.demands) for shortage in found)


def promise_by_period(world: CaseWorld, _: Any) -> list[Decimal]:
    """What may be promised by period: of each alone, or with what earlier ones leave where the case says so."""
    alone = discrete(world)
    cumulative = "accumulation" in str(world.case.get("method", ""))
    return arithmetic.accumulated(alone) if cumulative else alone


def projected(world: CaseWorld, _: Any) -> list[Decimal]:
    """The balance after each period."""
    return [_balance_on(world, place) for place in range(int(world.limits.get("periods", 0)))]


def _balance_on(world: CaseWorld, offset: Any) -> Decimal:
    balances = queries.balances(world.session, world.entity, world.item(), world.site(), NOW)
    return arithmetic.balance_on(balances, day_of(offset))


def earlier(part: str) -> Callable[[CaseWorld, Any], dict[str, Any]]:
    """Gives for each planned document the day on which it, or the first part of it, could leave, or how large that is."""

    def found(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Any]:
        plans = {
            name: queries.earlier(world.session, world.entity, world.step_called(name).step.name, world.site(), NOW)
            for name in expected
        }
        missing = next((name for name, plan in plans.items() if plan is None), None)
        if missing is not None:
            raise NotSupported(f"expect: {missing} is not planned")
        values = {name: getattr(plan, part) for name, plan in plans.items()}
        return {name: value if part == "fraction" else (value - NOW.date()).days for name, value in values.items()}

    return found


def bought(world: CaseWorld, _: Any) -> Decimal:
    """How many pieces replenishment wants bought."""
    return sum((one.quantity for one in suggestions(world) if one.kind == BUY), Decimal(0))


def transferred(part: str) -> Callable[[CaseWorld, Any], Any]:
    """Gives how many pieces replenishment wants moved, from where, or to where: of its one transfer."""

    def found(world: CaseWorld, _: Any) -> Any:
        moves = [one for one in suggestions(world) if one.kind == TRANSFER]
        return getattr(moves[0], part) if len(moves) == 1 else f"{len(moves)} transfers"

    return found


def promise_figure(world: CaseWorld, key: str) -> Any:
    """What is there for an expectation that names a document, a day or a period; None where it is no such one."""
    if found := MOVED.fullmatch(key):
        with world.session.begin_nested() as trying:
            move_to(world, found[1], int(found[2]))
            left = short(world, None)
            trying.rollback()
        return left
    if found := AT.fullmatch(key):
        return _balance_on(world, world.step_called(found[1]).step.number("day"))
    if found := BEST.fullmatch(key):
        step = world.step_called(found[1]).step
        wanted = {world.item(): step.number("qty")}
        day = day_of(step.number("day"))
        said = queries.promise(world.session, world.entity, wanted, world.site(), day, NOW, but=step.name).whole
        return None if said is None else (said - NOW.date()).days
    if found := PERIOD.fullmatch(key):
        return discrete(world)[int(found[1]) - 1]
    return None


FIGURES: dict[str, Callable[[CaseWorld, Any], Any]] = {
    "fully_reserved": answered("fully_reserved"),
    "reserved": answered("reserved"),
    "open": answered("open"),
    "promised_period": answered("promised_period"),
    "new_purchase_request_qty": answered("new_purchase_request_qty"),
    "request_percent_ordered": answered("request_percent_ordered"),
    "purchase_request_qty": bought,
    "transfer_qty": transferred("quantity"),
    "from_location": transferred("from_site"),
    "to_location": transferred("site"),
    "expected_after_refresh": answered("expected_after_refresh"),
    "states": states,
    "shortage_exceptions": short,
    "atp": promise_by_period,
    "projected_on_hand": projected,
    "full_earlier_day": earlier("whole"),
    "earliest_partial_day": earlier("part"),
    "earliest_fraction": earlier("fraction"),
}
