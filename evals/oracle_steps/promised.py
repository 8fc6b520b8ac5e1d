"""Claims on stock, what is planned to come and to go, and what may be promised of it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.availability import arithmetic
from core.availability.commands import ChangePlan, PlanDemand, PlanSupply, ReserveStock, WantedClaim
from core.availability.dated import dated
from core.money import ZERO
from core.stock.commands import OpenStock
from core.stock.queries import available
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import NOW, CaseWorld


def day_of(offset: Any) -> Any:
    """The day so many days from day 0."""
    return (NOW + timedelta(days=int(offset))).date()


def reserve(world: CaseWorld, step: Step) -> None:
    """Claims on what is there, all at once; each gets what there is, in the order the core serves them."""
    said = step.get("qty")
    wanted = said if isinstance(said, list) else [said]
    item, site = world.item(), world.site()
    claims = tuple(
        WantedClaim(item=item, quantity=quantity, document=f"{step.name} {place}")
        for place, quantity in enumerate(wanted)
    )
    answer = world.do(ReserveStock(entity=world.entity, site=site, claims=claims))
    _kept(world, answer)


def reserve_move(world: CaseWorld, step: Step) -> None:
    """Pieces are kept to be moved to another site, where they are expected. Without a place it is about the day alone:
    then a piece lies there to be kept."""
    item, site = world.item(), world.site(step.get("frm"))
    quantity = step.number("qty", Decimal(1))
    if step.get("frm") is None and not available(world.session, world.entity, item, site):
        world.do(OpenStock(entity=world.entity, item=item, site=site, quantity=quantity, unit_cost=ZERO))
    day = None if step.get("day") is None else day_of(step.number("day"))
    claim = WantedClaim(item=item, quantity=quantity, document=step.name, day=day)
    _kept(world, world.do(ReserveStock(entity=world.entity, site=site, claims=(claim,))))
    if step.get("to") is not None:
        target = world.site(step.get("to"))
        coming = PlanSupply(
            entity=world.entity,
            item=item,
            site=target,
            quantity=quantity,
            day=NOW.date(),
            document=step.name,
            kind="transfer",
        )
        world.do(coming)


def _kept(world: CaseWorld, answer: dict[str, Any]) -> None:
    """Keep what the core answered: who got how much, first the smallest claims, as it serves them."""
    parts = [(Decimal(one["quantity"]), Decimal(one["open"])) for one in answer["reservations"]]
    parts.sort(key=sum)
    found = world.now.found
    found["fully_reserved"] = answer["fully_reserved"]
    found["reserved"] = [part for part, _ in parts if part]
    found["open"] = [left for _, left in parts if left]
    found["state"] = "reserved" if answer["fully_reserved"] else "open"


def planned_receipt(world: CaseWorld, step: Step) -> None:
    """Pieces are expected on a day."""
    _plan_supply(world, step, world.item(step.text("item")), step.number("qty"), step.number("day"))


def planned_shipment(world: CaseWorld, step: Step) -> None:
    """Pieces are to leave on a day, each line of the document an item."""
    lines = step.get("lines") or [{"qty": step.number("qty")}]
    plans = []
    for place, line in enumerate(lines):
        item = world.item(str(line.get("item", "")))
        plans.append(_plan_demand(world, step.name, item, line["qty"], step.number("day"), place))
    world.now.found["plans"] = plans


def _plan_supply(world: CaseWorld, step: Step, item: str, quantity: Decimal, offset: Any) -> None:
    coming = PlanSupply(
        entity=world.entity,
        item=item,
        site=world.site(),
        quantity=quantity,
        day=day_of(offset),
        document=f"{step.name} {offset}",
    )
    world.do(coming)


def _plan_demand(world: CaseWorld, document: str, item: str, quantity: Decimal, offset: Any, line: int) -> str:
    going = PlanDemand(
        entity=world.entity,
        item=item,
        site=world.site(),
        quantity=quantity,
        day=day_of(offset),
        document=document,
        line=line,
    )
    return str(world.do(going)["plan"])


def move_to(world: CaseWorld, name: str, offset: int) -> None:
    """A planned document leaves on another day."""
    for plan in world.step_called(name).found["plans"]:
        world.do(ChangePlan(entity=world.entity, plan=plan, day=day_of(offset)))


def promise_table(world: CaseWorld, step: Step) -> None:
    """Supply and demand by period, each planned on the day of its period: the first is day 0."""
    item = world.item()
    supply, demand = step.get("supply"), step.get("demand")
    if len(supply) != len(demand):
        raise NotSupported("atp: supply and demand of different lengths")
    world.limits["periods"] = len(supply)
    for place, quantity in enumerate(supply):
        if quantity:
            _plan_supply(world, step, item, quantity, place)
    for place, quantity in enumerate(demand):
        if quantity:
            _plan_demand(world, f"demand {place}", item, quantity, place, 0)


def request(world: CaseWorld, step: Step) -> None:
    """Pieces are asked for a period; the period that may be promised is planned for them."""
    if step.get("period") is None:
        raise NotSupported("request: no period")
    wanted = int(step.number("period")) - 1
    place = arithmetic.period_for(discrete(world), step.number("qty"), wanted)
    if place is None:
        world.now.found["promised_period"] = None
        return
    _plan_demand(world, step.name, world.item(), step.number("qty"), place, 0)
    world.now.found["promised_period"] = place + 1


def discrete(world: CaseWorld) -> list[Decimal]:
    """What may be promised by period, of what the books have planned."""
    item, site = world.item(), world.site()
    planned = dated(world.session, world.entity, [item], site, NOW)[item]
    days = [day_of(place) for place in range(int(world.limits.get("periods", 0)))]
    supply = [sum((one.quantity for one in planned.supplies if one.day == day), ZERO) for day in days]
    demand = [sum((one.quantity for one in planned.demands if one.day == day), ZERO) for day in days]
    return arithmetic.by_period(supply, demand)


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "reserve": reserve,
    "reserve_move": reserve_move,
    "planned_receipt": planned_receipt,
    "planned_shipment": planned_shipment,
    "atp": promise_table,
    "request": request,
}
