"""The reader process: takes messages from its parent one by one, reads them, and writes the readings back.

Frames from the parent: length and JSON of the order (name, parts to leave out, or the page to show), length and bytes of the
message. Frames to the parent: a letter, length, and what is told; H hello with the measures that hold, P the path of the
part about to be opened, R the reading as `wire` writes it, W that the message holds pictures and wants a reader of those,
I a page as it looks, nothing where there is none. Lengths are eight bytes. Nothing else is ever written to that pipe.
"""

import io
import json
import os
import shutil
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from agents.read import saxon
from agents.read.confine import allow_processor, confine


def main(address_space: int, cpu_seconds: int, pictures: int) -> None:
    """Serve until the parent closes the pipe. Standard output is taken away from everything else first. A reader of
    `pictures` (not 0) works behind everything else on the machine."""
    answers = io.FileIO(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    if pictures:
        os.nice(10)
    held = confine(address_space, saxon.begin)
    from agents.read.country import of_wire
    from agents.read.document import read_message  # only now: parsers are imported after the doors are shut
    from agents.read.unread import PicturesWanted
    from agents.read.wire import to_json

    orders = os.fdopen(0, "rb", buffering=0)
    _send(answers, b"H", json.dumps(held))
    while (order := _take(orders)) is not None:
        asked = json.loads(order)
        raw = _take(orders)
        if raw is None:
            break
        allow_processor(cpu_seconds)
        if asked.get("show"):
            _send(answers, b"I", _shown(raw, asked["name"], *asked["show"]))
            continue
        try:
            reading = read_message(
                raw,
                asked["name"],
                skip=asked["skip"],
                report=lambda path: _send(answers, b"P", path),
                pictures=pictures != 0,
                home=of_wire(asked["home"]),
            )
            _send(answers, b"R", to_json(reading))
        except PicturesWanted:
            _send(answers, b"W", "")
        _sweep(Path.cwd())
    shutil.rmtree(Path.cwd(), ignore_errors=True)  # the parent has gone, perhaps killed: nobody else will do it


def _shown(raw: bytes, name: str, path: str, number: int) -> bytes:
    """A page as it looks: width, height, pixels to a point, pixels. Nothing where it cannot be drawn."""
    from agents.read.page_image import page_image

    try:
        page = page_image(raw, name, path, number)
    except Exception:  # as wherever a stranger's bytes are opened: the page is then not shown
        return b""
    return b"" if page is None else struct.pack(">IId", page.wide, page.high, page.scale) + page.pixels


def _take(stream: BinaryIO | io.FileIO) -> bytes | None:
    """One frame, or None when the parent has gone."""
    length = _exactly(stream, 8)
    return None if length is None else _exactly(stream, int.from_bytes(length, "big"))


def _exactly(stream: BinaryIO | io.FileIO, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        block = stream.read(min(count - len(found), 1 << 20))
        if not block:
            return None
        found += block
    return bytes(found)


def _send(stream: io.FileIO, letter: bytes, told: str | bytes) -> None:
    payload = told if isinstance(told, bytes) else told.encode("utf-8", "replace")
    frame = memoryview(letter + struct.pack(">Q", len(payload)) + payload)
    while frame:
        frame = frame[stream.write(frame) or 0 :]


def _sweep(folder: Path) -> None:
    """Leave nothing of one message for the next."""
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
