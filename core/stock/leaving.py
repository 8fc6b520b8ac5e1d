"""What would leave a pool at a moment, before anything does: for who has to know the layers before they go."""

from datetime import datetime
from decimal import Decimal

from core.erp import Erp
from core.stock import cost_books as books
from core.stock import pools
from core.stock.costing import CannotCost, Does, Entry, Layer, Method, step
from core.stock.lines import PoolKey, Position, refusal
from core.stock.recosting import Context, Run, know_debts

LAST = 2**62
"""The number of an entry after all that happened at the same moment."""


def leaving(erp: Erp, key: PoolKey, quantity: Decimal, at: datetime) -> tuple[tuple[Layer, ...], Method]:
    """The layers that so many pieces would leave from at a moment, by all that is known now, and by which method. Writes
    nothing. Refuses what the pool cannot carry."""
    held = pools.hold(erp, [key])[key]
    pool = held.pool
    if held.last is None or held.last.at <= at:
        pools.read_layers(erp, [held], whole=True)
    else:
        pool, since = pools.state_before(erp, held, Position(at, LAST))
        run, may_owe = Run(erp), pool.negative
        know_debts(run, pool)
        lines = [line for line in books.after(erp, key, since) if line.entry.happened_at <= at]
        pool.negative = True
        Context(run, pool, books.returns_of(erp, lines, ()), may_owe=True).fold(lines)
        pool.negative = may_owe
    try:
        taken = step(pool, Entry(number=LAST, happened_at=at, does=Does.OUT, quantity=quantity)).taken
    except CannotCost as cannot:
        raise refusal(key, cannot) from cannot
    return taken, pool.method
