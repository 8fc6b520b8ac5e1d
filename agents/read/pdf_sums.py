"""The sums below a bill's lines: net, tax, total, what is left to pay. Where labels leave a choice, the sum that fits is
taken; what does not fit is told as written, and the checks say that it does not."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.read.numbers import amount_text, number
from agents.read.pdf_segments import Row, Segment
from agents.read.text_facts import Marks
from agents.read.units import currency
from core.claims import Claim

_CHARGE = (
    r"freight|shipping|carriage|postage|handling|delivery charge|surcharge|packaging|fracht\w*"
    r"|versand\w*|porto|transport\w*|mindermenge\w*|zuschlag|frais de (?:port|livraison|transport)|port"
    r"|gastos de env\u00edo|portes|verzendkosten|vrachtkosten|small order|fuel|insurance|pallet charge"
    r"|verpackung\w*"
)
CHARGE = re.compile(rf"\b(?:{_CHARGE})\b", re.I)
ALLOWANCE = re.compile(r"\b(?:discount|rebate|allowance|rabatt|nachlass|bonus|remise|descuento|korting)\b", re.I)
CARRIED = re.compile(
    r"\b(?:carried (?:forward|over)|brought forward|carry forward|\u00fcbertrag|report"
    r"|\u00e0 reporter|suma anterior|suma y sigue|transport|continued)\b",
    re.I,
)
_LABELS = (
    ("invoice.payable", r"(?:amount|balance|total) (?:due|payable|outstanding)|to pay|zahlbetrag"
                        r"|zu zahlen(?:der betrag)?|noch offen|net \u00e0 payer|reste \u00e0 payer|a pagar"
                        r"|te betalen"),
    ("invoice.net_total", r"sub ?-?total(?: \w+)?|net(?:to)? ?(?:total|amount|worth|value|sum)?"
                          r"|total (?:net\b|excl|before|ex\b|ht|h\.t|hors)\w*.*|(?:goods|lines?"
                          r"|merchandise) total|nettobetrag|netto(?:summe|wert)?|summe netto|gesamt(?:betrag"
                          r"|summe)? \(?netto\)?|zwischensumme|warenwert|(?:montant|total) h\.?t\.?"
                          r"|(?:rechnungssumme|summe|gesamtbetrag|total) (?:ohne|exkl|excl)\.?.*|positionssumme|sous-total"
                          r"|base imponible|total neto|subtotaal|totaal excl.*|sum of lines"),
    ("invoice.tax_total", r"(?:(?:\w+ )?(?:sales )?tax(?: total| amount)?|vat(?: total| amount)?|gst"
                          r"|(?:zzgl\.? |zuz\u00fcglich |\+ ?)?(?:\d+(?:[.,]\d+)? ?% )?(?:mwst|ust"
                          r"|steuer|gesamtsteuer|mehrwertsteuer|umsatzsteuer|ust\.|mwst\.)(?:-?betrag)?|tva|(?:montant "
                          r"|total )tva|iva|btw|tax)\b"),
    ("invoice.total", r"(?:grand |invoice |order |document |gross )?total(?: amount| due| gross| incl.*| ttc"
                      r"| eur| usd| \(.*\))?|amount|gross (?:amount|total|worth)|gesamt(?:betrag"
                      r"|summe)?(?: brutto)?|rechnungs(?:betrag|summe)|brutto(?:betrag|summe)?|endbetrag"
                      r"|summe(?: brutto)?|(?:montant|total) t\.?t\.?c\.?|total (?:general|factura"
                      r"|a facturar)|importe total|totaal(?:bedrag)?(?: incl.*)?|total invoice value|credit total"),
)  # fmt: skip
_PATTERNS = tuple((field, re.compile(rf"^(?:{label})\s*(?P<rest>.*)$", re.I)) for field, label in _LABELS)
_RATE = re.compile(r"(?P<rate>\d{1,2}(?:[.,]\d{1,2})?) ?%")
_AMOUNT = re.compile(
    r"(?:EUR|USD|GBP|CHF|US\$|[$\u20ac\u00a3])?\s*[-\u2212]?\(?\s*(?:EUR|USD|GBP|CHF"
    r"|[$\u20ac\u00a3])?\s?\d[\d.,'\u2019 \u00a0]*\d?\)?\s*(?:EUR|USD|GBP|CHF|[$\u20ac\u00a3])?-?$"
)
Found = tuple[str, Decimal, Segment]


def totals(rows: Sequence[Row], path: str, reader: str, marks: Marks, goods: Sequence[Claim]) -> list[Claim]:
    """The sums that stand outside the table of goods, as claims; charges there too, numbered on from those
    among goods."""
    found = list(_sums(rows, marks))
    claims: list[Claim] = []
    for field, value, place in _fitting(found):
        claims.append(_claim(field, value, place, path, reader))
    claims = _made_sense_of(claims)
    written = {(m["rate"], s) for r in rows for s in r.segments if _tax(r.text) for m in _RATE.finditer(s.text)}
    values = {number(rate, marks.decimal): segment for rate, segment in written}
    if len(values) == 1:
        rate, segment = next(iter(values.items()))
        if rate is not None:
            claims.append(Claim(field="invoice.tax_rate", value=rate, span=segment.span(path), reader=reader))
    count = max((c.line or 0 for c in goods if c.field == "invoice.charge"), default=0)
    return claims + _charges(rows, path, reader, marks, count)


def _tax(text: str) -> bool:
    return re.search(r"\b(?:vat|tax|mwst|ust|tva|iva|btw|gst|mehrwertsteuer|umsatzsteuer)\b", text, re.I) is not None


def _claim(field: str, value: Decimal, place: Segment, path: str, reader: str) -> Claim:
    return Claim(field=field, value=value, span=place.span(path), reader=reader, unit=currency(place.text))


def _sums(rows: Sequence[Row], marks: Marks) -> Iterator[Found]:
    """Every label of a sum with the amount at the end of its segment, right of it or, in a heading row, below it."""
    for index, row in enumerate(rows):
        for at, segment in enumerate(row.segments):
            label = re.split(
                r"\s*(?:(?:EUR|USD|GBP|CHF|[$\u20ac\u00a3])\s*)?[-\u2212]?\d[\d.,' ]*[.,]\d\d\b", segment.text
            )[0].strip(" :*")
            field = _field(label)
            if field is None:
                continue
            place = _place(rows, index, at, segment)
            if place is None:
                continue
            value = amount_at_end(place.text, marks)
            if value is not None:
                yield field, value, place


def _field(label: str) -> str | None:
    """The sum a label names. Rates and the like may follow its words."""
    for field, pattern in _PATTERNS:
        match = pattern.match(label)
        if match:
            rest = re.sub(
                r"\(.*?\)|\d+(?:[.,]\d+)? ?%|\b(?:EUR|USD|GBP|CHF|incl|inkl|of|on|von|auf|in)\b"
                r"|[$\u20ac\u00a3:.@\d,+%-]",
                " ",
                match["rest"],
            )
            if len(rest.split()) <= 2:
                return field
    return None


def _place(rows: Sequence[Row], index: int, at: int, segment: Segment) -> Segment | None:
    if re.search(r"\d[.,]\d\d(?:\s*(?:[A-Z]{3}|[$\u20ac\u00a3]))?$", segment.text):
        return segment
    right = [
        s for s in rows[index].segments[at + 1 :] if re.search(r"\d", s.text) and not s.text.rstrip().endswith("%")
    ]
    if right:
        return right[-1] if _AMOUNT.match(right[-1].text) else None
    if at + 1 < len(rows[index].segments):  # a label among labels: its amount stands below
        for below in rows[index + 1 : index + 2]:
            for candidate in below.segments:
                if candidate.x0 < segment.x1 + 5 and segment.x0 - 5 < candidate.x1 and _AMOUNT.match(candidate.text):
                    return candidate
    return None


def amount_at_end(text: str, marks: Marks) -> Decimal | None:
    """The amount a segment ends with."""
    match = re.search(
        r"(?:(?:EUR|USD|GBP|CHF|US\$"
        r"|[$\u20ac\u00a3])\s?)?[-\u2212(]?\s?(?:[$\u20ac\u00a3]\s?)?"
        r"\d[\d.,'\u2019\u00a0 ]*\)?-?\s*(?:EUR|USD|GBP|CHF|[$\u20ac\u00a3])?$",
        text,
    )
    return number(amount_text(match[0].strip()), marks.decimal) if match else None


def _fitting(found: list[Found]) -> list[Found]:
    """One place for each sum. Net, tax and total that add up are taken before any others."""
    by = {field: [f for f in found if f[0] == field] for field, _ in _LABELS}
    totals_ = by["invoice.total"] + [("invoice.total", value, place) for _, value, place in by["invoice.payable"]]
    payable = by["invoice.payable"][-1:]
    for total in sorted(totals_, key=lambda f: -abs(f[1]))[:8]:
        for net in by["invoice.net_total"][:8]:
            for tax in by["invoice.tax_total"][:12]:
                if net[1] + tax[1] == total[1] and total[1]:
                    return [net, tax, total, *payable]
            if not by["invoice.tax_total"] and net[1] == total[1]:
                return [net, total, *payable]
    one = [_chosen(field, fitting) for field, fitting in by.items() if fitting]
    told = next((f[1] for f in one if f[0] == "invoice.total"), None)
    return [f for f in one if f[0] != "invoice.net_total" or told is None or abs(f[1]) <= abs(told)]


def _chosen(field: str, fitting: list[Found]) -> Found:
    """Of several places with one label: the largest total, the last of the others (after carried-forward ones)."""
    return max(fitting, key=lambda f: abs(f[1])) if field == "invoice.total" else fitting[-1]


def _made_sense_of(claims: list[Claim]) -> list[Claim]:
    """The vocabulary's senses: what is payable is the total when no other is told; a net above the total is "
    "no net."""
    values = {c.field: c for c in claims}
    payable, total = values.get("invoice.payable"), values.get("invoice.total")
    if payable is not None and (total is None or total.value == payable.value):
        claims = [c for c in claims if c is not payable]
        if total is None:
            claims.append(
                Claim(
                    field="invoice.total",
                    value=payable.value,
                    span=payable.span,
                    reader=payable.reader,
                    unit=payable.unit,
                )
            )
    return claims


def _charges(rows: Sequence[Row], path: str, reader: str, marks: Marks, count: int) -> list[Claim]:
    """Charges and discounts that stand among the sums."""
    claims: list[Claim] = []
    for row in rows:
        if len(row.segments) < 2 or len(row.text.split()) > 8 or _tax(row.text) or CARRIED.search(row.text):
            continue
        label, place = row.segments[-2], row.segments[-1]
        if not re.fullmatch(r"\D{0,5}\d[\d.,' ]*[.,]\d\d\D{0,5}", place.text):
            continue
        value = amount_at_end(place.text, marks)
        if value in (None, Decimal(0)):
            continue
        assert value is not None
        if CHARGE.search(label.text):
            count += 1
            claims.append(
                Claim(
                    field="invoice.charge",
                    value=value,
                    span=place.span(path),
                    reader=reader,
                    line=count,
                    unit=currency(place.text),
                )
            )
            claims.append(
                Claim(
                    field="invoice.charge_reason",
                    value=label.text.strip(" :"),
                    span=label.span(path),
                    reader=reader,
                    line=count,
                )
            )
    return claims
