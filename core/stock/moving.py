"""Stock that is here already: opened, issued, transferred, adjusted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.availability import claims
from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.pools import key_of
from core.stock.queries import available
from core.stock.tables import StockStatus
from core.stock.valuing import Costed, cost_all
from core.wording import quantity as words

AVAILABLE = StockStatus.AVAILABLE


def open_stock(erp: Erp, cmd: OpenStock) -> dict[str, Any]:
    """The opening balance of an item at a site, against equity."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.quantity <= ZERO or cmd.unit_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: {cmd.quantity} at {cmd.unit_cost}")
    happened_at = cmd.happened_at or erp.now
    worth = rounded(cmd.quantity * cmd.unit_cost, erp.currency)
    move = _move(cmd.item, cmd.site, cmd.quantity, "opening", "opening", cmd.lot)
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
    """Take available stock out, at the cost of its layers."""
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    stock.take_turn(erp)
    if cmd.reservation:
        claims.consume(erp, cmd.reservation, cmd.item, cmd.site, cmd.quantity)
    claims.fulfil(erp, cmd.document, cmd.item, cmd.site, cmd.quantity)
    happened_at = cmd.happened_at or erp.now
    move = _move(cmd.item, cmd.site, -cmd.quantity, cmd.document, "issue", cmd.lot)
    account = accounts.COST_OF_GOODS_SOLD
    value = stock.take_out(erp, move, account=account, happened_at=happened_at, receipt=cmd.receipt or None)
    if value:
        sides = [ledger.debit(accounts.COST_OF_GOODS_SOLD, value), ledger.credit(accounts.INVENTORY, value)]
        ledger.post(erp, document=cmd.document, says=f"Goods out {cmd.document}", sides=sides, day=happened_at.date())
    erp.emit("stock_issued", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item, "value": value}


def transfer_stock(erp: Erp, cmd: TransferStock) -> dict[str, Any]:
    """Move available stock between sites of the entity. Layers move with their cost and age; nothing is posted."""
    erp.need(Site, erp.entity, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.site == cmd.to_site:
        raise Refused(Refusal.NOTHING_TO_DO, f"it is at {cmd.site} already")
    _must_be_available(erp, cmd.item, cmd.site, cmd.quantity)

    stock.take_turn(erp)
    if cmd.reservation:
        claims.consume(erp, cmd.reservation, cmd.item, cmd.site, cmd.quantity)
    happened_at = cmd.happened_at or erp.now
    document = erp.number("TR")
    out = _move(cmd.item, cmd.site, -cmd.quantity, document, "transfer", cmd.lot)
    into = _move(cmd.item, cmd.to_site, cmd.quantity, document, "transfer", cmd.lot)
    stock.move_all(erp, [out, into], happened_at)
    given = Costed(
        key=key_of(item, cmd.site, cmd.lot), does=Does.OUT, quantity=cmd.quantity, document=document, kind="transfer"
    )
    (gone,) = cost_all(erp, [given], happened_at)
    came = replace(
        given, key=key_of(item, cmd.to_site, cmd.lot), does=Does.IN, mirrors=gone.number, parts=gone.step.taken
    )
    cost_all(erp, [came], happened_at)
    erp.emit("stock_transferred", f"item {cmd.item}", item=cmd.item, site=cmd.site, to_site=cmd.to_site)
    return {"transfer": document}


def adjust_stock(erp: Erp, cmd: AdjustStock) -> dict[str, Any]:
    """Correct the available balance, with a reason, at the cost of its layers (out) or what a piece costs here (in)."""
    if cmd.quantity == ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to adjust")
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "an adjustment names its reason")
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)

    document = erp.number("ADJ")
    happened_at = cmd.happened_at or erp.now
    move = _move(cmd.item, cmd.site, cmd.quantity, document, "adjustment", cmd.lot)
    if cmd.quantity < ZERO:
        value = -stock.take_out(erp, move, account=accounts.SCRAP, happened_at=happened_at)
    else:
        (found,) = stock.bring_in(erp, [move], [None], account=accounts.SCRAP, happened_at=happened_at)
        value = found.step.value
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.SCRAP, value)]
        says = f"Adjusted {cmd.item}: {cmd.reason}"
        ledger.post(erp, document=document, says=says, sides=sides, day=happened_at.date())
    erp.emit("stock_adjusted", f"item {cmd.item}", item=cmd.item, site=cmd.site, reason=cmd.reason)
    return {"adjustment": document}


def _move(item: str, site: str, quantity: Decimal, document: str, kind: str, lot: str) -> Move:
    return Move(item=item, site=site, status=AVAILABLE, quantity=quantity, document=document, kind=kind, lot=lot)


def _must_be_available(erp: Erp, item: str, site: str, quantity: Decimal) -> None:
    """Refuses what is not there, or may not be taken. A transfer is never let below zero: it would hand over nothing."""
    left = available(erp.session, erp.entity, item, site)
    if quantity > left:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{item} at {site}: {words(left)} available, {words(quantity)} asked")
