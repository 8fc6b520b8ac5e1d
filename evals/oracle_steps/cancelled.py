"""What takes back documents that are not of stock alone: bills, orders, returns and counts."""

from sqlalchemy import select

from core.books.commands import ReverseEntry
from core.money import ZERO
from core.purchasing.commands import CancelRest
from core.purchasing.orders import still_open
from core.receiving.commands import CountedLine, ReturnToSupplier
from core.receiving.tables import GoodsReceiptLine
from core.stock.commands import AdjustStock, IssueStock
from core.stock.tables import StockStatus
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.ordered import lines_of
from evals.oracle_steps.received import bring
from evals.oracle_world import CaseWorld, Done

OTHERS = frozenset(
    (
        "supplier_invoice",
        "supplier_invoice_with_receipt",
        "purchase_order",
        "return_to_supplier",
        "customer_return",
        "count_gain",
        "count_loss",
    )
)
"""Steps that are taken back here."""


def cancel_other(world: CaseWorld, step: Step, done: Done) -> None:
    """Take a step back by its opposite."""
    now = world.now
    now.order = done.order
    match done.step.op:
        case "supplier_invoice" | "supplier_invoice_with_receipt":
            world.do(ReverseEntry(entity=world.entity, entry=done.found["entry"], reason="cancelled"))
            if "receipt" in done.found:
                _all_back(world, done.found["receipt"])
        case "purchase_order":
            for line in lines_of(world, done.order):
                if still_open(line) > ZERO:
                    world.do(CancelRest(entity=world.entity, order=done.order, line=line.line, reason="cancelled"))
        case "return_to_supplier" if done.order:
            counted = (CountedLine(order_line=1, quantity=done.quantity, unit=world.items[done.item]),)
            now.document = bring(world, done.order, counted, world.moment(step))
        case "customer_return":
            again = IssueStock(
                entity=world.entity, item=done.item, site=done.site, quantity=done.quantity, document=f"SO {step.name}"
            )
            world.do(again)
        case "count_gain" | "count_loss":
            opposite = AdjustStock(
                entity=world.entity, item=done.item, site=done.site, quantity=-done.quantity, reason="cancelled"
            )
            world.do(opposite)
        case other:
            raise NotSupported(f"cancel: of a {other} without an order")


def _all_back(world: CaseWorld, receipt: str) -> None:
    """Everything that a receipt brought goes back."""
    wanted = select(GoodsReceiptLine).where(
        GoodsReceiptLine.entity == world.entity, GoodsReceiptLine.receipt == receipt
    )
    for row in world.session.scalars(wanted.order_by(GoodsReceiptLine.line)).all():
        back = ReturnToSupplier(
            entity=world.entity,
            receipt=receipt,
            line=row.line,
            quantity=row.quantity - row.returned,
            status=StockStatus.AVAILABLE.value,
        )
        world.do(back)
