"""Is the log what it was? Every hash anew, every signature, every anchor; the answer is in sentences.

A database that was rewritten with care agrees with itself. So the verdict rests on the checkpoints outside of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from core import anchors, clock, merkle
from core.audit_reads import Checkpoint, checkpoints
from core.audit_tables import GUARDS
from core.audit_walk import Flaw, Walk, walk
from core.notes import NoteInvalid, TreeHead, VerifierKey, claimed_head, open_checkpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What a check of the whole log found. `covered` entries are vouched for by an anchor that agrees."""

    at: datetime
    size: int
    root: bytes
    checkpoints: int  # signed checkpoints that agree
    covered: int
    covered_at: datetime | None
    flaws: tuple[Flaw, ...]
    remarks: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.flaws

    @property
    def says(self) -> str:
        """The answer in one sentence."""
        if self.whole:
            return f"The record is whole: {self.size:,} entries, none changed, none missing"
        first = min((flaw.first for flaw in self.flaws if flaw.first is not None), default=None)
        where = "" if first is None else f", from entry {first:,} on"
        return f"The record is not whole: {len(self.flaws)} {'things' if len(self.flaws) > 1 else 'thing'} wrong{where}"


@dataclass(frozen=True, slots=True)
class _Signed:
    """A checkpoint whose signature holds, and whether it is anchored outside the database."""

    head: TreeHead
    at: datetime
    outside: bool


def verify_log(session: Session, anchor_dir: Path, public_keys: Mapping[str, VerifierKey]) -> Verification:
    """Check the whole log against itself, its checkpoints and their anchors. Reads everything, changes nothing.

    Takes the folder of the anchors and the public keys whose signatures count, by id (`core.audit_keys.public_keys`).
    """
    keys = tuple(public_keys.values())
    copies = checkpoints(session)  # copies before anchors before entries: the reverse of the order they are written in,
    outside, unreadable = anchors.read(anchor_dir)  # so that a checkpoint made meanwhile is never half seen
    flaws, signed = _signatures(outside, copies, keys)
    seen = walk(session, frozenset(one.head.size for one in signed))
    flaws += seen.flaws
    flaws += _against_checkpoints(seen, signed)
    flaws += _unanchored(outside, copies)
    flaws += _lost_copies(session, seen)
    flaws += _unguarded(session)
    agreeing = [one for one in signed if seen.roots.get(one.head.size) == one.head.root]
    best = max((one for one in agreeing if one.outside), key=lambda one: one.head.size, default=None)
    remarks = [f"Line {line} of the anchors cannot be read." for line in unreadable]
    return Verification(
        at=clock.now(session),
        size=seen.next_seq,
        root=merkle.root(seen.frontier),
        checkpoints=len({one.head.size for one in agreeing}),
        covered=best.head.size if best else 0,
        covered_at=best.at if best else None,
        flaws=tuple(flaws),
        remarks=(*remarks, *_uncovered(seen, best)),
    )


def _uncovered(seen: Walk, best: _Signed | None) -> list[str]:
    if best is None:
        return ["No checkpoint outside the database vouches for the record yet."] if seen.next_seq else []
    rest = seen.next_seq - best.head.size
    last = "The last entry" if rest == 1 else f"The last {rest:,} entries"
    return [f"{last} came after the last anchored checkpoint."] if rest > 0 else []


def _signatures(
    outside: list[anchors.Anchor], copies: list[Checkpoint], keys: tuple[VerifierKey, ...]
) -> tuple[list[Flaw], list[_Signed]]:
    """The checkpoints that are signed by a key that counts; a flaw for each that is not."""
    notes = [(anchor.note, anchor.at, True, "anchor") for anchor in outside]
    notes += [(copy.text, copy.at, False, "checkpoint") for copy in copies]
    flaws: list[Flaw] = []
    signed: list[_Signed] = []
    for note, at, is_outside, kind in notes:
        where = "among the anchors" if is_outside else "in the database"
        try:
            signed.append(_Signed(open_checkpoint(note, keys), at, is_outside))
        except NoteInvalid as wrong:
            flaws.append(Flaw(kind, None, f"The checkpoint of {at:%d %b %Y %H:%M} {where} does not count: {wrong}."))
    return flaws, signed


def _against_checkpoints(seen: Walk, signed: list[_Signed]) -> list[Flaw]:
    """Compare the log with every signed checkpoint: cut off, rewritten, or signed in two versions."""
    flaws = []
    longest = max(signed, key=lambda one: one.head.size, default=None)
    if longest and longest.head.size > seen.next_seq:
        flaws.append(
            Flaw(
                "missing_tail",
                seen.next_seq + 1,
                f"Entries {seen.next_seq + 1:,} to {longest.head.size:,} are missing: the checkpoint of "
                f"{longest.at:%d %b %Y %H:%M} signed {longest.head.size:,}, the record ends before.",
            )
        )
    unlike = [one for one in signed if seen.roots.get(one.head.size, one.head.root) != one.head.root]
    alike = [one.head.size for one in signed if seen.roots.get(one.head.size) == one.head.root]
    flaws += _hashes(seen, alike, bool(unlike))
    if unlike:
        first = min(unlike, key=lambda one: one.head.size)
        flaws.append(_rewritten_or_forked(first, alike))
    flaws += _two_of_a_size(signed, {one.head.size for one in unlike})
    return flaws


def _rewritten_or_forked(first: _Signed, alike: list[int]) -> Flaw:
    """Name what happened before the first checkpoint that disagrees, by the ones that agree around it."""
    since = max((size for size in alike if size < first.head.size), default=0)
    until = min((size for size in alike if size >= first.head.size), default=None)
    signed = f"the checkpoint of {first.at:%d %b %Y %H:%M} signed other entries up to {first.head.size:,}"
    if until is not None:
        return Flaw(
            "forked",
            since + 1,
            f"The record is forked from entry {since + 1:,} on: {signed}, and yet the record as it is now was signed "
            f"too, with {until:,} entries. Whoever did this had the key.",
        )
    kept = f" The first {since:,} are as they were signed." if since else ""
    return Flaw("rewritten", since + 1, f"The record was rewritten after entry {since:,}: {signed}.{kept}")


def _two_of_a_size(signed: list[_Signed], told: set[int]) -> list[Flaw]:
    """Two signed roots for the same number of entries, where the record is too short to say which is right."""
    roots: dict[int, set[bytes]] = {}
    for one in signed:
        roots.setdefault(one.head.size, set()).add(one.head.root)
    return [
        Flaw("forked", None, f"The record is forked: two different records of {size:,} entries were signed.")
        for size, each in sorted(roots.items())
        if len(each) > 1 and size not in told
    ]


def _hashes(seen: Walk, alike: list[int], disagrees: bool) -> list[Flaw]:
    """Stored hashes that differ: the entries changed, unless a checkpoint over them agrees and clears them."""
    flaws = []
    for span in seen.unlike:
        entries = f"entries {span.start + 1:,} to {span.stop:,}"
        cleared = any(size >= span.stop for size in alike)
        if cleared and not disagrees:
            flaws.append(Flaw("hash", None, f"A stored hash above {entries} was changed; the entries are as signed."))
        else:
            says = f"An entry was changed with its own hash: the stored hash above {entries} does not agree."
            flaws.append(Flaw("changed", span.start + 1, says))
    return flaws


def _unanchored(outside: list[anchors.Anchor], copies: list[Checkpoint]) -> list[Flaw]:
    """Every checkpoint in the database repeats its note and stands among the anchors."""
    notes = {anchor.note for anchor in outside}
    flaws = []
    for copy in copies:
        name = f"The checkpoint over {copy.size:,} entries"
        if copy.text not in notes:
            flaws.append(Flaw("anchor", None, f"{name} is not among the anchors outside the database."))
        head = claimed_head(copy.text)
        if head is not None and (head.size, head.root) != (copy.size, copy.root):
            flaws.append(Flaw("checkpoint", None, f"{name} is filed under another size or root than it states."))
    return flaws


def _lost_copies(session: Session, seen: Walk) -> list[Flaw]:
    """Every checkpoint an entry tells of is in the database."""
    kept = {(copy.size, copy.key_id) for copy in checkpoints(session)}
    return [
        Flaw("checkpoint", None, f"The checkpoint over {size:,} entries by key {key} is gone from the database.")
        for size, key in sorted(seen.anchored - kept)
    ]


def _unguarded(session: Session) -> list[Flaw]:
    """Whether the triggers that keep the tables append-only are in force (enabled always or in normal operation)."""
    rows = session.execute(
        text(
            "select t.tgname, c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
            "where t.tgenabled in ('O', 'A') and c.relname like 'audit%' and pg_table_is_visible(c.oid)"
        )
    )
    in_force = {(name, table) for name, table in rows}
    return [
        Flaw("unguarded", None, f"The table {table} is not guarded against changes: its trigger {name} is off.")
        for name, tables in GUARDS.items()
        for table in tables
        if (name, table) not in in_force
    ]
