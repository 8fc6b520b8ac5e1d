"""What a path holds: one message, or a folder, maildir or mbox of them. The same for the command line and for evals."""

import mailbox
from collections.abc import Iterator
from pathlib import Path


def messages_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """The messages of a file, folder, maildir or mbox, each with a name, in a steady order."""
    if path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir():
        box = mailbox.Maildir(path, create=False)
        for key in sorted(box.keys()):
            yield f"{path.name}/{key}", box.get_bytes(key)
    elif path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
            yield from messages_in(file)
    elif _is_mbox(path):
        mbox = mailbox.mbox(path, create=False)
        for number, key in enumerate(mbox.keys(), 1):
            yield f"{path.name}#{number}", mbox.get_bytes(key)
    else:
        yield path.name, path.read_bytes()


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as opened:
        return path.suffix == ".mbox" or (not path.suffix and opened.read(5) == b"From ")
