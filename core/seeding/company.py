"""One company being played, and the words of its data: moments and days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core import clock, door
from core.command import Command
from core.erp import Actor, Because

IMPORT = Actor(kind="system", id="import")
Data = Mapping[str, Any]


@dataclass
class Company:
    """One company being played into a session."""

    session: Session
    data: Data
    password_hash: str = ""
    days: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    done: int = 0

    @property
    def entity(self) -> str:
        """Its code."""
        return str(self.data["entity"]["code"])

    def do(self, command: Command, at: datetime, key: str, actor: Actor = IMPORT) -> Mapping[str, Any]:
        """Carry out one command as of a moment."""
        clock.set_clock(self.session, clock.fixed(at))
        self.done += 1
        return door.execute(
            self.session, command, actor=actor, key=f"import:{key}", because=Because(says="import")
        ).result


def first_day(data: Data) -> datetime:
    """When the company begins."""
    return moment(data["entity"]["since"])


def moment(value: object) -> datetime:
    """A moment as the data write it; a day without an hour is its morning, in UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 8, tzinfo=UTC)
    at = datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC, hour=at.hour or 8)


def day_of(value: object) -> date:
    """A day as the data write it."""
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value))
