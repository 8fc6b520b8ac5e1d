"""Files made to harm: each ends in bounded time, with a reading that says what was refused."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.read import limits
from agents.read.document import read_message
from agents.read.sandbox import ReaderPool
from core.claims import PartState, Reading
from tests.read.papers import attached, cii, found, hybrid, letter, packed, pdf, plain, text_part

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SECONDS = 10
"""Far below the wall clock of a reader: these must end by themselves."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """Two reader processes for this module."""
    pool = ReaderPool(2)
    yield pool
    pool.close()


def read(raw: bytes, name: str = "message.eml") -> Reading:
    """Read in this process, and fail when it takes long: in time of its own, whatever else the machine does."""
    start = time.process_time()
    reading = read_message(raw, name)
    assert time.process_time() - start < SECONDS
    return reading


def refused(reading: Reading) -> list[str]:
    """Why parts were refused."""
    return [part.why for part in reading.parts if part.state is PartState.REFUSED]


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">' + LAUGHS + b"]><x>&l9;</x>"
XML_ATTACKS = {
    "billion laughs": BILLION,
    "in UTF-16": BILLION.decode().encode("utf-16"),
    "behind comments": b"<?xml version='1.0'?>" + b"<!-- a -->" * 1000 + BILLION[21:],
    "outside file": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "outside address": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]><x/>',
    "deep": b"<x>" * 200 + b"</x>" * 200,
    "odd encoding": b'<?xml version="1.0" encoding="UTF-7"?><x/>',
    "large": b"<x>" + b"a" * limits.XML_BYTES_MAX + b"</x>",
}


@pytest.mark.parametrize("raw", XML_ATTACKS.values(), ids=XML_ATTACKS)
def test_xml_attacks_are_refused_alone_and_inside_a_pdf(raw: bytes):
    assert len(refused(read(raw, "a.xml"))) == 1
    if len(raw) < 100_000:
        assert len(refused(read(hybrid(raw, "Total 1.00"), "a.pdf"))) == 2


def test_an_invoice_with_an_external_entity_reveals_no_file():
    raw = cii().replace(b"<rsm:Cross", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rsm:Cross', 1)
    reading = read(raw.replace(b"Keller Fasteners", b"&e;"), "a.xml")

    assert reading.documents == ()
    assert "root:" not in str(reading)


def test_more_lines_than_anybody_bills_are_refused():
    start, end = b"<ram:IncludedSupplyChainTradeLineItem>", b"</ram:IncludedSupplyChainTradeLineItem>"
    raw = cii()
    line = raw[raw.index(start) : raw.index(end) + len(end)]
    reading = read(raw.replace(line, line * (limits.LINES_MAX + 1)), "a.xml")

    assert refused(reading) == ["5,001 lines; 5,000 at most"]


def test_zip_bombs_are_refused_by_what_they_promise_and_by_what_they_hold():
    bomb = packed(("a.txt", bytes(limits.UNPACKED_BYTES_MAX + 1)))
    assert "50 at most" in refused(read(bomb, "a.zip"))[0]

    lying = bytearray(packed(("a.txt", bytes(30 * limits.MEGABYTE))))
    size = (30 * limits.MEGABYTE).to_bytes(4, "little")
    while (at := lying.find(size)) >= 0:
        lying[at : at + 4] = (10).to_bytes(4, "little")
    reading = read(bytes(lying), "a.zip")
    assert [part.state for part in reading.parts][-1] is PartState.UNREADABLE

    assert "times its size" in refused(read(packed(("a.txt", bytes(30 * limits.MEGABYTE))), "a.zip"))[0]


def test_many_archives_share_one_room():
    half = os.urandom(1 << 20) * 13
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.bin", half)
    reading = read(letter(text_part("Hi"), attached("a.zip", out.getvalue())))
    assert refused(reading) == []
    several = packed(*((f"{n}.zip", out.getvalue()) for n in range(5)))
    assert len(several) > limits.MESSAGE_BYTES_MAX  # not even stored bombs fit: the message's own limit holds first
    assert "25 MB" in refused(read(several, "all.zip"))[0]


def test_an_archive_within_archives_ends():
    raw = packed(("a.txt", b"hello"))
    for _ in range(30):
        raw = packed(("inner.zip", raw))

    assert refused(read(raw, "a.zip")) == ["nested deeper than 8 levels"]


def test_an_office_file_that_is_a_bomb_is_refused_before_its_reader_opens_it():
    raw = packed(("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>"), ("xl/a.xml", bytes(60 << 20)))

    assert "50 at most" in refused(read(raw, "prices.xlsx"))[0]


def test_a_mail_of_500_levels_ends():
    nested = b"From: a@b.example\n"
    for n in range(500):
        nested += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n)
    assert refused(read(nested + b"Content-Type: text/plain\n\nhello")) == ["nested deeper than 8 levels"]

    forwarded = b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\nFrom: a@b.example\n" * 500
    assert refused(read(forwarded + b"\nhello")) == ["nested deeper than 8 levels"]


def test_ten_thousand_attachments_are_refused_part_by_part():
    one = b'Content-Type: text/plain\nContent-Disposition: attachment; filename="%d.txt"\n\nhello'
    reading = read(letter(text_part("Hi"), *(one % n for n in range(10_000))))

    opened = [part for part in reading.parts if part.state is PartState.READ and part.path[0].isdigit()]
    assert len(opened) == limits.PARTS_MAX
    assert set(refused(reading)) == {"the message has more than 100 parts"}
    assert any("not looked at" in sentence for sentence in reading.trouble)


ENDLESS: dict[str, bytes] = {
    "boundaries": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n" * 2_000_000,
    "header fields": b"X-A: y\n" * 1_000_000 + b"\nhi",
    "one header": b"Subject: " + b"x" * 10_000_000 + b"\n\nhi",
    "comments in From": b"From: " + b"(" * 100_000 + b"\n\nhi",
    "quotes": b"\n" + b"> " * 5_000_000,
    "closings": b"\nhi\n" + b"Regards\n" * 100_000,
    "attributions": b"\n" + b"On Monday x@y.example\n" * 100_000,
    "tags": b"Content-Type: text/html\n\n" + b"<table><tr><td>1" * 200_000,
    "styles": b"Content-Type: text/html\n\n<style>"
    + b".a b{color:red}" * 100_000
    + b"</style>"
    + b"<p class=b>x" * 9_999,
    "comments in styles": b"Content-Type: text/html\n\n<style>" + b"/*" * 1_000_000,
    "invisible characters": b"Content-Type: text/plain; charset=utf-8\n\n" + "\u200b\U000e0041".encode() * 1_000_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 15_000 + b"\n\nhi",
    "name pieces": b"Content-Type: application/pdf; " + b"name*0=a; " * 20_000 + b"\n\nhi",
}


@pytest.mark.parametrize("raw", ENDLESS.values(), ids=ENDLESS)
def test_nothing_endless_takes_endless_time(raw: bytes):
    read(b"To: a@b.example\n" + raw)


@pytest.mark.parametrize(
    "raw",
    [b"ISA*" + b"*" * 5_000_000, b"ISA*00*          *00*          *ZZ*A              *ZZ*B              "
     b"*261119*0900*U*00401*000000007*0*P*>~" + b"N1*ST*A~" * 1_000_000],
    ids=["elements", "segments"],
)  # fmt: skip
def test_endless_x12_ends(raw: bytes):
    assert read(raw, "a.edi").parts[0].state is PartState.UNREADABLE


def test_paths_in_names_stay_names():
    raw = packed(("../../etc/passwd", b"x"), ("C:\\Windows\\a.txt", b"y"), ("/abs/olute.txt", b"z"))
    reading = read(letter(text_part("Hi"), attached("..\\..\\run\u202efdp.exe", raw)))

    paths = [part.path for part in reading.parts if part.path[0].isdigit()]
    assert paths[0].startswith("1:run")
    assert [path.rpartition("/")[2] for path in paths[1:]] == ["1:passwd", "2:a.txt", "3:olute.txt"]
    assert any("pointed to a folder" in passage for part in reading.parts for passage in part.hidden)


def test_a_claim_of_200_megabytes_in_a_header_allocates_nothing():
    head = b"Content-Length: 209715200\nLines: 99999999\n"
    reading = read(head + plain("Hello"))
    assert found(reading, "body").text == "Hello"


def test_two_kinds_of_file_in_one_are_refused():
    archive = packed(("a.txt", b"hello"))
    for raw in (pdf("Total 1.00") + archive, b"\x89PNG\r\n\x1a\n" + bytes(20) + archive, archive + b"\n%PDF-1.4 x"):
        state = read(raw, "a.pdf").parts[0].state
        assert state is PartState.REFUSED or not raw.startswith((b"%PDF", b"\x89PNG"))
    assert "two kinds of file" in refused(read(pdf("Total 1.00") + archive, "a.pdf"))[0]


def test_too_many_pages_are_refused():
    assert refused(read(pdf("x", pages=limits.PAGES_MAX + 1), "a.pdf")) == ["the PDF has 61 pages; 60 at most"]


def test_a_message_over_the_limit_is_refused_unopened(pool: ReaderPool):
    reading = pool.read(bytes(limits.MESSAGE_BYTES_MAX + 1), "big.eml")

    assert "25 MB at most" in refused(reading)[0]
    assert reading.documents == ()


LOOP = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>> endobj
trailer <</Root 1 0 R/Prev 0>>
startxref
0
%%EOF"""


def _each(folder: str, *endings: str) -> Callable[[], list[Path]]:
    def files() -> list[Path]:
        return sorted(p for p in (SAMPLES / folder).rglob("*") if p.suffix in endings)

    return files


@pytest.mark.parametrize("files", [_each("badpdf_qpdf", ".pdf"), _each("xmlbombs", ".xml")], ids=["PDF", "XML"])
def test_damaged_and_hostile_files_of_others_end_cleanly(files: Callable[[], list[Path]], pool: ReaderPool):
    paths = files()
    if not paths:
        pytest.skip("the samples of others are not beside the project")
    for path in paths:
        start = time.monotonic()
        reading = pool.read(path.read_bytes(), path.name)
        assert time.monotonic() - start < limits.WALL_SECONDS + 5, path.name
        assert reading.parts, path.name
        assert all(part.state is PartState.READ or part.why for part in reading.parts), path.name


def test_a_pdf_whose_pages_hold_themselves_ends(pool: ReaderPool):
    assert pool.read(LOOP, "loop.pdf").parts[0].state in (PartState.UNREADABLE, PartState.REFUSED)
