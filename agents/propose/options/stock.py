"""Ways out when an item runs short at a site, or under its safety stock: what another site has, or what a run suggests."""

from collections.abc import Iterable
from decimal import Decimal

from agents.tools import CaseSeen, FindingSeen, Tools
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.wording import quantity


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of each shortage of the case."""
    for finding in case.of("inventory_shortage", "safety_stock_breach"):
        yield from _transfer(case, finding, tools)
        yield _replenish(case, finding)


def _transfer(case: CaseSeen, finding: FindingSeen, tools: Tools) -> Iterable[Draft]:
    """Move what the best-stocked other site has, up to what is missing. What is reserved there stays there."""
    item, site = str(finding.facts["item"]), str(finding.facts["site"])
    missing = Decimal(finding.facts["quantity"])
    others = [seen for seen in tools.stock(item) if seen.site != site and seen.available > 0]
    if not others:
        return
    best = max(others, key=lambda seen: (seen.available, seen.site))
    move = min(best.available, missing)
    command = {"type": "TransferStock", "item": item, "site": best.site, "to_site": site, "quantity": text_of(move)}
    yield Draft(
        option=f"transfer {item} {best.site}",
        title=f"Transfer {quantity(move)} of {item} from {best.name}",
        says=f"{best.name} has {quantity(best.available)} available; {quantity(missing)} are missing.",
        actions=(
            Action(command={"entity": case.entity, **command}, title=f"Transfer {quantity(move)} from {best.name}"),
        ),
        evidence=case.evidence,
        score=Decimal(70) if move == missing else Decimal(45),
        why="Covers the gap" if move == missing else "Covers a part of the gap",
    )


def _replenish(case: CaseSeen, finding: FindingSeen) -> Draft:
    item = str(finding.facts["item"])
    return Draft(
        option="replenish",
        title=f"Work out what to buy and move of {item}",
        says="The suggestions name supplier, quantity and the last day to order. Taking one is a decision of its own.",
        actions=(
            Action(
                command={"entity": case.entity, "type": "RunReplenishment", "items": [item], "changed_only": False},
                title=f"Run replenishment for {item}",
            ),
        ),
        evidence=case.evidence,
        score=Decimal(55),
        why="Nothing is ordered by it yet",
    )
