"""What the case page shows of stock, to decide by: the days ahead with what comes and goes, who gets what from which supply,
what other sites can spare; for a count its scans and what moved since the last one. Plain rows; the template only shows."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core import wording
from core.availability.arithmetic import STOCK
from core.cases import Case, CaseFinding, Code
from core.counting.looking_into import CountSeen, LineSeen, look_into
from core.masterdata.standing_in import substitutes_of
from core.replenishment.outlook import Outlook, outlook
from desk.document_views import TabView

RUNS_OUT = (Code.INVENTORY_SHORTAGE, Code.SAFETY_STOCK_BREACH)
ROWS_MAX = 60
"""So many rows of a table are shown; a line says how many more there are."""


def stock_tabs(session: Session, case: Case, found: Sequence[CaseFinding], now: datetime) -> tuple[TabView, ...]:
    """The tables of a stock case; none of any other."""
    tabs: list[TabView] = []
    for item, site in sorted({(f.facts["item"], f.facts["site"]) for f in found if f.code in RUNS_OUT}):
        seen = outlook(session, case.entity, item, site, now)
        tabs += [_ahead(seen), _pegs(seen), _sites(seen), *_substitutes(seen)]
    for number in sorted({f.facts["count"] for f in found if f.code == Code.STOCK_VARIANCE}):
        count = look_into(session, case.entity, number)
        wanted = {int(f.facts["line"]) for f in found if f.facts.get("count") == number}
        lines = [line for line in count.lines if line.line.line in wanted]
        tabs += [_scans(count, lines), *(_moves(line) for line in lines)]
    return tuple(tabs)


def stock_notes(session: Session, case: Case, found: Sequence[CaseFinding], now: datetime) -> tuple[str, ...]:
    """What is not offered, and why, so that nobody looks for it."""
    items = sorted({str(f.facts["item"]) for f in found if f.code == Code.INVENTORY_SHORTAGE})
    return tuple(
        f"No substitute is offered: no record names an item that may stand in for {item}"
        for item in items
        if not substitutes_of(session, case.entity, item, now.date())
    )


def _ahead(seen: Outlook) -> TabView:
    """Day by day: what comes, what goes, what is left. What is overdue counts as of today."""
    moves: list[tuple[date, int, str, Decimal]] = [
        (max(one.day, seen.today), 0, one.source, one.quantity) for one in seen.supplies
    ]
    moves += [(max(one.day, seen.today), 1, one.document, -one.quantity) for one in seen.demands]
    left = seen.opening
    rows = [("Today", "available", "", "", _signed(left))]
    for day, _, what, change in sorted(moves):
        left += change
        comes, goes = (wording.quantity(change), "") if change > 0 else ("", wording.quantity(-change))
        rows.append((wording.day(day), what, comes, goes, _signed(left)))
    safety = f"{wording.quantity(seen.safety)} kept for safety" if seen.safety else "nothing kept for safety"
    lasts = f", lasts {wording.quantity(seen.cover_days)} days at the pace of late" if seen.cover_days else ""
    return TabView(
        id=f"ahead-{seen.item}-{seen.site}",
        icon="clock",
        title="Days ahead",
        kind="table",
        head=((f"{seen.name} at {seen.site_name}, {safety}{lasts}", ""),),
        columns=("Day", "What", "Comes", "Goes", "Left"),
        rows=_cut(rows),
    )


def _pegs(seen: Outlook) -> TabView:
    """Who claims what, from which supply it comes, and what nothing covers."""
    rows = []
    for peg in seen.pegs:
        late = peg in seen.starving and bool(peg.source)
        source = "what is here" if peg.source == STOCK else peg.source or "nothing on order"
        comes = "–" if peg.day is None else f"{wording.day(peg.day)}{', late' if late else ''}"
        rows.append((peg.demand.document, source, wording.day(peg.demand.day), comes, wording.quantity(peg.quantity)))
    missing = sum((peg.quantity for peg in seen.starving), Decimal(0))
    kept = sum((demand.reserved for demand in seen.demands), Decimal(0))
    head = (
        f"{wording.quantity(missing)} late or covered by nothing, {wording.quantity(kept)} reserved from what is here"
    )
    return TabView(
        id=f"pegs-{seen.item}-{seen.site}",
        icon="page",
        title="Who gets what",
        kind="table",
        head=((head, ""),),
        columns=("For", "From", "Wanted", "Comes", "Pieces"),
        rows=_cut(rows),
    )


def _sites(seen: Outlook) -> TabView:
    rows = [
        (
            one.site,
            one.name,
            *(wording.quantity(figure) for figure in (one.available, one.reserved, one.wanted, one.keeps, one.spare)),
        )
        for one in seen.others
    ]
    return TabView(
        id=f"sites-{seen.item}-{seen.site}",
        icon="box",
        title="Other sites",
        kind="table",
        head=(("Available less reserved, wanted there and kept by policy is what a site can spare", ""),),
        columns=("Site", "Name", "Available", "Reserved", "Wanted", "Kept", "To spare"),
        rows=tuple(rows),
    )


def _substitutes(seen: Outlook) -> list[TabView]:
    """What may leave in its place; nothing where no record names any."""
    if not seen.stand_ins:
        return []
    rows = [
        (
            one.item,
            one.name,
            wording.quantity(one.factor),
            *(wording.quantity(figure) for figure in (one.promisable(seen.today), one.keeps, one.spare(seen.today))),
        )
        for one in seen.stand_ins
    ]
    tab = TabView(
        id=f"substitutes-{seen.item}-{seen.site}",
        icon="box",
        title="Substitutes",
        kind="table",
        head=((f"What may stand in for {seen.item}, and how much of it can be promised from today", ""),),
        columns=("Item", "Name", "For one", "To promise", "Kept", "To spare"),
        rows=tuple(rows),
    )
    return [tab]


def _scans(count: CountSeen, lines: Sequence[LineSeen]) -> TabView:
    rows = []
    for seen in lines:
        for scan in seen.scans:
            off = scan.counted - scan.expected
            when = f"{wording.day(scan.at.date())} {wording.hour(scan.at)} by {scan.by}"
            when += f", as {scan.told}" if scan.told else ""
            figures = (wording.quantity(scan.expected), wording.quantity(scan.counted), _signed(off, plus=True))
            rows.append((_place(seen), when, *figures))
    rest = f", {wording.plural(count.not_counted, 'line')} not counted yet" if count.not_counted else ""
    return TabView(
        id=f"count-{count.number}",
        icon="box",
        title=f"Count {count.number}",
        kind="table",
        head=((f"At {count.site_name}{rest}. Booked is what the books had at the moment of the scan", ""),),
        columns=("Item", "Scanned", "Booked", "Counted", "Off"),
        rows=_cut(rows),
    )


def _moves(seen: LineSeen) -> TabView:
    """What moved since the line was counted last; a move that explains the difference alone is marked."""
    rows = [
        (
            move.document,
            f"{move.kind}{', would explain it' if move in seen.suspects else ''}",
            f"{wording.day(move.at.date())} {wording.hour(move.at)}",
            _signed(move.quantity, plus=True),
        )
        for move in seen.moves
    ]
    before = seen.counted_before
    since = f"since it was counted on {wording.day(before.date())}" if before else "ever; it was never counted before"
    return TabView(
        id=f"moves-{seen.line.line}",
        icon="clock",
        title=f"Moves of {_place(seen)}",
        kind="table",
        head=((f"{wording.plural(len(rows), 'move')} of {seen.name} {since}, the latest first", ""),),
        columns=("Document", "What", "When", "Pieces"),
        rows=_cut(rows),
    )


def _place(seen: LineSeen) -> str:
    return " ".join(part for part in (seen.line.item, seen.line.location, seen.line.lot) if part)


def _signed(value: Decimal, *, plus: bool = False) -> str:
    sign = "−" if value < 0 else "+" if plus and value > 0 else ""
    return f"{sign}{wording.quantity(abs(value))}"


def _cut(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    if len(rows) <= ROWS_MAX:
        return tuple(rows)
    return (*rows[:ROWS_MAX], ("", f"and {len(rows) - ROWS_MAX} more"))
