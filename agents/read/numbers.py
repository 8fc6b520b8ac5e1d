"""Decimals as people write them: thousands and decimals in either notation, decided by evidence and never by guess.

"1,200" alone says either 1200 or 1.2. Where nothing decides, every reading is kept (`readings`), and what must be one
value stays None (`number`). The decimal mark of a document comes from its own numbers (`decimal_mark`).
"""

import re
from collections.abc import Iterable
from decimal import Decimal

NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-\u2212+](?=[\d$\u20ac\u00a3]))?(?:[$\u20ac\u00a3]\s?)?"
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?(?!\d)"
    r"|\d{1,3}(?:['\u2019]\d{3})+(?:[.,]\d{1,6})?"
    r"|\d+(?:[.,]\d+)*)(?P<trailing>-(?!\w))?"
)
"""One number in running text, its currency sign and minus included, never a piece of a word."""

_SPACES = re.compile(r"[ \u00a0\u202f'\u2019]")
_GROUPS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
DIGITS_MAX = 20


def readings(written: str) -> tuple[Decimal, ...]:
    """Every value a written number may have: none, one, or two for the likes of "1,200". The likelier comes first:
    thousands, because a quantity or price with exactly three decimals is rarer."""
    match = NUMBER.fullmatch(written.strip())
    if match is None:
        return ()
    digits = _SPACES.sub("", match["digits"])
    if len(digits) > DIGITS_MAX:
        return ()
    negative = match["sign"] in ("-", "\u2212") or match["trailing"] is not None
    grouped = _SPACES.search(match["digits"]) is not None
    values = [-value if negative else value for value in _values(digits, grouped=grouped)]
    return tuple(dict.fromkeys(values))


def _values(digits: str, *, grouped: bool) -> list[Decimal]:
    """The values of bare digits with marks. `grouped` tells that thousands were already separated by spaces."""
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return [Decimal(digits)]
    last = marks[-1]
    whole, _, decimals = digits.rpartition(last)
    if len(set(marks)) == 2:  # the last mark is the decimal one, the others part thousands
        other = "," if last == "." else "."
        if marks.count(last) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{2,3}})+", whole):
            return []
        return [Decimal(f"{whole.replace(other, '')}.{decimals}")]
    if len(marks) > 1:  # several equal marks part thousands
        return [Decimal(digits.replace(last, ""))] if _GROUPS.fullmatch(digits) else []
    as_decimal = Decimal(f"{whole or 0}.{decimals}")
    if grouped or len(decimals) != 3 or len(whole) > 3 or whole.startswith("0"):
        return [as_decimal]
    return [Decimal(whole + decimals), as_decimal]


def decimal_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark that a document's numbers show: "." or ",", None when they show both or neither."""
    votes = {".": 0, ",": 0}
    for text in texts:
        for match in NUMBER.finditer(text):
            mark = shown_mark(match["digits"])
            if mark:
                votes[mark] += 1
    point, comma = votes["."], votes[","]
    if point == comma or min(point, comma) * 4 > max(point, comma):
        return None
    return "." if point > comma else ","


def shown_mark(digits: str) -> str | None:
    """The decimal mark one number proves, or None: "1.877,00" and "12,50" prove the comma, "1,877.00" the point."""
    bare = _SPACES.sub("", digits)
    marks = [c for c in bare if c in ".,"]
    if not marks:
        return None
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else None
    if len(marks) > 1:
        return other if _GROUPS.fullmatch(bare) else None
    return last if len(bare.rpartition(last)[2]) in (1, 2, 4) else None


def number(written: str, mark: str | None = None) -> Decimal | None:
    """The one value of a written number under a decimal mark; None when it is no number or could be two."""
    bare = amount_text(written)
    values = readings(bare)
    if len(values) < 2:
        return values[0] if values else None
    if mark is None:
        return None
    negative = values[0] < 0
    digits = NUMBER.fullmatch(bare)
    assert digits is not None
    other = "," if mark == "." else "."
    plain = Decimal(_SPACES.sub("", digits["digits"]).replace(other, "").replace(mark, "."))
    return -plain if negative else plain


_CURRENCY = r"(?:EUR|USD|GBP|CHF|CAD|SEK|DKK|NOK|PLN|CZK|Fr\.|US\$|\$|\u20ac|\u00a3)"
_MONEY = re.compile(
    rf"\(?\s*([-\u2212+]?)\s*{_CURRENCY}?\s*([-\u2212+]?)\s*([\d.,'\u2019 \u00a0\u202f]*\d-?)\s*{_CURRENCY}?\s*\)?"
)


def amount_text(written: str) -> str:
    """A number without the currency around it and with its sign in front: "EUR 12,5" is "12,5", "(3.00)" is "-3.00"."""
    match = _MONEY.fullmatch(written.strip())
    if match is None:
        return written.strip()
    negative = match[1] in ("-", "\u2212") or match[2] in ("-", "\u2212") or written.strip().startswith("(")
    digits = match[3].strip()
    return f"-{digits}" if negative and not digits.endswith("-") else digits


def numbers_in(text: str) -> list[Decimal]:
    """Every value any number in a text may stand for, in the text's order. For holding a value against its words."""
    found: list[Decimal] = []
    for match in NUMBER.finditer(text):
        found += readings(match[0])
    return list(dict.fromkeys(found))
