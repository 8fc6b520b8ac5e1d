"""Tables of goods in a PDF, ruled or merely aligned: a row of known headings, and the rows that stand under them.

A cell belongs to the heading it is aligned with, by its left edge, its right edge or its middle. A table goes on over
pages; carried-forward sums are passed over; freight and surcharges among the goods are charges, not goods.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from decimal import Decimal

from agents.read.columns import looks_like_heading, meaning
from agents.read.limits import LINES_MAX
from agents.read.pdf_segments import Row, Segment, joined
from agents.read.pdf_sums import ALLOWANCE, CARRIED, CHARGE
from agents.read.text_facts import Marks
from agents.read.text_table import typed
from core.claims import Claim, DocumentKind

_END = re.compile(
    r"^(?:(?:sub ?-?|grand |invoice |order |net |gross )?total\b|net(?:to)?(?: amount| total|betrag|summe)?\b"
    r"|(?:sales )?tax\b|vat\b|zwischensumme|positionssumme|belegsummen|umsatzsteuer"
    r"|gesamt(?:betrag|summe)?\b|summe\b|mwst|ust\b|zzgl|rechnungsbetrag"
    r"|sous-total|montant|tva\b|base imponible|iva\b|importe total|subtota|totaal|btw\b|amount due"
    r"|balance due|payment terms|zahlungsbedingung|thank you|please (?:pay|remit)|bank\b|iban\b|terms\b)",
    re.I,
)
_NUMERIC = frozenset(
    (
        "line.quantity",
        "line.ordered_quantity",
        "line.price",
        "line.amount",
        "line.tax_rate",
        "line.price_base",
        "discount",
        "tax",
        "gross",
    )
)
_TEXTUAL = ("line.description", "line.supplier_item", "line.buyer_item", "order.number")

_TAX_TABLE = re.compile(
    r"steuerbetrag|basisbetrag|taxable|tax base|vat breakdown|base ht|assiette|base imponible", re.I
)
"""Words of a table of tax rates: it has amounts, too, and no goods."""


@dataclass(frozen=True, slots=True)
class Column:
    """One heading with its place."""

    name: str | None
    x0: float
    x1: float


@dataclass(slots=True)
class _Line:
    """One line while its rows are gathered."""

    cells: dict[str, Segment]
    page: int


def lines(
    rows: Sequence[Row], path: str, reader: str, marks: Marks, kind: DocumentKind
) -> tuple[list[Claim], set[Row]]:
    """Claims of all lines and of charges among them, and the rows they were read from."""
    gathered, used = _gather(rows)
    claims: list[Claim] = []
    number = charges = allowances = 0
    for line in gathered[:LINES_MAX]:
        found = _claims(line, path, reader, marks, number + 1)
        amount = next((c for c in found if c.field == "line.amount"), None)
        named = line.cells.get("line.description") or line.cells.get("line.supplier_item")
        if (
            amount is not None
            and named is not None
            and kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
            and _is_charge(line, found)
        ):
            if ALLOWANCE.search(named.text):
                allowances += 1
                value = abs(amount.value) if isinstance(amount.value, Decimal) else amount.value
                claims.append(replaced(amount, field="invoice.allowance", line=allowances, value=value))
            else:
                charges += 1
                claims.append(replaced(amount, field="invoice.charge", line=charges))
                claims.append(
                    Claim(
                        field="invoice.charge_reason",
                        value=named.text,
                        span=named.span(path),
                        reader=reader,
                        line=charges,
                    )
                )
        elif _is_line(found):
            number += 1
            claims += found
    return claims, used


def _is_charge(line: _Line, found: Sequence[Claim]) -> bool:
    """Freight, surcharges, discounts: by their words, with no item number of their own and no count but one."""
    words = " ".join(line.cells[name].text for name in ("line.description", "line.supplier_item") if name in line.cells)
    quantity = next((c.value for c in found if c.field == "line.quantity"), Decimal(1))
    item = line.cells.get("line.supplier_item")
    coded = item is not None and re.search(r"\d", item.text) is not None
    short = len(words.split()) <= 8
    return bool((CHARGE.search(words) or ALLOWANCE.search(words)) and quantity == 1 and short and not coded)


def _is_line(found: Sequence[Claim]) -> bool:
    names = {c.field for c in found}
    values = names & {"line.quantity", "line.price", "line.amount", "line.delivery_date", "line.rest_date"}
    return bool(names & set(_TEXTUAL) and values) or len(values & {"line.quantity", "line.price", "line.amount"}) == 3


def _gather(rows: Sequence[Row]) -> tuple[list[_Line], set[Row]]:
    """The lines under every row of headings, with descriptions that go on below put together."""
    gathered: list[_Line] = []
    used: set[Row] = set()
    columns: list[Column] | None = None
    last: Row | None = None
    skip = 0
    for index, row in enumerate(rows):
        if skip:
            skip -= 1
            continue
        heading = _headings(rows, index)
        if heading is not None:
            columns, taken = heading
            skip = taken - 1
            used |= set(rows[index : index + taken])
            last = rows[index + taken - 1]
            continue
        if columns is None:
            continue
        if CARRIED.search(row.text) and len(row.segments) <= 3:
            used.add(row)
            continue
        if (
            any(_END.match(s.text.strip(" :")) for s in row.segments[:2] if len(s.text) < 60)
            and _values(row, columns) < 2
        ):
            columns = None
            continue
        cells = _cells(row, columns)
        values = sum(name in cells and _figure(cells[name].text) for name in _NUMERIC)
        if gathered and last in used and last is not None and _completes(gathered[-1], cells) and _follows(last, row):
            gathered[-1].cells = {**cells, **gathered[-1].cells}
            used.add(row)
            last = row
        elif values >= 2 or (values == 1 and any(name in cells for name in (*_TEXTUAL, "position")) and len(cells) > 1):
            gathered.append(_Line(cells, row.page))
            used.add(row)
            last = row
        elif (
            gathered
            and last is not None
            and set(cells) <= {"line.description"}
            and _follows(last, row)
            and last in used
        ):
            _go_on(gathered[-1], cells)
            used.add(row)
            last = row
        elif row.page == rows[index - 1].page and row.top - rows[index - 1].top > 8 * row.words[0].height and gathered:
            columns = None  # far below: a footer
    return gathered, used


def _values(row: Row, columns: list[Column]) -> int:
    cells = _cells(row, columns)
    return sum(name in cells and _figure(cells[name].text) for name in ("line.quantity", "line.price", "line.amount"))


def _figure(text: str) -> bool:
    return (
        re.fullmatch(
            r"[^\w]*(?:[A-Z]{3} ?)?[-\u2212(]?[^\w]*\d[\d.,'\u2019 \u00a0]*\)?-? ?(?:%"
            r"|[^\W\d]{1,6}\.?|[$\u20ac\u00a3])?",
            text,
        )
        is not None
    )


def _follows(last: Row, row: Row) -> bool:
    return last.page == row.page and 0 < row.top - last.top < 2.0 * max(w.height for w in last.words)


def _completes(line: _Line, cells: dict[str, Segment]) -> bool:
    """Whether a row holds the amount that the line above it lacks, and no goods of its own."""
    own = {"line.quantity", "line.price", "line.description", "position"} & set(cells)
    return "line.amount" in cells and "line.amount" not in line.cells and "line.quantity" in line.cells and not own


def _go_on(line: _Line, cells: dict[str, Segment]) -> None:
    if "line.description" in cells and "line.description" in line.cells:
        line.cells["line.description"] = joined((line.cells["line.description"], cells["line.description"]))


def _headings(rows: Sequence[Row], index: int) -> tuple[list[Column], int] | None:
    """The columns that a row of headings opens, alone or with the row below it ("Unit" over "price")."""
    row = rows[index]
    if not 2 <= len(row.words) <= 40 or _TAX_TABLE.search(row.text):
        return None
    alone = list(_columns(row))
    best: tuple[list[Column], int] | None = None
    if looks_like_heading([c.name for c in alone]) and _mostly_known(alone):
        best = alone, 1
    below = rows[index + 1] if index + 1 < len(rows) else None
    if (
        below is not None
        and below.page == row.page
        and not re.search(r"\d", below.text + row.text)
        and below.top - row.top < 3 * row.words[0].height
    ):
        both = list(_stacked(row, below))
        known = sum(c.name is not None for c in both)
        itself = sum(c.name is not None for c in _columns(below))
        if (
            known > itself  # else the row below is the heading, and this one merely stands above it
            and looks_like_heading([c.name for c in both])
            and _mostly_known(both)
            and (best is None or known > sum(c.name is not None for c in best[0]))
        ):
            return both, 2
    return best


def _mostly_known(columns: list[Column]) -> bool:
    return sum(c.name is not None for c in columns) * 2 >= len(columns)


def _columns(row: Row) -> Iterator[Column]:
    """The headings of a row. A segment that names no column is tried word by word: narrow tables have narrow gaps."""
    for segment in row.segments:
        name = meaning(segment.text)
        if name is not None:
            yield Column(name, segment.x0, segment.x1)
            continue
        words = [w for w in row.words if segment.x0 - 0.1 <= w.x0 and w.x1 <= segment.x1 + 0.1]
        yield from _split(words)


def _split(words: list[Segment]) -> Iterator[Column]:
    """Known headings from left to right, the longest first; words that name none stay one unknown column."""
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + 4), at, -1):
            group = joined(words[at:end])
            name = meaning(group.text)
            if name is not None:
                yield Column(name, group.x0, group.x1)
                at = end
                break
        else:
            yield Column(None, words[at].x0, words[at].x1)
            at += 1


def _stacked(row: Row, below: Row) -> Iterator[Column]:
    """Headings of two rows, one over the other where they overlap."""
    left = list(below.segments)
    for segment in row.segments:
        under = [s for s in left if s.x0 < segment.x1 and segment.x0 < s.x1]
        left = [s for s in left if s not in under]
        group = joined((segment, *under))
        yield Column(meaning(group.text) or meaning(segment.text), group.x0, group.x1)
    for segment in left:
        yield Column(meaning(segment.text), segment.x0, segment.x1)


def _cells(row: Row, columns: list[Column]) -> dict[str, Segment]:
    """A row's segments under their headings; the first column of each name holds them."""
    cells: dict[int, list[Segment]] = {}
    for segment in row.segments:
        place = min(range(len(columns)), key=lambda n: _distance(segment, columns[n]))
        cells.setdefault(place, []).append(segment)
    named: dict[str, Segment] = {}
    for place in sorted(cells):
        name = columns[place].name
        if name is not None and name not in named:
            named[name] = joined(cells[place])
    return named


def _distance(segment: Segment, column: Column) -> float:
    """How far a segment is from being aligned with a heading. Words keep away from columns of figures."""
    edges = min(
        abs(segment.x0 - column.x0),
        abs(segment.x1 - column.x1),
        abs((segment.x0 + segment.x1) / 2 - (column.x0 + column.x1) / 2),
    )
    apart = max(0.0, segment.x0 - column.x1, column.x0 - segment.x1)
    misfit = 0.0
    if column.name in _NUMERIC and not _figure(segment.text):
        misfit = 60.0
    elif column.name == "line.description" and _figure(segment.text):
        misfit = 25.0
    return edges + apart + misfit


def _claims(line: _Line, path: str, reader: str, marks: Marks, number: int) -> list[Claim]:
    """A line's cells as claims."""
    found: list[Claim] = []
    named = line.cells.get("unit")
    for name, segment in line.cells.items():
        if "." not in name:
            continue
        claim = typed(name, segment.text, segment.span(path), reader, number, marks, named.text if named else None)
        if claim is not None:
            found.append(claim)
    return found
