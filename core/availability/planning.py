"""What is planned to come and to go, besides purchase orders. A plan moves nothing and promises nothing by itself."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.availability import promises
from core.availability.commands import CancelPlan, ChangePlan, FulfilPlan, PlanDemand, PlanSupply
from core.availability.tables import CANCELLED, DONE, OPEN, Direction, PlannedMove
from core.books.periods import must_be_open
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.wording import day as written
from core.wording import quantity as words

FORECAST = "forecast"


def plan_supply(erp: Erp, cmd: PlanSupply) -> dict[str, Any]:
    """Expect pieces on a day. What is overdue counts as coming today."""
    return _plan(erp, cmd, Direction.SUPPLY, cmd.kind, None)


def plan_demand(erp: Erp, cmd: PlanDemand) -> dict[str, Any]:
    """Want pieces on a day, or as a forecast within a window of days."""
    if cmd.until is not None and cmd.until < cmd.day:
        raise Refused(Refusal.NOTHING_TO_DO, f"a window from {cmd.day} to {cmd.until}")
    return _plan(erp, cmd, Direction.DEMAND, FORECAST if cmd.until is not None else cmd.kind, cmd.until)


def change_plan(erp: Erp, cmd: ChangePlan) -> dict[str, Any]:
    """Move a plan, or make it larger or smaller. Refuses less than came or went of it already."""
    plan = _open(erp, cmd.plan)
    day, quantity = cmd.day or plan.day, plan.quantity if cmd.quantity is None else cmd.quantity
    if (day, quantity) == (plan.day, plan.quantity):
        raise Refused(Refusal.NOTHING_TO_DO, f"{plan.number} says so already")
    if plan.until is not None and day > plan.until:
        raise Refused(Refusal.NOTHING_TO_DO, f"its window ends on {written(plan.until)}")
    if quantity <= plan.done:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(plan.done)} of {plan.number} are done, {words(quantity)}")
    _must_be_countable(erp, plan.item, quantity)
    if day != plan.day:
        must_be_open(erp, day)

    was, now = f"{words(plan.quantity)} on {written(plan.day)}", f"{words(quantity)} on {written(day)}"
    plan.day, plan.quantity = day, quantity
    erp.session.flush()
    erp.effect("promise", f"{plan.document}, {plan.item} at {plan.site}", was=was, now=now)
    return _told(erp, "plan_changed", plan)


def fulfil_plan(erp: Erp, cmd: FulfilPlan) -> dict[str, Any]:
    """Count pieces as come or gone. Refuses more than the plan has left."""
    plan = _open(erp, cmd.plan)
    if not ZERO < cmd.quantity <= plan.left:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(plan.left)} are left, {words(cmd.quantity)} asked")
    _must_be_countable(erp, plan.item, cmd.quantity)

    plan.done += cmd.quantity
    if plan.left == ZERO:
        plan.state = DONE
    erp.session.flush()
    return _told(erp, "plan_fulfilled", plan)


def cancel_plan(erp: Erp, cmd: CancelPlan) -> dict[str, Any]:
    """What is left of a plan will not come or go."""
    plan = _open(erp, cmd.plan)

    plan.state = CANCELLED
    erp.session.flush()
    erp.effect("promise", f"{plan.document}, {plan.item} at {plan.site}", was=words(plan.left), now="cancelled")
    return _told(erp, "plan_cancelled", plan)


def _plan(
    erp: Erp, cmd: PlanSupply | PlanDemand, direction: Direction, kind: str, until: date | None
) -> dict[str, Any]:
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    _must_be_countable(erp, cmd.item, cmd.quantity)
    take_turn(erp)  # before what it locks, as whoever decides on it does
    must_be_open(erp, until or cmd.day)
    promises.turn_of(erp, cmd.document)

    plan = PlannedMove(
        entity=erp.entity,
        number=erp.number("PL"),
        direction=direction,
        kind=kind,
        item=cmd.item,
        site=cmd.site,
        day=cmd.day,
        until=until,
        quantity=cmd.quantity,
        document=cmd.document,
        line=cmd.line,
        state=OPEN,
    )
    erp.add(plan)
    when = f"{words(plan.quantity)} on {written(plan.day)}"
    erp.effect("promise", f"{plan.document}, {plan.item} at {plan.site}", now=f"{direction} of {when}")
    return _told(erp, f"{direction}_planned", plan)


def _open(erp: Erp, number: str) -> PlannedMove:
    take_turn(erp)  # before what it locks, as whoever decides on it does
    promises.turn_of(erp, erp.need(PlannedMove, erp.entity, number, refusal=Refusal.PLAN_UNKNOWN).document)
    plan = erp.need(PlannedMove, erp.entity, number, refusal=Refusal.PLAN_UNKNOWN, lock=True)
    if plan.state != OPEN:
        raise Refused(Refusal.PLAN_NOT_OPEN, f"{number} is {plan.state}")
    return plan


def _must_be_countable(erp: Erp, sku: str, quantity: Decimal) -> None:
    item = erp.need(Item, erp.entity, sku, refusal=Refusal.ITEM_UNKNOWN)
    if quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{sku}: {quantity}")
    if quantity != quantity.quantize(Decimal(1).scaleb(-item.unit_decimals)):
        raise Refused(Refusal.PRECISION, f"{words(quantity)} {item.unit} of {sku}")


def _told(erp: Erp, kind: str, plan: PlannedMove) -> dict[str, Any]:
    """Say what became of a plan, and let the promise it stands for follow."""
    erp.emit(kind, f"plan {plan.number}", plan=plan.number, item=plan.item, site=plan.site, document=plan.document)
    promises.follow(erp, plan)
    return {"plan": plan.number}
