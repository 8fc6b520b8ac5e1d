"""X12 810: the invoice, to claims."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agents.read import codes
from agents.read.einvoice_checks import adds_up
from agents.read.x12_segments import (
    Placed,
    Sheet,
    Transaction,
    counted,
    dated,
    described,
    items,
    loops,
    of,
    parties,
    place,
    priced,
    references,
    until,
)
from core.claims import Check, Document, DocumentKind

_AFTER_LINES = ("TDS", "CTT", "SE")


def read_810(transaction: Transaction, part: str, prefix: str) -> Document:
    """One invoice or credit memo. `part` names the file, `prefix` the transaction within it where there are several."""
    segments = place(transaction)
    sheet = Sheet(part, prefix)
    header = until(segments, "IT1", *_AFTER_LINES)
    summary = segments[len(until(segments, *_AFTER_LINES)) :]
    currency = next((c.at(2) for c in of(header, "CUR") if c.at(2)), None)
    kind = _header(sheet, header)
    lines = list(loops(segments, "IT1", _AFTER_LINES))
    for number, line in enumerate(lines, 1):
        _line(sheet, line, number, currency)
    _summary(sheet, summary, currency)
    _charges(sheet, header, lines, summary, currency)
    document = sheet.document(kind)
    more = (*counted(segments, "IT1"), *adds_up(document), *_total(document))
    return replace(document, checks=(*document.checks, *more))


def _header(sheet: Sheet, header: Sequence[Placed]) -> DocumentKind:
    kind = DocumentKind.INVOICE
    ordered: tuple[str, ...] = ()
    for big in of(header, "BIG"):
        sheet.day("invoice.date", big, 1)
        sheet.text("invoice.number", big, 2)
        if sheet.text("order.number", big, 4):
            ordered = ("order.number",)
        if big.at(7) in codes.X12_CREDITS:
            kind = DocumentKind.CREDIT_NOTE
    for money in of(header, "CUR"):
        sheet.text("invoice.currency", money, 2)
    for note in of(header, "NTE"):
        sheet.text("invoice.note", note, 2)
    references(sheet, _before_parties(header), but=ordered)
    parties(sheet, header)
    for terms in of(header, "ITD"):
        if not sheet.text("invoice.terms", terms, 12) and terms.at(7):
            sheet.text("invoice.terms", terms, 7, value=f"Net {terms.at(7)}")
        sheet.day("invoice.due_date", terms, 6)
    shipped = dated(header, codes.X12_SHIPPED)
    if shipped is not None:
        sheet.day("despatch.date", shipped, 2)
    return kind


def _before_parties(header: Sequence[Placed]) -> list[Placed]:
    """References of the invoice itself: those inside a party's loop belong to the party."""
    return until(header, "N1")


def _line(sheet: Sheet, segments: Sequence[Placed], number: int, currency: str | None) -> None:
    line = segments[0]
    given = items(sheet, line, 6, number)
    if "line.order_line" not in given:
        sheet.text("line.order_line", line, 1, number)
    described(sheet, segments, number)
    sheet.number("line.quantity", line, 2, number, codes.unit_of(line.at(3)))
    priced(sheet, line, 4, 5, number, currency)
    shipped = dated(segments, codes.X12_SHIPPED)
    if shipped is not None:
        sheet.day("line.delivery_date", shipped, 2, number)


def _summary(sheet: Sheet, summary: Sequence[Placed], currency: str | None) -> None:
    for total in of(summary, "TDS"):
        sheet.cents("invoice.total", total, 1, unit=currency)
    taxes = list(of(summary, "TXI"))
    for tax in taxes:
        sheet.number("invoice.tax_rate", tax, 3)
    if len(taxes) == 1:  # several taxes have no total in X12, and none is made up here
        sheet.number("invoice.tax_total", taxes[0], 2, unit=currency)
    charged = [sac for sac in of(summary, "SAC") if sac.at(1) == "C" and sac.at(2) in codes.X12_TAXES]
    if not taxes and len(charged) == 1:
        sheet.cents("invoice.tax_total", charged[0], 5, unit=currency)


def _charges(
    sheet: Sheet,
    header: Sequence[Placed],
    lines: Sequence[Sequence[Placed]],
    summary: Sequence[Placed],
    currency: str | None,
) -> None:
    """Charges and allowances, taxes out. Lines repeat what the summary sums up: they count only where it is silent."""
    given = [*of(header, "SAC"), *of(summary, "SAC")]
    known = {(sac.at(1), sac.at(2)) for sac in given}
    given += [sac for line in lines for sac in of(line, "SAC") if (sac.at(1), sac.at(2)) not in known]
    counts = {"C": 0, "A": 0}
    for sac in given:
        if sac.at(1) not in counts or sac.at(2) in codes.X12_TAXES or not sac.at(5):
            continue
        counts[sac.at(1)] += 1
        number = counts[sac.at(1)]
        sheet.cents("invoice.charge" if sac.at(1) == "C" else "invoice.allowance", sac, 5, number, currency)
        if sac.at(1) == "C" and not sheet.text("invoice.charge_reason", sac, 15, number):
            sheet.text("invoice.charge_reason", sac, 2, number, codes.X12_CHARGES.get(sac.at(2), sac.at(2)))


def _total(document: Document) -> tuple[Check, ...]:
    """Whether quantities times prices, charges, allowances and tax make the total: X12 gives no amount per line."""
    total = document.first("invoice.total")
    if total is None or not isinstance(total.value, Decimal):
        return ()
    due = Decimal(0)
    for number in sorted({c.line for c in document.claims if c.field == "line.quantity" and c.line}):
        quantity, price = document.first("line.quantity", number), document.first("line.price", number)
        base = document.first("line.price_base", number)
        if quantity is None or price is None:
            return ()
        due += _number(quantity.value) * _number(price.value) / (_number(base.value) if base else Decimal(1))
    for claim in document.claims:
        sign = {"invoice.charge": 1, "invoice.tax_total": 1, "invoice.allowance": -1}.get(claim.field, 0)
        due += sign * _number(claim.value) if sign else 0
    cent = Decimal("0.01")
    holds = abs(due - total.value) <= cent
    says = f"Lines with charges, allowances and tax make {due.quantize(cent):f}, written {total.value:f}"
    return (Check(name="lines_make_total", holds=holds, says=says),)


def _number(value: object) -> Decimal:
    assert isinstance(value, Decimal)
    return value
