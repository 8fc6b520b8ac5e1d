"""Refused entries are kept, booked later through the same door, or rejected with a reason."""

from typing import Any

from sqlalchemy import select

from core.canonical import digest, plain
from core.command import Command, from_wire, to_wire
from core.erp import Erp
from core.refusals import Refusal, Refused
from core.simulation import simulated
from core.stock.ledger import take_turn
from core.unbooked.commands import BookEntry, KeepEntry, RejectEntry
from core.unbooked.tables import BOOKED, OPEN, REJECTED, UnbookedEntry

ENTRIES = frozenset(
    (
        "ReceiveGoods", "AddToReceipt", "AcceptInspected", "ReturnToSupplier", "ScrapDamaged", "AcceptDamaged",
        "OpenStock", "IssueStock", "TransferStock", "AdjustStock", "PutAway", "HoldStock", "ReleaseStock",
        "ShipTransfer", "ReceiveTransfer", "RecallTransfer", "Repack", "IssueKit", "ReturnKit", "ReceiveReturn",
    )
)  # fmt: skip
"""What tells of pieces that moved. Nothing else is kept: what nobody did can be told again when it may be done."""

KEPT = frozenset(
    (
        Refusal.MORE_THAN_ON_HAND, Refusal.RESERVED, Refusal.PERIOD_CLOSED, Refusal.CANNOT_BE_VALUED,
        Refusal.LAYER_NOT_NAMED, Refusal.MORE_THAN_RECEIVED, Refusal.MORE_THAN_SHIPPED, Refusal.PRECISION,
        Refusal.NO_SUCH_MOVE, Refusal.ORDER_NOT_OPEN, Refusal.MORE_THAN_ORDERED,
    )
)  # fmt: skip
"""Refusals of something that may well have happened: stock that is not there, a history that does not bear it, a closed
period. What is refused because it says nothing (an unknown item, a malformed command) is not kept but told again."""


def keep_entry(erp: Erp, cmd: KeepEntry) -> dict[str, Any]:
    """Keep an entry that is refused now. Refuses one that would be booked, and one that is refused for what it says."""
    entry = _entry(erp, cmd.told)
    wire = to_wire(entry)
    take_turn(erp)
    sha256 = digest(wire)
    known = erp.session.scalars(
        select(UnbookedEntry.number).where(
            UnbookedEntry.entity == erp.entity, UnbookedEntry.sha256 == sha256, UnbookedEntry.state == OPEN
        )
    ).one_or_none()
    if known is not None:
        return {"entry": known, "kept_before": True}
    trial = simulated(erp, [entry])
    if trial.refusal is None:
        raise Refused(Refusal.NOTHING_TO_DO, f"this {wire['type']} would be booked: do so")
    if trial.refusal.code not in KEPT:
        raise trial.refusal

    row = UnbookedEntry(
        entity=erp.entity,
        number=erp.number("UE"),
        told=wire,
        sha256=sha256,
        refusal=trial.refusal.code.value,
        detail=trial.refusal.detail,
        source=cmd.source,
        kept_by=str(erp.actor),
        kept_at=erp.now,
        state=OPEN,
        booked_as=None,
        settled_at=None,
        settled_says="",
    )
    erp.add(row)
    erp.effect("record", f"Entry {row.number}", now=f"{wire['type']} kept: {row.detail or row.refusal}")
    erp.emit("entry_kept", f"unbooked_entry {row.number}", entry=row.number)
    return {"entry": row.number, "kept_before": False}


def book_entry(erp: Erp, cmd: BookEntry) -> dict[str, Any]:
    """Carry a kept entry out, as it was told or corrected. Refuses what the books refuse: then it stays kept."""
    row = _open(erp, cmd.entry)
    wire = dict(row.told)
    if cmd.corrected is not None:
        wire = to_wire(_entry(erp, cmd.corrected))
        if wire["type"] != row.told["type"]:
            raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.entry} is a {row.told['type']}, not a {wire['type']}")
    made = plain(erp.perform(from_wire(wire)))
    row.state, row.settled_at = BOOKED, erp.now
    row.booked_as = {"command": wire, "made": made}
    row.settled_says = "booked as it was told" if wire == row.told else "booked with a correction"
    erp.session.flush()
    erp.effect("record", f"Entry {row.number}", was="kept", now=row.settled_says)
    erp.emit("entry_booked", f"unbooked_entry {row.number}", entry=row.number, made=made)
    return {"entry": row.number, **made}


def reject_entry(erp: Erp, cmd: RejectEntry) -> dict[str, Any]:
    """Say that an entry is wrong. Refuses to do so without a reason."""
    row = _open(erp, cmd.entry)
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever rejects an entry says why")
    row.state, row.settled_at, row.settled_says = REJECTED, erp.now, cmd.reason
    erp.session.flush()
    erp.effect("record", f"Entry {row.number}", was="kept", now=f"rejected: {cmd.reason}")
    erp.emit("entry_rejected", f"unbooked_entry {row.number}", entry=row.number, reason=cmd.reason)
    return {"entry": row.number}


def _entry(erp: Erp, told: dict[str, Any]) -> Command:
    """The command of a wire form. Refuses another entity's, and what tells of no pieces."""
    if told.get("type") not in ENTRIES:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{told.get('type')} is no entry of stock")
    entry = from_wire({"entity": erp.entity, **told})
    if entry.entity != erp.entity:
        raise Refused(Refusal.COMMAND_MALFORMED, f"an entry of {entry.entity} is kept in its own books")
    return entry


def _open(erp: Erp, number: str) -> UnbookedEntry:
    take_turn(erp)  # before what it locks, as whoever decides on it does
    row = erp.need(UnbookedEntry, erp.entity, number, refusal=Refusal.ENTRY_UNKNOWN, lock=True)
    if row.state != OPEN:
        raise Refused(Refusal.ALREADY_DECIDED, f"{number} was {row.state}")
    return row
