"""What becomes of goods after they came: accepted by inspection, sent back, scrapped, taken after all.

Pieces leave at what they cost. What is sent back and not billed lowers what we expect to be billed for.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import base_of, rest
from core.money import ZERO
from core.payables.received import take_unbilled, unbilled
from core.purchasing.orders import settle
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.commands import AcceptDamaged, AcceptInspected, ReturnToSupplier, ScrapDamaged
from core.receiving.counting import more_of
from core.receiving.goods import touch
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine, InspectionLimit
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.ledger import Move
from core.stock.tables import StockStatus
from core.wording import quantity as words

STANDING = {
    StockStatus.AVAILABLE: "good and not gone",
    StockStatus.INSPECTION: "in inspection",
    StockStatus.DAMAGED: "damaged and here",
}
"""Where a receipt puts its pieces, in words; from there and from nowhere else they are taken."""


class Counted:
    """A receipt line with its receipt, order and order line, all locked in the turn of whoever changes stock."""

    def __init__(self, erp: Erp, receipt: str, line: int) -> None:
        stock.take_turn(erp)
        self.receipt = erp.need(GoodsReceipt, erp.entity, receipt, refusal=Refusal.RECEIPT_UNKNOWN, lock=True)
        self.line = erp.need(GoodsReceiptLine, erp.entity, receipt, line, refusal=Refusal.RECEIPT_UNKNOWN, lock=True)
        self.order = erp.need(PurchaseOrder, erp.entity, self.receipt.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
        self.order_line = erp.need(
            PurchaseOrderLine,
            erp.entity,
            self.receipt.order,
            self.line.order_line,
            refusal=Refusal.ORDER_LINE_UNKNOWN,
            lock=True,
        )

        self.item = erp.need(Item, erp.entity, self.line.item, refusal=Refusal.ITEM_UNKNOWN)

    def base(self, quantity: Decimal) -> Decimal:
        """Base units of a quantity in the order's unit."""
        return base_of(quantity, factor=self.order_line.unit_factor, decimals=self.item.unit_decimals)

    def move(self, status: StockStatus, quantity: Decimal, kind: str) -> Move:
        """A move of signed base units of this line's item at its site."""
        document = self.receipt.number
        return Move(
            item=self.item.sku,
            site=self.receipt.site,
            lot=self.line.lot,
            status=status,
            quantity=quantity,
            document=document,
            kind=kind,
        )

    def left(self, status: StockStatus) -> Decimal:
        """The pieces of this line that may still be taken from a status. Good ones may have been sold since: whether
        as many are available is for the stock ledger to say."""
        line = self.line
        if status is StockStatus.INSPECTION:
            return line.in_inspection
        if status is StockStatus.DAMAGED:
            return line.damaged_left
        gone = line.returned + line.scrapped
        return rest(line.quantity + line.damaged - gone - line.in_inspection - line.damaged_left)

    def take(self, status: StockStatus, quantity: Decimal) -> None:
        """Count pieces as no longer in a status. Refuses more of them than this line has there."""
        if quantity <= ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, quantity)
        left = self.left(status)
        if quantity > left:
            raise Refused(
                Refusal.MORE_THAN_RECEIVED,
                f"{words(left)} of {self.receipt.number} line {self.line.line} are {STANDING[status]}",
            )
        if status is StockStatus.INSPECTION:
            self.line.in_inspection = rest(left - quantity)
        elif status is StockStatus.DAMAGED:
            self.line.damaged_left = rest(left - quantity)


def accept_inspected(erp: Erp, cmd: AcceptInspected) -> dict[str, Any]:
    """Inspection ended well: pieces move from inspection to available. Where limits are kept, readings say that it did,
    and nobody's word."""
    counted = Counted(erp, cmd.receipt, cmd.line)
    if _is_measured(erp, counted.item.sku):
        raise Refused(
            Refusal.INSPECTION_NEEDED,
            f"{counted.item.sku} is measured against its limits: inspect it, or release what failed",
        )
    counted.take(StockStatus.INSPECTION, cmd.quantity)
    shift(erp, counted, cmd.quantity, StockStatus.INSPECTION, StockStatus.AVAILABLE, "inspection")
    touch(counted.receipt)
    erp.session.flush()
    erp.emit("goods_inspected", f"goods_receipt {cmd.receipt}", order=counted.order.number, receipt=cmd.receipt)
    return {"receipt": cmd.receipt}


def _is_measured(erp: Erp, item: str) -> bool:
    limits = select(InspectionLimit.item).where(InspectionLimit.entity == erp.entity, InspectionLimit.item == item)
    return erp.session.scalars(limits.limit(1)).first() is not None


def accept_damaged(erp: Erp, cmd: AcceptDamaged) -> dict[str, Any]:
    """Damaged pieces are taken into stock after all. They were paid for, or are claimed elsewhere."""
    counted = Counted(erp, cmd.receipt, cmd.line)
    counted.take(StockStatus.DAMAGED, cmd.quantity)
    shift(erp, counted, cmd.quantity, StockStatus.DAMAGED, StockStatus.AVAILABLE, "rework")
    counted.line.damaged -= cmd.quantity
    counted.line.quantity += cmd.quantity
    counted.order_line.damaged -= cmd.quantity
    counted.order_line.received += cmd.quantity
    return _settled(erp, counted, "goods_accepted")


def return_to_supplier(erp: Erp, cmd: ReturnToSupplier) -> dict[str, Any]:
    """Send pieces back that were not billed yet. Billed ones are claimed instead: their payable stands."""
    if cmd.status not in STANDING:
        raise Refused(Refusal.COMMAND_MALFORMED, f"nothing is returned from {cmd.status!r}")
    counted = Counted(erp, cmd.receipt, cmd.line)
    line, status = counted.line, StockStatus(cmd.status)
    cmd = replace(cmd, quantity=more_of(erp, counted.order_line, cmd.quantity, cmd.unit, so_far=line.returned))
    counted.take(status, cmd.quantity)
    if status is StockStatus.INSPECTION:
        line.failed = rest(line.failed - cmd.quantity)  # what failed goes back first
    open_ = unbilled(line)
    if cmd.quantity > open_:
        raise Refused(Refusal.MORE_THAN_RECEIVED, f"{words(open_)} are not billed yet: claim the others")

    value = _take_out(erp, counted, cmd.quantity, status, "return", accounts.PRICE_VARIANCE, location=cmd.location)
    expected = take_unbilled(line, cmd.quantity, erp.currency)  # pieces cost what their layers say, which may differ
    sides = [
        ledger.debit(accounts.GOODS_RECEIVED, expected),
        ledger.debit(accounts.PRICE_VARIANCE, value - expected),
        ledger.credit(accounts.INVENTORY, value),
    ]
    entry = _post(erp, cmd.receipt, f"Returned from {cmd.receipt}", sides)
    line.returned += cmd.quantity
    counted.order_line.returned += cmd.quantity
    return {**_settled(erp, counted, "goods_returned"), "entry": entry}


def scrap_damaged(erp: Erp, cmd: ScrapDamaged) -> dict[str, Any]:
    """Write damaged pieces off. They still came: whether we pay for them is for the claim to settle."""
    return write_off(erp, Counted(erp, cmd.receipt, cmd.line), cmd.quantity, StockStatus.DAMAGED)


def write_off(erp: Erp, counted: Counted, quantity: Decimal, status: StockStatus) -> dict[str, Any]:
    """Take pieces of a receipt out of a status and book what they cost as scrap."""
    counted.take(status, quantity)
    value = _take_out(erp, counted, quantity, status, "scrap", accounts.SCRAP)
    sides = [ledger.debit(accounts.SCRAP, value), ledger.credit(accounts.INVENTORY, value)]
    number = counted.receipt.number
    entry = _post(erp, number, f"Scrapped from {number}", sides)
    counted.line.scrapped += quantity
    return {**_settled(erp, counted, "goods_scrapped"), "entry": entry}


def _post(erp: Erp, document: str, says: str, sides: list[ledger.Side]) -> str | None:
    """Post what moved; goods that cost nothing move without an entry."""
    if all(side.amount == ZERO for side in sides):
        return None
    return ledger.post(erp, document=document, says=says, sides=sides)


def shift(erp: Erp, counted: Counted, quantity: Decimal, out: StockStatus, into: StockStatus, kind: str) -> None:
    """Move pieces from one status to another. Their value stays where it is."""
    base = counted.base(quantity)
    stock.shift(erp, [counted.move(status, sign * base, kind) for status, sign in ((out, -1), (into, 1))])


def _take_out(
    erp: Erp,
    counted: Counted,
    quantity: Decimal,
    status: StockStatus,
    kind: str,
    account: str,
    *,
    location: str = "",
) -> Decimal:
    """Take pieces of this receipt out of stock. Gives their value: that of the receipt's own layers, as far as they last."""
    move = replace(counted.move(status, -counted.base(quantity), kind), location=location)
    return stock.take_out(erp, move, account=account, receipt=counted.receipt.number)


def _settled(erp: Erp, counted: Counted, event: str) -> dict[str, Any]:
    touch(counted.receipt)
    erp.session.flush()
    settle(erp, counted.order)
    number = counted.receipt.number
    erp.emit(event, f"goods_receipt {number}", order=counted.order.number, receipt=number)
    return {"receipt": number}
