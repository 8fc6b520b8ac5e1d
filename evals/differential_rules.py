"""Where Tryton costs otherwise on purpose: each difference by name, with the rule that recognises it in a history.

A rule says what has to be in a history for the difference to show, and gives the history without that. The difference is
explained when both systems come to the same figures on what the rule leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

from evals.differential_core import moment
from evals.differential_history import Step

Steps = list[Step]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A difference: its name, in which methods it shows, why ours is right, and the history without its cause."""

    name: str
    methods: tuple[str, ...]
    because: str
    without: Callable[[Sequence[Step]], Steps]


def _days_of_their_own(steps: Sequence[Step]) -> Steps:
    """Each movement on a day that no other has, in the order in which they happened. A day before it stays one before."""
    order = sorted(steps, key=lambda step: moment(step).replace(minute=0) if step.kind == "revalue" else moment(step))
    first = order[0].day
    return sorted(
        (replace(step, day=first + timedelta(days=place)) for place, step in enumerate(order)),
        key=lambda step: step.number,
    )


def _no_returns(steps: Sequence[Step]) -> Steps:
    return [step for step in steps if step.kind != "come_back"]


def _sent_back_as_sold(steps: Sequence[Step]) -> Steps:
    """What goes back to the supplier leaves as any issue does: the oldest first."""
    return [replace(step, kind="issue", of=-1) if step.kind == "send_back" else step for step in steps]


def _not_revalued(steps: Sequence[Step]) -> Steps:
    return [step for step in steps if step.kind != "revalue"]


RULES = (
    Rule(
        name="one cost a day",
        methods=("average", "fifo"),
        because="Tryton keeps days: every movement of a day has the cost of its end, so what a morning's issue cost changes"
        " with an afternoon's receipt, and value is lost or made; here each has its moment",
        without=_days_of_their_own,
    ),
    Rule(
        name="a return at the cost of the day",
        methods=("average", "fifo"),
        because="in Tryton pieces come back from a customer at what a piece costs by then; here at what they went out at, so"
        " that a sale and its return leave nothing behind",
        without=_no_returns,
    ),
    Rule(
        name="sent back oldest first",
        methods=("average", "fifo"),
        because="in Tryton pieces go back to the supplier out of the oldest layer, or at the average; here out of the layer"
        " that their own receipt brought",
        without=_sent_back_as_sold,
    ),
    Rule(
        name="a revaluation leaves the layers",
        methods=("fifo",),
        because="in Tryton a new cost price changes what the item is worth and no layer, so what is sold next still goes at"
        " the old cost and the difference stays in stock; here every layer is revalued",
        without=_not_revalued,
    ),
    Rule(
        name="a revaluation waits for a receipt",
        methods=("average",),
        because="in Tryton's re-costing a new cost price reaches issues only once something came in after it; here it holds"
        " from its moment on",
        without=_not_revalued,
    ),
)


def explanations(steps: Sequence[Step], method: str) -> Iterator[tuple[tuple[str, ...], Steps]]:
    """The rules that may explain a difference, alone and together, fewest first, with the history each leaves."""
    met = [rule for rule in RULES if method in rule.methods and rule.without(steps) != list(steps)]
    for many in range(1, len(met) + 1):
        for rules in combinations(met, many):
            left = list(steps)
            for rule in rules:
                left = rule.without(left)
            yield tuple(rule.name for rule in rules), left
