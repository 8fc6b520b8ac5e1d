"""Two commands that tests of the door give: goods that come, and bolts that go."""

from core.receiving.commands import ReceiveGoods
from core.stock.commands import IssueStock
from tests.builders import BOLT, HP, PDX, D, counted


def receiving(placed: str, *counts: str) -> ReceiveGoods:
    return ReceiveGoods(entity=HP, order=placed, lines=counted(*counts), received_by="lena")


def issue(quantity: str) -> IssueStock:
    return IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document="SO-1")
