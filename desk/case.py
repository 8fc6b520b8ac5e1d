"""The case page and what a person does on it: approve, edit, reject, hold, close, take back, undo.

Every answer is the card as it is now. A refusal is a 409 with the reason; when the books moved, with a fresh card that
shows what changed since the person looked.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from agents.models.rules import Rules
from agents.read.country import Home
from agents.steps import edit_of, proposals_of
from agents.views import DatabaseTools
from core import audit, clock, door
from core.audit import AuditEntry
from core.canonical import digest as digest_of
from core.cases import Case
from core.command import Command, to_wire
from core.deciding.commands import Approve, CloseCase, Reject, Snooze, TakeBack, TakeCase, UndoDecision
from core.deciding.freshness import Moved, differences
from core.deciding.proposals import Proposal
from core.erp import Actor, Because
from core.refusals import Refusal, Refused
from core.simulation import Simulated
from desk.card_model import Card
from desk.card_views import card
from desk.case_views import case_view
from desk.inbox import queue as queue_of
from desk.inbox_queries import count_needs, half_signed
from desk.people_words import refusal_in_words
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, remember, show, text_in

router = APIRouter()

STALE = (Refusal.BOOKS_MOVED, Refusal.POLICY_MOVED, Refusal.NOT_WHAT_YOU_SAW)
HOLDS = {"1": timedelta(hours=4), "2": timedelta(days=1), "3": timedelta(days=3)}
ADVISER = Actor(kind="system", id="adviser")


@router.get("/cases/{number}", response_class=HTMLResponse)
def page(request: Request, number: str, way: int = 1, form: str = "", user: User = may_open("Case")) -> Response:
    """The whole page; for htmx the card alone."""
    with house_of(request).unit() as session:
        remember(session)
        case = _case(session, user, number)
        shown = card(session, case, user, place=way, opened=form if form in ("edit", "reject", "hold") else "")
        if is_fragment(request):
            return show(request, "_proposal.html", card=shown)
        _note_seen(session, case, shown, user)
        view = case_view(session, case, clock.now(session))
        queue = queue_of(session, user)
    return show(request, "case.html", case=view, card=shown, inbox=queue)


@router.post("/cases/{number}/approve", response_class=HTMLResponse)
def approve(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Sign exactly the hash that was on the card."""
    seen = text_in(form, "digest")
    cause = text_in(form, "root_cause")
    command = Approve(entity=user.entity, case=number, digest=seen, person=user.id, root_cause=cause)
    return _act(request, user, number, command, form)


@router.post("/cases/{number}/take-back", response_class=HTMLResponse)
def take_back(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Withdraw one's own signature."""
    command = TakeBack(entity=user.entity, case=number, digest=text_in(form, "digest"), person=user.id)
    return _act(request, user, number, command, form)


@router.post("/cases/{number}/reject", response_class=HTMLResponse)
def reject(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Send back with a reason, or close the case with it."""
    reason = text_in(form, "reason")
    if text_in(form, "verb") == "close":
        code = text_in(form, "reason_code") or "handled"
        closing = CloseCase(entity=user.entity, case=number, person=user.id, root_cause=code, reason=reason)
        return _act(request, user, number, closing, form)
    command = Reject(
        entity=user.entity,
        case=number,
        digest=text_in(form, "digest"),
        person=user.id,
        reason_code=text_in(form, "reason_code"),
        reason=reason,
    )
    return _act(request, user, number, command, form)


@router.post("/cases/{number}/hold", response_class=HTMLResponse)
def hold(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Put the case away for a while."""
    with house_of(request).unit() as session:
        until = clock.now(session) + HOLDS.get(text_in(form, "for"), HOLDS["2"])
    command = Snooze(entity=user.entity, case=number, person=user.id, until=until, reason=text_in(form, "reason"))
    return _act(request, user, number, command, form)


@router.post("/cases/{number}/take", response_class=HTMLResponse)
def take(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Become the owner of a case."""
    return _act(request, user, number, TakeCase(entity=user.entity, case=number, person=user.id), form)


@router.post("/cases/{number}/undo", response_class=HTMLResponse)
def undo(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """Post the mirror of what was decided, and reopen the case."""
    reason = text_in(form, "reason") or "undone at the desk"
    command = UndoDecision(entity=user.entity, decision=text_in(form, "decision"), person=user.id, reason=reason)
    return _act(request, user, number, command, form)


@router.post("/cases/{number}/edit", response_class=HTMLResponse)
def edit(request: Request, number: str, form: CheckedForm, user: User = may_open("Inbox")) -> Response:
    """A person's own figures: drafted anew by code, judged again, to be signed by somebody else where policy says so."""
    based_on = text_in(form, "digest")
    figures = {k: str(v).replace(",", "") for k, v in form.items() if k.startswith(("quantity.", "price."))}
    try:
        with house_of(request).unit() as session:
            base = session.query(Proposal).filter_by(entity=user.entity, case=number, digest=based_on).first()
            if base is None:
                raise Refused(Refusal.NOT_WHAT_YOU_SAW, "the proposal is not there any more")
            command = edit_of(
                user.entity,
                number,
                based_on=based_on,
                option=base.option,
                figures=figures,
                person=user.id,
                tools=_tools(session, user.entity),
            )
    except Refused as refusal:
        return _refused(request, user, number, refusal, based_on)
    except ArithmeticError:
        return _answer(
            request, user, number, 422, note="A figure could not be read. Write 1080 or 0.42.", note_kind="stop"
        )
    if command is None:
        return _answer(request, user, number, 422, note="This way has no figures to edit.", note_kind="stop")
    return _act(request, user, number, command, form)


def fresh_proposals(session: Session, user_entity: str, number: str) -> None:
    """Work a case out anew, here and now: what a person just saw is no longer so."""
    command = proposals_of(user_entity, number, _tools(session, user_entity))
    row = session.get(Case, (user_entity, number))
    version = row.version if row else 0
    key = f"refresh:{number}:{version}:{digest_of(to_wire(command))[:16]}"
    door.execute(session, command, actor=ADVISER, key=key, because=Because(case=number))


def _act(request: Request, user: User, number: str, command: Command, form: FormData) -> Response:
    """Carry out what a person decided, under an idempotency key of the form, and show the card that came of it."""
    key = text_in(form, "key") or digest_of(to_wire(command))
    try:
        with house_of(request).unit() as session:
            _case(session, user, number)
            actor = Actor(kind="person", id=user.id)
            seen = text_in(form, "digest") or None
            door.execute(
                session, command, actor=actor, key=f"{user.id}:{key}", because=Because(case=number, proposal=seen)
            )
    except Refused as refusal:
        return _refused(request, user, number, refusal, text_in(form, "digest"))
    return _answer(request, user, number)


def _refused(request: Request, user: User, number: str, refusal: Refused, seen: str) -> Response:
    """409: say why; when what was seen is stale, work it out anew and show what changed."""
    house = house_of(request)
    moved: tuple[Moved, ...] = ()
    with house.unit() as session:
        case = _case(session, user, number)
        says = f"{refusal.code}: {refusal.detail}"
        entry = AuditEntry(
            entity=user.entity,
            at=clock.now(session),
            actor=user.id,
            actor_kind="person",
            kind="refused",
            subject=f"case {number}",
            case=number,
            says=says,
            body={"seen": seen},
        )
        audit.record(session, entry)
        if refusal.code in STALE:
            old = session.query(Proposal).filter_by(entity=user.entity, case=number, digest=seen).first()
            option, before = (old.option, dict(old.body)) if old else ("", {})
            try:
                fresh_proposals(session, user.entity, number)
            except Refused:
                before = {}
            moved = _what_moved(session, case, option, before)
    note = refusal_in_words(refusal)
    return _answer(request, user, number, 409, note=note, note_kind="ask", moved=moved)


def _what_moved(session: Session, case: Case, option: str, before: dict[str, Any]) -> tuple[Moved, ...]:
    """What is different on the fresh card of the same way: amounts first, then effects."""
    new = (
        session.query(Proposal).filter_by(entity=case.entity, case=case.number, option=option, state="proposed").first()
    )
    if new is None or not before:
        return ()
    after = new.body
    labels = {"pays": "Pay", "disputes": "Claim", "credit": "Credit", "commits": "Order more"}
    figures = [
        Moved(what=label, was=before["amounts"].get(name, "0"), now=after["amounts"].get(name, "0"))
        for name, label in labels.items()
        if before["amounts"].get(name, "0") != after["amounts"].get(name, "0")
    ]
    rows = {row["row"]: row["version"] for row in before["rests_on"]}
    changed = [
        Moved(what=row["row"].replace("_", " "), was="", now="changed")
        for row in after["rests_on"]
        if rows.get(row["row"]) != row["version"]
    ]
    return (*figures, *changed, *differences(before["effects"], after["effects"]))[:8]


def _answer(request: Request, user: User, number: str, status: int = 200, **extra: Any) -> Response:
    """The card as it is now: alone for htmx, on its page otherwise."""
    with house_of(request).unit() as session:
        case = _case(session, user, number)
        shown = card(session, case, user, **extra)
        if not is_fragment(request):
            if status == 200:
                return RedirectResponse(f"/cases/{number}", 303)
            view = case_view(session, case, clock.now(session))
            queue = queue_of(session, user)
            return show(request, "case.html", status, case=view, card=shown, inbox=queue)
        needs = count_needs(session, user, half_signed(session, user))
    return show(request, "_decided.html", status, card=shown, needs=needs)


def _case(session: Session, user: User, number: str) -> Case:
    case = session.get(Case, (user.entity, number))
    if case is None:
        raise HTTPException(404, f"There is no case {number} in {user.entity}.")
    return case


def _tools(session: Session, entity: str) -> DatabaseTools:
    def simulator(commands: Sequence[Command]) -> Simulated:
        return door.simulate(session, commands, actor=ADVISER, because=Because(says="trying a way out"))

    return DatabaseTools(session, entity, Rules(), _reads_nothing, simulator)


def _reads_nothing(raw: bytes, name: str, home: Home) -> Any:
    raise AssertionError("the web desk opens no documents; the worker's sandbox does")


def _note_seen(session: Session, case: Case, shown: Card, user: User) -> None:
    """Who was shown which card when: what was seen is part of the record."""
    if not shown.digest or not shown.may_sign:
        return
    entry = AuditEntry(
        entity=user.entity,
        at=clock.now(session),
        actor=user.id,
        actor_kind="person",
        kind="read",
        subject=f"case {case.number}",
        case=case.number,
        says=f"Was shown card {shown.short}",
        body={"digest": shown.digest},
    )
    audit.record(session, entry)
