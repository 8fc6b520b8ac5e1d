"""The figures above the inbox, from real history; a dash where there is none yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core import wording
from core.books.tables import JournalEntry
from core.cases import Case
from core.deciding.proposals import Decision, Proposal
from desk.inbox_queries import half_signed, waits_for
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


def inbox_figures(session: Session, user: User, now: datetime) -> tuple[Figure, ...]:
    """At stake, time to decide, approved unchanged, reversed."""
    return (
        _at_stake(session, user, now),
        _time_to_decide(session, user, now),
        _unchanged(session, user, now),
        _reversed(session, user, now),
    )


def _at_stake(session: Session, user: User, now: datetime) -> Figure:
    """What waits for this person; the line is what was open in the team at the end of each day."""
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    total, today = session.execute(
        select(
            func.coalesce(func.sum(Case.stake), 0),
            func.coalesce(func.sum(Case.stake).filter(Case.due_at < tomorrow), 0),
        ).where(or_(waits_for(user), Case.number.in_([case.number for case in half_signed(session, user)])))
    ).one()
    ends = [tomorrow - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    open_then = session.execute(
        select(
            *(
                func.coalesce(
                    func.sum(Case.stake).filter(
                        Case.opened_at < end, or_(Case.closed_at.is_(None), Case.closed_at >= end)
                    ),
                    0,
                )
                for end in ends
            )
        ).where(Case.entity == user.entity, or_(Case.closed_at.is_(None), Case.closed_at > ends[0]))
    ).one()
    return Figure(
        label="At stake in your inbox",
        value=wording.amount(total, user.currency),
        says=f"{wording.amount(today, user.currency)} due today" if today else "nothing due today",
        points=_points([int(value) for value in open_then]),
        trend="Open in the team over 14 days",
    )


def _time_to_decide(session: Session, user: User, now: datetime) -> Figure:
    """From the first proposal to a person's decision, the median of thirty days, beside that of the thirty before."""
    rows = session.execute(
        select(Decision.decided_at, func.min(Proposal.made_at))
        .join(Proposal, (Proposal.entity == Decision.entity) & (Proposal.case == Decision.case))
        .where(
            Decision.entity == user.entity,
            Decision.decided_at > now - 2 * MONTH,
            Decision.decided_by.not_like("rule:%"),
        )
        .group_by(Decision.number, Decision.decided_at)
        .order_by(Decision.decided_at)
    ).all()
    before = [int((decided - made).total_seconds()) for decided, made in rows if decided <= now - MONTH]
    seconds = [int((decided - made).total_seconds()) for decided, made in rows if decided > now - MONTH]
    if not seconds:
        return Figure(label="Median time to decide", value="—", says="nobody has decided yet")
    was = f"was {_span(int(median(before)))} the 30 days before" if before else ""
    return Figure(
        label="Median time to decide",
        value=_span(int(median(seconds))),
        says=was or f"of {wording.plural(len(seconds), 'decision')}, 30 days",
        points=_points(seconds[-DAYS:]),
        trend="The last decisions",
    )


def _unchanged(session: Session, user: User, now: datetime) -> Figure:
    """The share of proposals that people approved as they were proposed."""
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
    shares, unchanged = [], 0
    for seen, (verb, based_on) in enumerate(rows, 1):
        unchanged += verb == "approve" and based_on is None
        shares.append(unchanged * 100 // seen)
    return Figure(
        label="Approved unchanged",
        value=f"{shares[-1]}%",
        says=f"of {wording.plural(len(rows), 'proposal')}, 30 days",
        points=_points(shares[-DAYS:]),
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
