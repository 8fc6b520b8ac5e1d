"""The tables of the audit log, and the database rules that make them append-only.

One log for the whole database, across entities. `audit_entry.text` is what is hashed; the other columns of an entry
repeat parts of it so that it can be found, and `core.audit_check` compares them.
"""

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, MaybeWords, Moment, Ordinal, Words


class EntryRow(Base):
    """One entry: a leaf of the tree. `seq` is its place from 0; people count from 1 (`core.audit_reads.Entry.number`)."""

    __tablename__ = "audit_entry"
    seq: Mapped[Ordinal]
    entity: Mapped[Words]
    at: Mapped[Moment]
    actor: Mapped[Words]
    actor_kind: Mapped[Words]
    kind: Mapped[Words]
    subject: Mapped[Words]
    case_number: Mapped[MaybeWords]
    text: Mapped[Words]  # the canonical record, byte for byte what was hashed: hence TEXT, not JSONB
    leaf_hash: Mapped[bytes]

    __table_args__ = (
        Index(
            "ix_audit_entry_case_number",
            "entity",
            "case_number",
            "seq",
            postgresql_where=sql("case_number is not null"),
        ),
        Index("ix_audit_entry_kind", "entity", "kind", "seq"),
        Index("ix_audit_entry_actor", "entity", "actor", "seq"),
        Index("ix_audit_entry_at", "entity", "at"),
    )


class NodeRow(Base):
    """The hash of a complete subtree above the leaves, written once, so that a proof reads O(log n) rows."""

    __tablename__ = "audit_node"
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    place: Mapped[Ordinal]
    hash: Mapped[bytes]


class HeadRow(Base):
    """The one row that says how long the log is, with the frontier to append to: its peaks, 32 bytes each."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[bytes]


class CheckpointRow(Base):
    """A signed checkpoint, as it was anchored outside the database. The anchor counts; this is our copy of it."""

    __tablename__ = "audit_checkpoint"
    size: Mapped[Ordinal]
    key_id: Mapped[Key]
    root: Mapped[bytes]
    at: Mapped[Moment]
    signature: Mapped[bytes]
    text: Mapped[Words]  # the whole signed note
    anchored_at: Mapped[Moment]


APPEND_ONLY = """
create or replace function audit_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$
"""

HEAD_GROWS = """
create or replace function audit_head_grows() returns trigger language plpgsql as $$
begin
  if new.id <> old.id or new.size <= old.size then
    raise exception 'the audit log only grows: % to % entries refused', old.size, new.size
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$
"""

GUARDS = {
    "audit_append_only": ("audit_entry", "audit_node", "audit_checkpoint", "audit_head"),
    "audit_head_grows": ("audit_head",),
}
"""The triggers, by name, and the tables that carry them. `core.audit_check` looks whether they are in force."""


def _append_only(table: str) -> str:
    events = "delete or truncate" if table == "audit_head" else "update or delete or truncate"
    return (
        f"create or replace trigger audit_append_only before {events} on {table} "
        "for each statement execute function audit_append_only()"
    )


AUDIT_DDL: list[str] = [
    APPEND_ONLY,
    HEAD_GROWS,
    *(_append_only(table) for table in GUARDS["audit_append_only"]),
    "create or replace trigger audit_head_grows before update on audit_head "
    "for each row execute function audit_head_grows()",
    "alter table audit_head add constraint ck_audit_head_one_row check (id = 1)",
    "insert into audit_head (id, size, frontier) values (1, 0, '')",
]
"""For the migration that creates the tables, in order."""
