"""Who may sign what: roles held or stood in for, and the amount that each signer reaches."""

from collections.abc import Sequence
from decimal import Decimal

from core.case_defaults import BY_WEIGHT
from core.judging import Answer, JudgedFacts, Permission, Person, Signed, Verdict
from core.wording import amount
from policies.duties import bars, forbidden, in_force
from policies.guardrails import stakes
from policies.roles import LAST, MOST, limit_of, title
from policies.signatures import Groups, covers, filled

__all__ = ["may_sign", "missing", "title", "words"]


def may_sign(facts: JudgedFacts, verdict: Verdict, person: Person, signed: Sequence[Signed]) -> Permission:
    """May this person give one of the missing signatures? Says why, either way, in one sentence.

    What policy allows without a person may be signed by an owner of such cases, or by a controller.
    """
    barred = forbidden(facts, person, signed)
    if barred is not None:
        return barred
    asking = verdict.answer is Answer.ASK
    groups = verdict.approvers if asking else _owners(facts)
    given = _counted(facts, signed) if asking else []
    fitting = _fitting(groups, given, _held(facts, person, signed))
    if not fitting:
        needed = missing(facts, verdict, signed) if asking else groups
        return Permission(allowed=False, says=f"It needs {words(needed)}", rule="role")
    if verdict.answer is Answer.REFUSE:
        return Permission(allowed=False, says="Policy refuses this for everybody", rule="refused")
    most = stakes(facts)
    for role in fitting:
        if _reaches(facts, person, role, most) or not _must_reach(verdict, role, most):
            return Permission(allowed=True, says=_allowed(facts, person, role), as_role=role)
    short = _limit(facts, person, fitting[0])
    says = f"{amount(most, facts.currency)} is over {person.name}'s {_whole(short, facts)}"
    return Permission(allowed=False, says=says, rule="limit")


def missing(facts: JudgedFacts, verdict: Verdict, signed: Sequence[Signed]) -> Groups:
    """The groups that no signature fills yet. A person counts once, and not at all where a duty now bars her."""
    done = filled(verdict.approvers, _counted(facts, signed))
    return tuple(group for place, group in enumerate(verdict.approvers) if place not in done)


def words(groups: Groups) -> str:
    """The missing signatures in words: "an AP lead", "a controller and a buyer"."""
    names = [_one_of([_in_sentence(role) for role in group[:3]]) for group in groups]
    return " and ".join(f"{'an' if name[:1] in 'AEIOaeiou' else 'a'} {name}" for name in names) or "nobody"


def _one_of(names: Sequence[str]) -> str:
    """One of several in words: a, b or c."""
    return " or ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def _owners(facts: JudgedFacts) -> Groups:
    """Who may decide what rules alone would allow or refuse: the owners of such cases, and a controller."""
    owners = [default.owner_role for code, default in BY_WEIGHT.items() if code in facts.codes]
    return (tuple(dict.fromkeys((*owners, LAST))),)


def _fitting(groups: Groups, given: Sequence[str], held: Sequence[str]) -> list[str]:
    """The roles held by which one more signature would fill one more group; first what the fewest others could fill."""
    before = len(filled(groups, given))
    asked = dict.fromkeys(role for group in sorted(groups, key=len) for role in group if role in held)
    return [role for role in asked if len(filled(groups, [*given, role])) > before]


def _counted(facts: JudgedFacts, signed: Sequence[Signed]) -> list[str]:
    """The roles of the signatures that count: one a person, none of whom a duty bars."""
    roles: dict[str, str] = {}
    for one in signed:
        if not any(bars(facts, one.person)):
            roles.setdefault(one.person, one.as_role)
    return list(roles.values())


def _held(facts: JudgedFacts, person: Person, signed: Sequence[Signed]) -> tuple[str, ...]:
    """Roles of her own, and those she stands in for; not for somebody whose own signature is there already."""
    already = {*facts.signed_by, *(one.person for one in signed)}
    return (*person.roles, *(one.role for one in in_force(facts, person) if one.by not in already))


def _reaches(facts: JudgedFacts, person: Person, role: str, most: Decimal) -> bool:
    """Is the amount within her limit? What is above everybody's limit is reached as far as anybody reaches."""
    return _limit(facts, person, role) >= min(most, MOST)


def _must_reach(verdict: Verdict, role: str, most: Decimal) -> bool:
    """Is this the signature that must reach the amount? It is, where it is the only one or its group was made for that."""
    if most == 0:
        return False
    if len(verdict.approvers) < 2:
        return True
    return any(role in group and covers(group, most) for group in verdict.approvers)


def _limit(facts: JudgedFacts, person: Person, role: str) -> Decimal:
    """Her own limit where one was granted, or that of whom she stands in for; never above the role's."""
    if role in person.roles:
        granted = [person.limits.get(role)]
    else:
        granted = [one.limit for one in in_force(facts, person) if one.role == role]
    return min(limit for limit in (*granted, limit_of(role)) if limit is not None)


def _in_sentence(role: str) -> str:
    name = title(role)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _whole(value: Decimal, facts: JudgedFacts) -> str:
    return amount(value, facts.currency).removesuffix(".00")


def _allowed(facts: JudgedFacts, person: Person, role: str) -> str:
    within = (
        f", within {_whole(_limit(facts, person, role), facts)}"
        if stakes(facts) and _limit(facts, person, role)
        else ""
    )
    orders = f", not the buyer on {facts.orders[0]}" if facts.orders else ""
    stand_in = "" if role in person.roles else ", standing in"
    return f"{title(role)}{stand_in}{within}{orders}."
