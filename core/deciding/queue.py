"""Cases in the queue: taken, put away, woken, closed without carrying anything out."""

from typing import Any

from sqlalchemy import select

from core import cases
from core.cases import Case
from core.deciding.commands import CloseCase, Snooze, TakeCase, Wake
from core.deciding.proposals import Proposal, Signature
from core.deciding.urgency import reckon
from core.erp import Erp
from core.people.tables import Person
from core.refusals import Refusal, Refused


def take_case(erp: Erp, cmd: TakeCase) -> dict[str, Any]:
    """Make a person the owner of a case. She works it; who signs is another question."""
    erp.need(Person, cmd.person, refusal=Refusal.PERSON_UNKNOWN)
    case = cases.load(erp, cmd.case)
    case.owner = cmd.person
    erp.emit("case_taken", f"case {case.number}", person=cmd.person)
    erp.note("command", f"Took {case.number}", case=case.number)
    return {"case": case.number}


def snooze(erp: Erp, cmd: Snooze) -> dict[str, Any]:
    """Put a case away until a moment in the future. The clock of its answer goes on."""
    case = cases.load(erp, cmd.case)
    if cmd.until <= erp.now:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.until:%d %b %H:%M} is not in the future")

    cases.move(case, "snooze")
    case.snoozed_until = cmd.until
    erp.emit("case_snoozed", f"case {case.number}", until=cmd.until, reason=cmd.reason)
    erp.note("command", f"Put away until {cmd.until:%d %b %H:%M}", case=case.number)
    return {"case": case.number}


def wake(erp: Erp, cmd: Wake) -> dict[str, Any]:
    """Bring a case back, with a fresh look at what can be done."""
    case = cases.load(erp, cmd.case)
    cases.move(case, "wake")
    case.snoozed_until = None
    void_proposals(erp, case, "superseded", "the case came back")
    reckon(erp, case)
    erp.emit("case_changed", f"case {case.number}", why="woken")
    defer_work(erp, case)
    return {"case": case.number}


def close_case(erp: Erp, cmd: CloseCase) -> dict[str, Any]:
    """Close a case with a root cause and without carrying anything out."""
    case = cases.load(erp, cmd.case)
    if not cmd.root_cause:
        raise Refused(Refusal.REASON_REQUIRED, "a case closes with its root cause")

    cases.move(case, "close")
    case.closed_at, case.root_cause = erp.now, cmd.root_cause
    void_proposals(erp, case, "superseded", "the case was closed")
    erp.emit("case_closed", f"case {case.number}", root_cause=cmd.root_cause, reason=cmd.reason, person=cmd.person)
    erp.note("decision", f"Closed {case.number}: {cmd.root_cause}", case=case.number)
    return {"case": case.number}


def void_proposals(erp: Erp, case: Case, state: str, says: str, *, but: str = "") -> None:
    """End every open proposal of a case (all but the one with that hash), and void the signatures on it."""
    standing = select(Proposal).where(
        Proposal.entity == erp.entity,
        Proposal.case == case.number,
        Proposal.state == "proposed",
        Proposal.digest != but,
    )
    for proposal in erp.session.scalars(standing):
        proposal.state, proposal.state_says = state, says
        void_signatures(erp, case, proposal.digest, says)


def void_signatures(erp: Erp, case: Case, digest: str, says: str) -> None:
    """Void every standing signature on one hash."""
    standing = select(Signature).where(
        Signature.entity == erp.entity,
        Signature.case == case.number,
        Signature.digest == digest,
        Signature.voided_at.is_(None),
    )
    for signature in erp.session.scalars(standing):
        signature.voided_at, signature.voided_says = erp.now, says


def defer_work(erp: Erp, case: Case) -> None:
    """Have the agents look at the case (again)."""
    erp.defer("work_case", queueing_lock=f"work_case:{erp.entity}:{case.number}", entity=erp.entity, case=case.number)
