"""What stock is worth where an oracle case expects it: layers, averages, what documents did to the value of pools."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.masterdata.tables import Item
from core.money import ZERO
from core.stock import queries
from core.stock.costing import Does
from core.stock.lines import CHARGE
from core.stock.queries import OpenLayer
from core.stock.tables import CostChange, CostEntry
from evals.oracle_form import NotSupported
from evals.oracle_world import ITEM, CaseWorld, Done


def per_piece(value: Decimal, quantity: Decimal) -> Decimal:
    """What one of so many is worth; nothing where there is none."""
    return value / quantity if quantity else ZERO


def layers_of(world: CaseWorld, item: str = "", site: str | None = None) -> list[OpenLayer]:
    """The open layers of an item, or of all items, oldest first."""
    items = [item] if item else sorted(world.items)
    return [layer for one in items for layer in queries.layers(world.session, world.entity, one, site)]


def on_hand(world: CaseWorld, expected: Any) -> Any:
    """All that lies anywhere; or of each item, at each site, after each step that is named."""
    if not isinstance(expected, Mapping):
        return world.on_hand()
    found = {}
    for name in expected:
        if name in world.items or name in world.sites:
            mine = layers_of(world, name) if name in world.items else layers_of(world, site=name)
            found[name] = sum((layer.quantity for layer in mine), ZERO)
        else:
            found[name] = world.step_called(name).on_hand
    return found


def stock_value(world: CaseWorld, expected: Any) -> Any:
    """What all that lies anywhere is worth; or of each item, at each site, after each step that is named."""
    if not isinstance(expected, Mapping):
        return world.value()
    found = {}
    for name in expected:
        if name in world.items or name in world.sites:
            found[name] = world.value(item=name) if name in world.items else world.value(site=name)
        else:
            found[name] = world.step_called(name).value
    return found


def average(world: CaseWorld, expected: Any) -> Any:
    """What a piece is worth now: of the one item, of each item named, or of the pieces of each step named."""
    if isinstance(expected, Mapping):
        return {name: _cost_of(world, name) for name in expected}
    return queries.unit_cost(world.session, world.entity, world.item(_only_item(world)))


def _only_item(world: CaseWorld) -> str:
    return next(iter(world.items)) if len(world.items) == 1 else ITEM


def _cost_of(world: CaseWorld, name: str) -> Decimal:
    if name in world.items:
        return queries.unit_cost(world.session, world.entity, name)
    return step_cost(world, world.step_called(name))


def step_cost(world: CaseWorld, done: Done, *, recorded: bool = False) -> Decimal:
    """What a piece of a step's document is worth, as the books stand now or as it was recorded."""
    entries = [entry for entry in world.entries_of(done) if entry.does in (Does.IN, Does.OUT)]
    if done.step.op == "transfer":
        entries = [entry for entry in entries if entry.does == Does.OUT]
    value = sum((entry.value for entry in entries), ZERO) if recorded else world.worth_of(entries)
    return per_piece(abs(value), sum((entry.quantity for entry in entries), ZERO))


def recorded_cost(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Decimal]:
    """The cost a document shows: for what came in, the average right after it; for what went out, its own cost a piece.
    As it was when it was booked, or as it is known now where the case asks for that."""
    costs = {}
    for name in expected:
        done = world.step_called(name)
        entries = world.entries_of(done)
        if not any(entry.does == Does.IN for entry in entries):
            costs[name] = step_cost(world, done, recorded=not world.recomputed)
        elif world.recomputed:
            at = max(entry.happened_at for entry in entries)
            then = queries.as_of(world.session, world.entity, done.item, done.site, happened=at)
            costs[name] = per_piece(then.value, then.on_hand)
        else:
            costs[name] = done.after[done.item]
    return costs


def average_after(world: CaseWorld, expected: Any) -> Any:
    """What a piece was worth after steps: after each step named, else after the last receipt."""
    if isinstance(expected, Mapping):
        steps = {name: world.step_called(name) for name in expected}
        return {name: done.after[done.item if done.item in done.after else ITEM] for name, done in steps.items()}
    done = next((done for done in reversed(world.done) if done.step.op == "receive"), world.now)
    return done.after[done.item]


def average_after_each(world: CaseWorld, _: Any) -> list[Decimal]:
    """What a piece was worth after each step."""
    return [done.after[done.item] for done in world.done]


def moved_value(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Decimal]:
    """What each document did to the value of stock, as the books stand now."""
    return {name: world.worth_of(world.entries_of(world.step_called(name))) for name in expected}


def layers(world: CaseWorld, expected: Any) -> Any:
    """The open layers as [quantity, unit cost], oldest first; of each item, at each site, after each step that is named."""
    if not isinstance(expected, Mapping):
        return _as_layers(layers_of(world))
    found = {}
    for name in expected:
        if name in world.items or name in world.sites:
            mine = layers_of(world, name) if name in world.items else layers_of(world, site=name)
            found[name] = _as_layers(mine)
        else:
            found[name] = _layers_after(world.step_called(name))
    return found


def _as_layers(found: Sequence[OpenLayer]) -> list[list[Decimal]]:
    return [[layer.quantity, per_piece(layer.value, layer.quantity)] for layer in found]


def layers_after_each(world: CaseWorld, _: Any) -> list[Any]:
    """The layers after each step."""
    return [_layers_after(done) for done in world.done]


def _layers_after(done: Done) -> list[list[Decimal]]:
    return _as_layers([layer for found in done.layers_after.values() for layer in found])


def layer_quantities(world: CaseWorld, _: Any) -> list[Decimal]:
    """The pieces of each open layer, oldest first."""
    return [layer.quantity for layer in layers_of(world)]


def first_layer_quantity(world: CaseWorld, _: Any) -> Decimal:
    """The pieces of the oldest open layer."""
    found = layers_of(world)
    return found[0].quantity if found else ZERO


def taken(world: CaseWorld, expected: Sequence[Sequence[Any]]) -> list[list[Decimal]]:
    """What issues took of which layers, as [quantity, unit cost]. The books keep what is left and not in which order it
    was taken; parts stand in the order expected where they are the parts expected."""
    return _in_order_of(expected, [part for done in _issues(world) for part in _taken_by(done)])


def taken_each(world: CaseWorld, expected: Sequence[Any]) -> list[list[list[Decimal]]]:
    """The same, issue by issue."""
    parts = [list(_taken_by(done)) for done in _issues(world)]
    same = len(parts) == len(expected)
    return [_in_order_of(one, mine) for one, mine in zip(expected, parts, strict=True)] if same else parts


def _issues(world: CaseWorld) -> list[Done]:
    return [done for done in world.done if done.step.op.startswith("issue")]


def taken_by(done: Done, expected: Sequence[Sequence[Any]]) -> list[list[Decimal]]:
    """What one issue took of which layers, in the order expected where the parts are those."""
    return _in_order_of(expected, list(_taken_by(done)))


def _in_order_of(expected: Sequence[Sequence[Any]], parts: list[list[Decimal]]) -> list[list[Decimal]]:
    wanted = [[Decimal(figure) for figure in part] for part in expected]
    return wanted if sorted(parts) == sorted(wanted) else parts


def _taken_by(done: Done) -> Iterator[list[Decimal]]:
    after = {(x.document, x.since): x for found in done.layers_after.values() for x in found}
    for before in (layer for found in done.layers_before.values() for layer in found):
        left = after.get((before.document, before.since))
        quantity = before.quantity - (left.quantity if left else ZERO)
        if quantity:
            yield [quantity, per_piece(before.value - (left.value if left else ZERO), quantity)]


def cost_added(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Decimal]:
    """What landed cost put on a piece of each item."""
    added = {}
    for item in expected:
        brought = CostEntry.entity == world.entity, CostEntry.item == item, CostEntry.does == Does.IN
        entries = world.session.scalars(select(CostEntry).where(*brought)).all()
        charges = world.session.scalars(
            select(CostChange.value).where(
                CostChange.entity == world.entity,
                CostChange.kind == CHARGE,
                CostChange.entry.in_([entry.number for entry in entries]),
            )
        ).all()
        added[item] = per_piece(sum(charges, ZERO), sum((entry.quantity for entry in entries), ZERO))
    return added


def entries(world: CaseWorld, _: Any) -> list[list[Decimal]]:
    """Every cost entry as [signed quantity, signed value]."""
    found = [entry for done in world.done for entry in world.entries_of(done)]
    return [[entry.quantity if entry.does == Does.IN else -entry.quantity, world.worth_of([entry])] for entry in found]


def transfer_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece of the last transfer is worth now."""
    return step_cost(world, last(world, "transfer"))


def transfer_value_before(world: CaseWorld, _: Any) -> Decimal:
    """What the last transfer was worth when it was recorded."""
    gone = [entry for entry in world.entries_of(last(world, "transfer")) if entry.does == Does.OUT]
    return -sum((entry.value for entry in gone), ZERO)


def transfer_value_after(world: CaseWorld, _: Any) -> Decimal:
    """What the last transfer is worth now."""
    return -world.worth_of([entry for entry in world.entries_of(last(world, "transfer")) if entry.does == Does.OUT])


def last(world: CaseWorld, *operations: str) -> Done:
    """The last step that is one of these operations."""
    found = next((done for done in reversed(world.done) if done.step.op in operations), None)
    if found is None:
        raise NotSupported(f"expect: no {operations[0]} in the case")
    return found


def layers_kept(world: CaseWorld, _: Any) -> bool:
    """Whether transfers left at their target what lay at their source."""
    done = last(world, "transfer_many", "transfer")
    before = [(x.quantity, x.value) for x in done.layers_before[done.item] if x.site == done.site]
    return before == [(x.quantity, x.value) for x in layers_of(world, done.item, done.to_site)]


def first_and_last(world: CaseWorld, _: Any) -> list[list[Decimal]]:
    """The oldest and the newest layer at the target of transfers."""
    done = last(world, "transfer_many", "transfer")
    found = _as_layers(layers_of(world, done.item, done.to_site))
    return [found[0], found[-1]] if found else []


def unit(world: CaseWorld, _: Any) -> str:
    """The unit the item is counted in."""
    return world.session.get_one(Item, (world.entity, _only_item(world))).unit


def revaluation(world: CaseWorld, _: Any) -> Decimal:
    """What the last change of a cost made of the stock's value."""
    return Decimal(last(world, "set_standard_cost", "set_average_cost", "scale_cost").found["revaluation_amount"])


def output_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece that was made of others is worth."""
    made = [entry for entry in world.entries_of(last(world, "repack")) if entry.does == Does.IN]
    return per_piece(world.worth_of(made), sum((entry.quantity for entry in made), ZERO))


def issue_values(world: CaseWorld, _: Any) -> list[Decimal]:
    """What each issue is worth now, not signed."""
    return [-world.worth_of(world.entries_of(done)) for done in world.done if done.step.op.startswith("issue")]
