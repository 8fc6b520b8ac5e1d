"""From stored bytes to claims, intents and links: read in the sandbox, ask the model about the letter, keep what stands
in it, link to the books. Structured documents never go to a model.

The checkpointer, when there is one, is a crash cache of one run: a killed worker goes on after the last finished step
and pays for no model call twice. What counts is kept in our own tables by whoever runs the graph.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, TypeVar, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.models.port import (
    INTENTS_MAX,
    VALUES_MAX,
    Extraction,
    Metered,
    ModelFailed,
    ModelGarbled,
    Usage,
)
from agents.models.rules import Rules
from agents.read.country import NOWHERE, Home, of_record, of_wire, to_wire
from agents.read.extraction import Supported, borne_out, letter_of, merged, supported
from agents.read.link import Link, Linked, link, of_sender_domain
from agents.read.text_promises import OWN
from agents.read.wire import from_json, to_json
from agents.tools import Tools
from core.claims import ModelUse, Reading
from core.intake.waiting import left_open

ROUNDS_MAX = 2
"""One asking and one bounded repair: a model that still quotes what is not there is not asked again."""
NOT_IN_FORM = "your last answer was not JSON in the form that was asked for"

Amount = TypeVar("Amount", int, Decimal)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a run is handed: the tools and the bytes to read. Bytes are no state: they are stored already."""

    tools: Tools
    raw: bytes
    name: str


class Page(TypedDict, total=False):
    """The state of one run, as text and numbers only, so that a checkpoint of it is small and inert."""

    reading: str  # wire form
    extraction: str  # what the model gave, as JSON
    unsupported: list[str]
    rounds: int
    trouble: str
    use: str  # what the model was asked and what it cost so far, as JSON
    home: list[list[str]]  # what the sender's record shows of where he writes from


class Use(Usage):
    """What all requests of one run cost. A sum is None as long as no server told a part of it."""

    requests: int = 0

    def and_(self, one: Usage) -> "Use":
        """With one more request in it."""
        return Use(
            requests=self.requests + 1,
            tokens_in=_sum(self.tokens_in, one.tokens_in),
            tokens_out=_sum(self.tokens_out, one.tokens_out),
            cost=_sum(self.cost, one.cost),
        )


def read(state: Page, runtime: Runtime[Desk]) -> Page:
    """Read the bytes in the sandbox: parts, structured documents, rule-read claims and intents. Where days and numbers stay
    open, or are settled by more than each other, all is read again with what the sender's record shows of his country."""
    desk = runtime.context
    reading = desk.tools.read(desk.raw, desk.name)
    home = on_record(reading, desk.tools) if left_open(reading) or _settled_by_others(reading) else NOWHERE
    if home.evidence:
        reading = desk.tools.read(desk.raw, desk.name, home)
    return {
        "reading": to_json(reading),
        "rounds": 0,
        "unsupported": [],
        "use": Use().model_dump_json(),
        "home": to_wire(home),
    }


def ask(state: Page, runtime: Runtime[Desk]) -> Page:
    """Ask the model about the letter, once, and once more about what it could not show or put in form.

    A model that fails ends the asking: what the rules read stands, what an earlier round gave is kept, and the reading
    says what happened.
    """
    reading = from_json(state["reading"])
    letter = letter_of(reading, tuple(state["unsupported"]))
    rounds = state["rounds"] + 1
    use = Use.model_validate_json(state["use"])
    before = borne_out(_extraction(state), reading, sent_day(reading), _home(state))
    try:
        extraction = runtime.context.tools.model.read(letter)
    except ModelFailed as failure:
        again = isinstance(failure, ModelGarbled) and rounds < ROUNDS_MAX
        return {
            "rounds": rounds if again else ROUNDS_MAX,
            "extraction": before.model_dump_json(),
            "unsupported": [NOT_IN_FORM] if again else [],
            "trouble": "" if again else f"{failure}; the rules' reading stands",
            "use": use.and_(failure.usage).model_dump_json(),
        }
    usage = extraction.usage if isinstance(extraction, Metered) else Usage()
    return {
        "rounds": rounds,
        "extraction": joined(before, extraction).model_dump_json(),
        "unsupported": [],
        "use": use.and_(usage).model_dump_json(),
    }


def verify(state: Page, runtime: Runtime[Desk]) -> Page:
    """Keep what stands literally in the letter; name the rest for the repair round."""
    if state["unsupported"] or state.get("trouble"):
        return {}
    found = _supported(state, from_json(state["reading"]))
    return {"unsupported": list(found.unsupported)}


def has_a_letter(state: Page, runtime: Runtime[Desk]) -> str:
    """The rules have read already; a model is asked only where there is one and people wrote sentences."""
    model = runtime.context.tools.model
    letter = letter_of(from_json(state["reading"]), ())
    return "ask" if not isinstance(model, Rules) and letter.text.strip() else END


def has_room(state: Page) -> str:
    """Ask again while something was quoted that is not there, and a round is left."""
    return "ask" if state["unsupported"] and state["rounds"] < ROUNDS_MAX else END


def build(checkpointer: BaseCheckpointSaver[str] | None = None) -> CompiledStateGraph[Page, Desk, Page, Page]:
    """The wiring, in reading order."""
    graph = StateGraph(Page, context_schema=Desk)
    graph.add_node("read", read)
    graph.add_node("ask", ask)
    graph.add_node("verify", verify)
    graph.add_edge(START, "read")
    graph.add_conditional_edges("read", has_a_letter, ["ask", END])
    graph.add_edge("ask", "verify")
    graph.add_conditional_edges("verify", has_room, ["ask", END])
    return graph.compile(checkpointer=checkpointer)


@dataclass(frozen=True, slots=True)
class Read:
    """A finished run: the reading with the model's supported claims in it, and its links."""

    reading: Reading
    links: tuple[Link, ...]
    supplier: str | None
    look_alike: str
    look_alike_customer: str
    resembles: str


def run(
    raw: bytes, name: str, tools: Tools, *, thread: str = "", checkpointer: BaseCheckpointSaver[str] | None = None
) -> Read:
    """Read one message and link it. With a checkpointer the run of the same `thread` is taken up where it was left, and
    one that had ended is not run again: whoever keeps its result purges the thread."""
    graph = build(checkpointer)
    desk = Desk(tools, raw, name)
    if checkpointer is None:
        page = cast(Page, graph.invoke({}, context=desk))
    else:
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        left = graph.get_state(config)
        if left.values and not left.next:
            page = cast(Page, left.values)
        else:
            page = cast(Page, graph.invoke(None if left.next else {}, config, context=desk, durability="sync"))
    reading = from_json(page["reading"])
    if page.get("extraction"):
        found_in = _supported(page, reading)
        reading = merged(reading, found_in, tools.model.name, page.get("trouble", ""))
        reading = replace(reading, model_use=_told(page, tools.model.name))
    found: Linked = link(reading, tools)
    return Read(
        reading=reading,
        links=found.links,
        supplier=found.sender,
        look_alike=found.look_alike,
        look_alike_customer=found.look_alike_customer,
        resembles=found.resembles,
    )


def joined(before: Extraction, now: Extraction) -> Extraction:
    """Both rounds' quotes, each once: a repair may put right what was wrong, and must not lose what was right."""
    values = tuple(dict.fromkeys((*now.values, *before.values)))[:VALUES_MAX]
    return Extraction(intents=tuple(dict.fromkeys((*now.intents, *before.intents)))[:INTENTS_MAX], values=values)


def _extraction(state: Page) -> Extraction:
    kept = state.get("extraction", "")
    return Extraction.model_validate_json(kept) if kept else Extraction()


def _supported(state: Page, reading: Reading) -> Supported:
    return supported(_extraction(state), reading, sent_day(reading), _home(state))


def _home(state: Page) -> Home:
    return of_wire(state.get("home", []))


def _settled_by_others(reading: Reading) -> bool:
    """Whether something is taken as its language or its sender's country has it: his record may say otherwise."""
    reasons = {claim.because for document in reading.documents for claim in document.claims}
    return any(reason and not reason.startswith(OWN.format("")) for reason in reasons)


def on_record(reading: Reading, tools: Tools) -> Home:
    """What the record of the supplier with the sender's domain shows of where he writes from."""
    sender = of_sender_domain(reading.sender, tools.suppliers())
    return of_record(sender.tax_id, sender.contact_phone) if sender else NOWHERE


def _told(page: Page, model: str) -> ModelUse:
    use = Use.model_validate_json(page["use"])
    return ModelUse(
        model=model, requests=use.requests, tokens_in=use.tokens_in, tokens_out=use.tokens_out, cost=use.cost
    )


def _sum(left: Amount | None, right: Amount | None) -> Amount | None:
    if left is None or right is None:
        return left if right is None else right
    return left + right


def sent_day(reading: Reading) -> date | None:
    """The day of the Date header, for relative dates; None when it is absent or unreadable."""
    return date.fromisoformat(reading.sent[:10]) if reading.sent else None
