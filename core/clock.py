"""Time comes from here. A session carries its clock, so that a replay or a test can set it (DESIGN.md, promise 14)."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

Clock = Callable[[], datetime]
"""Takes nothing, gives an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def set_clock(session: Session, clock: Clock) -> None:
    """Let this session tell time by `clock`."""
    session.info["clock"] = clock


def now(session: Session) -> datetime:
    """The session's time, aware, in UTC."""
    clock: Clock = session.info.get("clock", system_clock)
    return clock().astimezone(UTC)


def fixed(at: datetime) -> Clock:
    """A clock that stands still at `at`, which must be aware."""
    assert at.tzinfo is not None, "time without a zone is nobody's time"
    return lambda: at
