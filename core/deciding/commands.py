"""Commands on cases and proposals. Everything a person does at the desk is one of these."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command
from core.deciding.proposals import Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordProposals(Command):
    """Put drafts before people: simulated, judged and hashed here, in order of place. Earlier open proposals of the case
    are superseded and their signatures void. What policy allows without a person is decided by the rule at once."""

    case: str
    drafts: tuple[Draft, ...]
    author: str  # "propose/rules v1": who drafted
    rank: Decimal = Decimal(0)
    rank_says: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EditProposal(Command):
    """A person's own version: the same option with other figures, drafted anew by code. Judged again, signed anew."""

    case: str
    based_on: str  # digest of the version that was edited
    draft: Draft
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Approve(Command):
    """Sign exactly this hash. The last needed signature approves, and queues the carrying out. `root_cause`: why it came
    to this, from the list of the case's code. What the first signer says stands unless a later one says another; each
    one's word is kept."""

    case: str
    digest: str
    person: str
    root_cause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeBack(Command):
    """Withdraw one's own signature before the last one is given."""

    case: str
    digest: str
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject(Command):
    """Say no with a reason. The agent may try once more; `reason_code`: wrong_action, misread, wrong_amount, handled."""

    case: str
    digest: str
    person: str
    reason_code: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Snooze(Command):
    """Put a case away until a moment. Its clock goes on."""

    case: str
    person: str
    until: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wake(Command):
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeCase(Command):
    """Take a case as its owner."""

    case: str
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseCase(Command):
    """Close without carrying anything out: already handled, not an exception. The root cause is required."""

    case: str
    person: str
    root_cause: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarryOut(Command):
    """Carry out an approved decision: simulate again, compare with what was approved, then do it. Called by the worker."""

    decision: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoDecision(Command):
    """Sign for taking back what a decision did. The last signature needed posts the mirror of every entry it made,
    withdraws its claims and reopens its case. It takes the signatures the decision itself took."""

    decision: str
    person: str
    reason: str
