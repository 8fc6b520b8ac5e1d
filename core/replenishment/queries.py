"""Questions on replenishment: what is suggested, the most urgent first."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.replenishment.tables import OPEN, Suggestion


def suggestions(session: Session, entity: str, *, item: str = "", site: str = "") -> Sequence[Suggestion]:
    """The open suggestions by the last day on which to order, of everything or of one item or site."""
    wanted = [Suggestion.entity == entity, Suggestion.state == OPEN]
    wanted += [Suggestion.item == item] if item else []
    wanted += [Suggestion.site == site] if site else []
    return session.scalars(
        select(Suggestion)
        .where(*wanted)
        .order_by(Suggestion.order_by, func.length(Suggestion.number), Suggestion.number)
        .execution_options(populate_existing=True)
    ).all()
