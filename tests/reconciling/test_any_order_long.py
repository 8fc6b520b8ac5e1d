"""A random history told in any order, in any batches, twice: what was altered is named, nothing else, always alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.cases import Case, CaseFinding
from core.reconciling.commands import ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from core.reconciling.tables import StreamEntry, StreamGap, StreamKey
from core.stock.commands import AdjustStock, IssueStock
from tests.builders import BOLT, HP, PDX, WIRE, broken, company, do, stocked
from tests.conftest import FRIDAY

WMS = "WMS-PDX"
MORNING = FRIDAY - timedelta(hours=6)
PLACES = ((BOLT, ""), (BOLT, "A-1"), (WIRE, "A-1"))


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened: at a place, so many more or fewer, and whether the warehouse tells what it refers to."""

    place: int
    quantity: int
    named: bool
    late: int  # minutes between the ledger's hour and the warehouse's
    states: bool


happened = st.builds(
    Happened,
    place=st.integers(0, len(PLACES) - 1),
    quantity=st.integers(1, 5) | st.integers(-5, -1),
    named=st.booleans(),
    late=st.integers(0, 3),
    states=st.booleans(),
)


@dataclass(frozen=True, kw_only=True)
class Altered:
    """What the feed did to one event: another quantity, nothing told at all, or another place."""

    how: str
    which: int
    by: int


altered = st.none() | st.builds(
    Altered, how=st.sampled_from(["quantity", "dropped", "place"]), which=st.integers(0, 99), by=st.integers(1, 9)
)


def book(session: Session, number: int, one: Happened) -> None:
    """The ledger's side, in its own order. Adjustments are numbered as they are booked."""
    item, location = PLACES[one.place]
    at = MORNING + timedelta(minutes=7 * number)
    where: dict[str, Any] = {"entity": HP, "item": item, "site": PDX, "location": location, "happened_at": at}
    if one.quantity > 0:
        do(session, AdjustStock(quantity=Decimal(one.quantity), reason="found", **where))
    else:
        do(session, IssueStock(quantity=Decimal(-one.quantity), document=f"SO-{number}", **where))


def told(history: Sequence[Happened], change: Altered | None) -> list[WarehouseMove]:
    """The warehouse's side in its order, with one event altered, and a last one that shows the stream is past it all."""
    events: list[WarehouseMove] = []
    adjustments = 0
    there = [Decimal(1000)] * len(PLACES)
    for number, one in enumerate(history, 1):
        item, location = PLACES[one.place]
        adjustments += one.quantity > 0
        document = f"ADJ-{adjustments}" if one.quantity > 0 else f"SO-{number}"
        there[one.place] += one.quantity
        events.append(
            WarehouseMove(
                event=f"E-{number}",
                sequence=number,
                happened_at=MORNING + timedelta(minutes=7 * number + one.late),
                item=item,
                site=PDX,
                location=location,
                quantity=Decimal(one.quantity),
                reference=document if one.named else "",
                balance_after=there[one.place] if one.states else None,
            )
        )
    last = len(history) + 1
    closing = WarehouseMove(
        event=f"E-{last}",
        sequence=last,
        happened_at=MORNING + timedelta(hours=4),
        item=BOLT,
        site=PDX,
        quantity=Decimal(0),
    )
    if change is not None:
        at = change.which % len(history)
        if change.how == "dropped":
            del events[at]
        elif change.how == "quantity":
            events[at] = replace(events[at], quantity=events[at].quantity + change.by)
        else:
            item, location = PLACES[(history[at].place + 1) % len(PLACES)]
            events[at] = replace(events[at], item=item, location=location, balance_after=None)
    return [*events, closing]


def record(session: Session, events: Sequence[WarehouseMove]) -> None:
    do(session, RecordWarehouseEvents(entity=HP, source=WMS, events=tuple(events)))


def state(session: Session) -> dict[str, Any]:
    """All that came of it, without the numbers that depend on who came first."""
    entry, key = StreamEntry, StreamKey
    standing = (
        select(Case.cause, CaseFinding.subject, CaseFinding.headline, CaseFinding.says, CaseFinding.facts)
        .join(Case, (Case.entity == CaseFinding.entity) & (Case.number == CaseFinding.case))
        .where(Case.closed_at.is_(None), CaseFinding.cleared_at.is_(None))
    )
    entries = select(
        key.item, key.location, entry.side, entry.number, entry.quantity, entry.matched, entry.tied, entry.running,
        entry.opening,
    ).join(key, (key.entity == entry.entity) & (key.number == entry.key))  # fmt: skip
    return {
        "cases": sorted(map(str, session.execute(standing.where(Case.cause.like("warehouse:%"))))),
        "entries": sorted(map(str, session.execute(entries))),
        "gaps": sorted(map(str, session.execute(select(StreamGap.first, StreamGap.last, StreamGap.since)))),
        "keys": sorted(map(str, session.execute(select(key.item, key.location, key.status, key.in_ledger)))),
    }


def named(session: Session) -> dict[tuple[str, str], dict[str, Any]]:
    """The balances that are named as apart, with the facts of it."""
    rows = session.scalars(
        select(CaseFinding.facts)
        .join(Case, (Case.entity == CaseFinding.entity) & (Case.number == CaseFinding.case))
        .where(Case.closed_at.is_(None), CaseFinding.cleared_at.is_(None), Case.cause.like("warehouse:%"))
    )
    return {(facts["item"], facts["location"]): facts for facts in rows if "item" in facts}


def stand(session: Session) -> None:
    company(session)
    for item, location in PLACES:
        stocked(session, "1000", "1", item=item, location=location, happened_at=MORNING - timedelta(days=1))
    do(session, ConnectWarehouse(entity=HP, source=WMS, sites=(PDX,), since=MORNING))
    session.commit()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_altered_is_named_and_every_order_ends_in_the_same_state(session: Session, data: st.DataObject):
    session.rollback()
    if session.scalar(text("select count(*) from entity")) == 0:
        stand(session)
    history = data.draw(st.lists(happened, min_size=1, max_size=12))
    change = data.draw(altered)
    if change is not None and change.how == "quantity":
        at = change.which % len(history)
        history[at] = replace(history[at], named=True)
        if history[at].quantity + change.by == 0:
            change = replace(change, by=change.by + 1)
    events = told(history, change)

    for number, one in enumerate(history, 1):
        book(session, number, one)
    record(session, events)
    in_order, apart = state(session), named(session)
    assert broken(session) == []
    hold(history, change, apart, in_order)
    session.rollback()

    shuffled = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=4))]))
    moves = list(enumerate(history, 1))
    while shuffled or moves:
        if moves and (not shuffled or data.draw(st.booleans())):
            number, one = moves.pop(0)
            book(session, number, one)
            continue
        size = data.draw(st.integers(1, len(shuffled)))
        record(session, shuffled[:size])
        shuffled = shuffled[size:]
    assert state(session) == in_order
    record(session, events)
    assert state(session) == in_order
    assert broken(session) == []
    session.rollback()


def hold(history: Sequence[Happened], change: Altered | None, apart: dict[Any, Any], in_order: dict[str, Any]) -> None:
    """Exactly what was altered is named."""
    if change is None:
        assert (apart, in_order["gaps"], in_order["cases"]) == ({}, [], [])
        return
    at = change.which % len(history)
    place = history[at].place
    if change.how == "quantity":
        assert set(apart) == {PLACES[place]}
        said = apart[PLACES[place]]
        assert (said["event"], Decimal(said["difference"])) == (f"E-{at + 1}", change.by)
    elif change.how == "dropped":
        assert set(apart) == {PLACES[place]}
        assert len(in_order["gaps"]) == 1
        assert Decimal(apart[PLACES[place]]["difference"]) == -history[at].quantity
        if all(one.named for one in history):
            assert apart[PLACES[place]]["since"] == (MORNING + timedelta(minutes=7 * (at + 1))).isoformat()
    else:
        other = PLACES[(place + 1) % len(PLACES)]
        assert set(apart) == {PLACES[place], other}
        assert Decimal(apart[other]["difference"]) == history[at].quantity
