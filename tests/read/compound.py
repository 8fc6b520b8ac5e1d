"""Writes the compound files (MS-CFB) and the saved mails (MS-OXMSG) that tests read: small, whole, and by the standard."""

import struct
from collections.abc import Mapping
from typing import Any

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, MINI, CUTOFF = 512, 64, 4096
Tree = Mapping[str, Any]


def compound(tree: Tree) -> bytes:
    """A compound file: names to bytes (streams) or to further trees (storages)."""
    entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5}]
    _enter(entries, 0, _listed(tree))
    mini, mini_fat = bytearray(), list[int]()
    sectors, fat = list[bytes](), list[int]()

    def long_chain(data: bytes) -> int:
        if not data:
            return END
        start = len(sectors)
        count = -(-len(data) // SECTOR)
        for n in range(count):
            sectors.append(data[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0"))
            fat.append(start + n + 1 if n + 1 < count else END)
        return start

    for entry in entries:
        data = entry.get("data")
        if data is None or not data:
            entry["start"] = END if entry["kind"] == 2 else 0
        elif len(data) >= CUTOFF:
            entry["start"] = long_chain(data)
        else:
            start, count = len(mini_fat), -(-len(data) // MINI)
            mini.extend(data.ljust(count * MINI, b"\0"))
            mini_fat.extend(start + n + 1 if n + 1 < count else END for n in range(count))
            entry["start"] = start
    entries[0]["data"] = bytes(mini)
    entries[0]["start"] = long_chain(bytes(mini))
    mini_start = long_chain(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(1, b"\xff")) if mini_fat else END
    if mini_fat:  # what is left of its last sector is free
        last = sectors[-1] if len(mini_fat) % 128 else None
        if last is not None:
            sectors[-1] = last[: len(mini_fat) % 128 * 4].ljust(SECTOR, b"\xff")
    directory = b"".join(_entry(entry) for entry in entries)
    directory_start = long_chain(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    fat_sectors = 1
    while len(fat) + fat_sectors > fat_sectors * 128:
        fat_sectors += 1
    fat_start = len(sectors)
    fat += [FAT] * fat_sectors
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * SECTOR, b"\xff")
    sectors += [table[n * SECTOR : (n + 1) * SECTOR] for n in range(fat_sectors)]
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        fat_sectors,
        directory_start,
        0,
        CUTOFF,
        mini_start,
        -(-len(mini_fat) // 128),
        END,
        0,
    )
    places = [fat_start + n for n in range(fat_sectors)]
    return header + struct.pack("<109I", *places, *[FREE] * (109 - len(places))) + b"".join(sectors)


def _listed(tree: Tree) -> dict[str, Any]:
    """The tree with the rows that its tables of properties have for values of any length."""
    done = {name: value if isinstance(value, bytes) else _listed(value) for name, value in tree.items()}
    if "__properties_version1.0" in done:
        for name, value in tree.items():
            if name.startswith("__substg1.0_") and isinstance(value, bytes):
                tag = int(name[-8:], 16)
                size = len(value) + (2 if tag & 0xFFFF == 0x1F else 0)
                done["__properties_version1.0"] += struct.pack("<IIII", tag, 6, size, 0)
    return done


def _enter(entries: list[dict[str, Any]], parent: int, tree: Tree) -> None:
    """The entries of a storage, each the right neighbour of the one before, in the order of the standard."""
    before = None
    for name in sorted(tree, key=lambda one: (len(one), one.upper())):
        value = tree[name]
        entry: dict[str, Any] = {"name": name, "kind": 2 if isinstance(value, bytes) else 1}
        entries.append(entry)
        place = len(entries) - 1
        if before is None:
            entries[parent]["child"] = place
        else:
            entries[before]["right"] = place
        before = place
        if isinstance(value, bytes):
            entry["data"] = value
        else:
            _enter(entries, place, value)


def _entry(entry: Mapping[str, Any]) -> bytes:
    name = entry["name"].encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name),
        entry["kind"],
        1,
        FREE,
        entry.get("right", FREE),
        entry.get("child", FREE),
        b"",
        0,
        0,
        0,
        entry["start"],
        len(entry.get("data") or b""),
    )


def text(number: int, words: str) -> dict[str, bytes]:
    """A property that is text."""
    return {f"__substg1.0_{number:04X}001F": words.encode("utf-16-le")}


def binary(number: int, raw: bytes) -> dict[str, bytes]:
    """A property that is bytes."""
    return {f"__substg1.0_{number:04X}0102": raw}


def table(header: int, *values: tuple[int, int, int]) -> dict[str, bytes]:
    """The fixed properties of a place: number, kind, value."""
    rows = b"".join(struct.pack("<IIQ", number << 16 | kind, 6, value) for number, kind, value in values)
    return {"__properties_version1.0": b"\0" * header + rows}
