"""Files that are pictures: told from logos by their measures, looked at for text, read like any other paper."""

from dataclasses import replace
from functools import partial

from agents.read.limits import PAGES_MAX
from agents.read.ocr import Pictures, Scan
from agents.read.ocr_engine import Grey
from agents.read.ocr_files import NotAPicture, Opened
from agents.read.pdf import paper
from agents.read.pdf_words import Page
from core.claims import Document, Part, PartState

NO_TEXT = "a photo without any text"


def read(raw: bytes, part: Part, pictures: Pictures, *, in_text: bool = False) -> tuple[Part, tuple[Document, ...]]:
    """The part with its text and pages, and the business document it is, when it is one.

    A logo and a photo without text are SET_ASIDE and say which, a damaged picture is UNREADABLE.
    """
    scan = Scan(pictures)
    found: list[Page] = []
    try:
        opened = Opened(raw)
        small = opened.too_small(part.name, in_text=in_text)
        if small:
            return replace(part, state=PartState.SET_ASIDE, why=small), ()
        if opened.pages > PAGES_MAX:
            why = f"the picture has {opened.pages:,} pages; {PAGES_MAX} at most"
            return replace(part, state=PartState.REFUSED, why=why, pages=opened.pages), ()
        for number in range(1, opened.pages + 1):
            page = scan.of_picture(number, partial(drawn, opened, number))
            if page is not None:
                found.append(page)
    except NotAPicture as closed:
        return replace(part, state=PartState.UNREADABLE, why=str(closed)), ()
    part, documents = paper(found, replace(part, pages=opened.pages), scan)
    if part.text:
        return part, documents
    if scan.left:
        return replace(part, state=PartState.UNREADABLE), ()
    return replace(part, state=PartState.SET_ASIDE, why=NO_TEXT), ()


def drawn(opened: Opened, number: int) -> tuple[Grey, float]:
    """A page of a picture file, and the points to its pixel."""
    frame = opened.frame(number)
    return frame.picture, frame.points
