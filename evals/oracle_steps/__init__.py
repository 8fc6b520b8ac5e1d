"""The steps of oracle cases, by the names of the neutral vocabulary: each translated to commands of the core.

A step that no command does raises `NotSupported`, and so does an argument that its translation does not read.
"""

from collections.abc import Callable

from core.refusals import Refused
from evals.oracle_form import Malformed, NotSupported, Step
from evals.oracle_steps import (
    abroad,
    bought,
    changes,
    closing,
    counted,
    inspected,
    moved,
    promised,
    received,
    returned,
    sent,
    sold,
    supplied,
)
from evals.oracle_world import CaseWorld

Operation = Callable[[CaseWorld, Step], None]

OPERATIONS: dict[str, Operation] = {
    **received.OPERATIONS,
    **returned.OPERATIONS,
    **inspected.OPERATIONS,
    **sent.OPERATIONS,
    **changes.OPERATIONS,
    **moved.OPERATIONS,
    **abroad.OPERATIONS,
    **bought.OPERATIONS,
    **closing.OPERATIONS,
    **counted.OPERATIONS,
    **promised.OPERATIONS,
    **sold.OPERATIONS,
    **supplied.OPERATIONS,
}


def take(world: CaseWorld, body: Step) -> None:
    """Take one step. A refusal by the core is kept as what came of it; nothing of the step stays then."""
    match body.op:
        case "as":
            _as(world, body)
        case "repeat":
            for _ in range(int(body.number("times"))):
                take(world, Step(len(world.done) + 1, body.get("step")))
        case _:
            _take(world, body)
    if body.unread():
        raise NotSupported(f"{body.op}: {', '.join(body.unread())}")


def _as(world: CaseWorld, step: Step) -> None:
    """Begin as another case of the file ends."""
    other = world.cases.get(step.text("case"))
    if other is None:
        raise NotSupported(f"as: {step.text('case')} is not in this file")
    if other["id"] == world.case["id"]:
        raise Malformed(f"case {other['id']}: begins as itself")
    for place, body in enumerate(other["steps"], 1):
        take(world, Step(place, body))


def _take(world: CaseWorld, step: Step) -> None:
    operation = OPERATIONS.get(step.op)
    if operation is None:
        raise NotSupported(step.op)
    done = world.begin(step)
    try:
        with world.session.begin_nested():
            operation(world, step)
    except Refused as refused:
        done.refused = refused
    world.end()
