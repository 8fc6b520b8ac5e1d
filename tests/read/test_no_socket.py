"""No format makes a parser open a socket or leave a file: the kernel ends the process that tries, and none is ended.

In production the filter only refuses the call (agents/read/confine.py). Here it kills, so that an attempt that nobody would
notice, in native code too, fails the test; first a process that does try is shown to be killed. One attempt is known and
refused here as there: the C library, asked by saxonche for the user's home, looks for a name service on this machine by a
socket of the family AF_UNIX, which reaches no network.
"""

import io
import json
import platform
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, ImageDraw

from agents.read.reader_process import ENVIRONMENT, ROOT
from tests.read.edi import edi
from tests.read.papers import attached, cii, hybrid, letter, packed, pdf, text_part, x12
from tests.read.test_hostile_kinds import relations

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the filter below is written for this machine's kernel",
)
KILLS = """
import ctypes, json, struct, sys
sys.path.insert(0, sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
calls = (41, 42, 44, 46, 49, 50, 53, 307)  # socket connect sendto sendmsg bind listen socketpair sendmmsg
rows = [(0x20, 0, 0, 0), (0x15, 0, 4, 41), (0x20, 0, 0, 16), (0x15, 0, 1, 1), (0x06, 0, 0, 0x00050001), (0x20, 0, 0, 0)]
rows += [(0x15, len(calls) - n, 0, call) for n, call in enumerate(calls)]
rows += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x80000000)]  # AF_UNIX is refused; allow; kill the process
code = b"".join(struct.pack("HBBI", *row) for row in rows)
held = ctypes.create_string_buffer(code)
frame = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rows), ctypes.addressof(held)))
def arm():
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.syscall(317, 1, 0, frame) == 0
"""
READS = (
    KILLS
    + """
from agents.read import saxon
saxon.begin()
arm()
from pathlib import Path
from agents.read.document import read_message
for path in json.load(sys.stdin):
    reading = read_message(Path(path).read_bytes(), Path(path).name)
    print(Path(path).name, sum(len(d.claims) for d in reading.documents), flush=True)
"""
)
TRIES = KILLS + "import socket\narm()\nsocket.socket()"


NETWORKS = """
import sys; sys.path.insert(0, sys.argv[1])
from agents.read import ocr_engine
ocr_engine._recogniser()
"""


def run(
    code: str, folder: Path, asked: object = (), surroundings: Mapping[str, str] = ENVIRONMENT
) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder under the surroundings of a reader."""
    environment = {**surroundings, "HOME": str(folder), "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-s", "-P", "-c", code, str(ROOT)],
        cwd=folder, env=environment, input=json.dumps(asked), capture_output=True, text=True,
    )  # fmt: skip


def scan() -> bytes:
    """A picture with words on it, as a scanner makes it."""
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    for at, line in enumerate(("Invoice KF-88213", "Date 19.11.2026", "Total EUR 442.80")):
        pen.text((100, 100 + 60 * at), line, fill=0, font_size=36)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def sheet() -> bytes:
    """A small list in XLSX."""
    book = openpyxl.Workbook()
    for row in (["Line", "Item", "Qty", "Price"], [10, "M8X40", 1080, "0.41"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def document() -> bytes:
    """A small DOCX, as python-docx makes it."""
    import docx

    paper = docx.Document()
    paper.add_paragraph("Order PO-40417: 10 pcs of M8X40 arrive on 3 December 2026.")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


FILES = {
    "letter.eml": lambda: letter(text_part("Order PO-40417: 10 pcs arrive."), attached("a.xml", cii()), attached("a.pdf", pdf("x"))),
    "page.html": lambda: b'<html><body><img src="http://127.0.0.1:9/a.png"><link rel=stylesheet href="http://127.0.0.1:9/a.css">Hi</body></html>',
    "bill.pdf": lambda: pdf("Invoice KF-88213", "Total 442.80"),
    "hybrid.pdf": lambda: hybrid(cii(), "Total 442.80"),
    "bill.xml": cii,
    "elsewhere.xml": lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "bill.x12": lambda: x12("810", "BIG*20261119*KF-88213", "IT1*1*2*EA*1.50", "TDS*300"),
    "order.edi": lambda: edi("ORDERS", "BGM+220+PO-40417", "LIN+1++M8X40:SA", "QTY+21:10"),
    "list.xlsx": sheet,
    "paper.docx": document,
    "elsewhere.docx": lambda: relations("http://127.0.0.1:9/a.dotm"),
    "list.csv": lambda: b"Line,Item,Qty,Price\n10,M8X40,1080,0.41\n",
    "note.rtf": lambda: b"{\\rtf1 Order PO-40417 {\\field{\\*\\fldinst INCLUDEPICTURE http://127.0.0.1:9/a.png}}}",
    "files.zip": lambda: packed(("a.txt", b"hello"), ("b.pdf", pdf("x"))),
    "scan.png": scan,
}  # fmt: skip


def test_the_trap_closes_on_a_process_that_opens_a_socket(tmp_path: Path):
    assert run(TRIES, tmp_path).returncode == -signal.SIGSYS


def test_no_format_opens_a_socket_or_leaves_a_file(tmp_path: Path):
    papers, home = tmp_path / "papers", tmp_path / "home"
    papers.mkdir()
    home.mkdir()
    for name, made in FILES.items():
        (papers / name).write_bytes(made())

    done = run(READS, home, [str(papers / name) for name in FILES])

    assert done.returncode == 0, (done.stdout[-300:], done.stderr[-500:])
    claims = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert list(claims) == list(FILES), "each was read to its end"
    for name in ("bill.xml", "hybrid.pdf", "bill.x12", "order.edi", "list.xlsx", "list.csv", "scan.png", "bill.pdf"):
        assert int(claims[name]) > 0, f"{name} was truly read: the rules, the networks and the tables ran"
    assert list(home.iterdir()) == [], "nothing was downloaded, cached or left"


def test_the_networks_keep_no_number_of_this_machine_where_nothing_is_confined(tmp_path: Path):
    assert run(NETWORKS, tmp_path, surroundings={"PATH": ENVIRONMENT["PATH"]}).returncode == 0
    assert list(tmp_path.rglob("deviceid")) == []


def test_telemetry_and_downloads_of_the_libraries_are_off():
    assert ENVIRONMENT["DO_NOT_TRACK"] == "1"
    assert ENVIRONMENT["SCARF_NO_ANALYTICS"] == "true"
    assert ENVIRONMENT["HF_HUB_OFFLINE"] == "1"
    assert ENVIRONMENT["ORT_DISABLE_TELEMETRY"] == "1"
    assert not {name for name in ENVIRONMENT if name.upper().endswith("_PROXY")}
