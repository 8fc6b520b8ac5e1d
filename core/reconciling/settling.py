"""How a disagreement ends by hand: the ledger follows, or stays with a reason, or somebody counted the bin.

None of these hides what comes later: what is answered for is the difference as it began with one entry, and that alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from core.counting.tables import CountLine
from core.erp import Erp
from core.money import ZERO
from core.reconciling.commands import AdoptWarehouse, GiveUpGap, KeepLedger, StandByEvent
from core.reconciling.comparing import label
from core.reconciling.entries import Place, known_keys, place_of
from core.reconciling.gaps import close_gaps
from core.reconciling.looking import Looked, look, open_gaps
from core.reconciling.tables import EventConflict, StreamGap, StreamKey, StreamSite, WarehouseStream
from core.refusals import Refusal, Refused
from core.stock.commands import AdjustStock
from core.stock.ledger import take_turn
from core.stock.tables import StockStatus
from core.wording import quantity

GAP_MAX = 100_000
"""More numbers than this are given up in parts: whoever gives up so many has another trouble."""


def adopt_warehouse(erp: Erp, cmd: AdoptWarehouse) -> dict[str, Any]:
    """Adjust the ledger by what the warehouse has more or fewer at one balance, and answer for the rest of it. Refuses
    to do so without a root cause."""
    cause = cmd.root_cause or cmd.suggested
    if cause is None and not erp.simulated:
        raise Refused(Refusal.REASON_REQUIRED, "whoever lets the ledger follow a warehouse says why they differ")
    stream, key, seen = _standing(erp, cmd)
    if seen.difference == ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, "both have the same quantity; only what was told of it differs")
    made = erp.perform(
        AdjustStock(
            entity=erp.entity,
            item=cmd.item,
            site=cmd.site,
            quantity=seen.difference,
            reason=f"{cmd.source}: {cmd.reason} ({(cause or '').replace('_', ' ')})",
            location=cmd.location,
            lot=cmd.lot,
            status=StockStatus(cmd.status),
        )
    )
    _answer(erp, stream, key, f"adopted by {made['adjustment']}: {cmd.reason}")
    erp.emit(
        "warehouse_adopted",
        f"warehouse_stream {cmd.source}",
        source=cmd.source,
        keys=[key.number],
        root_cause=cause,
        adjustment=made["adjustment"],
    )
    return {"adjustment": made["adjustment"], "difference": seen.difference}


def keep_ledger(erp: Erp, cmd: KeepLedger) -> dict[str, Any]:
    """The ledger is right at one balance. What both differ by is answered for, until something new is told."""
    stream, key, seen = _standing(erp, cmd)
    _answer(erp, stream, key, cmd.reason)
    says = f"{quantity(abs(seen.difference))} {'more' if seen.difference > ZERO else 'fewer'} in {cmd.source}, kept"
    erp.effect("record", f"{cmd.item} at {cmd.site} in {cmd.source}", was="disagrees", now=says)
    erp.emit("ledger_kept", f"warehouse_stream {cmd.source}", source=cmd.source, keys=[key.number], reason=cmd.reason)
    return {"source": cmd.source, "difference": seen.difference}


def give_up_gap(erp: Erp, cmd: GiveUpGap) -> dict[str, Any]:
    """The numbers of a gap count as told. Refuses without a reason, and numbers that are in no gap."""
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever gives events up says why")
    take_turn(erp)
    stream = erp.need(WarehouseStream, erp.entity, cmd.source, refusal=Refusal.STREAM_UNKNOWN, lock=True)
    held = erp.session.scalars(
        select(StreamGap)
        .where(StreamGap.entity == erp.entity, StreamGap.source == cmd.source, StreamGap.first <= cmd.first)
        .order_by(StreamGap.first.desc())
        .limit(1)
    ).first()
    if held is None or not held.first <= cmd.first <= cmd.last <= held.last:
        raise Refused(Refusal.ENTRY_UNKNOWN, f"{cmd.source} {cmd.first} to {cmd.last}: not all of it is missing")
    if cmd.last - cmd.first >= GAP_MAX:
        raise Refused(Refusal.COMMAND_MALFORMED, f"at most {GAP_MAX} numbers at once")
    moved = close_gaps(erp, stream, list(range(cmd.first, cmd.last + 1)))
    stream.given_up += cmd.last - cmd.first + 1
    erp.effect("record", f"{cmd.source} {cmd.first} to {cmd.last}", was="missing", now="given up")
    erp.emit(
        "gap_given_up",
        f"warehouse_stream {cmd.source}",
        source=cmd.source,
        closed=moved.gone,
        keys=sorted(moved.keys),
        reason=cmd.reason,
    )
    return {"source": cmd.source, "first": cmd.first, "last": cmd.last}


def stand_by_event(erp: Erp, cmd: StandByEvent) -> dict[str, Any]:
    """What was told first under an id stands. Refuses without a reason, and where nothing contradicts it."""
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever chooses one of two contents says why")
    settled = erp.session.execute(
        update(EventConflict)
        .where(
            EventConflict.entity == erp.entity,
            EventConflict.source == cmd.source,
            EventConflict.event == cmd.event,
            EventConflict.settled == "",
        )
        .values(settled=cmd.reason)
        .returning(EventConflict.sha256)
    ).all()
    if not settled:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing contradicts {cmd.event} of {cmd.source}")
    erp.effect("record", f"Event {cmd.event} of {cmd.source}", was="told in two ways", now="the first stands")
    erp.emit("event_settled", f"warehouse_stream {cmd.source}", source=cmd.source, event=cmd.event, reason=cmd.reason)
    return {"source": cmd.source, "event": cmd.event}


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedPlace:
    """A balance that somebody counted."""

    item: str
    location: str
    lot: str
    status: str

    @classmethod
    def of(cls, line: CountLine) -> "CountedPlace":
        """The balance of a line of a count."""
        return cls(item=line.item, location=line.location, lot=line.lot, status=line.status)


def counted(erp: Erp, count: str, site: str, places: Iterable[CountedPlace]) -> None:
    """A posted count has put the ledger right: whatever a warehouse still differs by there is the warehouse's own."""
    told = erp.session.get(StreamSite, (erp.entity, site))
    if told is None:
        return
    stream = erp.need(WarehouseStream, erp.entity, told.source, refusal=Refusal.STREAM_UNKNOWN)
    wanted: set[Place] = {place_of(stream, one.item, site, one.location, one.lot, one.status) for one in places}
    keys = sorted(known_keys(erp, stream, wanted))
    for number in keys:
        key = erp.need(StreamKey, erp.entity, number, refusal=Refusal.ENTRY_UNKNOWN)
        _answer(erp, stream, key, f"counted by {count}")
    if keys:
        erp.emit("warehouse_counted", f"warehouse_stream {stream.source}", source=stream.source, keys=keys, count=count)


def _standing(erp: Erp, cmd: AdoptWarehouse | KeepLedger) -> tuple[WarehouseStream, StreamKey, Looked]:
    """The stream and the balance a command means, in turn. Refuses one at which both agree."""
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever chooses a side says why")
    take_turn(erp)
    stream = erp.need(WarehouseStream, erp.entity, cmd.source, refusal=Refusal.STREAM_UNKNOWN)
    place = place_of(stream, cmd.item, cmd.site, cmd.location, cmd.lot, cmd.status)
    numbers = known_keys(erp, stream, {place})
    if not numbers:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.source} has told nothing of {cmd.item} at {cmd.site}")
    key = erp.need(StreamKey, erp.entity, *numbers, refusal=Refusal.ENTRY_UNKNOWN)
    seen = look(erp.session, stream, key, open_gaps(erp.session, stream), erp.now)
    if seen.agrees:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.source} and the ledger agree on {cmd.item} at {cmd.site}")
    return stream, key, seen


def _answer(erp: Erp, stream: WarehouseStream, key: StreamKey, says: str) -> None:
    """Note what both differ by now as answered for."""
    erp.session.refresh(key)
    seen = look(erp.session, stream, key, open_gaps(erp.session, stream), erp.now)
    key.kept, key.kept_from = seen.level, label(seen.started) if seen.started else ""
    key.kept_opening, key.kept_opening_from = seen.opening, seen.opening_from
    key.kept_says = says
    erp.session.flush()
