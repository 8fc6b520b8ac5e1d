"""Who issued a paper: the company named where issuers stand, and not where its buyer is named.

Evidence is counted for each name: a heading over its block, a sender's line over the address window, the head and the foot
of the page, a legal form, tax number, register and account nearby, the domain of the paper's e-mail and website. What
addresses somebody, or stands under the buyer's heading, counts against. Below a bound, or where two are alike, nobody is
named.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agents.read.pdf_blocks import (
    ADDRESSED,
    BUYER,
    GAP_MAX,
    NAME_OF,
    SELLER,
    heading,
    label_beside,
    lines_above,
    lines_below,
    party,
)
from agents.read.pdf_header import Found
from agents.read.pdf_labels import IBAN, LABELS, TAX_ID, TITLES
from agents.read.pdf_names import FORM, Name, bare, names
from agents.read.pdf_rows import Cell, Row

BOUND = 2.4
MARGIN = 0.3
"""How far the first must lead the second who is somebody else."""
HEAD, FOOT = 0.2, 0.86
"""Shares of the page's height where its head ends and its foot begins."""
_TAX_WORDS = re.compile(
    r"(?<!\w)(?:ust-?\s?id|umsatzsteuer-?\s?id|steuer-?\s?(?:nr|nummer)|tax (?:id|no|number|reg)|vat (?:no|number|reg|id)"
    r"|siret|siren|r\.?c\.?s\.?|n° ?tva|tva intra|cif|nif|p\.? ?iva|partita iva|kvk|btw-?(?:nr|nummer)?"
    r"|org\.?\s?n(?:r|o)|abn|acn"
    r"|ein|gstin|nip|regon|i[čc]o|cvr|hrb|hra|company (?:no|number|reg)|registered (?:no|in)|y-tunnus"
    r"|chamber of commerce)(?!\w)",
    re.I,
)
_POSTAL = re.compile(
    r"(?<!\d)(?:[A-Z]{1,2}[- ])?\d{4,6}(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d{3} \d{2}\b|\b\d{2}-\d{3}\b"
)
_CONTACT = re.compile(r"@|www\.|https?:|(?<!\w)(?:tel|fon|phone|fax|t[ée]l[ée]phone|mobil|ph)(?!\w)", re.I)
_BANK = re.compile(
    r"bank|sparkasse|banque|banco|banca|caisse|cr[ée]dit (?:agricole|mutuel|lyonnais)|postfinance|nordea", re.I
)
_ACCOUNT = re.compile(r"(?<!\w)(?:iban|bic|swift|blz|kto|konto|account no|sort code|bankgiro)(?!\w)", re.I)
_WEB = re.compile(r"@([\w-]+(?:\.[\w-]+)+)|(?:https?://|www\.)(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.I)
_EVERYBODYS_NAMES = (
    "gmail googlemail gmx web tonline outlook hotmail yahoo icloud orange free wanadoo aol live proton protonmail "
    "laposte sfr "
    "libero telenet example mail email google facebook instagram linkedin twitter youtube"
)
_EVERYBODYS = frozenset(_EVERYBODYS_NAMES.split())
_WORD = re.compile(
    r"(?:globale )?nummer|number|name|page|seite|vom|anschrift|adresse|address|datum|date|inhalt|bemerkung(?:en)?"
    r"|ansprechpartner|contact|telefon|phone|subject|betreff|notes?|copy|kopie|duplicate|original|page \d+|of|von|to"
    r"|logo|summary"
    r"|details|total|your logo(?: here)?|terms|reference|description|amount|payment|bank(?: details)?|thank you|\W*",
    re.I,
)
"""Words of the form, which name nobody."""
OWN = frozenset(
    ("legal form", "largest", "sender's line", "first", "under seller", "domain", "payee", "its own block", "foot")
)
"""Reasons of which a name needs one: that it stands somewhere is not enough."""


@dataclass(slots=True)
class _Candidate:
    name: Name
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
    page = _Page(rows, page_height)
    for name in names(rows):
        candidate = known.setdefault(name.key, _Candidate(name))
        candidate.seen += 1
        _weigh(candidate, name, page)
    for candidate in known.values():
        candidate.points += min(candidate.seen - 1, 3) * 0.5
        candidate.points += _by_domain(candidate, page.domains)
        if not candidate.reasons & OWN:
            candidate.points -= 2
        if candidate.name.joined:  # the whole of a name counts for as much as its better half, and is plainer
            halves = [known[key] for key in _halves(candidate, known)]
            candidate.points = max([candidate.points, *(half.points for half in halves)]) + 0.4
    ranked = sorted(known.values(), key=lambda c: -c.points)
    if not ranked or ranked[0].points < BOUND:
        return None
    best = ranked[0]
    second = next((c for c in ranked[1:] if c.name.key not in best.name.key and best.name.key not in c.name.key), None)
    if second is not None and best.points - second.points < MARGIN:
        return None
    return Found("supplier.name", best.name.text, best.name.words)


def _halves(whole: _Candidate, known: Iterable[str]) -> list[str]:
    return [key for key in known if key != whole.name.key and key in whole.name.key]


class _Page:
    """What is known of a paper before its names are weighed."""

    def __init__(self, rows: Sequence[Row], height: float) -> None:
        self.rows = rows
        self.height = height
        self.tallest = max((w.height for row in rows[:14] if row.page == 1 for w in row.words), default=0)
        self.window = _window(rows)
        self.domains = _domains(rows)


def _weigh(candidate: _Candidate, name: Name, page: _Page) -> None:
    """Count the evidence of one place where a name stands."""
    rows, row = page.rows, page.rows[name.at]
    text = name.text
    titled = any(pattern.match(text) for _, pattern in TITLES)
    labelled = any(label.pattern.match(text) for label in LABELS if label.weight >= 3)
    if not name.form and (titled or labelled or BUYER.match(text) or SELLER.match(text) or _WORD.fullmatch(text)):
        candidate.add("a label", -6)
        return
    if name.form:
        candidate.add("legal form", 1.5)
    elif len(text.split()) > 5 or re.search(r"\d", text):
        candidate.add("no name", -3)
    _by_place(candidate, name, page)
    found = heading(rows, name.at, name.cell)
    label = label_beside(row, name.cell)
    if label is not None and not NAME_OF.match(label.text) and party(label.text) is None:
        candidate.add("a label's value", -3)
    elif found is not None and found[0] == "seller":
        candidate.add("under seller", 4.0 if label or _first_under(rows, name) else 3.0 if name.form else 1.0)
    elif found is not None and found[0] == "payee":
        candidate.add("payee", 1.5)
    elif found is not None:
        candidate.add("under buyer", -4)
    elif _addressed(rows, name) or name.at in page.window:
        candidate.add("addressed", -3)
    block = _block(rows, name)
    if row.top > page.height * FOOT and (name.form or _POSTAL.search(block)):
        candidate.add("foot", 1.5 if name.form else 1.2)
    elif _begins(rows, name) and _POSTAL.search(block) and (_CONTACT.search(block) or _TAX_WORDS.search(block)):
        candidate.add("its own block", 1.0)
    if _BANK.search(text) and (IBAN.search(block) or _ACCOUNT.search(block)):
        candidate.add("a bank", -4)
    if row.page == 1 and _is_senders_line(name.cell) and name.words[0] is name.cell.words[0]:
        candidate.add("sender's line", 2.0)
    if not name.form and re.match(r"(?:inh|inhaber(?:in)?|owner|prop|proprietor|g[ée]rant|director)\b", text, re.I):
        candidate.add("a person", -1)
    if _identified(rows, name):
        candidate.add("identified", 1.2)


def _is_senders_line(cell: Cell) -> bool:
    """Whether a line holds a whole address: three pieces, a postal code, no register."""
    pieces = re.split(r"\s+[-–—|•·*]+\s+|\s*[•·|]\s*|,\s", cell.text)
    return len(pieces) >= 3 and _POSTAL.search(cell.text) is not None and _TAX_WORDS.search(cell.text) is None


def _by_place(candidate: _Candidate, name: Name, page: _Page) -> None:
    row = page.rows[name.at]
    if row.page != 1 or row.top >= page.height * HEAD:
        return
    candidate.add("head", 0.8)
    if name.words[0].height >= page.tallest * 0.98 and name.at <= 6:
        candidate.add("largest", 1.0)
    if name.at <= 1:
        candidate.add("first", 0.6)


def _block(rows: Sequence[Row], name: Name) -> str:
    """The lines of a name's block, its own first."""
    return "\n".join([name.cell.text, *(below.text for _, below in lines_below(rows, name.at, name.cell))])


def _begins(rows: Sequence[Row], name: Name) -> bool:
    """Whether a name is the first line of its block."""
    over = next(iter(lines_above(rows, name.at, name.cell)), None)
    return over is None or rows[name.at].top - over[0].bottom > GAP_MAX * min(rows[name.at].height, over[0].height)


def _first_under(rows: Sequence[Row], name: Name) -> bool:
    """Whether a name is the first under its heading that is no number and no label."""
    for row, above in lines_above(rows, name.at, name.cell):
        if party(above.text):
            return True
        if len(row.cells) == 1 and ":" not in above.text and not re.fullmatch(r"[\W\d]*", above.text):
            return False
    return False


def _addressed(rows: Sequence[Row], name: Name) -> bool:
    """Whether a block speaks to somebody: in the name's own line, the line above, or the two below it."""
    if not name.form and ADDRESSED.match(name.text):
        return True
    above = next((cell for _, cell in lines_above(rows, name.at, name.cell)), None)
    if above is not None and re.fullmatch(
        r"(?:an|to|[àa]|firma|fa\.?|company|messrs\.?)(?:\s?(?:die|the))?:?", above.text, re.I
    ):
        return True
    below = [cell for _, cell in lines_below(rows, name.at, name.cell)][:2]
    return any(ADDRESSED.match(cell.text) for cell in below)


def _window(rows: Sequence[Row]) -> set[int]:
    """The rows of the address window: those of the block under a small sender's line, which is flush with it."""
    for at, row in enumerate(rows[:12]):
        cell = row.cells[0]
        if not _is_senders_line(cell):
            continue
        block = [other for other in range(at + 1, min(at + 8, len(rows))) if abs(rows[other].cells[0].x0 - cell.x0) < 6]
        if sum(_POSTAL.search(rows[other].cells[0].text) is not None for other in block):
            return {other for other in block if rows[other].cells[0].words[0].height >= cell.words[0].height}
    return set()


def _identified(rows: Sequence[Row], name: Name) -> bool:
    """Whether a tax number, a register or an account stands in the same block, before anybody else's heading."""
    if TAX_ID.search(name.cell.text) or (len(name.cell.text) > 60 and _TAX_WORDS.search(name.cell.text)):
        return True
    for _, below in lines_below(rows, name.at, name.cell):
        if party(below.text):
            return False
        if TAX_ID.search(below.text) or IBAN.search(below.text) or _TAX_WORDS.search(below.text):
            return True
    return False


def _domains(rows: Sequence[Row]) -> frozenset[str]:
    """The names in the paper's e-mail and web addresses, but those in the buyer's block and those that everybody uses."""
    found: set[str] = set()
    for at, row in enumerate(rows):
        for cell in row.cells:
            for match in _WEB.finditer(cell.text):
                parts = (match[1] or match[2]).casefold().strip(".").split(".")
                stem = parts[-3] if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "gov") else parts[-2]
                whose = heading(rows, at, cell)
                if stem.replace("-", "") not in _EVERYBODYS and (whose is None or whose[0] == "seller"):
                    found.add(_plain(stem))
    return frozenset(found)


def _by_domain(candidate: _Candidate, domains: frozenset[str]) -> float:
    """How well a name goes with the paper's own domain: the whole of it, or one of its words."""
    short = FORM.sub("", candidate.name.text)
    whole = _plain(short)
    words = {_plain(word) for word in re.findall(r"[^\W\d_]{4,}", short)}
    for domain in domains:
        if len(domain) >= 4 and (whole.startswith(domain) or (len(whole) >= 4 and domain.startswith(whole))):
            candidate.reasons.add("domain")
            return 2.0
    near = any(domain.startswith(word) or domain.endswith(word) for domain in domains for word in words)
    if near:
        candidate.reasons.add("domain")
    return 0.8 if near else 0.0


def _plain(text: str) -> str:
    """Letters and digits as a domain writes them: no accents, umlauts as two letters."""
    spelled = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return bare(unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode())
