"""Expectations about a moment inside a case: before or after the landed cost, after a cancellation, before the last step.

They are read from the books when the moment is there, by the same figures as at the end. An invariant is asked at the end.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.doctor import examine
from evals.oracle_form import NotSupported
from evals.oracle_world import CaseWorld

Ask = Callable[[CaseWorld, str, Any], Any]

BEFORE = {"before_landed_cost": ("landed_cost",)}
"""Read before the first step that is one of these."""
AFTER = {"after_landed_cost": ("landed_cost",), "after_cancel": ("cancel",)}
"""Read after every step that is one of these: the last one stands."""

WORD = re.compile(r"\d+(?:\.\d+)?|[A-Za-z_]\w*|[-+*/()]")


def watch(world: CaseWorld, ask: Ask) -> None:
    """Read what a case expects of its moments as they come. `ask` gives a figure by its name."""
    expect = world.case["expect"]

    def began() -> None:
        op = world.now.step.op
        for key, operations in BEFORE.items():
            if key in expect and op in operations and key not in world.kept:
                world.kept[key] = nested(world, expect[key], ask)
        if "before" in expect and world.now.step.body is world.case["steps"][-1]:
            world.kept["before"] = nested(world, expect["before"], ask)

    def ended() -> None:
        for key, operations in AFTER.items():
            if key in expect and world.now.step.op in operations:
                world.kept[key] = nested(world, expect[key], ask)

    world.began, world.ended = began, ended


def nested(world: CaseWorld, expected: Any, ask: Ask) -> Any:
    """Figures by their names, as they stand; an item by its name is what a piece of it is worth, a bare number what all
    stock is worth."""
    if not isinstance(expected, Mapping):
        return ask(world, "stock_value", expected)
    found = {}
    for key, value in expected.items():
        named = key in world.items or key in world.sites
        found[key] = ask(world, "unit_cost" if key in world.items else "stock_value", {key: value})[key] if named else (
            ask(world, key, value)
        )  # fmt: skip
    return found


def kept(key: str) -> Callable[[CaseWorld, Any], Any]:
    """Gives what was read at a moment."""

    def found(world: CaseWorld, _: Any) -> Any:
        if key not in world.kept:
            raise NotSupported(f"expect {key}: no such moment in the case")
        return world.kept[key]

    return found


def invariant(world: CaseWorld, expected: Any, ask: Ask) -> Any:
    """Whether what must always hold does. An equation ("stock_value = qty * avg") is reckoned with the figures it names;
    words are answered by every promise of the doctor. Gives what was expected where it holds."""
    said = expected if isinstance(expected, list) else [expected]
    for one in said:
        sides = re.split(r"={1,2}", str(one)) if isinstance(one, str) else []
        if len(sides) == 2 and all(_is_sum(side) for side in sides):
            left, right = (_reckoned(world, side, ask) for side in sides)
            if abs(left - right) >= Decimal("0.005"):
                return f"{left:f} = {right:f}"
    broken = [f"{checked.name}: {checked.says}" for checked in examine(world.session) if not checked.holds]
    return "; ".join(broken) if broken else expected


def _is_sum(side: str) -> bool:
    return not WORD.sub("", side).strip() and not re.search(r"\w\s+\w", side.strip())


def _reckoned(world: CaseWorld, side: str, ask: Ask) -> Decimal:
    """A sum of figures and numbers, multiplication first. A side that is none raises `ValueError` or `LookupError`."""
    value, left = _total(world, WORD.findall(side), ask)
    if left:
        raise ValueError(f"invariant: {side!r}")
    return value


def _total(world: CaseWorld, words: list[str], ask: Ask) -> tuple[Decimal, list[str]]:
    value, words = _product(world, words, ask)
    while words and words[0] in "+-":
        other, rest = _product(world, words[1:], ask)
        value, words = value + other if words[0] == "+" else value - other, rest
    return value, words


def _product(world: CaseWorld, words: list[str], ask: Ask) -> tuple[Decimal, list[str]]:
    value, words = _factor(world, words, ask)
    while words and words[0] in "*/":
        other, rest = _factor(world, words[1:], ask)
        value, words = value * other if words[0] == "*" else value / other, rest
    return value, words


def _factor(world: CaseWorld, words: list[str], ask: Ask) -> tuple[Decimal, list[str]]:
    word, rest = words[0], words[1:]
    if word == "(":
        value, rest = _total(world, rest, ask)
        return value, rest[1:]
    if word == "-":
        value, rest = _factor(world, rest, ask)
        return -value, rest
    if word[0].isdigit():
        return Decimal(word), rest
    figure = ask(world, word, Decimal(0))
    if not isinstance(figure, (Decimal, int)):
        raise NotSupported(f"expect invariant: {word} is no number")
    return Decimal(figure), rest


FIGURES: dict[str, Callable[[CaseWorld, Any], Any]] = {key: kept(key) for key in (*BEFORE, *AFTER, "before")}
