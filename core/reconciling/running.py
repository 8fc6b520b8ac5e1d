"""What the events of a key add up to, one after the other: kept beside each, and brought along when one comes late."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text, update

from core.erp import Erp
from core.money import ZERO
from core.reconciling.matching import Name
from core.reconciling.tables import WAREHOUSE, StreamEntry, WarehouseStream

BEFORE = text(
    """
    select l.key, e.running from unnest(cast(:keys as bigint[]), cast(:numbers as bigint[])) as l(key, number)
    cross join lateral (
      select running from stream_entry e
      where e.entity = :entity and e.key = l.key and e.side = 'warehouse' and e.number < l.number
      order by e.number desc limit 1
    ) e
    """
)
AFTER = text(
    """
    select l.key, e.number, e.quantity, e.stated from unnest(cast(:keys as bigint[]), cast(:numbers as bigint[]))
      as l(key, number)
    cross join lateral (
      select number, quantity, stated from stream_entry e
      where e.entity = :entity and e.key = l.key and e.side = 'warehouse' and e.number > l.number
      order by e.number offset 0
    ) e
    """
)
"""Both go by key and number, whatever the planner thinks of the table: `offset 0` keeps the inner question as it is."""


def add_up(erp: Erp, stream: WarehouseStream, rows: Sequence[dict[str, Any]]) -> None:
    """Add up the events of each key, from the first that is new: into the new rows, and anew where later ones are there."""
    fresh: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["side"] == WAREHOUSE:
            fresh[row["key"]].append(row)
    if not fresh:
        return
    lowest = {key: min(row["number"] for row in told) for key, told in fresh.items()}
    asked = {"entity": erp.entity, "keys": list(lowest), "numbers": list(lowest.values())}
    running: dict[int, Decimal] = defaultdict(lambda: ZERO)
    running.update({row.key: row.running for row in erp.session.execute(BEFORE, asked)})
    later: list[dict[str, Any]] = []
    for one in erp.session.execute(AFTER, asked):
        name = name_of(erp, stream, (WAREHOUSE, one.number))
        later.append({**name, "key": one.key, "quantity": one.quantity, "stated": one.stated})
        fresh[one.key].append(later[-1])
    for key, told in fresh.items():
        for row in sorted(told, key=lambda row: int(row["number"])):
            running[key] += row["quantity"]
            row["running"] = running[key]
            row["opening"] = None if row["stated"] is None else row["stated"] - running[key]
    if later:
        columns = ("entity", "source", "side", "number", "running", "opening")
        erp.session.execute(update(StreamEntry), [{name: row[name] for name in columns} for row in later])


def name_of(erp: Erp, stream: WarehouseStream, name: Name) -> dict[str, Any]:
    """The key of an entry's row."""
    return {"entity": erp.entity, "source": stream.source, "side": name[0], "number": name[1]}
