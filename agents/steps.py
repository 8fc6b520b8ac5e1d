"""The two steps that agents take, each ending in a command that somebody else may carry out: what a message says, and
what could be done about a case. Written down here, acted on elsewhere.
"""

import json
from collections.abc import Mapping

from langgraph.checkpoint.base import BaseCheckpointSaver

from agents.propose.graph import propose, redraft
from agents.rank.graph import rank
from agents.read import graph as reading
from agents.read.link import to_wire
from agents.read.wire import to_json
from agents.tools import Tools
from core.deciding.commands import EditProposal, RecordProposals
from core.deciding.proposals import Draft
from core.intake.commands import RecordReading

ADVISER = "propose/1"


def reading_of(
    entity: str,
    sha256: str,
    raw: bytes,
    name: str,
    tools: Tools,
    *,
    checkpointer: BaseCheckpointSaver[str] | None = None,
) -> RecordReading:
    """Read a stored message and give the command that keeps what it says and what it was linked to."""
    read = reading.run(raw, name, tools, thread=thread_of(entity, sha256), checkpointer=checkpointer)
    return RecordReading(
        entity=entity,
        message=sha256,
        reading=_wire(to_json(read.reading)),
        links=tuple(to_wire(link) for link in read.links),
        supplier=read.supplier,
        look_alike=read.look_alike,
        look_alike_customer=read.look_alike_customer,
        resembles=read.resembles,
    )


def thread_of(entity: str, sha256: str) -> str:
    """The name under which the steps of a reading are cached until its result is kept."""
    return f"read:{entity}:{sha256}"


def proposals_of(entity: str, number: str, tools: Tools) -> RecordProposals:
    """Draft the ways out of a case, place it in the queue, and give the command that puts both before people."""
    case = tools.case(number)
    drafts, _ = propose(case, tools)
    points, says = rank(case, tools.now)
    return RecordProposals(
        entity=entity,
        case=number,
        drafts=drafts,
        author=f"{ADVISER} with {tools.model.name}",
        rank=points,
        rank_says=says,
    )


def edit_of(
    entity: str, number: str, *, based_on: str, option: str, figures: Mapping[str, str], person: str, tools: Tools
) -> EditProposal | None:
    """A person's own figures for a way, drafted anew by code; None when the way has no figures to edit."""
    draft: Draft | None = redraft(tools.case(number), tools, option, dict(figures))
    if draft is None:
        return None
    return EditProposal(entity=entity, case=number, based_on=based_on, draft=draft, person=person)


def _wire(text: str) -> dict[str, object]:
    wire: dict[str, object] = json.loads(text)
    return wire
