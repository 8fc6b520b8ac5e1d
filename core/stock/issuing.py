"""Runs of plain issues: what `costing.step` does to them one by one, done to many at once.

A late entry may be followed by ten thousand issues of its item. Each takes a part of the layer that is next, and nobody
asks which; so figures stand in local names while the run lasts, and the pool is written once.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from core.money import minor_unit
from core.stock.costing import Layer, Method, Pool

NEXT = {Method.FIFO: 0, Method.LIFO: -1, Method.AVERAGE: 0}
"""Which of its layers a pool takes from when none is named, where that does not depend on what they cost."""


def fold_issues(pool: Pool, quantities: Iterable[Decimal]) -> list[Decimal]:
    """Fold issues that name no layer, in order; gives what each did to the value, signed.

    Ends before the first one that does not leave some of the next layer, or whose method chooses: that one and those
    after it are not folded, and are `costing.step`'s.
    """
    if pool.method not in NEXT or not pool.layers:
        return []
    at = NEXT[pool.method]
    layer, unit = pool.layers[at], minor_unit(pool.currency)
    quantity, value = layer.quantity, layer.value
    taken = []
    for wanted in quantities:
        if wanted >= quantity:
            break
        part = (value * wanted / quantity).quantize(unit, ROUND_HALF_UP)
        quantity -= wanted
        value -= part
        taken.append(-part)
    if taken:
        pool.layers[at] = Layer(layer.since, layer.source, quantity, value)
        pool.quantity -= layer.quantity - quantity
        pool.value -= layer.value - value
    return taken
