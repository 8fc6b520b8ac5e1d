"""What the clock asks for: cases that wake, orders nobody confirmed, stock, checkpoints that are signed and anchored."""

from sqlalchemy import select

from core import audit, door
from core.cases import Case, CaseState
from core.clock import now
from core.deciding.commands import Wake
from core.erp import Actor
from core.masterdata.tables import Entity
from core.purchasing.commands import CheckConfirmations
from desk import stock_clock
from desk.mail import sending
from desk.work import Workshop

CLOCK = Actor(kind="system", id="clock")
CHECKPOINT_EVERY = 15
"""Minutes between signed checkpoints. What is younger than the last one is proven only against the live log."""


def tick(shop: Workshop) -> None:
    """Do all that is due this minute. Each part is one unit of work; the keys make a second tick of a minute harmless."""
    wake_cases(shop)
    check_confirmations(shop)
    sign_checkpoint(shop)
    sending.queue_due(shop.house)
    stock_clock.tick(shop)


def wake_cases(shop: Workshop) -> None:
    """Bring back the cases whose time has come."""
    with shop.house.unit() as session:
        at = now(session)
        asleep = session.scalars(
            select(Case).where(Case.state == CaseState.SNOOZED, Case.snoozed_until <= at).order_by(Case.number)
        ).all()
        for case in asleep:
            key = f"wake:{case.number}:{case.version}"
            door.execute(session, Wake(entity=case.entity, case=case.number), actor=CLOCK, key=key)


def check_confirmations(shop: Workshop) -> None:
    """Once an hour: raise what no supplier confirmed in time."""
    with shop.house.unit() as session:
        hour = f"{now(session):%Y%m%d%H}"
        for entity in session.scalars(select(Entity.code).order_by(Entity.code)).all():
            door.execute(session, CheckConfirmations(entity=entity), actor=CLOCK, key=f"confirmations:{hour}")


def sign_checkpoint(shop: Workshop) -> None:
    """Every quarter of an hour: sign the head of the audit log and anchor it outside the database."""
    with shop.house.unit() as session:
        if now(session).minute % CHECKPOINT_EVERY:
            return
    settings = shop.house.settings
    with shop.house.unit() as session:
        key = audit.signing_key(settings.keys, now(session))
        audit.checkpoint(session, key, settings.anchors, settings.anchor_copy)
