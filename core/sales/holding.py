"""Credit looked at again when goods leave: since an order was confirmed its customer may have passed the limit, or not
have paid what is due. Such an order stays where it is and says why, until the customer's credit allows it again or
somebody with authority over credit lets goods of it leave.

A hold changes neither demand nor exposure: the goods stay promised, only the door is shut.
"""

from decimal import Decimal
from typing import Any

from core.deciding.facts import person_of
from core.erp import Erp
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.sales.amounts import worth
from core.sales.commands import ReleaseShipping
from core.sales.in_hand import OrderInHand
from core.sales.queries import credit
from core.sales.receivables import overdue
from core.wording import amount as money
from core.wording import day

RELEASES = ("credit_manager", "controller")
"""The roles that let goods leave in spite of a customer's credit, each up to the amount it was granted with."""


def must_wait(erp: Erp, hand: OrderInHand, asked: dict[int, Decimal]) -> str:
    """Why these pieces, by line, may not leave now, in words; "" when they may. Puts the order on hold or ends its hold,
    and uses up what was released for it. A customer without a limit is not watched."""
    order, customer = hand.order, hand.customer
    why = _reason(erp, hand)
    if not why:
        _free(erp, hand)
        return ""
    value = sum(
        (worth(hand.line(line), hand.line(line).shipped, hand.line(line).shipped + pieces, customer.currency))
        for line, pieces in asked.items()
    )
    if order.released_by and value <= order.released:
        order.released -= value
        return ""
    if order.released_by:
        left, whole = money(order.released, customer.currency), money(Decimal(value), customer.currency)
        why = f"{why}; {left} are released, {whole} asked"
    if why != order.hold_reason:
        was, order.hold_reason, order.held_at = order.hold_reason, why, erp.now
        erp.session.flush()
        erp.effect("record", f"Shipping of {order.number}", was=was, now=why)
    erp.note("command", f"{order.number} does not leave: {why}")
    erp.emit("shipping_held", f"sales_order {order.number}", order=order.number, customer=customer.number, says=why)
    return why


def release_shipping(erp: Erp, cmd: ReleaseShipping) -> dict[str, Any]:
    """Let goods of a held order leave, up to an amount. Refuses an order that nothing holds, whoever entered it, and
    who holds no such role or not for that amount."""
    hand = OrderInHand(erp, cmd.order)
    order, customer = hand.order, hand.customer
    if order.held_at is None:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing holds {order.number}")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "who releases goods in spite of the credit says why")
    left = sum(
        (worth(line, line.shipped, line.shipped + line.left, customer.currency) for line in hand.lines.values()), ZERO
    )
    amount = left if cmd.up_to is None else cmd.up_to
    if amount < ZERO or cmd.up_to == ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, amount)
    if amount != rounded(amount, customer.currency):
        raise Refused(Refusal.PRECISION, f"{amount} is finer than {customer.currency}")
    if amount > left:
        said = money(left, customer.currency)
        raise Refused(Refusal.MORE_THAN_ORDERED, f"{said} of {order.number} are left, {amount} asked")
    role = _role(erp, order.entered_by, amount)

    was = order.hold_reason
    order.hold_reason, order.held_at = "", None
    order.released, order.released_by = amount, erp.actor.id
    erp.session.flush()
    now = f"released up to {money(amount, customer.currency)}"
    erp.effect("record", f"Shipping of {order.number}", was=was, now=now)
    erp.note("command", f"{order.number} may leave, {now}: {cmd.reason}")
    erp.emit(
        "shipping_released",
        f"sales_order {order.number}",
        order=order.number,
        customer=customer.number,
        amount=amount,
        role=role,
        held_for=was,
        reason=cmd.reason,
    )
    return {"order": order.number, "released": amount, "was": was}


def _reason(erp: Erp, hand: OrderInHand) -> str:
    """What is wrong with the customer's credit at this hour."""
    customer = hand.customer
    if customer.credit_limit is None:
        return ""
    reasons = []
    now = credit(erp.session, erp.entity, customer.number)
    if not now.allowed:
        over, limit = money(now.over, customer.currency), money(customer.credit_limit, customer.currency)
        reasons.append(f"{customer.name} is {over} over the credit limit of {limit}")
    unpaid, since = overdue(erp.session, erp.entity, customer.number, erp.today)
    if since is not None:
        late = money(unpaid, customer.currency)
        reasons.append(f"{'' if reasons else customer.name + ' has '}{late} overdue, the oldest since {day(since)}")
    return ", and ".join(reasons)


def _free(erp: Erp, hand: OrderInHand) -> None:
    """The credit allows it again: the hold ends by itself, and what was released in spite of it is needed no more."""
    order = hand.order
    order.released, order.released_by = ZERO, ""
    if order.held_at is None:
        return
    was, order.hold_reason, order.held_at = order.hold_reason, "", None
    erp.session.flush()
    erp.effect("record", f"Shipping of {order.number}", was=was, now="the credit allows it again")
    erp.emit("shipping_free", f"sales_order {order.number}", order=order.number, customer=order.customer, held_for=was)


def _role(erp: Erp, entered_by: str, amount: Decimal) -> str:
    """The role in which whoever acts may release so much, her own or lent to her. Refuses when there is none."""
    if erp.actor.kind != "person":
        raise Refused(Refusal.NO_AUTHORITY, f"{erp.actor} is no person")
    if entered_by == erp.actor.id:
        raise Refused(Refusal.DUTIES, f"{entered_by} entered the order")
    person = person_of(erp, erp.actor.id)
    limits = [(role, person.limits.get(role)) for role in person.roles]
    limits += [(one.role, one.limit) for one in person.delegations if one.by != entered_by]
    for role, limit in limits:
        if role in RELEASES and (limit is None or amount <= limit):
            return role
    held = [role for role, _ in limits if role in RELEASES]
    says = f"not up to {amount}" if held else f"it needs {' or '.join(RELEASES).replace('_', ' ')}"
    raise Refused(Refusal.NO_AUTHORITY, f"{person.name} may not release it: {says}")
