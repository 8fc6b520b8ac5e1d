"""What the clock asks of stock: claims that lapse, lots that near their end, warehouses whose word nothing bears out in
time, and replenishment, of what changed and of all.

Each part is one unit of work an entity, under a key of the minute, the day, or the last event that it looked at: killed
at any instruction, the next minute does it, and what was done is not done again. A rule is the decider, and the audit
says so. Claims and lots count as over from their very instant, whether or not anybody has come to end them: the clock
only tidies up and lets cases follow.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import ExpireReservations
from core.availability.tables import HELD, Reservation
from core.clock import now
from core.command import Command
from core.erp import Actor, Because
from core.expiry.commands import CheckExpiry
from core.masterdata.tables import Entity
from core.reconciling import queries as reconciling
from core.reconciling.commands import CheckWarehouse
from core.replenishment.commands import RunReplenishment
from desk.work import Workshop

LAPSES = Actor(kind="rule", id="claims lapse at their instant")
EXPIRES = Actor(kind="rule", id="lots are looked at every day")
COMPARES = Actor(kind="rule", id="warehouse and ledger are compared")
REPLENISHES = Actor(kind="rule", id="replenishment follows every change")

NEWEST_CHANGE = text(
    "select max(seq) from event where seq > coalesce((select last_event from replenishment_run where entity = :entity), 0)"
    " and entity = :entity and facts ?| array['item', 'order', 'calendar'] and actor <> :rule"
)
"""The newest event since the last run that may touch what is netted; a run's own events are none."""

Due = tuple[Command, Actor, str, str]
"""A command, the rule that asks for it, its key, and why."""


def tick(shop: Workshop) -> None:
    """Do what is due for every entity. One entity's trouble keeps no other from its work; the first is raised at the end."""
    with shop.house.unit() as session:
        entities = session.scalars(select(Entity.code).order_by(Entity.code)).all()
    trouble: list[Exception] = []
    for entity in entities:
        for due in (lapsed, expiring, unanswered, replenished_daily, replenished):
            try:
                _do(shop, entity, due)
            except Exception as failed:
                trouble.append(failed)
    if trouble:
        raise trouble[0]


def lapsed(session: Session, entity: str, at: datetime) -> Due | None:
    """Every minute in which some claim's time is over: end it, so that whoever waited for its pieces is told."""
    over = select(Reservation.expires_at).where(
        Reservation.entity == entity, Reservation.state == HELD, Reservation.expires_at <= at
    )
    last = session.scalar(over.order_by(Reservation.expires_at.desc()).limit(1))
    if last is None:
        return None
    return ExpireReservations(entity=entity), LAPSES, f"lapse:{at.isoformat()}", f"reserved until {last:%Y-%m-%d %H:%M}"


def expiring(session: Session, entity: str, at: datetime) -> Due | None:
    """Once a day: look at the lots near their end."""
    return CheckExpiry(entity=entity), EXPIRES, f"expiry:{at:%Y%m%d}", "a day has passed"


def unanswered(session: Session, entity: str, at: datetime) -> Due | None:
    """In a minute in which an event of a warehouse, or a hole in what it told, gets older than its tolerance: look at it."""
    source = reconciling.due(session, entity, at)
    if source is None:
        return None
    key = f"warehouse:{source}:{at.isoformat()}"
    return CheckWarehouse(entity=entity, source=source), COMPARES, key, "older than the tolerance"


def replenished_daily(session: Session, entity: str, at: datetime) -> Due | None:
    """Once a day: work out everything anew, whatever a run over changes may have missed."""
    return RunReplenishment(entity=entity), REPLENISHES, f"replenish:{at:%Y%m%d}", "the day's run over everything"


def replenished(session: Session, entity: str, at: datetime) -> Due | None:
    """In a minute after something changed what is netted: work out what changed. However much changed, it is one run."""
    newest = session.execute(NEWEST_CHANGE, {"entity": entity, "rule": str(REPLENISHES)}).scalar_one()
    if newest is None:
        return None
    return RunReplenishment(entity=entity, changed_only=True), REPLENISHES, f"replenish:event:{newest}", "stock changed"


def _do(shop: Workshop, entity: str, due: Callable[[Session, str, datetime], Due | None]) -> None:
    with shop.house.unit() as session:
        asked = due(session, entity, now(session))
        if asked is not None:
            command, rule, key, says = asked
            door.execute(session, command, actor=rule, key=key, because=Because(says=says))
