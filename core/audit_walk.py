"""Reading the whole log once, from the first entry on, and computing every hash of it anew.

It streams: a page of entries and the few hashes of the frontier are all it holds. It finds what disagrees inside the
database; whether the database as a whole is what was once signed, `core.audit_check` asks next.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from core import merkle
from core.audit_log import index_columns, read_frontier
from core.audit_proofs import stored_nodes
from core.audit_tables import EntryRow, HeadRow, NodeRow
from core.merkle import Frontier, Node, Span

PAGE = 1000
FLAWS_MAX = 200  # a table rewritten from end to end is said once, not a million times


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was recorded. `first` is the number (from 1) of the first entry it concerns, if any.

    Kinds: changed, missing, missing_tail, extra, misfiled, hash, head, rewritten, forked, checkpoint, anchor, unguarded.
    """

    kind: str
    first: int | None
    says: str


@dataclass(slots=True)
class Walk:
    """What one reading of the log found: its roots at the sizes asked for, its flaws, the checkpoints it tells of."""

    sizes: frozenset[int]
    frontier: Frontier = field(default_factory=Frontier)
    next_seq: int = 0
    gap: bool = False  # an entry is missing, so that no root after it can be computed
    roots: dict[int, bytes] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    unlike: list[Span] = field(default_factory=list)  # the smallest subtrees whose stored hash differs
    anchored: set[tuple[int, str]] = field(default_factory=set)  # size and key id of checkpoints that entries tell of

    def found(self, kind: str, first: int | None, says: str) -> None:
        """Note a flaw."""
        if len(self.flaws) < FLAWS_MAX:
            self.flaws.append(Flaw(kind, first, says))


def walk(session: Session, sizes: frozenset[int]) -> Walk:
    """Read the log up to its head. Entries appended meanwhile are left for the next time."""
    head = read_frontier(session)
    seen = Walk(sizes)
    if 0 in sizes:
        seen.roots[0] = merkle.root(seen.frontier)
    while seen.next_seq < head.size:
        page = session.execute(
            select(EntryRow.__table__)
            .where(EntryRow.seq >= seen.next_seq, EntryRow.seq < head.size)
            .order_by(EntryRow.seq)
            .limit(PAGE)
        ).all()
        if not page:
            break
        computed: dict[Node, bytes] = {}
        for row in page:
            _read_entry(seen, row, computed)
        _compare_nodes(session, seen, computed)
    _compare_head(session, seen, head)
    return seen


def _read_entry(seen: Walk, row: Row[Any], computed: dict[Node, bytes]) -> None:
    """One entry: is it the next, does its text give its hash, do its columns repeat its text?"""
    if row.seq != seen.next_seq:
        _say_missing(seen, "missing", seen.next_seq, row.seq)
        seen.gap = True
    seen.next_seq = row.seq + 1
    stored = bytes(row.leaf_hash)
    if merkle.leaf_hash(row.text.encode()) != stored:
        seen.found("changed", row.seq + 1, f"Entry {row.seq + 1:,} was changed: its text does not give its hash.")
    else:
        _compare_columns(seen, row)
    if seen.gap:
        return
    seen.frontier, completed = merkle.append(seen.frontier, stored)
    computed.update(completed)
    if seen.frontier.size in seen.sizes:
        seen.roots[seen.frontier.size] = merkle.root(seen.frontier)


def _say_missing(seen: Walk, kind: str, start: int, stop: int) -> None:
    which = f"Entry {start + 1:,} is" if stop - start == 1 else f"Entries {start + 1:,} to {stop:,} are"
    where = "at the end" if kind == "missing_tail" else "so later ones can only be checked one by one"
    seen.found(kind, start + 1, f"{which} missing, {where}.")


def _compare_columns(seen: Walk, row: Row[Any]) -> None:
    """The columns by which an entry is found must repeat what its text says."""
    number = row.seq + 1
    try:
        said = json.loads(row.text)
        columns = index_columns(said)
        place = said["seq"]
    except (ValueError, KeyError, TypeError, AttributeError):
        seen.found("changed", number, f"Entry {number:,} was changed: its text is not a record.")
        return
    if place != row.seq:
        seen.found("changed", number, f"Entry {number:,} was moved: it says it is entry {place!r}, counted from 0.")
    unlike = [name for name, value in columns.items() if getattr(row, name) != value]
    if unlike:
        seen.found("misfiled", number, f"Entry {number:,} is filed under another {', '.join(unlike)} than it says.")
    if said["kind"] == "anchor":
        _note_anchor(seen, said.get("body"))


def _note_anchor(seen: Walk, body: object) -> None:
    """Remember the checkpoint an entry tells of, to see whether the database still has its copy."""
    size, key = (body.get("size"), body.get("key")) if isinstance(body, dict) else (None, None)
    if isinstance(size, int) and isinstance(key, str):
        seen.anchored.add((size, key))


def _compare_nodes(session: Session, seen: Walk, computed: dict[Node, bytes]) -> None:
    """Compare the hashes above a page of entries; of a chain of wrong ones only the lowest is told."""
    stored = {Node(level, place): hashed for level, place, hashed in stored_nodes(session, list(computed))}
    for node in sorted(computed):
        if stored.get(node) == computed[node]:
            continue
        span = Span(node.place << node.level, node.place + 1 << node.level)
        if any(span.start <= below.start and below.stop <= span.stop for below in seen.unlike):
            continue
        if len(seen.unlike) < FLAWS_MAX:
            seen.unlike.append(span)


def _compare_head(session: Session, seen: Walk, head: Frontier) -> None:
    """The head must be where the entries end, and no hash or entry may stand beside the tree."""
    if seen.next_seq < head.size:
        _say_missing(seen, "missing_tail", seen.next_seq, head.size)
    elif not seen.gap and seen.frontier != head:
        seen.found("head", None, "The head of the record does not agree with its entries.")
    size, first, last, nodes = session.execute(
        select(
            select(HeadRow.size).scalar_subquery(),
            select(func.min(EntryRow.seq)).scalar_subquery(),
            select(func.max(EntryRow.seq)).scalar_subquery(),
            select(func.count()).select_from(NodeRow).scalar_subquery(),
        )
    ).one()
    if first is not None and (first < 0 or last >= size):
        seen.found("extra", None, f"There are entries outside the record of {size:,}: somebody put them in by hand.")
    if nodes != size - size.bit_count() and not seen.unlike:
        seen.found("hash", None, "The number of stored hashes is not that of the entries.")
