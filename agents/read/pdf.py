"""PDFs with a text layer: header facts by labels, sums that add up, lines by the table's own header. No templates.

What the page shows is read; text that nobody would see is kept apart (agents/read/pdf_words.py). A page that is a picture
is read as one (agents/read/ocr.py), by the same rules.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2

from agents.read import numbers, units
from agents.read.day_order import day_order
from agents.read.limits import HIDDEN_TEXTS_MAX, PAGES_MAX, TEXT_CHARS_MAX
from agents.read.ocr import Pictures, Scan
from agents.read.ocr_doubt import without_doubt
from agents.read.pdf_accounts import accounts
from agents.read.pdf_bill import Goods, goods_of, line_claims
from agents.read.pdf_days import unlabelled
from agents.read.pdf_header import header_facts, kind_of
from agents.read.pdf_labels import BILLS
from agents.read.pdf_letter import bank_requests
from agents.read.pdf_lines import Line, Table, table_of
from agents.read.pdf_parties import issuer
from agents.read.pdf_rows import Row, rows_of, span_of, text_of
from agents.read.pdf_totals import Totals, totals
from agents.read.pdf_words import Locked, Page, Word, pages
from core.claims import Claim, Document, DocumentKind, Part, PartState

READER = "pdf-text/2"
NO_TEXT = "there is no text on it: an empty page, or a picture without any"
DAMAGED = "the PDF is damaged and cannot be opened"
_PAPER_WORDS = {
    ".": frozenset(
        [
            "invoice",
            "date",
            "delivery",
            "note",
            "order",
            "your",
            "number",
            "no",
            "description",
            "qty",
            "quantity",
            "unit",
            "price",
            "amount",
            "total",
            "page",
            "bill",
            "to",
            "ship",
            "item",
            "items",
            "from",
            "of",
            "the",
            "and",
            "terms",
            "due",
            "shipped",
            "packing",
            "list",
            "confirmation",
        ]
    ),
    ",": frozenset(
        [
            "rechnung",
            "datum",
            "lieferschein",
            "bestellung",
            "ihre",
            "nummer",
            "bezeichnung",
            "menge",
            "einheit",
            "preis",
            "betrag",
            "gesamt",
            "seite",
            "pos",
            "an",
            "von",
            "der",
            "die",
            "und",
            "facture",
            "livraison",
            "commande",
            "votre",
            "désignation",
            "quantité",
            "prix",
            "montant",
            "factura",
            "albarán",
            "pedido",
            "cantidad",
            "precio",
            "importe",
            "fecha",
            "factuur",
            "pakbon",
            "bestelling",
            "aantal",
            "prijs",
            "bedrag",
            "omschrijving",
            "datum",
            "het",
            "van",
        ]
    ),
}
"""Words of business papers by the decimal mark that their language writes."""
WITH_LINES = (*BILLS, DocumentKind.ORDER_CONFIRMATION, DocumentKind.DESPATCH_ADVICE, DocumentKind.ORDER)


def read(raw: bytes, part: Part, pictures: Pictures | None = None) -> tuple[Part, tuple[Document, ...]]:
    """The part with its text, hidden text and pages, and the one business document it is, when it is one.

    Pages that are pictures are read as such, within what `pictures` allows. A PDF with a password, a damaged one and one
    without any text end UNREADABLE with the reason.
    """
    scan = Scan(pictures or Pictures())
    found: list[Page] = []
    hidden: list[str] = []
    count = 0
    try:
        for page in pages(raw, scan.of_pdf):
            count += 1
            if count > PAGES_MAX:
                break
            found.append(page)
            hidden += page.hidden
    except Locked as locked:
        return replace(part, state=PartState.UNREADABLE, why=str(locked)), ()
    except pypdfium2.PdfiumError:
        return replace(part, state=PartState.UNREADABLE, why=DAMAGED), ()
    part = replace(part, pages=count, hidden=(*part.hidden, *hidden[:HIDDEN_TEXTS_MAX]))
    part, documents = paper(found, part, scan)
    return replace(part, state=PartState.UNREADABLE, why=part.why or NO_TEXT) if not part.text else part, documents


def paper(found: Sequence[Page], part: Part, scan: Scan) -> tuple[Part, tuple[Document, ...]]:
    """The part with the text of its pages, and the business document they are, with what is known of pages by picture."""
    part = replace(part, why="; ".join(scan.said()))
    rows = [row for page in found for row in rows_of(page)]
    if not rows:
        return part, ()
    part = replace(part, text=text_of(rows)[:TEXT_CHARS_MAX])
    document = document_of(rows, part.path, found[0].height)
    if document is not None:
        return part, (without_doubt(scan.known(document)),)
    return replace(part, state=PartState.UNREADABLE) if scan.left else part, ()


def document_of(rows: Sequence[Row], path: str, height: float) -> Document | None:
    """What the rows of a paper claim; None for one that is no business paper and claims nothing."""
    kind, at = kind_of(rows)
    title = rows[at] if at is not None else None
    mark = _decimal_mark(rows)
    table = table_of(rows, mark) if kind in WITH_LINES else _price_list(rows, mark, kind)
    outside = [row for at, row in enumerate(rows) if table is None or at not in table.taken]
    goods = goods_of(table, rows, mark, bills=kind in BILLS) if table else Goods((), (), None, Decimal(0))
    day_first = day_order([row.text for row in rows])
    claims = list(_header(outside, path, kind, title, height, day_first))
    if kind in BILLS and not any(claim.field == "invoice.date" for claim in claims):
        day = unlabelled(outside, day_first)
        claims += [_claim(day.field, day.value, day.words, path)] if day else []
    if kind in BILLS:
        sums = totals(outside, mark, goods.amount, goods.extra)
        currency = _currency(claims, rows)
        claims += _sums(sums, path, currency)
        claims += _currency_claim(claims, currency, rows, path)
    else:
        currency = _currency(claims, rows)
    claims += line_claims(goods, path, mark, currency, kind, READER, day_first)
    claims += bank_requests(rows, path, READER)
    told = table is not None or any(claim.field.endswith((".number", ".request")) for claim in claims)
    if kind is DocumentKind.OTHER and not told:
        return None
    return Document(kind=kind, part=path, claims=tuple(claims), reader=READER)


def _price_list(rows: Sequence[Row], mark: str | None, kind: DocumentKind) -> Table | None:
    """The table of a paper that prices goods and counts none; None for any other paper."""
    if kind is not DocumentKind.OTHER:
        return None
    table = table_of(rows, mark)
    priced = [line for line in table.lines if line.figure("price", mark)]
    counted = any(line.figure(name, mark) for line in table.lines for name in ("quantity", "ordered", "amount"))
    return table if priced and len(priced) == len(table.lines) and not counted else None


def _decimal_mark(rows: Sequence[Row]) -> str | None:
    """The decimal mark the figures show; where they do not, the one under which more lines compute,
    then the one of the language that the paper's labels are in."""
    shown = numbers.decimal_mark(cell.text for row in rows for cell in row.cells if len(cell.text) < 40)
    if shown is not None:
        return shown
    computing = {mark: sum(_computes(line, mark) for line in table_of(rows, mark).lines) for mark in (".", ",")}
    if computing["."] != computing[","]:
        return max(computing, key=lambda mark: computing[mark])
    words = [word.text.casefold().strip(".:,") for row in rows for word in row.words]
    spoken = {mark: sum(word in known for word in words) for mark, known in _PAPER_WORDS.items()}
    if abs(spoken["."] - spoken[","]) < 2:
        return None
    return max(spoken, key=lambda mark: spoken[mark])


def _computes(line: Line, mark: str) -> bool:
    quantity, price, amount = (line.figure(kind, mark) for kind in ("quantity", "price", "amount"))
    return bool(quantity and price and amount and quantity[0] * price[0] == amount[0])


def _header(
    rows: Sequence[Row], path: str, kind: DocumentKind, title: Row | None, height: float, day_first: bool | None
) -> Iterator[Claim]:
    for found in (*header_facts(rows, kind, title, day_first=day_first), *accounts(rows)):
        yield _claim(found.field, found.value, found.words, path)
    name = issuer(rows, height)
    if name is not None:
        yield _claim(name.field, name.value, name.words, path)


def _sums(sums: Totals, path: str, currency: str | None) -> Iterator[Claim]:
    for name, one in (
        ("net_total", sums.net),
        ("tax_total", sums.tax),
        ("total", sums.total),
        ("payable", sums.payable),
    ):
        if one is not None:
            yield _claim(f"invoice.{name}", one.value, one.words, path, currency)
    if sums.rate is not None and sums.rate.words:
        yield _claim("invoice.tax_rate", sums.rate.value, sums.rate.words, path)


def _currency(claims: Sequence[Claim], rows: Sequence[Row]) -> str | None:
    """The currency the paper names, or the one that stands beside most of its amounts."""
    named = next((str(claim.value) for claim in claims if claim.field == "invoice.currency"), None)
    if named is not None:
        return named
    counted: Counter[str] = Counter()
    for row in rows:
        for match in units.CURRENCY.finditer(row.text):
            code = units.currency(match[0])
            if code:
                counted[code] += 1
    ranked = counted.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _currency_claim(claims: Sequence[Claim], currency: str | None, rows: Sequence[Row], path: str) -> Iterator[Claim]:
    """The currency as a claim of its own, at the first place that names it."""
    if currency is None or any(claim.field == "invoice.currency" for claim in claims):
        return
    for row in rows:
        for word in row.words:
            if units.currency(word.text) == currency:
                yield _claim("invoice.currency", currency, (word,), path)
                return


def _claim(field: str, value: str | Decimal | date, words: Sequence[Word], path: str, unit: str | None = None) -> Claim:
    return Claim(field=field, value=value, span=span_of(path, words), reader=READER, unit=unit)
