"""The intake as plain data: where every message is, one of them with what was read and what came of it, and who waits for
a hand. The five counts are taken over the same rows, so that their sum is all that ever arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.intake.tables import Message
from core.masterdata.tables import Supplier
from desk.inbox_views import span as time_span
from desk.intake_mailboxes import mailboxes
from desk.intake_message import intents_of, message_view, state_of
from desk.intake_model import HAND, STATES, Arrival, Count, Hand, Intake
from desk.web import User
from desk.wording import count_words

ROWS_MAX = 14
HANDS_MAX = 60


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
        message=message_view(session, user, row, waiting) if row else None,
        hands=hands,
        over=sum(1 for hand in hands if hand.late),
        state=state,
        page=page,
        older=len(listed) > ROWS_MAX,
        mailboxes=mailboxes(session, user.entity, now),
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
    state = state_of(row, waiting)
    title, tint, icon = STATES[state]
    at = (
        wording.hour(row.arrived_at)
        if row.arrived_at.date() == now.date()
        else f"{row.arrived_at.day} {row.arrived_at:%b}"
    )
    said = {
        "read": ", ".join(cases) or "no exception",
        "set_aside": ", ".join(cases) or intents_of(row),
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
