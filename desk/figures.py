"""The figures above the inbox, from real history; a dash where there is none yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import wording
from core.books.tables import JournalEntry
from core.cases import Case
from core.deciding.proposals import Decision, Proposal
from desk.web import User

DAYS = 14
MONTH = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure with what it was before or stands for, and its last fourteen days."""

    label: str
    value: str
    says: str
    points: tuple[tuple[int, int], ...] = ()
    trend: str = ""

    @property
    def line(self) -> str:
        """The points as SVG coordinates."""
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def area(self) -> str:
        """The surface under the line."""
        return f"M0 30L{self.line.replace(' ', ' L')}L92 30z"


def inbox_figures(session: Session, user: User, mine: Sequence[str], now: datetime) -> tuple[Figure, ...]:
    """At stake, time to decide, approved unchanged, reversed."""
    return (
        _at_stake(session, user, mine, now),
        _time_to_decide(session, user, now),
        _unchanged(session, user, now),
        _reversed(session, user, now),
    )


def _at_stake(session: Session, user: User, mine: Sequence[str], now: datetime) -> Figure:
    cases = session.scalars(select(Case).where(Case.entity == user.entity, Case.number.in_(mine))).all()
    total = sum((case.stake for case in cases), Decimal(0))
    today = sum((case.stake for case in cases if case.due_at and case.due_at.date() <= now.date()), Decimal(0))
    opened = _per_day(session, select(Case.opened_at).where(Case.entity == user.entity), now)
    return Figure(
        label="At stake in your inbox",
        value=wording.amount(total, user.currency),
        says=f"{wording.amount(today, user.currency)} due today",
        points=_points(opened),
        trend="Cases opened per day over 14 days",
    )


def _time_to_decide(session: Session, user: User, now: datetime) -> Figure:
    """From the first proposal to a person's decision, the median of thirty days."""
    rows = session.execute(
        select(Decision.decided_at, func.min(Proposal.made_at))
        .join(Proposal, (Proposal.entity == Decision.entity) & (Proposal.case == Decision.case))
        .where(
            Decision.entity == user.entity,
            Decision.decided_at > now - MONTH,
            Decision.decided_by.not_like("rule:%"),
        )
        .group_by(Decision.number, Decision.decided_at)
        .order_by(Decision.decided_at)
    ).all()
    if not rows:
        return Figure(label="Median time to decide", value="—", says="nobody has decided yet")
    seconds = [int((decided - made).total_seconds()) for decided, made in rows]
    return Figure(
        label="Median time to decide",
        value=_span(int(median(seconds))),
        says=f"of {wording.plural(len(rows), 'decision')}, 30 days",
        points=_points(seconds[-DAYS:]),
        trend="The last decisions",
    )


def _unchanged(session: Session, user: User, now: datetime) -> Figure:
    rows = session.execute(
        select(Decision.verb, Proposal.based_on)
        .join(
            Proposal,
            (Proposal.entity == Decision.entity)
            & (Proposal.case == Decision.case)
            & (Proposal.version == Decision.proposal_version),
        )
        .where(
            Decision.entity == user.entity, Decision.decided_at > now - MONTH, Decision.decided_by.not_like("rule:%")
        )
        .order_by(Decision.decided_at)
    ).all()
    if not rows:
        return Figure(label="Approved unchanged", value="—", says="no proposal was decided yet")
    as_proposed = [1 if verb == "approve" and based_on is None else 0 for verb, based_on in rows]
    share = sum(as_proposed) * 100 // len(rows)
    return Figure(
        label="Approved unchanged",
        value=f"{share}%",
        says=f"of {wording.plural(len(rows), 'proposal')}, 30 days",
        points=_points([sum(as_proposed[: i + 1]) * 100 // (i + 1) for i in range(len(rows))][-DAYS:]),
        trend="Share over the last decisions",
    )


def _reversed(session: Session, user: User, now: datetime) -> Figure:
    mirrors = select(JournalEntry.recorded_at).where(
        JournalEntry.entity == user.entity, JournalEntry.reverses.is_not(None), JournalEntry.recorded_at > now - MONTH
    )
    count = len(session.scalars(mirrors).all())
    return Figure(
        label="Reversed after posting",
        value=str(count),
        says="in 30 days",
        points=_points(_per_day(session, mirrors, now)),
        trend="Reversals per day over 14 days",
    )


def _per_day(session: Session, query: Select[datetime], now: datetime) -> list[int]:
    days = [0] * DAYS
    for at in session.scalars(query):
        age = (now.date() - at.date()).days
        if 0 <= age < DAYS:
            days[DAYS - 1 - age] += 1
    return days


def _points(values: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Values on a field of 92 by 30, highest at the top."""
    if len(values) < 2:
        return ()
    low, high = min(values), max(values)
    reach = (high - low) or 1
    return tuple((i * 92 // (len(values) - 1), 27 - (value - low) * 24 // reach) for i, value in enumerate(values))


def _span(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
