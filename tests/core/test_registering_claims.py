"""From a reading's claims to commands: claims enter only as what they are, and nothing is kept twice."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.claims import Check, Claim, Document, DocumentKind, Intent, IntentClaim, Reading, Span
from core.intake.register import commands_of, left_out
from core.payables.commands import RegisterInvoice
from core.purchasing.commands import RecordConfirmation

Value = str | Decimal | date
UNITS = {"PO-40417": {1: "pcs", 2: "pcs", 3: "pcs"}}


def said(field: str, value: Value, line: int | None = None, unit: str | None = None, path: str | None = None) -> Claim:
    return Claim(
        field=field,
        value=value,
        span=Span(part="body", text=str(value), path=path),
        reader="test",
        line=line,
        unit=unit,
    )


def document(kind: DocumentKind, *claims: Claim, part: str = "body", checks: tuple[Check, ...] = ()) -> Document:
    return Document(kind=kind, part=part, claims=claims, reader="test", checks=checks)


ENVELOPE = Check(name="envelope", holds=False, says="message 1 says it has 9 segments, it has 11")
PART_ONE = (
    said("order.number", "PO-40417"),
    said("line.quantity", Decimal(600), 1, "pcs", "QTY[1]/01:2"),
    said("line.delivery_date", date(2026, 11, 30), 1, path="DTM[1]/01:2"),
    said("line.quantity", Decimal(400), 2, "pcs", "QTY[2]/01:2"),
    said("line.delivery_date", date(2026, 12, 7), 2, path="DTM[2]/01:2"),
)


def reading(*documents: Document, intents: tuple[Intent, ...] = ()) -> Reading:
    return Reading(
        message="sha",
        reader="test",
        parts=(),
        documents=documents,
        intents=tuple(IntentClaim(intent=intent, reader="test") for intent in intents),
        sender="orders@kestrel-fasteners.example",
    )


def link(document: int, what: str, ref: str, line: int | None = None) -> dict[str, Any]:
    return {"document": document, "what": what, "ref": ref, "line": line, "score": "1.00", "how": "by number"}


def kept(read: Reading, *links: dict[str, Any], units: Mapping[str, Mapping[int, str]] = UNITS) -> list[Any]:
    return list(commands_of(read, links, entity="HP", units_of=units))


KESTREL = (
    said("invoice.number", "KF-88213"),
    said("invoice.date", date(2026, 11, 19)),
    said("invoice.total", Decimal("1877.00"), unit="USD"),
    said("order.number", "PO-40417"),
    said("line.supplier_item", "KF-M8X40", 1),
    said("line.description", "M8×40 hex bolt, zinc", 1),
    said("line.quantity", Decimal(1200), 1, unit="pcs"),
    said("line.price", Decimal("0.42"), 1),
    said("line.amount", Decimal("504.00"), 1),
    said("line.description", "Freight", 2),
    said("line.quantity", Decimal(1), 2),
    said("line.price", Decimal("48.00"), 2),
    said("line.amount", Decimal("48.00"), 2),
)
KESTREL_LINKS = (
    link(0, "supplier", "KESTREL"),
    link(0, "order", "PO-40417"),
    link(0, "order_line", "PO-40417#1", 1),
)


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


def test_a_confirmation_becomes_the_suppliers_word_for_every_line_it_names() -> None:
    claims = (
        said("confirmation.number", "AB-1"),
        said("line.quantity", Decimal(1080), 1),
        said("line.delivery_date", date(2026, 11, 20), 1),
        said("line.rest_date", date(2026, 11, 30), 1),
        said("line.price", Decimal("0.41"), 2),
        said("line.status", "rejected", 3),
    )
    links = (link(0, "order", "PO-40417"), *(link(0, "order_line", f"PO-40417#{n}", n) for n in (1, 2, 3)))

    (confirmation,) = kept(reading(document(DocumentKind.ORDER_CONFIRMATION, *claims)), *links)

    assert isinstance(confirmation, RecordConfirmation)
    assert (confirmation.order, confirmation.confirmation) == ("PO-40417", "AB-1")
    bolts, nuts, washers = confirmation.lines
    assert (bolts.quantity, bolts.promised, bolts.rest_promised) == (
        Decimal(1080),
        date(2026, 11, 20),
        date(2026, 11, 30),
    )
    assert (nuts.quantity, nuts.price) == (None, Decimal("0.41"))
    assert washers.quantity == Decimal(0)


def test_a_date_for_the_order_is_one_for_each_line() -> None:
    claims = (said("delivery.date", date(2026, 11, 26)),)
    read = reading(document(DocumentKind.MAIL, *claims), intents=(Intent.SUPPLIER_DELAY,))

    (confirmation,) = kept(read, link(0, "order", "PO-40417"))

    assert [(line.line, line.promised) for line in confirmation.lines] == [(n, date(2026, 11, 26)) for n in (1, 2, 3)]


def test_a_letter_about_a_delay_confirms_no_quantity_and_no_price() -> None:
    claims = (
        said("line.quantity", Decimal(1080), 1),
        said("line.price", Decimal("0.50"), 1),
        said("line.delivery_date", date(2026, 11, 26), 1),
    )
    read = reading(document(DocumentKind.MAIL, *claims), intents=(Intent.SUPPLIER_DELAY,))

    (confirmation,) = kept(read, link(0, "order", "PO-40417"), link(0, "order_line", "PO-40417#1", 1))

    (line,) = confirmation.lines
    assert (line.quantity, line.price, line.promised) == (None, None, date(2026, 11, 26))


def test_a_letter_beside_the_orders_invoice_confirms_nothing() -> None:
    mail = document(
        DocumentKind.MAIL,
        said("line.quantity", Decimal(1080), 1),
        said("line.rest_date", date(2026, 11, 30), 1),
        said("line.price", Decimal("0.41"), 2),
    )
    links = (
        link(0, "order", "PO-40417"),
        link(0, "order_line", "PO-40417#1", 1),
        link(1, "supplier", "KESTREL"),
        link(1, "order", "PO-40417"),
    )
    intents = (Intent.INVOICE_ENCLOSED, Intent.PARTIAL_SHIPMENT, Intent.PRICE_CHANGE)

    found = kept(reading(mail, document(DocumentKind.INVOICE, *KESTREL), intents=intents), *links)

    assert [type(one) for one in found] == [RegisterInvoice]


def test_boxes_are_not_taken_for_pieces_in_a_confirmation() -> None:
    claims = (said("line.quantity", Decimal(100), 1, unit="box"), said("line.delivery_date", date(2026, 11, 26), 1))
    links = (link(0, "order", "PO-40417"), link(0, "order_line", "PO-40417#1", 1))

    (confirmation,) = kept(reading(document(DocumentKind.ORDER_CONFIRMATION, *claims)), *links)

    assert (confirmation.lines[0].quantity, confirmation.lines[0].promised) == (None, date(2026, 11, 26))


def test_one_mail_about_two_orders_confirms_both() -> None:
    claims = (
        said("order.number", "PO-1", 1),
        said("order.number", "PO-2", 2),
        said("line.quantity", Decimal(5), 1),
        said("line.quantity", Decimal(7), 2),
    )
    links = (
        link(0, "order", "PO-1", 1),
        link(0, "order", "PO-2", 2),
        link(0, "order_line", "PO-1#1", 1),
        link(0, "order_line", "PO-2#4", 2),
    )
    read = reading(document(DocumentKind.MAIL, *claims), intents=(Intent.ORDER_CONFIRMATION,))

    first, second = kept(read, *links, units={"PO-1": {1: "pcs"}, "PO-2": {4: "pcs"}})

    assert [(c.order, [(x.line, x.quantity) for x in c.lines]) for c in (first, second)] == [
        ("PO-1", [(1, Decimal(5))]),
        ("PO-2", [(4, Decimal(7))]),
    ]


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


def test_a_message_in_a_broken_envelope_is_named_and_not_kept():
    bill = document(DocumentKind.INVOICE, *KESTREL, checks=(ENVELOPE,))
    answer = document(DocumentKind.ORDER_CONFIRMATION, *PART_ONE, checks=(ENVELOPE,))

    read = reading(bill, answer)
    assert kept(read, link(0, "order", "PO-40417"), link(1, "order", "PO-40417")) == []
    assert left_out(read) == (
        "body: an invoice in a broken envelope: message 1 says it has 9 segments, it has 11",
        "body: an order confirmation in a broken envelope: message 1 says it has 9 segments, it has 11",
    )


def test_two_deliveries_of_an_order_line_are_one_promise_for_all_of_it():
    read = reading(document(DocumentKind.ORDER_CONFIRMATION, *PART_ONE))
    links = (
        link(0, "order", "PO-40417"),
        link(0, "order_line", "PO-40417#1", 1),
        link(0, "order_line", "PO-40417#1", 2),
    )

    (command,) = kept(read, *links)
    (line,) = command.lines
    assert (line.line, line.quantity, line.promised) == (1, Decimal(1000), date(2026, 12, 7))


@pytest.mark.parametrize(
    ("difference", "called", "confirmed"),
    [
        (Decimal(-120), "", Decimal(1080)),
        (Decimal(120), "short, rest follows", Decimal(1080)),
        (Decimal(-120), "short", Decimal(1080)),
        (Decimal(120), "over", Decimal(1320)),
        (Decimal(120), "", None),
        (Decimal(-1300), "short", None),
    ],
)
def test_what_is_confirmed_follows_from_what_was_ordered_and_the_difference(
    difference: Decimal, called: str, confirmed: Decimal | None
):
    claims = [
        said("order.number", "PO-40417"),
        said("line.ordered_quantity", Decimal(1200), 1, "pcs", "QTY[1]/01:2"),
        said("line.difference", difference, 1, path="QVR[1]/01:1"),
        said("line.delivery_date", date(2026, 12, 7), 1, path="DTM[2]/01:2"),
    ]
    if called:
        claims.append(said("line.discrepancy", called, 1, path="QVR[1]/02:1"))
    read = reading(document(DocumentKind.ORDER_CONFIRMATION, *claims))

    (command,) = kept(read, link(0, "order", "PO-40417"), link(0, "order_line", "PO-40417#1", 1))
    assert command.lines[0].quantity == confirmed


def test_a_system_that_refuses_what_we_sent_is_told_to_somebody():
    refused = document(
        DocumentKind.ACKNOWLEDGEMENT,
        said("acknowledged.group", "12"),
        said("acknowledged.status", "rejected"),
        said("acknowledged.kind", "850", 1),
        said("acknowledged.document", "0001", 1),
        said("acknowledged.status", "rejected", 1),
        said("acknowledged.error", "segment PO1 has elements in error", 1),
    )
    taken = document(DocumentKind.ACKNOWLEDGEMENT, said("acknowledged.status", "accepted"))

    assert left_out(reading(refused, taken)) == (
        "body: their system refused 850 0001: segment PO1 has elements in error",
    )


def test_values_of_a_confirmation_that_cannot_be_read_are_told_to_somebody():
    notation = Check(name="notation", holds=False, says="DTM gives “20261345”, which is no day")
    answer = document(DocumentKind.ORDER_CONFIRMATION, *PART_ONE, checks=(notation,))

    assert left_out(reading(answer)) == (
        "body: an order confirmation with values that cannot be read: DTM gives “20261345”, which is no day",
    )
