"""What a count found, for whoever looks into it: differences at the moment of each scan, and what posting would book.

Whoever counted sees no difference as long as the count is open, and confirms none of her own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case
from core.counting import queries
from core.counting.commands import PostCount
from core.counting.detect import cause_of
from core.counting.queries import Counted
from core.counting.tables import OPEN, CountLine, CountScan, RootCause, StockCount
from core.masterdata.tables import Item
from core.people.tables import Person
from core.simulation import Simulated
from desk.stock_count_views import count_named, moment_words, site_name
from desk.stock_hands import tried
from desk.web import User
from desk.wording import capital, count_words

ZERO = Decimal(0)
CAUSES = tuple((cause.value, capital(cause.value.replace("_", " "))) for cause in RootCause)
"""Root causes to choose from: value and words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultRow:
    """One line of a count. Figures are empty where they are not for this person's eyes yet."""

    line: int
    name: str
    where: str
    counted: str
    booked: str
    difference: str
    worth: str
    off: bool
    scans: tuple[str, ...]
    state: str
    kind: str
    may_confirm: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """The count for whoever looks into it."""

    number: str
    says: str
    more_says: str
    site: str
    open: bool
    blind: bool
    rows: tuple[ResultRow, ...]
    case: str
    posting: Simulated | None
    waits: str
    may: Mapping[str, bool]
    currency: str
    total: str


def result(session: Session, user: User, number: str, may: Mapping[str, bool]) -> Result:
    """What a count found. Differences are for those who did not count, until it is posted."""
    count = count_named(session, user, number)
    lines = queries.lines(session, user.entity, number)
    names = _names(session, user, {line.item for line in lines})
    scans = _scans(session, user, number)
    counters = {scan.scanned_by for found in scans.values() for scan in found}
    blind = count.state == OPEN and (user.id in counters or not (may["ConfirmVariance"] or may["OpenCount"]))
    confirmed = _confirmed(session, user, number)
    known = counters | {by for _, by in confirmed.values()}
    people = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(known))).all())
    posting = _posting(session, user, count, lines, may) if not blind else None
    case = session.scalar(
        select(Case.number).where(Case.entity == user.entity, Case.cause == cause_of(number), Case.closed_at.is_(None))
    )
    total = sum((line.variance.value for line in lines if line.counted is not None), ZERO)
    return Result(
        number=number,
        says=_says(count, lines, blind=blind),
        more_says=f"{site_name(session, user, count.site)}, opened {moment_words(count.opened_at)}. Each scan is held"
        " against what the books had at that moment, so picks go on meanwhile.",
        site=count.site,
        open=count.state == OPEN,
        blind=blind,
        rows=tuple(
            _row(line, user, names, scans.get(line.line, []), people, confirmed, may, blind=blind) for line in lines
        ),
        case=case or "",
        posting=posting,
        waits=_waits(count, lines),
        may=may,
        currency=user.currency,
        total="" if blind else _signed_money(total, user),
    )


def _row(
    line: Counted,
    user: User,
    names: Mapping[str, str],
    scans: Sequence[CountScan],
    people: Mapping[str, str],
    confirmed: Mapping[int, tuple[str, str]],
    may: Mapping[str, bool],
    *,
    blind: bool,
) -> ResultRow:
    counted, shown = line.counted is not None, line.counted is not None and not blind
    cause, by = confirmed.get(line.line, ("", ""))
    state, kind = ("Not counted", "") if not counted else ("Counted", "go")
    if shown:
        state, kind = ("Within tolerance", "go") if line.variance.within else ("Differs too much", "stop")
    if shown and by:
        state, kind = f"{capital(cause.replace('_', ' '))}, says {people.get(by, by)}", "go"
    places = [line.location, f"lot {line.lot}" if line.lot else ""]
    return ResultRow(
        line=line.line,
        name=names.get(line.item, line.item),
        where=", ".join(part for part in (line.item, *places) if part),
        counted=wording.quantity(line.counted) if line.counted is not None else "–",
        booked=wording.quantity(line.expected or ZERO) if shown else "–",
        difference=_signed(line.variance.quantity) if shown else "–",
        worth=_signed_money(line.variance.value, user) if shown else "–",
        off=shown and not line.variance.within,
        scans=tuple(
            f"{scan.told or wording.quantity(scan.counted)} by {people.get(scan.scanned_by, scan.scanned_by)}, "
            f"{wording.hour(scan.scanned_at)}"
            for scan in scans
        ),
        state=state,
        kind=kind,
        may_confirm=shown
        and line.needs_confirmation
        and may["ConfirmVariance"]
        and user.id not in {scan.scanned_by for scan in scans},
    )


def _posting(
    session: Session, user: User, count: StockCount, lines: Sequence[Counted], may: Mapping[str, bool]
) -> Simulated | None:
    """What posting would book, once nothing stands against it."""
    ready = count.state == OPEN and lines and not _waits(count, lines)
    if not ready or not may["PostCount"]:
        return None
    return tried(session, user, PostCount(entity=user.entity, count=count.number))


def _waits(count: StockCount, lines: Sequence[Counted]) -> str:
    """What a count still waits for, in a sentence; empty when it can be posted."""
    if count.state != OPEN:
        return ""
    missing = sum(line.counted is None for line in lines)
    if missing:
        return f"{count_words(missing)} {'place is' if missing == 1 else 'places are'} not counted yet."
    differ = sum(line.needs_confirmation for line in lines)
    if differ:
        them = "place differs" if differ == 1 else "places differ"
        return f"{count_words(differ)} {them} too much: count again, or confirm."
    return ""


def _says(count: StockCount, lines: Sequence[Counted], *, blind: bool) -> str:
    if count.state != OPEN:
        adjusted = sum(bool(line.adjusted) for line in lines)
        return f"{count.number} is {count.state}, {wording.plural(adjusted, 'place')} adjusted"
    counted = sum(line.counted is not None for line in lines)
    if blind or not counted:
        return f"{count.number}: {counted} of {wording.plural(len(lines), 'place')} counted"
    differ = sum(line.needs_confirmation for line in lines if line.counted is not None)
    found = f"{differ} {'differs' if differ == 1 else 'differ'} too much" if differ else "none differs too much"
    return f"{count.number}: {counted} of {wording.plural(len(lines), 'place')} counted, {found}"


def _scans(session: Session, user: User, number: str) -> dict[int, list[CountScan]]:
    found: dict[int, list[CountScan]] = {}
    for scan in session.scalars(
        select(CountScan)
        .where(CountScan.entity == user.entity, CountScan.count == number)
        .order_by(CountScan.line, CountScan.seq)
    ):
        found.setdefault(scan.line, []).append(scan)
    return found


def _confirmed(session: Session, user: User, number: str) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(CountLine.line, CountLine.root_cause, CountLine.confirmed_by).where(
            CountLine.entity == user.entity, CountLine.count == number, CountLine.confirmed_by != ""
        )
    )
    return {line: (cause, by) for line, cause, by in rows}


def _names(session: Session, user: User, items: set[str]) -> dict[str, str]:
    rows: Any = session.execute(select(Item.sku, Item.name).where(Item.entity == user.entity, Item.sku.in_(items)))
    return dict(rows.all())


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{wording.quantity(abs(value))}"


def _signed_money(value: Decimal, user: User) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{wording.plain_amount(abs(value), user.currency)}"
