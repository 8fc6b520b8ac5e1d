"""What the differential does on our side of it: histories, their figures here, and the causes it looks for."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evals.differential_core import Left, ours
from evals.differential_history import SITES, History, Step, history
from evals.differential_rules import RULES, explanations
from evals.oracle import open_companies

MAIN, OTHER = SITES
D = Decimal


@pytest.fixture
def books(session: Session) -> Session:
    """Books in which the company of the histories stands."""
    open_companies(session)
    session.commit()
    return session


def told(*steps: tuple[Any, ...], below_zero: bool = False) -> History:
    """A history of (kind, pieces, price, more) rows, one a day."""
    made = []
    for number, (kind, pieces, price, *more) in enumerate(steps):
        day = date(2026, 3, 2) + timedelta(days=number)
        said = dict(more[0]) if more else {}
        made.append(Step(number=number, kind=kind, day=day, place=number, quantity=D(pieces), price=D(price), **said))
    return History(steps=tuple(made), below_zero=below_zero)


def left_by(name: str, steps: History) -> list[int]:
    """The numbers of the steps that the rule of this name leaves."""
    (rule,) = (one for one in RULES if one.name == name)
    return [step.number for step in rule.without(list(steps.steps))]


def test_a_seed_is_always_the_same_history_and_seeds_tell_of_everything():
    drawn = [history(Random(seed)) for seed in range(60)]

    assert drawn == [history(Random(seed)) for seed in range(60)]
    assert {step.kind for one in drawn for step in one.steps} >= {"carry", "switch", "revalue", "send_back"}
    assert {one.below_zero for one in drawn} == {True, False}
    assert {step.site for one in drawn for step in one.steps} == {MAIN, OTHER}


@pytest.mark.parametrize(("method", "cost"), [("fifo", 20), ("average", 25)])
def test_what_is_carried_is_told_by_site_with_what_it_cost(books: Session, method: str, cost: int):
    steps = told(("receipt", 2, 10), ("receipt", 2, 15), ("carry", 2, 0), ("issue", 1, 0, {"site": OTHER}))

    kept, found = ours(books, steps, method)

    assert kept == steps
    assert found.costs == {2: cost, 3: D(cost) / 2}
    assert found.left == {MAIN: Left(quantity=D(2), value=D(50 - cost)), OTHER: Left(quantity=D(1), value=D(cost) / 2)}


def test_from_its_day_on_a_switch_values_by_the_other_method_what_is_there(books: Session):
    bought = (("receipt", 2, 10), ("receipt", 2, 20))

    _, found = ours(books, told(*bought, ("issue", 1, 0), ("switch", 0, 0), ("issue", 1, 0), ("issue", 1, 0)), "fifo")

    assert found.costs == {2: D(10), 4: D("16.67"), 5: D("16.67")}
    assert found.left[MAIN] == Left(quantity=D(1), value=D("16.66"))


@pytest.mark.parametrize("below_zero", [True, False])
def test_below_zero_is_recorded_only_where_the_history_allows_it(books: Session, below_zero: bool):
    steps = told(("receipt", 1, 10), ("issue", 3, 0), ("receipt", 4, 12), below_zero=below_zero)

    kept, found = ours(books, steps, "average")

    assert [step.number for step in kept.steps] == ([0, 1, 2] if below_zero else [0, 2])
    assert found.costs == ({1: D(34)} if below_zero else {})


def test_without_what_went_below_zero_goes_what_goes_back_to_it_and_other_sites_count_by_themselves():
    steps = told(
        ("receipt", 4, 1),
        ("carry", 3, 0),
        ("issue", 2, 0),
        ("come_back", 1, 0, {"of": 2}),
        ("issue", 3, 0, {"site": OTHER}),
        ("issue", 1, 0, {"site": OTHER}),
        ("issue", 1, 0),
    )

    assert left_by("below zero is not trued up", steps) == [0, 1, 4, 6]


def test_causes_are_looked_for_alone_first_and_only_where_they_are():
    steps = told(("receipt", 4, 1), ("carry", 1, 0), ("switch", 0, 0), ("issue", 1, 0))

    assert [names for names, _ in explanations(steps, "average")] == [
        ("a carry brings no layers",),
        ("a method has no day",),
        ("a carry brings no layers", "a method has no day"),
    ]
    assert [left.steps[-1].kind for _, left in explanations(steps, "average")] == ["issue"] * 3
