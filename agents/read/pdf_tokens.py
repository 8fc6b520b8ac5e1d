"""One line of a table cut into what stands in its cells: a figure with its currency or unit, or a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.read import numbers, units
from agents.read.pdf_words import Word

_CURRENCY = re.compile(r"(?:[$€£]|US\$|Rs\.?|EUR|USD|GBP|CHF|CAD|AUD|SEK|NOK|DKK|PLN|CZK|INR|zł|kr\.?)", re.I)
_FIGURE = re.compile(
    r"\(?(?:[-−–+]\s?)?(?:[$€£]\s?)?(?:[-−–]\s?)?(?P<digits>\d[\d.,'’]*\d"
    r"|\d)(?P<after>[-%])?(?:\s?[$€£])?\)?(?P<tail>,-|\.-)?"
)
_GLUED = re.compile(r"(?P<number>\d[\d.,]*)(?P<unit>[A-Za-zµ²³]{1,5})\.?")
JOIN_GAP = 0.62
"""White space inside one figure ("1 080,00", "€ 5,00"), in heights of the line."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line. `written` is its figure without sign of currency; None for a word."""

    words: tuple[Word, ...]
    written: str | None = None
    percent: bool = False
    unit: str | None = None
    money: bool = False

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return self.words[-1].x1

    @property
    def text(self) -> str:
        """The words as they stand."""
        return " ".join(word.text for word in self.words)

    def value(self, mark: str | None) -> Decimal | None:
        """The figure under a decimal mark, None for a word or a figure that stays open."""
        return None if self.written is None else numbers.number(self.written, mark)

    @property
    def may_be_unit(self) -> bool:
        """Whether a word behind a quantity may be its unit, known or not ("load")."""
        return self.written is None and re.fullmatch(r"[^\W\d_]{1,9}(?:\(\w{1,3}\))?[²³.]?", self.text) is not None

    @property
    def unit_word(self) -> str | None:
        """The unit a word is ("Stk.", "boxes"), None for every other word."""
        bare = self.text.strip("().").casefold()
        return units.UNITS.get(bare) if self.written is None else None


def tokens(words: Sequence[Word]) -> list[Token]:
    """The pieces of a line, left to right."""
    return list(_joined(words))


def _joined(words: Sequence[Word]) -> Iterator[Token]:
    at = 0
    while at < len(words):
        token, length = _figure_at(words, at)
        if token is None:
            yield Token((words[at],))
            length = 1
        else:
            yield token
        at += length


def _figure_at(words: Sequence[Word], at: int) -> tuple[Token | None, int]:
    """A figure that starts at a word, with the currency, sign and per cent around it, and how many words it takes."""
    start = at
    money = False
    sign = ""
    while at < len(words) and (
        (signed := words[at].text in ("-", "−", "–", "+")) or _CURRENCY.fullmatch(words[at].text)
    ):
        if at + 1 >= len(words) or not _near(words[at], words[at + 1], 1.6 if not signed else JOIN_GAP):
            return None, 0
        sign = words[at].text if signed else sign
        money = money or not signed
        at += 1
    if at >= len(words):
        return None, 0
    match = _FIGURE.fullmatch(words[at].text)
    if match is None:
        return (_glued(words[at]), 1) if at == start else (None, 0)
    end = at + 1
    digits = match["digits"]
    while end < len(words) and re.fullmatch(r"\d{1,3}(?:[ ]\d{3})*", digits) and _thousands(words, end):
        digits += " " + (words[end].text.rstrip("€$£%"))
        end += 1
    negative = sign in ("-", "−", "–") or re.match(r"\(?(?:[$€£]\s?)?[-−–]", words[at].text) or match["after"] == "-"
    percent = match["after"] == "%" or words[end - 1].text.endswith("%")
    if end < len(words) and words[end].text in ("%", "v.H.") and _near(words[end - 1], words[end], 1.0):
        percent, end = True, end + 1
    elif end < len(words) and _CURRENCY.fullmatch(words[end].text) and _near(words[end - 1], words[end], JOIN_GAP):
        money, end = True, end + 1
    money = money or any(c in "".join(w.text for w in words[at:end]) for c in "$€£")
    written = f"-{digits}" if negative else digits
    return Token(tuple(words[start:end]), written, percent=percent, money=money), end - start


def _thousands(words: Sequence[Word], at: int) -> bool:
    return (
        re.fullmatch(r"\d{3}(?:[.,]\d{1,6})?[€$£]?", words[at].text) is not None
        and _near(words[at - 1], words[at], 0.34)
        and len(words[at - 1].text.lstrip("-−+€$£")) <= 3
    )


def _glued(word: Word) -> Token | None:
    """A figure with its unit written onto it: "20Stk", "5kg"."""
    match = _GLUED.fullmatch(word.text)
    unit = units.UNITS.get(match["unit"].casefold()) if match else None
    if match is None or unit is None or unit in ("g", "m", "l", "t", "h"):
        return None  # "20l" and "8m" are sizes far more often than quantities
    return Token((word,), match["number"], unit=unit)


def _near(one: Word, other: Word, gap: float) -> bool:
    return other.x0 - one.x1 <= gap * min(one.height, other.height)
