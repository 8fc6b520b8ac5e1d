"""Stock that is named: lots valued by themselves, layers asked for, and the policy that lets stock go below zero."""

import pytest
from sqlalchemy.orm import Session

from core.masterdata.commands import AddItem, SetStockPolicy
from core.refusals import Refusal
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from core.stock.queries import available, layers, unit_cost
from tests.builders import BOLT, HP, LONG_AGO, PDX, RNO, D, do, order, receipt, refused, stocked

PAINT = "PT-1"


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in the company with a paint valued by its lots."""
    do(session, AddItem(entity=HP, sku=PAINT, name="Paint", cost_method="average", cost_by_lot=True))


def left(session: Session) -> dict[tuple[str, str], tuple[int, int]]:
    """Pieces and value by site and lot."""
    return {(layer.site, layer.lot): (int(layer.quantity), int(layer.value)) for layer in layers(session, HP, PAINT)}


def test_each_lot_is_issued_transferred_and_adjusted_at_its_own_cost(session: Session) -> None:
    stocked(session, "5", "10", item=PAINT, lot="X")
    stocked(session, "5", "30", item=PAINT, lot="Y")

    do(session, IssueStock(entity=HP, item=PAINT, site=PDX, quantity=D(1), document="SO-1", lot="Y"))
    do(session, TransferStock(entity=HP, item=PAINT, site=PDX, to_site=RNO, quantity=D(2), lot="Y"))
    do(session, AdjustStock(entity=HP, item=PAINT, site=PDX, quantity=D(-1), reason="dried", lot="X"))

    assert left(session) == {(PDX, "X"): (4, 40), (PDX, "Y"): (2, 60), (RNO, "Y"): (2, 60)}


def test_an_adjustment_of_the_past_is_costed_in_the_past(session: Session) -> None:
    stocked(session, "10", "1", happened_at=LONG_AGO)
    stocked(session, "10", "3")

    do(session, AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(5), reason="found", happened_at=LONG_AGO))

    assert [(x.quantity, x.value) for x in layers(session, HP, BOLT)] == [(D(10), D(10)), (D(5), D(5)), (D(10), D(30))]


def test_the_pieces_of_a_named_receipt_leave_first(session: Session) -> None:
    placed = order(session, (BOLT, "20", "2"))
    receipt(session, placed, "10")
    second = receipt(session, placed, "10")

    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(4), document="SO-1", receipt=second))

    assert [x.quantity for x in layers(session, HP, BOLT)] == [10, 6]


def test_stock_goes_below_zero_only_where_its_policy_says_so(session: Session) -> None:
    issue = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(3), document="SO-1")
    assert refused(session, issue).code is Refusal.MORE_THAN_ON_HAND
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    do(session, issue)
    assert available(session, HP, BOLT, PDX) == -3
    never = SetStockPolicy(entity=HP, item=BOLT, site=PDX)
    assert refused(session, never).code is Refusal.MORE_THAN_ON_HAND

    stocked(session, "3", "1")
    do(session, never)
    assert refused(session, issue).code is Refusal.MORE_THAN_ON_HAND


def test_what_a_piece_costs_is_the_average_of_what_is_there_or_what_was_said_of_it(session: Session) -> None:
    assert unit_cost(session, HP, BOLT) == D("0.40")
    stocked(session, "10", "1")
    stocked(session, "30", "2", site=RNO)
    assert unit_cost(session, HP, BOLT) == D("1.75")
    assert unit_cost(session, HP, BOLT, RNO) == 2
