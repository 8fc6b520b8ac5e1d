"""Picture files opened: PNG, JPEG, WebP, BMP, GIF and TIFF with its pages, in grey, the way up their file says.

What is too small or too flat to be a paper is told by its measures alone, before anything is looked at.
"""

import io
import re
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from agents.read.limits import PICTURE_PIXELS_MAX, PICTURE_PIXELS_READ
from agents.read.ocr_engine import Grey

KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
PAPER = 842.0
"""Points of the longer side of A4: the size of a picture that tells none."""
PAPER_MIN, PAPER_MAX = 180.0, 2_000.0
"""Points between which the longer side of a real sheet lies: from a till receipt to A2."""
SIDE_MIN, AREA_MIN = 90, 50_000
"""Pixels below which nobody can read a paper: logos, buttons, the pictures that count who opened a mail."""
BANNER = 5.0
IN_TEXT_AREA_MIN, IN_TEXT_BANNER = 350_000, 2.6
"""The same for a picture that stands inside a mail's text, where most are signatures and advertisements."""
_PASTED = re.compile(r"image\d{3}\.\w+|logo\w*\.\w+|signatur\w*\.\w+|outlook-\w+\.\w+", re.I)
"""Names that mail programs give to pictures inside a text."""


class NotAPicture(ValueError):
    """The file cannot be opened; the message says why, for an analyst."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of a picture file, and the points that one of its pixels measures."""

    picture: Grey
    points: float


class Opened:
    """A picture file: how many pages it has, how large the first is, and the pages themselves."""

    def __init__(self, raw: bytes) -> None:
        """Raises `NotAPicture` for what is damaged or too large."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image = Image.open(io.BytesIO(raw), formats=KINDS)
            self.wide, self.high = self._image.size
            self.pages = int(getattr(self._image, "n_frames", 1)) if self._image.format == "TIFF" else 1
        except MemoryError:
            raise
        except Image.DecompressionBombError:
            raise NotAPicture("the picture has many more pixels than are opened") from None
        except Exception as error:  # the decoders are others', and their ways of failing over hostile bytes are many
            raise NotAPicture(f"the picture is damaged and cannot be opened ({type(error).__name__})") from None

    def too_small(self, name: str, *, in_text: bool) -> str:
        """Why a picture of this size is no paper, "" when it may be one."""
        flat = max(self.wide, self.high) / max(min(self.wide, self.high), 1)
        area = self.wide * self.high
        if min(self.wide, self.high) < SIDE_MIN or area < AREA_MIN or (flat > BANNER and self.wide > self.high):
            return "a small picture: a logo or a signature"
        if (in_text or _PASTED.fullmatch(name)) and (area < IN_TEXT_AREA_MIN or self.wide > IN_TEXT_BANNER * self.high):
            return "a picture inside the text: a logo or a signature"
        return ""

    def frame(self, number: int) -> Frame:
        """A page; numbers count from 1. Raises `NotAPicture` where it is damaged or too large."""
        try:
            self._image.seek(number - 1)
            return self._frame()
        except (MemoryError, NotAPicture):
            raise
        except Exception as error:  # as above
            raise NotAPicture(f"page {number} of the picture is damaged ({type(error).__name__})") from None

    def _frame(self) -> Frame:
        image: Image.Image = self._image
        wide, high = image.size
        if wide * high > PICTURE_PIXELS_MAX:
            raise NotAPicture(f"the picture has {wide:,} by {high:,} pixels, more than are opened")
        points = _points(image)
        if image.format == "JPEG" and wide * high > 2 * PICTURE_PIXELS_READ:
            image.draft("L", (wide // 2, high // 2))
        grey = _grey(ImageOps.exif_transpose(image))
        larger = grey.width * grey.height / PICTURE_PIXELS_READ
        if larger > 1:
            grey = grey.resize(
                (round(grey.width / larger**0.5), round(grey.height / larger**0.5)), Image.Resampling.BOX
            )
        return Frame(np.array(grey, dtype=np.uint8), points * max(wide, high) / max(grey.size))


def _points(image: Image.Image) -> float:
    """Points to a pixel: by the resolution that the file states where that makes a sheet of paper, else as if A4."""
    longer = max(image.size)
    stated = image.info.get("dpi")
    if isinstance(stated, tuple) and stated and float(stated[0]) > 0 and float(stated[0]) == float(stated[-1]):
        points = 72 / float(stated[0])
        if PAPER_MIN <= longer * points <= PAPER_MAX:
            return points
    return PAPER / longer


def _grey(image: Image.Image) -> Image.Image:
    """In grey, on white where it lets light through."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image, dtype=np.uint16) >> 8).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, (255, 255, 255, 255))
        paper.alpha_composite(over)
        return paper.convert("L")
    return image.convert("L")
