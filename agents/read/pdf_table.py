"""Rows of a line table on a page, by the header row that names its columns. Ruled or not, over several pages.

A word belongs to the column whose header it stands under: figures by their right edge, text by its left. A row needs a
figure; a row without one continues the description above. The table ends at its totals.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from agents.read import dates, numbers, units
from agents.read.table_heads import CHARGE, column, header_of

FIGURES = ("line.quantity", "line.ordered_quantity", "line.price", "line.amount", "line.tax_rate")
ENDS = re.compile(r"^\W*(?:sub-?total|total|net\b|vat|tax|amount due|zwischensumme|summe|gesamt|netto|mwst|ust\b|rechnungsbetrag|montant|tva|base imponible|importe|iva|totaal|btw|carried forward|übertrag|payment|bank|terms|iban|please)", re.I)  # fmt: skip
CARRIED = re.compile(r"carried forward|brought forward|übertrag|report\b|à reporter|suma y sigue", re.I)
CODE = re.compile(r"(?=[\w./-]*\d)[A-Z0-9][A-Z0-9./-]{2,}$")
COLUMN_GAP = 6.0


class Placed(Protocol):
    """A word with its place, as the PDF reader gives it."""

    text: str
    page: int
    x0: float
    x1: float
    top: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with the words it stands in."""

    value: str | Decimal | date
    words: list  # type: ignore[type-arg]  # of Placed; the reader's own words come back to it


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table by field."""

    cells: dict[str, Cell]
    unit: str | None = None
    currency: str | None = None
    is_charge: bool = False


@dataclass(slots=True)
class _Column:
    field: str
    x0: float
    x1: float


@dataclass(slots=True)
class _Open:
    by_field: dict[str, list] = field(default_factory=dict)  # type: ignore[type-arg]  # of Placed


def lines_of(rows: list[list], text: str) -> list[Row]:  # type: ignore[type-arg]  # of Placed
    """The rows under every header row that is found. `text` is the document's, for its decimal mark and currency."""
    mark = numbers.decimal_mark(text.splitlines())
    currency = units.currency(text)
    found: list[Row] = []
    columns: list[_Column] = []
    for words in rows:
        header = _header(words)
        if header:
            columns = header
            continue
        line = " ".join(word.text for word in words)
        if not columns or CARRIED.search(line):
            continue
        row = _row(words, columns, mark, currency)
        if row is None:
            if ENDS.match(line) and found:
                columns = []
            elif found and not ENDS.match(line):
                _continue(found, words, columns)
            continue
        if ENDS.match(line) and "line.quantity" not in row.cells and not row.is_charge:
            columns = []
            continue
        found.append(row)
    return found


def _header(words: list) -> list[_Column]:  # type: ignore[type-arg]  # of Placed
    """The columns a header row names; empty when the row is none. Words close together are one cell."""
    cells: list[list] = []  # type: ignore[type-arg]  # of Placed
    for word in words:
        joined = cells and (word.x0 - cells[-1][-1].x1 <= COLUMN_GAP)
        together = joined and column(" ".join(w.text for w in [*cells[-1], word])) is not None
        apart = joined and column(word.text) is not None and column(" ".join(w.text for w in cells[-1])) is not None
        if joined and (together or not apart):
            cells[-1].append(word)
        else:
            cells.append([word])
    named = header_of([" ".join(w.text for w in cell) for cell in cells])
    return [_Column(name, cells[i][0].x0, cells[i][-1].x1) for i, name in named.items()]


def _row(words: list, columns: list[_Column], mark: str | None, currency: str | None) -> Row | None:  # type: ignore[type-arg]  # of Placed
    """One line of the table; None when no figure stands under a figure's column."""
    opened: dict[str, list] = {}  # type: ignore[type-arg]  # of Placed
    for word in words:
        opened.setdefault(_column_of(word, columns, mark), []).append(word)
    cells: dict[str, Cell] = {}
    for name, inside in opened.items():
        value = _value(name, inside, mark)
        if value is not None and name != "unit":
            cells[name] = Cell(value, inside)
    described = cells.get("line.description")
    has_code = "line.supplier_item" in cells
    if described is not None and not has_code and "line.supplier_item" not in {c.field for c in columns}:
        first = described.words[0]
        if len(described.words) > 1 and CODE.match(first.text) and not re.match(r"M?\d+[x×]\d+", first.text):
            cells["line.supplier_item"] = Cell(first.text, [first])
            rest = described.words[1:]
            cells["line.description"] = Cell(" ".join(w.text for w in rest), rest)
    figures = [
        name for name in ("line.quantity", "line.price", "line.amount", "line.ordered_quantity") if name in cells
    ]
    if not figures or not ({"line.description", "line.supplier_item"} & cells.keys()):
        return None
    words_of = " ".join(str(cells[n].value) for n in ("line.supplier_item", "line.description") if n in cells)
    unit = units.unit(" ".join(w.text for w in opened["unit"])) if "unit" in opened else _unit_in(opened)
    return Row(cells=cells, unit=unit, currency=currency, is_charge=bool(CHARGE.search(words_of)))


def _column_of(word: Placed, columns: list[_Column], mark: str | None) -> str:
    """The column a word stands in: figures by the nearest right edge, text by the last column that began before it."""
    bare = word.text.rstrip("%").strip("$€£")
    if numbers.readings(numbers.amount_text(bare)):
        numeric = [c for c in columns if c.field in FIGURES or c.field in ("line.order_line",)]
        near = min(numeric, key=lambda c: min(abs(c.x1 - word.x1), abs(c.x0 - word.x0), abs((c.x0 + c.x1) / 2 - (word.x0 + word.x1) / 2)), default=None)  # fmt: skip
        texts = [c for c in columns if c.field not in FIGURES]
        inside_text = next((c for c in reversed(texts) if c.x0 - 4 <= word.x0), None)
        if near is not None and (word.x0 <= near.x1 + 30 and word.x1 >= near.x0 - 30):
            return near.field
        if inside_text is not None:
            return inside_text.field
    began = [c for c in columns if c.x0 - 8 <= word.x0]
    text_columns = [c for c in began if c.field not in FIGURES] or began or columns[:1]
    return text_columns[-1].field


def _value(name: str, words: list, mark: str | None) -> str | Decimal | date | None:  # type: ignore[type-arg]  # of Placed
    text = " ".join(word.text for word in words)
    if name in FIGURES:
        figures = [w for w in words if numbers.readings(numbers.amount_text(w.text.rstrip("%").strip("$€£")))]
        if not figures:
            return None
        words[:] = figures[-1:] if len(figures) > 1 else figures
        return numbers.number(words[0].text.rstrip("%").strip("$€£"), mark)
    if name == "line.delivery_date":
        return dates.day(text)
    return text.strip() or None


def _unit_in(opened: dict[str, list]) -> str | None:  # type: ignore[type-arg]  # of Placed
    """A unit written beside the quantity: "24 box"."""
    return None


def _continue(found: list[Row], words: list, columns: list[_Column]) -> None:  # type: ignore[type-arg]  # of Placed
    """A line without figures under a row goes on describing it."""
    last = found[-1]
    described = last.cells.get("line.description")
    if described is None or not words or words[0].page != described.words[0].page:
        return
    if words[0].top - described.words[-1].top > 16:
        return
    last.cells["line.description"] = Cell(described.value, described.words)
