"""What a way out of a stock exception rests on: what is free of its items wherever they lie, what is to come and to go
where they run out, and the lines of its count. Rows of stock have no version; their figures stand for one."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core import cases
from core.availability.dated import dated
from core.availability.tables import HELD, Reservation, Strength
from core.canonical import digest, plain
from core.case_defaults import STANDING
from core.cases import Case
from core.counting.tables import CountLine
from core.deciding.proposals import RestsOn
from core.erp import Erp
from core.money import ZERO
from core.stock.tables import StockBalance, StockStatus
from core.wording import quantity

FREE, AHEAD, COUNT = "free", "ahead", "count"
MILLIONTHS = 1_000_000


def stock_rows(erp: Erp, case: Case) -> Iterator[RestsOn]:
    """What is free of each item at each site, what is ahead where it runs out, and each count the case is about."""
    if case.code not in STANDING:
        return
    facts = [finding.facts for finding in cases.findings(erp, case.number) if finding.code in STANDING]
    for count in sorted({one["count"] for one in facts if "count" in one}):
        yield RestsOn(row=f"{COUNT} {count}", version=_of(_lines(erp, count)))
    short = sorted({(one["item"], one["site"]) for one in facts if "count" not in one and "item" in one})
    for item, site in short:
        there = dated(erp.session, erp.entity, [item], site, erp.now)[item]
        yield RestsOn(row=f"{AHEAD} {item} at {site}", version=_of(plain((there.supplies, there.demands))))
    for item in sorted({item for item, _ in short}):
        for site, free in sorted(_free(erp, item).items()):
            yield RestsOn(row=f"{FREE} {item} at {site}", version=int(free * MILLIONTHS))


def said(row: str, version: int | None) -> str:
    """How a row of stock read then or reads now: how many are free; that what is ahead or counted is another."""
    if version is None:
        return "nothing"
    if row.startswith(f"{FREE} "):
        return quantity((Decimal(version) / MILLIONTHS).normalize())
    return "as shown" if row.startswith((f"{AHEAD} ", f"{COUNT} ")) else f"version {version}"


def _of(figures: Any) -> int:
    """Figures as a number that is another one when they are others."""
    return int(digest(figures)[:12], 16)


def _lines(erp: Erp, count: str) -> list[Any]:
    columns = (CountLine.line, CountLine.counted, CountLine.expected, CountLine.confirmed_by, CountLine.unit_cost)
    rows = erp.session.execute(
        select(*columns).where(CountLine.entity == erp.entity, CountLine.count == count).order_by(CountLine.line)
    )
    return [plain(tuple(row)) for row in rows]


def _free(erp: Erp, item: str) -> dict[str, Decimal]:
    """What is available at each site and nobody has claimed hard."""
    there = erp.session.execute(
        select(StockBalance.site, func.sum(StockBalance.quantity))
        .where(
            StockBalance.entity == erp.entity,
            StockBalance.item == item,
            StockBalance.status == StockStatus.AVAILABLE,
        )
        .group_by(StockBalance.site)
    )
    free = {site: Decimal(quantity) for site, quantity in there}
    claimed = erp.session.execute(
        select(Reservation.site, func.sum(Reservation.quantity))
        .where(
            Reservation.entity == erp.entity,
            Reservation.item == item,
            Reservation.state == HELD,
            Reservation.strength == Strength.HARD,
            (Reservation.expires_at.is_(None)) | (Reservation.expires_at > erp.now),
        )
        .group_by(Reservation.site)
    )
    for site, quantity_ in claimed:
        free[site] = free.get(site, ZERO) - quantity_
    return free
