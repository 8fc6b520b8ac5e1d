"""What stands under the headline of a case, and of it the letters: what was not delivered, and what was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.intake.letters import HEADLINES, letter_cause
from core.intake.tables import Message, OutgoingMessage
from desk.document_views import Segment, TabView

ANSWERS_MAX = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingView:
    """One card under the headline. `kind` is ask, stop or go; `link` names a case set apart."""

    headline: str
    amount: str
    says: str
    kind: str = "ask"
    link: str = ""
    href: str = ""  # where `link` leads, when that is no case


def mail_of(session: Session, case: Case, now: datetime) -> tuple[FindingView, ...]:
    """The letters of a case that did not get through, and the answers that came."""
    lost = [
        FindingView(headline=headline, amount="", says=says, kind="stop", link=about)
        for headline, says, about in _letters_of(session, case)
    ]
    came = [
        FindingView(
            headline="An answer came",
            amount="",
            says=f"{who}: {what}",
            kind="go",
            link="open",
            href=f"/intake?message={sha}",
        )
        for who, what, sha in _answers_to(session, case, now)
    ]
    return (*lost, *came)


def _letters_of(session: Session, case: Case) -> list[tuple[str, str, str]]:
    """The letters of a case that did not get through: headline, sentence, and the case about it."""
    rows = session.scalars(
        select(OutgoingMessage)
        .where(
            OutgoingMessage.entity == case.entity,
            OutgoingMessage.case == case.number,
            OutgoingMessage.state.in_(tuple(HEADLINES)),
        )
        .order_by(OutgoingMessage.number)
    ).all()
    found = []
    for row in rows:
        wanted = (Case.entity == case.entity, Case.cause == letter_cause(row.number), Case.closed_at.is_(None))
        about = session.scalars(select(Case.number).where(*wanted)).first() or ""
        found.append((HEADLINES[row.state], f"“{row.subject}” to {row.recipient}: {row.why}", about))
    return found


def _answers_to(session: Session, case: Case, now: datetime) -> list[tuple[str, str, str]]:
    """The messages that answer letters of a case, the newest first: who and when, what about, and the message's hash."""
    rows = session.scalars(
        select(Message)
        .where(Message.entity == case.entity, Message.answers == case.number)
        .order_by(Message.arrived_at.desc(), Message.sha256)
        .limit(ANSWERS_MAX)
    ).all()
    return [
        (
            f"{row.sender or row.name}, {_when(row.arrived_at, now)}",
            row.subject or "without a subject",
            row.sha256,
        )
        for row in rows
    ]


def _when(at: datetime, now: datetime) -> str:
    return wording.hour(at) if at.date() == now.date() else f"{at.day} {at:%b} {wording.hour(at)}"


def letter_tabs(session: Session, case: Case) -> tuple[TabView, ...]:
    """Our own letter, where the case is about one that did not get through."""
    number = case.cause.removeprefix("letter:")
    letter = session.get(OutgoingMessage, (case.entity, number)) if number != case.cause else None
    if letter is None:
        return ()
    head = (
        ("To", f"{letter.recipient_name} <{letter.recipient}>" if letter.recipient_name else letter.recipient),
        ("Written for", letter.case),
        ("Subject", letter.subject),
        ("Message-ID", letter.message_id or "none yet"),
    )
    paragraphs = tuple((Segment(text=one),) for one in letter.body.split("\n\n") if one.strip())
    return (TabView(id="letter", icon="mail", title="Our letter", kind="mail", head=head, paragraphs=paragraphs),)
