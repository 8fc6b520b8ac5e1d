"""From a case to its place in the queue. Figures decide: money at risk, time left, severity; a sentence says which."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.tools import CaseSeen
from core.wording import amount

SEVERITY = {"low": Decimal(0), "normal": Decimal(10), "high": Decimal(30), "critical": Decimal(60)}
MONEY_FULL = Decimal(5000)
"""Money at risk from which a case gets the full forty points for it."""


class Place(TypedDict, total=False):
    """The state of one run."""

    case: CaseSeen
    now: datetime
    points: Decimal
    says: str


def score(state: Place) -> Place:
    """Up to 60 points for severity, 40 for money, 40 for time; over its time a case leads."""
    case = state["case"]
    money = min(case.stake / MONEY_FULL, Decimal(1)) * 40
    return {"points": (SEVERITY[case.severity] + money + _urgency(case, state["now"])).quantize(Decimal("0.01"))}


def explain(state: Place) -> Place:
    """The strongest reason, in a sentence with its figure."""
    case, now = state["case"], state["now"]
    if case.due_at is not None and case.due_at <= now:
        return {"says": "Over its time"}
    if case.severity in ("high", "critical"):
        return {"says": f"Severity {case.severity}, {amount(case.stake, case.currency)} at risk"}
    if case.stake > 0:
        return {"says": f"{amount(case.stake, case.currency)} at risk"}
    return {"says": "Waits in order of arrival"}


def _urgency(case: CaseSeen, now: datetime) -> Decimal:
    """Forty points at the due time, falling to none a day before it; fifty when it has passed."""
    if case.due_at is None:
        return Decimal(0)
    left = Decimal(int((case.due_at - now).total_seconds())) / 3600
    if left <= 0:
        return Decimal(50)
    return max(Decimal(0), Decimal(40) * (1 - left / 24))


def build() -> CompiledStateGraph[Place, None, Place, Place]:
    """The wiring, in reading order."""
    graph = StateGraph(Place)
    graph.add_node("score", score)
    graph.add_node("explain", explain)
    graph.add_edge(START, "score")
    graph.add_edge("score", "explain")
    graph.add_edge("explain", END)
    return graph.compile()


GRAPH = build()


def rank(case: CaseSeen, now: datetime) -> tuple[Decimal, str]:
    """The stored score of a case, higher first, and the sentence that says why."""
    done = GRAPH.invoke({"case": case, "now": now})
    return done["points"], done["says"]
