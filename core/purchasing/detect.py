"""What can be wrong with what a supplier promises: later, less, dearer than ordered, or nothing at all."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select

from core.books.rates import worth_today
from core.case_words import counted
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.money import ZERO, percent, rounded
from core.purchasing.orders import OPEN, still_open, wanted
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.wording import amount, day, plural, price, quantity
from core.wording import percent as percent_words

CONFIRMATION_CODES = (Code.SUPPLIER_DELAY, Code.SUPPLIER_SHORT_CONFIRMATION, Code.SUPPLIER_PRICE_CHANGE)


def examine_confirmation(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Everything a confirmation (or a change of the order) makes wrong or right, line by line."""
    order = erp.session.get(PurchaseOrder, (erp.entity, event.facts["order"]))
    if order is None:
        return
    cause = cause_of(order.number)
    message = event.facts.get("message")
    just_came = event.kind == "goods_received"
    lines = [] if just_came and order.confirmed_at is None else _lines(erp, order)  # what nobody promised is not broken
    found: list[Finding] = []
    for line in lines:
        for check in (_delay, _short, _dearer):
            finding = check(erp, order, line, message)
            if finding is not None:
                found.append(finding)
    yield from found
    for code in CONFIRMATION_CODES:
        standing = tuple(sorted(finding.subject for finding in found if finding.code is code))
        yield Cleared(code=code, cause=cause, subject="*", but=standing)
    came = just_came or any(line.received + line.damaged > ZERO for line in lines)
    if order.confirmed_at is not None or order.state != OPEN or came:
        yield Cleared(code=Code.UNCONFIRMED_ORDER, cause=cause, subject="*")


def examine_overdue(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """An order nobody confirmed within its supplier's norm."""
    order = erp.session.get(PurchaseOrder, (erp.entity, event.facts["order"]))
    assert order is not None, "an overdue order that does not exist"
    lines = _lines(erp, order)
    value = sum((rounded(still_open(line) * line.price, order.currency) for line in lines), ZERO)
    stake = worth_today(erp, value, order.currency, agreed=order.rate)
    days = (erp.now - order.placed_at).days
    yield Finding(
        code=Code.UNCONFIRMED_ORDER,
        cause=cause_of(order.number),
        subject=f"purchase_order {order.number}",
        headline=f"Not confirmed after {plural(days, 'day')}",
        says=f"{order.number} over {amount(value, order.currency)}, placed {day(order.placed_at.date())}",
        stake=stake,
        facts={"clause": f"has not confirmed {order.number}"},
        supplier=order.supplier,
        order=order.number,
    )


def cause_of(order: str) -> str:
    """The cause that all findings on what was promised for an order fold by."""
    return f"order:{order}:confirmation"


def _delay(erp: Erp, order: PurchaseOrder, line: PurchaseOrderLine, message: str | None) -> Finding | None:
    """Promised after the day we need it by, while something is open."""
    if line.promised is None or line.promised <= line.need_by or still_open(line) <= 0:
        return None
    slips = (line.promised - line.need_by).days
    return _finding(
        order,
        line,
        Code.SUPPLIER_DELAY,
        message,
        headline=f"{plural(slips, 'day')} late",
        says=f"{line.description}: needed {day(line.need_by)}, promised {day(line.promised)}",
        stake=worth_today(erp, still_open(line) * line.price, order.currency, agreed=order.rate),
        facts={
            "clause": f"moved {{}} to {day(line.promised)}, {plural(slips, 'day')} late",
            "quantity": still_open(line),
            "unit": line.unit,
            "days": slips,
        },
    )


def _short(erp: Erp, order: PurchaseOrder, line: PurchaseOrderLine, message: str | None) -> Finding | None:
    """Confirmed less than ordered."""
    asked = wanted(line)
    if line.confirmed is None or line.confirmed >= asked or still_open(line) <= 0:
        return None
    missing = asked - line.confirmed
    return _finding(
        order,
        line,
        Code.SUPPLIER_SHORT_CONFIRMATION,
        message,
        headline=f"{counted(missing, line.unit)} not confirmed",
        says=f"{line.description}: ordered {quantity(asked)}, confirmed {quantity(line.confirmed)}",
        stake=worth_today(erp, missing * line.price, order.currency, agreed=order.rate),
        facts={"clause": "did not confirm {}", "quantity": missing, "unit": line.unit},
    )


def _dearer(erp: Erp, order: PurchaseOrder, line: PurchaseOrderLine, message: str | None) -> Finding | None:
    """Confirmed at another price than ordered. How much is too much is for policy to say."""
    if line.confirmed_price is None or line.confirmed_price == line.price or still_open(line) <= 0:
        return None
    change = percent(line.confirmed_price - line.price, line.price)
    way = "up" if change > 0 else "down"
    return _finding(
        order,
        line,
        Code.SUPPLIER_PRICE_CHANGE,
        message,
        headline=f"Price {way} {percent_words(abs(change))}",
        says=f"{line.description}: ordered at {price(line.price)}, confirmed at {price(line.confirmed_price)}",
        stake=worth_today(
            erp, abs(line.confirmed_price - line.price) * still_open(line), order.currency, agreed=order.rate
        ),
        facts={
            "clause": f"confirmed {line.description} {percent_words(abs(change))} {'dearer' if change > 0 else 'cheaper'}",
            "percent": change,
            "item": line.description,
        },
    )


def _finding(
    order: PurchaseOrder,
    line: PurchaseOrderLine,
    code: Code,
    message: str | None,
    *,
    headline: str,
    says: str,
    stake: Decimal,
    facts: dict[str, object],
) -> Finding:
    return Finding(
        code=code,
        cause=cause_of(order.number),
        subject=f"purchase_order {order.number}#{line.line}",
        headline=headline,
        says=says,
        stake=stake,
        facts={**facts, "line": line.line},
        supplier=order.supplier,
        order=order.number,
        message=message,
    )


def _lines(erp: Erp, order: PurchaseOrder) -> list[PurchaseOrderLine]:
    return list(
        erp.session.scalars(
            select(PurchaseOrderLine)
            .where(PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.order == order.number)
            .order_by(PurchaseOrderLine.line)
            .execution_options(populate_existing=True)
        )
    )
