"""What suppliers confirm: kept as their word. It changes no quantity, price or need of ours."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO
from core.payables.units import to_six
from core.purchasing.commands import CheckConfirmations, ConfirmedLine, RecordConfirmation
from core.purchasing.orders import AWAITING, OPEN, called, settle
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.tables import GoodsReceipt
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.wording import price, quantity


def record_confirmation(erp: Erp, cmd: RecordConfirmation) -> dict[str, Any]:
    """Keep what the supplier says of an order, line by line; None leaves what it said before."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    order = erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    if order.state not in (OPEN, AWAITING):
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order.number} is {order.state}")
    rows = {
        line.line: erp.need(
            PurchaseOrderLine, erp.entity, cmd.order, line.line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True
        )
        for line in cmd.lines
    }
    for said in cmd.lines:
        if min(said.quantity or ZERO, said.price or ZERO) < ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{order.number} line {said.line}")

    for said in cmd.lines:
        _keep(erp, order, rows[said.line], said)
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


def _keep(erp: Erp, order: PurchaseOrder, row: PurchaseOrderLine, said: ConfirmedLine) -> None:
    """Keep what is said of one line. Of two dates the later counts: until then the line is not complete."""
    promised = max(day for day in (said.promised, said.rest_promised, date.min) if day is not None)
    what = called(order, row)
    if said.quantity is not None and said.quantity != row.confirmed:
        was, row.confirmed = row.confirmed, to_six(said.quantity)
        erp.effect(
            "promise", f"{what}, confirmed", was="" if was is None else quantity(was), now=quantity(row.confirmed)
        )
    if said.price is not None and said.price != row.confirmed_price:
        was, row.confirmed_price = row.confirmed_price, to_six(said.price)
        now = price(row.confirmed_price)
        erp.effect("promise", f"{what}, confirmed price", was="" if was is None else price(was), now=now)
    if promised not in (date.min, row.promised):
        before, row.promised = row.promised, promised
        erp.effect("promise", f"{what}, promised", was=str(before or ""), now=str(promised))


def check_confirmations(erp: Erp, cmd: CheckConfirmations) -> dict[str, Any]:
    """Name every open order that is past its supplier's norm without a word, to the detectors. Goods are a word too."""
    arrived = exists().where(GoodsReceipt.entity == PurchaseOrder.entity, GoodsReceipt.order == PurchaseOrder.number)
    late = erp.session.execute(
        select(PurchaseOrder.number, PurchaseOrder.placed_at, Supplier.confirm_days)
        .join(Supplier, (Supplier.entity == PurchaseOrder.entity) & (Supplier.number == PurchaseOrder.supplier))
        .where(
            PurchaseOrder.entity == erp.entity,
            PurchaseOrder.state == OPEN,
            PurchaseOrder.confirmed_at.is_(None),
            ~arrived,
        )
        .order_by(PurchaseOrder.number)
    ).all()
    overdue = [number for number, placed_at, days in late if erp.now - placed_at > timedelta(days=days)]
    for number in overdue:
        erp.emit("confirmation_overdue", f"purchase_order {number}", order=number)
    return {"overdue": overdue}
