"""The intake page: is anything stuck or lost. Five counts that sum to all, one message with its parts, who needs a hand."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from core import clock, wording
from core.cases import Case
from core.erp import Actor
from core.intake.storing import store
from core.intake.tables import Message
from core.masterdata.tables import Supplier
from core.reading_wire import from_wire
from desk.document_views import FactView, TabView, facts_and_tabs
from desk.web import CheckedForm, SignedIn, User, house_of, may_open, show

router = APIRouter()

ROWS_MAX = 60
UPLOAD_MAX = 25 * 1024 * 1024
STATES = {
    "stored": ("Stored, in line", "accent"),
    "read": ("Read", "go"),
    "set_aside": ("Set aside", "ask"),
    "quarantined": ("Quarantined", "stop"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One message in the list."""

    sha256: str
    at: str
    who: str
    subject: str
    state: str
    tint: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """One message with what was read from it and what came of it."""

    sha256: str
    tabs: tuple[TabView, ...]
    facts: tuple[FactView, ...]
    checks: tuple[tuple[str, str], ...]
    story: tuple[tuple[str, str, str], ...]
    cases: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str, str], ...]
    reader: str


@router.get("/intake", response_class=HTMLResponse)
def page(request: Request, message: str = "", state: str = "", user: User = may_open("Intake")) -> HTMLResponse:
    """The intake as it is now, with one message open."""
    with house_of(request).unit() as session:
        now = clock.now(session)
        counts = dict(
            session.execute(
                select(Message.state, func.count()).where(Message.entity == user.entity).group_by(Message.state)
            ).all()
        )
        names = {s.number: s.name for s in session.scalars(select(Supplier).where(Supplier.entity == user.entity))}
        rows = _messages(session, user, state)
        chosen = session.get(Message, (user.entity, message)) if message else (rows[0] if rows else None)
        if message and chosen is None:
            raise HTTPException(404, "There is no message with this hash.")
        needs = _messages(session, user, "hand")
        view = _message(session, chosen, names) if chosen else None
        arrivals = [_arrival(row, names, now) for row in rows]
        hands = [(_arrival(row, names, now), _waits(row.arrived_at, now)) for row in needs]
    total = sum(counts.values())
    return show(
        request,
        "intake.html",
        total=total,
        counts=[(name, words, counts.get(name, 0)) for name, (words, _) in STATES.items()],
        says=_says(len(hands), total),
        arrivals=arrivals,
        message=view,
        hands=hands,
        state=state,
    )


@router.post("/intake/upload")
async def upload(request: Request, user: SignedIn, form: CheckedForm) -> Response:
    """Store what was uploaded before anything reads it; the worker reads it next."""
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if not files:
        raise HTTPException(422, "No file was chosen. Nothing was stored.")
    house = house_of(request)
    last = ""
    for file in files:
        raw = await file.read(UPLOAD_MAX + 1)
        if len(raw) > UPLOAD_MAX:
            raise HTTPException(422, f"{file.filename} is over 25 MB. Files before it were stored; this one was not.")
        with house.unit() as session:
            actor = Actor(kind="person", id=user.id)
            last = store(session, raw, entity=user.entity, name=file.filename or "upload", source="upload", actor=actor)
    return RedirectResponse(f"/intake?message={last}", 303)


def _messages(session: Session, user: User, state: str) -> list[Message]:
    query = select(Message).where(Message.entity == user.entity)
    if state == "hand":
        cases = select(Case.message).where(
            Case.entity == user.entity,
            Case.closed_at.is_(None),
            Case.code.in_(("document_unreadable", "sender_unknown")),
        )
        query = query.where(Message.sha256.in_(cases)).order_by(Message.arrived_at)
        return list(session.scalars(query.limit(ROWS_MAX)))
    if state in STATES:
        query = query.where(Message.state == state)
    return list(session.scalars(query.order_by(Message.arrived_at.desc(), Message.sha256).limit(ROWS_MAX)))


def _arrival(row: Message, names: dict[str, str], now: datetime) -> Arrival:
    words, tint = STATES.get(row.state, (row.state, ""))
    at = wording.hour(row.arrived_at) if row.arrived_at.date() == now.date() else f"{row.arrived_at:%d %b}"
    return Arrival(
        sha256=row.sha256,
        at=at,
        who=names.get(row.supplier or "") or row.sender or row.name,
        subject=row.subject or row.name,
        state=words.split(",")[0],
        tint=tint,
        says=row.says,
    )


def _message(session: Session, row: Message, names: dict[str, str]) -> MessageView:
    reading = from_wire(row.reading) if row.reading else None
    facts, tabs = facts_and_tabs(row, reading)
    cases = session.execute(
        select(Case.number, Case.title)
        .where(Case.entity == row.entity, Case.message == row.sha256)
        .order_by(Case.number)
    ).all()
    links = "; ".join(
        f"{link['ref']} {link['how']}" + (f", runner-up {link['runner_up']}" if link.get("runner_up") else "")
        for link in row.links
        if link["what"] in ("supplier", "order", "invoice")
    )
    story = [
        (
            "Stored",
            f"{row.arrived_at:%d %b %H:%M:%S}, before reading",
            f"sha256 {row.sha256[:16]}…, {row.size:,} bytes, unchanged",
        ),
        ("Read", f"{row.read_at:%d %b %H:%M:%S}" if row.read_at else "not yet", row.says),
        ("Intents", ", ".join(intent.replace("_", " ") for intent in row.intents) or "none", ""),
        ("Linked", links or "to nothing", names.get(row.supplier or "", "")),
    ]
    if row.copies > 1:
        story.append(("Copies", f"arrived {row.copies} times, kept once", ""))
    checks = [
        ("go" if check.holds else "ask", check.says)
        for document in (reading.documents if reading else ())
        for check in document.checks
    ]
    parts = [(p.path, p.state.value, p.why) for p in (reading.parts if reading else ()) if p.state.value != "read"]
    return MessageView(
        sha256=row.sha256,
        tabs=tabs,
        facts=facts,
        checks=tuple(dict.fromkeys(checks)),
        story=tuple(story),
        cases=tuple((number, title) for number, title in cases),
        parts=tuple(parts),
        reader=row.reader,
    )


def _waits(arrived: datetime, now: datetime) -> str:
    minutes = int((now - arrived).total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"


def _says(hands: int, total: int) -> str:
    need = f"{hands or 'None'} of {wording.plural(total, 'message')} {'needs' if hands == 1 else 'need'} a hand"
    return f"{need}, none is lost"
