"""Stock that moves inside the company, and stock that a count finds to be other than booked."""

from collections.abc import Callable
from decimal import Decimal

from core.money import ZERO
from core.stock.commands import AdjustStock, OpenStock, TransferStock
from core.stock.cost_commands import RevalueStock
from core.stock.making_commands import Component, Repack
from core.stock.queries import as_of, layers
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import CaseWorld

OTHER_SITE, OUTPUT = "second", "output"


def transfer(world: CaseWorld, step: Step) -> None:
    """Pieces go to another site."""
    item = world.item(step.text("item"), unit=step.text("uom"))
    _transfer(world, step, item, world.in_base(item, step.number("qty"), step.text("uom")))


def transfer_many(world: CaseWorld, step: Step) -> None:
    """The same transfer several times."""
    for _ in range(int(step.number("times"))):
        _transfer(world, step, world.item(), step.number("qty_each"))


def _transfer(world: CaseWorld, step: Step, item: str, quantity: Decimal) -> None:
    done = world.now
    done.item, done.quantity, done.lot = item, quantity, step.text("batch")
    done.site, done.to_site = world.site(step.get("frm")), world.site(step.get("to", OTHER_SITE))
    moved = TransferStock(
        entity=world.entity,
        item=item,
        site=done.site,
        to_site=done.to_site,
        quantity=quantity,
        lot=done.lot,
        happened_at=world.moment(step),
    )
    done.document = str(world.do(moved)["transfer"])


def found_more(world: CaseWorld, step: Step) -> None:
    """A count finds pieces."""
    _adjust(world, step, step.number("qty"))


def found_less(world: CaseWorld, step: Step) -> None:
    """A count misses pieces."""
    _adjust(world, step, -step.number("qty"))


def _adjust(world: CaseWorld, step: Step, quantity: Decimal) -> None:
    done = world.now
    done.item, done.quantity = world.item(done.item), quantity
    done.site = world.site(done.site)
    adjusted = AdjustStock(
        entity=world.entity,
        item=done.item,
        site=done.site,
        quantity=quantity,
        reason="count",
        lot=done.lot,
        happened_at=world.moment(step),
    )
    done.document = str(world.do(adjusted)["adjustment"])


def count_and_revalue(world: CaseWorld, step: Step) -> None:
    """So many pieces at so much are what is there from that moment: another value where as many lie there, else all that
    was there goes out, and what was counted comes in at its cost."""
    done = world.now
    done.item, done.site, done.lot = world.item(), world.site(step.get("wh")), step.text("batch")
    at, quantity, cost = world.moment(step), step.number("qty"), step.number("unit_cost")
    there = _there(world, done.item, done.site, done.lot, step)
    if there == quantity:
        revalued = RevalueStock(
            entity=world.entity,
            item=done.item,
            unit_cost=cost,
            reason="count",
            site=done.site,
            lot=done.lot,
            happened_at=at,
        )
        world.do(revalued)
        return
    if there:
        _adjust(world, step, -there)
    if quantity:
        opened = OpenStock(
            entity=world.entity,
            item=done.item,
            site=done.site,
            quantity=quantity,
            unit_cost=cost,
            lot=done.lot,
            happened_at=at,
        )
        world.do(opened)


def _there(world: CaseWorld, item: str, site: str, lot: str, step: Step) -> Decimal:
    """What lay there at that moment; of a lot, what lies there now."""
    if not lot:
        return as_of(world.session, world.entity, item, site, happened=world.moment(step)).on_hand
    if step.get("date") is not None:
        raise NotSupported("count_and_revalue: a batch at a date gone by")
    mine = [layer for layer in layers(world.session, world.entity, item, site) if layer.lot == lot]
    return sum((layer.quantity for layer in mine), ZERO)


def repack(world: CaseWorld, step: Step) -> None:
    """Pieces of the item are made into pieces of another."""
    done = world.now
    done.item, done.site = world.item(OUTPUT), world.site(step.get("frm_wh"))
    made = Repack(
        entity=world.entity,
        site=done.site,
        components=(Component(item=world.item(), quantity=step.number("qty_in")),),
        item=done.item,
        quantity=step.number("qty_out"),
        extra_cost=step.number("extra_cost", ZERO),
        happened_at=world.moment(step),
    )
    done.document = str(world.do(made)["repack"])


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "transfer": transfer,
    "transfer_many": transfer_many,
    "repack": repack,
    "count_gain": found_more,
    "count_loss": found_less,
    "count_and_revalue": count_and_revalue,
}
