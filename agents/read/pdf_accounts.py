"""Tax numbers and bank accounts on a paper. Their shape names them; whose they are, the block they stand in."""

import re
from collections.abc import Iterator, Sequence

from agents.read.pdf_blocks import heading
from agents.read.pdf_header import Found, words_at
from agents.read.pdf_labels import IBAN, OTHERS_TAX, TAX_ID
from agents.read.pdf_rows import Cell, Row
from agents.read.pdf_words import Word


def accounts(rows: Sequence[Row]) -> Iterator[Found]:
    """Tax numbers and bank accounts by their shape. A number that the paper calls the buyer's is left out."""
    seen: set[str] = set()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            text = cell.text
            labelled = None if "supplier.iban" in seen else _labelled(rows, at, column)
            if labelled is not None:
                seen.add("supplier.iban")
                yield Found("supplier.iban", " ".join(word.text for word in labelled), labelled)
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


def _labelled(rows: Sequence[Row], at: int, column: int) -> tuple[Word, ...] | None:
    """The words of an account that a label names and that stands in the cells beside it, or below it, in pieces."""
    cell = rows[at].cells[column]
    if re.search(r"\biban(?:[ -]?(?:nr|no|number|nummer))?[\s:.]*$", cell.text, re.I) is None:
        return None
    beside = [word for right in rows[at].cells[column + 1 :] for word in right.words]
    below = [
        word
        for lower in rows[at + 1 : at + 2]
        if lower.page == rows[at].page
        for word in lower.words
        if word.x0 > cell.x0 - 4
    ]
    for words in (beside, below):
        taken: list[Word] = []
        for word in words:
            plain = "".join(one.text for one in (*taken, word))
            if not re.fullmatch(r"[A-Z]{2}[\dA-Z]{0,32}", plain) or len(plain) > _IBAN_LENGTHS.get(plain[:2], 34):
                break
            taken.append(word)
        plain = "".join(word.text for word in taken)
        if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
            return tuple(taken)
    return None


def _is_buyers(row: Row, cell: Cell, rows: Sequence[Row], at: int, above: str) -> bool:
    """Whether a tax number is the buyer's: its own words say so, or his heading stands over the block it is in."""
    before = row.cells[0].text if row.cells[0] is not cell else ""
    if OTHERS_TAX.search(before) or OTHERS_TAX.search(above):
        return True
    whose = heading(rows, at, cell)
    return whose is not None and whose[0] == "buyer"


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
