"""The inbox: what needs this person first, with the proposal and the policy's answer on each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core import clock, wording
from core.cases import Case, CaseState
from core.deciding.proposals import Decision, Proposal, Signature
from core.judging import Answer
from core.masterdata.tables import Supplier
from core.people.tables import Person
from desk.figures import Figure, inbox_figures
from desk.web import User, house_of, is_fragment, may_open, show
from policies.authority import words

router = APIRouter()

VIEWS = ("needs-you", "team", "waiting", "snoozed", "done")
OPEN = (CaseState.OPEN, CaseState.PROPOSED, CaseState.HALF_SIGNED, CaseState.STOPPED, CaseState.EXECUTING)
ROWS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRow:
    """One line of the inbox."""

    number: str
    title: str
    who: str
    proposed: str
    why: str
    policy: str
    policy_kind: str
    stake: str
    due: str
    late: bool
    owner: str
    initials: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Rows that are due together, with their money."""

    title: str
    stake: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbox:
    """The page."""

    view: str
    says: str
    counts: dict[str, int]
    bands: tuple[Band, ...]
    figures: tuple[Figure, ...]
    left_today: int
    by_rule_today: int


@router.get("/inbox", response_class=HTMLResponse)
def inbox(request: Request, view: str = "needs-you", user: User = may_open("Inbox")) -> HTMLResponse:
    """The inbox in one of its views; htmx gets the list alone."""
    with house_of(request).unit() as session:
        shown = build(session, user, view if view in VIEWS else "needs-you")
    return show(request, "_inbox_list.html" if is_fragment(request) else "inbox.html", inbox=shown)


def build(session: Session, user: User, view: str) -> Inbox:
    """The inbox of one person as it is now."""
    now = clock.now(session)
    mine = needs(session, user)
    counts = {
        "needs-you": len(mine),
        "team": _count(session, user, Case.state.in_(OPEN)),
        "waiting": _count(session, user, Case.state.in_(OPEN)) - len(mine),
        "snoozed": _count(session, user, Case.state == CaseState.SNOOZED),
        "done": _count(session, user, Case.state == CaseState.DONE),
    }
    rows = _rows_of(session, user, view, mine)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    decided = (
        select(func.count()).select_from(Decision).where(Decision.entity == user.entity, Decision.decided_at >= today)
    )
    return Inbox(
        view=view,
        says=_headline(view, len(rows) if view != "done" else counts["done"]),
        counts=counts,
        bands=_bands(session, rows, now, user),
        figures=inbox_figures(session, user, [case.number for case in mine], now),
        left_today=session.execute(decided.where(Decision.decided_by == user.id)).scalar_one(),
        by_rule_today=session.execute(decided.where(Decision.decided_by.like("rule:%"))).scalar_one(),
    )


def needs(session: Session, user: User) -> list[Case]:
    """The open cases that wait for this person: a role of hers must sign and she has not, or she owns the work."""
    cases = session.scalars(
        _ranked(select(Case).where(Case.entity == user.entity, Case.state.in_(OPEN), Case.state != CaseState.EXECUTING))
    ).all()
    first = first_proposals(session, user.entity, [case.number for case in cases])
    signed = set(
        session.scalars(
            select(Signature.digest).where(
                Signature.entity == user.entity, Signature.person == user.id, Signature.voided_at.is_(None)
            )
        )
    )
    return [case for case in cases if _is_mine(case, first.get(case.number), user, signed)]


def _is_mine(case: Case, proposal: Proposal | None, user: User, signed: set[str]) -> bool:
    if proposal is None:
        return case.owner == user.id or (case.owner is None and case.owner_role in user.roles)
    if proposal.digest in signed:
        return False
    wanted = {role for group in proposal.body["verdict"]["approvers"] for role in group}
    return bool(wanted & set(user.roles))


def first_proposals(session: Session, entity: str, numbers: Sequence[str]) -> dict[str, Proposal]:
    """The way shown first for each of these cases."""
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.entity == entity, Proposal.case.in_(numbers), Proposal.state == "proposed")
        .order_by(Proposal.place.desc())
    )
    return {row.case: row for row in rows}


def _rows_of(session: Session, user: User, view: str, mine: list[Case]) -> list[Case]:
    if view == "needs-you":
        return mine
    wanted = select(Case).where(Case.entity == user.entity)
    if view == "snoozed":
        return list(session.scalars(wanted.where(Case.state == CaseState.SNOOZED).order_by(Case.snoozed_until)))
    if view == "done":
        done = wanted.where(Case.state == CaseState.DONE).order_by(Case.closed_at.desc(), Case.number.desc())
        return list(session.scalars(done.limit(ROWS_MAX)))
    rows = session.scalars(_ranked(wanted.where(Case.state.in_(OPEN))).limit(ROWS_MAX)).all()
    numbers = {case.number for case in mine}
    return [case for case in rows if view == "team" or case.number not in numbers]


def _ranked(query: Select[Case]) -> Select[Case]:
    return query.order_by(Case.rank.desc().nulls_last(), Case.due_at.nulls_last(), Case.number)


def _count(session: Session, user: User, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Case).where(Case.entity == user.entity, condition)
    return int(session.execute(query).scalar_one())


def _bands(session: Session, cases: Sequence[Case], now: datetime, user: User) -> tuple[Band, ...]:
    """Due today, this week, later; what is done or asleep stays in one band."""
    first = first_proposals(session, user.entity, [case.number for case in cases])
    suppliers = {s.number: s.name for s in session.scalars(select(Supplier).where(Supplier.entity == user.entity))}
    people = {p.id: p.name for p in session.scalars(select(Person))}
    decided = _decided(session, user.entity, [case.number for case in cases])
    groups: dict[str, list[tuple[Case, CaseRow]]] = {}
    for case in cases:
        row = _row(case, first.get(case.number), decided.get(case.number), suppliers, people, now)
        groups.setdefault(_band(case, now), []).append((case, row))
    return tuple(
        Band(
            title=title,
            stake=wording.amount(sum((case.stake for case, _ in groups[title]), Decimal(0)), user.currency),
            rows=tuple(row for _, row in groups[title]),
        )
        for title in ("Due today", "This week", "Later", "Snoozed", "Approved by rule, for your eye", "Done")
        if title in groups
    )


def _band(case: Case, now: datetime) -> str:
    if case.state == CaseState.SNOOZED:
        return "Snoozed"
    if case.state == CaseState.DONE:
        return "Done"
    if case.due_at is None or case.due_at.date() <= now.date():
        return "Due today"
    return "This week" if case.due_at - now < timedelta(days=7) else "Later"


def _row(
    case: Case,
    proposal: Proposal | None,
    decision: Decision | None,
    suppliers: dict[str, str],
    people: dict[str, str],
    now: datetime,
) -> CaseRow:
    policy, kind = _policy(case, proposal, decision, people)
    subject = case.order or case.receipt or case.invoice or case.number
    owner = people.get(case.owner or "", "")
    return CaseRow(
        number=case.number,
        title=case.title,
        who=" · ".join(part for part in (suppliers.get(case.supplier or "", ""), subject) if part),
        proposed=proposal.title if proposal else (case.root_cause.replace("_", " ") or "Being worked out"),
        why=case.rank_says or case.says,
        policy=policy,
        policy_kind=kind,
        stake=wording.amount(case.stake, case.currency) if case.stake else "—",
        due=_due(case, now),
        late=bool(case.due_at and case.due_at < now and case.state not in (CaseState.DONE, CaseState.SNOOZED)),
        owner=owner or case.owner_role,
        initials="".join(word[0] for word in owner.split()[:2]).upper(),
    )


def _policy(
    case: Case, proposal: Proposal | None, decision: Decision | None, people: dict[str, str]
) -> tuple[str, str]:
    """The answer on the right: who must say yes, who did, or that nobody needs to."""
    if case.state == CaseState.STOPPED:
        return "Stopped, look again", "stop"
    if case.state == CaseState.HALF_SIGNED:
        return "Half signed", "ask"
    if case.state in (CaseState.DONE, CaseState.EXECUTING) and decision is not None:
        if decision.decided_by.startswith("rule:"):
            return "Within policy", "go"
        return f"{people.get(decision.decided_by, decision.decided_by).split()[0]} {PAST[decision.verb]}", "go"
    if case.state == CaseState.DONE:
        return "Settled by itself", "go"
    if proposal is None:
        return "Working", "accent"
    verdict = proposal.body["verdict"]
    if verdict["answer"] == Answer.REFUSE:
        return "Policy refuses", "stop"
    if verdict["auto"]:
        return "Within policy", "go"
    return f"Needs {words(tuple(tuple(g[:1]) for g in verdict['approvers']))}", "ask"


PAST = {"approve": "approved", "reject": "rejected"}


def _decided(session: Session, entity: str, numbers: Sequence[str]) -> dict[str, Decision]:
    rows = session.scalars(
        select(Decision)
        .where(Decision.entity == entity, Decision.case.in_(numbers))
        .order_by(Decision.decided_at, Decision.number)
    )
    return {row.case: row for row in rows}


def _due(case: Case, now: datetime) -> str:
    if case.state == CaseState.DONE and case.closed_at:
        return wording.hour(case.closed_at) if case.closed_at.date() == now.date() else f"{case.closed_at:%d %b}"
    at = case.snoozed_until if case.state == CaseState.SNOOZED else case.due_at
    if at is None:
        return "—"
    if at < now:
        hours = int((now - at).total_seconds() // 3600)
        return f"{hours} h over" if hours < 48 else f"{hours // 24} d over"
    return (
        wording.hour(at) if at.date() == now.date() else f"{at:%a}" if at - now < timedelta(days=6) else f"{at:%d %b}"
    )


def _headline(view: str, count: int) -> str:
    if view == "needs-you":
        return (
            "Nothing needs you"
            if not count
            else f"{wording.plural(count, 'case')} {'needs' if count == 1 else 'need'} you"
        )
    names = {"team": "open in the team", "waiting": "waiting on others", "snoozed": "asleep", "done": "done"}
    return f"{wording.plural(count, 'case')} {names[view]}"
