"""What a judge is told: attested and derived values only, gathered here and nowhere else.

A draft brings the figures that code computed for it; everything about parties, people and scrutiny is read from the
books. What only a document says can make a flag raise scrutiny, and no flag can lower it (DESIGN.md, promise 4).
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core import cases
from core.availability.arithmetic import USUAL
from core.availability.priority import tiers_of
from core.availability.tables import Reservation
from core.cases import Case
from core.counting.tables import CountScan
from core.deciding.proposals import Draft, Proposal, Signature, actions_in
from core.deciding.scrutiny import class_of, message_facts
from core.erp import Erp
from core.intake.tables import Message
from core.judging import Delegated, Judge, JudgedFacts, Person, Signed, judge_in
from core.masterdata.tables import Supplier
from core.payables.tables import SupplierInvoice
from core.people.tables import Delegation, RoleGrant
from core.people.tables import Person as PersonRow
from core.purchasing.tables import PurchaseOrder
from core.receiving.tables import Inspection
from core.refusals import Refusal, Refused

RECENT = timedelta(days=90)
"""An edit of a supplier's master data this recent keeps its editor from approving that supplier's payments."""

AMOUNTS = (
    "pays", "disputes", "credit", "commits", "freight_unplanned", "price_variance_pct", "price_variance_amount",
    "quantity_over_pct", "tax_difference", "rounding_difference", "writes_off", "stock_value",
    "dearer_by",
)  # fmt: skip
"""The figures a draft may bring."""

MOVES_MONEY = ("pays", "credit", "commits")
"""The figures by which a proposal moves money to or from a supplier."""

FLAGS = ("relies_on_claim", "touches_bank_details", "new_payee", "duplicates_suspected", "currency_differs")
"""The flags a draft may bring. Each can only raise scrutiny."""


def set_judge(session: Session, judge: Judge) -> None:
    """Let this session's decisions be judged by `judge`."""
    session.info["judge"] = judge


def judge_of(session: Session) -> Judge:
    """The judge of this session. Without one every decision is refused: silence refuses."""
    judge = judge_in(session)
    if judge is None:
        raise Refused(Refusal.POLICY_REFUSES, "no policy is loaded")
    return judge


def judged_facts(
    erp: Erp,
    case: Case,
    draft: Draft,
    *,
    edited_by: str = "",
    drafted_by: Sequence[str] = (),
    decided_by: Sequence[Sequence[str]] = (),
    signed: Sequence[Signature] = (),
) -> JudgedFacts:
    """The facts of one draft of one case. `edited_by` made this version, `drafted_by` those it was made from;
    `decided_by` are the groups of roles that signed for what an undo takes back."""
    supplier = erp.session.get(Supplier, (erp.entity, case.supplier)) if case.supplier else None
    orders = _orders(erp, case)
    return JudgedFacts(
        entity=erp.entity,
        currency=erp.currency,
        at=erp.now,
        codes=tuple(sorted({finding.code for finding in cases.findings(erp, case.number)}) or (case.code,)),
        option=draft.option.split(" ")[0],  # "transfer KF-W8 RNO" is judged as a transfer
        actions=tuple(str(action.command["type"]) for action in draft.actions),
        severity=case.severity,
        **_figures(draft),
        **_supplier_facts(erp, supplier),
        **message_facts(erp, case, supplier),
        item_class=class_of(erp, case),
        need_by_slips_days=draft.slips_days,
        against_priority=_against_priority(erp, draft),
        placed_by=tuple(sorted({order.placed_by for order in orders})),
        requested_by=_requested_by(erp, case, draft),
        counted_by=(*_counted_by(erp, case, draft), *_inspected_by(erp, draft)),
        drafted_by=tuple(drafted_by),
        edited_by=edited_by,
        signed_by=tuple(signature.person for signature in signed),
        decided_by=tuple(tuple(group) for group in decided_by),
        orders=tuple(order.number for order in orders),
    )


def facts_of(erp: Erp, case: Case, proposal: Proposal, signed: Sequence[Signature]) -> JudgedFacts:
    """The facts of a stored proposal, read again today."""
    edited_by = proposal.author if proposal.based_on is not None else ""
    drafted_by = drafters(erp, case, proposal.based_on) if proposal.based_on is not None else _people(erp, proposal)
    draft = draft_in(proposal.body)
    return judged_facts(erp, case, draft, edited_by=edited_by, drafted_by=drafted_by, signed=signed)


def drafters(erp: Erp, case: Case, version: int | None) -> tuple[str, ...]:
    """Every person whose figures a version carries: its author and those it was edited from, back to the agents' own."""
    people: dict[str, None] = {}
    while version is not None:
        proposal = erp.need(Proposal, erp.entity, case.number, version, refusal=Refusal.PROPOSAL_UNKNOWN)
        people.update(dict.fromkeys(_people(erp, proposal)))
        version = proposal.based_on
    return tuple(sorted(people))


def _people(erp: Erp, proposal: Proposal) -> tuple[str, ...]:
    """The author of a version, when it is a person."""
    return (proposal.author,) if erp.session.get(PersonRow, proposal.author) else ()


def draft_in(body: dict[str, Any]) -> Draft:
    """The draft inside a stored proposal, typed again as far as a judge reads it."""
    return Draft(
        option=body["option"],
        title=body["title"],
        says=body["says"],
        actions=actions_in(body),
        amounts={name: Decimal(value) for name, value in body["amounts"].items()},
        flags=dict(body["flags"]),
        slips_days=int(body["slips_days"]),
        waits_days=int(body["waits_days"]),
        evidence=tuple(body["evidence"]),
        editable=tuple(body["editable"]),
    )


def person_of(erp: Erp, person: str) -> Person:
    """Somebody with the roles, limits and delegations that hold in this entity now. Refuses the unknown and inactive."""
    row = erp.need(PersonRow, person, refusal=Refusal.PERSON_UNKNOWN)
    if not row.active:
        raise Refused(Refusal.PERSON_UNKNOWN, f"{row.name} is no longer active")
    grants = erp.session.scalars(
        select(RoleGrant).where(RoleGrant.person == person, RoleGrant.entity == erp.entity)
    ).all()
    delegations = erp.session.execute(  # nobody lends a role that she does not hold here herself
        select(Delegation, PersonRow, RoleGrant)
        .join(PersonRow, (PersonRow.id == Delegation.person) & PersonRow.active)
        .join(RoleGrant, (RoleGrant.person == Delegation.person) & (RoleGrant.role == Delegation.role))
        .where(Delegation.delegate == person, RoleGrant.entity == erp.entity)
        .where(Delegation.starts_at <= erp.now, Delegation.ends_at > erp.now)
        .order_by(Delegation.person, Delegation.role)
    ).all()
    return Person(
        id=row.id,
        name=row.name,
        roles=tuple(grant.role for grant in grants),
        limits={grant.role: grant.limit for grant in grants},
        delegations=tuple(
            Delegated(
                by=d.person, by_name=by.name, role=d.role, limit=lent.limit, starts_at=d.starts_at, ends_at=d.ends_at
            )
            for d, by, lent in delegations
        ),
    )


def held_by(signed: Sequence[Signature]) -> tuple[Signed, ...]:
    """Signature rows as a judge reads them."""
    return tuple(Signed(person=signature.person, as_role=signature.as_role) for signature in signed)


def _figures(draft: Draft) -> dict[str, Any]:
    """The draft's own figures and flags. A figure no judge knows is a slip of ours, not of the world."""
    unknown = (draft.amounts.keys() - set(AMOUNTS)) | (draft.flags.keys() - set(FLAGS))
    assert not unknown, f"{sorted(unknown)} are not facts a judge reads"
    return {**{name: Decimal(value) for name, value in draft.amounts.items()}, **draft.flags}


def _orders(erp: Erp, case: Case) -> list[PurchaseOrder]:
    """The purchase orders a case is about."""
    numbers = {case.order}
    if case.invoice:
        invoice = erp.session.get(SupplierInvoice, (erp.entity, case.invoice))
        numbers.add(invoice.order if invoice else None)
    wanted = sorted(number for number in numbers if number)
    return [order for number in wanted if (order := erp.session.get(PurchaseOrder, (erp.entity, number)))]


def _requested_by(erp: Erp, case: Case, draft: Draft) -> tuple[str, ...]:
    """Who asked for money to move: the person who put the document in that this proposal would pay on."""
    if not any(draft.amounts.get(name) for name in MOVES_MONEY):
        return ()
    message = erp.session.get(Message, (erp.entity, case.message)) if case.message else None
    return (message.stored_by,) if message is not None and message.stored_by else ()


def _counted_by(erp: Erp, case: Case, draft: Draft) -> tuple[str, ...]:
    """Who scanned the lines that this way would stand for. Asking for another count is nobody's own judgement."""
    if not any(action.command["type"] == "ConfirmVariance" for action in draft.actions):
        return ()
    found = [one.facts for one in cases.findings(erp, case.number) if "count" in one.facts]
    lines = [(facts["count"], int(facts["line"])) for facts in found]
    scanned = select(CountScan.scanned_by).where(
        CountScan.entity == erp.entity, tuple_(CountScan.count, CountScan.line).in_(lines)
    )
    return tuple(sorted(set(erp.session.scalars(scanned))))


def _inspected_by(erp: Erp, draft: Draft) -> tuple[str, ...]:
    """Who measured the pieces that this way would take as they are: a concession is somebody else's."""
    released = [
        str(action.command["inspection"]) for action in draft.actions if action.command["type"] == "ReleaseInspection"
    ]
    measured = select(Inspection.inspected_by).where(Inspection.entity == erp.entity, Inspection.number.in_(released))
    return tuple(sorted(set(erp.session.scalars(measured)))) if released else ()


def _against_priority(erp: Erp, draft: Draft) -> bool:
    """Would pieces that are reserved for a customer of a better tier be reserved for one of a lower? Read from the books,
    whatever the draft calls itself."""
    steps = [action.command for action in draft.actions]
    released = [str(step.get("reservation", "")) for step in steps if step["type"] == "ReleaseReservation"]
    got = {str(one["document"]) for step in steps if step["type"] == "ReserveStock" for one in step["claims"]}
    gave = set(
        erp.session.scalars(
            select(Reservation.document).where(Reservation.entity == erp.entity, Reservation.number.in_(released))
        )
    )
    tiers = tiers_of(erp.session, erp.entity, gave | got) if gave and got else {}
    return bool(tiers) and min(tiers.get(one, USUAL) for one in gave) < max(tiers.get(one, USUAL) for one in got)


def _supplier_facts(erp: Erp, supplier: Supplier | None) -> dict[str, Any]:
    if supplier is None:
        return {"supplier": "", "supplier_known": False}
    recent = supplier.edited_at is not None and erp.now - supplier.edited_at < RECENT
    return {
        "supplier": supplier.number,
        "supplier_known": True,
        "on_contract": supplier.on_contract,
        "supplier_at_risk": supplier.at_risk,
        "prepayment_terms": supplier.prepayment,
        "master_data_editors": (supplier.edited_by,) if recent and supplier.edited_by else (),
    }
