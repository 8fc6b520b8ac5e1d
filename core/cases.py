"""Exceptions as cases: one cause is one case, however many findings it has, with an owner, a clock and a history.

Detectors return findings; `fold` turns them into cases. The only line that assigns `Case.state` is in `move`.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json, Key, MaybeMoment, MaybeMoney, MaybeWords, Moment, Money, Ordinal, Version, Words
from core.money import ZERO
from core.refusals import Refusal, Refused

if TYPE_CHECKING:
    from core.erp import Erp


class Code(StrEnum):
    """The exception codes that this house raises. The value is stored and shown in the API (docs: the catalogue)."""

    SUPPLIER_DELAY = "supplier_delay"
    SUPPLIER_SHORT_CONFIRMATION = "supplier_short_confirmation"
    SUPPLIER_PRICE_CHANGE = "supplier_price_change"
    UNCONFIRMED_ORDER = "unconfirmed_order"
    SHORT_RECEIPT = "short_receipt"
    OVER_RECEIPT = "over_receipt"
    DAMAGED_RECEIPT = "damaged_receipt"
    INSPECTION_FAILED = "inspection_failed"
    INVOICE_PRICE_VARIANCE = "invoice_price_variance"
    INVOICE_QUANTITY_VARIANCE = "invoice_quantity_variance"
    INVOICE_BEFORE_RECEIPT = "invoice_before_receipt"
    INVOICE_WITHOUT_ORDER = "invoice_without_order"
    INVOICE_DUPLICATE = "invoice_duplicate"
    INVOICE_MATCHED = "invoice_matched"  # nothing is wrong: the same staircase, usually with a rule as the decider
    INVOICE_ARITHMETIC = "invoice_arithmetic"
    INVOICE_TAX_MISMATCH = "invoice_tax_mismatch"
    CHARGE_UNPLANNED = "charge_unplanned"
    INVENTORY_SHORTAGE = "inventory_shortage"
    SAFETY_STOCK_BREACH = "safety_stock_breach"
    STOCK_VARIANCE = "stock_variance"
    BOOK_STOCK_IMPOSSIBLE = "book_stock_impossible"
    LOT_EXPIRY = "lot_expiry"
    BANK_DETAILS_CHANGED = "bank_details_changed"
    DOCUMENT_UNREADABLE = "document_unreadable"
    SENDER_UNKNOWN = "sender_unknown"
    REQUEST_UNANSWERED = "request_unanswered"
    FACT_CONFLICT = "fact_conflict"
    INTEGRATION_FAILED = "integration_failed"


class CaseState(StrEnum):
    """Where a case is. `OPEN` has no proposal yet; `DONE` is closed with a root cause."""

    OPEN = "open"
    PROPOSED = "proposed"
    HALF_SIGNED = "half_signed"
    SNOOZED = "snoozed"
    EXECUTING = "executing"
    STOPPED = "stopped"  # approved, but carrying it out was stopped: a person must look
    DONE = "done"


MOVES: dict[tuple[CaseState, str], CaseState] = {
    (CaseState.OPEN, "propose"): CaseState.PROPOSED,
    (CaseState.PROPOSED, "propose"): CaseState.PROPOSED,
    (CaseState.HALF_SIGNED, "propose"): CaseState.PROPOSED,
    (CaseState.STOPPED, "propose"): CaseState.PROPOSED,
    (CaseState.SNOOZED, "propose"): CaseState.SNOOZED,
    (CaseState.PROPOSED, "sign"): CaseState.HALF_SIGNED,
    (CaseState.HALF_SIGNED, "sign"): CaseState.HALF_SIGNED,
    (CaseState.HALF_SIGNED, "unsign"): CaseState.PROPOSED,
    (CaseState.PROPOSED, "approve"): CaseState.EXECUTING,
    (CaseState.HALF_SIGNED, "approve"): CaseState.EXECUTING,
    (CaseState.PROPOSED, "reject"): CaseState.OPEN,
    (CaseState.HALF_SIGNED, "reject"): CaseState.OPEN,
    (CaseState.STOPPED, "reject"): CaseState.OPEN,
    (CaseState.OPEN, "snooze"): CaseState.SNOOZED,
    (CaseState.PROPOSED, "snooze"): CaseState.SNOOZED,
    (CaseState.STOPPED, "snooze"): CaseState.SNOOZED,
    (CaseState.SNOOZED, "wake"): CaseState.OPEN,
    (CaseState.EXECUTING, "carried_out"): CaseState.DONE,
    (CaseState.EXECUTING, "wait"): CaseState.SNOOZED,
    (CaseState.EXECUTING, "stop"): CaseState.STOPPED,
    (CaseState.OPEN, "close"): CaseState.DONE,
    (CaseState.PROPOSED, "close"): CaseState.DONE,
    (CaseState.STOPPED, "close"): CaseState.DONE,
    (CaseState.SNOOZED, "close"): CaseState.DONE,
    (CaseState.DONE, "reopen"): CaseState.OPEN,
}


class Case(Base):
    """One exception. `cause` is the key it folds by ("invoice:VI-5001"): open cases are unique in it."""

    __tablename__ = "exception_case"
    entity: Mapped[Key]
    number: Mapped[Key]
    code: Mapped[Words]  # the heaviest of its findings
    cause: Mapped[Words]
    title: Mapped[Words]  # a short name for the queue
    says: Mapped[Words]  # a full sentence with the figure that matters
    state: Mapped[Words]
    owner_role: Mapped[Words]
    owner: Mapped[MaybeWords]
    severity: Mapped[Words]
    severity_says: Mapped[Words] = mapped_column(default="")  # the figures that gave it
    stake: Mapped[Money]
    currency: Mapped[Words]
    opened_at: Mapped[Moment]
    due_at: Mapped[MaybeMoment]
    snoozed_until: Mapped[MaybeMoment]
    closed_at: Mapped[MaybeMoment]
    root_cause: Mapped[Words] = mapped_column(default="")
    rank: Mapped[MaybeMoney]  # stored score, higher first; recomputed when the case changes
    rank_says: Mapped[Words] = mapped_column(default="")
    supplier: Mapped[MaybeWords]
    order: Mapped[MaybeWords]
    receipt: Mapped[MaybeWords]
    invoice: Mapped[MaybeWords]
    message: Mapped[MaybeWords]
    related: Mapped[Json] = mapped_column(default=list)  # numbers of cases set apart from the same message
    version: Mapped[Version] = mapped_column()

    __table_args__ = (
        Index(
            "uq_exception_case_open_cause", "entity", "cause", unique=True, postgresql_where=text("closed_at is null")
        ),
        Index("ix_exception_case_queue", "entity", "state", "owner_role", "due_at"),
        Index("ix_exception_case_message", "entity", "message"),
    )
    __mapper_args__ = {"version_id_col": version}


class CaseFinding(Base):
    """One thing that is wrong, under its case. A finding that no longer holds keeps its row and gets `cleared_at`."""

    __tablename__ = "case_finding"
    entity: Mapped[Key]
    case: Mapped[Key]
    seq: Mapped[Ordinal]
    code: Mapped[Words]
    subject: Mapped[Words]  # "invoice:VI-5001#2": what it is about, unique within the case and code
    headline: Mapped[Words]
    says: Mapped[Words]
    stake: Mapped[MaybeMoney]
    facts: Mapped[Json]
    found_at: Mapped[Moment]
    cleared_at: Mapped[MaybeMoment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a detector returns. `cause` decides which case it folds into; `stake` is money at risk, entity currency."""

    code: Code
    cause: str
    subject: str
    headline: str  # "120 pieces short"
    says: str  # "Line 1 billed 1,200, received 1,080"
    stake: Decimal = ZERO
    facts: dict[str, Any] = field(default_factory=dict)
    supplier: str | None = None
    order: str | None = None
    receipt: str | None = None
    invoice: str | None = None
    message: str | None = None
    anew: bool = False  # raise it although a person has closed a case over the very same before


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleared:
    """What a detector returns when something is no longer wrong: the finding of that code and subject, if it stands.
    The subject "*" means every subject, but for those in `but`."""

    code: Code
    cause: str
    subject: str
    but: tuple[str, ...] = ()


def move(case: Case, verb: str) -> None:
    """Move a case by a verb of `MOVES`. The only line that assigns `case.state` is here. Refuses what the table lacks."""
    state = MOVES.get((CaseState(case.state), verb))
    if state is None:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{verb} from {case.state}")
    case.state = state


def load(erp: "Erp", number: str) -> Case:
    """The case, locked for this transaction. Refuses an unknown number."""
    case = erp.session.get(Case, (erp.entity, number), with_for_update=True, populate_existing=True)
    if case is None:
        raise Refused(Refusal.CASE_UNKNOWN, number)
    return case


def findings(erp: "Erp", case: str, *, cleared: bool = False) -> list[CaseFinding]:
    """The findings of a case in the order they were found; only those that still hold unless `cleared`."""
    wanted = select(CaseFinding).where(CaseFinding.entity == erp.entity, CaseFinding.case == case)
    if not cleared:
        wanted = wanted.where(CaseFinding.cleared_at.is_(None))
    return list(erp.session.scalars(wanted.order_by(CaseFinding.seq)))
