"""Billed units brought to the order's unit, by the item's conversions and by nothing else. Unknown is None, not a guess."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masterdata.tables import Conversion, Item

SIX = Decimal("0.000001")
LARGEST = Decimal(10) ** 12
"""Quantities and amounts beyond this are no trade of a distributor; the columns would not hold them."""

SAME_UNIT = {
    "": "",
    **dict.fromkeys(
        ("pc", "pcs", "pce", "piece", "pieces", "ea", "each", "c62", "h87", "unit", "units", "stk", "stck"), "pcs"
    ),
    **dict.fromkeys(("box", "boxes", "bx", "xbx"), "box"),
    **dict.fromkeys(("case", "cases", "cs", "xcs", "ct", "ctn", "carton", "cartons", "xct"), "case"),
    **dict.fromkeys(("pack", "packs", "pk", "xpk"), "pack"),
    **dict.fromkeys(("roll", "rolls", "ro", "xro"), "roll"),
    **dict.fromkeys(("pallet", "pallets", "xpx", "pf"), "pallet"),
    **dict.fromkeys(("dozen", "dz", "dzn"), "dozen"),
    **dict.fromkeys(("kg", "kgm", "kgs"), "kg"),
    **dict.fromkeys(("g", "grm"), "g"),
    **dict.fromkeys(("m", "mtr"), "m"),
    **dict.fromkeys(("l", "ltr"), "l"),
    **dict.fromkeys(("h", "hur", "hr", "hrs"), "h"),
}
"""How suppliers and UN/ECE Recommendation 20 write the units we keep. What is not here stands for itself."""


def plain_unit(written: str) -> str:
    """A unit as written, in the word we keep for it."""
    word = written.strip().rstrip(".").lower()
    return SAME_UNIT.get(word, word)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One billed unit is `base` / `order` order units, both counted in base units."""

    base: Decimal
    order: Decimal

    def quantity(self, billed: Decimal) -> Decimal:
        """A quantity in billed units as order units, to six decimals."""
        return to_six(billed * self.base / self.order)

    def price(self, billed: Decimal) -> Decimal:
        """A price per billed unit as price per order unit, to six decimals."""
        return to_six(billed * self.order / self.base)


def ratio(
    session: Session, entity: str, *, item: str | None, billed: str, ordered: str, unit_factor: Decimal
) -> Ratio | None:
    """How the billed unit relates to the order line's unit, whose `unit_factor` is its base units.

    A line that names no unit is billed in the order's. None when no conversion of the item is known.
    """
    unit, same = plain_unit(billed), plain_unit(ordered)
    if unit in ("", same):
        return Ratio(Decimal(1), Decimal(1))
    if item is None:
        return None
    base = base_units(session, entity, item, unit)
    return None if base is None else Ratio(base, unit_factor)


def base_units(session: Session, entity: str, item: str, unit: str) -> Decimal | None:
    """How many base units one `unit` of the item is; None when the item does not know it."""
    kept = session.get(Item, (entity, item))
    if kept is None:
        return None
    if plain_unit(kept.unit) == unit:
        return Decimal(1)
    known = session.scalars(select(Conversion).where(Conversion.entity == entity, Conversion.item == item))
    return next((conversion.factor for conversion in known if plain_unit(conversion.unit) == unit), None)


def to_six(value: Decimal) -> Decimal:
    """To the six decimals that quantities are kept with."""
    return value.quantize(SIX, rounding=ROUND_HALF_UP)
