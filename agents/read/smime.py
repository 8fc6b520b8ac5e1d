"""An S/MIME message that is signed and not sealed (RFC 8551): what it says lies open inside the signature.

The signature itself is not checked: it proves nothing here that a rule would rest on, and the reader says so. What is
sealed (enveloped) stays closed: this desk has no key for it.
"""

from dataclasses import dataclass

from agents.read.limits import NESTING_MAX

SEALED = "a mail sealed with S/MIME; this desk has no key for it"
_SIGNED = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
PIECES_MAX = 100_000
"""Pieces that a content may come in. Each is usually a thousand bytes."""


class Sealed(Exception):
    """It is sealed, or no message of this kind; the message says which."""


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of BER: its tag, and where what it holds begins and ends."""

    tag: int
    start: int
    end: int
    next: int


def content_of(raw: bytes) -> bytes:
    """What a signed message holds. Raises `Sealed` where it is sealed, compressed or damaged."""
    try:
        info = _value(raw, 0, len(raw))
        kind = _value(raw, info.start, info.end)
        if kind.tag != 0x06 or raw[kind.start : kind.end] != _SIGNED:
            squeezed = raw[kind.start : kind.end] == _COMPRESSED
            raise Sealed("a compressed S/MIME mail; ask for it as it is" if squeezed else SEALED)
        signed = _value(raw, _value(raw, kind.next, info.end).start, info.end)
        at = signed.start
        for _ in range(2):  # version, digest algorithms
            at = _value(raw, at, signed.end).next
        inside = _value(raw, at, signed.end)
        kind = _value(raw, inside.start, inside.end)
        if raw[kind.start : kind.end] != _DATA or kind.next >= inside.end:
            raise Sealed("a signature alone, without the mail it signs")
        wrapped = _value(raw, kind.next, inside.end)
        return b"".join(_octets(raw, _value(raw, wrapped.start, wrapped.end), 0, [PIECES_MAX]))
    except (IndexError, ValueError):
        raise Sealed("an S/MIME message that is damaged") from None


def _octets(raw: bytes, value: _Value, depth: int, left: list[int]) -> list[bytes]:
    """The bytes of an octet string, whole or in pieces."""
    left[0] -= 1
    if depth > NESTING_MAX or left[0] < 0:
        raise ValueError("too many pieces")
    if value.tag == 0x04:
        return [raw[value.start : value.end]]
    if value.tag != 0x24:
        raise ValueError("no octets")
    found: list[bytes] = []
    at = value.start
    while at < value.end:
        piece = _value(raw, at, value.end)
        if piece.tag == 0:
            break
        found += _octets(raw, piece, depth + 1, left)
        at = piece.next
    return found


def _value(raw: bytes, at: int, limit: int) -> _Value:
    """The value at a place. One of indefinite length ends with its pair of zeros, which is looked for inside."""
    tag, first = raw[at], raw[at + 1]
    start = at + 2
    if first < 0x80:
        end = start + first
    elif first == 0x80:
        end = _end_of(raw, start, limit, 0)
        return _Value(tag, start, end, end + 2)
    else:
        count = first & 0x7F
        if count > 4:
            raise ValueError("longer than a message")
        end = start + count + int.from_bytes(raw[start : start + count], "big")
        start += count
    if end > limit:
        raise ValueError("cut short")
    return _Value(tag, start, end, end)


def _end_of(raw: bytes, at: int, limit: int, depth: int) -> int:
    """Where the contents of a value of indefinite length end."""
    if depth > 3 * NESTING_MAX:
        raise ValueError("nested too deeply")
    while raw[at] or raw[at + 1]:
        inside = raw[at + 1] == 0x80
        at = _end_of(raw, at + 2, limit, depth + 1) + 2 if inside else _value(raw, at, limit).next
        if at >= limit:
            raise ValueError("cut short")
    return at
