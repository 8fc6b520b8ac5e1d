"""Drafts become proposals: simulated by the very command code, judged, hashed, and put in order before people.

What policy allows without a person walks the same steps; the rule is then the decider (DESIGN.md, one staircase).
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from core import cases
from core.canonical import plain
from core.cases import Case, CaseState
from core.command import from_wire
from core.deciding.commands import EditProposal, RecordProposals
from core.deciding.facts import drafters, judge_of, judged_facts
from core.deciding.freshness import rests_on
from core.deciding.proposals import Draft, Proposal, body_of, digest_of, standing
from core.deciding.queue import void_proposals, void_signatures
from core.deciding.showing import balances
from core.deciding.signing import decide
from core.deciding.urgency import reckon
from core.erp import Erp
from core.refusals import Refusal, Refused
from core.simulation import simulated
from core.stakes import parts_of
from core.stock.ledger import take_turn

BUSY = (CaseState.EXECUTING, CaseState.DONE)


def record_proposals(erp: Erp, cmd: RecordProposals) -> dict[str, Any]:
    """Put drafts before people. Gives the hashes in order, what could not be offered and why, and the rule's decision
    when policy needs nobody. A draft that comes to the same hash as a standing proposal leaves it and its signatures."""
    take_turn(erp)  # before the case, as every command on stock does: what it would do is simulated here
    case = cases.load(erp, cmd.case)
    if CaseState(case.state) in BUSY:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{case.number} is {case.state}")

    author = erp.actor.id if erp.actor.kind == "person" else cmd.author  # who brings drafts herself signs none of them
    made: list[Proposal] = []
    refused: list[dict[str, str]] = []
    for draft in sorted(cmd.drafts, key=lambda draft: -draft.score):
        proposal, why_not = _propose(erp, case, draft, author=author, place=len(made) + 1)
        if proposal is not None:
            made.append(proposal)
        else:
            refused.append({"option": draft.option, "why": why_not})
    kept = {proposal.digest for proposal in made}
    _supersede_all_but(erp, case, kept)
    if made:
        cases.move(case, "propose")
    if made:
        reckon(erp, case, within=_within(made[0]))
    case.rank, case.rank_says = cmd.rank, cmd.rank_says
    digests = [proposal.digest for proposal in made]
    erp.emit("proposal_recorded", f"case {case.number}", digests=digests, refused=refused, author=cmd.author)
    erp.note("command", f"Proposed {len(made)} ways for {case.number}", case=case.number)
    decision = _decide_by_rule(erp, case, made)
    return {"digests": digests, "refused": refused, "decision": decision}


def edit_proposal(erp: Erp, cmd: EditProposal) -> dict[str, Any]:
    """A person's own version of a standing proposal, judged again. Voids what was signed before on the old one."""
    take_turn(erp)  # before the case, as every command on stock does: what it would do is simulated here
    case = cases.load(erp, cmd.case)
    base = standing(erp, case, cmd.based_on)
    if cmd.draft.option != base.option:
        raise Refused(Refusal.NOT_EDITABLE, f"an edit keeps its option {base.option}")

    proposal, why_not = _propose(erp, case, cmd.draft, author=cmd.person, place=1, based_on=base.version)
    if proposal is None:
        raise Refused(Refusal.NOT_EDITABLE, why_not)
    if proposal.digest == base.digest:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing was changed")
    void_proposals(erp, case, "superseded", f"edited by {cmd.person}", but=proposal.digest)
    cases.move(case, "propose")
    erp.emit("proposal_recorded", f"case {case.number}", digests=[proposal.digest], author=cmd.person, edited=True)
    erp.note("decision", f"Edited “{base.title}”", case=case.number)
    return {"digest": proposal.digest}


def _propose(
    erp: Erp, case: Case, draft: Draft, *, author: str, place: int, based_on: int | None = None
) -> tuple[Proposal | None, str]:
    """Simulate, judge and hash one draft. Gives the standing or new proposal, or why it cannot be offered."""
    actions = [from_wire(action.command) for action in draft.actions]
    before = balances(erp, case)
    trial = simulated(erp, actions) if actions else None
    if trial is not None and trial.refusal is not None:
        return None, str(trial.refusal)
    effects = trial.effects if trial else ()
    edited_by = author if based_on is not None else ""
    drafted_by = drafters(erp, case, based_on)
    verdict = judge_of(erp.session).judge(judged_facts(erp, case, draft, edited_by=edited_by, drafted_by=drafted_by))
    body = body_of(
        case=case.number,
        draft=draft,
        effects=effects,
        rests_on=rests_on(erp, case),
        policy_version=verdict.policy_version,
        verdict=verdict,
        author=author,
    )
    digest = digest_of(body)
    same = erp.session.scalars(
        select(Proposal).where(
            Proposal.entity == erp.entity,
            Proposal.case == case.number,
            Proposal.digest == digest,
            Proposal.state.in_(("proposed", "rejected")),
        )
    ).first()
    if same is not None and same.state == "rejected":
        return None, f"rejected before: {same.state_says}"
    if same is not None:
        same.place = place
        return same, ""
    proposal = Proposal(
        entity=erp.entity,
        case=case.number,
        version=_next_version(erp, case),
        option=draft.option,
        place=place,
        title=draft.title,
        says=draft.says,
        body=body,
        digest=digest,
        shown=plain(
            {
                "balances": [b.after(effects) for b in before],
                "stake": parts_of(cases.findings(erp, case.number)),
                "why": draft.why,
                "score": draft.score,
            }
        ),
        state="proposed",
        author=author,
        based_on=based_on,
        made_at=erp.now,
    )
    erp.add(proposal)
    return proposal, ""


def _decide_by_rule(erp: Erp, case: Case, made: list[Proposal]) -> str | None:
    """When the first way needs nobody, the rule that allows it decides now. Gives the decision's number."""
    if not made:
        return None
    first = made[0]
    verdict = first.body["verdict"]
    if not verdict["auto"]:
        return None
    rule = verdict["rulings"][0]["rule"]
    decision = decide(erp, case, first, by=f"rule:{rule}", as_role="rule", verdict=verdict)
    erp.note("by_rule", f"{first.title}, by rule {rule}", case=case.number)
    return decision.number


def _supersede_all_but(erp: Erp, case: Case, kept: set[str]) -> None:
    """End the standing proposals that were not drafted again. A case that was half signed on one of them is not now."""
    standing_now = erp.session.scalars(
        select(Proposal).where(
            Proposal.entity == erp.entity, Proposal.case == case.number, Proposal.state == "proposed"
        )
    )
    for proposal in standing_now:
        if proposal.digest not in kept:
            proposal.state, proposal.state_says = "superseded", "a newer version replaced it"
            void_signatures(erp, case, proposal.digest, "a newer version replaced what was signed")


def _next_version(erp: Erp, case: Case) -> int:
    last = erp.session.execute(
        select(func.max(Proposal.version)).where(Proposal.entity == erp.entity, Proposal.case == case.number)
    ).scalar_one()
    return int(last or 0) + 1


def _within(proposal: Proposal) -> timedelta:
    """How soon the rules that decide on a proposal want the decision."""
    written = str(proposal.body["verdict"]["due_within"])  # "PT14400S", as durations are kept
    return timedelta(seconds=int(written.removeprefix("PT").removesuffix("S")))
