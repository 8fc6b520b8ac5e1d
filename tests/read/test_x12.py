"""X12: separators, envelopes, and the four transactions, also against a trading partner of another maker."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.read import x12
from core.claims import Document, DocumentKind, PartState
from tests.read.papers import failed, part, said
from tests.read.papers import x12 as interchange

BILL = (
    "BIG*20261119*KF-88213*20261102*PO-40417",
    "CUR*SE*USD",
    "REF*SI*DN-5",
    "N1*SE*Keller Fasteners",
    "N1*BT*Norbeck Supply",
    "ITD*01*3*****30*****30 days net",
    "DTM*011*20261117",
    "IT1*10*1200*EA*41*HP*VP*M8X40*IN*4711",
    "PID*F****Bolt M8x40",
    "IT1*20*60*EA*3.2**VP*NPC20",
    "TDS*74880",
    "TXI*ST*19.8*8.5",
    "SAC*C*D240***4500",
    "CTT*2",
)


def one(raw: bytes) -> Document:
    """The only document of an interchange."""
    (document,) = x12.read(raw, part(raw))[1]
    return document


def test_an_810_says_what_it_bills():
    document = one(interchange("810", *BILL))

    assert document.kind is DocumentKind.INVOICE
    assert said(document) == {
        "invoice.number": "KF-88213",
        "invoice.date": date(2026, 11, 19),
        "order.date": date(2026, 11, 2),
        "order.number": "PO-40417",
        "invoice.currency": "USD",
        "despatch.number": "DN-5",
        "despatch.date": date(2026, 11, 17),
        "supplier.name": "Keller Fasteners",
        "buyer.name": "Norbeck Supply",
        "invoice.terms": "30 days net",
        "invoice.total": Decimal("748.80"),
        "invoice.tax_total": Decimal("19.8"),
        "invoice.tax_rate": Decimal("8.5"),
        "invoice.terms_code": "01",
        "invoice.terms_from": "3",
        "invoice.net_days": Decimal("30"),
        "invoice.tax_kind": "ST",
    }
    assert said(document, 1) == {
        "line.order_line": "10",
        "line.supplier_item": "M8X40",
        "line.buyer_item": "4711",
        "line.description": "Bolt M8x40",
        "line.quantity": Decimal(1200),
        "line.price": Decimal(41),
        "line.price_base": Decimal(100),
        "invoice.charge": Decimal(45),
        "invoice.charge_reason": "Freight",
    }
    assert failed(document) == []


def test_each_claim_names_its_element_as_written():
    document = one(interchange("810", *BILL))

    price = document.first("line.price", 2)
    total = document.first("invoice.total")
    assert (price.span.path, price.span.text) == ("IT1[2]/04", "3.2")
    assert (total.span.path, total.span.text) == ("TDS[1]/01", "74880")


def test_a_total_that_the_lines_do_not_make_fails_its_check():
    assert failed(one(interchange("810", *(s.replace("74880", "74890") for s in BILL)))) == ["lines_make_total"]


def test_a_credit_memo_is_a_credit_note():
    segments = ("BIG*20261119*CM-1*20261102*PO-40417***CR", "IT1*10*120*EA*0.41**VP*M8X40", "TDS*4920")

    assert one(interchange("810", *segments)).kind is DocumentKind.CREDIT_NOTE


def test_an_855_says_what_is_confirmed_what_follows_and_when():
    document = one(
        interchange(
            "855",
            "BAK*00*AC*PO-40417*20261102****OC-771*20261119",
            "PO1*10*1200*EA*0.41**VP*M8X40",
            "ACK*IQ*1080*EA*067*20261130",
            "ACK*IB*120*EA*067*20261214",
            "PO1*20*100*EA*3.2**VP*NPC20",
            "ACK*IR*0*EA",
            "PO1*30*50*EA*1**VP*OLD",
            "ACK*IS*50*EA*067*20261201**VP*NEW",
            "CTT*3",
            group="PR",
        )
    )

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert said(document) == {
        "order.number": "PO-40417",
        "order.date": date(2026, 11, 2),
        "confirmation.number": "OC-771",
        "confirmation.status": "changed",
        "document.purpose_code": "00",
        "confirmation.date": date(2026, 11, 19),
    }
    short = said(document, 1)
    assert (short["line.ordered_quantity"], short["line.quantity"]) == (Decimal(1200), Decimal(1080))
    assert (short["line.delivery_date"], short["line.rest_date"]) == (date(2026, 11, 30), date(2026, 12, 14))
    assert said(document, 2)["line.status"] == "rejected"
    assert "line.quantity" not in said(document, 2)
    assert (said(document, 3)["line.status"], said(document, 3)["line.supplier_item"]) == ("substituted", "NEW")


def test_a_line_confirmed_in_two_shipments_is_two_lines_of_one_order_line():
    document = one(
        interchange(
            "855",
            "BAK*00*AC*PO-1*20261102",
            "PO1*10*1000*EA*0.41**VP*M8X40",
            "ACK*IA*600*EA*067*20261130",
            "ACK*IA*400*EA*067*20261207",
            "CTT*1",
        )
    )

    lines = [said(document, n) for n in document.line_numbers()]
    assert [line["line.order_line"] for line in lines] == ["10", "10"]
    assert [line["line.quantity"] for line in lines] == [Decimal(600), Decimal(400)]
    assert [line["line.delivery_date"] for line in lines] == [date(2026, 11, 30), date(2026, 12, 7)]


def test_a_requested_date_is_no_promise():
    document = one(interchange("855", "BAK*00*AD*PO-1*20261102", "PO1*10*5*EA*1", "ACK*IA*5*EA*002*20261130", "CTT*1"))

    assert "line.delivery_date" not in said(document, 1)


def test_an_856_over_two_orders_ties_each_item_to_its_order():
    document = one(
        interchange(
            "856",
            "BSN*00*SHP-1*20261119*0900",
            "HL*1**S",
            "REF*CN*1Z99",
            "DTM*011*20261119",
            "DTM*017*20261123",
            "HL*2*1*O",
            "PRF*PO-1",
            "HL*3*2*I",
            "LIN*10*VP*M8X40",
            "SN1**1080*EA**1200*EA",
            "HL*4*1*O",
            "PRF*PO-2",
            "HL*5*4*P",
            "HL*6*5*I",
            "LIN*1*VP*NPC20",
            "SN1**60*EA",
            "CTT*6",
            group="SH",
        )
    )

    assert document.kind is DocumentKind.DESPATCH_ADVICE
    assert said(document) == {
        "despatch.number": "SHP-1",
        "document.purpose": "original",
        "despatch.date": date(2026, 11, 19),
        "delivery.date": date(2026, 11, 23),
        "tracking.number": "1Z99",
        "despatch.issue_date": date(2026, 11, 19),
        "document.stated_time": "0900",
    }
    assert [said(document, n)["order.number"] for n in (1, 2)] == ["PO-1", "PO-2"]
    assert said(document, 1)["line.ordered_quantity"] == Decimal(1200)
    assert failed(document) == []


def test_an_850_is_an_order():
    document = one(interchange("850", "BEG*00*SA*PO-1**20261102", "PO1*1*5*BX*1.5**IN*4711", "CTT*1", group="PO"))

    assert document.kind is DocumentKind.ORDER
    assert said(document)["order.number"] == "PO-1"
    assert document.first("line.quantity").unit == "box"


def test_miscounted_envelopes_are_read_and_reported():
    for raw in (
        interchange("810", *BILL, counted=99),
        interchange("810", *BILL).replace(b"GE*1*", b"GE*2*"),
        interchange("810", *BILL).replace(b"IEA*1*000000007~\n", b""),
        interchange("810", *BILL).replace(b"CTT*2", b"CTT*3"),
    ):
        assert failed(one(raw)) in (["envelope"], ["lines_counted"])


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"*", b"|"),
        lambda raw: raw.replace(b"~\n", b"~"),
        lambda raw: raw.replace(b"~\n", b"\n"),
        lambda raw: raw.replace(b"~\n", b"\x1c\r\n"),
        lambda raw: raw.replace(b"~\n", b"~\n    \t"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"          ", b"").replace(b"KELLER         ", b"KELLER"),
        lambda raw: raw + raw,
    ],
    ids=["pipes", "one line", "line feeds", "separators of bytes", "indented", "byte order mark", "narrow", "twice"],
)
def test_the_separators_are_those_that_the_header_uses(change):
    raw = change(interchange("810", *BILL))

    _, documents = x12.read(raw, part(raw))
    assert {document.first("invoice.total").value for document in documents} == {Decimal("748.80")}


def test_several_transactions_are_several_documents_with_their_own_addresses():
    first = interchange("810", *BILL)
    second = first.replace(b"KF-88213", b"KF-88214")
    body = second[second.index(b"ST*") : second.index(b"GE*")].replace(b"*0001~", b"*0002~")
    raw = first.replace(b"GE*1*", body + b"GE*2*")

    _, documents = x12.read(raw, part(raw))

    assert [d.first("invoice.number").value for d in documents] == ["KF-88213", "KF-88214"]
    assert documents[1].first("invoice.total").span.path == "ST[2]/TDS[1]/01"
    assert [failed(d) for d in documents] == [[], []]


def test_a_receipt_of_the_other_system_says_how_it_took_ours():
    document = one(
        interchange(
            "997", "AK1*PO*12", "AK2*850*0001", "AK3*PO1*7**8", "AK4*4*212*6*1,5", "AK5*R*5", "AK9*R*1*1*0", group="FA"
        )
    )

    assert document.kind is DocumentKind.ACKNOWLEDGEMENT
    assert said(document) == {
        "acknowledged.group": "12",
        "acknowledged.kind": "PO",
        "acknowledged.status": "rejected",
        "acknowledged.sent": Decimal("1"),
        "acknowledged.received": Decimal("1"),
        "acknowledged.accepted": Decimal("0"),
    }
    assert [(c.field, c.value) for c in document.claims if c.line == 1] == [
        ("acknowledged.kind", "850"),
        ("acknowledged.document", "0001"),
        ("acknowledged.error", "segment PO1 has elements in error"),
        ("acknowledged.error", "element 4 invalid character"),
        ("acknowledged.status", "rejected"),
        ("acknowledged.error", "segments in error"),
        ("acknowledged.segment", "PO1"),
        ("acknowledged.position", Decimal("7")),
        ("acknowledged.element", "4"),
        ("acknowledged.element_number", "212"),
        ("acknowledged.value", "1,5"),
    ]
    assert failed(document) == []


@pytest.mark.parametrize(
    ("written", "broken"),
    [("AK5*Q", "AK501"), ("AK5*R*5*5*5*5*5*5", "AK5"), ("AK9*R*one*1*0", "AK902"), ("AK1*PURCHASE*12", "AK101")],
)
def test_a_receipt_out_of_form_says_what_is_wrong_with_it(written: str, broken: str):
    good = ["AK1*PO*12", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0"]
    segments = [written if segment[:3] == written[:3] else segment for segment in good]

    answer = one(interchange("997", *segments, group="FA"))
    checks = {check.name: check.says for check in answer.failed()}
    assert list(checks) == ["structure"]
    assert checks["structure"].startswith(broken)


def test_other_transactions_say_so():
    raw = interchange("271", "BHT*1*2*3", group="HB")
    after, _ = x12.read(raw, part(raw))
    assert (after.state, "X12 271" in after.why) == (PartState.UNREADABLE, True)


@given(st.text(alphabet="ISA*~\n0BIGTX1D", max_size=300))
def test_no_text_breaks_the_reader(text: str):
    raw = b"ISA*" + text.encode()

    after, documents = x12.read(raw, part(raw))

    assert documents or after.why
