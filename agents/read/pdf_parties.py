"""Who issued a paper: the company named where issuers stand, and not where its buyer is named.

A heading over a block, a sender's line over the address window, the foot of the page, tax number and account nearby: each
adds to a name. Below a bound nobody is named.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.read.pdf_header import Found, words_at
from agents.read.pdf_labels import IBAN, LABELS, TAX_ID, TITLES
from agents.read.pdf_rows import Cell, Row

BUYER = re.compile(
    r"(?:bill(?:ed)?(?: to)?|sold to|invoice(?:d)? to|ship(?:ping)?(?:ped)? ?(?:to|address)|deliver(?:y|ed)? (?:to"
    r"|address)|billing address|customer(?! no| id| ref)|buyer|consignee|to:|k[äa]ufer"
    r"|kunde(?:n?anschrift)?\b(?!n)|leistungsempf|rechnungs(?:empf|adresse|anschrift)|waren(?:empf)"
    r"|liefer(?:adresse|anschrift)|empf[äa]nger|abweichende|client\b|acheteur|factur[ée] [àa]|livr[ée] [àa]"
    r"|adresse de (?:facturation|livraison)|cliente|comprador|facturar a|klant(?!n)|afnemer|factuuradres"
    r"|afleveradres|koper)",
    re.I,
)
SELLER = re.compile(
    r"(?:seller|supplier|vendor|from:|sold by|issued by|service provider|remit to|verk[äa]ufer|lieferant"
    r"|leistungserbringer|aussteller|absender|vendeur|fournisseur|[ée]metteur|vendedor|proveedor|emisor|verkoper"
    r"|leverancier|kontoinhaber|account (?:holder|name)|beneficiary|titulaire|payable to)",
    re.I,
)
_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?:\s*&\s*Co\.?\s*KG(?:aA)?)?|mbH|AG|KG|OHG|UG|GbR|e\.\s?K\.|eG|SE|Ltd\.?|Limited|LLC|L\.L\.C\."
    r"|Inc\.?|Corp(?:oration)?\.?|Company|PLC|LLP|S\.?A\.?R\.?L\.?|S\.?A\.?S\.?U?|EURL|S\.?A\.?|S\.?L\.?U?"
    r"|B\.?\s?V\.?|N\.?V\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|A/S|ApS|ASA|AS|AB|Oyj?|Pty\.?|Sp\. z o\.\s?o\.|& (?:Sons"
    r"|Co\.?|S[öo]hne|Fils))(?![\w])"
)
_BREAK = re.compile(r"\s+[-–—|•●·*]+\s+|\s*[•●·|]\s*|,\s+(?=\w+(?:stra[sß]e|str\.|weg|platz)|\d)|\s{2,}")
_NO_NAME = re.compile(
    r"@|www\.|https?:|^\W*\d|:\s|iban|swift|\bbic\b|telefon|phone|\btel\b|\bfax\b|registered|gesch[äa]ftsf|vorstand"
    r"|amtsgericht|page \d",
    re.I,
)
NAME_CHARS_MAX = 70
BOUND = 2.4


@dataclass(slots=True)
class _Candidate:
    name: str
    cell: Cell
    start: int
    points: float = 0
    seen: int = 0
    reasons: set[str] = field(default_factory=set)

    def add(self, reason: str, points: float) -> None:
        """Count a reason once."""
        if reason not in self.reasons:
            self.reasons.add(reason)
            self.points += points


def issuer(rows: Sequence[Row], page_height: float) -> Found | None:
    """The issuer's name with its words, or None when nobody stands out."""
    known: dict[str, _Candidate] = {}
    first = [row for row in rows if row.page == 1]
    tallest = max((w.height for row in first[:14] for w in row.words), default=0)
    for at, row in enumerate(rows):
        for cell in row.cells:
            for name, start in _names(cell):
                key = re.sub(r"\W", "", name).casefold()
                candidate = known.setdefault(key, _Candidate(name, cell, start))
                candidate.seen += 1
                _weigh(candidate, rows, at, cell, page_height, tallest)
    for candidate in known.values():
        candidate.points += min(candidate.seen - 1, 3) * 0.5
        if not candidate.reasons & {"legal form", "largest", "sender's line", "first", "under seller"}:
            candidate.points -= 2
    best = max(known.values(), key=lambda c: c.points, default=None)
    if best is None or best.points < BOUND:
        return None
    words = words_at(best.cell, best.start, best.start + len(best.name))
    return Found("supplier.name", best.name, words)


_WORD = re.compile(
    r"(?:globale )?nummer|number|name|page|seite|vom|anschrift|adresse|address|datum|date|inhalt|bemerkung(?:en)?"
    r"|ansprechpartner"
    r"|contact|telefon|phone|subject|betreff|notes?|copy|kopie|duplicate|original|page \d+|of|von|to|\W*",
    re.I,
)
"""Words of the form, which name nobody."""


def _names(cell: Cell) -> list[tuple[str, int]]:
    """What may be a company's name in a cell: its pieces up to a break, labels and addresses left out."""
    text = cell.text
    found: list[tuple[str, int]] = []
    at = 0
    for piece in _BREAK.split(text):
        start = text.index(piece, at) if piece else at
        at = start + len(piece)
        label = re.match(r"(?:name|firma|company|verk[äa]ufer|lieferant|seller|supplier|vendor|sold by|from"
            r"|kontoinhaber|all .{0,20}sold by)\s*:\s*", piece, re.I)  # fmt: skip
        if label and label.end() < len(piece):
            start, piece = start + label.end(), piece[label.end() :]
        name = piece.strip(" ,;:")
        start += len(piece) - len(piece.lstrip(" ,;:"))
        if 3 <= len(name) <= NAME_CHARS_MAX and re.search(r"[^\W\d_]{2}", name) and not _NO_NAME.search(name):
            found.append((name, start))
    return found[:3]


def _weigh(candidate: _Candidate, rows: Sequence[Row], at: int, cell: Cell, page_height: float, tallest: float) -> None:
    row = rows[at]
    form = _FORM.search(candidate.name) is not None
    name = candidate.name
    titled = any(pattern.match(candidate.name) for _, pattern in TITLES)
    labelled = any(label.pattern.match(candidate.name) for label in LABELS if label.weight >= 3)
    if not form and (titled or labelled or BUYER.match(name) or SELLER.match(name) or _WORD.fullmatch(name)):
        candidate.add("a label", -6)
        return
    if form:
        candidate.add("legal form", 1.5)
    elif len(candidate.name.split()) > 5 or re.search(r"\d", candidate.name):
        candidate.add("no name", -3)
    heading = _heading(rows, at, cell)
    if heading is not None:
        near = 3.0 if form or heading[1] <= 1 else 1.0
        candidate.add(f"under {heading[0]}", near if heading[0] == "seller" else -4)
    if row.top > page_height * 0.86 and form:
        candidate.add("foot", 1.5)
    if row.page == 1 and row.top < page_height * 0.2:
        candidate.add("head", 0.8)
        if cell.words[0].height >= tallest * 0.98 and at <= 6:
            candidate.add("largest", 1.0)
    if at == 0 or (row.page == 1 and at <= 1):
        candidate.add("first", 0.6)
    if len(_BREAK.split(cell.text)) >= 3 and re.search(r"\d{4,5}", cell.text) and candidate.start == 0:
        candidate.add("sender's line", 2.0)
    if _identified(rows, at, cell):
        candidate.add("identified", 1.2)


def _heading(rows: Sequence[Row], at: int, cell: Cell) -> tuple[str, int] | None:
    """The nearest heading of a party over a cell or before it, and how many rows above."""
    for column in rows[at].cells:
        if column.x1 <= cell.x0 and (found := _party(column.text)):
            return found, 0
    if found := _party(cell.text):
        return found, 0
    for back in range(1, 9):
        if at - back < 0 or rows[at - back].page != rows[at].page:
            return None
        for heading in rows[at - back].cells:
            above = heading.x0 < cell.x1 and heading.x1 > cell.x0 - 6
            if (above or len(rows[at - back].cells) == 1) and (found := _party(heading.text)):
                return found, back
    return None


def _party(text: str) -> str | None:
    if len(text) > 60:
        return None
    if SELLER.match(text):
        return "seller"
    return "buyer" if BUYER.match(text) else None


def _identified(rows: Sequence[Row], at: int, cell: Cell) -> bool:
    """Whether a tax number or an account stands in the lines just below, in the same column of the page."""
    for lower in rows[at + 1 : at + 8]:
        if lower.page != rows[at].page:
            return False
        for other in lower.cells:
            near = other.x0 < cell.x1 + 20 and other.x1 > cell.x0 - 20
            if near and (TAX_ID.search(other.text) or IBAN.search(other.text)):
                return True
    return False
