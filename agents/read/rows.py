"""Rows of a table with a header become the lines of a document. For Office files and CSV."""

from datetime import date
from decimal import Decimal

from agents.read import dates, numbers, units
from agents.read.headings import header_claims, kind_of
from agents.read.table_heads import CHARGE, header_of
from core.claims import Claim, Document, DocumentKind, Part, Span

_OF_AN_ORDER = frozenset(("line.quantity", "line.ordered_quantity", "line.delivery_date", "line.rest_date"))
"""A table without a title that counts goods or names their days answers an order; one of prices alone is a price list."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def documents_in(part: Part, table: list[list[str]], number: int, reader: str) -> list[Document]:
    """The one document a table is; none when it has no header row we know or no line under it."""
    at, fields = next(((i, named) for i, row in enumerate(table) if (named := header_of(row))), (0, {}))
    if not fields:
        return []
    mark = numbers.decimal_mark(cell for row in table[at + 1 :] for cell in row)
    claims: list[Claim] = []
    line = 0
    for i, row in enumerate(table[at + 1 :], at + 1):
        cells = {
            field: (row[column], column)
            for column, field in fields.items()
            if column < len(row) and row[column].strip()
        }
        found = _row(part, cells, i, line + 1, mark, number, reader)
        if found:
            line += 1
            claims.extend(found)
    if not line:
        return []
    kind = kind_of(f"{part.name} {part.text[:600]}")
    if kind is DocumentKind.OTHER and any(claim.field in _OF_AN_ORDER for claim in claims):
        kind = DocumentKind.ORDER_CONFIRMATION
    heads = header_claims(part, part.text, kind, reader)
    return [Document(kind=kind, part=part.path, claims=(*heads, *claims), reader=reader)]


def _row(
    part: Part, cells: dict[str, tuple[str, int]], row: int, line: int, mark: str | None, table: int, reader: str
) -> list[Claim]:
    """The claims of one row; none for a row without a quantity or price (a total, a note)."""
    described = " ".join(cells[f][0] for f in ("line.description", "line.supplier_item") if f in cells)
    figure = {
        f: numbers.number(cells[f][0], mark) for f in ("line.quantity", "line.price", "line.amount") if f in cells
    }
    if not described or not any(value is not None for value in figure.values()) or CHARGE.search(described):
        return []
    unit = units.unit(cells["unit"][0]) if "unit" in cells else None
    claims = []
    for field, (text, column) in cells.items():
        value: str | Decimal | date | None
        if field == "unit":
            continue
        if field in ("line.quantity", "line.price", "line.amount", "line.ordered_quantity", "line.tax_rate"):
            value = numbers.number(text.rstrip("% "), mark)
        elif field == "line.delivery_date":
            value = dates.day(text)
        else:
            value = text.strip()
        if value is None:
            continue
        place = f"Table{table}!{LETTERS[column % 26]}{row + 1}"
        of = unit if field in ("line.quantity", "line.ordered_quantity") else None
        claims.append(
            Claim(
                field=field,
                value=value,
                span=Span(part=part.path, text=text, path=place),
                reader=reader,
                line=line,
                unit=of,
            )
        )
    return claims
