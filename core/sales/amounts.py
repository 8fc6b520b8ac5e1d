"""What pieces of an order line are worth, and how many pieces a quantity in the order's unit is.

Amounts are differences of one rounded running total, so that however a line is split over bills (or credit notes), its
parts add up to what it comes to in one.
"""

from decimal import Decimal

from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import base_of, must_be_kept
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.sales.tables import SalesOrderLine
from core.wording import quantity as words


def worth(line: SalesOrderLine, first: Decimal, last: Decimal, currency: str) -> Decimal:
    """What the pieces after the first so many, up to the last so many, of a line come to."""
    return _running(line, last, currency) - _running(line, first, currency)


def _running(line: SalesOrderLine, pieces: Decimal, currency: str) -> Decimal:
    return rounded(line.price * pieces / line.unit_factor, currency)


def pieces_of(erp: Erp, line: SalesOrderLine, quantity: Decimal) -> Decimal:
    """A quantity in the line's unit as pieces. Refuses none, and what is no whole number of the smallest piece."""
    if quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{line.item}: {words(quantity)}")
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    pieces = base_of(quantity, factor=line.unit_factor, decimals=item.unit_decimals)
    if pieces <= ZERO:
        raise Refused(Refusal.PRECISION, f"{words(quantity)} {line.unit} of {line.item} is less than a piece")
    return pieces


def must_be_a_price(price: Decimal, line: str) -> None:
    """Refuses a price below nothing, or finer than prices are kept."""
    if price < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{line} at {price:f}")
    must_be_kept(price)
