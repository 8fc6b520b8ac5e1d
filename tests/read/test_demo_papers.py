"""The papers enclosed in the demo's mail are read as they were written: items, quantities, prices, line by line.

The truth is what desk/demo/letters says was put on each paper; files that do not open are left out.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.read.document import read_message
from core.claims import Document, DocumentKind
from desk.settings import PROJECT

DEMO = PROJECT / "desk" / "demo"
UNREAD = ("photo", "locked", "broken")
"""Makers of files that no reader opens."""
KINDS = {
    "invoice": DocumentKind.INVOICE,
    "credit_note": DocumentKind.CREDIT_NOTE,
    "confirmation": DocumentKind.ORDER_CONFIRMATION,
    "delivery_note": DocumentKind.DESPATCH_ADVICE,
}


def papers() -> list[tuple[str, dict[str, Any]]]:
    """Every paper with its lines, by the name of its file."""
    found = []
    for path in sorted((DEMO / "letters").glob("*.yaml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8")):
            for file in one.get("attach", []):
                paper = file.get("paper", {})
                if paper.get("lines") and not str(file["make"]).startswith(UNREAD):
                    found.append((file["name"], paper))
    return found


@cache
def documents() -> dict[str, Document]:
    """The demo's enclosed documents by the number that they claim."""
    found: dict[str, Document] = {}
    for path in sorted((DEMO / "mail").glob("*.eml")):
        for document in read_message(path.read_bytes(), Path(path).name).documents:
            number = next((c for c in document.claims if c.field in NUMBERS), None)
            if document.kind is not DocumentKind.MAIL and number is not None:
                found[str(number.value)] = document
    return found


NUMBERS = ("invoice.number", "confirmation.number", "despatch.number")
PAPERS = papers()


def test_there_are_enough_papers_to_compare() -> None:
    assert len(PAPERS) >= 35


@pytest.mark.parametrize(("name", "paper"), PAPERS, ids=[name for name, _ in PAPERS])
def test_a_paper_of_the_demo_is_read_line_by_line(name: str, paper: dict[str, Any]) -> None:
    document = documents()[str(paper["number"])]
    written = [str(line).split() for line in paper["lines"]]
    priced = document.kind is not DocumentKind.DESPATCH_ADVICE
    told = [
        (figure(document, "line.quantity", line), figure(document, "line.price", line) if priced else None)
        for line in document.line_numbers()
        if document.first("line.quantity", line)
    ]
    wanted = [(Decimal(words[1]), Decimal(words[2]) if priced else None) for words in written]

    assert document.kind is KINDS.get(paper["kind"], document.kind)
    assert told == wanted
    assert items(document) <= {words[0] for words in written}


def figure(document: Document, field: str, line: int) -> Decimal | None:
    claim = document.first(field, line)
    return claim.value if claim is not None and isinstance(claim.value, Decimal) else None


def items(document: Document) -> set[str]:
    """The supplier's item numbers that a document claims."""
    return {str(claim.value) for claim in document.claims if claim.field == "line.supplier_item"}
