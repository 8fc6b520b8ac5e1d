"""Purchase orders: placed by one person, approved by another, changed in the open."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core import driver
from core.books.rates import exchange
from core.erp import Erp
from core.masterdata.standing_in import must_not_be_blocked
from core.masterdata.tables import Conversion, Item, Site, Supplier, SupplierItem
from core.masterdata.units import DUST, base_of, must_be_kept, rest
from core.money import ZERO
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    ApproveOrder,
    CancelRest,
    CloseShort,
    NewOrderLine,
    PlaceOrder,
)
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.wording import price, quantity

OPEN, AWAITING, CLOSED, CANCELLED = "open", "awaiting_approval", "closed", "cancelled"


def place_order(erp: Erp, cmd: PlaceOrder) -> dict[str, Any]:
    """Order from a supplier, in its currency; the order waits until somebody else approves it. Another currency than the
    books' needs a rate that is known, so that nobody approves what cannot be valued."""
    supplier = erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    currency = cmd.currency or supplier.currency
    exchange(erp, currency, erp.today, given=cmd.rate)
    if not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, "an order without lines")
    rows = [_row(erp, supplier, line) for line in cmd.lines]
    if cmd.charges_agreed is not None and cmd.charges_agreed < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.charges_agreed)

    take_turn(erp)  # before its number, as whoever decides does
    number = cmd.number or erp.number("PO")
    if erp.session.get(PurchaseOrder, (erp.entity, number)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, number)
    erp.add(
        PurchaseOrder(
            entity=erp.entity,
            number=number,
            supplier=supplier.number,
            site=cmd.site,
            currency=currency,
            rate=None if currency == erp.currency else cmd.rate,
            charges_agreed=cmd.charges_agreed,
            state=AWAITING,
            placed_by=cmd.placed_by,
            placed_at=cmd.placed_at or erp.now,
            changed_at=erp.now,
        )
    )
    for place, row in enumerate(rows, 1):
        row.order, row.line = number, place
    erp.add(*rows)
    for row in rows:
        ordered = f"{quantity(row.ordered)} {row.unit} at {price(row.price)}"
        erp.effect("order", f"{row.item} from {supplier.name}", now=f"{ordered}, needed by {row.need_by}")
    erp.emit("order_placed", f"purchase_order {number}", order=number)
    return {"order": number}


def approve_order(erp: Erp, cmd: ApproveOrder) -> dict[str, Any]:
    """Open an order. Who placed it may not approve it, whatever roles she has."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    order = erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    if order.state != AWAITING:
        raise Refused(Refusal.ORDER_NOT_AWAITING_APPROVAL, f"{order.number} is {order.state}")
    if order.placed_by in (cmd.approved_by, str(erp.actor)):
        raise Refused(Refusal.DUTIES, f"{order.placed_by} placed {order.number}")

    order.state, order.approved_by, order.approved_at = OPEN, cmd.approved_by, erp.now
    _touch(erp, order)
    erp.emit("order_approved", f"purchase_order {order.number}", order=order.number)
    return {"order": order.number}


def accept_promise(erp: Erp, cmd: AcceptPromise) -> dict[str, Any]:
    """Move the day we need a line by to what the supplier promises."""
    order, line = open_line(erp, cmd.order, cmd.line)
    if cmd.need_by == line.need_by:
        raise Refused(Refusal.NOTHING_TO_DO, f"{order.number} line {line.line} is needed by then already")

    was, line.need_by = line.need_by, cmd.need_by
    erp.effect("promise", called(order, line), was=str(was), now=str(cmd.need_by))
    return _changed(erp, order, line)


def amend_price(erp: Erp, cmd: AmendPrice) -> dict[str, Any]:
    """Change a line's price. What was received keeps its cost until it is billed; the variance is posted then."""
    order, line = open_line(erp, cmd.order, cmd.line)
    if cmd.price <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.price)
    must_be_kept(cmd.price)
    if cmd.price == line.price:
        raise Refused(Refusal.NOTHING_TO_DO, f"the price is {price(line.price)} already")

    was, line.price = line.price, cmd.price
    erp.effect("order", called(order, line), was=f"at {price(was)}", now=f"at {price(cmd.price)}")
    return _changed(erp, order, line)


def amend_quantity(erp: Erp, cmd: AmendQuantity) -> dict[str, Any]:
    """Change what a line orders; never below what came and what was cancelled."""
    order, line = open_line(erp, cmd.order, cmd.line, closed_too=True)
    came = line.received + line.damaged - line.returned
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.quantity < came + line.cancelled:
        gone = f", {quantity(line.cancelled)} were cancelled" if line.cancelled else ""
        raise Refused(Refusal.MORE_THAN_ORDERED, f"{quantity(came)} came already{gone}")
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    base_of(cmd.quantity, factor=line.unit_factor, decimals=item.unit_decimals)
    if cmd.quantity == line.ordered:
        raise Refused(Refusal.NOTHING_TO_DO, f"{quantity(line.ordered)} are ordered already")

    was, line.ordered = line.ordered, cmd.quantity
    erp.effect("order", called(order, line), cmd.quantity - was, line.unit)
    return _changed(erp, order, line)


def cancel_rest(erp: Erp, cmd: CancelRest) -> dict[str, Any]:
    """Cancel what is still open of a line."""
    order, line = open_line(erp, cmd.order, cmd.line)
    left = still_open(line)
    if left <= ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {order.number} line {line.line} is open")

    line.cancelled += left
    erp.effect("order", called(order, line), -left, line.unit)
    return _changed(erp, order, line)


def close_short(erp: Erp, cmd: CloseShort) -> dict[str, Any]:
    """Expect nothing more of a line. It stays ordered as it was; what did not come is not payable."""
    order, line = open_line(erp, cmd.order, cmd.line)
    left = still_open(line)
    if left <= ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {order.number} line {line.line} is open")

    line.closed_short = True
    erp.effect("order", called(order, line), was=f"{quantity(left)} expected", now="closed short")
    return _changed(erp, order, line)


def open_line(erp: Erp, order: str, line: int, *, closed_too: bool = False) -> tuple[PurchaseOrder, PurchaseOrderLine]:
    """An order and its line, both locked. Refuses unknown ones and an order that is not open."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    head = erp.need(PurchaseOrder, erp.entity, order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    row = erp.need(PurchaseOrderLine, erp.entity, order, line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True)
    if head.state != OPEN and not (closed_too and head.state == CLOSED):
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order} is {head.state}")
    return head, row


def still_open(line: PurchaseOrderLine) -> Decimal:
    """What may still come of a line, in the order's unit."""
    if line.closed_short:
        return ZERO
    return rest(wanted(line) - line.received - line.damaged + line.returned)


def wanted(line: PurchaseOrderLine) -> Decimal:
    """What a line orders and did not cancel, in the order's unit."""
    return line.ordered - line.cancelled


def called(order: PurchaseOrder, line: PurchaseOrderLine) -> str:
    """How effects name an order line."""
    return f"{order.number} line {line.line}, {line.description}"


HOW_FAR = """
select coalesce(bool_and(cancelled = ordered), true) as cancelled,
  bool_or(not closed_short and ordered - cancelled - received - damaged + returned >= %(dust)s) as still_open
from purchase_order_line where entity = %(entity)s and "order" = %(order)s
"""
"""How far an order is, by its lines: the same as asking `still_open` of each."""


def settle(erp: Erp, order: PurchaseOrder) -> None:
    """Note that an order changed, and close it when nothing of it is open any more (or open it again)."""
    if order.state in (OPEN, CLOSED):
        values = {"entity": erp.entity, "order": order.number, "dust": DUST}
        lines = driver.ask(erp.session, HOW_FAR, values)[0]
        order.state = CANCELLED if lines.cancelled else OPEN if lines.still_open else CLOSED
    _touch(erp, order)


def _changed(erp: Erp, order: PurchaseOrder, line: PurchaseOrderLine) -> dict[str, Any]:
    erp.session.flush()
    settle(erp, order)
    erp.emit("order_changed", f"purchase_order {order.number}", order=order.number, line=line.line)
    return {"order": order.number, "line": line.line}


def _touch(erp: Erp, order: PurchaseOrder) -> None:
    """Move the version even when only a line changed: a proposal rests on the order as a whole."""
    order.changed_at = erp.now
    order.changes += 1
    erp.session.flush()


def _row(erp: Erp, supplier: Supplier, line: NewOrderLine) -> PurchaseOrderLine:
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    must_not_be_blocked(erp, line.item)
    unit = line.unit or item.unit
    factor = Decimal(1)
    if unit != item.unit:
        factor = erp.need(Conversion, erp.entity, item.sku, unit, refusal=Refusal.UNIT_UNKNOWN).factor
    if line.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{line.item}: {line.quantity}")
    if line.price < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{line.item}: {line.price}")
    base_of(line.quantity, factor=factor, decimals=item.unit_decimals)
    must_be_kept(line.price)
    named = erp.session.scalars(
        select(SupplierItem)
        .where(
            SupplierItem.entity == erp.entity, SupplierItem.supplier == supplier.number, SupplierItem.item == item.sku
        )
        .order_by(SupplierItem.code)
    ).first()
    return PurchaseOrderLine(
        entity=erp.entity,
        item=item.sku,
        supplier_item=named.code if named else "",
        description=line.description or item.name,
        unit=unit,
        unit_factor=factor,
        ordered=line.quantity,
        price=line.price,
        need_by=line.need_by,
    )
