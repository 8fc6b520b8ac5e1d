"""What a random history does with stock, legal and illegal: one rule for each thing that people and systems do. What every
step and the whole must stand is `ProvenHistory`.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule

from core import clock
from core.availability.commands import ExpireReservations, ReleaseReservation, ReserveStock, WantedClaim
from core.books.periods import ClosePeriod
from core.command import Command
from core.counting.commands import CancelCount, ConfirmVariance, CountItem, OpenCount, PostCount, RefreshCount
from core.counting.tables import RootCause
from core.masterdata.commands import SetStockPolicy
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, ReceiveGoods, ReturnToSupplier
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
from core.stock.making_commands import Component, IssueKit, Repack
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.tables import StockStatus
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from tests.builders import DANA, HP, NEED_BY, PDX, RNO, SUPPLIER, D
from tests.conftest import FRIDAY
from tests.properties.drawn import days_ago, items, locations, prices, quantities, second_lot, sites
from tests.properties.sister_history import SisterHistory
from tests.properties.stock_company import ITEMS, SISTER, SITES, WHOLE

receipts: Bundle[str] = Bundle("receipts")
issues: Bundle[tuple[str, str, str]] = Bundle("issues")
transfers: Bundle[str] = Bundle("transfers")
reservations: Bundle[str] = Bundle("reservations")
tallies: Bundle[str] = Bundle("tallies")
landed: Bundle[str] = Bundle("landed")


class StockHistory(SisterHistory):
    """What people and systems do with stock: one rule for each thing."""

    @rule(item=items, site=sites, quantity=quantities, each=prices, days=days_ago, second=second_lot, place=locations)
    def come(
        self, item: str, site: str, quantity: Decimal, each: Decimal, days: int | None, second: bool, place: str
    ) -> None:
        command = OpenStock(
            entity=HP,
            item=item,
            site=site,
            quantity=quantity,
            unit_cost=each,
            lot=self.lot(item, second),
            location=place,
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(target=receipts, item=items, quantity=quantities, price=prices, days=days_ago, damaged=st.integers(0, 2))
    def buy(self, item: str, quantity: Decimal, price: Decimal, days: int | None, damaged: int) -> Any:
        line = NewOrderLine(item=item, quantity=D(20), price=price, need_by=NEED_BY)
        placed = self.attempt(PlaceOrder(entity=HP, supplier=SUPPLIER, site=PDX, placed_by="priya", lines=(line,)))
        if placed is None:
            return "NONE-1"
        order = str(placed["order"])
        self.attempt(ApproveOrder(entity=HP, order=order, approved_by="dana"), actor=DANA)
        came = CountedLine(order_line=1, quantity=quantity, damaged=D(damaged))
        receive = ReceiveGoods(entity=HP, order=order, lines=(came,), received_by="lena", happened_at=self.moment(days))
        return self.made("receipt", self.attempt(receive))

    @rule(receipt=receipts, quantity=quantities, status=st.sampled_from(["available", "damaged"]))
    def send_back(self, receipt: str, quantity: Decimal, status: str) -> None:
        self.attempt(ReturnToSupplier(entity=HP, receipt=receipt, line=1, quantity=quantity, status=status))

    @rule(receipt=receipts, amount=st.sampled_from([D("-0.50"), D("0.07"), D(3), D(0), D(-999)]))
    def correct(self, receipt: str, amount: Decimal) -> None:
        self.attempt(CorrectCost(entity=HP, receipt=receipt, amount=amount, reason="billed otherwise"))

    @rule(target=landed, receipt=receipts, other=receipts, amount=st.sampled_from([D("4.80"), D("0.01"), D(0)]))
    def land(self, receipt: str, other: str, amount: Decimal) -> Any:
        over = tuple(sorted({receipt, other}))
        return self.made("landed_cost", self.attempt(AddLandedCost(entity=HP, receipts=over, amount=amount)))

    @rule(cost=landed)
    def unland(self, cost: str) -> None:
        self.attempt(CancelLandedCost(entity=HP, landed_cost=cost, reason="billed to another"))

    @rule(
        target=issues,
        item=items,
        site=sites,
        quantity=quantities,
        days=days_ago,
        second=second_lot,
        receipt=st.one_of(st.just(""), receipts),
    )
    def issue(self, item: str, site: str, quantity: Decimal, days: int | None, second: bool, receipt: str) -> Any:
        document = f"SO-{next(self.documents)}"
        command = IssueStock(
            entity=HP,
            item=item,
            site=site,
            quantity=quantity,
            document=document,
            lot=self.lot(item, second),
            receipt=receipt,
            happened_at=self.moment(days),
        )
        self.attempt(command)
        return document, item, site

    @rule(issue=issues, quantity=quantities, days=days_ago, held=st.booleans())
    def come_back(self, issue: tuple[str, str, str], quantity: Decimal, days: int | None, held: bool) -> None:
        document, item, site = issue
        command = ReceiveReturn(
            entity=HP,
            document=document,
            item=item,
            site=site,
            quantity=quantity,
            happened_at=self.moment(days),
            status=StockStatus.HOLD if held else StockStatus.AVAILABLE,
        )
        self.attempt(command)

    @rule(item=items, site=sites, quantity=quantities, lose=st.booleans(), days=days_ago, second=second_lot)
    def adjust(self, item: str, site: str, quantity: Decimal, lose: bool, days: int | None, second: bool) -> None:
        command = AdjustStock(
            entity=HP,
            item=item,
            site=site,
            quantity=-quantity if lose else quantity,
            reason="counted by hand",
            lot=self.lot(item, second),
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(item=items, site=sites, quantity=quantities, days=days_ago, second=second_lot, place=locations)
    def carry(self, item: str, site: str, quantity: Decimal, days: int | None, second: bool, place: str) -> None:
        command = TransferStock(
            entity=HP,
            item=item,
            site=site,
            to_site=RNO if site == PDX else PDX,
            quantity=quantity,
            lot=self.lot(item, second),
            to_location=place,
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(target=transfers, item=items, quantity=quantities, days=days_ago, second=second_lot)
    def ship(self, item: str, quantity: Decimal, days: int | None, second: bool) -> Any:
        lines = (ShippedLine(item=item, quantity=quantity, lot=self.lot(item, second)),)
        command = ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines, happened_at=self.moment(days))
        return self.made("transfer", self.attempt(command))

    @rule(transfer=transfers, quantity=st.integers(0, 6), lost=st.sampled_from([0, 0, 1]), days=days_ago)
    def arrive(self, transfer: str, quantity: int, lost: int, days: int | None) -> None:
        lines = (ArrivedLine(line=1, quantity=D(quantity), lost=D(lost)),)
        command = ReceiveTransfer(
            entity=HP, transfer=transfer, lines=lines, reason="fell off", happened_at=self.moment(days)
        )
        self.attempt(command)

    @rule(transfer=transfers, quantity=st.integers(0, 6), days=days_ago)
    def turn_back(self, transfer: str, quantity: int, days: int | None) -> None:
        lines = (RecalledLine(line=1, quantity=D(quantity)),)
        self.attempt(
            RecallTransfer(entity=HP, transfer=transfer, lines=lines, reason="snow", happened_at=self.moment(days))
        )

    @rule(item=items, site=sites, allowed=st.booleans())
    def may_go_below_zero(self, item: str, site: str, allowed: bool) -> None:
        self.attempt(SetStockPolicy(entity=HP, item=item, site=site, negative_allowed=allowed))

    @rule(item=items, site=sites, quantity=quantities, extra=st.sampled_from([D(0), D("1.50")]), days=days_ago)
    def repack(self, item: str, site: str, quantity: Decimal, extra: Decimal, days: int | None) -> None:
        parts = (Component(item=item, quantity=quantity, lot=self.lot(item, False)),)
        command = Repack(
            entity=HP,
            site=site,
            components=parts,
            item=WHOLE,
            quantity=D(3),
            extra_cost=extra,
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(target=issues, item=st.sampled_from((*ITEMS, WHOLE)), site=sites, kits=st.integers(1, 3), days=days_ago)
    def sell_a_kit(self, item: str, site: str, kits: int, days: int | None) -> Any:
        document = f"SO-{next(self.documents)}"
        parts = (Component(item=item, quantity=D(2), lot=self.lot(item, True)), Component(item=ITEMS[0], quantity=D(1)))
        command = IssueKit(
            entity=HP, site=site, kits=D(kits), components=parts, document=document, happened_at=self.moment(days)
        )
        self.attempt(command)
        return document, item, site

    @rule(
        target=reservations,
        item=items,
        site=sites,
        quantity=quantities,
        soft=st.booleans(),
        minutes=st.sampled_from([None, 2, 500]),
    )
    def reserve(self, item: str, site: str, quantity: Decimal, soft: bool, minutes: int | None) -> Any:
        claim = WantedClaim(item=item, quantity=quantity, document=f"SO-{next(self.documents)}")
        until = None if minutes is None else clock.now(self.session) + timedelta(minutes=minutes)
        command = ReserveStock(
            entity=HP, site=site, claims=(claim,), strength="soft" if soft else "hard", expires_at=until
        )
        done = self.attempt(command)
        made = [one.get("reservation") for one in (done or {}).get("claims", [])]
        return str(made[0]) if made and made[0] else "NONE-1"

    @rule(reservation=reservations, quantity=st.sampled_from([None, D(1)]))
    def give_up(self, reservation: str, quantity: Decimal | None) -> None:
        self.attempt(ReleaseReservation(entity=HP, reservation=reservation, quantity=quantity))

    @rule(reservation=reservations, item=items, site=sites, quantity=quantities)
    def issue_what_is_reserved(self, reservation: str, item: str, site: str, quantity: Decimal) -> None:
        command = IssueStock(
            entity=HP,
            item=item,
            site=site,
            quantity=quantity,
            document=f"SO-{next(self.documents)}",
            reservation=reservation,
        )
        self.attempt(command)

    @rule()
    def expire(self) -> None:
        self.attempt(ExpireReservations(entity=HP))

    @rule(
        verb=st.sampled_from([HoldStock, ReleaseStock]), item=items, site=sites, quantity=quantities, second=second_lot
    )
    def hold(self, verb: Any, item: str, site: str, quantity: Decimal, second: bool) -> None:
        lot = self.lot(item, second)
        self.attempt(verb(entity=HP, item=item, site=site, quantity=quantity, reason="looked at", lot=lot))

    @rule(item=items, site=sites, quantity=quantities, second=second_lot)
    def put_away(self, item: str, site: str, quantity: Decimal, second: bool) -> None:
        lot = self.lot(item, second)
        self.attempt(PutAway(entity=HP, item=item, site=site, quantity=quantity, to_location="A1", lot=lot))

    @rule(target=tallies, site=sites)
    def open_a_count(self, site: str) -> Any:
        return self.made("count", self.attempt(OpenCount(entity=HP, site=site)))

    @rule(tally=tallies, item=items, counted=st.integers(0, 15), second=second_lot, place=locations)
    def count_item(self, tally: str, item: str, counted: int, second: bool, place: str) -> None:
        command = CountItem(
            entity=HP, count=tally, item=item, counted=D(counted), location=place, lot=self.lot(item, second)
        )
        self.attempt(command)

    @rule(tally=tallies, line=st.integers(1, 4), what=st.sampled_from(["confirm", "refresh", "post", "cancel"]))
    def end_a_count(self, tally: str, line: int, what: str) -> None:
        why = RootCause.UNBOOKED_ISSUE
        commands: dict[str, Command] = {
            "confirm": ConfirmVariance(entity=HP, count=tally, line=line, root_cause=why, reason="a van was loaded"),
            "refresh": RefreshCount(entity=HP, count=tally),
            "post": PostCount(entity=HP, count=tally),
            "cancel": CancelCount(entity=HP, count=tally, reason="another day"),
        }
        self.attempt(commands[what])

    @rule(item=items, method=st.sampled_from(list(Method)), cost=st.sampled_from([None, D("2.50")]), days=days_ago)
    def change_method(self, item: str, method: Method, cost: Decimal | None, days: int | None) -> None:
        command = ChangeCostMethod(entity=HP, item=item, method=method, unit_cost=cost, happened_at=self.moment(days))
        self.attempt(command)

    @rule(item=items, site=st.sampled_from(["", *SITES]), cost=prices, days=days_ago, second=second_lot)
    def revalue(self, item: str, site: str, cost: Decimal, days: int | None, second: bool) -> None:
        command = RevalueStock(
            entity=HP,
            item=item,
            unit_cost=cost,
            reason="market",
            site=site,
            lot=self.lot(item, second) if site else "",
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(days=st.sampled_from([31, 15, 5]), entity=st.sampled_from([HP, HP, SISTER]))
    def close_a_period(self, days: int, entity: str) -> None:
        self.attempt(ClosePeriod(entity=entity, through=(FRIDAY - timedelta(days=days)).date()))
