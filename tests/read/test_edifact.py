"""EDIFACT: the messages of trade, each value with the place where it stands."""

from datetime import date
from decimal import Decimal

import pytest

from agents.read import edifact
from core.claims import DocumentKind
from tests.read.edi import at_path, edi, one
from tests.read.papers import failed, part, said

ORDRSP = (
    "BGM+231+OC-771+4",
    "DTM+137:20261119:102",
    "RFF+ON:PO-40417",
    "DTM+171:20261102:102",
    "NAD+SU+4012345000009::9++Keller Fasteners GmbH",
    "RFF+VA:DE123456789",
    "NAD+BY+5412345000013::9++Norbeck Supply",
    "CUX+2:EUR:9",
    "LIN+1+6+M8X40:SA",
    "PIA+1+4711:IN",
    "IMD+F++:::Bolt M8x40",
    "QTY+21:1200:PCE",
    "QTY+113:1080:PCE",
    "QVR+-120:21+BP",
    "DTM+67:20261130:102",
    "PRI+AAA:41:CT::100:PCE",
    "LIN+2+7+NPC20:SA",
    "QTY+21:60:PCE",
    "UNS+S",
    "CNT+2:2",
)


def test_an_answer_to_an_order_keeps_what_was_asked_apart_from_what_is_promised():
    document = one(edi("ORDRSP", *ORDRSP))

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert said(document) == {
        "confirmation.number": "OC-771",
        "document.purpose": "change",
        "confirmation.status": "changed",
        "order.number": "PO-40417",
        "order.date": date(2026, 11, 2),
        "supplier.name": "Keller Fasteners GmbH",
        "supplier.id": "4012345000009",
        "supplier.tax_id": "DE123456789",
        "buyer.name": "Norbeck Supply",
        "buyer.id": "5412345000013",
        "confirmation.date": date(2026, 11, 19),
        "document.type_code": "231",
        "invoice.currency": "EUR",
    }
    assert said(document, 1) == {
        "line.order_line": "1",
        "line.status": "changed",
        "line.supplier_item": "M8X40",
        "line.buyer_item": "4711",
        "line.description": "Bolt M8x40",
        "line.difference": Decimal(-120),
        "line.discrepancy": "short, rest follows",
        "line.quantity": Decimal(1080),
        "line.ordered_quantity": Decimal(1200),
        "line.delivery_date": date(2026, 11, 30),
        "line.price": Decimal(41),
        "line.price_base": Decimal(100),
        "line.price_kind": "CT",
    }
    assert said(document, 2)["line.status"] == "rejected"
    assert said(document, 2)["line.ordered_quantity"] == Decimal(60)
    assert document.first("line.quantity", 1).unit == "pcs"
    assert failed(document) == []


def test_every_value_stands_where_its_path_says():
    raw = edi("ORDRSP", *ORDRSP)

    for claim in one(raw).claims:
        assert at_path(raw, claim) == claim.span.text


def test_a_line_that_is_delivered_in_parts_is_several_lines_of_one_order_line():
    document = one(
        edi(
            "ORDRSP",
            "BGM+231+OC-1+29",
            "RFF+ON:PO-1",
            "LIN+10+5+M8X40:SA",
            "QTY+21:1000:PCE",
            "SCC+1",
            "QTY+113:600:PCE",
            "DTM+67:20261130:102",
            "SCC+1",
            "QTY+113:400:PCE",
            "DTM+67:20261207:102",
            "UNS+S",
            "CNT+2:1",
        )
    )

    lines = [said(document, n) for n in document.line_numbers()]
    assert [line["line.order_line"] for line in lines] == ["10", "10"]
    assert [line["line.quantity"] for line in lines] == [Decimal(600), Decimal(400)]
    assert [line["line.delivery_date"] for line in lines] == [date(2026, 11, 30), date(2026, 12, 7)]
    assert failed(document) == []


def test_what_is_back_ordered_is_the_rest_of_its_line():
    document = one(
        edi(
            "ORDRSP",
            "BGM+231+OC-1+4",
            "RFF+ON:PO-1",
            "LIN+10+6+M8X40:SA",
            "QTY+21:1000:PCE",
            "SCC+1",
            "QTY+113:600:PCE",
            "DTM+67:20261130:102",
            "SCC+2",
            "QTY+83:400:PCE",
            "DTM+67:20261214:102",
            "UNS+S",
        )
    )

    assert said(document, 1) == {
        "line.order_line": "10",
        "line.status": "changed",
        "line.supplier_item": "M8X40",
        "line.quantity": Decimal(600),
        "line.ordered_quantity": Decimal(1000),
        "line.delivery_date": date(2026, 11, 30),
        "line.rest_quantity": Decimal(400),
        "line.rest_date": date(2026, 12, 14),
        "line.schedule_status": ["1", "2"],
    }


def test_a_requested_day_is_no_promise():
    document = one(edi("ORDRSP", "BGM+231+1+29", "RFF+ON:PO-1", "LIN+1+5", "QTY+21:5", "DTM+2:20261130:102", "UNS+S"))

    assert said(document, 1) == {
        "line.order_line": "1",
        "line.status": "accepted",
        "line.quantity": Decimal(5),
        "line.requested_date": date(2026, 11, 30),
    }


def test_an_order_is_an_order_and_its_cancellation_one():
    lines = (
        "DTM+137:20261102:102",
        "DTM+2:20261130:102",
        "NAD+BY+5412345000013::9",
        "LIN+1++4711:IN",
        "QTY+21:5:KGM",
        "UNS+S",
    )
    order = one(edi("ORDERS", "BGM+220+PO-1+9", *lines))
    cancelled = one(edi("ORDCHG", "BGM+230+CH-1+1", "RFF+ON:PO-1", *lines))

    assert order.kind is DocumentKind.ORDER
    assert said(order)["order.number"] == "PO-1"
    assert said(order)["delivery.requested_date"] == date(2026, 11, 30)
    assert order.first("line.quantity").unit == "kg"
    assert cancelled.kind is DocumentKind.ORDER_CANCELLATION
    assert said(cancelled)["order.number"] == "PO-1"
    assert said(cancelled)["order.change_number"] == "CH-1"


def test_a_change_says_what_shall_become_of_each_line():
    document = one(
        edi(
            "ORDCHG",
            "BGM+230+CH-2+4",
            "DTM+137:20261110:102",
            "RFF+ON:PO-1",
            "LIN+1+3+4711:IN",
            "QTY+21:800:PCE",
            "LIN+2+2+4712:IN",
            "LIN+3+1+4713:IN",
            "QTY+21:10:BX",
            "UNS+S",
        )
    )

    assert document.kind is DocumentKind.ORDER_CHANGE
    assert said(document)["order.change_date"] == date(2026, 11, 10)
    assert [said(document, n)["line.action"] for n in (1, 2, 3)] == ["changed", "cancelled", "added"]


@pytest.mark.parametrize("written", ["1.234", "1,234,5", "12-", "abc", "1 000 000 x", "--5"])
def test_what_is_no_number_of_the_standard_is_reported_and_not_guessed(written: str):
    document = one(edi("ORDERS", "BGM+220+PO-1+9", "LIN+1++4711:IN", f"QTY+21:{written}:PCE", "UNS+S"))

    expected = {"1.234": [Decimal("1.234")], "12-": [Decimal(-12)]}.get(written, [])
    assert [c.value for c in document.claims if c.field == "line.quantity"] == expected
    assert failed(document) == ([] if expected else ["notation"])


def test_an_item_that_is_offered_instead_is_the_line_s_item():
    document = one(
        edi(
            "ORDRSP",
            "BGM+231+1+4",
            "RFF+ON:PO-1",
            "LIN+1++OLD:SA",
            "PIA+3+NEW:SA",
            "QTY+21:5:PCE",
            "QTY+113:5:PCE",
            "UNS+S",
        )
    )

    assert said(document, 1)["line.status"] == "substituted"
    assert said(document, 1)["line.supplier_item"] == "NEW"


def test_an_invoice_that_repeats_its_own_number_corrects_nothing():
    document = one(edi("INVOIC", "BGM+380+KF-1+9", "RFF+IV:KF-1", "LIN+1++A:SA", "UNS+S"))

    assert "invoice.preceding" not in said(document)


def test_characters_that_nobody_sees_are_taken_out_and_named():
    raw = edi("ORDERS", "BGM+220+PO​-1+9", "NAD+BY+++Nor‮beck", "LIN+1++4711:IN", "UNS+S", charset="UNOW:4")
    after, (document,) = edifact.read(raw, part(raw))

    assert document.first("order.number").value == "PO-1"
    assert document.first("buyer.name").value == "Norbeck"
    assert any("U+202E" in sentence for sentence in after.hidden)
