"""What customers ask to send back: taken down once, never for more than was shipped, and answered by a credit note."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.amounts import must_be_a_price, pieces_of
from core.sales.billing_tables import ARRIVED, OPEN, SETTLED, WITHDRAWN, ReturnRequest, ReturnRequestLine
from core.sales.in_hand import OrderInHand
from core.sales.return_commands import CreditedGoods, RegisterReturnRequest, WithdrawReturnRequest
from core.wording import listed
from core.wording import quantity as words


def register_return_request(erp: Erp, cmd: RegisterReturnRequest) -> dict[str, Any]:
    """Take a wish down. Refuses one on an order that has others nobody named, and pieces that were not shipped or are asked
    back already."""
    hand = OrderInHand(erp, cmd.order)
    if not cmd.lines:
        raise Refused(Refusal.NOTHING_TO_DO, "a request for nothing")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why the goods come back")
    asked: dict[int, Decimal] = {}
    for one in cmd.lines:
        line = hand.line(one.line)
        if one.line in asked:
            raise Refused(Refusal.COMMAND_MALFORMED, f"line {one.line} is asked back twice")
        asked[one.line] = pieces_of(erp, line, one.quantity)
        if one.price is not None:
            must_be_a_price(one.price, line.item)
            if one.price > line.price:
                raise Refused(Refusal.MORE_THAN_BILLED, f"{line.item} was sold at {line.price:f}, not {one.price:f}")
    standing = _standing(erp, cmd.order)
    unnamed = sorted(set(standing) - set(cmd.knowing))
    if unnamed:
        raise Refused(
            Refusal.NEEDS_CONFIRMATION,
            f"{listed(unnamed)} asked for returns of {cmd.order} already: say that it is known",
        )
    for place, pieces in asked.items():
        line = hand.line(place)
        before = sum((of.get(place, ZERO) for of in standing.values()), ZERO)
        if pieces > line.shipped - before:
            raise Refused(
                Refusal.MORE_THAN_SHIPPED,
                f"{words(line.shipped)} of {cmd.order} line {place} were shipped, {words(before)} of them are asked back"
                f" already, {words(pieces)} asked",
            )

    number = erp.number("RR")
    request = ReturnRequest(
        entity=erp.entity,
        number=number,
        order=cmd.order,
        customer=hand.customer.number,
        state=OPEN,
        reason=cmd.reason,
        requested_at=erp.now,
    )
    rows = [
        ReturnRequestLine(
            entity=erp.entity,
            request=number,
            order_line=one.line,
            pieces=asked[one.line],
            price=one.price,
            arrived=ZERO,
            credited=ZERO,
        )
        for one in cmd.lines
    ]
    erp.add(request, *rows)
    erp.effect("record", f"Return request {number} on {cmd.order}", now=OPEN)
    erp.emit("return_requested", f"return_request {number}", request=number, order=cmd.order, customer=request.customer)
    return {"request": number, "pieces": sum(asked.values(), ZERO), "earlier": sorted(standing)}


def withdraw_return_request(erp: Erp, cmd: WithdrawReturnRequest) -> dict[str, Any]:
    """Nothing will come of a request. Refuses one of which something came or was credited."""
    known = erp.need(ReturnRequest, erp.entity, cmd.request, refusal=Refusal.RETURN_UNKNOWN)
    OrderInHand(erp, known.order)
    request = erp.need(ReturnRequest, erp.entity, cmd.request, refusal=Refusal.RETURN_UNKNOWN, lock=True)
    if request.state != OPEN:
        raise Refused(Refusal.RETURN_NOT_OPEN, f"{request.number} is {request.state}")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why it is off")

    request.state = WITHDRAWN
    erp.session.flush()
    erp.effect("record", f"Return request {request.number} on {request.order}", was=OPEN, now=WITHDRAWN)
    erp.emit("return_withdrawn", f"return_request {request.number}", request=request.number, order=request.order)
    return {"request": request.number}


def lines_of(erp: Erp, hand: OrderInHand, number: str) -> dict[int, ReturnRequestLine]:
    """The lines of a request on the order in hand, by the order's lines; none without a request. Refuses a request on
    another order, and one that was withdrawn. The order's lock guards them."""
    if not number:
        return {}
    request = erp.need(ReturnRequest, erp.entity, number, refusal=Refusal.RETURN_UNKNOWN, lock=True)
    if request.order != hand.order.number:
        raise Refused(Refusal.RETURN_UNKNOWN, f"{number} is a request on {request.order}")
    if request.state == WITHDRAWN:
        raise Refused(Refusal.RETURN_NOT_OPEN, f"{number} was withdrawn")
    rows = erp.session.scalars(
        select(ReturnRequestLine)
        .where(ReturnRequestLine.entity == erp.entity, ReturnRequestLine.request == number)
        .order_by(ReturnRequestLine.order_line)
        .execution_options(populate_existing=True)
    ).all()
    erp.held.extend(rows)
    return {row.order_line: row for row in rows}


def to_credit_of(
    hand: OrderInHand, request: str, named: Sequence[CreditedGoods]
) -> list[tuple[CreditedGoods, Decimal]]:
    """What a credit note is about, in the order's unit and in pieces: the lines named, else what came back under the
    request (or, without one, of the order) and was billed. Refuses more of a request than it is about."""
    erp, of_request = hand.erp, lines_of(hand.erp, hand, request)
    if named:
        found = [(one, pieces_of(erp, hand.line(one.line), one.quantity)) for one in named]
        for one, pieces in found:
            row = of_request.get(one.line)
            if request and (row is None or pieces > row.pieces - row.credited):
                left = ZERO if row is None else row.pieces - row.credited
                raise Refused(Refusal.MORE_THAN_BILLED, f"{words(left)} of {request} are not credited yet")
        return found
    due = _due(hand, of_request) if request else _due_of_order(hand)
    return [
        (
            CreditedGoods(
                line=number,
                quantity=pieces / hand.line(number).unit_factor,
                price=of_request[number].price if request else None,
            ),
            pieces,
        )
        for number, pieces in sorted(due.items())
        if pieces > ZERO
    ]


def credited_under(hand: OrderInHand, request: str, asked: Sequence[tuple[CreditedGoods, Decimal]]) -> None:
    """Count what was credited of a request."""
    of_request = lines_of(hand.erp, hand, request)
    for one, pieces in asked if of_request else ():
        of_request[one.line].credited += pieces
    stand(hand, request)


def stand(hand: OrderInHand, request: str) -> None:
    """Let a request's state say what came of it. The only line that moves it on is here."""
    of_request = lines_of(hand.erp, hand, request)
    if any(row.arrived + row.credited > ZERO for row in of_request.values()):
        row = hand.erp.need(ReturnRequest, hand.erp.entity, request, refusal=Refusal.RETURN_UNKNOWN)
        row.state = ARRIVED if any(_due(hand, of_request).values()) else SETTLED
        hand.erp.session.flush()


def _due(hand: OrderInHand, of_request: Mapping[int, ReturnRequestLine]) -> dict[int, Decimal]:
    """Pieces that came under a request and are to be credited, by the order's lines: those of them that were billed."""
    due = _due_of_order(hand)
    return {number: max(min(row.arrived - row.credited, due[number]), ZERO) for number, row in of_request.items()}


def _due_of_order(hand: OrderInHand) -> dict[int, Decimal]:
    due = dict.fromkeys(hand.lines, ZERO)
    for sent in hand.sent():
        due[sent.order_line] += min(sent.billed_too_much, sent.to_credit)
    return due


def _standing(erp: Erp, order: str) -> dict[str, dict[int, Decimal]]:
    """The requests on an order that were not withdrawn: pieces by the order's lines. What of a request did not come and
    was credited, or came in the end, is still asked back by it."""
    rows = erp.session.execute(
        select(ReturnRequestLine.request, ReturnRequestLine.order_line, ReturnRequestLine.pieces)
        .join(
            ReturnRequest,
            (ReturnRequest.entity == ReturnRequestLine.entity) & (ReturnRequest.number == ReturnRequestLine.request),
        )
        .where(ReturnRequest.entity == erp.entity, ReturnRequest.order == order, ReturnRequest.state != WITHDRAWN)
    )
    found: dict[str, dict[int, Decimal]] = {}
    for request, line, pieces in rows:
        found.setdefault(request, {})[line] = pieces
    return found
