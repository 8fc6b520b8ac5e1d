"""Closed periods: days up to one that nothing is dated in any more.

What is found out later about a closed day is corrected on an open one; `day_for` says on which. Whoever asked whether a day
is open relies on it until its transaction ends: a period is closed when nobody does.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from core import driver
from core.availability.tables import HELD, Reservation
from core.command import Command
from core.db import Base, Day, Key
from core.erp import Erp
from core.refusals import Refusal, Refused

RELY = "select pg_advisory_xact_lock_shared(hashtextextended(%(entity)s, 22))"
CLOSE = "select pg_advisory_xact_lock(hashtextextended(%(entity)s, 22))"
CLOSED = "select closed_through from period_lock where entity = %(entity)s"


class PeriodLock(Base):
    """The last closed day of an entity. No row: nothing is closed."""

    __tablename__ = "period_lock"
    entity: Mapped[Key]
    closed_through: Mapped[Day]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosePeriod(Command):
    """Close every day up to and including `through`. Only forward, and never today or a day to come."""

    through: date


def close_period(erp: Erp, cmd: ClosePeriod) -> dict[str, Any]:
    """Close the books up to a day. Refuses today and later, a day that is closed already, and one for which pieces are
    still reserved."""
    if cmd.through >= erp.today:
        raise Refused(Refusal.PERIOD_CLOSED, f"{cmd.through} is not over: close up to a day that is")
    driver.later(erp.session, CLOSE, {"entity": erp.entity})
    lock = erp.session.get(PeriodLock, erp.entity, with_for_update=True, populate_existing=True)
    if lock is not None and cmd.through <= lock.closed_through:
        raise Refused(Refusal.NOTHING_TO_DO, f"closed through {lock.closed_through} already")
    held = erp.session.scalars(
        select(Reservation)
        .where(Reservation.entity == erp.entity, Reservation.state == HELD, Reservation.day <= cmd.through)
        .order_by(Reservation.day, Reservation.number)
        .limit(1)
    ).first()
    if held is not None:
        raise Refused(Refusal.RESERVED, f"{held.number} still keeps {held.item} for {held.day}: take or release it")
    if lock is None:
        erp.add(PeriodLock(entity=erp.entity, closed_through=cmd.through))
    else:
        lock.closed_through = cmd.through
    erp.known[PeriodLock] = cmd.through
    erp.emit("period_closed", f"period {cmd.through}", through=cmd.through)
    return {"closed_through": cmd.through}


def closed_through(erp: Erp) -> date | None:
    """The last closed day; none when nothing is closed. It stays so until the transaction ends."""
    if PeriodLock not in erp.known:
        driver.later(erp.session, RELY, {"entity": erp.entity})
        found = driver.ask(erp.session, CLOSED, {"entity": erp.entity})
        erp.known[PeriodLock] = found[0].closed_through if found else None
    closed: date | None = erp.known[PeriodLock]
    return closed


def must_be_open(erp: Erp, day: date) -> None:
    """Refuses a day of a closed period."""
    closed = closed_through(erp)
    if closed is not None and day <= closed:
        raise Refused(Refusal.PERIOD_CLOSED, f"{day} is closed, as is every day up to {closed}")


def day_for(erp: Erp, happened: date) -> date:
    """The day on which something about `happened` is booked: that day while it is open, else today."""
    closed = closed_through(erp)
    return happened if closed is None or happened > closed else erp.today
