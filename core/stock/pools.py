"""Cost pools as the books keep them: read with the layers an entry needs, written back as the difference.

Whoever changes stock of an entity takes turns (`core.stock.ledger.take_turn`), so a pool read here is nobody else's. How a
new one begins is read with it, and not taken from an item that was looked at before the turn came.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, select, text, tuple_

from core import driver, rows
from core.erp import Erp
from core.masterdata.tables import Item, StockPolicy
from core.refusals import Refusal, Refused
from core.stock.costing import Layer, Method, Pool
from core.stock.lines import PoolKey, Position, State, debts_from_wire, debts_to_wire, from_wire
from core.stock.tables import CostCheckpoint, CostPool, ValuationLayer

LAYERS_AT_ONCE = 64
"""Layers read for one issue at first; all of them when these are not enough."""


CHECKPOINT_EVERY = 256
"""Entries of a pool between two checkpoints: what a late entry folds again at most, before what it changes itself."""


@dataclass(slots=True, kw_only=True)
class Held:
    """A pool in hand: its state, where its history starts and ends, and its layers as they were read."""

    key: PoolKey
    pool: Pool
    first_method: Method
    first_unit_cost: Decimal
    entries: int = 0
    last: Position | None = None
    read: dict[tuple[datetime, int], Layer] = field(default_factory=dict)
    whole: bool = False  # every layer was read


def key_of(item: Item, site: str, lot: str) -> PoolKey:
    """The pool that values pieces of an item at a site."""
    return PoolKey(item.sku, site, lot if item.cost_by_lot else "")


ON_THE_WAY = ">"
"""How the lot of a pool begins that holds pieces on their way to its site. No lot of an item begins so."""


def on_the_way(transfer: str, line: int) -> str:
    """What stands for the lot in the pool of a transfer's line while it is on the way."""
    return f"{ON_THE_WAY}{transfer}#{line}"


POOLS = """
    select k.item, k.site, k.lot, p.entity is not null as known, coalesce(s.negative_allowed, false) as negative,
      p.method, p.unit_cost, p.quantity, p.value, p.debts, p.first_method, p.first_unit_cost, p.entries, p.last_at,
      p.last_number, i.cost_method, i.standard_cost
    from unnest(%(items)s::text[], %(sites)s::text[], %(lots)s::text[]) as k(item, site, lot)
    left join cost_pool p on p.entity = %(entity)s and p.item = k.item and p.site = k.site and p.lot = k.lot
    left join stock_policy s on s.entity = %(entity)s and s.item = k.item and s.site = k.site
    left join item i on i.entity = %(entity)s and i.sku = k.item
"""


def hold(erp: Erp, keys: Iterable[PoolKey]) -> dict[PoolKey, Held]:
    """The pools of those keys, without layers. One that is not there yet begins with its item's method and cost, and is
    there once it is written."""
    return held(erp, driver.ask(erp.session, *holding(erp, keys)))


def holding(erp: Erp, keys: Iterable[PoolKey]) -> driver.Question:
    """The question for the pools of those keys, to be asked together with others; `held` reads its answer."""
    wanted = sorted(set(keys))
    items, sites, lots = ([key[place] for key in wanted] for place in range(3))
    return POOLS, {"entity": erp.entity, "items": items, "sites": sites, "lots": lots}


def held(erp: Erp, found: Iterable[Any]) -> dict[PoolKey, Held]:
    """The pools that were asked for."""
    by_key = sorted(((PoolKey(row.item, row.site, row.lot), row) for row in found), key=itemgetter(0))
    return {key: _held(erp, row) if row.known else _opened(erp, row) for key, row in by_key}


def _held(erp: Erp, row: Any) -> Held:
    pool = Pool(
        currency=erp.currency,
        negative=row.negative,
        method=Method(row.method),
        unit_cost=row.unit_cost,
        quantity=row.quantity,
        value=row.value,
        debts=debts_from_wire(row.debts),
    )
    last = Position(row.last_at, row.last_number) if row.last_at else None
    key = PoolKey(row.item, row.site, row.lot)
    return Held(
        key=key,
        pool=pool,
        first_method=Method(row.first_method),
        first_unit_cost=row.first_unit_cost,
        entries=row.entries,
        last=last,
    )


def _opened(erp: Erp, row: Any) -> Held:
    key = PoolKey(row.item, row.site, row.lot)
    if row.cost_method is None:
        raise Refused(Refusal.ITEM_UNKNOWN, f"{erp.entity} {key.item}")
    method = Method.FIFO if key.lot.startswith(ON_THE_WAY) else Method(row.cost_method)
    pool = Pool(currency=erp.currency, negative=row.negative, method=method, unit_cost=row.standard_cost)
    return Held(key=key, pool=pool, first_method=method, first_unit_cost=row.standard_cost, whole=True)


def may_go_negative(erp: Erp, places: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these items at sites, those whose policy lets stock go below zero; it is trued up when the pieces come."""
    allowed = erp.session.execute(
        select(StockPolicy.item, StockPolicy.site).where(
            StockPolicy.entity == erp.entity,
            StockPolicy.negative_allowed,
            tuple_(StockPolicy.item, StockPolicy.site).in_(sorted(places)),
        )
    )
    return {(item, site) for item, site in allowed}


LAYERS = text(
    """
    select k.item, k.site, k.lot, l.since, l.source, l.quantity, l.value
    from unnest(cast(:items as text[]), cast(:sites as text[]), cast(:lots as text[])) as k(item, site, lot)
    cross join lateral (
      select since, source, quantity, value from valuation_layer v
      where v.entity = :entity and v.item = k.item and v.site = k.site and v.lot = k.lot
      order by since, source limit :most
    ) l
    order by k.item, k.site, k.lot, l.since, l.source
    """
)


def read_layers(erp: Erp, pools: Sequence[Held], *, whole: bool) -> None:
    """Read the layers of pools: the oldest `LAYERS_AT_ONCE` of each, or all."""
    missing = [held for held in pools if not held.whole and (whole or not held.read)]
    if not missing:
        return
    layers_read = erp.session.execute(
        LAYERS,
        {
            "entity": erp.entity,
            "items": [held.key.item for held in missing],
            "sites": [held.key.site for held in missing],
            "lots": [held.key.lot for held in missing],
            "most": None if whole else LAYERS_AT_ONCE,
        },
    )
    found: dict[PoolKey, list[Layer]] = {held.key: [] for held in missing}
    for row in layers_read:
        found[PoolKey(row.item, row.site, row.lot)].append(Layer(row.since, row.source, row.quantity, row.value))
    for held in missing:
        layers = found[held.key]
        held.pool.layers = list(layers)
        held.read = {(layer.since, layer.source): layer for layer in layers}
        held.whole = whole or len(layers) < LAYERS_AT_ONCE


def write(erp: Erp, pools: Iterable[Held]) -> None:
    """Write pools back: their totals, and of their layers what changed."""
    pools = list(pools)
    totals = [{"entity": erp.entity, **held.key._asdict(), **_totals(held)} for held in pools]
    rows.put(erp.session, CostPool, totals, instead=RUNNING)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    empty: list[dict[str, Any]] = []
    for held in pools:
        now = {(layer.since, layer.source): layer for layer in held.pool.layers}
        for place, layer in now.items():
            before = held.read.get(place)
            row = {**_place(erp, held.key, place), "quantity": layer.quantity, "value": layer.value}
            if before is None:
                fresh.append(row)
            elif (before.quantity, before.value) != (layer.quantity, layer.value):
                changed.append(row)
        empty += [_place(erp, held.key, place) for place in held.read if place not in now]
        held.read = now
    rows.delete(erp.session, ValuationLayer, empty)
    rows.put(erp.session, ValuationLayer, changed, instead=("quantity", "value"))
    # pieces of a layer that was not read lie down on the rest of it
    rows.add_up(erp.session, ValuationLayer, fresh, sums=("quantity", "value"))


def _place(erp: Erp, key: PoolKey, place: tuple[datetime, int]) -> dict[str, Any]:
    since, source = place
    return {"entity": erp.entity, **key._asdict(), "since": since, "source": source}


RUNNING = ("method", "unit_cost", "quantity", "value", "debts", "entries", "last_at", "last_number")
"""What changes of a pool with every entry; how its history started does not."""


def _totals(held: Held) -> Mapping[str, Any]:
    pool = held.pool
    return {
        "first_method": held.first_method,
        "first_unit_cost": held.first_unit_cost,
        "method": pool.method,
        "unit_cost": pool.unit_cost,
        "quantity": pool.quantity,
        "value": pool.value,
        "debts": debts_to_wire(pool.debts),
        "entries": held.entries,
        "last_at": held.last.at if held.last else None,
        "last_number": held.last.number if held.last else 0,
    }


def state_before(erp: Erp, held: Held, position: Position) -> tuple[Pool, Position | None]:
    """The pool as it was at its last checkpoint before a position, and where that is; else as its history starts."""
    row = erp.session.execute(
        select(CostCheckpoint.at, CostCheckpoint.number, CostCheckpoint.state)
        .where(_in_pool(erp, held.key), tuple_(CostCheckpoint.at, CostCheckpoint.number) < tuple(position))
        .order_by(CostCheckpoint.at.desc(), CostCheckpoint.number.desc())
        .limit(1)
    ).first()
    negative = held.pool.negative
    if row is not None:
        return from_wire(row.state, currency=erp.currency, negative=negative), Position(row.at, row.number)
    start = Pool(currency=erp.currency, method=held.first_method, unit_cost=held.first_unit_cost, negative=negative)
    return start, None


def checkpoints(erp: Erp, key: PoolKey, since: Position) -> dict[Position, State]:
    """The checkpoints of a pool at a position and after."""
    kept = erp.session.execute(
        select(CostCheckpoint.at, CostCheckpoint.number, CostCheckpoint.state).where(
            _in_pool(erp, key), tuple_(CostCheckpoint.at, CostCheckpoint.number) >= tuple(since)
        )
    )
    return {Position(row.at, row.number): row.state for row in kept}


def keep_checkpoints(erp: Erp, key: PoolKey, states: Mapping[Position, State]) -> None:
    """Keep what a pool is at these positions, instead of what was kept there before."""
    kept = [{"entity": erp.entity, **key._asdict(), **at._asdict(), "state": state} for at, state in states.items()]
    rows.put(erp.session, CostCheckpoint, kept, instead=("state",))


def _in_pool(erp: Erp, key: PoolKey) -> ColumnElement[bool]:
    columns = (CostCheckpoint.entity, CostCheckpoint.item, CostCheckpoint.site, CostCheckpoint.lot)
    return tuple_(*columns) == (erp.entity, *key)
