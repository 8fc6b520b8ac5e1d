"""Stock that is here already: opened, issued, transferred, adjusted."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.availability import claims
from core.availability.tables import Reservation
from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.carrying import carry
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.ledger import Move
from core.stock.picking import picks
from core.stock.placing import must_be_decided_here, must_lie_there
from core.stock.tables import StockStatus
from core.stock.units import counted_in_base

AVAILABLE = StockStatus.AVAILABLE


def open_stock(erp: Erp, cmd: OpenStock) -> dict[str, Any]:
    """The opening balance of an item at a site, against equity."""
    worth = rounded(cmd.quantity * cmd.unit_cost, erp.currency)
    cmd = counted_in_base(erp, cmd)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.quantity <= ZERO or cmd.unit_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: {cmd.quantity} at {cmd.unit_cost}")
    must_be_decided_here(cmd.status)
    happened_at = cmd.happened_at or erp.now
    move = _move(cmd, cmd.quantity, "opening", "opening", cmd.status)
    (opened,) = stock.bring_in(erp, [move], [worth], account=accounts.EQUITY, happened_at=happened_at)
    value = opened.step.value
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.EQUITY, value)]
        ledger.post(
            erp,
            document=f"{cmd.item} {cmd.site}",
            says=f"Opening stock of {cmd.item}",
            sides=sides,
            day=happened_at.date(),
        )
    erp.emit("stock_opened", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item}


def issue_stock(erp: Erp, cmd: IssueStock) -> dict[str, Any]:
    """Take available stock out, at the cost of its layers. Where no lot is named, of those that expire first
    (`core.stock.picking`). Refuses lots that have expired, and what the ledger refuses."""
    cmd = counted_in_base(erp, cmd)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    stock.take_turn(erp)
    happened_at = cmd.happened_at or erp.now
    parts = _lots_of(erp, cmd, happened_at)
    if cmd.reservation:
        named = cmd.lot or None
        claims.consume(erp, cmd.reservation, cmd.item, cmd.site, cmd.quantity, location=cmd.location, lot=named)
    claims.fulfil(erp, cmd.document, cmd.item, cmd.site, cmd.quantity)
    value, receipt = ZERO, cmd.receipt or None
    for lot, quantity in parts:
        if not cmd.reservation:
            claims.use(erp, cmd.document, cmd.item, cmd.site, quantity, location=cmd.location, lot=lot)
        move = _move(replace(cmd, lot=lot), -quantity, cmd.document, "issue")
        value += stock.take_out(
            erp, move, account=accounts.COST_OF_GOODS_SOLD, happened_at=happened_at, receipt=receipt
        )
    if value:
        sides = [ledger.debit(accounts.COST_OF_GOODS_SOLD, value), ledger.credit(accounts.INVENTORY, value)]
        ledger.post(erp, document=cmd.document, says=f"Goods out {cmd.document}", sides=sides, day=happened_at.date())
    erp.emit("stock_issued", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item, "value": value}


def _lots_of(erp: Erp, cmd: IssueStock, at: datetime) -> list[tuple[str, Decimal]]:
    """The lots that are issued, each with so many pieces: the named one, else what the reservation names, else those
    that expire first."""
    claim = erp.session.get(Reservation, (erp.entity, cmd.reservation)) if cmd.reservation and not cmd.lot else None
    kept = min(claim.quantity, cmd.quantity) if claim is not None and claim.lot else ZERO
    parts: dict[str, Decimal] = {claim.lot: kept} if claim is not None and kept else {}
    if kept < cmd.quantity:
        taken = {(cmd.item, cmd.location, lot): quantity for lot, quantity in parts.items()}
        rest = cmd.quantity - kept
        picked = picks(erp, cmd.item, cmd.site, cmd.location, cmd.lot, rest, at, document=cmd.document, taken=taken)
        for lot, quantity in picked:
            parts[lot] = parts.get(lot, ZERO) + quantity
    return list(parts.items())


def transfer_stock(erp: Erp, cmd: TransferStock) -> dict[str, Any]:
    """Move available stock between sites of the entity. Layers move with their cost and age; nothing is posted."""
    cmd = counted_in_base(erp, cmd)
    erp.need(Site, erp.entity, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.site == cmd.to_site:
        raise Refused(Refusal.NOTHING_TO_DO, f"it is at {cmd.site} already")
    must_be_decided_here(cmd.status)
    stock.take_turn(erp)
    must_lie_there(erp, cmd.item, cmd.site, cmd.location, cmd.lot, cmd.status, cmd.quantity)

    if cmd.reservation:
        claims.consume(erp, cmd.reservation, cmd.item, cmd.site, cmd.quantity, location=cmd.location, lot=cmd.lot)
    happened_at = cmd.happened_at or erp.now
    document = erp.number("TR")
    out = _move(cmd, -cmd.quantity, document, "transfer", cmd.status)
    into = out.back(site=cmd.to_site, location=cmd.to_location)
    carry(erp, out, into, happened_at)
    erp.emit("stock_transferred", f"item {cmd.item}", item=cmd.item, site=cmd.site, to_site=cmd.to_site)
    return {"transfer": document}


def adjust_stock(erp: Erp, cmd: AdjustStock) -> dict[str, Any]:
    """Correct the available balance, with a reason, at the cost of its layers (out) or what a piece costs here (in)."""
    found_worth = None if cmd.unit_cost is None else rounded(cmd.quantity * cmd.unit_cost, erp.currency)
    cmd = counted_in_base(erp, cmd)
    if cmd.quantity == ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to adjust")
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "an adjustment names its reason")
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)

    must_be_decided_here(cmd.status)
    if cmd.unit_cost is not None and (cmd.unit_cost < ZERO or cmd.quantity < ZERO):
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, "what is lost leaves at what it cost; what is found costs something")

    stock.take_turn(erp)
    document = erp.number("ADJ")
    happened_at = cmd.happened_at or erp.now
    move = _move(cmd, cmd.quantity, document, "adjustment", cmd.status)
    if cmd.quantity < ZERO:
        value = -stock.take_out(erp, move, account=accounts.SCRAP, happened_at=happened_at)
    else:
        (found,) = stock.bring_in(erp, [move], [found_worth], account=accounts.SCRAP, happened_at=happened_at)
        value = found.step.value
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.SCRAP, value)]
        says = f"Adjusted {cmd.item}: {cmd.reason}"
        ledger.post(erp, document=document, says=says, sides=sides, day=happened_at.date())
    erp.emit("stock_adjusted", f"item {cmd.item}", item=cmd.item, site=cmd.site, reason=cmd.reason)
    return {"adjustment": document}


def _move(
    cmd: OpenStock | IssueStock | TransferStock | AdjustStock,
    quantity: Decimal,
    document: str,
    kind: str,
    status: StockStatus = AVAILABLE,
) -> Move:
    return Move(
        item=cmd.item,
        site=cmd.site,
        location=cmd.location,
        lot=cmd.lot,
        status=status,
        quantity=quantity,
        document=document,
        kind=kind,
    )
