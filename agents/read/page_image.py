"""One page of a file as a person sees it, in grey, to be shown beside what was read from it.

It is drawn in the reader process, like everything that opens a stranger's bytes, and leaves it as bare pixels: whoever
shows them makes the picture file himself, so no byte of the stranger's reaches a browser.
"""

import pypdfium2

from agents.read import filetype
from agents.read.document import open_whole
from agents.read.opening import Opening
from agents.read.shown import HIGH, WIDE, PageImage


def page_image(raw: bytes, name: str, path: str, number: int) -> PageImage | None:
    """The page of a part of a message or bare file; None where there is none. Numbers count from 1."""
    file = part_bytes(raw, name, path)
    if file is None:
        return None
    if filetype.detect(file) == filetype.PDF:
        return _of_pdf(file, number)
    return _of_picture(file, number) if filetype.detect(file) in filetype.PICTURES else None


def part_bytes(raw: bytes, name: str, path: str) -> bytes | None:
    """The bytes of one part, by its path in the reading."""
    opening = Opening(skip={}, report=lambda path: None, wanted=path)
    open_whole(opening, raw, name)
    return opening.found


def _of_pdf(raw: bytes, number: int) -> PageImage | None:
    document = pypdfium2.PdfDocument(raw)
    try:
        if not 1 <= number <= len(document):
            return None
        page = document[number - 1]
        wide, high = page.get_size()
        scale = min(WIDE / max(wide, 1.0), HIGH / max(high, 1.0), 4.0)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        pixels = bitmap.to_numpy()
        pixels = pixels[:, :, 0] if pixels.ndim == 3 else pixels
        return PageImage(pixels.shape[1], pixels.shape[0], pixels.shape[1] / max(wide, 1.0), pixels.tobytes())
    finally:
        document.close()


def _of_picture(raw: bytes, number: int) -> PageImage | None:
    import cv2  # with the decoders of pictures: not for a reader that shows none

    from agents.read.ocr_files import NotAPicture, Opened

    try:
        opened = Opened(raw)
        if not 1 <= number <= opened.pages:
            return None
        frame = opened.frame(number)
    except NotAPicture:
        return None
    high, wide = frame.picture.shape
    smaller = min(WIDE / wide, HIGH / high, 1.0)
    size = (max(round(wide * smaller), 1), max(round(high * smaller), 1))
    grey = cv2.resize(frame.picture, size, interpolation=cv2.INTER_AREA)
    return PageImage(size[0], size[1], size[0] / (wide * frame.points), grey.tobytes())
