"""The intake as plain data: where every message is, one of them with what was read and what came of it, and who waits for
a hand. The five counts are taken over the same rows, so that their sum is all that ever arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.intake.tables import Message
from core.masterdata.tables import Supplier
from core.reading_wire import from_wire
from desk.document_views import FactView, TabView, facts_and_tabs
from desk.inbox_views import span as time_span
from desk.web import User
from desk.wording import capital, count_words

ROWS_MAX = 14
HANDS_MAX = 60
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
class Happened:
    """One line of what happened to a message."""

    label: str
    words: str
    small: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agrees:
    """One cross-check of the reader: holds (go) or is to be looked at (ask)."""

    kind: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """One message: its documents and facts, the reader's checks, its story, and what may be done with it."""

    sha256: str
    tabs: tuple[TabView, ...]
    facts: tuple[FactView, ...]
    agree: tuple[Agrees, ...]
    story: tuple[Happened, ...]
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


def build(session: Session, user: User, chosen: str, state: str, page: int, now: datetime) -> Intake | None:
    """The page as it is now; None when the chosen message is not there. Its list begins `page` lists back."""
    waiting = _in_line(session, user)
    listed = _listed(session, user, state, page, waiting)
    rows = listed[:ROWS_MAX]
    row = session.get(Message, (user.entity, chosen)) if chosen else (rows[0] if rows else None)
    if chosen and row is None:
        return None
    hands = _hands(session, user, waiting, now)
    counts = _counts(session, user, waiting, now)
    total = sum(count.number for count in counts)
    return Intake(
        says=_says(len(hands), total),
        total=total,
        counts=counts,
        arrivals=tuple(_arrivals(session, user, rows, waiting, now)),
        message=_message(session, user, row, waiting) if row else None,
        hands=hands,
        over=sum(1 for hand in hands if hand.late),
        state=state,
        page=page,
        older=len(listed) > ROWS_MAX,
    )


def _in_line(session: Session, user: User) -> dict[str, str]:
    """The messages whose reading is queued or going on, each with "todo" or "doing"."""
    jobs = session.execute(
        text(
            "select args->>'message', max(status::text) from procrastinate_jobs where task_name = 'read_message'"
            " and status in ('todo', 'doing') and args->>'entity' = :entity group by 1"
        ),
        {"entity": user.entity},
    )
    return {str(message): str(status) for message, status in jobs}


def _state(row: Message, waiting: Mapping[str, str]) -> str:
    if row.state != "stored":
        return row.state
    return {"doing": "reading", "todo": "stored"}.get(waiting.get(row.sha256, ""), "stuck")


def _counts(session: Session, user: User, waiting: Mapping[str, str], now: datetime) -> tuple[Count, ...]:
    kept = dict(
        session.execute(
            select(Message.state, func.count()).where(Message.entity == user.entity).group_by(Message.state)
        ).all()
    )
    stored = session.execute(
        select(Message.sha256, Message.arrived_at).where(Message.entity == user.entity, Message.state == "stored")
    ).all()
    doing = [sha for sha, _ in stored if waiting.get(sha) == "doing"]
    lost = [sha for sha, _ in stored if sha not in waiting]
    oldest = min((at for _, at in stored), default=None)
    raised = session.execute(
        select(func.count())
        .select_from(Message)
        .where(
            Message.entity == user.entity,
            Message.state == "read",
            exists().where(
                Case.entity == Message.entity, Case.message == Message.sha256, Case.code != "invoice_matched"
            ),
        )
    ).scalar_one()
    read = kept.get("read", 0)
    says = {
        "stored": (f"{len(lost)} stuck", "bad")
        if lost
        else (f"oldest {_ago(now, oldest)}" if oldest else "none waits", ""),
        "reading": ("each in a process of its own", ""),
        "read": (f"{raised} raised a case, {read - raised} did not", "fine"),
        "set_aside": ("each with its reason", "held"),
        "quarantined": ("not for opening", "bad"),
    }
    numbers = {**kept, "stored": len(stored) - len(doing), "reading": len(doing)}
    return tuple(
        Count(state=name, title=STATES[name][0], number=numbers.get(name, 0), says=words, kind=kind)
        for name, (words, kind) in says.items()
    )


def _listed(session: Session, user: User, state: str, page: int, waiting: Mapping[str, str]) -> Sequence[Message]:
    """The messages of one list, and one more where there are older ones."""
    query = select(Message).where(Message.entity == user.entity)
    if state == "reading":
        query = query.where(Message.sha256.in_([sha for sha, status in waiting.items() if status == "doing"]))
    elif state in STATES:
        query = query.where(Message.state == state)
    newest = query.order_by(Message.arrived_at.desc(), Message.sha256)
    return session.scalars(newest.offset((page - 1) * ROWS_MAX).limit(ROWS_MAX + 1)).all()


def _arrivals(
    session: Session, user: User, rows: Sequence[Message], waiting: Mapping[str, str], now: datetime
) -> list[Arrival]:
    names = dict(
        session.execute(
            select(Supplier.number, Supplier.name).where(
                Supplier.entity == user.entity, Supplier.number.in_({row.supplier for row in rows if row.supplier})
            )
        ).all()
    )
    cases: dict[str, list[str]] = {}
    for message, number in session.execute(
        select(Case.message, Case.number)
        .where(
            Case.entity == user.entity,
            Case.message.in_([row.sha256 for row in rows]),
            Case.code != "invoice_matched",
        )
        .order_by(Case.number)
    ):
        cases.setdefault(str(message), []).append(number)
    return [_arrival(row, names, cases.get(row.sha256, []), waiting, now) for row in rows]


def _arrival(
    row: Message, names: Mapping[str, str], cases: list[str], waiting: Mapping[str, str], now: datetime
) -> Arrival:
    state = _state(row, waiting)
    title, tint, icon = STATES[state]
    at = (
        wording.hour(row.arrived_at)
        if row.arrived_at.date() == now.date()
        else f"{row.arrived_at.day} {row.arrived_at:%b}"
    )
    said = {
        "read": ", ".join(cases) or "no exception",
        "set_aside": ", ".join(cases) or _intents(row),
        "stored": "in line",
        "stuck": "nothing is reading it",
    }
    return Arrival(
        sha256=row.sha256,
        at=at,
        who=names.get(row.supplier or "") or row.sender or row.name,
        subject=row.subject or row.name,
        state=title.split(",")[0],
        tint=tint,
        icon=icon,
        says=said.get(state, ", ".join(cases)),
    )


def _intents(row: Message) -> str:
    """What a message is after, in words: "out of office", "invoice enclosed, price change"."""
    return ", ".join("nothing for the books" if one == "other" else str(one).replace("_", " ") for one in row.intents)


def _hands(session: Session, user: User, waiting: Mapping[str, str], now: datetime) -> tuple[Hand, ...]:
    """The messages with an open case about the message itself, and those that are stuck; the oldest first."""
    found = session.execute(
        select(Message, Case)
        .join(Case, (Case.entity == Message.entity) & (Case.message == Message.sha256))
        .where(Message.entity == user.entity, Case.closed_at.is_(None), Case.code.in_(HAND))
        .order_by(Message.arrived_at, Case.number)
        .limit(HANDS_MAX)
    ).all()
    stuck = session.scalars(
        select(Message)
        .where(Message.entity == user.entity, Message.state == "stored", Message.sha256.not_in(list(waiting)))
        .order_by(Message.arrived_at)
        .limit(HANDS_MAX)
    ).all()
    rows = [(message, case) for message, case in found] + [(message, None) for message in stuck]
    arrivals = _arrivals(session, user, [message for message, _ in rows], waiting, now)
    return tuple(
        Hand(
            arrival=arrival,
            waits=_ago(now, message.arrived_at),
            late=case is None or bool(case.due_at and case.due_at < now),
            why=message.says if case else "Nothing is in line to read it",
            case=case.number if case else "",
        )
        for arrival, (message, case) in zip(arrivals, rows, strict=True)
    )


def _message(session: Session, user: User, row: Message, waiting: Mapping[str, str]) -> MessageView:
    reading = from_wire(row.reading) if row.reading else None
    facts, tabs = facts_and_tabs(row, reading)
    checks = [
        Agrees(kind="go" if check.holds else "ask", says=capital(check.says))
        for document in (reading.documents if reading else ())
        for check in document.checks
    ]
    state = _state(row, waiting)
    return MessageView(
        sha256=row.sha256,
        tabs=tabs,
        facts=facts,
        agree=tuple(dict.fromkeys(checks)),
        story=tuple(_story(session, user, row)),
        reader=row.reader,
        may_read_again=state in ("set_aside", "quarantined", "stuck"),
        may_set_aside=state in ("set_aside", "quarantined") and _has_case(session, row),
    )


def _has_case(session: Session, row: Message) -> bool:
    wanted = select(Case.number).where(
        Case.entity == row.entity, Case.message == row.sha256, Case.closed_at.is_(None), Case.code.in_(HAND)
    )
    return session.scalars(wanted.limit(1)).first() is not None


def _story(session: Session, user: User, row: Message) -> list[Happened]:
    hostile = row.state == "quarantined"
    story = [
        Happened(
            label="Stored",
            words=f"{row.arrived_at:%d %b %H:%M:%S}, before reading",
            small=f"sha256 {row.sha256[:12]}…{row.sha256[-4:]}, {row.size:,} bytes, unchanged",
            link="" if hostile else f"/intake/{row.sha256}/original",
        ),
        Happened(label="Read", words=f"{row.read_at:%d %b %H:%M:%S}" if row.read_at else "not yet", small=row.says),
    ]
    if row.intents:
        story.append(Happened(label="Wants", words=capital(_intents(row))))
    if linked := _linked(session, row):
        story.append(Happened(label="Linked", words=linked))
    if row.copies > 1:
        story.append(Happened(label="Copies", words=f"Arrived {row.copies} times, kept once"))
    for number, title, code in session.execute(
        select(Case.number, Case.title, Case.code)
        .where(Case.entity == user.entity, Case.message == row.sha256)
        .order_by(Case.number)
    ):
        label = "Settled" if code == "invoice_matched" else "Raised"
        story.append(Happened(label=label, words=number, small=title, link=f"/cases/{number}"))
    reading = from_wire(row.reading) if row.reading else None
    for part in reading.parts if reading else ():
        if part.state.value != "read":
            words = f"{part.name or part.path}, {part.state.value.replace('_', ' ')}"
            story.append(Happened(label="Part", words=words, small=part.why))
    return story


def _linked(session: Session, row: Message) -> str:
    """What it was linked to, how, and what came second."""
    links = [link for link in row.links if link["what"] in ("supplier", "order", "order_candidate", "invoice")]
    names = dict(
        session.execute(
            select(Supplier.number, Supplier.name).where(
                Supplier.entity == row.entity, Supplier.number.in_({str(link["ref"]) for link in links})
            )
        ).all()
    )
    ways: dict[str, list[str]] = {}
    for link in links:
        how = f"{link['how']}, then {link['runner_up']}" if link.get("runner_up") else str(link["how"])
        ways.setdefault(str(names.get(str(link["ref"]), link["ref"])), []).append(how)
    return "; ".join(f"{name} {wording.listed(sorted(set(hows)))}" for name, hows in sorted(ways.items()))


def _says(hands: int, total: int) -> str:
    count = count_words(hands) if hands else "None"
    messages = "message needs" if total == 1 else f"messages {'needs' if hands == 1 else 'need'}"
    return f"{count} of {total:,} {messages} a hand, none is lost"


def _ago(now: datetime, then: datetime) -> str:
    seconds = int((now - then).total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d}" if 0 < hours < 48 else time_span(now - then)
