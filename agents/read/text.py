"""The new text of a letter to claims: papers named, goods with quantities, prices and dates, and what it asks for.

Rules over sentences, no model. Each claim's span is the literal place in the part's text. Goods number the lines: the
same goods named again are the same line, and "the remaining 120" belongs to the goods named last.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from agents.read import text_freight, text_goods, text_money, text_table
from agents.read.country import NOWHERE, Home
from agents.read.limits import LINES_MAX
from agents.read.text_doubts import doubts
from agents.read.text_facts import facts
from agents.read.text_items import items
from agents.read.text_letter import READER, Letter, beside, line_of, lines_for, nearest
from agents.read.text_notices import bank_change, price_facts, price_notice, statuses
from agents.read.text_promises import Fact, Marks, marks_of
from agents.read.text_references import Reference, references
from agents.read.text_sentences import Sentence, sentences
from core.claims import Claim, Document, DocumentKind, Intent, Part

_REFERS_BACK = re.compile(
    r"\b(?:remain\w*|rest\w*|balance|they|them|it|these|those|this item|sie|diese\w*|es|backorder\w*"
    r"|fehlende\w*|reste|resto|solde|others?|new price|neuer? Preis|nouveau prix|nuevo precio|nieuwe prijs)\b",
    re.I,
)

_LISTED = re.compile(r"(?:[-*\u2022\u00b7\u2013]|\d{1,2}[.)])\s")
_AUTOMATIC = re.compile(
    r"\s*(?:undeliver\w*|delivery (?:has )?failed|auto(?:matic|matische|matisch)?[ -]?(?:re(?:ply|sponse)"
    r"|antwort\w*|antwoord)|out of (?:the )?office"
    r"|abwesen\w*"
    r"|r\u00e9ponse automatique|respuesta autom\u00e1tica|fuera de la oficina|afwezig\w*)",
    re.I,
)
"""An answer that nobody wrote repeats the subject of ours."""
_NEWS = re.compile(r"(?!\s*(?:re|aw|antw|antwort|sv|r\u00e9p?|rif)\s*:)", re.I)
"""The subject of a reply is history."""


def read(part: Part, sent: date | None, subject: Part | None = None, home: Home = NOWHERE) -> Document | None:
    """What a letter says, or None when it says nothing the vocabulary has a name for.

    Takes the part with the sender's own words (history and signature are cut away before), the day it was sent, and the
    subject's part: papers that it names count where the letter names none of their kind. `home` is where its sender writes
    from, as far as anything shows it.
    """
    text = part.text
    letter = Letter(part)
    rows = text_table.tables(text)
    marks = marks_of(text, sent, home)
    said = tuple(_beside_tables(sentences(text), rows))
    wanted = {s.start: _wanted(s.text) for s in said}
    letter.wanted = frozenset().union(
        *wanted.values(), _wanted(subject.text) if subject and _NEWS.match(subject.text) else ()
    )
    for table in rows:
        letter.lines = text_table.claims(table, part.path, READER, marks, letter.lines, letter.claims)
    if Intent.CUSTOMER_ORDER in letter.wanted:
        letter.claims = [_asked_for(claim) for claim in letter.claims]
    referenced = references(text)
    orders = [r for r in referenced if r.field == "order.number"]
    several = len({r.value for r in orders}) > 1
    for reference in referenced:
        if not any(table.start <= reference.start < table.end for table in rows) and not (
            several and reference in orders
        ):
            letter.claim(reference.field, reference.value, reference.start, reference.end)
    for name, value, start, end in text_freight.papers(text):
        letter.claim(name, value, start, end)
    for sentence in said:
        inside = tuple(r for r in referenced if sentence.start <= r.start < sentence.end)
        _notices(letter, sentence)
        _sentence(letter, sentence, inside, marks, wanted[sentence.start], several=several)
    for order in orders if several else ():
        if not any(c.field == "order.number" and c.value == order.value for c in letter.claims):
            letter.claim(order.field, order.value, order.start, order.end)
    if subject is not None:
        _of_subject(letter, subject)
    checks = tuple(doubts(said, rows, marks))
    letter.claims = [replace(c, because=marks.because(c.value, c.span.text)) for c in letter.claims]
    if not letter.claims and not checks:
        return None
    return Document(kind=DocumentKind.MAIL, part=part.path, claims=tuple(letter.claims), reader=READER, checks=checks)


def _beside_tables(said: Iterator[Sentence], rows: tuple[text_table.Table, ...]) -> Iterator[Sentence]:
    """The sentences outside of tables. What a table's last row runs on into ("Balance due 1,558.50") is one."""
    for sentence in said:
        table = next((table for table in rows if table.start <= sentence.start < table.end), None)
        rest = sentence.text[table.end - sentence.start :] if table else sentence.text
        if table is None:
            yield sentence
        elif rest.strip():
            start = sentence.end - len(rest.lstrip())
            yield Sentence(start, sentence.end, rest.lstrip(), sentence.paragraph)


def _of_subject(letter: Letter, subject: Part) -> None:
    """Papers that the subject names, where the letter names none of their kind, and which reminder it is."""
    if _AUTOMATIC.match(subject.text):
        return
    known = {claim.field for claim in letter.claims}
    for reference in references(subject.text):
        if reference.field not in known:
            letter.claim(reference.field, reference.value, reference.start, reference.end, part=subject)
    which = text_money.level(subject.text)
    if which is not None and which.field not in known:
        letter.claim(which.field, which.value, which.start, which.end, part=subject)


def _wanted(sentence: str) -> frozenset[Intent]:
    """What a sentence wants or is about, of goods, money and freight."""
    return text_goods.purposes(sentence) | text_money.about(sentence)


def _asked_for(claim: Claim) -> Claim:
    """A claim of an order: its days are wanted, not promised."""
    return replace(claim, field="line.requested_date") if claim.field == "line.delivery_date" else claim


def only_papers(document: Document) -> Document:
    """A forwarded letter whose sender tells the news himself: the papers that it names, none of its news."""
    claims = tuple(c for c in document.claims if c.line is None and c.field.endswith(".number"))
    return replace(document, claims=claims)


def tells_news(document: Document) -> bool:
    """Whether a letter says more than which papers it is about."""
    return any(c.line is not None or not c.field.endswith(".number") for c in document.claims)


def _notices(letter: Letter, sentence: Sentence) -> None:
    """Sentences kept as they are: other payment details, a price change."""
    if bank_change(sentence.text):
        letter.claim("bank_change.request", sentence.text, sentence.start, sentence.end)
    if price_notice(sentence.text):
        letter.claim("price.notice", sentence.text, sentence.start, sentence.end)


def _sentence(
    letter: Letter,
    sentence: Sentence,
    inside: tuple[Reference, ...],
    marks: Marks,
    wanted: frozenset[Intent],
    *,
    several: bool,
) -> None:
    """One sentence's facts, each tied to the goods named nearest before it."""
    if sentence.paragraph != letter.paragraph:
        letter.paragraph = sentence.paragraph
        if not _REFERS_BACK.search(sentence.text):
            letter.current = letter.spoken_of = None
    taken = tuple((r.start - sentence.start, r.end - sentence.start) for r in inside)
    named = items(sentence.text, taken)
    listed = _LISTED.match(sentence.text) is not None
    hangs = listed or 0 <= sentence.start - letter.lead_ends <= 2
    letter.lead = letter.lead if hangs else ""
    found = [f for f in _facts(letter, sentence, marks, wanted, letter.lead) if not _overlaps(f, taken)]
    if sentence.text.endswith(":"):
        letter.lead, letter.lead_ends = sentence.text, sentence.end
    for fact in found:
        if not fact.field.startswith("line."):
            letter.claim(fact.field, fact.value, sentence.start + fact.start, sentence.start + fact.end, unit=fact.unit)
    found = [f for f in found if f.field.startswith("line.")]
    named = tuple(
        item for item in named if not any(item.start == f.start for f in found if f.field == "line.received_item")
    )
    told = statuses(sentence.text)
    orders = [r for r in inside if r.field == "order.number"]
    if orders:
        letter.order, letter.order_at = orders[-1], letter.lines
        if several and not named:
            letter.current = None
    if not found and not told:
        numbered = tuple(item for item in named if item.field == "line.supplier_item")
        if named and letter.lines < LINES_MAX and _introduces(sentence.text):
            line_of(letter, named, sentence, several=several)
        elif numbered and letter.lines < LINES_MAX and wanted & text_goods.OF_GOODS:
            line_of(letter, numbered, sentence, several=several)
        elif named:
            letter.spoken_of = (named[0], sentence.start) if len({item.key for item in named}) == 1 else None
            letter.current = None
        return
    if not named and letter.current is None and letter.spoken_of is not None:
        item, start = letter.spoken_of
        line_of(letter, (item,), Sentence(start, sentence.start, ""), several=several)
    letter.spoken_of = None
    lines = lines_for(letter, sentence, named, found, several=several)
    line: int | None = None
    for fact in found:
        if fact.field != "line.ordered_quantity":  # told in one breath with the quantity it belongs to
            line = nearest(lines, fact, sentence.text) if lines else letter.current
        _tell(letter, fact, sentence.start, line, orders, several=several)
    for status, start, length in told if lines or letter.current else ():
        line = beside(named, lines, start, start + length) if lines else letter.current
        if not letter.says("line.status", line):
            letter.claim("line.status", status, sentence.start + start, sentence.start + start + length, line)


def _facts(letter: Letter, sentence: Sentence, marks: Marks, wanted: frozenset[Intent], lead: str) -> Iterator[Fact]:
    """Everything one sentence says, by what it and its letter are for. What is said of money or freight is no price, no
    quantity and no promise."""
    text = sentence.text
    whole = [*text_money.told(text, marks, letter.wanted, wanted)]
    if letter.wanted & {Intent.FREIGHT_NOTICE, Intent.DESPATCH_ADVICE}:
        whole += text_freight.told(text, marks)
    if price_notice(text):
        whole += price_facts(text, marks)
    yield from whole
    goods = text_goods.told(text, marks, lead, wanted, ordering=Intent.CUSTOMER_ORDER in letter.wanted)
    absent = [*text_goods.missing(text, marks)]
    places = tuple((f.start, f.end) for f in [*whole, *absent])
    yield from absent
    for fact in facts(text, marks, lead) if goods is None else goods:
        demanded = fact.field == "line.delivery_date" and Intent.CUSTOMER_COMPLAINT in letter.wanted
        carried = fact.field.startswith("line.price") and Intent.FREIGHT_NOTICE in letter.wanted
        if not (demanded or carried or _overlaps(fact, places)):
            yield fact


def _overlaps(fact: Fact, places: tuple[tuple[int, int], ...]) -> bool:
    return any(start < fact.end and fact.start < end for start, end in places)


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


def _tell(letter: Letter, fact: Fact, offset: int, line: int | None, orders: list[Reference], *, several: bool) -> None:
    """One fact as a claim: a date without goods is the whole order's."""
    name = fact.field
    if name == "line.requested_date" and not several:
        name, line = "delivery.requested_date", None
    if line is None and name == "line.old_date":
        name = "delivery.old_date"
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
