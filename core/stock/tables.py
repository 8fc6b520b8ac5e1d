"""The stock ledger: moves that are never changed, the balances they add up to, and what the pieces cost.

Physical is not financial. A move says where pieces went; a cost entry says what that did to the value of a pool (an item
at a site, or one lot of it there). Entries and their later changes are append-only; pools, layers and checkpoints are
what they add up to, kept so that nobody has to add.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Json,
    Key,
    MaybeMoment,
    MaybeMoney,
    MaybeOrdinal,
    MaybeQuantity,
    MaybeWords,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Words,
)


class StockStatus(StrEnum):
    """On hand is the sum of all; only `AVAILABLE` may be promised (DESIGN.md, promise 3)."""

    AVAILABLE = "available"
    INSPECTION = "inspection"
    HOLD = "hold"
    DAMAGED = "damaged"
    IN_TRANSIT = "in_transit"


class StockMove(Base):
    """One signed change of one balance, in base units. Append-only: a trigger refuses update and delete."""

    __tablename__ = "stock_move"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words] = mapped_column(default="")
    lot: Mapped[Words] = mapped_column(default="")
    status: Mapped[Words]
    quantity: Mapped[Quantity]
    document: Mapped[Words]
    kind: Mapped[Words]  # receipt, inspection, return, scrap, adjustment, opening, transfer, issue
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("quantity <> 0", name="not_nothing"),
        Index("ix_stock_move_balance", "entity", "item", "site", "location", "lot", "status", "number"),
        Index("ix_stock_move_document", "entity", "document"),
    )


class StockBalance(Base):
    """The running sum of the moves of one key. Never written but by `core.stock.ledger.move`."""

    __tablename__ = "stock_balance"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    location: Mapped[Key]
    lot: Mapped[Key]
    status: Mapped[Key]
    quantity: Mapped[Quantity] = mapped_column(default=Decimal(0))

    # what is available of many items at a site is one walk through this; the quantity is not in it, so that a change of
    # a balance leaves it alone
    __table_args__ = (
        Index("ix_stock_balance_available", "entity", "site", "item", postgresql_where=text("status = 'available'")),
    )


class CostEntry(Base):
    """One thing that happened to a pool, and the value it was given when it was recorded. Append-only.

    `brought` is what came in was said to be worth; `value` what the pool made of it, signed. Later corrections are
    `CostChange` rows: the value today is the sum of both.
    """

    __tablename__ = "cost_entry"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    item: Mapped[Words]
    site: Mapped[Words]
    lot: Mapped[Words] = mapped_column(default="")
    does: Mapped[Words]  # in, out, revalue, switch
    quantity: Mapped[Quantity]  # never below zero; what `does` says gives it its sign
    value: Mapped[Money]
    brought: Mapped[MaybeMoney]
    source: Mapped[MaybeOrdinal]  # the entry whose layer this leaves from, or which it takes back
    mirrors: Mapped[MaybeOrdinal]  # the entry of another pool whose layers came here
    unit_cost: Mapped[MaybeQuantity]  # what a revaluation or a switch to standard sets
    method: Mapped[MaybeWords]
    account: Mapped[Words]  # the other side of its value, and of every later change of it; empty for another pool
    document: Mapped[Words]
    kind: Mapped[Words]  # receipt, opening, issue, transfer, return, scrap, adjustment, count, revaluation, ...
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("quantity >= 0", name="unsigned"),
        Index("ix_cost_entry_pool", "entity", "item", "site", "lot", "happened_at", "number"),
        Index("ix_cost_entry_document", "entity", "document"),
        Index("ix_cost_entry_source", "entity", "source", postgresql_where=text("source is not null")),
        Index("ix_cost_entry_mirrors", "entity", "mirrors", postgresql_where=text("mirrors is not null")),
    )


class CostChange(Base):
    """A later change of an entry's value: trued up, charged with landed cost, or costed anew. Append-only."""

    __tablename__ = "cost_change"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    entry: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[Words]  # charge: what it brought is worth more; trued_up, recosted: what follows from another entry
    value: Mapped[Money]
    document: Mapped[Words]  # what caused it
    recorded_at: Mapped[Moment]

    __table_args__ = (Index("ix_cost_change_entry", "entity", "entry"),)


class LandedCost(Base):
    """A cost that came after the goods, and was put onto what receipts brought."""

    __tablename__ = "landed_cost"
    entity: Mapped[Key]
    number: Mapped[Key]
    amount: Mapped[Money]
    split_by: Mapped[Words]
    account: Mapped[Words]  # where it had been booked
    cancelled: Mapped[bool] = mapped_column(default=False)


class CostPool(Base):
    """What a pool holds now, and where its history ends. Never written but by `core.stock.pools`."""

    __tablename__ = "cost_pool"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    lot: Mapped[Key]
    method: Mapped[Words]
    unit_cost: Mapped[Decimal] = mapped_column(Numeric)
    quantity: Mapped[Quantity]
    value: Mapped[Money]
    debts: Mapped[Json]  # [[issue, quantity, value, worth], ...] as strings, oldest first
    first_method: Mapped[Words]  # how its history starts
    first_unit_cost: Mapped[Decimal] = mapped_column(Numeric)
    entries: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[MaybeMoment]
    last_number: Mapped[int] = mapped_column(BigInteger)


class CostCheckpoint(Base):
    """The whole state of a pool right after an entry, so that a late entry is folded from there and not from the start."""

    __tablename__ = "cost_checkpoint"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    lot: Mapped[Key]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    number: Mapped[Ordinal]
    state: Mapped[Json]


class CostParts(Base):
    """The layers a transfer took along, by the entry that gave them up. Brought along when that entry is costed anew."""

    __tablename__ = "cost_parts"
    entity: Mapped[Key]
    entry: Mapped[Ordinal]
    parts: Mapped[Json]  # [[since, source, quantity, value], ...]


class ValuationLayer(Base):
    """Pieces on hand with one cost. `since` and `source` order layers, oldest first. A layer that is empty is gone."""

    __tablename__ = "valuation_layer"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    lot: Mapped[Key]
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    source: Mapped[Ordinal]
    quantity: Mapped[Quantity]
    value: Mapped[Money]  # in the entity's currency

    __table_args__ = (CheckConstraint("quantity <> 0", name="not_empty"),)
