"""Units as oracle cases write them: which are the same, which hold so many of another, and which are packages."""

import re
from decimal import Decimal

from core.payables.units import plain_unit

CONVERSIONS = {
    ("kg", "g"): Decimal("0.001"),
    ("g", "kg"): Decimal(1000),
    ("kg", "t"): Decimal(1000),
    ("m", "cm"): Decimal("0.01"),
    ("cm", "m"): Decimal(100),
    ("m", "km"): Decimal(1000),
    ("l", "ml"): Decimal("0.001"),
    ("ml", "l"): Decimal(1000),
    ("unit", "dozen"): Decimal(12),
    ("unit", "gross"): Decimal(144),
}
"""How many of the first unit one of the second is, for units that mean the same everywhere."""

PACKAGE = re.compile(r"(?:\w+ of |\w+ ?x ?)(\d+)")
"""A unit that says how many it holds: "box of 12", "pack x6"."""


def word(unit: str) -> str:
    """A unit in one word, for one and for many."""
    plain = plain_unit(unit).lower()
    plain = plain.removesuffix("s") if len(plain) > len("kgs") else plain
    return "unit" if plain in ("pcs", "nos", "no", "unit") else plain


def is_package(unit: str) -> bool:
    """Whether a unit is so many pieces of an item, which is then counted in pieces."""
    return ("unit", word(unit)) in CONVERSIONS or PACKAGE.fullmatch(unit.lower()) is not None


def factor_of(own: str, unit: str) -> Decimal | None:
    """How many of an item's own units one of another is; None where neither word says it."""
    found = PACKAGE.fullmatch(unit.lower())
    if found and word(own) == "unit":
        return Decimal(found[1])
    return CONVERSIONS.get((word(own), word(unit)))
