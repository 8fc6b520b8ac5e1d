"""The inbox: what needs this person first, with the proposal and the policy's answer on each line."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from core import clock, door
from core.command import Command
from core.deciding.commands import Snooze, TakeCase
from core.erp import Actor, Because
from core.refusals import Refused
from desk.figures import Figure, inbox_figures
from desk.inbox_calm import Calm, calm
from desk.inbox_queries import ROWS_MAX, counts, half_signed, in_view, needs, sampled
from desk.inbox_views import Band, bands
from desk.people_words import refusal_in_words
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, show, text_in
from desk.wording import count_words

router = APIRouter()

VIEWS = ("needs-you", "team", "waiting", "snoozed", "done")
COMES_BACK_AT = 7
"""The hour, UTC, at which a case comes back that was put away until tomorrow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbox:
    """The page."""

    view: str
    says: str
    counts: dict[str, int]
    bands: tuple[Band, ...]
    figures: tuple[Figure, ...]
    calm: Calm | None
    more: int
    note: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(8))  # of this rendering: sent twice is done once


@router.get("/inbox", response_class=HTMLResponse)
def inbox(request: Request, view: str = "needs-you", user: User = may_open("Inbox")) -> HTMLResponse:
    """The inbox in one of its views; htmx gets the list alone."""
    with house_of(request).unit() as session:
        shown = build(session, user, view)
    return show(request, "_inbox_list.html" if is_fragment(request) else "inbox.html", inbox=shown)


@router.post("/inbox/act", response_class=HTMLResponse)
def act(
    request: Request,
    form: CheckedForm,
    verb: Annotated[Literal["take", "hold"], Form()],
    user: User = may_open("Inbox"),
) -> Response:
    """Take the ticked cases, or put them away for a day. Ticks never approve."""
    numbers = [value for value in form.getlist("case") if isinstance(value, str)][:ROWS_MAX]
    refused = []
    with house_of(request).unit() as session:
        until = _tomorrow(clock.now(session))
        for number in dict.fromkeys(numbers):
            command: Command = TakeCase(entity=user.entity, case=number, person=user.id)
            if verb == "hold":
                command = Snooze(entity=user.entity, case=number, person=user.id, until=until)
            key = f"{user.id}:{text_in(form, 'key')}:{verb}:{number}"
            try:
                door.execute(
                    session, command, actor=Actor(kind="person", id=user.id), key=key, because=Because(case=number)
                )
            except Refused as refusal:
                refused.append(f"{number}: {refusal_in_words(refusal)}")
        done = len(numbers) - len(refused)
        says = f"{count_words(done)} {'taken' if verb == 'take' else 'put away until tomorrow'}. {' '.join(refused)}".strip()
        shown = build(session, user, text_in(form, "view"), note=says)
    if not is_fragment(request):
        return RedirectResponse(f"/inbox?view={shown.view}", 303)
    return show(request, "_inbox_list.html", 409 if refused else 200, inbox=shown)


def build(session: Session, user: User, view: str, *, note: str = "") -> Inbox:
    """The inbox of one person as it is now."""
    view = view if view in VIEWS else "needs-you"
    now = clock.now(session)
    mine = view == "needs-you"
    half = half_signed(session, user)
    cases = needs(session, user, half) if mine else in_view(session, user, view)
    by_rule = sampled(session, user, now) if mine and cases else []
    count = counts(session, user, half)
    return Inbox(
        view=view,
        says=_headline(view, count[view]),
        counts=count,
        bands=bands(session, cases, by_rule, now, user),
        figures=inbox_figures(session, user, now),
        calm=calm(session, user, now) if mine and not cases else None,
        more=max(0, count[view] - len(cases)),
        note=note,
    )


def queue(session: Session, user: User) -> Inbox:
    """What needs this person, as it stands beside a case: without the figures, and without what rules settled."""
    half = half_signed(session, user)
    cases = needs(session, user, half)
    count = counts(session, user, half)
    return Inbox(
        view="needs-you",
        says=_headline("needs-you", count["needs-you"]),
        counts=count,
        bands=bands(session, cases, (), clock.now(session), user),
        figures=(),
        calm=None,
        more=max(0, count["needs-you"] - len(cases)),
    )


def _tomorrow(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=COMES_BACK_AT, minute=0, second=0, microsecond=0)


def _headline(view: str, count: int) -> str:
    cases = f"{count_words(count)} {'case' if count == 1 else 'cases'}"
    if view == "needs-you":
        return f"{cases} {'needs' if count == 1 else 'need'} you" if count else "Nothing needs you"
    names = {"team": "open in the team", "waiting": "waiting on others", "snoozed": "asleep", "done": "done"}
    return f"{cases} {names[view]}"
