"""Signing the log: a checkpoint states its size and root, and is anchored outside the database before it counts."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import anchors, clock, merkle
from core.audit_log import AuditEntry, read_frontier, record, uncommitted
from core.audit_proofs import root_at
from core.audit_reads import Checkpoint, entry, last_checkpoint
from core.audit_tables import CheckpointRow
from core.notes import SigningKey, TreeHead, claimed_head, open_note, signed_checkpoint

LOCK = 0x434845434B  # "CHECK": one checkpoint at a time
EVERY = timedelta(hours=1)
"""How often a checkpoint is due. What happened since the last one is not yet vouched for by anything outside."""


class HistoryChanged(Exception):
    """The log no longer continues what was signed and anchored; it is not signed again. The message says what differs."""


def checkpoint(session: Session, key: SigningKey, anchor_dir: Path, copy: Path | None = None) -> Checkpoint:
    """Sign what is committed, anchor it, and note that in the log. The caller commits.

    Takes the key, the folder of the anchors and optionally a second one. Gives the last checkpoint again when nothing but
    its own entry came since. Raises `HistoryChanged` when the log does not continue the newest anchor, and
    OSError when an anchor cannot be written; then nothing is kept but possibly an anchor, which does no harm.
    """
    assert not uncommitted(session), "a checkpoint signs what is committed, nothing else"
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = last_checkpoint(session)
    frontier = read_frontier(session)
    if last is not None and last.key_id == key.id and _nothing_since(session, last.size, frontier.size):
        return last
    _continues_anchors(session, anchor_dir, frontier.size)
    at, head = clock.now(session), TreeHead(frontier.size, merkle.root(frontier))
    note = signed_checkpoint(head, key)
    anchors.append([anchor_dir] if copy is None else [anchor_dir, copy], anchors.Anchor(note, at))
    signature = open_note(note, [key.verifier])[2]
    anchored_at = clock.now(session)
    row = CheckpointRow(
        size=head.size,
        key_id=key.id,
        root=head.root,
        at=at,
        signature=signature,
        text=note,
        anchored_at=anchored_at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        AuditEntry(
            entity="",
            at=anchored_at,
            actor="checkpoints",
            actor_kind="system",
            kind="anchor",
            subject=f"{head.size:,} entries",
            says=f"Signed and anchored the first {head.size:,} entries",
            body={"size": head.size, "root": head.root.hex(), "key": key.id, "note": note},
        ),
    )
    return Checkpoint(size=head.size, root=head.root, at=at, key_id=key.id, text=note, anchored_at=anchored_at)


def _nothing_since(session: Session, signed: int, size: int) -> bool:
    """Whether nothing came after a checkpoint, or only the entry that tells of it."""
    if size == signed + 1:
        only = entry(session, signed)
        return only is not None and only.kind == "anchor"
    return size == signed


def _continues_anchors(session: Session, anchor_dir: Path, size: int) -> None:
    """Refuse to sign a second history: the newest anchor, whichever key it names, must still be true of the log."""
    claimed = [head for anchor in anchors.read(anchor_dir)[0] if (head := claimed_head(anchor.note)) is not None]
    newest = max(claimed, key=lambda head: head.size, default=None)
    if newest is None:
        return
    if newest.size > size:
        raise HistoryChanged(f"the record has {size:,} entries, but {newest.size:,} were signed: the rest is missing")
    try:
        still = root_at(session, newest.size) == newest.root
    except LookupError as gone:
        raise HistoryChanged(f"the {newest.size:,} entries signed last cannot be compared: {gone}") from gone
    if not still:
        raise HistoryChanged(f"the first {newest.size:,} entries are not those that were signed")
