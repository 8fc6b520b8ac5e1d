"""A counted line beside the books: what they had of it at its moment, by all that is known now."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from core.counting.tables import POSTED, CountLine, StockCount
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.tables import StockBalance, StockMove


def hold(erp: Erp, count: StockCount, line: CountLine, at: datetime) -> None:
    """Hold a line against what the books had of it at a moment."""
    line.held_at = at
    line.held_after = erp.session.scalar(select(func.max(StockMove.number)).where(StockMove.entity == erp.entity)) or 0
    ask_again(erp, count, line)


def balance_at(erp: Erp, count: StockCount, line: CountLine, at: datetime, after: int | None = None) -> Decimal:
    """What the books had of a line at a moment: what they have now, less what happened later; of the very moment, less
    what was booked `after` a move."""
    key = (erp.entity, line.item, count.site, line.location, line.lot, line.status)
    row = erp.session.get(StockBalance, key, populate_existing=True)
    later = StockMove.happened_at > at
    if after is not None:
        later |= (StockMove.happened_at == at) & (StockMove.number > after)
    since = erp.session.scalar(
        select(func.sum(StockMove.quantity)).where(
            StockMove.entity == erp.entity,
            StockMove.item == line.item,
            StockMove.site == count.site,
            StockMove.location == line.location,
            StockMove.lot == line.lot,
            StockMove.status == line.status,
            later,
        )
    )
    return (row.quantity if row else ZERO) - (since or ZERO)


def ask_again(erp: Erp, count: StockCount, line: CountLine) -> None:
    """Hold a line against what the books had at its moment by all that is known now. A confirmation is of one difference:
    where it is another one, it has to be confirmed again."""
    assert line.held_at is not None, "what was never held against the books is not counted"
    had = balance_at(erp, count, line, line.held_at, line.held_after)
    if had != line.expected:
        line.expected, line.root_cause, line.confirmed_by = had, "", ""


def must_not_be_put_right(erp: Erp, count: StockCount, line: CountLine) -> None:
    """Refuses a difference that another count has put right since: it would be booked twice."""
    same = ("item", "location", "lot", "status")
    other = erp.session.scalar(
        select(StockCount.number)
        .join(CountLine, (CountLine.entity == StockCount.entity) & (CountLine.count == StockCount.number))
        .where(
            StockCount.entity == erp.entity,
            StockCount.site == count.site,
            StockCount.state == POSTED,
            StockCount.posted_at > line.held_at,
            CountLine.adjusted != ZERO,
            *(getattr(CountLine, name) == getattr(line, name) for name in same),
        )
        .order_by(StockCount.number)
        .limit(1)
    )
    if other is not None:
        raise Refused(
            Refusal.BOOKS_MOVED, f"{line.item}: {other} has put it right since it was counted, count it again"
        )
