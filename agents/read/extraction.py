"""A model's reading, held against the letter: only what stands there literally becomes a claim.

Every value needs a quote that occurs in the new text of the letter (not in its history, not in hidden text) and that
holds the value under its notation. The rest is named, so that the model can be asked once more, and then dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agents.models.port import Extraction, Letter, QuotedValue
from agents.read import letter_fields
from agents.read.confidence import with_confidence
from agents.read.country import NOWHERE, Home, of_sender
from agents.read.dates import found
from agents.read.numbers import NUMBER
from agents.read.text_promises import Marks, marks_of
from core.claims import Check, Claim, Document, DocumentKind, Intent, IntentClaim, Part, Reading, Span

BODY = "body"
TEXT_FIELDS = frozenset(letter_fields.TEXT)
NUMBERS = frozenset(
    (
        "invoice.number", "invoice.preceding", "confirmation.number", "despatch.number", "quote.number", "claim.number",
        "return.number",
    )
)  # fmt: skip
"""Names of documents. A letter can be made to hold any word, so a model's is kept only where rules read the same name."""
DECIMAL_FIELDS = frozenset(letter_fields.DECIMALS)
DATE_FIELDS = frozenset(letter_fields.DATES)


LOWERING = frozenset((Intent.OUT_OF_OFFICE, Intent.NEWSLETTER, Intent.SPAM, Intent.OTHER, Intent.ORDER_CONFIRMATION))
"""Intents that would let a message be set aside, or taken for the supplier's agreement to an order. A letter may have
talked the model into them, so only rules may find them: a claim can raise scrutiny, never lower it."""


@dataclass(frozen=True, slots=True)
class Supported:
    """What a letter bears out of a model's reading, and what it does not."""

    claims: tuple[Claim, ...]
    intents: tuple[tuple[Intent, Span], ...]
    unsupported: tuple[str, ...]


def letter_of(reading: Reading, unsupported: tuple[str, ...]) -> Letter:
    """The new text of a message as a letter to be read; empty when nobody wrote any."""
    body = _body(reading)
    return Letter(subject=reading.subject, text=body.text if body else "", sent=reading.sent, unsupported=unsupported)


def supported(extraction: Extraction, reading: Reading, sent: date | None, record: Home = NOWHERE) -> Supported:
    """Hold an extraction against the letter it was read from. `record` is what the supplier's record shows of where he
    writes from."""
    body = _body(reading)
    text = body.text if body else ""
    signed = [part.text for part in reading.parts if part.path == "body:signature"]
    marks = marks_of(text, sent, of_sender(reading.sender, signed, record))
    claims: list[Claim] = []
    missing: list[str] = []
    for value in extraction.values:
        claim = _claim(value, text, marks)
        if claim is None:
            missing.append(f"{value.field} = {value.value!r} from {value.quote!r}")
        else:
            claims.append(claim)
    intents: list[tuple[Intent, Span]] = []
    for quoted in extraction.intents:
        span = _span(quoted.quote, text)
        if span is None or quoted.intent not in set(Intent):
            missing.append(f"intent {quoted.intent} from {quoted.quote!r}")
        elif Intent(quoted.intent) not in LOWERING:
            intents.append((Intent(quoted.intent), span))
    return Supported(tuple(claims), tuple(intents), tuple(missing))


def borne_out(extraction: Extraction, reading: Reading, sent: date | None, record: Home = NOWHERE) -> Extraction:
    """The part of an extraction that the letter bears out."""

    def stands(one: Extraction) -> bool:
        return not supported(one, reading, sent, record).unsupported

    return Extraction(
        intents=tuple(intent for intent in extraction.intents if stands(Extraction(intents=(intent,)))),
        values=tuple(value for value in extraction.values if stands(Extraction(values=(value,)))),
    )


def merged(reading: Reading, found: Supported, reader: str, trouble: str = "") -> Reading:
    """The reading with a model's claims added under the model's name. What rules read stays as it is; where the two
    differ, a check says so, and a person sees both."""
    claims = tuple(replace(claim, reader=reader) for claim in found.claims)
    documents = list(reading.documents)
    at = next((i for i, d in enumerate(documents) if d.kind is DocumentKind.MAIL), None)
    if at is None:
        documents.insert(0, Document(kind=DocumentKind.MAIL, part=BODY, claims=(), reader=reader))
        at = 0
    by_rules = documents[at]
    named = {(c.field, c.value) for document in reading.documents for c in document.claims if c.field in NUMBERS}
    claims = tuple(c for c in claims if c.field not in NUMBERS or (c.field, c.value) in named)
    new, checks = _compared(by_rules, claims)
    checks += tuple(_other_intents(reading, found))
    checks += tuple(
        Check(name="span_supports_value", holds=False, says=f"{what} was dropped: the letter does not hold it")
        for what in found.unsupported
    )
    new = with_confidence(
        replace(by_rules, claims=new)
    ).claims  # as sure as this very model was counted; else not known
    documents[at] = replace(by_rules, claims=by_rules.claims + new, checks=by_rules.checks + checks)
    wanted = reading.intents
    if found.intents:  # "other" says that rules found nothing; it does not stand beside what was found
        wanted = tuple(claim for claim in reading.intents if claim.intent is not Intent.OTHER)
    known = {claim.intent for claim in wanted}
    intents = tuple(
        IntentClaim(intent=intent, reader=reader, span=span) for intent, span in found.intents if intent not in known
    )
    return replace(
        reading,
        documents=tuple(documents),
        intents=wanted + intents,
        trouble=reading.trouble + ((trouble,) if trouble else ()),
    )


def _other_intents(reading: Reading, found: Supported) -> Iterator[Check]:
    """A check where the model wants something else of the letter than the rules; none where either found nothing."""
    rules = {claim.intent for claim in reading.intents} - {Intent.OTHER}
    model = {intent for intent, _ in found.intents}
    for word, these in (("the model", model - rules), ("rules", rules - model - LOWERING)):
        if rules and model and these:
            named = ", ".join(sorted(intent.value.replace("_", " ") for intent in these))
            yield Check(name="readers_agree", holds=False, says=f"only {word} read: {named}", warning=True)


def _compared(by_rules: Document, claims: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Check, ...]]:
    """Claims the rules do not have, and a check for each field and line on which the two differ, with what each read.

    A line that rules read keeps its values: a model may add lines and header fields, and cannot rewrite one."""
    new: list[Claim] = []
    checks: list[Check] = []
    lines = set(by_rules.line_numbers())
    for claim in claims:
        same_field = [c for c in by_rules.claims if c.field == claim.field and c.line == claim.line]
        if any(c.value == claim.value for c in same_field):
            continue
        if same_field or claim.line in lines:
            says = (
                f"{claim.field}: rules read {same_field[0].value if same_field else 'nothing'}, the model {claim.value}"
            )
            told = with_confidence(replace(by_rules, claims=(claim,))).claims
            both = (*same_field, *told)
            checks.append(Check(name="readers_agree", holds=False, says=says, line=claim.line, claims=both))
            continue
        new.append(claim)
    return tuple(new), tuple(checks)


def _claim(value: QuotedValue, text: str, marks: Marks) -> Claim | None:
    span = _span(value.quote, text)
    typed = _typed(value, marks)
    if span is None or typed is None:
        return None
    because = marks.because(typed, value.quote)
    return Claim(field=value.field, value=typed, span=span, reader="", line=value.line or None, because=because)


def _typed(value: QuotedValue, marks: Marks) -> str | Decimal | date | None:
    """The value as its field's type, when the quote holds it. A model settles no day and no number that could be two."""
    if value.field in TEXT_FIELDS:
        return value.value if value.value and value.value.casefold() in value.quote.casefold() else None
    if value.field in DECIMAL_FIELDS:
        held = (marks.value(match[0]) for match in NUMBER.finditer(value.quote))
        return next((n for n in held if n is not None and n == _decimal(value.value)), None)
    if value.field in DATE_FIELDS:
        days = (w.days for w in found(value.quote, marks.sent, marks.day_first, past=True))
        return next((one[0] for one in days if len(one) == 1 and one[0].isoformat() == value.value), None)
    return None


def _decimal(written: str) -> Decimal | None:
    try:
        return Decimal(written)
    except ArithmeticError:
        return None


def _span(quote: str, text: str) -> Span | None:
    at = text.find(quote) if quote.strip() else -1
    return None if at < 0 else Span(part=BODY, text=quote, start=at, end=at + len(quote))


def _body(reading: Reading) -> Part | None:
    return next((part for part in reading.parts if part.path == BODY), None)
