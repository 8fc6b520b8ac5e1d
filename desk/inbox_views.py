"""The lines of the inbox as plain data: one line of what, one of why, one answer of the policy, one figure that ranks it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case, CaseState
from core.deciding.proposals import Decision, Proposal
from core.intake.tables import Message
from core.judging import Answer
from core.masterdata.tables import Supplier
from core.payables.tables import SupplierInvoice
from core.people.tables import Person
from desk.inbox_queries import first_proposals
from desk.web import User, initials
from desk.wording import capital
from policies.roles import title as role_title

PAST = {"approve": "approved", "reject": "sent back"}
BANDS = ("Due today", "This week", "Later", "Approved by rule, for your eye", "Snoozed", "Done")


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
    undo: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Rows that are due together, with their money."""

    title: str
    stake: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the cases of one page, looked up once: parties, people, ways out and decisions."""

    now: datetime
    user: User
    first: dict[str, Proposal]
    decided: dict[str, Decision]
    suppliers: dict[str, str]
    invoices: dict[str, str]
    senders: dict[str, str]  # of messages whose sender is no supplier
    people: dict[str, str]


def bands(
    session: Session, cases: Sequence[Case], by_rule: Sequence[Case], now: datetime, user: User
) -> tuple[Band, ...]:
    """The cases grouped by when they are due; what rules settled stands in a band of its own."""
    around = _around(session, [*cases, *by_rule], now, user)
    groups: dict[str, list[tuple[Case, CaseRow]]] = {}
    for case in cases:
        groups.setdefault(_band(case, now), []).append((case, _row(case, around)))
    for case in by_rule:
        row = replace(_row(case, around), due="Undo", undo=True)
        groups.setdefault("Approved by rule, for your eye", []).append((case, row))
    return tuple(
        Band(
            title=title,
            stake=_sum(sum((case.stake for case, _ in groups[title]), Decimal(0)), user.currency),
            rows=tuple(row for _, row in groups[title]),
        )
        for title in BANDS
        if title in groups
    )


def decided_words(decision: Decision, people: dict[str, str], user: User) -> tuple[str, str]:
    """Who decided, and the tag's colour: a rule, this person, or another."""
    if decision.decided_by.startswith("rule:"):
        return "Within policy", "go"
    if decision.decided_by == user.id:
        return f"You {PAST[decision.verb]}", "go" if decision.verb == "approve" else "ask"
    name = people.get(decision.decided_by, decision.decided_by).split()[0]
    return f"{name} {PAST[decision.verb]}", "person" if decision.verb == "approve" else "ask"


def _around(session: Session, cases: Sequence[Case], now: datetime, user: User) -> Around:
    numbers = [case.number for case in cases]
    suppliers = session.execute(
        select(Supplier.number, Supplier.name).where(
            Supplier.entity == user.entity, Supplier.number.in_({case.supplier for case in cases if case.supplier})
        )
    )
    invoices = session.execute(
        select(SupplierInvoice.number, SupplierInvoice.their_number).where(
            SupplierInvoice.entity == user.entity,
            SupplierInvoice.number.in_({case.invoice for case in cases if case.invoice}),
        )
    )
    messages = {case.message for case in cases if case.message and not case.supplier}
    senders = session.execute(
        select(Message.sha256, Message.sender).where(Message.entity == user.entity, Message.sha256.in_(messages))
    )
    decided = _decided(session, user.entity, numbers)
    people = {case.owner for case in cases if case.owner} | {decision.decided_by for decision in decided.values()}
    names = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return Around(
        now=now,
        user=user,
        first=first_proposals(session, user.entity, numbers),
        decided=decided,
        suppliers=dict(suppliers.all()),
        invoices=dict(invoices.all()),
        senders=dict(senders.all()),
        people=dict(names.all()),
    )


def _decided(session: Session, entity: str, numbers: Sequence[str]) -> dict[str, Decision]:
    rows = session.scalars(
        select(Decision)
        .where(Decision.entity == entity, Decision.case.in_(numbers))
        .order_by(Decision.decided_at, Decision.number)
    )
    return {row.case: row for row in rows}


def _band(case: Case, now: datetime) -> str:
    if case.state == CaseState.SNOOZED:
        return "Snoozed"
    if case.state == CaseState.DONE:
        return "Done"
    if case.due_at is None or case.due_at.date() <= now.date():
        return "Due today"
    return "This week" if case.due_at - now < timedelta(days=7) else "Later"


def _row(case: Case, around: Around) -> CaseRow:
    proposal, decision = around.first.get(case.number), around.decided.get(case.number)
    policy, kind = _policy(case, proposal, decision, around)
    subject = case.order or around.invoices.get(case.invoice or "") or case.receipt or case.number
    who = around.suppliers.get(case.supplier or "") or around.senders.get(case.message or "", "")
    owner = around.people.get(case.owner or "", "")
    return CaseRow(
        number=case.number,
        title=case.title,
        who=" · ".join(part for part in (who, subject) if part),
        proposed=proposal.title if proposal else (capital(case.root_cause.replace("_", " ")) or "Being worked out"),
        why=_why(case, proposal, decision),
        policy=policy,
        policy_kind=kind,
        stake=wording.amount(case.stake, case.currency) if case.stake else "—",
        due=_due(case, around.now),
        late=bool(case.due_at and case.due_at < around.now and case.state not in (CaseState.DONE, CaseState.SNOOZED)),
        owner=owner or role_title(case.owner_role),
        initials=initials(owner),
    )


def _why(case: Case, proposal: Proposal | None, decision: Decision | None) -> str:
    """Figures of what would come of it, else what is wrong; of what was decided, by which rule or for what reason."""
    if decision is None or case.state != CaseState.DONE:
        figures = proposal.says if proposal and any(letter.isdigit() for letter in proposal.says) else ""
        return " · ".join(part for part in (SEVERE.get(case.severity, ""), figures or case.says) if part)
    if decision.decided_by.startswith("rule:"):
        rule = decision.decided_by.removeprefix("rule:")
        rulings: list[dict[str, Any]] = decision.verdict["rulings"]
        return next((str(ruling["says"]) for ruling in rulings if ruling["rule"] == rule), case.says)
    return decision.reason or case.says


def _policy(case: Case, proposal: Proposal | None, decision: Decision | None, around: Around) -> tuple[str, str]:
    """The answer on the right: who must say yes, who did, or that nobody needs to."""
    if case.state == CaseState.STOPPED:
        return "Stopped, look again", "stop"
    if case.state in (CaseState.DONE, CaseState.EXECUTING) and decision is not None:
        return decided_words(decision, around.people, around.user)
    if case.state == CaseState.DONE:
        return "Settled by itself", "go"
    if proposal is None:
        return "Working", "accent"
    verdict = proposal.body["verdict"]
    if verdict["answer"] == Answer.REFUSE:
        return "Policy refuses", "stop"
    if verdict["auto"]:
        return "Within policy", "go"
    if case.state == CaseState.HALF_SIGNED:
        return "Half signed", "ask"
    groups: list[list[str]] = verdict["approvers"]
    if len(groups) > 1:
        return f"Needs {COUNTS.get(len(groups), str(len(groups)))} to sign", "ask"
    hers = next((role for group in groups for role in group if role in around.user.roles), "")
    return f"Needs {_in_sentence(hers or groups[0][0])}", "ask"


SEVERE = {"critical": "Critical", "high": "High"}
COUNTS = {2: "two", 3: "three", 4: "four"}


def _in_sentence(role: str) -> str:
    """A role inside a sentence: AP lead, buyer."""
    name = role_title(role)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _due(case: Case, now: datetime) -> str:
    if case.state == CaseState.DONE and case.closed_at:
        return wording.hour(case.closed_at) if case.closed_at.date() == now.date() else f"{case.closed_at:%d %b}"
    at = case.snoozed_until if case.state == CaseState.SNOOZED else case.due_at
    if at is None:
        return "—"
    if at < now:
        return f"{span(now - at)} over"
    if at.date() == now.date():
        return wording.hour(at)
    return f"{at:%a}" if at - now < timedelta(days=6) else f"{at.day} {at:%b}"


def span(time: timedelta) -> str:
    """How long, in the one unit that says enough: 54 min, 3 h, 2 d."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def _sum(value: Decimal, currency: str) -> str:
    return wording.amount(value, currency) if value else ""
