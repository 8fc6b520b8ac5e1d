"""Goods that are measured against limits when they come."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.receiving.commands import InspectReceipt, Reading
from evals.oracle_form import Step
from evals.oracle_steps.limits import MEASURE, limit
from evals.oracle_steps.received import receive
from evals.oracle_world import CaseWorld


def inspect_receipt(world: CaseWorld, step: Step) -> None:
    """The last delivery (or one piece, where none came) is measured against the limits of its item."""
    came = next((done for done in reversed(world.done[:-1]) if done.step.op == "receive"), None)
    if came is None:
        limit(world, world.item(step.text("item")), step.get("limits"))
        receive(
            world, Step(step.place, {"op": "receive", "qty": step.number("qty", Decimal(1)), "unit_cost": Decimal(1)})
        )
        came = world.now
    done = world.now
    done.item, done.site, done.order, done.document = came.item, came.site, came.order, came.document
    limit(world, done.item, step.get("limits"))
    readings = tuple(
        Reading(characteristic=name, measured=values)
        for name, values in sorted(_measured(step.get("measured")).items())
    )
    inspected = InspectReceipt(
        entity=world.entity, receipt=done.document, line=1, readings=readings, inspected_by="quality"
    )
    done.found.update(world.do(inspected))


def _measured(said: Any) -> dict[str, tuple[Decimal, ...]]:
    by_name = said if isinstance(said, Mapping) else {MEASURE: said}
    return {name: tuple(values) if isinstance(values, list) else (values,) for name, values in by_name.items()}


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {"inspect_receipt": inspect_receipt}
