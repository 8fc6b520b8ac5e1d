"""The value of what moved: cost entries are written here, in order or late, and nowhere else.

An entry that is the newest of its pool is folded onto what the pool holds. A late one, dated before what is there, is
folded from the last checkpoint before it, and everything it changes is corrected in the same commit
(`core.stock.recosting`); what is made of other pieces goes the same way, since it asks what those are worth. Callers post
the journal entry of what they did; what followed from it for other documents is posted here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core import driver, rows
from core.books import periods
from core.erp import Erp
from core.money import ZERO
from core.numbers import first_of, taking
from core.stock import corrections, cost_books, pools, recosting
from core.stock.costing import CannotCost, Does, Entry, Layer, Method, Step, step
from core.stock.lines import REPACK, Line, PoolKey, Position, refusal, row_of, to_wire
from core.stock.pools import Held
from core.stock.tables import CostEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Costed:
    """What shall be valued. Quantities in base units, never below zero; `value` is what an IN is worth, None for the
    pool's own cost. `account` is the other side of its value. `mirrors` names the entry whose `parts` came here."""

    key: PoolKey
    does: Does
    document: str
    kind: str
    account: str = ""
    quantity: Decimal = ZERO
    value: Decimal | None = None
    source: int | None = None
    mirrors: int | None = None
    parts: tuple[Layer, ...] = ()
    unit_cost: Decimal | None = None
    method: Method | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Valued:
    """An entry as it was written: its number, and what it did."""

    number: int
    step: Step


def cost_all(erp: Erp, entries: Sequence[Costed], happened_at: datetime) -> list[Valued]:
    """Value and write entries that happened at one moment, in their order.

    Gives what each did. Refuses what a pool cannot carry, and a moment in a closed period.
    """
    if not entries:
        return []
    periods.must_be_open(erp, happened_at.date())
    numbers, found = driver.ask_all(
        erp.session, taking(erp.entity, "cost", len(entries)), pools.holding(erp, (costed.key for costed in entries))
    )
    first, held = first_of(numbers, len(entries)), pools.held(erp, found)
    numbered = [(first + place, costed) for place, costed in enumerate(entries)]
    late = any(one.last is not None and happened_at < one.last.at for one in held.values())
    if late or any(costed.kind == REPACK and costed.does is Does.IN for costed in entries):
        steps = recosting.insert_late(erp, [_line(number, costed, happened_at) for number, costed in numbered])
        return [Valued(number=number, step=steps[number]) for number, _ in numbered]
    _read_what_is_needed(erp, held, entries)
    valued = [_fold(erp, held[costed.key], number, costed, happened_at) for number, costed in numbered]
    _write(erp, held, numbered, valued, happened_at)
    return valued


def _line(number: int, costed: Costed, happened_at: datetime) -> Line:
    return Line(
        entry=_entry(number, costed, happened_at),
        key=costed.key,
        account=costed.account,
        document=costed.document,
        kind=costed.kind,
        mirrors=costed.mirrors,
        fresh=True,
    )


def _entry(number: int, costed: Costed, happened_at: datetime) -> Entry:
    return Entry(
        number=number,
        happened_at=happened_at,
        does=costed.does,
        quantity=costed.quantity,
        value=costed.value,
        parts=costed.parts,
        source=costed.source,
        unit_cost=costed.unit_cost,
        method=costed.method,
    )


def _read_what_is_needed(erp: Erp, held: dict[PoolKey, Held], entries: Sequence[Costed]) -> None:
    """Layers for issues: the oldest where that is what leaves, as many as are asked; all where the choice needs them."""
    some, all_ = [], []
    for key, one in held.items():
        mine = [costed for costed in entries if costed.key == key]
        out = sum((costed.quantity for costed in mine if costed.does is Does.OUT), ZERO)
        choosy = one.pool.method is not Method.FIFO or any(
            costed.does in (Does.REVALUE, Does.SWITCH) or (costed.does is Does.OUT and costed.source) for costed in mine
        )
        checkpoint = one.entries // pools.CHECKPOINT_EVERY != (one.entries + len(mine)) // pools.CHECKPOINT_EVERY
        if choosy or checkpoint:
            all_.append(one)
        elif out:
            some.append((one, out))
    pools.read_layers(erp, all_, whole=True)
    pools.read_layers(erp, [one for one, _ in some], whole=False)
    short = [one for one, out in some if sum((layer.quantity for layer in one.pool.layers), ZERO) < out]
    pools.read_layers(erp, short, whole=True)


def _fold(erp: Erp, held: Held, number: int, costed: Costed, happened_at: datetime) -> Valued:
    try:
        done = step(held.pool, _entry(number, costed, happened_at))
    except CannotCost as cannot:
        raise refusal(held.key, cannot) from cannot
    _line(number, costed, happened_at).must_be_covered(done)
    held.entries += 1
    held.last = Position(happened_at, number)
    if held.entries % pools.CHECKPOINT_EVERY == 0:
        pools.keep_checkpoints(erp, held.key, {held.last: to_wire(held.pool)})
    return Valued(number=number, step=done)


def _write(
    erp: Erp,
    held: dict[PoolKey, Held],
    numbered: Sequence[tuple[int, Costed]],
    valued: Sequence[Valued],
    happened_at: datetime,
) -> None:
    lines = [_line(number, costed, happened_at) for number, costed in numbered]
    written = [row_of(erp, line, done.step.value) for line, done in zip(lines, valued, strict=True)]
    rows.insert(erp.session, CostEntry, written)
    taken = {line.entry.number: done.step.taken for line, done in zip(lines, valued, strict=True) if line.hands_over}
    cost_books.hand_over(erp, taken)
    pools.write(erp, held.values())
    settled = [(issue, change) for done in valued for issue, change in done.step.settled]
    if settled:
        corrections.write(erp, settled, kind="trued_up", document=numbered[0][1].document)
