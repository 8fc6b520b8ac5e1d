"""Proposals, signatures and decisions: what a person is shown, what she signs, and what is carried out of it.

A `Proposal` is plain data with one hash. A person approves that hash (DESIGN.md, promise 6): if the actions, the amounts,
the effects, the evidence, the policy or the rows it rests on moved, the hash is another one.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from core.canonical import digest, plain
from core.cases import Case
from core.db import Base, Json, Key, MaybeMoment, MaybeWords, Moment, Ordinal, Version, Words
from core.erp import Effect, Erp
from core.refusals import Refusal, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One step of a proposal: a core command in its wire form, and how it reads on the card."""

    command: dict[str, Any]
    title: str  # "Post invoice KF-88213, short"
    says: str = ""  # "Matched to GR-9921, due 19 Dec"
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RestsOn:
    """A row the proposal was made from, with the version it had: "purchase_order PO-40417", 7."""

    row: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A proposal before it is judged: made by code from the closed option set of the case's code.

    `option` names the way ("short_pay"); `amounts` are the figures a judge needs (names of `JudgedFacts`, exact);
    `relies_on_claim` is true when a figure comes from a document and not from the books. `editable` names the figures a
    person may change: [{"name", "label", "value", "max"}]. `balances` are for showing only and not hashed.
    """

    option: str
    title: str
    says: str
    actions: tuple[Action, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    slips_days: int = 0  # how much later than needed the goods come with this way
    waits_days: int = 0  # the way is to wait: the case sleeps for so long instead of ending
    evidence: tuple[str, ...] = ()  # sha256 of the documents it was read from
    editable: tuple[dict[str, str], ...] = ()
    score: Decimal = Decimal(0)  # order among the options of one case, higher first
    why: str = ""  # one sentence: why this way ranks here


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """A figure before and after, for showing: what we owe, received and not billed, open claims."""

    label: str
    was: Decimal
    now: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulation:
    """What carrying out would do: effects that are hashed, balances that are shown, or the refusal that stops it."""

    effects: tuple[Effect, ...] = ()
    balances: tuple[Balance, ...] = ()
    refusal: str = ""
    detail: str = ""


class Proposal(Base):
    """One version of one way out of a case. `body` is the canonical form that `digest` is over; nothing in it changes.

    `state`: proposed, superseded, rejected, approved, carried_out, stopped.
    """

    __tablename__ = "proposal"
    entity: Mapped[Key]
    case: Mapped[Key]
    version: Mapped[Ordinal]
    option: Mapped[Words]
    place: Mapped[int]  # 1 is the one shown first
    title: Mapped[Words]
    says: Mapped[Words]
    body: Mapped[Json]
    digest: Mapped[Words]
    shown: Mapped[Json]  # balances and other figures for the card, not hashed
    state: Mapped[Words]
    author: Mapped[Words]
    based_on: Mapped[int | None]  # version that a person edited
    made_at: Mapped[Moment]
    state_says: Mapped[Words] = mapped_column(default="")

    __table_args__ = (
        Index("ix_proposal_digest", "digest"),
        Index("ix_proposal_case", "entity", "case", "state"),
    )


class Signature(Base):
    """A person's yes to one hash. Withdrawn or voided signatures keep their row."""

    __tablename__ = "signature"
    entity: Mapped[Key]
    case: Mapped[Key]
    digest: Mapped[Key]
    person: Mapped[Key]
    seq: Mapped[Ordinal]
    as_role: Mapped[Words]
    signed_at: Mapped[Moment]
    root_cause: Mapped[Words] = mapped_column(default="")  # as this signer said it; empty: as it was said before
    voided_at: Mapped[MaybeMoment]
    voided_says: Mapped[Words] = mapped_column(default="")


class Decision(Base):
    """What became of a proposal: approved, rejected, held or closed, by whom, when, under which policy, and why."""

    __tablename__ = "decision"
    entity: Mapped[Key]
    number: Mapped[Key]
    case: Mapped[Words]
    digest: Mapped[Words]
    proposal_version: Mapped[int]
    verb: Mapped[Words]
    decided_by: Mapped[Words]
    as_role: Mapped[Words]
    decided_at: Mapped[Moment]
    reason: Mapped[Words] = mapped_column(default="")
    reason_code: Mapped[Words] = mapped_column(default="")
    policy_version: Mapped[Words]
    verdict: Mapped[Json]
    carried_out_at: Mapped[MaybeMoment]
    outcome: Mapped[Json | None]  # documents made, per action
    stopped_says: Mapped[MaybeWords]
    version: Mapped[Version] = mapped_column()

    __table_args__ = (Index("ix_decision_case", "entity", "case"),)
    __mapper_args__ = {"version_id_col": version}


def body_of(
    *,
    case: str,
    draft: Draft,
    effects: tuple[Effect, ...],
    rests_on: tuple[RestsOn, ...],
    policy_version: str,
    verdict: Any,
    author: str,
) -> dict[str, Any]:
    """The canonical body of a proposal: everything a person answers for, and nothing that moves by itself."""
    body: dict[str, Any] = plain(
        {
            "case": case,
            "option": draft.option,
            "title": draft.title,
            "says": draft.says,
            "actions": draft.actions,
            "amounts": draft.amounts,
            "flags": draft.flags,
            "slips_days": draft.slips_days,
            "waits_days": draft.waits_days,
            "evidence": sorted(draft.evidence),
            "editable": draft.editable,
            "effects": effects,
            "rests_on": rests_on,
            "policy_version": policy_version,
            "verdict": verdict,
            "author": author,
        }
    )
    return body


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256 over the canonical body: what a person signs."""
    return digest(body)


def effects_in(body: dict[str, Any]) -> tuple[Effect, ...]:
    """The effects of a stored proposal, typed again."""
    return tuple(Effect(**{**effect, "change": Decimal(effect["change"])}) for effect in body["effects"])


def actions_in(body: dict[str, Any]) -> tuple[Action, ...]:
    """The actions of a stored proposal, typed again."""
    return tuple(
        Action(
            command=action["command"],
            title=action["title"],
            says=action["says"],
            amount=None if action["amount"] is None else Decimal(action["amount"]),
        )
        for action in body["actions"]
    )


def standing(erp: Erp, case: Case, digest: str) -> Proposal:
    """The proposal of a case with that hash, when a person may still decide on it. Refuses any other, saying why."""
    proposal = erp.session.scalars(
        select(Proposal)
        .where(Proposal.entity == erp.entity, Proposal.case == case.number, Proposal.digest == digest)
        .order_by(Proposal.version.desc())
    ).first()
    if proposal is None:
        raise Refused(Refusal.NOT_WHAT_YOU_SAW, f"no proposal of {case.number} has this hash")
    if proposal.state in ("approved", "carried_out"):
        raise Refused(Refusal.ALREADY_DECIDED, proposal.state_says)
    if proposal.state != "proposed":
        raise Refused(Refusal.NOT_WHAT_YOU_SAW, proposal.state_says or proposal.state)
    return proposal
