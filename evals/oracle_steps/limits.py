"""What may be measured of the items of a case, said before their goods come."""

from collections.abc import Mapping
from typing import Any

from core.receiving.commands import SetInspectionLimit
from evals.oracle_form import NotSupported
from evals.oracle_world import CaseWorld

MEASURE = "measure"
"""What is measured where a case names no characteristic."""


def limits_to_come(world: CaseWorld, item: str) -> None:
    """See to it that goods of an item wait in inspection where a later step of the case measures them."""
    for body in world.case["steps"]:
        if body["op"] == "inspect_receipt":
            limit(world, item, body.get("limits"))


def limit(world: CaseWorld, item: str, said: Any) -> None:
    """Say what may be measured of an item: [lowest, highest], or that by the name of a characteristic."""
    by_name = said if isinstance(said, Mapping) else {MEASURE: said}
    for name, pair in by_name.items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise NotSupported(f"inspect_receipt: limits {said!r}")
        if (item, name, tuple(pair)) not in world.limits.setdefault("inspected", set()):
            world.limits["inspected"].add((item, name, tuple(pair)))
            world.do(
                SetInspectionLimit(entity=world.entity, item=item, characteristic=name, lower=pair[0], upper=pair[1])
            )
