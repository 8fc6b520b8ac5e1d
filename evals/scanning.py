"""Clean pages made into what people send: scans laid askew or the wrong way round, faxes, telephone photos, bad prints.

Everything here is repeatable: the same picture gives the same bad picture.
"""

import hashlib
import io
import random
from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Picture = npt.NDArray[np.uint8]
DOTS = 150 / 72
"""Pixels to a point of a usual scan."""


def picture_of(pdf: bytes, page: int = 0, dots: float = DOTS) -> Picture:
    """A page as a clean picture in grey."""
    bitmap = pypdfium2.PdfDocument(pdf)[page].render(scale=dots, grayscale=True)
    pixels = bitmap.to_numpy()
    return np.ascontiguousarray(pixels[:, :, 0] if pixels.ndim == 3 else pixels)


def crooked(picture: Picture, degrees: float) -> Picture:
    """Laid on the glass a little askew."""
    high, wide = picture.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    return cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=250).astype(np.uint8)


def turned(picture: Picture, quarters: int) -> Picture:
    """Laid the wrong way round: quarter turns against the clock."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def noisy(picture: Picture, strength: float = 14, specks: float = 0.004) -> Picture:
    """With the grain of a cheap sensor and specks of dust."""
    dice = np.random.default_rng(7)
    grain = picture + dice.normal(0, strength, picture.shape)
    dust = dice.random(picture.shape)
    grain[dust < specks / 2] = 20
    grain[dust > 1 - specks / 2] = 240
    return np.clip(grain, 0, 255).astype(np.uint8)


def blurred(picture: Picture, radius: float = 1.0) -> Picture:
    """A little out of focus."""
    return cv2.GaussianBlur(picture, (0, 0), radius).astype(np.uint8)


def pale(picture: Picture, contrast: float = 0.25) -> Picture:
    """From a printer that runs out of ink: grey on grey."""
    return (150 + picture.astype(np.float32) * contrast).clip(0, 255).astype(np.uint8)


def jpeg(picture: Picture, quality: int = 35) -> Picture:
    """Saved small."""
    kept, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert kept
    again = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert again is not None
    return again.astype(np.uint8)


def photographed(picture: Picture, seed: int = 3) -> Picture:
    """On a dark desk, by a telephone held slantwise, with the light from one side."""
    dice = random.Random(seed)  # noqa: S311 (a hand that shakes)
    high, wide = picture.shape
    across, down = round(wide * 1.25), round(high * 1.2)
    corners = [(0.12, 0.09), (0.9, 0.07), (0.95, 0.94), (0.06, 0.91)]
    to = np.array(
        [((x + dice.uniform(-0.015, 0.015)) * across, (y + dice.uniform(-0.015, 0.015)) * down) for x, y in corners]
    )
    turn = cv2.getPerspectiveTransform(
        np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32), to.astype(np.float32)
    )
    shot = cv2.warpPerspective(picture, turn, (across, down), flags=cv2.INTER_CUBIC, borderValue=70)
    light = np.linspace(1.0, 0.62, across)[np.newaxis, :] * np.linspace(0.95, 1.0, down)[:, np.newaxis]
    return np.clip(shot * light, 0, 255).astype(np.uint8)


def saved(picture: Picture, kind: str = "PNG", more: Sequence[Picture] = (), **options: object) -> bytes:
    """As a file of that kind; `more` are further pages of a TIFF."""
    out = io.BytesIO()
    images = [Image.fromarray(one) for one in more]
    if images:
        options |= {"save_all": True, "append_images": images}
    Image.fromarray(picture).save(out, kind, **options)
    return out.getvalue()


def scanned(*pictures: Picture, under: str = "", visible: bool = False, quality: int = 60) -> bytes:
    """A PDF whose pages are these pictures. `under` is a text layer: behind the picture when `visible`, else unseen."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for picture in pictures:
        high, wide = picture.shape
        canvas.setPageSize((A4[1], A4[0]) if wide > high else A4)
        if under:
            words = canvas.beginText(50, 780)
            words.setTextRenderMode(0 if visible else 3)
            for line in under.splitlines():
                words.textLine(line)
            canvas.drawText(words)
        shot = io.BytesIO(saved(picture, "JPEG", quality=quality))
        canvas.drawImage(ImageReader(shot), 0, 0, *((A4[1], A4[0]) if wide > high else A4))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


WAYS: Mapping[str, Callable[[Picture], Picture]] = {
    "clean": lambda picture: jpeg(picture, 70),
    "crooked": lambda picture: jpeg(crooked(picture, 2.2), 60),
    "on its side": lambda picture: jpeg(turned(crooked(picture, -1.3), 1), 60),
    "upside down": lambda picture: jpeg(turned(crooked(picture, 1.1), 2), 60),
    "noisy": noisy,
    "blurred": lambda picture: jpeg(blurred(picture, 1.0), 35),
    "pale": lambda picture: jpeg(pale(picture), 60),
    "photographed": lambda picture: jpeg(photographed(picture), 60),
}
"""What may happen to a page on its way to us."""


def way_of(name: str) -> str:
    """The way that a paper of this name takes, by a digest: nobody chose it."""
    return list(WAYS)[hashlib.sha256(name.encode()).digest()[1] % len(WAYS)]
