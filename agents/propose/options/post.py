"""Ways out where something did not get through: a letter of ours, mail in its mailbox, a message their system refused."""

from collections.abc import Iterable
from decimal import Decimal

from agents.propose.letters import letter
from agents.propose.options.messages import ANSWER_DAYS
from agents.tools import CaseSeen, FindingSeen, Tools
from core.deciding.proposals import Action, Draft


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """What can become of each letter or message of the case. Nothing is sent again by itself."""
    for finding in case.of("integration_failed"):
        if "letter" in finding.facts:
            yield from _letter(case, finding)
        elif "refused" in finding.facts:
            yield from _refused(case, finding, tools)
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


def _refused(case: CaseSeen, finding: FindingSeen, tools: Tools) -> Iterable[Draft]:
    """Their system did not take what we sent. No message leaves from here: a person corrects it where it was made."""
    named, errors = str(finding.facts["refused"]), [str(error) for error in finding.facts["errors"]]
    sentences = (
        f"Your system refused our message {named}.",
        f"It says: {'; '.join(errors)}." if errors else "It does not say why.",
        "Please tell us what we have to change, or take the order from this letter until it is corrected.",
    )
    asked = letter(case, tools, sentences, subject=f"Refused: {named}", says="Asks what has to be changed")
    if asked:
        yield Draft(
            option="ask_why_refused",
            title="Ask what is wrong with it",
            says="The case waits for the answer.",
            actions=asked,
            evidence=case.evidence,
            waits_days=ANSWER_DAYS,
            score=Decimal(40 if errors else 70),
            why=finding.says,
        )
    yield Draft(
        option="sent_corrected",
        title="Corrected and sent again",
        says="Done in the system that made the message; the refusal is kept and set aside with the reason.",
        actions=_aside(case, "corrected and sent again"),
        evidence=case.evidence,
        score=Decimal(60),
        why=finding.says,
    )
    yield Draft(
        option="said_otherwise",
        title="It was said otherwise",
        says="By telephone, mail or in their portal; the refusal is kept and set aside with the reason.",
        actions=_aside(case, "said by telephone, mail or in their portal"),
        evidence=case.evidence,
        score=Decimal(50),
        why=finding.says,
    )


def _aside(case: CaseSeen, reason: str) -> tuple[Action, ...]:
    command = {"type": "SetAside", "entity": case.entity, "message": case.message or "", "reason": reason}
    return (Action(command=command, title="Set the refusal aside", says=reason),)


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
