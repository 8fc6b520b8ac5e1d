"""How well the text readers read PDFs that other people issued: per field what was found, and how much of it was right.

`python -m evals.read_report [DIR]` reads every invoice below DIR (default: the sibling folder of samples) from its
text alone and holds the claims against what its issuer wrote down elsewhere, as far as the page shows it: the XML inside
a hybrid PDF, the JSON beside an ordinary one. It prints a table and ends with status 0; an absent folder is one clear line.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from agents.read import einvoice, einvoice_pdf, filetype, pdf
from agents.read.files import part_of
from agents.read.verify import verify
from core.claims import Document, DocumentKind, PartState

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


@dataclass(slots=True)
class Score:
    """Counts by field: values the issuer gave, values the reader gave, values that agree; and the misses by name."""

    given: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    files: int = 0
    unread: int = 0
    pages: int = 0
    seconds: float = 0.0
    supported: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)


def main(folder: Path = SAMPLES, *, misses: bool = False) -> int:
    """Print one table for each set of samples that is there. Gives the exit status."""
    out = Console()
    if not folder.is_dir():
        out.print(f"No samples at {folder}: nothing was measured.")
        return 0
    hybrids = list(_hybrids(folder))
    for name, pairs in (
        ("hybrid PDFs of two thirds of the issuers", [one for one in hybrids if not _set_apart(one[2])]),
        ("hybrid PDFs of the issuers set apart", [one for one in hybrids if _set_apart(one[2])]),
        ("PDFs with JSON", _described(folder)),
    ):
        score = Score()
        for path, raw, truth in pairs:
            _measure(score, path, raw, truth)
        if not score.files:
            out.print(f"No {name} below {folder}: nothing was measured.")
            continue
        out.print(_table(name, score))
        if misses:
            out.print("\n".join(score.misses), markup=False, highlight=False)
    return 0


def _hybrids(folder: Path) -> Iterator[tuple[Path, bytes, Truth]]:
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
            yield path, raw, _truth(documents[0])


def _set_apart(truth: Truth) -> bool:
    """Whether an issuer is one of the third set apart: by a digest of his name, so that all his bills fall on one side and
    nobody chose which. The readers' first versions were measured on all of them: this is no set that was never seen."""
    name = _bare(str(truth.get("supplier.name", [""])[0]))
    return hashlib.sha256(name.encode()).digest()[0] % 3 == 0


def _truth(document: Document) -> Truth:
    """What the data say, by field; the lines' values in their order."""
    found: Truth = {}
    for claim in document.claims:
        if claim.field in HEADER + LINES and (claim.field in LINES or claim.field not in found):
            found.setdefault(claim.field, []).append(claim.value)
    return found


def _described(folder: Path) -> Iterator[tuple[Path, bytes, Truth]]:
    for path in sorted(folder.rglob("*.json")):
        picture = path.with_suffix(".pdf")
        if not picture.exists():
            continue
        said = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
        one: dict[str, Any] = said[0] if isinstance(said, list) else said
        found: Truth = {}
        for key, name in OF_JSON.items():
            if one.get(key) not in (None, ""):
                found.setdefault(name, []).append(_typed(name, one[key]))
        for line in one.get("lines", []):
            for key, name in LINES_OF_JSON.items():
                if line.get(key) not in (None, ""):
                    found.setdefault(name, []).append(_typed(name, line[key]))
        yield path.with_suffix(".pdf"), picture.read_bytes(), found


def _typed(name: str, value: Any) -> Value:
    if name.endswith("date"):
        return date.fromisoformat(str(value)[:10])
    if name.endswith(("total", "quantity", "price", "amount")):
        return Decimal(str(value))
    return str(value)


def _measure(score: Score, path: Path, raw: bytes, truth: Truth) -> None:
    """Read one PDF from its text and count."""
    start = time.perf_counter()
    part, documents = pdf.read(raw, part_of("1:a.pdf", path.name, raw, filetype.PDF))
    unchecked = documents
    documents = tuple(verify(document, (part,)) for document in documents)
    score.seconds += time.perf_counter() - start
    score.files += 1
    score.pages += part.pages
    if part.state is not PartState.READ:
        score.unread += 1
        score.misses.append(f"{path.name}: {part.state} {part.why}")
        return
    for before, after in zip(unchecked, documents, strict=True):
        for group in (HEADER, LINES):
            score.claimed[group[0]] += sum(claim.field in group for claim in before.claims)
            score.supported[group[0]] += sum(claim.field in group for claim in after.claims)
    bills = [d for d in documents if d.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)]
    if not bills:
        score.misses.append(f"{path.name}: no bill in it, {[d.kind.value for d in documents]}")
    read = _truth(bills[0]) if bills else {}
    text = part.text
    for name, values in truth.items():
        printed = [value for value in values if _printed(value, text)]
        if printed or not values:
            _count(score, path, name, printed, read.get(name, []))


def _printed(value: Value, text: str) -> bool:
    """Whether the page shows a value at all: what only the data hold nobody can read. Dates are taken as printed."""
    if isinstance(value, Decimal):
        return einvoice_pdf.shown(value, text)
    return isinstance(value, date) or _bare(value) in _bare(text)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _count(score: Score, path: Path, name: str, given: list[Value], read: list[Value]) -> None:
    """Values agree whatever their order; a field that the issuer did not write down elsewhere is not judged."""
    left = [_plain(name, value) for value in read]
    score.given[name] += len(given)
    score.read[name] += len(read)
    missed = []
    for value in given:
        plain = _plain(name, value)
        if plain in left:
            left.remove(plain)
            score.right[name] += 1
        else:
            missed.append(str(value))
    if missed or left:
        score.misses.append(f"{path.name}: {name} missed {missed[:6]} read {left[:6]}")


def _plain(name: str, value: Value) -> Value:
    """A value without what is a matter of spelling: sign of a credit, white space, case; of a description its start."""
    if isinstance(value, Decimal):
        return abs(value)
    if isinstance(value, date):
        return value
    plain = _bare(value)
    return plain[:8] if name == "line.description" else plain


def _table(name: str, score: Score) -> Table:
    pages = max(score.pages, 1)
    title = f"{name}: {score.files} files, {score.unread} without text, {1000 * score.seconds / pages:.0f} ms a page"
    table = Table("field", "given", "read", "right", "precision", "recall", title=title)
    for field_name in HEADER + LINES:
        given, read, right = score.given[field_name], score.read[field_name], score.right[field_name]
        if given:
            table.add_row(field_name, str(given), str(read), str(right), _share(right, read), _share(right, given))
    for label, group in (("header fields", HEADER), ("line fields", LINES)):
        given, read, right = (sum(count[f] for f in group) for count in (score.given, score.read, score.right))
        f1 = _share(2 * right, given + read)
        borne = _share(score.supported[group[0]], score.claimed[group[0]])
        table.add_section()
        table.add_row(f"{label}: F1 {f1}, spans that hold their value {borne}", str(given), str(read), str(right),
                      _share(right, read), _share(right, given))  # fmt: skip
    return table


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "-"


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--misses"]
    sys.exit(main(Path(arguments[0]) if arguments else SAMPLES, misses="--misses" in sys.argv))
