"""Goods that go back to their supplier, and those that come once more."""

from collections.abc import Callable

from core.money import ZERO
from core.payables.units import to_six
from core.receiving.commands import CountedLine, ReturnToSupplier
from core.stock.commands import IssueStock
from core.stock.tables import StockStatus
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.received import bring
from evals.oracle_world import CaseWorld, Done

DOCUMENTS = frozenset(
    ("order", "purchase order", "receipt", "purchase receipt", "delivery", "shipment", "picking", "return")
)
"""What a return may be made from: here it is one command either way."""


def receive_again(world: CaseWorld, step: Step) -> None:
    """Pieces that went back come once more, against the order they were bought on."""
    returned = world.step_called(step.get("of"))
    done = world.now
    done.item, done.site, done.order, done.quantity = returned.item, returned.site, returned.order, step.number("qty")
    if not done.order:
        raise NotSupported("receive_again: what was sent back was on no order")
    counted = CountedLine(order_line=1, quantity=done.quantity, unit=world.items[done.item])
    done.document = bring(world, done.order, (counted,), world.moment(step))


def return_to_supplier(world: CaseWorld, step: Step) -> None:
    """Pieces go back: those of a receipt at its own cost; without one, out of what is there."""
    came = _came(world, step)
    done = world.now
    if step.text("via", "order").strip().lower() not in DOCUMENTS:
        raise NotSupported(f"return_to_supplier: via {step.text('via')}")
    if step.get("received") is not None:
        good = -step.number("accepted", ZERO)
        bad = -step.number("received") - good
    else:
        good, bad = step.number("qty"), ZERO
    if came is None:
        done.item, done.site, done.document = world.item(), world.site(), f"return {step.name}"
        unit = _unit(world, step, done.item)
        issue = IssueStock(
            entity=world.entity,
            item=done.item,
            site=done.site,
            quantity=good,
            unit=unit,
            document=done.document,
            happened_at=world.moment(step),
        )
        world.do(issue)
        return
    done.item, done.site, done.order, done.document = came.item, came.site, came.order, came.document
    unit = _unit(world, step, done.item)
    for quantity, status in ((good, StockStatus.AVAILABLE), (bad, StockStatus.DAMAGED)):
        if quantity:
            back = ReturnToSupplier(
                entity=world.entity,
                receipt=came.document,
                line=1,
                quantity=quantity,
                status=status.value,
                unit=unit or world.items[done.item],
            )
            world.do(back)
    done.quantity = world.in_base(done.item, good + bad, unit)


def _unit(world: CaseWorld, step: Step, item: str) -> str:
    """The unit a return is counted in; `boxes_per_unit` says what its boxes are, where it names them."""
    boxes, uom = step.get("boxes_per_unit"), step.text("uom")
    if boxes is not None:
        own = world.items[item].lower()
        box = uom if uom and uom.lower() not in (own, "unit", "units") else "box"
        world.convert(item, box, to_six(1 / step.number("boxes_per_unit")))
        world.now.found["box"] = box
        return box if box == uom else ""
    return world.unit(item, uom)


def _came(world: CaseWorld, step: Step) -> Done | None:
    """The receipt that is meant: the one named; where pieces were rejected, the last."""
    if step.get("of") is not None:
        return world.step_called(step.get("of"))
    if step.get("received") is None:
        return None
    return next((done for done in reversed(world.done) if done.step.op == "receive"), None)


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "receive_again": receive_again,
    "return_to_supplier": return_to_supplier,
}
