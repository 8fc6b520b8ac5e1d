"""Goods of an order leave: out of stock at what they cost, never more of a line than was ordered."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.availability import claims
from core.books import accounts, ledger
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.amounts import pieces_of
from core.sales.commands import ShipGoods, ShippedLine
from core.sales.holding import must_wait
from core.sales.in_hand import OrderInHand
from core.sales.tables import Shipment, ShipmentLine
from core.stock import ledger as stock
from core.stock.ledger import Move
from core.stock.picking import picks
from core.stock.tables import CostEntry, StockStatus
from core.wording import quantity as words


def ship_goods(erp: Erp, cmd: ShipGoods) -> dict[str, Any]:
    """Ship lines of a confirmed order. Refuses more than is left of a line, a moment to come, a closed day, and what
    the stock ledger refuses: pieces that are not there (but for a policy that lets them be sold first) and pieces that are
    reserved for somebody else. An order whose customer is over the limit or overdue by now is held: nothing leaves, and
    `held` says why."""
    hand = OrderInHand(erp, cmd.order)
    hand.must_be_confirmed()
    if not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, "a shipment of nothing")
    at = cmd.happened_at or erp.now
    if at > erp.now:
        raise Refused(Refusal.NOTHING_TO_DO, f"{at:%Y-%m-%d %H:%M} is still to come")
    asked: dict[int, Decimal] = {}
    for one in cmd.lines:
        line = hand.line(one.line)
        asked[one.line] = asked.get(one.line, ZERO) + pieces_of(erp, line, one.quantity)
        if asked[one.line] > line.left:
            raise Refused(
                Refusal.MORE_THAN_ORDERED,
                f"{words(line.left)} of {cmd.order} line {one.line} are left, {words(asked[one.line])} asked",
            )
    held = must_wait(erp, hand, asked)
    if held:
        return {"order": cmd.order, "shipment": "", "held": held, "value": ZERO, "left": _left(hand)}

    number = erp.number("SH")
    erp.add(
        Shipment(
            entity=erp.entity,
            number=number,
            order=cmd.order,
            customer=hand.customer.number,
            happened_at=at,
            recorded_at=erp.now,
            shipped_by=str(erp.actor),
        )
    )
    value, place = ZERO, 0
    for one in cmd.lines:
        line = hand.line(one.line)
        pieces = pieces_of(erp, line, one.quantity)
        for lot, part in picks(erp, line.item, line.site, one.location, one.lot, pieces, at, document=line.order):
            place += 1
            value += _ship(erp, hand, number, place, replace(one, lot=lot), part, at)
    if value:
        sides = [ledger.debit(accounts.SHIPPED_NOT_INVOICED, value), ledger.credit(accounts.INVENTORY, value)]
        ledger.post(erp, document=number, says=f"Shipped {cmd.order}", sides=sides, day=at.date())
    hand.settle()
    for item, site in dict.fromkeys((hand.line(one.line).item, hand.line(one.line).site) for one in cmd.lines):
        erp.emit("stock_issued", f"item {item}", item=item, site=site)
    erp.emit("goods_shipped", f"shipment {number}", shipment=number, order=cmd.order, customer=hand.customer.number)
    return {"shipment": number, "value": value, "left": _left(hand)}


def _left(hand: OrderInHand) -> Decimal:
    return sum((line.left for line in hand.lines.values()), ZERO)


def _ship(
    erp: Erp, hand: OrderInHand, number: str, place: int, one: ShippedLine, pieces: Decimal, at: datetime
) -> Decimal:
    """So many pieces of one lot leave for a line. Gives what they cost."""
    line = hand.line(one.line)
    claims.use(erp, line.order, line.item, line.site, pieces, location=one.location, lot=one.lot, line=line.line)
    claims.fulfil(erp, line.order, line.item, line.site, pieces, line=line.line)
    move = Move(
        item=line.item,
        site=line.site,
        location=one.location,
        lot=one.lot,
        status=StockStatus.AVAILABLE,
        quantity=-pieces,
        document=number,
        kind="issue",
    )
    value = stock.take_out(erp, move, account=accounts.SHIPPED_NOT_INVOICED, happened_at=at)
    erp.add(
        ShipmentLine(
            entity=erp.entity,
            shipment=number,
            line=place,
            order=line.order,
            order_line=line.line,
            item=line.item,
            site=line.site,
            location=one.location,
            lot=one.lot,
            pieces=pieces,
            billed=ZERO,
            credited=ZERO,
            let_go=ZERO,
            returned=ZERO,
            entry=_entry_of(erp, number),
            cost_of_sales=ZERO,
            billed_on=None,
        )
    )
    return value


def _entry_of(erp: Erp, shipment: str) -> int:
    """The cost entry that this line of the shipment just wrote: its last one."""
    last = select(func.max(CostEntry.number)).where(CostEntry.entity == erp.entity, CostEntry.document == shipment)
    return int(erp.session.execute(last).scalar_one())
