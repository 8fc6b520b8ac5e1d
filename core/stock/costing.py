"""What stock cost: the arithmetic of one cost pool, with no database and no clock.

A pool is an item at a site, or one lot of it there where lots are valued by themselves. Entries are folded in the order
they happened. Each gets a value; one that covers pieces which went out before they came settles those issues as well.

Promises, whatever comes in: value reaches exactly zero with quantity; what layers hold is what entries brought less what
they took, to the last minor unit; folding a history in one go or in pieces gives the same values.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from core.money import ZERO, rounded, split


class Method(StrEnum):
    """How what goes out is valued. `STRICT` takes a named layer, or what leaves no choice."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    AVERAGE = "average"
    STANDARD = "standard"
    STRICT = "strict"


class Does(StrEnum):
    """What an entry does to a pool."""

    IN = "in"
    OUT = "out"
    REVALUE = "revalue"
    SWITCH = "switch"


class CannotCost(Exception):
    """An entry that a pool cannot carry; its words say why, for a person."""


class Short(CannotCost):
    """More went out than there was at that moment, where an item may not go negative."""

    def __init__(self, entry: int, missing: Decimal) -> None:
        super().__init__(f"{missing} more than there was")
        self.entry, self.missing = entry, missing


class Ambiguous(CannotCost):
    """A strict pool was asked for pieces without their layer, and several would do."""


@dataclass(frozen=True, slots=True, order=True)
class Layer:
    """Pieces with one cost. `since` and `source` (the entry that brought them) order layers, oldest first."""

    since: datetime
    source: int
    quantity: Decimal = field(compare=False)
    value: Decimal = field(compare=False)

    def part(self, quantity: Decimal, currency: str) -> "Layer":
        """So much of the layer, with its share of the value; all of it takes all the value."""
        if quantity == self.quantity:
            return self
        return Layer(self.since, self.source, quantity, rounded(self.value * quantity / self.quantity, currency))

    def less(self, part: "Layer") -> "Layer":
        """The layer without a part of it."""
        return Layer(self.since, self.source, self.quantity - part.quantity, self.value - part.value)


@dataclass(frozen=True, slots=True)
class Debt:
    """Pieces that went out before they came: the issue, how many are not covered yet, and their value for the time being.

    `worth` is the signed value of the whole issue as far as it is known: what its return is a share of.
    """

    issue: int
    quantity: Decimal
    value: Decimal
    worth: Decimal


class Entry(NamedTuple):
    """One thing that happened to a pool. A tuple, as a re-costing makes ten thousand of them.

    IN: `quantity` came, worth `value` (None: at the pool's cost of that moment), or as the `parts` another pool gave up.
    `source` names the issue it takes back, if it does. OUT: `quantity` (positive) went, out of the layer of `source` first
    when one is named. REVALUE: by `value`, or to `unit_cost` a piece. SWITCH: to `method`, at `unit_cost` for standard.
    """

    number: int
    happened_at: datetime
    does: Does
    quantity: Decimal = ZERO
    value: Decimal | None = None
    parts: tuple[Layer, ...] = ()
    source: int | None = None
    unit_cost: Decimal | None = None
    method: Method | None = None


class Step(NamedTuple):
    """What an entry did: its signed value, the layers it took, what it settled of earlier issues as (issue, signed change
    of that issue's value), and the part of an IN's value that a standard cost keeps out of stock."""

    value: Decimal
    taken: tuple[Layer, ...] = ()
    settled: tuple[tuple[int, Decimal], ...] = ()
    variance: Decimal = ZERO


@dataclass(slots=True, kw_only=True)
class Pool:
    """The state of a pool: pieces, their value, open layers, oldest first, and debts, oldest first.

    Only one of layers and debts holds anything. Quantity goes below zero when more went out than came; value is in the
    entity's currency. `unit_cost` is the standard cost in a standard pool; elsewhere the cost a piece last came at,
    which is what a debt is valued by. A pool read from the books may hold only the layers that an entry needs.
    """

    currency: str
    method: Method = Method.FIFO
    unit_cost: Decimal = ZERO
    negative: bool = False
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    layers: list[Layer] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)

    def cost(self) -> Decimal:
        """The cost of a piece at this moment, not rounded: the average of what is there, else what a piece last came at."""
        if self.method is Method.STANDARD or self.quantity <= ZERO:
            return self.unit_cost
        return self.value / self.quantity

    def copy(self) -> "Pool":
        """The same state, to be folded on without touching this one."""
        return replace(self, layers=list(self.layers), debts=list(self.debts))


def step(pool: Pool, entry: Entry) -> Step:
    """Fold one entry into the pool and give what it did. Raises `CannotCost`; then the pool is as it was."""
    match entry.does:
        case Does.IN:
            return _standard_in(pool, entry) if pool.method is Method.STANDARD else _in(pool, entry)
        case Does.OUT:
            return _standard_out(pool, entry) if pool.method is Method.STANDARD else _out(pool, entry)
        case Does.REVALUE:
            return _revalue(pool, entry)
        case Does.SWITCH:
            return _switch(pool, entry)


def _in(pool: Pool, entry: Entry) -> Step:
    came = list(entry.parts) or [_came(pool, entry)]
    value = sum((layer.value for layer in came), ZERO)
    settled = []
    for layer in came:
        left, changes = _cover(pool, layer, first=entry.source)
        settled += changes
        if left.quantity:
            _lay_down(pool, left)
    quantity = sum((layer.quantity for layer in came), ZERO)
    pool.unit_cost = value / quantity
    pool.quantity += quantity
    pool.value += value + sum((change for _, change in settled), ZERO)
    return Step(value=value, settled=tuple(settled))


def _came(pool: Pool, entry: Entry) -> Layer:
    value = rounded(entry.quantity * pool.cost(), pool.currency) if entry.value is None else entry.value
    return Layer(entry.happened_at, entry.number, entry.quantity, value)


def _cover(pool: Pool, came: Layer, *, first: int | None) -> tuple[Layer, list[tuple[int, Decimal]]]:
    """Let pieces that came pay what went out before them: the issue they take back first, then the oldest.

    An issue was valued for the time being; now its true cost is known, and the difference is its settlement.
    """
    settled = []
    for debt in sorted(pool.debts, key=lambda debt: debt.issue != first):
        if not came.quantity:
            break
        quantity = min(debt.quantity, came.quantity)
        paying = came.part(quantity, pool.currency)
        owed = Layer(came.since, debt.issue, debt.quantity, debt.value).part(quantity, pool.currency).value
        came = came.less(paying)
        settling = owed - paying.value
        rest = Debt(debt.issue, debt.quantity - quantity, debt.value - owed, debt.worth + settling)
        at = pool.debts.index(debt)
        pool.debts[at : at + 1] = [rest] if rest.quantity else []
        if settling:
            settled.append((debt.issue, settling))
    return came, settled


def _lay_down(pool: Pool, layer: Layer) -> None:
    """Put pieces down: on the one layer of an average, on the rest of their own layer, or in order of age."""
    same = 0 if pool.method is Method.AVERAGE and pool.layers else _find(pool, layer)
    if same is None:
        insort(pool.layers, layer)
        return
    known = pool.layers[same]
    pool.layers[same] = replace(known, quantity=known.quantity + layer.quantity, value=known.value + layer.value)


def _find(pool: Pool, layer: Layer) -> int | None:
    at = bisect_left(pool.layers, layer)
    return at if at < len(pool.layers) and pool.layers[at] == layer else None


def _out(pool: Pool, entry: Entry) -> Step:
    taken, wanted = _choose(pool, entry)
    if wanted and not pool.negative:
        raise Short(entry.number, wanted)
    for layer, part in taken:
        at = pool.layers.index(layer)
        rest = layer.less(part)
        pool.layers[at : at + 1] = [rest] if rest.quantity else []
    value = sum((part.value for _, part in taken), ZERO)
    if wanted:
        owed = rounded(wanted * pool.unit_cost, pool.currency)
        value += owed
        pool.debts.append(Debt(entry.number, wanted, owed, -value))
    pool.quantity -= entry.quantity
    pool.value -= value
    return Step(value=-value, taken=tuple(part for _, part in taken))


def _choose(pool: Pool, entry: Entry) -> tuple[list[tuple[Layer, Layer]], Decimal]:
    """The layers an OUT takes from, with the part of each, and how many pieces no layer has."""
    order = _order(pool, entry)
    wanted = entry.quantity
    taken = []
    for layer in order:
        if not wanted:
            break
        part = layer.part(min(layer.quantity, wanted), pool.currency)
        taken.append((layer, part))
        wanted -= part.quantity
    return taken, wanted


def _order(pool: Pool, entry: Entry) -> list[Layer]:
    named = [layer for layer in pool.layers if layer.source == entry.source] if entry.source else []
    others = [layer for layer in pool.layers if layer.source != entry.source] if named else list(pool.layers)
    match pool.method:
        case Method.LIFO:
            others.reverse()
        case Method.HIFO:
            others.sort(key=lambda layer: -layer.value / layer.quantity)
        case Method.STRICT:
            on_hand = sum((layer.quantity for layer in others), ZERO)
            if len(others) > 1 and not named and entry.quantity < on_hand:
                raise Ambiguous(f"{len(others)} layers would do, and none is named")
        case _:
            pass
    return named + others


def _standard_in(pool: Pool, entry: Entry) -> Step:
    came = sum((layer.value for layer in entry.parts), ZERO) if entry.parts else entry.value
    value = _to_standard(pool, pool.quantity + entry.quantity, entry)
    return Step(value=value, variance=ZERO if came is None else came - value)


def _standard_out(pool: Pool, entry: Entry) -> Step:
    left = pool.quantity - entry.quantity
    if left < ZERO and not pool.negative:
        raise Short(entry.number, -left)
    value = _to_standard(pool, left, entry)
    return Step(value=value, taken=(Layer(entry.happened_at, entry.number, entry.quantity, -value),))


def _to_standard(pool: Pool, quantity: Decimal, entry: Entry) -> Decimal:
    """Make the pool hold `quantity` at standard cost, as one layer (below zero too). Gives the change of value."""
    change = rounded(quantity * pool.unit_cost, pool.currency) - pool.value
    pool.quantity, pool.value = quantity, pool.value + change
    pool.layers = [Layer(entry.happened_at, entry.number, quantity, pool.value)] if quantity else []
    return change


def _revalue(pool: Pool, entry: Entry) -> Step:
    if pool.quantity <= ZERO:
        raise CannotCost("there is nothing to revalue")
    if entry.unit_cost is not None:
        change = rounded(entry.unit_cost * pool.quantity, pool.currency) - pool.value
    else:
        assert entry.value is not None, "a revaluation says by how much, or to what"
        change = entry.value
    if pool.value + change < ZERO:
        raise CannotCost("stock would be worth less than nothing")
    weights = [layer.value if pool.value else layer.quantity for layer in pool.layers]
    shares = split(change, weights, pool.currency)
    pool.layers = [replace(layer, value=layer.value + share) for layer, share in zip(pool.layers, shares, strict=True)]
    pool.value += change
    if entry.unit_cost is not None:
        pool.unit_cost = entry.unit_cost
    return Step(value=change)


def _switch(pool: Pool, entry: Entry) -> Step:
    """Another method from here on. Value stays, but for standard cost: there the difference is a revaluation."""
    assert entry.method is not None, "a switch names its method"
    if pool.quantity < ZERO:
        raise CannotCost("stock is below zero: cover it first")
    pool.unit_cost = pool.cost()
    pool.method = entry.method
    if entry.method is Method.STANDARD:
        assert entry.unit_cost is not None, "a switch to standard names the cost"
        pool.unit_cost = entry.unit_cost
        return Step(value=_to_standard(pool, pool.quantity, entry))
    if entry.method is Method.AVERAGE and pool.layers:
        pool.layers = [replace(pool.layers[0], quantity=pool.quantity, value=pool.value)]
    return Step(value=ZERO)


def fold(pool: Pool, entries: Sequence[Entry]) -> list[Step]:
    """Fold entries in order; gives what each did."""
    return [step(pool, entry) for entry in entries]
