"""Exact money and quantities: rounding per currency, and splitting without losing a cent.

A unit of currency carries its own number of decimals (ISO 4217). Rounding is half up, as invoices round (EN 16931
leaves the method open and allows a cent; suppliers in the samples round half up).
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)

DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}
"""ISO 4217 minor units where they are not two."""


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for USD."""
    return Decimal(1).scaleb(-DECIMALS.get(currency, 2))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units of the currency, half up."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts of `amount` in proportion to `weights` that add up to it exactly (largest remainder).

    Takes an amount in whole minor units and at least one positive weight. Ties go to the earlier part.
    """
    unit = minor_unit(currency)
    total = sum(weights, ZERO)
    assert total > 0, "nothing to split by"
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    missing = int((amount - sum(parts, ZERO)) / unit)
    step = unit if missing >= 0 else -unit
    by_remainder = sorted(range(len(parts)), key=lambda i: (-abs(exact[i] - parts[i]), i))
    for i in by_remainder[: abs(missing)]:
        parts[i] += step
    assert sum(parts, ZERO) == amount
    return parts


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """How many percent `part` is of `whole`, to four decimals; a part of nothing is 100 percent, nothing of nothing 0."""
    if whole == 0:
        return ZERO if part == 0 else Decimal(100)
    return (part / whole * 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
