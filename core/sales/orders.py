"""Sales orders entered, confirmed within the customer's credit, and cancelled."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.availability.commands import CancelPlan, PlanDemand, ReleaseReservation
from core.availability.promises import plans_of
from core.availability.tables import HELD, Reservation
from core.erp import Erp
from core.masterdata.standing_in import must_not_be_blocked
from core.masterdata.tables import Conversion, Item, Site
from core.masterdata.units import base_of, must_be_kept
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.amounts import must_be_a_price, worth
from core.sales.commands import CancelSalesOrder, ConfirmSalesOrder, EnterSalesOrder, NewSalesLine
from core.sales.in_hand import OrderInHand
from core.sales.queries import credit
from core.sales.tables import (
    CANCELLED,
    CONFIRMED,
    COUNTS_AS_EXPOSURE,
    ENTERED,
    ON_HOLD,
    Customer,
    SalesOrder,
    SalesOrderLine,
)
from core.wording import amount as money

WAITS = (ENTERED, ON_HOLD)


def enter_sales_order(erp: Erp, cmd: EnterSalesOrder) -> dict[str, Any]:
    """Write an order down. Refuses an order of nothing, unknown items and units, and what cannot be counted."""
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN)
    if cmd.number and erp.session.get(SalesOrder, (erp.entity, cmd.number)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, cmd.number)
    if not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, "an order of nothing")
    factors = [_checked(erp, line) for line in cmd.lines]

    number = cmd.number or erp.number("SO")
    erp.add(
        SalesOrder(
            entity=erp.entity,
            number=number,
            customer=customer.number,
            their_number=cmd.their_number,
            state=ENTERED,
            entered_by=str(erp.actor),
            entered_at=erp.now,
            confirmed_at=None,
        )
    )
    rows = [
        SalesOrderLine(
            entity=erp.entity,
            order=number,
            line=place,
            item=line.item,
            site=line.site,
            unit=line.unit or item.unit,
            unit_factor=factor,
            quantity=line.quantity,
            price=line.price,
            promised=line.promised,
            pieces=base_of(line.quantity, factor=factor, decimals=item.unit_decimals),
            cancelled=ZERO,
            shipped=ZERO,
        )
        for place, (line, (item, factor)) in enumerate(zip(cmd.lines, factors, strict=True), 1)
    ]
    erp.add(*rows)
    total = sum((worth(row, ZERO, row.pieces, customer.currency) for row in rows), ZERO)
    erp.effect("order", f"{number} of {customer.name}", total, customer.currency)
    erp.emit("sales_order_entered", f"sales_order {number}", order=number, customer=customer.number)
    return {"order": number, "total": total}


def confirm_sales_order(erp: Erp, cmd: ConfirmSalesOrder) -> dict[str, Any]:
    """Confirm an order that fits the customer's credit: its lines become dated demand. One that does not fit is on hold,
    says by how much, promises nothing and counts nowhere; confirming it again looks at the credit of that hour."""
    hand = OrderInHand(erp, cmd.order)
    order, customer = hand.order, hand.customer
    if order.state not in WAITS:
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order.number} is {order.state}")
    total = sum((worth(line, ZERO, line.pieces, customer.currency) for line in hand.lines.values()), ZERO)
    asked = credit(erp.session, erp.entity, customer.number, total)

    was = order.state
    if not asked.allowed:
        assert asked.limit is not None, "only a limit can be passed"
        over = money(asked.over, customer.currency)
        order.state = ON_HOLD
        order.hold_reason = (
            f"{over} over the credit limit of {money(asked.limit, customer.currency)}:"
            f" {money(asked.receivable, customer.currency)} owed, {money(asked.ordered, customer.currency)} on order,"
            f" {money(total, customer.currency)} asked"
        )
        erp.session.flush()
        erp.effect("record", f"Sales order {order.number}", was=was, now=ON_HOLD)
        erp.note("command", f"{order.number} is on hold: {order.hold_reason}")
        _told(erp, "sales_order_held", order, over=asked.over, exposure=asked.exposure, limit=asked.limit)
        return {"order": order.number, "state": ON_HOLD, "over": asked.over, "says": order.hold_reason}

    order.state, order.hold_reason, order.confirmed_at = CONFIRMED, "", erp.now
    for line in hand.lines.values():
        plan = PlanDemand(
            entity=erp.entity,
            item=line.item,
            site=line.site,
            quantity=line.pieces,
            day=line.promised,
            document=order.number,
            line=line.line,
        )
        line.plan = str(erp.perform(plan)["plan"])
    erp.session.flush()
    erp.effect("record", f"Sales order {order.number}", was=was, now=CONFIRMED)
    _told(erp, "sales_order_confirmed", order)
    return {"order": order.number, "state": CONFIRMED, "exposure": asked.exposure + total}


def cancel_sales_order(erp: Erp, cmd: CancelSalesOrder) -> dict[str, Any]:
    """Cancel what is not shipped: its demand and its claims on stock are gone. Refuses where nothing is left to cancel."""
    hand = OrderInHand(erp, cmd.order)
    order = hand.order
    if order.state not in (*WAITS, *COUNTS_AS_EXPOSURE):
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order.number} is {order.state}")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "who cancels says why")
    lines = [hand.line(line) for line in dict.fromkeys(cmd.lines)] or list(hand.lines.values())
    lines = [line for line in lines if line.left > ZERO]
    if not lines:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of that is left to ship of {order.number}")

    was = order.state
    for line in lines:
        line.cancelled += line.left
        _let_go(erp, order.number, line)
    if order.state in WAITS:
        if all(line.left == ZERO for line in hand.lines.values()):
            order.state, order.hold_reason = CANCELLED, ""
            erp.effect("record", f"Sales order {order.number}", was=was, now=CANCELLED)
        erp.session.flush()
    else:
        hand.settle()
    _told(erp, "sales_order_cancelled", order, reason=cmd.reason, lines=[line.line for line in lines])
    return {"order": order.number, "state": order.state}


def _checked(erp: Erp, line: NewSalesLine) -> tuple[Item, Decimal]:
    """The item of a line, and how many pieces one of its unit is."""
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    must_not_be_blocked(erp, line.item)
    erp.need(Site, erp.entity, line.site, refusal=Refusal.SITE_UNKNOWN)
    factor = Decimal(1)
    if line.unit not in ("", item.unit):
        factor = erp.need(Conversion, erp.entity, line.item, line.unit, refusal=Refusal.UNIT_UNKNOWN).factor
    if line.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{line.item}: {line.quantity}")
    must_be_kept(line.quantity)
    must_be_a_price(line.price, line.item)
    if base_of(line.quantity, factor=factor, decimals=item.unit_decimals) <= ZERO:
        raise Refused(Refusal.PRECISION, f"{line.quantity} {line.unit} of {line.item} is less than a piece")
    return item, factor


def _let_go(erp: Erp, order: str, line: SalesOrderLine) -> None:
    """End every demand and the claims of a line; it may have been split over several days."""
    for plan in plans_of(erp, order, line.line) if line.plan else ():
        erp.perform(CancelPlan(entity=erp.entity, plan=plan.number, reason=f"{order} cancelled"))
    claims = erp.session.scalars(
        select(Reservation.number)
        .where(
            Reservation.entity == erp.entity,
            Reservation.document == order,
            Reservation.line == line.line,
            Reservation.state == HELD,
        )
        .order_by(Reservation.number)
    ).all()
    for claim in claims:
        erp.perform(ReleaseReservation(entity=erp.entity, reservation=claim, reason=f"{order} cancelled"))


def _told(erp: Erp, kind: str, order: SalesOrder, **facts: Any) -> None:
    erp.emit(kind, f"sales_order {order.number}", order=order.number, customer=order.customer, **facts)
