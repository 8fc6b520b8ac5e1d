"""Tables inside a letter: rows parted by tabs, pipes or columns of spaces, under a row of known headings."""

import re
from dataclasses import dataclass

from agents.read.columns import looks_like_heading, meaning
from agents.read.dates import day
from agents.read.limits import LINES_MAX
from agents.read.text_items import CODE
from agents.read.text_promises import Marks
from agents.read.units import currency, unit
from core.claims import Claim, Span

_SUM = re.compile(
    r"(?:sub-?|grand |net )?(?:total\w*|sum\b|summe|gesamt\w*|zwischensumme|montant|importe|totaal"
    r"|carried forward|\u00fcbertrag)",
    re.I,
)
DATES = (
    "line.delivery_date", "line.rest_date", "line.old_date", "line.requested_date", "line.last_order_date",
    "invoice.due_date", "invoice.date",
)  # fmt: skip
DECIMALS = (
    "line.quantity", "line.ordered_quantity", "line.price", "line.old_price", "line.amount", "line.tax_rate",
    "line.price_base", "invoice.open", "invoice.total",
)  # fmt: skip
VALUES = frozenset(
    (
        "line.quantity", "line.price", "line.delivery_date", "line.rest_date", "line.ordered_quantity",
        "line.requested_date", "line.last_order_date", "invoice.open", "invoice.total",
    )
)  # fmt: skip
"""What makes a row one of goods or of an account."""
_GOODS = ("order.number", "line.supplier_item", "line.buyer_item", "line.description", "line.order_line")
_OF_ACCOUNTS = {"line.amount": "invoice.total", "line.delivery_date": "invoice.due_date"}
"""Beside invoices an amount is an invoice's, and a day the day it falls due."""
_FIGURE = re.compile(r"(?P<n>[-+]?.*?\d(?:[\d.,' \u00a0]*\d)?)\s*(?P<u>%|[^\W\d]+\.?)?")
COLUMNS_MIN = 3
"""Two words far apart are no table row; three are."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and its place in the letter; its column, where columns are made of spaces."""

    text: str
    start: int
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `start` and `end` are the table's place."""

    start: int
    end: int
    headings: tuple[str | None, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(text: str) -> tuple[Table, ...]:
    """The tables of goods in a letter."""
    found: list[Table] = []
    headings: tuple[str | None, ...] | None = None
    above: tuple[Cell, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    start = at = 0
    for line in [*text.splitlines(keepends=True), ""]:
        cells = _cells(line, at)
        meanings = tuple(meaning(cell.text) for cell in cells)
        if len(cells) > 1 and headings is None and looks_like_heading(list(meanings)):
            headings, above, start, rows = meanings, cells, at, []
        elif headings is not None and len(cells) > 1:
            rows.append(_under(above, cells) if above[0].column is not None else cells)
        elif headings is not None and (line.strip(" \t\r\n-=_+|") or not line):
            found += [Table(start, at, headings, tuple(rows))] if rows else []
            headings = None
        at += len(line)
    return tuple(found)


def _cells(line: str, at: int) -> tuple[Cell, ...]:
    """The cells of a row, parted by tabs; by pipes where they stand at its ends; by two spaces or more where neither
    does, each then with its column."""
    plain = "\t" not in line and not line.lstrip().startswith("|")
    pattern = r"\S+(?: \S+)*" if plain else r"[^|\n]+" if "\t" not in line else r"[^\t\n]+|(?<![^\t])(?=[\t\n]|$)"
    cells: list[Cell] = []
    for match in re.finditer(pattern, line):
        text = match[0].strip()
        lead = len(match[0]) - len(match[0].lstrip())
        cells.append(Cell(text, at + match.start() + lead, match.start() if plain else None))
    return tuple(cells) if not plain or len(cells) >= COLUMNS_MIN else ()


def _under(headings: tuple[Cell, ...], cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells of a row of text columns under their headings: each under the one it overlaps, or is nearest to."""
    placed: dict[int, Cell] = {}
    for cell in cells:
        nearest = min(range(len(headings)), key=lambda place: _apart(headings[place], cell))
        placed.setdefault(nearest, cell)
    end = cells[-1].start + len(cells[-1].text)
    return tuple(placed.get(place, Cell("", end)) for place in range(len(headings)))


def _apart(heading: Cell, cell: Cell) -> int:
    """How many characters lie between a heading and a cell; overlapping ones are the nearer the more they share."""
    first, second = heading.column or 0, cell.column or 0
    return max(first, second) - min(first + len(heading.text), second + len(cell.text))


def claims(table: Table, part: str, reader: str, marks: Marks, lines: int, into: list[Claim]) -> int:
    """Add the claims of a table's rows; lines are numbered on from `lines`. Gives the last number used."""
    last: dict[str, Cell] = {}
    account = "invoice.number" in table.headings and not {"line.supplier_item", "line.quantity"} & set(table.headings)
    numberless = "line.supplier_item" not in table.headings  # then "Article" may head item numbers
    for row in map(tuple, table.rows[:LINES_MAX]):
        if _is_sum(row):
            continue
        row = _continued(table.headings, row, last)
        found: list[tuple[str, Claim]] = []
        named = next((c.text for h, c in zip(table.headings, row, strict=False) if h == "unit" and c.text), None)
        for heading, cell in zip(table.headings, row, strict=False):
            if heading is None or "." not in heading or not cell.text:
                continue
            if heading.startswith("invoice.") and not account:
                continue
            if account:
                heading = _OF_ACCOUNTS.get(heading, heading)
            if heading == "line.description" and numberless and CODE.fullmatch(cell.text):
                heading = "line.supplier_item"
            span = Span(part=part, text=cell.text, start=cell.start, end=cell.start + len(cell.text))
            claim = typed(heading, cell.text, span, reader, lines + 1, marks, named)
            if claim is not None:
                found.append((heading, claim))
        if any(name in VALUES for name, _ in found):
            lines += 1
            into += [claim for _, claim in found]
    return lines


def _is_sum(row: tuple[Cell, ...]) -> bool:
    """Whether a row adds others up."""
    return _SUM.match(next((cell.text for cell in row if cell.text), "")) is not None


def _continued(headings: tuple[str | None, ...], row: tuple[Cell, ...], last: dict[str, Cell]) -> tuple[Cell, ...]:
    """A row with the goods of the one above where it names none: a second delivery of the same, or a cell that spans
    both. `last` keeps the goods named last."""
    named = {h: c for h, c in zip(headings, row, strict=False) if h in _GOODS and c.text}
    if named:
        last.clear()
        last.update(named)
        return row
    return tuple(last.get(heading or "", cell) for heading, cell in zip(headings, row, strict=False))


def figure(text: str) -> str:
    """The figure of a cell without the unit behind it: "1.200 pcs" is "1.200"."""
    match = _FIGURE.fullmatch(text)
    return (match["n"] if match else text).removesuffix("%")


def typed(
    name: str, text: str, span: Span, reader: str, line: int, marks: Marks, named: str | None = None
) -> Claim | None:
    """A cell's claim under its column, None when the cell does not hold such a value."""
    if name in DATES:
        when = day(text, marks.sent, marks.day_first)
        return Claim(field=name, value=when, span=span, reader=reader, line=line) if when else None
    if name in DECIMALS:
        match = _FIGURE.fullmatch(text)
        value = marks.value(figure(text))
        if value is None:
            return None
        money = name in ("line.price", "line.amount", "line.old_price", "invoice.open", "invoice.total")
        own = match["u"] if match else None
        of = (
            currency(text)
            if money
            else (unit(own) if own and own != "%" else unit(named or ""))
            if "quantity" in name
            else None
        )
        return Claim(field=name, value=value, span=span, reader=reader, line=line, unit=of)
    return Claim(field=name, value=text, span=span, reader=reader, line=line)
