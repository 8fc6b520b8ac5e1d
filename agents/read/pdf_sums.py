"""A figure of a bill that may be one of its sums."""

from dataclasses import dataclass
from decimal import Decimal

from agents.read.pdf_words import Word

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that may be one of the sums, and how plainly it is named."""

    value: Decimal
    words: tuple[Word, ...]
    weight: float
    rate: Decimal | None = None
