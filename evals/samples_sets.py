"""Which files of a folder of samples are documents, and which only speak about documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.intake.boxes import messages_in

LEFT_OUT = {
    "adventureworks": "tables of orders and receipts, no documents",
    "bpi2019": "an event log, no documents",
    "scms": "a table of deliveries, no documents",
}
ABOUT = frozenset(("license", "mit-license", "copying", "source.txt", "headers.txt", "readme.txt"))
"""Names of files that speak about the others."""
LABELS = frozenset((".json", ".yml", ".yaml", ".md", ".xsl", ".xsd", ".csv", ".tsv"))
"""Ground truth, templates and schemas that lie beside the documents."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One document as it comes to the intake: under its name, the bytes as they are. A file that is no mail is taken as
    the desk takes an upload."""

    name: str
    raw: bytes


def is_document(path: Path) -> bool:
    """Would somebody send this file to the desk?"""
    name = path.name.lower()
    return not (name.startswith(".") or name in ABOUT or path.suffix.lower() in LABELS)


def samples_of(place: Path) -> list[Sample]:
    """The documents of one set, in a steady order; a mailbox is taken apart as `desk ingest` does."""
    if (place / "cur").is_dir() and (place / "new").is_dir():
        return [Sample(name, raw) for name, raw in messages_in(place)]
    files = sorted(path for path in place.rglob("*") if path.is_file() and is_document(path))
    return [Sample(name, raw) for file in files for name, raw in messages_in(file)]


def chosen(found: Sequence[Sample], at_most: int) -> list[Sample]:
    """So many documents, spread evenly over all of them; always the same ones."""
    if len(found) <= at_most:
        return list(found)
    return [found[number * len(found) // at_most] for number in range(at_most)]
