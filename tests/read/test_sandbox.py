"""The reader processes: what they cannot do, how they end, and what comes back from them."""

import ast
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from agents.read import reader_process
from agents.read.document import read_message
from agents.read.sandbox import ROOT, Bounds, ReaderPool, read_in_sandbox
from agents.read.wire import from_json, to_json
from core.canonical import sha256_hex
from core.claims import PartState, Reading
from tests.read.papers import attached, cii, letter, text_part

CONFINED = """
import sys; sys.path.insert(0, sys.argv[1])
import ctypes, os, socket, subprocess
from agents.read.confine import confine
held = confine(1 << 30)
libc = ctypes.CDLL(None, use_errno=True)
def tried(what):
    try:
        return str(what())
    except BaseException as error:
        return type(error).__name__
print(held)
print(tried(lambda: socket.socket()), tried(lambda: socket.create_connection(("127.0.0.1", 1))))
print(tried(lambda: subprocess.run(["true"])), tried(lambda: os.system("true")), tried(os.fork))
print(libc.socket(2, 1, 0), libc.fork(), libc.execv(b"/bin/true", None))
print(tried(lambda: bytearray(2 << 30)), tried(lambda: open("big", "wb").write(bytes(80 << 20))))
print(sorted(os.environ))
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader process for this module."""
    pool = ReaderPool(1)
    yield pool
    pool.close()


def test_a_confined_process_reaches_no_network_and_starts_no_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, str(ROOT)], cwd=tmp_path, capture_output=True, text=True, env={"A": "1"}
    )
    held, sockets, programs, native, amounts, environment = done.stdout.splitlines()

    assert "resource limits" in held
    assert sockets == "PermissionError PermissionError"
    assert programs == "PermissionError PermissionError PermissionError"
    assert amounts.split()[0] == "MemoryError"
    assert amounts.split()[1] in ("OSError", "ValueError")
    inherited = set(ast.literal_eval(environment)) - {"LC_CTYPE"}  # which Python itself may set
    assert inherited == {"A", "LANGGRAPH_STRICT_MSGPACK"}, "what it was given, and what our own package sets"
    if "by the kernel" in held:
        assert native == "-1 -1 -1"


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces and system call filters are Linux's")
def test_this_machine_holds_at_least_one_kernel_measure(pool: ReaderPool):
    assert {"no network interface", "no network and no programs by the kernel"} & set(pool.held())


def test_readers_know_nothing_of_our_surroundings(monkeypatch, pool: ReaderPool):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    fresh = ReaderPool(1)
    fresh.held()
    (child,) = [r for r in list(fresh._idle.queue) if r is not None]
    written = Path(f"/proc/{child._process.pid}/environ")
    environment = written.read_bytes() if written.exists() else b""
    fresh.close()

    assert b"DATABASE_URL" not in environment
    assert "DATABASE_URL" not in reader_process.ENVIRONMENT
    assert reader_process.ENVIRONMENT["DO_NOT_TRACK"] == "1"


def test_what_the_process_gives_is_what_reading_here_gives(pool: ReaderPool):
    raw = letter(text_part("See enclosed."), attached("KF-88213.xml", cii()))

    assert pool.read(raw, "a.eml") == from_json(to_json(read_message(raw, "a.eml")))
    assert to_json(pool.read(raw, "a.eml")) == to_json(read_message(raw, "a.eml"))


def test_office_files_are_read_under_the_same_confinement(pool: ReaderPool):
    book = openpyxl.Workbook()
    for row in (["Line", "Item", "Qty", "Price"], [10, "M8X40", 1080, "0.41"], [20, "NPC20", 60, "3.20"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    reading = pool.read(out.getvalue(), "confirmation.xlsx")

    (document,) = reading.documents
    assert [c.value for c in document.claims if c.field == "line.quantity"] == [Decimal(1080), Decimal(60)]


def test_one_process_reads_one_message_after_the_other(pool: ReaderPool):
    for n in range(5):
        raw = letter(text_part(f"Message {n}"))
        assert pool.read(raw).message == sha256_hex(raw)


def test_several_threads_share_a_pool(pool: ReaderPool):
    messages = [letter(text_part(f"Message {n}")) for n in range(8)]
    found: dict[int, Reading] = {}
    threads = [
        threading.Thread(target=lambda n=n, raw=raw: found.__setitem__(n, pool.read(raw)))
        for n, raw in enumerate(messages)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert {n: reading.message for n, reading in found.items()} == {
        n: sha256_hex(raw) for n, raw in enumerate(messages)
    }


def test_a_killed_reader_is_replaced(pool: ReaderPool):
    pool.held()
    (child,) = [r for r in list(pool._idle.queue) if r is not None]
    os.killpg(child._process.pid, 9)
    child._process.wait()

    assert pool.read(letter(text_part("Hello"))).trouble == ()


ABANDONS = """
import os, sys; sys.path.insert(0, sys.argv[1])
from agents.read.sandbox import ReaderPool
pool = ReaderPool(1)
pool.held()
(reader,) = [r for r in pool._idle.queue if r is not None]
print(reader._folder, flush=True)
os._exit(0)
"""


def test_a_reader_whose_parent_is_gone_ends_and_leaves_nothing():
    done = subprocess.run([sys.executable, "-c", ABANDONS, str(ROOT)], capture_output=True, text=True)
    folder = Path(done.stdout.strip())

    for _ in range(100):
        if not folder.exists():
            break
        time.sleep(0.1)
    assert folder.name.startswith("desk-reader-")
    assert not folder.exists()


def stubborn(code: str) -> str:
    """A start of the reader process that runs this before it reads each part."""
    return (
        "import sys; sys.path.insert(0, sys.argv[1]); import agents.read.document as d, agents.read.cell as cell\n"
        "whole = d.read_message\n"
        f"def read_message(raw, name, *, skip, report, pictures, home):\n"
        "    def watch(path):\n"
        "        report(path)\n"
        f"        if 'evil' in path:\n            {code}\n"
        "    return whole(raw, name, skip=skip, report=watch, pictures=pictures, home=home)\n"
        "d.read_message = read_message\n"
        "cell.main(*map(int, sys.argv[2:]))"
    )


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("import ctypes; ctypes.string_at(0)", "broke the reader (signal 11)"),
        ("import os; os._exit(3)", "broke the reader (code 3)"),
        ("import time; time.sleep(60)", "longer than 2 seconds"),
        ("while True: pass", "seconds"),
        ("import os; os.write(3, b'P' + bytes([255] * 8))", ""),
    ],
    ids=["crash", "exit", "sleep", "spin", "scribble"],
)
def test_a_part_that_breaks_the_reader_costs_only_itself(monkeypatch, code: str, because: str):
    monkeypatch.setattr(reader_process, "_START", stubborn(code))
    raw = letter(text_part("See enclosed."), attached("evil.xml", cii()), attached("good.xml", cii()))

    reading = read_in_sandbox(raw, "a.eml", Bounds(wall_seconds=2, cpu_seconds=5))

    ends = {part.path: part for part in reading.parts}
    if because:
        assert ends["1:evil.xml"].state is PartState.UNREADABLE
        assert because in ends["1:evil.xml"].why
        assert ends["2:good.xml"].state is PartState.READ
        assert [document.part for document in reading.documents][-1:] == ["2:good.xml"]
    assert reading.message == sha256_hex(raw)


def test_a_message_that_always_breaks_the_reader_gets_a_reading_that_says_so(monkeypatch):
    start = "import sys; sys.path.insert(0, sys.argv[1]); import agents.read.document as d, agents.read.cell as cell\n"
    monkeypatch.setattr(
        reader_process, "_START", start + "d.read_message = lambda *a, **k: exit(7)\ncell.main(*map(int, sys.argv[2:]))"
    )
    reading = read_in_sandbox(b"From: a@b.example\n\nHi", "a.eml", Bounds(wall_seconds=5))

    assert reading.documents == ()
    assert reading.trouble == ("a.eml: reading the message was given up: reading it broke the reader (code 7)",)


@pytest.mark.parametrize(
    "lie",
    [
        "'{}'",
        "'not json'",
        "'[' * 100000",
        "w.to_json(r.__class__(message='0'*64, reader='x', parts=(), documents=()))",
    ],
)
def test_an_answer_that_is_no_reading_of_this_message_is_not_used(monkeypatch, lie: str):
    start = (
        "import sys; sys.path.insert(0, sys.argv[1])\nimport agents.read.document as d, agents.read.cell as cell\n"
        "import agents.read.wire as w, core.claims as c\nr = c.Reading(message='', reader='', parts=(), documents=())\n"
        f"answer = {lie}\nw.to_json = lambda reading: answer\ncell.main(*map(int, sys.argv[2:]))"
    )
    monkeypatch.setattr(reader_process, "_START", start)
    reading = read_in_sandbox(b"From: a@b.example\n\nHi", "a.eml", Bounds(wall_seconds=5))

    assert reading.message == sha256_hex(b"From: a@b.example\n\nHi")
    assert reading.documents == ()
    assert "given up" in reading.trouble[0]


def test_a_reader_that_cannot_start_is_our_fault_and_raises(monkeypatch):
    monkeypatch.setattr(reader_process, "_START", "raise SystemError('no parser here')")

    with pytest.raises(RuntimeError, match="no parser here"):
        read_in_sandbox(b"Hi", "a.txt", Bounds())


def test_the_default_pool_reads_files_for_the_command_line(tmp_path):
    from agents.read.document import read_file

    path = tmp_path / "KF-88213.xml"
    path.write_bytes(cii())

    assert read_file(path).documents[0].first("invoice.number").value == "KF-88213"
