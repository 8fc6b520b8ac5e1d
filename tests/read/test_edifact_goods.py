"""EDIFACT despatch and receiving advices, freight and reports, written from the standard."""

from datetime import date
from decimal import Decimal

import pytest

from core.claims import DocumentKind
from tests.read.edi import at_path, edi, one
from tests.read.papers import failed, said

DESADV = (
    "BGM+351+DN-778+9",
    "DTM+137:202611191200:203",
    "DTM+11:20261119:102",
    "DTM+17:20261123:102",
    "RFF+ON:PO-40417",
    "NAD+SU+4012345000009::9++Keller Fasteners GmbH",
    "NAD+BY+5412345000013::9++Norbeck Supply",
    "NAD+DP+5412345000020::9++Norbeck Dock 2",
    "TDT+20++30+31+DSV:172::DSV Road",
    "SEL+S-4711",
    "CPS+1",
    "PAC+2++201",
    "CPS+2+1",
    "PAC+1++201",
    "PCI+33E",
    "GIN+BJ+340123450000000016",
    "LIN+1++4012345111116:EN",
    "PIA+1+M8X40:SA+4711:IN+L-2026-44:NB",
    "IMD+F++:::Bolt M8x40",
    "QTY+12:1080:PCE",
    "QTY+21:1200:PCE",
    "QVR+-120:21+BP",
    "DTM+361:20281130:102",
    "RFF+ON:PO-40417:10",
    "CPS+3+1",
    "PCI+33E",
    "GIN+BJ+340123450000000023",
    "LIN+2++NPC20:SA",
    "QTY+12:60.5:KGM",
    "RFF+ON:PO-40418:20",
    "CNT+2:2",
)


def test_a_despatch_advice_ties_items_to_orders_and_packages():
    raw = edi("DESADV", *DESADV)
    document = one(raw)

    assert document.kind is DocumentKind.DESPATCH_ADVICE
    assert said(document) == {
        "despatch.number": "DN-778",
        "document.purpose": "original",
        "despatch.date": date(2026, 11, 19),
        "delivery.date": date(2026, 11, 23),
        "order.number": "PO-40417",
        "supplier.name": "Keller Fasteners GmbH",
        "supplier.id": "4012345000009",
        "buyer.name": "Norbeck Supply",
        "buyer.id": "5412345000013",
        "delivery.name": "Norbeck Dock 2",
        "delivery.id": "5412345000020",
        "freight.carrier": "DSV Road",
        "freight.seal": "S-4711",
        "freight.packages": Decimal(2),
        "despatch.issue_date": date(2026, 11, 19),
        "document.type_code": "351",
        "freight.stage": "20",
        "freight.mode": "30",
        "freight.means": "31",
        "freight.carrier_id": "DSV",
        "freight.package_type": ["201", "201"],
        "freight.inner_packages": Decimal("1"),
        "freight.marking": ["33E", "33E"],
    }
    assert said(document, 1) == {
        "line.order_line": "10",
        "order.number": "PO-40417",
        "line.supplier_item": "M8X40",
        "line.buyer_item": "4711",
        "line.gtin": "4012345111116",
        "line.lot": "L-2026-44",
        "line.description": "Bolt M8x40",
        "line.quantity": Decimal(1080),
        "line.ordered_quantity": Decimal(1200),
        "line.difference": Decimal(-120),
        "line.discrepancy": "short, rest follows",
        "line.expiry_date": date(2028, 11, 30),
        "line.package": "340123450000000016",
        "line.number": "1",
    }
    assert said(document, 2)["order.number"] == "PO-40418"
    assert said(document, 2)["line.package"] == "340123450000000023"
    assert document.first("line.quantity", 2).unit == "kg"
    assert failed(document) == []
    for claim in document.claims:
        assert at_path(raw, claim) == claim.span.text


def test_packages_that_stand_in_each_other_in_a_circle_end():
    document = one(edi("DESADV", "BGM+351+1+9", "CPS+1+2", "CPS+2+1", "GIN+BJ+3401", "LIN+1++A:SA", "QTY+12:1"))

    assert said(document, 1)["line.quantity"] == Decimal(1)


def test_a_receiving_advice_says_what_came_and_what_of_it_is_refused():
    document = one(
        edi(
            "RECADV",
            "BGM+632+WE-991+9",
            "DTM+137:20261124:102",
            "DTM+50:20261123:102",
            "RFF+ON:PO-40417",
            "RFF+DQ:DN-778",
            "NAD+BY+5412345000013::9",
            "NAD+SU+4012345000009::9",
            "CPS+1",
            "LIN+1++M8X40:SA",
            "QTY+48:1080:PCE",
            "QTY+12:1200:PCE",
            "QTY+194:1040:PCE",
            "QVR+40:195++DME::9",
            "LIN+2++NPC20:SA",
            "QTY+48:60:PCE",
            "QTY+124:6:PCE",
            "QVR+-6:124+AF",
            "CNT+2:2",
        )
    )

    assert document.kind is DocumentKind.RECEIVING_ADVICE
    whole = said(document)
    assert (whole["receipt.number"], whole["receipt.date"]) == ("WE-991", date(2026, 11, 23))
    assert (whole["order.number"], whole["despatch.number"]) == ("PO-40417", "DN-778")
    assert said(document, 1) == {
        "line.supplier_item": "M8X40",
        "line.quantity": Decimal(1080),
        "line.accepted_quantity": Decimal(1040),
        "line.shipped_quantity": Decimal(1200),
        "line.rejected_quantity": Decimal(40),
        "line.difference": Decimal(40),
        "line.discrepancy": "damaged",
        "line.number": "1",
    }
    assert said(document, 2)["line.damaged_quantity"] == Decimal(6)
    assert failed(document) == []


def test_an_instruction_to_a_carrier_says_what_goes_how():
    document = one(
        edi(
            "IFTMIN",
            "BGM+610+SH-55+9",
            "DTM+234:20261119:102",
            "DTM+17:20261123:102",
            "CNT+11:12:PK",
            "CNT+7:840.5:KGM",
            "RFF+BM:BL-9",
            "TDT+20++30++DSV:172::DSV Road",
            "NAD+CZ+4012345000009::9",
            "NAD+CN+5412345000013::9++Norbeck Supply",
            "GID+1+12:PX",
            "FTX+AAA+++Bolts on pallets",
            "MEA+WT+AAB+KGM:840.5",
        )
    )

    assert document.kind is DocumentKind.FREIGHT
    assert said(document) == {
        "freight.shipment": "SH-55",
        "document.purpose": "original",
        "freight.pickup_date": date(2026, 11, 19),
        "delivery.date": date(2026, 11, 23),
        "freight.bill_of_lading": "BL-9",
        "delivery.name": "Norbeck Supply",
        "delivery.id": "5412345000013",
        "freight.carrier": "DSV Road",
        "freight.packages": Decimal(12),
        "freight.weight": Decimal("840.5"),
        "document.type_code": "610",
        "freight.stage": "20",
        "freight.mode": "30",
        "freight.carrier_id": "DSV",
        "ship_from.id": "4012345000009",
    }
    assert said(document, 1) == {
        "line.packages": Decimal(12),
        "line.description": "Bolts on pallets",
        "line.weight": Decimal("840.5"),
        "line.number": "1",
        "line.package_type": "PX",
        "line.note_subject": "AAA",
        "line.measure_of": "WT",
    }


def test_a_consolidation_lists_its_consignments():
    document = one(
        edi("IFCSUM", "BGM+785+C-1+9", "CNI+1+S-1", "CNT+11:3:PK", "RFF+ON:PO-1", "CNI+2+S-2", "CNT+7:20:KGM")
    )

    assert [said(document, n).get("freight.shipment") for n in (1, 2)] == ["S-1", "S-2"]
    assert said(document, 1)["order.number"] == "PO-1"


CONTRL = {
    "accepted": ("UCI+77+A:14+B:14+7",),
    "received": ("UCI+77+A:14+B:14+8",),
    "rejected": ("UCI+77+A:14+B:14+4+29",),
}


@pytest.mark.parametrize("status", CONTRL)
def test_a_syntax_report_says_how_our_interchange_was_taken(status: str):
    document = one(edi("CONTRL", *CONTRL[status], directory="D:3:UN"))

    assert document.kind is DocumentKind.ACKNOWLEDGEMENT
    assert said(document)["acknowledged.status"] == status
    assert said(document)["acknowledged.interchange"] == "77"


def test_a_syntax_report_names_the_message_and_its_error():
    document = one(
        edi("CONTRL", "UCI+77+A:14+B:14+7", "UCM+1+ORDERS:D:96A:UN+4+18", "UCS+7+35", "UCD+12+1", directory="D:3:UN")
    )

    assert [(c.field, c.value) for c in document.claims if c.line == 1] == [
        ("acknowledged.document", "1"),
        ("acknowledged.kind", "ORDERS"),
        ("acknowledged.status", "rejected"),
        ("acknowledged.error", "unspecified error"),
        ("acknowledged.error", "too many repetitions"),
        ("acknowledged.error", "invalid value"),
        ("acknowledged.release", "D"),
        ("acknowledged.release", "96A"),
        ("acknowledged.agency", "UN"),
        ("acknowledged.position", Decimal("7")),
        ("acknowledged.element", "1"),
    ]


def test_an_answer_of_an_application_says_why():
    document = one(
        edi("APERAK", "BGM+313+A-1+27", "RFF+ACE:PO-1", "ERC+42", "FTX+AAO+++Item 4711 is not ours", "RFF+LI:1")
    )

    assert said(document)["acknowledged.status"] == "rejected"
    assert said(document)["acknowledged.document"] == "PO-1"
    assert said(document, 1)["acknowledged.error"] == "Item 4711 is not ours"
