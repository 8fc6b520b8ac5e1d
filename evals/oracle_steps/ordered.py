"""The orders of a case as the books have them: which line waits for an item, and at what price."""

from decimal import Decimal

from core.purchasing.orders import still_open
from core.purchasing.queries import order_lines
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from evals.oracle_world import CaseWorld


def lines_of(world: CaseWorld, order: str) -> list[PurchaseOrderLine]:
    """The lines of an order, in their order."""
    return order_lines(world.session, world.entity, order)


def open_line(world: CaseWorld, item: str, place: object = None) -> tuple[str, int, Decimal] | None:
    """The first line of the case's own orders that waits for an item (or stands at a place): order, line, price."""
    for order in world.orders:
        for line in lines_of(world, order):
            wanted = line.item == item if place is None else line.line == int(str(place)) + 1
            if wanted and still_open(line) > 0:
                return order, line.line, line.price
    return None


def order_currency(world: CaseWorld, order: str) -> str:
    """The currency an order is in."""
    return world.session.get_one(PurchaseOrder, (world.entity, order)).currency
