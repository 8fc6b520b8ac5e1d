"""Goods that go out to customers, and come back from them."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from core.stock.commands import IssueStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.making_commands import Component, IssueKit, ReturnKit
from core.stock.queries import layers
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import CaseWorld


def issue(world: CaseWorld, step: Step) -> None:
    """Pieces go out, at the cost the method gives them; `at_cost` names layers by what a piece of them costs."""
    done = world.now
    done.item = world.item(step.text("item"), unit=step.text("uom"))
    done.site, done.lot = world.site(step.get("wh")), step.text("batch")
    done.quantity = world.in_base(done.item, step.number("qty"), step.text("uom"))
    done.document = f"SO {len(world.done)} {step.name}"
    for receipt, quantity in _named(world, step, done.item, done.site, done.quantity):
        _out(world, step, quantity, receipt)


def _out(world: CaseWorld, step: Step, quantity: Decimal, receipt: str = "") -> None:
    done = world.now
    issued = IssueStock(
        entity=world.entity,
        item=done.item,
        site=done.site,
        quantity=quantity,
        document=done.document,
        lot=done.lot,
        receipt=receipt,
        happened_at=world.moment(step),
    )
    world.do(issued)


def _named(world: CaseWorld, step: Step, item: str, site: str, wanted: Decimal) -> list[tuple[str, Decimal]]:
    """The receipts that pieces are taken from by name, oldest first, and how many of each; the rest by the method."""
    if step.get("at_cost") is None:
        return [("", wanted)]
    parts = []
    for layer in layers(world.session, world.entity, item, site):
        if wanted and layer.value == layer.quantity * step.number("at_cost"):
            part = min(wanted, layer.quantity)
            parts.append((layer.document, part))
            wanted -= part
    return [*parts, ("", wanted)] if wanted else parts


def issue_again(world: CaseWorld, step: Step) -> None:
    """What a customer sent back goes out again."""
    back = world.step_called(step.get("of"))
    done = world.now
    done.item, done.site, done.quantity, done.document = back.item, back.site, step.number("qty"), f"SO {step.name}"
    _out(world, step, done.quantity)


def issue_together(world: CaseWorld, step: Step) -> None:
    """Several issues of one document: all of them, or none."""
    done = world.now
    done.item, done.site, done.document = world.item(), world.site(), f"SO {step.name}"
    for quantity in step.get("qtys"):
        _out(world, step, quantity)


def customer_return(world: CaseWorld, step: Step) -> None:
    """Pieces of an issue come back, to the site they left from."""
    sent = world.step_called(step.get("of"))
    done = world.now
    done.item, done.site, done.quantity, done.lot = sent.item, sent.site, step.number("qty"), sent.lot
    take_back(world, step, sent.document, sent.item, done.quantity)


def take_back(world: CaseWorld, step: Step, document: str, item: str, quantity: Decimal) -> None:
    """Take pieces of an issue back on hand."""
    back = ReceiveReturn(
        entity=world.entity,
        document=document,
        item=item,
        site=world.now.site,
        quantity=quantity,
        happened_at=world.moment(step),
    )
    world.now.document = str(world.do(back)["return"])


def issue_kit(world: CaseWorld, step: Step) -> None:
    """Kits go out as their components."""
    done = world.now
    done.document, done.site = f"SO {len(world.done)} {step.name}", world.site()
    parts = tuple(Component(item=world.item(item), quantity=each) for item, each in _components(step).items())
    done.item, done.quantity = parts[0].item, step.number("kits")
    sold = IssueKit(
        entity=world.entity,
        site=done.site,
        kits=done.quantity,
        components=parts,
        document=done.document,
        happened_at=world.moment(step),
    )
    world.do(sold)


def return_kit(world: CaseWorld, step: Step) -> None:
    """Kits come back as their components."""
    sent = world.step_called(step.get("of"))
    done = world.now
    done.item, done.site, done.quantity = sent.item, sent.site, step.number("kits")
    back = ReturnKit(
        entity=world.entity,
        document=sent.document,
        site=sent.site,
        kits=done.quantity,
        happened_at=world.moment(step),
    )
    world.do(back)


def _components(step: Step) -> dict[str, Decimal]:
    """How many of which component a kit has; a bare number is of the one item there is."""
    said = step.get("component_per_kit")
    if isinstance(said, Mapping):
        return {str(item): Decimal(each) for item, each in said.items()}
    if isinstance(said, Decimal):
        return {"": said}
    raise NotSupported(f"{step.op}: component_per_kit {said!r}")


OPERATIONS: dict[str, Callable[[CaseWorld, Step], None]] = {
    "issue": issue,
    "issue_again": issue_again,
    "issue_together": issue_together,
    "issue_kit": issue_kit,
    "customer_return": customer_return,
    "return_kit": return_kit,
}
