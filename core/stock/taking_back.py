"""Pieces of an issue that come back, at what they cost when they went, whatever they cost today."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock import recosting
from core.stock.cost_commands import ReceiveReturn
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.placing import must_be_decided_here
from core.stock.tables import CostEntry, StockMove
from core.stock.units import counted_in_base
from core.wording import quantity as words


def take_back(erp: Erp, cmd: ReceiveReturn) -> dict[str, Any]:
    """Take pieces of an issue back on hand. Refuses more than went, a moment before they went, and another site for
    pieces that went out before they came: their cost is not known there."""
    cmd = counted_in_base(erp, cmd)
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    must_be_decided_here(cmd.status)
    stock.take_turn(erp)
    at = cmd.happened_at or erp.now
    _must_have_gone(erp, cmd)
    document = erp.number("RET")
    value, wanted = ZERO, cmd.quantity
    for issue in _issues(erp, cmd):
        returned = _returned(erp, issue)
        part = min(wanted, issue.quantity - returned)
        if part <= ZERO:
            continue
        wanted -= part
        for lot, quantity in [(cmd.lot, part)] if cmd.lot else _lots_of(erp, issue, returned, part):
            move = Move(
                item=cmd.item,
                site=cmd.site,
                location=cmd.location,
                status=cmd.status,
                quantity=quantity,
                document=document,
                kind="customer return",
                lot=lot,
            )
            value += bring_back(erp, issue, move, at)
    if wanted:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{cmd.document}: {words(wanted)} more than went out")
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.COST_OF_GOODS_SOLD, value)]
        ledger.post(erp, document=document, says=f"Back from {cmd.document}", sides=sides, day=at.date())
    erp.emit("stock_taken_back", f"item {cmd.item}", item=cmd.item, site=cmd.site, document=document)
    return {"return": document, "value": value}


def bring_back(erp: Erp, issue: CostEntry, move: Move, at: datetime) -> Decimal:
    """Bring pieces of an issue on hand, at their share of what it cost. Gives that; the caller posts it, against the
    account the issue went to. Refuses a moment before they went, and another site for pieces that went out before they
    came."""
    if at < issue.happened_at:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{issue.document} went out on {issue.happened_at:%Y-%m-%d}")
    if issue.site != move.site and recosting.owes(erp, issue.number):
        raise Refused(Refusal.CANNOT_BE_VALUED, f"{issue.document} is not covered yet: take it back at {issue.site}")
    worth = recosting.share_of(erp, issue.number, move.quantity)
    (back,) = stock.bring_in(erp, [move], [worth], account=issue.account, happened_at=at, source=issue.number)
    return back.step.value


def _issues(erp: Erp, cmd: ReceiveReturn) -> list[CostEntry]:
    """What went out under the document, newest first: the last piece out is the first back."""
    of_lot = [CostEntry.lot.in_(("", cmd.lot))] if cmd.lot else []
    found = erp.session.scalars(
        select(CostEntry)
        .where(
            *of_lot,
            CostEntry.entity == erp.entity,
            CostEntry.document == cmd.document,
            CostEntry.item == cmd.item,
            CostEntry.does == Does.OUT,
            CostEntry.kind == "issue",
        )
        .order_by(CostEntry.number.desc())
    ).all()
    if not found:
        raise Refused(Refusal.NO_SUCH_MOVE, f"no {cmd.item} went out under {cmd.document}")
    if any(issue.account != accounts.COST_OF_GOODS_SOLD for issue in found):
        raise Refused(
            Refusal.NO_SUCH_MOVE, f"{cmd.document} is a shipment: take it back as a return of its sales order"
        )
    return list(found)


def _lots_of(erp: Erp, issue: CostEntry, returned: Decimal, part: Decimal) -> list[tuple[str, Decimal]]:
    """The lots that so many pieces of an issue went out of, when nobody says which came back: the last out, less what is
    back already, is the first back. Moves and cost entries of a document tell of the same pieces in the same order."""
    if issue.lot:
        return [(issue.lot, part)]
    went = (StockMove.entity == erp.entity, StockMove.document == issue.document, StockMove.item == issue.item)
    moves = erp.session.execute(
        select(StockMove.lot, -StockMove.quantity).where(*went, StockMove.kind == "issue").order_by(StockMove.number)
    ).all()
    before = select(func.coalesce(func.sum(CostEntry.quantity), ZERO)).where(
        CostEntry.entity == erp.entity,
        CostEntry.document == issue.document,
        CostEntry.item == issue.item,
        CostEntry.does == Does.OUT,
        CostEntry.kind == "issue",
        CostEntry.number < issue.number,
    )
    upto = erp.session.execute(before).scalar_one() + issue.quantity - returned
    since, place = upto - part, ZERO
    found: list[tuple[str, Decimal]] = []
    for lot, quantity in moves:
        of_lot = min(upto, place + quantity) - max(since, place)
        place += quantity
        if of_lot > ZERO:
            found.append((lot, of_lot))
    return found


def _must_have_gone(erp: Erp, cmd: ReceiveReturn) -> None:
    """Refuses pieces of a lot of which not so many went out under the document."""
    if not cmd.lot:
        return
    moved = (StockMove.entity == erp.entity, StockMove.document == cmd.document, StockMove.item == cmd.item)
    gone = erp.session.scalar(
        select(func.coalesce(-func.sum(StockMove.quantity), ZERO)).where(
            *moved, StockMove.lot == cmd.lot, StockMove.kind == "issue"
        )
    )
    if gone is None or gone < cmd.quantity:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{cmd.document}: {words(gone or ZERO)} of lot {cmd.lot} went out")


def _returned(erp: Erp, issue: CostEntry) -> Decimal:
    total = erp.session.scalar(
        select(func.sum(CostEntry.quantity)).where(
            CostEntry.entity == erp.entity, CostEntry.source == issue.number, CostEntry.does == Does.IN
        )
    )
    return total or ZERO
