"""What the intake page shows, as plain data: counts, arrivals, one message with its story, and who waits for a hand."""

from dataclasses import dataclass

from desk.document_views import FactView, TabView
from desk.intake_mailboxes import MailboxView
from desk.web import Said

HAND = ("document_unreadable", "sender_unknown")
STATES = {
    "stored": ("Stored, in line", "", "mail"),
    "reading": ("Reading", "accent", "clock"),
    "read": ("Read", "go", "check"),
    "set_aside": ("Set aside", "ask", "ask"),
    "quarantined": ("Quarantined", "stop", "stop"),
    "stuck": ("Stuck", "stop", "stop"),
}
"""Where a message can be, as it is called, with its colour and icon. `stuck` is stored with nothing in line to read it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many messages are in a state, and what is worth saying of them."""

    state: str
    title: str
    number: int
    says: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One message in a list."""

    sha256: str
    at: str
    who: str
    subject: str
    state: str
    tint: str
    icon: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """One message a person must look at, how long it waits, and the case about it."""

    arrival: Arrival
    waits: str
    late: bool
    why: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Agrees:
    """One cross-check of the reader: holds (go), is to be looked at (ask), or only says so (note)."""

    kind: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """One message: its documents and facts, the reader's checks, its story, and what may be done with it."""

    sha256: str
    tabs: tuple[TabView, ...]
    facts: tuple[FactView, ...]
    agree: tuple[Agrees, ...]
    story: tuple[Said, ...]
    reader: str
    may_read_again: bool
    may_set_aside: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """The page."""

    says: str
    total: int
    counts: tuple[Count, ...]
    arrivals: tuple[Arrival, ...]
    message: MessageView | None
    hands: tuple[Hand, ...]
    over: int
    state: str
    page: int
    older: bool
    mailboxes: tuple[MailboxView, ...] = ()
