"""ZIP archives opened within bounds. What an archive says about its sizes is not believed; what comes out is counted."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from agents.read.limits import PARTS_MAX, UNPACKED_BYTES_MAX, UNPACKED_RATIO_FROM, UNPACKED_RATIO_MAX

_BLOCK = 64 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


class TooMuch(ValueError):
    """The archive would unpack to more than a message may hold; the message says how much."""


class NotOpened(ValueError):
    """The archive is damaged or asks for a password; the message says which."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in an archive; `why` says why it was not unpacked, and `raw` is then empty."""

    name: str
    raw: bytes
    why: str = ""


def measured(raw: bytes) -> zipfile.ZipFile:
    """The archive, after a look at what its directory promises. Raises `TooMuch` and `NotOpened`.

    Also the guard for Office files: their readers unpack no more than the directory says.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        entries = archive.infolist()
    except _BROKEN:
        raise NotOpened("the archive is damaged") from None
    promised = sum(entry.file_size for entry in entries)
    if promised > UNPACKED_BYTES_MAX:
        raise TooMuch(f"it unpacks to {promised // 1024 // 1024:,} MB; {UNPACKED_BYTES_MAX // 1024 // 1024} at most")
    if promised > UNPACKED_RATIO_FROM and promised > UNPACKED_RATIO_MAX * max(1, len(raw)):
        raise TooMuch(f"it unpacks to {promised // max(1, len(raw)):,} times its size; {UNPACKED_RATIO_MAX} at most")
    return archive


def files(raw: bytes, room: int) -> Iterator[Packed]:
    """The files of an archive in its order, folders left out. `room` is how many bytes the message may still hold.

    Raises `TooMuch` as soon as the files together exceed it, `NotOpened` for an archive that cannot be opened.
    """
    archive = measured(raw)
    used = 0
    for number, entry in enumerate(e for e in archive.infolist() if not e.is_dir()):
        if number >= PARTS_MAX:
            raise TooMuch(f"it holds more than {PARTS_MAX} files")
        if entry.flag_bits & 1:
            yield Packed(entry.filename, b"", "the file in the archive asks for a password")
            continue
        try:
            content = _unpack(archive, entry, room - used)
        except _BROKEN as error:
            if isinstance(error, TooMuch):
                raise
            yield Packed(entry.filename, b"", "the file in the archive is damaged")
            continue
        used += len(content)
        yield Packed(entry.filename, content)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    out = bytearray()
    with archive.open(entry) as stream:
        while block := stream.read(_BLOCK):
            out += block
            if len(out) > room:
                raise TooMuch(f"it unpacks to more than {UNPACKED_BYTES_MAX // 1024 // 1024} MB")
            if len(out) > UNPACKED_RATIO_FROM and len(out) > UNPACKED_RATIO_MAX * max(1, entry.compress_size):
                raise TooMuch(f"a file in it unpacks to more than {UNPACKED_RATIO_MAX} times its size")
    return bytes(out)
