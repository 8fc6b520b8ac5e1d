"""The lines of a table: each piece of a row put under its column, rows put together to lines, over several pages.

Pieces keep their order and figures only go under columns of figures; of all ways to place a row the nearest is taken.
Rows that fill a column anew start a line; others go on with it. Totals end the table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agents.read.pdf_columns import NUMERIC, Column, headers
from agents.read.pdf_rows import Row
from agents.read.pdf_tokens import Token, tokens
from agents.read.pdf_totals import CARRIED, label_of
from agents.read.pdf_words import Word

OUT = 45.0
"""What it costs to leave a piece out of every column; dearer places are none."""
FAR = 90.0
"""Points between a figure and its column's name from which it belongs to none."""
LINES_MAX = 2_000
DESCRIPTION_ROWS_MAX = 4
_STARTS = ("quantity", "price", "amount", "ordered")
_SUBTOTAL = re.compile(r"sub-?\s?total|subtotaal|zwischensumme|sous-?\s?total", re.I)
"""A sum that may stand between lines."""
_NOT_LINES = re.compile(r"(?:^|\t)(?:page|seite|p[áa]gina|pagina|blatt)\s*:?\s*\d", re.I)


@dataclass(slots=True)
class Line:
    """One line of the table: its pieces by column, row by row."""

    pieces: dict[str, list[Token]] = field(default_factory=dict)
    rows: int = 1
    bottom: float = 0
    page: int = 1
    described: int = 1
    above: list[Token] = field(default_factory=list)  # goods named on the row over the figures

    def figure(self, kind: str, mark: str | None) -> tuple[Decimal, Token] | None:
        """The figure in a column, with its piece."""
        for token in self.pieces.get(kind, ()):
            value = token.value(mark)
            if value is not None:
                return value, token
        return None

    def words(self, kind: str) -> tuple[Word, ...]:
        """All words in a column."""
        return tuple(word for token in self.pieces.get(kind, ()) for word in token.words)


@dataclass(slots=True)
class _Reading:
    """The table being read."""

    columns: tuple[Column, ...] = ()
    lines: list[Line] = field(default_factory=list)
    waiting: list[tuple[Row, dict[str, list[Token]]]] = field(default_factory=list)
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
            reading.columns = _aligned(header.columns, rows[header.last + 1 :], mark)
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
    if _is_sum(row):
        reading.ended = reading.ended or not _SUBTOTAL.match(row.text)
        reading.waiting = []
        return False
    pieces = _placed(tokens(row.words), reading.columns)
    filled = {kind for kind in _STARTS if any(t.written is not None for t in pieces.get(kind, ()))}
    goes_on = reading.lines and _goes_on(reading.lines[-1], row, filled, pieces)
    if reading.ended and not _computes(pieces, mark):
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


def _is_sum(row: Row) -> bool:
    """Whether a row is one of the sums: it starts a cell with the name of one, and nothing else stands before it."""
    first = row.cells[0].text
    if label_of(first) is not None and not re.match(r"(?:amount|total|summe|net|netto)$", first.strip(" :"), re.I):
        return True
    return label_of(first) is not None and len(row.cells) <= 4


def _finish(reading: _Reading) -> None:
    """The last line has all its rows: without a description, the goods named above it are its own."""
    if reading.lines and not reading.lines[-1].pieces.get("description") and reading.lines[-1].above:
        reading.lines[-1].pieces["description"] = reading.lines[-1].above


def _goes_on(line: Line, row: Row, filled: set[str], pieces: dict[str, list[Token]]) -> bool:
    """Whether a row belongs to the line above it: close below, filling only what that left open."""
    if line.page != row.page or row.top - line.bottom > 1.3 * row.height:
        return False
    if any(line.pieces.get(kind) for kind in filled):
        return False
    if filled and (line.rows > 3 or row.top - line.bottom > 0.5 * row.height):
        return False
    return not (pieces.get("pos") and line.pieces.get("pos") and filled)


def _computes(pieces: dict[str, list[Token]], mark: str | None) -> bool:
    """Whether quantity by price is the amount: what stands below a sum is a line only then."""
    line = Line(dict(pieces))
    quantity, price, amount = (line.figure(kind, mark) for kind in ("quantity", "price", "amount"))
    if quantity is None or price is None or amount is None:
        return False
    return abs(quantity[0] * price[0] - amount[0]) < Decimal("0.01")


def _is_line(pieces: dict[str, list[Token]], filled: set[str], columns: Sequence[Column]) -> bool:
    """A line names its goods and a figure; where amounts have a column, one figure alone may be a note's."""
    kinds = {column.kind for column in columns}
    named = any(pieces.get(kind) for kind in ("description", "item", "buyer_item"))
    if not named and not ({"description", "item"} & kinds and len(filled) >= 2):
        return False
    if "amount" in filled or len(filled) >= 2:
        return True
    return "amount" not in kinds and "quantity" in filled | ({"quantity"} if "ordered" in filled else set())


def _prepend(line: Line, reading: _Reading, row: Row) -> None:
    """Goods named in the row above their figures: taken in the end when neither this row nor those below name any."""
    if not line.pieces.get("description") and reading.waiting:
        above, pieces = reading.waiting[-1]
        if above.page == row.page and row.top - above.bottom < row.height:
            line.above = pieces.get("description", [])
    reading.waiting = []


def _extend(line: Line, row: Row, pieces: dict[str, list[Token]]) -> None:
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


def _aligned(columns: tuple[Column, ...], rows: Sequence[Row], mark: str | None) -> tuple[Column, ...]:
    """The columns with the reach of the figures that stand under them, learned from rows that compute."""
    columns = _counting(columns, rows[:60], mark)
    reach: dict[str, list[tuple[float, float]]] = {}
    for row in rows[:60]:
        pieces = _placed(tokens(row.words), columns)
        if _is_sum(row) or not _computes(pieces, mark):
            continue
        for kind in NUMERIC:
            for token in pieces.get(kind, ()):
                reach.setdefault(kind, []).append((token.x0, token.x1))
    return tuple(
        replace(
            column,
            x0=min([column.x0, *(x0 for x0, _ in reach.get(column.kind, ()))]),
            x1=max([column.x1, *(x1 for _, x1 in reach.get(column.kind, ()))]),
        )
        for column in columns
    )


def _counting(columns: tuple[Column, ...], rows: Sequence[Row], mark: str | None) -> tuple[Column, ...]:
    """The columns with "#" or "No." read as the quantity where no other is and its figures compute with the price."""
    kinds = [column.kind for column in columns]
    if "quantity" in kinds or not {"pos", "price", "amount"} <= set(kinds):
        return columns
    for row in rows:
        pieces = _placed(tokens(row.words), columns)
        count = Line(dict(pieces)).figure("pos", mark)
        if count is not None and count[0] not in (0, 1) and _computes({**pieces, "quantity": pieces["pos"]}, mark):
            return tuple(replace(c, kind="quantity") if c.kind == "pos" else c for c in columns)
    return columns


def _placed(pieces: Sequence[Token], columns: Sequence[Column]) -> dict[str, list[Token]]:
    """Every piece of a row under its column: the cheapest way that keeps their order."""
    if not pieces or not columns:
        return {}
    width = len(columns)
    dear = [[_cost(token, columns, column) for column in range(width)] for token in pieces]
    costs = [[min(cost, OUT) for cost in row] for row in dear]
    best: list[list[tuple[float, int]]] = []  # per piece and column: cost so far, and the column of the piece before
    for at, row_costs in enumerate(costs):
        here: list[tuple[float, int]] = []
        for column in range(width):
            if at == 0:
                here.append((row_costs[column], column))
                continue
            before = min(
                ((best[at - 1][c][0] + _again(pieces, at, c, column, columns), c) for c in range(column + 1)),
                key=lambda pair: pair[0],
            )
            here.append((before[0] + row_costs[column], before[1]))
        best.append(here)
    column = min(range(width), key=lambda c: best[-1][c][0])
    places: list[int] = []
    for at in range(len(pieces) - 1, -1, -1):
        places.append(column)
        column = best[at][column][1]
    found: dict[str, list[Token]] = {}
    for token, at, row in zip(pieces, reversed(places), dear, strict=True):
        found.setdefault(columns[at].kind if row[at] <= OUT else "other", []).append(token)
    return found


def _again(pieces: Sequence[Token], at: int, before: int, column: int, columns: Sequence[Column]) -> float:
    """What it costs to put two pieces one after the other into the same column: much for figures, little for text."""
    if before != column:
        return 0
    kind = columns[column].kind
    figure = pieces[at - 1]
    if kind in ("quantity", "ordered") and pieces[at].may_be_unit and figure.written is not None:
        return 60 if figure.percent else 0
    if kind in NUMERIC:
        return 60
    return 25 if kind in ("pos", "unit") else 0


def _cost(token: Token, columns: Sequence[Column], at: int) -> float:
    """How ill a piece stands under a column, in points: by distance, and by what it is."""
    column = columns[at]
    away = _away(token, column)
    if column.kind in NUMERIC:
        return _figure_cost(token, column, away)
    if column.kind == "unit":
        return away + (0 if token.unit_word else 12 if token.written is None else 30)
    if column.kind == "pos":
        return away + (0 if len(token.text) <= 6 else 40)
    left = column.x0 - 4
    right = columns[at + 1].x0 if at + 1 < len(columns) else 10_000.0
    if token.money:
        return 60 + away
    if left <= token.x0 < right:
        inside = 0.0
    else:
        inside = (left - token.x0) * 0.6 if token.x0 < left else 6 + 0.3 * (token.x0 - right)
    return inside + (7 if token.written is not None and not token.percent else 0)


def _figure_cost(token: Token, column: Column, away: float) -> float:
    if token.written is None:
        if column.kind not in ("quantity", "ordered") or not token.may_be_unit:
            return 400 + away
        return away * 0.5 + (0 if token.unit_word else 18) if away < 40 else 400 + away
    if token.percent != (column.kind in ("tax_rate", "discount")) and token.percent:
        return 200 + away
    if token.money and column.kind in ("quantity", "ordered", "rest", "tax_rate", "discount"):
        return 80 + away
    return away * 1.5 + (300 if away > FAR else 0)


def _away(token: Token, column: Column) -> float:
    """The distance between a piece and a column's name; a little less than nothing where edges or middles meet."""
    gap = max(column.x0 - token.x1, token.x0 - column.x1, 0.0)
    edges = min(
        abs(token.x1 - column.x1),
        abs(token.x0 - column.x0),
        abs(token.x0 + token.x1 - column.x0 - column.x1) / 2,
    )
    return gap + 0.1 * min(edges, 40)
