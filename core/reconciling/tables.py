"""A warehouse's stream of events beside the ledger: what it told, what is missing of it, and how far both agree.

Events are kept as they were told and never change. An entry is one event or one move of the ledger as the comparison
sees it; a key is a balance that both have. Whatever is compared is found by key, document or time: nothing is scanned.
"""

from decimal import Decimal

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json, Key, MaybeMoment, MaybeOrdinal, MaybeQuantity, Moment, Ordinal, Quantity, Words

WAREHOUSE, LEDGER = "warehouse", "ledger"
OPEN, BY_REFERENCE, BY_TIME = "", "reference", "time"


class WarehouseStream(Base):
    """One stream. Balances are compared from `since` on; what is younger than the tolerance may still be on its way.
    `by_...`: whether the warehouse tells locations, lots and statuses apart; what it does not is added up."""

    __tablename__ = "warehouse_stream"
    entity: Mapped[Key]
    source: Mapped[Key]
    since: Mapped[Moment]
    tolerance_minutes: Mapped[int]
    first_sequence: Mapped[int] = mapped_column(BigInteger)
    last_sequence: Mapped[int] = mapped_column(BigInteger)  # the highest that was told; one under the first: none yet
    given_up: Mapped[int] = mapped_column(BigInteger, default=0)  # numbers that count as told though they never came
    by_location: Mapped[bool]
    by_lot: Mapped[bool]
    by_status: Mapped[bool]
    heard_until: Mapped[MaybeMoment]  # the latest hour an event told of
    examined_at: Mapped[Moment]  # what was due by then was looked at


class StreamSite(Base):
    """Which stream tells of a site. One site, one stream."""

    __tablename__ = "stream_site"
    entity: Mapped[Key]
    site: Mapped[Key]
    source: Mapped[Words]


class WarehouseEvent(Base):
    """One event as the warehouse told it. Append-only: a trigger refuses update and delete."""

    __tablename__ = "warehouse_event"
    entity: Mapped[Key]
    source: Mapped[Key]
    event: Mapped[Key]
    sequence: Mapped[int] = mapped_column(BigInteger)
    happened_at: Mapped[Moment]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words]
    lot: Mapped[Words]
    status: Mapped[Words]
    quantity: Mapped[Quantity]  # signed, base units; nothing where only a balance is told
    reference: Mapped[Words]
    balance_after: Mapped[MaybeQuantity]
    recorded_at: Mapped[Moment]

    __table_args__ = (Index("uq_warehouse_event_sequence", "entity", "source", "sequence", unique=True),)


class EventConflict(Base):
    """An event that contradicts one that was told before: the same id with other content, or the same place in the order."""

    __tablename__ = "warehouse_conflict"
    entity: Mapped[Key]
    source: Mapped[Key]
    event: Mapped[Key]
    sha256: Mapped[Key]
    known: Mapped[Words]  # the id of the event that stands
    told: Mapped[Json]
    recorded_at: Mapped[Moment]
    settled: Mapped[Words] = mapped_column(default="")  # why the first stands, once somebody said so


class StreamGap(Base):
    """Sequence numbers that were never told, though later ones were. Gone when they come."""

    __tablename__ = "stream_gap"
    entity: Mapped[Key]
    source: Mapped[Key]
    first: Mapped[Ordinal]
    last: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[Moment]  # the hours of the events before and after
    until: Mapped[Moment]


class StreamKey(Base):
    """A balance that stream and ledger both have. `in_ledger` adds up the moves since the stream began.

    `kept` is a difference that a person or a count has answered for, `kept_from` the entry it began with; the same for
    what the warehouse says it had at the beginning.
    """

    __tablename__ = "stream_key"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    source: Mapped[Words]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words]
    lot: Mapped[Words]
    status: Mapped[Words]
    in_ledger: Mapped[Quantity] = mapped_column(default=Decimal(0))
    kept: Mapped[Quantity] = mapped_column(default=Decimal(0))
    kept_from: Mapped[Words] = mapped_column(default="")
    kept_opening: Mapped[Quantity] = mapped_column(default=Decimal(0))
    kept_opening_from: Mapped[MaybeOrdinal]
    kept_says: Mapped[Words] = mapped_column(default="")

    __table_args__ = (
        Index("uq_stream_key_balance", "entity", "source", "item", "site", "location", "lot", "status", unique=True),
    )


class StreamAlias(Base):
    """What else a warehouse may call a delivery: its receipt or its despatch note by number. `thread` is the order."""

    __tablename__ = "stream_alias"
    entity: Mapped[Key]
    reference: Mapped[Key]
    thread: Mapped[Words]


class StreamEntry(Base):
    """An event (`number` is its sequence) or a move of the ledger, as the comparison sees it. `thread` is what ties the
    two together: an order for what its receipts brought, else the document. `running` adds up the events of the key in
    their order; `opening` is what the warehouse must have had at the beginning for the balance it states."""

    __tablename__ = "stream_entry"
    entity: Mapped[Key]
    source: Mapped[Key]
    side: Mapped[Key]
    number: Mapped[Ordinal]
    key: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[Quantity]
    reference: Mapped[Words]
    thread: Mapped[Words]
    happened_at: Mapped[Moment]
    matched: Mapped[Words] = mapped_column(default=OPEN)  # reference, time; empty while it is not
    tied: Mapped[bool] = mapped_column(default=False)  # the other side has something on its thread: no time says more
    running: Mapped[MaybeQuantity]
    stated: Mapped[MaybeQuantity]
    opening: Mapped[MaybeQuantity]

    __table_args__ = (
        Index("ix_stream_entry_thread", "entity", "key", "thread"),
        Index("ix_stream_entry_reference", "entity", "source", "reference"),
        Index("ix_stream_entry_order", "entity", "key", "side", "number"),
        Index(
            "ix_stream_entry_loose", "entity", "key", "quantity", "happened_at",
            postgresql_where=text("not tied and matched <> 'reference'"),
        ),
        Index("ix_stream_entry_open", "entity", "key", "happened_at", postgresql_where=text("matched = ''")),
        Index("ix_stream_entry_due", "entity", "source", "side", "happened_at", postgresql_where=text("matched = ''")),
        Index("ix_stream_entry_opening", "entity", "key", "opening", "number", postgresql_where=text("opening is not null")),
        Index("ix_stream_entry_stated", "entity", "key", "number", postgresql_where=text("opening is not null")),
    )  # fmt: skip
