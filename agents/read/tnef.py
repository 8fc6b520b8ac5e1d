"""A `winmail.dat` (TNEF, MS-OXTNEF) as an `outlook.Item`: the files and the body that Outlook wrapped up for Outlook alone.

A bounded walk over attributes: each says its length, no more is taken than is there, and nothing is believed about
numbers of things to come. Checksums are not held against anybody: real writers get them wrong.
"""

import struct
from collections.abc import Iterator
from datetime import datetime

from agents.read.limits import NESTING_MAX, PARTS_MAX, UNPACKED_BYTES_MAX
from agents.read.outlook import BODY, FILE_DATA, FILE_NAME, SUBJECT, File, Item, moment

SIGNATURE = 0x223E9F78
ATTRIBUTES_MAX = 10_000
PROPERTIES_MAX = 5_000
_CODEPAGE, _SUBJECT, _BODY, _PROPERTIES = 0x00069007, 0x00018004, 0x0002800C, 0x00069003
_NEW_FILE, _FILE_NAME, _FILE_DATA, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_TEXT, _UNICODE, _BINARY, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_MESSAGE_OBJECT = bytes.fromhex("0703020000000000C000000000000046")
"""The interface of a message inside a file: then its data are a TNEF of their own."""


class Damaged(Exception):
    """It is no TNEF."""


def item_of(raw: bytes, depth: int = 0) -> Item:
    """The item in a TNEF. A stream that is cut short gives what came before. Raises `Damaged` for what is none."""
    if len(raw) < 6 or int.from_bytes(raw[:4], "little") != SIGNATURE:
        raise Damaged("it is no winmail.dat")
    if len(raw) > UNPACKED_BYTES_MAX:
        raise Damaged("it is too large")
    item = Item()
    codepage = "cp1252"
    for number, data in _attributes(raw, item):
        if number == _CODEPAGE and len(data) >= 4:
            codepage = _named(int.from_bytes(data[:4], "little"))
        elif number == _SUBJECT:
            item.properties.setdefault(SUBJECT, _decoded(data, codepage))
        elif number == _BODY:
            item.properties.setdefault(BODY, _decoded(data, codepage))
        elif number == _PROPERTIES:
            for tag, value in _properties(data, codepage):
                item.properties[tag] = value
        elif number == _NEW_FILE:
            if len(item.files) >= PARTS_MAX:
                item.trouble.append(f"it has more than {PARTS_MAX} files; the rest is not opened")
                break
            item.files.append(File())
        elif item.files:
            _of_file(item.files[-1], number, data, codepage, depth)
    return item


def _of_file(file: File, number: int, data: bytes, codepage: str, depth: int) -> None:
    """One attribute of the file that was begun last."""
    if number == _FILE_NAME:
        file.properties.setdefault(FILE_NAME, _decoded(data, codepage))
    elif number == _FILE_DATA:
        file.raw = data
    elif number == _FILE_PROPERTIES:
        for tag, value in _properties(data, codepage):
            file.properties[tag] = value
        inside = file.properties.pop(FILE_DATA, b"")
        if isinstance(inside, bytes) and inside.startswith(_MESSAGE_OBJECT) and depth < NESTING_MAX:
            try:
                file.item = item_of(inside[16:], depth + 1)
            except Damaged:
                file.raw = inside[16:]
        elif isinstance(inside, bytes) and inside and not file.raw:
            file.raw = inside


def _attributes(raw: bytes, item: Item) -> Iterator[tuple[int, bytes]]:
    """Number and data of each attribute, in their order."""
    at = 6
    for _ in range(ATTRIBUTES_MAX):
        if at + 9 > len(raw):
            return
        number, length = struct.unpack_from("<II", raw, at + 1)
        if raw[at] not in (1, 2) or at + 9 + length > len(raw):
            item.trouble.append("the winmail.dat is cut short or damaged; what came before is read")
            return
        yield number, raw[at + 9 : at + 9 + length]
        at += 9 + length + 2
    item.trouble.append(f"the winmail.dat has more than {ATTRIBUTES_MAX:,} attributes; the rest is not read")


def _properties(data: bytes, codepage: str) -> Iterator[tuple[int, bytes | str | int | datetime]]:
    """The values of a block of properties by their numbers. What cannot be followed ends the block."""
    if len(data) < 4:
        return
    count, at = int.from_bytes(data[:4], "little"), 4
    try:
        for _ in range(min(count, PROPERTIES_MAX)):
            kind, tag = struct.unpack_from("<HH", data, at)
            at += 4
            if tag >= 0x8000:
                at = _past_name(data, at)
            many = bool(kind & 0x1000)
            kind &= 0x0FFF
            if kind in _FIXED:
                times = 1
                if many:
                    times, at = struct.unpack_from("<I", data, at)[0], at + 4
                value = data[at : at + _FIXED[kind]]
                at += _FIXED[kind] * min(times, len(data))
                if kind == 0x0003:
                    yield tag, int.from_bytes(value, "little")
                elif kind == 0x0040 and (when := moment(int.from_bytes(value, "little"))) is not None:
                    yield tag, when
            elif kind in (_TEXT, _UNICODE, _BINARY, _OBJECT):
                times, at = struct.unpack_from("<I", data, at)[0], at + 4
                for _ in range(min(times, PROPERTIES_MAX)):
                    length, at = struct.unpack_from("<I", data, at)[0], at + 4
                    if at + length > len(data):
                        return
                    value = data[at : at + length]
                    at += length + -length % 4
                    yield tag, _value(value, kind, codepage)
            else:
                return
    except struct.error:
        return


def _past_name(data: bytes, at: int) -> int:
    """The place after the name of a named property."""
    (named_by,) = struct.unpack_from("<I", data, at + 16)
    (length,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + (length + -length % 4 if named_by == 1 else 0)


def _value(raw: bytes, kind: int, codepage: str) -> bytes | str:
    if kind == _UNICODE:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return _decoded(raw, codepage) if kind == _TEXT else raw


def _decoded(raw: bytes, codepage: str) -> str:
    return raw.decode(codepage, "replace").rstrip("\0")


def _named(number: int) -> str:
    name = "utf-8" if number == 65001 else f"cp{number}"
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name
