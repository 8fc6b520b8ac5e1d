"""One look into a folder where scanners, programs and people drop files: what is written whole is stored, then put away.

A file is taken when nothing about it changed between two looks, so half of a file is never stored; names that begin with
a dot or end like an unfinished transfer are left alone. The order is: store, commit, put away under `stored/`. Cut off
between the two, the file is found again and counts once: its name, size and time say that it is the same arrival.
"""

from pathlib import Path
from stat import S_ISREG

from sqlalchemy import update

from agents.read.limits import MESSAGE_BYTES_MAX
from core import clock
from core.erp import Actor
from core.intake.boxes import messages_in, shown_name
from core.intake.storing import keep
from core.intake.tables import Mailbox
from desk.house import House
from desk.mail.settings import FolderSettings

PORTER = Actor(kind="system", id="folder")
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".partial")
STORED, TOO_LARGE = "stored", "too-large"
FILE_BYTES_MAX = 8 * MESSAGE_BYTES_MAX
"""A mailbox file of several messages may be as large; what is larger is put aside whole, and is somebody's to split."""

Mark = tuple[int, int]
"""Size and time of the last change: what changes while a file is being written."""


class FolderFailed(Exception):
    """The folder, or a file in it, cannot be used now; the message says which and why."""

    kind = "drop"

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class Dropped:
    """Looks into one folder, again and again. What it remembers between two looks is only what it saw change."""

    def __init__(self, house: House, folder: FolderSettings) -> None:
        self.house, self.folder = house, folder
        self._seen: dict[str, Mark] = {}

    def look(self) -> int:
        """Store every file that is whole and put it away. Gives how many; raises `FolderFailed` after all others were
        taken, when the folder or a file in it could not be."""
        taken, wrong = 0, ""
        seen: dict[str, Mark] = {}
        for file in self._files():
            try:
                found = file.lstat()
                if not S_ISREG(found.st_mode):
                    continue
                mark = (found.st_size, found.st_mtime_ns)
                if self._seen.get(file.name) != mark:
                    seen[file.name] = mark
                    continue
                self._take(file, mark)
                taken += 1
            except FileNotFoundError:
                continue  # whoever dropped it took it back
            except OSError as error:
                wrong = wrong or f"{shown_name(file)} cannot be taken: {error.strerror}"
                seen[file.name] = self._seen.get(file.name, (0, 0))
        self._seen = seen
        if wrong:
            raise FolderFailed(wrong)
        return taken

    def _files(self) -> list[Path]:
        try:
            found = sorted(self.folder.path.iterdir())
        except OSError as error:
            raise FolderFailed(f"{self.folder.path} cannot be looked into: {error.strerror}") from None
        return [file for file in found if not file.name.startswith(".") and not file.name.endswith(UNFINISHED)]

    def _take(self, file: Path, mark: Mark) -> None:
        """Store what a file holds, and put it away."""
        name, (size, changed) = shown_name(file), mark
        if size > FILE_BYTES_MAX:
            self._store([(f"{name} (its first part)", _beginning(file))], f"{name}:{size}:{changed}")
            self._put_away(file, TOO_LARGE)
            return
        self._store(list(messages_in(file)), f"{name}:{size}:{changed}")
        self._put_away(file, STORED)

    def _store(self, found: list[tuple[str, bytes]], arrival: str) -> None:
        """One transaction for all that one file holds."""
        folder, new = self.folder, 0
        with self.house.unit() as session:
            for number, (name, raw) in enumerate(found, 1):
                which = f"{folder.name}:{arrival}:{number}"
                kept = keep(
                    session, raw, entity=folder.entity, name=name, source="drop folder", actor=PORTER, arrival=which
                )
                new += not kept.repeated
            mine = (Mailbox.entity == folder.entity, Mailbox.name == folder.name)
            session.execute(
                update(Mailbox).where(*mine).values(stored_at=clock.now(session), messages=Mailbox.messages + new)
            )

    def _put_away(self, file: Path, where: str) -> None:
        """Move a file into a folder beside it, under a name that is free there."""
        to = self.folder.path / where
        to.mkdir(exist_ok=True)
        free = to / file.name
        number = 1
        while free.exists():
            number += 1
            free = to / f"{file.stem}-{number}{file.suffix}"
        file.rename(free)


def _beginning(file: Path) -> bytes:
    """So much of a file that reading it says that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MESSAGE_BYTES_MAX + 1)
