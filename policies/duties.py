"""Segregation of duties: the last layer, which no table, role, limit or delegation overrides.

Who placed the order, asked for it, counted it, wrote or edited the proposal, keeps the supplier's record, stands in for
one of them, or has signed already, does not sign. (COSO, Internal Control: to authorise, to record and to keep are duties
of different people.)
"""

from collections.abc import Iterator, Sequence

from core.judging import Delegated, JudgedFacts, Permission, Person, Signed
from core.wording import listed

RULE = "duties"


def forbidden(facts: JudgedFacts, person: Person, signed: Sequence[Signed]) -> Permission | None:
    """Why this person may not sign, whatever else she may; None when no duty stands against it."""
    for duty, why in bars(facts, person.id):
        return _no(duty, f"{person.name} {why}")
    if person.id in facts.signed_by or any(one.person == person.id for one in signed):
        return _no("signed-already", f"{person.name} has signed already")
    for delegation in in_force(facts, person):
        for _, why in bars(facts, delegation.by):
            return _no("stand-in", f"{person.name} stands in for {delegation.by_name or delegation.by}, who {why}")
    return None


def bars(facts: JudgedFacts, person: str) -> Iterator[tuple[str, str]]:
    """The duties that bar a person by what she did: which, and in words to stand behind her name."""
    if person in facts.placed_by:
        yield "not-the-buyer", f"placed {listed(list(facts.orders)) or 'the order'}"
    if person in facts.requested_by:
        yield "requester", "asked for it"
    if facts.edited_by and person == facts.edited_by:
        yield "four-eyes", "edited it; another must sign"
    if person in facts.drafted_by:
        yield "four-eyes", "drafted it; another must sign"
    if person in facts.counted_by:
        yield "not-the-counter", "counted it; another stands for it"
    if person in facts.master_data_editors:
        yield "master-data", "changed this supplier's record lately"


def in_force(facts: JudgedFacts, person: Person) -> list[Delegated]:
    """The delegations to this person that hold at the time of the facts."""
    return [one for one in person.delegations if one.starts_at <= facts.at < one.ends_at]


def _no(duty: str, says: str) -> Permission:
    return Permission(allowed=False, says=says, rule=RULE, duty=duty)
