"""The HTTP API, signed in as on the desk: cases, one case, messages, and a way in for documents. Tokens for programs are
not there yet."""

import hmac
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from core.canonical import plain
from core.cases import Case, CaseFinding
from core.deciding.proposals import Proposal
from core.erp import Actor
from core.intake.storing import store
from core.intake.tables import Message
from desk.web import User, house_of, may_open

router = APIRouter(prefix="/api/v1", tags=["v1"])

LIST_MAX = 200
BODY_MAX = 25 * 1024 * 1024


@router.get("/cases")
def cases(request: Request, state: str = "", user: User = may_open("Case")) -> list[dict[str, Any]]:
    """Cases of the entity, ranked; amounts are strings."""
    with house_of(request).unit() as session:
        query = select(Case).where(Case.entity == user.entity)
        query = query.where(Case.state == state) if state else query
        rows = session.scalars(query.order_by(Case.rank.desc().nulls_last(), Case.number).limit(LIST_MAX)).all()
        return [_case(row) for row in rows]


@router.get("/cases/{number}")
def case(request: Request, number: str, user: User = may_open("Case")) -> dict[str, Any]:
    """One case with its findings and its standing proposals, each with the hash to approve."""
    with house_of(request).unit() as session:
        row = session.get(Case, (user.entity, number))
        if row is None:
            raise HTTPException(404, f"no case {number} in {user.entity}")
        found = session.scalars(
            select(CaseFinding)
            .where(CaseFinding.entity == user.entity, CaseFinding.case == number, CaseFinding.cleared_at.is_(None))
            .order_by(CaseFinding.seq)
        )
        proposals = session.scalars(
            select(Proposal)
            .where(Proposal.entity == user.entity, Proposal.case == number, Proposal.state == "proposed")
            .order_by(Proposal.place)
        )
        return {
            **_case(row),
            "findings": [plain({"code": f.code, "says": f.says, "stake": f.stake, "facts": f.facts}) for f in found],
            "proposals": [{"digest": p.digest, "option": p.option, "body": p.body} for p in proposals],
        }


@router.get("/messages")
def messages(request: Request, user: User = may_open("Intake")) -> list[dict[str, Any]]:
    """The newest messages with their states."""
    with house_of(request).unit() as session:
        rows = session.scalars(
            select(Message).where(Message.entity == user.entity).order_by(Message.arrived_at.desc()).limit(LIST_MAX)
        )
        return [
            plain({"sha256": m.sha256, "name": m.name, "state": m.state, "says": m.says, "intents": m.intents})
            for m in rows
        ]


@router.post("/messages", status_code=202)
async def bring_in(request: Request, name: str = "upload", user: User = may_open("Intake")) -> dict[str, str]:
    """Store a document; the body is its bytes. It is read after the answer. The session's token goes in X-CSRF."""
    if not hmac.compare_digest(request.headers.get("X-CSRF", "").encode(), user.csrf.encode()):
        raise HTTPException(403, "X-CSRF is missing or not this session's")
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_MAX:
            raise HTTPException(422, "the body is over 25 MB")
    if not raw:
        raise HTTPException(422, "the body is empty")
    return {"sha256": await run_in_threadpool(_store, request, user, raw, name[:200])}


def _store(request: Request, user: User, raw: bytes, name: str) -> str:
    with house_of(request).unit() as session:
        actor = Actor(kind="person", id=user.id)
        return store(session, raw, entity=user.entity, name=name, source="api", actor=actor)


def _case(row: Case) -> dict[str, Any]:
    wanted = (
        "number",
        "code",
        "title",
        "says",
        "state",
        "owner_role",
        "owner",
        "severity",
        "stake",
        "currency",
        "due_at",
    )
    return {name: plain(getattr(row, name)) for name in wanted}
