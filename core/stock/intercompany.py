"""Sales between entities of the group: both books in one command, or neither.

The command belongs to the seller, whose key makes it happen once. Its verb asks for the buyer's books
(`Erp.books_of`), which share the session and so the transaction: a refusal on either side, a closed day or pieces that are
not there, leaves both as they were. The door writes events and an audit entry for each of the two entities.

Whoever sells takes both stock turns in the order of the entities' names, so that two that sell to each other at once wait
and do not deadlock. The margin is kept by the layers that were sold, so that what the group has not yet earned outside
can be asked at any time (`unrealised_profit`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.books import accounts, ledger
from core.books.rates import Exchange, exchange
from core.erp import Erp
from core.masterdata.tables import Entity, Item, Site
from core.masterdata.units import must_be_kept
from core.money import ZERO, rounded, split
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.costing import Does, Method
from core.stock.intercompany_tables import IntercompanyLayer
from core.stock.leaving import leaving
from core.stock.ledger import Move
from core.stock.making_commands import SellToEntity
from core.stock.placing import must_lie_there
from core.stock.pools import key_of
from core.stock.tables import CostChange, CostEntry, CostPool, StockStatus, ValuationLayer
from core.stock.valuing import Costed, cost_all
from core.wording import quantity as words

KIND = "intercompany"


def sell_to_entity(erp: Erp, cmd: SellToEntity) -> dict[str, Any]:
    """Sell pieces to another entity at a transfer price. Refuses what either of the two would refuse by itself, a currency
    that the buyer has no rate for, and an item that the two count in different units."""
    if cmd.to_entity == erp.entity:
        raise Refused(Refusal.NOTHING_TO_DO, f"{erp.entity} has them already: that is a transfer")
    erp.need(Entity, cmd.to_entity, refusal=Refusal.ENTITY_UNKNOWN)
    buyer = erp.books_of(cmd.to_entity)
    worth = exchange(buyer, erp.currency, (cmd.happened_at or erp.now).date(), given=cmd.rate)
    _must_fit(erp, buyer, cmd)
    for books in sorted((erp, buyer), key=lambda books: books.entity):
        stock.take_turn(books)
    must_lie_there(erp, cmd.item, cmd.site, cmd.location, cmd.lot, StockStatus.AVAILABLE, cmd.quantity)

    document = erp.number("IC")
    price = rounded(cmd.quantity * cmd.transfer_price, erp.currency)
    sold = _sell(erp, cmd, document, price)
    _buy(buyer, cmd, f"{erp.entity} {document}", price, worth, sold, seller=erp)
    cost = sum((one.cost for one in sold), ZERO)
    return {"sale": document, "price": price, "cost": cost, "margin": price - cost, "price_there": worth.booked(price)}


def _must_fit(erp: Erp, buyer: Erp, cmd: SellToEntity) -> None:
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    erp.need(Site, buyer.entity, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    ours = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    theirs = erp.need(Item, buyer.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if ours.unit != theirs.unit:
        raise Refused(Refusal.UNIT_UNKNOWN, f"{cmd.item} is counted in {ours.unit} here and in {theirs.unit} there")
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.transfer_price < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.transfer_price)
    must_be_kept(cmd.transfer_price)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """Pieces of one layer that were sold: the seller's cost entry of them, and what they cost there."""

    entry: int
    quantity: Decimal
    cost: Decimal


def _sell(erp: Erp, cmd: SellToEntity, document: str, price: Decimal) -> list[Sold]:
    """The sale in the seller's books: an entry for each layer it takes, so that what one costs later, and what comes back
    of it, is its own."""
    at = cmd.happened_at or erp.now
    stock.move_all(erp, [_move(cmd, cmd.site, cmd.location, -cmd.quantity, document)], at)
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    key = key_of(item, cmd.site, cmd.lot)
    taken, method = leaving(erp, key, cmd.quantity, at)
    covered = sum((layer.quantity for layer in taken), ZERO)
    if covered != cmd.quantity:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{words(cmd.quantity - covered)} {cmd.item} are sold already")
    entries = [
        Costed(
            key=key,
            does=Does.OUT,
            quantity=layer.quantity,
            source=layer.source if method is Method.STRICT else None,
            document=document,
            kind=KIND,
            account=accounts.COST_OF_GOODS_SOLD,
        )
        for layer in taken
    ]
    gone = cost_all(erp, entries, at)
    cost = -sum((one.step.value for one in gone), ZERO)
    sides = [
        ledger.debit(accounts.INTERCOMPANY_RECEIVABLE, price),
        ledger.credit(accounts.SALES, price),
        ledger.debit(accounts.COST_OF_GOODS_SOLD, cost),
        ledger.credit(accounts.INVENTORY, cost),
    ]
    _post(erp, document, f"Sold to {cmd.to_entity}", sides, at.date())
    erp.emit("sold_to_entity", f"item {cmd.item}", item=cmd.item, site=cmd.site, buyer=cmd.to_entity, document=document)
    return [
        Sold(entry=one.number, quantity=layer.quantity, cost=-one.step.value)
        for one, layer in zip(gone, taken, strict=True)
    ]


def _buy(
    buyer: Erp,
    cmd: SellToEntity,
    document: str,
    price: Decimal,
    worth: Exchange,
    sold: list[Sold],
    *,
    seller: Erp,
) -> None:
    """The purchase in the buyer's books and currency: a layer for each that the seller gave up."""
    at = cmd.happened_at or buyer.now
    stock.move_all(buyer, [_move(cmd, cmd.to_site, cmd.to_location, cmd.quantity, document)], at)
    item = buyer.need(Item, buyer.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    counts, owed = [one.quantity for one in sold], worth.booked(price)
    sold_for, prices = split(price, counts, seller.currency), split(owed, counts, buyer.currency)
    entries = [
        Costed(
            key=key_of(item, cmd.to_site, cmd.lot),
            does=Does.IN,
            quantity=layer.quantity,
            value=part,
            document=document,
            kind=KIND,
            account=accounts.INTERCOMPANY_PAYABLE,
        )
        for layer, part in zip(sold, prices, strict=True)
    ]
    came = cost_all(buyer, entries, at)
    variance = sum((one.step.variance for one in came), ZERO)
    sides = [
        ledger.debit(accounts.INVENTORY, owed - variance),
        ledger.debit(accounts.PRICE_VARIANCE, variance),
        ledger.credit(accounts.INTERCOMPANY_PAYABLE, owed),
    ]
    _post(buyer, document, f"Bought from {seller.entity}", sides, at.date())
    rows = [
        IntercompanyLayer(
            entity=buyer.entity,
            entry=one.number,
            seller=seller.entity,
            sold_by=layer.entry,
            document=document,
            quantity=layer.quantity,
            cost=layer.cost,
            sold_for=there,
            price=here,
            rate=worth.rate,
        )
        for one, layer, there, here in zip(came, sold, sold_for, prices, strict=True)
    ]
    buyer.add(*rows)
    buyer.emit(
        "bought_from_entity",
        f"item {cmd.item}",
        item=cmd.item,
        site=cmd.to_site,
        seller=seller.entity,
        document=document,
    )


def _post(erp: Erp, document: str, says: str, sides: list[ledger.Side], day: Any) -> None:
    if any(side.amount for side in sides):
        ledger.post(erp, document=document, says=says, sides=sides, day=day)


def _move(cmd: SellToEntity, site: str, location: str, quantity: Decimal, document: str) -> Move:
    return Move(
        item=cmd.item,
        site=site,
        location=location,
        lot=cmd.lot,
        status=StockStatus.AVAILABLE,
        quantity=quantity,
        document=document,
        kind=KIND,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Unrealised:
    """The group's profit in stock that has not left it, in the currency of the books; and the pools (item, site) that
    hold such pieces without keeping layers apart, of which it cannot be said."""

    profit: Decimal
    not_by_layer: tuple[tuple[str, str], ...]


def unrealised_profit(session: Session, buyer: str) -> Unrealised:
    """The margin in what an entity still has of what others of the group sold to it: by open layers, wherever these went
    inside the entity, at what they cost the seller by all that is known today, at the rate at which they came. Pieces
    that went into a repack are not followed."""
    layer, came = ValuationLayer, IntercompanyLayer
    changed = (
        select(func.coalesce(func.sum(CostChange.value), ZERO))
        .where(CostChange.entity == came.seller, CostChange.entry == came.sold_by)
        .scalar_subquery()
    )
    sold = select(CostEntry.quantity).where(CostEntry.entity == came.seller, CostEntry.number == came.sold_by)
    cost_today = came.cost - changed * came.quantity / sold.scalar_subquery()
    apart = (
        ~select(CostPool.item)
        .where(
            CostPool.entity == layer.entity,
            CostPool.item == layer.item,
            CostPool.site == layer.site,
            CostPool.lot == layer.lot,
            CostPool.method.in_(("average", "standard")),
        )
        .exists()
    )
    profit = session.scalar(
        select(func.sum((came.price - cost_today * came.rate) * layer.quantity / came.quantity))
        .join(layer, (layer.entity == came.entity) & (layer.source == came.entry))
        .where(came.entity == buyer, apart)
    )
    merged = session.execute(
        select(CostEntry.item, CostPool.site)
        .join(came, (came.entity == CostEntry.entity) & (came.entry == CostEntry.number))
        .join(CostPool, (CostPool.entity == CostEntry.entity) & (CostPool.item == CostEntry.item))
        .where(came.entity == buyer, CostPool.quantity > 0, CostPool.method.in_(("average", "standard")))
        .distinct()
        .order_by(CostEntry.item, CostPool.site)
    )
    currency = session.get_one(Entity, buyer).currency
    return Unrealised(
        profit=rounded(profit or ZERO, currency), not_by_layer=tuple((item, site) for item, site in merged)
    )
