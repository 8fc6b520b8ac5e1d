"""Readings of messages that nobody opened: too large, given up after their reader died of them, or for another reader."""

from agents.read import limits
from agents.read.characters import plain_name
from core.canonical import sha256_hex
from core.claims import Part, PartState, Reading

READER = "desk-readers/1"
"""The version of all readers together. Readings of the same bytes by the same version are the same."""


def over_the_limit(raw: bytes, name: str) -> Reading:
    """The reading of a message that is too large to be opened."""
    size, most = len(raw) // limits.MEGABYTE, limits.MESSAGE_BYTES_MAX // limits.MEGABYTE
    return unread(raw, name, PartState.REFUSED, f"the message has {size} MB; {most} MB at most are opened")


def unread(raw: bytes, name: str, state: PartState, why: str) -> Reading:
    """The reading of a message that could not be read at all, with the reason; it has one part and no documents."""
    shown, _ = plain_name(name, "file")
    digest = sha256_hex(raw)
    part = Part(path=f"1:{shown}", name=shown, media_type="", sha256=digest, size=len(raw), state=state, why=why)
    return Reading(message=digest, reader=READER, parts=(part,), documents=(), trouble=(f"{shown}: {why}",))


class PicturesWanted(Exception):
    """The message holds a picture, and this reader reads none: one that is made for pictures has to."""
