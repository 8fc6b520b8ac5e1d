"""Periods that are closed, and costs worked out anew."""

from collections.abc import Callable
from datetime import timedelta

from core.books.periods import ClosePeriod
from evals.oracle_form import Step
from evals.oracle_world import NOW, CaseWorld


def close_period(world: CaseWorld, step: Step) -> None:
    """Close the books up to and including a day."""
    through = (NOW + timedelta(days=int(step.number("day")))).date()
    world.do(ClosePeriod(entity=world.entity, through=through))


def recompute(world: CaseWorld, _: Step) -> None:
    """Nothing is left to work out: every commit corrects what follows from it. From here on figures are asked for as they
    stand with every correction, and no more as they were first recorded."""
    world.recomputed = True


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {"close_period": close_period, "recompute": recompute}
