"""Ways out of a shortage that bring no piece more: who waits, and who gets a part now. Who gives pieces up for whom is in
`stock_priority`.

Each is worked out on the pegs (who gets what from which supply), and says for every document what it gains and loses.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from agents.tools import CaseSeen
from core.availability.arithmetic import Peg
from core.availability.tables import PlannedMove
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.replenishment.outlook import Outlook
from core.wording import day, listed, quantity


def drafts(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """Send a part; send later."""
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
