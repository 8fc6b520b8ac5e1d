"""What is found out late: everything that came after is corrected in the same commit, and closed days stay closed."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import door
from core.books.periods import ClosePeriod
from core.books.queries import balance
from core.refusals import Refusal
from core.stock import queries
from core.stock.commands import IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import (
    AddLandedCost,
    CancelLandedCost,
    ChangeCostMethod,
    CorrectCost,
    ReceiveReturn,
    RevalueStock,
)
from core.stock.costing import Method
from core.stock.tables import CostChange, CostEntry
from tests.builders import BOLT, HP, PDX, PRIYA, RNO, D, do, refused
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")


def day(number: int) -> datetime:
    """So many days before Friday."""
    return FRIDAY - timedelta(days=number)


def came(session: Session, quantity: int, each: str, ago: int) -> None:
    do(
        session,
        OpenStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), unit_cost=D(each), happened_at=day(ago)),
    )


def sold(session: Session, quantity: int, order: str, ago: int, site: str = PDX) -> None:
    do(session, IssueStock(entity=HP, item=BOLT, site=site, quantity=D(quantity), document=order, happened_at=day(ago)))


def cost_of(session: Session, document: str) -> Decimal:
    """What a document's pieces cost today, corrections included."""
    session.flush()
    entries = session.scalars(select(CostEntry).where(CostEntry.document == document)).all()
    changes = session.scalars(select(CostChange).where(CostChange.entry.in_([e.number for e in entries]))).all()
    return -sum((e.value for e in entries), D(0)) - sum((c.value for c in changes), D(0))


def test_a_receipt_booked_late_costs_what_was_sold_since_anew(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    sold(session, 8, "SO-1", ago=5)
    sold(session, 2, "SO-2", ago=4)
    came(session, 5, "1.00", ago=12)

    assert (cost_of(session, "SO-1"), cost_of(session, "SO-2")) == (D("11.00"), D("4.00"))
    assert balance(session, HP, "5000") == D("15.00")
    assert [(x.quantity, x.value) for x in queries.layers(session, HP, BOLT)] == [(D(5), D("10.00"))]


def test_what_was_known_when_it_was_sold_can_still_be_asked(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    before = queries.as_of(session, HP, BOLT, PDX, happened=day(1))
    came(session, 5, "1.00", ago=12)
    assert before.value == D("20.00")
    assert queries.as_of(session, HP, BOLT, PDX, happened=day(1)).value == D("25.00")
    assert queries.as_of(session, HP, BOLT, PDX, happened=day(10)).on_hand == 5
    assert queries.as_of(session, HP, BOLT, PDX, happened=day(1), recorded=day(1)).on_hand == 0


def test_a_late_receipt_goes_along_with_a_transfer_to_where_it_was_sold(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(6), happened_at=day(6)))
    sold(session, 6, "SO-1", ago=5, site=RNO)
    came(session, 5, "1.00", ago=12)

    assert cost_of(session, "SO-1") == D("7.00")
    assert balance(session, HP, "1400") == D("18.00")


def test_pieces_that_were_not_there_that_day_cannot_be_issued_on_it(session: Session) -> None:
    came(session, 10, "2.00", ago=5)
    late = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), document="SO-1", happened_at=day(6))
    assert refused(session, late).code is Refusal.MORE_THAN_ON_HAND


def test_nothing_is_dated_into_a_closed_period_and_what_concerns_it_is_corrected_today(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    sold(session, 10, "SO-1", ago=8)
    came(session, 10, "3.00", ago=3)
    sold(session, 5, "SO-2", ago=2)
    do(session, ClosePeriod(entity=HP, through=day(7).date()))

    late = OpenStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), unit_cost=D(1), happened_at=day(8))
    assert refused(session, late).code is Refusal.PERIOD_CLOSED
    assert refused(session, ClosePeriod(entity=HP, through=FRIDAY.date())).code is Refusal.PERIOD_CLOSED


def test_a_late_entry_shows_every_figure_it_changes_before_it_is_booked(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    sold(session, 8, "SO-1", ago=5)
    late = OpenStock(entity=HP, item=BOLT, site=PDX, quantity=D(5), unit_cost=D(1), happened_at=day(12))
    shown = door.simulate(session, [late], actor=PRIYA)
    costs = [(effect.what, effect.change) for effect in shown.effects if effect.kind == "cost"]
    assert costs == [(f"SO-1: {BOLT} at {PDX}", D("5.00"))]


def test_a_long_history_is_folded_from_its_checkpoint_and_ends_as_if_it_had_come_in_order(session: Session) -> None:
    for number in range(300):
        came(session, 2, "1.00", ago=400 - number)
        sold(session, 1, f"SO-{number}", ago=400 - number)
    came(session, 10, "0.50", ago=90)
    last = queries.layers(session, HP, BOLT)
    assert sum(x.quantity for x in last) == 310
    assert balance(session, HP, "1400") == sum(x.value for x in last)


def test_landed_cost_goes_to_what_is_here_and_to_what_was_sold_and_comes_back_whole(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    sold(session, 4, "SO-1", ago=5)
    landed = do(session, AddLandedCost(entity=HP, receipts=("opening",), amount=D("5.00")))
    assert cost_of(session, "SO-1") == D("10.00")
    assert balance(session, HP, "1400") == D("15.00")
    assert balance(session, HP, "5310") == D("-5.00")
    do(session, CancelLandedCost(entity=HP, landed_cost=landed.result["landed_cost"], reason="billed twice"))
    assert cost_of(session, "SO-1") == D("8.00")
    assert balance(session, HP, "5310") == 0


def test_what_comes_back_costs_what_it_did_when_it_went_and_follows_it(session: Session) -> None:
    came(session, 10, "2.00", ago=9)
    sold(session, 10, "SO-1", ago=5)
    came(session, 10, "9.00", ago=4)
    do(session, ReceiveReturn(entity=HP, document="SO-1", item=BOLT, site=PDX, quantity=D(3)))
    assert balance(session, HP, "5000") == D("14.00")
    do(session, CorrectCost(entity=HP, receipt="opening", amount=D("11.00"), reason="price was wrong"))
    assert balance(session, HP, "5000") == D("15.40")  # two of the eleven are for these pieces
    do(session, ReceiveReturn(entity=HP, document="SO-1", item=BOLT, site=RNO, quantity=D(7)))
    assert balance(session, HP, "5000") == 0
    again = ReceiveReturn(entity=HP, document="SO-1", item=BOLT, site=PDX, quantity=D(1))
    assert refused(session, again).code is Refusal.MORE_THAN_ON_HAND


def test_an_item_changes_its_method_on_a_date_and_keeps_its_value(session: Session) -> None:
    came(session, 10, "1.00", ago=9)
    came(session, 10, "2.00", ago=8)
    do(session, ChangeCostMethod(entity=HP, item=BOLT, method=Method.AVERAGE, happened_at=day(7)))
    sold(session, 10, "SO-1", ago=6)
    assert cost_of(session, "SO-1") == D("15.00")
    do(session, ChangeCostMethod(entity=HP, item=BOLT, method=Method.STANDARD, unit_cost=D("1.20")))
    assert balance(session, HP, "1400") == D("12.00")
    assert balance(session, HP, "5340") == D("3.00")


def test_a_revaluation_dated_back_flows_through_what_came_after_it(session: Session) -> None:
    came(session, 10, "1.00", ago=9)
    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(5), happened_at=day(6)))
    sold(session, 5, "SO-1", ago=5, site=RNO)
    do(session, RevalueStock(entity=HP, item=BOLT, site=PDX, unit_cost=D("1.50"), reason="count", happened_at=day(8)))
    assert cost_of(session, "SO-1") == D("7.50")
    assert balance(session, HP, "1400") == D("7.50")
