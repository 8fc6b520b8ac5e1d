"""Counts as people see them: the list, and the sheet of whoever counts, which is blind.

The sheet is built from lines without their book figures: what is not handed to a page cannot be read from it.
"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import HTTPException
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.counting.tables import OPEN, CountLine, CountScan, StockCount
from core.masterdata.tables import Conversion, Item, Site
from desk.web import User
from desk.wording import capital

COUNTS_MAX = 50
SEVERAL = {"box": "boxes", "dozen": "dozens", "kg": "kg", "m": "m", "l": "l"}
"""What several of a unit are called where no s does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRow:
    """One count in the list."""

    number: str
    site: str
    opened: str
    state: str
    kind: str
    counted: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What whoever counts is shown: one place, and how far the count is. Never a book figure."""

    number: str
    site: str
    open: bool
    done: int
    all: int
    line: int
    item: str
    name: str
    unit: str
    decimals: int
    units: tuple[tuple[str, str], ...]
    where: str
    lot: str
    held: bool
    counted_before: bool
    scan: int
    others: tuple[tuple[int, str, str, bool], ...]
    next_line: int


def count_rows(session: Session, user: User) -> tuple[CountRow, ...]:
    """The newest counts, open ones first, each with how many of its lines are counted."""
    lines = (
        select(
            CountLine.count,
            func.count().label("all"),
            func.count(CountLine.counted).label("done"),
        )
        .where(CountLine.entity == user.entity)
        .group_by(CountLine.count)
        .subquery()
    )
    rows = session.execute(
        select(StockCount, Site.name, lines.c.all, lines.c.done, Case.number)
        .join(lines, lines.c.count == StockCount.number)
        .outerjoin(Site, (Site.entity == StockCount.entity) & (Site.code == StockCount.site))
        .outerjoin(
            Case,
            (Case.entity == StockCount.entity)
            & (Case.cause == "count:" + StockCount.number)
            & Case.closed_at.is_(None),
        )
        .where(StockCount.entity == user.entity)
        .order_by((StockCount.state == OPEN).desc(), StockCount.opened_at.desc(), StockCount.number.desc())
        .limit(COUNTS_MAX)
    )
    return tuple(
        CountRow(
            number=count.number,
            site=name or count.site,
            opened=moment_words(count.opened_at),
            state="Being counted" if count.state == OPEN else capital(count.state),
            kind={OPEN: "accent", "posted": "go"}.get(count.state, ""),
            counted=f"{done} of {wording.plural(all_, 'place')}",
            case=case or "",
        )
        for count, name, all_, done, case in rows
    )


def sheet(session: Session, user: User, number: str, line: int) -> Sheet:
    """The sheet of a count at a line, at the first that is not counted when none is named. 404 for what is not there."""
    count = count_named(session, user, number)
    rows = session.execute(
        select(
            CountLine.line, CountLine.item, CountLine.location, CountLine.lot, CountLine.status,
            CountLine.counted.is_not(None), Item.name, Item.unit, Item.unit_decimals,
        )
        .join(Item, (Item.entity == CountLine.entity) & (Item.sku == CountLine.item))
        .where(CountLine.entity == user.entity, CountLine.count == number)
        .order_by(CountLine.location, CountLine.line)
    ).all()  # fmt: skip
    open_lines = [row.line for row in rows if not row[5]]
    wanted = line or (open_lines[0] if open_lines else 0)
    one = next((row for row in rows if row.line == wanted), None)
    if line and one is None:
        raise HTTPException(404, f"{number} has no line {line}.")
    scans = select(func.count()).where(
        CountScan.entity == user.entity, CountScan.count == number, CountScan.line == wanted
    )
    return Sheet(
        number=number,
        site=site_name(session, user, count.site),
        open=count.state == OPEN,
        done=len(rows) - len(open_lines),
        all=len(rows),
        line=wanted,
        item=one.item if one else "",
        name=one.name if one else "",
        unit=one.unit if one else "",
        units=units_beside(session, user, one.item) if one else (),
        decimals=one.unit_decimals if one else 0,
        where=one.location if one else "",
        lot=one.lot if one else "",
        held=one is not None and one.status != "available",
        counted_before=bool(one and one[5]),
        scan=session.scalar(scans) or 0,
        others=tuple((row.line, row.location or "No location", row.name, bool(row[5])) for row in rows),
        next_line=next((other for other in open_lines if other != wanted), 0),
    )


def units_beside(session: Session, user: User, item: str) -> tuple[tuple[str, str], ...]:
    """The larger units an item may be counted in beside pieces, the largest first, each with its name for several."""
    rows = session.scalars(
        select(Conversion.unit)
        .where(Conversion.entity == user.entity, Conversion.item == item, Conversion.factor > 1)
        .order_by(Conversion.factor.desc(), Conversion.unit)
    )
    return tuple((unit, SEVERAL.get(unit, f"{unit}s")) for unit in rows)


def line_found(session: Session, user: User, number: str, words: str) -> int:
    """The line that a scanned or typed item number, name or bin means: one not counted yet before one that is."""
    wanted = words.strip().lower()
    rows = session.execute(
        select(CountLine.line, CountLine.item, CountLine.location, CountLine.lot, Item.name)
        .join(Item, (Item.entity == CountLine.entity) & (Item.sku == CountLine.item))
        .where(CountLine.entity == user.entity, CountLine.count == number)
        .order_by(CountLine.counted.is_not(None), CountLine.location, CountLine.line)
    ).all()
    exact = [row.line for row in rows if wanted in (row.item.lower(), row.location.lower(), row.lot.lower())]
    near = [row.line for row in rows if wanted and wanted in row.name.lower()]
    return int(next(iter([*exact, *near]), 0))


def count_named(session: Session, user: User, number: str) -> StockCount:
    """The count, or 404."""
    count = session.get(StockCount, (user.entity, number))
    if count is None:
        raise HTTPException(404, f"There is no count {number[:20]} in {user.entity}.")
    return count


def site_name(session: Session, user: User, site: str) -> str:
    """A site as people call it."""
    row = session.get(Site, (user.entity, site))
    return row.name if row else site


def moment_words(at: datetime) -> str:
    """A moment of these days: 20 Nov, 07:58."""
    return f"{at.day} {at:%b}, {wording.hour(at)}"
