"""Electronic invoices and EDI of the demo: CII for Factur-X, UBL, X12 810, 855 and 856, and spreadsheets."""

import io
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from desk.demo.maker.papers import Paper

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{UBL}CommonAggregateComponents-2", f"{UBL}CommonBasicComponents-2"


def ubl_invoice(paper: Paper) -> bytes:
    """The paper as a UBL 2.1 invoice with the customization of Peppol BIS 3."""
    currency = paper.currency
    lines = "".join(
        f'<cac:InvoiceLine><cbc:ID>{n}</cbc:ID><cbc:InvoicedQuantity unitCode="C62">{line.quantity}</cbc:InvoicedQuantity>'
        f'<cbc:LineExtensionAmount currencyID="{currency}">{line.amount}</cbc:LineExtensionAmount>'
        f"<cac:Item><cbc:Name>{escape(line.text)}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{line.code}</cbc:ID>"
        "</cac:SellersItemIdentification></cac:Item>"
        f'<cac:Price><cbc:PriceAmount currencyID="{currency}">{line.price}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>'
        for n, line in enumerate(paper.lines, 1)
    )
    charges = "".join(
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReason>{reason}"
        f'</cbc:AllowanceChargeReason><cbc:Amount currencyID="{currency}">{amount}</cbc:Amount></cac:AllowanceCharge>'
        for reason, amount in paper.charges
    )
    goods = sum((line.amount for line in paper.lines), Decimal(0))
    total = paper.net + paper.tax
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="{UBL}Invoice-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">'
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>"
        f"<cbc:ID>{paper.number}</cbc:ID><cbc:IssueDate>{paper.date}</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>{paper.order}</cbc:ID>"
        "</cac:OrderReference><cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>"
        f"{escape(paper.issuer)}</cbc:Name></cac:PartyName><cac:PartyLegalEntity><cbc:RegistrationName>{escape(paper.issuer)}"
        "</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
        "<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Harbor &amp; Pine Supply</cbc:Name></cac:PartyName>"
        f'</cac:Party></cac:AccountingCustomerParty>{charges}<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{paper.tax}'
        f'</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="{currency}">{goods}'
        f'</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="{currency}">{paper.net}</cbc:TaxExclusiveAmount>'
        f'<cbc:TaxInclusiveAmount currencyID="{currency}">{total}</cbc:TaxInclusiveAmount>'
        f'<cbc:PayableAmount currencyID="{currency}">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal>{lines}</Invoice>'
    ).encode()


def cii(paper: Paper) -> bytes:
    """The paper as a UN/CEFACT CII invoice, EN 16931 profile, for Factur-X."""
    ram = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
    rsm = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    udt = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
    day = paper.date.replace("-", "")
    rate = paper.tax_rate or "0"
    category = "S" if paper.tax_rate else "Z"
    lines = "".join(
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{n}</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct>"
        f"<ram:SellerAssignedID>{line.code}</ram:SellerAssignedID><ram:Name>{escape(line.text)}</ram:Name>"
        "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>"
        f"{line.price}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        f'<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">{line.quantity}</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
        f"<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>{category}</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        f"<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{line.amount}</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
        for n, line in enumerate(paper.lines, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice xmlns:rsm="{rsm}" xmlns:ram="{ram}" xmlns:udt="{udt}">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f'<ram:ID>{paper.number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">'
        f"{day}</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{lines}"
        f"<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>{escape(paper.issuer)}</ram:Name></ram:SellerTradeParty>"
        "<ram:BuyerTradeParty><ram:Name>Harbor &amp; Pine Supply</ram:Name></ram:BuyerTradeParty>"
        f"<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>{paper.order}</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{paper.currency}</ram:InvoiceCurrencyCode><ram:ApplicableTradeTax><ram:CalculatedAmount>{paper.tax}"
        f"</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>{paper.net}</ram:BasisAmount><ram:CategoryCode>"
        f"{category}</ram:CategoryCode><ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        f"<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{paper.net}</ram:LineTotalAmount>"
        f'<ram:TaxBasisTotalAmount>{paper.net}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="{paper.currency}">{paper.tax}'
        f"</ram:TaxTotalAmount><ram:GrandTotalAmount>{paper.net + paper.tax}</ram:GrandTotalAmount><ram:DuePayableAmount>"
        f"{paper.net + paper.tax}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    ).encode()


def facturx(paper: Paper, page: bytes) -> bytes:
    """A PDF with the CII invoice in it, by the factur-x library. Its times are of the day it is made."""
    from facturx import generate_from_binary

    made: bytes = generate_from_binary(
        page, cii(paper), flavor="factur-x", level="en16931", check_xsd=False, check_schematron=False
    )
    return made


def x12(kind: str, sender: str, paper: Paper, *, at: str = "261119", control: int = 1) -> bytes:
    """An X12 810, 855 or 856 of the paper's lines."""
    body = {"810": _x810, "855": _x855, "856": _x856}[kind](paper)
    group = {"810": "IN", "855": "PR", "856": "SH"}[kind]
    segments = [f"ST*{kind}*0001", *body]
    segments.append(f"SE*{len(segments) + 1}*0001")
    envelope = (
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{'HARBORPINE':<15}*{at}*0912*U*00401*{control:09d}*0*P*>~"
        f"GS*{group}*{sender}*HARBORPINE*20{at}*0912*{control}*X*004010~"
    )
    return (envelope + "~".join(segments) + f"~GE*1*{control}~IEA*1*{control:09d}~").encode()


def _x810(paper: Paper) -> list[str]:
    day = paper.date.replace("-", "")
    rows = [f"BIG*{day}*{paper.number}**{paper.order}", "CUR*SE*USD", f"N1*SE*{paper.issuer}"]
    for n, line in enumerate(paper.lines, 1):
        rows.append(f"IT1*{n}*{line.quantity}*EA*{line.price}**VN*{line.code}")
        rows.append(f"PID*F****{line.text}")
    rows.append(f"TDS*{int((paper.net) * 100)}")
    rows.extend(f"SAC*C*D240***{int(Decimal(amount) * 100)}*********{reason}" for reason, amount in paper.charges)
    rows.append(f"CTT*{len(paper.lines)}")
    return rows


def _x855(paper: Paper) -> list[str]:
    day = datetime.fromisoformat(paper.date).strftime("%Y%m%d")
    rows = [f"BAK*00*AC*{paper.order}*{day}****{paper.number}", f"N1*SE*{paper.issuer}"]
    for n, line in enumerate(paper.lines, 1):
        rows.append(f"PO1*{n}*{line.quantity}*EA*{line.price}**VN*{line.code}")
        when = line.date.replace("-", "") or day
        rows.append(f"ACK*IA*{line.quantity}*EA*068*{when}")
    rows.append(f"CTT*{len(paper.lines)}")
    return rows


def _x856(paper: Paper) -> list[str]:
    day = paper.date.replace("-", "")
    rows = [
        f"BSN*00*{paper.number}*{day}*0912",
        "HL*1**S",
        "TD5**2*UPSN",
        f"DTM*011*{day}",
        "HL*2*1*O",
        f"PRF*{paper.order}",
    ]
    for n, line in enumerate(paper.lines, 3):
        rows += [f"HL*{n}*2*I", f"LIN**VN*{line.code}", f"SN1**{line.quantity}*EA"]
    rows.append(f"CTT*{len(paper.lines)}")
    return rows


def sheet(rows: list[list[object]], title: str) -> bytes:
    """A spreadsheet with one table."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    book.properties.created = book.properties.modified = datetime(2026, 11, 19, 9, 0)  # noqa: DTZ001 (the format has no zone)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
