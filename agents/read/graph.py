"""From stored bytes to claims, intents and links: read in the sandbox, ask the model about the letter, keep what stands
in it, link to the books. Structured documents never go to a model.

The checkpointer, when there is one, is a crash cache of one run: a killed worker goes on after the last finished step
and pays for no model call twice. What counts is kept in our own tables by whoever runs the graph.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.models.port import Extraction, ModelFailed
from agents.models.rules import Rules
from agents.read.extraction import Supported, letter_of, merged, supported
from agents.read.link import Link, Linked, link
from agents.read.wire import from_json, to_json
from agents.tools import Tools
from core.claims import Reading

ROUNDS_MAX = 2
"""One asking and one bounded repair: a model that still quotes what is not there is not asked again."""


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


def read(state: Page, runtime: Runtime[Desk]) -> Page:
    """Read the bytes in the sandbox: parts, structured documents, rule-read claims and intents."""
    desk = runtime.context
    return {"reading": to_json(desk.tools.read(desk.raw, desk.name)), "rounds": 0, "unsupported": []}


def ask(state: Page, runtime: Runtime[Desk]) -> Page:
    """Ask the model about the letter, once, and once more about what it could not show."""
    letter = letter_of(from_json(state["reading"]), tuple(state["unsupported"]))
    rounds = state["rounds"] + 1
    try:
        extraction = runtime.context.tools.model.read(letter)
    except ModelFailed as failure:
        return {"rounds": ROUNDS_MAX, "trouble": str(failure), "extraction": Extraction().model_dump_json()}
    return {"rounds": rounds, "extraction": extraction.model_dump_json()}


def verify(state: Page, runtime: Runtime[Desk]) -> Page:
    """Keep what stands literally in the letter; name the rest for the repair round."""
    reading = from_json(state["reading"])
    found = _supported(state, reading)
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


def run(
    raw: bytes, name: str, tools: Tools, *, thread: str = "", checkpointer: BaseCheckpointSaver[str] | None = None
) -> Read:
    """Read one message and link it. With a checkpointer the run of the same `thread` is taken up where it was left."""
    graph = build(checkpointer)
    desk = Desk(tools, raw, name)
    if checkpointer is None:
        page = cast(Page, graph.invoke({}, context=desk))
    else:
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        begun = bool(graph.get_state(config).next)
        page = cast(Page, graph.invoke(None if begun else {}, config, context=desk, durability="sync"))
    reading = from_json(page["reading"])
    if page.get("extraction"):
        reading = merged(reading, _supported(page, reading), tools.model.name, page.get("trouble", ""))
    found: Linked = link(reading, tools)
    return Read(reading=reading, links=found.links, supplier=found.sender, look_alike=found.look_alike)


def _supported(state: Page, reading: Reading) -> Supported:
    extraction = Extraction.model_validate_json(state["extraction"])
    return supported(extraction, reading, sent_day(reading))


def sent_day(reading: Reading) -> date | None:
    """The day of the Date header, for relative dates; None when it is absent or unreadable."""
    return date.fromisoformat(reading.sent[:10]) if reading.sent else None
