"""Ways out when a warehouse and the ledger say different things: count, let one of them follow the other, or wait for what
was never told. Every figure is that of the comparison; no event of a warehouse books anything by itself."""

from collections.abc import Iterable
from decimal import Decimal

from agents.propose.options import invoices
from agents.tools import CaseSeen, FindingSeen, Tools
from core.deciding.proposals import Action, Draft
from core.wording import plural, quantity

COUNT_DAYS = 2
"""So long a case sleeps while somebody goes and counts; it comes back when the count changes anything."""
EVENTS_DAYS = 1


def conflicts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of a conflict of facts: of an invoice's papers, or of a warehouse with the ledger."""
    if case.invoice is not None:
        yield from invoices.drafts(case, tools)
        return
    found = case.of("fact_conflict")
    gaps = [one for one in found if "first" in one.facts]
    for finding in gaps:
        yield from _gap(case, finding)
    for finding in found:
        if "told_twice" in finding.facts:
            yield _stand_by(case, finding)
        if "difference" in finding.facts:
            yield count_bin(case, finding)
            if not gaps:  # what is missing may still be told: nobody chooses a side before
                yield from _sides(case, finding)


def count_bin(case: CaseSeen, finding: FindingSeen) -> Draft:
    """Let somebody count what lies there. The case sleeps meanwhile, and ends when the count explains it."""
    facts = finding.facts
    item, site = str(facts["item"]), str(facts["site"])
    location = str(facts.get("location") or "")
    command = {
        "type": "OpenCount",
        "entity": case.entity,
        "site": site,
        "items": [item],
        "location": location or None,
    }
    where = f"{location} at {site}" if location else site
    named = f"{item} {location}".strip()
    return Draft(
        option=f"count_bin {named}",
        title=f"Count {item} in {where}",
        says="Whoever counts is not told what either side expects. The case comes back when the count is posted.",
        actions=(Action(command=command, title=f"Open a count of {item}"),),
        evidence=case.evidence,
        waits_days=COUNT_DAYS,
        score=Decimal(70),
        why="What lies there decides who is right",
    )


def _sides(case: CaseSeen, finding: FindingSeen) -> Iterable[Draft]:
    """The ledger follows the warehouse, or stays."""
    facts = finding.facts
    difference = Decimal(str(facts["difference"]))
    balance = {
        "entity": case.entity,
        **{name: facts[name] for name in ("source", "item", "site", "location", "lot", "status")},
    }
    balance["status"] = balance["status"] or "available"
    change = f"{'+' if difference > 0 else '−'}{quantity(abs(difference))}"
    named = f"{facts['item']} {facts['location']}".strip()
    yield Draft(
        option=f"adopt_warehouse {named}",
        title=f"Adjust the ledger by {change} to what {facts['source']} says",
        says=f"{finding.says}. The ledger follows the warehouse; whoever decides says why both differ.",
        actions=(
            Action(
                command={
                    "type": "AdoptWarehouse",
                    **balance,
                    "root_cause": None,
                    "suggested": _root_cause(facts, difference),
                    "reason": f"as {facts['source']} says, decided on {case.number}",
                },
                title=f"Adjust {facts['item']} by {change}",
                amount=finding.stake,
            ),
        ),
        amounts={"writes_off": finding.stake} if difference < 0 else {},
        evidence=case.evidence,
        score=Decimal(50),
        why="The warehouse handles the pieces" if facts.get("event") else "The warehouse told nothing of it",
    )
    yield Draft(
        option=f"keep_ledger {named}",
        title="Keep the ledger as it is",
        says=f"{finding.says}. Nobody is asked again until the warehouse tells something new of it.",
        actions=(
            Action(
                command={"type": "KeepLedger", **balance, "reason": f"kept as booked, decided on {case.number}"},
                title=f"Keep {quantity(Decimal(str(facts['ledger'])))} of {facts['item']}",
            ),
        ),
        evidence=case.evidence,
        score=Decimal(40),
        why="The ledger has a document for what it booked"
        if facts.get("move")
        else "Nothing of ours bears the event out",
    )


def _root_cause(facts: dict[str, object], difference: Decimal) -> str:
    """Why the books differ, as far as the comparison itself shows it: something told that was never booked."""
    if facts.get("event") and not facts.get("move"):
        return "unbooked_receipt" if difference > 0 else "unbooked_issue"
    return "not_found_out"


def _gap(case: CaseSeen, finding: FindingSeen) -> Iterable[Draft]:
    """Events that never came: wait for them, or say that they never will."""
    facts = finding.facts
    first, last = int(str(facts["first"])), int(str(facts["last"]))
    missing = f"{plural(last - first + 1, 'event')} of {facts['source']}"
    yield Draft(
        option=f"wait_for_events {first}",
        title=f"Wait for {missing}",
        says="Nothing is booked. When they are told, everything is compared again and the case closes by itself.",
        actions=(),
        evidence=case.evidence,
        waits_days=EVENTS_DAYS,
        score=Decimal(80),
        why="A feed that was down usually tells the rest",
    )
    yield Draft(
        option=f"give_up_gap {first}",
        title=f"Give up {missing}",
        says="The numbers count as told. What the ledger has and nobody told stands as a difference of its own.",
        actions=(
            Action(
                command={
                    "type": "GiveUpGap",
                    "entity": case.entity,
                    "source": facts["source"],
                    "first": first,
                    "last": last,
                    "reason": f"never told, decided on {case.number}",
                },
                title=f"Give up number {first}" if first == last else f"Give up {first} to {last}",
            ),
        ),
        evidence=case.evidence,
        score=Decimal(30),
        why="They may still come",
    )


def _stand_by(case: CaseSeen, finding: FindingSeen) -> Draft:
    """Two contents of one event: what was told first stands."""
    facts = finding.facts
    return Draft(
        option=f"stand_by_event {facts['told_twice']}",
        title=f"Event {facts['known']} stands as it was told first",
        says=f"{finding.says}. The other stays on record and changes nothing.",
        actions=(
            Action(
                command={
                    "type": "StandByEvent",
                    "entity": case.entity,
                    "source": facts["source"],
                    "event": facts["told_twice"],
                    "reason": f"the first stands, decided on {case.number}",
                },
                title=f"Stand by {facts['known']}",
            ),
        ),
        evidence=case.evidence,
        score=Decimal(60),
        why="A correction is an event of its own",
    )
