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

from agents.read.ocr_engine import LINE_HEIGHT, Grey, Letters, Points, detect, line_of, recognise
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
LOOSE = 1.18
"""How much higher the detector draws its boxes than the line box of the type."""
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

    @property
    def sure(self) -> float:
        return sum(one.confidence for one in self.letters) / max(len(self.letters), 1)


def read_page(picture: Grey, number: int, points: float) -> Sheet | None:
    """The words of a picture; `points` is the size of one pixel. None when there is no text in it."""
    picture = clear(picture)
    look = detect(picture, LOOK_SIDE)
    if not look:
        return None
    quarter = _quarter(picture, look)
    upright = np.ascontiguousarray(np.rot90(picture, -quarter))
    boxes = [_turned(box, picture.shape, quarter) for box in look]
    if _upside_down(upright, boxes):
        upright = np.ascontiguousarray(np.rot90(upright, 2))
        boxes = [_turned(box, upright.shape, 2) for box in boxes]
        quarter = (quarter + 2) % 4
    back = _unturned(picture.shape, quarter)
    angle = _angle(boxes)
    if CROOKED_MIN < abs(angle) < CROOKED_MAX:
        upright, straight = _straightened(upright, angle)
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
        wide, high = _size(box)
        if wide > LONG * high:
            across += wide
        elif high > LONG * wide:
            down += high
    return 1 if down > across else 0


def _upside_down(picture: Grey, look: Sequence[Points]) -> bool:
    """Whether the lines read better the other way up."""
    longest = sorted((box for box in look if _size(box)[0] > LONG * _size(box)[1]), key=lambda box: -_size(box)[0])
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


def _size(box: Points) -> tuple[float, float]:
    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[3] - box[0]))


def _turned(box: Points, shape: tuple[int, ...], quarter: int) -> Points:
    """A box after quarter turns of its picture, clockwise, its corners from the new top left on."""
    high, wide = shape
    for _ in range(quarter):
        box = np.stack([high - box[:, 1], box[:, 0]], axis=1).astype(np.float32)
        high, wide = wide, high
    return np.roll(box, quarter, axis=0)


def _unturned(shape: tuple[int, ...], quarter: int) -> npt.NDArray[np.float64]:
    """The matrix from a turned picture's pixels to those of the picture as it was."""
    high, wide = shape
    matrices = (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0, 1, 0], [-1, 0, high], [0, 0, 1]],
        [[-1, 0, wide], [0, -1, high], [0, 0, 1]],
        [[0, -1, wide], [1, 0, 0], [0, 0, 1]],
    )
    return np.array(matrices[quarter], np.float64)


def _angle(boxes: Sequence[Points]) -> float:
    """How crooked the lines run, in degrees: the median over their lengths."""
    slopes = sorted(
        (float(np.degrees(np.arctan2(box[1][1] - box[0][1], box[1][0] - box[0][0]))), _size(box)[0])
        for box in boxes
        if _size(box)[0] > 4 * _size(box)[1]
    )
    half = sum(length for _, length in slopes) / 2
    for slope, length in slopes:
        half -= length
        if half <= 0:
            return slope
    return 0.0


def _straightened(picture: Grey, angle: float) -> tuple[Grey, npt.NDArray[np.float64]]:
    """The picture turned back by an angle around its middle, on a sheet that holds all of it; and the matrix there."""
    high, wide = picture.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1), (0, 0, 1)])
    corners = matrix[:2, :2] @ np.array([(0, wide, wide, 0), (0, 0, high, high)]) + matrix[:2, 2:]
    left, top = corners.min(axis=1)
    matrix = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1)]) @ matrix
    size = tuple(int(np.ceil(edge)) for edge in corners.max(axis=1) - corners.min(axis=1))
    level = cv2.warpAffine(picture, matrix[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8), matrix


def _side(look: Sequence[Points], longer: int) -> int:
    """Pixels on the longer side with which the detector sees small print well, and no more than it takes."""
    heights = sorted(min(_size(box)) * LOOK_SIDE / longer for box in look)
    usual = heights[len(heights) // 3] * READ_SIDE / LOOK_SIDE
    return int(min(max(READ_SIDE * TEXT_HEIGHT / max(usual, 1), READ_SIDE), READ_SIDE_MAX))


def _lines(picture: Grey, side: int) -> tuple[list[_Line], bool]:
    """The lines of an upright picture, read; and whether some were left, for there is more text than is read."""
    lines: list[_Line] = []
    room = WIDTH_READ_MAX
    for box in detect(picture, side):
        wide, high = _size(box)
        if high > 1.5 * wide and high > 2 * LINE_HEIGHT:
            continue  # turned on its side: seen, and no part of any line
        room -= int(wide / max(high, 1) * LINE_HEIGHT)
        if room < 0:
            return lines, True
        line = _Line(box, tuple(recognise(line_of(picture, box))))
        if line.letters and line.sure >= SURE_MIN:
            lines.append(line)
    return lines, False


def _seen(lines: Sequence[_Line], number: int, points: float, back: npt.NDArray[np.float64]) -> list[list[Seen]]:
    """The words of the lines, on a page that is level all over."""
    level = _level([line.box for line in lines])
    return [[_word(line.box, letters, number, points, level, back) for letters in line.letters] for line in lines]


def _word(
    box: Points,
    letters: Letters,
    number: int,
    points: float,
    level: npt.NDArray[np.float64],
    back: npt.NDArray[np.float64],
) -> Seen:
    start, end = (box[[0, 3]] + (box[[1, 2]] - box[[0, 3]]) * at for at in (letters.start, letters.end))
    corners = np.array([start[0], end[0], end[1], start[1]])
    across, down = corners.mean(axis=0)
    half = (np.linalg.norm(start[1] - start[0]) + np.linalg.norm(end[1] - end[0])) / 4 / LOOSE
    middle = down + level @ (across, across * down, across * across)
    upright = (corners[:, 0].min(), middle - half, corners[:, 0].max(), middle + half)
    there = back @ np.vstack([corners.T, np.ones(4)])
    lying = (there[0].min(), there[1].min(), there[0].max(), there[1].max())
    x0, top, x1, bottom = (float(edge) * points for edge in lying)
    word = Word(letters.text, number, *(float(edge) * points for edge in upright))
    return Seen(word, (x0, top, x1, bottom), letters.confidence)


def _flush(lines: Sequence[Sequence[Seen]]) -> list[Seen]:
    """The words of the lines, with ends of lines that stand nearly one below the other set flush, as they were before the
    paper was crooked: where columns begin and end is told from them."""
    near = FLUSH * float(np.median([line[0].word.height for line in lines]))
    left = _set_flush([line[0].word.x0 for line in lines], near)
    right = _set_flush([line[-1].word.x1 for line in lines], near)
    words: list[Seen] = []
    for line, x0, x1 in zip(lines, left, right, strict=True):
        flush = list(line)
        flush[0] = replace(flush[0], word=replace(flush[0].word, x0=x0))
        flush[-1] = replace(flush[-1], word=replace(flush[-1].word, x1=max(x1, flush[-1].word.x0 + near)))
        words += flush
    return words


def _set_flush(edges: Sequence[float], near: float) -> list[float]:
    """Edges with each run of neighbours replaced by its middle one; a run is no wider than four times `near`."""
    order = sorted(range(len(edges)), key=lambda at: edges[at])
    flush = list(edges)
    run: list[int] = []
    for at in [*order, -1]:
        if run and (at < 0 or edges[at] - edges[run[-1]] > near or edges[at] - edges[run[0]] > 4 * near):
            for one in run:
                flush[one] = edges[run[len(run) // 2]]
            run = []
        run.append(at)
    return flush


def _level(boxes: Sequence[Points]) -> npt.NDArray[np.float64]:
    """What levels every line: y + a*x + b*x*y + c*x*x is alike at both ends of a line, as nearly as can be.

    Three numbers take away what a straight turn leaves: a rest of the angle, lines that fan out because the paper was
    photographed from the side, and lines that sag because it was bent.
    """
    rows, rests = [], []
    for box in boxes:
        (x0, y0), (x1, y1) = (box[0] + box[3]) / 2, (box[1] + box[2]) / 2
        wide, high = _size(box)
        if wide > 4 * high:
            weight = min(wide, 400.0)
            rows.append([weight * one for one in (x1 - x0, x1 * y1 - x0 * y0, x1 * x1 - x0 * x0)])
            rests.append(weight * (y0 - y1))
    if len(rows) < 8:
        return np.zeros(3)
    table, wanted = np.array(rows, np.float64), np.array(rests, np.float64)
    scale = np.abs(table).max(axis=0)
    found = np.zeros(3)
    keep = np.ones(len(rows), bool)
    for _ in range(3):
        near = table[keep] / scale
        found = np.linalg.solve(near.T @ near + np.eye(3) * 1e-3 * len(near), near.T @ wanted[keep]) / scale
        off = np.abs(table @ found - wanted)
        keep = off <= max(3 * float(np.median(off)), 1e-6)
    return np.asarray(found, np.float64)
