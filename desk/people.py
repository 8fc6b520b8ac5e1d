"""Signing in and out. Server-side sessions, argon2 hashes, a slow-down after failures, every attempt in the audit log."""

import re
import secrets
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from core import audit, clock
from core.audit import AuditEntry
from core.audit_tables import EntryRow
from core.people.tables import Person, SignInSession
from desk.faces import Face, faces
from desk.passwords import fits
from desk.web import COOKIE, CheckedForm, SignedIn, currency_of, house_of, show, text_in, token_hash

router = APIRouter()

STAYS = timedelta(hours=12)
FAILURES_MAX, FAILURES_WITHIN = 8, timedelta(minutes=10)
EMAIL_MAX = 254
OWN_PATH = re.compile(r"/(?![/\\])[\w/?&=%.,+~-]*", re.ASCII)
PRE_COOKIE = "desk_signin"


@router.get("/signin", response_class=HTMLResponse)
def page(request: Request, back: str = "") -> Response:
    """The sign-in page; in the demo with one face per role. `back` is where to go after."""
    return _page(request, back=_own(back))


@router.post("/signin")
async def sign_in(request: Request) -> Response:
    """Check who it is. The form's token must be the cookie's: a foreign page can send a form, not set our cookie."""
    form = await request.form()
    return await run_in_threadpool(_sign_in, request, form)


@router.post("/signout")
def sign_out(request: Request, user: SignedIn, form: CheckedForm) -> Response:
    """End the session here and in the database."""
    house = house_of(request)
    with house.unit() as session:
        row = session.get(SignInSession, token_hash(request.cookies.get(COOKIE, "")))
        if row is not None:
            row.ends_at = clock.now(session)
        _note(session, user.entity, user.id, "signin", "Signed out")
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _sign_in(request: Request, form: FormData) -> Response:
    """Not in the event loop: a password takes its time on purpose."""
    token, back = request.cookies.get(PRE_COOKIE, ""), _own(text_in(form, "back"))
    if not token or not secrets.compare_digest(token.encode(), text_in(form, "token").encode()):
        return _page(request, "The page was open too long. Please sign in again.", 403, back)
    house = house_of(request)
    email = text_in(form, "email").lower()[:EMAIL_MAX]
    with house.unit() as session:
        if _failures(session, email) >= FAILURES_MAX:
            return _page(request, "Too many failed attempts. Wait ten minutes, then try again.", 429, back)
        person = _who(session, form, email, demo=house.settings.demo)
        if person is not None:
            return _open(request, session, person, back)
        _note(session, house.settings.entity, email, "refused", "Sign-in failed")
    return _page(request, "This address and password do not belong together. Nothing was opened.", 401, back)


def _who(session: Session, form: FormData, email: str, *, demo: bool) -> Person | None:
    """The person these credentials belong to; in the demo also by her face."""
    face = text_in(form, "person") if demo else ""
    if face:
        person = session.get(Person, face)
        return person if person is not None and person.active else None
    person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
    right = fits(str(form.get("password") or ""), person.password_hash if person else "")
    return person if right and person is not None and person.active else None


def _own(back: str) -> str:
    """An address of ours to go back to; "/" for anybody else's."""
    return back if OWN_PATH.fullmatch(back) else "/"


def _open(request: Request, session: Session, person: Person, back: str) -> Response:
    token = secrets.token_urlsafe(32)
    now = clock.now(session)
    session.add(
        SignInSession(
            token_sha256=token_hash(token),
            person=person.id,
            csrf=secrets.token_urlsafe(24),
            started_at=now,
            seen_at=now,
            ends_at=now + STAYS,
        )
    )
    _note(session, house_of(request).settings.entity, person.id, "signin", "Signed in")
    answer = RedirectResponse(back, 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(STAYS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    answer.delete_cookie(PRE_COOKIE)
    return answer


def _page(request: Request, says: str = "", status: int = 200, back: str = "/") -> Response:
    house = house_of(request)
    token = request.cookies.get(PRE_COOKIE) or secrets.token_urlsafe(24)
    known: tuple[Face, ...] = ()
    if house.settings.demo:
        with house.unit() as session:
            known = faces(session, house.settings.entity, currency_of(request))
    answer = show(request, "signin.html", status, says=says, token=token, faces=known, back=back)
    answer.set_cookie(
        PRE_COOKIE, token, max_age=3600, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return answer


def _failures(session: Session, email: str) -> int:
    """How often this address failed lately, from the audit log: it survives restarts and other processes."""
    since = clock.now(session) - FAILURES_WITHIN
    return int(
        session.execute(
            select(func.count())
            .select_from(EntryRow)
            .where(EntryRow.actor == (email or "nobody"), EntryRow.kind == "refused", EntryRow.at >= since)
        ).scalar_one()
    )


def _note(session: Session, entity: str, who: str, kind: str, says: str) -> None:
    entry = AuditEntry(
        entity=entity,
        at=clock.now(session),
        actor=who or "nobody",
        actor_kind="person",
        kind=kind,
        subject="sign-in",
        says=says,
    )
    audit.record(session, entry)
