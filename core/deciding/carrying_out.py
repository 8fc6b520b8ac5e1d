"""What was decided is done: simulated again, compared with what was approved, carried out, once.

Effects other than the approved ones stop it, and the case goes back to a person who sees why.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core import cases
from core.canonical import plain
from core.case_defaults import STANDING
from core.cases import Case
from core.command import Command
from core.deciding.commands import CarryOut
from core.deciding.freshness import commands_in, differences, moved_effects
from core.deciding.proposals import Decision, Proposal
from core.deciding.queue import defer_work
from core.erp import Erp
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn


def carry_out(erp: Erp, cmd: CarryOut) -> dict[str, Any]:
    """Carry out a decision. Gives the documents made per action, or `{"stopped": why}`. Again: the first outcome."""
    take_turn(erp)  # before the case, as every command on stock does, and so that what is simulated is what is done
    decision = erp.need(Decision, erp.entity, cmd.decision, refusal=Refusal.PROPOSAL_UNKNOWN, lock=True)
    if decision.verb != "approve":
        raise Refused(Refusal.NOTHING_TO_DO, f"{decision.number} was a {decision.verb}")
    if decision.carried_out_at is not None:
        return {"made": decision.outcome}
    if decision.stopped_says:
        return {"stopped": decision.stopped_says}
    case = cases.load(erp, decision.case)
    proposal = erp.need(Proposal, erp.entity, case.number, decision.proposal_version, refusal=Refusal.PROPOSAL_UNKNOWN)
    moved = moved_effects(erp, proposal.body)
    if moved:
        return _stop(erp, decision, case, proposal, "; ".join(f"{m.what}: {m.was}, now {m.now}" for m in moved))

    made = [plain(erp.perform(_as_decided(command, decision))) for command in commands_in(proposal.body)]
    assert not differences(proposal.body["effects"], plain(tuple(erp.effects))), "simulated and done are the same code"
    decision.carried_out_at, decision.outcome = erp.now, made
    proposal.state, proposal.state_says = "carried_out", f"carried out at {erp.now:%H:%M}"
    _settle(erp, case, proposal, decision)
    erp.emit("decision_carried_out", f"case {case.number}", decision=decision.number, made=made)
    erp.note("posting", f"Carried out “{proposal.title}”", case=case.number)
    return {"made": made}


def _as_decided(command: Command, decision: Decision) -> Command:
    """A step with what only the decision knows: in whose name it is done, and why it came to this. Neither changes what
    is booked, so that what was approved is what is done."""
    who = decision.decided_by
    known = {"placed_by": who, "by": who, "released_by": who, "root_cause": decision.reason_code}
    open_ = {name: value for name, value in known.items() if value and getattr(command, name, value) in ("", None)}
    return replace(command, **open_) if open_ else command


def _settle(erp: Erp, case: Case, proposal: Proposal, decision: Decision) -> None:
    """End the case, or let it sleep when the way was to wait. What waits comes back by itself and is owned meanwhile.
    What mended only a part of what the books say is wrong leaves the case open for the rest."""
    waits = int(proposal.body["waits_days"])
    if waits:
        case.root_cause = (decision.reason_code or proposal.option) if case.code in STANDING else ""
        cases.move(case, "wait")
        case.snoozed_until = erp.now + timedelta(days=waits)
        return
    if any(finding.code in STANDING for finding in cases.findings(erp, case.number)):
        case.root_cause = decision.reason_code or proposal.option  # for when that was all of it
        cases.move(case, "wait")
        cases.move(case, "wake")
        erp.emit("case_changed", f"case {case.number}", case=case.number, code=case.code)
        defer_work(erp, case)
        return
    cases.move(case, "carried_out")
    case.closed_at, case.root_cause = erp.now, decision.reason_code or proposal.option


def _stop(erp: Erp, decision: Decision, case: Case, proposal: Proposal, why: str) -> dict[str, Any]:
    """Nothing was booked: say why, and give the case back to a person."""
    decision.stopped_says = why
    proposal.state, proposal.state_says = "stopped", why
    cases.move(case, "stop")
    erp.emit("decision_stopped", f"case {case.number}", decision=decision.number, why=why)
    erp.note("refused", f"Stopped “{proposal.title}”: {why}", case=case.number)
    defer_work(erp, case)
    return {"stopped": why}
