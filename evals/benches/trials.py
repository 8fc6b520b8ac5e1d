"""The trials: commands in turn with their floor, one durable commit each, and questions by themselves.

A command and its floor follow each other in one run, so that whatever else the machine does hits both; what counts is
the ratio pair by pair. What it compares is checked: after the commands both databases hold the same rows.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Self

import psycopg
from sqlalchemy.orm import Session

from core import door
from core.availability.queries import free_of_many
from core.command import Command
from core.receiving.commands import CountedLine, ReceiveGoods
from core.stock.commands import IssueStock
from core.stock.queries import as_of
from evals.benches import company, floor
from evals.benches.company import BEGAN, DOCK, ENTITY, LINES, NOW, SITE, Server

RECEIPT, ISSUE, BACKDATED = "receipt of 10 lines", "issue of one item", "backdated receipt"
AVAILABILITY, KNOWN_THEN = "availability of 1,000 items", "stock on a day, known then"
WARM_UP = 8
"""Commands of each kind that are carried out before the first that counts: statements are prepared after five."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Some figures by their median and what four fifths of them lie between."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """The spread of at least one figure."""
        if len(figures) == 1:
            return cls(median=figures[0], low=figures[0], high=figures[0])
        tenths = statistics.quantiles(figures, n=10, method="inclusive")
        return cls(median=statistics.median(figures), low=tenths[0], high=tenths[-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one thing took, in milliseconds; for a command also its floor, their ratio, and its statements and rows."""

    what: str
    moves: int
    times: int
    ours: Spread
    floor: Spread | None = None
    ratio: Spread | None = None
    statements: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One command at its second after `NOW`, under its key."""

    place: int
    what: str
    command: Command

    def carry_out(self, session: Session) -> None:
        """Carry it out and commit."""
        company.at(session, self.place)
        door.execute(session, self.command, actor=DOCK, key=f"bench-{self.place}")
        session.commit()


def trials(receipts: int, issues: int, late: int, items: int) -> list[Trial]:
    """Receipts and issues in turn, then receipts that happened before everything the one item sent."""
    commands: list[tuple[str, Command]] = []
    for place in range(max(receipts, issues)):
        if place < receipts:
            commands.append((RECEIPT, receipt(place)))
        if place < issues:
            issue = IssueStock(
                entity=ENTITY,
                item=company.item(place * 13 % items),
                site=SITE,
                quantity=Decimal(3),
                document=f"S-{place}",
            )
            commands.append((ISSUE, issue))
    for place in range(late):
        commands.append((BACKDATED, _late(receipts + place, place)))
    return [Trial(place, what, command) for place, (what, command) in enumerate(commands, 1)]


def receipt(place: int, entity: str = ENTITY) -> ReceiveGoods:
    """All ten lines of an order, each put away."""
    lines = tuple(
        CountedLine(order_line=line, quantity=Decimal(100), location=f"A-{line}") for line in range(1, LINES + 1)
    )
    return ReceiveGoods(entity=entity, order=company.order(place), received_by=DOCK.id, lines=lines)


def _late(order: int, place: int) -> ReceiveGoods:
    return ReceiveGoods(
        entity=ENTITY,
        order=company.order(order),
        received_by=DOCK.id,
        lines=(CountedLine(order_line=1, quantity=Decimal(company.LATE_PIECES)),),
        happened_at=BEGAN + timedelta(hours=2, minutes=place),
    )


def rehearse(url: str, wanted: Sequence[Trial]) -> list[list[floor.Write]]:
    """Carry the commands out where every row that is touched is noted; gives what each came to."""
    written = []
    with psycopg.connect(url, autocommit=True) as ear, company.session_on(url) as session:
        floor.listen(ear)
        tables = floor.tables_of(ear)
        for trial in wanted:
            trial.carry_out(session)
            written.append(floor.heard(ear, tables))
    return written


def in_turn(
    server: Server, books: str, twin: str, wanted: Sequence[Trial], written: Sequence[list[floor.Write]], moves: int
) -> list[Measured]:
    """Carry each command out in the books and write its rows into the twin, in turn; gives one row for each kind."""
    taken: dict[str, list[tuple[float, float, int, int]]] = {}
    with company.session_on(server.database(books)) as session, psycopg.connect(server.database(twin)) as bare:
        asked = _statements(session)
        for trial, writes in zip(wanted, written, strict=True):
            before, start = asked(), time.perf_counter()
            trial.carry_out(session)
            middle, statements = time.perf_counter(), asked() - before
            floor.write(bare, writes)
            end = time.perf_counter()
            rows = sum(len(one.rows) for one in writes)
            taken.setdefault(trial.what, []).append((middle - start, end - middle, statements, rows))
    return [_of(what, moves, figures) for what, figures in taken.items()]


def _of(what: str, moves: int, figures: list[tuple[float, float, int, int]]) -> Measured:
    counted = figures[WARM_UP:] if len(figures) > 2 * WARM_UP else figures
    return Measured(
        what=what,
        moves=moves,
        times=len(counted),
        ours=Spread.of([ours * 1000 for ours, _, _, _ in counted]),
        floor=Spread.of([bare * 1000 for _, bare, _, _ in counted]),
        ratio=Spread.of([ours / bare for ours, bare, _, _ in counted]),
        statements=int(statistics.median(statements for _, _, statements, _ in counted)),
        rows=int(statistics.median(rows for _, _, _, rows in counted)),
    )


def questions(url: str, items: int, times: int, moves: int) -> list[Measured]:
    """What is free of a thousand items, and what was on hand of one on a day as it was known on another."""
    some = [company.item(place * 7 % items) for place in range(min(1000, items))]
    day, known = BEGAN + timedelta(days=150), BEGAN + timedelta(days=200)
    with company.session_on(url) as session:

        def free(_: int) -> None:
            assert len(free_of_many(session, ENTITY, some, SITE, NOW)) == len(some), "an item is missing"

        def then(place: int) -> None:
            as_of(session, ENTITY, company.item(place * 11 % items), SITE, happened=day, recorded=known)

        return [
            Measured(what=AVAILABILITY, moves=moves, times=times, ours=_asked(free, times)),
            Measured(what=KNOWN_THEN, moves=moves, times=times, ours=_asked(then, times)),
        ]


def _asked(ask: Callable[[int], None], times: int) -> Spread:
    figures = []
    for place in range(WARM_UP + times):
        start = time.perf_counter()
        ask(place)
        figures.append((time.perf_counter() - start) * 1000)
    return Spread.of(figures[WARM_UP:])


def _statements(session: Session) -> Callable[[], int]:
    """How many statements the session's connection has sent so far, whoever sent them."""
    sent = [0]

    class Counting(psycopg.Cursor[Any]):
        def execute(self, *asked: Any, **how: Any) -> Self:
            sent[0] += 1
            return super().execute(*asked, **how)

        def executemany(self, *asked: Any, **how: Any) -> None:
            sent[0] += 1
            super().executemany(*asked, **how)

    raw = session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    raw.cursor_factory = Counting
    return lambda: sent[0]
