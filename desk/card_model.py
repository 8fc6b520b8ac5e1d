"""What the proposal card shows, as plain data: frozen values that a template reads and that hold no rule."""

from dataclasses import dataclass, field

from core.deciding.freshness import Moved

REASONS = (
    ("wrong_action", "Wrong action"),
    ("misread", "Misread document"),
    ("wrong_amount", "Wrong amount"),
    ("handled", "Already handled"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that will happen; `letter` is the text of a mail that goes out."""

    title: str
    says: str
    amount: str
    letter: str = ""
    to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalRow:
    """One journal line it would add."""

    account: str
    debit: str
    credit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A figure before and after."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One ruling in a sentence."""

    kind: str
    says: str
    rule: str
    near_miss: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Who signed, or is missing."""

    name: str
    initials: str
    says: str
    at: str
    waiting: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Another way out, by its place."""

    place: int
    title: str
    here: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """The card. `state`: working, proposed, half_signed, executing, done, stopped, snoozed, closed."""

    case: str
    state: str
    digest: str = ""
    short: str = ""
    place: int = 1
    ways: tuple[Way, ...] = ()
    title: str = ""
    says: str = ""
    like_this: str = ""
    edited_by: str = ""
    steps: tuple[Step, ...] = ()
    journal: tuple[JournalRow, ...] = ()
    changes: tuple[Change, ...] = ()
    effects: tuple[Change, ...] = ()
    rules: tuple[Rule, ...] = ()
    needs: str = ""
    needs_kind: str = "ask"
    may_sign: bool = False
    signer_says: str = ""
    signed_by_me: bool = False
    signers: tuple[Signer, ...] = ()
    causes: tuple[tuple[str, str], ...] = ()  # the root causes of which whoever approves says one
    cause: str = ""  # the one that was said, or that the step itself shows
    cause_says: str = ""
    editable: tuple[dict[str, str], ...] = ()
    verb: str = "Approve"
    in_short: str = ""
    decided: str = ""
    made: tuple[tuple[str, str], ...] = ()
    moves: bool = False  # goes on by itself or by others: shown anew whenever something happens
    decision: str = ""
    may_undo: bool = False
    progress: tuple[tuple[str, str], ...] = ()
    note: str = ""
    note_kind: str = ""
    moved: tuple[Moved, ...] = ()
    open: str = ""  # "edit" or "reject": which form is shown
    reasons: tuple[tuple[str, str], ...] = field(default=REASONS)
