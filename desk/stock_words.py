"""Figures, days and moments as people write them into the forms on stock."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from fastapi import HTTPException

FIGURE = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)


def figure_in(written: str) -> Decimal | None:
    """A figure as people write it: 1080, 1,080, 12.5. None for what could mean two things, or nothing."""
    return Decimal(written.replace(",", "")) if FIGURE.fullmatch(written) else None


def signed_in(written: str) -> Decimal | None:
    """The same with a sign before it."""
    sign = -1 if written[:1] in ("-", "−") else 1
    figure = figure_in(written.lstrip("+-−").strip())
    return None if figure is None else sign * figure


def day_in(text: str) -> date | None:
    """A day of a form; none where nothing was said. 422 for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(422, f"{text[:20]} is no day.") from None


def moment_in(text: str) -> datetime | None:
    """A moment of a form, in UTC where no zone is said. 422 for what is no moment."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(422, f"{text[:30]} is no moment.") from None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
