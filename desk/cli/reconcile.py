"""`desk reconcile`: a warehouse's file through the door. Each event is kept once, however often the file is fed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from rich.progress import track

from core import door
from core.canonical import digest, plain
from core.erp import Actor
from core.reconciling.commands import RecordWarehouseEvents
from core.reconciling.queries import StreamState, state, streams
from core.refusals import Refusal, Refused
from core.wording import plural, quantity
from desk.cli.printing import as_json, err, fail, out, table
from desk.house import House, open_house
from desk.settings import from_environment
from desk.warehouse_feed import NotAFeed, Row, rows_of

FEED = Actor(kind="system", id="warehouse feed")
BATCH = 500
SHOWN_MAX = 20


@dataclass
class Fed:
    """What came of a file."""

    rows: int = 0
    new: int = 0
    told_before: int = 0
    conflicts: list[str] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)


def reconcile(
    source: str = typer.Argument(..., help="The stream, as ConnectWarehouse named it."),
    file: Path = typer.Argument(None, help="A .csv or .jsonl of its events. None: only how the stream stands."),
    entity: str = typer.Option("", help="Whose warehouse it is; DESK_ENTITY, else HP."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Hold a warehouse's events against the ledger, and say how both stand. Nothing is booked by it.

    Exit status 0 when every row was kept, 1 when a row could not be read or was refused (the others are kept), 2 when the
    file or the stream is unusable.
    """
    settings = from_environment()
    house = open_house(settings)
    owner = entity or settings.entity
    try:
        with house.unit() as session:
            known = streams(session, owner)
        if source not in known:
            there = f"there are {', '.join(known)}" if known else "no warehouse is connected (ConnectWarehouse)"
            fail(f"{owner} has no stream {source}: {there}.", 2)
        fed = Fed()
        if file is not None:
            try:
                for batch in track(_batches(file), description="Feeding", total=None, disable=json):
                    feed(house, owner, source, batch, fed)
            except NotAFeed as wrong:
                fail(f"{wrong}. {quantity_of(fed)}", 2)
        with house.unit() as session:
            seen = state(session, owner, source)
    finally:
        house.close()
    assert seen is not None, "it was there a moment ago"
    if json:
        as_json({"file": str(file or ""), **vars(fed), "state": plain(seen)})
    else:
        _show(file, fed, seen)
    raise typer.Exit(1 if fed.bad else 0)


def feed(house: House, entity: str, source: str, rows: list[Row], fed: Fed) -> None:
    """Record a batch in one transaction; when it is refused, in halves, until what is refused stands alone."""
    fed.rows += len(rows)
    fed.bad += [{"line": row.line, "says": row.wrong} for row in rows if row.event is None]
    good = [row for row in rows if row.event is not None]
    while good:
        refused = _record(house, entity, source, good, fed)
        if refused is None:
            return
        if len(good) == 1:
            fed.bad.append({"line": good[0].line, "says": f"refused ({refused.code}): {refused.detail}"})
            return
        half = len(good) // 2
        fed.rows -= half
        feed(house, entity, source, good[:half], fed)
        good = good[half:]


def _record(house: House, entity: str, source: str, rows: list[Row], fed: Fed) -> Refused | None:
    command = RecordWarehouseEvents(
        entity=entity, source=source, events=tuple(row.event for row in rows if row.event is not None)
    )
    try:
        with house.unit() as session:
            done = door.execute(session, command, actor=FEED, key=f"reconcile:{source}:{digest(plain(command))}")
    except Refused as refusal:
        if refusal.code is Refusal.STREAM_UNKNOWN:
            raise
        return refusal
    fed.new += 0 if done.repeated else done.result["new"]
    fed.told_before += len(rows) - len(done.result["conflicts"]) if done.repeated else done.result["told_before"]
    fed.conflicts = sorted({*fed.conflicts, *done.result["conflicts"]})
    return None


def _batches(file: Path) -> Iterator[list[Row]]:
    rows = rows_of(file)
    while batch := list(islice(rows, BATCH)):
        yield batch


def quantity_of(fed: Fed) -> str:
    """What was kept of a file so far, in a sentence."""
    return f"{plural(fed.new, 'event')} of it {'was' if fed.new == 1 else 'were'} kept."


def _show(file: Path | None, fed: Fed, seen: StreamState) -> None:
    if file is not None:
        out.print(
            f"{plural(fed.rows, 'row')}: {fed.new} new, {fed.told_before} told before,"
            f" {len(fed.conflicts)} in conflict with what was told before, {len(fed.bad)} not kept."
        )
        for row in fed.bad[:SHOWN_MAX]:
            err.print(f"{file}:{row['line']}: {row['says']}", style="red", markup=False, soft_wrap=True)
        if len(fed.bad) > SHOWN_MAX:
            err.print(f"and {len(fed.bad) - SHOWN_MAX} more; --json names all", style="red")
    until = f" until {seen.heard_until:%Y-%m-%d %H:%M}" if seen.heard_until else ""
    out.print(
        f"{seen.source} ({', '.join(seen.sites)}): {plural(seen.told, 'event')}{until}, {seen.matched} matched,"
        f" {seen.missing} missing; unmatched: {seen.events_unmatched} of the warehouse,"
        f" {seen.moves_unmatched} of the ledger."
    )
    gaps = [(first, last) for first, last in seen.gaps]
    if gaps:
        out.print("Never told: " + ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in gaps[:SHOWN_MAX]))
    for title, rows in (("Told, and not in the ledger", seen.events), ("In the ledger, and not told", seen.moves)):
        if rows:
            columns = ("number", "at", "item", "where", "quantity", "reference")
            shown = [
                (one.number, f"{one.happened_at:%Y-%m-%d %H:%M}", one.item, f"{one.site} {one.location}".strip(),
                 quantity(one.quantity), one.reference)
                for one in rows[:SHOWN_MAX]
            ]  # fmt: skip
            table(title, columns, shown)
    if seen.disagreements:
        table("Cases", ("case", "says"), [(one.case, one.says) for one in seen.disagreements])
    elif file is not None:
        out.print("Warehouse and ledger agree.")
