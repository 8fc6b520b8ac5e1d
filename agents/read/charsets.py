"""Bytes as characters by the best evidence there is, whatever charset they are said to have.

The declared charset is a claim like any other. Well-formed UTF-8 beyond ASCII proves itself; a few broken bytes in it do
not undo the proof; what is no UTF-8 is one of the one-byte charsets of western offices, told apart by where letters
stand. Text that was encoded twice ("GrÃ¶ÃŸe") is read as it was meant.
"""

import codecs
import re

_NOT_FOR_MAIL = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf_7"))
_LATIN = re.compile(r"us-ascii|ascii|(?:iso-?8859-?|latin-?|windows-?|cp-?)\d{1,5}\w?", re.I)
"""Charsets that fit any bytes. Where the bytes are well-formed UTF-8 beyond ASCII, these are declared in error."""
_WESTERN = re.compile(r"us-ascii|ascii|iso-?8859-?1|latin-?1", re.I)
"""Declared so, bytes from 0x80 to 0x9F are the euro sign and the curly quotes of Windows-1252, as every browser has it."""
_ONE_BYTE = ("cp1252", "cp850", "mac_roman")
"""What western offices wrote before UTF-8: Windows, DOS and its ERP printouts, old Macs. The first wins a tie."""
_MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = frozenset("äöüßÄÖÜéèêëàâçñáíóúìòùîïôûœæøåÉÈÀÇÑÓÁÍÚØÅÆ")
_SIGNS = frozenset("€£°§«»–—‘’“”„•…·×±²³µ½¼®™©¿¡\u00a0ºª")
_TWICE = re.compile(
    "[\u00c2-\u00c6\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]"
)
"""A two-byte sequence of UTF-8 taken for two characters of Windows-1252."""
BYTES_WEIGHED = 200_000


def characters_of(raw: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Bytes as characters: by their byte order mark, the declared charset, UTF-8, a Japanese escape, a one-byte charset.

    Gives the text and, when the declared charset does not fit, a sentence about it.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(name, "replace"), ()
    name = declared.strip().strip("'\"").lower()
    text, chosen = _decoded(raw, name)
    once = _meant(text)
    if once is not None:
        return once, ("its text was encoded twice; it is read as it was meant",)
    if raw.isascii() or _same(chosen, name) or (name in ("", "us-ascii", "ascii") and chosen == "utf-8"):
        return text, ()
    shown = "Windows-1252" if chosen == "cp1252" else chosen
    if not name:
        return text, (f"its charset is not given; it is read as {shown}",)
    return text, (f"its charset is given as {name[:40]}, but its bytes are not; it is read as {shown}",)


def _decoded(raw: bytes, name: str) -> tuple[str, str]:
    """The text and the charset it was read in."""
    usable = _usable(name)
    latin = _LATIN.fullmatch(name) is not None
    candidates = [name] if usable and not latin else []
    candidates += ["utf-8", *(("iso2022_jp_2",) if b"\x1b$" in raw else ())]
    if b"\x1b$" in raw and not name:
        candidates.insert(0, "iso2022_jp_2")
    for candidate in dict.fromkeys(candidates):
        try:
            return raw.decode(candidate), candidate
        except (UnicodeError, ValueError):
            continue
    weighed = raw[:BYTES_WEIGHED]
    proofs = _MULTI_BYTE.findall(weighed)
    if len(proofs) > len(_HIGH.findall(_MULTI_BYTE.sub(b"", weighed))):
        return raw.decode("utf-8", "replace"), "utf-8"
    if usable and latin and not _WESTERN.fullmatch(name):
        try:
            return raw.decode(name), name
        except (UnicodeError, ValueError):
            pass
    chosen = max(_ONE_BYTE, key=lambda candidate: (_likely(weighed, candidate), -_ONE_BYTE.index(candidate)))
    return raw.decode(chosen, "replace"), chosen


def _likely(raw: bytes, candidate: str) -> int:
    """How much the bytes look like western words in a charset: letters beside letters speak for it, other signs inside
    words and undefined bytes against."""
    text = raw.decode(candidate, "replace")
    score = 0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        sign, at = match[0], match.start()
        beside = text[at - 1 : at].isalpha() or text[at + 1 : at + 2].isalpha()
        if sign in _LETTERS:
            score += 2 if beside else 0
        elif sign not in _SIGNS or (
            text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha() and sign not in "’–"
        ):
            score -= 2
    return score


def _meant(text: str) -> str | None:
    """Text that was encoded twice, decoded once more; None where it was not, or where that does not work throughout."""
    if not _TWICE.search(text):
        return None
    try:
        raw = b"".join(_byte(sign) for sign in text)
        once = raw.decode("utf-8")
    except (UnicodeError, ValueError):
        return None
    return once if len(once) < len(text) else None


def _byte(sign: str) -> bytes:
    """The byte a character was taken for; Windows-1252 has no character for five of them."""
    return bytes([ord(sign)]) if ord(sign) < 0xA0 else sign.encode("cp1252")


def _same(chosen: str, name: str) -> bool:
    """Whether the charset that was read in is the declared one; Windows-1252 passes for the Latin-1 it contains."""
    if not _usable(name):
        return False
    if chosen == "cp1252" and _WESTERN.fullmatch(name) and name not in ("ascii", "us-ascii"):
        return True
    return codecs.lookup(chosen).name == codecs.lookup(name).name


def _usable(name: str) -> bool:
    if not name or name in _NOT_FOR_MAIL:
        return False
    try:
        b"".decode(name)
        return codecs.lookup(name).name not in _NOT_FOR_MAIL
    except (LookupError, ValueError, UnicodeError):
        return False
