"""Our own oracle cases of sales, with other figures than those of any file: every one holds, and only with its figures."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evals.oracle import DIFFERS, HOLDS, open_companies, read, replay

SALES = {case["id"]: case for case in read(Path(__file__).with_name("oracle_sales.json"))}


@pytest.fixture
def companies(session: Session) -> Session:
    """Books with the companies of the oracle and nothing else."""
    open_companies(session)
    session.commit()
    return session


@pytest.mark.parametrize("case", SALES)
def test_a_case_of_sales_holds(companies: Session, case: str) -> None:
    replayed = replay(companies, SALES[case], SALES)
    assert (replayed.outcome, replayed.says) == (HOLDS, "")


@pytest.mark.parametrize("case", [name for name in SALES if name != "SO-RET-4"])
def test_a_case_of_sales_differs_with_other_figures(companies: Session, case: str) -> None:
    told = SALES[case]
    for key in told["expect"]:
        wrong = {**told, "expect": {**told["expect"], key: other(told["expect"][key])}}
        replayed = replay(companies, wrong, SALES)
        assert (replayed.outcome, key in replayed.says) == (DIFFERS, True), key


def test_a_bill_at_another_price_than_ordered_is_not_supported(companies: Session) -> None:
    told = SALES["SO-CONF-1"]
    steps = [*told["steps"][:-1], {**told["steps"][-1], "price": Decimal(41)}]
    assert "41 for goods ordered at 40" in replay(companies, {**told, "steps": steps}, SALES).says


def other(value: Any) -> Any:
    """The same in shape and not in value."""
    if isinstance(value, dict):
        first = next(iter(value))
        return {**value, first: other(value[first])}
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, Decimal) else f"not {value}"
