"""Which way up a page lies and how crooked, from the boxes of its lines; and what sets it straight."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from agents.read.ocr_engine import Grey, Points

Matrix = npt.NDArray[np.float64]


def size_of(box: Points) -> tuple[float, float]:
    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[3] - box[0]))


def turned(box: Points, shape: tuple[int, ...], quarter: int) -> Points:
    """A box after quarter turns of its picture, clockwise, its corners from the new top left on."""
    high, wide = shape
    for _ in range(quarter):
        box = np.stack([high - box[:, 1], box[:, 0]], axis=1).astype(np.float32)
        high, wide = wide, high
    return np.roll(box, quarter, axis=0)


def unturned(shape: tuple[int, ...], quarter: int) -> Matrix:
    """The matrix from a turned picture's pixels to those of the picture as it was."""
    high, wide = shape
    matrices = (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0, 1, 0], [-1, 0, high], [0, 0, 1]],
        [[-1, 0, wide], [0, -1, high], [0, 0, 1]],
        [[0, -1, wide], [1, 0, 0], [0, 0, 1]],
    )
    return np.array(matrices[quarter], np.float64)


def angle_of(boxes: Sequence[Points]) -> float:
    """How crooked the lines run, in degrees: the median over their lengths."""
    slopes = sorted(
        (float(np.degrees(np.arctan2(box[1][1] - box[0][1], box[1][0] - box[0][0]))), size_of(box)[0])
        for box in boxes
        if size_of(box)[0] > 4 * size_of(box)[1]
    )
    half = sum(length for _, length in slopes) / 2
    for slope, length in slopes:
        half -= length
        if half <= 0:
            return slope
    return 0.0


def straightened(picture: Grey, angle: float) -> tuple[Grey, Matrix]:
    """The picture turned back by an angle around its middle, on a sheet that holds all of it; and the matrix there."""
    high, wide = picture.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1), (0, 0, 1)])
    corners = matrix[:2, :2] @ np.array([(0, wide, wide, 0), (0, 0, high, high)]) + matrix[:2, 2:]
    left, top = corners.min(axis=1)
    matrix = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1)]) @ matrix
    size = tuple(int(np.ceil(edge)) for edge in corners.max(axis=1) - corners.min(axis=1))
    level = cv2.warpAffine(picture, matrix[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8), matrix


def level_of(boxes: Sequence[Points]) -> Matrix:
    """What levels every line: y + a*x + b*x*y + c*x*x is alike at both ends of a line, as nearly as can be.

    Three numbers take away what a straight turn leaves: a rest of the angle, lines that fan out because the paper was
    photographed from the side, and lines that sag because it was bent.
    """
    rows, rests = [], []
    for box in boxes:
        (x0, y0), (x1, y1) = (box[0] + box[3]) / 2, (box[1] + box[2]) / 2
        wide, high = size_of(box)
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


def set_flush(edges: Sequence[float], near: float) -> list[float]:
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
