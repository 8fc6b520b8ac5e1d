"""Our own oracle cases, for the rarer words of the vocabulary: every one holds, and none would hold with another figure."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evals.oracle import HOLDS, open_companies, read, replay

MORE = read(Path(__file__).with_name("oracle_more.json"))
BY_ID = {case["id"]: case for case in MORE}
TELLS_NOTHING = frozenset(("result", "invariant"))
"""Expectations that take other words for the same: an altered one may still hold."""


@pytest.fixture
def companies(session: Session) -> Session:
    """Books with the companies of the oracle and nothing else."""
    open_companies(session)
    session.commit()
    return session


@pytest.mark.parametrize("case", BY_ID)
def test_a_case_worked_out_by_hand_holds(companies: Session, case: str) -> None:
    replayed = replay(companies, BY_ID[case], BY_ID)
    assert (replayed.outcome, replayed.says) == (HOLDS, "")


@pytest.mark.parametrize("case", BY_ID)
def test_no_figure_of_a_case_is_taken_for_another(companies: Session, case: str) -> None:
    altered = {key: _altered(value) for key, value in BY_ID[case]["expect"].items() if key not in TELLS_NOTHING}

    says = replay(companies, {**BY_ID[case], "expect": altered}, BY_ID).says

    assert [key for key in altered if f"{key}: expected" not in says] == []


def _altered(figure: Any) -> Any:
    """The expectation with every figure changed."""
    if isinstance(figure, dict):
        return {key: _altered(value) for key, value in figure.items()}
    if isinstance(figure, list):
        return [_altered(value) for value in figure]
    if isinstance(figure, bool):
        return not figure
    return figure + Decimal("0.02") if isinstance(figure, Decimal) else f"not {figure}"
