"""Counts: opened, counted, asked again, posted. Where a case states no tolerance, somebody else confirms what differs."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.counting import queries
from core.counting.commands import ConfirmVariance, CountItem, OpenCount, PostCount, RefreshCount, SetCountPolicy
from core.counting.tables import RootCause
from core.money import ZERO
from core.stock.commands import OpenStock
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import APPROVER, CaseWorld


def count(world: CaseWorld, step: Step) -> None:
    """So many are counted: on the count that is open. With none open it is a count of its own, posted at once, unless the
    case says what was expected and leaves it there."""
    done = world.now
    done.item, done.site = world.item(step.text("item")), world.site(step.get("wh"))
    held = step.get("expected") is not None or "count" in world.limits
    if step.get("expected") is not None:
        _lies(world, done.item, done.site, step.number("expected"), step.number("avg_cost", ZERO))
    if "count" not in world.limits:
        _open(world, done.site, (done.item,))
    counted = CountItem(
        entity=world.entity, count=world.limits["count"], item=done.item, counted=step.number("counted")
    )
    world.do(counted)
    if not held:
        _post(world)


def _lies(world: CaseWorld, item: str, site: str, quantity: Decimal, cost: Decimal) -> None:
    if quantity:
        world.do(OpenStock(entity=world.entity, item=item, site=site, quantity=quantity, unit_cost=cost))


def _open(world: CaseWorld, site: str, items: tuple[str, ...]) -> None:
    if "quantity_tolerance" in world.start:
        policy = SetCountPolicy(
            entity=world.entity,
            quantity_pct=world.start["quantity_tolerance"] * 100,
            value_limit=world.start.get("value_limit", ZERO),
        )
        world.do(policy)
    world.limits["count"] = world.limits["counted"] = str(
        world.do(OpenCount(entity=world.entity, site=site, items=items))["count"]
    )


def open_count(world: CaseWorld, step: Step) -> None:
    """A count of the items listed, of which so many lie there."""
    expected = step.get("expected")
    if not isinstance(expected, Mapping):
        raise NotSupported(f"open_count: expected {expected!r}")
    site = world.site()
    for name, quantity in expected.items():
        _lies(world, world.item(name), site, quantity, ZERO)
    _open(world, site, tuple(expected))


def refresh_count(world: CaseWorld, _: Step) -> None:
    """The books are asked again."""
    world.do(RefreshCount(entity=world.entity, count=_the_count(world)))
    lines = queries.lines(world.session, world.entity, _the_count(world))
    world.now.found["expected_after_refresh"] = {line.item: line.expected for line in lines}


def post_count(world: CaseWorld, _: Step) -> None:
    """The books are put right."""
    _post(world)


def _post(world: CaseWorld) -> None:
    number = _the_count(world)
    for line in queries.lines(world.session, world.entity, number):
        if line.needs_confirmation and "quantity_tolerance" not in world.start:
            seen = ConfirmVariance(
                entity=world.entity, count=number, line=line.line, root_cause=RootCause.NOT_FOUND_OUT
            )
            world.do(seen, APPROVER)
    world.do(PostCount(entity=world.entity, count=number))
    del world.limits["count"]


def _the_count(world: CaseWorld) -> str:
    if "count" not in world.limits:
        raise NotSupported("no count is open")
    return str(world.limits["count"])


def lines_of_count(world: CaseWorld) -> list[queries.Counted]:
    """The lines of the last count, as those see them who look into it; none where nothing was counted."""
    number = world.limits.get("counted")
    return queries.lines(world.session, world.entity, str(number)) if number else []


def of_lines(ask: Callable[[queries.Counted], Decimal | None]) -> Callable[[CaseWorld, Any], dict[str, Any]]:
    """Gives a figure of each item's line."""

    def found(world: CaseWorld, _: Any) -> dict[str, Any]:
        return {line.item: ask(line) for line in lines_of_count(world)}

    return found


FIGURES: dict[str, Callable[[CaseWorld, Any], Any]] = {
    "variation_qty": of_lines(lambda line: line.variance.quantity),
    "variation_value": of_lines(lambda line: line.variance.value),
    "variation_in_tolerances": of_lines(lambda line: line.variance.in_tolerances),
    "value_over_limit_ratio": of_lines(lambda line: line.variance.over_limit),
    "adjustments": of_lines(lambda line: line.adjusted),
}

OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "count": count,
    "open_count": open_count,
    "refresh_count": refresh_count,
    "post_count": post_count,
}
