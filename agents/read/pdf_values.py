"""What a header fact's value may look like: a number, a day, a currency, terms; and where it stands in a text."""

import re
from collections.abc import Callable
from datetime import date

from agents.read import dates, units
from agents.read.pdf_labels import CODE

TERMS_CHARS_MAX = 120
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?|\d{1,2}:\d{2}")
Reader = Callable[[str], tuple[str | date, int, int] | None]


def reader(looks: str, sent: date | None, day_first: bool | None) -> Reader:
    """What finds a value of a kind at the start of a text, and where in it."""

    def day(text: str) -> tuple[str | date, int, int] | None:
        written = next(dates.found(text[:60], sent, day_first), None)
        if written is None or written.start > 14 or len(written.days) != 1 or _begins_a_period(text, written.end):
            return None
        return written.days[0], written.start, written.end

    readers: dict[str, Reader] = {"number": _number, "order": _order, "date": day, "iso": _currency, "text": _words}
    return readers[looks]


def _begins_a_period(text: str, end: int) -> bool:
    """Whether the day that ends there is the first of a period: a word for "until" and another day follow."""
    until = re.match(r"\s*(?:[-\u2013\u2014]|bis(?: zum)?|to|until|through|au|al|t/m|tot|til)\s", text[end:])
    rest = text[end + until.end() : end + 32] if until else ""
    return any(written.start <= 2 for written in dates.found(rest, None))


def _number(text: str) -> tuple[str | date, int, int] | None:
    match = CODE.match(text)
    if match is None or _DATE_LIKE.fullmatch(match["value"]) or len(match["value"]) > 40:
        return None
    value = match["value"]
    rest = text[match.end() :].lstrip()
    if (sum(c.isdigit() for c in value) < 2 and len(value) < 4) or rest[:1] in ("%", "\u20ac", "$"):
        return None
    if next((w for w in dates.found(text[:40], None) if w.start <= match.start("value")), None) is not None:
        return None
    return value, match.start("value"), match.end("value")


def _order(text: str) -> tuple[str | date, int, int] | None:
    """A number that calls itself an order's: a reference of the buyer may be anything else."""
    found = _number(text)
    return (
        found if found and re.match(r"(?:P\.?O\.?|BC|CDE|CMD|ORD|ORDER|BEST)[ /#-]?\d", str(found[0]), re.I) else None
    )


def _currency(text: str) -> tuple[str | date, int, int] | None:
    match = units.CURRENCY.match(text)
    code = units.currency(match[0]) if match else None
    return (code, 0, match.end()) if match and code and match[0].upper() == code else None


def _words(text: str) -> tuple[str | date, int, int] | None:
    bare = text.strip()
    if len(bare) < 3 or not re.search(r"\d|net|netto|prepay|vorkasse|sofort|comptant|contado", bare, re.I):
        return None
    start = text.index(bare)
    return bare[:TERMS_CHARS_MAX], start, start + len(bare[:TERMS_CHARS_MAX])
