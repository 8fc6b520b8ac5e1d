"""A late entry is judged by what it makes worse itself, and what is folded again is folded once: pools that went below zero
while they might, pools with a checkpoint between what came late and what comes of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.masterdata.commands import SetStockPolicy
from core.refusals import Refusal
from core.stock import pools
from core.stock.commands import IssueStock, TransferStock
from core.stock.cost_commands import AddLandedCost, RevalueStock, SplitBy
from core.stock.tables import CostPool
from tests.builders import BOLT, HP, PDX, RNO, D, do, refused
from tests.core.test_recosting import came, cost_of, day, sold

pytestmark = pytest.mark.usefixtures("sound_company")


@pytest.fixture
def once_below_zero(session: Session) -> None:
    """Two pieces at 2.00, five sold while that was allowed, ten at 3.00; then it was forbidden."""
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    came(session, 2, "2.00", ago=9)
    sold(session, 5, "SO-1", ago=8)
    came(session, 10, "3.00", ago=7)
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=False))
    assert cost_of(session, "SO-1") == D("13.00")


@pytest.mark.usefixtures("once_below_zero")
def test_what_comes_late_covers_what_once_was_below_zero_though_that_is_forbidden_now(session: Session) -> None:
    came(session, 1, "1.00", ago=10)
    assert cost_of(session, "SO-1") == D("11.00")
    came(session, 4, "1.00", ago=11)
    assert cost_of(session, "SO-1") == D("5.00")
    assert balance(session, HP, "1400") == D("34.00")


@pytest.mark.usefixtures("once_below_zero")
def test_what_went_out_after_it_was_covered_may_be_booked_late(session: Session) -> None:
    sold(session, 6, "SO-2", ago=6)
    assert cost_of(session, "SO-2") == D("18.00")


@pytest.mark.usefixtures("once_below_zero")
def test_a_late_cost_and_a_late_revaluation_of_what_once_was_below_zero_are_booked(session: Session) -> None:
    do(session, AddLandedCost(entity=HP, receipts=("opening",), amount=D("12.00"), by=SplitBy.QUANTITY))
    assert cost_of(session, "SO-1") == D("18.00")
    do(session, RevalueStock(entity=HP, item=BOLT, site=PDX, unit_cost=D("5.00"), reason="count", happened_at=day(9)))
    assert cost_of(session, "SO-1") == D("22.00")


@pytest.mark.usefixtures("once_below_zero")
@pytest.mark.parametrize("ago", [10, 9, 8])
def test_what_would_have_gone_deeper_below_zero_is_refused(session: Session, ago: int) -> None:
    late = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), document="SO-2", happened_at=day(ago))
    no = refused(session, late)
    assert no.code is Refusal.MORE_THAN_ON_HAND
    assert no.detail == f"{BOLT} at {PDX}: 1 more than there was at that moment"


def test_a_late_entry_that_comes_around_is_folded_once_though_a_checkpoint_lies_between(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CHECKPOINT_EVERY", 3)
    came(session, 10, "2.00", ago=20)
    there = TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(2), happened_at=day(18))
    do(session, there)
    for number in range(4):
        came(session, 1, "2.00", ago=15 - number)
    back = TransferStock(entity=HP, item=BOLT, site=RNO, to_site=PDX, quantity=D(2), happened_at=day(5))
    do(session, back)

    came(session, 3, "1.00", ago=25)

    held = session.execute(select(CostPool.quantity, CostPool.value).where(CostPool.item == BOLT)).all()
    assert sorted(tuple(row) for row in held) == [(D(0), D(0)), (D(17), D("31.00"))]
