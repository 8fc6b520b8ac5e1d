"""X12 810: the invoice, to claims."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agents.read import codes
from agents.read.einvoice_checks import adds_up
from agents.read.structured import decimal_in
from agents.read.x12_codes import unit_of
from agents.read.x12_header import before_parties, notes, parties, references
from agents.read.x12_segments import Placed, Sheet, counted, days, described, items, loops, of, place, priced, until
from agents.read.x12_syntax import Transaction
from core.claims import Check, Document, DocumentKind

_AFTER_LINES = ("TDS", "CTT", "SE")


def read_810(transaction: Transaction, sheet: Sheet) -> Document:
    """One invoice or credit memo."""
    segments = place(transaction)
    header = until(segments, "IT1", *_AFTER_LINES)
    summary = segments[len(until(segments, *_AFTER_LINES)) :]
    cur = next((cur for cur in of(header, "CUR") if cur.at(2)), None)
    currency = cur.at(2).upper() if cur is not None else None
    kind = _header(sheet, header)
    lines = list(loops(segments, "IT1", _AFTER_LINES))
    for number, line in enumerate(lines, 1):
        _line(sheet, line, number, currency)
    _summary(sheet, summary, currency)
    _charges(sheet, header, lines, summary, currency)
    document = sheet.document(kind)
    more = (*counted(segments, "IT1"), *adds_up(document), *_total(document, _line_taxes(sheet, lines)))
    return replace(document, checks=(*document.checks, *more))


def _header(sheet: Sheet, header: Sequence[Placed]) -> DocumentKind:
    kind = DocumentKind.INVOICE
    given: list[str] = []
    for big in of(header, "BIG"):
        sheet.day("invoice.date", big, 1)
        sheet.text("invoice.number", big, 2)
        sheet.day("order.date", big, 3)
        if sheet.text("order.number", big, 4):
            given.append("order.number")
        if big.at(7) in codes.X12_CREDITS:
            kind = DocumentKind.CREDIT_NOTE
    for money in of(header, "CUR"):
        sheet.text("invoice.currency", money, 2)
    notes(sheet, header, "invoice.note")
    own = before_parties(header)
    references(sheet, own, but=given)
    if kind is DocumentKind.CREDIT_NOTE and not sheet.has("invoice.preceding"):
        billed = {claim.value for claim in sheet.claims if claim.field == "invoice.number"}
        for reference in of(own, "REF", "IV", "I5"):
            if reference.at(2) not in billed:
                sheet.once("invoice.preceding", reference, 2)
    parties(sheet, header)
    for terms in of(header, "ITD"):
        _terms(sheet, terms)
    days(
        sheet,
        header,
        {"despatch.date": codes.X12_SHIPPED, "delivery.date": ("035",), "invoice.due_date": ("814", "013")},
    )
    return kind


def _terms(sheet: Sheet, terms: Placed) -> None:
    """Terms as written, else the days they name; the discount for paying early, and the day it is due."""
    if not sheet.text("invoice.terms", terms, 12) and terms.at(7):
        sheet.text("invoice.terms", terms, 7, value=f"Net {terms.at(7)}")
    if decimal_in(terms.at(3)):
        sheet.number("invoice.early_payment_percent", terms, 3)
        sheet.number("invoice.early_payment_days", terms, 5)
    if not sheet.has("invoice.due_date"):
        sheet.day("invoice.due_date", terms, 6)


def _line(sheet: Sheet, segments: Sequence[Placed], number: int, currency: str | None) -> None:
    line = segments[0]
    given = items(sheet, line, 6, number)
    if "line.order_line" not in given:
        sheet.text("line.order_line", line, 1, number)
    described(sheet, segments, number)
    sheet.number("line.quantity", line, 2, number, unit_of(line.at(3)))
    priced(sheet, line, 4, 5, number, currency)
    references(sheet, segments, number, but=tuple(given))
    for amount in [*of(segments, "PAM"), *of(segments, "AMT")]:
        at = {"PAM": 5, "AMT": 2}[amount.name]
        if amount.at(4 if at == 5 else 1) == "1" and not sheet.has("line.amount", number):
            sheet.number("line.amount", amount, at, number, currency)
    for tax in of(segments, "TXI"):
        if not sheet.has("line.tax_rate", number):
            sheet.number("line.tax_rate", tax, 3, number)
    days(sheet, segments, {"line.delivery_date": codes.X12_SHIPPED}, number)
    for reference in of(segments, "REF", "LT", "BT"):
        sheet.text("line.lot", reference, 2, number)
    notes(sheet, segments, "line.note", number)


def _summary(sheet: Sheet, summary: Sequence[Placed], currency: str | None) -> None:
    for total in of(summary, "TDS"):
        sheet.cents("invoice.total", total, 1, unit=currency)
    for amount in of(summary, "AMT"):
        if amount.at(1) == "BD" and not sheet.has("invoice.payable"):
            sheet.number("invoice.payable", amount, 2, unit=currency)
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


def _line_taxes(sheet: Sheet, lines: Sequence[Sequence[Placed]]) -> Decimal:
    """The taxes that only the lines tell, summed up for the check of the total."""
    if sheet.has("invoice.tax_total"):
        return Decimal(0)
    charged = [sac.at(5) for line in lines for sac in of(line, "SAC", "C") if sac.at(2) in codes.X12_TAXES]
    told = [tax.at(2) for line in lines for tax in of(line, "TXI")]
    amounts = [decimal_in(written) for written in charged or told]
    places = 2 if charged else 0
    return sum((a.scaleb(-places) if "." not in f"{a:f}" else a for a in amounts if a is not None), Decimal(0))


def _total(document: Document, taxes: Decimal) -> tuple[Check, ...]:
    """Whether quantities times prices, charges, allowances and tax make the total: X12 gives no amount per line."""
    total = document.first("invoice.total")
    if total is None or not isinstance(total.value, Decimal):
        return ()
    due = taxes
    told: dict[tuple[str, int | None], Decimal] = {}
    for claim in document.claims:
        if isinstance(claim.value, Decimal):
            told.setdefault((claim.field, claim.line), claim.value)
            due += {"invoice.charge": 1, "invoice.tax_total": 1, "invoice.allowance": -1}.get(
                claim.field, 0
            ) * claim.value
    for field, line in list(told):
        if field != "line.quantity":
            continue
        price = told.get(("line.price", line))
        if price is None:
            return ()
        due += told[field, line] * price / told.get(("line.price_base", line), Decimal(1))
    cent = Decimal("0.01")
    holds = abs(due - total.value) <= cent
    says = f"Lines with charges, allowances and tax make {due.quantize(cent):f}, written {total.value:f}"
    return (Check(name="lines_make_total", holds=holds, says=says),)
