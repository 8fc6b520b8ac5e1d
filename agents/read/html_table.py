"""Where the cells of an HTML table stand: columns counted with cells that span several columns or rows."""

from lxml import etree

SPAN_MAX = 50
"""A cell that says it spans more is taken for this many: tables of goods have fewer columns."""


def columns_of(table: etree._Element) -> dict[etree._Element, int]:
    """The column of every cell of a table, counted from 0, as a browser places them."""
    placed: dict[etree._Element, int] = {}
    taken: dict[int, int] = {}  # column to how many more rows a cell from above reaches down
    for row in table.iter("tr"):
        below: dict[int, int] = {}
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while taken.get(column):
                column += 1
            placed[cell] = column
            for _ in range(_span(cell, "colspan")):
                below[column] = _span(cell, "rowspan") - 1
                column += 1
        taken = {at: left - 1 for at, left in taken.items() if left > 1} | {at: n for at, n in below.items() if n > 0}
    return placed


def tabs_before(cell: etree._Element, columns: dict[etree._Element, int]) -> int:
    """How many tabs part a cell from the one before it in its row; those an empty place leaves are among them."""
    at = columns.get(cell)
    before = next((columns[other] for other in cell.itersiblings(preceding=True) if other in columns), None)
    if at is None:
        return 0 if cell.getprevious() is None else 1
    return at if before is None else at - before


def _span(cell: etree._Element, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    return min(max(int(written), 1), SPAN_MAX) if written.isdecimal() else 1
