"""The points at which a table can change its mind: every limit, just beyond it, and every word it names.

Between two neighbouring points no cell changes, so that what holds at all of them holds everywhere: checks over the
grid are proofs, not samples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from core.judging import JudgedFacts
from policies.conditions import FACTS, Condition
from policies.guardrails import CEILINGS
from policies.tables import Table

BEYOND = Decimal("0.000001")
MOST_POINTS = 100_000
NOBODY = "(another)"
BASE = JudgedFacts(entity="", currency="USD", at=datetime(2000, 1, 1, tzinfo=UTC))


class TooManyPoints(ValueError):
    """A table with so many columns that its points cannot all be looked at."""


def points(*tables: Table) -> Iterator[JudgedFacts]:
    """Facts at every point of the tables together, of those that the first table is asked about."""
    cells = [cell for table in tables for cell in (*table.applies, *(c for row in table.rows for c in row.when))]
    names = sorted({cell.fact for cell in cells})
    axes = [_axis(name, [cell for cell in cells if cell.fact == name]) for name in names]
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > MOST_POINTS:
        raise TooManyPoints(f"{count} points in {', '.join(names)}")
    for values in product(*axes):
        facts = replace(BASE, **dict(zip(names, values, strict=True)))
        if tables[0].applies_to(facts):
            yield facts


def described(facts: JudgedFacts, table: Table) -> str:
    """A point in words: "price_variance_pct 8.000001, on_contract no"."""
    names = [name for name, _ in table.inputs]
    return ", ".join(f"{name} {_word(getattr(facts, name))}" for name in names)


def _axis(name: str, cells: Iterable[Condition]) -> list[Any]:
    kind = FACTS[name]
    if kind == "yes/no":
        return [True, False]
    if kind == "yes/no/unknown":
        return [True, False, None]
    if kind in ("text", "set"):
        words = [*dict.fromkeys(word for cell in cells for word in cell.value), NOBODY]
        return words if kind == "text" else [(word,) for word in words]
    limits = {Decimal(cell.value) for cell in cells} | ({CEILINGS[name]} if name in CEILINGS else set())
    if kind == "days":
        return sorted({0, *(int(limit) for limit in limits), *(int(limit) + 1 for limit in limits)})
    return sorted({Decimal(0), BEYOND, *limits, *(limit + BEYOND for limit in limits)})


def _word(value: Any) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value] if isinstance(value, bool | None) else str(value)
