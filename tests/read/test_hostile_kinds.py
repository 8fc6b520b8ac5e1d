"""Files made to harm, of every kind, each through a reader process: it ends in bounded time, owned, and the reader goes on.

"Owned" is that every part which was not read says why, that nothing of it became a fact, and that the process which read it
is either still good or was replaced: the next letter is read.
"""

import io
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from PIL import Image

from agents.read import limits, reader_process
from agents.read.sandbox import Bounds, ReaderPool, read_in_sandbox
from core.claims import PartState, Reading
from tests.read.compound import binary, compound, text
from tests.read.edi import edi
from tests.read.papers import attached, letter, packed, pdf, text_part, x12
from tests.read.test_sandbox import stubborn

CLOSED = (PartState.REFUSED, PartState.UNREADABLE, PartState.SET_ASIDE)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader process, and one of pictures when the first comes."""
    with ReaderPool(1) as pool:
        yield pool


def ended(pool: ReaderPool, raw: bytes, name: str, seconds: float = limits.WALL_SECONDS) -> Reading:
    """Read it; it must end in time with a reason for all that was not read, and leave a reader that reads on."""
    began = time.monotonic()
    reading = pool.read(raw, name)
    assert time.monotonic() - began < seconds
    assert reading.parts
    assert all(part.why for part in reading.parts if part.state in CLOSED)
    assert pool.read(letter(text_part("Hello")), "next.eml").trouble == ()
    return reading


def png(wide: int, high: int, *, data: bytes = b"") -> bytes:
    """A PNG that says of itself how large it is, whatever its data hold."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    body = data or zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def picture(kind: str, size: tuple[int, int] = (900, 1200), mode: str = "RGB", **options: object) -> bytes:
    """A flat picture of a kind."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def animated() -> bytes:
    """A GIF of 300 pictures."""
    frames = [Image.new("P", (300, 300), n % 256) for n in range(300)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=10)
    return out.getvalue()


def macros(kind: str) -> bytes:
    """An Office file of 2007 that carries a program."""
    folder, main = ("word", "document") if kind == "docm" else ("xl", "workbook")
    types = f'<Types><Override PartName="/{folder}/{main}.xml" ContentType="application/vnd.ms-{kind}.macroEnabled"/></Types>'
    ole = compound({"VBA": {"dir": b"\1\2\3", "ThisDocument": b'Sub AutoOpen(): Shell "calc": End Sub'}})
    return packed(
        ("[Content_Types].xml", types.encode()), (f"{folder}/{main}.xml", b"<x/>"), (f"{folder}/vbaProject.bin", ole)
    )


def relations(target: str) -> bytes:
    """A DOCX whose parts lie elsewhere."""
    kinds = "http://schemas.openxmlformats.org"
    return packed(
        ("[Content_Types].xml", f'<Types xmlns="{kinds}/package/2006/content-types"><Default Extension="rels" '
         f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
         f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'.encode()),
        ("_rels/.rels", f'<Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="r" TargetMode="External" '
         f'Type="{kinds}/officeDocument/2006/relationships/officeDocument" Target="{target}"/></Relationships>'.encode()),
        ("word/document.xml", b"<x/>"),
    )  # fmt: skip


def wide_sheet() -> bytes:
    """An XLSX whose one cell stands in the last column of the last row, and says so."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Item"
    book.active["XFD1048576"] = "end"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def laughing_sheet() -> bytes:
    """An XLSX whose strings are a billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><sst><si><t>&l9;</t></si></sst>'
    book = openpyxl.Workbook()
    book.active["A1"] = "Item"
    out = io.BytesIO()
    book.save(out)
    with ZipFile(out) as whole:
        files = [(name, whole.read(name)) for name in whole.namelist() if "sharedStrings" not in name]
    return packed(*files, ("xl/sharedStrings.xml", strings.encode()))


TNEF = b"\x78\x9f\x3e\x22\x00\x00"
KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "Word with macros": ("order.docm", lambda: macros("docm")),
    "Excel with macros": ("prices.xlsm", lambda: macros("xlsm")),
    "old Word with macros": ("order.doc", lambda: compound({"WordDocument": b"\xec\xa5" + bytes(500), "Macros": {"VBA": {"dir": b"x"}}})),
    "OLE rubbish": ("order.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(4096)),
    "OLE whose chain is a ring": ("order.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + bytes(512 * 40)),
    "Word from elsewhere": ("order.docx", lambda: relations("http://127.0.0.1:9/template.dotm")),
    "Word from our own disk": ("order.docx", lambda: relations("file:///etc/passwd")),
    "Excel with its end far away": ("prices.xlsx", wide_sheet),
    "Excel with laughs": ("prices.xlsx", laughing_sheet),
    "CSV of a million columns": ("a.csv", lambda: b"Item,Qty\n" + b"x," * 1_000_000),
    "CSV with one endless quote": ("a.csv", lambda: b'Item,Qty\n"' + b"x\n" * 2_000_000),
    "RTF of brackets": ("a.rtf", lambda: b"{\\rtf1 " + b"{" * 1_000_000),
    "RTF that skips for ever": ("a.rtf", lambda: b"{\\rtf1 \\uc999999999 " + b"\\u65 x" * 200_000 + b"}"),
    "RTF that holds an object": ("a.rtf", lambda: b"{\\rtf1 {\\object\\objdata " + b"d0cf11e0" * 200_000 + b"}}"),
    "RTF with endless binary": ("a.rtf", lambda: b"{\\rtf1 \\bin999999999999 x}"),
    "TNEF that promises": ("winmail.dat", lambda: TNEF + b"\x01\x06\x90\x08\x00\xff\xff\xff\x7f" + bytes(100)),
    "TNEF rubbish": ("winmail.dat", lambda: TNEF + os.urandom(20_000)),
    "TNEF of many": ("winmail.dat", lambda: TNEF + (b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 100_000)),
    "msg rubbish": ("a.msg", lambda: compound({**text(0x0037, "Hi"), **binary(0x1009, os.urandom(3000)), "__properties_version1.0": os.urandom(64)})),
    "msg whose RTF is a bomb": ("a.msg", lambda: compound({**text(0x0037, "Hi"), **binary(0x1009, struct.pack("<IIII", 100, 1 << 31, 0x75465A4C, 0) + bytes(84)), "__properties_version1.0": bytes(32)})),
    "EDIFACT of separators": ("a.edi", lambda: edi("ORDERS", "FTX+" + "+" * 500_000, "FTX+" + ":" * 500_000)),
    "EDIFACT of releases": ("a.edi", lambda: edi("ORDERS", "FTX+AAI+++" + "??" * 300_000)),
    "X12 of lines": ("a.edi", lambda: x12("810", *["IT1*1*1*EA*1"] * 210_000)),
    "X12 of digits": ("a.edi", lambda: x12("810", "TDS*" + "9" * 90_000)),
    "PDF of pages in pages": ("a.pdf", lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[" + b"2 0 R " * 50_000 + b"]/Count 9999999>>endobj\ntrailer<</Root 1 0 R>>"),
    "PDF of a stream that unpacks": ("a.pdf", lambda: pdf("x").replace(b"endobj", b"endobj\n99 0 obj<</Length 60000/Filter/FlateDecode>>stream\n" + zlib.compress(bytes(60 << 20)) + b"\nendstream endobj", 1)),
    "PDF with a script": ("a.pdf", lambda: pdf("Total 1.00").replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction <</S /JavaScript /JS (app.alert(1))>>", 1)),
    "PDF that is rubbish": ("a.pdf", lambda: b"%PDF-1.7\n" + os.urandom(200_000)),
    "HTML of tables in tables": ("a.html", lambda: b"<html><body>" + b"<table><tr><td>" * 50_000),
    "HTML of one endless tag": ("a.html", lambda: b"<html><body><p " + b"a=b " * 500_000),
}  # fmt: skip
PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb of pixels": ("a.png", lambda: png(60_000, 60_000)),
    "two thousand million wide": ("a.png", lambda: png(2**31 - 1, 2**31 - 1)),
    "no pixels at all": ("a.png", lambda: png(0, 0)),
    "a line of pixels": ("a.png", lambda: png(100_000, 1)),
    "cut off": ("a.jpg", lambda: picture("JPEG")[:700]),
    "animated": ("a.gif", animated),
    "in four inks": ("a.jpg", lambda: picture("JPEG", mode="CMYK")),
    "in 32 bits": ("a.tif", lambda: picture("TIFF", mode="F")),
    "rubbish after its head": ("a.png", lambda: png(1000, 1000, data=os.urandom(5000))),
    "unpacks beyond its size": ("a.png", lambda: png(1000, 1000, data=zlib.compress(bytes(80 << 20), 9))),
    "TIFF that points at itself": ("a.tif", lambda: b"II*\0\x08\0\0\0\0\0\x08\0\0\0" + bytes(100)),
}


@pytest.mark.parametrize(("name", "made"), KINDS.values(), ids=KINDS)
def test_a_hostile_file_ends_owned(name: str, made: Callable[[], bytes], pool: ReaderPool):
    reading = ended(pool, made(), name)

    assert "root:" not in str(reading)
    for part in reading.parts:
        told = part.text or part.why or part.size or reading.documents or reading.trouble
        assert part.state is not PartState.READ or told, part.path


@pytest.mark.parametrize(("name", "made"), PICTURES.values(), ids=PICTURES)
def test_a_hostile_picture_ends_owned_and_says_nothing(name: str, made: Callable[[], bytes], pool: ReaderPool):
    reading = ended(pool, made(), name, seconds=60)

    assert reading.documents == ()


@pytest.mark.parametrize("kind", ["docm", "xlsm"])
def test_a_file_with_a_program_in_it_gives_no_facts(kind: str, pool: ReaderPool):
    reading = ended(pool, letter(text_part("See enclosed."), attached(f"order.{kind}", macros(kind))), "a.eml")

    (enclosed,) = [part for part in reading.parts if part.path.startswith("1:")]
    assert enclosed.state in CLOSED
    assert enclosed.why
    assert [document.part for document in reading.documents if document.part.startswith("1:")] == []


def reader_of(pool: ReaderPool) -> int:
    """The process that will read next."""
    pool.held()
    (reader,) = [one for one in list(pool._idle.queue) if one is not None]
    return reader._process.pid


def test_a_reader_that_was_killed_is_another_process_after(monkeypatch):
    monkeypatch.setattr(reader_process, "_START", stubborn("import time; time.sleep(60)"))
    with ReaderPool(1, Bounds(wall_seconds=2)) as pool:
        before = reader_of(pool)
        reading = pool.read(letter(text_part("Hi"), attached("evil.txt", b"hello")), "a.eml")
        after = reader_of(pool)

    assert "longer than 2 seconds" in next(part.why for part in reading.parts if "evil" in part.path)
    assert before != after
    assert not Path(f"/proc/{before}").exists()


def test_memory_is_bounded_and_what_needs_more_is_refused():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range(30_000):
        sheet.append([f"Item {row} {n}" for n in range(12)])
    out = io.BytesIO()
    book.save(out)

    reading = read_in_sandbox(out.getvalue(), "prices.xlsx", Bounds(address_space=500 << 20))

    (part,) = reading.parts
    assert part.state in CLOSED, part
    assert part.why
    assert reading.documents == ()


def test_an_answer_larger_than_the_bound_is_not_taken(monkeypatch):
    monkeypatch.setattr(limits, "REPLY_BYTES_MAX", 50_000)
    with ReaderPool(1) as pool:
        reading = pool.read(letter(text_part("Good day. " * 10_000)), "a.eml")
        small = pool.read(letter(text_part("Good day.")), "b.eml")

    assert "more than a reading may hold" in reading.trouble[0]
    assert reading.documents == ()
    assert small.trouble == ()


def test_a_parser_that_writes_a_file_over_the_bound_costs_only_its_part(monkeypatch):
    monkeypatch.setattr(reader_process, "_START", stubborn("open('big', 'wb').write(bytes(80 << 20))"))
    raw = letter(text_part("See enclosed."), attached("evil.txt", b"hello"), attached("good.txt", b"hello"))
    assert limits.FILE_BYTES_MAX < 80 << 20

    reading = read_in_sandbox(raw, "a.eml", Bounds())

    states = {part.path: part.state for part in reading.parts}
    assert states["1:evil.txt"] is PartState.UNREADABLE
    assert states["2:good.txt"] is PartState.READ
