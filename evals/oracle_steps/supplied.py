"""Order points, and what replenishment suggests because of them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.availability.commands import PlanDemand
from core.replenishment.commands import RunReplenishment, SetOrderPoint, TakeSuggestion
from core.replenishment.tables import BUY, OPEN, Suggestion
from core.stock.commands import IssueStock
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.ordered import lines_of
from evals.oracle_steps.promised import day_of
from evals.oracle_steps.received import order
from evals.oracle_world import CaseWorld


def demand(world: CaseWorld, step: Step) -> None:
    """Pieces are wanted on a day."""
    _wanted(world, step, step.number("day"))
    look(world)


def forecast(world: CaseWorld, step: Step) -> None:
    """Pieces are expected to be wanted within a window of days."""
    first, last = step.get("window_days")
    _wanted(world, step, first, last)
    look(world)


def _wanted(world: CaseWorld, step: Step, first: Any, last: Any = None) -> None:
    wanted = PlanDemand(
        entity=world.entity,
        item=world.item(),
        site=world.site(),
        quantity=step.number("qty"),
        day=day_of(first),
        until=None if last is None else day_of(last),
        document=f"{step.op} {len(world.done)}",
    )
    world.do(wanted)


def order_point(world: CaseWorld, step: Step) -> None:
    """Below a minimum a place is filled up; above a maximum it gives away."""
    site = world.site(step.get("location"))
    _say(world, step, site, source=step.text("source"), overflow_to=step.text("overflow_to"))
    look(world)


def _say(world: CaseWorld, step: Step, site: str, *, source: str = "", overflow_to: str = "") -> None:
    levels = {key: step.number(key) if step.get(key) is not None else None for key in ("min", "target", "max")}
    point = SetOrderPoint(
        entity=world.entity,
        item=world.item(),
        site=site,
        source=world.site(source) if source else "",
        overflow_to=world.site(overflow_to) if overflow_to else "",
        lead_days=int(world.start.get("supplier_lead_days", 0)),
        period_days=int(world.start.get("supply_period_days", 30)),
        minimum=levels["min"],
        target=levels["target"],
        maximum=levels["max"],
    )
    world.do(point)


def force_issue(world: CaseWorld, step: Step) -> None:
    """Pieces are taken where none lie; the place is kept at zero from the other one the case begins with."""
    site, item = world.site(step.get("location")), world.item()
    others = [name for name in world.start if name in world.sites and name != site]
    if len(others) != 1:
        raise NotSupported("force_issue: not one other place that could give")
    _say(world, step, site, source=others[0])
    issued = IssueStock(
        entity=world.entity, item=item, site=site, quantity=step.number("qty"), document=f"SO {len(world.done)}"
    )
    world.do(issued)
    look(world)


def purchase_the_request(world: CaseWorld, step: Step) -> None:
    """What was suggested is ordered; where nothing was, so many pieces are."""
    found = [one for one in suggestions(world) if one.kind == BUY]
    if found:
        taken = TakeSuggestion(
            entity=world.entity,
            suggestion=found[0].number,
            by="buyer",
            quantity=step.number("qty"),
            supplier=world.supplier(),
            price=Decimal(1),
        )
        world.now.order = str(world.do(taken)["document"])
        ordered = sum((line.ordered for line in lines_of(world, world.now.order)), Decimal(0))
        world.now.found["request_percent_ordered"] = ordered * 100 / found[0].quantity
        return
    world.orders.append(order(world, step, [(world.item(), step.number("qty"), Decimal(1), "")], world.site()))


def run_again(world: CaseWorld, _: Step) -> None:
    """Look once more what is missing."""
    before = {one.number for one in suggestions(world)}
    look(world)
    new: list[Suggestion] = [one for one in suggestions(world) if one.kind == BUY and one.number not in before]
    world.now.found["new_purchase_request_qty"] = sum((one.quantity for one in new), Decimal(0))


def suggestions(world: CaseWorld) -> list[Suggestion]:
    """What replenishment suggests at this moment."""
    one = Suggestion
    return list(
        world.session.scalars(
            select(one)
            .where(one.entity == world.entity, one.state == OPEN)
            .order_by(one.number)
            .execution_options(populate_existing=True)
        )
    )


def look(world: CaseWorld) -> None:
    """Let the core look what is missing of everything."""
    world.do(RunReplenishment(entity=world.entity))


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "demand": demand,
    "forecast": forecast,
    "order_point": order_point,
    "force_issue": force_issue,
    "purchase_the_request": purchase_the_request,
    "run_again": run_again,
}
