"""PDFs with a text layer: words with their boxes, header facts by labels, lines by the table's own header row.

No issuer is known in advance. Words that a reader of the page would not see (white, tiny, off the page, drawn invisible)
are kept apart and never read.
"""

import io
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pdfplumber

from agents.read.headings import header_claims, kind_of
from agents.read.pdf_table import Row, lines_of
from core.claims import Claim, Document, DocumentKind, Part, PartState, Span

READER = "pdf-text/1"
NO_TEXT = "a picture without a text layer; reading pictures is not there yet"
LINE_TOLERANCE = 3
TINY = 3.0
GAP_OF_COLUMNS = 9.0
"""Points between two words from which they stand in different columns; shown as a tab in the part's text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word on a page, with where it stands in the part's text."""

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    start: int
    end: int


def read(raw: bytes, part: Part) -> tuple[Part, tuple[Document, ...]]:
    """The part with its text and hidden text, and the one business document that the PDF is (or none)."""
    rows, hidden, pages = _words(raw)
    text = "\n".join(_line_text(row) for row in rows)
    if not text.strip():
        return replace(part, state=PartState.UNREADABLE, why=NO_TEXT, pages=pages, hidden=tuple(hidden)), ()
    shown = replace(part, text=text, pages=pages, hidden=tuple(hidden))
    kind = kind_of(text)
    words = _placed(rows)
    place = _Places(shown, words)
    heads = header_claims(shown, text, kind, READER, place.span)
    lines = lines_of([list(row) for row in _by_row(words)], text)
    claims = [*_without_line_noise(heads, lines), *_line_claims(lines, place, kind)]
    if kind is DocumentKind.OTHER and not lines:
        return shown, ()
    name = _issuer(words, place)
    return shown, (Document(kind=kind, part=part.path, claims=(*name, *claims), reader=READER),)


Raw = dict[str, Any]


def _words(raw: bytes) -> tuple[list[list[Raw]], list[str], int]:
    """The visible words of all pages by line, the hidden text, and how many pages there are."""
    rows: list[list[Raw]] = []
    hidden: list[str] = []
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        for number, page in enumerate(opened.pages, 1):
            visible = page.filter(lambda thing, page=page: thing["object_type"] != "char" or _is_seen(thing, page))
            unseen = "".join(char["text"] for char in page.chars if not _is_seen(char, page)).strip()
            if unseen:
                hidden.append(unseen[:2000])
            words = visible.extract_words(x_tolerance=1.5, y_tolerance=LINE_TOLERANCE, keep_blank_chars=False)
            rows.extend(_rows([{**word, "page": number} for word in words]))
            page.close()
        return rows, hidden, len(opened.pages)


def _is_seen(char: Raw, page: Any) -> bool:
    """Can a person see this character? White ink, tiny letters, and letters off the page are not seen."""
    if (
        char["size"] < TINY
        or char["x1"] < 0
        or char["x0"] > page.width
        or char["bottom"] < 0
        or char["top"] > page.height
    ):
        return False
    color = char.get("non_stroking_color")
    values = color if isinstance(color, tuple | list) else (color,)
    known = [value for value in values if isinstance(value, int | float)]
    is_white = bool(known) and (all(v >= 0.99 for v in known) if len(known) != 4 else all(v <= 0.01 for v in known))
    return not is_white or _on_dark(char, page)


def _on_dark(char: Raw, page: Any) -> bool:
    """White letters on a filled box are a heading, not a trick."""
    return any(
        rect["x0"] <= char["x0"] and rect["x1"] >= char["x1"] and rect["top"] <= char["top"] + 1 and rect["bottom"] >= char["bottom"] - 1
        and rect.get("fill") and _is_dark(rect.get("non_stroking_color"))
        for rect in page.rects
    )  # fmt: skip


def _is_dark(color: object) -> bool:
    values = color if isinstance(color, tuple | list) else (color,)
    known = [v for v in values if isinstance(v, int | float)]
    if len(known) == 4:
        return any(v > 0.3 for v in known)
    return bool(known) and min(known) < 0.7


def _rows(words: list[Raw]) -> list[list[Raw]]:
    """Words that stand on one line, left to right; lines top to bottom."""
    rows: list[list[Raw]] = []
    for word in sorted(words, key=lambda w: (w["top"], w["x0"])):
        if rows and abs(rows[-1][0]["top"] - word["top"]) <= LINE_TOLERANCE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w["x0"]) for row in rows]


def _line_text(row: list[Raw]) -> str:
    parts = [row[0]["text"]]
    for before, word in pairwise(row):
        parts.append(("\t" if word["x0"] - before["x1"] > GAP_OF_COLUMNS else " ") + word["text"])
    return "".join(parts)


def _placed(rows: list[list[Raw]]) -> list[Word]:
    words: list[Word] = []
    at = 0
    for row in rows:
        for raw in row:
            end = at + len(raw["text"])
            words.append(Word(raw["text"], raw["page"], raw["x0"], raw["x1"], raw["top"], raw["bottom"], at, end))
            at = end + 1
    return words


def _by_row(words: list[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in words:
        same = rows and rows[-1][0].page == word.page and abs(rows[-1][0].top - word.top) <= LINE_TOLERANCE
        if same and word.x0 >= rows[-1][-1].x0:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


class _Places:
    """From a range of the part's text to a page and a box."""

    def __init__(self, part: Part, words: list[Word]) -> None:
        self.part, self.words = part, words

    def span(self, start: int, end: int) -> Span:
        """The span of a character range: the box around its words."""
        return self.around([word for word in self.words if word.start < end and word.end > start], start, end)

    def around(self, words: list[Word], start: int | None = None, end: int | None = None) -> Span:
        """The span of some words of one page."""
        first = words[0]
        same = [word for word in words if word.page == first.page]
        edges = (
            min(w.x0 for w in same),
            min(w.top for w in same),
            max(w.x1 for w in same),
            max(w.bottom for w in same),
        )
        x0, top, x1, bottom = (Decimal(f"{edge:.1f}") for edge in edges)
        text = self.part.text[words[0].start : words[-1].end] if start is None else self.part.text[start:end]
        return Span(part=self.part.path, text=text, page=first.page, box=(x0, top, x1, bottom))


def _line_claims(lines: list[Row], place: _Places, kind: DocumentKind) -> list[Claim]:
    """The claims of table rows: goods lines by number, charges as charges."""
    claims: list[Claim] = []
    number = charge = 0
    for row in lines:
        if row.is_charge and kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
            amount = row.cells.get("line.amount") or row.cells.get("line.price")
            if amount is None:
                continue
            charge += 1
            claims.append(Claim(field="invoice.charge", value=amount.value, span=place.around(amount.words), reader=READER, line=charge, unit=row.currency))  # fmt: skip
            reason = row.cells.get("line.description")
            if reason is not None:
                claims.append(Claim(field="invoice.charge_reason", value=str(reason.value), span=place.around(reason.words), reader=READER, line=charge))  # fmt: skip
            continue
        number += 1
        for field, cell in row.cells.items():
            unit = row.unit if field in ("line.quantity", "line.ordered_quantity") else None
            if field in ("line.price", "line.amount"):
                unit = row.currency
            claims.append(Claim(field=field, value=cell.value, span=place.around(cell.words), reader=READER, line=number, unit=unit))  # fmt: skip
    return claims


def _without_line_noise(heads: list[Claim], lines: list[Row]) -> list[Claim]:
    """Header facts without those that were found inside the table, where words like "total" name a column."""
    inside = {word.start for row in lines for cell in row.cells.values() for word in cell.words}
    return [claim for claim in heads if not (claim.field == "delivery.date" and inside and claim.span.page is None)]


def _issuer(words: list[Word], place: _Places) -> tuple[Claim, ...]:
    """The company name that stands first on the page, when it ends in a legal form or stands alone at the top."""
    first = _by_row(words)[0]
    head = [first[0]]
    for before, word in pairwise(first):
        if word.x0 - before.x1 > GAP_OF_COLUMNS:
            break
        head.append(word)
    span = place.around(head)
    if (
        len(span.text) > 60
        or not any(sign.isalpha() for sign in span.text)
        or kind_of(span.text) is not DocumentKind.OTHER
    ):
        return ()
    return (Claim(field="supplier.name", value=span.text, span=span, reader=READER),)
