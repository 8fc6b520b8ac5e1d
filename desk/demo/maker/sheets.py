"""Spreadsheets of the demo. Written by openpyxl, then packed again with fixed times, so that a second run gives the same
bytes."""

import io
import re
import zipfile
from collections.abc import Sequence

HOUR = (2026, 11, 19, 9, 0, 0)


def sheet(title: str, rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    for letter, width in zip("ABCDEF", (14, 16, 36, 12, 10, 14), strict=True):
        page.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return packed({name: _undated(raw) for name, raw in unpacked(out.getvalue()).items()})


def packed(files: dict[str, bytes]) -> bytes:
    """A zip with fixed times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(zipfile.ZipInfo(name, HOUR), raw, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of a zip, in their order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _undated(raw: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-11-19T09:00:00Z", raw)
