"""Goods come in against an order. Nothing else raises stock from outside.

Everything counted is on hand at the order's price: good pieces available (or in inspection first), damaged ones as
damaged. What we owe for it waits in "Goods received" until an invoice is posted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core import rows
from core.books import accounts, ledger
from core.books.rates import Exchange, exchange
from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import base_of
from core.money import ZERO
from core.payables.reopening import bill_prepaid
from core.payables.units import to_six
from core.purchasing.orders import CLOSED, OPEN, called, settle, still_open
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.commands import AddToReceipt, CountedLine, ReceiveGoods
from core.receiving.counting import in_order_unit
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.ledger import Move
from core.stock.lots import SetLotExpiry
from core.stock.tables import StockStatus


def receive_goods(erp: Erp, cmd: ReceiveGoods) -> dict[str, Any]:
    """Book a delivery as counted. More than ordered is booked too, since it is here; a detector says that it is.

    An order that closed because everything came takes more: how deliveries are split must not decide what is booked.
    """
    stock.take_turn(erp)
    order = erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    if order.state not in (OPEN, CLOSED):
        raise Refused(Refusal.ORDER_NOT_OPEN, f"{order.number} is {order.state}")
    _must_be_counts(cmd.lines)
    ordered = _order_lines(erp, cmd.order, [counted.order_line for counted in cmd.lines])
    lines = [(in_order_unit(erp, line, counted), line) for counted, line in zip(cmd.lines, ordered, strict=True)]

    number = cmd.number or erp.number("GR")
    happened_at = cmd.happened_at or erp.now
    worth = exchange(erp, order.currency, happened_at.date(), given=cmd.rate, agreed=order.rate)
    receipt = {
        "entity": erp.entity,
        "number": number,
        "order": order.number,
        "supplier": order.supplier,
        "site": order.site,
        "despatch": cmd.despatch,
        "received_by": cmd.received_by,
        "happened_at": happened_at,
        "recorded_at": erp.now,
        "rate": worth.rate,
        "rate_source": worth.source,
        "final": cmd.final,
        "changes": 0,
        "version": 1,
    }
    if not rows.is_new(erp.session, GoodsReceipt, receipt):
        raise Refused(Refusal.ALREADY_EXISTS, number)
    coming: list[Coming] = []
    came: list[GoodsReceiptLine] = []
    stowed: list[tuple[Move, str]] = []
    for place, (counted, line) in enumerate(lines, 1):
        _expect_again(erp, order, line)
        shipped = counted.shipped if counted.shipped is not None else (still_open(line) if cmd.final else ZERO)
        row = _line(order, number, place, line, counted.lot, worth)
        row.shipped = max(shipped, counted.quantity + counted.damaged)
        counts = _count(erp, order, line, row, worth, counted.quantity, counted.damaged)
        if counted.location:
            stowed += [(move, counted.location) for move, _ in counts if move.status is not StockStatus.DAMAGED]
        coming += counts
        came.append(row)
    rows.insert(erp.session, GoodsReceiptLine, [rows.values_of(row) for row in came])
    rows.keep(erp.session, ordered)
    _bring_in(erp, number, f"Receipt {number} of {order.number}", coming, happened_at)
    _put_away(erp, stowed, happened_at)
    _keep_days(erp, lines)
    bill_prepaid(erp, order=order.number, receipt=number)
    settle(erp, order)
    erp.emit("goods_received", f"goods_receipt {number}", order=order.number, receipt=number)
    return {"receipt": number}


def _line(
    order: PurchaseOrder, receipt: str, place: int, line: PurchaseOrderLine, lot: str, worth: Exchange
) -> GoodsReceiptLine:
    """A line of a receipt before anything is counted on it."""
    return GoodsReceiptLine(
        entity=order.entity,
        receipt=receipt,
        line=place,
        order=order.number,
        order_line=line.line,
        item=line.item,
        lot=lot,
        quantity=ZERO,
        damaged=ZERO,
        returned=ZERO,
        scrapped=ZERO,
        billed=ZERO,
        in_inspection=ZERO,
        damaged_left=ZERO,
        failed=ZERO,
        unbilled_value=ZERO,
        shipped=ZERO,
        price=line.price,
        unit_cost=to_six(line.price * worth.rate),
    )


def add_to_receipt(erp: Erp, cmd: AddToReceipt) -> dict[str, Any]:
    """More good pieces of a delivery were found."""
    stock.take_turn(erp)
    receipt = erp.need(GoodsReceipt, erp.entity, cmd.receipt, refusal=Refusal.RECEIPT_UNKNOWN, lock=True)
    row = erp.need(GoodsReceiptLine, erp.entity, cmd.receipt, cmd.line, refusal=Refusal.RECEIPT_UNKNOWN, lock=True)
    order = erp.need(PurchaseOrder, erp.entity, receipt.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    line = _order_line(erp, receipt.order, row.order_line)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)

    _expect_again(erp, order, line)
    worth = exchange(erp, order.currency, erp.today, agreed=receipt.rate)
    coming = _count(erp, order, line, row, worth, cmd.quantity, ZERO)
    row.shipped = max(row.shipped, row.quantity + row.damaged)
    touch(receipt)
    _bring_in(erp, receipt.number, f"Receipt {receipt.number} grew", coming, erp.now)
    bill_prepaid(erp, order=order.number, receipt=receipt.number)
    settle(erp, order)
    erp.emit("receipt_grown", f"goods_receipt {receipt.number}", order=order.number, receipt=receipt.number)
    return {"receipt": receipt.number}


def _keep_days(erp: Erp, lines: Sequence[tuple[CountedLine, PurchaseOrderLine]]) -> None:
    """Keep on which day the lots expire that came. Refuses another day than was said of a lot before."""
    for counted, line in lines:
        if counted.expires_on is not None:
            said = SetLotExpiry(entity=erp.entity, item=line.item, lot=counted.lot, expires_on=counted.expires_on)
            erp.perform(said)


def touch(receipt: GoodsReceipt) -> None:
    """Move the receipt's version even when only a line changed."""
    receipt.changes += 1


def _order_lines(erp: Erp, order: str, wanted: Sequence[int]) -> list[PurchaseOrderLine]:
    """The lines of an order by number, locked in one go, with their items in hand. Refuses one that is not there."""
    read = erp.session.execute(
        select(PurchaseOrderLine, Item)
        .join(Item, (Item.entity == PurchaseOrderLine.entity) & (Item.sku == PurchaseOrderLine.item))
        .where(
            PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.order == order, PurchaseOrderLine.line.in_(wanted)
        )
        .order_by(PurchaseOrderLine.line)
        .with_for_update(of=PurchaseOrderLine)
        .execution_options(populate_existing=True)
    )
    found = {}
    for line, item in read:
        found[line.line] = line
        erp.known[Item, (erp.entity, item.sku)] = item
    missing = [line for line in wanted if line not in found]
    if missing:
        raise Refused(Refusal.ORDER_LINE_UNKNOWN, f"{erp.entity} {order} {missing[0]}")
    return [found[line] for line in wanted]


def _order_line(erp: Erp, order: str, line: int) -> PurchaseOrderLine:
    return erp.need(PurchaseOrderLine, erp.entity, order, line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True)


def _expect_again(erp: Erp, order: PurchaseOrder, line: PurchaseOrderLine) -> None:
    """Pieces came of a line that was closed short: it is expected again, and a person closes it again if she likes."""
    if line.closed_short:
        line.closed_short = False
        erp.effect("order", called(order, line), was="closed short", now="expected again")


Coming = tuple[Move, Decimal]
"""Counted pieces in base units, and what they cost at the order's price, in the entity's currency."""


def _count(
    erp: Erp,
    order: PurchaseOrder,
    line: PurchaseOrderLine,
    row: GoodsReceiptLine,
    worth: Exchange,
    good: Decimal,
    damaged: Decimal,
) -> list[Coming]:
    """Note counted pieces on the order's and the receipt's line.

    A receipt line's value is its pieces so far at its price and rate, rounded once: growing it in steps adds up to the
    same."""
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    good_status = StockStatus.INSPECTION if item.inspect else StockStatus.AVAILABLE
    coming = []
    for quantity, status in ((good, good_status), (damaged, StockStatus.DAMAGED)):
        if quantity == ZERO:
            continue
        before = worth.booked((row.quantity + row.damaged) * row.price)
        if status is StockStatus.DAMAGED:
            row.damaged += quantity
            row.damaged_left += quantity
            line.damaged += quantity
        else:
            row.quantity += quantity
            row.in_inspection += quantity if item.inspect else ZERO
            line.received += quantity
        value = worth.booked((row.quantity + row.damaged) * row.price) - before
        row.unbilled_value += value
        base = base_of(quantity, factor=line.unit_factor, decimals=item.unit_decimals)
        move = Move(
            item=line.item,
            site=order.site,
            lot=row.lot,
            status=status,
            quantity=base,
            document=row.receipt,
            kind="receipt",
        )
        coming.append((move, value))
    return coming


def _bring_in(erp: Erp, document: str, says: str, coming: Sequence[Coming], happened_at: datetime) -> None:
    """Bring counted pieces on hand and post them; what a standard cost keeps out of stock is price variance."""
    erp.session.flush()
    moves, values = [move for move, _ in coming], [value for _, value in coming]
    valued = stock.bring_in(erp, moves, values, account=accounts.PRICE_VARIANCE, happened_at=happened_at)
    owed = sum(values, ZERO)
    variance = sum((one.step.variance for one in valued), ZERO)
    if owed == variance == ZERO:
        return
    sides = [
        ledger.debit(accounts.INVENTORY, owed - variance),
        ledger.debit(accounts.PRICE_VARIANCE, variance),
        ledger.credit(accounts.GOODS_RECEIVED, owed),
    ]
    ledger.post(erp, document=document, says=says, sides=sides, day=happened_at.date())


def _put_away(erp: Erp, stowed: Iterable[tuple[Move, str]], happened_at: datetime) -> None:
    """Carry good pieces on from the dock to the location they were put away in, under the receipt's own number. Refuses
    pieces that wait for an inspection: they are put away when they have passed."""
    moves: list[Move] = []
    for came, location in stowed:
        if came.status is StockStatus.INSPECTION:
            raise Refused(Refusal.NO_SUCH_MOVE, f"{came.item} is inspected first: put it away when it has passed")
        moves += (came.back(kind="put-away"), replace(came, kind="put-away", location=location))
    if moves:
        stock.shift(erp, moves, happened_at)


def _must_be_counts(lines: Iterable[CountedLine]) -> None:
    """Refuses negative counts, and a delivery of nothing."""
    seen: set[tuple[int, str]] = set()
    for line in lines:
        if min(line.quantity, line.damaged, line.shipped or ZERO) < ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"line {line.order_line}")
        if (line.order_line, line.lot) in seen:
            raise Refused(Refusal.COMMAND_MALFORMED, f"line {line.order_line} is counted twice")
        if line.expires_on is not None and not line.lot:
            raise Refused(Refusal.COMMAND_MALFORMED, f"line {line.order_line}: what expires is a lot, which has a name")
        seen.add((line.order_line, line.lot))
    if not any(line.quantity + line.damaged > ZERO for line in lines):
        raise Refused(Refusal.NOTHING_TO_DO, "nothing was counted")
