"""What the warehouses tell, held against the ledger: every stream, and of one what is missing, open and disagreed about.

Both sides' counts and the cases are read together for all streams; only one stream is read in detail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case, CaseFinding
from core.masterdata.tables import Item, Site
from core.reconciling.queries import StreamState, Unmatched, state
from core.reconciling.tables import OPEN, WAREHOUSE, StreamEntry, StreamGap, StreamSite, WarehouseStream
from desk.stock_overview import tabs
from desk.web import User, house_of, may_open, show

router = APIRouter()

STREAMS_MAX = 60
ROWS_MAX = 40
"""So many rows a table shows; a line says how many more there are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamRow:
    """One stream in the list. `kind` is the colour of what it says."""

    source: str
    sites: str
    last: str
    heard: str
    missing: str
    not_booked: str
    not_told: str
    kind: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DisagreementRow:
    """One open finding: a balance by its first event that disagrees, a hole, or an event told in two ways."""

    what: str
    item: str
    link: str
    says: str
    since: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnmatchedRow:
    """What one side has and the other has not."""

    name: str
    what: str
    where: str
    when: str
    quantity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamView:
    """One stream in detail. `gaps` are the numbers that were never told."""

    source: str
    figures: tuple[tuple[str, str, str], ...]
    gaps: tuple[tuple[str, str], ...]
    more_gaps: int
    rows: tuple[DisagreementRow, ...]
    more: int
    events: tuple[UnmatchedRow, ...]
    more_events: int
    moves: tuple[UnmatchedRow, ...]
    more_moves: int


@router.get("/stock/streams", response_class=HTMLResponse)
def page(request: Request, source: str = "", user: User = may_open("Stock")) -> HTMLResponse:
    """Every stream; of the one that is asked for, else of the first in trouble, the details. 404 for one that is not
    there."""
    with house_of(request).unit() as session:
        sites = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
        rows = _rows(session, user, sites)
        chosen = source or next((row.source for row in rows if row.kind != "go"), rows[0].source if rows else "")
        view = _view(session, user, chosen, sites) if chosen else None
        values: dict[str, Any] = {"rows": rows, "one": view, "says": _says(rows), "tabs": tabs(session, user)}
    return show(request, "stock_streams.html", **values)


def _says(rows: list[StreamRow]) -> str:
    apart = sum(row.kind == "stop" for row in rows)
    if not rows:
        return "No warehouse is connected"
    if not apart:
        return "Warehouses and ledger agree"
    return f"{wording.plural(apart, 'warehouse')} and the ledger disagree"


def _rows(session: Session, user: User, sites: Mapping[str, str]) -> list[StreamRow]:
    """The streams by name, with what each has missing and open."""
    of_sites = (
        select(StreamSite.source, func.string_agg(StreamSite.site, ",").label("sites"))
        .where(StreamSite.entity == user.entity)
        .group_by(StreamSite.source)
        .subquery()
    )
    gaps = (
        select(StreamGap.source, func.sum(StreamGap.last - StreamGap.first + 1).label("missing"))
        .where(StreamGap.entity == user.entity)
        .group_by(StreamGap.source)
        .subquery()
    )
    told = StreamEntry.side == WAREHOUSE
    entries = (
        select(StreamEntry.source, func.count().filter(told).label("events"), func.count().filter(~told).label("moves"))
        .where(StreamEntry.entity == user.entity, StreamEntry.matched == OPEN)
        .group_by(StreamEntry.source)
        .subquery()
    )
    open_cases = (
        select(func.count())
        .select_from(Case)
        .where(*_open_about(user.entity, func.concat("warehouse:", WarehouseStream.source, ":")))
        .correlate(WarehouseStream)
        .scalar_subquery()
    )
    found = session.execute(
        select(WarehouseStream, of_sites.c.sites, gaps.c.missing, entries.c.events, entries.c.moves, open_cases)
        .outerjoin(of_sites, of_sites.c.source == WarehouseStream.source)
        .outerjoin(gaps, gaps.c.source == WarehouseStream.source)
        .outerjoin(entries, entries.c.source == WarehouseStream.source)
        .where(WarehouseStream.entity == user.entity)
        .order_by(WarehouseStream.source)
        .limit(STREAMS_MAX)
    )
    return [
        StreamRow(
            source=stream.source,
            sites=", ".join(sites.get(code, code) for code in sorted((codes or "").split(","))),
            last=_last(stream.first_sequence, stream.last_sequence),
            heard=_when(stream.heard_until) if stream.heard_until else "nothing yet",
            missing=f"{missing or 0:,}",
            not_booked=f"{events or 0:,}",
            not_told=f"{moves or 0:,}",
            kind="stop" if cases else "ask" if missing or events or moves else "go",
            says=wording.plural(cases, "case")
            if cases
            else "Something is open"
            if missing or events or moves
            else "Agrees",
        )
        for stream, codes, missing, events, moves, cases in found
    ]


def _view(session: Session, user: User, source: str, sites: Mapping[str, str]) -> StreamView:
    stream = state(session, user.entity, source)
    if stream is None:
        raise HTTPException(404, f"There is no stream {source[:40]} in {user.entity}.")
    found, more = _findings(session, user, source)
    wanted = {one.item for one in (*stream.events, *stream.moves)} | {str(one.facts.get("item")) for one, _ in found}
    names = dict(
        session.execute(select(Item.sku, Item.name).where(Item.entity == user.entity, Item.sku.in_(wanted))).all()
    )
    events = tuple(_unmatched(one, f"{one.number:,}", names, sites) for one in stream.events[:ROWS_MAX])
    moves = tuple(_unmatched(one, f"{one.number:,}", names, sites) for one in stream.moves[:ROWS_MAX])
    return StreamView(
        source=source,
        figures=_figures(stream),
        gaps=tuple(_gap(first, last) for first, last in stream.gaps[:ROWS_MAX]),
        more_gaps=max(0, len(stream.gaps) - ROWS_MAX),
        rows=tuple(_disagreement(finding, case, names, sites) for finding, case in found),
        more=more,
        events=events,
        more_events=stream.events_unmatched - len(events),
        moves=moves,
        more_moves=stream.moves_unmatched - len(moves),
    )


def _figures(stream: StreamState) -> tuple[tuple[str, str, str], ...]:
    """Label, figure, and what it means."""
    return (
        ("Matched", f"{stream.matched:,}", f"of {wording.plural(stream.told, 'event')} told"),
        ("Never told", f"{stream.missing:,}", f"in {wording.plural(len(stream.gaps), 'hole')}"),
        ("Told, not booked", f"{stream.events_unmatched:,}", "no entry of the ledger matches"),
        ("Booked, not told", f"{stream.moves_unmatched:,}", "no event matches"),
    )


def _findings(session: Session, user: User, source: str) -> tuple[list[tuple[CaseFinding, str]], int]:
    """The open findings of a stream with their cases, the oldest first, and how many more there are."""
    of_stream = (
        *_open_about(user.entity, f"warehouse:{source}:"),
        CaseFinding.entity == Case.entity,
        CaseFinding.case == Case.number,
        CaseFinding.cleared_at.is_(None),
    )
    rows = session.execute(
        select(CaseFinding, Case.number, func.count().over())
        .where(*of_stream)
        .order_by(CaseFinding.found_at, Case.number, CaseFinding.seq)
        .limit(ROWS_MAX)
    ).all()
    return [(finding, case) for finding, case, _ in rows], max(0, rows[0][2] - ROWS_MAX) if rows else 0


def _open_about(entity: str, prefix: str | ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """The open cases whose cause begins so."""
    return (Case.entity == entity, Case.closed_at.is_(None), func.starts_with(Case.cause, prefix))


def _disagreement(
    finding: CaseFinding, case: str, names: Mapping[str, str], sites: Mapping[str, str]
) -> DisagreementRow:
    facts: dict[str, Any] = finding.facts
    item, site = str(facts.get("item") or ""), str(facts.get("site") or "")
    place = [
        sites.get(site, site),
        facts.get("location"),
        facts.get("lot") and f"lot {facts['lot']}",
        facts.get("status"),
    ]
    since = facts.get("since")
    return DisagreementRow(
        what=finding.headline,
        item=", ".join(str(part) for part in (names.get(item, item), *place) if part and part != "available"),
        link=f"/stock/items/{item}?site={site}" if item in names else "",
        says=finding.says,
        since=_when(datetime.fromisoformat(since) if since else finding.found_at),
        case=case,
    )


def _unmatched(one: Unmatched, number: str, names: Mapping[str, str], sites: Mapping[str, str]) -> UnmatchedRow:
    place = [sites.get(one.site, one.site), one.location, f"lot {one.lot}" if one.lot else ""]
    place += [one.status.replace("_", " ")] if one.status not in ("", "available") else []
    sign = "+" if one.quantity > 0 else "−" if one.quantity < 0 else ""
    return UnmatchedRow(
        name=names.get(one.item, one.item),
        what=f"{number}, {one.reference}" if one.reference else number,
        where=", ".join(part for part in place if part),
        when=_when(one.happened_at),
        quantity=f"{sign}{wording.quantity(abs(one.quantity))}",
    )


def _gap(first: int, last: int) -> tuple[str, str]:
    numbers = f"{first:,}" if first == last else f"{first:,} to {last:,}"
    return numbers, wording.plural(last - first + 1, "event")


def _last(first: int, last: int) -> str:
    return f"{last:,}" if last >= first else "none"


def _when(at: datetime) -> str:
    return f"{at.day} {at:%b} {wording.hour(at)}"
