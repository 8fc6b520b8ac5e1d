"""EDIFACT invoices, credit notes, remittances and price lists, written from the standard."""

from datetime import date
from decimal import Decimal

import pytest

from core.claims import DocumentKind
from tests.read.edi import at_path, edi, one
from tests.read.papers import failed, said

INVOIC = (
    "BGM+380+KF-88213+9",
    "DTM+137:20261119:102",
    "DTM+35:20261118:102",
    "PAI+::42",
    "FTX+AAI+++Goods remain ours until they are paid.",
    "RFF+ON:PO-40417",
    "DTM+171:20261102:102",
    "RFF+DQ:DN-778",
    "RFF+VN:OC-771",
    "RFF+CT:RV-12",
    "NAD+SU+4012345000009::9++Keller Fasteners GmbH+Weg 1+Hagen++58089+DE",
    "FII+RB+DE02120300000000202051:Keller",
    "RFF+VA:DE123456789",
    "NAD+BY+5412345000013::9++Norbeck Supply",
    "RFF+VA:BE0123456789",
    "TAX+7+VAT+++:::19+S",
    "CUX+2:EUR:4",
    "PAT+1++5:3:D:30",
    "DTM+13:20261219:102",
    "ALC+C++++FC:::Freight to dock",
    "MOA+8:45.00",
    "LIN+1++4012345111116:EN",
    "PIA+1+M8X40:SA",
    "IMD+F++:::Bolt M8x40, zinc plated, in boxes o:f 100",
    "QTY+47:1200:PCE",
    "MOA+203:492.00",
    "PRI+AAA:41.00:CT::100:PCE",
    "RFF+ON:PO-40417:10",
    "TAX+7+VAT+++:::19+S",
    "UNS+S",
    "CNT+2:1",
    "MOA+79:492.00",
    "MOA+125:537.00",
    "MOA+124:102.03",
    "MOA+77:639.03",
    "TAX+7+VAT+++:::19+S",
    "MOA+125:537.00",
    "MOA+124:102.03",
)


def test_an_invoice_says_what_it_bills():
    raw = edi("INVOIC", *INVOIC, directory="D:01B:UN:EAN011")
    document = one(raw)

    assert document.kind is DocumentKind.INVOICE
    assert {name: value for name, value in said(document).items() if not name.startswith(("buyer.", "supplier."))} == {
        "invoice.number": "KF-88213",
        "document.purpose": "original",
        "invoice.date": date(2026, 11, 19),
        "delivery.date": date(2026, 11, 18),
        "payment.method": "transfer",
        "invoice.note": "Goods remain ours until they are paid.",
        "order.number": "PO-40417",
        "order.date": date(2026, 11, 2),
        "despatch.number": "DN-778",
        "confirmation.number": "OC-771",
        "contract.number": "RV-12",
        "invoice.currency": "EUR",
        "invoice.terms": "Net 30",
        "invoice.due_date": date(2026, 12, 19),
        "invoice.lines_total": Decimal(492),
        "invoice.net_total": Decimal(537),
        "invoice.tax_total": Decimal("102.03"),
        "invoice.tax_rate": Decimal(19),
        "invoice.total": Decimal("639.03"),
        "document.type_code": "380",
        "invoice.note_subject": "AAI",
        "payment.account_name": "Keller",
        "invoice.tax_function": ["7", "7"],
        "invoice.tax_kind": ["VAT", "VAT"],
        "invoice.stated_tax_rate": Decimal("19"),
        "invoice.tax_category": ["S", "S"],
        "invoice.terms_kind": "1",
        "invoice.terms_from": "5",
        "invoice.terms_relation": "3",
        "invoice.tax_base": Decimal("537.00"),
        "invoice.tax_amount": Decimal("102.03"),
    }
    assert said(document)["supplier.iban"] == "DE02120300000000202051"
    assert said(document)["supplier.tax_id"] == "DE123456789"
    assert said(document)["buyer.tax_id"] == "BE0123456789"
    assert said(document, 1) == {
        "line.order_line": "10",
        "order.number": "PO-40417",
        "line.supplier_item": "M8X40",
        "line.gtin": "4012345111116",
        "line.description": "Bolt M8x40, zinc plated, in boxes of 100",
        "line.quantity": Decimal(1200),
        "line.amount": Decimal(492),
        "line.price": Decimal(41),
        "line.price_base": Decimal(100),
        "line.tax_rate": Decimal(19),
        "invoice.charge": Decimal(45),
        "invoice.charge_reason": "Freight to dock",
        "invoice.charge_reason_code": "FC",
        "line.number": "1",
        "line.price_kind": "CT",
        "line.tax_function": "7",
        "line.tax_kind": "VAT",
        "line.tax_category": "S",
    }
    assert document.first("invoice.total").unit == "EUR"
    assert failed(document) == []
    for claim in document.claims:
        assert at_path(raw, claim).replace(" ", "") == claim.span.text.replace(" ", "")


@pytest.mark.parametrize("code", ["381", "83", "308", "420", "458", "396"])
def test_a_credit_note_is_one_by_the_code_of_its_beginning(code: str):
    document = one(edi("INVOIC", f"BGM+{code}+CN-1+9", "RFF+IV:KF-88213", "LIN+1++M8X40:SA", "QTY+47:120:PCE", "UNS+S"))

    assert document.kind is DocumentKind.CREDIT_NOTE
    assert said(document)["invoice.preceding"] == "KF-88213"


def test_sums_that_do_not_add_up_fail_their_checks():
    changed = [segment.replace("639.03", "640.03") for segment in INVOIC]
    assert failed(one(edi("INVOIC", *changed))) == ["net_and_tax_make_total"]
    changed = [segment.replace("MOA+203:492.00", "MOA+203:482.00") for segment in INVOIC]
    assert {"line_amount", "lines_make_net"} <= set(failed(one(edi("INVOIC", *changed))))
    changed = [segment.replace("CNT+2:1", "CNT+2:4") for segment in INVOIC]
    assert failed(one(edi("INVOIC", *changed))) == ["lines_counted"]


def test_two_tax_rates_have_no_total_that_nobody_wrote():
    document = one(
        edi(
            "INVOIC",
            "BGM+380+1+9",
            "LIN+1++A:SA",
            "MOA+203:100",
            "LIN+2++B:SA",
            "MOA+203:50",
            "UNS+S",
            "MOA+77:172.50",
            "TAX+7+VAT+++:::19+S",
            "MOA+124:19",
            "TAX+7+VAT+++:::7+S",
            "MOA+124:3.50",
        )
    )

    assert "invoice.tax_total" not in said(document)
    assert [c.value for c in document.claims if c.field == "invoice.tax_rate"] == [Decimal(19), Decimal(7)]


def test_a_discount_that_the_net_price_has_in_it_is_not_taken_off_twice():
    document = one(
        edi(
            "INVOIC",
            "BGM+380+1+9",
            "LIN+1++A:SA",
            "QTY+47:10:PCE",
            "MOA+203:90",
            "PRI+AAA:9",
            "PRI+AAB:10",
            "ALC+A++++DI",
            "MOA+204:10",
            "UNS+S",
            "MOA+79:90",
        )
    )

    assert said(document, 1)["line.gross_price"] == Decimal(10)
    assert said(document, 1)["line.allowance"] == Decimal(10)
    assert failed(document) == []


def test_what_is_due_stands_apart_where_something_was_paid_before():
    document = one(edi("INVOIC", "BGM+380+1+9", "LIN+1++A:SA", "UNS+S", "MOA+77:100", "MOA+113:40", "MOA+9:60"))

    assert (said(document)["invoice.total"], said(document)["invoice.payable"]) == (Decimal(100), Decimal(60))
    assert said(document)["invoice.prepaid"] == Decimal(40)


def test_terms_with_a_discount_keep_percent_and_days():
    terms = ("PAT+22++5:3:D:10", "DTM+12:20261129:102", "PCD+12:2", "PAT+1++5:3:D:30", "DTM+13:20261219:102")
    document = one(edi("INVOIC", "BGM+380+1+9", *terms, "LIN+1++A:SA", "UNS+S"))

    assert said(document)["invoice.early_payment_percent"] == Decimal(2)
    assert said(document)["invoice.early_payment_days"] == Decimal(10)
    assert said(document)["invoice.terms"] == "Net 30"
    assert said(document)["invoice.due_date"] == date(2026, 12, 19)


def test_where_a_party_sits_and_whom_to_ask_there():
    document = one(
        edi(
            "INVOIC",
            "BGM+380+1+9",
            "NAD+SU+4012345000009::9++Keller GmbH+Weg 1:Hof 2+Hagen+NW+58089+DE",
            "CTA+IC+:Ada Kell",
            "COM+?+49 2331 55:TE",
            "COM+ada@keller.example:EM",
            "LIN+1++A:SA",
            "UNS+S",
        )
    )

    assert said(document) | {"document.purpose": ""} == {
        "invoice.number": "1",
        "document.purpose": "",
        "supplier.name": "Keller GmbH",
        "supplier.id": "4012345000009",
        "supplier.street": "Weg 1",
        "supplier.street_2": "Hof 2",
        "supplier.city": "Hagen",
        "supplier.region": "NW",
        "supplier.post_code": "58089",
        "supplier.country": "DE",
        "supplier.contact": "Ada Kell",
        "supplier.phone": "+49 2331 55",
        "supplier.email": "ada@keller.example",
        "document.type_code": "380",
        "supplier.contact_type": "IC",
    }


def test_a_duplicate_and_a_copy_name_themselves():
    for code, word in (("7", "duplicate"), ("31", "copy"), ("5", "replacement"), ("1", "cancellation")):
        document = one(edi("INVOIC", f"BGM+380+KF-1+{code}", "LIN+1++A:SA", "UNS+S"))
        assert said(document)["document.purpose"] == word


def test_a_remittance_says_what_is_paid_and_what_was_held_back():
    document = one(
        edi(
            "REMADV",
            "BGM+481+ZA-55+9",
            "DTM+137:20261120:102",
            "DTM+138:20261121:102",
            "PAI+::42",
            "NAD+PR+5412345000013::9++Norbeck Supply",
            "NAD+SU+4012345000009::9++Keller Fasteners GmbH",
            "CUX+2:EUR:11",
            "DOC+380+KF-88213",
            "MOA+9:639.03",
            "MOA+12:626.25",
            "MOA+52:12.78",
            "DTM+171:20261119:102",
            "DOC+381+CN-1",
            "MOA+12:-20.00",
            "UNS+S",
            "MOA+12:606.25",
        )
    )

    assert document.kind is DocumentKind.REMITTANCE
    whole = said(document)
    assert (whole["payment.reference"], whole["payment.date"]) == ("ZA-55", date(2026, 11, 21))
    assert (whole["payment.amount"], whole["payment.method"]) == (Decimal("606.25"), "transfer")
    assert said(document, 1) == {
        "invoice.number": "KF-88213",
        "invoice.date": date(2026, 11, 19),
        "payment.amount": Decimal("626.25"),
        "invoice.total": Decimal("639.03"),
        "payment.deduction": Decimal("12.78"),
        "line.document_type": "380",
    }
    assert said(document, 2)["payment.amount"] == Decimal(-20)


def test_a_price_list_says_what_goods_cost_from_when():
    document = one(
        edi(
            "PRICAT",
            "BGM+9+PL-2027+9",
            "DTM+7:20270101:102",
            "NAD+SU+4012345000009::9++Keller Fasteners GmbH",
            "CUX+2:EUR:8",
            "PGI+11",
            "LIN+1+1+4012345111116:EN",
            "PIA+1+M8X40:SA",
            "IMD+F++:::Bolt M8x40",
            "PRI+AAA:43.05:CA::100",
            "LIN+2+2+OLD:SA",
            "UNS+S",
            "CNT+2:2",
        )
    )

    assert document.kind is DocumentKind.CATALOGUE
    assert said(document)["price.valid_from"] == date(2027, 1, 1)
    assert said(document, 1)["line.price"] == Decimal("43.05")
    assert said(document, 1)["line.price_base"] == Decimal(100)
    assert said(document, 2)["line.action"] == "cancelled"
    assert failed(document) == []
