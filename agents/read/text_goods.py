"""What a letter says of goods beside promises: what is ordered or changed, what came damaged or wrong, what goes back.

The same quantity is 14 confirmed in one letter and 14 damaged in another: what a sentence is for decides its name. A wish
for a day is a wish (`line.requested_date`), never a promise, and counts though it is put as a question.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from agents.read.intent_choice import NOT, TAKEN_BACK
from agents.read.intent_words import PATTERNS
from agents.read.text_facts import amount, facts, quantities
from agents.read.text_items import CODE, FIGURES
from agents.read.text_moods import depends
from agents.read.text_promises import Fact, Marks, first_day
from agents.read.text_sentences import denied_at
from core.claims import Intent

FAULTS = frozenset((Intent.DAMAGED_GOODS, Intent.WRONG_GOODS))
WISHES = frozenset((Intent.CUSTOMER_ORDER, Intent.ORDER_CHANGE_REQUEST))
OF_GOODS = FAULTS | WISHES | {
    Intent.RETURN_REQUEST, Intent.QUOTE, Intent.ORDER_CANCELLATION, Intent.CUSTOMER_COMPLAINT, Intent.SUBSTITUTION_OFFER,
}  # fmt: skip
"""Intents of a sentence that speaks of the goods it names, though it says no more of them."""
_PATTERNS = tuple(
    (intent, pattern)
    for intent, pattern in PATTERNS
    if intent in OF_GOODS | {Intent.FREIGHT_NOTICE, Intent.DESPATCH_ADVICE}
)
_BY = re.compile(
    r"(?:\b(?:by|on|for|to|until|till|before|needed|required|make it|not later than|bis(?: (?:zum"
    r"|sp\u00e4testens))?|am|zum"
    r"|auf(?: den)?|sp\u00e4testens|le|pour le|au|el|al|para el|antes del?|op|voor|v\u00f3\u00f3r|naar|delivery"
    r"|Lieferung"
    r"|livraison|entrega|levering)\s*:?\s*)$",
    re.I,
)
_NOT_WANTED = re.compile(
    r"\b(?:can(?:no|')?t|cannot|not|nicht|pas|no|niet|from|vom|von|du|dated|instead of|statt|promised|confirmed"
    r"|zugesagt\w*)\b[^,;]*$",
    re.I,
)
_FROM_TO = re.compile(rf"\b(?:from|von|de|van)\s+{amount('all')}\s+(?:to|auf|\u00e0|a|naar)\s+{amount('got')}", re.I)
_MISSING = re.compile(
    rf"{amount('got')}[^.,;]{{0,30}}\b(?:(?:is|are|were) (?:still )?(?:missing|short)|fehlen|manquent|faltan"
    rf"|ontbreken)\b"
    rf"|\b(?:missing|short by|fehlen(?: uns)?|il manque|manquent|faltan|ontbreken)\W{{1,2}}{amount('other')}",
    re.I,
)
_EXTRA = re.compile(
    rf"\b(?:the|those|these|die|les|los|de) (?:\w+ )?(?:extra|surplus|other|remaining"
    rf"|zu viel[^\d.]{{0,20}}) {amount('got')}",
    re.I,
)
_EXTRA_DE = re.compile(rf"\b(?:the extra|die)\s+{amount('got')}\s+(?:zu viel|too many|overdelivered|extra)", re.I)
_ORDERED = re.compile(
    r"\b(?:ordered|order|instead of|rather than|not|statt(?: der| des| dem)?(?: bestellten)?|bestellt(?:en)?|au "
    r"lieu d[eu']\s?"
    r"|en lugar del?|in plaats van|commandé|pedimos|besteld)\b(?:[^\w]|the |das |die |den |der |le |la |el |de ){0,4}$",
    re.I,
)
_REJECTED = re.compile(rf"\b(?:qty|quantity|Menge) (?:rejected|damaged|defective)\W{{1,3}}{amount('got')}", re.I)


def purposes(sentence: str) -> frozenset[Intent]:
    """What a sentence wants or reports of goods, as far as its words show."""
    conditional = depends(sentence)
    shown = set()
    for intent, pattern in _PATTERNS:
        match = next((m for m in pattern.finditer(sentence) if not denied_at(sentence, m.start(), m.end())), None)
        if match is None or (conditional and intent is not Intent.QUOTE):
            continue
        if not (intent in TAKEN_BACK and NOT.search(match[0])):
            shown.add(intent)
    if Intent.RETURN_REQUEST in shown:
        shown.discard(Intent.CUSTOMER_ORDER)
    return frozenset(shown)


def told(sentence: str, marks: Marks, lead: str, wanted: frozenset[Intent], *, ordering: bool) -> list[Fact] | None:
    """The facts of a sentence about goods under their names; None when it is a sentence like any other. `ordering` tells
    that the letter places an order."""
    if wanted & FAULTS:
        return list(_faults(sentence, marks, wanted))
    if Intent.RETURN_REQUEST in wanted:
        return list(_returns(sentence, marks))
    if ordering or wanted & WISHES:
        return list(_wishes(sentence, marks, lead))
    if Intent.QUOTE in wanted:
        priced = [fact for fact in facts(sentence, marks, lead) if not fact.field.endswith("quantity")]
        return [
            *quantities(sentence, marks, loose=True),
            *priced,
            *(_requested(sentence, marks) if "?" in sentence else ()),
        ]
    return None


def missing(sentence: str, marks: Marks) -> Iterator[Fact]:
    """So many that did not come: "120 pieces are missing"."""
    for match in _MISSING.finditer(sentence):
        name = "got" if match["got"] else "other"
        value = marks.value(match[name])
        if value is not None:
            yield Fact("line.missing_quantity", value, match.start(name), match.end(name))


def _wishes(sentence: str, marks: Marks, lead: str) -> Iterator[Fact]:
    """What is ordered, or shall be from now on; what was ordered before; by when it is wanted."""
    moved = _FROM_TO.search(sentence)
    if moved is not None:
        for name, field in (("got", "line.quantity"), ("all", "line.ordered_quantity")):
            value = marks.value(moved[name])
            if value is not None:
                yield Fact(field, value, moved.start(name), moved.end(name))
    else:
        yield from quantities(sentence, marks, loose=True)
    yield from (fact for fact in facts(sentence, marks, lead) if fact.field.startswith("line.price"))
    yield from _requested(sentence, marks)


def _requested(sentence: str, marks: Marks) -> Iterator[Fact]:
    """The first day by which something is wanted. The day an order was written, or cannot be met, is none."""
    yield from first_day(
        "line.requested_date", sentence, marks, lambda _, before: _BY.search(before) and not _NOT_WANTED.search(before)
    )


def _returns(sentence: str, marks: Marks) -> Iterator[Fact]:
    """How many shall go back."""
    for pattern in (_EXTRA, _EXTRA_DE):
        extra = pattern.search(sentence)
        value = marks.value(extra["got"]) if extra else None
        if extra is not None and value is not None:
            yield Fact("line.return_quantity", value, extra.start("got"), extra.end("got"))
            return
    counted = [fact for fact in quantities(sentence, marks, loose=True) if fact.field == "line.quantity"]
    yield from (replace(fact, field="line.return_quantity") for fact in counted)


def _faults(sentence: str, marks: Marks, wanted: frozenset[Intent]) -> Iterator[Fact]:
    """How many came damaged, or wrong and what in place of what."""
    rejected = _REJECTED.search(sentence)
    value = marks.value(rejected["got"]) if rejected else None
    if rejected is not None and value is not None:
        yield Fact("line.damaged_quantity", value, rejected.start("got"), rejected.end("got"))
        return
    counted = list(quantities(sentence, marks, loose=True))
    swapped = list(_swapped(sentence)) if Intent.WRONG_GOODS in wanted else []
    yield from swapped
    if Intent.DAMAGED_GOODS in wanted:
        yield from (replace(one, field="line.damaged_quantity") for one in _spoken_of(sentence, counted)[:1])
    elif any(fact.field == "line.ordered_quantity" for fact in counted):
        yield from counted
    elif swapped:
        yield from (replace(fact, field="line.wrong_quantity") for fact in counted[:1])


def _spoken_of(sentence: str, counted: list[Fact]) -> list[Fact]:
    """The quantities meant, best first: one that stands straight before an item number, else the last one."""
    got = [fact for fact in counted if fact.field == "line.quantity"]
    beside = [fact for fact in got if CODE.search(sentence[fact.end : fact.end + 25])]
    return beside or got[::-1]


def _swapped(sentence: str) -> Iterator[Fact]:
    """The item number of what came in place of what was ordered, where both are named."""
    named = [(m[0], m.start(), m.end()) for m in CODE.finditer(sentence) if not m[0].startswith(("PO-", "SO-"))]
    named += [(m["code"], m.start("code"), m.end("code")) for m in FIGURES.finditer(sentence)]
    named.sort(key=lambda one: one[1])
    for first, second in pairwise(named):
        before = [
            _ORDERED.search(_without_words(sentence[max(0, one[1] - 80) : one[1]])) is not None
            for one in (first, second)
        ]
        if first[0] != second[0] and any(before):
            yield Fact("line.received_item", *(first if before[1] else second))
            return


def _without_words(before: str) -> str:
    """What stands before an item number, its count and its noun left out ("statt der bestellten Kombizangen ")."""
    return re.sub(r"(?:(?<=\s)\d+\s*(?:\w+\s)?|(?<=ten )[A-Z\u00c4\u00d6\u00dc]\w+\s+)$", "", before)
