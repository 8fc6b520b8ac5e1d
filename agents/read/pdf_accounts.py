"""Tax numbers and bank accounts on a paper. Their shape names them; whose they are, the block they stand in."""

import re
from collections.abc import Iterator, Sequence

from agents.read.pdf_header import Found, words_at
from agents.read.pdf_labels import IBAN, OTHERS_TAX, TAX_ID
from agents.read.pdf_rows import Cell, Row


def accounts(rows: Sequence[Row]) -> Iterator[Found]:
    """Tax numbers and bank accounts by their shape. A number that the paper calls the buyer's is left out."""
    seen: set[str] = set()
    for at, row in enumerate(rows):
        for cell in row.cells:
            text = cell.text
            for match in IBAN.finditer(text):
                plain = re.sub(r"\s", "", match[0])
                length = _iban_length(plain)
                if length is None and re.search(
                    r"iban[\s:.-]*(?:nr\.?)?[\s:.-]*$", _before(row, cell, match.start()), re.I
                ):
                    length = len(plain)
                if length and "supplier.iban" not in seen:
                    seen.add("supplier.iban")
                    end = _end_of(text, match.start(), length)
                    words = words_at(cell, match.start(), end)
                    yield Found("supplier.iban", text[match.start() : end], words)
            for match in TAX_ID.finditer(text):
                above = rows[at - 1].text if at else ""
                if "supplier.tax_id" in seen or OTHERS_TAX.search(text) or _is_buyers(row, cell, rows, at, above):
                    continue
                seen.add("supplier.tax_id")
                yield Found("supplier.tax_id", match[0], words_at(cell, match.start(), match.end()))


def _before(row: Row, cell: Cell, start: int) -> str:
    """The text of a row in front of a place in one of its cells."""
    cells = row.cells[: row.cells.index(cell)]
    return " ".join([*(c.text for c in cells[-1:]), cell.text[:start]]).strip()


def _is_buyers(row: Row, cell: Cell, rows: Sequence[Row], at: int, above: str) -> bool:
    """Whether a cell stands in the block of the buyer: his heading is the nearest one above it."""
    before = row.cells[0].text if row.cells[0] is not cell else ""
    if OTHERS_TAX.search(before) or OTHERS_TAX.search(above):
        return True
    for higher in reversed(rows[max(0, at - 16) : at]):
        if higher.page != row.page:
            break
        for heading in higher.cells:
            if heading.x0 > cell.x1 or heading.x1 < cell.x0 - 150:
                continue
            if _BUYER.match(heading.text):
                return True
            if _SELLER.match(heading.text):
                return False
    return False


_BUYER = re.compile(r"(?:bill(?:ed)? to|sold to|invoice to|ship to|customer|buyer|k[äa]ufer|kunde\b|leistungsempf"
    r"|rechnungsempf|warenempf|client|acheteur|cliente|comprador|klant|afnemer)", re.I)  # fmt: skip
_SELLER = re.compile(
    r"(?:seller|supplier|vendor|from\b|sold by|verk[äa]ufer|lieferant|vendeur|fournisseur|vendedor|proveedor|verkoper"
    r"|leverancier)",
    re.I,
)
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "IE": 22, "IT": 27,
    "LI": 21, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24, "SK": 24, "HU": 28, "SI": 19, "EE": 20, "LT": 20,
}  # fmt: skip


def _iban_length(plain: str) -> int | None:
    """How many characters of a text are an IBAN by its country's length and its check digits; None for none."""
    length = _IBAN_LENGTHS.get(plain[:2])
    if length is None or len(plain) < length:
        return None
    moved = plain[4:length] + plain[:4]
    return length if int("".join(str(int(c, 36)) for c in moved)) % 97 == 1 else None


def _end_of(text: str, start: int, count: int) -> int:
    """Where `count` characters that are no spaces end."""
    at = start
    while count and at < len(text):
        count -= not text[at].isspace()
        at += 1
    return at
