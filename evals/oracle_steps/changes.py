"""What changes a cost, or a document that is booked already."""

from collections.abc import Callable
from decimal import Decimal

from core.money import ZERO
from core.receiving.commands import AddToReceipt, ReturnToSupplier
from core.stock.commands import IssueStock, TransferStock
from core.stock.cost_commands import (
    AddLandedCost,
    CancelLandedCost,
    ChangeCostMethod,
    CorrectCost,
    RevalueStock,
    SplitBy,
)
from core.stock.costing import Method
from core.stock.queries import unit_cost
from core.stock.tables import StockStatus
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.cancelled import OTHERS, cancel_other
from evals.oracle_steps.sent import take_back
from evals.oracle_world import METHODS, CaseWorld, Done

BY = {"value": SplitBy.VALUE, "amount": SplitBy.VALUE, "quantity": SplitBy.QUANTITY, "qty": SplitBy.QUANTITY}
BY["weight"] = SplitBy.WEIGHT


def change_cost_method(world: CaseWorld, step: Step) -> None:
    """Another method from here on; to standard at the cost on record, else at what a piece is worth now."""
    method = METHODS.get(step.text("to"))
    if method is None:
        raise NotSupported(f"change_cost_method: to {step.text('to')}")
    item = world.item()
    cost = world.cost_on_record(item) or unit_cost(world.session, world.entity, item)
    standard = cost if method == "standard" else None
    world.do(ChangeCostMethod(entity=world.entity, item=item, method=Method(method), unit_cost=standard))


def set_cost(world: CaseWorld, step: Step) -> None:
    """A piece is worth so much from a day on."""
    _revalue(world, step, step.number("new"))


def scale_cost(world: CaseWorld, step: Step) -> None:
    """A piece is worth so many times what it was."""
    item = world.item()
    _revalue(world, step, unit_cost(world.session, world.entity, item) * step.number("factor"))


def _revalue(world: CaseWorld, step: Step, cost: Decimal) -> None:
    change = RevalueStock(
        entity=world.entity, item=world.item(), unit_cost=cost, reason=step.op, happened_at=world.moment(step)
    )
    world.now.found["revaluation_amount"] = Decimal(world.do(change)["change"])


def landed_cost(world: CaseWorld, step: Step) -> None:
    """A cost that came later, split over the receipts it is for: those named, else all there are."""
    by = BY.get(step.text("by", "value"))
    if by is None:
        raise NotSupported(f"landed_cost: by {step.text('by')}")
    named = step.get("of")
    wanted = [named] if isinstance(named, str) else named
    came = [world.step_called(name) for name in wanted] if wanted else [x for x in world.done if x.step.op == "receive"]
    cost = AddLandedCost(
        entity=world.entity,
        receipts=tuple(dict.fromkeys(done.document for done in came)),
        amount=step.number("amount"),
        by=by,
        only_items=tuple(step.get("only_items", ())),
    )
    world.now.document = str(world.do(cost)["landed_cost"])


def cancel(world: CaseWorld, step: Step) -> None:
    """A document is taken back: what it did is undone by its opposite, today."""
    done = world.step_called(step.get("of"))
    now = world.now
    now.item, now.site, now.quantity = done.item, done.site, done.quantity
    match done.step.op:
        case "landed_cost":
            world.do(CancelLandedCost(entity=world.entity, landed_cost=done.document, reason="cancelled"))
        case "receive":
            _less(world, done, done.quantity)
        case "issue" | "issue_again":
            take_back(world, step, done.document, done.item, done.quantity)
        case "transfer":
            back = TransferStock(
                entity=world.entity,
                item=done.item,
                site=done.to_site,
                to_site=done.site,
                quantity=done.quantity,
                lot=done.lot,
            )
            world.do(back)
        case other if other in OTHERS:
            cancel_other(world, step, done)
        case other:
            raise NotSupported(f"cancel: of a {other}")


def correct_done_qty(world: CaseWorld, step: Step) -> None:
    """The quantity of a booked document was another: the difference is booked."""
    done = world.step_called(step.get("of"))
    more = step.number("new_qty") - done.quantity
    world.now.item, world.now.site = done.item, done.site
    match done.step.op:
        case "receive" if more > ZERO:
            found = AddToReceipt(entity=world.entity, receipt=done.document, line=1, quantity=more, received_by="dock")
            world.do(found)
        case "receive":
            _less(world, done, -more)
        case "issue" if more > ZERO:
            issue = IssueStock(
                entity=world.entity, item=done.item, site=done.site, quantity=more, document=done.document, lot=done.lot
            )
            world.do(issue)
        case "issue":
            take_back(world, step, done.document, done.item, -more)
        case other:
            raise NotSupported(f"correct_done_qty: of a {other}")
    done.quantity = step.number("new_qty")


def _less(world: CaseWorld, done: Done, quantity: Decimal) -> None:
    """Pieces of a receipt go back."""
    status = StockStatus.AVAILABLE.value
    world.do(ReturnToSupplier(entity=world.entity, receipt=done.document, line=1, quantity=quantity, status=status))


def change_unit_price(world: CaseWorld, step: Step) -> None:
    """What a receipt brought cost another price."""
    done = world.step_called(step.get("of"))
    amount = step.number("to") * done.quantity - world.worth_of(world.entries_of(done))
    world.do(CorrectCost(entity=world.entity, receipt=done.document, amount=amount, reason="price"))


def price_correction(world: CaseWorld, step: Step) -> None:
    """What a receipt brought cost so much more or less, in all."""
    done = world.step_called(step.get("of"))
    amount = step.number("amount")
    world.do(CorrectCost(entity=world.entity, receipt=done.document, amount=amount, reason="price correction"))


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "change_cost_method": change_cost_method,
    "set_standard_cost": set_cost,
    "set_average_cost": set_cost,
    "scale_cost": scale_cost,
    "landed_cost": landed_cost,
    "cancel": cancel,
    "correct_done_qty": correct_done_qty,
    "change_unit_price": change_unit_price,
    "price_correction": price_correction,
}
