"""A count from its opening to its posting, while picks go on.

What counts is the balance at the moment of the scan: pieces that are picked or received afterwards change the books and
the shelf alike, so the difference stays what it was. What was picked before and booked later was gone from the shelf: it is
known when the count is confirmed or posted. Posting adjusts by the difference, never to a figure, and never twice.
"""

from typing import Any

from sqlalchemy import func, select

from core.counting.commands import (
    Beside,
    CancelCount,
    ConfirmVariance,
    CountAgain,
    CountItem,
    OpenCount,
    PostCount,
    RefreshCount,
    SetCountPolicy,
)
from core.counting.holding import ask_again, balance_at, hold, must_not_be_put_right
from core.counting.pieces import in_pieces
from core.counting.tables import CANCELLED, OPEN, POSTED, CountLine, CountPolicy, CountScan, StockCount
from core.counting.tolerance import variance_of
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.reconciling.settling import CountedPlace
from core.reconciling.settling import counted as warehouse_counted
from core.refusals import Refusal, Refused
from core.stock.commands import AdjustStock
from core.stock.ledger import take_turn
from core.stock.placing import DECIDED_HERE, must_be_decided_here
from core.stock.tables import StockBalance, StockStatus


def set_count_policy(erp: Erp, cmd: SetCountPolicy) -> dict[str, Any]:
    """Keep how far a count may differ. Replaces what was said before."""
    if cmd.quantity_pct < ZERO or cmd.value_limit < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{cmd.quantity_pct} percent, {cmd.value_limit}")
    if cmd.item:
        erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    row = erp.session.get(CountPolicy, (erp.entity, cmd.item), with_for_update=True)
    if row is None:
        row = CountPolicy(entity=erp.entity, item=cmd.item)
    row.quantity_pct, row.value_limit = cmd.quantity_pct, cmd.value_limit
    erp.add(row)
    erp.emit("count_policy_set", f"item {cmd.item or 'any'}", item=cmd.item)
    return {"item": cmd.item}


def open_count(erp: Erp, cmd: OpenCount) -> dict[str, Any]:
    """Open a count with a line for every balance that is asked for. Says where to count, not how many to find."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    for sku in cmd.items:
        erp.need(Item, erp.entity, sku, refusal=Refusal.ITEM_UNKNOWN)
    number = erp.number("CNT")
    erp.add(StockCount(entity=erp.entity, number=number, site=cmd.site, state=OPEN, opened_at=erp.now))
    places = _places(erp, cmd)
    here = {place[0] for place in places}
    places += [(sku, cmd.location or "", "", StockStatus.AVAILABLE) for sku in cmd.items if sku not in here]
    for line, (sku, location, lot, status) in enumerate(places, 1):
        row = CountLine(entity=erp.entity, count=number, line=line, item=sku, location=location, lot=lot, status=status)
        erp.add(row)
    erp.emit("count_opened", f"stock_count {number}", count=number, site=cmd.site)
    return {"count": number, "lines": len(places)}


def _places(erp: Erp, cmd: OpenCount) -> list[tuple[str, str, str, StockStatus]]:
    wanted = [StockBalance.entity == erp.entity, StockBalance.site == cmd.site, StockBalance.status.in_(DECIDED_HERE)]
    if cmd.items:
        wanted.append(StockBalance.item.in_(cmd.items))
    if cmd.location is not None:
        wanted.append(StockBalance.location == cmd.location)
    columns = (StockBalance.item, StockBalance.location, StockBalance.lot, StockBalance.status)
    rows = erp.session.execute(select(*columns).where(*wanted, StockBalance.quantity != 0).order_by(*columns))
    return [(row.item, row.location, row.lot, StockStatus(row.status)) for row in rows]


def count_item(erp: Erp, cmd: CountItem) -> dict[str, Any]:
    """Note what was counted, and what the books had at that moment. Answers with the line alone."""
    count = _open(erp, cmd.count)
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    must_be_decided_here(cmd.status)
    if cmd.unit_cost is not None and cmd.unit_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: worth {cmd.unit_cost}")
    counted, told = in_pieces(erp, item, (Beside(quantity=cmd.counted, unit=cmd.unit), *cmd.beside))
    at = cmd.scanned_at or erp.now
    if not count.opened_at <= at <= erp.now:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{count.number} is open from {count.opened_at:%Y-%m-%d %H:%M} until now")
    line = _line_of(erp, count, cmd)
    line.counted, line.unit_cost = counted, cmd.unit_cost
    hold(erp, count, line, at)
    line.root_cause = line.confirmed_by = ""
    erp.session.flush()
    scan = CountScan(
        entity=erp.entity,
        count=count.number,
        line=line.line,
        seq=_scans(erp, line) + 1,
        counted=line.counted,
        told=told,
        expected=line.expected,
        scanned_at=at,
        scanned_by=str(erp.actor),
    )
    erp.add(scan)
    erp.emit("item_counted", f"stock_count {count.number}", count=count.number, line=line.line)
    return {"count": count.number, "line": line.line}


def refresh_count(erp: Erp, cmd: RefreshCount) -> dict[str, Any]:
    """Ask the books again for every line, counted or not. What a person confirmed has to be confirmed again."""
    count = _open(erp, cmd.count)
    for line in _lines(erp, count):
        hold(erp, count, line, erp.now)
    erp.session.flush()
    erp.emit("count_refreshed", f"stock_count {count.number}", count=count.number)
    return {"count": count.number}


def count_again(erp: Erp, cmd: CountAgain) -> dict[str, Any]:
    """Ask for lines to be counted again. Refuses lines that are not counted yet."""
    count = _open(erp, cmd.count)
    for number in cmd.lines:
        line = erp.need(CountLine, erp.entity, count.number, number, refusal=Refusal.COUNT_UNKNOWN, lock=True)
        if line.counted is None:
            raise Refused(Refusal.NOTHING_TO_DO, f"line {number} of {count.number} is not counted")
        line.counted, line.unit_cost, line.root_cause, line.confirmed_by = None, None, "", ""
    erp.session.flush()
    erp.effect("record", f"Count {count.number}", was="counted", now="to be counted again")
    erp.emit("count_asked_again", f"stock_count {count.number}", count=count.number, lines=list(cmd.lines))
    return {"count": count.number}


def confirm_variance(erp: Erp, cmd: ConfirmVariance) -> dict[str, Any]:
    """A person stands for a line that differs too much. Refuses whoever counted it: one does not confirm one's own."""
    count = _open(erp, cmd.count)
    line = erp.need(CountLine, erp.entity, count.number, cmd.line, refusal=Refusal.COUNT_UNKNOWN, lock=True)
    if line.counted is None:
        raise Refused(Refusal.NOTHING_TO_DO, f"line {cmd.line} of {count.number} is not counted")
    ask_again(erp, count, line)
    counted_by = erp.session.scalars(
        select(CountScan.scanned_by).where(
            CountScan.entity == erp.entity, CountScan.count == count.number, CountScan.line == cmd.line
        )
    ).all()
    decided = erp.because.case or erp.simulated  # by a person on a case, whose duties are checked there
    if str(erp.actor) in counted_by or (erp.actor.kind != "person" and not decided):
        raise Refused(Refusal.DUTIES, f"{erp.actor} counted this, or is nobody: somebody else has to look into it")
    if cmd.root_cause is None and not erp.simulated:
        raise Refused(Refusal.REASON_REQUIRED, "whoever stands for a count says why it differs")
    line.root_cause, line.confirmed_by = cmd.root_cause or "", erp.because.case or str(erp.actor)
    erp.session.flush()
    erp.effect("record", f"Count {count.number} line {cmd.line}", was="differs", now="confirmed")
    erp.emit(
        "variance_confirmed",
        f"stock_count {count.number}",
        count=count.number,
        line=cmd.line,
        root_cause=cmd.root_cause,
        reason=cmd.reason,
    )
    return {"count": count.number, "line": cmd.line}


def post_count(erp: Erp, cmd: PostCount) -> dict[str, Any]:
    """Adjust every line by its difference. Refuses lines that are not counted, and those that wait for a person."""
    count = _open(erp, cmd.count)
    lines = _lines(erp, count)
    missing = [line.item for line in lines if line.counted is None]
    if missing or not lines:
        raise Refused(Refusal.NOTHING_TO_DO, f"not counted yet: {', '.join(missing) or 'anything'}")
    for line in lines:
        must_not_be_put_right(erp, count, line)
        ask_again(erp, count, line)
    waiting = [
        line.item
        for line in lines
        if not line.confirmed_by and not variance_of(erp.session, count, line, erp.currency).within
    ]
    if waiting:
        raise Refused(Refusal.NEEDS_CONFIRMATION, f"differs too much, count again or confirm: {', '.join(waiting)}")
    for line in lines:
        _adjust(erp, count, line)
    count.state, count.posted_at = POSTED, erp.now
    erp.session.flush()
    warehouse_counted(erp, count.number, count.site, [CountedPlace.of(line) for line in lines])
    erp.emit("count_posted", f"stock_count {count.number}", count=count.number)
    return {"count": count.number, "adjusted": {str(line.line): line.adjusted for line in lines if line.adjusted}}


def _adjust(erp: Erp, count: StockCount, line: CountLine) -> None:
    """By the difference; where a counted piece is given another cost, all that is there goes out and comes in anew."""
    steps = [line.difference]
    if line.unit_cost is not None:
        there = balance_at(erp, count, line, erp.now)
        steps = [-there, there + line.difference]
    for quantity in steps:
        if quantity == ZERO:
            continue
        adjustment = AdjustStock(
            entity=erp.entity,
            item=line.item,
            site=count.site,
            quantity=quantity,
            reason=f"{count.number} line {line.line}: {line.root_cause or 'within tolerance'}",
            lot=line.lot,
            location=line.location,
            status=StockStatus(line.status),
            unit_cost=line.unit_cost if quantity > ZERO else None,
        )
        erp.perform(adjustment)
    line.adjusted = line.difference


def cancel_count(erp: Erp, cmd: CancelCount) -> dict[str, Any]:
    """Give a count up. Refuses to do so without a reason."""
    count = _open(erp, cmd.count)
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever gives a count up says why")
    count.state = CANCELLED
    erp.session.flush()
    erp.emit("count_cancelled", f"stock_count {count.number}", count=count.number, reason=cmd.reason)
    return {"count": count.number}


def _open(erp: Erp, number: str) -> StockCount:
    """The count, held in the turn of whoever changes stock. Refuses one that is not open."""
    take_turn(erp)
    count = erp.need(StockCount, erp.entity, number, refusal=Refusal.COUNT_UNKNOWN, lock=True)
    if count.state != OPEN:
        raise Refused(Refusal.COUNT_NOT_OPEN, f"{number} is {count.state}")
    return count


def _lines(erp: Erp, count: StockCount) -> list[CountLine]:
    rows = select(CountLine).where(CountLine.entity == erp.entity, CountLine.count == count.number)
    return list(erp.session.scalars(rows.order_by(CountLine.line).execution_options(populate_existing=True)))


def _line_of(erp: Erp, count: StockCount, cmd: CountItem) -> CountLine:
    """The line of a balance; a new one for what was found where nothing was expected."""
    lines = _lines(erp, count)
    place = (cmd.item, cmd.location, cmd.lot, cmd.status)
    for line in lines:
        if (line.item, line.location, line.lot, line.status) == place:
            return line
    found = CountLine(
        entity=erp.entity,
        count=count.number,
        line=len(lines) + 1,
        item=cmd.item,
        location=cmd.location,
        lot=cmd.lot,
        status=cmd.status,
    )
    erp.add(found)
    return found


def _scans(erp: Erp, line: CountLine) -> int:
    made = select(func.count()).where(
        CountScan.entity == erp.entity, CountScan.count == line.count, CountScan.line == line.line
    )
    return erp.session.scalar(made) or 0
