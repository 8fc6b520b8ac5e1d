"""Orders to suppliers, and what suppliers bill for them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core import clock
from core.books.accounts import FREIGHT_IN
from core.money import ZERO, rounded
from core.payables.commands import (
    AcceptedLine,
    BilledLine,
    PostCreditNote,
    PostInvoice,
    PostWithoutOrder,
    RegisterInvoice,
)
from core.purchasing.commands import AmendPrice, AmendQuantity
from core.receiving.commands import CountedLine
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.abroad import FOREIGN, books_currency, currency_of, day_named, set_rate
from evals.oracle_steps.ordered import lines_of, order_currency
from evals.oracle_steps.received import bring, order
from evals.oracle_world import CaseWorld


def purchase_order(world: CaseWorld, step: Step) -> None:
    """An order, placed and approved."""
    _said_of_orders(world, step)
    only = {key: step.number(key) for key in ("qty", "price") if step.get(key) is not None}
    lines = step.get("lines") or [only]
    bought = []
    for line in lines:
        item = world.item(str(line.get("item", "")))
        price = line.get("price", world.cost_on_record(item) or Decimal(1))  # a bill of nothing is no bill
        bought.append((item, line["qty"], price, str(line.get("uom", ""))))
    currency = currency_of(world, step.get("currency"))
    if step.get("rate") is not None and currency == books_currency(world):
        currency = FOREIGN
    world.now.order = order(world, step, bought, world.site(), currency)
    world.orders.append(world.now.order)
    if step.get("received") is not None:
        counted = (CountedLine(order_line=1, quantity=step.number("received")),)
        world.now.document = bring(world, world.now.order, counted, world.moment(step))


def _said_of_orders(world: CaseWorld, step: Step) -> None:
    """What an order says of its supplier and items: taxes, which add up, and how much more may come than was ordered.
    How much more may be billed is not read for anything: no bill here is posted beyond what came."""
    rates = [_tax(body) for body in step.get("taxes") or ()]
    if step.get("tax_rate") is not None:
        rates.append(step.number("tax_rate"))
    if rates:
        world.limits["tax_rate"] = sum(rates, ZERO)
    if step.get("over_receipt_pct") is not None:
        world.limits["over_receipt_pct"] = step.number("over_receipt_pct")
    if step.get("over_billing_pct") is not None:
        step.number("over_billing_pct")


def _tax(body: Any) -> Decimal:
    """A tax as a share of the price; above one it is a percentage."""
    rate = body.get("rate") if isinstance(body, Mapping) else body
    strange = set(body) - {"rate", "name", "account"} if isinstance(body, Mapping) else set()
    if strange or not isinstance(rate, Decimal):
        raise NotSupported(f"purchase_order: taxes {body!r}")
    return rate / 100 if rate >= 1 else rate


def change_po_price(world: CaseWorld, step: Step) -> None:
    """The order is approved again at another price."""
    world.do(AmendPrice(entity=world.entity, order=_last_order(world, step), line=1, price=step.number("to")))


def amend(world: CaseWorld, step: Step) -> None:
    """The order's first line gets another quantity or price."""
    number = _last_order(world, step)
    if step.get("qty") is not None:
        world.do(AmendQuantity(entity=world.entity, order=number, line=1, quantity=step.number("qty")))
    if step.get("price") is not None:
        world.do(AmendPrice(entity=world.entity, order=number, line=1, price=step.number("price")))


def _last_order(world: CaseWorld, step: Step) -> str:
    if not world.orders:
        raise NotSupported(f"{step.op}: no order before it")
    return world.orders[-1]


def supplier_invoice(world: CaseWorld, step: Step) -> None:
    """A bill for what was received, registered as billed and posted in full."""
    _bill(world, step, _billed_order(world, step))


def supplier_invoice_with_receipt(world: CaseWorld, step: Step) -> None:
    """Goods and their bill come together: the delivery is counted, then its bill is posted."""
    number = _billed_order(world, step)
    quantities = step.get("qty")
    counted = quantities if isinstance(quantities, list) else [step.number("qty")]
    lines = tuple(CountedLine(order_line=place, quantity=count) for place, count in enumerate(counted, 1))
    world.now.found["receipt"] = bring(world, number, lines, world.moment(step))
    world.now.quantity = sum(counted, ZERO)
    _bill(world, step, number)


def _bill(world: CaseWorld, step: Step, number: str) -> None:
    billed = _billed(world, step, number)
    total = sum((line.amount for line in billed if line.amount is not None), ZERO)
    registered = _register(world, step, "invoice", number, billed, total)
    accepted = tuple(
        AcceptedLine(line=place, quantity=line.quantity or ZERO, price=line.price or ZERO)
        for place, line in enumerate(billed, 1)
    )
    day = _booked_on(world, step, number)
    posted = world.do(PostInvoice(entity=world.entity, invoice=registered, lines=accepted, day=day))
    world.now.found["entry"] = posted["entry"]
    world.now.document, world.now.order = registered, number


def _booked_on(world: CaseWorld, step: Step, number: str) -> date | None:
    """The day a bill is booked on, with its rates known: today unless it names one; one in another currency takes the
    rate of its accounting day, else of its date."""
    currency = order_currency(world, number)
    accounting = step.get("accounting_date")
    if currency == books_currency(world):
        return None if accounting is None else date.fromisoformat(str(accounting))
    dated = day_named(world, step, "invoice_date", "date")
    day = day_named(world, step, "accounting_date", "date", "invoice_date")
    for said, on in ((step.get("rate"), dated), (step.get("accounting_rate"), day)):
        if said is not None:
            set_rate(world, said, on, currency=currency, what=step.op)
    return day


def _register(
    world: CaseWorld, step: Step, kind: str, number: str | None, billed: tuple[BilledLine, ...], total: Decimal
) -> str:
    currency = order_currency(world, number) if number else books_currency(world)
    bill = RegisterInvoice(
        entity=world.entity,
        kind=kind,
        supplier=world.supplier(),
        their_number=f"{kind} {len(world.done)}",
        invoice_date=_dated(world, step),
        currency=currency,
        net_total=total,
        total=total,
        order=number,
        lines=billed,
    )
    return str(world.do(bill)["invoice"])


def _dated(world: CaseWorld, step: Step) -> date:
    said = step.get("invoice_date", step.get("date"))
    return clock.now(world.session).date() if said is None else date.fromisoformat(str(said))


def _billed_order(world: CaseWorld, step: Step) -> str:
    """The order that is billed: that of the receipt named, else the last one there is."""
    if step.get("of") is not None:
        found = world.step_called(step.get("of")).order
    else:
        found = next((done.order for done in reversed(world.done) if done.order), "")
    if not found:
        raise NotSupported(f"{step.op}: nothing was ordered")
    return found


def _billed(world: CaseWorld, step: Step, number: str) -> tuple[BilledLine, ...]:
    """The lines of a bill: as listed, or so many of each order line."""
    rows = lines_of(world, number)
    said = step.get("lines")
    if isinstance(said, list):
        currency = order_currency(world, number)
        return tuple(
            _line(row, body["qty"], body.get("price", row.price), currency) for body, row in _paired(said, rows)
        )
    quantities = step.get("qty")
    if not isinstance(quantities, list):
        quantities = [step.number("qty")]
    price = step.get("price")
    return tuple(
        _line(row, quantity, row.price if price is None else price, order_currency(world, number))
        for row, quantity in zip(rows, quantities, strict=False)
    )


def _paired(said: list[Mapping[str, Any]], rows: list[Any]) -> list[tuple[Mapping[str, Any], Any]]:
    """Each listed line with the order line of its item, or of its place."""
    pairs = []
    for place, body in enumerate(said):
        named = [row for row in rows if row.item == body.get("item")]
        pairs.append((body, named[0] if named else rows[place]))
    return pairs


def _line(row: Any, quantity: Decimal, price: Decimal, currency: str) -> BilledLine:
    return BilledLine(
        item=row.item,
        order_line=row.line,
        quantity=quantity,
        price=price,
        amount=rounded(quantity * price, currency),
    )


def supplier_credit_note(world: CaseWorld, step: Step) -> None:
    """The supplier credits pieces of what was billed."""
    number = _billed_order(world, step)
    billed = _billed(world, step, number)
    total = sum((line.amount for line in billed if line.amount is not None), ZERO)
    registered = _register(world, step, "credit_note", number, billed, total)
    world.do(PostCreditNote(entity=world.entity, invoice=registered, amount=total))
    world.now.document = registered


def freight_invoice(world: CaseWorld, step: Step) -> None:
    """A bill for carrying goods, on no order of ours: its amount waits to be put onto what it carried."""
    amount = step.number("amount")
    line = BilledLine(kind="charge", description="freight", quantity=Decimal(1), price=amount, amount=amount)
    registered = _register(world, step, "invoice", None, (line,), amount)
    world.do(PostWithoutOrder(entity=world.entity, invoice=registered, account=FREIGHT_IN, amount=amount))
    world.now.document = registered


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "purchase_order": purchase_order,
    "change_po_price": change_po_price,
    "amend": amend,
    "supplier_invoice": supplier_invoice,
    "supplier_invoice_with_receipt": supplier_invoice_with_receipt,
    "freight_invoice": freight_invoice,
    "supplier_credit_note": supplier_credit_note,
}
