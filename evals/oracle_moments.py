"""Expectations whose names say which step they are about: `value_after_r2`, `open_qty_after_d1`, `correction_of_d1`.

Figures right after a step were kept when it was taken; what a document is worth is asked anew.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.stock.costing import Does
from evals.oracle_costs import last, per_piece
from evals.oracle_form import NotSupported
from evals.oracle_steps.ordered import lines_of
from evals.oracle_world import CaseWorld, Done


def recorded(world: CaseWorld, done: Done) -> Decimal:
    """What a document did to the value of stock when it was booked, signed."""
    return sum((entry.value for entry in world.entries_of(done)), ZERO)


def worth(world: CaseWorld, done: Done) -> Decimal:
    """What it did, as the books stand now, signed."""
    return world.worth_of(world.entries_of(done))


def correction(world: CaseWorld, done: Done) -> Decimal:
    """What was found out later of a document's value."""
    return worth(world, done) - recorded(world, done)


NAMED: tuple[tuple[re.Pattern[str], Callable[[CaseWorld, Done], Decimal]], ...] = (
    (re.compile(r"correction_of_(\w+)"), correction),
    (re.compile(r"entry_value_(\w+)"), worth),
    (re.compile(r"gl_stock_credit_of_(\w+?)_before_cancel"), lambda world, done: -recorded(world, done)),
    (re.compile(r"gl_stock_credit_of_(\w+)"), lambda world, done: -worth(world, done)),
    (re.compile(r"open_qty_after_(\w+)"), lambda _, done: done.still_open),
    (re.compile(r"received_after_(\w+)"), lambda _, done: done.received),
    (re.compile(r"value_after_(\w+)"), lambda _, done: done.value),
    (re.compile(r"qty_after_(\w+)"), lambda _, done: done.on_hand),
    (re.compile(r"value_(\w+)_at_issue"), recorded),
    (re.compile(r"value_(\w+)"), worth),
)
"""Expectations by pattern; the group is the id of a step, or the kind of a step, of which the last is meant."""

STATED_WITHOUT_SIGN = (worth, recorded)

KINDS = {"receipt": ("receive",), "invoice": ("supplier_invoice", "supplier_invoice_with_receipt"), "issue": ("issue",)}


def named_figure(world: CaseWorld, key: str, expected: Any) -> Decimal | None:
    """What is there for an expectation that names a step; None where it names none of the case.

    `value_d1` of an issue is what it took, unless the case states it with its sign.
    """
    for pattern, ask in NAMED:
        found = pattern.fullmatch(key)
        if found is None:
            continue
        kinds = KINDS.get(found[1], (found[1],))
        for done in reversed(world.done):
            if done.step.body.get("id") == found[1] or done.step.op in kinds:
                found_value = ask(world, done)
                unsigned = key.startswith("value_") and ask in STATED_WITHOUT_SIGN and not is_below_zero(expected)
                return abs(found_value) if unsigned else found_value
    return None


def is_below_zero(expected: Any) -> bool:
    """Whether a case states a figure with a minus."""
    return str(expected).startswith("-")


def before_last_step(world: CaseWorld, _: Any) -> Decimal:
    """What all stock was worth before the last step."""
    return world.done[-2].value if len(world.done) > 1 else ZERO


def before_first_issue(world: CaseWorld, _: Any) -> Decimal:
    """What all stock was worth before anything was issued."""
    place = next((place for place, done in enumerate(world.done) if done.step.op.startswith("issue")), 0)
    return world.done[place - 1].value if place else ZERO


def after_receipts(world: CaseWorld, _: Any) -> Decimal:
    """What all stock was worth after the last receipt."""
    return last(world, "receive", "receive_many").value


def returned_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece of the last return is worth."""
    done = last(world, "customer_return", "return_to_supplier", "return_kit")
    return per_piece(abs(worth(world, done)), sum((entry.quantity for entry in world.entries_of(done)), ZERO))


def input_cost(world: CaseWorld, _: Any) -> Decimal:
    """What a piece that went into the last repack is worth."""
    used = [entry for entry in world.entries_of(last(world, "repack")) if entry.does == Does.OUT]
    return per_piece(-world.worth_of(used), sum((entry.quantity for entry in used), ZERO))


def still_on_order(world: CaseWorld, _: Any) -> Decimal:
    """What may still come of the case's orders."""
    return world.now.still_open


def percent_billed(world: CaseWorld, _: Any) -> Decimal:
    """How much of the last order's pieces is billed, in percent."""
    if not world.orders:
        raise NotSupported("expect percent_billed: no order in the case")
    lines = lines_of(world, world.orders[-1])
    return per_piece(sum((line.billed for line in lines), ZERO) * 100, sum((line.ordered for line in lines), ZERO))


FIGURES: dict[str, Callable[[CaseWorld, Any], Any]] = {
    "value_before": before_last_step,
    "value_before_issue": before_first_issue,
    "stock_value_after_receipts": after_receipts,
    "return_unit_cost": returned_cost,
    "input_unit_cost": input_cost,
    "still_on_order": still_on_order,
    "percent_billed": percent_billed,
}
