"""Two small networks that look at a picture: where lines of text are, and which letters a line holds.

The weights lie inside the installed wheel of rapidocr and are loaded from there on first use, once a process; nothing is
ever fetched, and rapidocr's own code is not imported. One thread, no memory arena: a reader process has neither to spare.

Detection is differentiable binarisation (Liao et al. 2020) and recognition is read off by connectionist temporal
classification (Graves et al. 2006), both as PP-OCR trained them; the steps around the networks are written here.
"""

import functools
import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

cv2.setNumThreads(1)  # a reader may start no threads

Grey = npt.NDArray[np.uint8]
"""A picture in grey, rows by columns."""
Points = npt.NDArray[np.float32]
"""Corners as rows of x and y."""

DETECTOR, RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
INK_MIN = 0.3
"""From which probability on a pixel belongs to text."""
LINE_MIN = 0.5
"""The mean probability over a box below which it is none."""
UNCLIP = 1.6
"""The network marks a shrunken core of each line; this gives its size back (area over circumference)."""
CORE_MIN = 3
LINES_MAX = 1_500
STEP = 32
"""The detector halves a picture five times."""
LINE_HEIGHT = 48
"""Pixels that a line is scaled to before its letters are read."""
STRIDE = 8
"""Pixels of such a line to one answer of the recogniser."""
LINE_WIDTH_MAX = 3_200
LINE_WIDTH_MIN = 48
SPACE = 0.35
"""White between two letters, in line heights, that is a space though none was read."""

TALL, LOW, DEEP = 0.72, 0.53, 0.21
"""Of the size of type: how high capitals and figures stand, how high small letters, and how far some reach below."""
SIZE_MIN, SIZE_MAX = 0.4, 1.1
"""The size of type within a line's box, in its heights."""
_TALL, _DEEP = frozenset("bdfhklt()[]{}/|!?$%&€£ß"), frozenset("gjpqyQ,;()[]{}/|$")


class NoEngine(RuntimeError):
    """The weights are not installed: an installation to be mended, not a picture's fault."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A run of letters without a space: where it starts and ends along its line (0 to 1), and the least probable letter."""

    text: str
    start: float
    end: float
    confidence: float


def detect(picture: Grey, side: int) -> list[Points]:
    """The lines of text in a picture that is looked at with `side` pixels on its longer side: four corners each, from
    the top left clockwise, in the picture's own pixels."""
    high, wide = picture.shape
    scale = side / max(high, wide)
    to_high, to_wide = (max(STEP, round(length * scale / STEP) * STEP) for length in (high, wide))
    small = cv2.resize(picture, (to_wide, to_high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    grey = small.astype(np.float32) / 127.5 - 1
    answer = _run(_detector(), np.repeat(grey[np.newaxis, np.newaxis], 3, axis=1))[0, 0]
    mask = cv2.dilate((answer > INK_MIN).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    back = np.array([wide / to_wide, high / to_high], np.float32)
    found = [box * back for contour in contours[:LINES_MAX] if (box := _box(contour, answer)) is not None]
    return sorted(found, key=lambda box: float(box[:, 1].mean()))


def _box(contour: Any, answer: npt.NDArray[np.float32]) -> Points | None:
    """The rectangle of a line around its core, in the detector's pixels; None for a speck or an unlikely one."""
    (x, y), (wide, high), angle = cv2.minAreaRect(contour)
    if min(wide, high) < CORE_MIN:
        return None
    core = cv2.boxPoints(((x, y), (wide, high), angle))
    left, top = np.maximum(np.floor(core.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(core.max(axis=0)).astype(int) + 1
    window = answer[top:bottom, left:right]
    if not window.size:
        return None
    inside = np.zeros(window.shape, np.uint8)
    cv2.fillPoly(inside, [np.round(core - (left, top)).astype(np.int32)], 1)
    if cv2.mean(window, inside)[0] < LINE_MIN:
        return None
    more = wide * high * UNCLIP / (2 * (wide + high)) * 2
    return _clockwise(cv2.boxPoints(((x, y), (wide + more, high + more), angle)))


def _clockwise(corners: Any) -> Points:
    """Corners from the top left on: of the left two the upper, of the right two the upper and the lower."""
    by_x = sorted(corners.tolist())
    left, right = sorted(by_x[:2], key=lambda p: p[1]), sorted(by_x[2:], key=lambda p: p[1])
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def line_of(picture: Grey, box: Points) -> Grey:
    """One line of text cut out of a picture, level, `LINE_HEIGHT` pixels high."""
    wide = max(float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[2] - box[3])), 1.0)
    high = max(float(np.linalg.norm(box[3] - box[0])), float(np.linalg.norm(box[2] - box[1])), 1.0)
    width = int(min(max(wide / high * LINE_HEIGHT, LINE_WIDTH_MIN), LINE_WIDTH_MAX))
    shrink = high / LINE_HEIGHT
    if shrink > 2:  # a warp takes single pixels: a much larger picture is made smaller first
        picture = cv2.resize(picture, None, fx=2 / shrink, fy=2 / shrink, interpolation=cv2.INTER_AREA).astype(np.uint8)
        box = box * np.float32(2 / shrink)
    to = np.array([(0, 0), (width, 0), (width, LINE_HEIGHT), (0, LINE_HEIGHT)], np.float32)
    turn = cv2.getPerspectiveTransform(box.astype(np.float32), to)
    cut = cv2.warpPerspective(
        picture, turn, (width, LINE_HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cut.astype(np.uint8)


def recognise(line: Grey) -> list[Letters]:
    """The words of one line as `line_of` gives it, left to right."""
    grey = line.astype(np.float32) / 127.5 - 1
    answer = _run(_recogniser(), np.repeat(grey[np.newaxis, np.newaxis], 3, axis=1))[0]
    alphabet, columns, again = _alphabet()
    ours = answer[:, columns]
    for form, letter in again:
        ours[:, letter] += answer[:, form]
    best = ours.argmax(axis=1)
    sure = ours.max(axis=1)
    read: list[tuple[str, float, float]] = []
    for step, (letter, before) in enumerate(zip(best, [-1, *best[:-1]], strict=True)):
        if letter == before and read and letter != 0:
            read[-1] = (read[-1][0], read[-1][1], max(read[-1][2], float(sure[step])))
        elif letter != 0:
            read.append((alphabet[letter], (step + 0.5) * STRIDE, float(sure[step])))
    return _words(read, _inked(line))


def _words(read: Sequence[tuple[str, float, float]], inked: npt.NDArray[np.bool_]) -> list[Letters]:
    """Letters put together to words: parted where a space was read, or where the line is white for long."""
    groups: list[list[tuple[str, float, float]]] = []
    edges: list[float] = []
    apart = True
    for letter in read:
        if letter[0].isspace():
            apart = True
            continue
        if groups:
            white = _white(inked, groups[-1][-1][1], letter[1])
            if apart or white[1] - white[0] > SPACE * LINE_HEIGHT:
                edges += white
                groups.append([])
        else:
            groups.append([])
        groups[-1].append(letter)
        apart = False
    if not groups:
        return []
    marks = np.flatnonzero(inked)
    first, last = (float(marks[0]), float(marks[-1]) + 1) if marks.size else (0.0, float(len(inked)))
    edges = [min(first, groups[0][0][1]), *edges, max(last, groups[-1][-1][1])]
    return [
        Letters(
            "".join(text for text, _, _ in group),
            edges[2 * at] / len(inked),
            edges[2 * at + 1] / len(inked),
            min(sure for _, _, sure in group),
        )
        for at, group in enumerate(groups)
    ]


def _white(inked: npt.NDArray[np.bool_], start: float, end: float) -> tuple[float, float]:
    """The widest white between two letters' middles; the middle between them where there is none."""
    first, last = int(start), max(int(end), int(start) + 1)
    widest, run = (0, 0), 0
    for at in range(first, min(last, len(inked))):
        run = 0 if inked[at] else run + 1
        if run > widest[1]:
            widest = (at + 1 - run, run)
    if not widest[1]:
        return (start + end) / 2, (start + end) / 2
    return float(widest[0]), float(widest[0] + widest[1])


def type_of(line: Grey, text: str) -> tuple[float, float]:
    """Where the line box of the type begins and ends in a line (0 to 1 of its height, and beyond): as type is drawn, with
    0.95 of its size above the foot of the letters and 0.25 below. The detector's own box is looser the smaller the print."""
    ink = _marked(line)
    rows = ink.sum(axis=1)
    enough = max(2, int(rows.max()) // 100)
    top = bottom = int(rows[LINE_HEIGHT // 4 : -LINE_HEIGHT // 4].argmax()) + LINE_HEIGHT // 4
    while top > 0 and rows[top - 1] >= enough:
        top -= 1
    while bottom < LINE_HEIGHT and rows[bottom] >= enough:
        bottom += 1
    tall = any(c in _TALL or c.isupper() or c.isdigit() for c in text)
    deep = any(c in _DEEP for c in text)
    size = (bottom - top) / ((TALL if tall else LOW) + (DEEP if deep else 0))
    size = min(max(size, SIZE_MIN * LINE_HEIGHT), SIZE_MAX * LINE_HEIGHT)
    foot = bottom - (DEEP * size if deep else 0)
    return (foot - 0.95 * size) / LINE_HEIGHT, (foot + 0.25 * size) / LINE_HEIGHT


def _inked(line: Grey) -> npt.NDArray[np.bool_]:
    """Which columns of a line hold ink, dark on light or light on dark; the outermost rows are a neighbour's or a rule's."""
    inner = _marked(line)[LINE_HEIGHT // 8 : -LINE_HEIGHT // 8]
    return np.asarray(inner.sum(axis=0) >= 2, dtype=np.bool_)


def _marked(line: Grey) -> npt.NDArray[np.bool_]:
    """The pixels of a line that are ink, dark on light or light on dark."""
    _, bright = cv2.threshold(line, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ink = bright > 0
    inner = ink[LINE_HEIGHT // 8 : -LINE_HEIGHT // 8]
    return np.asarray(ink if inner.mean() < 0.5 else ~ink, dtype=np.bool_)


def _run(session: Any, picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    answer: npt.NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(picture)})[
        0
    ]
    return answer


@functools.cache
def _detector() -> Any:
    return _session(DETECTOR)


@functools.cache
def _recogniser() -> Any:
    return _session(RECOGNISER)


def _session(weights: str) -> Any:
    """A network from the wheel's own file, for one thread."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it keeps a number of the device and sends what it does otherwise
    import onnxruntime  # 0.2 s and 60 MB that a reader without pictures does not spend

    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None or not (file := Path(found.origin).parent / "models" / weights).is_file():
        raise NoEngine(f"{weights} is not installed with rapidocr")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])


@functools.cache
def _alphabet() -> tuple[list[str], list[int], list[tuple[int, int]]]:
    """The letters that European papers use, their columns of the recogniser's answer, and the columns of their other
    forms with the place of the letter each belongs to; first is "no letter".

    The network knows 18,000 characters. A paper in Latin script holds none of the others: leaving them out turns
    a wrong character into the likeliest right one.
    """
    known = ["", *_recogniser().get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    letters: dict[str, int] = {"": 0}
    columns = [0]
    again: list[tuple[int, int]] = []
    for column, character in enumerate(known[1:], 1):
        letter = _plain(character)
        if letter in letters:
            again.append((column, letters[letter]))
        elif _ours(letter):
            letters[letter] = len(columns)
            columns.append(column)
    return list(letters), columns, again


_PLAIN = {0x3000: " ", 0xFFE5: "¥", 0x3002: ".", 0x3001: ",", 0x2019: "'", 0x2018: "'", 0xD7: "x"}
_MORE = frozenset("€–—•…“”„‚‘’″′™†‡‰✓×")


def _plain(letter: str) -> str:
    """A letter in its usual form: the full-width forms that the network was trained on are ours."""
    code = ord(letter) if len(letter) == 1 else 0
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return _PLAIN.get(code, letter)


def _ours(letter: str) -> bool:
    return len(letter) == 1 and ((" " <= letter <= "ž" and letter.isprintable()) or letter in _MORE)
