"""Cost entries between the books and the arithmetic: as lines in hand, as rows, and pool states as JSON."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from core.canonical import text_of
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.costing import Ambiguous, CannotCost, Debt, Does, Entry, Layer, Method, Pool, Short, Step
from core.wording import quantity as words

REPACK = "repack"
"""The kind of entries that are made of each other: what comes in is worth what went out under the same document."""

CHARGE = "charge"
"""The kind of changes that say what an entry brought; all others follow from those."""

State = dict[str, Any]
"""A pool's state as JSON: numbers as strings, written the same however they were come by, moments in ISO 8601."""


class PoolKey(NamedTuple):
    """An item at a site; with a lot where lots are valued by themselves, else without."""

    item: str
    site: str
    lot: str = ""


class Position(NamedTuple):
    """Where an entry stands in a pool's history: when it happened, then its number."""

    at: datetime
    number: int


class Line(NamedTuple):
    """An entry with what the books say of it. `worth` is its value today, corrections included; nothing while it is
    not written yet (`fresh`)."""

    entry: Entry
    key: PoolKey
    account: str
    document: str
    kind: str
    mirrors: int | None = None
    worth: Decimal = ZERO
    fresh: bool = False

    @property
    def hands_over(self) -> bool:
        """Whether another pool takes over the layers this one gives up."""
        return self.entry.does is Does.OUT and not self.account and self.kind != REPACK

    @property
    def is_plain(self) -> bool:
        """Whether it is written and its pieces left the books for an account, out of whatever layer is next: nobody asks
        which layers it took."""
        entry = self.entry
        return entry.does is Does.OUT and entry.source is None and bool(self.account) and not self.fresh

    def must_be_covered(self, step: Step) -> None:
        """Refuses pieces that go on to another pool, or into what is made of them, before they came: nothing is known of
        their cost yet. Asked in order and when an entry before them comes late."""
        if self.entry.does is not Does.OUT or self.account:
            return
        missing = self.entry.quantity - sum((part.quantity for part in step.taken), ZERO)
        if missing > ZERO:
            raise refusal(self.key, Short(self.entry.number, missing))

    @property
    def position(self) -> Position:
        """Where it stands in its pool's history."""
        return Position(self.entry.happened_at, self.entry.number)


def row_of(erp: Erp, line: Line, value: Decimal) -> dict[str, Any]:
    """The row of a line, with the value it has when it is recorded."""
    entry = line.entry
    return {
        "entity": erp.entity,
        "number": entry.number,
        **line.key._asdict(),
        "does": entry.does,
        "quantity": entry.quantity,
        "value": value,
        "brought": entry.value,
        "source": entry.source,
        "mirrors": line.mirrors,
        "unit_cost": entry.unit_cost,
        "method": entry.method,
        "account": line.account,
        "document": line.document,
        "kind": line.kind,
        "happened_at": entry.happened_at,
        "recorded_at": erp.now,
    }


def to_wire(pool: Pool) -> State:
    """A pool's state, to be kept as JSON."""
    return {
        "method": str(pool.method),
        "unit_cost": text_of(pool.unit_cost),
        "quantity": text_of(pool.quantity),
        "value": text_of(pool.value),
        "layers": parts_to_wire(pool.layers),
        "debts": debts_to_wire(pool.debts),
    }


def from_wire(state: State, *, currency: str, negative: bool) -> Pool:
    """The pool of a kept state."""
    return Pool(
        currency=currency,
        negative=negative,
        method=Method(state["method"]),
        unit_cost=Decimal(state["unit_cost"]),
        quantity=Decimal(state["quantity"]),
        value=Decimal(state["value"]),
        layers=list(parts_from_wire(state["layers"])),
        debts=debts_from_wire(state["debts"]),
    )


def parts_to_wire(layers: Sequence[Layer]) -> list[list[str]]:
    """Layers, to be kept as JSON."""
    return [[x.since.isoformat(), str(x.source), text_of(x.quantity), text_of(x.value)] for x in layers]


def parts_from_wire(parts: Sequence[Sequence[str]]) -> tuple[Layer, ...]:
    """Layers that were kept as JSON."""
    return tuple(
        Layer(datetime.fromisoformat(since), int(source), Decimal(quantity), Decimal(value))
        for since, source, quantity, value in parts
    )


def debts_to_wire(debts: Sequence[Debt]) -> list[list[str]]:
    """Debts, to be kept as JSON."""
    return [[str(debt.issue), *map(text_of, (debt.quantity, debt.value, debt.worth))] for debt in debts]


def debts_from_wire(debts: Sequence[Sequence[str]]) -> list[Debt]:
    """Debts that were kept as JSON."""
    return [Debt(int(issue), Decimal(q), Decimal(value), Decimal(worth)) for issue, q, value, worth in debts]


def refusal(key: PoolKey, cannot: CannotCost) -> Refused:
    """What a person is told when a pool cannot carry an entry."""
    at = f"{key.item} at {key.site}"
    match cannot:
        case Short():
            return Refused(
                Refusal.MORE_THAN_ON_HAND, f"{at}: {words(cannot.missing)} more than there was at that moment"
            )
        case Ambiguous():
            return Refused(Refusal.LAYER_NOT_NAMED, f"{at}: {cannot}")
        case _:
            return Refused(Refusal.CANNOT_BE_VALUED, f"{at}: {cannot}")
