"""One message of the intake as plain data: its documents and facts, the checks of its reader, and what came of it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.intake.tables import Message
from core.masterdata.tables import Supplier
from core.reading_wire import from_wire
from desk.document_views import facts_and_tabs
from desk.intake_model import HAND, Agrees, MessageView
from desk.web import Said, User
from desk.wording import capital


def state_of(row: Message, waiting: Mapping[str, str]) -> str:
    """Where a message is (a key of `STATES`); `waiting` are the messages with a reading in line."""
    if row.state != "stored":
        return row.state
    return {"doing": "reading", "todo": "stored"}.get(waiting.get(row.sha256, ""), "stuck")


def intents_of(row: Message) -> str:
    """What a message is after, in words: "out of office", "invoice enclosed, price change"."""
    return ", ".join("nothing for the books" if one == "other" else str(one).replace("_", " ") for one in row.intents)


def message_view(session: Session, user: User, row: Message, waiting: Mapping[str, str]) -> MessageView:
    """One message for its page: facts by place, the reader's checks, and its story."""
    reading = from_wire(row.reading) if row.reading else None
    facts, tabs = facts_and_tabs(row, reading)
    checks = [
        Agrees(kind="go" if check.holds else "note" if check.warning else "ask", says=capital(check.says))
        for document in (reading.documents if reading else ())
        for check in document.checks
    ]
    state = state_of(row, waiting)
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


def _story(session: Session, user: User, row: Message) -> list[Said]:
    hostile = row.state == "quarantined"
    story = [
        Said(
            label="Stored",
            words=f"{row.arrived_at:%d %b %H:%M:%S}, before reading",
            small=f"sha256 {row.sha256[:12]}…{row.sha256[-4:]}, {row.size:,} bytes, unchanged",
            link="" if hostile else f"/intake/{row.sha256}/original",
        ),
        Said(label="Read", words=f"{row.read_at:%d %b %H:%M:%S}" if row.read_at else "not yet", small=row.says),
    ]
    if row.intents:
        story.append(Said(label="Wants", words=capital(intents_of(row))))
    if linked := _linked(session, row):
        story.append(Said(label="Linked", words=linked))
    if row.answers:
        story.append(Said(label="Answers", words=row.answers, small="By its thread", link=f"/cases/{row.answers}"))
    if row.copies > 1:
        story.append(Said(label="Copies", words=f"Arrived {row.copies} times, kept once"))
    for number, title, code in session.execute(
        select(Case.number, Case.title, Case.code)
        .where(Case.entity == user.entity, Case.message == row.sha256)
        .order_by(Case.number)
    ):
        label = "Settled" if code == "invoice_matched" else "Raised"
        story.append(Said(label=label, words=number, small=title, link=f"/cases/{number}"))
    reading = from_wire(row.reading) if row.reading else None
    for part in reading.parts if reading else ():
        if part.state.value != "read":
            words = f"{part.name or part.path}, {part.state.value.replace('_', ' ')}"
            story.append(Said(label="Part", words=words, small=part.why))
    return story


def _linked(session: Session, row: Message) -> str:
    """What it was linked to, how, and what came second."""
    links = [
        link for link in row.links if link["what"] in ("supplier", "order", "order_candidate", "receipt", "invoice")
    ]
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
