"""Days as EDIFACT writes them (data elements 2380 and 2379): the format code says how, and of a period its end counts.

A promise for a week is kept until its Friday, as in letters (docs/vocabulary.md). A month or a year is no day.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

_PERIOD = re.compile(r"([\d]+)[-/](\d+)")


def day_of(written: str, code: str) -> date | None:
    """The day a value means under its format code, or None when it is none or cannot be told."""
    written = written.strip()
    period = _PERIOD.fullmatch(written)
    if period is not None:
        return day_of(period[2], _END_OF_PERIOD.get(code, ""))
    if code in _END_OF_PERIOD and len(written) % 2 == 0 and written.isdigit():  # a period without its hyphen
        half = len(written) // 2
        return day_of(written[half:], _END_OF_PERIOD[code])
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        return _made(written[:4], written[5:7], written[8:])
    if not written[:6].isdigit():
        return None
    known = _FORMATS.get(code)
    if known is not None:
        return known(written)
    if code:
        return None
    return {6: _short, 8: _long, 10: _short, 12: _long, 14: _long}.get(len(written), _none)(written)


def _long(written: str) -> date | None:
    return _made(written[:4], written[4:6], written[6:8]) if len(written) >= 8 else None


def _short(written: str) -> date | None:
    """Years from 1980 to 2079, as in version 3010 of X12."""
    century = "19" if written[:2] >= "80" else "20"
    return _made(century + written[:2], written[2:4], written[4:6])


def _day_first(written: str) -> date | None:
    if len(written) == 6:
        return _short(written[4:] + written[2:4] + written[:2])
    return _made(written[4:8], written[2:4], written[:2]) if len(written) >= 8 else None


def _month_first(written: str) -> date | None:
    return _day_first(written[2:4] + written[:2] + written[4:])


def _week(written: str) -> date | None:
    year, week = (written[:4], written[4:6]) if len(written) == 6 else (f"20{written[:2]}", written[2:4])
    try:
        return date.fromisocalendar(int(year), int(week), 5)
    except ValueError:
        return None


def _none(written: str) -> None:
    return None


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_FORMATS: Mapping[str, Callable[[str], date | None]] = {
    "2": _day_first, "3": _month_first, "4": _day_first, "101": _short, "102": _long, "201": _short, "202": _short,
    "203": _long, "204": _long, "205": _long, "301": _short, "302": _short, "303": _long, "304": _long, "616": _week,
}  # fmt: skip
_END_OF_PERIOD: Mapping[str, str] = {
    "711": "102", "713": "201", "715": "616", "716": "616", "717": "101", "718": "102", "719": "203",
}  # fmt: skip
"""Formats of a period, and of its end."""
