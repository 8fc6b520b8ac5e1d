"""How many signatures, and by whom: the smallest set that gives every rule what it asks for.

Each rule that asks names groups of roles, one per signature, by different people. One signature may serve several rules,
and what every rule asks for is kept. A set that one person of each role can sign goes before one that needs two of a role.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import permutations

from core.judging import Answer, JudgedFacts, Ruling
from core.wording import amount
from policies.guardrails import stakes
from policies.roles import LAST, LIMITS, MOST, in_order

Groups = tuple[tuple[str, ...], ...]
Plan = tuple[frozenset[str], ...]


def approvers(rulings: Sequence[Ruling]) -> Groups:
    """The signatures needed so that every ruling that asks is satisfied, as few as there can be.

    Roles and groups stand in the order in which the rules name them, so that who is asked first stands first.
    """
    asked = [ruling.groups for ruling in rulings if ruling.answer is Answer.ASK]
    named = list(dict.fromkeys(group for groups in asked for group in groups))
    placed = [(_named_in(group, named), group) for group in _smallest(asked)]
    ordered = [(place, tuple(role for role in named[place] if role in group)) for place, group in placed]
    return tuple(group for _, group in sorted(ordered))


def _named_in(group: frozenset[str], named: Sequence[tuple[str, ...]]) -> int:
    """The place of the named group that a group of a plan comes from: the smallest that has all its roles."""
    return min(
        (place for place, roles in enumerate(named) if group <= set(roles)),
        key=lambda place: (len(named[place]), place),
    )


def authority(facts: JudgedFacts, rulings: Sequence[Ruling]) -> Ruling | None:
    """One of the signers must reach the amount. A ruling where the other rules alone would not see to that."""
    most = stakes(facts)
    covering = frozenset(role for role, limit in LIMITS.items() if limit >= most)
    if most == 0 or any(set(group) <= covering for group in approvers(rulings)):
        return None
    says = f"{amount(most, facts.currency)} is over the limit of who would decide"
    groups: Groups = (in_order(covering),) if covering else ((LAST,), (LAST,))
    if most > MOST and sum(group == (LAST,) for group in approvers(rulings)) > 1:
        return None
    return Ruling(rule="authority", answer=Answer.ASK, says=says, version="limits", groups=groups)


def satisfies(have: Iterable[Iterable[str]], want: Iterable[Iterable[str]]) -> bool:
    """Would signatures for the groups in `have` always fill the groups in `want`, each one by another of them?"""
    given, wanted = [frozenset(group) for group in have], [frozenset(group) for group in want]
    return any(
        all(mine <= yours for mine, yours in zip(chosen, wanted, strict=True))
        for chosen in permutations(given, len(wanted))
    )


def _smallest(asked: Sequence[Groups]) -> Plan:
    """Of all ways to let signatures serve several rules, the one that one person of each role can sign, then the one
    with the fewest signatures, then with the widest groups."""
    plans: set[Plan] = {()}
    for demand in _needed(asked):
        plans = {merged for plan in plans for merged in _merged(plan, demand)}
    return min(
        plans,
        key=lambda plan: (_doubled(plan), len(plan), -sum(map(len, plan)), [in_order(group) for group in plan]),
    )


def _doubled(plan: Plan) -> int:
    """How many signatures need a second person of some role."""
    return len(plan) - len(filled(plan, sorted({role for group in plan for role in group})))


def _needed(asked: Sequence[Groups]) -> list[Groups]:
    """The demands without those that another one fills anyway; most of them are."""
    needed: list[Groups] = []
    for groups in sorted(asked, key=lambda groups: (-len(groups), sum(map(len, groups)), groups)):
        if not any(satisfies(other, groups) for other in needed):
            needed.append(groups)
    return needed


def _merged(plan: Plan, demand: Groups) -> Iterable[Plan]:
    """Every way to add a demand to a plan: each of its groups narrows a signature of its own, or is one more."""
    places: list[int | None] = [*range(len(plan)), *[None] * len(demand)]
    for chosen in set(permutations(places, len(demand))):
        groups = list(plan)
        for place, wanted in zip(chosen, demand, strict=True):
            if place is None:
                groups.append(frozenset(wanted))
            else:
                groups[place] &= frozenset(wanted)
        if all(groups):
            yield tuple(sorted(groups, key=in_order))


def filled(groups: Sequence[Collection[str]], roles: Sequence[str]) -> set[int]:
    """Which groups are filled when signatures in these roles fill as many as possible (augmenting paths; both are few).

    The narrow groups are filled first, so that what is left is what most people can fill.
    """
    narrow_first = sorted(range(len(groups)), key=lambda group: (len(groups[group]), group))
    taken: dict[int, int] = {}

    def place(signature: int, seen: set[int]) -> bool:
        for group in narrow_first:
            if group in seen or roles[signature] not in groups[group]:
                continue
            seen.add(group)
            if group not in taken or place(taken[group], seen):
                taken[group] = signature
                return True
        return False

    for signature in range(len(roles)):
        place(signature, set())
    return set(taken)


def covers(group: Sequence[str], most: Decimal) -> bool:
    """Does every role of the group reach the amount (or, above all limits, as far as anybody reaches)?"""
    return all(LIMITS.get(role, Decimal(0)) >= min(most, MOST) for role in group)
