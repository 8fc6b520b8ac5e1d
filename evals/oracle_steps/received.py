"""Goods that come in: against the order of the case, or one that is placed and approved for the purpose."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.purchasing.commands import AmendPrice, ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, ReceiveGoods
from core.stock.commands import IssueStock, OpenStock
from core.stock.cost_commands import AddLandedCost, SplitBy
from core.stock.making_commands import DropShip
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.abroad import FOREIGN, day_named, rate_at_hand, set_rate
from evals.oracle_steps.limits import limits_to_come
from evals.oracle_steps.ordered import open_line, order_currency
from evals.oracle_world import APPROVER, NOW, CaseWorld


def receive(world: CaseWorld, step: Step) -> None:
    """Goods come, from a supplier; a batch as opening stock of its lot, since a delivery note here names no lots."""
    if isinstance(step.get("lines"), list) or isinstance(step.get("qty"), list):
        _by_line(world, step)
        return
    uom = step.text("uom")
    item = world.item(step.text("item"), unit=uom, weight=step.number("unit_weight_kg", ZERO))
    limits_to_come(world, item)
    done, (site, at) = world.now, _where_and_when(world, step)
    good, damaged = _counts(step)
    price = _price(world, step, item, good + damaged)
    done.item, done.site, done.quantity = item, site, world.in_base(item, good, uom)
    lot = step.text("batch")
    if lot:
        done.lot, done.document = lot, "opening"
        opened = OpenStock(
            entity=world.entity,
            item=item,
            site=site,
            quantity=good,
            unit_cost=price,
            lot=lot,
            happened_at=at,
            unit=world.unit(item, uom),
        )
        world.do(opened)
        return
    found = open_line(world, item)
    currency = _currency(world, step, found)
    if found is None:
        done.order, line = order(world, step, [(item, good + damaged, price, uom)], site, currency), 1
    else:
        done.order, line, ordered_at = found
        if ordered_at != price:
            world.do(AmendPrice(entity=world.entity, order=done.order, line=line, price=price))
    unit = world.unit(item, uom) or world.items[item]
    counted = CountedLine(order_line=line, quantity=good, damaged=damaged, unit=unit)
    done.document = bring(world, done.order, (counted,), at)
    _more_costs(world, step, done.document, done.quantity)
    consumed = step.number("already_consumed", ZERO)
    if consumed:
        document = f"used of {done.document}"
        world.do(IssueStock(entity=world.entity, item=item, site=site, quantity=consumed, document=document))


def _currency(world: CaseWorld, step: Step, found: tuple[str, int, Decimal] | None) -> str:
    """The currency goods are bought in, with the rate of the day they come on; a rate says that it is another one."""
    said = step.get("rate")
    if found is not None:
        currency = order_currency(world, found[0])
        if said is not None:
            set_rate(world, said, day_named(world, step), currency=currency, what=step.op)
        return currency
    return "" if said is None else FOREIGN


def _where_and_when(world: CaseWorld, step: Step) -> tuple[str, datetime]:
    """Where goods come and when. `at` is a moment, an hour, or a place: what it can be read as, in this order."""
    site, at = step.get("wh"), world.moment(step)
    said = step.get("at")
    if said is not None:
        try:
            at = datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
        except ValueError:
            try:
                at = datetime.combine(at.date(), time.fromisoformat(str(said)), UTC)
            except ValueError:
                site = said
    return world.site(site), at


def _counts(step: Step) -> tuple[Decimal, Decimal]:
    """Good and damaged pieces: so many, or so many received of which so many are accepted."""
    if step.get("received") is None:
        return step.number("qty"), ZERO
    came = step.number("received")
    good = step.number("accepted", came)
    return good, came - good


def _price(world: CaseWorld, step: Step, item: str, quantity: Decimal) -> Decimal:
    """What a piece is bought at; "po price" and "standard" leave it to the order, or to the item's record."""
    said = step.get("unit_cost")
    worth = step.get("goods_value")
    if isinstance(said, Decimal):
        return said
    if isinstance(worth, Decimal):
        return worth / quantity
    found = open_line(world, item)
    return found[2] if found else world.cost_on_record(item)


def _by_line(world: CaseWorld, step: Step) -> None:
    """A delivery counted line by line of the last order."""
    if not world.orders:
        raise NotSupported("receive: lines without an order")
    number = world.orders[-1]
    lines = step.get("lines")
    if isinstance(lines, list):
        counted = []
        for body in lines:
            found = open_line(world, str(body.get("item", "")) or world.item(), body.get("line"))
            if found is None:
                raise NotSupported(f"receive: {body} is on no order")
            counted.append(CountedLine(order_line=found[1], quantity=body["qty"]))
    else:
        counted = [CountedLine(order_line=place, quantity=qty) for place, qty in enumerate(step.get("qty"), 1)]
    world.now.order = number
    if step.get("rate") is not None:
        currency = order_currency(world, number)
        set_rate(world, step.get("rate"), day_named(world, step), currency=currency, what=step.op)
    world.now.document = bring(world, number, tuple(counted), world.moment(step))


def bring(world: CaseWorld, order: str, lines: tuple[CountedLine, ...], at: Any) -> str:
    received = ReceiveGoods(
        entity=world.entity, order=order, lines=lines, received_by="dock", final=False, happened_at=at
    )
    return str(world.do(received)["receipt"])


def _more_costs(world: CaseWorld, step: Step, receipt: str, quantity: Decimal) -> None:
    """What a receipt costs beside its goods."""
    charges = step.get("capitalised_charges", ZERO)
    amounts = list(charges) if isinstance(charges, list) else [charges]
    amounts.append(step.number("non_recoverable_tax_per_unit", ZERO) * quantity)
    for amount in amounts:
        if amount:
            world.do(AddLandedCost(entity=world.entity, receipts=(receipt,), amount=amount, by=SplitBy.QUANTITY))


def order(
    world: CaseWorld, step: Step, lines: list[tuple[str, Decimal, Decimal, str]], site: str, currency: str = ""
) -> str:
    """Place and approve an order of (item, quantity, price, unit) lines. Gives its number."""
    at = min(world.moment(step), NOW)
    if currency:
        rate_at_hand(world, step, currency)
    placed = PlaceOrder(
        entity=world.entity,
        supplier=world.supplier(),
        site=site,
        placed_by="buyer",
        placed_at=at,
        currency=currency,
        lines=tuple(
            NewOrderLine(item=item, quantity=qty, price=price, need_by=at.date(), unit=world.unit(item, unit))
            for item, qty, price, unit in lines
        ),
    )
    number = str(world.do(placed)["order"])
    world.do(ApproveOrder(entity=world.entity, order=number, approved_by="approver"), APPROVER)
    return number


def receive_many(world: CaseWorld, step: Step) -> None:
    """One receipt after the other, so many pieces each."""
    item, site = world.item(step.text("item")), world.site(step.get("wh"))
    world.now.item, world.now.site = item, site
    each = step.number("qty_each")
    for price in step.get("unit_costs"):
        number = order(world, step, [(item, each, price, "")], site)
        bring(world, number, (CountedLine(order_line=1, quantity=each),), world.moment(step))


def dropship(world: CaseWorld, step: Step) -> None:
    """Straight from the supplier to the customer."""
    sent = DropShip(
        entity=world.entity,
        item=world.item(step.text("item")),
        quantity=step.number("qty"),
        unit_cost=step.number("unit_cost"),
        document=f"direct {step.name}",
        supplier=world.supplier(),
        happened_at=world.moment(step),
    )
    world.do(sent)


def opening(world: CaseWorld, step: Step) -> None:
    """Stock that was there before."""
    item, site = world.item(step.text("item")), world.site(step.get("wh"))
    world.now.item, world.now.site, world.now.quantity = item, site, step.number("qty")
    world.do(
        OpenStock(
            entity=world.entity,
            item=item,
            site=site,
            quantity=step.number("qty"),
            unit_cost=step.number("unit_cost"),
            lot=step.text("batch"),
            happened_at=world.moment(step),
        )
    )


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "receive": receive,
    "receive_many": receive_many,
    "dropship": dropship,
    "opening": opening,
}
