"""How near a decision was to another row: the smallest change of one figure that would have met another row.

A verdict names it, so that who signs sees when 7.9% was let through a row that ends at 8%.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.judging import JudgedFacts
from core.wording import amount, plural, quantity
from policies.tables import Row, Table

STEP = Decimal("0.0001")
"""Just beyond a limit: the smallest step of a figure."""
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Near:
    """Another row, and the change of one figure that would meet it."""

    fact: str
    change: Decimal  # positive: so much more
    row: int | None  # None: no row, which is refused
    share: Decimal  # the change as a share of the limit: what is nearest


def near_miss(table: Table, facts: JudgedFacts, decided: Row | None) -> str:
    """The nearest other row in one sentence, "0.1 points more is row 5"; empty when no figure leads to another."""
    nearest = nearest_row(table, facts, decided)
    return "" if nearest is None else _says(nearest, facts)


def nearest_row(table: Table, facts: JudgedFacts, decided: Row | None) -> Near | None:
    """The nearest other row by a change of one figure, of all limits in the table."""
    found = [near for fact, limit in _limits(table) for near in _beside(table, facts, decided, fact, limit)]
    return min(found, key=lambda near: (near.share, near.fact, near.change), default=None)


def _limits(table: Table) -> list[tuple[str, Decimal]]:
    cells = (cell for row in table.rows for cell in row.when if isinstance(cell.value, Decimal))
    return list(dict.fromkeys((cell.fact, cell.value) for cell in cells))


def _beside(table: Table, facts: JudgedFacts, decided: Row | None, fact: str, limit: Decimal) -> list[Near]:
    """What the table says at a limit and just beyond it, where that is another row than the one that decided."""
    actual = getattr(facts, fact)
    whole = isinstance(actual, int)
    found = []
    for value in (limit, limit + (1 if whole else STEP)):
        figure: dict[str, Any] = {fact: int(value) if whole else value}
        changed = replace(facts, **figure)
        row = table.decide(changed) if table.applies_to(changed) else decided
        number, was = (row.number if row else None), (decided.number if decided else None)
        if number != was:
            change = Decimal(value) - Decimal(actual)
            found.append(Near(fact, change, number, abs(change) / max(abs(limit), Decimal(1))))
    return found


def _says(near: Near, facts: JudgedFacts) -> str:
    direction = "more" if near.change > 0 else "less"
    meets = f"is row {near.row}" if near.row else "is refused"
    return f"{_measure(near.fact, abs(near.change), facts.currency)} {direction} {meets}"


def _measure(fact: str, change: Decimal, currency: str) -> str:
    if fact.endswith("_days"):
        return plural(change, "day")
    if fact.endswith("_pct"):
        tenths = change.quantize(TENTH)
        return f"{quantity(tenths)} points" if tenths else "Any point"
    cents = amount(change, currency)
    return cents if change >= Decimal("0.005") else "Anything"
