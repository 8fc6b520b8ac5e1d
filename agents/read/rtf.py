"""RTF as text, and as the HTML it was made from: Outlook wraps a mail's HTML in RTF (MS-OXRTFEX) and packs it (MS-OXRTFCP).

One pass over the tokens, with a bound on groups and length; pictures, fonts and styles are left out. What is hidden
(`\\v`) is given apart, as everywhere.
"""

import re
from dataclasses import dataclass, field

from agents.read.limits import HIDDEN_CHARS_MAX, TEXT_CHARS_MAX

GROUPS_MAX = 500
"""Groups inside one another; word processors need about 20."""
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.S
)
_SKIPPED = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl", b"headerr",
    b"footerl", b"footerr", b"themedata", b"colorschememapping", b"datastore", b"latentstyles", b"listtable",
    b"listoverridetable", b"rsidtbl", b"generator", b"xmlnstbl", b"fldinst", b"nonshppict", b"shppict", b"bkmkstart",
    b"bkmkend", b"pntext", b"filetbl", b"revtbl", b"operator", b"author",
))  # fmt: skip
"""Groups that hold no text of the letter."""
_SIGNS = {
    b"par": "\n", b"line": "\n", b"page": "\n", b"sect": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_PACK_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
"""What every packed RTF may refer back to (MS-OXRTFCP, 2.1.3.1.2)."""


class Damaged(Exception):
    """It is no RTF, or its packing does not open."""


@dataclass(slots=True)
class _Group:
    """The state of one pair of braces."""

    skip: bool = False
    hidden: bool = False
    rtf_only: bool = False  # between \htmlrtf and \htmlrtf0: not of the HTML
    tag: bool = False  # inside \*\htmltag: markup of the HTML
    after_unicode: int = 1  # how many characters stand in for one \u
    codepage: str = "cp1252"


@dataclass(slots=True)
class _Output:
    """What was found so far."""

    codepage: str = "cp1252"
    from_html: bool = False
    text: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    length: int = 0
    waiting: bytearray = field(default_factory=bytearray)  # bytes of a charset, until they are whole


def text_of(raw: bytes) -> tuple[str, bool, tuple[str, ...]]:
    """The text of an RTF, whether it is the HTML that the RTF was made from, and its hidden passages.

    Raises `Damaged` for what is no RTF.
    """
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise Damaged("it is no RTF")
    out = _Output(from_html=b"\\fromhtml" in raw[:2000])
    groups = [_Group()]
    skip_signs = 0
    starred = False
    for match in _TOKEN.finditer(raw):
        code, word, number, sign, brace, plain = match.groups()
        group = groups[-1]
        if brace == b"{":
            _flush(out, group)
            if len(groups) >= GROUPS_MAX:
                raise Damaged(f"it has more than {GROUPS_MAX} groups inside one another")
            groups.append(_copied(group))
            continue
        if brace == b"}":
            _flush(out, group)
            if len(groups) > 1:
                groups.pop()
            starred = False
            continue
        if code is not None:
            if skip_signs:
                skip_signs -= 1
            else:
                out.waiting.append(int(code, 16))
            continue
        if plain is not None:
            taken, skip_signs = plain[skip_signs:], max(0, skip_signs - len(plain))
            out.waiting += taken
            continue
        if sign is not None:
            starred = _sign(sign, out, group) or starred
            continue
        if word is not None:
            value = int(number) if number else None
            if word == b"u" and value is not None:
                _flush(out, group)
                _write(out, group, chr(value + 65536 if value < 0 else value))
                skip_signs = group.after_unicode
                continue
            _word(word, value, out, group, starred=starred)
            starred = False
        if out.length > TEXT_CHARS_MAX:
            break
    _flush(out, groups[-1])
    whole = "".join(out.text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole[:TEXT_CHARS_MAX], out.from_html, tuple(out.hidden)


def _copied(group: _Group) -> _Group:
    return _Group(group.skip, group.hidden, group.rtf_only, group.tag, group.after_unicode, group.codepage)


def _sign(sign: bytes, out: _Output, group: _Group) -> bool:
    """A control that is one sign. Gives whether it is the star before a group that may be left out."""
    if sign == b"*":
        return True
    shown = {b"~": "\u00a0", b"_": "-", b"-": "", b"\r": "\n", b"\n": "\n"}.get(sign, sign.decode("latin-1"))
    _flush(out, group)
    _write(out, group, shown)
    return False


def _word(word: bytes, value: int | None, out: _Output, group: _Group, *, starred: bool) -> None:
    """A control word: what it does to its group, or the sign it stands for."""
    _flush(out, group)
    if starred:
        if word == b"htmltag" and out.from_html:
            group.tag = True
        else:
            group.skip = True
    elif word in _SKIPPED:
        group.skip = True
    elif word == b"htmlrtf":
        group.rtf_only = value != 0
    elif word == b"v":
        group.hidden = value != 0
    elif word == b"plain":
        group.hidden = False
    elif word == b"uc":
        group.after_unicode = min(max(value or 0, 0), 10)
    elif word == b"ansicpg" and value:
        out.codepage = f"cp{value}" if value != 65001 else "utf-8"
    elif word in _SIGNS:
        if not (out.from_html and word in (b"par", b"line", b"tab") and group.tag):
            _write(out, group, _SIGNS[word])
        else:
            _write(out, group, {"\n": "\r\n"}.get(_SIGNS[word], _SIGNS[word]))


def _flush(out: _Output, group: _Group) -> None:
    if out.waiting:
        raw = bytes(out.waiting)
        out.waiting.clear()
        try:
            _write(out, group, raw.decode(out.codepage, "replace"))
        except LookupError:
            _write(out, group, raw.decode("cp1252", "replace"))


def _write(out: _Output, group: _Group, text: str) -> None:
    if group.skip or (out.from_html and group.rtf_only) or not text:
        return
    if group.hidden and text.strip():
        out.hidden.append(text[:HIDDEN_CHARS_MAX])
        return
    out.text.append(text)
    out.length += len(text)


def unpacked(raw: bytes, limit: int) -> bytes:
    """A packed RTF stream (PR_RTF_COMPRESSED) opened. Raises `Damaged` where it is none, or gives more than `limit`."""
    if len(raw) < 16:
        raise Damaged("its RTF is cut short")
    size = int.from_bytes(raw[4:8], "little")
    kind = raw[8:12]
    if kind == b"MELA":
        return raw[16 : 16 + min(size, limit)]
    if kind != b"LZFu" or size > limit:
        raise Damaged("its RTF is packed in an unknown way, or is too large")
    ring = bytearray(_PACK_START.ljust(4096, b"\0"))
    at = len(_PACK_START)
    out = bytearray()
    place = 16
    while place < len(raw) and len(out) < size:
        flags = raw[place]
        place += 1
        for bit in range(8):
            if flags >> bit & 1:
                if place + 2 > len(raw):
                    return bytes(out)
                pair = int.from_bytes(raw[place : place + 2], "big")
                place += 2
                start, length = pair >> 4, (pair & 15) + 2
                if start == at % 4096:
                    return bytes(out)
                for step in range(length):
                    byte = ring[(start + step) % 4096]
                    out.append(byte)
                    ring[at % 4096] = byte
                    at += 1
            else:
                if place >= len(raw):
                    return bytes(out)
                out.append(raw[place])
                ring[at % 4096] = raw[place]
                at += 1
                place += 1
    return bytes(out[:size])
