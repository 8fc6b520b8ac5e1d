"""Numbers of business papers in running text: orders, invoices, delivery notes, confirmations, shipments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_GAP = r"(?:[ \t]*\n?[ \t]*)"
_NUMBER_WORD = (
    rf"(?:{_GAP}(?:no|nr|nos|num(?:ber)?|nummer|numbers?|id|ref(?:erence)?|n[\u00b0\u00ba]|num\u00e9ro"
    rf"|n\u00famero|#)\b\.?)?"
    rf"{_GAP}[#:\u2116-]?{_GAP}(?:n[\u00b0\u00ba])?{_GAP}"
)
CODE = r"(?=[A-Za-z/_.-]*\d)(?:[A-Z]{1,6}[-/_ ]?)?[A-Z0-9]+(?:[-/_.][A-Za-z0-9]+)*"
_LABELS = (
    ("invoice.preceding", r"(?:correct(?:s|ion of|ing)|cancel(?:s|lation of)|credit(?:s|ing)?(?: note)? for"
                          r"|korrigiert|storniert|(?:annule(?: et remplace)?|remplace|relatif \u00e0|rectifie)"
     r"|Gutschrift(?: [A-Z0-9/-]*\d[A-Z0-9/-]*)? zu(?:r)?|credit (?:note"
     r"|memo)(?: [A-Z0-9/-]*\d[A-Z0-9/-]*)? (?:to|for)(?: [a-z ]{0,40}? (?:on|of|from|in))?"
     r"|avoir(?: [A-Z0-9/-]*\d[A-Z0-9/-]*)? (?:sur|pour))(?: our| your| the| unsere[rn]?| the| la"
     r"| notre)? (?:invoice|Rechnung|facture)"),
    ("confirmation.number", r"order confirmation|order acknowledge?ment|sales order|our (?:confirmation|number"
    r"|ref(?:erence)?|order)"
                            r"|confirmation(?= [A-Z]{1,4}-?\d)|AB(?= \d{4})|unsere (?:AB|Nr\.?|Nummer|Referenz"
                            r"|Auftrags-?Nr\.?)"
                            r"|Auftragsbest\u00e4tigung(?:s-?Nr\.?)?"
     r"|confirmation de commande|confirmaci\u00f3n de pedido|orderbevestiging"),
    ("order.number", r"purchase order|P\.?O\.?(?:-Nr\.?|-No\.?)?|(?:your |our )?orders?"
                     r"|Bestellung(?:en)?(?:snummer)?|Bestell-?(?:Nr\.?|nummer)"
     r"|Ihre[nrm]? Auftrag|Auftrag|commandes?|pedidos?|bestelling(?:en)?|bon de commande|orden de compra"),
    ("claim.number", r"(?:your |our )?(?:claim|complaint)|NCR|non-conformance report|Reklamation(?:s-?Nr\.?)?|Beanstandung"
                     r"|r\u00e9clamation|reclamaci\u00f3n|klacht"),
    ("return.number", r"RMA(?:-?Nr\.?)?|returns? (?:number|authori[sz]ation)|R\u00fccksendenummer|retour(?:nummer)?"),
    ("quote.number", r"quotation|quote|offer(?= (?:no|n[\u00b0\u00ba]|#))|Angebot(?:s-?Nr\.?|snummer)?|devis|presupuesto"
                     r"|cotizaci\u00f3n|offerte"),
    ("despatch.number", r"delivery notes?|despatch (?:note|advice)|dispatch note|packing (?:slip|list)"
                        r"|Lieferschein(?:-?(?:Nr\.?|nummer))?"
     r"|bon de livraison|albar\u00e1n|pakbon"),
    ("tracking.number", r"tracking(?: number| code| no\.?| id)?|AWB|Sendungs(?:verfolgungs)?nummer"
                        r"|Sendungs-?Nr\.?|Trackingnummer|num\u00e9ro de suivi"
     r"|n\u00famero de seguimiento|consignment(?: number)?"),
    ("invoice.number", r"credit (?:note|memo)|Gutschrift|invoices?|Rechnung(?:en)?(?:s-?Nr\.?|snummer)?"
                       r"|factures?|facturas?|factuur|avoir"),
)  # fmt: skip
_PATTERNS = tuple(
    (field, re.compile(rf"(?<![\w-])(?i:{label}){'(?i:' + _NUMBER_WORD + ')'}(?P<code>{CODE})(?![\w%])"))
    for field, label in _LABELS
)
_MORE = re.compile(rf"\s*(?:,|and|und|et|y|en|&|\+)\s+(?P<code>{CODE})(?!\w)")
_ALONE = re.compile(r"(?<![\w-])(?P<code>(?:(?i:PO)[- #\u2013]?#?|SO-|BO-)\d{3,})(?![\w]|\.(?:xlsx?|pdf|docx?|csv)\b)")
_IS = re.compile(r"(?<!\w)(?i:P\.?O\.?|order (?:number|no\.?)) is (?P<code>[A-Z]{1,4}-?\d{3,}|\d{4,})(?!\w)")
_CARRIER = re.compile(r"(?<!\w)(?P<code>1Z[0-9A-Z]{16})(?!\w)")
DIGITS_MIN = 3
_LETTERED = re.compile(r"[A-Z]{2,6}-\d")
_FILE = re.compile(r"\.(?:xlsx?|pdf|docx?|csv|zip|xml)$", re.I)
_DATE_LIKE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}|(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper's number and where it stands."""

    field: str
    value: str
    start: int
    end: int


def references(text: str) -> tuple[Reference, ...]:
    """Every paper named in a text, each place once, in the text's order."""
    found: dict[int, Reference] = {}
    for field, pattern in (("order.number", _ALONE), ("order.number", _IS), ("tracking.number", _CARRIER)):
        for match in pattern.finditer(text):
            found[match.start()] = Reference(field, match["code"], match.start(), match.end())
    for field, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            for reference in _listed(text, field, match):
                if not any(r.start < reference.end and reference.start < r.end for r in found.values()):
                    found[reference.start] = reference
    return tuple(found[start] for start in sorted(found))


def _listed(text: str, field: str, match: re.Match[str]) -> Iterator[Reference]:
    """The number after a label and those listed after it: "invoices KF-1, KF-2 and KF-3"."""
    shape: str | None = None
    following: re.Match[str] | None = match
    while following is not None:
        code = following["code"].rstrip(".")
        if not _is_number(code) or (shape is not None and _shape(code) != shape):
            return
        shape = _shape(code)
        start = following.start("code")
        yield Reference(field, code, start, start + len(code))
        following = _MORE.match(text, start + len(code))


def _is_number(code: str) -> bool:
    """Whether a code can number a paper: three digits at least, two behind letters, no date and no year."""
    digits = sum(c.isdigit() for c in code)
    enough = digits >= DIGITS_MIN or (digits == DIGITS_MIN - 1 and _LETTERED.match(code) is not None)
    return enough and not _FILE.search(code) and not _DATE_LIKE.fullmatch(code)


def _shape(code: str) -> str:
    return re.sub(r"\d+", "0", code)
