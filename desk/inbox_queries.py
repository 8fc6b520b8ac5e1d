"""Which cases a person sees where: what needs her, what waits on others, and what rules settled for her eye.

The database picks and sorts them, so that a hundred thousand open cases cost no more than the page that is shown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.cases import Case, CaseState
from core.deciding.proposals import Decision, Proposal, Signature
from desk.web import User
from policies.signatures import filled

OPEN = (CaseState.OPEN, CaseState.PROPOSED, CaseState.HALF_SIGNED, CaseState.STOPPED, CaseState.EXECUTING)
WAITS = (CaseState.OPEN, CaseState.PROPOSED, CaseState.STOPPED)
ROWS_MAX = 100
SHOWN_FOR = timedelta(days=7)
"""So long a sampled decision of a rule stays in sight."""
SAMPLES_MAX = 10


def needs(session: Session, user: User, half: Sequence[Case]) -> list[Case]:
    """The cases that wait for this person, first things first: a role of hers must sign and she has not, or there is
    nothing to sign yet and the work is hers. At most `ROWS_MAX`. `half` are the half-signed ones of hers."""
    plain = session.scalars(_ranked(select(Case).where(waits_for(user))).limit(ROWS_MAX)).all()
    both = [*plain, *half]
    return sorted(both, key=_place)[:ROWS_MAX]


def count_needs(session: Session, user: User, half: Sequence[Case]) -> int:
    """How many wait for this person, all of them, with the half-signed ones of hers."""
    plain = session.execute(select(func.count()).select_from(Case).where(waits_for(user))).scalar_one()
    return int(plain) + len(half)


def waits_for(user: User) -> ColumnElement[bool]:
    """The condition on a case that nobody has signed yet."""
    first = _first_body()
    asked = or_(*(first.contains({"verdict": {"approvers": [[role]]}}) for role in user.roles))
    working = and_(
        first.is_(None), or_(Case.owner == user.id, and_(Case.owner.is_(None), Case.owner_role.in_(user.roles)))
    )
    return and_(Case.entity == user.entity, Case.state.in_(WAITS), or_(asked, working))


def in_view(session: Session, user: User, view: str) -> list[Case]:
    """The cases of a view other than "needs you"; at most `ROWS_MAX`."""
    wanted = select(Case).where(Case.entity == user.entity)
    if view == "snoozed":
        wanted = wanted.where(Case.state == CaseState.SNOOZED).order_by(Case.snoozed_until, Case.number)
    elif view == "done":
        wanted = wanted.where(Case.state == CaseState.DONE).order_by(Case.closed_at.desc(), Case.number.desc())
    else:
        wanted = _ranked(wanted.where(Case.state.in_(OPEN)))
        if view == "waiting":
            mine = [case.number for case in half_signed(session, user)]
            wanted = wanted.where(~waits_for(user), Case.number.not_in(mine))
    return list(session.scalars(wanted.limit(ROWS_MAX)))


def counts(session: Session, user: User, half: Sequence[Case]) -> dict[str, int]:
    """How many cases each view has, with the half-signed ones of hers."""
    states = dict(
        session.execute(select(Case.state, func.count()).where(Case.entity == user.entity).group_by(Case.state)).all()
    )
    team = sum(states.get(state, 0) for state in OPEN)
    mine = count_needs(session, user, half)
    return {
        "needs-you": mine,
        "team": team,
        "waiting": team - mine,
        "snoozed": states.get(CaseState.SNOOZED, 0),
        "done": states.get(CaseState.DONE, 0),
    }


def sampled(session: Session, user: User, now: datetime) -> list[Case]:
    """Cases that a rule settled and that were drawn for a person's eye, the newest first."""
    drawn = select(Decision.case).where(
        Decision.entity == user.entity,
        Decision.decided_by.like("rule:%"),
        Decision.decided_at > now - SHOWN_FOR,
        Decision.verdict["sampled"].as_boolean(),
    )
    rows = session.scalars(
        select(Case)
        .where(Case.entity == user.entity, Case.number.in_(drawn), Case.owner_role.in_(user.roles))
        .where(Case.state == CaseState.DONE)
        .order_by(Case.closed_at.desc(), Case.number.desc())
        .limit(SAMPLES_MAX)
    )
    return list(rows)


def first_proposals(session: Session, entity: str, numbers: Sequence[str]) -> dict[str, Proposal]:
    """The way shown first for each of these cases; of a case that is done, the one that was carried out."""
    rows = session.scalars(
        select(Proposal)
        .where(
            Proposal.entity == entity,
            Proposal.case.in_(numbers),
            Proposal.state.in_(("proposed", "approved", "carried_out")),
        )
        .order_by((Proposal.state == "proposed"), Proposal.place.desc(), Proposal.version)
    )
    return {row.case: row for row in rows}


def half_signed(session: Session, user: User) -> list[Case]:
    """Of the few cases that are half signed, those on which a signature of hers is still missing."""
    cases = session.scalars(
        _ranked(select(Case).where(Case.entity == user.entity, Case.state == CaseState.HALF_SIGNED))
    ).all()
    if not cases:
        return []
    first = first_proposals(session, user.entity, [case.number for case in cases])
    signed: dict[str, list[Signature]] = {}
    for one in session.scalars(
        select(Signature).where(
            Signature.entity == user.entity,
            Signature.voided_at.is_(None),
            Signature.digest.in_([proposal.digest for proposal in first.values()]),
        )
    ):
        signed.setdefault(one.digest, []).append(one)
    return [
        case
        for case in cases
        if (proposal := first.get(case.number)) and _is_missing(proposal, signed.get(proposal.digest, []), user)
    ]


def _is_missing(proposal: Proposal, signed: list[Signature], user: User) -> bool:
    if any(one.person == user.id for one in signed):
        return False
    groups = tuple(tuple(group) for group in proposal.body["verdict"]["approvers"])
    given = [one.as_role for one in signed]
    return any(len(filled(groups, [*given, role])) > len(filled(groups, given)) for role in user.roles)


def _first_body() -> ColumnElement[dict[str, object]]:
    """The body of the proposal that is shown first for a case; null when there is none."""
    return (
        select(Proposal.body)
        .where(Proposal.entity == Case.entity, Proposal.case == Case.number, Proposal.state == "proposed")
        .order_by(Proposal.place, Proposal.version.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _ranked(query: Select[Case]) -> Select[Case]:
    return query.order_by(Case.rank.desc().nulls_last(), Case.due_at.nulls_last(), Case.number)


def _place(case: Case) -> tuple[bool, object, bool, float, str]:
    """As `_ranked`, for a list."""
    rank = -case.rank if case.rank is not None else 0
    due = case.due_at.timestamp() if case.due_at else 0.0
    return (case.rank is None, rank, case.due_at is None, due, case.number)
