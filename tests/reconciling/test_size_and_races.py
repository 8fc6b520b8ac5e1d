"""What is told costs the same however much was told before, and two who tell it at once tell it once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core import clock, door
from core.cases import Case
from core.reconciling import queries
from core.reconciling.commands import CheckWarehouse, ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from core.reconciling.tables import StreamEntry, WarehouseEvent
from core.stock.commands import IssueStock
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, do, stocked
from tests.conftest import FRIDAY

SINCE = FRIDAY - timedelta(days=30)


@pytest.fixture
def told_for_weeks(session: Session) -> Session:
    company(session)
    stocked(session, "1000", "0.40", happened_at=SINCE - timedelta(days=1))
    do(session, ConnectWarehouse(entity=HP, source="WMS", sites=(PDX,), since=SINCE))
    session.commit()
    return session


def moves(first: int, many: int) -> tuple[WarehouseMove, ...]:
    """Pieces that are taken and put back, a minute apart: both under one reference, on ten bins."""
    return tuple(
        WarehouseMove(
            event=f"E-{number}", sequence=number, happened_at=SINCE + timedelta(minutes=number), item=BOLT, site=PDX,
            quantity=D(5 if number % 2 else -5), reference=f"T-{(number + 1) // 2}", location=f"A-{(number + 1) // 2 % 10}",
        )
        for number in range(first, first + many)
    )  # fmt: skip


def rows_read(session: Session) -> int:
    """Rows that all tables of the comparison gave so far, by scan or by index."""
    session.commit()
    session.execute(text("select pg_stat_force_next_flush()"))
    session.commit()
    read = text(
        "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables"
        " where relname in ('stream_entry', 'stream_key', 'stream_gap', 'warehouse_event', 'stock_move', 'stock_balance')"
    )
    return int(session.execute(read).scalar_one())


def cost_of(session: Session, events: tuple[WarehouseMove, ...]) -> tuple[int, int]:
    """Statements and rows read for a batch."""
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    session.execute(text("analyze"))
    before = rows_read(session)
    engine = session.get_bind()
    sql_event.listen(engine, "before_cursor_execute", count)
    do(session, RecordWarehouseEvents(entity=HP, source="WMS", events=events))
    sql_event.remove(engine, "before_cursor_execute", count)
    return statements, rows_read(session) - before


def test_a_batch_costs_the_same_after_ten_thousand_events(told_for_weeks: Session) -> None:
    session = told_for_weeks
    do(session, RecordWarehouseEvents(entity=HP, source="WMS", events=moves(1, 1000)))
    few_statements, few_rows = cost_of(session, moves(1001, 20))
    for start in range(1021, 10_000, 2000):
        do(session, RecordWarehouseEvents(entity=HP, source="WMS", events=moves(start, 2000)))
    last = session.scalar(select(func.max(WarehouseEvent.sequence))) or 0
    many_statements, many_rows = cost_of(session, moves(last + 1, 20))

    assert last > 10_000
    assert many_statements == few_statements
    assert many_rows <= few_rows * 2, (few_rows, many_rows)
    assert session.scalar(select(func.count()).select_from(StreamEntry).where(StreamEntry.matched == "")) == 0


def test_two_feeds_that_tell_the_same_at_once_are_kept_once_beside_stock_that_moves(
    told_for_weeks: Session, new_session: Callable[[], Session]
) -> None:
    trouble: list[BaseException] = []
    start = threading.Barrier(3)

    def run(number: int) -> None:
        try:
            with new_session() as session:
                start.wait(10)
                for place in range(5):
                    if number == 2:
                        at = SINCE + timedelta(hours=1, minutes=place)
                        command: Any = IssueStock(
                            entity=HP, item=BOLT, site=PDX, quantity=D(3), document=f"SO-{place}", happened_at=at
                        )
                    else:
                        command = RecordWarehouseEvents(entity=HP, source="WMS", events=moves(1 + 20 * place, 20))
                    door.execute(session, command, actor=PRIYA, key=f"race:{number}:{place}")
                    session.commit()
        except BaseException as failed:
            trouble.append(failed)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert trouble == []
    session = told_for_weeks
    seen = queries.state(session, HP, "WMS")
    assert seen is not None
    assert (seen.told, seen.events_unmatched, seen.moves_unmatched) == (100, 0, 5)
    assert broken(session) == []


def test_the_clock_finds_what_became_older_than_the_tolerance(told_for_weeks: Session) -> None:
    session = told_for_weeks
    young = FRIDAY - timedelta(minutes=30)
    move = WarehouseMove(event="E-1", sequence=1, happened_at=young, item=BOLT, site=PDX, quantity=D(-2))
    do(session, RecordWarehouseEvents(entity=HP, source="WMS", events=(move,)))
    assert queries.due(session, HP, FRIDAY) is None
    later = FRIDAY + timedelta(minutes=30)
    assert queries.due(session, HP, later) == "WMS"
    clock.set_clock(session, clock.fixed(later))
    do(session, CheckWarehouse(entity=HP, source="WMS"))
    assert queries.due(session, HP, later) is None
    assert session.scalar(select(func.count()).select_from(Case).where(Case.closed_at.is_(None))) == 1
