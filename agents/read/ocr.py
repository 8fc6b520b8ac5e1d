"""Papers that came as pictures: scans inside PDFs, photographs, screenshots, TIFFs of a fax.

Their words enter the one reader of papers (agents/read/pdf.py), with this much more: every claim tells how sure its letters
are, and what is not sure becomes no claim unless the paper's own sums bear it out (agents/read/ocr_doubt.py).

Reading pictures takes seconds and half a gigabyte, other reading hundredths and little. So a reader that is not made for it
raises `PicturesWanted` at the first picture, and the message goes to one that is.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from agents.read.limits import PICTURE_PAGES_MAX, PICTURE_PIXELS_READ, PICTURE_SECONDS
from agents.read.pdf_words import Box, Page, Word
from agents.read.unread import PicturesWanted
from core.claims import Check, Claim, Document, Span

if TYPE_CHECKING:
    from agents.read.ocr_engine import Grey

READER = "picture/1"
RESOLUTION, RESOLUTION_MIN, RESOLUTION_MAX = 200 / 72, 150 / 72, 300 / 72
"""Pixels to a point at which a page is looked at: as its scan was made, within bounds; without a scan the first."""
COVERS = 0.5
"""The share of a page from which on a picture on it is the page."""
FEW = 15
"""Words on a page that is a picture which are less than its text: a stamp of the scanner, a page number."""
BETTER = 0.5
"""A page with text is read by picture only where that gives so much of the letters at least."""
GARBLED_FROM = 8
"""Words of three letters or more below which nothing is said about them."""
VOWELS_MIN = 0.2
"""The share of a, e, i, o and u among the letters of a page; no European language writes below 0.33, lists of codes 0.25."""


@dataclass(slots=True)
class Pictures:
    """What the pictures of one message may still ask for. A reader that is not `able` raises at the first."""

    able: bool = True
    pages: int = PICTURE_PAGES_MAX
    seconds: float = PICTURE_SECONDS

    def begin(self) -> bool:
        """Whether another page may be looked at. Raises `PicturesWanted` where none is."""
        if not self.able:
            raise PicturesWanted
        return self.pages > 0 and self.seconds > 0

    def spend(self, started: float, *, read: bool) -> None:
        """Take what a page that was begun at `started` (processor time) has used; one without text is no page."""
        self.seconds -= time.process_time() - started
        self.pages -= 1 if read else 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that was read from a picture: its box upright and as the page lies, and how sure its letters are."""

    upright: Box
    lying: Box
    confidence: float


@dataclass(slots=True)
class Scan:
    """The pages of one file that were read by picture, and those that were not for want of room."""

    pictures: Pictures
    marks: dict[int, tuple[Mark, ...]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)

    def of_picture(self, number: int, draw: "Callable[[], tuple[Grey, float]]") -> Page | None:
        """A picture as a page; None when there is no text on it, or no room to look. It is drawn, and the size of its pixels
        told (points), only when there is room."""
        from agents.read.ocr_page import read_page  # half a second that a reader without pictures does not spend

        if not self.pictures.begin():
            self.left.append(number)
            return None
        started = time.process_time()
        sheet = read_page(*draw(), number)
        self.pictures.spend(started, read=sheet is not None)
        if sheet is None:
            return None
        self.marks[number] = tuple(Mark(_box(seen.word), seen.box, seen.confidence) for seen in sheet.words)
        if sheet.cut:
            self.cut.append(number)
        return Page(number, sheet.width, sheet.height, tuple(seen.word for seen in sheet.words), ())

    def of_pdf(self, page: pypdfium2.PdfPage, found: Page) -> Page:
        """A page of a PDF: as its text says, or by picture where the text is not what a person sees."""
        broken = garbled(found.words)
        if not (broken or _is_picture(page, found)):
            return found
        seen = self.of_picture(found.number, lambda: _rendered(page))
        if seen is None:
            return found
        if not broken and _letters(seen.words) < BETTER * _letters(found.words):
            del self.marks[found.number]
            return found
        return replace(seen, hidden=_unseen(found.hidden, seen.words))

    def said(self) -> tuple[str, ...]:
        """What was not read of the file, in sentences."""
        sentences = []
        if self.left:
            which = f"page {self.left[0]} was" if len(self.left) == 1 else f"pages {_listed(self.left)} were"
            sentences.append(f"{which} not read: a message has room for {PICTURE_PAGES_MAX} pages that are pictures")
        sentences += [f"page {number} holds more text than is read of a picture" for number in self.cut]
        return tuple(sentences)

    def known(self, document: Document) -> Document:
        """The document with the confidence and the place of everything that was read by picture."""
        claims = tuple(self._claim(claim) for claim in document.claims)
        by_picture = any(claim.reader == READER for claim in claims)
        checks = tuple(Check(name="all_pages_read", holds=False, says=says) for says in self.said())
        return replace(
            document,
            claims=claims,
            reader=READER if by_picture else document.reader,
            checks=(*document.checks, *checks),
        )

    def _claim(self, claim: Claim) -> Claim:
        span = claim.span
        if span.page not in self.marks or span.box is None:
            return claim
        held = _within(self.marks[span.page], span)
        if not held:
            return claim
        sure = Decimal(f"{min(mark.confidence for mark in held):.3f}")
        boxes = [mark.lying for mark in held]
        edges = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        x0, top, x1, bottom = (Decimal(f"{edge:.1f}") for edge in edges)
        return replace(
            claim, span=replace(span, box=(x0, top, x1, bottom)), reader=READER, confidence=min(sure, Decimal(1))
        )


def _within(marks: Sequence[Mark], span: Span) -> list[Mark]:
    """The words whose middle a span's box holds."""
    assert span.box is not None
    x0, top, x1, bottom = (float(edge) for edge in span.box)
    return [
        mark
        for mark in marks
        if x0 - 0.1 <= (mark.upright[0] + mark.upright[2]) / 2 <= x1 + 0.1
        and top - 0.1 <= (mark.upright[1] + mark.upright[3]) / 2 <= bottom + 0.1
    ]


def _box(word: Word) -> Box:
    return word.x0, word.top, word.x1, word.bottom


def _listed(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _letters(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words)


def garbled(words: Sequence[Word]) -> bool:
    """Whether the letters of a text layer are those of no paper: codes without a meaning, letters shifted by so many."""
    long = [word.text for word in words if len(word.text) >= 3]
    if len(long) < GARBLED_FROM:
        return False
    if sum(map(_is_word, long)) < 0.4 * len(long):
        return True
    letters = [c for text in long for c in text.casefold() if "a" <= c <= "z"]
    vowels = sum(c in "aeiou" for c in letters)
    return len(letters) >= 10 * GARBLED_FROM and vowels < VOWELS_MIN * len(letters)


def _is_word(text: str) -> bool:
    """Whether a word may be one: letters, figures with their marks."""
    bare = text.strip(".,:;()[]\"'*/-–|#%€$£")
    digits = sum(c.isdigit() for c in bare)
    if digits * 2 >= len(bare):
        return all(c.isalnum() or c in ".,:;/-+'’()%€$£# _" for c in bare)
    return sum(c.isalpha() for c in bare) + digits >= 0.8 * len(bare)


def _is_picture(page: pypdfium2.PdfPage, found: Page) -> bool:
    """Whether what a person sees of a page is a picture: it has no words, or a picture lies over them."""
    area = max(found.width * found.height, 1.0)
    before = after = objects = 0
    covered = False
    for one in page.get_objects(max_depth=4):
        objects += 1
        if one.type == pdfium.FPDF_PAGEOBJ_TEXT:
            before, after = (before, after + 1) if covered else (before + 1, after)
        elif one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = one.get_bounds()
            covered = covered or abs((right - left) * (top - bottom)) >= COVERS * area
    if not found.words:
        return objects > 0
    return covered and (len(found.words) < FEW or before > after)


def _rendered(page: pypdfium2.PdfPage) -> "tuple[Grey, float]":
    """The page as it is shown, in grey, as finely as its largest picture was scanned; and the points to a pixel."""
    scale = RESOLUTION
    largest = 0.0
    for one in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        left, bottom, right, top = one.get_bounds()
        wide, high = one.get_px_size()
        area = abs((right - left) * (top - bottom))
        if area > largest and area > 0:
            largest, scale = area, (wide * high / area) ** 0.5
    scale = min(max(scale, RESOLUTION_MIN), RESOLUTION_MAX)
    wide, high = page.get_size()
    scale = min(scale, (PICTURE_PIXELS_READ / max(wide * high, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    picture = bitmap.to_numpy()
    picture = (picture[:, :, 0] if picture.ndim == 3 else picture).copy()
    bitmap.close()
    return picture, wide / picture.shape[1]


def _unseen(hidden: Sequence[str], words: Sequence[Word]) -> tuple[str, ...]:
    """Hidden passages without those that only repeat what the picture shows: the layer that a scanner laid below it."""
    shown = {_core(word.text) for word in words}
    kept = []
    for passage in hidden:
        told = [core for word in passage.split() if (core := _core(word))]
        if sum(core in shown for core in told) < 0.6 * len(told):
            kept.append(passage)
    return tuple(kept)


def _core(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
