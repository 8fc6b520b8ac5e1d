"""What a message wants: the closed list, several per message, each with the words that show it.

Rules over the headers, the subject and the sentences of the letter; documents show their own. Denials ("there is no
delay") show nothing. Set-aside intents (newsletter, out of office, spam) need headers or unmistakable words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from agents.read import filetype
from agents.read.intent_choice import NOT, TAKEN_BACK, meant, settle
from agents.read.intent_words import PATTERNS
from agents.read.text_facts import facts, shortfall
from agents.read.text_moods import REGRET, asserts, depends
from agents.read.text_notices import bank_change, price_notice, statuses
from agents.read.text_promises import Marks, marks_of, old_and_new
from agents.read.text_sentences import Sentence, denied_at, sentences
from core.claims import Claim, Document, DocumentKind, Intent, IntentClaim, Part, PartState, Span

READER = "intent-rules/1"
SUBJECT = "header:subject"
_LETTERS = re.compile(r"(?:^|/)body(?::forwarded)?$")

_KINDS = {
    DocumentKind.INVOICE: Intent.INVOICE_ENCLOSED,
    DocumentKind.CREDIT_NOTE: Intent.CREDIT_NOTE,
    DocumentKind.ORDER_CONFIRMATION: Intent.ORDER_CONFIRMATION,
    DocumentKind.DESPATCH_ADVICE: Intent.DESPATCH_ADVICE,
    DocumentKind.ORDER: Intent.CUSTOMER_ORDER,
    DocumentKind.ORDER_CHANGE: Intent.ORDER_CHANGE_REQUEST,
    DocumentKind.ORDER_CANCELLATION: Intent.ORDER_CANCELLATION,
    DocumentKind.STATEMENT: Intent.STATEMENT_OF_ACCOUNT,
    DocumentKind.REMITTANCE: Intent.REMITTANCE_ADVICE,
    DocumentKind.FREIGHT: Intent.FREIGHT_NOTICE,
    DocumentKind.QUOTE: Intent.QUOTE,
}
_UNSUBSCRIBE = re.compile(
    r"\b(?:unsubscribe|newsletter abbestellen|abmelden|se d\u00e9sabonner|darse de baja"
    r"|uitschrijven)\b",
    re.I,
)
_NOISE = frozenset((Intent.OUT_OF_OFFICE, Intent.NEWSLETTER, Intent.SPAM, Intent.PHISHING, Intent.OTHER))
_BUSINESS = frozenset(Intent) - _NOISE
_OF_STATUS = {"substituted": Intent.SUBSTITUTION_OFFER, "discontinued": Intent.DISCONTINUED_ITEM}

_REPLY = re.compile(r"\s*(?:re|aw|antw|antwort|sv|r\u00e9p?|rif)\s*:", re.I)
_ANNOUNCED = frozenset(
    (
        Intent.SUPPLIER_DELAY, Intent.SHORT_CONFIRMATION, Intent.PARTIAL_SHIPMENT, Intent.ORDER_CONFIRMATION,
        Intent.DESPATCH_ADVICE,
    )
)  # fmt: skip
_OF_INVOICES = frozenset((Intent.INVOICE_ENCLOSED, Intent.INVOICE_CORRECTION, Intent.CREDIT_NOTE, Intent.DISPUTE))
_NO_DELAY = frozenset((Intent.ORDER_CONFIRMATION, Intent.DESPATCH_ADVICE, Intent.INVOICE_ENCLOSED))
_DAYS = ("delivery.date", "line.delivery_date", "line.rest_date")
_SENT = re.compile(
    r"\b(?:load(?:ed)?|shipped|sent|despatched|dispatched|packed|delivered|left|versandt|verschickt|versendet"
    r"|geliefert|verladen"
    r"|exp\u00e9di\u00e9\w*|livr\u00e9\w*|enviad\w*|entregad\w*|geleverd|verzonden|Teillieferung|partial\w*)\b",
    re.I,
)
_ONLY = re.compile(
    r"\b(?:only|nur|lediglich|seulement|s[o\u00f3]lo|slechts|maar|confirm\w*|best\u00e4tig\w*|bevestig\w*"
    r"|available|supply|verf\u00fcgbar"
    r"|lieferbar|instead of|statt|au lieu de|en lugar de|in plaats van)\b",
    re.I,
)
_SENDS = re.compile(
    r"\b(?:ship\w*|send\w*|deliver\w*|leave|go out|versend\w*|liefern|verschick\w*|livr\w*|exp\u00e9di\w*"
    r"|envi\w*|env\u00ed\w*|entreg\w*"
    r"|lever\w*|verzend\w*)\b",
    re.I,
)
_AT_ONCE = re.compile(
    r"\b(?:today|immediately|at once|urgent\w*|right away|within \d+ hours|sofort|noch heute|umgehend|dringend"
    r"|imm\u00e9diatement"
    r"|aujourd'hui|d'urgence|hoy mismo|urgente\w*|inmediatamente|vandaag|onmiddellijk)\b",
    re.I,
)
_OR_ELSE = re.compile(
    r"\b(?:or (?:else|all|your|the|we)\b[^.]{0,60}\b(?:stop\w*|cancel\w*|held|block\w*|suspend\w*|legal)"
    r"|confidential\w*|secret"
    r"|(?:do not|don't) (?:call|phone|tell|contact|reply)|vertraulich|sonst (?:werden|wird|m\u00fcssen)|sinon"
    r"|confidentiel\w*|de lo contrario"
    r"|confidencial\w*|vertrouwelijk|anders (?:worden|wordt))\b",
    re.I,
)


def classify(
    subject: str,
    parts: tuple[Part, ...],
    documents: tuple[Document, ...],
    sender: str,
    headers: Mapping[str, str],
    sent: date | None = None,
) -> tuple[IntentClaim, ...]:
    """The intents of a message in the order of the closed list; `OTHER` where nothing shows any.

    Takes the subject, every part with its text, the documents read, the sender's address, the mail's headers and the day
    it was sent. What is passed on counts where the sender's own words want nothing; the subject of a reply is history.
    """
    found: dict[Intent, Span | None] = {}
    letters = [part for part in parts if part.state is PartState.READ and _LETTERS.search(part.path)]
    for part in sorted(letters, key=lambda part: part.path.endswith(":forwarded")):
        if not (part.path.endswith(":forwarded") and found.keys() & _BUSINESS):
            _of_letter(part, marks_of(part.text, sent), found)
    if not _REPLY.match(subject):
        for intent, start, end in _shown(Sentence(0, len(subject), subject), marks_of(subject, sent)):
            found.setdefault(intent, Span(part=SUBJECT, text=subject[start:end], start=start, end=end))
    for document in documents:
        _of_document(document, found)
    _of_claims(documents, letters, found)
    _of_enclosures(parts, documents, found)
    if any(found.keys() & {Intent.BANK_DETAILS_CHANGE} and _presses(part.text) for part in letters):
        found.setdefault(Intent.PHISHING, found[Intent.BANK_DETAILS_CHANGE])
    _of_headers(parts, headers, found)
    settle(found, documents)
    if not found:
        return (IntentClaim(intent=Intent.OTHER, reader=READER),)
    return tuple(IntentClaim(intent=intent, reader=READER, span=found[intent]) for intent in Intent if intent in found)


def _of_letter(part: Part, marks: Marks, found: dict[Intent, Span | None]) -> None:
    """What the sentences of a letter show."""
    for sentence in sentences(part.text):
        for intent, start, end in _shown(sentence, marks):
            found.setdefault(intent, Span(part=part.path, text=part.text[start:end], start=start, end=end))


def _shown(sentence: Sentence, marks: Marks) -> Iterator[tuple[Intent, int, int]]:
    """The intents a sentence shows, with the place of the words. What it only asks or makes conditional it does not
    announce."""
    text = sentence.text
    says_so, conditional = asserts(text), depends(text)
    shown = list(_by_words(text, marks)) + list(_by_figures(text, marks))
    for intent, start, end in shown:
        if (says_so or intent not in _ANNOUNCED) and meant(text, intent, shown, conditional=conditional):
            yield intent, sentence.start + start, sentence.start + end
    if bank_change(text):
        yield Intent.BANK_DETAILS_CHANGE, sentence.start, sentence.end
    if says_so and price_notice(text):
        yield Intent.PRICE_CHANGE, sentence.start, sentence.end
    for status, start, length in statuses(text):
        if status in _OF_STATUS:
            yield _OF_STATUS[status], sentence.start + start, sentence.start + start + length


def _by_words(text: str, marks: Marks) -> Iterator[tuple[Intent, int, int]]:
    """The first words of each intent that are not denied. A short confirmation that names a number must count goods."""
    for intent, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if intent is not Intent.DISPUTE and denied_at(text, match.start(), match.end()):
                continue
            if intent in TAKEN_BACK and NOT.search(match[0]):
                continue
            if intent is Intent.SHORT_CONFIRMATION and re.search(r"\d", match[0]) and not _counts(text, marks):
                continue
            yield intent, match.start(), match.end()
            break


def _counts(text: str, marks: Marks) -> bool:
    return any(fact.field == "line.quantity" for fact in facts(text, marks))


def _by_figures(text: str, marks: Marks) -> Iterator[tuple[Intent, int, int]]:
    """What figures show whatever the words: fewer than ordered, a later day than before."""
    short = shortfall(text, marks)
    if short is not None:
        sent = _SENT.search(text) is not None or (_ONLY.search(text) is None and _SENDS.search(text) is not None)
        yield Intent.PARTIAL_SHIPMENT if sent else Intent.SHORT_CONFIRMATION, *short
    moved = old_and_new(text, marks)
    if moved is not None:
        yield Intent.SUPPLIER_DELAY, *moved


def _presses(text: str) -> bool:
    """Whether a letter urges and threatens or asks for silence: beside a wish for another account, that is fraud."""
    flat = " ".join(text.split())
    return _AT_ONCE.search(flat) is not None and _OR_ELSE.search(flat) is not None


def _of_claims(documents: tuple[Document, ...], letters: Sequence[Part], found: dict[Intent, Span | None]) -> None:
    """What a letter's facts show: a tracking number means goods on their way; a day told with regret is a later one."""
    texts = {part.path: part.text for part in letters}
    for document in documents:
        if document.kind is not DocumentKind.MAIL or document.part not in texts:
            continue
        moved = next(iter(_moved(document)), None)
        if moved is not None:
            found.setdefault(Intent.SUPPLIER_DELAY, moved.span)
        tracked = document.first("tracking.number")
        if tracked is not None and Intent.FREIGHT_NOTICE not in found:
            found.setdefault(Intent.DESPATCH_ADVICE, tracked.span)
        if not found.keys() & {Intent.PARTIAL_SHIPMENT, Intent.DESPATCH_ADVICE}:
            _of_shortfalls(document, found)
        day = next((c for c in document.claims if c.field in _DAYS), None)
        if day is not None and REGRET.search(texts[document.part]) and not found.keys() & _NO_DELAY:
            found.setdefault(Intent.SUPPLIER_DELAY, day.span)


def _moved(document: Document) -> Iterator[Claim]:
    """The new days of lines whose old day was an earlier one."""
    for line in document.line_numbers():
        new, old = document.first("line.delivery_date", line), document.first("line.old_date", line)
        if new is None or old is None:
            continue
        if isinstance(new.value, date) and isinstance(old.value, date) and old.value < new.value:
            yield new


def _of_enclosures(parts: tuple[Part, ...], documents: tuple[Document, ...], found: dict[Intent, Span | None]) -> None:
    """An invoice that is named beside a file nobody can open."""
    for part in parts:
        if part.media_type != filetype.PDF:
            continue
        named = next(
            (c for d in documents if d.kind is DocumentKind.MAIL for c in d.claims if c.field == "invoice.number"), None
        )
        if part.state is PartState.UNREADABLE and named is not None and not found.keys() & _OF_INVOICES:
            found.setdefault(Intent.INVOICE_ENCLOSED, named.span)


def _of_document(document: Document, found: dict[Intent, Span | None]) -> None:
    """What an enclosed document shows by being there; its number is the place, a wish for another account its sentence,
    and the first price that of a price list."""
    asked = document.first("bank_change.request")
    if asked is not None and document.kind is not DocumentKind.MAIL:
        found.setdefault(Intent.BANK_DETAILS_CHANGE, asked.span)
    priced = document.first("line.price")
    if document.kind is DocumentKind.OTHER and priced is not None and document.first("line.quantity") is None:
        found.setdefault(Intent.PRICE_CHANGE, priced.span)
    intent = _KINDS.get(document.kind)
    if intent is None:
        return
    if intent is Intent.INVOICE_ENCLOSED and document.first("invoice.preceding") is not None:
        intent = Intent.INVOICE_CORRECTION
    number = next((c for c in document.claims if c.field.endswith(".number")), None)
    found.setdefault(intent, number.span if number else None)
    if intent is Intent.ORDER_CONFIRMATION:
        _of_shortfalls(document, found)


def _of_shortfalls(document: Document, found: dict[Intent, Span | None]) -> None:
    """A line with a smaller quantity than was ordered confirms short."""
    for line in document.line_numbers():
        got, ordered = document.first("line.quantity", line), document.first("line.ordered_quantity", line)
        if got is None or ordered is None:
            continue
        if isinstance(got.value, Decimal) and isinstance(ordered.value, Decimal) and got.value < ordered.value:
            found.setdefault(Intent.SHORT_CONFIRMATION, got.span)


def _of_headers(parts: tuple[Part, ...], headers: Mapping[str, str], found: dict[Intent, Span | None]) -> None:
    """What machines say in headers: answers sent by nobody, mails sent to many. Business in the words "
    "outweighs a list."""
    lowered = {name.casefold(): value for name, value in headers.items()}
    automatic = lowered.get("auto-submitted", "no").casefold().strip()
    if automatic.startswith("auto-replied") or "x-autoreply" in lowered or "x-autorespond" in lowered:
        found.setdefault(Intent.OUT_OF_OFFICE, None)
    many = "list-unsubscribe" in lowered or lowered.get("precedence", "").casefold().strip() in ("bulk", "list", "junk")
    if found.keys() & _BUSINESS or Intent.OUT_OF_OFFICE in found:
        return
    unsubscribe = next(((p, m) for p in parts if _LETTERS.search(p.path) and (m := _UNSUBSCRIBE.search(p.text))), None)
    if unsubscribe is not None:
        part, match = unsubscribe
        found.setdefault(Intent.NEWSLETTER, Span(part=part.path, text=match[0], start=match.start(), end=match.end()))
    elif many:
        found.setdefault(Intent.NEWSLETTER, None)
