"""EDIFACT INVOIC, to claims: invoices, credit notes and corrections by the code of the message's beginning."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.read import edifact_codes as codes
from agents.read.edifact_common import (
    GROUPS,
    before_parties,
    beginning,
    counted,
    currency_of,
    goods,
    lines_of,
    notes,
    parties,
    priced,
    quantities,
    references,
)
from agents.read.edifact_sheet import Placed, Sheet, days, decimal_of, first, groups, of, place, until
from agents.read.edifact_syntax import Message
from agents.read.einvoice_checks import adds_up
from core.claims import Check, Document, DocumentKind

TOTALS = ("388", "77", "39", "128", "139", "86")
NETS = ("389", "125")
TAXES = ("176", "150", "124", "161")
DUE = ("9",)
AMOUNTS = ("203", "66", "38")
OF_ADJUSTMENT = ("8", "23", "204", "25")
"""5025, what an amount is: the first of these that the message gives counts."""
_TERMS_TEXTS = ("AAB", "PMT")
_INNER = ("ALC", "TAX")


def read_invoic(message: Message, sheet: Sheet) -> Document:
    """One invoice or credit note."""
    segments = place(message)
    header = until(segments, "LIN", "UNS", "UNT")
    summary = segments[len(until(segments, "UNS")) :] if first(segments, "UNS", "S") else []
    beginning(sheet, header, "invoice.number", "invoice.date")
    credit = any(bgm.at(1) in codes.CREDIT_NOTES for bgm in of(header, "BGM"))
    cux, currency = currency_of(header)
    if cux is not None:
        sheet.text("invoice.currency", cux, 1, 2)
    references(sheet, before_parties(header))
    parties(sheet, header)
    notes(sheet, header, "invoice.note", but=_TERMS_TEXTS)
    days(sheet, before_parties(header), {"despatch.date": codes.SHIPPED, "delivery.date": ("35",)})
    _payment(sheet, header)
    lines = lines_of(segments)
    for number, line in enumerate(lines, 1):
        _line(sheet, line, number, currency)
    _totals(sheet, header, summary, currency)
    _adjustments(sheet, [*header, *summary], currency)
    document = sheet.document(DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE)
    return replace(document, checks=(*document.checks, *counted(segments, len(lines)), *_sums(document)))


def _payment(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Terms, the day it is due, how it is paid, and the supplier's account."""
    for group in groups(header, ("PAT",), tuple(name for name in GROUPS if name not in ("PAT", "MOA"))):
        pat = group[0]
        if pat.at(1) == "22":
            for percent in of(group, "PCD", "12"):
                sheet.number("invoice.early_payment_percent", percent, 1, 2)
                if pat.at(3, 3) == "D":
                    sheet.number("invoice.early_payment_days", pat, 3, 4)
        if pat.at(1) in ("", "1", "3", "7"):
            days(sheet, group, {"invoice.due_date": ("13", "140", "209", "12")})
        told = sheet.has("invoice.terms") or sheet.long("invoice.terms", pat, 2, 4, 5)
        if not told and pat.at(1) in ("1", "3") and pat.at(3, 3) == "D" and pat.at(3, 4):
            sheet.text("invoice.terms", pat, 3, 4, value=f"Net {pat.at(3, 4)}")
    days(sheet, header, {"invoice.due_date": ("13", "140", "209")})
    for text in of(header, "FTX", *_TERMS_TEXTS):
        sheet.long("invoice.terms", text, 4, 1, 5)
    for means in of(header, "PAI"):
        if codes.METHODS.get(means.at(1, 3)):
            sheet.text("payment.method", means, 1, 3, value=codes.METHODS[means.at(1, 3)])
    for group in groups(header, ("NAD",), GROUPS):
        for account in of(group, "FII", "RB", "BF", "BB"):
            if group[0].at(1) in (*codes.SUPPLIERS, "PE", "RE") and not sheet.has("supplier.iban"):
                sheet.text("supplier.iban", account, 2)
    for account in of(header, "FII", "RB"):
        if not sheet.has("supplier.iban"):
            sheet.text("supplier.iban", account, 2)


def _line(sheet: Sheet, line: Sequence[Placed], number: int, currency: str | None) -> None:
    for reference in of(line, "RFF", "ON", "LI", "LN"):
        at = (1, 3) if reference.at(1) == "ON" else (1, 2)
        if reference.at(*at) and not sheet.has("line.order_line", number):
            sheet.text("line.order_line", reference, *at, number)
    references(sheet, line, number)
    goods(sheet, line, number)
    quantities(sheet, line, number, {"line.quantity": ("47", "46", "12", "61", "1"), "line.ordered_quantity": ("21",)})
    if not sheet.has("line.quantity", number):
        quantities(sheet, line, number, {"line.quantity": ("21",)})
    own = until(line, "ALC", "TAX")
    for amount in of(own, "MOA", *AMOUNTS):
        if not sheet.has("line.amount", number):
            sheet.number("line.amount", amount, 1, 2, number, currency)
    priced(sheet, line, number, currency)
    for tax in of(line, "TAX"):
        if tax.at(1) != "5" and not sheet.has("line.tax_rate", number):
            sheet.number("line.tax_rate", tax, 5, 4, number)
    days(sheet, line, {"line.delivery_date": ("35", *codes.SHIPPED), "line.expiry_date": codes.EXPIRES}, number)
    for adjustment in groups(line, ("ALC",), ("TAX", "PRI", "NAD", "LOC", "PAC", "TDT", "RCS")):
        name = {"A": "line.allowance", "C": "line.charge"}.get(adjustment[0].at(1))
        sum_of_it = first(adjustment, "MOA", *OF_ADJUSTMENT)
        if name and sum_of_it is not None:
            sheet.number(name, sum_of_it, 1, 2, number, currency)


def _totals(sheet: Sheet, header: Sequence[Placed], summary: Sequence[Placed], currency: str | None) -> None:
    """The sums of the whole message: those that stand alone before those under a tax, which count where there is one."""
    alone = until(summary, "TAX", "ALC")
    taxes = list(groups(summary, ("TAX",), ("ALC", "UNT")))
    with_tax = taxes if len(taxes) == 1 else []
    rest = [segment for group in with_tax for segment in group]
    anywhere = [segment for group in taxes for segment in group]
    adjusted = first([*header, *summary], "ALC") is not None
    nets = NETS if adjusted or first(summary, "MOA", *NETS) else (*NETS, "79")
    for name, kinds, places in (
        ("invoice.net_total", nets, (alone, rest)),
        ("invoice.tax_total", TAXES, (alone, rest)),
        ("invoice.tax_total", ("176",), (anywhere,)),
        ("invoice.total", TOTALS, (alone, anywhere)),
        ("invoice.lines_total", ("79",), (alone,)),
        ("invoice.prepaid", ("113",), (alone,)),
    ):
        for segments in places:
            amount = next((moa for moa in of(segments, "MOA", *kinds) if moa.at(1, 2) and moa.at(1, 4) != "10E"), None)
            if amount is not None and not sheet.has(name):
                sheet.number(name, amount, 1, 2, unit=_currency(amount, currency))
    due = next((moa for moa in of(alone, "MOA", *DUE) if moa.at(1, 2)), None)
    if due is not None and decimal_of(due.at(1, 2), sheet.service) not in sheet.values("invoice.total"):
        sheet.number("invoice.payable", due, 1, 2, unit=_currency(due, currency))
    for group in taxes or list(groups(header, ("TAX",), GROUPS)):
        if group[0].at(1) != "5":
            sheet.number("invoice.tax_rate", group[0], 5, 4)


def _currency(amount: Placed, currency: str | None) -> str | None:
    return amount.at(1, 3) or currency


def _adjustments(sheet: Sheet, segments: Sequence[Placed], currency: str | None) -> None:
    """Charges and allowances on the whole message, each kind numbered from 1."""
    counts = {"C": 0, "A": 0}
    closes = tuple(name for name in GROUPS if name not in ("ALC", "MOA"))
    for group in groups(segments, ("ALC",), closes):
        alc = group[0]
        amount = first(group, "MOA", *OF_ADJUSTMENT)
        if alc.at(1) not in counts or amount is None:
            continue
        counts[alc.at(1)] += 1
        number = counts[alc.at(1)]
        sheet.number("invoice.charge" if alc.at(1) == "C" else "invoice.allowance", amount, 1, 2, number, currency)
        if alc.at(1) == "C":
            sheet.long("invoice.charge_reason", alc, 5, 4, 5, number) or sheet.text(
                "invoice.charge_reason", alc, 5, 1, number, SERVICES.get(alc.at(5), alc.at(5))
            )


SERVICES = {
    "FC": "Freight", "DL": "Delivery", "PC": "Packing", "IN": "Insurance", "HD": "Handling", "DI": "Discount",
    "QD": "Quantity discount", "TD": "Trade discount", "SH": "Special handling", "ABL": "Packaging surcharge",
    "FI": "Financing", "AAT": "Rush delivery", "ADR": "Other", "RAA": "Rebate",
}  # fmt: skip
"""7161, what a charge is for."""


def _sums(document: Document) -> Iterator[Check]:
    """Whether it adds up. A net price may have the line's discounts in it already: then they are not taken off again."""
    extras = ("line.allowance", "line.charge")
    may = {claim.line for claim in document.claims if claim.field in ("line.gross_price", *extras)}
    checks = list(adds_up(document))
    doubted = {check.line for check in checks if check.name == "line_amount" and not check.holds} & may
    bare = replace(document, claims=tuple(c for c in document.claims if c.field not in extras or c.line not in doubted))
    again = {check.line: check for check in adds_up(bare) if check.name == "line_amount"} if doubted else {}
    for check in checks:
        yield again[check.line] if check.name == "line_amount" and check.line in doubted else check
