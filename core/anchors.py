"""Anchors: signed checkpoints in a file outside the database, which only grows.

Whoever can rewrite the database cannot rewrite these, when the folder (or its copy) belongs to somebody else. One line a
checkpoint: {"at": when we signed it, "note": the signed note}. Every line is on disk before its checkpoint counts.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "checkpoints.jsonl"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line: the signed note, and when the desk says it was signed."""

    note: str
    at: datetime


def append(folders: Iterable[Path], anchor: Anchor) -> None:
    """Write the anchor to every folder, through to the disk. Raises OSError when one of them does not take it."""
    line = json.dumps({"at": anchor.at.isoformat(), "note": anchor.note}, ensure_ascii=False).encode() + b"\n"
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        with path.open("ab") as file:
            file.write(line if _ends_whole(path) else b"\n" + line)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)


def _ends_whole(path: Path) -> bool:
    """Whether the last line is complete: a machine that stopped while writing leaves half a line."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _sync(folder: Path) -> None:
    """Make the file's name as durable as its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> tuple[list[Anchor], list[int]]:
    """The anchors of a folder, and the numbers of the lines that cannot be read. A folder without a file has none."""
    path = folder / FILE
    anchors: list[Anchor] = []
    unreadable: list[int] = []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            anchors.append(Anchor(str(fields["note"]), datetime.fromisoformat(fields["at"])))
        except (ValueError, KeyError, TypeError):
            unreadable.append(number)
    return anchors, unreadable
