"""What a message confirms of our orders, as the supplier's word: quantities, prices and dates, line by line. Pure.

A confirmation says all three. A letter is believed only in what it is about: one that announces a delay names dates,
not quantities; beside an invoice it names what was shipped, which is no confirmation.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from core.claims import Document, DocumentKind, Intent, Reading
from core.intake.machine_mail import broken
from core.payables.units import plain_unit
from core.purchasing.commands import ConfirmedLine, RecordConfirmation

NAMES_QUANTITIES = {Intent.ORDER_CONFIRMATION, Intent.SHORT_CONFIRMATION}
NAMES_PRICES = {Intent.ORDER_CONFIRMATION, Intent.PRICE_CHANGE}
NAMES_DATES = {Intent.ORDER_CONFIRMATION, Intent.SHORT_CONFIRMATION, Intent.SUPPLIER_DELAY, Intent.PARTIAL_SHIPMENT}
REJECTED = ("rejected", "cancelled")
SHORT = ("short", "short, rest follows", "out of stock")
"""What messages of other systems call a line of which not everything comes."""


class Linked(Protocol):
    """The links of a reading, as far as confirmations need them."""

    def refs(self, document: int, what: str) -> tuple[str, ...]: ...

    def order_line(self, document: int, line: int) -> tuple[str, int] | None: ...


def confirmations(
    reading: Reading,
    links: Linked,
    entity: str,
    units_of: Mapping[str, Mapping[int, str]],
    billed: set[str | None],
) -> Iterator[RecordConfirmation]:
    """One command for each confirmed order of each document. `billed` are the orders the same message bills, `units_of`
    the units of every linked order's lines.

    A letter repeats what its attachment says: where a confirmation is attached, the letter alone confirms nothing for
    the same order.
    """
    intents = {claim.intent for claim in reading.intents}
    attached = {
        order
        for index, document in enumerate(reading.documents)
        if document.kind is DocumentKind.ORDER_CONFIRMATION
        for order in links.refs(index, "order")
    }
    for index, document in enumerate(reading.documents):
        if broken(document):
            continue
        for order in links.refs(index, "order"):
            if document.kind is DocumentKind.ORDER_CONFIRMATION:
                what = (True, True, True)
            elif document.kind is DocumentKind.MAIL and order not in attached | billed:
                what = (bool(intents & NAMES_QUANTITIES), bool(intents & NAMES_PRICES), bool(intents & NAMES_DATES))
            else:
                continue
            lines = _lines(document, index, order, links, units_of.get(order, {}), what)
            own = document.kind is DocumentKind.ORDER_CONFIRMATION
            if lines or own:
                # a number in a letter may be anybody's: only the confirmation itself says its own
                number = document.first("confirmation.number") if own else None
                yield RecordConfirmation(
                    entity=entity,
                    order=order,
                    confirmation=str(number.value) if number else "",
                    lines=lines,
                    message=reading.message,
                )


def _lines(
    document: Document,
    index: int,
    order: str,
    links: Linked,
    units: Mapping[int, str],
    what: tuple[bool, bool, bool],
) -> tuple[ConfirmedLine, ...]:
    """The order lines a document speaks of, each once. A date for the whole order is one for every line without its own;
    in a letter that names lines, only those lines are meant."""
    quantities, prices, dates = what
    found: dict[int, ConfirmedLine] = {}
    for line in document.line_numbers():
        meant = links.order_line(index, line)
        if meant is None or meant[0] != order or (meant[1] in found and not _counted_apart(document, line)):
            continue
        same_unit = _same_unit(document, line, units.get(meant[1], ""))
        confirmed = ConfirmedLine(
            line=meant[1],
            quantity=_quantity(document, line) if quantities and same_unit else None,
            price=_price(document, line) if prices and same_unit else None,
            promised=_day(document, "line.delivery_date", line) if dates else None,
            rest_promised=_day(document, "line.rest_date", line) if dates else None,
        )
        if confirmed != ConfirmedLine(line=meant[1]):
            known = found.get(meant[1])
            found[meant[1]] = confirmed if known is None else _together(known, confirmed)
    whole = _day(document, "delivery.date", None) if dates else None
    if whole is not None:
        for number in sorted(found) or sorted(units):
            known = found.get(number, ConfirmedLine(line=number))
            if known.promised is None:
                found[number] = ConfirmedLine(
                    line=number,
                    quantity=known.quantity,
                    price=known.price,
                    promised=whole,
                    rest_promised=known.rest_promised,
                )
    return tuple(found[number] for number in sorted(found))


def _counted_apart(document: Document, line: int) -> bool:
    """Whether a second mention of an order line is another delivery of it, as messages of systems say it, each with its
    own quantity; a letter or a page may just say the same again."""
    quantity = document.first("line.quantity", line)
    return document.kind is DocumentKind.ORDER_CONFIRMATION and quantity is not None and quantity.span.path is not None


def _together(one: ConfirmedLine, other: ConfirmedLine) -> ConfirmedLine:
    """Two deliveries of an order line as one promise: all of it, by the day of the last."""
    quantities = [line.quantity for line in (one, other) if line.quantity is not None]
    promised = [line.promised for line in (one, other) if line.promised is not None]
    rest = [line.rest_promised for line in (one, other) if line.rest_promised is not None]
    return ConfirmedLine(
        line=one.line,
        quantity=sum(quantities, Decimal(0)) if quantities else None,
        price=one.price if one.price is not None else other.price,
        promised=max(promised) if promised else None,
        rest_promised=max(rest) if rest else None,
    )


def _same_unit(document: Document, line: int, unit: str) -> bool:
    """Whether the line counts as our order does. Boxes are not taken for pieces: then only its dates are believed."""
    claim = document.first("line.quantity", line)
    written = plain_unit(claim.unit or "") if claim else ""
    return written in ("", plain_unit(unit))


def _quantity(document: Document, line: int) -> Decimal | None:
    """What is confirmed: the quantity as written, else what was ordered with the difference that the message counts;
    nothing of a line that is rejected."""
    status = document.first("line.status", line)
    if status is not None and str(status.value).lower() in REJECTED:
        return Decimal(0)
    claim = document.first("line.quantity", line)
    if claim is None:
        return _by_difference(document, line)
    return claim.value if isinstance(claim.value, Decimal) and claim.value >= 0 else None


def _by_difference(document: Document, line: int) -> Decimal | None:
    """Ordered and difference in one. A difference without a sign is a shortfall where the message calls it short."""
    ordered, differs = document.first("line.ordered_quantity", line), document.first("line.difference", line)
    if ordered is None or differs is None:
        return None
    if not isinstance(ordered.value, Decimal) or not isinstance(differs.value, Decimal):
        return None
    called = document.first("line.discrepancy", line)
    short = called is not None and str(called.value) in SHORT
    if differs.value > 0 and called is None:
        return None  # more or fewer cannot be told
    confirmed = ordered.value - abs(differs.value) if short else ordered.value + differs.value
    return confirmed if confirmed >= 0 else None


def _price(document: Document, line: int) -> Decimal | None:
    claim = document.first("line.price", line)
    if claim is None or not isinstance(claim.value, Decimal) or claim.value < 0:
        return None
    base = document.first("line.price_base", line)
    return claim.value / base.value if base and isinstance(base.value, Decimal) and base.value else claim.value


def _day(document: Document, name: str, line: int | None) -> date | None:
    claim = document.first(name, line)
    return claim.value if claim and isinstance(claim.value, date) else None
