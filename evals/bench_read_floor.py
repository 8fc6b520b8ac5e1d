"""What the libraries under the readers take for their bare extraction, by kind of document: content, nothing found in it.

Each takes the bytes of one document and gives what its library gives. Errors are the library's own.
"""

import email
import email.policy
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pdfplumber
from lxml import etree

from agents.read import filetype, office
from agents.read.en16931 import rules_for, stylesheet
from agents.read.files import part_of
from agents.read.mime import looks_like_mail


@dataclass(frozen=True, slots=True)
class Floor:
    """A bare extraction: what it is, in words, and how it is done."""

    called: str
    extract: Callable[[bytes], object]


def _mail(raw: bytes) -> object:
    """The elements of the letter, and what the other floors give of each enclosure."""
    elements = _partition_email()(file=io.BytesIO(raw), process_attachments=False)
    return elements, [FLOORS[kind].extract(content) for kind, content in _enclosures(raw)]


@cache
def _partition_email() -> Callable[..., Any]:
    office.quiet()
    from unstructured.partition.email import partition_email  # a second to import

    return partition_email


def _enclosures(raw: bytes) -> Iterator[tuple[str, bytes]]:
    for name, content in enclosed(raw):
        kind = kind_of(name, content)
        if kind and kind != "mail":
            yield kind, content


def enclosed(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a mail, with their names."""
    for part in email.message_from_bytes(raw, policy=email.policy.default).iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield part.get_filename() or "file", content


def kind_of(name: str, raw: bytes) -> str:
    """The kind a document is measured under, "" for none."""
    found = filetype.detect(raw, name=name)
    if found in (filetype.TEXT, filetype.UNKNOWN) and looks_like_mail(raw):
        return "mail"
    return _KINDS.get(found, "")


_KINDS = {
    filetype.PDF: "PDF with text",
    filetype.XML: "XML",
    filetype.X12: "X12",
    filetype.EDIFACT: "EDIFACT",
    filetype.XLSX: "XLSX",
    filetype.DOCX: "DOCX",
    "image/jpeg": "picture",
    "image/png": "picture",
}


def _pdf(raw: bytes) -> object:
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        return [page.extract_words() for page in pdf.pages]


def _xml(raw: bytes) -> object:
    """Every leaf's text, and the rules that the document names, run by themselves."""
    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    leaves = [element.text for element in root.iter() if len(element) == 0]
    rules = rules_for(root)
    if rules is None:
        return leaves
    engine, compiled = _compiled(str(stylesheet(rules)))
    document = engine.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
    return leaves, compiled.transform_to_string(xdm_node=document)


@cache
def _compiled(path: str) -> tuple[Any, Any]:
    engine = _saxon()
    return engine, engine.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)


@cache
def _saxon() -> Any:
    import saxonche  # it reserves 32 GB of addresses: only when an XML is measured

    return saxonche.PySaxonProcessor(license=False)


def _x12(raw: bytes) -> object:
    from x12 import tokenize_x12  # an extra for development

    return tokenize_x12(raw)


def _edifact(raw: bytes) -> object:
    from pydifact.segmentcollection import Interchange  # an extra for development

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says of many segments that they are empty
        found = Interchange.from_str(raw.decode("latin-1"))
        return [message.segments for message in found.get_messages()]


def _office(kind: str) -> Callable[[bytes], object]:
    return lambda raw: office.partitioned(raw, part_of("1:a", "a", raw, kind))


def _picture(raw: bytes) -> object:
    return _rapidocr()(raw)


@cache
def _rapidocr() -> Any:
    from rapidocr import RapidOCR  # a second to import, and only for pictures

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # it tells of each file of weights
    return RapidOCR(params={"Global.log_level": "error"})


FLOORS: Mapping[str, Floor] = {
    "mail": Floor("unstructured: elements; enclosures as below", _mail),
    "XML": Floor("lxml: leaves, saxonche: rules", _xml),
    "X12": Floor("ansi-x12: segments", _x12),
    "EDIFACT": Floor("pydifact: segments", _edifact),
    "XLSX": Floor("unstructured: elements", _office(filetype.XLSX)),
    "DOCX": Floor("unstructured: elements", _office(filetype.DOCX)),
    "PDF with text": Floor("pdfplumber: words", _pdf),
    "picture": Floor("rapidocr: lines", _picture),
}
