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
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
COURTESY = frozenset((
    "a", "about", "again", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before", "best",
    "but", "by", "can", "come", "could", "dear", "did", "do", "for", "from", "good", "had", "has", "have", "hello",
    "here", "hi", "how", "i", "if", "in", "into", "is", "it", "its", "just", "kind", "know", "let", "like", "look",
    "many", "may", "me", "might", "more", "my", "not", "of", "on", "or", "our", "out", "please", "quick", "received",
    "regards", "regarding", "reply", "say", "see", "shall", "she", "since", "sincerely", "so", "soon", "sorry",
    "still", "such", "team", "tell", "than", "thank", "thanks", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "today", "truly", "under", "up", "us", "very", "was", "we", "were",
    "what", "when", "where", "whether", "which", "while", "who", "why", "will", "wish", "with", "would", "write",
    "you", "your", "yours",
))  # fmt: skip
"""Words that commit nobody to anything. A wording may add these, and none beside them: a letter that agrees, approves or
promises says so in words of its own, in whatever language."""
NEGATIONS = frozenset(("not", "no", "never", "nothing", "none", "cannot", "without"))
"""A word whose coming or going turns a sentence round."""


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
    """Does a wording hold no figure, no link and no word of weight that the plain note does not hold, and all figures that
    it does? What a model was talked into saying has nowhere to stand."""
    wanted, found = set(TOKEN.findall(plain)), set(TOKEN.findall(body))
    strip = str.maketrans("", "", ".,")
    said, given = _words(body), _words(plain)
    return (
        said <= given | COURTESY
        and said & NEGATIONS == given & NEGATIONS
        and {token.translate(strip) for token in wanted} == {token.translate(strip) for token in found}
        and not (LINK.search(body) and not LINK.search(plain))
        and len(body) <= 2 * len(plain) + 200
    )


def _words(text: str) -> set[str]:
    return {word.casefold().replace("’", "'") for word in WORD.findall(text)}
