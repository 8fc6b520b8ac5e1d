"""Header facts of a business document by their labels: numbers, dates, terms, totals, tax numbers. Five languages.

A label is followed by its value on the same line, or stands above it; both are tried. What no label names is not read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from agents.read import dates, numbers, units
from core.claims import Claim, DocumentKind, Part, Span

Place = Callable[[int, int], Span]

NUMBER = r"(?P<value>[A-Z]{0,6}[-/.]?[A-Z]{0,4}[-/ ]?\d[\w/.-]*\d|\d{3,}|[A-Z]+-?\d+)"
SEP = r"[ \t]*(?:no\.?|nr\.?|n°|nº|num(?:ber|mer|éro|ero)?|#|id)?[ \t]*[:.#]?[ \t]*"

TITLES: tuple[tuple[DocumentKind, str], ...] = (
    (DocumentKind.CREDIT_NOTE, r"credit (?:note|memo)|gutschrift|rechnungskorrektur|facture d.avoir|\bavoir\b|nota de (?:crédito|abono)|creditnota"),
    (DocumentKind.ORDER_CONFIRMATION, r"order confirmation|sales confirmation|order acknowledg\w+|auftragsbestätigung|confirmation de commande|confirmación de pedido|orderbevestiging|confirmation\b"),
    (DocumentKind.DESPATCH_ADVICE, r"despatch (?:advice|note)|delivery note|packing (?:list|slip)|lieferschein|bon de livraison|albarán|pakbon|shipping notice"),
    (DocumentKind.INVOICE, r"\b(?:tax |commercial )?invoice\b|\brechnung\b|\bfacture\b|\bfactura\b|\bfactuur\b"),
    (DocumentKind.STATEMENT, r"statement of account|kontoauszug|relevé de compte"),
)  # fmt: skip

ORDER = re.compile(
    r"(?:\b(?:your |customer |purchase |our )?(?:order|p\.?o\.?)(?: ref(?:erence)?)?|ihre bestellung|bestell(?:ung|nummer|-nr\.?)|"
    r"votre commande|commande|su pedido|pedido|uw (?:order|bestelling)|bestelling)" + SEP + r"(?P<value>PO[- ]?\d{3,}|\d{4,}[\w-]*)"
    r"|\b(?P<bare>PO-\d{3,})\b",
    re.IGNORECASE,
)  # fmt: skip
NUMBERS: dict[DocumentKind, tuple[str, re.Pattern[str]]] = {
    DocumentKind.INVOICE: ("invoice.number", re.compile(r"(?:invoice|rechnung(?:snummer|s-nr\.?)?|facture|factura|factuur(?:nummer)?)" + SEP + NUMBER, re.I)),
    DocumentKind.CREDIT_NOTE: ("invoice.number", re.compile(r"(?:credit (?:note|memo)|gutschrift|rechnungskorrektur|avoir|nota de (?:crédito|abono)|creditnota)" + SEP + NUMBER, re.I)),
    DocumentKind.ORDER_CONFIRMATION: ("confirmation.number", re.compile(r"(?:confirmation|acknowledg\w+|auftragsbestätigung|auftrag|confirmation de commande|confirmación|orderbevestiging)" + SEP + NUMBER, re.I)),
    DocumentKind.DESPATCH_ADVICE: ("despatch.number", re.compile(r"(?:despatch (?:advice|note)|delivery note|packing (?:list|slip)|lieferschein|bon de livraison|albarán|pakbon)" + SEP + NUMBER, re.I)),
}  # fmt: skip
DATED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("invoice.due_date", re.compile(r"(?:payment due|due(?: date)?|zahlbar bis|fällig(?: am)?|échéance|vencimiento|vervaldatum)\s*:?\s*(?P<value>[^\n]{6,24})", re.I)),
    ("delivery.date", re.compile(r"(?:delivery(?: date)?|ship(?:ping)? date|liefertermin|lieferdatum|livraison|fecha de entrega|leverdatum)\s*:?\s*(?P<value>[^\n]{6,24})", re.I)),
    ("invoice.date", re.compile(r"(?:invoice date|date of issue|issue date|date|rechnungsdatum|datum|fecha)\s*:?\s*(?P<value>[^\n]{6,24})", re.I)),
)  # fmt: skip
MONEY = r"[^\n\d-]{0,24}(?P<value>-?\d[\d.,' \u00a0]*\d|\d)\s*(?:[A-Z]{3}|[$€£])?\s*$"
TOTALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("invoice.net_total", re.compile(r"^\W*(?:sub-?total|net(?: total| amount)?|total (?:net|excl\w*|before tax|ht)|zwischensumme|netto(?:betrag)?|summe netto|gesamt netto|montant ht|base imponible|totaal excl\.?(?: btw)?|total ht)" + MONEY, re.I | re.M)),
    ("invoice.tax_total", re.compile(r"^\W*(?:(?:plus |\+ ?)?(?:\d+(?:[.,]\d+)? ?% ?)?(?:sales tax|vat|tax|mwst\.?|ust\.?|mehrwertsteuer|umsatzsteuer|tva|iva|btw)(?: ?\(?\d+(?:[.,]\d+)? ?%\)?)?)" + MONEY, re.I | re.M)),
    ("invoice.total", re.compile(r"^\W*(?:grand total|invoice total|total (?:due|amount|to pay|incl\w*|ttc|usd|eur|gbp|factura)|amount due|balance due|total|gesamtbetrag|rechnungsbetrag|endbetrag|gesamtsumme|gesamt|summe|montant (?:total|ttc)|net à payer|importe total|totaal(?: incl\.?(?: btw)?)?|te betalen)" + MONEY, re.I | re.M)),
)  # fmt: skip
RATE = re.compile(r"(?:vat|tax|mwst\.?|ust\.?|tva|iva|btw)[^\n\d]{0,6}(?P<value>\d{1,2}(?:[.,]\d+)?) ?%|(?P<before>\d{1,2}(?:[.,]\d+)?) ?% ?(?:vat|mwst|ust|tva|iva|btw)", re.I)  # fmt: skip
TERMS = re.compile(
    r"(?P<value>(?:net|netto|terms:?|zahlbar innerhalb von|paiement à)\s*\d{1,3}\s*(?:days?|tagen?|jours)?)", re.I
)
TAX_ID = re.compile(r"(?:vat(?: reg)?(?: no\.?| id)?|tax id|ust-?id(?:-?nr)?\.?|n° tva|nif|btw(?:-nr)?\.?)\s*[:.]?\s*(?P<value>[A-Z]{2}[ -]?[\dA-Z][\d A-Z-]{6,14}\d)", re.I)  # fmt: skip
IBAN = re.compile(r"\b(?P<value>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)\b")
PRECEDING = re.compile(r"(?:corrects|replaces|credit(?:s| for)?|for|zu|concerning|regarding|korrigiert|ersetzt|betrifft)\s+(?:our |your |unsere[r]? )?(?:invoice|rechnung|facture|factura|factuur)" + SEP + NUMBER, re.I)  # fmt: skip
DESPATCH = re.compile(
    r"(?:delivery note|despatch (?:note|advice)|lieferschein|bon de livraison|albarán|pakbon)" + SEP + NUMBER, re.I
)


def kind_of(text: str) -> DocumentKind:
    """What a document calls itself in its first lines; the earliest title wins."""
    head = text[:900]
    found = [
        (match.start(), kind) for kind, words in TITLES if (match := re.search(words, head, re.IGNORECASE)) is not None
    ]
    if not found:
        return DocumentKind.OTHER
    first = min(found)
    of_order = [kind for _, kind in found if kind in (DocumentKind.CREDIT_NOTE, DocumentKind.INVOICE)]
    return of_order[0] if of_order and first[1] is DocumentKind.DESPATCH_ADVICE else first[1]


def header_claims(part: Part, text: str, kind: DocumentKind, reader: str, place: Place | None = None) -> list[Claim]:
    """The header facts of a text. `place` gives the span of a character range; ranges of the part's text by default."""
    where = place or (lambda start, end: Span(part=part.path, text=text[start:end], start=start, end=end))
    mark = numbers.decimal_mark(text.splitlines())
    currency = units.currency(text)
    claims: list[Claim] = []
    for field, value, start, end in _found(text, kind, mark):
        unit = currency if isinstance(value, Decimal) and field != "invoice.tax_rate" else None
        claims.append(Claim(field=field, value=value, span=where(start, end), reader=reader, unit=unit))
    if currency is not None and kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
        sign = units.CURRENCY.search(text)
        if sign is not None and sign[0].upper() == currency:
            place_of = where(sign.start(), sign.end())
            claims.append(Claim(field="invoice.currency", value=currency, span=place_of, reader=reader))
    return claims


Value = tuple[str, str | Decimal | date, int, int]


def _found(text: str, kind: DocumentKind, mark: str | None) -> Iterator[Value]:
    named = NUMBERS.get(kind)
    if named is not None:
        for match in named[1].finditer(text):
            if any(sign.isdigit() for sign in match["value"]) and dates.day(match["value"]) is None:
                yield named[0], match["value"], *match.span("value")
                break
    order = next(ORDER.finditer(text), None)
    if order is not None:
        group = "value" if order["value"] else "bare"
        yield "order.number", order[group].upper().replace(" ", "-"), *order.span(group)
    billed = kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
    yield from _dates(text, billed)
    if billed:
        yield from _figures(text, mark)
    for field, pattern in (("supplier.tax_id", TAX_ID), ("supplier.iban", IBAN)):
        hit = pattern.search(text)
        if hit is not None:
            yield field, hit["value"], *hit.span("value")
    corrected = PRECEDING.search(text) if billed else None
    if corrected is not None and any(sign.isdigit() for sign in corrected["value"]):
        yield "invoice.preceding", corrected["value"], *corrected.span("value")
    note = DESPATCH.search(text) if billed else None
    if note is not None:
        yield "despatch.number", note["value"], *note.span("value")


def _dates(text: str, billed: bool) -> Iterator[Value]:
    first = dates.day_comes_first(text.splitlines())
    seen: set[str] = set()
    for field, pattern in DATED:
        if field.startswith("invoice.") and not billed:
            continue
        for match in pattern.finditer(text):
            written = next(dates.found(match["value"], None, first), None)
            if field not in seen and written is not None and len(written.days) == 1:
                at = match.start("value")
                seen.add(field)
                yield field, written.days[0], at + written.start, at + written.end
    if billed and "invoice.date" not in seen:
        alone = next((w for w in dates.found(text[:1200], None, first) if len(w.days) == 1), None)
        if alone is not None:
            yield "invoice.date", alone.days[0], alone.start, alone.end


def _figures(text: str, mark: str | None) -> Iterator[Value]:
    for field, pattern in TOTALS:
        matches = list(pattern.finditer(text))
        last = matches[-1] if matches else None
        value = numbers.number(last["value"], mark) if last is not None else None
        if last is not None and value is not None:
            yield field, value, *last.span("value")
    rate = RATE.search(text)
    if rate is not None:
        group = "value" if rate["value"] else "before"
        figure = numbers.number(rate[group], mark)
        if figure is not None:
            yield "invoice.tax_rate", figure, *rate.span(group)
    terms = TERMS.search(text)
    if terms is not None:
        yield "invoice.terms", terms["value"], *terms.span("value")
