"""Papers as a scanner or a telephone sees them: pictures with a little noise, a little crooked, without any text."""

import io
import random

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SCALE = 1.7
SPECKS = 900


def scan(page: bytes, angle: float) -> bytes:
    """A PDF of pictures of another one's pages, turned by `angle` degrees, grey and speckled."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for number, sheet in enumerate(pypdfium2.PdfDocument(page)):
        picture = sheet.render(scale=SCALE).to_pil().convert("L")
        picture = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=247)
        picture = _speckled(picture.filter(ImageFilter.GaussianBlur(0.6)), seed=number)
        shot = io.BytesIO()
        picture.save(shot, "JPEG", quality=55)
        canvas.drawImage(ImageReader(io.BytesIO(shot.getvalue())), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def label_photo() -> bytes:
    """A picture of a pallet label, as sent by somebody at the roadside."""
    picture = Image.new("L", (720, 480), 96)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((110, 70, 610, 410), fill=232)
    for at, text in enumerate(("PALLET 7 / 12", "TO: HARBOR & PINE, DOCK 2", "HANDLE WITH CARE", "0 0 4 1 1 7 7")):
        draw.text((140, 100 + at * 70), text, fill=30, font_size=30)
    out = io.BytesIO()
    _speckled(picture.rotate(4, fillcolor=96), seed=7).save(out, "PNG")
    return out.getvalue()


def _speckled(picture: Image.Image, seed: int) -> Image.Image:
    dice = random.Random(seed)  # noqa: S311 (specks on a picture)
    wide, high = picture.size
    for _ in range(SPECKS):
        picture.putpixel((dice.randrange(wide), dice.randrange(high)), dice.randrange(90, 210))
    return picture
