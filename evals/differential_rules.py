"""Where Tryton costs otherwise on purpose: each difference by name, with the rule that recognises it in a history.

A rule says what has to be in a history for the difference to show, and gives the history without that. The difference is
explained when both systems come to the same figures on what the rule leaves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

from evals.differential_history import History, Step, by_moment, other_method, other_site

Steps = list[Step]
RULES_MAX = 4
"""So many causes at once are looked for: a difference that needs more has no name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A difference: its name, in which methods it shows, why ours is right, and the history without its cause."""

    name: str
    methods: tuple[str, ...]
    because: str
    without: Callable[[Sequence[Step]], Steps]


def _days_of_their_own(steps: Sequence[Step]) -> Steps:
    """Each movement on a day that no other has, in the order in which they happened."""
    order = by_moment(steps)
    first = order[0].day
    return sorted(
        (replace(step, day=first + timedelta(days=place)) for place, step in enumerate(order)),
        key=lambda step: step.number,
    )


def _sent_back_as_sold(steps: Sequence[Step]) -> Steps:
    """What goes back to the supplier leaves as any issue does: the oldest first."""
    return [replace(step, kind="issue", of=-1) if step.kind == "send_back" else step for step in steps]


def _without(*kinds: str) -> Callable[[Sequence[Step]], Steps]:
    """The history without steps of these kinds, and without what goes back to one of them."""

    def without(steps: Sequence[Step]) -> Steps:
        gone = {step.number for step in steps if step.kind in kinds}
        return [step for step in steps if step.number not in gone and step.of not in gone]

    return without


def _never_below_zero(steps: Sequence[Step]) -> Steps:
    """The history without what took more than there was at its moment, and without what goes back to that."""
    there: dict[str, Decimal] = defaultdict(Decimal)
    gone: set[int] = set()
    for step in by_moment(steps):
        if step.of in gone:
            gone.add(step.number)
        elif step.kind in ("receipt", "come_back"):
            there[step.site] += step.quantity
        elif step.kind in ("issue", "send_back", "carry") and there[step.site] < step.quantity:
            gone.add(step.number)
        elif step.kind in ("issue", "send_back", "carry"):
            there[step.site] -= step.quantity
            if step.kind == "carry":
                there[other_site(step.site)] += step.quantity
    return [step for step in steps if step.number not in gone]


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
        without=_without("come_back"),
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
        without=_without("revalue"),
    ),
    Rule(
        name="a revaluation waits for a receipt",
        methods=("average",),
        because="in Tryton's re-costing a new cost price reaches issues only once something came in after it; here it holds"
        " from its moment on",
        without=_without("revalue"),
    ),
    Rule(
        name="below zero is not trued up",
        methods=("average", "fifo"),
        because="in Tryton what goes out before it came keeps the cost of its day when it is covered, and the difference"
        " leaves the books without an entry; here the receipt that covers it settles it at what it truly cost",
        without=_never_below_zero,
    ),
    Rule(
        name="a carry brings no layers",
        methods=("fifo",),
        because="in Tryton's FIFO only what came from outside is a layer: pieces from another site leave at the layers of"
        " this one, or at its mean; here a carry moves the layers themselves",
        without=_without("carry"),
    ),
    Rule(
        name="a method has no day",
        methods=("average", "fifo"),
        because="Tryton's method is a setting of the item: re-costed from its day on, an average starts from the cost of the"
        " last receipt and FIFO from the layers of before, and what was already sold is valued twice or not at all; here"
        " value stays as it is at the moment of the change",
        without=_without("switch"),
    ),
)


def explanations(history: History, method: str) -> Iterator[tuple[tuple[str, ...], History]]:
    """The rules that may explain a difference, alone and together, fewest first, with the history each leaves."""
    steps = list(history.steps)
    methods = {method, other_method(method) if any(step.kind == "switch" for step in steps) else method}
    met = [rule for rule in RULES if methods & set(rule.methods) and rule.without(steps) != steps]
    for many in range(1, min(len(met), RULES_MAX) + 1):
        for rules in combinations(met, many):
            left = steps
            for rule in rules:
                left = rule.without(left)
            yield tuple(rule.name for rule in rules), history.with_steps(left)
