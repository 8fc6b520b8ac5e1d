"""The demo's mail is what it says it is: parts of their type, figures that add up, and a ground truth about our own books.

The company and the index are read as data; the messages as the standard library reads them, not as our readers do.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, cast

import openpyxl
import pdfplumber
import pypdfium2
import pytest
import yaml
from lxml import etree
from PIL import Image

from core.cases import Code
from core.claims import DocumentKind, Intent
from desk.settings import PROJECT

DEMO = PROJECT / "desk" / "demo"
MAIL = DEMO / "mail"
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG",
    "application/zip": b"PK\x03\x04",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK\x03\x04",
    "application/xml": b"<?xml",
    "application/edi-x12": b"ISA*",
    "text/calendar": b"BEGIN:VCALENDAR",
    "text/html": b"<!doctype html>",
}
BROKEN = {"OP-30277.pdf", "HM-6633.pdf"}
"""Files that are not meant to open: cut off, and locked."""
PICTURES = {"scan0042.pdf", "7741.pdf"}


@cache
def company() -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load((DEMO / "company.yaml").read_text(encoding="utf-8")))


@cache
def index() -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], yaml.safe_load((MAIL / "index.yaml").read_text(encoding="utf-8")))


@cache
def parsed(file: str) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes((MAIL / file).read_bytes(), policy=policy.default))


def attachments(file: str) -> Iterator[tuple[str, str, bytes]]:
    """Name, type and bytes of every attachment, files in a zip included."""
    for part in parsed(file).iter_attachments():
        raw = cast(bytes, part.get_payload(decode=True))
        yield part.get_filename() or "", part.get_content_type(), raw
        if part.get_content_type() == "application/zip":
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                for name in archive.namelist():
                    yield name, "application/pdf", archive.read(name)


def words(file: str) -> str:
    """Everything of a message that a person reads: subject, texts, and the text of its files."""
    mail = parsed(file)
    texts = [str(mail["Subject"] or "")]
    texts += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    for name, kind, raw in attachments(file):
        if kind == "application/pdf" and name not in BROKEN:
            texts += [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(raw)]
        elif kind in ("application/xml", "application/edi-x12"):
            texts.append(raw.decode())
        elif kind.endswith("sheet"):
            rows = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)
            texts += [str(cell) for row in rows for cell in row if cell is not None]
    return "\n".join(texts)


FILES = [entry["file"] for entry in index()]


def test_there_are_enough_messages_and_every_file_is_in_the_index() -> None:
    assert len(FILES) >= 64
    assert sorted(FILES) == sorted(file.name for file in MAIL.glob("*.eml"))
    assert sum((MAIL / file).stat().st_size for file in FILES) < 8_000_000


@pytest.mark.parametrize("file", FILES)
def test_a_message_parses_and_comes_from_who_the_index_says(file: str) -> None:
    mail = parsed(file)
    entry = next(one for one in index() if one["file"] == file)
    assert mail["From"].addresses[0].addr_spec == entry["from"]
    assert mail["Date"].datetime.year == 2026
    assert mail["Message-ID"].endswith(f"@{entry['from'].rpartition('@')[2]}>")
    assert not [part for part in mail.walk() if part.defects], "a part with defects"


@pytest.mark.parametrize("file", [file for file in FILES if list(attachments(file))])
def test_every_attachment_is_of_the_type_it_says(file: str) -> None:
    for name, kind, raw in attachments(file):
        assert raw.startswith(SIGNATURES[kind]), name
        assert name
        assert Path(name).name == name
        opens(name, kind, raw)


def opens(name: str, kind: str, raw: bytes) -> None:
    """Open a file as what it says it is."""
    if name in BROKEN:
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(raw)
    elif kind == "application/pdf":
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(raw)).strip()
        assert bool(text) is (name not in PICTURES), (
            "a text layer where there should be none, or none where there should"
        )
    elif kind == "application/xml":
        etree.fromstring(raw)
    elif kind == "application/edi-x12":
        segments = raw.decode().replace("\n", "").rstrip("~").split("~")
        at = next(n for n, segment in enumerate(segments) if segment.startswith("ST*"))
        end = next(n for n, segment in enumerate(segments) if segment.startswith("SE*"))
        assert segments[end].split("*")[1] == str(end - at + 1), "the SE segment counts wrong"
        assert len(segments[0]) == 105, "an ISA segment has a fixed length"
    elif kind == "image/png":
        Image.open(io.BytesIO(raw)).verify()


def test_the_files_come_in_every_kind_the_desk_reads() -> None:
    kinds = [kind for file in FILES for _, kind, _ in attachments(file)]
    for kind in SIGNATURES:
        assert kind in kinds
    makers = {pypdfium2.PdfDocument(raw).get_metadata_dict()["Producer"].split()[0] for _, raw in readable()}
    assert {"Skia/PDF", "LibreOffice", "ReportLab"} <= makers
    papers = [pypdfium2.PdfDocument(raw) for _, raw in readable()]
    inside = [paper.get_attachment(at).get_name() for paper in papers for at in range(paper.count_attachments())]
    assert inside == ["factur-x.xml"]


def readable() -> Iterator[tuple[str, bytes]]:
    """Every PDF that opens, by its name."""
    for file in FILES:
        for name, kind, raw in attachments(file):
            if kind == "application/pdf" and name not in BROKEN:
                yield name, raw


FIGURE = re.compile(r"(?<![\w.,-])\d{1,3}(?:[.,\u00a0]\d{3})*[.,]\d{2}(?!\w|[.,]\d)")
RIGHT = [
    entry["file"]
    for entry in index()
    if entry["expected"].get("outcome") and any(kind == "application/pdf" for _, kind, _ in attachments(entry["file"]))
]


@pytest.mark.parametrize("file", RIGHT)
def test_the_amounts_of_a_bill_that_is_right_add_up(file: str) -> None:
    name, raw = next((name, raw) for name, kind, raw in attachments(file) if kind == "application/pdf")
    figures = [figure for row in rows_of(raw) for figure in row[-1:]]
    assert len(figures) >= 2, name
    *parts, total = figures
    assert total == sum(parts) or totals_with_tax(parts, total), (name, figures)


def rows_of(raw: bytes) -> list[list[Decimal]]:
    """The figures of each line of text of a PDF, those lines that have any."""
    with pdfplumber.open(io.BytesIO(raw)) as document:
        text = "\n".join(page.extract_text() for page in document.pages)
    found = [[decimal(figure) for figure in FIGURE.findall(line)] for line in text.splitlines()]
    return [figures for figures in found if figures]


def decimal(written: str) -> Decimal:
    """A figure in whatever notation: the last mark is the decimal one."""
    whole, mark, cents = re.sub("\u00a0", "", written).rpartition(written[-3])
    return Decimal(re.sub(r"[.,]", "", whole) + "." + cents) if mark else Decimal(written)


def totals_with_tax(parts: list[Decimal], total: Decimal) -> bool:
    """Lines, then net, then tax."""
    *lines, net, tax = parts
    return sum(lines) == net and net + tax == total


def test_the_main_story_is_exact_to_the_cent() -> None:
    file = next(file for file in FILES if file.endswith("kestrel-invoice.eml"))
    raw = next(raw for name, _, raw in attachments(file) if name == "KF-88213.pdf")
    assert [row[-1] for row in rows_of(raw)] == [
        Decimal(f) for f in ("504.00", "1025.00", "300.00", "48.00", "1877.00")
    ]
    order = next(order for order in company()["orders"] if order["number"] == "PO-40417")
    receipt = next(receipt for receipt in company()["receipts"] if receipt["number"] == "GR-9921")
    assert [(line["quantity"], line["price"]) for line in order["lines"]] == [
        ("1200", "0.42"),
        ("2500", "0.38"),
        ("5000", "0.06"),
    ]
    assert [line["quantity"] for line in receipt["lines"]] == ["1080", "2500", "5000"]
    should_pay = [
        Decimal(got["quantity"]) * Decimal(line["price"])
        for got, line in zip(receipt["lines"], order["lines"], strict=True)
    ]
    assert sum(should_pay) + 48 == Decimal("1751.60")
    text = words(file)
    assert "Also please send all future payments to our new account at Meridian Bank, ending 7714." in text
    assert "1,080 of the 1,200" in text


def test_the_same_message_comes_twice_with_the_same_bytes() -> None:
    (again,) = [entry for entry in index() if "same_as" in entry]
    assert (MAIL / again["file"]).read_bytes() == (MAIL / again["same_as"]).read_bytes()


@pytest.mark.parametrize("entry", index(), ids=FILES)
def test_every_order_and_receipt_a_message_names_is_in_our_books(entry: dict[str, Any]) -> None:
    ours = {row["number"] for section in ("orders", "receipts") for row in company()[section]}
    pictured = any(name in PICTURES for name, _, _ in attachments(entry["file"]))  # whose numbers are read, not spelled
    named = set(re.findall(r"\b(?:PO-4\d{4}|GR-9\d{3})\b", words(entry["file"]).upper()))
    assert named - ours == set(entry.get("missing", ()))
    for document in entry["expected"]["documents"] if not pictured else ():
        assert document["order"] in named | {""}
        assert document["number"] in words(entry["file"])


@pytest.mark.parametrize("entry", index(), ids=FILES)
def test_the_index_uses_the_words_of_the_house(entry: dict[str, Any]) -> None:
    expected = entry["expected"]
    assert entry["says"].endswith(".")
    assert {Intent(intent) for intent in expected["intents"]}.isdisjoint({Intent.OTHER}) or len(
        expected["intents"]
    ) == 1
    for code in expected["exceptions"]:
        assert Code(code)
    for document in expected["documents"]:
        assert DocumentKind(document["kind"])


@pytest.mark.parametrize("file", FILES)
def test_every_address_is_made_up(file: str) -> None:
    raw = (MAIL / file).read_text(encoding="latin-1")
    domains = re.findall(r"[\w.-]+@([\w-]+(?:\.[\w-]+)+)", words(file)) + re.findall(r"https?://([\w.-]+)", words(file))
    headers = re.findall(r"(?m)^(?:From|To|Message-ID):.*@([\w.-]+)", raw)
    assert headers
    outside = [domain for domain in (*domains, *headers) if not domain.rstrip(".").endswith(".example")]
    assert not [domain for domain in outside if domain not in ("www.w3.org",)]


def test_every_exception_of_the_story_occurs_but_those_that_no_message_raises() -> None:
    seen = {code for entry in index() for code in entry["expected"]["exceptions"]}
    by_goods_or_clock = {"short_receipt", "over_receipt", "damaged_receipt", "unconfirmed_order"}
    by_goods_or_clock |= {
        "inventory_shortage",
        "safety_stock_breach",
        "stock_variance",
        "book_stock_impossible",
        "lot_expiry",
        "inspection_failed",
        "integration_failed",
    }
    story = {code.value for code in Code} - by_goods_or_clock - {Code.INVOICE_MATCHED.value}
    assert seen == story


def test_the_messages_are_of_several_languages() -> None:
    tongues = {"de": " und | Sie | die ", "fr": " votre ", "es": " pedido ", "nl": " uw | onze "}
    counted = {
        tongue: sum(bool(re.search(pattern, words(file))) for file in FILES) for tongue, pattern in tongues.items()
    }
    assert counted["de"] >= 8
    assert min(counted.values()) >= 3


def test_no_list_of_the_company_repeats_a_number() -> None:
    for section, key in (("suppliers", "number"), ("items", "sku"), ("orders", "number"), ("receipts", "number")):
        numbers = [row[key] for row in company()[section]]
        assert len(numbers) == len(set(numbers)), section
