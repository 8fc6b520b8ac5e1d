"""One file to its part and its documents, by its kind: PDF with or without data, XML, X12, EDIFACT, Office.

`read` never raises over a file's content: a parser that stumbles gives a part that says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from agents.read import archive, edifact, einvoice, einvoice_pdf, filetype, office, pdf, report, x12
from agents.read.characters import plain_name
from agents.read.country import NOWHERE, Home
from agents.read.limits import PAGES_MAX, PARTS_MAX
from agents.read.ocr import Pictures
from agents.read.structured import Damaged, Refused
from agents.read.unread import PicturesWanted
from agents.read.verify import verify
from core.canonical import sha256_hex
from core.claims import Document, Part, PartState

Found = tuple[tuple[Part, ...], tuple[Document, ...]]


def read(
    raw: bytes, part: Part, pictures: Pictures | None = None, *, in_text: bool = False, home: Home = NOWHERE
) -> Found:
    """What the reader of its kind finds in a file: its part first, then parts inside it; and the documents. `pictures` is
    what its pictures may ask for; `in_text` says that it stands inside a mail's text; `home` where its sender writes
    from. Raises `PicturesWanted` where it holds a picture and they may ask for nothing."""
    try:
        if part.media_type == filetype.PDF:
            return _pdf(raw, part, pictures or Pictures())
        if part.media_type in filetype.PICTURES:
            return _picture(raw, part, pictures or Pictures(), in_text=in_text)
        known = _KINDS.get(part.media_type)
        return known(raw, part) if known else _office(raw, part, home)
    except PicturesWanted:
        raise
    except MemoryError:
        why = "reading it needs more memory than a reader may use"
        return (replace(part, state=PartState.REFUSED, why=why),), ()
    except RecursionError:
        return (replace(part, state=PartState.REFUSED, why="it is nested too deeply"),), ()
    except Exception as error:  # the parsers are others', and their ways of failing over hostile bytes are not listed
        why = f"the file is damaged or of an unusual kind: reading it failed ({type(error).__name__})"
        return (replace(part, state=PartState.UNREADABLE, why=why),), ()


def _xml(raw: bytes, part: Part) -> Found:
    part, documents = einvoice.read(raw, part)
    return (part, *_carried_along(raw, part)), documents


def _x12(raw: bytes, part: Part) -> Found:
    part, documents = x12.read(raw, part)
    return (part,), documents


def _edifact(raw: bytes, part: Part) -> Found:
    part, documents = edifact.read(raw, part)
    return (part,), documents


def _office(raw: bytes, part: Part, home: Home) -> Found:
    if part.media_type != filetype.CSV:
        try:
            archive.measured(raw)
        except archive.TooMuch as much:
            return (replace(part, state=PartState.REFUSED, why=str(much)),), ()
        except archive.NotOpened as closed:
            return (replace(part, state=PartState.UNREADABLE, why=str(closed)),), ()
    part, documents = office.read(raw, part, home)
    return (part,), tuple(verify(document, (part,)) for document in documents)


def _picture(raw: bytes, part: Part, pictures: Pictures, *, in_text: bool) -> Found:
    from agents.read import picture  # with the decoders of pictures: half a second that other readers do not spend

    part, documents = picture.read(raw, part, pictures, in_text=in_text)
    return (part,), tuple(verify(document, (part,)) for document in documents)


def _pdf(raw: bytes, part: Part, pictures: Pictures) -> Found:
    """A PDF: its data when it carries any, its text otherwise."""
    try:
        opened = einvoice_pdf.open_pdf(raw)
    except einvoice_pdf.NotOpened as closed:
        return (replace(part, state=PartState.UNREADABLE, why=str(closed)),), ()
    if opened.pages > PAGES_MAX:
        why = f"the PDF has {opened.pages:,} pages; {PAGES_MAX} at most"
        return (replace(part, state=PartState.REFUSED, why=why, pages=opened.pages),), ()
    part = replace(part, pages=opened.pages)
    carried = einvoice_pdf.invoice_among(opened.files)
    beside = tuple(_beside(part, file) for file in opened.files if file is not carried)
    page, documents = pdf.read(raw, part, pictures)
    if carried is None:
        return (page, *beside), tuple(verify(document, (page,)) for document in documents)
    name, _ = plain_name(carried.name)
    data, invoices = einvoice.read(carried.raw, part_of(f"{part.path}/{name}", name, carried.raw, filetype.XML))
    if invoices:
        others = einvoice_pdf.other_invoices(opened.files, carried)
        checked = tuple(_held_against(document, page, documents, others) for document in invoices)
        why = "" if page.state is PartState.READ else f"only its data are read: {page.why}"
        return (replace(page, state=PartState.READ, why=why), data, *beside), checked
    if data.state is PartState.REFUSED:
        why = f"the invoice data in the PDF are refused, so its picture is not read either: {data.why}"
        return (replace(page, state=PartState.REFUSED, why=why), data, *beside), ()
    return (page, data, *beside), tuple(verify(document, (page,)) for document in documents)


def _held_against(
    document: Document, page: Part, picture: Sequence[Document], others: Sequence[einvoice_pdf.Embedded]
) -> Document:
    """The data of a PDF held against its picture, and against further data that it carries."""
    checks = [*document.checks, *einvoice_pdf.agrees(document, page.text, picture)]
    for file in others:
        name, _ = plain_name(file.name)
        _, read = einvoice.read(file.raw, part_of(f"{page.path}/{name}", name, file.raw, filetype.XML), rules=False)
        for other in read:
            checks += einvoice_pdf.data_agree(document, other, name)
    return replace(document, checks=tuple(checks))


def _beside(part: Part, file: einvoice_pdf.Embedded) -> Part:
    """A file that a PDF carries and that is not its invoice: listed, not opened."""
    name, wrong = plain_name(file.name)
    kind = filetype.detect(file.raw, name=name)
    listed = part_of(f"{part.path}/{name}", name, file.raw, kind)
    why = "a file inside the PDF, beside its invoice; it is listed and not opened"
    return replace(listed, state=PartState.SET_ASIDE, why=why, hidden=wrong)


def _carried_along(raw: bytes, part: Part) -> tuple[Part, ...]:
    """The files that the data of an invoice carry along: listed, not opened."""
    if part.state is not PartState.READ:
        return ()
    try:
        carried = list(einvoice.enclosed(raw))[:PARTS_MAX]
    except (Refused, Damaged):
        return ()
    listed: list[Part] = []
    for number, (name, size) in enumerate(carried, 1):
        shown, wrong = plain_name(name)
        inner = part_of(f"{part.path}/{number}:{shown}", shown, b"", filetype.UNKNOWN)
        why = "a file carried along in the invoice's data; it is listed and not opened"
        listed.append(replace(inner, size=size, state=PartState.SET_ASIDE, why=why, hidden=wrong))
    return tuple(listed)


def part_of(path: str, name: str, raw: bytes, media_type: str) -> Part:
    """A part as it starts: named, measured, to be read."""
    return Part(
        path=path, name=name, media_type=media_type, sha256=sha256_hex(raw), size=len(raw), state=PartState.READ
    )


_KINDS: Mapping[str, Callable[[bytes, Part], Found]] = {
    filetype.XML: _xml,
    filetype.X12: _x12,
    filetype.EDIFACT: _edifact,
    report.STATUS: report.read,
    report.DISPOSITION: report.read,
}
