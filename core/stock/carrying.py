"""Pieces that go from one pool to another with their layers: cost and age go along."""

from datetime import datetime

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item
from core.refusals import Refusal
from core.stock import ledger as stock
from core.stock.costing import Does
from core.stock.ledger import Move
from core.stock.lines import PoolKey
from core.stock.pools import key_of
from core.stock.valuing import Costed, cost_all


def carry(
    erp: Erp,
    out: Move,
    into: Move,
    happened_at: datetime,
    *,
    source: PoolKey | None = None,
    to: PoolKey | None = None,
) -> None:
    """Move pieces from one balance to another of the entity, in the same status or another, with their layers.

    `source` and `to` name the pools where they are not those of the sites. Where the other side keeps a standard cost,
    the difference is a revaluation.

    Refuses what the ledger refuses, and pieces whose pool owes them: there are no layers to hand over.
    """
    assert out.quantity == -into.quantity < 0, "what leaves one place comes to another"
    stock.move_all(erp, [out, into], happened_at)
    item = erp.need(Item, erp.entity, out.item, refusal=Refusal.ITEM_UNKNOWN)
    given = Costed(
        key=source or key_of(item, out.site, out.lot),
        does=Does.OUT,
        quantity=into.quantity,
        document=out.document,
        kind=out.kind,
    )
    (gone,) = cost_all(erp, [given], happened_at)
    came = Costed(
        key=to or key_of(item, into.site, into.lot),
        does=Does.IN,
        quantity=into.quantity,
        document=into.document,
        kind=into.kind,
        mirrors=gone.number,
        parts=gone.step.taken,
    )
    (arrived,) = cost_all(erp, [came], happened_at)
    difference = arrived.step.variance
    if difference:
        sides = [ledger.debit(accounts.REVALUATION, difference), ledger.credit(accounts.INVENTORY, difference)]
        says = f"Standard cost of {into.item} at {into.site}"
        ledger.post(erp, document=into.document, says=says, sides=sides, day=happened_at.date())
