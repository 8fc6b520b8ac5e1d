"""The visible words of a PDF with their boxes, gathered into rows and segments; what nobody would see is kept apart.

Hidden is: painted without ink (render mode 3), white where nothing dark lies beneath, smaller than can be read, or off
the page. Boxes are in points from the top left of the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from core.claims import Span

READABLE_POINTS_MIN = 3.0
GAP = 0.85
"""A gap wider than so much of the letters' height parts two segments of a row."""
GAP_BESIDE_NUMBERS = 0.45
INVISIBLE = 3
WORDS_MAX = 200_000
OBJECTS_MAX = 20_000
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Segment:
    """Words that stand together on one row."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    page: int

    @property
    def height(self) -> float:
        """Height of the letters."""
        return self.bottom - self.top

    def span(self, part: str) -> Span:
        """The place of the segment."""
        edges = (self.x0, self.top, self.x1, self.bottom)
        box = tuple(Decimal(str(round(edge, 1))) for edge in edges)
        return Span(part=part, text=self.text, page=self.page, box=(box[0], box[1], box[2], box[3]))


@dataclass(frozen=True)
class Row:
    """Words at one height of one page, left to right."""

    words: tuple[Segment, ...]
    page: int

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The row cut at its wide gaps."""
        return tuple(joined(group) for group in _grouped(self.words))

    @cached_property
    def text(self) -> str:
        """The row's words."""
        return " ".join(word.text for word in self.words)

    @property
    def top(self) -> float:
        """Height of the row's first word."""
        return self.words[0].top


def joined(words: Sequence[Segment]) -> Segment:
    """Several words as one segment."""
    return Segment(
        " ".join(word.text for word in words),
        min(word.x0 for word in words),
        max(word.x1 for word in words),
        min(word.top for word in words),
        max(word.bottom for word in words),
        words[0].page,
    )


def _grouped(words: Sequence[Segment]) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    for word in words:
        if group and _parted(group[-1], word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _parted(left: Segment, right: Segment) -> bool:
    """Whether a gap parts two words. Beside figures a smaller one does: columns of numbers stand close."""
    gap = right.x0 - left.x1
    height = max(left.height, right.height)
    figures = left.text[-1:].isdigit() and right.text[:1].isdigit()
    return gap > height * (GAP_BESIDE_NUMBERS if figures else GAP)


def words_of(page: Any, number: int, invisible: Sequence[Box]) -> tuple[list[Segment], list[str]]:
    """The visible words of one pdfplumber page, and the hidden texts on it. `invisible` are boxes painted
    without ink."""
    dark = [r for r in page.rects if r.get("fill") and not _white(r.get("non_stroking_color"))][:OBJECTS_MAX]
    pictures = page.images[:100]
    hidden = {_key(char) for char in page.chars if _hidden(char, page, dark, pictures, invisible)}
    kept = page.filter(lambda o: o["object_type"] != "char" or _key(o) not in hidden) if hidden else page
    found = [
        Segment(w["text"], float(w["x0"]), float(w["x1"]), float(w["top"]), float(w["bottom"]), number)
        for w in kept.extract_words(x_tolerance_ratio=0.18, y_tolerance=2, use_text_flow=False)[:WORDS_MAX]
    ]
    out: list[str] = []
    if hidden:
        unseen = page.filter(lambda o: o["object_type"] == "char" and _key(o) in hidden)
        out = [text for line in unseen.extract_text_lines(strip=True) if (text := line["text"].strip())]
    return found, out


def _key(char: dict[str, Any]) -> tuple[Any, ...]:
    return (char["text"], char["x0"], char["top"], char["size"], str(char.get("non_stroking_color")))


def _hidden(
    char: dict[str, Any],
    page: Any,
    dark: list[Any],
    pictures: list[Any],
    invisible: Sequence[Box],
) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    if not (0 <= x <= page.width and 0 <= y <= page.height):
        return True
    if char["text"].strip() and max(char["size"], char["bottom"] - char["top"]) < READABLE_POINTS_MIN:
        return True
    if any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in invisible):
        return True
    beneath = (*dark, *pictures)
    return _white(char.get("non_stroking_color")) and not any(
        r["x0"] <= x <= r["x1"] and r["top"] <= y <= r["bottom"] for r in beneath
    )


def _white(colour: Any) -> bool:
    """White in grey, RGB or CMYK. No colour given is black."""
    if colour is None:
        return False
    parts = tuple(colour) if isinstance(colour, (tuple, list)) else (colour,)
    if not parts or not all(isinstance(part, (int, float)) for part in parts):
        return False
    return all(part <= 0.03 for part in parts) if len(parts) == 4 else all(part >= 0.97 for part in parts)


def rows_of(words: Sequence[Segment]) -> list[Row]:
    """Words of one page gathered into rows from top to bottom."""
    rows: list[list[Segment]] = []
    for word in sorted(words, key=lambda w: ((w.top + w.bottom) / 2, w.x0)):
        middle = (word.top + word.bottom) / 2
        last = rows[-1] if rows else None
        if last and abs((last[0].top + last[0].bottom) / 2 - middle) <= 0.45 * min(word.height, last[0].height):
            last.append(word)
        else:
            rows.append([word])
    return [Row(tuple(sorted(row, key=lambda w: w.x0)), row[0].page) for row in rows]


def invisible_boxes(document: pypdfium2.PdfDocument, index: int) -> list[Box]:
    """Boxes, from the top left, of text that a page paints without ink."""
    page = document[index]
    height = page.get_height()
    boxes: list[Box] = []
    for number, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=3)):
        if number >= OBJECTS_MAX:
            break
        if pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == INVISIBLE:
            left, bottom, right, top = item.get_bounds()
            boxes.append((left - 0.5, height - top - 0.5, right + 0.5, height - bottom + 0.5))
    page.close()
    return boxes
