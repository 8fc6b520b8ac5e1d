"""Goods that customers send back: looked at piece by piece, restocked at what they cost when they left.

What is ours was shipped: no more of it comes back than that. What is not ours is written down, so that the customer can be
told, and touches neither stock nor money.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.amounts import pieces_of
from core.sales.billing_tables import DAMAGED, NOT_OURS, RESTOCK, CustomerReturn, CustomerReturnLine
from core.sales.cost_of_sales import settle
from core.sales.in_hand import OrderInHand
from core.sales.requests import lines_of, stand
from core.sales.return_commands import CameBack, ReceiveCustomerReturn, RestockReturned, ScrapReturned
from core.sales.tables import ShipmentLine
from core.stock import ledger as stock
from core.stock.ledger import Move
from core.stock.tables import CostEntry, StockStatus
from core.stock.taking_back import bring_back
from core.wording import quantity as words

STATUS = {RESTOCK: StockStatus.AVAILABLE, DAMAGED: StockStatus.DAMAGED}


def receive_customer_return(erp: Erp, cmd: ReceiveCustomerReturn) -> dict[str, Any]:
    """Take goods of an order back. Refuses more of a line than was shipped and is still with the customer, a moment before
    they left or to come, and a condition nobody knows."""
    hand = OrderInHand(erp, cmd.order)
    asked = lines_of(erp, hand, cmd.request)
    at = cmd.happened_at or erp.now
    if not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing came back")
    if at > erp.now:
        raise Refused(Refusal.NOTHING_TO_DO, f"{at:%Y-%m-%d %H:%M} is still to come")
    if cmd.site:
        erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    for one in cmd.lines:
        _must_be_sane(hand, one)

    number = erp.number("RET")
    rows: list[CustomerReturnLine] = []
    value = ZERO
    for one in cmd.lines:
        if one.disposition == NOT_OURS:
            rows.append(_not_ours(hand, number, one, cmd.site))
            continue
        pieces = pieces_of(erp, hand.line(one.line), one.quantity)
        if one.line in asked:
            asked[one.line].arrived += pieces
        for sent, part in _where_from(hand, one, pieces):
            row = _row(erp, number, one, sent, part, cmd.site or sent.site)
            sent.returned += part
            value += _bring_in(erp, number, row, sent, at)
            rows.append(row)
    for place, row in enumerate(rows, 1):
        row.line = place
    erp.add(
        CustomerReturn(
            entity=erp.entity,
            number=number,
            order=cmd.order,
            customer=hand.customer.number,
            request=cmd.request or None,
            site=cmd.site,
            received_by=str(erp.actor),
            happened_at=at,
            recorded_at=erp.now,
        )
    )
    erp.add(*rows)
    if value:
        sides = [ledger.debit(accounts.INVENTORY, value), ledger.credit(accounts.SHIPPED_NOT_INVOICED, value)]
        ledger.post(
            erp, document=number, says=f"Back from {hand.customer.name}, {cmd.order}", sides=sides, day=at.date()
        )
    ours = [one for one in hand.sent() if any(row.shipment == one.shipment for row in rows)]
    settle(erp, ours, document=number, says=f"Back from {hand.customer.name}, {cmd.order}", day=at.date())
    stand(hand, cmd.request)
    hand.settle()
    for item, site in dict.fromkeys((row.item, row.site) for row in rows if row.shipment is not None):
        erp.emit("stock_taken_back", f"item {item}", item=item, site=site, document=number)
    erp.emit("customer_returned", f"customer_return {number}", order=cmd.order, customer=hand.customer.number)
    return {"return": number, "value": value, "lines": [_told(row) for row in rows]}


def restock_returned(erp: Erp, cmd: RestockReturned) -> dict[str, Any]:
    """Damaged pieces of a return can be sold again. Their value stays where it is."""
    row, pieces = _damaged(erp, cmd)
    out = _move(row, StockStatus.DAMAGED, -pieces, "rework")
    stock.shift(erp, [out, out.back(status=StockStatus.AVAILABLE)])
    row.damaged_left -= pieces
    erp.session.flush()
    erp.emit("stock_released", f"item {row.item}", item=row.item, site=row.site, quantity=pieces, reason=cmd.reason)
    return {"return": row.number, "damaged_left": row.damaged_left}


def scrap_returned(erp: Erp, cmd: ScrapReturned) -> dict[str, Any]:
    """Write damaged pieces of a return off, at what they cost."""
    row, pieces = _damaged(erp, cmd)
    value = stock.take_out(
        erp, _move(row, StockStatus.DAMAGED, -pieces, "scrap"), account=accounts.SCRAP, receipt=row.number
    )
    if value:
        sides = [ledger.debit(accounts.SCRAP, value), ledger.credit(accounts.INVENTORY, value)]
        ledger.post(erp, document=row.number, says=f"Scrapped from {row.number}: {cmd.reason}", sides=sides)
    row.damaged_left -= pieces
    erp.session.flush()
    erp.emit("returned_scrapped", f"customer_return {row.number}", item=row.item, site=row.site, reason=cmd.reason)
    return {"return": row.number, "damaged_left": row.damaged_left, "value": value}


def _must_be_sane(hand: OrderInHand, one: CameBack) -> None:
    if one.disposition not in (*STATUS, NOT_OURS):
        known = ", ".join((*STATUS, NOT_OURS))
        raise Refused(Refusal.COMMAND_MALFORMED, f"pieces are {known}, not {one.disposition!r}")
    if one.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, one.quantity)
    if one.disposition != NOT_OURS or one.line is not None:
        hand.line(one.line)


def _not_ours(hand: OrderInHand, number: str, one: CameBack, site: str) -> CustomerReturnLine:
    """Pieces we did not ship, as they were found. They have no unit of ours, and are counted as they are."""
    of_line = hand.line(one.line) if one.line is not None else None
    return CustomerReturnLine(
        entity=hand.erp.entity,
        number=number,
        order_line=one.line,
        item=one.item or (of_line.item if of_line else ""),
        site=site or (of_line.site if of_line else ""),
        location=one.location,
        lot=one.lot,
        pieces=one.quantity,
        disposition=NOT_OURS,
        damaged_left=ZERO,
        says=one.says,
    )


def _where_from(hand: OrderInHand, one: CameBack, pieces: Decimal) -> list[tuple[ShipmentLine, Decimal]]:
    """Which shipped pieces came back: credited ones that are awaited first, then those shipped last."""
    sent = [x for x in hand.sent(one.line) if not one.lot or x.lot == one.lot]
    there = sum((x.may_come_back for x in sent), ZERO)
    if pieces > there:
        of_lot = f" of lot {one.lot}" if one.lot else ""
        raise Refused(
            Refusal.MORE_THAN_SHIPPED,
            f"{words(there)}{of_lot} of {hand.order.number} line {one.line} are with the customer,"
            f" {words(pieces)} came: the others are not ours",
        )
    newest = sorted(sent, key=lambda x: -x.entry)
    taken = dict.fromkeys((x.entry for x in newest), ZERO)
    for awaited_only in (True, False):
        for x in newest:
            most = x.may_come_back - taken[x.entry]
            if awaited_only:
                most = min(most, x.credited - x.returned)
            part = min(max(most, ZERO), pieces)
            taken[x.entry] += part
            pieces -= part
    return [(x, taken[x.entry]) for x in newest if taken[x.entry] > ZERO]


def _row(erp: Erp, number: str, one: CameBack, sent: ShipmentLine, pieces: Decimal, site: str) -> CustomerReturnLine:
    return CustomerReturnLine(
        entity=erp.entity,
        number=number,
        order_line=sent.order_line,
        shipment=sent.shipment,
        shipment_line=sent.line,
        item=sent.item,
        site=site,
        location=one.location,
        lot=sent.lot,
        pieces=pieces,
        disposition=one.disposition,
        damaged_left=pieces if one.disposition == DAMAGED else ZERO,
        says=one.says,
    )


def _bring_in(erp: Erp, number: str, row: CustomerReturnLine, sent: ShipmentLine, at: datetime) -> Decimal:
    """Bring the pieces of a row on hand, at their share of what the shipment cost. Gives what that is."""
    issue = erp.need(CostEntry, erp.entity, sent.entry, refusal=Refusal.ENTRY_UNKNOWN)
    erp.session.flush()
    return bring_back(erp, issue, _move(row, STATUS[row.disposition], row.pieces, "customer return"), at)


def _damaged(erp: Erp, cmd: RestockReturned | ScrapReturned) -> tuple[CustomerReturnLine, Decimal]:
    """A damaged line of a return, locked, and how many of its pieces are asked. Refuses more than wait there."""
    back = erp.need(CustomerReturn, erp.entity, cmd.returned, refusal=Refusal.RETURN_UNKNOWN)
    OrderInHand(erp, back.order)
    row = erp.need(CustomerReturnLine, erp.entity, cmd.returned, cmd.line, refusal=Refusal.RETURN_UNKNOWN, lock=True)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say what was found")
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    if cmd.quantity > row.damaged_left:
        raise Refused(
            Refusal.MORE_THAN_RECEIVED,
            f"{words(row.damaged_left)} of {row.number} line {row.line} are damaged and here",
        )
    erp.need(Item, erp.entity, row.item, refusal=Refusal.ITEM_UNKNOWN)
    return row, cmd.quantity


def _move(row: CustomerReturnLine, status: StockStatus, quantity: Decimal, kind: str) -> Move:
    return Move(
        item=row.item,
        site=row.site,
        location=row.location,
        lot=row.lot,
        status=status,
        quantity=quantity,
        document=row.number,
        kind=kind,
    )


def _told(row: CustomerReturnLine) -> dict[str, Any]:
    return {"line": row.line, "item": row.item, "pieces": row.pieces, "disposition": row.disposition}
