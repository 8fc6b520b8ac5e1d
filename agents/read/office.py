"""Office files and CSV through `unstructured`: tables with a header row become lines, the rest stays text.

The library is imported on first use, with its telemetry off and without its download of a language model.
"""

import csv
import io
import os
import socket
from dataclasses import replace
from functools import cache

from agents.read import filetype
from agents.read.charsets import characters_of
from agents.read.country import NOWHERE, Home
from agents.read.rows import documents_in, header_of
from core.claims import Document, Part, PartState

QUIET = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "HF_HUB_OFFLINE": "1",
}
READER = "office/2"
ROWS_MAX = 2000
SEPARATORS = (";", "\t", ",", "|")


def read(raw: bytes, part: Part, home: Home = NOWHERE) -> tuple[Part, tuple[Document, ...]]:
    """The part with its text, and the documents its tables are. `home` is where its sender writes from."""
    separator = "\t"
    if part.media_type == filetype.CSV:
        tables, text, separator = _csv(raw)
    else:
        tables, text = partitioned(raw, part)
    if not text.strip():
        return replace(part, state=PartState.UNREADABLE, why="nothing in it is text or a table"), ()
    named = replace(part, text=text)
    documents = tuple(
        document
        for number, table in enumerate(tables, 1)
        for document in documents_in(named, table, number, READER, separator, home)
    )
    return named, documents


def _csv(raw: bytes) -> tuple[list[list[list[str]]], str, str]:
    """The one table of a CSV file, its text, and the separator under which a header row shows; else the commonest."""
    text, _ = characters_of(raw)
    readings = {sign: _separated(text, sign) for sign in SEPARATORS}
    named = {sign: max((len(header_of(row)) for row in rows), default=0) for sign, rows in readings.items()}
    best = max(SEPARATORS, key=lambda sign: (named[sign], text.count(sign)))
    return [readings[best]], text, best


def _separated(text: str, sign: str) -> list[list[str]]:
    """The rows of a text under one separator; empty where the text is no CSV under it."""
    reader = csv.reader(io.StringIO(text), delimiter=sign)
    try:
        return [row for _, row in zip(range(ROWS_MAX), reader, strict=False)]
    except csv.Error:
        return []


@cache
def quiet() -> None:
    """Import the library with its telemetry off, and sentences by a rule instead of a model that it would download."""
    os.environ.update(QUIET)
    there, socket.has_ipv6 = socket.has_ipv6, False  # urllib3 opens a socket while it is imported, to find out
    try:
        import spacy
        import unstructured.nlp.tokenize as tokenize
        import unstructured.partition.auto  # noqa: F401 - imported here for what it imports
    finally:
        socket.has_ipv6 = there
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    setattr(tokenize, "_get_nlp", lambda: nlp)  # noqa: B010  # the library caches its download behind this name


def partitioned(raw: bytes, part: Part) -> tuple[list[list[list[str]]], str]:
    """The tables of an Office file by rows, and its text, as `unstructured` gives them."""
    quiet()
    from unstructured.partition.auto import partition

    elements = partition(file=io.BytesIO(raw), metadata_filename=part.name or "file.xlsx", languages=["eng"])
    tables = [_rows(element.metadata.text_as_html) for element in elements if element.metadata.text_as_html]
    shown = ["\n".join("\t".join(row) for row in table) for table in tables]
    words = [str(element) for element in elements if not element.metadata.text_as_html]
    return tables, "\n".join([*words, *shown])


def _rows(html: str) -> list[list[str]]:
    """The cells of a table's HTML, as the library wrote it from the file."""
    from lxml import html as parser

    table = parser.fromstring(html)
    return [["".join(cell.itertext()).strip() for cell in row.iter("td", "th")] for row in table.iter("tr")][:ROWS_MAX]
