"""Tables inside a letter: rows parted by tabs, under a row of known headings."""

import re
from dataclasses import dataclass

from agents.read.columns import looks_like_heading, meaning
from agents.read.dates import day
from agents.read.limits import LINES_MAX
from agents.read.numbers import number
from agents.read.text_promises import Marks
from agents.read.units import currency, unit
from core.claims import Claim, Span


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and its place in the letter."""

    text: str
    start: int


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
    rows: list[tuple[Cell, ...]] = []
    start = at = 0
    for line in [*text.splitlines(keepends=True), ""]:
        cells = _cells(line, at)
        meanings = tuple(meaning(cell.text) for cell in cells)
        if len(cells) > 1 and headings is None and looks_like_heading(list(meanings)):
            headings, start, rows = meanings, at, []
        elif headings is not None and len(cells) > 1:
            rows.append(cells)
        elif headings is not None and (line.strip() or not line):
            found += [Table(start, at, headings, tuple(rows))] if rows else []
            headings = None
        at += len(line)
    return tuple(found)


def _cells(line: str, at: int) -> tuple[Cell, ...]:
    """The cells of a row. Only tabs part cells; a pipe table is one with pipes at its ends."""
    cells: list[Cell] = []
    for match in re.finditer(r"[^|\n]+" if line.lstrip().startswith("|") else r"[^\t\n]+|(?<=\t)(?=\t|\n|$)", line):
        text = match[0].strip()
        lead = len(match[0]) - len(match[0].lstrip())
        cells.append(Cell(text, at + match.start() + lead))
    return tuple(cells)


def claims(table: Table, part: str, reader: str, marks: Marks, lines: int, into: list[Claim]) -> int:
    """Add the claims of a table's rows; lines are numbered on from `lines`. Gives the last number used."""
    for row in table.rows[:LINES_MAX]:
        found: list[tuple[str, Claim]] = []
        named = next((c.text for h, c in zip(table.headings, row, strict=False) if h == "unit" and c.text), None)
        for heading, cell in zip(table.headings, row, strict=False):
            if heading is None or "." not in heading or not cell.text:
                continue
            span = Span(part=part, text=cell.text, start=cell.start, end=cell.start + len(cell.text))
            claim = typed(heading, cell.text, span, reader, lines + 1, marks, named)
            if claim is not None:
                found.append((heading, claim))
        if any(
            name in ("line.quantity", "line.price", "line.delivery_date", "line.rest_date", "line.ordered_quantity")
            for name, _ in found
        ):
            lines += 1
            into += [claim for _, claim in found]
    return lines


def typed(
    name: str, text: str, span: Span, reader: str, line: int, marks: Marks, named: str | None = None
) -> Claim | None:
    """A cell's claim under its column, None when the cell does not hold such a value."""
    if name in ("line.delivery_date", "line.rest_date"):
        when = day(text, marks.sent, marks.day_first)
        return Claim(field=name, value=when, span=span, reader=reader, line=line) if when else None
    if name in (
        "line.quantity",
        "line.ordered_quantity",
        "line.price",
        "line.amount",
        "line.tax_rate",
        "line.price_base",
    ):
        match = re.fullmatch(r"(?P<n>[-+]?.*?\d(?:[\d.,' \u00a0]*\d)?)\s*(?P<u>%|[^\W\d]+\.?)?", text)
        written = (match["n"] if match else text).removesuffix("%")
        value = number(written, marks.decimal)
        if value is None:
            return None
        money = name in ("line.price", "line.amount")
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
