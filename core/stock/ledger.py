"""The stock ledger's one writer: every change of a balance is a move, and every value is in a layer.

Value on hand is the sum of the layers, in every status, and equals the inventory account at each commit. Layers leave
oldest first; the last piece of a layer takes what is left of its value, so that no cent stays behind.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from core.erp import Erp
from core.masterdata.tables import Item, StockPolicy
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock.tables import StockBalance, StockMove, ValuationLayer
from core.wording import quantity as words

TURN = text("select pg_advisory_xact_lock(hashtextextended(:entity, 21))")
"""Whoever changes stock of an entity takes turns. The moves are numbered one by one anyway; taking the turn first, and
in one place, is what keeps two commands from each waiting for a balance that the other one holds."""

BOUGHT = ("receipt", "opening", "transfer")
"""Kinds of moves that bring a cost along from outside the site."""


def move(
    erp: Erp,
    *,
    item: str,
    site: str,
    status: str,
    quantity: Decimal,
    value: Decimal,
    document: str,
    kind: str,
    happened_at: datetime | None = None,
    location: str = "",
    lot: str = "",
) -> None:
    """Append one move and bring its balance along.

    `quantity` is signed, in base units; `value` is the change of inventory value in the entity's currency, 0 for a
    change of status or place. Refuses a quantity finer than the item's unit, and a balance below zero unless the item's
    policy at that site allows it.
    """
    erp.session.execute(TURN, {"entity": erp.entity})
    unit = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    if quantity != quantity.quantize(Decimal(1).scaleb(-unit.unit_decimals)):
        raise Refused(Refusal.PRECISION, f"{words(quantity)} {unit.unit} of {item}")
    key = {"entity": erp.entity, "item": item, "site": site, "location": location, "lot": lot, "status": status}
    erp.session.execute(insert(StockBalance).values(**key, quantity=ZERO).on_conflict_do_nothing())
    balance = erp.session.get_one(StockBalance, tuple(key.values()), with_for_update=True, populate_existing=True)
    after = balance.quantity + quantity
    if after < 0 and quantity < 0 and not _may_go_negative(erp, item, site):
        raise Refused(
            Refusal.MORE_THAN_ON_HAND,
            f"{item} at {site}: {words(balance.quantity)} {status.replace('_', ' ')}, {words(-quantity)} asked",
        )

    balance.quantity = after
    erp.add(
        StockMove(
            **key,
            number=erp.ordinal("move"),
            quantity=quantity,
            value=value,
            document=document,
            kind=kind,
            happened_at=happened_at or erp.now,
            recorded_at=erp.now,
        )
    )
    erp.effect("stock", f"{item} at {site}, {status}", quantity, unit.unit)


def add_layer(
    erp: Erp,
    *,
    item: str,
    site: str,
    document: str,
    quantity: Decimal,
    value: Decimal,
    happened_at: datetime | None = None,
) -> None:
    """Value what came in: one layer of `quantity` base units worth `value`."""
    erp.add(
        ValuationLayer(
            entity=erp.entity,
            number=erp.ordinal("layer"),
            item=item,
            site=site,
            document=document,
            quantity=quantity,
            remaining=quantity,
            value=value,
            happened_at=happened_at or erp.now,
        )
    )


Taken = list[tuple[ValuationLayer, Decimal, Decimal]]


def take_layers(erp: Erp, *, item: str, site: str, quantity: Decimal, document: str | None = None) -> Taken:
    """Take `quantity` base units out of the layers: those of `document` first when one is named, then the oldest.

    A layer says what pieces cost, not where they lie: pieces of one document may have been issued at the cost of
    another. Gives what was taken as (layer, quantity, value). Refuses more than the layers hold.
    """
    erp.session.execute(TURN, {"entity": erp.entity})
    layers = erp.session.scalars(
        select(ValuationLayer)
        .where(
            ValuationLayer.entity == erp.entity,
            ValuationLayer.item == item,
            ValuationLayer.site == site,
            ValuationLayer.remaining > 0,
        )
        .order_by(ValuationLayer.document != (document or ""), ValuationLayer.happened_at, ValuationLayer.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    wanted = quantity
    taken: Taken = []
    for layer in layers:
        if wanted <= 0:
            break
        part = min(layer.remaining, wanted)
        worth = layer.value if part == layer.remaining else rounded(layer.value * part / layer.remaining, erp.currency)
        taken.append((layer, part, worth))
        wanted -= part
    if wanted > 0:
        raise Refused(
            Refusal.MORE_THAN_ON_HAND, f"{item} at {site}: {words(quantity - wanted)} on hand, {words(quantity)} asked"
        )
    for layer, part, worth in taken:
        layer.remaining -= part
        layer.value -= worth
    erp.session.flush()
    return taken


def worth_of(taken: Taken) -> Decimal:
    """What was taken, together, in the entity's currency."""
    return sum((worth for _, _, worth in taken), ZERO)


def _may_go_negative(erp: Erp, item: str, site: str) -> bool:
    """Negative stock needs a policy that says so. Its valuation is not there yet, so nothing grants one today."""
    policy = erp.session.get(StockPolicy, (erp.entity, item, site))
    return policy is not None and policy.negative_allowed


def newest_cost(erp: Erp, *, item: str, site: str) -> Decimal:
    """What one base unit cost when it last came to the site; the item's standard cost when none ever did."""
    last = erp.session.scalars(
        select(StockMove)
        .where(
            StockMove.entity == erp.entity,
            StockMove.item == item,
            StockMove.site == site,
            StockMove.quantity > 0,
            StockMove.value > 0,
            StockMove.kind.in_(BOUGHT),
        )
        .order_by(StockMove.happened_at.desc(), StockMove.number.desc())
        .limit(1)
    ).first()
    if last is not None:
        return last.value / last.quantity
    return erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN).standard_cost
