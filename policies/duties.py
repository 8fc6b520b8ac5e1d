"""Segregation of duties: the last layer, which no table, role, limit or delegation overrides.

Who placed the order, drafted the edit, keeps the supplier's record, stands in for one of them, or has signed already,
does not sign. (COSO, Internal Control: authorise, record and keep are different people.)
"""

from collections.abc import Sequence

from core.judging import JudgedFacts, Permission, Person, Signed
from core.wording import listed

RULE = "duties"


def forbidden(facts: JudgedFacts, person: Person, signed: Sequence[Signed]) -> Permission | None:
    """Why this person may not sign, whatever else she may; None when no duty stands against it."""
    orders = listed(list(facts.orders)) or "the order"
    reasons = (
        (person.id in facts.placed_by, f"{person.name} placed {orders}"),
        (person.id in facts.requested_by, f"{person.name} asked for it"),
        (bool(facts.edited_by) and person.id == facts.edited_by, f"{person.name} edited it; another must sign"),
        (person.id in facts.master_data_editors, f"{person.name} changed this supplier's record lately"),
        (any(one.person == person.id for one in signed), f"{person.name} has signed already"),
    )
    for holds, says in reasons:
        if holds:
            return Permission(allowed=False, says=says, rule=RULE)
    return None


def stands_in_for_requester(facts: JudgedFacts, person: Person, role: str) -> str:
    """Who of the requesters this person would act for in that role; "" when for none."""
    barred = {*facts.placed_by, *facts.requested_by, facts.edited_by}
    return next((d.by for d in person.delegations if d.role == role and d.by in barred), "")
