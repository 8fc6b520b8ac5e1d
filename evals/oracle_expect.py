"""What the books say where an oracle case expects a figure: one function per expectation, reading and nothing else.

Each takes the case's world and what is expected, for its shape alone (which steps, which items), and gives what is there in
the same shape. Figures come from the core's queries; nothing is worked out here but sums, signs and cost per piece.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts
from core.masterdata.tables import Item
from core.money import ZERO
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal
from core.stock import queries
from core.stock.corrections import CHARGE
from core.stock.costing import Does
from core.stock.queries import OpenLayer
from core.stock.tables import CostChange, CostEntry, StockStatus
from evals import oracle_promises
from evals.oracle_steps.ordered import lines_of
from evals.oracle_world import ITEM, CaseWorld, Done, NotSupported

Figure = Callable[[CaseWorld, Any], Any]

ACCOUNTS = {
    "stock": accounts.INVENTORY,
    "goods received not invoiced": accounts.GOODS_RECEIVED,
    "payable": accounts.PAYABLES,
    "receivable": accounts.RECEIVABLES,
    "revenue": accounts.SALES,
    "cogs": accounts.COST_OF_GOODS_SOLD,
    "variance": accounts.PRICE_VARIANCE,
    "price difference": accounts.PRICE_VARIANCE,
    "variance/expense": accounts.PRICE_VARIANCE,
    "input tax": accounts.INPUT_TAX,
    "freight": accounts.FREIGHT_IN,
    "rounding": accounts.ROUNDING,
    "revaluation": accounts.REVALUATION,
}
"""The accounts by the neutral names."""

REASONS = {
    "not enough lots": (Refusal.MORE_THAN_ON_HAND,),
    "not enough stock": (Refusal.MORE_THAN_ON_HAND,),
    "ambiguous": (Refusal.LAYER_NOT_NAMED,),
    "today or later": (Refusal.PERIOD_CLOSED,),
    "period closed": (Refusal.PERIOD_CLOSED,),
}
"""What a refusal is called in the cases, and in the core. A case that gives no reason, or another one, takes any."""


def per_piece(value: Decimal, quantity: Decimal) -> Decimal:
    """What one of so many is worth; nothing where there is none."""
    return value / quantity if quantity else ZERO


def layers_of(world: CaseWorld, item: str = "", site: str | None = None) -> list[OpenLayer]:
    """The open layers of an item, or of all items, oldest first."""
    items = [item] if item else sorted(world.items)
    return [layer for one in items for layer in queries.layers(world.session, world.entity, one, site)]


def on_hand(world: CaseWorld, _: Any) -> Decimal:
    """All that lies anywhere."""
    lies = (queries.on_hand(world.session, world.entity, item, site) for item in world.items for site in world.sites)
    return sum((quantity for by_status in lies for quantity in by_status.values()), ZERO)


def stock_value(world: CaseWorld, _: Any) -> Decimal:
    """What all that lies anywhere is worth."""
    return worth_of_layers(world)


def worth_of_layers(world: CaseWorld, site: str | None = None) -> Decimal:
    """What lies at a site is worth as cost entries and their changes add up."""
    return sum((layer.value for layer in layers_of(world, site=site)), ZERO)


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
    """The cost a document shows: for what came in, the average after it; for what went out, its own cost a piece."""
    costs = {}
    for name in expected:
        done = world.step_called(name)
        entries = world.entries_of(done)
        came = any(entry.does == Does.IN for entry in entries)
        costs[name] = done.after[done.item] if came else step_cost(world, done, recorded=not world.recomputed)
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
    """The open layers as [quantity, unit cost], oldest first; by site where sites are named."""
    if isinstance(expected, Mapping):
        return {site: _as_layers(layers_of(world, site=site)) for site in expected}
    return _as_layers(layers_of(world))


def _as_layers(found: Sequence[OpenLayer]) -> list[list[Decimal]]:
    return [[layer.quantity, per_piece(layer.value, layer.quantity)] for layer in found]


def layers_after(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The layers after each step named."""
    return {name: _layers_after(world.step_called(name)) for name in expected}


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
    parts = [part for done in world.done if done.step.op.startswith("issue") for part in _taken_by(done)]
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


def journal(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Decimal]:
    """What stands on accounts, debit positive; "r1: stock" is what the step r1 put there."""
    return {key: _net(world, key) for key in expected}


def _net(world: CaseWorld, key: str) -> Decimal:
    step, _, name = key.rpartition(": ")
    code = account(name)
    sides = world.journal()
    if step:
        done = _posting_step(world, step)
        sides = sides[done.since["journal"] : done.until["journal"]]
    return sum((amount for entry in sides for known, amount in entry if known == code), ZERO)


def _posting_step(world: CaseWorld, name: str) -> Done:
    """The step of an id; "invoice2" is the second supplier invoice of the case."""
    counted = re.fullmatch(r"invoice(\d+)", name)
    if counted is None:
        return world.step_called(name)
    bills = [done for done in world.done if done.step.op == "supplier_invoice"]
    if int(counted[1]) > len(bills):
        raise NotSupported(f"expect gl: {name}")
    return bills[int(counted[1]) - 1]


def account(name: str) -> str:
    """The account of a neutral name."""
    code = ACCOUNTS.get(name.replace("_", " ").lower())
    if code is None:
        raise NotSupported(f"expect gl: account {name}")
    return code


def journal_sums(world: CaseWorld, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Debit and credit sums of accounts. How many sides an entry is written with is each ledger's own affair: sums that
    differ by the same amount on both sides are given as expected."""
    found = {}
    for name, sums in expected.items():
        code = account(name)
        amounts = [amount for entry in world.journal() for known, amount in entry if known == code]
        debit, credit = sum((x for x in amounts if x > 0), ZERO), -sum((x for x in amounts if x < 0), ZERO)
        same = debit - credit == Decimal(sums["debit"]) - Decimal(sums["credit"])
        found[name] = dict(sums) if same else {"debit": debit, "credit": credit}
    return found


def result(world: CaseWorld, expected: Any) -> str:
    """Whether the steps were carried out or refused; a refusal in the words expected when its reason is that one."""
    refused = next((done.refused for done in world.done if done.refused is not None), None)
    if refused is None:
        return "carried out"
    word, _, reason = str(expected).partition(": ")
    codes = REASONS.get(reason, tuple(Refusal))
    return str(expected) if word == "refused" and refused.code in codes else f"refused: {refused}"


def transfer_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece of the last transfer is worth now."""
    return step_cost(world, _last(world, "transfer"))


def transfer_value_before(world: CaseWorld, _: Any) -> Decimal:
    """What the last transfer was worth when it was recorded."""
    gone = [entry for entry in world.entries_of(_last(world, "transfer")) if entry.does == Does.OUT]
    return -sum((entry.value for entry in gone), ZERO)


def transfer_value_after(world: CaseWorld, _: Any) -> Decimal:
    """What the last transfer is worth now."""
    return -world.worth_of([entry for entry in world.entries_of(_last(world, "transfer")) if entry.does == Does.OUT])


def _last(world: CaseWorld, *operations: str) -> Done:
    found = next((done for done in reversed(world.done) if done.step.op in operations), None)
    if found is None:
        raise NotSupported(f"expect: no {operations[0]} in the case")
    return found


def layers_kept(world: CaseWorld, _: Any) -> bool:
    """Whether transfers left at their target what lay at their source."""
    done = _last(world, "transfer_many", "transfer")
    before = [(x.quantity, x.value) for x in done.layers_before[done.item] if x.site == done.site]
    return before == [(x.quantity, x.value) for x in layers_of(world, done.item, done.to_site)]


def first_and_last(world: CaseWorld, _: Any) -> list[list[Decimal]]:
    """The oldest and the newest layer at the target of transfers."""
    done = _last(world, "transfer_many", "transfer")
    found = _as_layers(layers_of(world, done.item, done.to_site))
    return [found[0], found[-1]] if found else []


def out_of_damaged(world: CaseWorld, _: Any) -> Decimal:
    """The pieces that the last return took from those that were not accepted."""
    moves = world.moves_of(_last(world, "return_to_supplier"))
    return sum((move.quantity for move in moves if move.status == StockStatus.DAMAGED), ZERO)


def unit(world: CaseWorld, _: Any) -> str:
    """The unit the item is counted in."""
    return world.session.get_one(Item, (world.entity, _only_item(world))).unit


def revaluation(world: CaseWorld, _: Any) -> Decimal:
    """What the last change of a cost made of the stock's value."""
    return Decimal(_last(world, "set_standard_cost", "set_average_cost", "scale_cost").found["revaluation_amount"])


def output_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece that was made of others is worth."""
    made = [entry for entry in world.entries_of(_last(world, "repack")) if entry.does == Does.IN]
    return per_piece(world.worth_of(made), sum((entry.quantity for entry in made), ZERO))


def issue_values(world: CaseWorld, _: Any) -> list[Decimal]:
    """What each issue is worth now, not signed."""
    return [-world.worth_of(world.entries_of(done)) for done in world.done if done.step.op.startswith("issue")]


def receipt_lines(world: CaseWorld, _: Any) -> int:
    """The lines of the last order that goods are expected for."""
    return len(lines_of(world, world.orders[-1]))


def unbilled(world: CaseWorld, _: Any) -> Decimal:
    """Pieces that came and that no posted bill names."""
    return _of_receipts(world, lambda line: line.quantity + line.damaged - line.returned - line.billed)


def billed_and_open(world: CaseWorld, _: Any) -> Decimal:
    """Pieces billed, and those a bill is still to come for."""
    return _of_receipts(world, lambda line: line.quantity + line.damaged - line.returned)


def bills(world: CaseWorld, _: Any) -> int:
    """The bills there are, and one to come where pieces are not billed."""
    posted = sum(1 for done in world.done if done.step.op == "supplier_invoice" and not done.refused)
    return posted + (1 if unbilled(world, None) else 0)


def _of_receipts(world: CaseWorld, count: Callable[[GoodsReceiptLine], Decimal]) -> Decimal:
    rows = world.session.scalars(
        select(GoodsReceiptLine)
        .join(
            GoodsReceipt,
            (GoodsReceipt.entity == GoodsReceiptLine.entity) & (GoodsReceipt.number == GoodsReceiptLine.receipt),
        )
        .where(GoodsReceiptLine.entity == world.entity)
        .execution_options(populate_existing=True)
    )
    return sum((count(row) for row in rows), ZERO)


def _of_order(world: CaseWorld, name: str) -> Decimal:
    if not world.orders:
        raise NotSupported(f"expect {name}: no order in the case")
    return sum((Decimal(getattr(line, name)) for line in lines_of(world, world.orders[-1])), ZERO)


FIGURES: dict[str, Figure] = {
    **oracle_promises.FIGURES,
    "on_hand_qty": on_hand,
    "end_qty": on_hand,
    "end_qty_at_precision_3": on_hand,
    "total_qty": on_hand,
    "stock_value": stock_value,
    "end_value": stock_value,
    "value_after": stock_value,
    "avg": average,
    "unit_cost": average,
    "avg_after_recompute": average,
    "avg_after": average_after,
    "avg_of_remaining_after": average_after,
    "avg_after_receipts": average_after,
    "avg_after_each": average_after_each,
    "unit_cost_recorded": recorded_cost,
    "cost_per_unit_added": cost_added,
    "per_move": moved_value,
    "layers": layers,
    "layers_left": layers,
    "layers_after": layers_after,
    "layers_after_each": layers_after_each,
    "layer_qtys": layer_quantities,
    "first_layer_qty": first_layer_quantity,
    "taken": taken,
    "entries": entries,
    "gl": journal,
    "gl_balance": journal,
    "gl_cumulative": journal_sums,
    "gl_totals": journal_sums,
    "result": result,
    "transfer_unit_cost": transfer_cost,
    "transfer_value_before": transfer_value_before,
    "transfer_value_after": transfer_value_after,
    "target_layers_equal_source_layers": layers_kept,
    "first_and_last": first_and_last,
    "qty_out_of_reject_location": out_of_damaged,
    "uom": unit,
    "revaluation_amount": revaluation,
    "unit_cost_of_output": output_cost,
    "issue_values": issue_values,
    "receipt_lines": receipt_lines,
    "remaining_draft_qty": unbilled,
    "total_qty_over_invoices": billed_and_open,
    "invoices": bills,
    "received": lambda world, _: _of_order(world, "received"),
    "billed": lambda world, _: _of_order(world, "billed"),
}

NAMES_A_SITE = re.compile(r"(unit_value_in|value)_(\w+?)(?:_after_transfer)?")
"""`value_J_after_transfer`, `value_K`, `unit_value_in_FG`: what lies at a site, by its name."""


def figure(world: CaseWorld, key: str, expected: Any) -> Any:
    """What the books say to one expectation. Raises `NotSupported` where nothing in the core answers it."""
    if key in FIGURES:
        return FIGURES[key](world, expected)
    named = NAMES_A_SITE.fullmatch(key)
    if named and named[2] in world.sites:
        found = layers_of(world, site=named[2])
        value = sum((layer.value for layer in found), ZERO)
        return value if named[1] == "value" else per_piece(value, sum((layer.quantity for layer in found), ZERO))
    promised = oracle_promises.promise_figure(world, key)
    if promised is None:
        raise NotSupported(f"expect {key}")
    return promised


SPEAKS_OF_REFUSALS = frozenset({"result", "allowed", "first_confirm", "receive_again", "states"})
"""Expectations that a refused step is no surprise to."""
