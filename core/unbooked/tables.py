"""Entries that the books refused and that were kept: nothing that happened is lost because it could not be booked."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from core.db import Base, Json, Key, MaybeMoment, Moment, Words

OPEN, BOOKED, REJECTED = "open", "booked", "rejected"


class UnbookedEntry(Base):
    """One refused entry: the command in its wire form, why it was refused, and what became of it. `told` never changes."""

    __tablename__ = "unbooked_entry"
    entity: Mapped[Key]
    number: Mapped[Key]
    told: Mapped[Json]
    sha256: Mapped[Words]  # of the wire form: one entry that is told twice is kept once
    refusal: Mapped[Words]
    detail: Mapped[Words]
    source: Mapped[Words]  # the feed it came by; empty where a person kept it
    kept_by: Mapped[Words]
    kept_at: Mapped[Moment]
    state: Mapped[Words]
    booked_as: Mapped[Json | None]  # the command that was carried out instead, and what came of it
    settled_at: Mapped[MaybeMoment]
    settled_says: Mapped[Words]

    __table_args__ = (
        Index("uq_unbooked_entry_open", "entity", "sha256", unique=True, postgresql_where=text("state = 'open'")),
    )
