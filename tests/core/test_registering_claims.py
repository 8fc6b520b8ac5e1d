"""From a reading's claims to commands: claims enter only as what they are, and nothing is kept twice."""

from decimal import Decimal

import pytest

from core.claims import Check, DocumentKind, Intent
from core.intake.register import left_out
from core.payables.commands import RegisterInvoice
from tests.core.said import KESTREL, KESTREL_LINKS, document, kept, link, reading, said


def test_an_invoice_is_registered_as_billed() -> None:
    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *KESTREL)), *KESTREL_LINKS)

    assert isinstance(invoice, RegisterInvoice)
    assert (invoice.kind, invoice.supplier, invoice.order, invoice.currency) == (
        "invoice",
        "KESTREL",
        "PO-40417",
        "USD",
    )
    assert (invoice.their_number, invoice.total, invoice.message) == ("KF-88213", Decimal("1877.00"), "sha")
    bolts, freight = invoice.lines
    assert (bolts.kind, bolts.order_line, bolts.quantity, bolts.price) == ("goods", 1, Decimal(1200), Decimal("0.42"))
    assert (freight.kind, freight.order_line, freight.amount) == ("charge", None, Decimal("48.00"))


def test_an_invoice_line_with_an_item_number_is_no_charge_whatever_it_is_called() -> None:
    claims = (
        said("invoice.number", "F-1"),
        said("line.supplier_item", "FR-200", 1),
        said("line.description", "Freight elevator rope", 1),
        said("line.amount", Decimal(90), 1),
    )

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *claims)))

    assert invoice.lines[0].kind == "goods"


def test_charges_and_discounts_beside_the_lines_become_charge_lines() -> None:
    claims = (
        said("invoice.number", "F-2"),
        said("invoice.charge", Decimal("12.50"), 1),
        said("invoice.charge_reason", "Fuel", 1),
        said("invoice.allowance", Decimal("5.00"), 1),
    )

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *claims)))

    assert [(line.kind, line.description, line.amount) for line in invoice.lines] == [
        ("charge", "Fuel", Decimal("12.50")),
        ("charge", "Discount", Decimal("-5.00")),
    ]


def test_a_price_for_a_hundred_is_a_price_for_one() -> None:
    claims = (
        said("invoice.number", "F-3"),
        said("line.quantity", Decimal(1200), 1),
        said("line.price", Decimal("42.00"), 1),
        said("line.price_base", Decimal(100), 1),
    )

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *claims)))

    assert invoice.lines[0].price == Decimal("0.42")


def test_the_same_invoice_as_xml_and_as_pdf_is_one_invoice_and_a_different_total_is_a_contradiction() -> None:
    pdf = document(
        DocumentKind.INVOICE,
        said("invoice.number", "KF 88213"),
        said("invoice.total", Decimal("1900.00")),
        part="1:a.pdf",
    )
    xml = document(
        DocumentKind.INVOICE,
        said("invoice.number", "KF-88213", path="/Invoice/ID"),
        said("invoice.total", Decimal("1877.00"), path="/Invoice/Total"),
        part="2:a.xml",
    )

    (invoice,) = kept(reading(pdf, xml))

    assert (invoice.their_number, invoice.total) == ("KF-88213", Decimal("1877.00"))
    assert invoice.contradictions == ("2:a.xml says 1877.00, 1:a.pdf says 1900.00",)
    assert invoice.checks_failed == ()


def test_failed_checks_of_the_reader_travel_with_the_invoice() -> None:
    checks = (Check(name="sum", holds=False, says="the lines miss 2.00"), Check(name="tax", holds=True, says="fine"))

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, said("invoice.number", "F-4"), checks=checks)))

    assert invoice.checks_failed == ("the lines miss 2.00",)


def test_failed_rules_travel_by_whom_they_concern_and_warnings_stay_behind() -> None:
    checks = (
        Check(name="BR-08", holds=False, says="no address"),
        Check(name="BR-S-08", holds=False, says="a category is off"),
        Check(name="BR-CO-17", holds=False, says="its tax is off"),
        Check(name="BR-CO-10", holds=False, says="the lines are off"),
        Check(name="pdf_agrees", holds=False, says="the picture says otherwise"),
        Check(name="UBL-CR-001", holds=False, says="an element too many", warning=True),
    )

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, said("invoice.number", "F-4"), checks=checks)))

    assert invoice.checks_failed == ("no address", "the lines are off")
    assert invoice.tax_checks_failed == ("a category is off", "its tax is off")
    assert invoice.contradictions == ("the picture says otherwise",)


def test_an_invoice_that_names_the_one_it_corrects_is_a_correction_and_a_credit_note_is_one() -> None:
    corrected = document(DocumentKind.INVOICE, said("invoice.number", "F-6"), said("invoice.preceding", "F-5"))
    credit = document(DocumentKind.CREDIT_NOTE, said("invoice.number", "CN-1"), said("invoice.preceding", "F-5"))

    first, second = kept(reading(corrected, credit))

    assert (first.kind, first.corrects) == ("correction", "F-5")
    assert (second.kind, second.corrects) == ("credit_note", "F-5")


def test_a_correction_under_the_same_number_corrects_that_number() -> None:
    read = reading(document(DocumentKind.INVOICE, said("invoice.number", "F-5")), intents=(Intent.INVOICE_CORRECTION,))

    (invoice,) = kept(read)

    assert (invoice.kind, invoice.corrects) == ("correction", "F-5")


def test_an_invoice_without_a_number_is_not_kept_and_is_named() -> None:
    read = reading(document(DocumentKind.INVOICE, said("invoice.total", Decimal(5)), part="1:scan.pdf"))

    assert kept(read) == []
    assert left_out(read) == ("1:scan.pdf: an invoice without a number",)


@pytest.mark.parametrize("kind", [DocumentKind.DESPATCH_ADVICE, DocumentKind.STATEMENT, DocumentKind.OTHER])
def test_what_confirms_and_bills_nothing_becomes_no_command(kind: DocumentKind) -> None:
    read = reading(document(kind, said("line.quantity", Decimal(5), 1)))

    assert kept(read, link(0, "order", "PO-40417")) == []


def test_what_the_supplier_calls_its_bank_is_compared_and_never_a_payee() -> None:
    claims = (said("invoice.number", "F-7"), said("supplier.iban", "DE02 1203 0000 0000 2020 51"))

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *claims)))

    assert invoice.pays_to == "DE02 1203 0000 0000 2020 51"


def test_a_text_of_any_length_and_shape_is_kept_on_one_short_line() -> None:
    claims = (said("invoice.number", "F-8\n" + "9" * 5000), said("line.description", "a\tb\n" + "c" * 5000, 1))

    (invoice,) = kept(reading(document(DocumentKind.INVOICE, *claims)))

    assert invoice.their_number.startswith("F-8 99")
    assert max(len(invoice.their_number), len(invoice.lines[0].description)) == 200
