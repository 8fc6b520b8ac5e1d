"""Characters that a person does not see, and names that lie about where a file belongs.

`visible` takes the invisible out of a text and says what was there: zero-width and bidirectional controls, tag
characters (which spell whole sentences in ASCII), variation selectors used as an alphabet. What it gives is what
readers read and spans point into. `plain_name` makes a file's name harmless.
"""

import re
import unicodedata

from agents.read.limits import HIDDEN_CHARS_MAX, HIDDEN_TEXTS_MAX, NAME_CHARS_MAX

_TAGS = range(0xE0000, 0xE0080)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_HARMLESS = frozenset("\u00ad\u200c\u200d\u200e\ufe0e\ufe0f\ufeff")
"""Soft hyphens, joiners, one left-to-right mark and emoji styles occur in honest text: taken out, and named only when
they stand inside a word or number, where they change what a machine would find."""


def visible(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without invisible characters, and what was hidden in it, in sentences.

    Spaces of every width become a space, line ends one line feed, controls go. Nothing else is changed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\x0b", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    if text.isascii():
        return _CONTROLS.sub("", text), ()
    hidden = _hidden_in(text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return _CONTROLS.sub("", text), hidden


def _hidden_in(text: str) -> tuple[str, ...]:
    """What the invisible characters spell, then which of them stand where, one sentence for each kind."""
    found: list[str] = []
    spelled = "".join(chr(ord(c) - 0xE0000) for c in text if ord(c) in _TAGS and ord(c) > 0xE001)
    if spelled:
        found.append(f"tag characters spell: {spelled[:HIDDEN_CHARS_MAX]}")
    smuggled = _smuggled(text)
    if smuggled:
        found.append(f"variation selectors spell: {smuggled[:HIDDEN_CHARS_MAX]}")
    seen: dict[str, str] = {}
    counts: dict[str, int] = {}
    for match in _INVISIBLE.finditer(text):
        character = match.group()
        if ord(character) in _TAGS or (character in _HARMLESS and not _inside_a_word(text, match.start())):
            continue
        counts[character] = counts.get(character, 0) + 1
        around = text[max(0, match.start() - 20) : match.end() + 20]
        seen.setdefault(character, " ".join(_CONTROLS.sub("", _INVISIBLE.sub("", around)).split()))
    for character, around in seen.items():
        times = "once" if counts[character] == 1 else f"{counts[character]} times"
        found.append(f"{name_of(character)} {times}, first in “{around}”")
    return tuple(found[:HIDDEN_TEXTS_MAX])


def name_of(character: str) -> str:
    """A character by code and name: "U+202E RIGHT-TO-LEFT OVERRIDE"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed')}"


def _smuggled(text: str) -> str:
    """Bytes written as variation selectors (one selector for each byte), decoded when three or more follow each other."""
    raw = bytearray()
    for run in re.findall("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}", text):
        for character in run:
            code = ord(character)
            raw.append(code - 0xFE00 if code in _SELECTORS[0] else code - 0xE0100 + 16)
    return "".join(c if c.isprintable() else "�" for c in raw.decode("utf-8", "replace"))


def _inside_a_word(text: str, at: int) -> bool:
    """Whether the character stands between two ASCII letters or digits: honest joiners do not."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


def plain_name(name: str, otherwise: str = "unnamed") -> tuple[str, tuple[str, ...]]:
    """A file's name without folders, drives, controls and invisible characters, and what was wrong with it.

    `otherwise` is given for a name of which nothing is left.
    """
    cleaned, hidden = visible(name.replace("\0", ""))
    wrong = [f"the file's name held {sentence}" for sentence in hidden]
    if "\0" in name:
        wrong.append("the file's name held a NUL")
    cleaned = " ".join(cleaned.split())
    last = re.split(r"[/\\]", cleaned)[-1]
    if last != cleaned:
        wrong.append(f"the file's name pointed to a folder: {cleaned[:NAME_CHARS_MAX]}")
    last = re.sub(r"^[A-Za-z]:", "", last)
    last = re.sub(r'[<>:"|?*]', "_", last).strip(" .")
    if len(last) > NAME_CHARS_MAX:
        stem, dot, ending = last.rpartition(".")
        kept = ending if dot and len(ending) <= 8 else ""
        last = f"{(stem or last)[: NAME_CHARS_MAX - len(kept) - 2]}…{'.' + kept if kept else ''}"
    return (last or otherwise), tuple(wrong)
