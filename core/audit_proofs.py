"""Proofs from the stored hashes: that an entry is in the log, that a log continues a shorter one. Each reads O(log n)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core import merkle
from core.audit_log import read_frontier
from core.audit_reads import Checkpoint, covering_checkpoint, entry
from core.audit_tables import EntryRow, NodeRow
from core.merkle import Node, Span


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One row of a proof: on which side the hash stands, and the numbers (from 1) of the entries under it."""

    side: str
    hash: bytes
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """That an entry is in the log of `size` entries with this root. `checkpoint` is None while none covers it."""

    seq: int
    leaf_hash: bytes
    size: int
    root: bytes
    steps: tuple[ProofStep, ...]
    checkpoint: Checkpoint | None
    agrees: bool  # the hash of the entry's own text and the steps give the root


def proof(session: Session, seq: int) -> Proof:
    """The proof that an entry is in the log: against the first checkpoint that covers it, else against the head.

    Raises LookupError when there is no such entry. A hash that was tampered with gives a proof that does not agree.
    """
    checkpoint = covering_checkpoint(session, seq)
    if checkpoint is not None:
        return proof_in(session, seq, checkpoint.size, checkpoint.root, checkpoint)
    frontier = read_frontier(session)
    return proof_in(session, seq, frontier.size, merkle.root(frontier), None)


def proof_in(session: Session, seq: int, size: int, root: bytes, checkpoint: Checkpoint | None) -> Proof:
    """The proof that an entry is in the log of that size and root. Reads O(log size) hashes."""
    found = entry(session, seq)
    if found is None or seq >= size:
        raise LookupError(f"there is no entry {seq + 1:,} in a record of {size:,}")
    steps = merkle.inclusion_steps(seq, size)
    hashes = merkle.proof([step.span for step in steps], read_nodes(session, (step.span for step in steps)))
    leaf = merkle.leaf_hash(found.text.encode())
    return Proof(
        seq=seq,
        leaf_hash=leaf,
        size=size,
        root=root,
        steps=tuple(
            ProofStep(step.side, hashed, step.span.start + 1, step.span.stop)
            for step, hashed in zip(steps, hashes, strict=True)
        ),
        checkpoint=checkpoint,
        agrees=merkle.verify_inclusion(leaf, seq, size, hashes, root),
    )


def root_at(session: Session, size: int) -> bytes:
    """The root the log had when it was `size` entries long, from the stored hashes. Raises LookupError if one is gone."""
    if size == 0:
        return merkle.root(merkle.Frontier())
    whole = Span(0, size)
    return merkle.span_hash(whole, read_nodes(session, [whole]))


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """The proof that the log of `new` entries begins with the log of `old`. 0 < old <= new <= size."""
    spans = merkle.consistency_spans(old, new)
    return merkle.proof(spans, read_nodes(session, spans))


def read_nodes(session: Session, spans: Iterable[Span]) -> dict[Node, bytes]:
    """The stored hashes that make up the spans. Raises LookupError when one is missing."""
    wanted = {node for span in spans for node in merkle.nodes_of(span)}
    leaves = [node.place for node in wanted if node.level == 0]
    inner = [node for node in wanted if node.level > 0]
    found: dict[Node, bytes] = {}
    if leaves:
        for seq, hashed in session.execute(select(EntryRow.seq, EntryRow.leaf_hash).where(EntryRow.seq.in_(leaves))):
            found[Node(0, seq)] = bytes(hashed)
    for level, place, hashed in stored_nodes(session, inner):
        found[Node(level, place)] = bytes(hashed)
    missing = wanted - found.keys()
    if missing:
        raise LookupError(f"{len(missing)} stored hashes of the audit log are missing")
    return found


def stored_nodes(session: Session, nodes: list[Node]) -> Iterable[tuple[int, int, bytes]]:
    """Level, place and hash of those of the inner nodes that are stored."""
    if not nodes:
        return []
    wanted = (
        func.unnest([node.level for node in nodes], [node.place for node in nodes])
        .table_valued("level", "place")
        .render_derived()
    )
    query = select(NodeRow.level, NodeRow.place, NodeRow.hash).join(
        wanted, and_(NodeRow.level == wanted.c.level, NodeRow.place == wanted.c.place)
    )
    return [(level, place, bytes(hashed)) for level, place, hashed in session.execute(query)]
