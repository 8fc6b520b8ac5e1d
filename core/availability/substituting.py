"""A substitute leaves instead of what was promised: the demand for one item becomes a demand for the other, on the same
day and for the same document. Of a sales order the ordered line gives the pieces up and a new line promises the
substitute, at the price that was ordered.

Only what master data names stands in, only as much as can be promised of it by that day, and only what comes out even.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.availability import promises
from core.availability.commands import CancelPlan, ChangePlan, PlanDemand, ReleaseReservation, UseSubstitute
from core.availability.queries import promise
from core.availability.tables import HELD, OPEN, Direction, PlannedMove, Reservation
from core.erp import Erp
from core.masterdata.standing_in import StandIn, in_its_place, substitutes_of
from core.masterdata.tables import Conversion, Item
from core.masterdata.units import must_be_kept
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.tables import SalesOrderLine
from core.stock.ledger import take_turn
from core.wording import quantity as words


@dataclass(frozen=True, kw_only=True, slots=True)
class _Swap:
    """What is given up of a plan, and what stands in for it."""

    plan: PlannedMove
    stand_in: StandIn
    pieces: Decimal
    instead: Decimal


def use_substitute(erp: Erp, cmd: UseSubstitute) -> dict[str, Any]:
    """Let a substitute leave for so many pieces of a planned demand. Refuses what no record names for that day, more than
    the plan has left, more than can be promised of the substitute by then, and what does not come out even."""
    document = erp.need(PlannedMove, erp.entity, cmd.plan, refusal=Refusal.PLAN_UNKNOWN).document
    take_turn(erp)  # what is promised of the substitute to one is not promised to another meanwhile
    promises.turn_of(erp, document)
    plan = erp.need(PlannedMove, erp.entity, cmd.plan, refusal=Refusal.PLAN_UNKNOWN, lock=True)
    swap = _swap(erp, cmd, plan)
    line = erp.session.get(SalesOrderLine, (erp.entity, document, plan.line), populate_existing=True)
    if line is not None and not (line.plan and line.item == plan.item):
        line = None  # nobody's ordered pieces: a plan by hand, or an order that nobody confirmed
    new = _new_line(erp, swap, line) if line is not None else None

    _give_up(erp, swap)
    wants = PlanDemand(
        entity=erp.entity,
        item=swap.stand_in.substitute,
        site=plan.site,
        quantity=swap.instead,
        day=plan.day,
        document=document,
        line=new.line if new is not None else plan.line,
        kind=plan.kind,
    )
    made = str(erp.perform(wants)["plan"])
    if line is not None and new is not None:
        _promise_instead(erp, line, new, swap, made)
    erp.emit(
        "substitute_used",
        f"plan {made}",
        plan=made,
        instead_of=plan.number,
        document=document,
        item=swap.stand_in.substitute,
        for_item=plan.item,
        site=plan.site,
        pieces=swap.pieces,
        instead=swap.instead,
        reason=cmd.reason,
    )
    return {"plan": made, "pieces": swap.pieces, "instead": swap.instead, "line": new.line if new is not None else 0}


def _swap(erp: Erp, cmd: UseSubstitute, plan: PlannedMove) -> _Swap:
    """What would be swapped, after every check."""
    if plan.state != OPEN:
        raise Refused(Refusal.PLAN_NOT_OPEN, f"{plan.number} is {plan.state}")
    if plan.direction != Direction.DEMAND or plan.until is not None:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{plan.number} promises nothing to anybody")
    pieces = plan.left if cmd.quantity is None else cmd.quantity
    if not ZERO < pieces <= plan.left:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(plan.left)} are left, {words(pieces)} asked")
    item = erp.need(Item, erp.entity, plan.item, refusal=Refusal.ITEM_UNKNOWN)
    if pieces != pieces.quantize(Decimal(1).scaleb(-item.unit_decimals)):
        raise Refused(Refusal.PRECISION, f"{words(pieces)} {item.unit} of {plan.item}")
    named = substitutes_of(erp.session, erp.entity, plan.item, erp.today)
    stand_in = next((one for one in named if one.substitute == cmd.substitute), None)
    if stand_in is None:
        raise Refused(
            Refusal.SUBSTITUTE_UNKNOWN, f"nothing says that {cmd.substitute} may stand in for {plan.item} today"
        )
    other = erp.need(Item, erp.entity, cmd.substitute, refusal=Refusal.ITEM_UNKNOWN)
    instead = in_its_place(pieces, stand_in, other.unit_decimals)
    day = max(plan.day, erp.today)
    found = promise(erp.session, erp.entity, {cmd.substitute: instead}, plan.site, day, erp.now)
    if found.whole is None or found.whole > day:
        free = sum((part.quantity for part in found.parts[cmd.substitute] if part.day <= day), ZERO)
        raise Refused(
            Refusal.MORE_THAN_ON_HAND,
            f"{words(free)} of {cmd.substitute} can be promised at {plan.site} by {day}, {words(instead)} asked",
        )
    return _Swap(plan=plan, stand_in=stand_in, pieces=pieces, instead=instead)


def _give_up(erp: Erp, swap: _Swap) -> None:
    """The plan wants so many pieces less, and claims no more than it still wants."""
    plan, entity = swap.plan, erp.entity
    wanted = sum((one.left for one in promises.plans_of(erp, plan.document, plan.line) if one.item == plan.item), ZERO)
    claims = erp.session.scalars(
        select(Reservation)
        .where(
            Reservation.entity == entity,
            Reservation.document == plan.document,
            Reservation.line == plan.line,
            Reservation.item == plan.item,
            Reservation.site == plan.site,
            Reservation.state == HELD,
        )
        .order_by(Reservation.strength.desc(), func.length(Reservation.number).desc(), Reservation.number.desc())
        .execution_options(populate_existing=True)
    ).all()
    over = sum((claim.quantity for claim in claims), ZERO) - (wanted - swap.pieces)
    reason = f"{swap.stand_in.substitute} leaves instead"
    for claim in claims:
        part = min(over, claim.quantity)
        if part > ZERO:
            over -= part
            erp.perform(ReleaseReservation(entity=entity, reservation=claim.number, quantity=part, reason=reason))
    if swap.pieces == plan.left:
        erp.perform(CancelPlan(entity=entity, plan=plan.number, reason=reason))
    else:
        erp.perform(ChangePlan(entity=entity, plan=plan.number, quantity=plan.quantity - swap.pieces))


def _new_line(erp: Erp, swap: _Swap, line: SalesOrderLine) -> SalesOrderLine:
    """The order line that promises the substitute: as many of the ordered unit, at the ordered price of it."""
    if swap.pieces > line.left:
        raise Refused(
            Refusal.MORE_THAN_ORDERED,
            f"{words(line.left)} of {line.order} line {line.line} are left, {words(swap.pieces)} asked",
        )
    unit, factor = _unit(erp, swap, line)
    must_be_kept(factor)
    quantity = (swap.pieces / line.unit_factor).quantize(Decimal("0.000001")).normalize()
    last = select(func.max(SalesOrderLine.line)).where(
        SalesOrderLine.entity == erp.entity, SalesOrderLine.order == line.order
    )
    return SalesOrderLine(
        entity=erp.entity,
        order=line.order,
        line=erp.session.execute(last).scalar_one() + 1,
        item=swap.stand_in.substitute,
        site=line.site,
        unit=unit,
        unit_factor=factor,
        quantity=quantity,
        price=line.price,
        promised=swap.plan.day,
        pieces=swap.instead,
        cancelled=ZERO,
        shipped=ZERO,
        instead_of=line.line,
    )


def _unit(erp: Erp, swap: _Swap, line: SalesOrderLine) -> tuple[str, Decimal]:
    """What the new line counts in, and how many pieces of the substitute one of it is. A unit that the substitute does not
    have in that size says whose it is, so that nobody ships a box of another size for it."""
    item = erp.need(Item, erp.entity, swap.stand_in.substitute, refusal=Refusal.ITEM_UNKNOWN)
    factor = line.unit_factor * swap.stand_in.factor
    own = erp.session.get(Conversion, (erp.entity, item.sku, line.unit))
    size = Decimal(1) if line.unit == item.unit else own.factor if own is not None else ZERO
    return (line.unit if size == factor else f"{line.unit} of {line.item}"), factor


def _promise_instead(erp: Erp, line: SalesOrderLine, new: SalesOrderLine, swap: _Swap, plan: str) -> None:
    line.cancelled += swap.pieces
    new.plan = plan
    erp.add(new)
    was, now = f"{words(swap.pieces)} of {line.item}", f"{words(swap.instead)} of {new.item} at the ordered price"
    erp.effect("order", f"{line.order} line {line.line}", was=was, now=f"{now}, as line {new.line}")
    erp.emit(
        "sales_line_substituted",
        f"sales_order {line.order}",
        order=line.order,
        line=line.line,
        new_line=new.line,
        item=new.item,
    )
