"""The intake page: is anything stuck or lost. And the ways in by hand: store, have read again, set aside."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from core import clock, door, jobs
from core.command import Command
from core.erp import Actor, Because, Job
from core.intake.commands import ReadAgain, SetAside
from core.intake.storing import store
from core.intake.tables import Message, StoredBytes
from core.refusals import Refused
from desk.intake_views import build
from desk.people_words import refusal_in_words
from desk.web import CheckedForm, User, house_of, may_open, show, text_in

router = APIRouter()

UPLOAD_MAX = 25 * 1024 * 1024
FILES_MAX = 50
PAGES_MAX = 10_000


@router.get("/intake", response_class=HTMLResponse)
def page(
    request: Request,
    message: str = "",
    state: str = "",
    page: Annotated[int, Query(ge=1, le=PAGES_MAX)] = 1,
    user: User = may_open("Intake"),
) -> HTMLResponse:
    """The intake as it is now, with one message open."""
    with house_of(request).unit() as session:
        intake = build(session, user, message, state, page, clock.now(session))
    if intake is None:
        raise HTTPException(404, "There is no message with this hash.")
    return show(request, "intake.html", intake=intake)


@router.post("/intake/upload")
async def upload(request: Request, form: CheckedForm, user: User = may_open("Intake")) -> Response:
    """Store what was uploaded before anything reads it; the worker reads it next."""
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if not files:
        raise HTTPException(422, "No file was chosen. Nothing was stored.")
    large = [one.filename for one in files if (one.size or 0) > UPLOAD_MAX]
    if large or len(files) > FILES_MAX:
        raise HTTPException(422, f"{large[0]} is over 25 MB." if large else f"{FILES_MAX} files at once at most.")
    last = ""
    for file in files:
        raw = await file.read()
        last = await run_in_threadpool(_store, request, user, raw, file.filename or "upload")
    return RedirectResponse(f"/intake?message={last}", 303)


@router.get("/intake/{sha256}/original")
def original(request: Request, sha256: str, user: User = may_open("Intake")) -> Response:
    """A message's bytes as they were stored, to save and never to show. What is quarantined stays closed."""
    with house_of(request).unit() as session:
        row = session.get(Message, (user.entity, sha256))
        stored = session.get(StoredBytes, sha256) if row is not None else None
        if row is None or stored is None:
            raise HTTPException(404, "There is no message with this hash.")
        if row.state == "quarantined":
            raise HTTPException(403, "It is quarantined: not for opening. Nothing was sent.")
        content = stored.content
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{sha256[:16]}.bin"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@router.post("/intake/{sha256}/again")
def again(request: Request, sha256: str, form: CheckedForm, user: User = may_open("Intake")) -> Response:
    """Have a message read once more. One that is stuck gets into line again."""
    reason = text_in(form, "reason") or "asked for at the desk"
    with house_of(request).unit() as session:
        row = session.get(Message, (user.entity, sha256))
        if row is not None and row.state == "stored":
            lock = f"read_message:{user.entity}:{sha256}"
            arguments = {"entity": user.entity, "message": sha256}
            jobs.defer(session, [Job("read_message", arguments, queueing_lock=lock)])
            return RedirectResponse(f"/intake?message={sha256}", 303)
        readings = row.readings if row is not None else 0
    command = ReadAgain(entity=user.entity, message=sha256, reason=reason)
    return _act(request, user, sha256, command, f"again:{sha256}:{readings}")


@router.post("/intake/{sha256}/set-aside")
def set_aside(request: Request, sha256: str, form: CheckedForm, user: User = may_open("Intake")) -> Response:
    """A message is not for us, or was dealt with. The reason is kept."""
    reason = text_in(form, "reason")
    if not reason:
        raise HTTPException(422, "A message is set aside with a reason. Nothing was changed.")
    with house_of(request).unit() as session:
        row = session.get(Message, (user.entity, sha256))
        state = f"{row.state}:{row.readings}" if row is not None else ""
    command = SetAside(entity=user.entity, message=sha256, reason=reason)
    return _act(request, user, sha256, command, f"aside:{sha256}:{state}:{user.id}:{len(reason)}")


def _act(request: Request, user: User, sha256: str, command: Command, key: str) -> Response:
    try:
        with house_of(request).unit() as session:
            actor = Actor(kind="person", id=user.id)
            door.execute(session, command, actor=actor, key=key, because=Because(message=sha256))
    except Refused as refusal:
        raise HTTPException(409, refusal_in_words(refusal)) from refusal
    return RedirectResponse(f"/intake?message={sha256}", 303)


def _store(request: Request, user: User, raw: bytes, name: str) -> str:
    with house_of(request).unit() as session:
        actor = Actor(kind="person", id=user.id)
        return store(
            session, raw, entity=user.entity, name=name.replace("\x00", "")[:200], source="upload", actor=actor
        )
