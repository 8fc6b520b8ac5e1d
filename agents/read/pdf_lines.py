"""The lines of a table: each piece of a row put under its column, rows put together to lines, over several pages.

Pieces keep their order and figures only go under columns of figures; of all ways to place a row the nearest is taken.
Rows that fill a column anew start a line; others go on with it. Totals end the table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agents.read.pdf_columns import Column, headers
from agents.read.pdf_placing import Pieces, aligned, computes, figure, placed
from agents.read.pdf_rows import Row
from agents.read.pdf_tokens import Token, tokens
from agents.read.pdf_total_words import CARRIED
from agents.read.pdf_totals import is_sum
from agents.read.pdf_words import Word

LINES_MAX = 2_000
DESCRIPTION_ROWS_MAX = 4
_STARTS = ("quantity", "price", "amount", "ordered")
_SUBTOTAL = re.compile(r"sub-?\s?total|subtotaal|zwischensumme|sous-?\s?total", re.I)
"""A sum that may stand between lines."""
_NOT_LINES = re.compile(r"(?:^|\t)(?:page|seite|p[áa]gina|pagina|blatt)\s*:?\s*\d", re.I)


@dataclass(slots=True)
class Line:
    """One line of the table: its pieces by column, row by row."""

    pieces: Pieces = field(default_factory=dict)
    rows: int = 1
    bottom: float = 0
    page: int = 1
    described: int = 1
    above: list[Token] = field(default_factory=list)  # goods named on the row over the figures

    def figure(self, kind: str, mark: str | None) -> tuple[Decimal, Token] | None:
        """The figure in a column, with its piece."""
        return figure(self.pieces, kind, mark)

    def words(self, kind: str) -> tuple[Word, ...]:
        """All words in a column."""
        return tuple(word for token in self.pieces.get(kind, ()) for word in token.words)


@dataclass(slots=True)
class _Reading:
    """The table being read."""

    columns: tuple[Column, ...] = ()
    lines: list[Line] = field(default_factory=list)
    waiting: list[tuple[Row, Pieces]] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What a paper's tables hold: the lines, and which rows they and their headers took."""

    lines: tuple[Line, ...]
    kinds: frozenset[str]
    taken: frozenset[int]


def table_of(rows: Sequence[Row], mark: str | None) -> Table:
    """The lines under every header of a paper."""
    reading = _Reading()
    known = headers(rows)
    pages_with_header = {rows[at].page for at, header in known.items() if header.columns}
    kinds: set[str] = set()
    taken: set[int] = set()
    seen: set[str] = set()
    end, page = -1, 1
    for at, row in enumerate(rows):
        if row.page != page:
            page = row.page
            reading.waiting = []
            if page in pages_with_header:
                reading.columns = ()  # what stands above the next header is the page's own head
        header = known.get(at)
        if header is not None and not header.columns:
            reading.columns = ()
        elif header is not None:
            reading.columns = aligned(header.columns, rows[header.last + 1 :], mark)
            kinds |= {column.kind for column in header.columns}
            reading.ended = False
            reading.waiting = []
            end = header.last
        if at <= end:
            taken.add(at)
            continue
        repeated = row.page > 1 and row.text in seen and _is_head(row)
        if reading.columns and not repeated and len(reading.lines) < LINES_MAX and _take(reading, row, mark):
            taken.add(at)
        if not taken:
            seen.add(row.text)
    _finish(reading)
    return Table(tuple(reading.lines), frozenset(kinds), frozenset(taken))


def _is_head(row: Row) -> bool:
    """Whether a row that the first page has too may be the head of every page: it holds no amount."""
    return not re.search(r"\d[.,]\d{2}(?!\d)", row.text)


def _take(reading: _Reading, row: Row, mark: str | None) -> bool:
    """Put one row into the table. Says whether it belongs to it."""
    if CARRIED.search(row.text) or _NOT_LINES.search(row.text):
        return False
    if is_sum(row):
        reading.ended = reading.ended or not _SUBTOTAL.match(row.text)
        reading.waiting = []
        return False
    pieces = placed(tokens(row.words), reading.columns)
    filled = {kind for kind in _STARTS if any(t.written is not None for t in pieces.get(kind, ()))}
    goes_on = reading.lines and _goes_on(reading.lines[-1], row, filled, pieces)
    if reading.ended and not computes(pieces, mark):
        return False
    if filled and not goes_on:
        if not _is_line(pieces, filled, reading.columns):
            return False
        reading.ended = False
        _finish(reading)
        line = Line(dict(pieces), 1, row.bottom, row.page)
        _prepend(line, reading, row)
        reading.lines.append(line)
        return True
    if goes_on:
        _extend(reading.lines[-1], row, pieces)
        return True
    reading.waiting.append((row, pieces))
    return False


def _finish(reading: _Reading) -> None:
    """The last line has all its rows: without a description, the goods named above it are its own."""
    if reading.lines and not reading.lines[-1].pieces.get("description") and reading.lines[-1].above:
        reading.lines[-1].pieces["description"] = reading.lines[-1].above


def _goes_on(line: Line, row: Row, filled: set[str], pieces: Pieces) -> bool:
    """Whether a row belongs to the line above it: close below, filling only what that left open."""
    if line.page != row.page or row.top - line.bottom > 1.3 * row.height:
        return False
    if any(line.pieces.get(kind) for kind in filled):
        return False
    if filled and (line.rows > 3 or row.top - line.bottom > 0.5 * row.height):
        return False
    return not (pieces.get("pos") and line.pieces.get("pos") and filled)


def _is_line(pieces: Pieces, filled: set[str], columns: Sequence[Column]) -> bool:
    """A line names its goods and a figure; where amounts have a column, one figure alone may be a note's."""
    kinds = {column.kind for column in columns}
    named = any(pieces.get(kind) for kind in ("description", "item", "buyer_item"))
    if not named and not ({"description", "item"} & kinds and len(filled) >= 2):
        return False
    if "amount" in filled or len(filled) >= 2:
        return True
    if "price" in filled and not kinds & {"quantity", "ordered", "amount", "gross"}:
        return True  # a price list
    return "amount" not in kinds and "quantity" in filled | ({"quantity"} if "ordered" in filled else set())


def _prepend(line: Line, reading: _Reading, row: Row) -> None:
    """Goods named in the row above their figures: taken in the end when neither this row nor those below name any."""
    if not line.pieces.get("description") and reading.waiting:
        above, pieces = reading.waiting[-1]
        if above.page == row.page and row.top - above.bottom < row.height:
            line.above = pieces.get("description", [])
    reading.waiting = []


def _extend(line: Line, row: Row, pieces: Pieces) -> None:
    """A further row of a line: its text goes on, its figures fill what was open."""
    line.rows += 1
    line.bottom = row.bottom
    text = pieces.get("description", [])
    talks = any(token.text.endswith(":") or token.text == ":" for token in text[:4])
    for kind, found in pieces.items():
        if kind == "description":
            if line.described < DESCRIPTION_ROWS_MAX and not talks and not any(t.money for t in text):
                line.pieces.setdefault(kind, []).extend(found)
                line.described += 1
            else:
                line.described = DESCRIPTION_ROWS_MAX
                line.pieces.setdefault("note", []).extend(found)
        elif kind not in line.pieces:
            line.pieces[kind] = found
        else:
            line.pieces.setdefault(f"more {kind}", []).extend(found)
