"""Hybrid PDFs: the invoice as a picture for people and as XML for machines, in one file (Factur-X, ZUGFeRD).

The XML is the data. The picture is what a person would approve: when its text does not show the total of the data in any
usual notation, or shows another number or account, a failed check says what each of them says, and somebody has to look.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pypdfium2

from agents.read import einvoice
from agents.read.einvoice_checks import BILLS
from agents.read.structured import Damaged, Refused, parse
from core.claims import Check, Claim, Document

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
    """The file that holds the invoice's data: one that holds an invoice under a name of the standards, one that holds an
    invoice under any other name, or what goes by a name of the standards though it holds none."""
    named = [file for file in files if file.name.lower() in einvoice.EMBEDDED_NAMES]
    ours = [file for file in (*named, *(file for file in files if file not in named)) if _is_bill(file.raw)]
    return next(iter((*ours, *named)), None)


def other_invoices(files: Sequence[Embedded], carried: Embedded | None) -> tuple[Embedded, ...]:
    """Further files that hold an invoice: a PDF should carry one."""
    return tuple(file for file in files if file is not carried and _is_bill(file.raw))


def _is_bill(raw: bytes) -> bool:
    if not raw.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return False
    try:
        return einvoice.is_bill(parse(raw))
    except (Refused, Damaged):
        return False


def agrees(document: Document, text: str, picture: Sequence[Document] = ()) -> tuple[Check, ...]:
    """Whether the picture shows the total, the number and the account that the data give: what each says where they
    differ. `text` is all that the picture shows, `picture` what was read from it. Nothing when the data give no total."""
    total = document.first("invoice.total")
    if total is None or not isinstance(total.value, Decimal):
        return ()
    if not text.strip():
        says = f"The data say {total.span.text}; the picture has no text that could be compared"
        return (_check(says),)
    bills = [one for one in picture if one.kind in BILLS]
    differing = [says for says in (_total(total, text, bills), *_told(document, text, bills)) if says]
    if differing:
        return tuple(_check(says) for says in differing)
    return (Check(name="pdf_agrees", holds=True, says=f"The picture shows the total of {total.span.text}"),)


def data_agree(document: Document, other: Document, name: str) -> tuple[Check, ...]:
    """Whether two sets of data in one PDF say the same number and total: which of them counts nobody can tell."""
    for field in ("invoice.number", "invoice.total"):
        ours, theirs = document.first(field), other.first(field)
        if (ours and ours.value) != (theirs and theirs.value):
            one, another = (claim.span.text if claim else "nothing" for claim in (ours, theirs))
            says = f"The PDF carries data twice: one says {one}, {name} says {another}"
            return (Check(name="data_agree", holds=False, says=says),)
    return ()


def _check(says: str) -> Check:
    return Check(name="pdf_agrees", holds=False, says=says)


def _total(total: Claim, text: str, bills: Sequence[Document]) -> str:
    if isinstance(total.value, Decimal) and shown(total.value, text):
        return ""
    read = next((claim for bill in bills if (claim := bill.first("invoice.total")) is not None), None)
    if read is None:
        return f"The data say {total.span.text}, and the picture does not show that amount"
    return f"The data say {total.span.text}, the picture shows {read.span.text}"


def _told(document: Document, text: str, bills: Sequence[Document]) -> Iterator[str]:
    """Number and account, where the picture's own were read and those of the data stand nowhere in it."""
    seen = _plain(text)
    for field, what in (("invoice.number", "number"), ("supplier.iban", "account")):
        said = [claim for claim in document.claims if claim.field == field]
        read = [claim for bill in bills for claim in bill.claims if claim.field == field]
        if said and read and not any(_plain(claim.span.text) in seen for claim in said):
            yield f"The data say {what} {said[0].span.text}, the picture shows {read[0].span.text}"


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def shown(amount: Decimal, text: str) -> bool:
    """Whether a text shows an amount in a usual notation: 1,234.50, 1.234,50, 1 234,50, 1'234.50, 1234.5, 1.234,-."""
    exact = amount.copy_abs().normalize()
    whole, _, cents = f"{exact:f}".partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    digits = "[.,'’ ]?".join(groups)
    places = rf"\s?[.,]\s?{cents}0*" if cents else r"(?:\s?[.,]\s?(?:0{1,4}|[-–—]{1,2}))?"
    return re.search(rf"(?<![\d])(?<!\d[.,'’]){digits}{places}(?!\d|[.,'’]\d)", text) is not None
