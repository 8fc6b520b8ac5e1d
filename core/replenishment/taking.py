"""A suggestion becomes an order that somebody else approves, or a transfer: by the commands that everybody uses."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.erp import Erp
from core.masterdata.tables import Item, SupplierItem
from core.money import ZERO
from core.purchasing.commands import NewOrderLine, PlaceOrder
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.refusals import Refusal, Refused
from core.replenishment.commands import LeaveSuggestion, TakeSuggestion
from core.replenishment.tables import BUY, LEFT, OPEN, TAKEN, OrderPoint, Suggestion
from core.stock.commands import TransferStock
from core.stock.ledger import take_turn
from core.stock.transit_commands import ShippedLine, ShipTransfer


def take_suggestion(erp: Erp, cmd: TakeSuggestion) -> dict[str, Any]:
    """Order, transfer or ship what is suggested, or another quantity of it. What is left is suggested again by the next
    run.

    Refuses to buy where nobody says from whom, or at what price.
    """
    row = _open(erp, cmd.suggestion)
    quantity = row.quantity if cmd.quantity is None else cmd.quantity
    if quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{row.number}: {quantity}")

    row.document = _order(erp, row, cmd, quantity) if row.kind == BUY else _transfer(erp, row, quantity)
    row.state = TAKEN
    erp.session.flush()
    erp.emit(
        "suggestion_taken", f"suggestion {row.number}", item=row.item, suggestion=row.number, document=row.document
    )
    return {"suggestion": row.number, "document": row.document}


def leave_suggestion(erp: Erp, cmd: LeaveSuggestion) -> dict[str, Any]:
    """Leave what is suggested. A run suggests it again only when more is missing. Refuses to leave it without a reason."""
    row = _open(erp, cmd.suggestion)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "whoever leaves a suggestion says why")

    row.state, row.reason, row.left_by = LEFT, cmd.reason.strip(), cmd.by
    erp.session.flush()
    erp.effect("record", row.number, was="suggested", now="left")
    erp.emit("suggestion_left", f"suggestion {row.number}", item=row.item, suggestion=row.number, reason=row.reason)
    return {"suggestion": row.number}


def _open(erp: Erp, number: str) -> Suggestion:
    take_turn(erp)  # before what it locks, as whoever decides on it does
    row = erp.need(Suggestion, erp.entity, number, refusal=Refusal.SUGGESTION_UNKNOWN, lock=True)
    if row.state != OPEN:
        raise Refused(Refusal.SUGGESTION_NOT_OPEN, f"{row.number} is {row.state}")
    return row


def _order(erp: Erp, row: Suggestion, cmd: TakeSuggestion, quantity: Decimal) -> str:
    supplier = cmd.supplier or row.supplier or _only_supplier(erp, row.item)
    if not supplier:
        raise Refused(Refusal.SUPPLIER_UNKNOWN, f"name who is to sell {row.item}")
    price = _price(erp, row.item, supplier) if cmd.price is None else cmd.price
    line = NewOrderLine(item=row.item, quantity=quantity, price=price, need_by=max(row.need_by, erp.today))
    order = PlaceOrder(entity=erp.entity, supplier=supplier, site=row.site, placed_by=cmd.by, lines=(line,))
    return str(erp.perform(order)["order"])


def _transfer(erp: Erp, row: Suggestion, quantity: Decimal) -> str:
    """Pieces that take days from the site's source are shipped, and are on the way until they are received; others are
    there at once."""
    if _days_between(erp, row):
        line = ShippedLine(item=row.item, quantity=quantity)
        shipment = ShipTransfer(entity=erp.entity, site=row.from_site, to_site=row.site, lines=(line,))
        return str(erp.perform(shipment)["transfer"])
    move = TransferStock(entity=erp.entity, item=row.item, site=row.from_site, to_site=row.site, quantity=quantity)
    return str(erp.perform(move)["transfer"])


def _days_between(erp: Erp, row: Suggestion) -> int:
    """How many days pieces take, where the order point of the site that gets them names the other as its source. Its lead
    time says nothing of pieces that come from elsewhere: those beyond another site's maximum."""
    point = erp.session.get(OrderPoint, (erp.entity, row.item, row.site), populate_existing=True)
    return point.lead_days if point is not None and point.source == row.from_site else 0


def _only_supplier(erp: Erp, item: str) -> str:
    """The one supplier who is known to sell the item; nobody where there are several."""
    known = erp.session.scalars(
        select(SupplierItem.supplier)
        .where(SupplierItem.entity == erp.entity, SupplierItem.item == item)
        .distinct()
        .limit(2)
    ).all()
    return known[0] if len(known) == 1 else ""


def _price(erp: Erp, item: str, supplier: str) -> Decimal:
    """What a base unit last cost at this supplier, else the item's standard cost. Refuses to guess."""
    last = erp.session.execute(
        select(PurchaseOrderLine.price, PurchaseOrderLine.unit_factor)
        .join(
            PurchaseOrder,
            (PurchaseOrder.entity == PurchaseOrderLine.entity) & (PurchaseOrder.number == PurchaseOrderLine.order),
        )
        .where(
            PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.item == item, PurchaseOrder.supplier == supplier
        )
        .order_by(PurchaseOrder.placed_at.desc(), PurchaseOrder.number.desc(), PurchaseOrderLine.line.desc())
        .limit(1)
    ).first()
    if last is not None:
        return Decimal(last.price / last.unit_factor).quantize(Decimal("0.000001"))
    standard = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN).standard_cost
    if standard <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{item} was never ordered from {supplier}; name a price")
    return standard
