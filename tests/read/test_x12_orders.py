"""X12 of orders and money: orders, changes and their answers, invoices with all their terms, payments, price lists."""

from datetime import date
from decimal import Decimal

import pytest

from agents.read import x12
from core.claims import DocumentKind
from tests.read.papers import failed, part, said
from tests.read.papers import x12 as interchange
from tests.read.test_x12 import BILL, one

ORDER = interchange(
    "850",
    "BEG*00*SA*PO-40417**20261102",
    "CUR*BY*EUR",
    "REF*CT*RV-13",
    "DTM*002*20261130",
    "DTM*064*20261125",
    "DTM*063*20261204",
    "TD5*****UPS GROUND",
    "N1*BY*Norbeck Supply*92*N-1",
    "N3*1 Dock Road*Hall B",
    "N4*Reno*NV*89501*US",
    "PER*BD*Ada Kell*TE*775 555 0100*EM*ada@norbeck.example",
    "N1*ST*Norbeck Dock 2*92*D2",
    "N1*SU*Keller Fasteners*92*K-7",
    "MSG*Deliver to dock 2",
    "PO1*10*1200*EA*41*HP*VP*M8X40*BP*4711*UP*012345678905",
    "PID*F****Bolt M8x40",
    "SCH*700*EA***002*20261130",
    "SCH*500*EA***002*20261215",
    "PO1*20*60*CT*3.2**VP*NPC20",
    "DTM*002*20261201",
    "CTT*2",
    group="PO",
)


def test_an_order_says_whatever_the_vocabulary_has_a_name_for():
    document = one(ORDER)

    assert document.kind is DocumentKind.ORDER
    assert said(document) == {
        "order.number": "PO-40417",
        "document.purpose": "original",
        "order.date": date(2026, 11, 2),
        "contract.number": "RV-13",
        "supplier.name": "Keller Fasteners",
        "supplier.id": "K-7",
        "buyer.name": "Norbeck Supply",
        "buyer.id": "N-1",
        "buyer.street": "1 Dock Road",
        "buyer.street_2": "Hall B",
        "buyer.city": "Reno",
        "buyer.region": "NV",
        "buyer.post_code": "89501",
        "buyer.country": "US",
        "buyer.contact": "Ada Kell",
        "buyer.phone": "775 555 0100",
        "buyer.email": "ada@norbeck.example",
        "delivery.name": "Norbeck Dock 2",
        "delivery.id": "D2",
        "invoice.note": "Deliver to dock 2",
        "delivery.requested_date": date(2026, 11, 30),
        "delivery.earliest_date": date(2026, 11, 25),
        "delivery.latest_date": date(2026, 12, 4),
        "freight.carrier": "UPS GROUND",
        "order.type_code": "SA",
        "invoice.currency": "EUR",
        "buyer.contact_type": "BD",
    }
    assert failed(document) == []


def test_an_order_s_lines_say_what_shall_come_when_each_delivery_by_itself():
    document = one(ORDER)

    lines = [said(document, n) for n in document.line_numbers()]
    assert [line["line.order_line"] for line in lines] == ["10", "10", "20"]
    assert [line["line.quantity"] for line in lines] == [Decimal(700), Decimal(500), Decimal(60)]
    assert [line["line.requested_date"] for line in lines] == [
        date(2026, 11, 30),
        date(2026, 12, 15),
        date(2026, 12, 1),
    ]
    assert (lines[0]["line.gtin"], lines[0]["line.buyer_item"], lines[0]["line.price_base"]) == (
        "012345678905",
        "4711",
        Decimal(100),
    )
    assert document.first("line.quantity", 3).unit == "case"


def test_a_change_says_what_shall_become_of_each_line():
    raw = interchange(
        "860",
        "BCH*04*SA*PO-40417**2*20261102*****20261110",
        "N1*BY*Norbeck Supply",
        "POC*10*QD*800*300*EA*41*HP*VP*M8X40",
        "DTM*002*20261215",
        "POC*20*DI*0**EA**VP*NPC20",
        "POC*30*AI*5**BX*1.5**VP*NEW",
        "CTT*3",
        group="PC",
    )
    document = one(raw)

    assert document.kind is DocumentKind.ORDER_CHANGE
    whole = said(document)
    assert (whole["order.number"], whole["order.change_number"]) == ("PO-40417", "2")
    assert (whole["order.date"], whole["order.change_date"]) == (date(2026, 11, 2), date(2026, 11, 10))
    assert [said(document, n)["line.action"] for n in (1, 2, 3)] == ["changed", "cancelled", "added"]
    assert said(document, 1)["line.quantity"] == Decimal(800)
    assert said(document, 1)["line.rest_quantity"] == Decimal(300)
    assert said(document, 1)["line.requested_date"] == date(2026, 12, 15)
    assert said(document, 1)["line.supplier_item"] == "M8X40"
    assert one(raw.replace(b"BCH*04", b"BCH*01")).kind is DocumentKind.ORDER_CANCELLATION


def test_an_answer_to_a_change_is_a_confirmation():
    document = one(
        interchange(
            "865",
            "BCA*00*AC*PO-40417**2*20261102***OC-772*20261112",
            "POC*10*QD*800**EA*0.41**VP*M8X40",
            "ACK*IQ*700*EA*067*20261130",
            "ACK*IB*100*EA*067*20261214",
            "CTT*1",
            group="CA",
        )
    )

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert said(document)["confirmation.number"] == "OC-772"
    assert said(document)["confirmation.status"] == "changed"
    line = said(document, 1)
    assert (line["line.quantity"], line["line.ordered_quantity"]) == (Decimal(700), Decimal(800))
    assert (line["line.rest_quantity"], line["line.rest_date"]) == (Decimal(100), date(2026, 12, 14))


def test_terms_lots_taxes_and_charges_of_an_invoice_are_read():
    document = one(
        interchange(
            "810",
            "BIG*20261119*KF-1*20261102*PO-1***DI",
            "CUR*SE*USD",
            "ITD*01*3*2**10**30",
            "DTM*035*20261118",
            "IT1*10*10*EA*5**VP*A",
            "REF*LT*L-44",
            "TDS*5535",
            "TXI*ST*4.35*8.7",
            "SAC*C*D240***250**********Truck",
            "SAC*A*C310***150",
            "CTT*1",
        )
    )

    assert said(document)["invoice.terms"] == "Net 30"
    assert said(document)["invoice.early_payment_percent"] == Decimal(2)
    assert said(document)["invoice.early_payment_days"] == Decimal(10)
    assert said(document)["delivery.date"] == date(2026, 11, 18)
    assert said(document, 1)["line.lot"] == "L-44"
    assert said(document, 1)["invoice.charge_reason"] == "Truck"
    assert said(document, 1)["invoice.allowance"] == Decimal("1.50")
    assert failed(document) == []


def test_taxes_that_only_the_lines_tell_count_in_the_total():
    segments = (
        "BIG*20261119*1",
        "IT1*1*10*EA*5**VP*A",
        "TXI*ST*4*8",
        "IT1*2*1*EA*50**VP*B",
        "TXI*ST*4*8",
        "TDS*10800",
        "CTT*2",
    )
    document = one(interchange("810", *segments))

    assert "invoice.tax_total" not in said(document)
    assert failed(document) == []


@pytest.mark.parametrize("code", ["CR", "CN", "CG"])
def test_a_credit_memo_names_the_invoice_it_credits(code: str):
    document = one(
        interchange(
            "810", f"BIG*20261119*CM-1*20261102*PO-1***{code}", "REF*IV*KF-88213", "IT1*1*1*EA*5**VP*A", "TDS*500"
        )
    )

    assert document.kind is DocumentKind.CREDIT_NOTE
    assert said(document)["invoice.preceding"] == "KF-88213"


def test_a_payment_lists_what_it_pays_and_what_was_held_back():
    document = one(
        interchange(
            "820",
            "BPR*I*606.25*C*ACH*CTX*01*111*DA*1***01*222*DA*2*20261121",
            "TRN*1*ZA-55",
            "CUR*PR*USD",
            "N1*PR*Norbeck Supply*92*N-1",
            "N1*PE*Keller Fasteners",
            "ENT*1",
            "RMR*IV*KF-88213*PO*626.25*639.03*12.78",
            "REF*PO*PO-40417",
            "DTM*003*20261119",
            "ADX*-20*01*CM*CM-1",
            "RMR*IV*KF-88214**10*10",
            group="RA",
        )
    )

    assert document.kind is DocumentKind.REMITTANCE
    assert said(document) == {
        "invoice.currency": "USD",
        "payment.amount": Decimal("606.25"),
        "payment.method": "transfer",
        "payment.date": date(2026, 11, 21),
        "payment.reference": "ZA-55",
        "buyer.name": "Norbeck Supply",
        "buyer.id": "N-1",
        "supplier.name": "Keller Fasteners",
        "payment.action_code": "I",
        "payment.sign": "C",
        "payment.format": "CTX",
        "payment.debited_bank_code": "111",
        "payment.debited_account": "1",
        "payment.bank_code": "222",
        "payment.account": "2",
        "payment.reference_kind": "1",
    }
    assert said(document, 1)["invoice.number"] == "KF-88213"
    assert said(document, 1)["invoice.date"] == date(2026, 11, 19)
    assert said(document, 1)["order.number"] == "PO-40417"
    held = [c.value for c in document.claims if c.field == "payment.deduction"]
    assert held == [Decimal("12.78"), Decimal(-20)]
    assert said(document, 2)["payment.amount"] == Decimal(10)


def test_a_price_list_prices_goods():
    document = one(
        interchange(
            "832",
            "BCT*PS*PL-2027**1",
            "DTM*007*20270101",
            "CUR*SE*USD",
            "LIN*1*VP*M8X40*UP*012345678905",
            "PID*F****Bolt M8x40",
            "CTP*WS*RES*60",
            "CTP*WS*NET*43.05*100*EA",
            "CTT*1",
            group="SC",
        )
    )

    assert document.kind is DocumentKind.CATALOGUE
    assert said(document)["price.valid_from"] == date(2027, 1, 1)
    assert said(document, 1)["line.price"] == Decimal("43.05")
    assert said(document, 1)["line.price_base"] == Decimal(100)


def test_groups_of_several_kinds_in_several_interchanges_are_all_read():
    bill = interchange("810", *BILL)
    order = interchange("850", "BEG*00*SA*PO-1**20261102", "PO1*1*5*BX*1.5**IN*4711", "CTT*1", group="PO")
    group = order[order.index(b"GS*") : order.index(b"IEA*")]
    both = bill.replace(b"IEA*1*", group + b"IEA*2*")
    again = bill.replace(b"000000007", b"000000008").replace(b"KF-88213", b"KF-88214")
    raw = both + again

    after, documents = x12.read(raw, part(raw))
    assert after.why == ""
    assert [d.kind for d in documents] == [DocumentKind.INVOICE, DocumentKind.ORDER, DocumentKind.INVOICE]
    assert [failed(d) for d in documents] == [[], [], []]
    assert documents[2].first("invoice.number").span.path == "ST[3]/BIG[1]/02"


def test_a_transaction_that_stands_twice_says_so_and_so_does_a_test():
    raw = interchange("810", *BILL)
    assert [failed(d) for d in x12.read(raw + raw, part(raw))[1]] == [[], ["said_once"]]
    assert failed(one(raw.replace(b"*0*P*>", b"*0*T*>"))) == ["in_earnest"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda raw: raw.replace(b"IEA*1*000000007", b"IEA*1*000000009"),
            "interchange 000000007 is closed as 000000009",
        ),
        (lambda raw: raw.replace(b"GE*1*7", b"GE*1*8"), "group 7 is closed as 8"),
        (lambda raw: raw.replace(b"GE*1*7~\n", b""), ""),
        (lambda raw: raw.replace(b"CUR*SE*USD~\n", b"CUR*SE*USD\n"), "a segment CUR is not closed"),
        (lambda raw: raw + b"tail", "something stands after the end of the interchange"),
        (lambda raw: raw[: raw.index(b"TDS")], "transaction 0001 is not closed"),
    ],
    ids=["interchange", "group", "no end of group", "no terminator", "tail", "cut off"],
)
def test_what_is_wrong_with_an_envelope_is_named(change, says: str):
    raw = change(interchange("810", *BILL))

    (envelope,) = [check for check in one(raw).checks if check.name == "envelope"]
    assert says in envelope.says
    assert envelope.holds is (says == "")
