"""Moments as a story writes them: "2026-11-03 09:00", "2026-11-03", "day 4", "day 4 14:30". All of them UTC."""

import re
from datetime import UTC, datetime, timedelta

DAY = re.compile(r"day (\d+)(?: (\d{1,2}):(\d{2}))?")
MORNING = 8


def moment(written: str, since: datetime) -> datetime:
    """The moment that is meant. Day 1 is the company's first day; a day without an hour begins at eight.

    Raises `ValueError` for anything else.
    """
    counted = DAY.fullmatch(written)
    if counted:
        day, hour, minute = (int(part) if part else None for part in counted.groups())
        start = since.replace(hour=MORNING if hour is None else hour, minute=minute or 0)
        return start + timedelta(days=(day or 1) - 1)
    at = datetime.fromisoformat(written)
    if len(written) == len("2026-11-03"):
        at = at.replace(hour=MORNING)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
