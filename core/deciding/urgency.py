"""How severe a case is and when it is due: the figures are read from the books here, policy answers.

Without a judge a case keeps what its code says by default; nothing can be decided on it then anyway.
"""

from datetime import timedelta

from sqlalchemy import select, text

from core import cases
from core.case_defaults import BY_WEIGHT, sla
from core.cases import Case, Code
from core.deciding.proposals import Decision, Proposal
from core.deciding.scrutiny import class_of, items_of
from core.erp import Erp
from core.judging import AtRisk, Pause, judge_in
from core.purchasing.tables import PurchaseOrder
from core.stock.queries import days_of_cover

ABOUT_SUPPLY = (
    Code.SUPPLIER_DELAY, Code.SUPPLIER_SHORT_CONFIRMATION, Code.UNCONFIRMED_ORDER, Code.SHORT_RECEIPT,
)  # fmt: skip
"""The exceptions in which goods are missing: how long the stock still lasts is part of how severe they are."""

RUNS_OUT = (Code.INVENTORY_SHORTAGE, Code.SAFETY_STOCK_BREACH)
"""The exceptions that name an item and a site that run out."""
LATE = (Code.SUPPLIER_DELAY, Code.INVENTORY_SHORTAGE)
"""The exceptions that say how many days late somebody gets what was promised."""

ENDED = text(
    "select min(at) from event where entity = :entity and subject = :subject and at > :since"
    " and kind in ('case_changed', 'decision_undone')"
)


def reckon(erp: Erp, case: Case, *, within: timedelta | None = None) -> None:
    """Write severity, the figures that gave it, and the due time on a case.

    `within`, from the deciding row of a policy table, may make it due sooner, never later.
    """
    judge = judge_in(erp.session)
    if judge is None:
        case.severity = BY_WEIGHT[Code(case.code)].severity
        case.due_at = case.opened_at + sla(case.code)
        return
    paused = _pauses(erp, case)
    urgency = judge.urgency(at_risk(erp, case), case.opened_at, paused, now=erp.now)
    case.severity, case.severity_says, case.due_at = urgency.severity, urgency.says, urgency.due_at
    if within is not None and not paused:
        case.due_at = min(urgency.due_at, case.opened_at + within)


def at_risk(erp: Erp, case: Case) -> AtRisk:
    """What a case puts at risk: the money at stake, how late goods come, for which items, and how long stock lasts."""
    found = cases.findings(erp, case.number)
    late = [int(one.facts["days"]) for one in found if one.code in LATE and "days" in one.facts]
    order = erp.session.get(PurchaseOrder, (erp.entity, case.order)) if case.order else None
    cover = None
    if order is not None and any(one.code in ABOUT_SUPPLY for one in found):
        lasts = [days_of_cover(erp.session, erp.entity, item, order.site, erp.today) for item in items_of(erp, case)]
        cover = min((days for days in lasts if days is not None), default=None)
    running_out = [one.facts for one in found if one.code in RUNS_OUT]
    if running_out:
        lasts = [days_of_cover(erp.session, erp.entity, one["item"], one["site"], erp.today) for one in running_out]
        cover = min((days for days in lasts if days is not None), default=None)
    return AtRisk(
        currency=case.currency,
        codes=tuple(sorted({one.code for one in found} or {case.code})),
        money=case.stake,
        item_class=class_of(erp, case),
        slips_days=max(late, default=0),
        days_of_cover=cover,
    )


def _pauses(erp: Erp, case: Case) -> list[Pause]:
    """The times in which the case waited for an answer that was decided to be waited for, or counted as done until that
    was undone."""
    waited = erp.session.execute(
        select(Decision.carried_out_at, Proposal.body)
        .join(
            Proposal,
            (Proposal.entity == Decision.entity)
            & (Proposal.case == Decision.case)
            & (Proposal.version == Decision.proposal_version),
        )
        .where(Decision.entity == erp.entity, Decision.case == case.number, Decision.carried_out_at.is_not(None))
    ).all()
    pauses = []
    for since, body in waited:
        happened = erp.session.execute(
            ENDED, {"entity": erp.entity, "subject": f"case {case.number}", "since": since}
        ).scalar_one()
        days = int(body["waits_days"])
        ends = [since + timedelta(days=days)] if days else []
        pauses.append(Pause(since, min([*ends, happened or erp.now, erp.now])))
    return pauses
