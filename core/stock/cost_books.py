"""Cost entries as the books keep them, read as lines with what they are worth today."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true, tuple_

from core import rows
from core.db import one_of
from core.erp import Erp
from core.money import ZERO
from core.stock.corrections import CHARGE
from core.stock.costing import Does, Entry, Layer, Method
from core.stock.lines import REPACK, Line, PoolKey, Position, parts_from_wire, parts_to_wire
from core.stock.tables import CostChange, CostEntry, CostParts


def by_number(erp: Erp, numbers: Sequence[int]) -> list[Line]:
    """The lines of those numbers."""
    return _lines(erp, one_of(CostEntry.number, numbers)) if numbers else []


def after(erp: Erp, key: PoolKey, since: Position | None) -> list[Line]:
    """The lines of a pool after a position, or all of them, in order."""
    pool = tuple_(CostEntry.item, CostEntry.site, CostEntry.lot) == tuple(key)
    if since is None:
        return _lines(erp, pool)
    return _lines(erp, pool, tuple_(CostEntry.happened_at, CostEntry.number) > tuple(since))


def returns_of(erp: Erp, lines: Sequence[Line], fresh: Sequence[Line]) -> dict[int, list[Line]]:
    """For each sale that one of `lines` takes back: all its returns, written or fresh, oldest first."""
    sales = {line.entry.source for line in lines if _takes_back(line)}
    if not sales:
        return {}
    written = _lines(erp, CostEntry.does == Does.IN, one_of(CostEntry.source, sales))
    found: dict[int, list[Line]] = {}
    for line in chain(written, (line for line in fresh if _takes_back(line))):
        if line.entry.source is not None:
            found.setdefault(line.entry.source, []).append(line)
    return {sale: sorted(lines_, key=lambda line: line.position) for sale, lines_ in found.items()}


def returns_of_sale(erp: Erp, issue: int) -> list[Line]:
    """What came back of an issue so far, oldest first."""
    return _lines(erp, CostEntry.does == Does.IN, CostEntry.source == issue)


def _takes_back(line: Line) -> bool:
    return line.entry.does is Does.IN and line.entry.source is not None and line.mirrors is None


def made_of(erp: Erp, document: str, fresh: Mapping[PoolKey, Sequence[Line]]) -> list[Line]:
    """What went out to be repacked under a document."""
    written = _lines(erp, CostEntry.document == document, CostEntry.kind == REPACK, CostEntry.does == Does.OUT)
    new = chain.from_iterable(fresh.values())
    return written + [x for x in new if (x.document, x.kind, x.entry.does) == (document, REPACK, Does.OUT)]


def resting_on(erp: Erp, moved: Sequence[Line]) -> list[tuple[PoolKey, Position]]:
    """Where the consequences lie of lines that are worth something else now: other ends of transfers, returns, repacks."""
    numbers = [line.entry.number for line in moved if not line.fresh]
    documents = [line.document for line in moved if line.kind == REPACK]
    if not numbers and not documents:
        return []
    rests = one_of(CostEntry.mirrors, numbers) | one_of(CostEntry.source, numbers)
    if documents:
        rests |= (CostEntry.kind == REPACK) & one_of(CostEntry.document, documents)
    return [(line.key, line.position) for line in _lines(erp, CostEntry.does == Does.IN, rests)]


def handed(erp: Erp, numbers: Sequence[int]) -> dict[int, tuple[Layer, ...]]:
    """The layers that transfers took along, by the entry that gave them up."""
    if not numbers:
        return {}
    kept = erp.session.execute(
        select(CostParts.entry, CostParts.parts).where(CostParts.entity == erp.entity, one_of(CostParts.entry, numbers))
    )
    return {row.entry: parts_from_wire(row.parts) for row in kept}


def hand_over(erp: Erp, taken: Mapping[int, Iterable[Layer]]) -> None:
    """Keep the layers that transfers took along, instead of what was kept before."""
    kept = [{"entity": erp.entity, "entry": n, "parts": parts_to_wire(tuple(parts))} for n, parts in taken.items()]
    rows.put(erp.session, CostParts, kept, instead=("parts",))


def _lines(erp: Erp, *where: ColumnElement[bool]) -> list[Line]:
    found = erp.session.execute(_statement().where(CostEntry.entity == erp.entity, *where))
    return [_line(row) for row in found]


def _statement() -> Select[Any]:
    changes = (
        select(
            func.coalesce(func.sum(CostChange.value), ZERO).label("total"),
            func.coalesce(func.sum(CostChange.value).filter(CostChange.kind == CHARGE), ZERO).label("charged"),
        )
        .where(CostChange.entity == CostEntry.entity, CostChange.entry == CostEntry.number)
        .lateral()
    )
    table: Any = CostEntry.__table__
    return (
        select(*table.c, changes.c.total, changes.c.charged)
        .select_from(table.join(changes, onclause=true()))
        .order_by(CostEntry.happened_at, CostEntry.number)
    )


def _line(row: Any) -> Line:
    brought = row.brought if row.brought is None else row.brought + row.charged
    entry = Entry(
        number=row.number,
        happened_at=row.happened_at,
        does=Does(row.does),
        quantity=row.quantity,
        value=brought,
        source=row.source,
        unit_cost=row.unit_cost,
        method=Method(row.method) if row.method else None,
    )
    key = PoolKey(row.item, row.site, row.lot)
    return Line(
        entry=entry,
        key=key,
        account=row.account,
        document=row.document,
        kind=row.kind,
        mirrors=row.mirrors,
        worth=row.value + row.total,
    )
