"""The real documents of others, each through a reader process: every file ends with claims or with a reason.

Skipped, and saying so, where the folder of samples is not beside the project. What is compared is compared with values
taken from the XML by plain XPath here, not with what a reader of ours found.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

from agents.read.sandbox import ReaderPool
from core.claims import Document, DocumentKind, PartState, Reading
from tests.read.papers import failed

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
TOTALS = "//*[local-name()='GrandTotalAmount' or local-name()='TaxInclusiveAmount']"
NUMBERS = "/*/*[local-name()='ExchangedDocument' or local-name()='HeaderExchangedDocument']/*[local-name()='ID']"
LINES = "//*[local-name()='BilledQuantity' or local-name()='InvoicedQuantity' or local-name()='CreditedQuantity']"
UNKNOWN_TO_FORMAT = {
    "MustangGnuaccountingBeispielRE-20140519_499.pdf",
    "MustangGnuaccountingBeispielRE-20140522_501.pdf",
}
"""Two files of a draft before ZUGFeRD 1, which no standard describes: their text is read instead."""


def files(folder: str, *endings: str) -> list[Path]:
    """The files of one folder of samples, or a skip that says why."""
    root = SAMPLES / folder
    if not root.is_dir():
        pytest.skip(f"{folder}: the samples of others are not beside the project")
    return sorted(path for path in root.rglob("*") if path.suffix.lower() in endings)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader process for all samples."""
    with ReaderPool(1) as pool:
        yield pool


def read(pool: ReaderPool, path: Path) -> Reading:
    """Read one sample; it must end with documents or with a reason for everything that was not read."""
    reading = pool.read(path.read_bytes(), path.name)
    reasons = [part.why for part in reading.parts if part.state is not PartState.READ]
    assert all(reasons), path.name
    assert reading.documents or reasons or any(part.text for part in reading.parts), path.name
    return reading


def data_of(path: Path) -> bytes | None:
    """The XML of a file: itself, or what it carries."""
    if path.suffix.lower() != ".pdf":
        return path.read_bytes()
    document = pypdfium2.PdfDocument(path)
    for number in range(document.count_attachments()):
        attachment = document.get_attachment(number)
        if attachment.get_name().lower() in NAMES:
            return bytes(attachment.get_data())
    return None


def bills(reading: Reading) -> list[Document]:
    """The invoices and credit notes in a reading."""
    return list(reading.of_kind(DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE))


def test_hybrid_invoices_say_what_their_data_say(pool: ReaderPool):
    paths = [path for path in files("facturx_awv", ".pdf", ".xml") if "fail" not in path.parts]
    compared = 0
    for path in paths:
        if path.name in UNKNOWN_TO_FORMAT:
            continue
        (document,) = bills(read(pool, path))
        root = etree.fromstring(data_of(path))
        total = document.first("invoice.total")
        written = root.xpath(TOTALS)
        assert (total.value if total else None) == (Decimal(written[0].text) if written else None), path.name
        named = root.xpath(NUMBERS) or root.xpath("/*/*[local-name()='ID']")
        assert document.first("invoice.number").value == " ".join(named[0].text.split()), path.name
        quantities = [c.value for c in document.claims if c.field == "line.quantity"]
        assert quantities == [Decimal(element.text) for element in root.xpath(LINES)], path.name
        compared += 1
    assert compared >= 140


def test_broken_hybrid_invoices_are_refused(pool: ReaderPool):
    for path in (path for path in files("facturx_awv", ".pdf") if "fail" in path.parts):
        reading = read(pool, path)
        assert reading.documents == (), path.name
        assert reading.parts[0].state is PartState.REFUSED, path.name


def test_a_file_whose_lines_do_not_make_their_amount_says_so(pool: ReaderPool):
    (path,) = (path for path in files("facturx_awv", ".xml") if "fail" in path.parts)

    (document,) = bills(read(pool, path))
    assert failed(document) == ["line_amount"]


def test_a_picture_that_says_otherwise_than_its_data_is_found_and_both_are_told(pool: ReaderPool):
    disagreeing: dict[str, str] = {}
    for path in (path for path in files("facturx_awv", ".pdf") if "fail" not in path.parts):
        for document in bills(pool.read(path.read_bytes(), path.name)):
            for check in document.failed():
                if check.name == "pdf_agrees":
                    disagreeing[path.name] = check.says
    assert disagreeing == {
        "MustangGnuaccountingBeispielRE-20150613_503.pdf": "The data say 571.04, the picture shows 406,82",
        "MustangGnuaccountingBeispielRE-20201121_508_withBOM.pdf": "The data say number RE-20201121/508, "
        "the picture shows RE-20190610/507",
        "ZUGFeRD_1p0_COMFORT_Kraftfahrversicherung_Bruttopreise.pdf": "The data say number 00.123.456.7-2014-1, "
        "the picture shows 00.123.456.7",
    }


@pytest.mark.parametrize("folder", ["peppol", "peppol_preaward_order", "en16931_cen"])
def test_structured_documents_of_the_standards_read(folder: str, pool: ReaderPool):
    read_ones = 0
    for path in files(folder, ".xml"):
        reading = read(pool, path)
        root = path.read_bytes()
        invoice = (
            b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" in root[:3000] and b"testSet" not in root[:500]
        )
        if invoice and "unit" not in str(path):
            assert bills(reading), path.name
        read_ones += bool(reading.documents)
    assert read_ones >= {"peppol": 12, "peppol_preaward_order": 40, "en16931_cen": 30}[folder]


@pytest.mark.parametrize("folder", ["edi_net", "edi_staedi"])
def test_x12_of_others_ends_with_claims_or_a_reason(folder: str, pool: ReaderPool):
    kinds: list[str] = []
    for path in files(folder, ".edi", ".txt"):
        reading = read(pool, path)
        kinds += [document.kind for document in reading.documents if document.reader == "x12/1"]
        for document in reading.documents:
            assert document.claims, path.name
    assert kinds.count(DocumentKind.INVOICE) >= {"edi_net": 4, "edi_staedi": 4}[folder]


@pytest.mark.parametrize("folder", ["email_cpython", "email_mikel", "email_talon"])
def test_mails_of_others_open(folder: str, pool: ReaderPool):
    for path in files(folder, ".eml"):
        reading = pool.read(path.read_bytes(), path.name)
        assert reading.parts, path.name
        assert all(part.state is PartState.READ or part.why for part in reading.parts), path.name


def test_replies_of_many_mail_programs_leave_only_the_reply(pool: ReaderPool):
    for path in files("email_talon/tests/fixtures/standard_replies", ".eml"):
        reading = pool.read(path.read_bytes(), path.name)
        (body,) = (part for part in reading.parts if part.path == "body")
        expected = path.with_name(f"{path.stem}_reply_text")
        words = expected.read_text().split("\n")[0].strip() if expected.exists() else "Hello"
        assert body.text.split("\n")[0].strip() == words, path.name
        if path.stem != "android":  # its attribution is Russian, which nobody here reads
            assert body.text.strip() == words, path.name
