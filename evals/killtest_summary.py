"""What came of a run, in a form in which two runs can be compared: without times, hashes and numbers that are handed out
in the order of arrival."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.canonical import plain
from core.cases import Case, CaseFinding
from core.deciding.proposals import Decision, Proposal
from core.intake.tables import Message, OutgoingMessage
from core.payables.tables import SupplierClaim, SupplierInvoice
from evals.killtest_house import Books

MESSAGE = ("entity", "name", "state", "supplier", "intents", "reading", "readings", "copies")
INVOICE = ("entity", "kind", "supplier", "their_number", "total", "order", "message", "state", "posted_total")
CLAIM = ("entity", "supplier", "order", "amount", "state")
MAIL = ("entity", "recipient", "in_reply_to", "state")

Summary = Mapping[str, Sequence[str]]


def summary(books: Books) -> Summary:
    """Messages, cases with their findings, ways and decisions, bills, claims and letters, each as sorted lines."""
    with books.unit() as session:
        return {
            "messages": _rows(session, Message, MESSAGE),
            "cases": sorted(_case(session, case) for case in session.scalars(select(Case))),
            "bills": _rows(session, SupplierInvoice, INVOICE),
            "claims": _rows(session, SupplierClaim, CLAIM),
            "letters": _rows(session, OutgoingMessage, MAIL),
        }


def differences(calm: Summary, killed: Summary) -> list[str]:
    """What only one of two runs came to, as sentences."""
    said: list[str] = []
    for what, lines in calm.items():
        left, right = _left_over(lines, killed[what]), _left_over(killed[what], lines)
        said.extend(f"{what}: only without kills: {line[:600]}" for line in left)
        said.extend(f"{what}: only with kills: {line[:600]}" for line in right)
    return said


def _left_over(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    rest = list(others)
    missing = []
    for line in lines:
        if line in rest:
            rest.remove(line)
        else:
            missing.append(line)
    return missing


def _rows(session: Session, table: Any, columns: Sequence[str]) -> list[str]:
    rows = session.scalars(select(table)).all()
    return sorted(_line({name: getattr(row, name) for name in columns}) for row in rows)


def _case(session: Session, case: Case) -> str:
    findings = session.scalars(
        select(CaseFinding.code).where(
            CaseFinding.entity == case.entity, CaseFinding.case == case.number, CaseFinding.cleared_at.is_(None)
        )
    ).all()
    ways = session.scalars(
        select(Proposal).where(
            Proposal.entity == case.entity,
            Proposal.case == case.number,
            Proposal.state.in_(("proposed", "carried_out")),
        )
    ).all()
    decisions = session.scalars(
        select(Decision).where(Decision.entity == case.entity, Decision.case == case.number)
    ).all()
    return _line(
        {
            "entity": case.entity,
            "cause": case.cause.partition(":")[0],
            "message": case.message,
            "order": case.order,
            "state": case.state,
            "owner": case.owner_role,
            "root": case.root_cause,
            "codes": sorted(findings),
            "ways": sorted(_way(way) for way in ways),
            "decisions": sorted(f"{row.verb} {row.as_role} {row.carried_out_at is not None}" for row in decisions),
        }
    )


def _way(way: Proposal) -> str:
    commands = [action["command"]["type"] for action in way.body["actions"]]
    answer = way.body["verdict"]["answer"]
    return _line(
        {"option": way.option, "state": way.state, "does": commands, "of": way.body["amounts"], "says": answer}
    )


def _line(values: Mapping[str, Any]) -> str:
    return str(plain(dict(values)))
