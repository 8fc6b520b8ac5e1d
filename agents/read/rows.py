"""Rows of a table with a header become the lines of a document. For Office files and CSV.

Columns are named by the words that serve printed tables (agents/read/pdf_column_words.py); charges and discounts among the
rows are no goods. A table that prices goods and counts none is a price list: its document is of kind OTHER.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice

from agents.read import dates, numbers, units
from agents.read.country import NOWHERE, Home
from agents.read.numbers import amount_text
from agents.read.pdf_bill import ALLOWANCE, CHARGE
from agents.read.pdf_column_words import kind_of_column
from agents.read.pdf_columns import Column, distinct
from agents.read.pdf_labels import BILLS
from agents.read.sheet_header import header_claims, kind_of_sheet
from agents.read.text_doubts import DOUBTS_MAX, in_cell
from agents.read.text_promises import Marks, marks_of
from core.claims import Check, Claim, Document, DocumentKind, Part, Span

HEADER_ROWS_MAX = 60
"""How far down a sheet its table may start."""
FIELDS = {
    "item": "line.supplier_item",
    "buyer_item": "line.buyer_item",
    "description": "line.description",
    "quantity": "line.quantity",
    "ordered": "line.ordered_quantity",
    "price": "line.price",
    "base": "line.price_base",
    "amount": "line.amount",
    "tax_rate": "line.tax_rate",
    "date": "line.delivery_date",
    "rest_date": "line.rest_date",
    "order": "order.number",
    "pos": "line.order_line",
}
_DECIMALS = frozenset(("quantity", "ordered", "price", "base", "amount", "tax_rate"))
_DAYS = frozenset(("date", "rest_date"))
_COUNTS = frozenset(("quantity", "ordered", "date", "rest_date"))
"""Columns that answer an order; a table with a price and none of them is a price list."""
_NAMED = frozenset(("item", "buyer_item", "description"))
Cells = Mapping[str, tuple[str, int]]


def documents_in(
    part: Part, table: list[list[str]], number: int, reader: str, separator: str = "\t", home: Home = NOWHERE
) -> list[Document]:
    """The one document a table is; none when it has no header row we know or no line under it. `home` is where its sender
    writes from, as far as anything shows it."""
    at, columns = next(
        ((i, named) for i, row in enumerate(table[:HEADER_ROWS_MAX]) if (named := header_of(row))), (0, {})
    )
    if not columns:
        return []
    prices = not _COUNTS & set(columns)
    kind = DocumentKind.OTHER if prices and "amount" not in columns else _kind(part, separator)
    marks = marks_of(part.text, None, home, [cell for row in table[at + 1 :] for cell in row])
    currency = units.currency(part.text)
    claims: list[Claim] = []
    taken: list[str] = []
    doubts: dict[str, Check] = {}
    line = charges = 0
    for i, row in enumerate(table[at + 1 :], at + 1):
        cells = {
            name: (row[column].strip(), column)
            for name, column in columns.items()
            if column < len(row) and row[column].strip()
        }
        if not _is_line(cells):
            continue
        taken.append("\t".join(" ".join(cell.split()) for cell in row if cell.strip()))
        if _is_extra(cells):
            found = list(_extra(part, cells, i, charges + 1, marks, number, reader, currency)) if kind in BILLS else []
            charges += bool(found)
        else:
            line += 1
            found = list(_line(part, cells, i, line, marks, number, reader, currency))
            doubts |= {check.says: check for check in _doubts(cells, marks)}
        claims += found
    if not line:
        return []
    sums = [c.value for c in claims if c.field == "line.amount" and isinstance(c.value, Decimal)]
    whole = sum(sums, Decimal(0)) if len(sums) == line else None
    heads = header_claims(part, kind, reader, separator=separator, marks=marks, lines=whole, taken=taken)
    claims = [replace(c, because=marks.because(c.value, c.span.text)) for c in (*heads, *claims)]
    checks = tuple(islice(doubts.values(), DOUBTS_MAX))
    return [Document(kind=kind, part=part.path, claims=tuple(claims), reader=reader, checks=checks)]


def _kind(part: Part, separator: str) -> DocumentKind:
    """What a table that counts goods is: by its title, else the answer to an order."""
    kind = kind_of_sheet(part, separator)
    return DocumentKind.ORDER_CONFIRMATION if kind is DocumentKind.OTHER else kind


def header_of(cells: list[str]) -> dict[str, int]:
    """The kinds of a header row with their columns; empty when it is none: it names goods and a figure of them."""
    named = [
        Column(kind, float(at), float(at), cell)
        for at, cell in enumerate(cells)
        if (kind := kind_of_column(" ".join(cell.split())))
    ]
    columns = {column.kind: int(column.x0) for column in distinct(named) if column.kind != "other"}
    figures = {"quantity", "price", "ordered", "amount"} & set(columns)
    return columns if figures and _NAMED & set(columns) and len(named) >= 2 else {}


def _is_line(cells: Cells) -> bool:
    """Whether a row names goods and has a figure; a total and a note do not."""
    figures = (numbers.readings(amount_text(_bare(cells[n][0]))) for n in ("quantity", "price", "amount") if n in cells)
    return bool(_NAMED & set(cells)) and any(figures)


def _doubts(cells: Cells, marks: Marks) -> Iterator[Check]:
    """A failed check for each day and each figure of a row that could be two."""
    for name, (text, _) in cells.items():
        yield from in_cell(
            _bare(text) if name in _DECIMALS else text, marks, day=name in _DAYS, figure=name in _DECIMALS
        )


def _is_extra(cells: Cells) -> bool:
    """Whether a row begins with the name of a charge or discount and numbers no item that looks like one."""
    text = cells["description"][0] if "description" in cells else cells.get("item", ("", 0))[0]
    match = CHARGE.search(text) or ALLOWANCE.search(text)
    coded = "description" in cells and "item" in cells and re.search(r"\d", cells["item"][0])
    return match is not None and len(text[: match.start()].split()) <= 1 and not coded


def _extra(
    part: Part,
    cells: Cells,
    row: int,
    line: int,
    marks: Marks,
    table: int,
    reader: str,
    currency: str | None,
) -> Iterator[Claim]:
    """A charge or discount of the bill and its reason."""
    name = next((n for n in ("amount", "price") if n in cells), None)
    value = marks.value(_bare(cells[name][0])) if name else None
    if name is None or value is None:
        return
    reason, column = cells["description"] if "description" in cells else cells["item"]
    field = "invoice.allowance" if ALLOWANCE.search(reason) else "invoice.charge"
    span = _span(part, *cells[name], row, table)
    yield Claim(field=field, value=value, span=span, reader=reader, line=line, unit=currency)
    if field == "invoice.charge":
        span = _span(part, reason, column, row, table)
        yield Claim(field="invoice.charge_reason", value=reason, span=span, reader=reader, line=line)


def _line(
    part: Part,
    cells: Cells,
    row: int,
    line: int,
    marks: Marks,
    table: int,
    reader: str,
    currency: str | None,
) -> Iterator[Claim]:
    """The claims of one row of goods. What a cell does not hold unmistakably is left out."""
    unit = units.unit(cells["unit"][0]) if "unit" in cells else None
    for name, (text, column) in cells.items():
        if name not in FIELDS:
            continue
        value: str | Decimal | date | None = text
        if name in _DECIMALS:
            value = marks.value(_bare(text))
        elif name in _DAYS:
            value = dates.day(text, None, marks.day_first)
        if value is None or (name == "base" and value == 1):
            continue
        of = unit if name in ("quantity", "ordered") else None
        if name in ("price", "amount"):
            of = units.currency(text) or currency
        span = _span(part, text, column, row, table)
        yield Claim(field=FIELDS[name], value=value, span=span, reader=reader, line=line, unit=of)


def _bare(text: str) -> str:
    """A figure without the signs and words around it ("EUR 2.68", "12 pcs", "19 %")."""
    match = re.search(r"[-+\u2212]?\d[\d.,' \u00a0]*", text)
    return match[0].strip() if match and not re.search(r"\d\D*[^\W\d_]+\D*\d", text) else text


def _span(part: Part, text: str, column: int, row: int, table: int) -> Span:
    return Span(part=part.path, text=text, path=f"Table{table}!{_letters(column)}{row + 1}")


def _letters(column: int) -> str:
    """The name of a column: A to Z, then AA on."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
