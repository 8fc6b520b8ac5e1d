"""Ways out of stock that cannot be: below zero on the books, or an entry that had to be refused."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from agents.propose.options.warehouse import count_bin
from agents.tools import CaseSeen, FindingSeen, Tools
from core.canonical import plain, text_of
from core.deciding.proposals import Action, Draft
from core.wording import quantity

GOODS_DAYS = 1


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of each finding of the case."""
    for finding in case.of("book_stock_impossible"):
        yield from _kept(case, finding, tools) if "entry" in finding.facts else _below_zero(case, finding)


def _below_zero(case: CaseSeen, finding: FindingSeen) -> Iterable[Draft]:
    """More went out than was booked in: it comes, it was there, or it never went."""
    facts = finding.facts
    item, site = str(facts["item"]), str(facts["site"])
    missing = Decimal(str(facts["quantity"]))
    yield Draft(
        option=f"wait_for_goods {item}",
        title="Wait until what is missing is booked in",
        says="Nothing is booked. When goods cover it, their cost trues up what went out, and the case closes by itself.",
        actions=(),
        evidence=case.evidence,
        waits_days=GOODS_DAYS,
        score=Decimal(60),
        why="A receipt is often booked after the sale",
    )
    yield count_bin(case, finding)
    place = {name: facts[name] for name in ("item", "site", "location", "lot")}
    yield Draft(
        option=f"adjust_stock {item}",
        title=f"Book {quantity(missing)} of {item} as found",
        says="The balance comes back to zero, at what a piece costs here.",
        actions=(
            Action(
                command={
                    "type": "AdjustStock",
                    "entity": case.entity,
                    **place,
                    "quantity": text_of(missing),
                    "reason": f"was below zero, decided on {case.number}",
                },
                title=f"Adjust {item} at {site} by +{quantity(missing)}",
                amount=finding.stake,
            ),
        ),
        evidence=case.evidence,
        score=Decimal(40),
        why="Nothing shows yet where they came from",
    )
    took = Decimal(str(facts["took"])) if facts.get("took") else Decimal(0)
    if facts.get("document") and took >= missing:
        back = {**place, "document": facts["document"], "quantity": text_of(missing)}
        yield Draft(
            option=f"take_back_move {item}",
            title=f"Take {quantity(missing)} of {facts['document']} back",
            says="The move was wrong: so many never went. They come back at what they went for.",
            actions=(
                Action(
                    command={"type": "ReceiveReturn", "entity": case.entity, **back},
                    title=f"Correct {facts['document']} by {quantity(missing)}",
                ),
            ),
            evidence=case.evidence,
            score=Decimal(30),
            why="The books never had what it took",
        )


def _kept(case: CaseSeen, finding: FindingSeen, tools: Tools) -> Iterable[Draft]:
    """An entry that was refused: book it now that it can be, correct it, make up for what is missing, or reject it."""
    entry, told = str(finding.facts["entry"]), dict(finding.facts["told"])
    yield Draft(
        option=f"book_entry {entry}",
        title=f"Book {entry} as it was told",
        says="What kept it from being booked is no longer so.",
        actions=(_book(case, entry, None, "Book it as it was told"),),
        evidence=case.evidence,
        score=Decimal(90),
        why="Nothing has to be changed",
    )
    for option, corrected, title, says in _corrections(finding, told, tools):
        yield Draft(
            option=f"correct_entry {entry} {option}",
            title=title,
            says=says,
            actions=(_book(case, entry, corrected, title),),
            evidence=case.evidence,
            score=Decimal(70),
            why="What was told stays on record beside what is booked",
        )
    yield from _make_up(case, finding, told, tools)
    yield Draft(
        option=f"reject_entry {entry}",
        title=f"Reject {entry}: it is wrong",
        says="Nothing is booked. The entry stays on record with the reason.",
        actions=(
            Action(
                command={
                    "type": "RejectEntry",
                    "entity": case.entity,
                    "entry": entry,
                    "reason": f"wrong as told, decided on {case.number}",
                },
                title=f"Reject {entry}",
            ),
        ),
        evidence=case.evidence,
        score=Decimal(30),
        why=finding.says,
    )


def _corrections(
    finding: FindingSeen, told: dict[str, Any], tools: Tools
) -> Iterable[tuple[str, dict[str, Any], str, str]]:
    """How the source move may be put right, by why it was refused: another day, another site, or only what is there."""
    refusal = finding.facts["refusal"]
    if refusal == "period_closed" and told.get("happened_at"):
        says = f"{finding.facts['detail']}. It is dated today, in the open month."
        yield "today", {**told, "happened_at": plain(tools.now)}, "Book it today: its day is closed", says
    if refusal != "more_than_on_hand" or told.get("type") != "IssueStock" or told.get("unit"):
        return
    wanted = Decimal(str(told["quantity"]))
    there = {seen.site: seen for seen in tools.stock(str(told["item"]))}
    others = [seen for seen in there.values() if seen.site != told["site"] and seen.available >= wanted]
    if others:
        best = max(others, key=lambda seen: (seen.available, seen.site))
        corrected = {**told, "site": best.site, "location": "", "lot": ""}
        yield best.site, corrected, f"Book it at {best.name}", f"{best.name} has {quantity(best.available)} available."
    here = there.get(str(told["site"]))
    if here is not None and 0 < here.available < wanted:
        corrected = {**told, "quantity": text_of(here.available)}
        title = f"Book only the {quantity(here.available)} that are there"
        yield "part", corrected, title, f"{quantity(wanted)} were told; no more were on hand."


def _make_up(case: CaseSeen, finding: FindingSeen, told: dict[str, Any], tools: Tools) -> Iterable[Draft]:
    """Find what the books lack, then book the entry as it was told."""
    if finding.facts["refusal"] != "more_than_on_hand" or told.get("type") not in ("IssueStock", "TransferStock"):
        return
    if told.get("unit"):  # what is missing is counted in base units
        return
    entry, item, site = str(finding.facts["entry"]), str(told["item"]), str(told["site"])
    here = sum((seen.available for seen in tools.stock(item) if seen.site == site), Decimal(0))
    missing = Decimal(str(told["quantity"])) - here
    if missing <= 0:
        return
    found = {
        "type": "AdjustStock",
        "entity": case.entity,
        "item": item,
        "site": site,
        "location": told.get("location", ""),
        "lot": told.get("lot", ""),
        "quantity": text_of(missing),
        "reason": f"{entry} took what the books did not have, decided on {case.number}",
        "happened_at": told.get("happened_at"),
    }
    yield Draft(
        option=f"adjust_and_book {entry}",
        title=f"Book {quantity(missing)} as found, then {entry}",
        says="The pieces went, so they were there: the books follow, at what a piece costs here.",
        actions=(
            Action(command=found, title=f"Adjust {item} at {site} by +{quantity(missing)}", amount=finding.stake),
            _book(case, entry, None, f"Book {entry} as it was told"),
        ),
        evidence=case.evidence,
        score=Decimal(50),
        why="Nothing shows yet where they came from",
    )


def _book(case: CaseSeen, entry: str, corrected: dict[str, Any] | None, title: str) -> Action:
    command = {"type": "BookEntry", "entity": case.entity, "entry": entry, "corrected": corrected}
    return Action(command=command, title=title)
