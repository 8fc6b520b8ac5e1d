"""What orders, receipts and bills say where an oracle case expects it: what is open, what was billed, what waits, and in
which state a document is."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts
from core.money import ZERO, rounded
from core.payables.tables import ForeignPosting
from core.purchasing.orders import still_open, wanted
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.commands import AcceptInspected, ReleaseInspection
from core.receiving.tables import GoodsReceiptLine
from core.refusals import Refused
from core.stock.commands import IssueStock
from core.stock.costing import Does
from core.stock.units import in_unit
from evals.oracle_costs import last, per_piece, taken_by
from evals.oracle_form import NotSupported
from evals.oracle_steps.abroad import books_currency
from evals.oracle_steps.ordered import lines_of
from evals.oracle_world import NOW, CaseWorld, Done

AVAILABLE_WORDS = ("done", "received", "accepted", "available")
WAITING_WORDS = ("draft", "in inspection", "waiting", "blocked")


def last_order(world: CaseWorld) -> str:
    """The order that is asked about: the last one the case placed, else the one its last receipt was booked on."""
    if world.orders:
        return world.orders[-1]
    found = next((done.order for done in reversed(world.done) if done.order), "")
    if not found:
        raise NotSupported("expect: no order in the case")
    return found


def received(world: CaseWorld, expected: Any) -> Any:
    """Pieces of the order that came and did not go back; of each item where items are named."""
    return _of_lines(world, expected, lambda line: line.received - line.returned)


def billed(world: CaseWorld, expected: Any) -> Any:
    """Pieces of the order that posted bills name."""
    return _of_lines(world, expected, lambda line: line.billed)


def _of_lines(world: CaseWorld, expected: Any, count: Callable[[PurchaseOrderLine], Decimal]) -> Any:
    lines = lines_of(world, last_order(world))
    if isinstance(expected, Mapping):
        return {name: sum((count(line) for line in lines if line.item == name), ZERO) for name in expected}
    if isinstance(expected, list):
        return [count(line) for line in lines]
    return sum((count(line) for line in lines), ZERO)


def backorder(world: CaseWorld, expected: Any) -> Any:
    """What may still come of the order: so many, or whether anything."""
    left = _of_lines(world, expected, still_open)
    return left > ZERO if isinstance(expected, bool) else left


def on_order(world: CaseWorld, expected: Any) -> Any:
    """By how much more is on order than when the case began: now, after each step, or after each step that is named."""
    if isinstance(expected, Mapping):
        return {name: world.step_called(name).still_open for name in expected}
    if isinstance(expected, list):
        return [done.still_open for done in world.done]
    return world.now.still_open


def received_after(world: CaseWorld, expected: Any) -> Any:
    """What had been received after each step, or after each step that is named."""
    if isinstance(expected, Mapping):
        return {name: world.step_called(name).received for name in expected}
    if isinstance(expected, list):
        return [done.received for done in world.done]
    return world.now.received


def status(world: CaseWorld, expected: Any) -> str:
    """In which state the order is: the word expected where it is one that is true of the order, else the first that is."""
    true = list(_true_words(world))
    return str(expected) if str(expected).strip().lower().replace("_", " ") in true else true[0]


def _true_words(world: CaseWorld) -> list[str]:
    number = last_order(world)
    order = world.session.get_one(PurchaseOrder, (world.entity, number), populate_existing=True)
    lines = lines_of(world, number)
    came = sum((line.received + line.damaged - line.returned for line in lines), ZERO)
    asked, paid = sum((wanted(line) for line in lines), ZERO), sum((line.billed for line in lines), ZERO)
    if order.state in ("cancelled", "awaiting_approval"):
        return ["cancelled"] if order.state == "cancelled" else ["draft", "waiting for approval"]
    waits = any(still_open(line) > ZERO for line in lines)
    words = {
        (True, True): ["to receive and bill", "open"],
        (True, False): ["to receive", "open"],
        (False, True): ["to bill", "closed"],
        (False, False): ["completed", "done", "closed"],
    }[waits, paid < (asked if waits else came)]
    words += ["partly received"] if waits and came else ["not received"] if waits else ["received", "fully received"]
    words += ["to invoice"] if paid < came else ["nothing to invoice"]
    words += ["partly billed"] if ZERO < paid < max(came, asked) else []
    words += ["invoiced", "billed", "fully billed"] if came and paid >= came else []
    words += ["unbilled", "not billed"] if not paid else []
    words += ["return issued"] if not came and any(line.returned for line in lines) else []
    return words


def price_difference(world: CaseWorld, expected: Any) -> Any:
    """What posted bills accepted above their order, in their own currency: of the last, or of each that is named."""
    if isinstance(expected, Mapping):
        bills = [done for done in world.done if done.step.op.startswith("supplier_invoice")]
        named = {f"invoice{place}": done for place, done in enumerate(bills, 1)}
        return {name: _difference(world, named.get(name) or world.step_called(name)) for name in expected}
    return _difference(world, last(world, "supplier_invoice", "supplier_invoice_with_receipt"))


def _difference(world: CaseWorld, done: Done) -> Decimal:
    row = world.session.get(ForeignPosting, (world.entity, done.document))
    if row is None:
        raise NotSupported("expect price_difference_in_foreign: a bill in the books' currency")
    return row.price_difference


def receipt_state(world: CaseWorld, expected: Any) -> str:
    """Whether the pieces of the last receipt may be used."""
    waiting = sum((line.in_inspection for line in _receipt_lines(world)), ZERO)
    true = WAITING_WORDS if waiting else AVAILABLE_WORDS
    return str(expected) if str(expected) in true else true[0]


def receive_again(world: CaseWorld, _: Any) -> str:
    """What comes of accepting pieces that were measured, without and then with a release. Nothing of it stays."""
    done = last(world, "inspect_receipt")
    (line,) = _receipt_lines(world)[:1]
    if not line.in_inspection:
        return "accepted"
    accept = AcceptInspected(entity=world.entity, receipt=done.document, line=1, quantity=line.in_inspection)
    release = ReleaseInspection(
        entity=world.entity, inspection=done.found["inspection"], released_by="lead", reason="as it is"
    )
    said = []
    for command in (accept, release):
        with world.session.begin_nested() as trying:
            try:
                world.do(command)
            except Refused:
                said.append("refused")
            else:
                said.append("accepted")
            trying.rollback()
    return {("refused", "accepted"): "refused until released"}.get((said[0], said[1]), said[0])


def _receipt_lines(world: CaseWorld) -> list[GoodsReceiptLine]:
    done = last(world, "inspect_receipt", "receive")
    wanted_ = select(GoodsReceiptLine).where(
        GoodsReceiptLine.entity == world.entity, GoodsReceiptLine.receipt == done.document
    )
    return list(
        world.session.scalars(wanted_.order_by(GoodsReceiptLine.line).execution_options(populate_existing=True))
    )


def returned_boxes(world: CaseWorld, _: Any) -> Decimal:
    """What the last return sent back, in boxes."""
    done = last(world, "return_to_supplier")
    unit = str(done.found.get("box", "box"))
    gone = -sum((move.quantity for move in world.moves_of(done)), ZERO)
    boxes = in_unit(world.session, world.entity, done.item, gone, unit)
    if boxes is None:
        raise NotSupported(f"expect returned_boxes: {done.item} is not known by the {unit}")
    return boxes


def rounding_adjustment(world: CaseWorld, _: Any) -> Decimal:
    """What rounding put on its account; where nothing is there, how far the last issue is from its pieces at what one was
    worth before it, rounded."""
    booked = [amount for entry in world.journal() for code, amount in entry.sides if code == accounts.ROUNDING]
    if booked:
        return sum(booked, ZERO)
    done = next((one for one in reversed(world.done) if one.step.op.startswith("issue")), None)
    if done is None:
        raise NotSupported("expect rounding_adjustment: nothing was issued, and no bill was rounded")
    out = [entry for entry in world.entries_of(done) if entry.does == Does.OUT]
    before = done.layers_before[done.item]
    each = per_piece(sum((x.value for x in before), ZERO), sum((x.quantity for x in before), ZERO))
    currency = books_currency(world)
    plain = rounded(sum((entry.quantity for entry in out), ZERO) * rounded(each, currency), currency)
    return sum((entry.value for entry in out), ZERO) + plain


def value_by_age(world: CaseWorld, youngest: int, oldest: int) -> Decimal:
    """What the pieces are worth that came so many days ago."""
    found = (layer for lies in world.done[-1].layers_after.values() for layer in lies)
    return sum((x.value for x in found if youngest <= (NOW.date() - x.since.date()).days <= oldest), ZERO)


def amount(world: CaseWorld, _: Any) -> Decimal:
    """What the last document put in the journal."""
    done = world.now
    entries = world.journal()[done.since["journal"] : done.until["journal"]]
    return sum((value for entry in entries for _, value in entry.sides if value > ZERO), ZERO)


def output_without_extra(world: CaseWorld, _: Any) -> Decimal:
    """What a piece that was made of others took from them, the work apart."""
    entries = world.entries_of(last(world, "repack"))
    made = sum((entry.quantity for entry in entries if entry.does == Does.IN), ZERO)
    return per_piece(-world.worth_of([entry for entry in entries if entry.does == Does.OUT]), made)


def running_total(world: CaseWorld, expected: Any) -> Any:
    """What all stock was worth after each step; its pieces where nothing of the case has a cost."""
    costs = any(done.value for done in world.done)
    found = [done.value if costs else done.on_hand for done in world.done]
    return found if isinstance(expected, list) else found[-1]


def issue_of(world: CaseWorld, quantity: Decimal, expected: Any) -> Any:
    """What the issue of so many pieces is worth; as layers where the case expects those. Where none of the case is of so
    many, what one would be now: tried, and taken back."""
    done = next((one for one in world.done if one.step.op == "issue" and one.quantity == quantity), None)
    if done is not None:
        return taken_by(done, expected) if isinstance(expected, list) else abs(world.worth_of(world.entries_of(done)))
    with world.session.begin_nested() as trying:
        out = IssueStock(entity=world.entity, item=world.item(), site=world.site(), quantity=quantity, document="tried")
        value = Decimal(world.do(out)["value"])
        trying.rollback()
    return value


FIGURES: dict[str, Callable[[CaseWorld, Any], Any]] = {
    "received": received,
    "received_at_end": received,
    "billed": billed,
    "backorder": backorder,
    "on_order_delta": on_order,
    "received_after": received_after,
    "status": status,
    "price_difference_in_foreign": price_difference,
    "receipt_state": receipt_state,
    "receive_again": receive_again,
    "returned_boxes": returned_boxes,
    "rounding_adjustment": rounding_adjustment,
    "amount": amount,
    "output_without_extra": output_without_extra,
    "running_total": running_total,
}
