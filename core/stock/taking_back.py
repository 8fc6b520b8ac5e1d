"""Pieces of an issue that come back, at what they cost when they went, whatever they cost today."""

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
from core.stock.cost_commands import TakeBack
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.tables import CostEntry, StockStatus
from core.wording import quantity as words


def take_back(erp: Erp, cmd: TakeBack) -> dict[str, Any]:
    """Take pieces of an issue back on hand. Refuses more than went, a moment before they went, and another site for
    pieces that went out before they came: their cost is not known there."""
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    stock.take_turn(erp)
    at = cmd.happened_at or erp.now
    document = erp.number("RET")
    value, wanted = ZERO, cmd.quantity
    for issue in _issues(erp, cmd):
        part = min(wanted, issue.quantity - _returned(erp, issue))
        if part <= ZERO:
            continue
        if at < issue.happened_at:
            raise Refused(Refusal.NO_SUCH_MOVE, f"{cmd.document} went out on {issue.happened_at:%Y-%m-%d}")
        if issue.site != cmd.site and recosting.owes(erp, issue.number):
            raise Refused(Refusal.CANNOT_BE_VALUED, f"{cmd.document} is not covered yet: take it back at {issue.site}")
        move = Move(
            item=cmd.item,
            site=cmd.site,
            status=StockStatus.AVAILABLE,
            quantity=part,
            document=document,
            kind="customer return",
            lot=issue.lot,
        )
        worth = recosting.share_of(erp, issue.number, part)
        (back,) = stock.bring_in(
            erp, [move], [worth], account=accounts.COST_OF_GOODS_SOLD, happened_at=at, source=issue.number
        )
        value, wanted = value + back.step.value, wanted - part
    if wanted:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{cmd.document}: {words(wanted)} more than went out")
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.COST_OF_GOODS_SOLD, value)]
        ledger.post(erp, document=document, says=f"Back from {cmd.document}", sides=sides, day=at.date())
    erp.emit("stock_taken_back", f"item {cmd.item}", item=cmd.item, site=cmd.site, document=document)
    return {"return": document, "value": value}


def _issues(erp: Erp, cmd: TakeBack) -> list[CostEntry]:
    """What went out under the document, newest first: the last piece out is the first back."""
    found = erp.session.scalars(
        select(CostEntry)
        .where(
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
    return list(found)


def _returned(erp: Erp, issue: CostEntry) -> Decimal:
    total = erp.session.scalar(
        select(func.sum(CostEntry.quantity)).where(
            CostEntry.entity == erp.entity, CostEntry.source == issue.number, CostEntry.does == Does.IN
        )
    )
    return total or ZERO
