"""Pieces go back to the entity of the group that sold them: both books in one command, or neither.

The buyer gives up the layers it bought, at what they are worth to it, and owes less by the price they came at; a
difference (freight that was added, an average) is a price variance. The seller takes them back at what the very
layers cost it, and its sale is smaller. What the group has not earned outside shrinks with the layers.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Entity, Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.costing import Does, Method
from core.stock.intercompany_commands import ReturnToEntity
from core.stock.intercompany_tables import IntercompanyLayer, IntercompanyReturn
from core.stock.ledger import Move
from core.stock.lines import PoolKey
from core.stock.placing import must_lie_there
from core.stock.pools import hold, key_of
from core.stock.tables import CostEntry, StockMove, StockStatus, ValuationLayer
from core.stock.taking_back import bring_back
from core.stock.valuing import Costed, cost_all
from core.wording import quantity as words

KIND = "intercompany return"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Pieces of one bought layer that go back, at the price they came at in both currencies."""

    layer: IntercompanyLayer
    quantity: Decimal
    sold_for: Decimal
    price: Decimal


def return_to_entity(erp: Erp, cmd: ReturnToEntity) -> dict[str, Any]:
    """Send pieces back to who sold them. Refuses more than was sold and is not back, what is no longer there of the sale,
    a moment before it, and what either of the two books would refuse by itself."""
    if cmd.seller == erp.entity:
        raise Refused(Refusal.NOTHING_TO_DO, f"{erp.entity} sold nothing to itself")
    erp.need(Entity, cmd.seller, refusal=Refusal.ENTITY_UNKNOWN)
    seller = erp.books_of(cmd.seller)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    seller.need(Site, cmd.seller, cmd.to_site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "whoever sends pieces back says why")
    for books in sorted((erp, seller), key=lambda books: books.entity):
        stock.take_turn(books)
    at = cmd.happened_at or erp.now
    sold, item, lot = _sale(erp, cmd)
    must_lie_there(erp, item.sku, cmd.site, cmd.location, lot, StockStatus.AVAILABLE, cmd.quantity)

    number = erp.number("ICR")
    parts = _parts(erp, seller, cmd, sold, key_of(item, cmd.site, lot))
    there, here = sum((part.sold_for for part in parts), ZERO), sum((part.price for part in parts), ZERO)
    _give_up(erp, cmd, number, item, lot, parts, here, at)
    document = f"{erp.entity} {number}"
    cost = _take_back(seller, cmd, document, item.sku, lot, parts, there, at)
    rows = [
        IntercompanyReturn(
            entity=erp.entity,
            number=number,
            entry=part.layer.entry,
            seller=cmd.seller,
            document=document,
            quantity=part.quantity,
            sold_for=part.sold_for,
            price=part.price,
        )
        for part in parts
    ]
    erp.add(*rows)
    return {"return": number, "price": there, "price_here": here, "cost": cost}


def _sale(erp: Erp, cmd: ReturnToEntity) -> tuple[list[IntercompanyLayer], Item, str]:
    """The layers of a sale, the item and its lot."""
    row = IntercompanyLayer
    document = f"{cmd.seller} {cmd.sale}"
    sold = erp.session.scalars(
        select(row)
        .join(CostEntry, (CostEntry.entity == row.entity) & (CostEntry.number == row.entry))
        .where(CostEntry.entity == erp.entity, CostEntry.document == document, row.seller == cmd.seller)
        .order_by(row.entry)
    ).all()
    move = erp.session.scalars(
        select(StockMove).where(StockMove.entity == erp.entity, StockMove.document == document).limit(1)
    ).first()
    if not sold or move is None:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{cmd.seller} sold nothing to {erp.entity} under {cmd.sale}")
    return list(sold), erp.need(Item, erp.entity, move.item, refusal=Refusal.ITEM_UNKNOWN), move.lot


def _parts(erp: Erp, seller: Erp, cmd: ReturnToEntity, sold: list[IntercompanyLayer], key: PoolKey) -> list[Part]:
    """What goes back of each layer, oldest first: what is not back yet and still lies in the pool, where layers are kept
    apart. The last piece of a layer takes what is left of its price."""
    apart = hold(erp, [key])[key].pool.method not in (Method.AVERAGE, Method.STANDARD)
    parts, wanted = [], cmd.quantity
    for layer in sold:
        back = erp.session.execute(
            select(
                func.coalesce(func.sum(IntercompanyReturn.quantity), ZERO).label("quantity"),
                func.coalesce(func.sum(IntercompanyReturn.sold_for), ZERO).label("sold_for"),
                func.coalesce(func.sum(IntercompanyReturn.price), ZERO).label("price"),
            ).where(IntercompanyReturn.entity == erp.entity, IntercompanyReturn.entry == layer.entry)
        ).one()
        pieces = layer.quantity - back.quantity
        quantity = min(wanted, pieces, _lies(erp, key, layer.entry) if apart else pieces)
        if quantity <= ZERO:
            continue
        there = rounded((layer.sold_for - back.sold_for) * quantity / pieces, seller.currency)
        here = rounded((layer.price - back.price) * quantity / pieces, erp.currency)
        parts.append(Part(layer=layer, quantity=quantity, sold_for=there, price=here))
        wanted -= quantity
    if wanted:
        says = f"{words(cmd.quantity - wanted)} of what {cmd.seller} sold under {cmd.sale} can go back from {cmd.site}"
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{says}, {words(cmd.quantity)} asked")
    return parts


def _lies(erp: Erp, key: PoolKey, entry: int) -> Decimal:
    """How many pieces of a layer lie in a pool."""
    row = ValuationLayer
    found = erp.session.scalar(
        select(func.sum(row.quantity)).where(
            row.entity == erp.entity,
            row.item == key.item,
            row.site == key.site,
            row.lot == key.lot,
            row.source == entry,
        )
    )
    return found or ZERO


def _give_up(
    erp: Erp, cmd: ReturnToEntity, number: str, item: Item, lot: str, parts: list[Part], price: Decimal, at: datetime
) -> None:
    """The return in the buyer's books: the very layers that it bought."""
    move = _move(item.sku, cmd.site, cmd.location, lot, -cmd.quantity, number)
    stock.move_all(erp, [move], at)
    entries = [
        Costed(
            key=key_of(item, cmd.site, lot),
            does=Does.OUT,
            quantity=part.quantity,
            source=part.layer.entry,
            document=number,
            kind=KIND,
            account=accounts.PRICE_VARIANCE,
        )
        for part in parts
    ]
    gone = cost_all(erp, entries, at)
    if sum((layer.quantity for one in gone for layer in one.step.taken), ZERO) != cmd.quantity:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{item.sku} at {cmd.site}: some of it is sold already")
    worth = -sum((one.step.value for one in gone), ZERO)
    sides = [
        ledger.debit(accounts.INTERCOMPANY_PAYABLE, price),
        ledger.debit(accounts.PRICE_VARIANCE, worth - price),
        ledger.credit(accounts.INVENTORY, worth),
    ]
    _post(erp, number, f"Sent back to {cmd.seller}: {cmd.reason.strip()}", sides, at)
    erp.emit("returned_to_entity", f"item {item.sku}", item=item.sku, site=cmd.site, seller=cmd.seller, document=number)


def _take_back(
    seller: Erp,
    cmd: ReturnToEntity,
    document: str,
    item: str,
    lot: str,
    parts: list[Part],
    price: Decimal,
    at: datetime,
) -> Decimal:
    """The return in the seller's books, of each layer at what it had cost. Gives that."""
    cost = ZERO
    for part in parts:
        sale = seller.need(CostEntry, seller.entity, part.layer.sold_by, refusal=Refusal.NO_SUCH_MOVE)
        move = _move(item, cmd.to_site, cmd.to_location, lot, part.quantity, document)
        cost += bring_back(seller, sale, move, at)
    sides = [
        ledger.debit(accounts.SALES, price),
        ledger.credit(accounts.INTERCOMPANY_RECEIVABLE, price),
        ledger.debit(accounts.INVENTORY, cost),
        ledger.credit(accounts.COST_OF_GOODS_SOLD, cost),
    ]
    _post(seller, document, f"Back from {cmd.entity}: {cmd.reason.strip()}", sides, at)
    seller.emit(
        "taken_back_from_entity", f"item {item}", item=item, site=cmd.to_site, buyer=cmd.entity, document=document
    )
    return cost


def _move(item: str, site: str, location: str, lot: str, quantity: Decimal, document: str) -> Move:
    return Move(
        item=item,
        site=site,
        location=location,
        lot=lot,
        status=StockStatus.AVAILABLE,
        quantity=quantity,
        document=document,
        kind=KIND,
    )


def _post(erp: Erp, document: str, says: str, sides: list[ledger.Side], at: datetime) -> None:
    if any(side.amount for side in sides):
        ledger.post(erp, document=document, says=says, sides=sides, day=at.date())
