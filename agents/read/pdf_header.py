"""Header facts of a page by their labels: the value stands after the label, to its right, or below it.

Every label that is found offers a value; the plainest label with the nearest value that looks right wins. Nothing is
taken that no label names, except tax numbers and accounts, whose shape names them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agents.read.day_order import day_order
from agents.read.pdf_labels import BILLS, LABELS, NUMBER_ON_TITLE, TITLES, K, Label
from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_values import Reader, reader
from agents.read.pdf_words import Word
from core.claims import DocumentKind

BELOW_MAX = 2.6
"""How far below its label a value may stand, in heights of the label's line."""
OWN_NUMBERS = (
    ("invoice.number", DocumentKind.INVOICE),
    ("confirmation.number", DocumentKind.ORDER_CONFIRMATION),
    ("despatch.number", DocumentKind.DESPATCH_ADVICE),
)
PLAIN = 6.5
"""The score of a number that stands right beside or after its full label."""
_OTHER_PAPERS = re.compile(
    r"bestell|order|auftrag|liefer|deliver|command|livrais|pedido|entrega|angebot|offer|quot|vertrag|contract|leistung|fahrt",
    re.I,
)
_SEPARATORS = re.compile(r"[\s:.#=|\u2022-]*")
_LETTERSPACED = re.compile(r"(?:\b[^\W\d_]\b[ -]?){4,}")


@dataclass(frozen=True, slots=True)
class Found:
    """One header fact and the words it stands in."""

    field: str
    value: str | date
    words: tuple[Word, ...]
    score: float = 0


def kind_of(rows: Sequence[Row]) -> tuple[DocumentKind, int | None]:
    """What the paper calls itself, and on which row: the title in the largest letters near the top of the first page."""
    best: tuple[float, int, DocumentKind] | None = None
    first = [row for row in rows if row.page == 1]
    for at, row in enumerate(first):
        for cell in row.cells:
            text = _joined_letters(cell.text)
            found = _title(text)
            if found is None:
                continue
            kind, start, length = found
            bare = len(text) - length <= 24
            score = max(word.height for word in cell.words) + (6 if start == 0 else 0) + (4 if bare else 0) - at * 0.12
            if best is None or score > best[0] + 0.01:
                best = (score, at, kind)
    return (best[2], best[1]) if best else (_kind_by_number(first), None)


def _kind_by_number(rows: Sequence[Row]) -> DocumentKind:
    """What a paper without a title is: by the label of its own number."""
    for field, kind in OWN_NUMBERS:
        facts = header_facts(rows, kind)
        if any(found.field == field and found.score >= PLAIN for found in facts):
            return kind
    return DocumentKind.OTHER


def _joined_letters(text: str) -> str:
    """ "R E C H N U N G" as one word."""
    return _LETTERSPACED.sub(lambda match: re.sub(r"(?<=\w)[ ](?=\w\b)", "", match[0]), text)


def _title(text: str) -> tuple[DocumentKind, int, int] | None:
    """The longest title in a text, with where it starts and how long it is; sentences are no titles."""
    if len(text) > 90:
        return None
    found = [(match, kind) for kind, pattern in TITLES if (match := pattern.search(text))]
    if not found:
        return None
    match, kind = min(found, key=lambda pair: (pair[0].start() > 12, -len(pair[0][0])))
    return kind, match.start(), len(match[0])


def header_facts(
    rows: Sequence[Row],
    kind: DocumentKind,
    title: Row | None = None,
    sent: date | None = None,
    day_first: bool | None = None,
) -> list[Found]:
    """The header facts, each field once, in the order of the labels. `title` is the row that names the paper; `day_first`
    the order of day and month, where the caller knows more of the paper than these rows."""
    day_first = day_order([row.text for row in rows]) if day_first is None else day_first
    best: dict[str, Found] = {}
    for at, row in enumerate(rows):
        titled = row is title
        for column, cell in enumerate(row.cells):
            for label, end, start in _labels_in(cell, kind, titled=titled):
                if label.field == "invoice.date" and label.weight <= 2 and not _dates_the_paper(cell.text[:start]):
                    continue
                value = _value(rows, at, column, start, end, label, reader(label.looks, sent, day_first))
                if value is None:
                    continue
                text, words, near = value
                score = label.weight + near + (1 if start == 0 else 0) - 0.01 * at - 0.5 * (row.page - 1)
                score += 2 if titled and label.weight <= 2 else 0
                score += 1 if start == 0 and _is_a_pair(cell, words) else 0  # no sentence that mentions it
                known = best.get(label.field)
                if known is None or score > known.score:
                    best[label.field] = Found(label.field, text, words, score)
    order = {label.field: n for n, label in reversed(list(enumerate(LABELS)))}
    return sorted(_without_echoes(best), key=lambda found: order[found.field])


def _dates_the_paper(before: str) -> bool:
    """Whether a word like "of" after these words dates the bill itself, and no order, delivery or else that it mentions."""
    if not re.search(r"[^\W\d_]{3}", before):
        return True
    named = [(match.end(), kind) for kind, pattern in TITLES for match in pattern.finditer(before)]
    named += [
        (m.end(), K.INVOICE) for one in LABELS if one.field == "invoice.number" for m in one.pattern.finditer(before)
    ]
    other = max((match.end() for match in _OTHER_PAPERS.finditer(before)), default=-1)
    last = max(named, default=(-1, K.OTHER), key=lambda pair: pair[0])
    return last[1] in BILLS and last[0] > other


def _without_echoes(best: dict[str, Found]) -> list[Found]:
    """Facts without those that only repeat another's words under a weaker label."""
    kept: list[Found] = []
    for found in sorted(best.values(), key=lambda f: -f.score):
        same = next((other for other in kept if set(other.words) & set(found.words)), None)
        if same is None or not isinstance(found.value, str):
            kept.append(found)
    return kept


def _labels_in(cell: Cell, kind: DocumentKind, *, titled: bool) -> Iterator[tuple[Label, int, int]]:
    """The labels in a cell with where each ends and starts; of those that overlap the longest."""
    text = cell.text
    if len(text) > 160:
        return
    found: list[tuple[Label, int, int]] = []
    for label in LABELS:
        if label.kinds and kind not in label.kinds and not (kind is DocumentKind.OTHER and label.weight >= 5):
            continue
        found += [(label, match.end(), match.start()) for match in label.pattern.finditer(text)]
    number = NUMBER_ON_TITLE.get(kind) if titled or _BARE_NUMBER.fullmatch(text) else None
    if number is not None:
        found += [(number, match.end(), match.start()) for match in number.pattern.finditer(text)]
    for label, end, start in found:
        if not any(s <= start and e >= end and e - s > end - start and o.field != label.field for o, e, s in found):
            yield label, end, start


Value = tuple[str | date, tuple[Word, ...], float]


def _value(rows: Sequence[Row], at: int, column: int, start: int, end: int, label: Label, read: Reader) -> Value | None:
    """The value of a label that stands from `start` to `end` of its cell's text: after it, right of it, below it."""
    cell = rows[at].cells[column]
    after = _taken(cell, end, read)
    if after is not None:
        return after[0], after[1], 3
    named = Cell(words_at(cell, start, end))
    rest = cell.text[end:]
    if _names_a_label(rest.strip(" :")):  # names side by side, set close: the values stand below each
        return _below(rows, at, named, read)
    if re.search(r"\w", rest) and label.looks != "date":
        return None
    for right in rows[at].cells[column + 1 : column + 3]:
        if not re.search(r"\w", right.text):
            continue
        beside = _taken(right, 0, read) if label.looks != "date" or not _names_a_label(right.text) else None
        if beside is not None and (label.looks != "number" or _is_all(beside, right)):
            return beside[0], beside[1], 2.5
        break
    last = not re.search(r"\w", rest)  # a sentence may go on in the next line
    return _below(rows, at, cell if start == 0 or last else named, read)


def _below(rows: Sequence[Row], at: int, name: Cell, read: Reader) -> Value | None:
    """The value that stands under a name, in line with it."""
    for lower in rows[at + 1 : at + 4]:
        if lower.page != rows[at].page or lower.top - rows[at].bottom > BELOW_MAX * rows[at].height:
            return None
        under = next((c for c in lower.cells if c.x0 < name.x1 + 2 and c.x1 > name.x0 - 2), None)
        if under is None:
            continue
        if under.x0 < name.x0 - 8 and (inner := [word for word in under.words if word.x0 > name.x0 - 8]):
            under = Cell(tuple(inner))
        below = _taken(under, 0, read) if not _names_a_label(under.text) else None
        if below is not None and (abs(under.x0 - name.x0) < 60 or _centred(under, name)):
            return below[0], below[1], 2
        return None
    return None


def _is_all(taken: tuple[str | date, tuple[Word, ...]], cell: Cell) -> bool:
    """Whether a number is what its cell says, and no house number before a street or figure before a name."""
    if _names_a_label(cell.text):
        return False
    rest = cell.words[cell.words.index(taken[1][-1]) + 1 :]
    said = " ".join(word.text for word in rest)
    return (
        any(c.isalpha() for c in str(taken[0])) or re.match(r"[^\W\d_]{2,} [^\W\d_]{3,}|[A-Z][a-z]{3,}$", said) is None
    )


def _is_a_pair(cell: Cell, value: Sequence[Word]) -> bool:
    """Whether a label and its value are all that a cell says, or the label is all of it and the value is elsewhere."""
    return value[-1] is cell.words[-1] or value[0] not in cell.words


def _centred(one: Cell, other: Cell) -> bool:
    return abs(one.x0 + one.x1 - other.x0 - other.x1) < 30 or abs(one.x1 - other.x1) < 8


def _names_a_label(text: str) -> bool:
    return any(label.pattern.match(text) for label in LABELS if label.weight >= 5)


NEAR_TITLE = 7
"""Rows between a paper's title and a bare "Number:", within which that is its own."""
_BARE_NUMBER = re.compile(r"(?:number|no|nr|num|nummer|num[ée]ro|n[úu]mero|numero|numer|n[°ºo]|#)\s?[.:]*", re.I)


def _taken(cell: Cell, start: int, read: Reader) -> tuple[str | date, tuple[Word, ...]] | None:
    """What a reader finds in a cell's text from `start` on, with its words."""
    text = cell.text
    gap = _SEPARATORS.match(text, start)
    begin = gap.end() if gap else start
    if begin < len(text) and text[begin - 1 : begin] == "#":
        begin -= 1
    found = read(text[begin:])
    if found is None:
        return None
    value, first, last = found
    words = words_at(cell, begin + first, begin + last)
    return (value, words) if words else None


def words_at(cell: Cell, start: int, end: int) -> tuple[Word, ...]:
    """The words of a cell that a range of its text touches."""
    at = 0
    touched: list[Word] = []
    for word in cell.words:
        if at < end and at + len(word.text) > start:
            touched.append(word)
        at += len(word.text) + 1
    return tuple(touched)
