"""The words of a page as lines, and the lines as cells: pieces of text with white space around them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.read.pdf_words import Page, Word
from core.claims import Span

CELL_GAP = 0.75
"""White space between two cells, in heights of the line; between two words of a sentence it is about 0.25."""
_LEADERS = re.compile(r"[._\u2026\u00b7-]{4,}")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together on one line."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return max(word.x1 for word in self.words)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page, left to right."""

    page: int
    cells: tuple[Cell, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of the line."""
        return tuple(word for cell in self.cells for word in cell.words)

    @property
    def text(self) -> str:
        """The line with a tab between cells."""
        return "\t".join(cell.text for cell in self.cells)

    @property
    def top(self) -> float:
        """The upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def height(self) -> float:
        """The height of the line's first word, a measure for distances on it."""
        return self.words[0].height


def rows_of(page: Page) -> list[Row]:
    """The lines of a page, top to bottom. Words share a line when they overlap by half of the lower one's height."""
    lines: list[list[Word]] = []
    bands: list[tuple[float, float]] = []
    for word in sorted(_without_leaders(page.words), key=lambda w: ((w.top + w.bottom) / 2, w.x0)):
        at = _line_for(word, bands)
        if at is None:
            lines.append([word])
            bands.append((word.top, word.bottom))
        else:
            lines[at].append(word)
    rows = [Row(page.number, _cells(sorted(line, key=lambda w: w.x0))) for line in lines]
    return sorted(rows, key=lambda row: (row.top + row.bottom) / 2)


def _without_leaders(words: Iterable[Word]) -> list[Word]:
    """Rows of points that lead the eye from a label to its value are no words."""
    return [word for word in words if not _LEADERS.fullmatch(word.text)]


def _line_for(word: Word, bands: list[tuple[float, float]]) -> int | None:
    """The latest line that the word stands on. Lines keep the band of their first word, so that they do not chain."""
    for at in range(len(bands) - 1, max(len(bands) - 6, -1), -1):
        top, bottom = bands[at]
        shared = min(bottom, word.bottom) - max(top, word.top)
        if shared >= 0.5 * min(bottom - top, word.bottom - word.top):
            return at
    return None


def _cells(words: Sequence[Word]) -> tuple[Cell, ...]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.x0 - groups[-1][-1].x1 <= CELL_GAP * min(word.height, groups[-1][-1].height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple(Cell(tuple(group)) for group in groups)


def text_of(rows: Iterable[Row]) -> str:
    """The text of the lines: a tab between cells, an empty line between pages."""
    lines: list[str] = []
    page = 1
    for row in rows:
        if row.page != page:
            lines.append("")
            page = row.page
        lines.append(row.text)
    return "\n".join(lines)


def span_of(part: str, words: Sequence[Word]) -> Span:
    """The place of some words: their text as it stands, their page and the box around those on the first's page."""
    same = [word for word in words if word.page == words[0].page]
    edges = (
        min(w.x0 for w in same),
        min(w.top for w in same),
        max(w.x1 for w in same),
        max(w.bottom for w in same),
    )
    x0, top, x1, bottom = (Decimal(f"{edge:.1f}") for edge in edges)
    text = " ".join(word.text for word in same)
    return Span(part=part, text=text, page=words[0].page, box=(x0, top, x1, bottom))
