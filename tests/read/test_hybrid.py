"""One PDF with a picture for people and data for machines: which data count, and what happens where the two differ."""

import io

import pypdfium2
import pytest

from agents.read.document import read_message
from core.claims import DocumentKind, PartState
from tests.read.papers import cii, failed, found, hybrid, pdf, ubl

LINES = ("Keller Fasteners", "Invoice KF-88213", "Invoice date 19.11.2026", "Total EUR 639.03")


def carrying(*files: tuple[str, bytes], lines: tuple[str, ...] = LINES) -> bytes:
    """A PDF with several files inside."""
    document = pypdfium2.PdfDocument(pdf(*lines))
    for name, raw in files:
        document.new_attachment(name).set_data(raw)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["invoice.XML", "data.xml", "Rechnung 88213.xml", "ferd.dat", "XRECHNUNG.XML"])
def test_data_under_any_name_are_the_invoice(name: str):
    reading = read_message(hybrid(cii(), *LINES, name=name), "a.pdf")

    (document,) = reading.documents
    assert document.reader == "cii/2"
    assert failed(document) == []


def test_a_name_of_the_standard_over_something_else_does_not_hide_the_invoice():
    reading = read_message(carrying(("factur-x.xml", b"<nothing/>"), ("data.xml", cii())), "a.pdf")

    (document,) = reading.documents
    assert document.part == "1:a.pdf/data.xml"
    assert found(reading, "1:a.pdf/factur-x.xml").state is PartState.SET_ASIDE


def test_two_sets_of_data_that_differ_are_told_and_one_of_them_is_the_invoice():
    other = cii().replace(b">639.03<", b">939.03<")
    reading = read_message(carrying(("factur-x.xml", cii()), ("zweite.xml", other)), "a.pdf")

    (document,) = reading.documents
    assert failed(document) == ["data_agree"]
    (check,) = document.failed()
    assert check.says == "The PDF carries data twice: one says 639.03, zweite.xml says 939.03"


def test_the_same_data_twice_are_no_conflict():
    reading = read_message(carrying(("factur-x.xml", cii()), ("copy.xml", cii())), "a.pdf")

    assert failed(reading.documents[0]) == []


def test_an_order_beside_the_invoice_is_listed_and_not_taken_for_one():
    order = ubl("Order", "<cbc:ID>PO-40417</cbc:ID>")
    reading = read_message(carrying(("order.xml", order), ("factur-x.xml", cii())), "a.pdf")

    (document,) = reading.documents
    assert document.kind is DocumentKind.INVOICE
    assert found(reading, "1:a.pdf/order.xml").state is PartState.SET_ASIDE


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("Invoice KF-88213", "Total EUR 406.82"), "The data say 639.03, the picture shows 406.82"),
        (("Invoice number: KF-99999", "Total EUR 639.03"), "The data say number KF-88213, the picture shows KF-99999"),
        (("Nothing of the kind",), "The data say 639.03, and the picture does not show that amount"),
    ],
)
def test_what_the_picture_says_otherwise_is_told_with_both(lines: tuple[str, ...], says: str):
    reading = read_message(hybrid(cii(), *lines), "a.pdf")

    (document,) = reading.documents
    assert says in [check.says for check in document.failed()]
    assert set(failed(document)) == {"pdf_agrees"}


def test_another_account_in_the_picture_is_told():
    lines = (*LINES, "IBAN: DE89 3704 0044 0532 0130 00")
    reading = read_message(hybrid(cii(), *lines), "a.pdf")

    (check,) = reading.documents[0].failed()
    assert check.says.startswith("The data say account DE02120300000000202051, the picture shows DE89")
