"""One cell of a decision table: a fact, a comparison, and an exact value.

Figures are read from text into Decimals, so that 250.00 is 250.00 (a YAML float is not). A cell that does not fit the
kind of its fact is refused when the table is read, not when it should decide.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, get_type_hints

from core.judging import JudgedFacts

KINDS: dict[Any, str] = {
    Decimal: "figure",
    int: "days",
    bool: "yes/no",
    bool | None: "yes/no/unknown",
    str: "text",
    tuple[str, ...]: "set",
}
PEOPLE = frozenset(
    ("placed_by", "requested_by", "drafted_by", "edited_by", "master_data_editors", "counted_by", "signed_by", "orders")
)
"""Who may not sign is a matter of duties alone; no table decides by name."""

FACTS: dict[str, str] = {
    name: KINDS[hint]
    for name, hint in get_type_hints(JudgedFacts).items()
    if hint in KINDS and name not in PEOPLE and name != "entity"
}
"""Every fact a table may read, with its kind."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}
WORDS: dict[str, dict[str, bool | None]] = {
    "yes/no": {"yes": True, "no": False},
    "yes/no/unknown": {"yes": True, "no": False, "unknown": None},
}


class TableError(ValueError):
    """A table that cannot be read. Says which file, which row, and what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A fact and what it must be. `operator` is <=, <, >=, >, in or is; "any" is no condition at all."""

    fact: str
    operator: str
    value: Any

    def holds(self, facts: JudgedFacts) -> bool:
        """Does the fact fit? Raises for a figure that cannot be compared; the verdict then refuses."""
        actual = getattr(facts, self.fact)
        if self.operator == "in":
            return bool(set(self.value) & set(actual)) if isinstance(actual, tuple) else actual in self.value
        if self.operator == "is":
            return actual is self.value
        return bool(COMPARE[self.operator](actual, self.value))

    @property
    def text(self) -> str:
        """The cell as it stands in the table: "<= 2", "in short_pay, hold", "yes"."""
        if self.operator == "in":
            return f"in {', '.join(self.value)}"
        if self.operator == "is":
            return {True: "yes", False: "no", None: "unknown"}[self.value]
        return f"{self.operator} {self.value}"


def condition(fact: str, cell: str, where: str) -> Condition | None:
    """Read a cell; None for "any". Raises `TableError` naming the place."""
    kind = FACTS.get(fact)
    if kind is None:
        raise TableError(f"{where}: {fact} is no fact a table may read")
    word, _, rest = cell.strip().partition(" ")
    if word == "any" and not rest:
        return None
    if kind in ("figure", "days") and word in COMPARE:
        return Condition(fact=fact, operator=word, value=_figure(rest, f"{where}: {fact} {cell!r}"))
    if kind in WORDS and not rest and word in WORDS[kind]:
        return Condition(fact=fact, operator="is", value=WORDS[kind][word])
    if kind in ("text", "set") and word == "in":
        values = tuple(part.strip() for part in rest.split(","))
        if all(values):
            return Condition(fact=fact, operator="in", value=values)
    raise TableError(f"{where}: {fact} {cell!r} is no condition on a fact of kind {kind}")


def _figure(text: str, where: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise TableError(f"{where} is no figure") from None
    if not value.is_finite():
        raise TableError(f"{where} is no figure")
    return value
