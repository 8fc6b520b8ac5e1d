"""All costs worked out again from the first entry on. What was re-costed as it came must stand as it is: nothing changes.

`recosting` folds as little as it can; this folds everything, with no checkpoint, and writes what it finds as any late
entry would. Books that hold are the same after it, to the byte. Asked by property tests; it reads whole histories.
"""

from sqlalchemy import select

from core.erp import Erp
from core.stock import recosting
from core.stock.lines import PoolKey, Position
from core.stock.recosting import Run, Span
from core.stock.tables import CostEntry


def recompute(erp: Erp) -> int:
    """Fold every pool of the entity from its first entry to its last. Gives how many entries were folded."""
    run = Run(erp)
    query = (
        select(CostEntry.item, CostEntry.site, CostEntry.lot, CostEntry.happened_at, CostEntry.number)
        .where(CostEntry.entity == erp.entity)
        .order_by(CostEntry.happened_at, CostEntry.number)
    )
    for item, site, lot, at, number in erp.session.execute(query):
        position = Position(at, number)
        run.dirty.setdefault(PoolKey(item, site, lot), Span(position, position)).until = position
    recosting.settle(run, document="recomputed")
    return len(run.lines)
