"""Sums that no name says and the figures prove: of net, tax and total the one that the other two leave, where it is printed.

Two named sums and a figure near them that is their difference are a proof; so are a total, a printed rate, and both figures
that the rate makes of it. A single figure that merely fits proves nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_sums import CENT, Sum

NEAR = 5
"""Rows around the named sums in which a figure without a name may be the third."""
Trio = tuple[Sum | None, Sum | None, Sum | None]


def proven(trio: Trio, rates: Iterable[Decimal], rows: Sequence[Row], figures: Callable[[Cell], Iterable[Sum]]) -> Trio:
    """Net, tax and total with what the others prove. `figures` gives the amounts of a cell."""
    net, tax, total = trio
    if total is None and net is not None and tax is not None:
        return net, tax, _printed(net.value + tax.value, (net, tax), rows, figures)
    if total is None:
        return trio
    if net is not None and tax is None and abs(total.value) > abs(net.value):
        return net, _printed(total.value - net.value, (net, total), rows, figures), total
    if tax is not None and net is None and tax.value:
        return _printed(total.value - tax.value, (tax, total), rows, figures), tax, total
    if net is None and tax is None:
        for rate in sorted({rate for rate in rates if rate > 0}):
            contained = (total.value * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
            its_tax = _printed(contained, (total,), rows, figures)
            its_net = _printed(total.value - contained, (total,), rows, figures)
            if its_tax is not None and its_net is not None:
                return its_net, its_tax, total
    return trio


def _printed(
    value: Decimal, near: Sequence[Sum], rows: Sequence[Row], figures: Callable[[Cell], Iterable[Sum]]
) -> Sum | None:
    """The figure of that value in the rows around some sums; the last one, since sums come last."""
    places = [at for at, row in enumerate(rows) for one in near if any(word is one.words[0] for word in row.words)]
    if not places:
        return None
    around = rows[max(0, min(places) - NEAR) : max(places) + NEAR + 1]
    found = [one for row in around for cell in row.cells for one in figures(cell) if one.value == value]
    return found[-1] if found else None
