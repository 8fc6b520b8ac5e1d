"""Ways out where mail did not get through: a letter of ours, or a message that stays in its mailbox."""

from collections.abc import Iterable
from decimal import Decimal

from agents.tools import CaseSeen, FindingSeen, Tools
from core.deciding.proposals import Action, Draft


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """What can become of each letter or message of the case. Nothing is sent again by itself."""
    for finding in case.of("integration_failed"):
        if "letter" in finding.facts:
            yield from _letter(case, finding)
        else:
            yield _left(case, finding)


def _letter(case: CaseSeen, finding: FindingSeen) -> Iterable[Draft]:
    facts = finding.facts
    in_doubt = facts["state"] == "in_doubt"
    again = "The same letter under the same Message-ID: mail programs take a second copy for the first."
    ways = (
        ("send_again", "again", "Send it again", again, Decimal(40 if in_doubt else 60)),
        (
            "letter_arrived",
            "arrived",
            "It arrived",
            "Somebody asked, or an answer came. Nothing is sent.",
            Decimal(60 if in_doubt else 20),
        ),
        ("said_otherwise", "by_hand", "It was said otherwise", "By telephone, or to another address.", Decimal(50)),
    )
    for option, outcome, title, says, score in ways:
        command = {"type": "SettleLetter", "entity": case.entity, "number": facts["letter"], "outcome": outcome}
        yield Draft(
            option=option,
            title=title,
            says=says,
            actions=(Action(command=command, title=f"{title}: {facts['subject']}", says=f"To {facts['recipient']}"),),
            evidence=case.evidence,
            score=score,
            why=finding.says,
        )


def _left(case: CaseSeen, finding: FindingSeen) -> Draft:
    facts = finding.facts
    command = {
        "type": "SettleArrival",
        "entity": case.entity,
        "mailbox": facts["mailbox"],
        "uidvalidity": facts["uidvalidity"],
        "uid": facts["uid"],
        "reason": "fetched by hand",
    }
    return Draft(
        option="fetched_by_hand",
        title="Fetched by hand",
        says="Open it in a mail program and bring in on the intake page what is for us.",
        actions=(Action(command=command, title=f"Dealt with in {facts['mailbox']}", says="It stays where it is"),),
        evidence=case.evidence,
        score=Decimal(50),
        why=finding.says,
    )
