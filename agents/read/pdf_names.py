"""What may be a company's name on a page: pieces of lines up to a break, and names that are set over two lines.

Labels, addresses, numbers and sentences are left out; whose name it is says agents/read/pdf_parties.py.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.read.pdf_blocks import label_beside, party
from agents.read.pdf_header import words_at
from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_words import Word

CHARS_MAX = 90
FORM = re.compile(
    r"(?<!\w)(?:(?:GmbH|GMBH|Ges\.?m\.?b\.?H\.?)(?:\s*&\s*Co\.?\s*(?:KGaA|KG|OHG))?|mbH|m\.b\.H\.|AG|KG|KGaA|OHG|UG"
    r"|GbR|GBR|eGbR|PartG|e\.\s?[KUVG]\.|eK|eG|SE|Ltd\.?|LTD\.?|Limited|LIMITED|LLC|L\.L\.C\.|Inc\.?|INC\.?"
    r"|Corp(?:oration)?\.?|CORP\.?"
    r"|Company|PLC|plc|LLP|L\.P\.|Co\.?(?=\W*$)|CO\.?(?=\W*$)|S\.?A\.?R\.?L\.?|Sarl|S\.?A\.?S\.?U?|EURL|SCI|S\.?A\.?"
    r"|S\.?L\.?U?"
    r"|S\.?\s?L\.?L\.?|S\.?C\.?P?|B\.?\s?V\.?B?A?|N\.?V\.?|V\.?O\.?F\.?|SPRL|S\.?r\.?l\.?|SRL"
    r"|S\.?p\.?A\.?|S\.?N\.?C\.?|S\.?n\.?c\.?|Lda\.?|Ltda\.?|A/S|ApS|ASA|AS|AB|HB|Oyj?|Pty\.?|Pvt\.?|Sp\. z o\.\s?o\."
    r"|Sp\.\s?[jk]\.|s\.?r\.?o\.?|a\.s\.|d\.o\.o\.|Kft\.?"
    r"|Zrt\.?|O[ÜU]|UAB|SIA|& (?:Sons|Co\.?|S[öo]hne|Fils))(?!\w)"
)
_BREAK = re.compile(
    r"\s+[-–—|•●·*■/]+\s+|\s*[•●·|■]\s*|,\s+(?=[\w.-]+(?:stra[sß]e|str\.|weg|platz|allee|gasse|ring)\b|\d"
    r"|P\.?O\.? ?Box|Postfach"
    r"|rue |avenue |av\. |boulevard |calle |c/ |via |Sitz\b)|\s{2,}",
    re.I,
)
_LABEL = re.compile(
    r"(?:name|firma|company(?: name)?|verk[äa]ufer|lieferant|seller|supplier|vendor|sold by|from|issued by|raison sociale"
    r"|kontoinhaber|kontoname|account (?:holder|name)|beneficiary|titulaire(?: du compte)?|remit(?:tance)? to|payable to"
    r"|all .{0,20}sold by|absender|[ée]metteur|fournisseur|proveedor|leverancier)\s*:\s*",
    re.I,
)
_NO_NAME = re.compile(
    r"@|www\.|https?:|^\W*\d|:\s|:$|iban|swift|\bbic\b|telefon|phone|\btel\b|\bfax\b|registered|gesch[äa]ftsf|vorstand"
    r"|amtsgericht|handelsregister|steuernummer|page \d|\bseite \d|[!?]|^\W*$",
    re.I,
)
_SMALL = re.compile(
    r"^(?:der|die|das|den|ihre?|your|votre|seit|since|depuis|wir|we|the following|please|bitte|merci|thank|vielen|for"
    r"|f[üu]r|pour)\b",
    re.I,
)
_OPEN = re.compile(r"(?:\b(?:und|and|et|y|e|en|of|for|f[üu]r|de|du|des|der|van|di)|[&,+]|[^\W\d_]-)$", re.I)
"""How a line ends that its next one goes on with."""
_ONLY_FORM = re.compile(rf"(?:{FORM.pattern}[\s.,&]*)+(?:KG|Co\.?)?")


@dataclass(frozen=True, slots=True)
class Name:
    """A piece of a page that may name a company, with its words, row and first cell."""

    text: str
    words: tuple[Word, ...]
    at: int
    cell: Cell
    whole: bool  # the cell says nothing else
    joined: bool = False

    @property
    def key(self) -> str:
        """The letters and digits in one case, by which a name is known again."""
        return bare(self.text)

    @property
    def form(self) -> bool:
        """Whether it has a legal form."""
        return FORM.search(self.text) is not None


def bare(text: str) -> str:
    """Only the letters and digits of a text, in one case."""
    return "".join(c for c in text.casefold() if c.isalnum())


def names(rows: Sequence[Row]) -> Iterator[Name]:
    """Everything on some rows that may be a name, from top to bottom."""
    said = "\n".join(bare(cell.text) for row in rows for cell in row.cells)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            yield from _pieces(at, cell)
            for rest in _next(rows, at, column):
                yield from _joined(at, cell, rest, said)


def _pieces(at: int, cell: Cell) -> Iterator[Name]:
    """The pieces of a cell up to a break, labels before them left out; of one that goes on behind a legal form its name."""
    text = cell.text
    end = found = 0
    for piece in _BREAK.split(text):
        start = text.index(piece, end) if piece else end
        end = start + len(piece)
        label = _LABEL.match(piece)
        if label and label.end() < len(piece):
            start, piece = start + label.end(), piece[label.end() :]
        form = FORM.search(piece)
        if form and re.match(r"[,;]\s|\s+[-–]\s", piece[form.end() :]):
            piece = piece[: form.end()]
        start += len(piece) - len(piece.lstrip(" ,;:"))
        name = piece.strip(" ,;")
        if found < 3 and is_name(name):
            found += 1
            yield Name(name, words_at(cell, start, start + len(name)), at, cell, len(name) >= len(text) - 2)


def is_name(text: str) -> bool:
    """Whether a text looks like a name at all: short, with letters, no label, address or sentence."""
    if not 3 <= len(text) <= CHARS_MAX or not re.search(r"[^\W\d_]{2}", text):
        return False
    return not _NO_NAME.search(text) and not (_SMALL.match(text) and not FORM.search(text))


def _next(rows: Sequence[Row], at: int, column: int) -> Iterator[Cell]:
    """Where a name may go on: a legal form in the next cell, the line below in the same column and the same letters."""
    cell = rows[at].cells[column]
    if column + 1 < len(rows[at].cells):
        right = rows[at].cells[column + 1]
        if right.x0 - cell.x1 < 2.5 * rows[at].height and (_ONLY_FORM.match(right.text) or len(rows[at].cells) == 2):
            yield right
    below = rows[at + 1] if at + 1 < len(rows) else None
    if below is None or below.page != rows[at].page or below.top - rows[at].bottom > 0.9 * rows[at].height:
        return
    for lower in below.cells:
        flush = abs(lower.x0 - cell.x0) < 3 or abs(lower.x1 - cell.x1) < 3
        flush = flush or abs(lower.x0 + lower.x1 - cell.x0 - cell.x1) < 6
        alike = 0.85 < lower.words[0].height / cell.words[0].height < 1.18
        if flush and alike and label_beside(below, lower) is None:
            yield lower


def _shared(one: str, other: str) -> bool:
    """Whether two lines share a word: then one is a short form of the other, and neither goes on as the other."""
    words, others = ({word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)} for text in (one, other))
    return bool(words & others)


def _joined(at: int, cell: Cell, rest: Cell, said: str) -> Iterator[Name]:
    """A name over two cells: the first ends openly, the second is a legal form or goes on small, or the whole stands
    elsewhere on the page."""
    if party(cell.text) or cell.text.casefold() in ("name", "nummer", "firma") or not is_name(cell.text):
        return
    if (FORM.search(cell.text) and not _OPEN.search(cell.text)) or _SMALL.match(cell.text):
        return
    form = FORM.search(rest.text)
    words = words_at(rest, 0, form.end()) if form else rest.words
    text = " ".join(word.text for word in (*cell.words, *words)).rstrip(" ,;")
    goes_on = bool(_OPEN.search(cell.text) or _ONLY_FORM.match(rest.text))
    goes_on = goes_on or (form is not None and not _shared(cell.text, rest.text))
    if (goes_on or bare(text) in said) and is_name(text) and not re.search(r"\d{4,}", text):
        yield Name(text, (*cell.words, *words), at, cell, whole=True, joined=True)
