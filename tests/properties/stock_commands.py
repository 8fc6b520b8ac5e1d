"""What can be done with the stock of the group when something else is being done with it at the same moment: one command for
each kind, all on the same few items and documents."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.availability.commands import ExpireReservations, PlanDemand, ReleaseReservation, ReserveStock, WantedClaim
from core.books.periods import ClosePeriod
from core.command import Command
from core.counting.commands import CancelCount, CountItem, OpenCount, PostCount, RefreshCount
from core.masterdata.commands import AddSite, SetStockPolicy
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import AddToReceipt, CountedLine, ReceiveGoods, ReturnToSupplier
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import (
    AddLandedCost,
    CancelLandedCost,
    ChangeCostMethod,
    CorrectCost,
    ReceiveReturn,
    RevalueStock,
)
from core.stock.costing import Method
from core.stock.intercompany_commands import ReturnToEntity, SettleWithEntity
from core.stock.making_commands import Component, IssueKit, Repack, SellToEntity
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from tests.builders import DANA, HP, NEED_BY, PDX, RNO, SUPPLIER, D, do
from tests.conftest import FRIDAY
from tests.properties.stock_company import FIXED, MEAN, OLDEST, SISTER, THERE, WHOLE, group

NEW = "SEA"
"""A site at which nothing ever lay."""

EARLIER = FRIDAY - timedelta(days=2)


def ordered(item: str) -> PlaceOrder:
    line = NewOrderLine(item=item, quantity=D(20), price=D(3), need_by=NEED_BY)
    return PlaceOrder(entity=HP, supplier=SUPPLIER, site=PDX, placed_by="priya", lines=(line,))


def shipped(item: str, to_site: str) -> ShipTransfer:
    return ShipTransfer(entity=HP, site=PDX, to_site=to_site, lines=(ShippedLine(item=item, quantity=D(5)),))


def came(order: str, pieces: int) -> ReceiveGoods:
    lines = (CountedLine(order_line=1, quantity=D(pieces)),)
    return ReceiveGoods(entity=HP, order=order, lines=lines, received_by="lena")


def claimed(item: str, pieces: int, **more: Any) -> ReserveStock:
    claim = WantedClaim(item=item, quantity=D(pieces), document="SO-9", **more)
    return ReserveStock(entity=HP, site=PDX, claims=(claim,))


def sold(entity: str, site: str, to_entity: str, to_site: str) -> SellToEntity:
    return SellToEntity(
        entity=entity, item=OLDEST, site=site, quantity=D(5), to_entity=to_entity, to_site=to_site, transfer_price=D(4)
    )


def stand(session: Session) -> None:
    """The group with stock, and with documents on which something can still be done."""
    group(session)
    do(session, AddSite(entity=HP, code=NEW, name="Seattle"))
    for item in (OLDEST, MEAN, FIXED):
        for site in (PDX, RNO):
            at = FRIDAY - timedelta(days=9)
            do(session, OpenStock(entity=HP, item=item, site=site, quantity=D(20), unit_cost=D("3.10"), happened_at=at))
    do(session, OpenStock(entity=SISTER, item=OLDEST, site=THERE, quantity=D(20), unit_cost=D("2.50")))
    for _ in range(3):
        order = str(do(session, ordered(OLDEST)).result["order"])
    do(session, ApproveOrder(entity=HP, order="PO-1", approved_by="dana"), actor=DANA)
    do(session, ApproveOrder(entity=HP, order="PO-2", approved_by="dana"), actor=DANA)
    assert order == "PO-3"
    do(session, came("PO-1", 12))
    do(session, IssueStock(entity=HP, item=OLDEST, site=PDX, quantity=D(5), document="SO-1"))
    do(session, shipped(OLDEST, RNO))
    do(session, claimed(MEAN, 15))
    claim = WantedClaim(item=FIXED, quantity=D(10), document="SO-10")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,), expires_at=FRIDAY + timedelta(seconds=90)))
    do(session, AddLandedCost(entity=HP, receipts=("GR-1",), amount=D("4.80")))
    do(session, HoldStock(entity=HP, item=MEAN, site=RNO, quantity=D(2), reason="wet"))
    do(session, sold(HP, PDX, SISTER, THERE))
    count = str(do(session, OpenCount(entity=HP, site=RNO, items=(OLDEST,))).result["count"])
    do(session, CountItem(entity=HP, count=count, item=OLDEST, counted=D(19)))


COMMANDS: dict[str, Command] = {
    "come": OpenStock(entity=HP, item=OLDEST, site=PDX, quantity=D(3), unit_cost=D(2)),
    "come late": OpenStock(entity=HP, item=OLDEST, site=PDX, quantity=D(3), unit_cost=D(2), happened_at=EARLIER),
    "come where nothing was": OpenStock(entity=HP, item=FIXED, site=NEW, quantity=D(3), unit_cost=D(2)),
    "oldest come where nothing was": OpenStock(entity=HP, item=OLDEST, site=NEW, quantity=D(3), unit_cost=D(2)),
    "issue": IssueStock(entity=HP, item=OLDEST, site=PDX, quantity=D(12), document="SO-2"),
    "issue late": IssueStock(entity=HP, item=FIXED, site=PDX, quantity=D(12), document="SO-3", happened_at=EARLIER),
    "issue below zero": IssueStock(entity=HP, item=MEAN, site=RNO, quantity=D(25), document="SO-4"),
    "issue of oldest below zero": IssueStock(entity=HP, item=OLDEST, site=PDX, quantity=D(40), document="SO-5"),
    "issue what is kept": IssueStock(
        entity=HP, item=MEAN, site=PDX, quantity=D(12), document="SO-9", reservation="RS-1"
    ),
    "issue what is kept for a while": IssueStock(
        entity=HP, item=FIXED, site=PDX, quantity=D(4), document="SO-10", reservation="RS-2"
    ),
    "issue what was kept for a while": IssueStock(entity=HP, item=FIXED, site=PDX, quantity=D(15), document="SO-11"),
    "let go what is over": ExpireReservations(entity=HP),
    "issue what is free": IssueStock(entity=HP, item=MEAN, site=PDX, quantity=D(5), document="SO-7"),
    "come back": ReceiveReturn(entity=HP, document="SO-1", item=OLDEST, site=PDX, quantity=D(3)),
    "lose": AdjustStock(entity=HP, item=FIXED, site=RNO, quantity=-D(12), reason="lost"),
    "carry": TransferStock(entity=HP, item=FIXED, site=PDX, to_site=NEW, quantity=D(12)),
    "ship": shipped(FIXED, NEW),
    "ship the oldest": shipped(OLDEST, NEW),
    "arrive": ReceiveTransfer(entity=HP, transfer="ST-1", lines=(ArrivedLine(line=1, quantity=D(3)),)),
    "arrive with a loss": ReceiveTransfer(
        entity=HP, transfer="ST-1", lines=(ArrivedLine(line=1, quantity=D(2), lost=D(1)),), reason="wet"
    ),
    "turn back": RecallTransfer(
        entity=HP, transfer="ST-1", lines=(RecalledLine(line=1, quantity=D(3)),), reason="snow"
    ),
    "oldest by the mean": ChangeCostMethod(entity=HP, item=OLDEST, method=Method.AVERAGE),
    "oldest to standard": ChangeCostMethod(entity=HP, item=OLDEST, method=Method.STANDARD, unit_cost=D(4)),
    "standard to oldest": ChangeCostMethod(entity=HP, item=FIXED, method=Method.FIFO),
    "revalue": RevalueStock(entity=HP, item=FIXED, unit_cost=D("7.77"), reason="market"),
    "revalue late": RevalueStock(entity=HP, item=OLDEST, unit_cost=D("7.77"), reason="market", happened_at=EARLIER),
    "land": AddLandedCost(entity=HP, receipts=("GR-1",), amount=D("2.40")),
    "unland": CancelLandedCost(entity=HP, landed_cost="LC-1", reason="billed to another"),
    "correct": CorrectCost(entity=HP, receipt="GR-1", amount=D("0.70"), reason="billed otherwise"),
    "close": ClosePeriod(entity=HP, through=(FRIDAY - timedelta(days=1)).date()),
    "close further": ClosePeriod(entity=HP, through=EARLIER.date()),
    "close the sister": ClosePeriod(entity=SISTER, through=(FRIDAY - timedelta(days=1)).date()),
    "keep for a day that was": claimed(FIXED, 4, day=EARLIER.date()),
    "want on a day that was": PlanDemand(
        entity=HP, item=FIXED, site=PDX, quantity=D(2), day=EARLIER.date(), document="SO-8"
    ),
    "keep": claimed(MEAN, 5),
    "let go": ReleaseReservation(entity=HP, reservation="RS-1", quantity=D(10)),
    "never below zero": SetStockPolicy(entity=HP, item=MEAN, site=RNO),
    "below zero": SetStockPolicy(entity=HP, item=OLDEST, site=PDX, negative_allowed=True),
    "order": ordered(MEAN),
    "sign off": ApproveOrder(entity=HP, order="PO-3", approved_by="dana"),
    "receive": came("PO-2", 12),
    "find more": AddToReceipt(entity=HP, receipt="GR-1", line=1, quantity=D(6), received_by="lena"),
    "send back": ReturnToSupplier(entity=HP, receipt="GR-1", line=1, quantity=D(8), status="available"),
    "make": Repack(entity=HP, site=PDX, components=(Component(item=OLDEST, quantity=D(4)),), item=WHOLE, quantity=D(2)),
    "sell a kit": IssueKit(
        entity=HP, site=PDX, kits=D(2), components=(Component(item=OLDEST, quantity=D(3)),), document="SO-6"
    ),
    "hold": HoldStock(entity=HP, item=OLDEST, site=PDX, quantity=D(12), reason="wet"),
    "release": ReleaseStock(entity=HP, item=MEAN, site=RNO, quantity=D(2), reason="dry"),
    "put away": PutAway(entity=HP, item=OLDEST, site=PDX, quantity=D(12), to_location="A1"),
    "count": CountItem(entity=HP, count="CNT-1", item=OLDEST, counted=D(20)),
    "refresh the count": RefreshCount(entity=HP, count="CNT-1"),
    "post the count": PostCount(entity=HP, count="CNT-1"),
    "give the count up": CancelCount(entity=HP, count="CNT-1", reason="no time"),
    "open a count": OpenCount(entity=HP, site=RNO),
    "sell to the sister": sold(HP, PDX, SISTER, THERE),
    "buy of the sister": sold(SISTER, THERE, HP, PDX),
    "send back to the sister": ReturnToEntity(
        entity=SISTER, seller=HP, sale="IC-1", site=THERE, quantity=D(3), to_site=PDX, reason="too many"
    ),
    "pay the sister": SettleWithEntity(entity=SISTER, seller=HP),
    "pay the sister a part": SettleWithEntity(entity=SISTER, seller=HP, amount=D(12)),
}
