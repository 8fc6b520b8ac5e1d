"""A mail saved by Outlook (`.msg`: MS-OXMSG in a compound file) as an `outlook.Item`, bounded and read-only.

Streams and storages are found by their names, values by the numbers in those names; what is damaged costs itself only.
"""

import io
import struct
from collections.abc import Iterator

import olefile

from agents.read.limits import NESTING_MAX, PARTS_MAX, UNPACKED_BYTES_MAX
from agents.read.outlook import CODEPAGE, FILE_DATA, File, Item, Properties, moment

PROPERTIES = "__properties_version1.0"
ATTACHED = "__attach_version1.0_#"
STREAM = "__substg1.0_"
STREAMS_MAX = 5_000
_UNICODE, _BYTES_TEXT, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_WHOLE, _TIME = 0x0003, 0x0040
_STRING_CODEPAGE = 0x3FFD


class Damaged(Exception):
    """The file cannot be opened as a saved mail."""


def item_of(raw: bytes) -> Item:
    """The item of a `.msg` file. Raises `Damaged` where there is none."""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            names = [tuple(path) for path in ole.listdir(streams=True, storages=False)]
            if len(names) > STREAMS_MAX:
                raise Damaged(f"it has more than {STREAMS_MAX:,} streams")
            return _Opened(ole, names).item((), 0)
    except (
        OSError,
        ValueError,
        IndexError,
        struct.error,
        TypeError,
        KeyError,
        AttributeError,
        AssertionError,
    ) as error:
        raise Damaged(f"the saved mail is damaged ({type(error).__name__})") from None


class _Opened:
    """One open compound file, and how much of it may still be read."""

    def __init__(self, ole: olefile.OleFileIO, names: list[tuple[str, ...]]) -> None:
        self.ole, self.names = ole, names
        self.room = UNPACKED_BYTES_MAX
        self.files = PARTS_MAX

    def item(self, at: tuple[str, ...], depth: int) -> Item:
        """The item in a storage, with its files, and items in them until `NESTING_MAX`."""
        found = Item(properties=self._properties(at, 32 if not at else 24))
        for storage in self._storages(at):
            if self.files == 0:
                found.trouble.append(f"the saved mail has more than {PARTS_MAX} files; the rest is not opened")
                break
            self.files -= 1
            found.files.append(self._file((*at, storage), depth))
        return found

    def _file(self, at: tuple[str, ...], depth: int) -> File:
        file = File(properties=self._properties(at, 8))
        data = file.properties.pop(FILE_DATA, b"")
        inside = (*at, f"{STREAM}{FILE_DATA:04X}{_OBJECT:04X}")
        if (*inside, PROPERTIES) in self.names and depth < NESTING_MAX:
            file.item = self.item(inside, depth + 1)
        elif isinstance(data, bytes):
            file.raw = data
        return file

    def _storages(self, at: tuple[str, ...]) -> Iterator[str]:
        """The attachment storages directly in a place, in their order."""
        inside = {path[len(at)] for path in self.names if path[: len(at)] == at and len(path) > len(at) + 1}
        yield from sorted(name for name in inside if name.startswith(ATTACHED))

    def _properties(self, at: tuple[str, ...], header: int) -> Properties:
        """The values in a place: the fixed ones out of its table, the others out of streams of their own."""
        found: Properties = {}
        if (*at, PROPERTIES) in self.names:
            table = self._read((*at, PROPERTIES))[header:]
            for start in range(0, len(table) - 15, 16):
                tag, _, value = struct.unpack_from("<IIQ", table, start)
                if tag & 0xFFFF == _WHOLE:
                    found[tag >> 16] = value & 0xFFFFFFFF
                elif tag & 0xFFFF == _TIME and (when := moment(value)) is not None:
                    found[tag >> 16] = when
        codepage = found.get(_STRING_CODEPAGE, found.get(CODEPAGE, 1252))
        for path in self.names:
            name = path[-1]
            if path[:-1] != at or not name.startswith(STREAM) or len(name) != len(STREAM) + 8:
                continue
            tag = int(name[len(STREAM) :], 16)
            kind = tag & 0xFFFF
            if kind == _UNICODE:
                found[tag >> 16] = self._read(path).decode("utf-16-le", "replace").rstrip("\0")
            elif kind == _BYTES_TEXT:
                found[tag >> 16] = _text(self._read(path), codepage)
            elif kind == _BINARY:
                found[tag >> 16] = self._read(path)
        return found

    def _read(self, path: tuple[str, ...]) -> bytes:
        """A stream, as far as there is room left."""
        size = self.ole.get_size(list(path))
        if size > self.room:
            raise ValueError("more than one message may hold")
        self.room -= size
        with self.ole.openstream(list(path)) as stream:
            return bytes(stream.read(size))


def _text(raw: bytes, codepage: object) -> str:
    name = "utf-8" if codepage == 65001 else f"cp{codepage}"
    try:
        return raw.decode(name, "replace").rstrip("\0")
    except LookupError:
        return raw.decode("cp1252", "replace").rstrip("\0")
