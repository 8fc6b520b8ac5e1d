"""What a decision did is taken back: by mirrors, with the authority that the decision itself took.

Nothing is edited and nothing is deleted. What no mirror can take back (goods that moved, an order that changed, a letter
that is out) is refused as a whole, with the way that makes up for it: half an undo would leave a third state.
"""

from collections.abc import Iterator
from typing import Any

from core import cases
from core.books.commands import ReverseEntry
from core.canonical import plain
from core.cases import Case, CaseState
from core.command import Command
from core.command import to_wire as wire_of
from core.deciding.commands import UndoDecision
from core.deciding.facts import draft_in, held_by, judge_of, judged_facts, person_of
from core.deciding.proposals import Action, Decision, Draft, Proposal, Signature, digest_of
from core.deciding.queue import defer_work
from core.deciding.signing import must_be_herself, signatures
from core.erp import Erp
from core.judging import JudgedFacts, Verdict
from core.payables.commands import ReleaseInvoice, WithdrawClaim
from core.payables.tables import SupplierClaim, SupplierInvoice
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

POSTED_BY = ("PostInvoice", "PostWithoutOrder", "PostCreditNote", "IssueDebitNote")
INSTEAD: dict[str, str] = {
    "AcceptDamaged": "adjust the stock, with the reason",
    "AcceptPromise": "accept another day for the line",
    "AdjustStock": "adjust it back, with the reason",
    "AdoptWarehouse": "adjust the stock back, with the reason",
    "AmendPrice": "amend the price again",
    "AmendQuantity": "amend the quantity again",
    "ApproveOrder": "cancel what is still open of the order",
    "AskReinspection": "take the readings that were made: the first ones still stand",
    "BookEntry": "make up for what was booked, with an entry of its own",
    "CancelRest": "place a new order for the rest",
    "ChangePlan": "promise another day or quantity again",
    "CloseShort": "place a new order for the rest",
    "ConfirmVariance": "adjust the stock, with the reason",
    "CountAgain": "count once more",
    "GiveUpGap": "count the balance: the numbers count as told",
    "HoldStock": "release the pieces",
    "IssueDebitNote": "claim again: nothing was booked that could be reversed",
    "KeepLedger": "count the balance: the books follow the count",
    "LinkInvoice": "link the invoice to the other order",
    "LinkSender": "have the domain taken off the supplier's record",
    "NotADuplicate": "reject the invoice as a duplicate",
    "OpenCount": "cancel the count",
    "PlaceOrder": "cancel what is still open of the new order",
    "PlanDemand": "cancel the plan",
    "PostCount": "count again: the books follow the next count",
    "PostCreditNote": "claim again: nothing was booked that could be reversed",
    "ReadAgain": "set the message aside",
    "RecallTransfer": "ship the pieces once more",
    "ReceiveReturn": "issue the pieces again",
    "ReceiveTransfer": "ship what arrived back",
    "RejectEntry": "enter it again",
    "RejectInvoice": "ask the supplier to send the invoice again",
    "ReleaseInspection": "hold the pieces, with the reason",
    "ReleaseReservation": "reserve the pieces again",
    "ReserveStock": "release the reservation",
    "UseSubstitute": "cancel what stands in, and promise what was ordered again",
    "ReturnToEntity": "have the entity sell the pieces again",
    "ReturnToSupplier": "receive the goods again when they come back",
    "RunReplenishment": "leave what it suggests: nothing was ordered or moved",
    "ScrapDamaged": "adjust the stock in, with the reason",
    "ScrapFailed": "adjust the stock in, with the reason",
    "SellToEntity": "have the buyer send the pieces back",
    "SendMessage": "write to them that it no longer holds",
    "SettleArrival": "bring the message in by hand, with `desk ingest`",
    "SettleLetter": "write to them again, or say that it no longer holds",
    "SetAside": "have the message read again",
    "SetOrderPoint": "set the order point again",
    "SetStockPolicy": "set the stock policy again",
    "SettleWithEntity": "settle less the next time",
    "ShipTransfer": "recall what is still on the way",
    "StandByEvent": "adjust the stock, with the reason",
    "TakeSuggestion": "cancel the order, recall what is on the way, or transfer the pieces back",
    "TransferStock": "transfer it back",
}
"""The way that makes up for what no mirror takes back, by the command that did it."""


def undo_decision(erp: Erp, cmd: UndoDecision) -> dict[str, Any]:
    """Sign for taking a decision back; the last signature needed does it and reopens the case.

    Gives `{"signed": True, "missing": groups}` while others have to sign too, else the mirrors, the claims withdrawn and
    the letters that stay sent. Refuses what was not carried out, what was undone before, and what cannot be taken back.
    """
    take_turn(erp)  # before the case, as every command on stock does
    decision = erp.need(Decision, erp.entity, cmd.decision, refusal=Refusal.PROPOSAL_UNKNOWN, lock=True)
    must_be_herself(erp, cmd.person)
    if decision.carried_out_at is None:
        raise Refused(Refusal.NOTHING_TO_DO, f"{decision.number} was not carried out")
    if decision.stopped_says:
        raise Refused(Refusal.ALREADY_DECIDED, f"{decision.number} was {decision.stopped_says}")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why it is undone")
    case = cases.load(erp, decision.case)
    proposal = erp.need(Proposal, erp.entity, case.number, decision.proposal_version, refusal=Refusal.PROPOSAL_UNKNOWN)
    mirrors = list(_mirrors(erp, decision, proposal, cmd.reason))
    if not mirrors:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing was booked: {INSTEAD['SendMessage']}")
    missing = _sign(erp, cmd, case, decision, proposal, mirrors)
    if missing:
        erp.emit("undo_signed", f"case {case.number}", decision=decision.number, person=cmd.person)
        erp.note("signature", f"Signed for undoing “{proposal.title}”", case=case.number)
        return {"signed": True, "missing": [sorted(group) for group in missing]}
    return _take_back(erp, cmd, case, decision, proposal, mirrors)


def _take_back(
    erp: Erp, cmd: UndoDecision, case: Case, decision: Decision, proposal: Proposal, mirrors: list[Command]
) -> dict[str, Any]:
    """Carry out the mirrors, and give the case back to people."""
    done = [erp.perform(mirror) for mirror in mirrors]
    if case.closed_at is not None:
        cases.move(case, "reopen")
        case.closed_at, case.root_cause = None, ""
    elif CaseState(case.state) is CaseState.SNOOZED:
        cases.move(case, "wake")
        case.snoozed_until = None
    decision.stopped_says = f"undone by {cmd.person}: {cmd.reason}"
    entries = [one["entry"] for one in done if "entry" in one]
    withdrawn = [one["claim"] for one in done if "claim" in one]
    letters = [one["outgoing_message"] for one in decision.outcome or [] if one.get("outgoing_message")]
    erp.emit("decision_undone", f"case {case.number}", decision=decision.number, entries=entries, letters=letters)
    erp.note("decision", f"Undid “{proposal.title}”", case=case.number)
    defer_work(erp, case)
    return {"entries": entries, "withdrawn": withdrawn, "letters_stay": letters}


def _mirrors(erp: Erp, decision: Decision, proposal: Proposal, reason: str) -> Iterator[Command]:
    """The command that takes back each step, last step first. Refuses a step that none takes back."""
    steps = list(zip(proposal.body["actions"], decision.outcome or [], strict=True))
    for action, made in reversed(steps):
        kind = str(action["command"]["type"])
        if kind == "SendMessage":
            continue
        if kind in POSTED_BY and made.get("entry"):
            yield ReverseEntry(entity=erp.entity, entry=str(made["entry"]), reason=reason)
        elif kind == "OpenClaim":
            yield from _withdrawal(erp, str(made["claim"]), reason)
        elif kind == "HoldInvoice":
            invoice = erp.need(SupplierInvoice, erp.entity, str(made["invoice"]), refusal=Refusal.INVOICE_UNKNOWN)
            if invoice.state == "held":
                yield ReleaseInvoice(entity=erp.entity, invoice=invoice.number)
        else:
            raise Refused(Refusal.NO_SUCH_MOVE, f"“{action['title']}” cannot be undone: {INSTEAD[kind]}")


def _withdrawal(erp: Erp, number: str, reason: str) -> Iterator[Command]:
    """Give up a claim that stands. One that a note settled already is not the claim any more that was opened."""
    claim = erp.need(SupplierClaim, erp.entity, number, refusal=Refusal.CLAIM_UNKNOWN)
    if claim.state == "settled":
        note = claim.credit_note or claim.debit_note
        raise Refused(Refusal.CLAIM_NOT_OPEN, f"{number} is settled by {note}: take that back first")
    if claim.state == "open":
        yield WithdrawClaim(entity=erp.entity, claim=number, reason=reason)


def _sign(
    erp: Erp, cmd: UndoDecision, case: Case, decision: Decision, proposal: Proposal, mirrors: list[Command]
) -> tuple[tuple[str, ...], ...]:
    """Write one person's signature on the undo. Gives the groups of roles of which one is still missing."""
    digest = digest_of({"undo": decision.number, "does": [plain(mirror) for mirror in _without_reasons(mirrors)]})
    signed = signatures(erp, case, digest)
    if any(signature.person == cmd.person for signature in signed):
        raise Refused(Refusal.ALREADY_SIGNED, f"{cmd.person} signed already")
    facts, verdict = _judged(erp, case, decision, proposal, mirrors, signed)
    judge = judge_of(erp.session)
    permission = judge.may_sign(facts, verdict, person_of(erp, cmd.person), held_by(signed))
    if not permission.allowed:
        raise Refused(Refusal.DUTIES if permission.rule == "duties" else Refusal.NO_AUTHORITY, permission.says)

    signature = Signature(
        entity=erp.entity,
        case=case.number,
        digest=digest,
        person=cmd.person,
        seq=1,
        as_role=permission.as_role,
        signed_at=erp.now,
    )
    erp.add(signature)
    return judge.missing(facts, verdict, held_by([*signed, signature]))


def _judged(
    erp: Erp, case: Case, decision: Decision, proposal: Proposal, mirrors: list[Command], signed: list[Signature]
) -> tuple[JudgedFacts, Verdict]:
    """The undo as a judge sees it: the option "undo" with the money, the signers and the duties of the original."""
    draft = Draft(
        option="undo",
        title=f"Undo “{proposal.title}”",
        says="What was booked is booked back.",
        actions=tuple(Action(command=wire_of(mirror), title=type(mirror).__name__) for mirror in mirrors),
        amounts=draft_in(proposal.body).amounts,
    )
    facts = judged_facts(erp, case, draft, decided_by=decision.verdict["approvers"], signed=signed)
    return facts, judge_of(erp.session).judge(facts)


def _without_reasons(mirrors: list[Command]) -> Iterator[dict[str, Any]]:
    """The mirrors without the words of who signs: two who give different reasons sign for the same thing."""
    for mirror in mirrors:
        yield {name: value for name, value in wire_of(mirror).items() if name != "reason"}
