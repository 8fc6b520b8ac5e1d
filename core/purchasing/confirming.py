"""What suppliers confirm: kept as their word. It changes no quantity, price or need of ours."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.erp import Erp
from core.masterdata.tables import Supplier
from core.purchasing.commands import CheckConfirmations, RecordConfirmation
from core.purchasing.orders import AWAITING, OPEN, settle
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.refusals import Refusal, Refused


def record_confirmation(erp: Erp, cmd: RecordConfirmation) -> dict[str, Any]:
    """Keep what the supplier says of an order, line by line; None leaves what it said before."""
    order = erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    if order.state not in (OPEN, AWAITING):
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order.number} is {order.state}")
    rows = {
        line.line: erp.need(
            PurchaseOrderLine, erp.entity, cmd.order, line.line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True
        )
        for line in cmd.lines
    }
    negative = [line.line for line in cmd.lines if line.quantity is not None and line.quantity < 0]
    if negative:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{order.number} line {negative[0]}")

    for said in cmd.lines:
        row = rows[said.line]
        if said.quantity is not None:
            row.confirmed = said.quantity
        if said.price is not None:
            row.confirmed_price = said.price
        if said.rest_promised or said.promised:
            row.promised = said.rest_promised or said.promised
    order.confirmed_at = order.confirmed_at or erp.now
    order.confirmation_number = cmd.confirmation or order.confirmation_number
    settle(erp, order)
    erp.emit(
        "order_confirmed",
        f"purchase_order {order.number}",
        order=order.number,
        lines=sorted(rows),
        message=cmd.message,
    )
    return {"order": order.number}


def check_confirmations(erp: Erp, cmd: CheckConfirmations) -> dict[str, Any]:
    """Name every open order that is past its supplier's norm without a word, to the detectors."""
    late = erp.session.execute(
        select(PurchaseOrder.number, PurchaseOrder.placed_at, Supplier.confirm_days)
        .join(Supplier, (Supplier.entity == PurchaseOrder.entity) & (Supplier.number == PurchaseOrder.supplier))
        .where(PurchaseOrder.entity == erp.entity, PurchaseOrder.state == OPEN, PurchaseOrder.confirmed_at.is_(None))
        .order_by(PurchaseOrder.number)
    ).all()
    overdue = [number for number, placed_at, days in late if erp.now - placed_at > timedelta(days=days)]
    for number in overdue:
        erp.emit("confirmation_overdue", f"purchase_order {number}", order=number)
    return {"overdue": overdue}
