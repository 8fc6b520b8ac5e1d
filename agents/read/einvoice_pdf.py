"""Hybrid PDFs: the invoice as a picture for people and as XML for machines, in one file (Factur-X, ZUGFeRD).

The XML is the data. The picture is what a person would approve: when its text does not show the total of the data in any
usual notation, a failed check says so, and somebody has to look.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pypdfium2

from agents.read import einvoice
from agents.read.structured import Damaged, Refused, parse
from core.claims import Check, Document

EMBEDDED_FILES_MAX = 50


class NotOpened(ValueError):
    """The PDF cannot be opened; the message says why, for an analyst."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One file inside a PDF."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """How many pages a PDF has and which files it carries."""

    pages: int
    files: tuple[Embedded, ...]


def open_pdf(raw: bytes) -> Opened:
    """Count the pages of a PDF and take out its embedded files. Raises `NotOpened` for locked and damaged ones."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise NotOpened(
            "the PDF asks for a password" if locked else "the PDF is damaged and cannot be opened"
        ) from None
    try:
        pages = len(document)
        files = tuple(_files(document))
    except pypdfium2.PdfiumError:
        raise NotOpened("the PDF is damaged: its pages cannot be counted") from None
    finally:
        document.close()
    if pages == 0:
        raise NotOpened("the PDF has no pages")
    return Opened(pages, files)


def _files(document: pypdfium2.PdfDocument) -> list[Embedded]:
    found: list[Embedded] = []
    for number in range(min(document.count_attachments(), EMBEDDED_FILES_MAX)):
        try:
            attachment = document.get_attachment(number)
            found.append(Embedded(str(attachment.get_name()), bytes(attachment.get_data())))
        except pypdfium2.PdfiumError:
            continue  # an entry without a file; the invoice, if it is the one, is then missing and the text is read
    return found


def invoice_among(files: Sequence[Embedded]) -> Embedded | None:
    """The file that holds the invoice's data: by the names of the standards, then by what is inside."""
    named = next((file for file in files if file.name.lower() in einvoice.EMBEDDED_NAMES), None)
    return named or next((file for file in files if file.name.lower().endswith(".xml") and _is_ours(file.raw)), None)


def _is_ours(raw: bytes) -> bool:
    try:
        return einvoice.is_ours(parse(raw))
    except (Refused, Damaged):
        return False


def agrees(document: Document, text: str) -> tuple[Check, ...]:
    """Whether the picture shows the total that the data give. Nothing when the data give none."""
    total = document.first("invoice.total")
    if total is None or not isinstance(total.value, Decimal):
        return ()
    if not text.strip():
        says = f"The data say {total.span.text}; the picture has no text that could be compared"
        return (Check(name="pdf_agrees", holds=False, says=says),)
    if shown(total.value, text):
        return (Check(name="pdf_agrees", holds=True, says=f"The picture shows the total of {total.span.text}"),)
    says = f"The data say {total.span.text}, and the picture does not show that amount"
    return (Check(name="pdf_agrees", holds=False, says=says),)


def shown(amount: Decimal, text: str) -> bool:
    """Whether a text shows an amount in a usual notation: 1,234.50, 1.234,50, 1 234,50, 1'234.50, 1234.5, 1.234,-."""
    exact = amount.copy_abs().normalize()
    whole, _, cents = f"{exact:f}".partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    digits = "[.,'’ ]?".join(groups)
    places = rf"\s?[.,]\s?{cents}0*" if cents else r"(?:\s?[.,]\s?(?:0{1,4}|[-–—]{1,2}))?"
    return re.search(rf"(?<![\d])(?<!\d[.,'’]){digits}{places}(?!\d|[.,'’]\d)", text) is not None
