"""Just enough of CSS to tell what a mail's HTML keeps from its reader's eyes.

Rules of <style> are matched by the last simple selector only (".x", "#y", "p", "p.x"), and rules inside @media are left
out. That errs towards calling text hidden: hidden text is reported and not read for claims, which is the safe side.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

Colour = tuple[int, int, int]
Declarations = dict[str, str]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
TOO_CLOSE_TO_SEE = 40
"""Sum of the differences in red, green and blue below which text disappears in its background."""
TOO_SMALL_PIXELS = 3
"""Text below this size cannot be read."""

_NAMED: Mapping[str, Colour] = {
    "white": WHITE, "black": BLACK, "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "navy": (0, 0, 128), "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "aliceblue": (240, 248, 255),
    "mintcream": (245, 255, 250), "seashell": (255, 245, 238), "azure": (240, 255, 255),
}  # fmt: skip
_SAYS_SOMETHING = re.compile(
    r"display|visib|color|background|font|opacity|hide|overflow|indent|left|top|clip|height|width"
)
_SIZE = re.compile(r"(\d*\.?\d+)\s*(px|pt|em|rem|%|mm|cm|in|ex|ch|vw|vh)?")
_HUNDREDTHS_OF_A_PIXEL: Mapping[str | None, int] = {
    "px": 100, "pt": 133, "em": 1600, "rem": 1600, "%": 16, "mm": 380, "cm": 3800, "in": 9600, "ex": 800, "ch": 800,
}  # fmt: skip


def declarations(style: str) -> Declarations:
    """The declarations of a style attribute or rule body, names and values in lower case; the last of a name wins."""
    pairs = (part.partition(":") for part in _uncommented(style).split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip().lower() for name, colon, value in pairs if colon
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules of style sheets, findable by what their last simple selector names first."""

    rules: Mapping[str, Mapping[str, Declarations]]

    def style_of(self, tag: str, classes: frozenset[str], identity: str) -> Declarations:
        """All declarations for an element. Order and specificity are not weighed: the last rule of a kind wins."""
        style: Declarations = {}
        for key in ("*", tag, *sorted(f".{name}" for name in classes), f"#{identity}"):
            for selector, body in self.rules.get(key, {}).items():
                if _matches(selector, tag, classes, identity):
                    style.update(body)
        return style


def sheet_of(written: Iterable[str]) -> Sheet:
    """The rules of style sheets that can hide text or show hidden text, merged where they name the same."""
    found: dict[str, dict[str, Declarations]] = {}
    for sheet in written:
        for selector, body in _rules(sheet):
            if any(_SAYS_SOMETHING.search(name) for name in body):
                key = re.findall(r"[.#]?[^.#]+", selector)[0]
                found.setdefault(key, {}).setdefault(selector, {}).update(body)
    return Sheet(found)


def _rules(sheet: str) -> Iterator[tuple[str, Declarations]]:
    """Each rule of a style sheet as its last simple selector and its declarations."""
    sheet = re.sub(r"<!--|-->", "", _uncommented(sheet))
    for block in _without_media(sheet).split("}"):
        selectors, _, written = block.partition("{")
        body = declarations(written)
        for selector in selectors.split(",") if body else ():
            words = re.split(r"[\s>+~]+", selector.strip().lower())
            if words[-1].strip(".#") and ":" not in words[-1] and "[" not in words[-1]:
                yield words[-1], body


def _matches(selector: str, tag: str, classes: frozenset[str], identity: str) -> bool:
    """Whether a simple selector ("p.note.small", "#sum", ".x", "*") names the element."""
    for piece in re.findall(r"[.#]?[^.#]+", selector):
        if piece[0] == "." and piece[1:] not in classes:
            return False
        if piece[0] == "#" and piece[1:] != identity:
            return False
        if piece[0] not in ".#" and piece not in ("*", tag):
            return False
    return True


def hides(style: Declarations) -> bool:
    """Whether the declarations alone take an element out of sight: not drawn, no size, off the page, see-through."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("mso-hide") == "all" or style.get("content-visibility") == "hidden":
        return True
    if _is_zero(style.get("opacity", "")) or re.search(r"opacity\s*[=(]\s*0(\.0+)?\s*\)", style.get("filter", "")):
        return True
    if "scale(0" in style.get("transform", "").replace(" ", "") and "scale(0." not in style.get("transform", ""):
        return True
    if re.search(r"rect\(\s*0\w*[\s,]+0\w*[\s,]+0\w*[\s,]+0\w*\s*\)|inset\((5\d|[6-9]\d|100)%", _clip(style)):
        return True
    if any(_far_away(style.get(side, "")) for side in ("left", "top", "right", "bottom", "text-indent", "margin-left")):
        return True
    cut = "hidden" in style.get("overflow", "") or "clip" in style.get("overflow", "")
    sides = ("height", "max-height", "width", "max-width")
    return cut and any(_is_zero(style.get(side, "")) for side in sides)


def too_small(style: Declarations) -> bool | None:
    """Whether a font size is too small to be read; None when none is given or it cannot be told."""
    size = style.get("font-size") or _shorthand_size(style.get("font", ""))
    if not size:
        return None
    match = _SIZE.fullmatch(size)
    if match is None:
        return None
    number = Decimal(match[1])
    if not match[2]:
        return True if number == 0 else None
    return number * _HUNDREDTHS_OF_A_PIXEL.get(match[2], 1000) < TOO_SMALL_PIXELS * 100


def colour(value: str) -> Colour | None:
    """A colour as red, green, blue; white for what is see-through is decided by `see_through`. None when unknown."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if match := re.fullmatch(r"#?([0-9a-f]{3})[0-9a-f]?", value):
        red, green, blue = (int(c * 2, 16) for c in match[1])
        return (red, green, blue)
    if match := re.fullmatch(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?", value):
        return (int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:], 16))
    if match := re.match(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", value):
        return (min(255, int(match[1])), min(255, int(match[2])), min(255, int(match[3])))
    return None


def see_through(value: str) -> bool:
    """Whether a text colour has no ink: "transparent", or an alpha of zero."""
    value = value.replace(" ", "")
    if value == "transparent" or re.fullmatch(r"#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)", value):
        return True
    return bool(re.fullmatch(r"(?:rgba?|hsla?)\(.*[,/]0?(?:\.0+|0)%?\)", value)) and value.count(",") != 2


def background(style: Declarations) -> Colour | None:
    """The background colour an element sets, if it sets a plain one."""
    given = style.get("background-color") or style.get("background", "")
    for word in re.findall(r"rgba?\([^)]*\)|#[0-9a-f]+|[a-z]+", given):
        found = None if see_through(word) else colour(word)
        if found is not None:
            return found
    return None


def alike(one: Colour, other: Colour) -> bool:
    """Whether text of one colour on the other cannot be seen."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) < TOO_CLOSE_TO_SEE


def _clip(style: Declarations) -> str:
    return f"{style.get('clip', '')} {style.get('clip-path', '')}"


def _is_zero(value: str) -> bool:
    return bool(re.fullmatch(r"0+(?:\.0+)?(?:px|pt|em|rem|%)?|0?\.0\d*|[01](?:\.\d+)?px", value))


def _far_away(value: str) -> bool:
    match = re.fullmatch(r"-(\d+)(?:\.\d+)?(px|pt|em|rem|%|vw|vh)?", value)
    return match is not None and int(match[1][:9]) >= (90 if match[2] in ("%", "em", "rem", "vw", "vh") else 500)


def _shorthand_size(font: str) -> str:
    match = re.search(r"(\d*\.?\d+(?:px|pt|em|rem|%))", font)
    return match[1] if match else ""


def _uncommented(sheet: str) -> str:
    """The text without its comments; one that is never closed takes the rest along. Linear, whatever it is given."""
    kept: list[str] = []
    at = 0
    while (start := sheet.find("/*", at)) >= 0:
        kept.append(sheet[at:start])
        end = sheet.find("*/", start + 2)
        if end < 0:
            return "".join(kept)
        at = end + 2
    return "".join((*kept, sheet[at:]))


def _without_media(sheet: str) -> str:
    """The sheet without the blocks of @media and the like: they speak of other screens than the reader's."""
    kept: list[str] = []
    at = 0
    while (start := sheet.find("@", at)) >= 0:
        kept.append(sheet[at:start])
        opened = sheet.find("{", start)
        semicolon = sheet.find(";", start)
        if opened < 0 or 0 <= semicolon < opened:
            at = semicolon + 1 if semicolon >= 0 else len(sheet)
            continue
        depth, at = 1, opened + 1
        while depth and at < len(sheet):
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
    kept.append(sheet[at:])
    return "".join(kept)
