"""Yes, no, and taking a yes back. Each is one transaction that checks state, hash, freshness, policy, authority,
segregation of duties and the other signatures, in this order (DESIGN.md, promise 7). Two people at once: the case row is
locked first, so exactly one wins and the other is told who was faster.
"""

from typing import Any

from sqlalchemy import func, select

from core import cases
from core.cases import Case, CaseState
from core.deciding import why
from core.deciding.commands import Approve, Reject, TakeBack
from core.deciding.facts import facts_of, held_by, judge_of, person_of
from core.deciding.freshness import moved_since
from core.deciding.proposals import Decision, Proposal, Signature, standing
from core.deciding.queue import defer_work, void_proposals
from core.erp import Erp
from core.judging import Answer, Signed, Verdict
from core.people.tables import Person
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn


def approve(erp: Erp, cmd: Approve) -> dict[str, Any]:
    """Sign exactly this hash. Gives `{"decision": number}` when that was the last signature needed, else who is missing."""
    take_turn(erp)  # before the case, as every command on stock does: what it would do now is simulated here
    case = cases.load(erp, cmd.case)
    if CaseState(case.state) in (CaseState.EXECUTING, CaseState.DONE):
        raise Refused(Refusal.ALREADY_DECIDED, said_decision(erp, case))
    proposal = standing(erp, case, cmd.digest)
    must_be_herself(erp, cmd.person)
    moved = moved_since(erp, case, proposal)
    if moved:
        raise Refused(Refusal.BOOKS_MOVED, "; ".join(f"{m.what}: {m.was}, now {m.now}" for m in moved))
    signed = signatures(erp, case, proposal.digest)
    verdict = must_still_be_allowed(erp, case, proposal, signed)
    role = must_have_authority(erp, case, proposal, verdict, cmd.person, signed)
    before = why.said(signed)
    stands = why.must_say_why(case, proposal, cmd.root_cause, signed)
    because = why.in_words(case, proposal, cmd.root_cause, before)

    erp.add(
        Signature(
            entity=erp.entity,
            case=case.number,
            digest=proposal.digest,
            person=cmd.person,
            seq=_next_signature(erp, case, proposal.digest),
            as_role=role,
            signed_at=erp.now,
            root_cause=cmd.root_cause,
        )
    )
    everybody = (*held_by(signed), Signed(person=cmd.person, as_role=role))
    missing = judge_of(erp.session).missing(facts_of(erp, case, proposal, signed), verdict, everybody)
    if missing:
        cases.move(case, "sign")
        erp.emit(
            "proposal_signed",
            f"case {case.number}",
            person=cmd.person,
            role=role,
            digest=proposal.digest,
            root_cause=cmd.root_cause,
        )
        erp.note("signature", f"Signed “{proposal.title}”{because}", case=case.number)
        return {"signed": True, "missing": [sorted(group) for group in missing]}
    decision = decide(erp, case, proposal, by=cmd.person, as_role=role, verdict=proposal.body["verdict"])
    decision.reason_code = stands
    erp.note("decision", f"Approved “{proposal.title}”{because}", case=case.number)
    return {"decision": decision.number, "missing": []}


def take_back(erp: Erp, cmd: TakeBack) -> dict[str, Any]:
    """Withdraw one's own signature while another is still missing."""
    case = cases.load(erp, cmd.case)
    must_be_herself(erp, cmd.person)
    standing(erp, case, cmd.digest)
    signed = signatures(erp, case, cmd.digest)
    mine = [signature for signature in signed if signature.person == cmd.person]
    if not mine:
        raise Refused(Refusal.NOTHING_TO_DO, "you have not signed this")

    for signature in mine:
        signature.voided_at, signature.voided_says = erp.now, "taken back"
    if len(signed) == len(mine):
        cases.move(case, "unsign")
    erp.emit("signature_taken_back", f"case {case.number}", person=cmd.person, digest=cmd.digest)
    erp.note("signature", "Took a signature back", case=case.number)
    return {"signed": False}


def reject(erp: Erp, cmd: Reject) -> dict[str, Any]:
    """Say no, with a reason. The case is open again, the agents try once more, and the reason is kept for evals."""
    case = cases.load(erp, cmd.case)
    if CaseState(case.state) in (CaseState.EXECUTING, CaseState.DONE):
        raise Refused(Refusal.ALREADY_DECIDED, said_decision(erp, case))
    proposal = standing(erp, case, cmd.digest)
    must_be_herself(erp, cmd.person)
    if not cmd.reason_code:
        raise Refused(Refusal.REASON_REQUIRED, "say why it is not right")
    verdict = must_still_be_allowed(erp, case, proposal, [], even_refused=True)
    must_have_authority(erp, case, proposal, verdict, cmd.person, [], to_reject=True)

    decision = _write_decision(erp, case, proposal, "reject", cmd.person, "", proposal.body["verdict"])
    decision.reason_code, decision.reason = cmd.reason_code, cmd.reason
    proposal.state, proposal.state_says = "rejected", f"rejected by {cmd.person}: {cmd.reason or cmd.reason_code}"
    void_proposals(erp, case, "superseded", "another way was rejected")
    cases.move(case, "reject")
    erp.emit("decision_made", f"case {case.number}", verb="reject", person=cmd.person, reason=cmd.reason_code)
    erp.note("decision", f"Rejected “{proposal.title}”", case=case.number)
    defer_work(erp, case)
    return {"decision": decision.number}


def decide(erp: Erp, case: Case, proposal: Proposal, *, by: str, as_role: str, verdict: Any) -> Decision:
    """Make a proposal the decided one, end the others, and queue its carrying out. For `approve` and for rules."""
    proposal.state, proposal.state_says = "approved", f"approved by {by}"
    void_proposals(erp, case, "superseded", "another way was approved", but=proposal.digest)
    decision = _write_decision(erp, case, proposal, "approve", by, as_role, verdict)
    cases.move(case, "approve")
    erp.emit("decision_made", f"case {case.number}", verb="approve", person=by, decision=decision.number)
    erp.defer("carry_out", lock=f"case:{erp.entity}:{case.number}", entity=erp.entity, decision=decision.number)
    return decision


def signatures(erp: Erp, case: Case, digest: str) -> list[Signature]:
    """The signatures that stand on a hash, oldest first."""
    return list(
        erp.session.scalars(
            select(Signature)
            .where(
                Signature.entity == erp.entity,
                Signature.case == case.number,
                Signature.digest == digest,
                Signature.voided_at.is_(None),
            )
            .order_by(Signature.signed_at, Signature.seq)
        )
    )


def must_be_herself(erp: Erp, person: str) -> None:
    """Nobody decides in another's name."""
    if erp.actor.kind != "person" or erp.actor.id != person:
        raise Refused(Refusal.NO_AUTHORITY, f"{erp.actor} cannot decide as {person}")


def must_still_be_allowed(
    erp: Erp, case: Case, proposal: Proposal, signed: list[Signature], *, even_refused: bool = False
) -> Verdict:
    """Judge again, today. Refuses when policy says no, or judges otherwise than when the proposal was made."""
    verdict = judge_of(erp.session).judge(facts_of(erp, case, proposal, signed))
    if even_refused:
        return verdict
    if verdict.policy_version != proposal.body["policy_version"]:
        raise Refused(
            Refusal.POLICY_MOVED, f"judged by {proposal.body['policy_version']}, now {verdict.policy_version}"
        )
    if verdict.answer is Answer.REFUSE:
        raise Refused(Refusal.POLICY_REFUSES, "; ".join(r.says for r in verdict.rulings if r.answer is Answer.REFUSE))
    return verdict


def must_have_authority(
    erp: Erp,
    case: Case,
    proposal: Proposal,
    verdict: Verdict,
    person: str,
    signed: list[Signature],
    *,
    to_reject: bool = False,
) -> str:
    """The role in which this person may sign. Refuses earlier signers, duties that forbid it, and missing authority."""
    if any(signature.person == person for signature in signed):
        raise Refused(Refusal.ALREADY_SIGNED, f"{person} signed already")
    facts = facts_of(erp, case, proposal, signed)
    permission = judge_of(erp.session).may_sign(facts, verdict, person_of(erp, person), held_by(signed))
    if not permission.allowed and not (to_reject and permission.rule in ("limit", "refused")):
        raise Refused(Refusal.DUTIES if permission.rule == "duties" else Refusal.NO_AUTHORITY, permission.says)
    return permission.as_role


def said_decision(erp: Erp, case: Case) -> str:
    """Who decided a case, when and what, in a sentence."""
    decision = erp.session.scalars(
        select(Decision)
        .where(Decision.entity == erp.entity, Decision.case == case.number)
        .order_by(Decision.decided_at.desc(), Decision.number.desc())
    ).first()
    if decision is None:
        return f"{case.number} is {case.state}"
    person = erp.session.get(Person, decision.decided_by)
    return f"{person.name if person else decision.decided_by} decided it at {decision.decided_at:%H:%M}"


def _write_decision(
    erp: Erp, case: Case, proposal: Proposal, verb: str, by: str, as_role: str, verdict: Any
) -> Decision:
    decision = Decision(
        entity=erp.entity,
        number=erp.number("D"),
        case=case.number,
        digest=proposal.digest,
        proposal_version=proposal.version,
        verb=verb,
        decided_by=by,
        as_role=as_role,
        decided_at=erp.now,
        policy_version=proposal.body["policy_version"],
        verdict=verdict,
    )
    erp.add(decision)
    return decision


def _next_signature(erp: Erp, case: Case, digest: str) -> int:
    """Somebody may sign again after taking a signature back: the second row is number 2."""
    given = erp.session.execute(
        select(func.count())
        .select_from(Signature)
        .where(Signature.entity == erp.entity, Signature.case == case.number, Signature.digest == digest)
    ).scalar_one()
    return int(given) + 1
