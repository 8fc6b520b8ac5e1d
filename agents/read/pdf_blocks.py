"""Whose block of a page some words stand in: the heading over them, as far as their block reaches.

A heading speaks for the lines below it in its column until white space ends them. Lines that address somebody ("Herrn",
"Attn:") say so without a heading.
"""

import re
from collections.abc import Iterator, Sequence

from agents.read.pdf_rows import Cell, Row

BUYER = re.compile(
    r"(?:bill(?:ed|ing)? ?(?:to|address)|bill:|sold to|invoice(?:d)? (?:to|address)|ship(?:ping)?(?:ped)? ?(?:to|address)"
    r"|deliver(?:y|ed)? (?:to|address)|customer(?! no| id| ref|'?s? number)|buyer|consignee|to:|for:|purchaser|k[äa]ufer"
    r"|kunde(?:n?anschrift)?\b(?!n)|leistungsempf|rechnungs(?:empf|adresse|anschrift)|waren(?:empf)"
    r"|liefer(?:adresse|anschrift)|empf[äa]nger|abweichende|an:|client\b|acheteur|destinataire|factur[ée] [àa]"
    r"|livr[ée] [àa]|adress[ée]e? [àa]|adresse de (?:facturation|livraison)|cliente|comprador|destinatario"
    r"|facturar a|datos del cliente|klant(?!n)|afnemer|factuuradres|afleveradres|bezorgadres|koper"
    r"|cessionario|committente|spett(?:\.|abile)|adquirente|nabywca|odb(?:iorca|[ěe]ratel)|kund(?!n)|k[öo]pare"
    r"|leveransadress|fakturaadress|fakturamottagare|asiakas)",
    re.I,
)
SELLER = re.compile(
    r"(?:seller|supplier|vendor|from:?(?=\s|$)|sold by|issued by|service provider"
    r"|verk[äa]ufer|lieferant|leistungserbringer|rechnungssteller|(?:rechnungs)?aussteller|absender|vendeur"
    r"|fournisseur|[ée]metteur|prestataire|vendedor|proveedor|emisor|expedidor|verkoper|leverancier|afzender"
    r"|cedente|prestatore|fornitore|emittente|fornecedor|emitente|sprzedawca|wystawca|dodavatel|leverant[öo]r"
    r"|s[äa]ljare|selger|s[æa]lger|toimittaja|myyj[äa])",
    re.I,
)
PAYEE = re.compile(
    r"(?:remit(?:tance)? to|pay to|payable to|kontoinhaber|kontoname|zahlungsempf[äa]nger|empf[äa]nger der zahlung"
    r"|account (?:holder|name)|beneficiary|payee|titulaire|titular|intestatario|rekeninghouder|kontohavare)",
    re.I,
)
NAME_OF = re.compile(
    r"(?:name|firma|company(?: name)?|unternehmen|raison sociale|nom|nombre|raz[óo]n social|naam|nazwa)\s?:", re.I
)
"""The label of a name inside a party's block."""
ADDRESSED = re.compile(
    r"(?:herrn?|frau|firma|fa\.|familie|eheleute|mr|mrs|ms|messrs|m\.|mme|monsieur|madame|sr|sra|dhr|mevr|de heer)"
    r"\.?(?=\s|$)|(?:z\.\s?hd|attn?|attention|att\.|t\.?a\.?v\.?|[àa] l['’]attention|c/o|a/a|att\. de|all['’]att)",
    re.I,
)
ROWS_MAX = 9
GAP_MAX = 0.95
"""White space that ends a block, in heights of its lines: an empty line does. Under a heading it may be twice that."""
HEADING_CHARS_MAX = 60


def party(text: str) -> str | None:
    """ "seller", "payee" or "buyer" where a text begins as the heading of one's block."""
    if len(text) > HEADING_CHARS_MAX or "@" in text:
        return None
    if PAYEE.match(text):
        return "payee"
    if SELLER.match(text):
        return "seller"
    return "buyer" if BUYER.match(text) else None


def label_beside(row: Row, cell: Cell) -> Cell | None:
    """The label to the left of a cell ("Name:"), which ends with a colon."""
    before = [other for other in row.cells if other.x1 <= cell.x0]
    return before[-1] if before and before[-1].text.endswith(":") else None


def heading(rows: Sequence[Row], at: int, cell: Cell) -> tuple[str, int] | None:
    """Whose block a cell stands in, and how many of the block's lines are between it and the heading; 0 beside it."""
    for column in rows[at].cells:
        if column.x1 <= cell.x0 and (found := party(column.text)):
            return found, 0
    if found := party(cell.text):
        return found, 0
    anchor = label_beside(rows[at], cell) or cell
    lower = rows[at]
    for lines, (row, above) in enumerate(lines_above(rows, at, anchor), 1):
        gap = (lower.top - row.bottom) / max(min(lower.height, row.height), 1)
        if gap > 2 * GAP_MAX:
            return None
        if found := party(above.text):
            return found, lines
        if gap > GAP_MAX:
            return None
        lower = row
    return None


def lines_above(rows: Sequence[Row], at: int, cell: Cell) -> Iterator[tuple[Row, Cell]]:
    """The lines above a cell in its column of the page, the nearest first."""
    found = 0
    for row in reversed(rows[max(0, at - 4 * ROWS_MAX) : at]):
        if row.page != rows[at].page or found == ROWS_MAX:
            return
        above = next((c for c in row.cells if c.x0 < cell.x1 and c.x1 > cell.x0 - 6), None)
        if above is not None:
            found += 1
            yield row, above


def lines_below(rows: Sequence[Row], at: int, cell: Cell) -> Iterator[tuple[Row, Cell]]:
    """The lines below a cell in its column as far as its block reaches."""
    upper = rows[at]
    for row in rows[at + 1 : at + 4 * ROWS_MAX]:
        if row.page != upper.page or row.top - upper.bottom > GAP_MAX * min(upper.height, row.height):
            return
        below = next((c for c in row.cells if c.x0 < cell.x1 + 20 and c.x1 > cell.x0 - 20), None)
        if below is not None:
            upper = row
            yield row, below
