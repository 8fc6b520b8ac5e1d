"""Documents beside their facts: text cut into segments, each marked segment with the number of the fact it bears.

A mark is placed where the claim's span says. Where a span has a box or a path instead of a range, the literal text is
looked for in the part's text. Hidden text and sentences that ask for other bank details are shown struck through.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import wording
from core.claims import Claim, Document, Part, PartState, Reading
from core.intake.tables import Message
from desk.document_labels import AMOUNTS, LABELS, NAMES, STRUCK, TOTALS, WHICH

Box = tuple[Decimal, Decimal, Decimal, Decimal]
SHEETS_MAX = 20
"""Pages of one part that are shown as they look."""
TEXT_MAX = 12_000
"""Characters of a part shown on the page; the stored original has the rest."""

UNCOUNTED = ("model:", "office/")
"""Readers of which it is said where nobody ever counted how often they are right."""
SURE = Decimal("0.8")
"""How sure a reader must be of what it is not asked twice about; below, the page says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A run of text. `mark` is the number of the fact read from it, 0 for none; `struck` is text that does not count."""

    text: str
    mark: int = 0
    struck: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TabView:
    """One document of the evidence. `kind`: mail (paragraphs), text (lines as they stand), table (our own paper)."""

    id: str
    icon: str
    title: str
    kind: str
    head: tuple[tuple[str, str], ...] = ()
    subject: tuple[Segment, ...] = ()
    paragraphs: tuple[tuple[Segment, ...], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    quarantine: str = ""
    hidden: tuple[str, ...] = ()
    instructs: tuple[str, ...] = ()
    trouble: str = ""
    sheets: tuple[str, ...] = ()  # addresses of its pages as they look, where they can be shown
    pictured: bool = False  # its words were read from a picture: the picture is what counts


@dataclass(frozen=True, kw_only=True, slots=True)
class FactView:
    """One fact with the numbers of its marks and the documents that bear it."""

    mark: int
    label: str
    value: str
    sources: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim with the number of its fact, and where in its part's text it stands."""

    mark: int
    start: int
    end: int
    struck: bool


def facts_and_tabs(
    message: Message | None, reading: Reading | None
) -> tuple[tuple[FactView, ...], tuple[TabView, ...]]:
    """The facts of a reading, numbered, and its documents with the same numbers in them."""
    if message is None or reading is None:
        return (), ()
    numbered = _numbered(reading)
    facts = tuple(
        FactView(
            mark=mark,
            label=_label(claims[0]),
            value=_value(claims[0]),
            sources=", ".join(dict.fromkeys(_source(claim, reading) for claim in claims)),
        )
        for mark, claims in enumerate(numbered, 1)
    )
    marks: dict[str, list[tuple[int, Claim]]] = {}
    for mark, claims in enumerate(numbered, 1):
        for claim in claims:
            marks.setdefault(claim.span.part, []).append((mark, claim))
    for document in reading.documents:
        for claim in document.claims:
            if claim.field in STRUCK:
                marks.setdefault(claim.span.part, []).append((0, claim))
    shown = sorted((part for part in reading.parts if _is_shown(part, marks)), key=_place)
    tabs = tuple(_tab(part, reading, marks.get(part.path, []), message) for part in shown)
    return facts, tabs


def _numbered(reading: Reading) -> list[list[Claim]]:
    """Claims that say the same of the same, together, in the order of `LABELS`."""
    groups: dict[tuple[str, int | None, str], list[Claim]] = {}
    for document in reading.documents:
        for claim in document.claims:
            if claim.field in LABELS:
                groups.setdefault((claim.field, claim.line, _value(claim)), []).append(claim)
    place = {name: i for i, name in enumerate(LABELS)}
    ordered = sorted(groups.items(), key=lambda group: (_urgency(group[1]), group[0][1] or 0, place[group[0][0]]))
    return [claims for _, claims in ordered]


def _urgency(claims: list[Claim]) -> int:
    """Which document it is comes first, then what the letter says of lines, what is billed in all, and the rest."""
    if claims[0].field in TOTALS:
        return 2
    if claims[0].line is None:
        return 0 if claims[0].field in WHICH else 3
    return 1 if any(claim.span.part.startswith("body") for claim in claims) else 3


def _label(claim: Claim) -> str:
    return LABELS[claim.field].format(claim.line or "")


def _value(claim: Claim) -> str:
    """A value as people read it: money with its sign, prices with their decimals, days as days."""
    value = claim.value
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return wording.day(value)
    if claim.field in AMOUNTS and claim.unit:
        return wording.amount(value, claim.unit)
    if claim.field == "line.price" and claim.unit in wording.SIGNS:
        return f"{wording.SIGNS[claim.unit]}{wording.price(value)}"
    figure = wording.price(value) if claim.field in (*AMOUNTS, "line.price") else wording.quantity(value)
    return f"{figure} {claim.unit}" if claim.unit else figure


def _source(claim: Claim, reading: Reading) -> str:
    """Where a claim stands, what settled it where its words could be two, and that it is to be looked at where its kind is
    wrong too often."""
    place = _stands_in(claim, reading)
    if claim.because:
        place = f"{place}, as {claim.because}"
    if claim.confidence is None:
        return f"{place}, never counted how often right" if claim.reader.startswith(UNCOUNTED) else place
    if claim.confidence >= SURE:
        return place
    return f"{place}, hard to read" if claim.reader.startswith("picture/") else f"{place}, not sure"


def _stands_in(claim: Claim, reading: Reading) -> str:
    span = claim.span
    if span.part.startswith("body"):
        return "e-mail"
    if span.part.startswith("header"):
        return "subject"
    if span.page is not None:
        page = f" p. {span.page}" if _pages(reading, span.part) > 1 else ""
        return f"picture{page}" if claim.reader.startswith("picture/") else f"PDF{page}"
    return "XML" if span.path and span.path.startswith("/") else "EDI" if span.path else "file"


def _pages(reading: Reading, path: str) -> int:
    return next((part.pages for part in reading.parts if part.path == path), 0)


def _place(part: Part) -> int:
    """The letter comes first, its subject line last."""
    return 0 if part.path == "body" else 2 if part.path.startswith("header") else 1


def _is_shown(part: Part, marks: dict[str, list[tuple[int, Claim]]]) -> bool:
    """The new text of the mail, what facts were read from, and what could not be read."""
    return part.path == "body" or part.path in marks or part.state in (PartState.UNREADABLE, PartState.REFUSED)


def _tab(part: Part, reading: Reading, marks: list[tuple[int, Claim]], message: Message) -> TabView:
    struck = [claim for mark, claim in marks if mark == 0]
    is_mail = part.path == "body"
    head: tuple[tuple[str, str], ...] = ()
    if is_mail:
        who = f"{reading.sender_name} <{reading.sender}>" if reading.sender_name else reading.sender
        sent = " · ".join(one for one in (_sent(reading.sent), *map(_proof, reading.authentication)) if one)
        head = (("From", who), ("Sent", sent), ("Subject", reading.subject))
    quarantine = ""
    if struck:
        quarantine = (
            "A message cannot change vendor records. Nothing was proposed from this; the number on file is called."
        )
    return TabView(
        id=f"part-{reading.parts.index(part)}",
        icon="mail" if is_mail else "page",
        title="E-mail" if is_mail else _title(part, reading.documents),
        kind="mail" if is_mail else "text",
        head=head,
        paragraphs=_paragraphs(part, [_placed(part, mark, claim) for mark, claim in marks]),
        quarantine=quarantine,
        hidden=part.hidden,
        instructs=tuple(message.instructs) if is_mail else (),
        trouble="" if part.state is PartState.READ else part.why,
        sheets=_sheets(part, reading, message),
        pictured=any(claim.reader.startswith("picture/") for _, claim in marks),
    )


def _sheets(part: Part, reading: Reading, message: Message) -> tuple[str, ...]:
    """The addresses of a part's pages as they look; of what is quarantined nothing is drawn."""
    if part.state is not PartState.READ or not part.pages or message.state == "quarantined":
        return ()
    at = reading.parts.index(part)
    return tuple(f"/intake/{message.sha256}/sheet/{at}/{page}" for page in range(1, min(part.pages, SHEETS_MAX) + 1))


def marked_boxes(reading: Reading, part: Part, page: int) -> list[tuple[int, Box]]:
    """Where on a page of a part the numbered facts stand, in points from the top left."""
    return [
        (mark, claim.span.box)
        for mark, claims in enumerate(_numbered(reading), 1)
        for claim in claims
        if claim.span.part == part.path and claim.span.page == page and claim.span.box is not None
    ]


def _sent(sent: str) -> str:
    """The hour on the sender's own clock: Thu 19 Nov, 16:48; as written where it is no hour."""
    try:
        at = datetime.fromisoformat(sent)
    except ValueError:
        return sent
    return f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"


def _proof(result: str) -> str:
    """One result of the receiving server in short: "dkim=pass header.d=…" is DKIM pass."""
    method, _, answer = result.partition(" ")[0].partition("=")
    return f"{method.upper()} {answer}" if answer else result


def _title(part: Part, documents: tuple[Document, ...]) -> str:
    document = next((d for d in documents if d.part == part.path), None)
    if document is None:
        return part.name or part.path
    number = (
        document.first("invoice.number") or document.first("confirmation.number") or document.first("despatch.number")
    )
    return f"{NAMES.get(document.kind, 'Document')} {number.value}" if number else part.name or NAMES[document.kind]


def _placed(part: Part, mark: int, claim: Claim) -> Placed | None:
    span = claim.span
    if span.start is not None and span.end is not None:
        return Placed(mark, span.start, span.end, mark == 0)
    at = part.text.find(span.text)
    return None if at < 0 or not span.text else Placed(mark, at, at + len(span.text), mark == 0)


def _paragraphs(part: Part, placed: list[Placed | None]) -> tuple[tuple[Segment, ...], ...]:
    """The part's text as paragraphs of segments. Marks that overlap an earlier one are left out."""
    marks = sorted(_apart([p for p in placed if p is not None]), key=lambda p: p.start)
    segments: list[Segment] = []
    at = 0
    text = part.text[:TEXT_MAX]
    for mark in marks:
        if mark.start < at or mark.end > len(text):
            continue
        segments.append(Segment(text=text[at : mark.start]))
        segments.append(Segment(text=text[mark.start : mark.end], mark=mark.mark, struck=mark.struck))
        at = mark.end
    segments.append(Segment(text=text[at:]))
    return tuple(_split(segments))


def _apart(marks: list[Placed]) -> list[Placed]:
    """Marks that do not overlap. The shorter one says more exactly where a value stands; what is struck goes first."""
    kept: list[Placed] = []
    for mark in sorted(marks, key=lambda p: (not p.struck, p.end - p.start, p.start)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return kept


def _split(segments: list[Segment]) -> list[tuple[Segment, ...]]:
    """Cut segments into paragraphs at blank lines, keeping line breaks inside them."""
    paragraphs: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.mark or segment.struck:
            paragraphs[-1].append(segment)
            continue
        for i, piece in enumerate(segment.text.replace("\r", "").split("\n\n")):
            if i:
                paragraphs.append([])
            if piece:
                paragraphs[-1].append(Segment(text=piece.strip("\n") if not paragraphs[-1] else piece))
    return [tuple(paragraph) for paragraph in paragraphs if any(s.text.strip() for s in paragraph)]
