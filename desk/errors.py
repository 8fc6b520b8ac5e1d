"""When the desk says no: what happened, what was kept, and one way on. Each answer with its honest status code."""

import difflib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from core import audit, clock, wording
from core.audit import AuditEntry
from core.cases import Case
from core.masterdata.tables import Supplier
from core.people.tables import Person, RoleGrant
from desk.web import COOKIE, IDLE, MAY_OPEN, NotYours, Said, User, house_of, is_fragment, show

CLOSEST_MAX = 3
HELPERS_MAX = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class No:
    """An answer that is not what was asked for. `ways` are links on: words, address, whether it is the green one."""

    code: int
    tag: str
    kind: str
    icon: str
    title: str
    says: str
    facts: tuple[Said, ...] = ()
    searched: str = ""
    ways: tuple[tuple[str, str, bool], ...] = field(default=())


def not_signed_in(request: Request, error: Exception) -> Response:
    """401. Who never came in is led to the sign-in page; who was away is told so. Both come back to where they were."""
    if _wants_data(request):
        return JSONResponse({"detail": "not signed in"}, 401)
    back = f"/signin?back={quote(_path(request))}"
    if COOKIE not in request.cookies and not is_fragment(request):
        return RedirectResponse(back, 303)
    minutes = IDLE // timedelta(minutes=1)
    return _answer(
        request,
        No(
            code=401,
            tag="Sign in again",
            kind="",
            icon="key",
            title="You were away, and signed out",
            says="Nothing was decided while you were gone. You come back to this page.",
            facts=(Said(label="Signed out", words=f"After {minutes} minutes without you, or twelve hours"),),
            ways=(("Sign in", back, True),),
        ),
    )


def refused(request: Request, error: Exception) -> Response:
    """Every answer that a route gives by raising."""
    assert isinstance(error, HTTPException), "registered for these alone"
    if _wants_data(request):
        return JSONResponse({"detail": error.detail}, error.status_code)
    detail = error.detail if isinstance(error.detail, str) else ""
    if isinstance(error, NotYours):
        return _answer(request, _not_yours(request, error))
    if error.status_code == 404:
        return _answer(request, _not_there(request, "" if detail == "Not Found" else detail))
    words = {
        403: ("Not from here", "stop", "stop", "This was not taken"),
        405: ("Not here", "", "ask", "That cannot be done here"),
        409: ("Not done", "ask", "ask", "Nothing was done"),
        422: ("Incomplete", "ask", "ask", "Something in the form is missing"),
    }
    tag, kind, icon, title = words.get(error.status_code, ("Not done", "ask", "ask", "That did not work"))
    return _answer(
        request,
        No(code=error.status_code, tag=tag, kind=kind, icon=icon, title=title, says=detail, ways=_ways(request)),
    )


def malformed(request: Request, error: Exception) -> Response:
    """422: a field that cannot be read, named."""
    assert isinstance(error, RequestValidationError), "registered for these alone"
    problems = [(".".join(str(part) for part in one["loc"][1:]), str(one["msg"])) for one in error.errors()]
    if _wants_data(request):
        return JSONResponse({"detail": [{"field": name, "says": says} for name, says in problems]}, 422)
    return _answer(
        request,
        No(
            code=422,
            tag="Not understood",
            kind="ask",
            icon="ask",
            title="Something in the address or form could not be read",
            says="Nothing was done.",
            facts=tuple(Said(label=name, words=says) for name, says in problems),
            ways=_ways(request),
        ),
    )


async def failed(request: Request, reference: str) -> Response:
    """500: ours, not the reader's. The server's log has the rest under the reference."""
    if _wants_data(request):
        return JSONResponse({"detail": f"the desk failed, reference {reference}"}, 500)
    return _answer(
        request,
        No(
            code=500,
            tag="Failed",
            kind="stop",
            icon="stop",
            title="The desk failed, and nothing was booked",
            says="The decision, the journal and the audit entry are written together or not at all.",
            facts=(
                Said(label="What you sent", words="Not recorded, unless an earlier page said so"),
                Said(label="Reference", words=reference, small="Written to the server's log with all that is known"),
            ),
            ways=_ways(request),
        ),
    )


def _not_yours(request: Request, error: NotYours) -> No:
    """403: who you are, who may, and that it was written down."""
    user: User = request.state.user
    with house_of(request).unit() as session:
        at = clock.now(session)
        entry = AuditEntry(
            entity=user.entity,
            at=at,
            actor=user.id,
            actor_kind="person",
            kind="refused",
            subject=f"page {error.page}",
            says=f"Asked for {error.page}",
        )
        audit.record(session, entry)
        helpers = _who_may(session, user.entity, MAY_OPEN[error.page])
    return No(
        code=403,
        tag="Not yours",
        kind="stop",
        icon="stop",
        title=f"{error.page} is not for this role",
        says="Nothing of it was shown, and nothing was done.",
        facts=(
            Said(label="You", words=f"{user.name}, {user.standing}"),
            Said(label="Who can help", words=helpers or "Nobody has the role yet"),
            Said(label="Recorded", words=f"That you asked, {wording.hour(at)}", small="In the audit log"),
        ),
        ways=_ways(request),
    )


def _not_there(request: Request, detail: str) -> No:
    """404: the closest there is, and a search for the rest."""
    user = getattr(request.state, "user", None)
    asked = request.url.path.rstrip("/").rpartition("/")[2][:60]
    closest: tuple[Said, ...] = ()
    if isinstance(user, User) and request.url.path.startswith("/cases/"):
        with house_of(request).unit() as session:
            closest = _closest(session, user.entity, asked)
        says = "Cases are never deleted, so the number is probably mistyped."
    else:
        says = "The address may be old or mistyped. Nothing was lost."
    return No(
        code=404,
        tag="Not found",
        kind="",
        icon="page",
        title=detail.rstrip(".") or "There is nothing here",
        says=says,
        facts=closest,
        searched=asked if isinstance(user, User) else "",
        ways=_ways(request),
    )


def _closest(session: Session, entity: str, asked: str) -> tuple[Said, ...]:
    stem = asked[:-2] if len(asked) > 2 else asked
    near = session.scalars(
        select(Case.number).where(Case.entity == entity, Case.number.startswith(stem, autoescape=True)).limit(200)
    ).all()
    best = difflib.get_close_matches(asked, near, CLOSEST_MAX, 0.6)
    rows = session.execute(
        select(Case.number, Case.title, Supplier.name)
        .join(Supplier, (Supplier.entity == Case.entity) & (Supplier.number == Case.supplier), isouter=True)
        .where(Case.entity == entity, Case.number.in_(best))
    ).all()
    known = {row.number: ", ".join(part for part in (row.title, row.name) if part) for row in rows}
    return tuple(
        Said(label="" if i else "Closest", words=number, small=known[number], link=f"/cases/{number}")
        for i, number in enumerate(best)
    )


def _who_may(session: Session, entity: str, roles: set[str]) -> str:
    names = session.scalars(
        select(Person.name)
        .join(RoleGrant, RoleGrant.person == Person.id)
        .where(RoleGrant.entity == entity, RoleGrant.role.in_(roles), Person.active)
        .distinct()
        .order_by(Person.name)
        .limit(HELPERS_MAX)
    ).all()
    return wording.listed(list(names))


def _ways(request: Request) -> tuple[tuple[str, str, bool], ...]:
    user = getattr(request.state, "user", None)
    return (("Back to your page", "/", False),) if user else (("Sign in", "/signin", True),)


def _answer(request: Request, no: No) -> Response:
    """The card alone for htmx, which puts it where the answer was expected; else a page of its own."""
    return show(request, "_no.html" if is_fragment(request) else "error.html", no.code, no=no)


def _wants_data(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _path(request: Request) -> str:
    """Where somebody was. Of a fragment, the page that asked for it; of a form, the page it stood on."""
    came_from: Any = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    if request.method == "GET" and not is_fragment(request):
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{request.url.path}{query}"
    if isinstance(came_from, str) and came_from.startswith(f"{request.url.scheme}://{request.url.netloc}/"):
        return "/" + came_from.split("/", 3)[3]
    return "/"
