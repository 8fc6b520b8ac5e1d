"""A way out of a shortage with other goods: what master data names as a substitute leaves instead, at the ordered price.

Each substitute is a way of its own. It gives what can be promised of it by each order's day, less what is kept of it for
safety, to the orders that starve, the first day first; what it costs more than the goods it stands in for is said.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from agents.propose.options.stock_promises import starving_plans
from agents.tools import CaseSeen
from core.availability.tables import PlannedMove
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.masterdata.standing_in import most_in_place
from core.money import ZERO, rounded
from core.replenishment.outlook import Outlook
from core.replenishment.substitutes import StandInSeen
from core.wording import amount, day, listed, quantity

NAMED_MAX = 3
"""So many of the orders that get other goods are named; the others are counted."""

Swap = tuple[PlannedMove, Decimal]
"""A demand, and how many pieces of it something else stands in for."""


def drafts(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """One way for each substitute of which something can be promised to an order that starves."""
    wanted = [
        (plan, min(plan.left, sum((peg.quantity for peg in pegs if peg in seen.starving), ZERO)))
        for plan, pegs in starving_plans(seen)
    ]
    missing = sum((peg.quantity for peg in seen.starving), ZERO)
    for stand_in in seen.stand_ins:
        swaps = _swaps(seen, stand_in, wanted)
        if swaps:
            yield _substitute(case, seen, stand_in, swaps, missing)


def _swaps(seen: Outlook, stand_in: StandInSeen, wanted: Iterable[Swap]) -> list[Swap]:
    """Who gets how much, the first day first. What one gets no other is promised."""
    given = ZERO
    swaps: list[Swap] = []
    for plan, lacking in wanted:
        free = max(stand_in.spare(max(plan.day, seen.today)) - given, ZERO)
        pieces = most_in_place(lacking, free, stand_in.factor, decimals=seen.decimals, its_decimals=stand_in.decimals)
        if pieces > ZERO:
            swaps.append((plan, pieces))
            given += pieces * stand_in.factor
    return swaps


def _substitute(case: CaseSeen, seen: Outlook, stand_in: StandInSeen, swaps: list[Swap], missing: Decimal) -> Draft:
    pieces = sum((part for _, part in swaps), ZERO)
    instead = pieces * stand_in.factor
    dearer = max(instead * stand_in.unit_cost - pieces * seen.unit_cost, ZERO)
    by = max(plan.day for plan, _ in swaps)
    rest = missing - pieces
    return Draft(
        option=f"substitute {seen.item} {stand_in.item}",
        title=f"Send {quantity(instead)} of {stand_in.item} instead of {seen.item}",
        says=f"{stand_in.name}: {_netted(stand_in, max(by, seen.today))}. {_for_whom(stand_in, swaps)}."
        f" {_costs(case, seen, stand_in, rounded(dearer, case.currency))}"
        f"{f' {quantity(rest)} stay missing.' if rest > ZERO else ''}",
        actions=tuple(_action(case, stand_in, plan, part) for plan, part in swaps),
        amounts={
            "stock_value": rounded(instead * stand_in.unit_cost, case.currency),
            "dearer_by": rounded(dearer, case.currency),
        },
        evidence=case.evidence,
        score=Decimal(70 if rest <= ZERO else 46) - stand_in.rank,
        why="Everybody gets goods on the day" if rest <= ZERO else "Somebody gets other goods on the day",
    )


def _netted(stand_in: StandInSeen, by: date) -> str:
    """How much of it there is to promise, reckoned: "80 to promise by 24 Nov 2026 − 20 kept = 60"."""
    kept = f" − {quantity(stand_in.keeps)} kept = {quantity(stand_in.spare(by))}" if stand_in.keeps else ""
    return f"{quantity(stand_in.promisable(by))} can be promised by {day(by)}{kept}"


def _for_whom(stand_in: StandInSeen, swaps: list[Swap]) -> str:
    gets = [
        f"{plan.document} gets {quantity(part * stand_in.factor)}"
        f"{'' if stand_in.factor == 1 else f' for {quantity(part)}'}"
        for plan, part in swaps[:NAMED_MAX]
    ]
    more = [f"{len(swaps) - NAMED_MAX} more"] if len(swaps) > NAMED_MAX else []
    return listed([*gets, *more])


def _costs(case: CaseSeen, seen: Outlook, stand_in: StandInSeen, dearer: Decimal) -> str:
    if dearer <= ZERO:
        return "The ordered price holds, and it costs no more."
    a_piece = amount(rounded(stand_in.unit_cost * stand_in.factor, case.currency), case.currency)
    was = amount(rounded(seen.unit_cost, case.currency), case.currency)
    return f"The ordered price holds: {a_piece} instead of {was} a piece, {amount(dearer, case.currency)} more in all."


def _action(case: CaseSeen, stand_in: StandInSeen, plan: PlannedMove, part: Decimal) -> Action:
    command = {
        "type": "UseSubstitute",
        "entity": case.entity,
        "plan": plan.number,
        "substitute": stand_in.item,
        "quantity": text_of(part),
        "reason": case.number,
    }
    gets = f"{plan.document}: {quantity(part * stand_in.factor)} of {stand_in.item} on {day(plan.day)}"
    return Action(command=command, title=gets, says=f"instead of {quantity(part)} of {plan.item}, at the ordered price")
