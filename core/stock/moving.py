"""Stock that is here already: opened, issued, transferred, adjusted."""

from decimal import Decimal
from typing import Any

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.queries import available
from core.stock.tables import StockStatus
from core.wording import quantity as words

AVAILABLE = StockStatus.AVAILABLE


def open_stock(erp: Erp, cmd: OpenStock) -> dict[str, Any]:
    """The opening balance of an item at a site, against equity."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.quantity <= ZERO or cmd.unit_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: {cmd.quantity} at {cmd.unit_cost}")
    value = rounded(cmd.quantity * cmd.unit_cost, erp.currency)
    happened_at = cmd.happened_at or erp.now
    stock.move(
        erp,
        item=cmd.item,
        site=cmd.site,
        status=AVAILABLE,
        quantity=cmd.quantity,
        value=value,
        document="opening",
        kind="opening",
        happened_at=happened_at,
    )
    stock.add_layer(
        erp,
        item=cmd.item,
        site=cmd.site,
        document="opening",
        quantity=cmd.quantity,
        value=value,
        happened_at=happened_at,
    )
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
    """Take available stock out at the cost of its oldest layers."""
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    _must_be_available(erp, cmd.item, cmd.site, cmd.quantity)

    taken = stock.take_layers(erp, item=cmd.item, site=cmd.site, quantity=cmd.quantity)
    value = stock.worth_of(taken)
    happened_at = cmd.happened_at or erp.now
    stock.move(
        erp,
        item=cmd.item,
        site=cmd.site,
        status=AVAILABLE,
        quantity=-cmd.quantity,
        value=-value,
        document=cmd.document,
        kind="issue",
        happened_at=happened_at,
    )
    if value:
        sides = [ledger.debit(accounts.COST_OF_GOODS_SOLD, value), ledger.credit(accounts.INVENTORY, value)]
        ledger.post(erp, document=cmd.document, says=f"Goods out {cmd.document}", sides=sides, day=happened_at.date())
    erp.emit("stock_issued", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item, "value": value}


def transfer_stock(erp: Erp, cmd: TransferStock) -> dict[str, Any]:
    """Move available stock between sites of the entity. Layers move with their cost and age; nothing is posted."""
    erp.need(Site, erp.entity, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.site == cmd.to_site:
        raise Refused(Refusal.NOTHING_TO_DO, f"it is at {cmd.site} already")
    _must_be_available(erp, cmd.item, cmd.site, cmd.quantity)

    taken = stock.take_layers(erp, item=cmd.item, site=cmd.site, quantity=cmd.quantity)
    value = stock.worth_of(taken)
    document = erp.number("TR")
    for site, sign in ((cmd.site, -1), (cmd.to_site, 1)):
        stock.move(
            erp,
            item=cmd.item,
            site=site,
            status=AVAILABLE,
            quantity=sign * cmd.quantity,
            value=sign * value,
            document=document,
            kind="transfer",
        )
    for layer, part, worth in taken:
        stock.add_layer(
            erp,
            item=cmd.item,
            site=cmd.to_site,
            document=layer.document,
            quantity=part,
            value=worth,
            happened_at=layer.happened_at,
        )
    erp.emit("stock_transferred", f"item {cmd.item}", item=cmd.item, site=cmd.site, to_site=cmd.to_site)
    return {"transfer": document}


def adjust_stock(erp: Erp, cmd: AdjustStock) -> dict[str, Any]:
    """Correct the available balance, with a reason, at the cost of the oldest layers (out) or the newest known cost (in)."""
    if cmd.quantity == ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to adjust")
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "an adjustment names its reason")
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    out = -min(cmd.quantity, ZERO)
    _must_be_available(erp, cmd.item, cmd.site, out)

    document = erp.number("ADJ")
    if out:
        value = -stock.worth_of(stock.take_layers(erp, item=cmd.item, site=cmd.site, quantity=out))
    else:
        value = rounded(cmd.quantity * stock.newest_cost(erp, item=cmd.item, site=cmd.site), erp.currency)
    stock.move(
        erp,
        item=cmd.item,
        site=cmd.site,
        status=AVAILABLE,
        quantity=cmd.quantity,
        value=value,
        document=document,
        kind="adjustment",
    )
    if not out:
        stock.add_layer(erp, item=cmd.item, site=cmd.site, document=document, quantity=cmd.quantity, value=value)
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.SCRAP, value)]
        ledger.post(erp, document=document, says=f"Adjusted {cmd.item}: {cmd.reason}", sides=sides)
    erp.emit("stock_adjusted", f"item {cmd.item}", item=cmd.item, site=cmd.site, reason=cmd.reason)
    return {"adjustment": document}


def _must_be_available(erp: Erp, item: str, site: str, quantity: Decimal) -> None:
    """Refuses what is not there, or is there and may not be taken: pieces in inspection or damaged are nobody's to give."""
    erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    left = available(erp.session, erp.entity, item, site)
    if quantity > left:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{item} at {site}: {words(left)} available, {words(quantity)} asked")
