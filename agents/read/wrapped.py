"""Mail inside something else: a `.msg`, a `winmail.dat`, an S/MIME message that is signed and not sealed, an mbox.

Each is opened to the bytes of the mail it stands for, and those are opened like any other mail.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agents.read import filetype, msg, smime, tnef
from agents.read.limits import PARTS_MAX
from agents.read.mail import open_mail
from agents.read.outlook import BODY, HTML, RTF, Item, as_mail

_FROM_LINE = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]{3,200}\r?\n(?=[!-9;-~]{1,80}[ \t]*:)")


class NotOpened(Exception):
    """It cannot be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The mail inside, and what was wrong with its wrapping."""

    raw: bytes
    trouble: tuple[str, ...] = ()


def opened(raw: bytes, kind: str, beside: str = "") -> Opened:
    """The mail in these bytes. `beside` is the text of the mail around it: what a `winmail.dat` repeats of it is left out.

    Raises `NotOpened` for what is damaged or sealed."""
    try:
        return _KINDS[kind](raw, beside)
    except (msg.Damaged, tnef.Damaged, smime.Sealed) as closed:
        raise NotOpened(str(closed)) from None


def _msg(raw: bytes, beside: str) -> Opened:
    item = msg.item_of(raw)
    return Opened(as_mail(item), tuple(item.trouble))


def _tnef(raw: bytes, beside: str) -> Opened:
    item = tnef.item_of(raw)
    if _repeats(item, beside):
        for number in (BODY, HTML, RTF):
            item.properties.pop(number, None)
    return Opened(as_mail(item, headers=False), tuple(item.trouble))


def _repeats(item: Item, beside: str) -> bool:
    """Whether the text of an item stands in the mail around it already."""
    own = as_mail(Item(properties={k: v for k, v in item.properties.items() if k in (BODY, HTML, RTF)}), headers=False)
    words = " ".join(text.text for text in open_mail(own).texts).split()
    around = beside.split()
    return not words or (bool(around) and set(words) <= set(around))


def _signed(raw: bytes, beside: str) -> Opened:
    return Opened(smime.content_of(raw))


_KINDS: Mapping[str, Callable[[bytes, str], Opened]] = {
    filetype.MSG: _msg,
    filetype.TNEF: _tnef,
    filetype.SMIME: _signed,
}
KINDS = frozenset(_KINDS)


def letters_of_mbox(raw: bytes) -> list[bytes]:
    """The mails of an mbox file, at most so many as a message may have parts; one alone is no mbox to be taken apart."""
    if not raw.startswith(b"From "):
        return []
    starts = [match.end() for match in _FROM_LINE.finditer(raw)]
    if len(starts) < 2:
        return []
    ends = [match.start() for match in _FROM_LINE.finditer(raw)][1:]
    found = [raw[start:end] for start, end in zip(starts, [*ends, len(raw)], strict=True)]
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", one) for one in found[: PARTS_MAX + 1]]
