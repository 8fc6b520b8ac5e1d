"""Findings become cases: one cause is one open case, however many detectors saw it and in whatever order.

Nothing else opens, refreshes or closes a case by itself. A case whose findings are all gone closes; one that somebody
is deciding right now is left to that person.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core import case_words, cases, driver
from core.canonical import plain
from core.case_defaults import BY_WEIGHT, STANDING, WEIGHT, sla
from core.cases import Case, CaseFinding, CaseState, Cleared, Code, Finding
from core.deciding.queue import defer_work, void_proposals
from core.deciding.urgency import reckon
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO
from core.stakes import stake_of

RESOLVED_BY_ITSELF = "resolved_by_itself"
BEING_DECIDED = (CaseState.HALF_SIGNED, CaseState.EXECUTING)
LOCK = "select pg_advisory_xact_lock(hashtextextended(%(cause)s, 20))"
STANDS = "select from exception_case where entity = %(entity)s and cause = %(cause)s and closed_at is null"
STAKE = Decimal("0.0001")  # as the column keeps it, so that an equal stake reads as equal
ABOUT = ("supplier", "order", "receipt", "invoice", "message")


def fold(erp: Erp, found: Iterable[Finding | Cleared]) -> None:
    """Bring the cases of these findings' causes up to date: open, refresh, clear, close.

    Takes what detectors return, findings and clearings mixed. Causes are locked in a fixed order before their case is
    read, so that two transactions open one case and do not wait for each other in a circle. Emits case_opened,
    case_changed and case_closed, and queues the agents' work on what is new.
    """
    by_cause: dict[str, list[Finding | Cleared]] = {}
    for one in found:
        by_cause.setdefault(one.cause, []).append(one)
    for cause in sorted(by_cause):
        driver.later(erp.session, LOCK, {"cause": f"{erp.entity} {cause}"})
        findings = [one for one in by_cause[cause] if isinstance(one, Finding)]
        cleared = [one for one in by_cause[cause] if isinstance(one, Cleared)]
        _fold_cause(erp, cause, findings, cleared)


def _fold_cause(erp: Erp, cause: str, findings: Sequence[Finding], cleared: Sequence[Cleared]) -> None:
    case = _open_case(erp, cause)
    if case is None:
        new = [finding for finding in findings if finding.anew or not _decided_before(erp, cause, finding)]
        if new:
            _open(erp, cause, findings)
        return
    changed = _add(erp, case, findings)
    changed = _clear(erp, case, findings, cleared) or changed
    standing = cases.findings(erp, case.number)
    settled = case.code in STANDING and cleared and not standing and CaseState(case.state) not in BEING_DECIDED
    if (not changed and not settled) or _waits_since_now(erp, case):
        return
    if not standing and CaseState(case.state) not in BEING_DECIDED:
        _close(erp, case)
        return
    if CaseState(case.state) is CaseState.SNOOZED:
        cases.move(case, "wake")  # what it waited for may have happened
        case.snoozed_until = None
    if standing:
        _describe(erp, case, standing)
        erp.session.flush()
        reckon(erp, case)
    erp.emit("case_changed", f"case {case.number}", case=case.number, code=case.code)
    defer_work(erp, case)


def _waits_since_now(erp: Erp, case: Case) -> bool:
    """Whether this very command carried out a way that is to wait: what it cleared itself (asking for another count does)
    is no answer yet."""
    carried_out = (event for event in erp.events if event.kind == "decision_carried_out")
    return CaseState(case.state) is CaseState.SNOOZED and any(
        event.subject == f"case {case.number}" for event in carried_out
    )


def _open_case(erp: Erp, cause: str) -> Case | None:
    """The open case of a cause. Most causes have none, which is asked for the least there is to ask."""
    if not driver.count(erp.session, STANDS, {"entity": erp.entity, "cause": cause}):
        return None
    return erp.session.scalars(
        select(Case)
        .where(Case.entity == erp.entity, Case.cause == cause, Case.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _decided_before(erp: Erp, cause: str, finding: Finding) -> bool:
    """Whether the last case of this cause was closed by a decision over the very same finding. What a person (or a rule)
    has answered is not asked again until it says something else."""
    last = erp.session.scalars(
        select(Case)
        .where(Case.entity == erp.entity, Case.cause == cause, Case.closed_at.is_not(None))
        .order_by(Case.closed_at.desc(), Case.opened_at.desc(), Case.number.desc())
        .limit(1)
    ).first()
    if last is None or last.root_cause == RESOLVED_BY_ITSELF:
        return False
    return any(
        (row.code, row.subject, row.says) == (finding.code, finding.subject, finding.says)
        for row in cases.findings(erp, last.number)
    )


def _open(erp: Erp, cause: str, findings: Sequence[Finding]) -> None:
    heaviest = min((finding.code for finding in findings), key=lambda code: WEIGHT[code])
    default = BY_WEIGHT[heaviest]
    case = Case(
        entity=erp.entity,
        number=erp.number("CASE"),
        code=heaviest.value,
        cause=cause,
        title="",
        says="",
        state=CaseState.OPEN.value,
        owner_role=_owner(findings, heaviest),
        severity=default.severity,
        stake=ZERO,
        currency=erp.currency,
        opened_at=erp.now,
        due_at=erp.now + sla(heaviest),
        related=[],
    )
    erp.add(case)
    _add(erp, case, findings)
    _describe(erp, case, cases.findings(erp, case.number))
    erp.session.flush()
    reckon(erp, case)
    _relate(erp, case)
    erp.emit("case_opened", f"case {case.number}", case=case.number, code=case.code, cause=cause)
    defer_work(erp, case)


def _add(erp: Erp, case: Case, findings: Sequence[Finding]) -> bool:
    """Add what is new, refresh what reads otherwise now. Gives whether anything did."""
    rows = {(row.code, row.subject): row for row in cases.findings(erp, case.number, cleared=True)}
    changed = False
    for finding in findings:
        for name in ABOUT:
            if getattr(case, name) is None:
                setattr(case, name, getattr(finding, name))
        facts: dict[str, Any] = plain(finding.facts)
        stake = finding.stake.quantize(STAKE)
        row = rows.get((finding.code.value, finding.subject))
        if row is None:
            row = CaseFinding(
                entity=erp.entity,
                case=case.number,
                seq=len(rows) + 1,
                code=finding.code.value,
                subject=finding.subject,
                headline=finding.headline,
                says=finding.says,
                stake=stake,
                facts=facts,
                found_at=erp.now,
            )
            rows[finding.code.value, finding.subject] = row
            erp.add(row)
            changed = True
        elif row.cleared_at is not None or (row.says, row.stake, row.facts) != (finding.says, stake, facts):
            row.headline, row.says, row.stake, row.facts = finding.headline, finding.says, stake, facts
            row.cleared_at = None
            changed = True
    return changed


def _clear(erp: Erp, case: Case, findings: Sequence[Finding], cleared: Sequence[Cleared]) -> bool:
    """Clear what no longer holds and was not found at the same time. Gives whether anything was."""
    found = {(finding.code.value, finding.subject) for finding in findings}
    changed = False
    for row in cases.findings(erp, case.number):
        gone = any(
            row.code == one.code and (row.subject == one.subject or (one.subject == "*" and row.subject not in one.but))
            for one in cleared
        )
        if gone and (row.code, row.subject) not in found:
            row.cleared_at = erp.now
            changed = True
    erp.session.flush()
    return changed


def _describe(erp: Erp, case: Case, standing: Sequence[CaseFinding]) -> None:
    """What the case is called, says and is about, from the findings that stand. Its number and its clock stay."""
    heaviest = case_words.heaviest_first(standing)[0]
    if case.code != heaviest.code:
        case.code = heaviest.code
        if case.owner is None:
            case.owner_role = _owner(standing, Code(heaviest.code))
    supplier = erp.session.get(Supplier, (erp.entity, case.supplier)) if case.supplier else None
    case.title = case_words.title(standing)
    case.says = case_words.sentence(supplier.name if supplier else "", standing)
    case.stake = stake_of(standing)


def _owner(findings: Sequence[Finding] | Sequence[CaseFinding], heaviest: Code) -> str:
    """Whose case it is: as the heaviest finding says, where its trade is another than the code's, else the code's owner."""
    said = next((finding.facts.get("owner_role") for finding in findings if finding.code == heaviest), None)
    return str(said or BY_WEIGHT[heaviest].owner_role)


def _relate(erp: Erp, case: Case) -> None:
    """Cases from the same message, or on the same order, name each other."""
    same = [Case.message == case.message] if case.message else []
    same += [Case.order == case.order] if case.order else []
    for condition in same:
        others = erp.session.scalars(
            select(Case)
            .where(Case.entity == erp.entity, Case.closed_at.is_(None), Case.number != case.number, condition)
            .order_by(Case.number)
            .with_for_update()
        ).all()
        for other in others:
            case.related = sorted({*case.related, other.number})
            other.related = sorted({*other.related, case.number})


def _close(erp: Erp, case: Case) -> None:
    """Nothing is wrong any more: what goods, documents or corrections settled needs no decision."""
    cases.move(case, "close")
    case.closed_at, case.snoozed_until = erp.now, None
    case.root_cause = case.root_cause or RESOLVED_BY_ITSELF  # what was decided and waited for has its root cause
    void_proposals(erp, case, "superseded", "what was wrong is no longer so")
    erp.emit("case_closed", f"case {case.number}", case=case.number, root_cause=case.root_cause)
