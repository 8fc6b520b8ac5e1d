"""The day of a paper where no label names it: a place and a day over a letter, or the only day in its head.

The writer's town or an article before it ("Hamburg, den 5. M\u00e4rz 2026", "Rennes, le 3 f\u00e9vrier 2026") says that
a day is the paper's own. Else a day that stands alone in its cell in the head counts where no other day stands there. What
is a period, or a day of delivery, order or payment, is none.
"""

import re
from collections.abc import Iterator, Sequence

from agents.read import dates
from agents.read.pdf_header import Found, words_at
from agents.read.pdf_rows import Cell, Row

HEAD_ROWS = 24
"""Rows of the first page that may hold its head."""
_PLACED = re.compile(
    r"(?:[^\W\d_][\w.'/ -]{1,28},\s*)?(?:den|dem|the|le|a|el|op|il|d(?:en|ne)|dated|fait le|w dniu)?\s*", re.I
)
_OTHERS = re.compile(
    r"due|deliver|ship|order|period|servic|f\u00e4llig|zahl|liefer|leistung|bestell|zeitraum|bis\b|livr|command|\u00e9ch\u00e9anc"
    r"|p\u00e9riode|pedido|vencim|entrega|lever|besteld|periode|verval|scaden|consegna|valid|g\u00fcltig|print|druck|birth|geb\b|until|from\b",
    re.I,
)


def unlabelled(rows: Sequence[Row], day_first: bool | None) -> Found | None:
    """The day a paper bears in its head without a label; None where none stands out, or where it could be two."""
    head = [row for row in rows if row.page == 1][:HEAD_ROWS]
    placed: list[Found] = []
    alone: list[Found] = []
    for found, before in _alone_in_cells(head, day_first):
        (placed if before.strip() else alone).append(found)
    for those in (placed, alone):
        days = {found.value for found in those}
        if len(days) == 1:
            return those[0]
        if days:
            return None
    return None


def _alone_in_cells(rows: Sequence[Row], day_first: bool | None) -> Iterator[tuple[Found, str]]:
    """Days that are all their cell says but a place or an article before them, and no label's value."""
    for at, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            written = next(dates.found(cell.text, None, day_first), None)
            if written is None or len(written.days) != 1 or cell.text[written.end :].strip(" .,"):
                continue
            before = cell.text[: written.start]
            if _PLACED.fullmatch(before) and not _OTHERS.search(before) and not _named(rows, at, column, cell):
                yield Found("invoice.date", written.days[0], words_at(cell, written.start, written.end)), before


def _named(rows: Sequence[Row], at: int, column: int, cell: Cell) -> bool:
    """Whether something beside or above a day says what else happened on it."""
    beside = rows[at].cells[column - 1].text if column else ""
    above = [c.text for row in rows[max(0, at - 1) : at] for c in row.cells if c.x0 < cell.x1 and c.x1 > cell.x0]
    return any(_OTHERS.search(text) or text.endswith(":") for text in (beside, *above))
