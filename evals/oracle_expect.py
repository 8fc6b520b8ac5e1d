"""What the books say where an oracle case expects a figure: one function per expectation, reading and nothing else.

Each takes the case's world and what is expected, for its shape alone (which steps, which items), and gives what is there in
the same shape. Figures come from the core's queries; nothing is worked out here but sums, signs and cost per piece.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.refusals import Refusal
from core.stock.tables import StockStatus
from evals import oracle_bought, oracle_kept, oracle_moments, oracle_promises, oracle_sales
from evals import oracle_costs as costs
from evals import oracle_journal as books
from evals.oracle_form import NotSupported
from evals.oracle_steps import counted
from evals.oracle_world import CaseWorld

Figure = Callable[[CaseWorld, Any], Any]

REASONS = {
    "not enough lots": (Refusal.MORE_THAN_ON_HAND,),
    "not enough stock": (Refusal.MORE_THAN_ON_HAND,),
    "ambiguous": (Refusal.LAYER_NOT_NAMED,),
    "today or later": (Refusal.PERIOD_CLOSED,),
    "a reserved move is open in the period": (Refusal.RESERVED,),
    "period closed": (Refusal.PERIOD_CLOSED,),
}
"""What a refusal is called in the cases, and in the core. A case that gives no reason, or another one, takes any."""


INSPECTED = {"passed": ("passed", "accepted"), "failed": ("failed", "rejected")}
"""What an inspection ended with, in the words of the cases."""


def result(world: CaseWorld, expected: Any) -> str:
    """Whether the steps were carried out or refused; a refusal in the words expected when its reason is that one."""
    refused = next((done.refused for done in world.done if done.refused is not None), None)
    inspected = next((done.found["result"] for done in reversed(world.done) if "inspection" in done.found), None)
    if refused is None and inspected is not None:
        return str(expected) if str(expected) in INSPECTED.get(inspected, ()) else str(inspected)
    if refused is None:
        waits = any(line.needs_confirmation for line in counted.lines_of_count(world))
        return "needs confirmation" if waits else "carried out"
    word, _, reason = str(expected).partition(": ")
    codes = REASONS.get(reason, tuple(Refusal))
    return str(expected) if word == "refused" and refused.code in codes else f"refused: {refused}"


def out_of_damaged(world: CaseWorld, _: Any) -> Decimal:
    """The pieces that the last return took from those that were not accepted."""
    moves = world.moves_of(costs.last(world, "return_to_supplier"))
    return sum((move.quantity for move in moves if move.status == StockStatus.DAMAGED), ZERO)


FIGURES: dict[str, Figure] = {
    **oracle_promises.FIGURES,
    **oracle_moments.FIGURES,
    **counted.FIGURES,
    **oracle_bought.FIGURES,
    **oracle_sales.FIGURES,
    **oracle_kept.FIGURES,
    "on_hand_qty": costs.on_hand,
    "end_qty": costs.on_hand,
    "end_qty_at_precision_3": costs.on_hand,
    "qty": costs.on_hand,
    "qty_after": costs.on_hand,
    "running_qty_after": costs.on_hand,
    "value": costs.stock_value,
    "consumed": costs.taken,
    "consumed_each": costs.taken_each,
    "total_qty": costs.on_hand,
    "stock_value": costs.stock_value,
    "end_value": costs.stock_value,
    "value_after": costs.stock_value,
    "avg": costs.average,
    "unit_cost": costs.average,
    "avg_after_recompute": costs.average,
    "avg_after": costs.average_after,
    "avg_of_remaining_after": costs.average_after,
    "avg_after_receipts": costs.average_after,
    "avg_after_each": costs.average_after_each,
    "unit_cost_recorded": costs.recorded_cost,
    "cost_per_unit_added": costs.cost_added,
    "per_move": costs.moved_value,
    "layers": costs.layers,
    "layers_left": costs.layers,
    "layers_after": costs.layers,
    "layers_after_each": costs.layers_after_each,
    "layer_qtys": costs.layer_quantities,
    "first_layer_qty": costs.first_layer_quantity,
    "taken": costs.taken,
    "entries": costs.entries,
    "gl": books.journal,
    "gl_balance": books.journal,
    "gl_cumulative": books.journal_sums,
    "gl_totals": books.journal_sums,
    "result": result,
    "transfer_unit_cost": costs.transfer_cost,
    "transfer_value_before": costs.transfer_value_before,
    "transfer_value_after": costs.transfer_value_after,
    "target_layers_equal_source_layers": costs.layers_kept,
    "first_and_last": costs.first_and_last,
    "qty_out_of_reject_location": out_of_damaged,
    "uom": costs.unit,
    "revaluation_amount": costs.revaluation,
    "unit_cost_of_output": costs.output_cost,
    "issue_values": costs.issue_values,
    "tax": books.totals("tax"),
    "receipt_lines": books.receipt_lines,
    "remaining_draft_qty": books.unbilled,
    "total_qty_over_invoices": books.billed_and_open,
}

NAMES_A_SITE = re.compile(r"(unit_value_in|value)_(\w+?)(?:_after_transfer)?")
"""`value_J_after_transfer`, `value_K`, `unit_value_in_FG`: what lies at a site, by its name."""


ISSUE_OF = re.compile(r"issue_of_(\d+)")
BY_AGE = re.compile(r"value_age_(\d+)_(\d+)")
"""`issue_of_100`: the issue of so many pieces; `value_age_0_30`: what came so many days ago is worth."""


def figure(world: CaseWorld, key: str, expected: Any) -> Any:
    """What the books say to one expectation. Raises `NotSupported` where nothing in the core answers it."""
    if key in FIGURES:
        return FIGURES[key](world, expected)
    if key == "invariant":
        return oracle_kept.invariant(world, expected, figure)
    if key == "after":
        return oracle_kept.nested(world, expected, figure)
    if issued := ISSUE_OF.fullmatch(key):
        return oracle_bought.issue_of(world, Decimal(issued[1]), expected)
    if aged := BY_AGE.fullmatch(key):
        return oracle_bought.value_by_age(world, int(aged[1]), int(aged[2]))
    named = NAMES_A_SITE.fullmatch(key)
    if named and named[2] in world.sites:
        found = costs.layers_of(world, site=named[2])
        value = sum((layer.value for layer in found), ZERO)
        return value if named[1] == "value" else costs.per_piece(value, sum((layer.quantity for layer in found), ZERO))
    promised = oracle_promises.promise_figure(world, key)
    if promised is None:
        promised = oracle_moments.named_figure(world, key, expected)
    if promised is None:
        promised = oracle_sales.sales_figure(world, key)
    if promised is None:
        raise NotSupported(f"expect {key}")
    return promised


SPEAKS_OF_REFUSALS = frozenset({"result", "allowed", "first_confirm", "second_confirm", "receive_again", "states"})
"""Expectations that a refused step is no surprise to."""
