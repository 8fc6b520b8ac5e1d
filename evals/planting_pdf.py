"""Text written into a PDF that is there already: where people read it, and where they do not.

The font is none that a viewer has (its glyphs stand for any character, by a ToUnicode table), so that every script, sign
and control character of a payload is in the file exactly as it was given.
"""

import io
import zlib
from dataclasses import dataclass

import pypdfium2
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

WIDE = 90
LINES_MAX = 60
CELL_ROWS = 2
"""Rows that fit between two lines of a table; more would be printed over the figures, and change what the paper bills."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a text is drawn: points from the lower left corner, size in points, grey from 0 (black) to 1."""

    x: float
    y: float
    size: float
    grey: float = 0
    rows: int = LINES_MAX  # so many fit


SHOWN = (Place(54, 40, 7),)
HIDDEN = (Place(54, 110, 8, 1), Place(54, 90, 0.4), Place(-900, 300, 9))
"""White on white, too small to be seen, beside the page."""


def overlaid(pdf: bytes, text: str, places: tuple[Place, ...]) -> bytes:
    """The PDF with the text on its first page, at each of the places. Everything else in the file stays."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    page = writer.pages[0]
    codes = {character: at for at, character in enumerate(dict.fromkeys(text), 1) if character not in "\r\n"}
    drawn = "".join(_drawn(text, codes, place) for place in places)
    stream = StreamObject()
    stream.set_data(b"\nq BT\n" + drawn.encode("ascii") + b"ET Q\n")
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
    assert isinstance(fonts, DictionaryObject)
    fonts[NameObject("/Planted")] = writer._add_object(_font(writer, codes))
    before = page.raw_get("/Contents")
    streams = list(before.get_object()) if isinstance(before.get_object(), ArrayObject) else [before]
    page[NameObject("/Contents")] = ArrayObject([*streams, writer._add_object(stream)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def descriptions(pdf: bytes, text: str) -> bytes | None:
    """The PDF with the text in the description column, right below the first line of its table."""
    place = _below_first_line(pdf)
    return None if place is None else overlaid(pdf, text, (place,))


def embedded_xml(pdf: bytes) -> tuple[str, bytes] | None:
    """The name and bytes of the XML file inside a PDF, the first there is."""
    files = PdfReader(io.BytesIO(pdf)).attachments
    return next(((name, raws[0]) for name, raws in files.items() if name.endswith(".xml")), None)


def with_embedded(pdf: bytes, name: str, xml: bytes) -> bytes:
    """The PDF with other bytes in that embedded file."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for one in writer._objects:
        if not (isinstance(one, DictionaryObject) and one.get("/Type") == "/Filespec" and one.get("/F") == name):
            continue
        kept = one["/EF"]["/F"].get_object()  # type: ignore[index]  # a file specification holds its file
        assert isinstance(kept, StreamObject)
        kept[NameObject("/Filter")] = NameObject("/FlateDecode")
        kept._data = zlib.compress(xml)
        if "/DecodeParms" in kept:
            del kept["/DecodeParms"]
        if hasattr(kept, "decoded_self"):
            kept.decoded_self = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(text: str, codes: dict[str, int], place: Place) -> str:
    rows = [row[at : at + WIDE] for row in text.splitlines() or [text] for at in range(0, max(1, len(row)), WIDE)]
    rows = rows[: place.rows]
    drawn = f"{place.grey} g /Planted {place.size} Tf {place.size * 1.1:.2f} TL 1 0 0 1 {place.x} {place.y} Tm\n"
    return drawn + "".join(f"<{''.join(f'{codes[c]:04X}' for c in row if c in codes)}> Tj T*\n" for row in rows)


def _font(writer: PdfWriter, codes: dict[str, int]) -> DictionaryObject:
    pairs = [
        f"<{code:04X}> <{character.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for character, code in codes.items()
    ]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    table = StreamObject()
    table.set_data(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Planted def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            + "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
            + "endcmap end end"
        ).encode()
    )
    system = {"/Registry": TextStringObject("Adobe"), "/Ordering": TextStringObject("Identity")}
    described = _names(Type="/FontDescriptor", FontName="/Helvetica")
    for name, value in (
        ("Flags", 4),
        ("ItalicAngle", 0),
        ("Ascent", 720),
        ("Descent", -210),
        ("CapHeight", 700),
        ("StemV", 80),
    ):
        described[NameObject(f"/{name}")] = NumberObject(value)
    described[NameObject("/FontBBox")] = ArrayObject([NumberObject(n) for n in (0, -210, 1000, 900)])
    glyphs = _names(Type="/Font", Subtype="/CIDFontType2", BaseFont="/Helvetica", CIDToGIDMap="/Identity")
    glyphs[NameObject("/CIDSystemInfo")] = DictionaryObject(
        {**{NameObject(k): v for k, v in system.items()}, NameObject("/Supplement"): NumberObject(0)}
    )
    glyphs[NameObject("/DW")] = NumberObject(500)
    glyphs[NameObject("/FontDescriptor")] = writer._add_object(described)
    font = _names(Type="/Font", Subtype="/Type0", BaseFont="/Helvetica", Encoding="/Identity-H")
    font[NameObject("/DescendantFonts")] = ArrayObject([writer._add_object(glyphs)])
    font[NameObject("/ToUnicode")] = writer._add_object(table)
    return font


def _names(**values: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): NameObject(value) for name, value in values.items()})


def _below_first_line(pdf: bytes) -> Place | None:
    """Below the description of the first line: under the word that heads the column, between two rows."""
    with pypdfium2.PdfDocument(pdf) as opened:
        page = opened[0]
        text = page.get_textpage()
        searcher = text.search("Description", match_case=False)
        found = searcher.get_next()
        if found is None:
            return None
        left, bottom, _, _ = text.get_charbox(found[0])
        # the first character below the head, in its column
        rows = sorted(
            (
                box
                for at in range(text.count_chars())
                if (box := text.get_charbox(at))[3] < bottom - 2 and abs(box[0] - left) < 6
            ),
            key=lambda box: -box[3],
        )
    return Place(left, rows[0][1] - 7, 6, rows=CELL_ROWS) if rows else None
