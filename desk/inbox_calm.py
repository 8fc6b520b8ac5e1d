"""What is shown when nothing needs a person: what left her inbox today, what rules settled, and how near their limits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case, CaseState
from core.deciding.proposals import Decision, Proposal
from core.masterdata.tables import Supplier
from core.people.tables import Person
from desk.inbox_views import decided_words
from desk.web import User
from desk.wording import count_words

LISTED_MAX = 200
LEFT_MAX = 12
MONEY = ("pays", "credit", "commits", "writes_off")


@dataclass(frozen=True, kw_only=True, slots=True)
class ByRule:
    """What one rule settled today."""

    title: str
    rule: str
    times: int
    worth: str
    nearest: str
    case: str  # the newest


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A case that was decided today."""

    number: str
    title: str
    who: str
    outcome: str
    kind: str
    worth: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Calm:
    """The page's second half when the inbox is empty."""

    says: str
    next: str
    by_rule: tuple[ByRule, ...]
    rule_times: int
    rule_worth: str
    drawn: int
    left: tuple[Left, ...]


def calm(session: Session, user: User, now: datetime) -> Calm:
    """Today's decisions, by rules and by people."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = session.execute(
        select(Decision, Proposal, Case)
        .join(Case, (Case.entity == Decision.entity) & (Case.number == Decision.case))
        .join(
            Proposal,
            (Proposal.entity == Decision.entity)
            & (Proposal.case == Decision.case)
            & (Proposal.version == Decision.proposal_version),
        )
        .where(Decision.entity == user.entity, Decision.decided_at >= today)
        .order_by(Decision.decided_at.desc(), Decision.number.desc())
        .limit(LISTED_MAX)
    )
    by_rule: dict[str, list[tuple[Decision, Proposal, Case]]] = {}
    by_people: list[tuple[Decision, Proposal, Case]] = []
    for decision, proposal, case in rows:
        if decision.decided_by.startswith("rule:"):
            by_rule.setdefault(decision.decided_by.removeprefix("rule:"), []).append((decision, proposal, case))
        elif decision.decided_by == user.id or case.owner == user.id or case.owner_role in user.roles:
            by_people.append((decision, proposal, case))
    times = sum(len(group) for group in by_rule.values())
    worth = sum((_worth(proposal) for group in by_rule.values() for _, proposal, _ in group), Decimal(0))
    return Calm(
        says=_says(len(by_people), times),
        next=_next(session, user, by_people),
        by_rule=tuple(_by_rule(rule, group, user) for rule, group in sorted(by_rule.items())),
        rule_times=times,
        rule_worth=wording.plain_amount(worth, user.currency),
        drawn=sum(1 for group in by_rule.values() for decision, _, _ in group if decision.verdict["sampled"]),
        left=_left(session, user, by_people[:LEFT_MAX]),
    )


def _says(people: int, rules: int) -> str:
    left = f"{count_words(people)} {'case' if people == 1 else 'cases'} left your inbox today"
    settled = f"{count_words(rules).lower()} {'was' if rules == 1 else 'were'} settled by rule"
    return f"{left}, {settled}"


def _next(session: Session, user: User, decided: list[tuple[Decision, Proposal, Case]]) -> str:
    """When the last one was decided, and when something comes back."""
    said = [f"Last one at {wording.hour(decided[0][0].decided_at)}."] if decided else []
    asleep, first = session.execute(
        select(func.count(), func.min(Case.snoozed_until)).where(
            Case.entity == user.entity,
            Case.state == CaseState.SNOOZED,
            or_(Case.owner == user.id, Case.owner_role.in_(user.roles)),
        )
    ).one()
    if first is not None:
        said.append(f"{count_words(asleep)} sleep; the next comes back {first:%A} {wording.hour(first)}.")
    return " ".join(said) or "New ones come in by themselves."


def _by_rule(rule: str, group: list[tuple[Decision, Proposal, Case]], user: User) -> ByRule:
    worth = sum((_worth(proposal) for _, proposal, _ in group), Decimal(0))
    rulings: list[dict[str, Any]] = [
        ruling for decision, _, _ in group for ruling in decision.verdict["rulings"] if ruling["rule"] == rule
    ]
    near = next((str(ruling["near_miss"]) for ruling in rulings if ruling.get("near_miss")), "–")
    return ByRule(
        title=group[0][2].title,
        rule=rule,
        times=len(group),
        worth=wording.plain_amount(worth, user.currency),
        nearest=near,
        case=group[0][2].number,
    )


def _left(session: Session, user: User, decided: list[tuple[Decision, Proposal, Case]]) -> tuple[Left, ...]:
    who = {case.supplier for _, _, case in decided if case.supplier}
    suppliers = dict(
        session.execute(
            select(Supplier.number, Supplier.name).where(Supplier.entity == user.entity, Supplier.number.in_(who))
        ).all()
    )
    ids = {decision.decided_by for decision, _, _ in decided}
    people = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    left = []
    for decision, _, case in decided:
        outcome, kind = decided_words(decision, people, user)
        left.append(
            Left(
                number=case.number,
                title=case.title,
                who=suppliers.get(case.supplier or "", ""),
                outcome=outcome,
                kind=kind,
                worth=wording.plain_amount(case.stake, user.currency) if case.stake else "—",
                at=wording.hour(decision.decided_at),
            )
        )
    return tuple(left)


def _worth(proposal: Proposal) -> Decimal:
    """The money that a proposal moves: what it pays, credits or commits."""
    amounts: dict[str, str] = proposal.body["amounts"]
    return max((Decimal(amounts[name]) for name in MONEY if name in amounts), default=Decimal(0))
