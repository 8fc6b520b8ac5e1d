"""The words of a PDF as a person sees them on the page, and apart from them the text that nobody would see.

A word counts as seen when the rendered page shows ink where it stands: that leaves out white on white, text under a
filled box, switched-off layers and whatever else hides, without knowing how it was hidden. Invisible render mode, letters
of a point or two, letters off the page and letters in the colour of their ground are hidden too.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from agents.read.limits import HIDDEN_CHARS_MAX, HIDDEN_TEXTS_MAX

TINY = 2.8
"""Height in points below which nobody reads. Legal small print starts at about 4."""
CONTRAST_MIN = 14
"""Steps of 255 between ink and ground; the palest watermarks have about 20."""
PIXELS_MAX = 4_000_000
CHARS_MAX = 60_000
"""Characters read of one page; a page full of small print has 10,000."""
_UNSEEN_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_MARKS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
"""What pdfium gives for a hyphen at a line's end."""
_NOTHING = frozenset(
    (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x0, 0xFFFD, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its letters, page (from 1) and box in points from the page's top left corner."""

    text: str
    page: int
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def height(self) -> float:
        """The height of its line box, about 1.2 times the type size."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """One page: seen words in reading order as far as the file tells it, and hidden passages."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ink:
    """How one text object is drawn."""

    shown: bool
    level: int  # grey, 0 black to 255 white
    upright: bool


class Locked(ValueError):
    """The PDF asks for a password."""


def pages(raw: bytes, second: Callable[[pypdfium2.PdfPage, Page], Page] = lambda page, found: found) -> Iterator[Page]:
    """The pages of a PDF, each after a `second` look at the open page and what was found on it. Raises `Locked`, and
    `pypdfium2.PdfiumError` for one that is damaged."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Locked("the PDF asks for a password") from None
        raise
    try:
        for number in range(len(document)):
            page = document[number]
            yield second(page, _page(page, number + 1))
            page.close()
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage, number: int) -> Page:
    frame = _Frame(page)
    text = page.get_textpage()
    try:
        drawn = list(_drawn(text, frame, number))
    finally:
        text.close()
    if not drawn:
        return Page(number, frame.width, frame.height, (), ())
    picture = _Picture(page, frame)
    seen: list[Word] = []
    hidden: list[str] = []
    for word, ink in drawn:
        if not (ink.shown and frame.holds(word) and word.height >= TINY):
            hidden.append(word.text)
        elif not ink.upright:
            continue  # turned on its side, mostly at the margin: seen, and no part of any line
        elif picture.shows(word, ink.level):
            seen.append(word)
        else:
            hidden.append(word.text)
    seen, covered = _uncovered(seen)
    return Page(number, frame.width, frame.height, tuple(seen), _passages([*hidden, *covered]))


class _Frame:
    """The visible rectangle of a page and its rotation: from the file's coordinates to points from the top left."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_cropbox()
        media = page.get_mediabox()
        left, right = max(left, media[0]), min(right, media[2])
        bottom, top = max(bottom, media[1]), min(top, media[3])
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self.rotation = page.get_rotation() % 360
        turned = self.rotation in (90, 270)
        self.width, self.height = (top - bottom, right - left) if turned else (right - left, top - bottom)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box as x0, top, x1, bottom on the page as it is shown."""
        if self.rotation == 90:
            return bottom - self._bottom, left - self._left, top - self._bottom, right - self._left
        if self.rotation == 180:
            return self._right - right, bottom - self._bottom, self._right - left, top - self._bottom
        if self.rotation == 270:
            return self._top - top, self._right - right, self._top - bottom, self._right - left
        return left - self._left, self._top - top, right - self._left, self._top - bottom

    def holds(self, word: Word) -> bool:
        """Whether the middle of a word is on the page."""
        across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        return bool(0 <= across <= self.width and 0 <= down <= self.height)


def _drawn(text: pypdfium2.PdfTextPage, frame: _Frame, number: int) -> Iterator[tuple[Word, _Ink]]:
    """The words in the file's order, each with how it is drawn; a change of drawing ends a word."""
    inks: dict[int, _Ink] = {}
    letters: list[str] = []
    box = (0.0, 0.0, 0.0, 0.0)
    word_ink = _Ink(True, 0, True)
    rect = pdfium.FS_RECTF()
    place = ctypes.byref(rect)
    for index in range(min(text.count_chars(), CHARS_MAX)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _NOTHING:
            continue
        letter = _MARKS.get(code) or chr(code)
        space = letter.isspace() or letter < " "
        if not space and pdfium.FPDFText_GetLooseCharBox(text, index, place):
            at = frame.box(rect.left, rect.bottom, rect.right, rect.top)
            ink = _ink(text, index, inks, frame)
            if letters and (ink != word_ink or _apart(box, at)):
                yield Word("".join(letters), number, *box), word_ink
                letters = []
            box = _around(box, at) if letters else at
            word_ink = ink
            letters.append(letter)
        elif space and letters:
            yield Word("".join(letters), number, *box), word_ink
            letters = []
    if letters:
        yield Word("".join(letters), number, *box), word_ink


Box = tuple[float, float, float, float]


def _around(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _apart(box: Box, at: Box) -> bool:
    """Whether a letter stands away from the word before it: on another line, or more than a space further."""
    height = max(box[3] - box[1], at[3] - at[1], 0.1)
    middle = (at[1] + at[3]) / 2
    if not box[1] - 0.1 * height <= middle <= box[3] + 0.1 * height:
        return True
    return at[0] - box[2] > 0.35 * height or at[2] < box[0] - 0.35 * height


def _ink(text: pypdfium2.PdfTextPage, index: int, known: dict[int, _Ink], frame: _Frame) -> _Ink:
    """How the text object of a character is drawn, looked up once for each object."""
    handle = pdfium.FPDFText_GetTextObject(text, index)
    address = ctypes.cast(handle, ctypes.c_void_p).value or 0
    found = known.get(address)
    if found is None:
        found = known[address] = _looked_up(handle, frame) if address else _Ink(True, 0, True)
    return found


def _looked_up(handle: pdfium.FPDF_PAGEOBJECT, frame: _Frame) -> _Ink:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(handle)
    red, green, blue, alpha = (ctypes.c_uint(value) for value in (0, 0, 0, 255))
    pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
    matrix = pdfium.FS_MATRIX()
    upright = True
    if pdfium.FPDFPageObj_GetMatrix(handle, matrix):
        along, across = (matrix.a, matrix.b) if frame.rotation in (0, 180) else (matrix.b, matrix.a)
        upright = abs(along) >= abs(across)
    level = round(0.299 * red.value + 0.587 * green.value + 0.114 * blue.value)
    return _Ink(mode not in _UNSEEN_MODES and alpha.value > 20, level, upright)


class _Picture:
    """The page as it is drawn, in grey, about one pixel a point."""

    def __init__(self, page: pypdfium2.PdfPage, frame: _Frame) -> None:
        area = max(frame.width * frame.height, 1.0)
        self._scale = min(1.5, (PIXELS_MAX / area) ** 0.5)
        bitmap = page.render(scale=self._scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        self._pixels = bytes(bitmap.buffer)
        self._stride, self._width, self._height = bitmap.stride, bitmap.width, bitmap.height
        bitmap.close()

    def shows(self, word: Word, level: int) -> bool:
        """Whether there is ink where the word stands, and it is not in the colour of its ground."""
        x0, x1 = max(int(word.x0 * self._scale), 0), min(int(word.x1 * self._scale) + 1, self._width)
        top, bottom = max(int(word.top * self._scale), 0), min(int(word.bottom * self._scale) + 1, self._height)
        rows = [self._pixels[y * self._stride + x0 : y * self._stride + x1] for y in range(top, bottom)]
        area = b"".join(rows)
        if not area:
            return False
        if max(area) - min(area) < CONTRAST_MIN:
            return False
        ground = max(set(area), key=area.count)
        return abs(ground - level) >= CONTRAST_MIN or area.count(ground) * 2 < len(area)


def _uncovered(words: list[Word]) -> tuple[list[Word], list[str]]:
    """Words without those that another word drawn later lies upon: the later is what a person reads."""
    kept: list[Word] = []
    covered: list[str] = []
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in reversed(words):
        keys = [(x, int((word.top + word.bottom) / 2) // 8) for x in range(int(word.x0) // 16, int(word.x1) // 16 + 1)]
        others = {id(other): other for x, y in keys for near in (y - 1, y, y + 1) for other in cells.get((x, near), ())}
        over = next((other for other in others.values() if _lies_on(other, word)), None)
        if over is not None:
            if over.text != word.text:
                covered.append(word.text)
            continue
        kept.append(word)
        for key in keys:
            cells.setdefault(key, []).append(word)
    return kept[::-1], covered[::-1]


def _lies_on(one: Word, other: Word) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return False
    return wide > 0.7 * (other.x1 - other.x0) and high > 0.7 * other.height


def _passages(words: list[str]) -> tuple[str, ...]:
    """Hidden words as one passage, bounded; nothing when there are none."""
    text = " ".join(words).strip()
    if not any(c.isalnum() for c in text):
        return ()
    return tuple(text[at : at + HIDDEN_CHARS_MAX] for at in range(0, len(text), HIDDEN_CHARS_MAX))[:HIDDEN_TEXTS_MAX]
