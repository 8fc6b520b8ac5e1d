"""What leaves the house: a receipt for one entry, an export of the whole log. Both are checked without us, and without
our database, by `desk/verify.py`, which is one file to copy.
"""

import json
from collections.abc import Mapping
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, merkle
from core.audit_log import read_frontier, uncommitted
from core.audit_proofs import consistency, proof_in
from core.audit_reads import Checkpoint, checkpoints, covering_checkpoint, entry
from core.audit_tables import EntryRow
from core.audit_walk import PAGE
from core.notes import SigningKey, TreeHead, VerifierKey, signed_checkpoint

RECEIPT = "exception-desk audit receipt 1"
EXPORT = "exception-desk audit export 1"


def receipt(session: Session, seq: int, key: SigningKey) -> dict[str, Any]:
    """A receipt for one committed entry: its text, the proof that it is in the log, and a signed checkpoint over it.

    Uses the first anchored checkpoint of this key that covers the entry. While there is none it signs the log as it is
    now: that checkpoint is not anchored, the receipt itself is what holds us to it. Raises LookupError when there is no
    such entry, and ValueError when the stored hashes do not prove it (then the log was tampered with: `verify_log`).
    """
    assert not uncommitted(session), "a receipt is given for what is committed"
    signed = covering_checkpoint(session, seq, key.id) or _signed_now(session, key)
    proven = proof_in(session, seq, signed.size, signed.root, signed)
    if not proven.agrees:
        raise ValueError(f"entry {seq + 1:,} does not agree with the checkpoint over {signed.size:,} entries")
    found = entry(session, seq)
    assert found is not None, "it was proven a moment ago"
    return {
        "type": RECEIPT,
        "entry": {"number": found.number, "text": found.text, "leaf_hash": proven.leaf_hash.hex()},
        "proof": {
            "leaf": seq,
            "size": proven.size,
            "path": [
                {"side": step.side, "hash": step.hash.hex(), "first": step.first, "last": step.last}
                for step in proven.steps
            ],
        },
        "checkpoint": _checkpoint(signed),
        "public_key": str(key.verifier),
    }


def receipt_name(seq: int) -> str:
    """The file name of a receipt: receipt-8812.json."""
    return f"receipt-{seq + 1}.json"


def _signed_now(session: Session, key: SigningKey) -> Checkpoint:
    frontier = read_frontier(session)
    head = TreeHead(frontier.size, merkle.root(frontier))
    note = signed_checkpoint(head, key)
    return Checkpoint(size=head.size, root=head.root, at=clock.now(session), key_id=key.id, text=note)


def _checkpoint(signed: Checkpoint) -> dict[str, Any]:
    return {
        "note": signed.text,
        "key_id": signed.key_id,
        "signed_at": signed.at.isoformat(),
        "anchored_at": None if signed.anchored_at is None else signed.anchored_at.isoformat(),
    }


NO_KEYS: Mapping[str, VerifierKey] = {}


def export(session: Session, out: TextIO, public_keys: Mapping[str, VerifierKey] = NO_KEYS) -> int:
    """Write the whole log as JSON lines: a heading, the entries, then checkpoints with proofs, then the head.

    Takes a text stream and the public keys to name in the heading. Gives the number of entries written. Every checkpoint
    but the first carries the proof that it continues the one before. A log that was tampered with is written as it
    stands: the verifier says what is wrong with it.
    """
    signed = checkpoints(session)
    frontier = read_frontier(session)  # after the checkpoints, so that it covers them all
    _write(out, {"type": EXPORT, "public_keys": [str(key) for key in public_keys.values()]})
    following = written = 0
    while following < frontier.size:
        page = session.execute(
            select(EntryRow.seq, EntryRow.text)
            .where(EntryRow.seq >= following, EntryRow.seq < frontier.size)
            .order_by(EntryRow.seq)
            .limit(PAGE)
        ).all()
        if not page:
            break
        for seq, text in page:
            _write(out, {"entry": seq + 1, "text": text})
        following, written = page[-1].seq + 1, written + len(page)
    before = 0
    for each in signed:
        proof = _continuing(session, before, each.size)
        _write(out, {"checkpoint": _checkpoint(each), "continues": before, "proof": [step.hex() for step in proof]})
        before = each.size
    _write(out, {"head": {"size": frontier.size, "root": merkle.root(frontier).hex()}})
    return written


def _continuing(session: Session, old: int, new: int) -> list[bytes]:
    """The proof that one checkpoint continues another; empty where there is nothing to prove, or no longer a way to."""
    try:
        return consistency(session, old, new) if old else []
    except LookupError:
        return []


def _write(out: TextIO, line: dict[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
