"""Pages of documents as they look, with the numbered facts marked on them.

A reader process draws the page and gives bare greys; the picture file is made here, so that no byte a stranger wrote comes
to a browser. It is sent as SVG, which a browser shows inside a page as a picture: nothing in it runs or loads.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response

from agents.read.sandbox import page_in_sandbox
from agents.read.shown import PageImage
from core.intake.tables import Message, StoredBytes
from core.reading_wire import from_wire
from desk.document_views import SHEETS_MAX, Box, marked_boxes
from desk.web import MAY_OPEN, NotYours, SignedIn, house_of

router = APIRouter()

PADDING = 2.0
"""Points by which a mark is larger than what it marks."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src data:; sandbox",
    "Cache-Control": "private, max-age=3600",
}


@router.get("/intake/{sha256}/sheet/{part}/{page}")
def sheet(
    request: Request,
    user: SignedIn,
    sha256: str,
    part: Annotated[int, Path(ge=0, le=10_000)],
    page: Annotated[int, Path(ge=1, le=SHEETS_MAX)],
) -> Response:
    """One page of a part of a message, for those who see messages or cases. What is quarantined stays closed."""
    if not (MAY_OPEN["Intake"] | MAY_OPEN["Case"]) & set(user.roles):
        raise NotYours("Intake")
    with house_of(request).unit() as session:
        row = session.get(Message, (user.entity, sha256))
        stored = session.get(StoredBytes, sha256) if row is not None else None
        reading = from_wire(row.reading) if row is not None and row.reading else None
        if row is None or stored is None or reading is None or part >= len(reading.parts):
            raise HTTPException(404, "There is no such page.")
        if row.state == "quarantined":
            raise HTTPException(403, "It is quarantined: not for opening. Nothing was sent.")
        raw, name = stored.content, row.name
    of = reading.parts[part]
    drawn = page_in_sandbox(raw, name, of.path, page)
    if drawn is None:
        raise HTTPException(404, "This page cannot be drawn.")
    return Response(svg(drawn, marked_boxes(reading, of, page)), media_type="image/svg+xml", headers=HEADERS)


def svg(drawn: PageImage, marks: Sequence[tuple[int, Box]]) -> str:
    """The page with its marks: a frame around each fact, and its number beside it."""
    scale = drawn.scale
    pieces = []
    size = round(11 * scale)
    for number, (x0, top, x1, bottom) in marks:
        left, up = (float(x0) - PADDING) * scale, (float(top) - PADDING) * scale
        wide, high = (float(x1 - x0) + 2 * PADDING) * scale, (float(bottom - top) + 2 * PADDING) * scale
        pieces.append(
            f'<rect x="{left:.1f}" y="{up:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="3" fill="#ffd23f"'
            f' fill-opacity="0.28" stroke="#8a6500" stroke-width="1.5"/>'
            f'<text x="{left + wide + 2:.1f}" y="{up + size * 0.8:.1f}" font-size="{size}" font-weight="700"'
            f' font-family="sans-serif" fill="#7a4d00" stroke="#fff" stroke-width="3" paint-order="stroke">{number}</text>'
        )
    picture = b64encode(png(drawn)).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.wide} {drawn.high}" width="{drawn.wide}"'
        f' height="{drawn.high}"><image width="{drawn.wide}" height="{drawn.high}"'
        f' href="data:image/png;base64,{picture}"/>{"".join(pieces)}</svg>'
    )


def png(drawn: PageImage) -> bytes:
    """Greys as a PNG file (ISO/IEC 15948): eight bits a pixel, no filter."""
    rows = b"".join(b"\0" + drawn.pixels[at : at + drawn.wide] for at in range(0, len(drawn.pixels), drawn.wide))
    head = struct.pack(">IIBBBBB", drawn.wide, drawn.high, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
