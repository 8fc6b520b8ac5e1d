"""Ways out of a shortage that bring no piece more: who waits, who gets a part now, and who gives pieces up for whom.

Each is worked out on the pegs (who gets what from which supply), and says for every document what it gains and loses.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agents.tools import CaseSeen
from core.availability import arithmetic
from core.availability.arithmetic import Peg
from core.availability.tables import PlannedMove, Reservation, Strength
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.replenishment.outlook import Outlook
from core.wording import day, listed, quantity

NOT_IN_SIGHT = 99
"""So many days late counts what nothing on order covers."""

Key = tuple[str, int]
"""A document and its line."""


def drafts(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """Give pieces that are kept for later to whoever needs them first; send a part; send later."""
    yield from _reallocate(case, seen)
    yield from _partial(case, seen)
    yield from _backorder(case, seen)


def _backorder(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """Every promise that starves moves to the day on which its last pieces come."""
    moves = []
    for plan, pegs in starving_plans(seen):
        comes = [peg.day for peg in pegs if peg.day is not None]
        if len(comes) == len(pegs) and max(comes) > plan.day:
            moves.append((plan, max(comes)))
    if not moves:
        return
    waiting = len({(peg.demand.document, peg.demand.line) for peg in seen.starving}) - len(moves)
    late = max((to - max(plan.day, seen.today)).days for plan, to in moves)
    told = listed([f"{plan.document} from {day(plan.day)} to {day(to)}" for plan, to in moves[:3]])
    more = f" and {len(moves) - 3} more" if len(moves) > 3 else ""
    uncovered = f" Nothing on order covers {waiting} others." if waiting else ""
    yield Draft(
        option="backorder",
        title=f"Promise {'it' if len(moves) == 1 else f'{len(moves)} orders'} for when the pieces come",
        says=f"{told}{more}: up to {late} days later.{uncovered}",
        actions=tuple(
            Action(
                command=_change(case, plan, day=to),
                title=f"{plan.document}: {quantity(plan.left)} on {day(to)}",
                says=f"was {day(plan.day)}",
            )
            for plan, to in moves
        ),
        amounts={"stock_value": _worth(case, seen, sum((plan.left for plan, _ in moves), ZERO))},
        slips_days=late,
        evidence=case.evidence,
        score=Decimal(40) if not waiting else Decimal(28),
        why="Costs no money and the customers' patience",
    )


def _partial(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """What is there leaves on its day, the rest when it comes."""
    split = []
    for plan, pegs in starving_plans(seen):
        in_time = sum((peg.quantity for peg in pegs if peg not in seen.starving), ZERO)
        rest = [peg for peg in pegs if peg in seen.starving]
        comes = [peg.day for peg in rest if peg.day is not None]
        if in_time > ZERO and len(comes) == len(rest):
            split.append((plan, in_time, max(comes)))
    if not split:
        return
    actions: list[Action] = []
    for plan, now, to in split:
        rest_of_it = plan.left - now
        actions.append(
            Action(
                command=_change(case, plan, quantity=plan.done + now),
                title=f"{plan.document}: {quantity(now)} leave on {day(plan.day)}",
            )
        )
        command = {
            "type": "PlanDemand",
            "entity": case.entity,
            "item": seen.item,
            "site": seen.site,
            "quantity": text_of(rest_of_it),
            "day": to.isoformat(),
            "document": plan.document,
            "line": plan.line,
            "kind": plan.kind,
        }
        actions.append(Action(command=command, title=f"{plan.document}: {quantity(rest_of_it)} follow on {day(to)}"))
    late = max((to - max(plan.day, seen.today)).days for plan, _, to in split)
    later = sum((plan.left - now for plan, now, _ in split), ZERO)
    yield Draft(
        option="partial_ship",
        title=f"Send what is here, {quantity(later)} later",
        says=listed(
            [f"{plan.document} gets {quantity(now)} of {quantity(plan.left)} in time" for plan, now, _ in split]
        )
        + f"; the rest follows up to {late} days later.",
        actions=tuple(actions),
        amounts={"stock_value": _worth(case, seen, later)},
        slips_days=late,
        evidence=case.evidence,
        score=Decimal(44),
        why="Somebody gets something on the day",
    )


def _reallocate(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """Pieces that are reserved for a later day go to whoever needs them first, the latest claim first.

    Who gave pieces up and starves by it is named; where nobody does, it is the best way there is.
    """
    lacking: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    first_day: dict[Key, date] = {}
    for peg in seen.starving:
        key = (peg.demand.document, peg.demand.line)
        lacking[key] += peg.quantity
        first_day[key] = peg.demand.day
    days = {(plan.document, plan.line): plan.day for plan in seen.plans}
    given: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taken: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for key in sorted(lacking, key=lambda key: (first_day[key], key)):
        for claim in _latest_first(seen, days):
            of_claim = (claim.document, claim.line)
            leaves = days.get(of_claim, claim.day)
            if of_claim == key or leaves is None or leaves <= first_day[key] or of_claim in lacking:
                continue
            part = min(claim.quantity - given[claim.number], lacking[key] - taken[key])
            if part > ZERO:
                given[claim.number] += part
                taken[key] += part
    gives = [(claim, given[claim.number]) for claim in seen.claims if given.get(claim.number)]
    gets = [(key, part) for key, part in taken.items() if part > ZERO]
    if not gives:
        return
    yield _reallocation(case, seen, gives, gets, first_day)


def _reallocation(
    case: CaseSeen,
    seen: Outlook,
    gives: list[tuple[Reservation, Decimal]],
    gets: list[tuple[Key, Decimal]],
    first_day: dict[Key, date],
) -> Draft:
    losers = _losers(seen, gives, gets)
    slips = max((days for _, days in losers.values()), default=0)
    whose = listed(sorted({claim.document for claim, _ in gives}))
    to = listed(sorted({document for (document, _), _ in gets}))
    pieces = sum((part for _, part in gets), ZERO)
    why = f"{to} leaves first, on {day(min(first_day[key] for key, _ in gets))}"
    lost = (
        listed([f"{document} then lacks {quantity(part)} on {day(on)}" for (document, on), (part, _) in losers.items()])
        if losers
        else f"{whose} gets its pieces from what comes, in time"
    )
    releases = [
        Action(
            command={
                "type": "ReleaseReservation",
                "entity": case.entity,
                "reservation": claim.number,
                "quantity": text_of(part),
                "reason": f"needed sooner by {to}",
            },
            title=f"{claim.document} gives up {quantity(part)}",
            says=f"{claim.number} for {claim.document}",
        )
        for claim, part in gives
    ]
    reserve = {
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
    return Draft(
        option="reallocate",
        title=f"Give {quantity(pieces)} that {whose} keeps to {to}",
        says=f"{why}; {lost}.",
        actions=(*releases, Action(command=reserve, title=f"Reserve {quantity(pieces)} for {to}")),
        amounts={"stock_value": _worth(case, seen, pieces)},
        slips_days=slips,
        evidence=case.evidence,
        score=Decimal(35) if losers else Decimal(90),
        why="Nobody loses by it" if not losers else "Somebody loses by it",
    )


def _losers(
    seen: Outlook, gives: list[tuple[Reservation, Decimal]], gets: list[tuple[Key, Decimal]]
) -> dict[tuple[str, date], tuple[Decimal, int]]:
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
    lost: dict[tuple[str, date], tuple[Decimal, int]] = {}
    for peg in arithmetic.peg(seen.opening, seen.supplies, demands, seen.today):
        gave = change.get((peg.demand.document, peg.demand.line), ZERO) < ZERO
        if gave and (peg.day is None or peg.day > max(peg.demand.day, seen.today)):
            who = (peg.demand.document, peg.demand.day)
            pieces, days = lost.get(who, (ZERO, 0))
            late = (peg.day - peg.demand.day).days if peg.day else NOT_IN_SIGHT
            lost[who] = (pieces + peg.quantity, max(days, late))
    return lost


def _latest_first(seen: Outlook, days: dict[Key, date]) -> list[Reservation]:
    """Claims that keep their pieces from others, whoever leaves last before who leaves sooner. A soft one keeps none."""

    def leaves(claim: Reservation) -> date:
        return days.get((claim.document, claim.line)) or claim.day or date.min

    hard = [claim for claim in seen.claims if claim.strength == Strength.HARD]
    return sorted(hard, key=lambda claim: (-leaves(claim).toordinal(), claim.number))


def starving_plans(seen: Outlook) -> Iterable[tuple[PlannedMove, list[Peg]]]:
    """Every planned demand of which something is missing or late, with all that covers it."""
    hungry = {(peg.demand.document, peg.demand.line, peg.demand.day) for peg in seen.starving}
    for plan in seen.plans:
        key = (plan.document, plan.line, plan.day)
        if key in hungry:
            yield plan, [peg for peg in seen.pegs if (peg.demand.document, peg.demand.line, peg.demand.day) == key]


def _change(case: CaseSeen, plan: PlannedMove, **to: date | Decimal) -> dict[str, object]:
    wire = {name: text_of(value) if isinstance(value, Decimal) else value.isoformat() for name, value in to.items()}
    return {"type": "ChangePlan", "entity": case.entity, "plan": plan.number, **wire}


def _worth(case: CaseSeen, seen: Outlook, pieces: Decimal) -> Decimal:
    return rounded(pieces * seen.unit_cost, case.currency)
