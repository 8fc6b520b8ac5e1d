"""Invoices of others with what their issuers wrote down elsewhere: the XML in a hybrid PDF, the JSON beside an ordinary one.

What only the data hold nobody can read from the page, so truth is taken as far as the page shows it. Issuers are split by a
digest of their name: a third is held out, and nobody chose which.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from agents.read import einvoice, einvoice_pdf, filetype
from agents.read.files import part_of
from core.claims import Document

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
HEADER = (
    "invoice.number", "invoice.date", "invoice.due_date", "invoice.currency", "invoice.net_total", "invoice.tax_total",
    "invoice.total", "order.number", "despatch.number", "supplier.name", "supplier.tax_id", "supplier.iban",
)  # fmt: skip
LINES = ("line.quantity", "line.price", "line.amount", "line.supplier_item", "line.description", "line.tax_rate")
OF_JSON = {
    "invoice_number": "invoice.number", "date": "invoice.date", "date_due": "invoice.due_date", "amount": "invoice.total",
    "amount_untaxed": "invoice.net_total", "amount_tax": "invoice.tax_total", "currency": "invoice.currency",
    "vat": "supplier.tax_id", "static_vat": "supplier.tax_id", "iban": "supplier.iban",
}  # fmt: skip
LINES_OF_JSON = {
    "qty": "line.quantity", "price_unit": "line.price", "price_subtotal": "line.amount", "code": "line.supplier_item",
}  # fmt: skip
Value = str | Decimal | date
Truth = dict[str, list[Value]]
Paper = TypeVar("Paper", tuple[str, bytes, Truth], tuple[Path, bytes, Truth])


def hybrids(folder: Path) -> Iterator[tuple[Path, bytes, Truth]]:
    """The PDFs below a folder that carry an invoice as XML, with what it says. Files that must be refused are left out."""
    for path in sorted(folder.rglob("*.pdf")):
        raw = path.read_bytes()
        try:
            carried = einvoice_pdf.invoice_among(einvoice_pdf.open_pdf(raw).files)
        except einvoice_pdf.NotOpened:
            continue
        if carried is None or "fail" in path.parts:
            continue
        _, documents = einvoice.read(carried.raw, part_of("xml", carried.name, carried.raw, filetype.XML))
        if documents:
            yield path, raw, truth(documents[0])


def issuer(said: Truth) -> str:
    """The name of who issued a paper, as names are compared; "" where the data do not say."""
    return bare(str(said.get("supplier.name", [""])[0]))


def set_apart(said: Truth) -> bool:
    """Whether an issuer is one of the third set apart: by a digest of his name, so that all his bills fall on one side and
    nobody chose which. The readers' first versions were measured on all of them: this is no set that was never seen."""
    return hashlib.sha256(issuer(said).encode()).digest()[0] % 3 == 0


def by_issuer(papers: Iterable[Paper], every: int) -> Iterator[Paper]:
    """Of each issuer every so-manieth paper, his first among them: in such a sample no issuer is missing. Papers whose data
    name no issuer count as one's."""
    seen: Counter[str] = Counter()
    for paper in papers:
        of = issuer(paper[2])
        if seen[of] % every == 0:
            yield paper
        seen[of] += 1


def truth(document: Document) -> Truth:
    """What the data say, by field; the lines' values in their order."""
    found: Truth = {}
    for claim in document.claims:
        if claim.field in HEADER + LINES and (claim.field in LINES or claim.field not in found):
            found.setdefault(claim.field, []).append(claim.value)
    return found


def described(folder: Path) -> Iterator[tuple[Path, bytes, Truth]]:
    """The PDFs below a folder that have a JSON file beside them, in the form of invoice2data, with what it says."""
    for path in sorted(folder.rglob("*.json")):
        picture = path.with_suffix(".pdf")
        if not picture.exists():
            continue
        said = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
        one: Mapping[str, Any] = said[0] if isinstance(said, list) else said
        yield picture, picture.read_bytes(), of_json(one)


def of_json(said: Mapping[str, Any]) -> Truth:
    """What a result in the form of invoice2data says, under the names of the vocabulary."""
    found: Truth = {}
    for key, name in OF_JSON.items():
        if said.get(key) not in (None, ""):
            found.setdefault(name, []).append(_typed(name, said[key]))
    for line in said.get("lines") or ():
        for key, name in LINES_OF_JSON.items():
            if line.get(key) not in (None, ""):
                found.setdefault(name, []).append(_typed(name, line[key]))
    return found


def _typed(name: str, value: Any) -> Value:
    """A value of such a result; one that is none of its kind stays text, and agrees with nothing."""
    try:
        if name.endswith("date"):
            return date.fromisoformat(str(value)[:10])
        if name.endswith(("total", "quantity", "price", "amount")):
            return Decimal(str(value))
    except (ValueError, ArithmeticError):
        return str(value)
    return str(value)


def printed(value: Value, text: str) -> bool:
    """Whether the page shows a value at all: what only the data hold nobody can read."""
    if isinstance(value, Decimal):
        return einvoice_pdf.shown(value, text)
    if isinstance(value, date):
        return _shows_day(value, text)
    return bare(value) in bare(text)


def _shows_day(day: date, text: str) -> bool:
    """Whether a text has the number of a day and its year close together, whatever month and order are between them. It
    knows no notation that a reader knows, so that a notation a reader does not know counts against him."""
    year = rf"(?<!\d)(?:{day.year}|{day.year % 100:02d})(?!\d)"
    number = rf"(?<!\d)0?{day.day}(?!\d)"
    near = rf"{number}.{{0,22}}?{year}|{year}.{{0,14}}?{number}|{day:%Y%m%d}|{day:%d%m%Y}|{day:%d%m%y}"
    return re.search(near, text, re.S) is not None


def bare(text: str) -> str:
    """Only the letters and digits of a text, in one case."""
    return "".join(c for c in text.casefold() if c.isalnum())


def agreeing(name: str, given: Sequence[Value], read: Sequence[Value]) -> int:
    """How many of the values given were read, whatever their order."""
    left = Counter(spelled(name, value) for value in read)
    return sum((left & Counter(spelled(name, value) for value in given)).values())


def spelled(name: str, value: Value) -> Value:
    """A value without what is a matter of spelling: sign of a credit, white space, case; of a description its start."""
    if isinstance(value, Decimal):
        return abs(value).normalize()
    if isinstance(value, date):
        return value
    plain = bare(value)
    return plain[:8] if name == "line.description" else plain
