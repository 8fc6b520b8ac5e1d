"""Letters that go with a proposal: what code wants said, in a model's words when they say exactly that, else as it is.

The recipient is the contact on the supplier's record, never an address from a message. A model's wording is taken only
when every figure, date and identifier in it stands in the sentences it was given, and it links to nothing.
"""

import re

from agents.models.port import ModelFailed, NoteFacts
from agents.models.rules import Rules
from agents.tools import CaseSeen, Tools
from core.deciding.proposals import Action

SIGNED = "Harbor & Pine Supply, exception desk"
TOKEN = re.compile(r"[\w.,%$€£/×-]*\d[\w.,%$€£/×-]*")
LINK = re.compile(r"https?:|www\.|@|\biban\b|\baccount\b", re.IGNORECASE)


def letter(case: CaseSeen, tools: Tools, sentences: tuple[str, ...], *, subject: str, says: str) -> tuple[Action, ...]:
    """The action that sends these sentences to the supplier of record; nothing when there is nobody to write to."""
    supplier = case.supplier
    if supplier is None or not supplier.contact_email:
        return ()
    name = supplier.contact_name or supplier.name
    facts = NoteFacts(recipient=name, sentences=sentences, signed=SIGNED)
    command = {
        "type": "SendMessage",
        "entity": case.entity,
        "case": case.number,
        "recipient": supplier.contact_email,
        "recipient_name": name,
        "subject": f"Re: {case.subject}" if case.subject and not case.subject.lower().startswith("re:") else subject,
        "body": worded(facts, tools),
        "in_reply_to": case.message_id,
    }
    return (Action(command=command, title=f"Send reply to {name}", says=says),)


def worded(facts: NoteFacts, tools: Tools) -> str:
    """The note in the model's words when they say nothing else, in ours otherwise."""
    plain = Rules().word(facts).body
    try:
        body = tools.model.word(facts).body
    except ModelFailed:
        return plain
    return body if says_nothing_else(body, plain) else plain


def says_nothing_else(body: str, plain: str) -> bool:
    """Does a wording hold no figure and no link that the plain note does not hold, and all figures that it does?"""
    wanted, found = set(TOKEN.findall(plain)), set(TOKEN.findall(body))
    strip = str.maketrans("", "", ".,")
    return (
        {token.translate(strip) for token in wanted} == {token.translate(strip) for token in found}
        and not (LINK.search(body) and not LINK.search(plain))
        and len(body) <= 2 * len(plain) + 200
    )
