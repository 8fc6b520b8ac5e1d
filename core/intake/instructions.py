"""Words in a message that speak to whatever reads it, and not to the people it was sent to. Pure.

Nothing here is needed to stay safe: what a document says decides nothing anyway (DESIGN.md, promise 4). It sends such a
message to a person, who shall know what somebody tried. A phrase not listed here is no less inert.
"""

import re
import unicodedata
from collections.abc import Iterator

from core.claims import Reading

EXCERPT = 80
FOUND_MAX = 5
"""So many are told; the message itself is kept whole."""

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
TAGS = re.compile("[\U000e0020-\U000e007e]+")
"""Characters that spell ASCII invisibly; no mail program writes them."""

PHRASES = re.compile(
    r"<\|?(?:im_start|im_end|system|assistant|endoftext)\|?>|\[/?inst\]|<<\s*/?sys\s*>>|</?(?:tool_call|document|system|instructions?)>"
    r"|^\s*(?:assistant|tool result|system)\s*:"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instruction|prompt|polic(?:y|ies))"
    r"|\b(?:anweisung|instruktion)\w*\s+(?:zu\s+)?ignorier|\bignorier\w*\b.{0,40}\b(?:anweisung|instruktion)"
    r"|\bignor(?:a|e|ar|ez|er)\b.{0,30}\b(?:instrucciones|instructions)|\bnegeer\b.{0,30}\binstructies"
    r"|забудь.{0,30}инструкци|忽略.{0,12}(?:指示|指令)"
    r"|\b(?:auto_?approve|required_approvers|requires_approval|release_payment|tolerance_ok|three_way_match|sla_hours)\b"
    r"|\bseverity\s*=\s*\w|\brank\s*=\s*\d|\bapproved?\s*=\s*(?:true|1)\b"
    r"|\bnew system policy\b|\bsystem prompt\b|\bupdate your instructions\b|\bremember for all future cases\b"
    r"|\b(?:score|rank) this case\b|\bapprove (?:this )?(?:proposal|case)\b|\bjust click approve\b|\band obey\b"
    r"|\bapprove without\b|\bwithout (?:review|a hold)\b|\bno second approver\b|\bskip (?:the )?(?:second|duplicate)\b"
    r"|\bhx-(?:post|get|put|delete|on|swap|vals|trigger)\b|\bjavascript:",
    re.IGNORECASE | re.MULTILINE,
)
"""What no supplier writes to a buyer: marks of a prompt, names of settings, orders to forget orders, page code."""


def instructions_in(reading: Reading) -> tuple[str, ...]:
    """The passages of a message that instruct its reader, each with the part it stands in, a few at most."""
    found: dict[str, None] = {}
    for place, written in _texts(reading):
        if TAGS.search(written):
            found.setdefault(f"{place}: letters that nobody can see", None)
        plain = UNSEEN.sub("", unicodedata.normalize("NFKC", written))
        for match in PHRASES.finditer(plain):
            start = max(0, match.start() - 10)
            found.setdefault(f"{place}: {' '.join(plain[start : start + EXCERPT].split())}", None)
    return tuple(found)[:FOUND_MAX]


def _texts(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "subject", reading.subject
    yield "sender", reading.sender_name
    for part in reading.parts:
        name = part.name or part.path
        yield name, part.name
        yield name, part.text
        for hidden in part.hidden:
            yield f"{name}, hidden", hidden
    for document in reading.documents:
        for claim in document.claims:
            if isinstance(claim.value, str):
                yield f"{document.part}, {claim.field}", claim.value
