"""Cost entries as the books keep them, read as lines with what they are worth today."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from core import driver, rows
from core.erp import Erp
from core.stock.costing import Does, Entry, Layer, Method
from core.stock.lines import CHARGE, REPACK, Line, PoolKey, Position, parts_from_wire, parts_to_wire
from core.stock.tables import CostParts

LINES = """
    select e.number, e.happened_at, e.does, e.quantity, e.brought + c.charged as brought, e.source, e.unit_cost, e.method,
      e.item, e.site, e.lot, e.account, e.document, e.kind, e.mirrors, e.value + c.total as worth
    from cost_entry e
    cross join lateral (
      select coalesce(sum(value), 0) as total, coalesce(sum(value) filter (where kind = %(charge)s), 0) as charged
      from cost_change where entity = e.entity and entry = e.number
    ) c
    where e.entity = %(entity)s and {where}
    order by e.happened_at, e.number
"""

OF_POOL = "(e.item, e.site, e.lot) = (%(item)s, %(site)s, %(lot)s)"
AFTER = "(e.happened_at, e.number) > (%(at)s, %(number)s)"
NUMBERED = "e.number = any (%(numbers)s::bigint[])"
BACK = "e.does = 'in' and e.source = any (%(numbers)s::bigint[])"
REPACKED = "e.does = 'out' and e.kind = %(kind)s and e.document = %(document)s"
OTHER_ENDS = "e.mirrors = any (%(numbers)s::bigint[]) or e.source = any (%(numbers)s::bigint[])"
MADE_OF_THEM = "e.kind = %(kind)s and e.document = any (%(documents)s)"
PARTS = "select entry, parts from cost_parts where entity = %(entity)s and entry = any (%(numbers)s::bigint[])"


def by_number(erp: Erp, numbers: Iterable[int]) -> list[Line]:
    """The lines of those numbers."""
    wanted = list(numbers)
    return _lines(erp, NUMBERED, numbers=rows.array(wanted)) if wanted else []


def after(erp: Erp, key: PoolKey, since: Position | None) -> list[Line]:
    """The lines of a pool after a position, or all of them, in order."""
    if since is None:
        return _lines(erp, OF_POOL, **key._asdict())
    return _lines(erp, f"{OF_POOL} and {AFTER}", **key._asdict(), **since._asdict())


def returns_of(erp: Erp, lines: Sequence[Line], fresh: Sequence[Line]) -> dict[int, list[Line]]:
    """For each sale that one of `lines` takes back: all its returns, written or fresh, oldest first."""
    sales = {line.entry.source for line in lines if _takes_back(line)}
    if not sales:
        return {}
    written = _lines(erp, BACK, numbers=rows.array(sorted(sale for sale in sales if sale is not None)))
    found: dict[int, list[Line]] = {}
    for line in chain(written, (line for line in fresh if _takes_back(line))):
        if line.entry.source is not None:
            found.setdefault(line.entry.source, []).append(line)
    return {sale: sorted(lines_, key=lambda line: line.position) for sale, lines_ in found.items()}


def returns_of_sale(erp: Erp, issue: int) -> list[Line]:
    """What came back of an issue so far, oldest first."""
    return _lines(erp, BACK, numbers=rows.array([issue]))


def _takes_back(line: Line) -> bool:
    return line.entry.source is not None and line.entry.does is Does.IN and line.mirrors is None


def made_of(erp: Erp, document: str, fresh: Mapping[PoolKey, Sequence[Line]]) -> list[Line]:
    """What went out to be repacked under a document."""
    written = _lines(erp, REPACKED, kind=REPACK, document=document)
    new = chain.from_iterable(fresh.values())
    return written + [x for x in new if (x.document, x.kind, x.entry.does) == (document, REPACK, Does.OUT)]


def resting_on(erp: Erp, moved: Sequence[Line]) -> list[tuple[PoolKey, Position]]:
    """Where the consequences lie of lines that are worth something else now: other ends of transfers, returns, repacks."""
    numbers = [line.entry.number for line in moved if not line.fresh]
    documents = [line.document for line in moved if line.kind == REPACK]
    if not numbers and not documents:
        return []
    rests = f"({OTHER_ENDS} or {MADE_OF_THEM})" if documents else f"({OTHER_ENDS})"
    found = _lines(erp, f"e.does = 'in' and {rests}", numbers=rows.array(numbers), kind=REPACK, documents=documents)
    return [(line.key, line.position) for line in found]


def handed(erp: Erp, numbers: Sequence[int]) -> dict[int, tuple[Layer, ...]]:
    """The layers that transfers took along, by the entry that gave them up."""
    if not numbers:
        return {}
    kept = driver.ask(erp.session, PARTS, {"entity": erp.entity, "numbers": rows.array(numbers)})
    return {row.entry: parts_from_wire(row.parts) for row in kept}


def hand_over(erp: Erp, taken: Mapping[int, Iterable[Layer]]) -> None:
    """Keep the layers that transfers took along, instead of what was kept before."""
    kept = [{"entity": erp.entity, "entry": n, "parts": parts_to_wire(tuple(parts))} for n, parts in taken.items()]
    rows.put(erp.session, CostParts, kept, instead=("parts",))


def _lines(erp: Erp, where: str, **values: Any) -> list[Line]:
    return [
        _line(row)
        for row in driver.ask(
            erp.session, LINES.format(where=where), {"entity": erp.entity, "charge": CHARGE, **values}
        )
    ]


DOES = {does.value: does for does in Does}
METHODS = {method.value: method for method in Method} | {None: None}


def _line(row: Any) -> Line:
    """A row as a line, by place: a re-costing reads ten thousand of them."""
    number, at, does, quantity, brought, source, unit_cost, method = row[:8]
    item, site, lot, account, document, kind, mirrors, worth = row[8:]
    entry = Entry(number, at, DOES[does], quantity, brought, (), source, unit_cost, METHODS[method])
    return Line(entry, PoolKey(item, site, lot), account, document, kind, mirrors, worth)
