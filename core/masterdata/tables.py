"""Master data: what the company knows of itself, its suppliers and its items. All of it attested."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Day,
    Json,
    Key,
    MaybeDay,
    MaybeMoment,
    MaybeQuantity,
    MaybeWords,
    Money,
    Quantity,
    Version,
    Words,
)
from core.money import ZERO


class Entity(Base):
    """A company that keeps its own books in one currency."""

    __tablename__ = "entity"
    code: Mapped[Key]
    name: Mapped[Words]
    currency: Mapped[Words]


class Site(Base):
    """A place of an entity that holds stock."""

    __tablename__ = "site"
    entity: Mapped[Key]
    code: Mapped[Key]
    name: Mapped[Words]


class Supplier(Base):
    """A party we buy from. `bank_account` is what we pay to; no document and no agent ever changes it."""

    __tablename__ = "supplier"
    entity: Mapped[Key]
    number: Mapped[Key]
    name: Mapped[Words]
    currency: Mapped[Words]
    terms_days: Mapped[int]
    charges_agreed: Mapped[Money] = mapped_column(default=ZERO)  # freight and the like on each invoice, by contract
    prepayment: Mapped[bool] = mapped_column(default=False)
    on_contract: Mapped[bool] = mapped_column(default=False)
    at_risk: Mapped[bool] = mapped_column(default=False)
    confirm_days: Mapped[int] = mapped_column(default=3)  # the supplier's norm for confirming an order
    tax_id: Mapped[Words] = mapped_column(default="")
    tax_rate: Mapped[Quantity]  # percent expected on invoices, from the tax determination of the entity
    bank_account: Mapped[Words] = mapped_column(default="")  # masked, as people may see it
    contact_name: Mapped[Words] = mapped_column(default="")
    contact_email: Mapped[Words] = mapped_column(default="")
    contact_phone: Mapped[Words] = mapped_column(default="")
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    edited_by: Mapped[MaybeWords]
    edited_at: Mapped[MaybeMoment]
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Item(Base):
    """Something we buy, hold and sell, counted in its base unit."""

    __tablename__ = "item"
    entity: Mapped[Key]
    sku: Mapped[Key]
    name: Mapped[Words]
    unit: Mapped[Words]
    unit_decimals: Mapped[int] = mapped_column(default=0)  # pieces have none, kilograms three
    item_class: Mapped[Words] = mapped_column(default="C")
    inspect: Mapped[bool] = mapped_column(default=False)  # goods wait in inspection before they are available
    over_receipt_pct: Mapped[Quantity]
    standard_cost: Mapped[Money]
    cost_method: Mapped[Words] = mapped_column(default="fifo")  # of pools that open from now on; see core.stock.costing
    weight_kg: Mapped[Quantity] = mapped_column(default=Decimal(0))  # of a base unit; what landed cost may be split by
    cost_by_lot: Mapped[bool] = mapped_column(default=False)  # each lot is a pool of its own
    blocked: Mapped[Words] = mapped_column(default="")  # why nobody may order it anew; empty: anybody may
    attributes: Mapped[Json] = mapped_column(default=dict)


class SupplierItem(Base):
    """What a supplier calls one of our items."""

    __tablename__ = "supplier_item"
    entity: Mapped[Key]
    supplier: Mapped[Key]
    code: Mapped[Key]
    item: Mapped[Words]
    description: Mapped[Words] = mapped_column(default="")


class Conversion(Base):
    """One `unit` of the item is `factor` base units: a box is 12 pieces."""

    __tablename__ = "conversion"
    entity: Mapped[Key]
    item: Mapped[Key]
    unit: Mapped[Key]
    factor: Mapped[Quantity]


class Substitute(Base):
    """An item that may stand in for another from a day on: `factor` pieces of it for one piece of that. The lowest rank is
    offered first. Handed on to nothing: what stands in for a substitute is said by itself."""

    __tablename__ = "substitute"
    entity: Mapped[Key]
    item: Mapped[Key]
    substitute: Mapped[Key]
    factor: Mapped[Quantity]
    both_ways: Mapped[bool] = mapped_column(default=False)
    rank: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[Day]
    valid_until: Mapped[MaybeDay]  # the last day on which it holds

    __table_args__ = (
        CheckConstraint("item <> substitute and factor > 0 and rank > 0", name="sane"),
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="holds_some_day"),
        Index("ix_substitute_for", "entity", "substitute"),
    )


class Account(Base):
    """An account of an entity's general ledger. `kind` is asset, liability, equity, income or expense."""

    __tablename__ = "account"
    entity: Mapped[Key]
    code: Mapped[Key]
    name: Mapped[Words]
    kind: Mapped[Words]


class Counter(Base):
    """The last number given out, per entity and kind. Written in the same transaction as what it numbers: no gaps."""

    __tablename__ = "counter"
    entity: Mapped[Key]
    kind: Mapped[Key]
    last: Mapped[int]


class StockPolicy(Base):
    """Per item and site: may stock go negative, and the safety stock. Absent means never negative."""

    __tablename__ = "stock_policy"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    negative_allowed: Mapped[bool] = mapped_column(default=False)
    safety_stock: Mapped[MaybeQuantity]
