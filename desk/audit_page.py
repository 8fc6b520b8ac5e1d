"""The audit page: is the record whole, who did what on which facts, the card as it was seen, the proof of one entry."""

import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, clock, wording
from core.audit import Entry, Proof
from core.canonical import digest as digest_of
from core.deciding.proposals import Decision, Proposal
from core.masterdata.tables import Entity
from core.people.tables import Person
from desk.card_views import Rule, Step, rules_of, step_of
from desk.web import CheckedForm, User, house_of, may_open, short_digest, show

router = APIRouter()

PAGE = 40
KINDS = {
    "decision": ("Decision", "go"),
    "signature": ("Signature", "accent"),
    "by_rule": ("By rule", "go"),
    "refused": ("Refused", "stop"),
    "posting": ("Posting", ""),
    "reading": ("Reading", ""),
    "read": ("Read", ""),
    "anchor": ("Anchor", ""),
    "signin": ("Sign-in", ""),
    "command": ("Command", ""),
}
SPANS = {"today": timedelta(0), "week": timedelta(days=6), "all": timedelta(days=36500)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One entry in the list."""

    seq: int
    number: str
    at: str
    who: str
    says: str
    about: str
    kind: str
    tint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The card that a decision was made on, frozen."""

    short: str
    title: str
    says: str
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    same: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One entry: who, what, on which facts, by which policy, and its proof."""

    seq: int
    number: str
    kind: str
    why: tuple[tuple[str, str, str], ...]
    seen: Seen | None
    text: str
    leaf: str
    root: str
    agrees: bool
    steps: tuple[tuple[str, str, str], ...]
    checkpoint: str


@router.get("/audit", response_class=HTMLResponse)
def page(
    request: Request,
    find: str = "",
    kind: str = "",
    who: str = "",
    span: str = "all",
    entry: int = 0,
    before: int | None = None,
    user: User = may_open("Audit"),
) -> HTMLResponse:
    """The record: filtered entries, and one of them explained."""
    house = house_of(request)
    with house.unit() as session:
        now = clock.now(session)
        since = None if span not in SPANS or span == "all" else _start_of_day(now) - SPANS[span]
        filters = {"kind": kind or None, "actor": who or None, "find": find, "since": since}
        found = audit.entries(session, before=before, limit=PAGE, **filters)  # type: ignore[arg-type]  # the filters' own names
        total = audit.count(session, **filters)  # type: ignore[arg-type]  # as above
        people = {person.id: person.name for person in session.scalars(select(Person))}
        chosen = entry - 1 if entry else (found[0].seq if found else -1)
        explained = _explain(session, chosen, people) if chosen >= 0 else None
        last = audit.last_checkpoint(session)
        size = audit.count(session)
    return show(
        request,
        "audit.html",
        lines=[_line(one, people) for one in found],
        total=total,
        size=size,
        last=last,
        explained=explained,
        checked="",
        whole=None,
        flaws=(),
        find=find,
        kind=kind,
        who=who,
        span=span,
        kinds=KINDS,
        people=sorted(people.items()),
        older=found[-1].seq if len(found) == PAGE else None,
    )


@router.post("/audit/verify", response_class=HTMLResponse)
def verify(request: Request, form: CheckedForm, user: User = may_open("Audit")) -> Response:
    """Recompute every hash and compare with every checkpoint, inside and outside the database."""
    house = house_of(request)
    with house.unit() as session:
        found = audit.verify_log(session, house.settings.anchors, audit.public_keys(house.settings.keys))
    return show(
        request,
        "_verified.html",
        whole=found.whole,
        says=found.says,
        checked=f"Checked at {wording.hour(found.at)} against {wording.plural(found.checkpoints, 'signed checkpoint')}; "
        f"{found.covered:,} of {found.size:,} entries are vouched for outside the database.",
        flaws=[flaw.says for flaw in found.flaws],
    )


@router.get("/audit/receipts/{number}.json")
def receipt(request: Request, number: int, user: User = may_open("Audit")) -> Response:
    """The receipt of one entry, to be checked without us by desk/verify.py."""
    house = house_of(request)
    with house.unit() as session:
        try:
            key = audit.signing_key(house.settings.keys, clock.now(session))
            made = audit.receipt(session, number - 1, key)
        except LookupError as missing:
            raise HTTPException(404, f"There is no audit entry {number}.") from missing
    body = json.dumps(made, indent=2, ensure_ascii=False)
    name = audit.receipt_name(number - 1)
    return PlainTextResponse(
        body, media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/audit/export.jsonl")
def export(request: Request, user: User = may_open("Audit")) -> Response:
    """Every entry with its place in the tree, as JSON lines."""

    house = house_of(request)
    out = io.StringIO()
    with house.unit() as session:
        audit.export(session, out, audit.public_keys(house.settings.keys))
    return StreamingResponse(
        iter([out.getvalue()]),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="audit-export.jsonl"'},
    )


def _explain(session: Session, seq: int, people: dict[str, str]) -> Explained:
    try:
        found, proven = audit.entry(session, seq), audit.proof(session, seq)
    except LookupError as missing:
        raise HTTPException(404, f"There is no audit entry {seq + 1}.") from missing
    if found is None:
        raise HTTPException(404, f"There is no audit entry {seq + 1}.")
    return Explained(
        seq=seq,
        number=f"{found.number:,}",
        kind=KINDS.get(found.kind, (found.kind, ""))[0],
        why=tuple(_why(found, people)),
        seen=_seen(session, found),
        text=found.text,
        leaf=found.leaf_hash.hex(),
        root=proven.root.hex(),
        agrees=proven.agrees,
        steps=tuple(
            (
                step.side,
                _shortened(step.hash.hex()),
                f"{step.first:,}" if step.first == step.last else f"{step.first:,} to {step.last:,}",
            )
            for step in proven.steps
        ),
        checkpoint=_checkpoint_words(proven),
    )


def _why(entry: Entry, people: dict[str, str]) -> list[tuple[str, str, str]]:
    body: dict[str, Any] = dict(entry.body)
    because = body.get("because") or {}
    command = body.get("command") or {}
    rows = [("Who", people.get(entry.actor, entry.actor), f"{entry.actor_kind}, {entry.at:%d %b %Y %H:%M:%S}")]
    rows.append(("What", entry.says or command.get("type", entry.subject), entry.subject))
    if because.get("message"):
        rows.append(("On facts", f"Message {because['message'][:12]}", "as stored, immutable"))
    if because.get("proposal") or command.get("digest"):
        rows.append(("On card", short_digest(because.get("proposal") or command["digest"]), "the hash that was signed"))
    if entry.case:
        rows.append(("Case", entry.case, ""))
    return rows


def _seen(session: Session, entry: Entry) -> Seen | None:
    """The card of a decision as it was: its body's hash is compared again."""
    command = dict(entry.body).get("command") or {}
    digest = command.get("digest") or dict(entry.body).get("digest") or ""
    if not digest and command.get("decision"):
        decision = session.get(Decision, (entry.entity, command["decision"]))
        digest = decision.digest if decision else ""
    proposal = session.scalars(select(Proposal).where(Proposal.digest == digest)).first() if digest else None
    if proposal is None:
        return None
    entity = session.get(Entity, entry.entity)
    currency = entity.currency if entity else ""
    return Seen(
        short=short_digest(digest),
        title=proposal.title,
        says=proposal.says,
        steps=tuple(step_of(action, currency) for action in proposal.body["actions"]),
        rules=tuple(rules_of(proposal.body)),
        same=digest_of(proposal.body) == digest,
    )


def _line(entry: Entry, people: dict[str, str]) -> Line:
    label, tint = KINDS.get(entry.kind, (entry.kind, ""))
    command = dict(entry.body).get("command") or {}
    return Line(
        seq=entry.seq,
        number=f"{entry.number:,}",
        at=f"{entry.at:%d %b %H:%M}",
        who=people.get(entry.actor, entry.actor).replace("_", " "),
        says=entry.says or str(command.get("type", entry.kind)),
        about=entry.case or entry.subject,
        kind=label,
        tint=tint,
    )


def _checkpoint_words(proven: Proof) -> str:
    if proven.checkpoint is None:
        return "No signed checkpoint covers it yet; it is proven against the live log"
    anchored = proven.checkpoint.anchored_at
    where = f", anchored outside the database {anchored:%d %b %H:%M}" if anchored else ""
    return f"Checkpoint over {proven.checkpoint.size:,} entries, key {proven.checkpoint.key_id}{where}"


def _shortened(text: str) -> str:
    return f"{text[:16]}…{text[-4:]}"


def _start_of_day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
