"""Ways out of a shortage in which some give pieces up for others: by priority (the customer's tier first, then the day), or
against it for one order, which two have to sign.

Where the tiers are equal, the day alone says who comes first. Every way says who gives, who gets, and who starves by it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agents.tools import CaseSeen
from core.availability import pegging
from core.availability.arithmetic import STOCK, USUAL
from core.availability.tables import Reservation, Strength
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.replenishment.outlook import Outlook
from core.wording import day, listed, quantity

NOT_IN_SIGHT = 99
"""So many days late counts what nothing on order covers."""

Key = tuple[str, int]
"""A document and its line."""

Gives = list[tuple[Reservation, Decimal]]
Gets = list[tuple[Key, Decimal]]
Losers = dict[tuple[str, date], tuple[Decimal, int]]
"""Who lacks pieces on a day when others are given theirs: how many, and for how many days."""


@dataclass(frozen=True, slots=True)
class Giving:
    """Who gives what to whom, the day on which each that lacks needs it first, and everybody's tier."""

    gives: Gives
    gets: Gets
    first_day: dict[Key, date]
    tiers: dict[Key, int]

    @property
    def tier_of_givers(self) -> int:
        """The best tier of those who give."""
        return min(self.tiers.get((claim.document, claim.line), USUAL) for claim, _ in self.gives)


def drafts(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """By priority; for one order against it; and what is free kept for whom it falls to by priority."""
    lacking: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    first_day: dict[Key, date] = {}
    for peg in seen.starving:
        key = (peg.demand.document, peg.demand.line)
        lacking[key] += peg.quantity
        first_day[key] = peg.demand.day
    tiers = {(one.document, one.line): one.tier for one in seen.demands}
    gives, gets = _by_priority(seen, lacking, first_day, tiers)
    if gives:
        yield _reallocation(case, seen, Giving(gives, gets, first_day, tiers))
    if len(set(tiers.values())) < 2:
        return
    yield from _kept_for_the_first(case, seen, lacking, tiers)
    gives, gets = _against_priority(seen, lacking, first_day, tiers)
    if gives:
        yield _override(case, seen, Giving(gives, gets, first_day, tiers))


def _by_priority(
    seen: Outlook, lacking: dict[Key, Decimal], first_day: dict[Key, date], tiers: dict[Key, int]
) -> tuple[Gives, Gets]:
    """Pieces that are reserved for a lower tier or a later day go to whoever comes first; who comes last gives first."""
    days = _days(seen)
    given: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taken: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for key in sorted(lacking, key=lambda key: (tiers[key], first_day[key], key)):
        for claim in _last_first(seen, days, tiers):
            of_claim = (claim.document, claim.line)
            leaves, tier = days.get(of_claim, claim.day), tiers.get(of_claim, USUAL)
            if of_claim == key or leaves is None or (tier, leaves) <= (tiers[key], first_day[key]):
                continue
            if of_claim in lacking and tier <= tiers[key]:
                continue
            part = min(claim.quantity - given[claim.number], lacking[key] - taken[key])
            if part > ZERO:
                given[claim.number] += part
                taken[key] += part
    return _shares(seen, given, taken)


def _against_priority(
    seen: Outlook, lacking: dict[Key, Decimal], first_day: dict[Key, date], tiers: dict[Key, int]
) -> tuple[Gives, Gets]:
    """For the first order that starves behind a better tier: what that tier keeps for a later day."""
    days = _days(seen)
    for key in sorted(lacking, key=lambda key: (first_day[key], tiers[key], key)):
        given: dict[str, Decimal] = defaultdict(lambda: ZERO)
        taken: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        for claim in _last_first(seen, days, tiers):
            of_claim = (claim.document, claim.line)
            leaves = days.get(of_claim, claim.day)
            better = tiers.get(of_claim, USUAL) < tiers[key]
            if not better or of_claim in lacking or leaves is None or leaves <= first_day[key]:
                continue
            part = min(claim.quantity, lacking[key] - taken[key])
            if part > ZERO:
                given[claim.number] += part
                taken[key] += part
        if taken:
            return _shares(seen, given, taken)
    return [], []


def _shares(seen: Outlook, given: dict[str, Decimal], taken: dict[Key, Decimal]) -> tuple[Gives, Gets]:
    gives = [(claim, given[claim.number]) for claim in seen.claims if given.get(claim.number)]
    return gives, [(key, part) for key, part in taken.items() if part > ZERO]


def _reallocation(case: CaseSeen, seen: Outlook, giving: Giving) -> Draft:
    losers = _losers(seen, giving.gives, giving.gets)
    whose, to, pieces = _names(giving.gives, giving.gets)
    best, of_givers = min(giving.tiers[key] for key, _ in giving.gets), giving.tier_of_givers
    by_tier = best < of_givers
    why = f"{to} leaves first, on {day(min(giving.first_day[key] for key, _ in giving.gets))}"
    if by_tier:
        why = f"{to} is of tier {best}, {whose} of tier {of_givers}"
    way = Draft(
        option="reallocate",
        title=f"Give {quantity(pieces)} that {whose} keeps to {to}",
        says=f"{why}; {_lost(whose, losers)}.",
        actions=(),
        score=Decimal(90 if not losers else 58 if by_tier else 35),
        why="Nobody loses by it"
        if not losers
        else "The customers' priority says so"
        if by_tier
        else "Somebody loses by it",
    )
    return _carried_out(case, seen, giving, losers, way, f"needed sooner by {to}")


def _override(case: CaseSeen, seen: Outlook, giving: Giving) -> Draft:
    losers = _losers(seen, giving.gives, giving.gets)
    whose, to, pieces = _names(giving.gives, giving.gets)
    first, _ = giving.gets[0]
    says = f"{whose} is of tier {giving.tier_of_givers}, {to} of tier {giving.tiers[first]}"
    way = Draft(
        option=f"override_priority {to}",
        title=f"Give {quantity(pieces)} that {whose} keeps to {to}, against its priority",
        says=f"{says}, and leaves sooner, on {day(giving.first_day[first])}; {_lost(whose, losers)}.",
        actions=(),
        score=Decimal(15) if losers else Decimal(60),
        why="Goes against the customers' priority" + ("" if losers else ", and nobody loses by it"),
    )
    return _carried_out(case, seen, giving, losers, way, f"{to} before its turn")


def _carried_out(case: CaseSeen, seen: Outlook, giving: Giving, losers: Losers, way: Draft, reason: str) -> Draft:
    """The way with its commands and what they mean: who gives lets go for that reason, who gets reserves."""
    return replace(
        way,
        actions=(*_released(case, giving.gives, reason), _reserve(case, seen, giving.gets, giving.first_day)),
        amounts={"stock_value": _worth(case, seen, sum((part for _, part in giving.gets), ZERO))},
        slips_days=max((days for _, days in losers.values()), default=0),
        evidence=case.evidence,
    )


def _kept_for_the_first(
    case: CaseSeen, seen: Outlook, lacking: dict[Key, Decimal], tiers: dict[Key, int]
) -> Iterable[Draft]:
    """Pieces that fall to a better tier and that nobody has reserved are reserved for it, so that nobody ships them
    before."""
    worst = max((tiers[key] for key in lacking), default=0)
    gets: dict[Key, Decimal] = {}
    on: dict[Key, date] = {}
    for peg in seen.pegs:
        key = (peg.demand.document, peg.demand.line)
        open_ = peg.quantity - peg.demand.reserved
        if peg.source == STOCK and peg.demand.tier < worst and peg.demand.until is None and open_ > ZERO:
            gets[key] = gets.get(key, ZERO) + open_
            on[key] = peg.demand.day
    pieces = sum(gets.values(), ZERO)
    free = seen.opening - sum((one.quantity for one in seen.claims), ZERO)
    if not gets or pieces > free:
        return
    to = listed(sorted({document for document, _ in gets}))
    yield Draft(
        option=f"reallocate {to}",
        title=f"Keep {quantity(pieces)} for {to}, whose turn it is",
        says=f"{quantity(free)} are here and free; {to} comes first by its customer's tier. Who waits, waits on.",
        actions=(_reserve(case, seen, list(gets.items()), on),),
        amounts={"stock_value": _worth(case, seen, pieces)},
        evidence=case.evidence,
        score=Decimal(32),
        why="Says who waits; brings no piece",
    )


def _names(gives: Gives, gets: Gets) -> tuple[str, str, Decimal]:
    """Who gives, who gets, and how many pieces."""
    whose = listed(sorted({claim.document for claim, _ in gives}))
    to = listed(sorted({document for (document, _), _ in gets}))
    return whose, to, sum((part for _, part in gets), ZERO)


def _lost(whose: str, losers: Losers) -> str:
    if not losers:
        return f"{whose} gets its pieces from what comes, in time"
    return listed(
        [f"{document} then lacks {quantity(part)} on {day(on)}" for (document, on), (part, _) in losers.items()]
    )


def _released(case: CaseSeen, gives: Gives, reason: str) -> list[Action]:
    return [
        Action(
            command={
                "type": "ReleaseReservation",
                "entity": case.entity,
                "reservation": claim.number,
                "quantity": text_of(part),
                "reason": reason,
            },
            title=f"{claim.document} gives up {quantity(part)}",
            says=f"{claim.number} for {claim.document}",
        )
        for claim, part in gives
    ]


def _reserve(case: CaseSeen, seen: Outlook, gets: Gets, first_day: dict[Key, date]) -> Action:
    command = {
        "type": "ReserveStock",
        "entity": case.entity,
        "site": seen.site,
        "whole": True,
        "claims": [
            {
                "item": seen.item,
                "quantity": text_of(part),
                "document": document,
                "line": line,
                "day": max(first_day[document, line], seen.today).isoformat(),
            }
            for (document, line), part in gets
        ],
    }
    to = listed(sorted({document for (document, _), _ in gets}))
    return Action(command=command, title=f"Reserve {quantity(sum((part for _, part in gets), ZERO))} for {to}")


def _losers(seen: Outlook, gives: Gives, gets: Gets) -> Losers:
    """Who of those who give starves afterwards, by how many pieces and days: the pegs worked out anew with the claims as
    they would be."""
    change: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for claim, part in gives:
        change[claim.document, claim.line] -= part
    for key, part in gets:
        change[key] += part
    demands = [
        replace(one, reserved=min(max(one.reserved + change.get((one.document, one.line), ZERO), ZERO), one.quantity))
        for one in seen.demands
    ]
    lost: Losers = {}
    for peg in pegging.peg(seen.opening, seen.supplies, demands, seen.today):
        gave = change.get((peg.demand.document, peg.demand.line), ZERO) < ZERO
        if gave and (peg.day is None or peg.day > max(peg.demand.day, seen.today)):
            who = (peg.demand.document, peg.demand.day)
            pieces, days = lost.get(who, (ZERO, 0))
            late = (peg.day - peg.demand.day).days if peg.day else NOT_IN_SIGHT
            lost[who] = (pieces + peg.quantity, max(days, late))
    return lost


def _last_first(seen: Outlook, days: dict[Key, date], tiers: dict[Key, int]) -> list[Reservation]:
    """Claims that keep their pieces from others: the last tier first, and of a tier whoever leaves last. A soft one keeps
    none."""

    def turn(claim: Reservation) -> tuple[int, int, str]:
        key = (claim.document, claim.line)
        leaves = days.get(key) or claim.day or date.min
        return -tiers.get(key, USUAL), -leaves.toordinal(), claim.number

    return sorted((claim for claim in seen.claims if claim.strength == Strength.HARD), key=turn)


def _days(seen: Outlook) -> dict[Key, date]:
    return {(plan.document, plan.line): plan.day for plan in seen.plans}


def _worth(case: CaseSeen, seen: Outlook, pieces: Decimal) -> Decimal:
    return rounded(pieces * seen.unit_cost, case.currency)
