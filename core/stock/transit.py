"""Transfers in two steps. Between them pieces are in transit: on hand at the site they go to, and not available.

Each shipped line is a cost pool of its own as long as it is on the way, so that nobody sells its layers before they
arrive and they arrive with the cost and age with which they left. The value stays in the inventory account (1400)
throughout: nothing is posted but a loss, which goes to scrap. Account 1410 is for goods that were paid before they came
from a supplier, and is not touched here.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from core.availability import claims
from core.books import accounts, ledger, periods
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.carrying import carry
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.lines import PoolKey
from core.stock.placing import must_lie_there
from core.stock.pools import key_of, on_the_way
from core.stock.tables import StockStatus
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from core.stock.transit_tables import StockTransfer, StockTransferLine
from core.stock.units import in_base, lines_in_base
from core.stock.valuing import Costed, cost_all
from core.wording import quantity as words

AVAILABLE, IN_TRANSIT = StockStatus.AVAILABLE, StockStatus.IN_TRANSIT

Told = TypeVar("Told", ArrivedLine, RecalledLine)


def ship_transfer(erp: Erp, cmd: ShipTransfer) -> dict[str, Any]:
    """Send pieces off. Refuses what is not available where it is taken from, and a transfer to where they are."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    erp.need(Site, erp.entity, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.site == cmd.to_site or not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing goes from {cmd.site} to {cmd.to_site}")
    lines = lines_in_base(erp, cmd.lines)
    for line in lines:
        if line.quantity <= ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{line.item}: {words(line.quantity)}")
        erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    at = cmd.happened_at or erp.now
    stock.take_turn(erp)

    number = erp.number("ST")
    erp.add(StockTransfer(entity=erp.entity, number=number, site=cmd.site, to_site=cmd.to_site, shipped_at=at))
    for place, line in enumerate(lines, 1):
        _ship(erp, cmd, number, place, line, at)
    erp.emit("transfer_shipped", f"stock_transfer {number}", transfer=number, site=cmd.site, to_site=cmd.to_site)
    return {"transfer": number}


def _ship(erp: Erp, cmd: ShipTransfer, number: str, place: int, line: ShippedLine, at: datetime) -> None:
    must_lie_there(erp, line.item, cmd.site, line.location, line.lot, AVAILABLE, line.quantity)
    if line.reservation:
        claims.consume(erp, line.reservation, line.item, cmd.site, line.quantity, location=line.location, lot=line.lot)
    out = Move(
        item=line.item,
        site=cmd.site,
        location=line.location,
        lot=line.lot,
        status=AVAILABLE,
        quantity=-line.quantity,
        document=number,
        kind="transfer",
    )
    into = out.back(site=cmd.to_site, location="", status=IN_TRANSIT)
    carry(erp, out, into, at, to=_pool(line.item, cmd.to_site, number, place))
    row = StockTransferLine(
        entity=erp.entity,
        transfer=number,
        line=place,
        item=line.item,
        lot=line.lot,
        location=line.location,
        quantity=line.quantity,
    )
    erp.add(row)
    erp.emit("stock_transferred", f"item {line.item}", item=line.item, site=cmd.site, to_site=cmd.to_site)


def receive_transfer(erp: Erp, cmd: ReceiveTransfer) -> dict[str, Any]:
    """Receive what arrived, and give up what was lost. Refuses more than is on the way, a line named twice, a moment
    before it left, and a loss without a reason."""
    transfer, at = _sent(erp, cmd)
    if any(line.lost for line in cmd.lines) and not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "what is lost on the way has a reason")
    lines = [_in_base(erp, cmd, line) for line in cmd.lines]
    rows = [_checked(erp, cmd, line.line, line.quantity, line.lost) for line in lines]
    if not any(line.quantity + line.lost for line in lines):
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {transfer.number} arrived, and nothing is lost")
    periods.must_be_open(erp, at.date())

    lost = ZERO
    for row, line in zip(rows, lines, strict=True):
        if line.quantity:
            _arrive(erp, transfer, row, line, at)
        if line.lost:
            lost += _lose(erp, transfer, row, line, at)
    erp.session.flush()
    if lost:
        sides = [ledger.debit(accounts.SCRAP, lost), ledger.credit(accounts.INVENTORY, lost)]
        says = f"Lost on the way: {cmd.reason}"
        ledger.post(erp, document=transfer.number, says=says, sides=sides, day=at.date())
    _close(erp, transfer)
    erp.emit(
        "transfer_received", f"stock_transfer {transfer.number}", transfer=transfer.number, to_site=transfer.to_site
    )
    return {"transfer": transfer.number, "lost_value": lost, "closed": transfer.closed}


def recall_transfer(erp: Erp, cmd: RecallTransfer) -> dict[str, Any]:
    """Bring back what turned round on the way. Refuses more than is still on the way, a line named twice, a moment before
    it left, and a recall without a reason."""
    transfer, at = _sent(erp, cmd)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "whoever calls a transfer back says why")
    lines = [_in_base(erp, cmd, line) for line in cmd.lines]
    rows = [_checked(erp, cmd, line.line, line.quantity) for line in lines]
    if not any(line.quantity for line in lines):
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {transfer.number} turned back")
    periods.must_be_open(erp, at.date())

    for row, line in zip(rows, lines, strict=True):
        if line.quantity:
            _turn_back(erp, transfer, row, line, at)
    erp.session.flush()
    _close(erp, transfer)
    erp.emit(
        "transfer_recalled",
        f"stock_transfer {transfer.number}",
        transfer=transfer.number,
        site=transfer.site,
        reason=cmd.reason.strip(),
    )
    return {"transfer": transfer.number, "closed": transfer.closed}


def _sent(erp: Erp, cmd: ReceiveTransfer | RecallTransfer) -> tuple[StockTransfer, datetime]:
    """The transfer, held in turn, and the moment of the command. Refuses one before it left, and a line named twice."""
    stock.take_turn(erp)
    transfer = erp.need(StockTransfer, erp.entity, cmd.transfer, refusal=Refusal.TRANSFER_UNKNOWN, lock=True)
    at = cmd.happened_at or erp.now
    if at < transfer.shipped_at:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{transfer.number} left on {transfer.shipped_at:%Y-%m-%d %H:%M}")
    if len({line.line for line in cmd.lines}) < len(cmd.lines):
        raise Refused(Refusal.COMMAND_MALFORMED, "a line is named twice")
    return transfer, at


def _in_base(erp: Erp, cmd: ReceiveTransfer | RecallTransfer, line: Told) -> Told:
    """The line with its quantities in base units of what was shipped on it."""
    if not line.unit:
        return line
    item = erp.need(StockTransferLine, erp.entity, cmd.transfer, line.line, refusal=Refusal.TRANSFER_UNKNOWN).item
    told = replace(line, quantity=in_base(erp, item, line.quantity, line.unit), unit="")
    if isinstance(told, ArrivedLine):
        return replace(told, lost=in_base(erp, item, told.lost, line.unit))
    return told


def _checked(
    erp: Erp, cmd: ReceiveTransfer | RecallTransfer, line: int, quantity: Decimal, lost: Decimal = ZERO
) -> StockTransferLine:
    row = erp.need(StockTransferLine, erp.entity, cmd.transfer, line, refusal=Refusal.TRANSFER_UNKNOWN, lock=True)
    if quantity < ZERO or lost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{row.item}: {words(min(quantity, lost))}")
    if quantity + lost > row.on_the_way:
        raise Refused(
            Refusal.MORE_THAN_SHIPPED,
            f"{row.item}: {words(row.on_the_way)} on the way, {words(quantity + lost)} told of;"
            " what is found beyond is an adjustment with its own reason",
        )
    return row


def _close(erp: Erp, transfer: StockTransfer) -> None:
    transfer.closed = not any(row.on_the_way for row in _lines(erp, transfer.number))


def _arrive(erp: Erp, transfer: StockTransfer, row: StockTransferLine, line: ArrivedLine, at: datetime) -> None:
    out = _leaving(transfer, row, line.quantity)
    into = out.back(location=line.location, status=AVAILABLE)
    item = erp.need(Item, erp.entity, row.item, refusal=Refusal.ITEM_UNKNOWN)
    pool = _pool(row.item, transfer.to_site, transfer.number, row.line)
    carry(erp, out, into, at, source=pool, to=key_of(item, transfer.to_site, row.lot))
    row.received += line.quantity
    erp.emit("stock_transferred", f"item {row.item}", item=row.item, to_site=transfer.to_site)


def _turn_back(erp: Erp, transfer: StockTransfer, row: StockTransferLine, line: RecalledLine, at: datetime) -> None:
    out = _leaving(transfer, row, line.quantity)
    location = row.location if line.location is None else line.location
    into = out.back(site=transfer.site, location=location, status=AVAILABLE)
    item = erp.need(Item, erp.entity, row.item, refusal=Refusal.ITEM_UNKNOWN)
    pool = _pool(row.item, transfer.to_site, transfer.number, row.line)
    carry(erp, out, into, at, source=pool, to=key_of(item, transfer.site, row.lot))
    row.recalled += line.quantity
    erp.emit("stock_transferred", f"item {row.item}", item=row.item, site=transfer.to_site, to_site=transfer.site)


def _lose(erp: Erp, transfer: StockTransfer, row: StockTransferLine, line: ArrivedLine, at: datetime) -> Decimal:
    """Take what is lost out of the books. Gives what it was worth."""
    stock.move_all(erp, [_leaving(transfer, row, line.lost)], at)
    given_up = Costed(
        key=_pool(row.item, transfer.to_site, transfer.number, row.line),
        does=Does.OUT,
        quantity=line.lost,
        document=transfer.number,
        kind="scrap",
        account=accounts.SCRAP,
    )
    (gone,) = cost_all(erp, [given_up], at)
    row.lost += line.lost
    erp.emit("stock_transferred", f"item {row.item}", item=row.item, to_site=transfer.to_site)
    return -gone.step.value


def _leaving(transfer: StockTransfer, row: StockTransferLine, quantity: Decimal) -> Move:
    return Move(
        item=row.item,
        site=transfer.to_site,
        lot=row.lot,
        status=IN_TRANSIT,
        quantity=-quantity,
        document=transfer.number,
        kind="transfer",
    )


def _pool(item: str, to_site: str, transfer: str, line: int) -> PoolKey:
    return PoolKey(item, to_site, on_the_way(transfer, line))


def _lines(erp: Erp, transfer: str) -> list[StockTransferLine]:
    return list(
        erp.session.query(StockTransferLine).filter_by(entity=erp.entity, transfer=transfer).populate_existing()
    )
