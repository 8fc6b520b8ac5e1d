"""Rates of exchange in oracle cases: a rate that a step names is the rate of its day, set before the step is taken."""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core import clock
from core.books.rates import TWELVE, SetExchangeRate
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import ENTITIES, CaseWorld

FOREIGN = "EUR"
"""What "foreign" stands for in the cases; no company of a run keeps its books in it."""


def books_currency(world: CaseWorld) -> str:
    """The currency of the case's company."""
    return next(code for entity, code in ENTITIES.values() if entity == world.entity)


def currency_of(world: CaseWorld, said: Any) -> str:
    """The currency a step names: a code, "foreign", or "company" and nothing for the books' own."""
    word = str(said or "").strip()
    if word.lower() in ("", "company", "local", "own"):
        return books_currency(world)
    return word if len(word) == 3 and word.isupper() else FOREIGN


def figure_of(said: Any, what: str) -> Decimal:
    """A rate as a number or as a fraction ("1/1.5"), to the twelve decimals that are kept."""
    over, _, under = str(said).partition("/")
    try:
        value = Decimal(over) / Decimal(under or 1)
    except (InvalidOperation, ZeroDivisionError):
        raise NotSupported(f"{what}: rate {said!r}") from None
    return value.quantize(TWELVE, rounding=ROUND_HALF_UP)


def day_named(world: CaseWorld, step: Step, *keys: str) -> date:
    """The first of the days a step names, else the day it happens on."""
    for key in keys:
        if step.get(key) is not None:
            return date.fromisoformat(step.text(key))
    return min(world.moment(step), clock.now(world.session)).date()


def set_rate(world: CaseWorld, said: Any, day: date, *, currency: str = FOREIGN, what: str) -> None:
    """Say what a currency is worth from a day on, unless that is what it is worth already."""
    value = figure_of(said, what)
    known = world.limits.setdefault("rates", {})
    if known.get((currency, day)) != value:
        known[currency, day] = value
        world.do(SetExchangeRate(entity=world.entity, currency=currency, rate=value, source="the case", day=day))


def rate(world: CaseWorld, step: Step) -> None:
    """What one unit of the foreign currency is worth from a date on."""
    currency = currency_of(world, step.get("currency", "foreign"))
    set_rate(world, step.get("company_per_foreign"), day_named(world, step), currency=currency, what=step.op)


def rate_at_hand(world: CaseWorld, step: Step, currency: str) -> None:
    """See to it that an order in another currency finds a rate: the one it names, else the first one named after it."""
    if currency == books_currency(world):
        return
    if step.get("rate") is not None:
        set_rate(world, step.get("rate"), day_named(world, step), currency=currency, what=step.op)
    elif not world.limits.get("rates"):
        later = (body.get("rate", body.get("company_per_foreign")) for body in world.case["steps"])
        said = next((value for value in later if value is not None), None)
        if said is None:
            raise NotSupported(f"{step.op}: in another currency, and no step names a rate")
        set_rate(world, said, day_named(world, step), currency=currency, what=step.op)


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {"rate": rate}
