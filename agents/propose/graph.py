"""From a case to drafts of ways out: options of its code, each simulated, in order, worded. The graph drafts and ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.models.port import ModelFailed, OptionSeen
from agents.propose.options import (
    confirmations,
    counts,
    inspections,
    invoices,
    lots,
    messages,
    post,
    receipts,
    stock,
    unbooked,
    warehouse,
)
from agents.tools import CaseSeen, Tools
from core.command import from_wire
from core.deciding.proposals import Draft
from core.refusals import Refused

Ways = Callable[[CaseSeen, Tools], Iterable[Draft]]

OPTIONS: dict[str, Ways] = {
    "supplier_delay": confirmations.drafts,
    "supplier_short_confirmation": confirmations.drafts,
    "supplier_price_change": confirmations.drafts,
    "unconfirmed_order": confirmations.drafts,
    "inventory_shortage": stock.drafts,
    "safety_stock_breach": stock.drafts,
    "stock_variance": counts.drafts,
    "lot_expiry": lots.drafts,
    "short_receipt": receipts.drafts,
    "over_receipt": receipts.drafts,
    "damaged_receipt": receipts.drafts,
    "inspection_failed": inspections.drafts,
    "invoice_price_variance": invoices.drafts,
    "invoice_quantity_variance": invoices.drafts,
    "invoice_before_receipt": invoices.drafts,
    "invoice_without_order": invoices.drafts,
    "invoice_duplicate": invoices.drafts,
    "invoice_arithmetic": invoices.drafts,
    "invoice_tax_mismatch": invoices.drafts,
    "charge_unplanned": invoices.drafts,
    "invoice_matched": invoices.matched,
    "fact_conflict": warehouse.conflicts,
    "book_stock_impossible": unbooked.drafts,
    "bank_details_changed": messages.bank_change,
    "document_unreadable": messages.unreadable,
    "sender_unknown": messages.unknown_sender,
    "request_unanswered": messages.unanswered,
    "integration_failed": post.drafts,
}
"""The closed set: which ways there are for which code. A model never adds to it."""

DRAFTS_MAX = 6
"""More ways than this are no help to a person who has to choose."""


@dataclass(frozen=True, slots=True)
class Way:
    """A draft, and why it cannot be carried out when the simulation refused it."""

    draft: Draft
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a run is handed."""

    tools: Tools


class Work(TypedDict, total=False):
    """The state of one run: small, and rebuilt from the case when a run is repeated."""

    case: CaseSeen
    ways: list[Way]
    drafts: list[Draft]
    refused: list[Way]


def options(state: Work, runtime: Runtime[Desk]) -> Work:
    """All ways of the closed set that apply to this case, made by code."""
    case = state["case"]
    ways = OPTIONS[case.code](case, runtime.context.tools)
    return {"ways": [Way(draft) for draft in ways]}


def try_out(state: Work, runtime: Runtime[Desk]) -> Work:
    """Simulate each way; what the core would refuse is not offered, and the refusal is kept."""
    tried = [Way(way.draft, refusal_of(way.draft, runtime.context.tools)) for way in state["ways"]]
    return {"ways": [way for way in tried if not way.refused], "refused": [way for way in tried if way.refused]}


def order(state: Work, runtime: Runtime[Desk]) -> Work:
    """Code's score decides. A model's order only breaks ties, so that no letter can lift a way above another."""
    drafts = [way.draft for way in state["ways"]]
    seen = tuple(OptionSeen(option=d.option, title=d.title, facts=(d.says, d.why)) for d in drafts)
    try:
        named = runtime.context.tools.model.order(seen).options
    except ModelFailed:
        named = ()
    place = {name: i for i, name in enumerate(named)}
    drafts.sort(key=lambda draft: (-draft.score, place.get(draft.option, len(place)), draft.option))
    return {"drafts": drafts[:DRAFTS_MAX]}


def refusal_of(draft: Draft, tools: Tools) -> str:
    """Why the core would refuse a draft; "" when it would carry it out."""
    if not draft.actions:
        return ""
    try:
        commands = [from_wire(action.command) for action in draft.actions]
    except Refused as malformed:
        return str(malformed)
    refusal = tools.simulate(commands).refusal
    return str(refusal) if refusal else ""


def build() -> CompiledStateGraph[Work, Desk, Work, Work]:
    """The wiring, in reading order. No checkpoint: every step is cheap and repeats to the same drafts."""
    graph = StateGraph(Work, context_schema=Desk)
    graph.add_node("options", options)
    graph.add_node("try_out", try_out)
    graph.add_node("order", order)
    graph.add_edge(START, "options")
    graph.add_edge("options", "try_out")
    graph.add_edge("try_out", "order")
    graph.add_edge("order", END)
    return graph.compile()


GRAPH = build()


def propose(case: CaseSeen, tools: Tools) -> tuple[tuple[Draft, ...], tuple[Way, ...]]:
    """The drafts for a case in order, and the ways that the core would refuse, with its reasons."""
    done = GRAPH.invoke({"case": case}, context=Desk(tools))
    return tuple(done["drafts"]), tuple(done["refused"])


def redraft(case: CaseSeen, tools: Tools, option: str, edits: dict[str, object]) -> Draft | None:
    """The same option with a person's own figures, drafted anew by code; None when the option has no figures to edit."""
    figures = {name: Decimal(str(value)) for name, value in edits.items()}
    if case.invoice is None or option not in ("short_pay", "accept_price", "dispute_charge"):
        return None
    return invoices.short_pay(case, tools.match(case.invoice), tools, figures, option=option)
