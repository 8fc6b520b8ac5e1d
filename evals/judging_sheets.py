"""Sheets and recorded cases held against their labels, claim by claim: what office files and models are calibrated on.

The sheets (tests/read/sheets.yaml) are our own, made into CSV, XLSX and DOCX and labelled before a reader saw them; every
third is held out. Of a recorded case count the fields that its label names; a case that was recorded with a model's answers
is read by both readers, and the model's claims count under the model's own name. No recorded case is held out.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import yaml

from agents.models.port import Model
from agents.models.replay import Replay
from agents.models.rules import Rules
from agents.read import filetype, graph
from agents.read.country import NOWHERE, Home
from agents.read.document import read_message
from agents.read.files import part_of, read
from core.claims import Claim, Document, Reading
from evals.scoring import spelled, values_of

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT / "tests" / "read" / "sheets.yaml"
CASES = ROOT / "evals" / "cases"
HELD_OUT_EVERY = 3
KINDS = {"csv": filetype.CSV, "xlsx": filetype.XLSX, "docx": filetype.DOCX}
Right = Iterator[tuple[Document, dict[int, bool]]]
"""A document, and of its claims by their place those that a label speaks of: whether each is right."""


@dataclass(frozen=True, slots=True)
class NoBooks:
    """What a reading is handed where nothing but the reading counts: no supplier, no order, no invoice."""

    model: Model

    def read(self, raw: bytes, name: str, home: Home = NOWHERE) -> Reading:
        """Read in this process: these are our own files."""
        return read_message(raw, name, home=home)

    def __getattr__(self, asked: str) -> Any:
        empty: Mapping[str, Any] = {"supplier_items": {}, "invoice_numbers": {}, "order": None}
        return lambda *_: empty.get(asked, ())


def sheets(*, held_out: bool) -> Right:
    """The labelled sheets of one half."""
    for number, sheet in enumerate(yaml.safe_load(SHEETS.read_text(encoding="utf-8")), 1):
        if (number % HELD_OUT_EVERY == 0) is not held_out:
            continue
        raw = made(sheet)
        _, documents = read(raw, part_of(f"1:{sheet['name']}", sheet["name"], raw, KINDS[sheet["as"]]))
        header = {name: values_of(value) for name, value in sheet["facts"][0].items() if not name.startswith("line.")}
        lines = [row for row in sheet["facts"] if any(name.startswith("line.") for name in row)]
        for document in documents:
            numbers = {line: lines[at] for at, line in enumerate(document.line_numbers()) if at < len(lines)}
            yield (
                document,
                {
                    at: right
                    for at, claim in enumerate(document.claims)
                    if (right := _of_sheet(claim, header, numbers, lines)) is not None
                },
            )


def _of_sheet(
    claim: Claim, header: Mapping[str, tuple[str, ...]], numbers: Mapping[int, Any], lines: list[Any]
) -> bool | None:
    """Whether a claim of a sheet is right; None where no label speaks of its field."""
    if claim.line is None:
        return spelled(claim.value) in header[claim.field] if claim.field in header else None
    if not any(claim.field in row for row in lines):
        return None
    row = numbers.get(claim.line, {})
    return spelled(claim.value) in values_of(row.get(claim.field))


def made(sheet: Mapping[str, Any]) -> bytes:
    """A labelled sheet as the bytes of its file."""
    rows = [line.split(";") for line in sheet["rows"]]
    out = io.BytesIO()
    if sheet["as"] == "csv":
        return "\n".join(sheet["rows"]).encode()
    if sheet["as"] == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(out)
        return out.getvalue()
    paper = docx.Document()
    table = paper.add_table(len(rows), max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    paper.save(out)
    return out.getvalue()


def recorded(folder: Path = CASES) -> Right:
    """The letters of the recorded cases, by the rules and, where a model's answers were recorded, by the model too."""
    for case in sorted(path for path in folder.iterdir() if (path / "case.yaml").exists()):
        facts = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8")).get("expect", {}).get("facts", {})
        replies = case / "replies.jsonl"
        for letter in sorted(path for path in case.iterdir() if path.suffix in (".eml", ".msg") and facts):
            tools: Any = NoBooks(Replay(replies) if replies.exists() else Rules())
            for document in graph.run(letter.read_bytes(), letter.name, tools).reading.documents:
                right = {
                    at: spelled(claim.value) in values_of(facts[label])
                    for at, claim in enumerate(document.claims)
                    if (label := _label(claim, facts)) is not None
                }
                yield document, right


def _label(claim: Claim, facts: Mapping[str, Any]) -> str | None:
    """The label that speaks of a claim: that of its line before that of its field."""
    of_line = f"{claim.field}@{claim.line}"
    return of_line if of_line in facts else claim.field if claim.field in facts else None
