"""What EDI messages say beside what their readers look for is claimed too; what is acted on stays what the reader picked."""

import time
from datetime import date
from decimal import Decimal

import pytest

from agents.read import edifact, limits, x12
from core.claims import Document, PartState
from tests.read.edi import edi
from tests.read.edi import one as of_edifact
from tests.read.papers import part, said
from tests.read.papers import x12 as interchange
from tests.read.test_x12 import one as of_x12

SECONDS = 8
"""Of the processor, for a file of a hundred kilobytes that is made to be slow."""


def told(document: Document, *names: str, line: int | None = None) -> dict[str, object]:
    """What a document says under some names."""
    values = said(document, line)
    return {name: values.get(name) for name in names}


def test_a_bill_of_x12_tells_whom_else_it_names_with_address_person_and_numbers():
    bill = of_x12(
        interchange(
            "810", "BIG*20261119*KF-88213*20261102*PO-40417", "N1*SU*Keller*92*K-7",
            "N1*BT*Norbeck AP*UL*4012345000009",
            "N2*Building 4", "N3*1 Dock Road*Hall B", "N3*Gate 2", "N4*Reno*NV*89501*US", "REF*DP*77",
            "PER*AP*Ada Kell*TE*775 555 0100*EM*ada@norbeck.example", "N1*RI*Keller Factoring*1*123456789",
            "N1*ZZ*Somebody*ZZ*X", "IT1*1*2*EA*5**VN*A", "TDS*1000", "CTT*1",
        )
    )  # fmt: skip

    assert {c.field: (c.value, c.unit) for c in bill.claims if c.field.endswith(".id")} == {
        "supplier.id": ("K-7", "buyer's"),
        "buyer.id": ("4012345000009", "0088"),
        "payee.id": ("123456789", "0060"),
        "party.id": ("X", "agreed"),
    }
    assert told(
        bill, "buyer.street", "buyer.street_2", "buyer.street_3", "buyer.city", "buyer.email", "buyer.name_2"
    ) == {
        "buyer.street": "1 Dock Road",
        "buyer.street_2": "Hall B",
        "buyer.street_3": "Gate 2",
        "buyer.city": "Reno",
        "buyer.email": "ada@norbeck.example",
        "buyer.name_2": "Building 4",
    }
    assert told(bill, "payee.name", "party.name", "party.role", "buyer.number", "buyer.number_kind") == {
        "payee.name": "Keller Factoring",
        "party.name": "Somebody",
        "party.role": "ZZ",
        "buyer.number": "77",
        "buyer.number_kind": "department",
    }


def test_charges_terms_packing_and_references_of_x12_have_names():
    order = of_x12(
        interchange(
            "850", "BEG*00*SA*PO-40417*R-2*20261102", "CUR*BY*EUR", "REF*DP*77*Tools", "FOB*PP*OR*Reno*01*FCA",
            "SAC*C*D240***2500**********Freight", "ITD*01*3*2**10**30", "DTM*037*20261120",
            "DTM*150****RD8*20261101-20261130",
            "TD5*O*2*UPSN*M*UPS GROUND", "MEA*WT*G*12.5*KG", "N1*BY*Norbeck",
            "PO1*10*1200*EA*41*HP*VP*M8X40*CL*Red", "SAC*A*C310***500**********Discount", "MEA*PD*LN*40*MM",
            "PO4*12*6*EA*CTN",
            "QTY*38*1100*EA", "SLN*1**I*2*EA*3*PE**VP*NUT", "PID*F****Nut M8", "CTT*1",
        )
    )  # fmt: skip

    assert told(order, "document.reference", "document.reference_kind", "document.reference_name", "order.release") == {
        "document.reference": "77",
        "document.reference_kind": "department",
        "document.reference_name": "Tools",
        "order.release": "R-2",
    }
    assert told(
        order, "delivery.terms_code", "delivery.terms_place", "delivery.payment_code", "freight.carrier_id"
    ) == {
        "delivery.terms_code": "FCA",
        "delivery.terms_place": "Reno",
        "delivery.payment_code": "PP",
        "freight.carrier_id": "UPSN",
    }
    assert told(order, "invoice.early_payment_percent", "invoice.early_payment_days", "invoice.net_days") == {
        "invoice.early_payment_percent": Decimal(2),
        "invoice.early_payment_days": Decimal(10),
        "invoice.net_days": Decimal(30),
    }
    days = (
        "document.stated_date",
        "document.stated_date_kind",
        "document.stated_period",
        "document.stated_period_kind",
    )
    assert told(order, *days) == {
        "document.stated_date": date(2026, 11, 20),
        "document.stated_date_kind": "ship not before",
        "document.stated_period": "20261101-20261130",
        "document.stated_period_kind": "service period start",
    }
    names = (
        "order.charge",
        "order.charge_reason",
        "line.allowance",
        "line.allowance_reason",
        "line.measure",
        "line.packages",
    )
    assert told(order, *names, "line.item_number", "line.item_number_kind", "subline.supplier_item", line=1) == {
        "order.charge": Decimal("25.00"),
        "order.charge_reason": "Freight",
        "line.allowance": Decimal("5.00"),
        "line.allowance_reason": "Discount",
        "line.measure": Decimal(40),
        "line.packages": Decimal(12),
        "line.item_number": "Red",
        "line.item_number_kind": "CL",
        "subline.supplier_item": "NUT",
    }
    assert [(c.value, c.unit) for c in order.claims if c.field == "line.stated_quantity"] == [(Decimal(1100), "pcs")]


def test_an_edifact_bill_tells_parties_charges_and_measures_that_its_reader_passes_by():
    bill = of_edifact(
        edi(
            "INVOIC", "BGM+380+RE-1+9", "DTM+137:20261119:102", "DTM+263:202611:610", "RFF+ADE:4400",
            "NAD+SU+4012345000009::9++Keller",
            "NAD+BY+N-1::92++Norbeck+Weg 1+Wien++1010+AT", "NAD+II+5412345000013::9++Keller Billing+Ring 2+Bonn",
            "CTA+IC+:Ada Kell", "COM+ada@keller.example:EM", "CUX+2:EUR:4", "ALC+C++6++FC", "PCD+3:10",
            "MOA+8:5.00", "MOA+25:50.00",
            "LIN+1++M8X40:SA", "IMD+F+35+:::Red", "QTY+47:3:PCE", "QTY+52:12:PCE", "MEA+PD+LN+MMT:40", "LOC+27+DE",
            "PRI+AAA:1.5",
            "ALC+A+D-1+++DI", "PCD+1:5", "MOA+204:0.20", "UNS+S", "MOA+77:5.00", "MOA+128:4.50",
        )
    )  # fmt: skip

    assert told(bill, "invoicer.name", "invoicer.street", "invoicer.city", "invoicer.contact", "invoicer.email") == {
        "invoicer.name": "Keller Billing",
        "invoicer.street": "Ring 2",
        "invoicer.city": "Bonn",
        "invoicer.contact": "Ada Kell",
        "invoicer.email": "ada@keller.example",
    }
    assert told(bill, "document.reference", "document.reference_kind", "document.stated_period") == {
        "document.reference": "4400",
        "document.reference_kind": "account",
        "document.stated_period": "202611",
    }
    names = (
        "invoice.charge",
        "invoice.charge_percent",
        "invoice.charge_base",
        "line.allowance_percent",
        "line.allowance_number",
    )
    assert told(bill, *names, "line.measure", "line.measure_kind", "line.place_id", "line.place_id_kind", line=1) == {
        "invoice.charge": Decimal("5.00"),
        "invoice.charge_percent": Decimal(10),
        "invoice.charge_base": Decimal("50.00"),
        "line.allowance_percent": Decimal(5),
        "line.allowance_number": "D-1",
        "line.measure": Decimal(40),
        "line.measure_kind": "length",
        "line.place_id": "DE",
        "line.place_id_kind": "origin",
    }
    assert told(bill, "document.stated_amount", "document.stated_amount_kind") == {
        "document.stated_amount": Decimal("4.50"),
        "document.stated_amount_kind": "total",
    }


def test_what_is_acted_on_is_said_once_and_stays_what_the_reader_picked():
    order = of_x12(
        interchange(
            "855", "BAK*00*AC*PO-40417*20261102", "N1*SU*Keller", "PO1*1*100*EA*2**VP*OLD*UP*012345678905",
            "ACK*IS*100*EA****VP*NEW", "CTT*1",
        )
    )  # fmt: skip
    answer = of_edifact(
        edi("ORDRSP", "BGM+231+A+4", "RFF+ON:PO-1", "LIN+1+5+NEW:SA", "PIA+4+OLD:SA", "QTY+113:5", "UNS+S")
    )

    assert told(order, "line.supplier_item", "line.item_number", "line.item_number_kind", line=1) == {
        "line.supplier_item": "NEW",
        "line.item_number": "OLD",
        "line.item_number_kind": "VP",
    }
    assert told(answer, "line.supplier_item", "replaced.supplier_item", line=1) == {
        "line.supplier_item": "NEW",
        "replaced.supplier_item": "OLD",
    }


def test_a_lesser_value_that_is_none_is_said_and_stops_nothing():
    order = of_x12(interchange("850", "BEG*00*SA*PO-1**20261102", "MEA*WT*G*heavy*KG", "PO1*1*5*EA*2**VP*A", "CTT*1"))

    (doubt,) = [check for check in order.checks if not check.holds]
    assert (doubt.name, doubt.warning) == ("value_is_read", True)
    assert "“heavy”" in doubt.says
    assert order.failed() == ()


def test_no_value_is_claimed_twice_under_one_name():
    for document in (
        of_x12(interchange("856", "BSN*00*1*20261119*0900", "HL*1**S", "TD1*CTN*2****G*5*LB", "HL*2*1*I",
            "LIN**VN*A", "SN1**1*EA")),
        of_edifact(edi("DESADV", "BGM+351+1+9", "CPS+1", "PAC+2++CT", "LIN+1++A:SA", "QTY+12:1:PCE", "GIN+BN+7+8:9")),
    ):  # fmt: skip
        places = [(claim.field, claim.line, claim.span.path) for claim in document.claims]
        assert len(places) == len(set(places))


MANY = 8_000
SLOW = {
    "references": (x12, interchange("850", "BEG*00*SA*1**20261102", *[f"REF*OI*{n}" for n in range(MANY)])),
    "parties": (x12, interchange("850", "BEG*00*SA*1**20261102", *[f"N1*BY*A*92*{n}" for n in range(MANY)])),
    "line ends in an element": (x12, interchange("850", "BEG*00*SA*1**20261102", "MSG*a" + "\n" * 90_000 + "b")),
    "packages over items": (
        x12,
        interchange(
            "856", "BSN*00*1*20261119*0900", "HL*1**S", "HL*2*1*P", *[f"MAN*GM*{n}" for n in range(5_000)],
            *[line for n in range(3, 1_500) for line in (f"HL*{n}*2*I", "LIN**VN*A", "SN1**1*EA")],
        ),
    ),
    "blanks in a text": (edifact, edi("ORDERS", "BGM+220+1+9", "FTX+AAI+++a" + " " * 90_000 + "\nb")),
    "references of EDIFACT": (edifact, edi("ORDERS", "BGM+220+1+9", *[f"RFF+ON:{n}" for n in range(MANY)])),
    "packages over lines": (
        edifact,
        edi("DESADV", "BGM+351+1+9", "CPS+1", *[f"GIN+BJ+{n}" for n in range(5_000)],
            *[line for n in range(1_500) for line in (f"LIN+{n}++A:SA", "QTY+12:1")]),
    ),
    "lines whose sums are wrong": (
        edifact,
        edi("INVOIC", "BGM+380+1+9", *[line for n in range(2_000) for line in (
            f"LIN+{n}++A:SA", "QTY+47:3", "MOA+203:5", "PRI+AAA:9", "ALC+A", "MOA+8:1")], "UNS+S", "MOA+77:5"),
    ),
}  # fmt: skip
"""Files in which something stands thousands of times that a reader must not look through once for each of them."""


@pytest.mark.parametrize("name", SLOW)
def test_a_file_made_to_be_slow_ends_soon(name: str):
    reader, raw = SLOW[name]
    start = time.process_time()
    after, documents = reader.read(raw, part(raw))

    assert time.process_time() - start < SECONDS
    assert after.state is PartState.READ or "it says more than" in after.why
    assert sum(len(document.claims) for document in documents) <= limits.CLAIMS_MAX


@pytest.mark.parametrize("written", ["²", "٣", "1e3", ""])
def test_a_count_in_no_plain_digits_is_a_count_that_is_wrong(written: str):
    raw = interchange("850", "BEG*00*SA*PO-1**20261102", "PO1*1*5*EA*2**VP*A", "CTT*1").decode()
    _, (document,) = x12.read(raw.replace("SE*5*", f"SE*{written}*").encode(), part(raw.encode()))

    assert [check.name for check in document.failed()] == ["envelope"]
