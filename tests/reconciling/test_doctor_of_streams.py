"""The doctor finds what is broken in streams and kept entries: each promise is broken by hand and is named."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import doctor_warehouse
from core.command import to_wire
from core.doctor import examine
from core.masterdata.commands import SetStockPolicy
from core.reconciling.commands import ConnectWarehouse, GiveUpGap, RecordWarehouseEvents, WarehouseMove
from core.stock.commands import IssueStock
from core.unbooked.commands import KeepEntry
from tests.builders import BOLT, GAUGE, HP, PDX, D, broken, company, do, stocked
from tests.conftest import FRIDAY

MORNING = FRIDAY - timedelta(hours=6)


@pytest.fixture
def house(session: Session) -> Session:
    """A stream with something of everything: matched by reference and by time, told alone, missing, given up; an entry
    that was kept, and stock below zero."""
    company(session)
    stocked(session, "100", "0.40", happened_at=MORNING - timedelta(days=1))
    do(session, ConnectWarehouse(entity=HP, source="WMS", sites=(PDX,), since=MORNING))
    told = []
    for number, reference in ((1, "SO-1"), (2, ""), (5, "SO-5"), (7, "")):
        at = MORNING + timedelta(minutes=number)
        if number != 5:
            issue = IssueStock(
                entity=HP, item=BOLT, site=PDX, quantity=D(number), document=f"SO-{number}", happened_at=at
            )
            do(session, issue)
        told.append(
            WarehouseMove(
                event=f"E-{number}", sequence=number, happened_at=at, item=BOLT, site=PDX, quantity=D(-number),
                reference=reference, balance_after=D(90),
            )
        )  # fmt: skip
    do(session, RecordWarehouseEvents(entity=HP, source="WMS", events=tuple(told)))
    do(session, GiveUpGap(entity=HP, source="WMS", first=3, last=4, reason="lost"))
    short = IssueStock(entity=HP, item=GAUGE, site=PDX, quantity=D(3), document="SO-9")
    do(session, KeepEntry(entity=HP, told=to_wire(short)))
    do(session, SetStockPolicy(entity=HP, item=GAUGE, site=PDX, negative_allowed=True))
    do(session, IssueStock(entity=HP, item=GAUGE, site=PDX, quantity=D(1), document="SO-10"))
    session.commit()
    assert broken(session) == []
    return session


BROKEN = {
    "streams see what happened": "delete from stream_entry where side = 'ledger' and number = (select max(number)"
    " from stream_entry where side = 'ledger')",
    "streams add up": "update stream_key set in_ledger = in_ledger + 1",
    "streams know what is missing": "delete from stream_gap",
    "what is matched cancels out": "update stream_entry set matched = 'reference' where number = 5 and side = 'warehouse'",
    "kept entries are cases": "update unbooked_entry set state = 'booked'",
    "below zero is a case": "delete from exception_case where cause like 'below_zero:%'",
}


def named(session: Session) -> set[str]:
    return {checked.name for checked in examine(session) if not checked.holds}


def tamper(session: Session, statement: str) -> None:
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text(statement))
    session.commit()
    session.expire_all()


@pytest.mark.parametrize("promise", BROKEN)
def test_a_promise_that_is_broken_by_hand_is_named(house: Session, promise: str) -> None:
    tamper(house, BROKEN[promise])
    assert promise in named(house)


def test_every_promise_of_streams_is_broken_here() -> None:
    assert set(BROKEN) == {name for name, _, _ in doctor_warehouse.QUERIES}


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        (
            "update stream_entry set quantity = quantity + 1 where number = 1 and side = 'warehouse'",
            "streams see what happened",
        ),
        ("update stream_entry set running = 0 where side = 'warehouse' and number = 2", "streams add up"),
        ("update warehouse_stream set given_up = 0", "streams know what is missing"),
        (
            "update stream_entry set matched = 'time' where side = 'warehouse' and number = 5",
            "what is matched cancels out",
        ),
        ("delete from exception_case where cause like 'unbooked:%'", "kept entries are cases"),
    ],
)
def test_what_is_off_otherwise_is_named_too(house: Session, statement: str, promise: str) -> None:
    tamper(house, statement)
    assert promise in named(house)
