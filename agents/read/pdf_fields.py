"""What a paper is, by its title, and its header fields: a label, and the value right of it or below it."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from agents.read.columns import meaning
from agents.read.dates import found as dates_found
from agents.read.pdf_segments import Row, Segment
from agents.read.text_facts import Marks
from agents.read.units import currency
from core.claims import Claim, DocumentKind

_TITLES = (
    (DocumentKind.CREDIT_NOTE, r"credit (?:note|memo)|gutschrift|rechnungs-?korrektur|avoir|note de cr\u00e9dit"
            r"|nota de (?:cr\u00e9dito|abono)|factura rectificativa|creditnota|creditfactuur"),
    (DocumentKind.ORDER_CONFIRMATION, r"(?:sales )?order (?:confirmation|acknowledge?ment)"
            r"|acknowledge?ment of order|auftragsbest\u00e4tigung|bestellbest\u00e4tigung"
            r"|confirmation de commande|accus\u00e9 de r\u00e9ception de commande|confirmaci\u00f3n de pedido"
            r"|orderbevestiging"),
    (DocumentKind.DESPATCH_ADVICE, r"delivery (?:note|slip|docket)|d[ei]spatch (?:note|advice)"
            r"|packing (?:slip|list)|advance ship(?:ping|ment) notice|ship(?:ping|ment) (?:note|notice"
            r"|advice)|lieferschein|lieferavis|bon de livraison|bordereau de livraison"
            r"|albar\u00e1n(?: de entrega)?|nota de entrega|pakbon|leverbon|afleverbon"),
    (DocumentKind.STATEMENT, r"(?:account statement|statement of account|kontoauszug|relev\u00e9 de compte"
                             r"|estado de cuenta|rekeningoverzicht)"),
    (DocumentKind.INVOICE, r"(?:tax |commercial |sales |vat |final |self-billed )?invoice|(?:schluss|teil"
                           r"|abschlags|handels|waren|dienstleistungs|service|voraus|end|sammel|proforma-|kosten)?rechnung|facture|factura|factuur|fattura|bill"),
    (DocumentKind.ORDER, r"purchase order|bestellung|bon de commande|orden de compra|pedido de compra|inkooporder"),
)  # fmt: skip
_TITLE_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})\b", re.I)) for kind, pattern in _TITLES)
_NO = (
    r"(?:[ -]?(?:no|nr|num(?:ber)?|nummer|id|ref(?:erence)?|#|n[\u00b0\u00ba]|num\u00e9ro|n\u00famero"
    r"|code)\.?(?![a-z]))"
)
_TEXT_LABELS = (
    ("invoice.preceding", rf"(?:original|corrected|corrects|credit for|relating to|for|zu"
                          rf"|ursprungs)[ -]?(?:invoice|rechnung|facture|factura|factuur){_NO}?|zu rechnung{_NO}?"),
    ("order.number", rf"(?:your |customer |cust\.? |buyer'?s? |ihre |kunden-?)?(?:purchase order|p\.?o\.?"
                     rf"|order|bestellung|bestell|bestelling|commande|pedido|auftrags?){_NO}|(?:your"
                     rf"|customer) (?:order|po|ref(?:erence)?|p\.o\.)|(?:purchase order|bestellung|ihre bestellung"
                     rf"|votre commande|su pedido|uw (?:bestelling|order|referentie)|p\.?o\.?"
                     rf"|n\u00b0 (?:de )?commande|bestellnummer|n[\u00b0\u00ba\u00famero.]* de pedido)"),
    ("despatch.number", rf"(?:delivery note|d[ei]spatch note|packing (?:slip|list)|shipment|lieferschein"
                        rf"|bon de livraison|albar\u00e1n|pakbon|delivery){_NO}|lieferschein(?:-?nr\.?"
                        rf"|nummer)|delivery note"),
    ("confirmation.number", rf"(?:order confirmation|acknowledge?ment|sales order|our order|confirmation"
                            rf"|auftragsbest\u00e4tigung|ab|confirmation de commande|confirmaci\u00f3n de pedido"
                            rf"|orderbevestiging){_NO}|auftragsbest\u00e4tigung|our (?:order"
                            rf"|confirmation)|unser auftrag"),
    ("tracking.number", rf"(?:tracking|awb|consignment|sendungs?|suivi){_NO}"),
    ("invoice.number", rf"(?:tax |our )?(?:invoice|inv\.?|bill|rechnungs?|facture|factura|factuur"
                       rf"|credit (?:note|memo)|gutschrifts?|avoir|document|beleg|rg){_NO}(?: de factur[ae])?"
                       rf"|n[\u00b0\u00bao]\.? ?(?:de )?(?:la )?factur[ae]|num\u00e9ro de facture"
                       rf"|n\u00famero de factura|(?:tax )?invoice|rechnung|facture|factura|factuur"
                       rf"|(?:handels|waren|teil|schluss)?rechnung(?: \([^)]*\))*{_NO}|gutschrift(?: \([^)]*\))*{_NO}"
                       rf"|rechnungskorrektur{_NO}"
                       rf"|credit (?:note|memo)|gutschrift|rechnungsnummer|factuurnummer"),
)  # fmt: skip
_DATE_LABELS = (
    ("invoice.due_date", r"(?:payment )?due(?: date| on| by)?|date due|pay(?:able)? by|payment date"
                         r"|f\u00e4llig(?:keit)?(?:sdatum| am| bis)?|zahlbar bis(?: zum)?|zahlungsziel"
                         r"|(?:date d')?\u00e9ch\u00e9ance|fecha de vencimiento|vencimiento|vervaldatum|vervaldag"),
    ("despatch.date", r"(?:d[ei]spatch|ship(?:ping|ped|ment)?|sent)[ -]?(?:date|on)?|versanddatum|versandt am"
                      r"|date d'exp\u00e9dition|verzenddatum"),
    ("delivery.date", r"(?:promised |expected |confirmed |estimated )?(?:delivery)[ -]?date|liefertermin"
                      r"|lieferdatum|date de livraison|fecha de entrega|leverdatum"),
    ("invoice.date", r"(?:invoice|inv\.?|bill|issue|billing|tax|document|credit (?:note|memo))[ -]?date"
                     r"|date(?: of (?:issue|invoice))?(?: issued)?|(?:rechnungs|beleg|ausstellungs)?datum"
                     r"|rechnung vom|vom|date(?: de (?:la )?(?:facture|facturation)| d'\u00e9mission)"
                     r"|fecha(?: de (?:factura|emisi\u00f3n|expedici\u00f3n))?|factuurdatum|dated"),
)  # fmt: skip
_TEXTS = tuple((field, re.compile(rf"(?:{label})(?=[\s:#.]|$)[\s:#.]*", re.I)) for field, label in _TEXT_LABELS)
_DATES = tuple((field, re.compile(rf"(?:{label})(?=[\s:.,]|$)[\s:.]*", re.I)) for field, label in _DATE_LABELS)
_NUMBER = re.compile(
    r"(?=[A-Za-z/_.#-]*\d)#?(?P<code>(?:[A-Z]{1,6} (?=\d))?[A-Za-z0-9]+(?:[-/_.][A-Za-z0-9]+)*)(?=[\s,;)]|$)"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_TAX_ID = re.compile(
    r"(?<![A-Z0-9])(?:AT ?U|BE ?0?|CH ?E|DE|DK|ES ?[A-Z]?|FR ?|GB ?|IE ?|IT ?|LU ?|NL ?|PL ?"
    r"|SE ?)\d[\dA-Z.]{6,12}(?![A-Z0-9])"
)
_TAX_LABEL = re.compile(r"\b(?:vat|ust|tva|iva|btw|tax|mwst|nif|cif|ein|gst)\b", re.I)
_LEGAL = re.compile(
    r"^(?P<name>[A-Z\u00c4\u00d6\u00dc\u00c9][\w&.,'\u2019\u00c0-\u00ff -]{1,60}?,? (?:Inc|LLC|L\.L\.C|Ltd"
    r"|Limited|Corp|Corporation|Company|Co|GmbH(?: & Co\. ?KG)?|AG|KG|UG|SE|SA|S\.A|SAS|SARL|S\.L|SL|B\.?V"
    r"|N\.?V|PLC|plc|e\.K|OHG|Pty)\b\.?)"
)
_BUYER = re.compile(
    r"\b(?:bill(?:ed)? to|ship(?:ped)? to|sold to|invoice(?:d)? to|deliver(?:y)? to|customer"
    r"|buyer|client|rechnung an|rechnungsempf\u00e4nger|lieferadresse|kunde"
    r"|factur\u00e9 \u00e0|livr\u00e9 \u00e0|facturar a|cliente|factuuradres|klant|attn)\b",
    re.I,
)


_LABEL_LIKE = re.compile(r"\s*:|[ -]?(?:no|nr|num\w+|date|datum|id)\b|[- ]?(?:nr|no)\.|\s*#", re.I)
_SPACED = re.compile(r"(?:\w (?=\w\b)){4,}\w")


def _title(text: str) -> str:
    """Words with their letters spaced out put together again."""
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), text)


def kind_of(rows: Sequence[Row]) -> DocumentKind | None:
    """What a paper is: the largest title on its first page, the upper one among equals."""
    best: tuple[float, DocumentKind] | None = None
    first = [row for row in rows if row.page == rows[0].page]
    for place, row in enumerate(first):
        for segment in row.segments:
            text = _title(segment.text)
            words = len(text.split())
            for kind, pattern in _TITLE_PATTERNS:
                match = pattern.search(text)
                if match is None or words > 8:
                    continue
                alone = len(match[0]) / len(text)
                letters = 1.6 if match[0].isupper() and alone > 0.5 else 1.0
                score = segment.height * (0.5 + alone) * letters - place * 0.05
                if match.start() > 12:
                    score *= 0.5
                if _LABEL_LIKE.match(text, match.end()):
                    score *= 0.3
                if best is None or score > best[0]:
                    best = (score, kind)
                break
    return best[1] if best else None


def header(rows: Sequence[Row], path: str, reader: str, marks: Marks, kind: DocumentKind) -> Iterator[Claim]:
    """The header fields that labels name, each once: the first place that holds a fitting value wins."""
    told: set[str] = set()
    for index, row in enumerate(rows):
        if row.page > rows[0].page + 1 or (
            len(row.segments) > 3 and sum(meaning(s.text) is not None for s in row.segments) > 3
        ):
            continue
        for at, segment in enumerate(row.segments):
            for field, value, place in _labelled(rows, index, at, segment, marks):
                if field not in told and _fits(field, kind):
                    told.add(field)
                    yield Claim(field=field, value=value, span=place.span(path), reader=reader)
    yield from _parties(rows, path, reader)


def _fits(field: str, kind: DocumentKind) -> bool:
    """An order confirmation has no invoice number; its other fields may stand on any paper."""
    bills = kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
    return bills or not field.startswith("invoice.") or kind is DocumentKind.STATEMENT


def _labelled(
    rows: Sequence[Row], index: int, at: int, segment: Segment, marks: Marks
) -> Iterator[tuple[str, str | date, Segment]]:
    """The fields that labels inside a segment name, with their values."""
    for patterns, dated in ((_DATES, True), (_TEXTS, False)):
        start = 0
        for word in re.finditer(r"\S+", segment.text):
            if word.start() < start:
                continue
            for field, label in patterns:
                match = label.match(segment.text, word.start())
                if match is None or match.end() == match.start():
                    continue
                value = _value(rows, index, at, segment, match.end(), marks, dated=dated)
                if value is not None:
                    yield (field, *value)
                    start = match.end()
                    break


def _value(
    rows: Sequence[Row], index: int, at: int, segment: Segment, end: int, marks: Marks, *, dated: bool
) -> tuple[str | date, Segment] | None:
    """The value after a label in its own segment, else in the next to the right, else below."""
    rest = segment.text[end:]
    read = _date if dated else _number
    if rest.strip(" :#."):
        value = read(rest, marks, strict=True)
        return None if value is None else (value, segment)
    row = rows[index]
    if at + 1 < len(row.segments):
        right = row.segments[at + 1]
        value = read(right.text.lstrip(": #"), marks, strict=True)
        if value is not None:
            return value, right
    for below in rows[index + 1 : index + 3]:
        if below.page != row.page or below.top - segment.bottom > 2.2 * segment.height:
            break
        for candidate in below.segments:
            close = min(abs(candidate.x0 - segment.x0), abs(candidate.x1 - segment.x1)) < 2.5 * segment.height
            inside = candidate.x0 < segment.x1 and segment.x0 < candidate.x1
            if close and inside:
                value = read(candidate.text, marks, strict=True)
                if value is not None:
                    return value, candidate
    return None


def _date(text: str, marks: Marks, *, strict: bool) -> date | None:
    first = next(dates_found(text, None, marks.day_first), None)
    if first is None or len(first.days) != 1 or (strict and first.start > 12):
        return None
    return first.days[0]


def _number(text: str, marks: Marks, *, strict: bool) -> str | None:
    """A paper's number at the start of a text: with a digit, no date, no amount of money."""
    match = _NUMBER.match(text.strip())
    if match is None:
        return None
    code = match["code"]
    if any(len(d.text) >= len(code) - 1 for d in dates_found(code, None, True)) or re.fullmatch(r"\d+[.,]\d\d", code):
        return None
    return code if sum(c.isdigit() for c in code) >= 2 else None


def _parties(rows: Sequence[Row], path: str, reader: str) -> Iterator[Claim]:
    """The issuer by its legal form, its account, its tax number; never the buyer's block."""
    yield from _names(rows, path, reader)
    yield from _currency(rows, path, reader)
    accounts = [
        (match[0], s) for row in rows for s in row.segments for match in _IBAN.finditer(s.text) if _is_iban(match[0])
    ]
    if accounts:
        yield Claim(field="supplier.iban", value=accounts[0][0], span=accounts[0][1].span(path), reader=reader)
    taxes: dict[str, Segment] = {}
    for row in rows:
        if _TAX_LABEL.search(row.text):
            for segment in row.segments:
                for match in _TAX_ID.finditer(segment.text):
                    taxes.setdefault(match[0], segment)
    if len(taxes) == 1:
        number, segment = next(iter(taxes.items()))
        yield Claim(field="supplier.tax_id", value=number, span=segment.span(path), reader=reader)


def _currency(rows: Sequence[Row], path: str, reader: str) -> Iterator[Claim]:
    """The currency, where the paper names one only; from the first place that names it."""
    one = currency("\n".join(row.text for row in rows))
    place = next((s for row in rows for s in row.segments if currency(s.text)), None)
    if one and place is not None:
        yield Claim(field="invoice.currency", value=one, span=place.span(path), reader=reader)


def _names(rows: Sequence[Row], path: str, reader: str) -> Iterator[Claim]:
    """The first firm on the first page that does not stand under a buyer's label is the supplier's, the first that does
    is the buyer's."""
    labels: list[Segment] = []
    told: set[str] = set()
    for row in rows:
        if row.page != rows[0].page:
            return
        for segment in row.segments:
            if _BUYER.search(segment.text) and len(segment.text) < 60:
                labels.append(segment)
            match = _LEGAL.match(segment.text)
            if match is None:
                continue
            ours = any(
                0 <= segment.top - label.top < 5 * label.height
                and segment.x0 < label.x1 + 60
                and label.x0 - 20 < segment.x1
                for label in labels
            )
            field = "buyer.name" if ours else "supplier.name"
            if field not in told:
                told.add(field)
                yield Claim(field=field, value=match["name"], span=segment.span(path), reader=reader)


def _is_iban(written: str) -> bool:
    """ISO 13616: the number with its first four signs moved behind and letters as 10 to 35 leaves 1 modulo 97."""
    bare = written.replace(" ", "")
    if not 15 <= len(bare) <= 34:
        return False
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
