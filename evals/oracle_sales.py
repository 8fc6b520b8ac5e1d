"""What the books say to expectations about sales: credit, confirmations, returns (`evals.oracle_expect` has the others)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.masterdata.tables import Entity
from core.money import ZERO
from core.sales.billing_tables import CustomerInvoice
from core.sales.queries import order_lines, order_total, sent
from core.sales.tables import SalesOrder, SalesOrderLine
from evals import oracle_bought
from evals import oracle_journal as books
from evals.oracle_form import NotSupported
from evals.oracle_steps.sent_back import asked_again
from evals.oracle_world import CaseWorld, Done

EXPOSURE = re.compile(r"exposure_after_(\w+)")
ORDINALS = ("first", "second", "third", "fourth")
CONFIRM = re.compile(rf"({'|'.join(ORDINALS)})_confirm")


def allowed(world: CaseWorld, expected: Any) -> Any:
    """Whether what was asked fits the customer's limit: of the last question, or of each that is named or listed."""
    asked = [done for done in world.done if "allowed" in done.found]
    if isinstance(expected, Mapping):
        return {name: world.step_called(name).found.get("allowed") for name in expected}
    if isinstance(expected, list):
        return [done.found["allowed"] for done in asked]
    if not asked:
        raise NotSupported("expect allowed: nobody asked")
    return asked[-1].found["allowed"]


Figure = Callable[[CaseWorld, Any], Any]


def sold_or(other: Figure, sold: Figure) -> Figure:
    """Gives the figure of the customer's orders where a case has some, and no purchase order; else the other one."""

    def found(world: CaseWorld, expected: Any) -> Any:
        return (sold if _orders(world) and not world.orders else other)(world, expected)

    return found


def _orders(world: CaseWorld) -> list[str]:
    found: list[str] = world.limits.get("sales_orders", [])
    return found


def total_of_order(world: CaseWorld, _: Any) -> Decimal:
    """What the customer's last order comes to."""
    currency = world.session.get_one(Entity, world.entity).currency
    return order_total(world.session, world.entity, _orders(world)[-1], currency)


def of_lines(count: Callable[[SalesOrderLine], Decimal]) -> Figure:
    """Gives a quantity over all lines of the customers' orders; where a yes or no is expected, whether there is any."""

    def found(world: CaseWorld, expected: Any) -> Any:
        lines = [line for order in _orders(world) for line in order_lines(world.session, world.entity, order)]
        pieces = sum((count(line) for line in lines), ZERO)
        return pieces > ZERO if isinstance(expected, bool) else pieces

    return found


def bills(world: CaseWorld, _: Any) -> int:
    """The bills and credit notes there are for the customers' orders, and one to come where shipped pieces are not
    billed."""
    made = world.session.query(CustomerInvoice).filter_by(entity=world.entity).count()
    waiting = any(one.to_bill for order in _orders(world) for one in sent(world.session, world.entity, order))
    return made + (1 if waiting else 0)


def status(world: CaseWorld, _: Any) -> str:
    """In which state the customer's last order is."""
    return world.session.get_one(SalesOrder, (world.entity, _orders(world)[-1]), populate_existing=True).state


def summed(name: str) -> Callable[[CaseWorld, Any], Any]:
    """Gives a figure that steps found, over all of them, or of each step that is named."""

    def found(world: CaseWorld, expected: Any) -> Any:
        if isinstance(expected, Mapping):
            return {step: world.step_called(step).found.get(name) for step in expected}
        figures = [done.found[name] for done in world.done if name in done.found]
        if not figures:
            raise NotSupported(f"expect {name}")
        return sum(figures, ZERO)

    return found


def sales_figure(world: CaseWorld, key: str) -> Any:
    """What is there for an expectation that names a moment of a sale; None where it is no such one."""
    if named := CONFIRM.fullmatch(key):
        confirms = [done for done in world.done if done.step.op == "confirm"]
        place = ORDINALS.index(named[1])
        if place >= len(confirms):
            raise NotSupported(f"expect {key}: {len(confirms)} confirmations in the case")
        return _confirmed(confirms[place])
    if named := EXPOSURE.fullmatch(key):
        done = _step_of(world, named[1])
        known = [one for one in world.done[: world.done.index(done) + 1] if "exposure" in one.found]
        if not known:
            raise NotSupported(f"expect {key}")
        return known[-1].found["exposure"]
    return None


def _confirmed(done: Done) -> str:
    return "refused" if done.refused else str(done.found["confirmed"])


def _step_of(world: CaseWorld, said: str) -> Done:
    """The last step that an expectation means: "refusal", "confirm", "part_invoice", "return", or a step's id."""
    bare = said.removeprefix("part_")
    names = {said, bare, f"customer_{bare}", f"{bare}_request", f"sales_{bare}", "ship" if bare == "shipment" else ""}
    for done in reversed(world.done):
        op = done.step.op
        if op == "confirm" and said in ("refusal", "confirm", "confirmation"):
            if (_confirmed(done) == "refused") == (said == "refusal"):
                return done
        elif op in names:
            return done
    return world.step_called(said)


FIGURES: dict[str, Figure] = {
    "allowed": allowed,
    "order_total": sold_or(books.totals("total"), total_of_order),
    "untaxed": sold_or(books.totals("net"), total_of_order),
    "total": sold_or(books.totals("total"), total_of_order),
    "backorder": sold_or(oracle_bought.backorder, of_lines(lambda line: line.left)),
    "billed": sold_or(oracle_bought.billed, of_lines(lambda line: line.billed)),
    "invoices": sold_or(books.bills, bills),
    "status": sold_or(oracle_bought.status, status),
    "credit": summed("credit"),
    "return_qty": summed("return_qty"),
    "second_request_on_same_order": lambda world, _: asked_again(world),
}
