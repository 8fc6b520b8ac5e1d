"""An audit log of 20 entries under two checkpoints, and an attacker who may write to it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core import audit, clock, merkle
from core.audit_tables import EntryRow, NodeRow
from core.canonical import canonical


class Desk:
    """A log of 20 entries and two checkpoints, over 10 and over 20, with its keys and anchors in a folder."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.anchors, self.keys = session, folder / "anchors", folder / "keys"
        self.key = audit.signing_key(self.keys, clock.now(session))
        self.say(10)
        self.checkpoint()
        self.say(9)
        self.checkpoint()

    def say(self, entries: int) -> None:
        for number in range(entries):
            audit.record(
                self.session,
                audit.AuditEntry(
                    entity="HP",
                    at=clock.now(self.session),
                    actor="mara",
                    actor_kind="person",
                    kind="decision",
                    subject="CASE-1042",
                    says=f"Approved {number}",
                ),
            )
        self.session.commit()

    def checkpoint(self) -> audit.Checkpoint:
        made = audit.checkpoint(self.session, self.key, self.anchors)
        self.session.commit()
        return made

    def verify(self) -> audit.Verification:
        return audit.verify_log(self.session, self.anchors, audit.public_keys(self.keys))

    def flaws(self) -> list[tuple[str, int | None]]:
        return [(flaw.kind, flaw.first) for flaw in self.verify().flaws]

    def tamper(self, statement: str, **values: Any) -> None:
        """As superuser, past the triggers."""
        self.session.execute(text("set local session_replication_role = replica"))
        self.session.execute(text(statement), values)
        self.session.commit()

    def rewrite(self, change: Callable[[list[str]], list[str]]) -> None:
        """Write the whole log anew with other texts and every hash right, as an attacker with our program would."""
        texts = change(list(self.session.scalars(select(EntryRow.text).order_by(EntryRow.seq))))
        rows = [dict(row._mapping) for row in self.session.execute(select(EntryRow.__table__).order_by(EntryRow.seq))]
        frontier, nodes = merkle.Frontier(), []
        for row, said in zip(rows, texts, strict=False):
            row["text"], row["leaf_hash"] = said, merkle.leaf_hash(said.encode())
            frontier, completed = merkle.append(frontier, row["leaf_hash"])
            nodes += [{"level": node.level, "place": node.place, "hash": hashed} for node, hashed in completed]
        self.session.execute(text("set local session_replication_role = replica"))
        for table in ("audit_entry", "audit_node"):
            self.session.execute(text(f"delete from {table}"))
        self.session.execute(insert(EntryRow), rows[: len(texts)])
        self.session.execute(insert(NodeRow), nodes)
        peaks = b"".join(frontier.peaks)
        self.session.execute(
            text("update audit_head set size = :size, frontier = :peaks"), {"size": len(texts), "peaks": peaks}
        )
        self.session.commit()


def saying(seq: int, says: str) -> Callable[[list[str]], list[str]]:
    """A rewrite that lets one entry say something else."""

    def change(texts: list[str]) -> list[str]:
        texts[seq] = canonical({**json.loads(texts[seq]), "says": says}).decode()
        return texts

    return change
