"""The new text of a letter to claims: papers named, goods with quantities, prices and dates, and what it asks for.

Rules over sentences, no model. Each claim's span is the literal place in the part's text. Goods number the lines: the
same goods named again are the same line, and "the remaining 120" belongs to the goods named last.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from agents.read import text_table
from agents.read.limits import LINES_MAX
from agents.read.text_facts import facts
from agents.read.text_items import Item, items
from agents.read.text_notices import bank_change, price_notice, statuses
from agents.read.text_promises import Fact, Marks, marks_of
from agents.read.text_references import Reference, references
from agents.read.text_sentences import Sentence, sentences
from core.claims import Claim, Document, DocumentKind, Part, Span

READER = "text-rules/1"
COUNTED_BEFORE_MAX = 14
"""Characters between a quantity and the goods it counts: "60 pieces of NP-C20"."""
_REFERS_BACK = re.compile(
    r"\b(?:remain\w*|rest\w*|balance|they|them|it|these|those|this item|sie|diese\w*|es|backorder\w*"
    r"|fehlende\w*|reste|resto|solde|others?|new price|neuer? Preis|nouveau prix|nuevo precio|nieuwe prijs)\b",
    re.I,
)

_LISTED = re.compile(r"(?:[-*\u2022\u00b7\u2013]|\d{1,2}[.)])\s")
_AUTOMATIC = re.compile(
    r"\s*(?:auto(?:matic|matische|matisch)?[ -]?(?:re(?:ply|sponse)|antwort\w*|antwoord)|out of (?:the )?office"
    r"|abwesen\w*"
    r"|r\u00e9ponse automatique|respuesta autom\u00e1tica|fuera de la oficina|afwezig\w*)",
    re.I,
)
"""An answer that nobody wrote repeats the subject of ours."""


@dataclass(slots=True)
class _Letter:
    """A letter being read: its claims, and the goods named so far in order."""

    part: Part
    claims: list[Claim] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    named: dict[int, Item | None] = field(default_factory=dict)
    current: int | None = None
    order: Reference | None = None
    order_at: int = 0
    paragraph: int = 0
    lines: int = 0
    lead: str = ""
    """The sentence that the list being read hangs on."""
    spoken_of: tuple[Item, int] | None = None
    """The only goods of a sentence that said nothing of them yet, and where that sentence starts."""

    def claim(
        self,
        name: str,
        value: str | Decimal | date,
        start: int,
        end: int,
        line: int | None = None,
        unit: str | None = None,
        part: Part | None = None,
    ) -> None:
        """One claim with its place, in the letter or in `part`; what was already said of the same line is not said
        again."""
        if any(c.field == name and c.line == line and c.value == value for c in self.claims):
            return
        of = part or self.part
        span = Span(part=of.path, text=of.text[start:end], start=start, end=end)
        self.claims.append(Claim(field=name, value=value, span=span, reader=READER, line=line, unit=unit))

    def says(self, name: str, line: int | None) -> bool:
        """Whether the line already has a value of that field."""
        return any(c.field == name and c.line == line for c in self.claims)


def read(part: Part, sent: date | None, subject: Part | None = None) -> Document | None:
    """What a letter says, or None when it says nothing the vocabulary has a name for.

    Takes the part with the sender's own words (history and signature are cut away before), the day it was sent, and the
    subject's part: papers that it names count where the letter names none of their kind.
    """
    text = part.text
    letter = _Letter(part)
    rows = text_table.tables(text)
    marks = marks_of(text, sent)
    for table in rows:
        letter.lines = text_table.claims(table, part.path, READER, marks, letter.lines, letter.claims)
    referenced = references(text)
    orders = [r for r in referenced if r.field == "order.number"]
    several = len({r.value for r in orders}) > 1
    for reference in referenced:
        if not any(table.start <= reference.start < table.end for table in rows) and not (
            several and reference in orders
        ):
            letter.claim(reference.field, reference.value, reference.start, reference.end)
    for sentence in sentences(text):
        if any(table.start <= sentence.start < table.end for table in rows):
            continue
        inside = tuple(r for r in referenced if sentence.start <= r.start < sentence.end)
        _notices(letter, sentence)
        _sentence(letter, sentence, inside, marks, several=several)
    for order in orders if several else ():
        if not any(c.field == "order.number" and c.value == order.value for c in letter.claims):
            letter.claim(order.field, order.value, order.start, order.end)
    if subject is not None and not _AUTOMATIC.match(subject.text):
        known = {claim.field for claim in letter.claims}
        for reference in references(subject.text):
            if reference.field not in known:
                letter.claim(reference.field, reference.value, reference.start, reference.end, part=subject)
    if not letter.claims:
        return None
    return Document(kind=DocumentKind.MAIL, part=part.path, claims=tuple(letter.claims), reader=READER)


def only_papers(document: Document) -> Document:
    """A forwarded letter whose sender tells the news himself: the papers that it names, none of its news."""
    claims = tuple(c for c in document.claims if c.line is None and c.field.endswith(".number"))
    return replace(document, claims=claims)


def tells_news(document: Document) -> bool:
    """Whether a letter says more than which papers it is about."""
    return any(c.line is not None or not c.field.endswith(".number") for c in document.claims)


def _notices(letter: _Letter, sentence: Sentence) -> None:
    """Sentences kept as they are: other payment details, a price change."""
    if bank_change(sentence.text):
        letter.claim("bank_change.request", sentence.text, sentence.start, sentence.end)
    if price_notice(sentence.text):
        letter.claim("price.notice", sentence.text, sentence.start, sentence.end)


def _sentence(
    letter: _Letter, sentence: Sentence, inside: tuple[Reference, ...], marks: Marks, *, several: bool
) -> None:
    """One sentence's facts, each tied to the goods named nearest before it."""
    if sentence.paragraph != letter.paragraph:
        letter.paragraph = sentence.paragraph
        if not _REFERS_BACK.search(sentence.text):
            letter.current = letter.spoken_of = None
    taken = tuple((r.start - sentence.start, r.end - sentence.start) for r in inside)
    named = items(sentence.text, taken)
    listed = _LISTED.match(sentence.text) is not None
    letter.lead = letter.lead if listed else sentence.text if sentence.text.endswith(":") else ""
    found = [
        f
        for f in facts(sentence.text, marks, letter.lead if listed else "")
        if not any(a < f.end and f.start < b for a, b in taken)
    ]
    told = statuses(sentence.text)
    orders = [r for r in inside if r.field == "order.number"]
    if orders:
        letter.order, letter.order_at = orders[-1], letter.lines
        if several and not named:
            letter.current = None
    if not found and not told:
        if named and letter.lines < LINES_MAX and _introduces(sentence.text):
            _line_of(letter, named, sentence, several=several)
        elif named:
            letter.spoken_of = (named[0], sentence.start) if len({item.key for item in named}) == 1 else None
            letter.current = None
        return
    if not named and letter.current is None and letter.spoken_of is not None:
        item, start = letter.spoken_of
        _line_of(letter, (item,), Sentence(start, sentence.start, ""), several=several)
    letter.spoken_of = None
    lines = _lines_for(letter, sentence, named, found, several=several)
    line: int | None = None
    for fact in found:
        if fact.field != "line.ordered_quantity":  # told in one breath with the quantity it belongs to
            line = _nearest(lines, fact, sentence.text) if lines else letter.current
        _tell(letter, fact, sentence.start, line, orders, several=several)
    for status, start, length in told if lines or letter.current else ():
        line = _beside(named, lines, start, start + length) if lines else letter.current
        if not letter.says("line.status", line):
            letter.claim("line.status", status, sentence.start + start, sentence.start + start + length, line)


def _introduces(sentence: str) -> bool:
    """ "A note on the bolts:" says whom the next sentence is about."""
    return (
        sentence.rstrip().endswith((":", "-", "\u2013"))
        or re.match(
            r"(?:A note on|Regarding|Concerning"
            r"|As for|About|Betreffend|Zu den)\b",
            sentence,
            re.I,
        )
        is not None
    )


def _lines_for(
    letter: _Letter, sentence: Sentence, named: tuple[Item, ...], found: list[Fact], *, several: bool
) -> list[tuple[int, int]]:
    """(place, line) of the goods a sentence names; a new line for facts about goods that nobody named."""
    if named:
        return _line_of(letter, named, sentence, several=several)
    own = [f for f in found if f.field in ("line.quantity", "line.price", "line.ordered_quantity")]
    if own and (letter.current is None or any(letter.says(f.field, letter.current) for f in own)):
        letter.lines += 1
        letter.current = letter.lines
        letter.named[letter.lines] = None
        _tie(letter, letter.lines, several=several)
    return []


def _line_of(letter: _Letter, named: tuple[Item, ...], sentence: Sentence, *, several: bool) -> list[tuple[int, int]]:
    """The lines of goods. A number and the words beside it are one thing: "60 pieces of NP-C20 nuts M8"."""
    lines: list[tuple[int, int]] = []
    at: Item | None = None
    for item in named:
        beside = (
            at is not None
            and at.field != item.field
            and len(re.findall(r"\w+", sentence.text[at.end : item.start])) <= 1
        )
        line = lines[-1][1] if beside and lines else _known(letter, item)
        if line is None:
            letter.lines += 1
            line = letter.lines
            letter.named[line] = item
            _tie(letter, line, several=several)
        if not any(c.field == item.field and c.line == line for c in letter.claims):
            letter.claim(item.field, item.value, sentence.start + item.start, sentence.start + item.end, line)
        lines.append((item.start, line))
        letter.current = line
        at = item
    return lines


def _known(letter: _Letter, item: Item) -> int | None:
    """The line of the same order that already carries these goods."""
    for claim in letter.claims:
        if (
            claim.line is None
            or claim.field not in ("line.supplier_item", "line.description")
            or claim.line <= letter.order_at
        ):
            continue
        if Item(claim.field, str(claim.value), 0, 0).key == item.key:
            return claim.line
    return None


def _tie(letter: _Letter, line: int, *, several: bool) -> None:
    """In a letter about several orders, a line carries the order named last."""
    if several and letter.order is not None:
        letter.claim("order.number", letter.order.value, letter.order.start, letter.order.end, line)


def _nearest(lines: list[tuple[int, int]], fact: Fact, sentence: str) -> int:
    """The goods named last before a fact, or the first after it. "60 pieces of NP-C20" counts what follows."""
    follows = [
        line
        for place, line in lines
        if fact.field.endswith("quantity")
        and 0 <= place - fact.end <= COUNTED_BEFORE_MAX
        and not {",", ";"} & set(sentence[fact.end : place])
    ]
    before = [line for place, line in lines if place < fact.start]
    return follows[0] if follows else before[-1] if before else lines[0][1]


def _beside(named: tuple[Item, ...], lines: list[tuple[int, int]], start: int, end: int) -> int:
    """The line of the goods that stand nearest to the words from `start` to `end`, before or after them."""
    ends = {item.start: item.end for item in named}
    return min(lines, key=lambda one: max(one[0] - end, start - ends[one[0]], 0))[1]


def _tell(
    letter: _Letter, fact: Fact, offset: int, line: int | None, orders: list[Reference], *, several: bool
) -> None:
    """One fact as a claim: a date without goods is the whole order's."""
    name = fact.field
    if line is None and name in ("line.delivery_date", "line.rest_date"):
        name = "delivery.date"
        if several and orders:
            letter.lines += 1
            line = letter.lines
            name = "line.delivery_date"
            letter.claim("order.number", orders[-1].value, orders[-1].start, orders[-1].end, line)
    if name != "delivery.date" and letter.says(name, line):
        return
    letter.claim(name, fact.value, offset + fact.start, offset + fact.end, line, fact.unit)
