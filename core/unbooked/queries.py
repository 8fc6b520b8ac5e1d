"""Questions on entries that were kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.unbooked.tables import OPEN, UnbookedEntry


def waiting(session: Session, entity: str) -> list[UnbookedEntry]:
    """The entries that nobody has booked or rejected yet, the oldest first."""
    rows = select(UnbookedEntry).where(UnbookedEntry.entity == entity, UnbookedEntry.state == OPEN)
    return list(session.scalars(rows.order_by(UnbookedEntry.kept_at, UnbookedEntry.number)))
