"""Who may sign what: roles held or stood in for, and the amount up to which each decides alone."""

from collections.abc import Sequence
from decimal import Decimal

from core.judging import Answer, JudgedFacts, Permission, Person, Signed, Verdict
from core.wording import amount
from policies.duties import RULE as DUTIES
from policies.duties import forbidden, stands_in_for_requester

TITLES = {
    "ap_lead": "AP lead",
    "buyer": "Buyer",
    "buyers_manager": "Buyer's manager",
    "controller": "Controller",
    "receiving_lead": "Receiving lead",
    "intake_clerk": "Intake clerk",
    "policy_owner": "Policy owner",
    "auditor": "Auditor",
}

Groups = tuple[tuple[str, ...], ...]


def may_sign(facts: JudgedFacts, verdict: Verdict, person: Person, signed: Sequence[Signed]) -> Permission:
    """May this person give one of the missing signatures? Says why, either way, in one sentence."""
    if verdict.answer is Answer.REFUSE:
        return Permission(allowed=False, says="Policy refuses this for everybody", rule="refused")
    barred = forbidden(facts, person, signed)
    if barred is not None:
        return barred
    wanted = missing(verdict, signed)
    roles = [*person.roles, *(d.role for d in person.delegations)]
    fitting = [role for group in wanted for role in group if role in roles]
    if not fitting:
        return Permission(allowed=False, says=f"It needs {words(wanted)}", rule="role")
    stakes = max(facts.pays, facts.writes_off, facts.commits, facts.disputes)
    refused = ""
    for role in dict.fromkeys(fitting):
        barred_by = "" if role in person.roles else stands_in_for_requester(facts, person, role)
        if barred_by:
            says = f"{person.name} would stand in for {barred_by}, who asked for it"
            return Permission(allowed=False, says=says, rule=DUTIES)
        limit = person.limits.get(role) if role in person.roles else None
        if limit is not None and stakes > limit and len(verdict.approvers) < 2:
            refused = f"{amount(stakes, facts.currency)} is over {person.name}'s {amount(limit, facts.currency)}"
            continue
        return Permission(allowed=True, says=_allowed(facts, person, role, limit), as_role=role)
    return Permission(allowed=False, says=refused, rule="limit")


def missing(verdict: Verdict, signed: Sequence[Signed]) -> Groups:
    """The groups that no signature fills yet. Each signature fills one, by the best assignment there is."""
    groups = list(verdict.approvers)
    return tuple(groups[i] for i in range(len(groups)) if i not in _filled(groups, [one.as_role for one in signed]))


def _filled(groups: list[tuple[str, ...]], roles: list[str]) -> set[int]:
    """Which groups the roles fill when as many as possible are (augmenting paths; both lists are tiny)."""
    taken: dict[int, int] = {}

    def place(signature: int, seen: set[int]) -> bool:
        for group, accepted in enumerate(groups):
            if group in seen or roles[signature] not in accepted:
                continue
            seen.add(group)
            if group not in taken or place(taken[group], seen):
                taken[group] = signature
                return True
        return False

    for signature in range(len(roles)):
        place(signature, set())
    return set(taken)


def words(groups: Groups) -> str:
    """The missing signatures in words: "an AP lead", "a controller and a buyer"."""
    names = [" or ".join(title(role) for role in group[:3]) for group in groups]
    return " and ".join(f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}" for name in names) or "nobody"


def title(role: str) -> str:
    """A role as people call it."""
    return TITLES.get(role, role.replace("_", " "))


def _allowed(facts: JudgedFacts, person: Person, role: str, limit: Decimal | None) -> str:
    within = f", within {amount(limit, facts.currency)}" if limit is not None else ""
    orders = f", not the buyer on {facts.orders[0]}" if facts.orders else ""
    stand_in = "" if role in person.roles else ", standing in"
    return f"{title(role)}{stand_in}{within}{orders}."
