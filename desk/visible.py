"""Characters nobody sees, made visible: zero-width, bidirectional, filler and tag characters as words in brackets.

Supplier text is escaped like all text; this filter makes sure that what is escaped is also all there is.
"""

import re
import unicodedata

NAMES = {
    "\u200b": "zero-width space",
    "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner",
    "\u2060": "word joiner",
    "\ufeff": "zero-width no-break space",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u061c": "Arabic letter mark",
    "\u202a": "LTR embedding",
    "\u202b": "RTL embedding",
    "\u202c": "pop direction",
    "\u202d": "LTR override",
    "\u202e": "RTL override",
    "\u2066": "LTR isolate",
    "\u2067": "RTL isolate",
    "\u2068": "first strong isolate",
    "\u2069": "pop isolate",
    "\u00ad": "soft hyphen",
    "\u3164": "Hangul filler",
    "\u115f": "Hangul filler",
    "\u1160": "Hangul filler",
    "\uffa0": "Hangul filler",
}
"""What they are called; the rest go by their Unicode names."""

RUN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """The text with every invisible character named, runs counted: "[3 zero-width spaces]"."""
    if text.isascii():
        return CONTROL.sub(lambda m: f"[control {ord(m[0]):02x}]", text)
    return CONTROL.sub(lambda m: f"[control {ord(m[0]):02x}]", RUN.sub(_named, text))


def _named(run: re.Match[str]) -> str:
    kinds: dict[str, int] = {}
    for sign in run[0]:
        name = NAMES.get(sign) or f"hidden {unicodedata.name(sign, 'character').lower()}"
        kinds[name] = kinds.get(name, 0) + 1
    return "[" + ", ".join(name if count == 1 else f"{count} {name}s" for name, count in kinds.items()) + "]"
