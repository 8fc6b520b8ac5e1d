"""Structured invoices: what they say, where it stands, what is refused, and whether the picture agrees."""

from datetime import date
from decimal import Decimal

import pytest

from agents.read import einvoice, einvoice_pdf
from agents.read.document import read_message
from agents.read.structured import parse
from core.claims import DocumentKind, PartState
from tests.read.papers import GUIDELINE, cii, failed, found, hybrid, part, said, ubl

FACTURX_2014 = "urn:ferd:CrossIndustryDocument:invoice:1p0:comfort"


def test_a_cii_invoice_says_what_it_bills():
    raw = cii()

    after, (document,) = einvoice.read(raw, part(raw))

    assert after.state is PartState.READ
    assert document.kind is DocumentKind.INVOICE
    assert said(document) == {
        "invoice.number": "KF-88213",
        "invoice.date": date(2026, 11, 19),
        "invoice.due_date": date(2026, 12, 19),
        "invoice.terms": "30 days net",
        "invoice.currency": "EUR",
        "order.number": "PO-40417",
        "supplier.name": "Keller Fasteners",
        "supplier.tax_id": "DE123456789",
        "supplier.iban": "DE02120300000000202051",
        "payment.means_code": "58",
        "payment.method": "transfer",
        "supplier.country": "DE",
        "buyer.name": "Norbeck Supply",
        "buyer.country": "AT",
        "delivery.actual_date": date(2026, 11, 18),
        "invoice.specification": "urn:cen.eu:en16931:2017",
        "invoice.type_code": "380",
        "invoice.tax_category": "S",
        "invoice.tax_base": Decimal("537.00"),
        "invoice.tax_amount": Decimal("102.03"),
        "invoice.lines_total": Decimal("492.00"),
        "invoice.charges_total": Decimal("45.00"),
        "invoice.net_total": Decimal("537.00"),
        "invoice.tax_total": Decimal("102.03"),
        "invoice.tax_rate": Decimal(19),
        "invoice.total": Decimal("639.03"),
        "invoice.payable": Decimal("639.03"),
    }
    assert said(document, 1) == {
        "line.number": "1",
        "line.order_line": "10",
        "line.supplier_item": "M8X40",
        "line.description": "Bolt M8x40",
        "line.tax_category": "S",
        "line.quantity": Decimal(1200),
        "line.price": Decimal("41.00"),
        "line.price_base": Decimal(100),
        "line.amount": Decimal("492.00"),
        "line.tax_rate": Decimal(19),
        "invoice.charge": Decimal("45.00"),
        "invoice.charge_reason": "Freight",
        "invoice.charge_tax_category": "S",
        "invoice.charge_tax_rate": Decimal(19),
    }
    assert failed(document) == []


def test_every_claim_carries_the_path_of_the_element_it_stands_in():
    raw = cii()
    _, (document,) = einvoice.read(raw, part(raw))

    root = parse(raw)
    for claim in document.claims:
        steps = claim.span.path.split("/")[2:]
        wild = "/".join(
            f"*[local-name()='{s.partition('[')[0]}']" + (f"[{s.partition('[')[2]}" if "[" in s else "") for s in steps
        )
        (element,) = root.xpath(wild)
        assert " ".join("".join(element.itertext()).split()) == claim.span.text


def test_amounts_carry_the_currency_and_quantities_the_unit():
    raw = cii()
    _, (document,) = einvoice.read(raw, part(raw))

    assert document.first("invoice.total").unit == "EUR"
    assert document.first("line.quantity").unit == "pcs"


def test_a_credit_note_is_told_by_its_type_code():
    raw = cii(code="381")

    assert einvoice.read(raw, part(raw))[1][0].kind is DocumentKind.CREDIT_NOTE


@pytest.mark.parametrize(
    ("broken", "because"),
    [
        (cii(guideline="urn:ferd:CrossIndustryDocument:order:1p0:extended"), "no guideline"),
        (cii(code=""), "no kind of invoice"),
        (cii(quantity="12oo"), "“12oo”, which is no number"),
        (cii(quantity="1.2e3"), "no number"),
        (cii().replace(b"20261119", b"20261339"), "no date"),
        (cii().replace(b"<ram:ID>KF-88213</ram:ID>", b'<ram:ID>KF-88213</ram:ID><x xmlns="urn:x">y</x>'), "“x”"),
        (cii().replace(b'encoding="UTF-8"', b'encoding="UTF-8-W/O-BOM"'), "encoding"),
    ],
)
def test_half_of_a_broken_invoice_is_not_read(broken: bytes, because: str):
    after, documents = einvoice.read(broken, part(broken))

    assert documents == ()
    assert after.state is PartState.REFUSED
    assert because in after.why


def test_an_invoice_out_of_order_is_read_and_says_so():
    number, code = b"<ram:ID>KF-88213</ram:ID>", b"<ram:TypeCode>380</ram:TypeCode>"
    raw = cii().replace(number + code, code + number)

    _, (document,) = einvoice.read(raw, part(raw))

    assert failed(document) == ["schema"]
    assert document.first("invoice.number").value == "KF-88213"


def test_an_invoice_that_does_not_add_up_is_read_and_its_check_says_so():
    raw = cii(quantity="1080")

    _, (document,) = einvoice.read(raw, part(raw))

    assert failed(document) == ["line_amount"]
    (check,) = (c for c in document.checks if not c.holds)
    assert check.line == 1
    assert check.says == "Line 1: 1080 × 41.00 / 100 makes 442.80, written 492.00"


ANSWER = """
<cbc:ID>OC-771</cbc:ID><cbc:IssueDate>2026-11-19</cbc:IssueDate><cbc:OrderResponseCode>CA</cbc:OrderResponseCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>PO-40417</cbc:ID></cac:OrderReference>
<cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Keller</cbc:Name></cac:PartyName></cac:Party></cac:SellerSupplierParty>
<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:LineStatusCode>3</cbc:LineStatusCode>
<cbc:Quantity unitCode="H87">1080</cbc:Quantity>
<cac:Delivery><cac:PromisedDeliveryPeriod><cbc:StartDate>2026-12-03</cbc:StartDate><cbc:EndDate>2026-12-04</cbc:EndDate>
</cac:PromisedDeliveryPeriod></cac:Delivery>
<cac:Price><cbc:PriceAmount currencyID="EUR">0.43</cbc:PriceAmount></cac:Price>
<cac:Item><cbc:Name>Bolt</cbc:Name><cac:SellersItemIdentification><cbc:ID>M8X40</cbc:ID></cac:SellersItemIdentification></cac:Item>
</cac:LineItem><cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference></cac:OrderLine>"""


def test_an_order_response_gives_the_line_it_answers_and_what_is_promised():
    raw = ubl("OrderResponse", ANSWER)

    _, (document,) = einvoice.read(raw, part(raw))

    assert document.kind is DocumentKind.ORDER_CONFIRMATION
    assert said(document) == {
        "confirmation.number": "OC-771",
        "confirmation.date": date(2026, 11, 19),
        "confirmation.status": "changed",
        "confirmation.status_code": "CA",
        "order.currency": "EUR",
        "order.number": "PO-40417",
        "supplier.name": "Keller",
    }
    assert said(document, 1) == {
        "line.number": "1",
        "line.order_line": "10",
        "line.status": "changed",
        "line.status_code": "3",
        "line.quantity": Decimal(1080),
        "line.earliest_date": date(2026, 12, 3),
        "line.delivery_date": date(2026, 12, 4),
        "line.price": Decimal("0.43"),
        "line.supplier_item": "M8X40",
        "line.description": "Bolt",
    }


def test_a_despatch_advice_gives_what_was_shipped():
    inner = """<cbc:ID>DN-5</cbc:ID><cbc:IssueDate>2026-11-19</cbc:IssueDate>
    <cac:OrderReference><cbc:ID>PO-40417</cbc:ID></cac:OrderReference>
    <cac:Shipment><cbc:ID>1</cbc:ID><cac:Delivery><cbc:TrackingID>1Z99</cbc:TrackingID>
    <cac:EstimatedDeliveryPeriod><cbc:EndDate>2026-11-23</cbc:EndDate></cac:EstimatedDeliveryPeriod>
    <cac:Despatch><cbc:ActualDespatchDate>2026-11-19</cbc:ActualDespatchDate></cac:Despatch></cac:Delivery></cac:Shipment>
    <cac:DespatchLine><cbc:ID>1</cbc:ID><cbc:DeliveredQuantity unitCode="C62">1080</cbc:DeliveredQuantity>
    <cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference>
    <cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item></cac:DespatchLine>"""
    raw = ubl("DespatchAdvice", inner)

    _, (document,) = einvoice.read(raw, part(raw))

    assert document.kind is DocumentKind.DESPATCH_ADVICE
    assert said(document)["despatch.date"] == date(2026, 11, 19)
    assert said(document)["delivery.date"] == date(2026, 11, 23)
    assert said(document)["tracking.number"] == "1Z99"
    assert said(document, 1)["line.quantity"] == Decimal(1080)


def test_other_documents_of_the_same_family_say_that_they_are_not_read():
    raw = ubl("Waybill", "<cbc:ID>1</cbc:ID>")

    after, documents = einvoice.read(raw, part(raw))

    assert (after.state, documents) == (PartState.UNREADABLE, ())
    assert "a UBL Waybill" in after.why


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml"])
def test_the_data_of_a_hybrid_pdf_are_the_invoice_under_each_of_their_names(name: str):
    reading = read_message(hybrid(cii(), "Invoice KF-88213", "Total EUR 639.03", name=name), "KF-88213.pdf")

    (document,) = reading.documents
    assert document.part == f"1:KF-88213.pdf/{name}"
    assert document.first("invoice.total").value == Decimal("639.03")
    assert failed(document) == []
    assert found(reading, "1:KF-88213.pdf").pages == 1


def test_a_picture_with_another_total_than_the_data_fails_its_check():
    reading = read_message(hybrid(cii(), "Invoice KF-88213", "Total EUR 406.82"), "KF-88213.pdf")

    (document,) = reading.documents
    assert failed(document) == ["pdf_agrees"]
    assert document.first("invoice.total").value == Decimal("639.03")


def test_refused_data_are_not_replaced_by_the_picture():
    reading = read_message(hybrid(cii(guideline="urn:nothing"), "Invoice KF-88213", "Total EUR 639.03"), "a.pdf")

    assert reading.documents == ()
    assert [p.state for p in reading.parts] == [PartState.REFUSED, PartState.REFUSED]
    assert "refused" in found(reading, "1:a.pdf").why


@pytest.mark.parametrize(
    ("amount", "text", "is_shown"),
    [
        ("1234.50", "Total 1,234.50 EUR", True),
        ("1234.50", "Summe 1.234,50 EUR", True),
        ("1234.50", "Total 1 234,50", True),
        ("1234.50", "Total 1'234.50", True),
        ("1234.50", "Total 1234.5", True),
        ("1234.50", "Total 11,234.50", False),
        ("1234.50", "Total 1,234.51", False),
        ("1234.50", "Total 1,234.505", False),
        ("250", "Betrag 250,--", True),
        ("250.00", "Betrag 250,00 EUR", True),
        ("250", "Order 1250", False),
        ("250", "Position 250.1", False),
        ("-45.00", "Gutschrift 45,00-", True),
        ("1000000", "1.000.000,00", True),
    ],
)
def test_an_amount_is_found_in_any_usual_notation_and_in_no_other(amount: str, text: str, is_shown: bool):
    assert einvoice_pdf.shown(Decimal(amount), text) is is_shown


def test_guidelines_of_every_generation_are_known():
    for guideline in (
        GUIDELINE,
        FACTURX_2014,
        "urn:factur-x.eu:1p0:minimum",
        f"{GUIDELINE}#compliant#urn:x:xrechnung_3.0",
    ):
        raw = cii(guideline=guideline)
        assert einvoice.read(raw, part(raw))[0].state is PartState.READ
