"""What a judge is told and what it answers: plain frozen data, shared by the core, which asks, and policies, which answer.

Facts are attested or derived values. What only a document says is a flag that can raise scrutiny and never lower it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Protocol

from sqlalchemy.orm import Session

ZERO = Decimal(0)


class Answer(IntEnum):
    """What a rule answers. A verdict is the strictest of its rulings; silence is REFUSE."""

    ALLOW = 0
    ASK = 1
    REFUSE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedFacts:
    """Everything a rule may read. Amounts are in the entity's currency and 0 where they do not apply."""

    entity: str
    currency: str
    at: datetime
    codes: tuple[str, ...] = ()
    option: str = ""
    actions: tuple[str, ...] = ()
    severity: str = "normal"
    # money
    pays: Decimal = ZERO
    disputes: Decimal = ZERO
    credit: Decimal = ZERO
    commits: Decimal = ZERO
    freight_unplanned: Decimal = ZERO
    price_variance_pct: Decimal = ZERO
    price_variance_amount: Decimal = ZERO
    quantity_over_pct: Decimal = ZERO
    tax_difference: Decimal = ZERO
    rounding_difference: Decimal = ZERO
    writes_off: Decimal = ZERO
    stock_value: Decimal = ZERO  # what the pieces are worth that are moved, promised otherwise or no longer kept
    dearer_by: Decimal = ZERO  # what goods cost us more than those they stand in for at the same price
    against_priority: bool = False  # pieces of a customer of a better tier would go to one of a lower
    need_by_slips_days: int = 0
    # parties
    supplier: str = ""
    item_class: str = ""
    supplier_known: bool = False
    on_contract: bool = False
    supplier_at_risk: bool = False
    prepayment_terms: bool = False
    sender_known: bool = False
    sender_authenticated: bool | None = None
    sender_doubtful: bool = (
        False  # looks like somebody else, failed authentication, or a stranger who wants money elsewhere
    )
    # scrutiny
    new_payee: bool = False
    touches_bank_details: bool = False
    edited: bool = False
    relies_on_claim: bool = False
    hidden_text: bool = False
    injection_suspected: bool = False
    currency_differs: bool = False
    readable: bool = True
    duplicates_suspected: bool = False
    # people, by id
    placed_by: tuple[str, ...] = ()
    requested_by: tuple[str, ...] = ()
    drafted_by: tuple[str, ...] = ()  # whose figures an edit was made from
    edited_by: str = ""
    master_data_editors: tuple[str, ...] = ()
    counted_by: tuple[str, ...] = ()  # whose count is in question
    signed_by: tuple[str, ...] = ()
    decided_by: tuple[tuple[str, ...], ...] = ()  # of an undo: the groups of roles that what is undone needed
    orders: tuple[str, ...] = ()  # numbers, for the sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What one rule answered, and why, in one sentence with the figures."""

    rule: str
    answer: Answer
    says: str
    version: str = ""
    row: int | None = None
    groups: tuple[tuple[str, ...], ...] = ()  # acceptable roles for each signature it asks for
    near_miss: str = ""  # the nearest other row: "0.1 points more is row 5"
    within: timedelta | None = None  # how soon, where the row says it


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The strictest of all rulings. `approvers` has one group of roles for each signature that is needed."""

    answer: Answer
    rulings: tuple[Ruling, ...]
    approvers: tuple[tuple[str, ...], ...] = ()
    due_within: timedelta = timedelta(hours=8)
    policy_version: str = ""
    auto: bool = False
    sampled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegated:
    """A role somebody holds for another person for a while, up to that person's own limit."""

    by: str
    role: str
    starts_at: datetime
    ends_at: datetime
    by_name: str = ""  # for the sentences; the id stands in where it is empty
    limit: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may sign: roles held, the amount limit of each (None: no limit of its own), and delegations."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    limits: Mapping[str, Decimal | None] = field(default_factory=dict)
    delegations: tuple[Delegated, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A signature that stands."""

    person: str
    as_role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """May this person sign, in which role, and by which rule not. `says` is a sentence either way.

    `rule` is duties, refused, role or limit; `duty` names which of the duties.
    """

    allowed: bool
    says: str
    as_role: str = ""
    rule: str = ""
    duty: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AtRisk:
    """What a case puts at risk. Amounts in the entity's currency; `days_of_cover` is None where stock is not the matter."""

    currency: str
    codes: tuple[str, ...] = ()
    money: Decimal = ZERO
    penalty: Decimal = ZERO  # what a contract makes us pay
    customer_tier: str = ""  # "strategic", "contract", "internal" or nothing
    item_class: str = ""
    slips_days: int = 0
    days_of_cover: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands, because the supplier or a customer has to answer. Open while `ends_at` is None."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgency:
    """How severe a case is, with the figures that gave it, and when a decision is due."""

    severity: str
    says: str
    due_at: datetime


class Judge(Protocol):
    """Policy as the core sees it. A desk without a judge refuses every decision."""

    def judge(self, facts: JudgedFacts) -> Verdict:
        """Judge a proposal by its facts."""
        ...

    def may_sign(self, facts: JudgedFacts, verdict: Verdict, person: Person, signed: Sequence[Signed]) -> Permission:
        """May this person sign now, after these others?"""
        ...

    def missing(self, facts: JudgedFacts, verdict: Verdict, signed: Sequence[Signed]) -> tuple[tuple[str, ...], ...]:
        """The groups of roles of which a signature is still missing."""
        ...

    def tolerance(self, table: str, facts: JudgedFacts) -> Ruling:
        """What one tolerance table says, apart from everything else. A table that does not speak refuses."""
        ...

    def urgency(self, risk: AtRisk, opened_at: datetime, paused: Sequence[Pause], *, now: datetime) -> Urgency:
        """How severe a case is by what it puts at risk, and when it is due."""
        ...


def judge_in(session: Session) -> Judge | None:
    """The judge of this session, None when no policy is loaded."""
    judge: Judge | None = session.info.get("judge")
    return judge
