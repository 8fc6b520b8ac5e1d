"""The mailboxes as the intake page and the command line show them: how each is doing, and what to do where one is not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import wording
from core.intake.tables import Mailbox, MailboxArrival, MailboxWaiting

STATES = {
    "connecting": ("Connecting", "", "clock"),
    "watching": ("Watched", "go", "check"),
    "polling": ("Asked now and then", "go", "check"),
    "waiting": ("Not reached", "stop", "stop"),
    "silent": ("Not heard of", "stop", "stop"),
    "off": ("Called off", "", "ask"),
}
"""How a mailbox is doing, with colour and icon. `silent`: it was watched, and then nobody noted anything any more."""
SILENT_SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxView:
    """One mailbox: state, times, numbers, and what is wrong with what to do about it."""

    name: str
    address: str
    state: str
    tint: str
    icon: str
    seen: str
    stored: str
    messages: int
    left: int
    waiting: int
    error: str
    advice: str
    next_try: str


def mailboxes(session: Session, entity: str, now: datetime) -> tuple[MailboxView, ...]:
    """Every mailbox of an entity that is or was watched, those that fail first."""
    rows = session.scalars(select(Mailbox).where(Mailbox.entity == entity).order_by(Mailbox.name)).all()
    left = dict(
        session.execute(
            select(MailboxArrival.mailbox, func.count())
            .where(MailboxArrival.entity == entity, MailboxArrival.sha256.is_(None))
            .group_by(MailboxArrival.mailbox)
        ).all()
    )
    waiting = dict(
        session.execute(
            select(MailboxWaiting.mailbox, func.count())
            .where(MailboxWaiting.entity == entity)
            .group_by(MailboxWaiting.mailbox)
        ).all()
    )
    views = [_view(row, left.get(row.name, 0), waiting.get(row.name, 0), now) for row in rows]
    return tuple(sorted(views, key=lambda view: (view.tint != "stop", view.name)))


def _view(row: Mailbox, left: int, waiting: int, now: datetime) -> MailboxView:
    silent = (
        row.state in ("watching", "polling") and row.seen_at and (now - row.seen_at).total_seconds() > SILENT_SECONDS
    )
    title, tint, icon = STATES["silent" if silent else row.state]
    advice = "Is the worker running? Nothing was noted for an hour." if silent else row.advice
    return MailboxView(
        name=row.name,
        address=row.address,
        state=title,
        tint=tint,
        icon=icon,
        seen=_when(row.seen_at, now) or "never",
        stored=_when(row.stored_at, now) or "none yet",
        messages=row.messages,
        left=left,
        waiting=waiting,
        error=row.error,
        advice=advice,
        next_try=_when(row.next_try_at, now),
    )


def _when(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    return wording.hour(at) if at.date() == now.date() else f"{at.day} {at:%b} {wording.hour(at)}"
