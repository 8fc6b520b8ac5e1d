"""Ways out when a count differs from the books by more than is tolerated: count again, or stand for what was counted."""

from collections.abc import Iterable
from decimal import Decimal

from agents.tools import CaseSeen, Tools
from core.deciding.proposals import Action, Draft


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """Both ways for all lines of the case together. Only a person who did not count carries the second."""
    lines = [(str(one.facts["count"]), int(str(one.facts["line"]))) for one in case.of("stock_variance")]
    if not lines:
        return
    again = [
        {
            "entity": case.entity,
            "type": "CountAgain",
            "count": count,
            "lines": [line for one, line in lines if one == count],
        }
        for count in dict.fromkeys(count for count, _ in lines)
    ]
    yield Draft(
        option="recount",
        title="Count again",
        says="What was scanned stays on record; the count is posted when the lines were counted again.",
        actions=tuple(Action(command=command, title=f"Count again for {command['count']}") for command in again),
        evidence=case.evidence,
        score=Decimal(70),
        why="A second look is the cheapest way to find a miscount",
    )
    yield Draft(
        option="accept_count",
        title="Stand for what was counted",
        says="The books follow the count when it is posted. The root cause is noted as not found out.",
        actions=tuple(
            Action(
                command={
                    "entity": case.entity,
                    "type": "ConfirmVariance",
                    "count": count,
                    "line": line,
                    "root_cause": "not_found_out",
                },
                title=f"Confirm line {line} of {count}",
            )
            for count, line in lines
        ),
        evidence=case.evidence,
        score=Decimal(40),
        why="The shelf is what is there",
    )
