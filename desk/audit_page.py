"""The audit page: the record's state, its entries, one of them explained with its proof, and the record to take away."""

import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from core import audit, clock, wording
from core.audit_reads import Filters
from desk.audit_views import KINDS, Explained, Line, explained, first_of, line_of, names_of
from desk.house import House
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, show

router = APIRouter()

PAGE = 14
CHECKED_AT_ONCE_MAX = 20_000
"""A record up to this long is verified whole when the page opens; a longer one when somebody asks."""
CHUNK = 1 << 16
SPANS = {"all": ("Always", None), "today": ("Today", timedelta(0)), "week": ("This week", timedelta(days=6))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was asked for, as it stands in the form and in the links."""

    find: str
    kind: str
    who: str
    span: str

    @property
    def is_any(self) -> bool:
        """Is nothing filtered?"""
        return not (self.find or self.kind or self.who) and self.span == "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The page."""

    size: int
    asked: Asked
    lines: tuple[Line, ...]
    total: int
    older: int | None
    entry: Explained | None
    last: str
    at_once: bool
    people: tuple[tuple[str, str], ...]


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
    asked = Asked(find=find[:200], kind=kind, who=who, span=span if span in SPANS else "all")
    with house_of(request).unit() as session:
        filters = _filters(asked, user, clock.now(session))
        found = audit.entries(session, before=before, limit=PAGE, **filters)
        people = names_of(session)
        chosen = entry - 1 if entry > 0 else first_of(found)
        last = audit.last_checkpoint(session)
        size = audit.count(session)
        record = Record(
            size=size,
            asked=asked,
            lines=tuple(line_of(one, people) for one in found),
            total=audit.count(session, **filters),
            older=found[-1].seq if len(found) == PAGE else None,
            entry=explained(session, chosen, people, user.entity) if chosen is not None else None,
            last=f"Signed up to entry {last.size:,} at {wording.hour(last.at)}."
            if last
            else "No checkpoint is signed yet.",
            at_once=size <= CHECKED_AT_ONCE_MAX,
            people=tuple(people.items()),
        )
    return show(request, "audit.html", record=record, kinds=KINDS, spans=SPANS)


@router.post("/audit/verify", response_class=HTMLResponse)
def verify(request: Request, form: CheckedForm, user: User = may_open("Audit")) -> Response:
    """Recompute every hash and compare with every checkpoint, inside and outside the database."""
    house = house_of(request)
    with house.unit() as session:
        found = audit.verify_log(session, house.settings.anchors, audit.public_keys(house.settings.keys))
    checked = (
        f"Checked at {wording.hour(found.at)} against {wording.plural(found.checkpoints, 'signed checkpoint')}; "
        f"{found.covered:,} of {found.size:,} entries are vouched for outside the database."
    )
    flaws = [flaw.says for flaw in found.flaws]
    name = "_verified.html" if is_fragment(request) else "verified.html"
    return show(request, name, whole=found.whole, says=found.says, checked=checked, flaws=flaws)


@router.get("/audit/receipts/{number}.json")
def receipt(request: Request, number: int, user: User = may_open("Audit")) -> Response:
    """The receipt of one entry, to be checked without us by desk/verify.py."""
    house = house_of(request)
    with house.unit() as session:
        try:
            found = audit.entry(session, number - 1)
            if found is None or found.entity not in ("", user.entity):
                raise LookupError(number)
            made = audit.receipt(session, number - 1, audit.signing_key(house.settings.keys, clock.now(session)))
        except LookupError as missing:
            raise HTTPException(404, f"There is no audit entry {number}.") from missing
    name = audit.receipt_name(number - 1)
    return PlainTextResponse(
        json.dumps(made, indent=2, ensure_ascii=False),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/audit/export.jsonl")
def export(request: Request, user: User = may_open("Audit")) -> Response:
    """The whole record with its places in the tree, as JSON lines. It is one tree over all entities."""
    return StreamingResponse(
        _exported(house_of(request)),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="audit-export.jsonl"'},
    )


def _exported(house: House) -> Iterator[bytes]:
    """Written to a file first: a long record does not fit into memory, and a slow reader must not hold the database."""
    with tempfile.TemporaryFile() as kept, io.TextIOWrapper(kept, encoding="utf-8", newline="\n") as out:
        with house.unit() as session:
            audit.export(session, out, audit.public_keys(house.settings.keys))
        out.flush()
        kept.seek(0)
        while chunk := kept.read(CHUNK):
            yield chunk


def _filters(asked: Asked, user: User, now: datetime) -> Filters:
    back = SPANS[asked.span][1]
    filters: Filters = {"entity": user.entity, "find": asked.find, "kind": asked.kind, "actor": asked.who}
    if back is not None:
        filters["since"] = now.replace(hour=0, minute=0, second=0, microsecond=0) - back
    return filters
