"""Units of an item: exact to its smallest piece.

Documents count in order units (boxes), stock in base units (pieces). An order unit that does not divide is kept to six
decimals, so 119 pieces are 9.916667 boxes of 12; going back, that is 119 pieces again and never 119.000004.
"""

from decimal import ROUND_HALF_UP, Decimal

from core.money import ZERO
from core.refusals import Refusal, Refused
from core.wording import quantity as words

SIX = Decimal("0.000001")
DUST = Decimal("0.00001")
"""Less of an order unit than this is what six decimals leave behind, and no piece."""


def base_of(quantity: Decimal, *, factor: Decimal, decimals: int) -> Decimal:
    """`quantity` units of `factor` base units each, in base units of so many decimals.

    Refuses what is no whole number of the smallest piece, but for what six decimals leave behind.
    """
    must_be_kept(quantity)
    exact = quantity * factor
    whole = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if abs(exact - whole) > (ZERO if factor == 1 else factor * SIX):
        raise Refused(Refusal.PRECISION, f"{words(exact)} pieces cannot be counted")
    return whole


def must_be_kept(value: Decimal) -> None:
    """Refuses a quantity or unit price with more than the six decimals that are kept."""
    if value != value.quantize(SIX, rounding=ROUND_HALF_UP):
        raise Refused(Refusal.PRECISION, f"{words(value)} has more than six decimals")


def rest(value: Decimal) -> Decimal:
    """What is left of a quantity in order units; nothing when it is less than any piece, or less than nothing."""
    return value if value >= DUST else ZERO
