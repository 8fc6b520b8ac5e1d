"""From a reading's claims to the supplier's word on an order: what is confirmed, what is only said, and who is told."""

from datetime import date
from decimal import Decimal

import pytest

from core.claims import Check, DocumentKind, Intent
from core.intake.machine_mail import refusals_in
from core.intake.register import left_out
from core.payables.commands import RegisterInvoice
from core.purchasing.commands import RecordConfirmation
from tests.core.said import ENVELOPE, KESTREL, PART_ONE, document, kept, link, reading, said


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

    (told,) = refusals_in(reading(refused, taken))
    assert told.says == "body: their system refused 850 0001: segment PO1 has elements in error"
    assert left_out(reading(refused, taken)) == (), "a case of its own tells it, once"


def test_values_of_a_confirmation_that_cannot_be_read_are_told_to_somebody():
    notation = Check(name="notation", holds=False, says="DTM gives “20261345”, which is no day")
    answer = document(DocumentKind.ORDER_CONFIRMATION, *PART_ONE, checks=(notation,))

    assert left_out(reading(answer)) == (
        "body: an order confirmation with values that cannot be read: DTM gives “20261345”, which is no day",
    )
