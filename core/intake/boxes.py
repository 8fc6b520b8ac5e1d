"""What a path holds: one message, or a folder, maildir or mbox of them. The same for the command line and for evals."""

import mailbox
import os
import re
from collections.abc import Iterator
from pathlib import Path

QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
"""In an mbox a line that begins with "From " has a mark before it (mboxrd): it is not the sender's."""


def messages_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """The messages of a file, folder, maildir (with its folders) or mbox, each with a name, in a steady order, one at a
    time: an mbox of years is not held in memory."""
    if _is_maildir(path):
        box = mailbox.Maildir(path, create=False)
        for key in sorted(box.keys()):
            yield f"{shown_name(path)}/{key}", box.get_bytes(key)
        for folder in sorted(one for one in path.iterdir() if one.name.startswith(".") and _is_maildir(one)):
            yield from messages_in(folder)  # Maildir++: ".Archive" lies inside
    elif path.is_dir():
        for inside in sorted(one for one in path.iterdir() if not one.name.startswith(".")):
            if inside.is_file() or (inside.is_dir() and not inside.is_symlink()):  # a link upwards would never end
                yield from messages_in(inside)
    elif _is_mbox(path):
        mbox = mailbox.mbox(path, create=False)
        for number, key in enumerate(mbox.keys(), 1):
            yield f"{shown_name(path)}#{number}", QUOTED_FROM.sub(rb"\1", mbox.get_bytes(key))
    else:
        yield shown_name(path), path.read_bytes()


def shown_name(path: Path) -> str:
    """A file's name as text. Old scanners and foreign disks write names that are no UTF-8; no database keeps those."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as opened:
        return path.suffix == ".mbox" or (not path.suffix and opened.read(5) == b"From ")
