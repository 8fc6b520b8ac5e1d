"""What a history does with orders, at the dock and in the warehouse, legal and illegal."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from core.command import Command
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    ApproveOrder,
    CancelRest,
    CloseShort,
    ConfirmedLine,
    NewOrderLine,
    PlaceOrder,
    RecordConfirmation,
)
from core.purchasing.orders import still_open
from core.purchasing.tables import PurchaseOrderLine
from core.receiving.commands import (
    AcceptDamaged,
    AcceptInspected,
    AddToReceipt,
    CountedLine,
    ReceiveGoods,
    ReturnToSupplier,
    ScrapDamaged,
)
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from tests.builders import BOLT, DANA, GAUGE, HP, NEED_BY, PDX, RNO, SUPPLIER, WIRE, D
from tests.core.histories import History, counts, orders, pieces, places, prices, quantities, receipts

PREPAID = "S-2002"

items = st.sampled_from([(BOLT, ""), (BOLT, "box"), (GAUGE, ""), (WIRE, "")])
statuses = st.sampled_from(["available", "inspection", "damaged", "hold"])


class Goods(History):
    """Orders placed and changed, goods received, inspected, sent back, moved, found and lost."""

    @rule(
        target=orders, lines=st.lists(st.tuples(items, counts, prices), min_size=1, max_size=2), prepaid=st.booleans()
    )
    def place(self, lines: list[tuple[tuple[str, str], Decimal, Decimal]], prepaid: bool) -> Any:
        wanted = tuple(
            NewOrderLine(item=item, unit=unit, quantity=quantity, price=price, need_by=NEED_BY)
            for (item, unit), quantity, price in lines
        )
        supplier = PREPAID if prepaid else SUPPLIER
        placed = self.attempt(PlaceOrder(entity=HP, supplier=supplier, site=PDX, placed_by="priya", lines=wanted))
        if placed is not None:
            self.attempt(ApproveOrder(entity=HP, order=placed["order"], approved_by="dana"), actor=DANA)
        return self.one_of("order", placed)

    @rule(
        target=receipts,
        order=orders,
        share=st.sampled_from(["1", "0.5", "0.25", "1.04", "1.2"]),
        damaged=st.sampled_from([D(0), D(0), D(1), D(3)]),
        place=places,
        final=st.booleans(),
    )
    def receive(self, order: str, share: str, damaged: Decimal, place: int, final: bool) -> Any:
        """So much of what is still open, in whole order units."""
        line = self.session.get(PurchaseOrderLine, (HP, order, place))
        good = D(3) if line is None else (still_open(line) * D(share)).to_integral_value()
        counted = CountedLine(order_line=place, quantity=max(good - damaged, D(0)), damaged=damaged)
        return self.received(order, counted, final)

    @rule(target=receipts, order=orders, good=quantities, unit=st.sampled_from(["", "pcs", "box"]), final=st.booleans())
    def receive_whatever(self, order: str, good: Decimal, unit: str, final: bool) -> Any:
        return self.received(order, CountedLine(order_line=1, quantity=good, unit=unit), final)

    def received(self, order: str, counted: CountedLine, final: bool) -> Any:
        command = ReceiveGoods(entity=HP, order=order, lines=(counted,), received_by="lena", final=final)
        return self.one_of("receipt", self.attempt(command))

    @rule(receipt=receipts, quantity=quantities)
    def grow(self, receipt: str, quantity: Decimal) -> None:
        self.attempt(AddToReceipt(entity=HP, receipt=receipt, line=1, quantity=quantity, received_by="lena"))

    @rule(
        receipt=receipts,
        quantity=pieces,
        verb=st.sampled_from([AcceptInspected, AcceptDamaged, ScrapDamaged]),
    )
    def decide_on_pieces(self, receipt: str, quantity: Decimal, verb: Any) -> None:
        self.attempt(verb(entity=HP, receipt=receipt, line=1, quantity=quantity))

    @rule(receipt=receipts, quantity=pieces, status=statuses)
    def send_back(self, receipt: str, quantity: Decimal, status: str) -> None:
        self.attempt(ReturnToSupplier(entity=HP, receipt=receipt, line=1, quantity=quantity, status=status))

    @rule(
        verb=st.sampled_from(["issue", "issue", "transfer", "find", "lose"]),
        item=st.sampled_from([BOLT, BOLT, GAUGE, WIRE]),
        back=st.booleans(),
        quantity=quantities,
    )
    def move_stock(self, verb: str, item: str, back: bool, quantity: Decimal) -> None:
        here, there = (RNO, PDX) if back else (PDX, RNO)
        commands: dict[str, Command] = {
            "issue": IssueStock(entity=HP, item=item, site=here, quantity=quantity, document="SO-1"),
            "transfer": TransferStock(entity=HP, item=item, site=here, to_site=there, quantity=quantity),
            "find": AdjustStock(entity=HP, item=item, site=here, quantity=quantity, reason="counted"),
            "lose": AdjustStock(entity=HP, item=item, site=here, quantity=-quantity, reason="counted"),
        }
        self.attempt(commands[verb])

    @rule(
        verb=st.sampled_from(["price", "quantity", "cancel", "close", "confirm", "accept"]),
        order=orders,
        place=places,
        quantity=quantities,
        price=prices,
        days=st.integers(-3, 9),
    )
    def change_the_order(self, verb: str, order: str, place: int, quantity: Decimal, price: Decimal, days: int) -> None:
        day = NEED_BY + timedelta(days=days)
        said = ConfirmedLine(line=place, quantity=quantity, price=price, promised=day)
        commands: dict[str, Command] = {
            "price": AmendPrice(entity=HP, order=order, line=place, price=price),
            "quantity": AmendQuantity(entity=HP, order=order, line=place, quantity=quantity),
            "cancel": CancelRest(entity=HP, order=order, line=place),
            "close": CloseShort(entity=HP, order=order, line=place),
            "confirm": RecordConfirmation(entity=HP, order=order, lines=(said,)),
            "accept": AcceptPromise(entity=HP, order=order, line=place, need_by=day),
        }
        self.attempt(commands[verb])
