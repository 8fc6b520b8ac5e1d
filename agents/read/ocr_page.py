"""One picture of a page to its words: turned upright, levelled, read line by line, every word with box and confidence.

A first look at a small copy tells in a tenth of a second whether there is text at all, which way up it stands and how
crooked. Words have two boxes: on the upright, level page, where the one reader of papers puts them into rows and tables,
and on the picture as it stands, where a person is shown them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from agents.read.ocr_engine import LINE_HEIGHT, Grey, Letters, Points, detect, line_of, recognise, type_of
from agents.read.ocr_level import angle_of, level_of, set_flush, size_of, straightened, turned, unturned
from agents.read.pdf_words import Box, Word

LOOK_SIDE = 640
"""Pixels on the longer side for the first look."""
READ_SIDE, READ_SIDE_MAX = 1_280, 2_048
TEXT_HEIGHT = 15
"""Pixels that a line of the usual size should have for the detector."""
LONG = 1.6
"""Width over height from which on a box shows which way its line runs."""
TRIED = 4
"""Lines that are read both ways up when it is not plain which one is right."""
PLAIN = 0.92
"""The mean confidence of lines that surely stand upright."""
CROOKED_MIN, CROOKED_MAX = 0.15, 20.0
"""Degrees within which a page is set straight."""
WIDTH_READ_MAX = 220_000
"""Pixels of lines that are read of one page, at `LINE_HEIGHT`: four times a page full of text."""
SURE_MIN = 0.3
"""Below this mean confidence a line is a pattern, not text."""
FLUSH = 0.16
"""Line heights by which edges that are meant to be flush stand apart."""
LETTERS_MIN = 3
"""Fewer letters than this on a whole picture are specks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A word on the upright page, where it stands in the picture (points from the top left), how sure its letters are."""

    word: Word
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that was read: its words, its size in points when upright, how it lay, and whether text was left unread."""

    words: tuple[Seen, ...]
    width: float
    height: float
    turned: int  # degrees clockwise that the picture was turned to stand upright
    crooked: float  # degrees
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text with its corners on the upright picture."""

    box: Points
    letters: tuple[Letters, ...]
    type: tuple[float, float]  # where the line box of the type begins and ends in it, in its heights

    @property
    def sure(self) -> float:
        return sum(one.confidence for one in self.letters) / max(len(self.letters), 1)


def read_page(picture: Grey, points: float, number: int) -> Sheet | None:
    """The words of a picture; `points` is the size of one pixel. None when there is no text in it."""
    picture = clear(picture)
    look = detect(picture, LOOK_SIDE)
    if not look:
        return None
    quarter = _quarter(picture, look)
    upright = np.ascontiguousarray(np.rot90(picture, -quarter))
    boxes = [turned(box, picture.shape, quarter) for box in look]
    if _upside_down(upright, boxes):
        upright = np.ascontiguousarray(np.rot90(upright, 2))
        boxes = [turned(box, upright.shape, 2) for box in boxes]
        quarter = (quarter + 2) % 4
    back = unturned(picture.shape, quarter)
    angle = angle_of(boxes)
    if CROOKED_MIN < abs(angle) < CROOKED_MAX:
        upright, straight = straightened(upright, angle)
        back = back @ np.linalg.inv(straight)
    else:
        angle = 0.0
    lines, cut = _lines(upright, _side(boxes, max(picture.shape)))
    if sum(len(letter.text) for line in lines for letter in line.letters) < LETTERS_MIN:
        return None
    words = tuple(_flush(_seen(lines, number, points, back)))
    high, wide = upright.shape
    return Sheet(words, wide * points, high * points, quarter * 90, angle, cut)


def clear(picture: Grey) -> Grey:
    """The picture with its greys spread, its shadows lifted and its specks taken away, each only where it helps."""
    small = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 31)
    if float(np.percentile(light, 95)) - float(np.percentile(light, 5)) > 40:  # a shadow lies over it, or a lamp
        high, wide = picture.shape
        ground = cv2.resize(light, (wide, high), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        picture = np.clip(picture / np.maximum(ground, 32) * 240, 0, 255).astype(np.uint8)
    dark, bright = (float(edge) for edge in np.percentile(picture[::4, ::4], (0.5, 99)))
    if 8 < bright - dark < 150:
        picture = np.clip((picture.astype(np.float32) - dark) * (255 / (bright - dark)), 0, 255).astype(np.uint8)
    return cv2.medianBlur(picture, 3).astype(np.uint8) if _speckled(picture) else picture


def _speckled(picture: Grey) -> bool:
    """Whether single pixels stand out of their surroundings all over the picture."""
    high, wide = picture.shape
    middle = picture[high // 4 : high * 3 // 4, wide // 4 : wide * 3 // 4][:800, :800]
    if not middle.size:
        return False
    calm = cv2.medianBlur(np.ascontiguousarray(middle), 3).astype(np.int16)
    return bool((np.abs(middle - calm) > 60).mean() > 0.012)


def _quarter(picture: Grey, look: Sequence[Points]) -> int:
    """Quarter turns, clockwise, after which the lines run from side to side."""
    across = down = 0.0
    for box in look:
        wide, high = size_of(box)
        if wide > LONG * high:
            across += wide
        elif high > LONG * wide:
            down += high
    return 1 if down > across else 0


def _upside_down(picture: Grey, look: Sequence[Points]) -> bool:
    """Whether the lines read better the other way up."""
    longest = sorted(
        (box for box in look if size_of(box)[0] > LONG * size_of(box)[1]), key=lambda box: -size_of(box)[0]
    )
    tried = [line_of(picture, box) for box in longest[: 2 * TRIED]]
    tried = sorted(tried, key=lambda line: line.shape[1])[:TRIED]  # long enough to tell, short enough to be quick
    as_it_stands = _readable(tried)
    if as_it_stands >= PLAIN:
        return False
    return _readable([np.ascontiguousarray(np.rot90(line, 2)) for line in tried]) > as_it_stands


def _readable(lines: Sequence[Grey]) -> float:
    """The mean confidence over the words of some lines."""
    found = [letters for line in lines for letters in recognise(line)]
    return sum(one.confidence * len(one.text) for one in found) / max(sum(len(one.text) for one in found), 1)


def _side(look: Sequence[Points], longer: int) -> int:
    """Pixels on the longer side with which the detector sees small print well, and no more than it takes."""
    heights = sorted(min(size_of(box)) * LOOK_SIDE / longer for box in look)
    usual = heights[len(heights) // 3] * READ_SIDE / LOOK_SIDE
    return int(min(max(READ_SIDE * TEXT_HEIGHT / max(usual, 1), READ_SIDE), READ_SIDE_MAX))


def _lines(picture: Grey, side: int) -> tuple[list[_Line], bool]:
    """The lines of an upright picture, read; and whether some were left, for there is more text than is read."""
    lines: list[_Line] = []
    room = WIDTH_READ_MAX
    for box in detect(picture, side):
        wide, high = size_of(box)
        if high > 1.5 * wide and high > 2 * LINE_HEIGHT:
            continue  # turned on its side: seen, and no part of any line
        room -= int(wide / max(high, 1) * LINE_HEIGHT)
        if room < 0:
            return lines, True
        cut = line_of(picture, box)
        letters = tuple(recognise(cut))
        line = _Line(box, letters, type_of(cut, "".join(one.text for one in letters)))
        if letters and line.sure >= SURE_MIN:
            lines.append(line)
    return lines, False


def _seen(lines: Sequence[_Line], number: int, points: float, back: npt.NDArray[np.float64]) -> list[list[Seen]]:
    """The words of the lines, on a page that is level all over."""
    level = level_of([line.box for line in lines])
    return [[_word(line, letters, number, points, level, back) for letters in line.letters] for line in lines]


def _word(
    line: _Line,
    letters: Letters,
    number: int,
    points: float,
    level: npt.NDArray[np.float64],
    back: npt.NDArray[np.float64],
) -> Seen:
    box = line.box
    start, end = (box[[0, 3]] + (box[[1, 2]] - box[[0, 3]]) * at for at in (letters.start, letters.end))
    ends = [edge[0] + (edge[1] - edge[0]) * at for edge in (start, end) for at in line.type]
    corners = np.array([ends[0], ends[2], ends[3], ends[1]])
    across, down = corners.mean(axis=0)
    half = (np.linalg.norm(ends[1] - ends[0]) + np.linalg.norm(ends[3] - ends[2])) / 4
    middle = down + level @ (across, across * down, across * across)
    upright = (corners[:, 0].min(), middle - half, corners[:, 0].max(), middle + half)
    there = back @ np.vstack([corners.T, np.ones(4)])
    lying = (there[0].min(), there[1].min(), there[0].max(), there[1].max())
    x0, top, x1, bottom = (float(edge) * points for edge in lying)
    word = Word(letters.text, number, *(float(edge) * points for edge in upright))
    return Seen(word, (x0, top, x1, bottom), letters.confidence)


def _flush(lines: Sequence[Sequence[Seen]]) -> list[Seen]:
    """The words of the lines, with ends of lines that stand nearly one below the other set flush, and sizes that are
    nearly alike made so, as on the paper before it was crooked: columns are told from the ones, titles from the others."""
    heights = [line[0].word.height for line in lines]
    near = FLUSH * float(np.median(heights))
    sizes = set_flush(heights, near / 4)
    left = set_flush([line[0].word.x0 for line in lines], near)
    right = set_flush([line[-1].word.x1 for line in lines], near)
    words: list[Seen] = []
    for line, x0, x1, size in zip(lines, left, right, sizes, strict=True):
        flush = [_sized(one, size) for one in line]
        flush[0] = replace(flush[0], word=replace(flush[0].word, x0=x0))
        flush[-1] = replace(flush[-1], word=replace(flush[-1].word, x1=max(x1, flush[-1].word.x0 + near)))
        words += flush
    return words


def _sized(seen: Seen, height: float) -> Seen:
    word = seen.word
    middle = (word.top + word.bottom) / 2
    return replace(seen, word=replace(word, top=middle - height / 2, bottom=middle + height / 2))
