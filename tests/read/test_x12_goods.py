"""X12 of goods and warehouses: ship notices of every hierarchy, receiving advices, warehouse orders and advices."""

from datetime import date
from decimal import Decimal

import pytest

from agents.read import x12
from core.claims import Document, DocumentKind
from tests.read.papers import failed, part, said
from tests.read.papers import x12 as interchange


def one(raw: bytes) -> Document:
    """The only document of an interchange."""
    (document,) = x12.read(raw, part(raw))[1]
    return document


HEAD = ("BSN*00*SHP-1*20261119*0900*0001", "HL*1**S", "TD1*CTN25*2****G*84.5*KG", "TD5*B*2*UPSN**UPS GROUND")
SHIP = (*HEAD, "TD3*TL**T-991******SEAL-7", "REF*BM*BL-9", "DTM*011*20261119", "DTM*017*20261123", "MAN*CP*1Z99")
ITEM = ("LIN*10*VP*M8X40*IN*4711*UP*012345678905*LT*L-44", "SN1**600*EA**1200*EA", "PID*F****Bolt M8x40")


def test_items_in_packs_in_tares_know_their_packages():
    document = one(
        interchange(
            "856",
            *SHIP,
            "HL*2*1*O",
            "PRF*PO-40417***20261102",
            "HL*3*2*T",
            "MAN*GM*00340123450000000016",
            "HL*4*3*P",
            "MAN*GM*00340123450000000023",
            "HL*5*4*I",
            *ITEM,
            "DTM*036*20281130",
            "HL*6*3*P",
            "MAN*GM*00340123450000000030",
            "HL*7*6*I",
            "LIN*10*VP*M8X40*LT*L-45",
            "SN1**480*EA",
            "CTT*7",
            group="SH",
        )
    )

    assert said(document) == {
        "despatch.number": "SHP-1",
        "document.purpose": "original",
        "despatch.date": date(2026, 11, 19),
        "delivery.date": date(2026, 11, 23),
        "freight.bill_of_lading": "BL-9",
        "tracking.number": "1Z99",
        "freight.packages": Decimal(2),
        "freight.weight": Decimal("84.5"),
        "freight.carrier": "UPS GROUND",
        "freight.vehicle": "T-991",
        "freight.seal": "SEAL-7",
        "order.number": "PO-40417",
        "order.date": date(2026, 11, 2),
        "despatch.issue_date": date(2026, 11, 19),
        "document.stated_time": "0900",
        "freight.package_type": "CTN25",
        "freight.routing_sequence": "B",
        "freight.carrier_id": "UPSN",
        "freight.vehicle_type": "TL",
    }
    assert said(document, 1) | {"line.package": ""} == {
        "line.supplier_item": "M8X40",
        "line.buyer_item": "4711",
        "line.gtin": "012345678905",
        "line.lot": "L-44",
        "line.order_line": "10",
        "line.description": "Bolt M8x40",
        "line.quantity": Decimal(600),
        "line.ordered_quantity": Decimal(1200),
        "line.expiry_date": date(2028, 11, 30),
        "line.package": "",
    }
    packages = [[c.value for c in document.claims if (c.field, c.line) == ("line.package", n)] for n in (1, 2)]
    assert packages == [
        ["00340123450000000023", "00340123450000000016"],
        ["00340123450000000030", "00340123450000000016"],
    ]
    assert said(document, 2)["line.lot"] == "L-45"
    assert failed(document) == []


def test_an_item_before_its_packs_lies_in_all_of_them():
    document = one(
        interchange(
            "856",
            *SHIP,
            "HL*2*1*O",
            "PRF*PO-1",
            "HL*3*2*I",
            *ITEM,
            "HL*4*3*P",
            "MAN*GM*1",
            "REF*LT*L-46",
            "HL*5*3*P",
            "MAN*GM*2",
            "CTT*5",
        )
    )

    assert [c.value for c in document.claims if c.field == "line.package"] == ["1", "2"]
    assert [c.value for c in document.claims if c.field == "line.lot"] == ["L-44", "L-46"]
    assert document.line_numbers() == (1,)
    assert failed(document) == []


@pytest.mark.parametrize(
    ("levels", "wrong"),
    [
        (("HL*1**S", "HL*2*9*I", *ITEM), ["levels"]),
        (("HL*1**S", "HL*2*2*I", *ITEM), []),
        (("HL*1*2*S", "HL*2*1*I", *ITEM), []),
        (("HL*1**S", "HL*1*1*I", *ITEM), ["levels"]),
    ],
    ids=["no parent", "its own parent", "a circle", "one number twice"],
)
def test_levels_that_hang_nowhere_end_and_say_so(levels: tuple[str, ...], wrong: list[str]):
    document = one(interchange("856", "BSN*00*SHP-1*20261119*0900", *levels))

    assert said(document, 1)["line.quantity"] == Decimal(600)
    assert failed(document) == wrong


def test_a_receiving_advice_says_what_came_and_in_which_condition():
    document = one(
        interchange(
            "861",
            "BRA*WE-991*20261124*00*1",
            "REF*PK*DN-778",
            "PRF*PO-40417***20261102",
            "DTM*050*20261123",
            "N1*ST*Norbeck Dock 2*92*D2",
            "RCD*1*1080*EA***40*EA*01*120*EA*02",
            "SN1**1080*EA**1200*EA",
            "LIN*10*VP*M8X40*IN*4711",
            "REF*LT*L-44",
            "RCD*2*60*EA*10*EA*5*EA*05",
            "LIN*20*VP*NPC20",
            "CTT*2",
            group="RC",
        )
    )

    assert document.kind is DocumentKind.RECEIVING_ADVICE
    assert said(document) == {
        "receipt.number": "WE-991",
        "document.purpose": "original",
        "receipt.date": date(2026, 11, 23),
        "order.number": "PO-40417",
        "order.date": date(2026, 11, 2),
        "despatch.number": "DN-778",
        "delivery.name": "Norbeck Dock 2",
        "delivery.id": "D2",
        "buyer.name": "Norbeck Dock 2",
        "receipt.issue_date": date(2026, 11, 24),
        "receipt.type_code": "1",
    }
    first = said(document, 1)
    assert first["line.quantity"] == Decimal(1080)
    assert first["line.damaged_quantity"] == Decimal(40)
    assert first["line.missing_quantity"] == Decimal(120)
    assert first["line.shipped_quantity"] == Decimal(1080)
    assert first["line.ordered_quantity"] == Decimal(1200)
    assert (first["line.order_line"], first["line.lot"]) == ("10", "L-44")
    assert [c.value for c in document.claims if c.field == "line.discrepancy"] == ["damaged", "short", "wrong item"]
    assert said(document, 2)["line.return_quantity"] == Decimal(10)
    assert said(document, 2)["line.wrong_quantity"] == Decimal(5)
    assert failed(document) == []


def test_a_warehouse_is_told_what_to_ship():
    document = one(
        interchange(
            "940",
            "W05*N*SO-881*PO-77",
            "N1*WH*Reno Warehouse*92*RNO",
            "N1*ST*Larch Builders*92*C-12",
            "G62*10*20261125",
            "G62*02*20261127",
            "NTE*WHI*Call before delivery",
            "W66*PP*M***UPS GROUND*****UPSN",
            "LX*1",
            "W01*24*EA**VN*HM-15**********UP*012345678905",
            "G69*Drive motor 1.5 kW",
            "N9*LT*L-9",
            "LX*2",
            "W01*3*CA**IN*4712",
            "W76*27*310.5*LB",
            group="OW",
        )
    )

    assert document.kind is DocumentKind.SHIPPING_ORDER
    assert said(document) == {
        "freight.shipment": "SO-881",
        "order.number": "PO-77",
        "document.purpose": "original",
        "delivery.name": "Larch Builders",
        "delivery.id": "C-12",
        "buyer.name": "Larch Builders",
        "warehouse.name": "Reno Warehouse",
        "warehouse.id": "RNO",
        "freight.pickup_date": date(2026, 11, 25),
        "delivery.requested_date": date(2026, 11, 27),
        "invoice.note": "Call before delivery",
        "freight.carrier": "UPSN",
        "document.note_code": "WHI",
        "freight.payment_code": "PP",
        "freight.mode": "M",
        "freight.routing": "UPS GROUND",
        "order.quantity_total": Decimal("27"),
        "freight.weight": Decimal("310.5"),
    }
    assert said(document, 1) == {
        "line.supplier_item": "HM-15",
        "line.gtin": "012345678905",
        "line.description": "Drive motor 1.5 kW",
        "line.lot": "L-9",
        "line.order_line": "1",
        "line.quantity": Decimal(24),
    }
    assert document.first("line.quantity", 2).unit == "case"


def test_a_warehouse_tells_what_it_shipped_and_what_was_missing():
    document = one(
        interchange(
            "945",
            "W06*F*SO-881*20261126*BL-77**PO-77",
            "N1*WH*Reno Warehouse*92*RNO",
            "N9*BM*BOL-3",
            "G62*17*20261128",
            "W27*M*UPSN*UPS GROUND***T*R-991",
            "LX*1",
            "MAN*GM*00340123450000000016",
            "W12*CP*24*20*4*EA**VN*HM-15*L-9*310*G*K",
            "G69*Drive motor 1.5 kW",
            "LX*2",
            "W12*CC*3*3*0*CA**IN*4712",
            "W03*23*310*KG***2*PLT",
            group="SW",
        )
    )

    assert document.kind is DocumentKind.SHIPPING_ADVICE
    whole = said(document)
    assert (whole["despatch.number"], whole["despatch.date"]) == ("BL-77", date(2026, 11, 26))
    assert (whole["freight.shipment"], whole["order.number"]) == ("SO-881", "PO-77")
    assert (whole["freight.bill_of_lading"], whole["freight.carrier"]) == ("BOL-3", "UPS GROUND")
    assert (whole["delivery.date"], whole["freight.packages"]) == (date(2026, 11, 28), Decimal(2))
    assert said(document, 1) == {
        "line.supplier_item": "HM-15",
        "line.description": "Drive motor 1.5 kW",
        "line.order_line": "1",
        "line.package": "00340123450000000016",
        "line.ordered_quantity": Decimal(24),
        "line.quantity": Decimal(20),
        "line.difference": Decimal(4),
        "line.discrepancy": "short",
        "line.lot": "L-9",
        "line.weight": Decimal(310),
        "line.weight_kind": "G",
    }
    assert "line.discrepancy" not in said(document, 2)
    assert said(document, 2)["line.quantity"] == Decimal(3)


def test_a_load_its_bill_and_its_way_are_freight():
    load = one(
        interchange(
            "204", "B2**UPSN**LOAD-5**PP", "B2A*00", "S5*1*CL", "L11*PO-1*PO", "G62*37*20261125", "AT8*G*K*840*12",
            "N1*SF*Keller Fasteners", "S5*2*CU", "G62*02*20261127", "N1*ST*Norbeck Supply", group="SM",
        )
    )  # fmt: skip
    bill = one(
        interchange(
            "210", "B3**FR-991*LOAD-5*PP**20261128*65940**20261127*035*UPSN*20261125", "N9*BM*BOL-3", "LX*1",
            "L5*1*Bolts", "L0*1***840*G***12*PLT", "L1*1***65940", "L3*840*G", group="IM",
        )
    )  # fmt: skip
    way = one(
        interchange(
            "214", "B10*PRO-8*LOAD-5*UPSN", "LX*1", "AT7*AF*NS***20261125*0800", "MS1*HAGEN*NW", "AT7*D1*NS***20261127*1230",
            "MS1*RENO*NV", group="QM",
        )
    )  # fmt: skip

    assert {document.kind for document in (load, bill, way)} == {DocumentKind.FREIGHT}
    assert {document.first("freight.shipment").value for document in (load, bill, way)} == {"LOAD-5"}
    assert said(load, 1)["order.number"] == "PO-1"
    assert (said(load, 1)["freight.pickup_date"], said(load, 2)["delivery.date"]) == (
        date(2026, 11, 25),
        date(2026, 11, 27),
    )
    assert (said(bill)["invoice.number"], said(bill)["invoice.total"]) == ("FR-991", Decimal("659.40"))
    assert said(bill)["delivery.date"] == date(2026, 11, 27)
    assert [said(way, n)["freight.status"] for n in (1, 2)] == ["picked up", "delivered"]
    assert said(way, 2)["freight.place"] == "RENO"
