"""The proposal card as plain data, in every state it can be in: what will happen, what it moves, by which rules, who may
sign, who has. Built from the stored body, so that the card shows exactly what the hash is over.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case, CaseState
from core.catalogue import perform
from core.deciding import why
from core.deciding.facts import facts_of, held_by, judge_of, person_of
from core.deciding.proposals import Decision, Proposal, Signature
from core.deciding.signing import signatures
from core.erp import Actor, Because, Erp
from core.intake.tables import OutgoingMessage
from core.judging import Answer
from core.people.tables import Person
from desk.card_model import Card, Way
from desk.card_parts import KIND, balance_change, effect_change, journal_rows, rules_of, signers_of, step_of, verb_of
from desk.web import User, short_digest
from policies.authority import words

LIKE_THIS = 50
IN_SHORT_MAX = 60


def card(session: Session, case: Case, user: User, *, place: int = 1, opened: str = "", **extra: Any) -> Card:
    """The card of a case for one person, as it is now."""
    decision = _decision(session, case)
    if case.state in (CaseState.EXECUTING, CaseState.DONE, CaseState.SNOOZED) and decision is not None:
        return _decided(session, case, decision, user, **extra)
    standing = list(
        session.scalars(
            select(Proposal)
            .where(Proposal.entity == case.entity, Proposal.case == case.number, Proposal.state == "proposed")
            .order_by(Proposal.place, Proposal.version)
        )
    )
    if case.state == CaseState.DONE:
        return Card(case=case.number, state="closed", title="Closed", says=case.root_cause.replace("_", " "), **extra)
    if case.state == CaseState.SNOOZED and not standing:
        return Card(case=case.number, state="snoozed", title="Asleep", says=_until(case), moves=True, **extra)
    if not standing:
        return Card(
            case=case.number, state="working", title="Being worked out", progress=_progress(case), moves=True, **extra
        )
    shown = standing[min(max(place, 1), len(standing)) - 1]
    return _proposed(session, case, shown, standing, user, opened=opened, **extra)


def _proposed(
    session: Session, case: Case, proposal: Proposal, standing: list[Proposal], user: User, *, opened: str, **extra: Any
) -> Card:
    body = proposal.body
    erp = Erp(
        session=session,
        entity=case.entity,
        actor=Actor(kind="person", id=user.id),
        because=Because(),
        dispatch=perform,
    )
    signed = signatures(erp, case, proposal.digest)
    facts = facts_of(erp, case, proposal, signed)
    judge = judge_of(session)
    verdict = judge.judge(facts)
    missing = judge.missing(facts, verdict, held_by(signed))
    permission = judge.may_sign(facts, verdict, person_of(erp, user.id), held_by(signed))
    mine = any(signature.person == user.id for signature in signed)
    needs = f"Needs {words(missing)}" if verdict.answer is Answer.ASK else "Within policy"
    if verdict.answer is Answer.REFUSE:
        needs = "Policy refuses"
    people = {person.id: person.name for person in session.scalars(select(Person))}
    state = "stopped" if case.state == CaseState.STOPPED else "half_signed" if signed else "proposed"
    waits = mine and not opened  # for others, the card they are about to sign stays as they read it
    note = extra.pop("note", "")
    if state == "stopped" and not note:
        note = f"Nothing was booked. {_last_stop(session, case)}"
        extra.setdefault("note_kind", "ask")
    return Card(
        case=case.number,
        state=state,
        digest=proposal.digest,
        short=short_digest(proposal.digest),
        place=standing.index(proposal) + 1,
        ways=tuple(Way(place=i, title=other.title, here=other is proposal) for i, other in enumerate(standing, 1)),
        title=proposal.title,
        says=proposal.says,
        like_this=_like_this(session, proposal),
        edited_by=people.get(proposal.author, "") if proposal.based_on is not None else "",
        steps=tuple(step_of(action, case.currency) for action in body["actions"]),
        journal=journal_rows(body, case.currency),
        changes=tuple(
            balance_change(b, case.currency) for b in proposal.shown.get("balances", []) if b["was"] != b["now"]
        ),
        effects=tuple(
            effect_change(e)
            for e in body["effects"]
            if e["kind"] in ("stock", "reservation", "promise", "order", "record")
        ),
        rules=tuple(rules_of(body)),
        needs=needs,
        needs_kind=KIND[verdict.answer],
        may_sign=permission.allowed,
        signer_says=permission.says,
        signed_by_me=mine,
        signers=signers_of(signed, missing, people, case.code, body),
        causes=tuple(why.asked(case.code, body).items()),
        cause=why.said(signed) or why.suggested(case.code, body),
        cause_says=_cause_says(signed, people),
        editable=tuple(body["editable"]),
        verb=verb_of(body, len(verdict.approvers) - len(signed)),
        in_short=_in_short(proposal),
        moves=waits,
        open=opened,
        note=note,
        **extra,
    )


def _in_short(proposal: Proposal) -> str:
    """What stands beside the button of a phone: the first words of why, or the title where these would not fit two lines."""
    first = ", ".join(proposal.says.split(", ")[:2]).rstrip(".")
    return first if len(first) <= IN_SHORT_MAX else proposal.title


def _cause_says(signed: list[Signature], people: dict[str, str]) -> str:
    """Who said the root cause that stands, for whoever signs next."""
    by = next((one.person for one in reversed(signed) if one.root_cause), "")
    return f"As {people.get(by, by)} said it; choose another where you see it otherwise. Both are kept." if by else ""


def _decided(session: Session, case: Case, decision: Decision, user: User, **extra: Any) -> Card:
    """Decided: on its way, done, or waiting for somebody else's move."""
    proposal = session.get(Proposal, (case.entity, case.number, decision.proposal_version))
    people = {person.id: person.name for person in session.scalars(select(Person))}
    by = decision.decided_by
    who = f"rule {by.removeprefix('rule:')}" if by.startswith("rule:") else people.get(by, by)
    how = "as edited" if proposal and proposal.based_on is not None else "as proposed"
    state = "done" if decision.carried_out_at else "executing"
    if case.state == CaseState.SNOOZED:
        state = "snoozed"
    return Card(
        case=case.number,
        state=state,
        digest=decision.digest,
        short=short_digest(decision.digest),
        title=proposal.title if proposal else case.title,
        says=f"By {who}, {wording.hour(decision.decided_at)}, {how}." + _causes_said(session, case, proposal, people),
        decided=who,
        made=made_by(session, case, decision),
        moves=state != "done" or _posts_still(session, case, decision),
        decision=decision.number,
        may_undo=_signs_undo(user, decision) and bool(decision.carried_out_at) and _posted(decision),
        note=extra.pop("note", _until(case) if state == "snoozed" else ""),
        **extra,
    )


def _causes_said(session: Session, case: Case, proposal: Proposal | None, people: dict[str, str]) -> str:
    """The root cause each signer said, in turn; nothing where nobody did."""
    if proposal is None:
        return ""
    query = select(Signature).where(
        Signature.entity == case.entity,
        Signature.case == case.number,
        Signature.digest == proposal.digest,
        Signature.voided_at.is_(None),
        Signature.root_cause != "",
    )
    names = why.names(case.code, proposal.body)
    told = [
        f"{names.get(one.root_cause, one.root_cause)} ({people.get(one.person, one.person)})"
        for one in session.scalars(query.order_by(Signature.signed_at, Signature.seq))
    ]
    return f" Root cause: {', then '.join(told)}." if told else ""


LETTER_IS = {
    "queued": "queued",
    "sending": "on its way",
    "in_doubt": "perhaps sent: see its own case",
    "failed": "not sent: see its own case",
    "bounced": "not delivered: see its own case",
    "settled": "said by other means",
}
"""Where a letter is, while it is not simply sent."""


def made_by(session: Session, case: Case, decision: Decision) -> tuple[tuple[str, str], ...]:
    """What carrying out made, each with where to look."""
    made: list[tuple[str, str]] = []
    for one in decision.outcome or []:
        if one.get("entry"):
            made.append((f"Journal {one['entry']}", f"/ledger?entry={one['entry']}"))
        if one.get("claim"):
            figure = wording.amount(Decimal(str(one.get("amount", 0))), case.currency)
            made.append((f"Claim {one['claim']}, {figure}", ""))
        if one.get("outgoing_message"):
            mail = session.get(OutgoingMessage, (case.entity, one["outgoing_message"]))
            if mail is not None:
                where = LETTER_IS.get(mail.state) or (
                    "in the outbox" if (mail.sent_to or "").startswith("outbox") else "sent"
                )
                made.append((f"Reply to {mail.recipient_name or mail.recipient}, {where}", ""))
    made.append(("Audit entry of this decision", f"/audit?find={case.number}"))
    return tuple(made)


def _posts_still(session: Session, case: Case, decision: Decision) -> bool:
    """Whether a letter it made has not left yet."""
    made = [one["outgoing_message"] for one in decision.outcome or [] if one.get("outgoing_message")]
    letters = [session.get(OutgoingMessage, (case.entity, number)) for number in made]
    return any(letter is not None and letter.state in ("queued", "sending") for letter in letters)


def _signs_undo(user: User, decision: Decision) -> bool:
    """A controller, and whoever of the others has to sign where several signed for the decision."""
    groups = decision.verdict["approvers"]
    others = {role for group in groups for role in group} if len(groups) > 1 else set()
    return bool({"controller", *others} & set(user.roles))


def _posted(decision: Decision) -> bool:
    return decision.stopped_says is None and any(one.get("entry") or one.get("claim") for one in decision.outcome or [])


def _decision(session: Session, case: Case) -> Decision | None:
    return session.scalars(
        select(Decision)
        .where(Decision.entity == case.entity, Decision.case == case.number, Decision.verb == "approve")
        .order_by(Decision.decided_at.desc(), Decision.number.desc())
    ).first()


def _last_stop(session: Session, case: Case) -> str:
    decision = _decision(session, case)
    return f"It was stopped: {decision.stopped_says}." if decision and decision.stopped_says else ""


def _like_this(session: Session, proposal: Proposal) -> str:
    """What people did with the last ones like this. Nothing is said before there is something to say."""
    rows = session.execute(
        select(Decision.verb, Proposal.based_on)
        .join(
            Proposal,
            (Proposal.entity == Decision.entity)
            & (Proposal.case == Decision.case)
            & (Proposal.version == Decision.proposal_version),
        )
        .where(Decision.entity == proposal.entity, Proposal.option == proposal.option)
        .order_by(Decision.decided_at.desc())
        .limit(LIKE_THIS)
    ).all()
    if not rows:
        return ""
    unchanged = sum(1 for verb, based_on in rows if verb == "approve" and based_on is None)
    return f"{unchanged} of the last {len(rows)} like this were approved unchanged."


def _progress(case: Case) -> tuple[tuple[str, str], ...]:
    return (
        ("done", f"Raised {wording.hour(case.opened_at)}"),
        ("now", "Writing proposals"),
        ("todo", "Policy"),
        ("todo", "Rank"),
    )


def _until(case: Case) -> str:
    if case.snoozed_until is None:
        return "It comes back when something changes."
    at = case.snoozed_until
    return (
        f"It comes back by itself on {wording.day(at.date())} at {wording.hour(at)}, or sooner when something changes."
    )
