"""What was shipped is billed, and what was billed is credited: never more, in pieces or in money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.books import accounts, ledger
from core.erp import Erp
from core.money import ZERO, rounded, split
from core.refusals import Refusal, Refused
from core.sales.amounts import must_be_a_price, pieces_of, worth
from core.sales.billing_tables import BILL, CREDIT_NOTE, CustomerInvoice, CustomerInvoiceLine
from core.sales.commands import InvoiceCustomer
from core.sales.cost_of_sales import settle
from core.sales.in_hand import OrderInHand
from core.sales.receivables import owe
from core.sales.requests import credited_under, to_credit_of
from core.sales.return_commands import CreditCustomer, CreditedGoods
from core.sales.tables import SalesOrderLine, Shipment, ShipmentLine
from core.wording import quantity as words


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Pieces of one shipment line on a bill (positive) or credit note (negative), and what they come to."""

    sent: ShipmentLine
    pieces: Decimal
    amount: Decimal
    goods_kept: bool = False


def invoice_customer(erp: Erp, cmd: InvoiceCustomer) -> dict[str, Any]:
    """Bill shipped pieces at the order's price: receivable against revenue, and what they cost from shipped to cost of
    sales. Refuses pieces that were not shipped, came back, or are on a bill already."""
    hand = OrderInHand(erp, cmd.order)
    sent = hand.sent()
    asked: dict[int, Decimal] = {}
    for one in cmd.lines:
        line = hand.line(one.line)
        asked[one.line] = asked.get(one.line, ZERO) + pieces_of(erp, line, one.quantity)
    parts: list[Part] = []
    for number, line in sorted(hand.lines.items()):
        mine = [one for one in sent if one.order_line == number]
        there = sum((one.to_bill for one in mine), ZERO)
        wanted = asked.get(number, ZERO) if cmd.lines else there
        if wanted > there:
            raise Refused(
                Refusal.MORE_THAN_SHIPPED,
                f"{words(there)} of {cmd.order} line {number} are shipped and not billed, {words(wanted)} asked",
            )
        parts += _billed(line, mine, wanted, hand.customer.currency)
    if not parts:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing of {cmd.order} is shipped and not billed")

    for part in parts:
        part.sent.billed += part.pieces
    day = (cmd.happened_at or erp.now).date()
    return _post(erp, hand, BILL, parts, day=day)


def credit_customer(erp: Erp, cmd: CreditCustomer) -> dict[str, Any]:
    """Give back the price of billed pieces. Refuses more than was billed and not credited, more than a piece was billed
    at, and a credit nobody gives a reason for."""
    hand = OrderInHand(erp, cmd.order)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a credit names its reason")
    asked = to_credit_of(hand, cmd.request, cmd.lines)
    if not asked:
        raise Refused(
            Refusal.NOTHING_TO_DO, f"nothing of {cmd.request or cmd.order} came back that is billed and not credited"
        )

    sent = hand.sent()
    parts: list[Part] = []
    for one, pieces in asked:
        parts += _credited(hand, hand.line(one.line), [x for x in sent if x.order_line == one.line], one, pieces)
    credited_under(hand, cmd.request, asked)
    day = (cmd.happened_at or erp.now).date()
    return _post(erp, hand, CREDIT_NOTE, parts, day=day, reason=cmd.reason, request=cmd.request or None)


def _billed(line: SalesOrderLine, sent: Iterable[ShipmentLine], pieces: Decimal, currency: str) -> list[Part]:
    """Pieces of a line to be billed, from what was shipped first."""
    parts = []
    done = line.billed
    for one in sent:
        part = min(one.to_bill, pieces)
        if part > ZERO:
            parts.append(Part(sent=one, pieces=part, amount=worth(line, done, done + part, currency)))
            done, pieces = done + part, pieces - part
    return parts


def _credited(
    hand: OrderInHand, line: SalesOrderLine, sent: Sequence[ShipmentLine], one: CreditedGoods, pieces: Decimal
) -> list[Part]:
    """Take pieces off what was billed of a line: what came back first, then what was shipped last."""
    there = sum((x.to_credit for x in sent), ZERO)
    if pieces > there:
        raise Refused(
            Refusal.MORE_THAN_BILLED,
            f"{words(there)} of {line.order} line {line.line} are billed and not credited, {words(pieces)} asked",
        )
    amount = _given_back(line, one.price, pieces, hand.customer.currency)
    chosen = _chosen(sent, pieces, goods_kept=one.goods_kept)
    line.credited += pieces
    line.credited_amount += amount
    for x, part in chosen:
        if one.goods_kept:
            x.let_go += part
        else:
            x.credited += part
    shares = split(amount, [part for _, part in chosen], hand.customer.currency)
    return [
        Part(sent=x, pieces=-part, amount=-share, goods_kept=one.goods_kept)
        for (x, part), share in zip(chosen, shares, strict=True)
    ]


def _given_back(line: SalesOrderLine, price: Decimal | None, pieces: Decimal, currency: str) -> Decimal:
    """What pieces are credited with: the order's price or a lower one, and all credits of a line never more than its
    bills."""
    if price is None or price == line.price:
        amount = worth(line, line.credited, line.credited + pieces, currency)
    else:
        must_be_a_price(price, line.item)
        if price > line.price:
            raise Refused(Refusal.MORE_THAN_BILLED, f"{line.item} was billed at {line.price:f}, {price:f} asked back")
        amount = rounded(price * pieces / line.unit_factor, currency)
    return min(amount, worth(line, ZERO, line.billed, currency) - line.credited_amount)


def _chosen(sent: Sequence[ShipmentLine], pieces: Decimal, *, goods_kept: bool) -> list[tuple[ShipmentLine, Decimal]]:
    """Which shipped pieces a credit is about. Those the customer keeps must be with the customer."""
    newest = sorted(sent, key=lambda x: -x.entry)
    taken = dict.fromkeys((x.entry for x in newest), ZERO)
    for back_only in (True, False):
        for x in newest:
            most = x.to_credit - taken[x.entry]
            if goods_kept:
                most = min(most, x.may_come_back - taken[x.entry])
            elif back_only:
                most = min(most, x.billed_too_much)
            part = min(max(most, ZERO), pieces)
            taken[x.entry] += part
            pieces -= part
    if pieces > ZERO:
        raise Refused(Refusal.MORE_THAN_SHIPPED, f"{words(pieces)} of these came back: the customer does not keep them")
    return [(x, taken[x.entry]) for x in newest if taken[x.entry] > ZERO]


def _post(
    erp: Erp,
    hand: OrderInHand,
    kind: str,
    parts: Sequence[Part],
    *,
    day: date,
    reason: str = "",
    request: str | None = None,
) -> dict[str, Any]:
    """Write a bill or credit note with its entry, and let cost of sales and the order follow."""
    customer, order = hand.customer, hand.order
    _must_be_a_day(erp, day, parts)
    number = erp.number("CI" if kind == BILL else "CM")
    total = sum((part.amount for part in parts), ZERO)
    says = f"{'Billed' if kind == BILL else 'Credited'} {order.number}, {customer.name}"
    entry = None
    if total:
        sides = [ledger.debit(customer.account, total), ledger.credit(accounts.SALES, total)]
        entry = ledger.post(erp, document=number, says=says, sides=sides, day=day)
        owe(erp, customer, document=number, amount=total, day=day, entry=entry, order=order.number)
    erp.add(
        CustomerInvoice(
            entity=erp.entity,
            number=number,
            kind=kind,
            customer=customer.number,
            order=order.number,
            request=request,
            day=day,
            due=day + timedelta(days=customer.terms_days) if kind == BILL else None,
            total=total,
            reason=reason,
            entry=entry,
            made_by=str(erp.actor),
            made_at=erp.now,
        )
    )
    erp.add(*(_row(erp, number, place, part) for place, part in enumerate(parts, 1)))
    for part in parts:
        part.sent.billed_on = day
    cost = settle(
        erp, {x.entry: x for x in (part.sent for part in parts)}.values(), document=number, says=says, day=day
    )
    hand.settle()
    event = "customer_invoiced" if kind == BILL else "customer_credited"
    erp.emit(event, f"customer_invoice {number}", invoice=number, order=order.number, customer=customer.number)
    return {"invoice": number, "total": total, "cost": cost}


def _row(erp: Erp, number: str, place: int, part: Part) -> CustomerInvoiceLine:
    return CustomerInvoiceLine(
        entity=erp.entity,
        invoice=number,
        line=place,
        order=part.sent.order,
        order_line=part.sent.order_line,
        shipment=part.sent.shipment,
        shipment_line=part.sent.line,
        item=part.sent.item,
        pieces=part.pieces,
        amount=part.amount,
        goods_kept=part.goods_kept,
    )


def _must_be_a_day(erp: Erp, day: date, parts: Iterable[Part]) -> None:
    """Refuses a day to come, one before the goods left, and a credit before its bill."""
    if day > erp.today:
        raise Refused(Refusal.NOTHING_TO_DO, f"{day} is still to come")
    for part in parts:
        shipment = erp.need(Shipment, erp.entity, part.sent.shipment, refusal=Refusal.ORDER_UNKNOWN)
        first = shipment.happened_at.date() if part.pieces > ZERO else part.sent.billed_on
        if first is not None and day < first:
            raise Refused(Refusal.NO_SUCH_MOVE, f"{part.sent.shipment}: {first} was not yet, on {day}")
