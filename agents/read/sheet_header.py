"""Header facts of a sheet or an office text: found by the labels and sums that serve printed pages, placed in the text.

A line of the text is a row, what tabs (or the file's own separator) part are its cells. Facts come from the same rules as
those of a PDF (agents/read/pdf_labels.py, pdf_totals.py); their spans are character ranges of the part's text.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from agents.read import units
from agents.read.pdf_accounts import accounts
from agents.read.pdf_header import header_facts, kind_of
from agents.read.pdf_labels import BILLS
from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_totals import totals
from agents.read.pdf_words import Word
from agents.read.text_promises import Marks
from core.claims import Claim, DocumentKind, Part, Span

ROWS_MAX = 400
"""Rows that may hold header facts and sums; a longer sheet is searched at its beginning and its end."""
COLUMN_WIDTH = 600.0
LETTER_WIDTH = 5.0
ROW_HEIGHT = 12.0
Places = dict[Word, tuple[int, int]]


def rows_of_text(text: str, separator: str = "\t") -> tuple[list[Row], Places]:
    """The rows of a text, as if printed with a column under a column, and where in the text each word stands."""
    rows: list[Row] = []
    places: Places = {}
    at = 0
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if ROWS_MAX // 2 <= number < len(lines) - ROWS_MAX // 2:
            at += len(line)
            continue
        cells: list[Cell] = []
        start = 0
        for column, piece in enumerate(line.split(separator)):
            words = tuple(_words(piece, at + start, number, column, places))
            cells += [Cell(words)] if words else []
            start += len(piece) + len(separator)
        rows += [Row(1, tuple(cells))] if cells else []
        at += len(line)
    return rows, places


def _words(piece: str, at: int, row: int, column: int, places: Places) -> Iterator[Word]:
    for match in re.finditer(r"[^\s\"]+", piece):
        left = column * COLUMN_WIDTH + match.start() * LETTER_WIDTH
        top = row * ROW_HEIGHT
        word = Word(match[0], 1, left, top, left + len(match[0]) * LETTER_WIDTH, top + ROW_HEIGHT - 2)
        places[word] = (at + match.start(), at + match.end())
        yield word


def kind_of_sheet(part: Part, separator: str) -> DocumentKind:
    """What a sheet calls itself in its first rows, or else in its file's name."""
    rows, _ = rows_of_text(part.text[:900], separator)
    kind, _ = kind_of(rows)
    if kind is not DocumentKind.OTHER:
        return kind
    named, _ = rows_of_text(re.sub(r"[_.-]+", " ", part.name))
    return kind_of(named)[0]


def header_claims(
    part: Part,
    kind: DocumentKind,
    reader: str,
    *,
    separator: str,
    marks: Marks,
    lines: Decimal | None,
    taken: Sequence[str],
) -> list[Claim]:
    """The header facts and, of a bill, its sums. `lines` is what the lines come to where known; `taken` are the texts of
    the rows that are lines."""
    rows, places = rows_of_text(part.text, separator)
    lined = set(taken)
    rows = [row for row in rows if row.text not in lined]
    _, at = kind_of(rows[:20])
    title = rows[at] if at is not None else None
    currency = units.currency(part.text)

    def claim(field: str, value: str | Decimal | date, words: Sequence[Word], unit: str | None = None) -> Claim:
        start, end = places[words[0]][0], places[words[-1]][1]
        span = Span(part=part.path, text=part.text[start:end], start=start, end=end)
        return Claim(field=field, value=value, span=span, reader=reader, unit=unit)

    facts = header_facts(rows, kind, title, day_first=marks.day_first)
    claims = [claim(f.field, f.value, f.words) for f in (*facts, *accounts(rows))]
    if kind not in BILLS:
        return claims
    sums = totals(rows, marks.decimal, lines, Decimal(0))
    named = (("net_total", sums.net), ("tax_total", sums.tax), ("total", sums.total), ("payable", sums.payable))
    claims += [claim(f"invoice.{name}", one.value, one.words, currency) for name, one in named if one is not None]
    if sums.rate is not None and sums.rate.words:
        claims.append(claim("invoice.tax_rate", sums.rate.value, sums.rate.words))
    if not any(c.field == "invoice.currency" for c in claims):
        signs = [w for row in rows for w in row.words if units.currency(w.text) == currency]
        claims += [claim("invoice.currency", currency, signs[:1])] if currency and signs else []
    return claims
