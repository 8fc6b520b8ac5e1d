"""The ledger's side of a stream: every move at a site that a warehouse tells of is an entry beside its events.

Called by the ledger's one writer in the transaction of the move, and only where an entity has a stream at all.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from core.erp import Erp
from core.receiving.tables import GoodsReceipt
from core.reconciling.entries import Fresh, add, known_keys, place_of, rethread
from core.reconciling.tables import LEDGER, StreamSite, WarehouseStream
from core.refusals import Refusal
from core.stock.tables import StockStatus

NOT_THERE = StockStatus.IN_TRANSIT
"""Pieces that are on their way lie in no warehouse, and no warehouse tells of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """One move as the ledger has it."""

    number: int
    item: str
    site: str
    location: str
    lot: str
    status: str
    quantity: Decimal
    document: str
    happened_at: datetime


def follow(erp: Erp, moves: Sequence[Booked]) -> None:
    """Put moves beside the events of the warehouses at their sites. What that changes is looked at by detectors."""
    sites = sorted({move.site for move in moves})
    rows = erp.session.execute(
        select(StreamSite.site, StreamSite.source).where(StreamSite.entity == erp.entity, StreamSite.site.in_(sites))
    )
    source_of = dict(rows.all())
    told: dict[str, list[Booked]] = defaultdict(list)
    for move in moves:
        if move.site in source_of and move.status != NOT_THERE:
            told[source_of[move.site]].append(move)
    for source in sorted(told):
        stream = erp.need(WarehouseStream, erp.entity, source, refusal=Refusal.STREAM_UNKNOWN)
        keys = put_beside(erp, stream, told[source])
        if keys:
            erp.emit("ledger_followed", f"warehouse_stream {source}", source=source, keys=sorted(keys))


def put_beside(erp: Erp, stream: WarehouseStream, moves: Sequence[Booked]) -> set[int]:
    """Moves since the stream began as its entries. Gives the keys at which anything changed; a move of before then
    changes what both sides began with, at keys that are there."""
    numbers = sorted({move.document for move in moves})
    receipts = erp.session.execute(
        select(GoodsReceipt.number, GoodsReceipt.order, GoodsReceipt.despatch).where(
            GoodsReceipt.entity == erp.entity, GoodsReceipt.number.in_(numbers)
        )
    )
    aliases: dict[str, str] = {}
    for number, order, despatch in receipts:
        aliases |= {name: order for name in (number, despatch) if name}
    touched = rethread(erp, stream, aliases) if aliases else set()
    fresh = [_fresh(stream, move) for move in moves if move.happened_at >= stream.since]
    earlier = {_fresh(stream, move).place for move in moves if move.happened_at < stream.since}
    return touched | (add(erp, stream, fresh) if fresh else set()) | known_keys(erp, stream, earlier)


def _fresh(stream: WarehouseStream, move: Booked) -> Fresh:
    return Fresh(
        place=place_of(stream, move.item, move.site, move.location, move.lot, move.status),
        side=LEDGER,
        number=move.number,
        quantity=move.quantity,
        reference=move.document,
        happened_at=move.happened_at,
    )
