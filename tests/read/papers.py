"""Files that the tests of the readers make for themselves: mails, invoices, X12, PDFs, archives."""

import io
import zipfile
from base64 import encodebytes
from collections.abc import Sequence

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from core.claims import Document, Part, PartState, Reading

CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>{guideline}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>KF-88213</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20261119</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>
</ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:SellerAssignedID>M8X40</ram:SellerAssignedID><ram:Name>Bolt M8x40</ram:Name>
</ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:BuyerOrderReferencedDocument><ram:LineID>10</ram:LineID></ram:BuyerOrderReferencedDocument>
<ram:NetPriceProductTradePrice><ram:ChargeAmount>41.00</ram:ChargeAmount>
<ram:BasisQuantity unitCode="C62">100</ram:BasisQuantity>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">{quantity}</ram:BilledQuantity>
</ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>492.00</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Keller Fasteners</ram:Name>
<ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Norbeck Supply</ram:Name>
<ram:PostalTradeAddress><ram:CountryID>AT</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>
<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-40417</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>
</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery><ram:ActualDeliverySupplyChainEvent><ram:OccurrenceDateTime>
<udt:DateTimeString format="102">20261118</udt:DateTimeString></ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent>
</ram:ApplicableHeaderTradeDelivery>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>
<ram:IBANID>DE02120300000000202051</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>102.03</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>537.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19</ram:RateApplicablePercent>
</ram:ApplicableTradeTax>
<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>true</udt:Indicator></ram:ChargeIndicator>
<ram:ActualAmount>45.00</ram:ActualAmount><ram:Reason>Freight</ram:Reason><ram:CategoryTradeTax><ram:TypeCode>VAT</ram:TypeCode>
<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:CategoryTradeTax>
</ram:SpecifiedTradeAllowanceCharge>
<ram:SpecifiedTradePaymentTerms><ram:Description>30 days net</ram:Description><ram:DueDateDateTime>
<udt:DateTimeString format="102">20261219</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>492.00</ram:LineTotalAmount>
<ram:ChargeTotalAmount>45.00</ram:ChargeTotalAmount><ram:TaxBasisTotalAmount>537.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">102.03</ram:TaxTotalAmount><ram:GrandTotalAmount>639.03</ram:GrandTotalAmount>
<ram:DuePayableAmount>639.03</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>
"""
GUIDELINE = "urn:cen.eu:en16931:2017"


def cii(*, guideline: str = GUIDELINE, code: str = "380", quantity: str = "1200") -> bytes:
    """A CII invoice over 1,200 bolts at 41.00 per hundred, freight 45.00, 19 % tax: 639.03."""
    return CII.format(guideline=guideline, code=code, quantity=quantity).encode()


def ubl(name: str, inner: str) -> bytes:
    """A UBL document of that name; elements are written cac: and cbc:."""
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{space}{name}-2" '
        f'xmlns:cac="{space}CommonAggregateComponents-2" xmlns:cbc="{space}CommonBasicComponents-2">{inner}</{name}>'
    ).encode()


def x12(code: str, *segments: str, group: str = "IN", counted: int | None = None) -> bytes:
    """One transaction in its envelopes; the counts are right unless `counted` says otherwise."""
    body = "".join(f"{segment}~\n" for segment in segments)
    count = len(segments) + 2 if counted is None else counted
    return (
        "ISA*00*          *00*          *ZZ*KELLER         *ZZ*NORBECK        *261119*0900*U*00401*000000007*0*P*>~\n"
        f"GS*{group}*KELLER*NORBECK*20261119*0900*7*X*004010~\nST*{code}*0001~\n{body}SE*{count}*0001~\n"
        "GE*1*7~\nIEA*1*000000007~\n"
    ).encode()


def pdf(*lines: str, pages: int = 1, password: str = "", picture: bool = False) -> bytes:
    """A PDF with these lines on its first page; a picture has shapes and no text."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), encrypt=password or None, invariant=1)
    for page in range(pages):
        if picture:
            canvas.rect(50, 50, 200, 200, fill=1)
        for row, line in enumerate(lines if page == 0 else ()):
            canvas.drawString(50, 780 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def hybrid(data: bytes, *lines: str, name: str = "factur-x.xml") -> bytes:
    """A PDF that shows these lines and carries the data under that name."""
    document = pypdfium2.PdfDocument(pdf(*lines))
    document.new_attachment(name).set_data(data)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(*files: tuple[str, bytes]) -> bytes:
    """A ZIP archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files:
            archive.writestr(name, raw)
    return out.getvalue()


def attached(name: str, raw: bytes, media_type: str = "application/octet-stream") -> bytes:
    """A MIME part with a file."""
    head = f'Content-Type: {media_type}\nContent-Disposition: attachment; filename="{name}"\n'
    return f"{head}Content-Transfer-Encoding: base64\n\n".encode() + encodebytes(raw)


def text_part(text: str, media_type: str = "text/plain") -> bytes:
    """A MIME part with text in UTF-8."""
    return f"Content-Type: {media_type}; charset=utf-8\n\n{text}".encode()


def letter(*parts: bytes, subject: str = "Order PO-40417", kind: str = "mixed", extra: str = "") -> bytes:
    """A mail from Keller Fasteners with these MIME parts."""
    head = (
        f"From: Jana Keller <jana@keller.example>\nTo: ap@norbeck.example\nSubject: {subject}\n"
        f"Date: Thu, 19 Nov 2026 16:04:00 +0100\nMessage-ID: <k1@keller.example>\n{extra}"
        f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="cut"\n\n'
    ).encode()
    return head + b"".join(b"--cut\n" + part + b"\n" for part in parts) + b"--cut--\n"


def plain(text: str, **kwargs: str) -> bytes:
    """A mail of nothing but text."""
    return letter(text_part(text), **kwargs)


def part(raw: bytes, path: str = "1:file") -> Part:
    """A part as a reader gets it."""
    name = path.rpartition(":")[2]
    return Part(path=path, name=name, media_type="", sha256="", size=len(raw), state=PartState.READ)


def found(reading: Reading, path: str) -> Part:
    """The part of that path."""
    return next(part for part in reading.parts if part.path == path)


def said(document: Document, line: int | None = None) -> dict[str, object]:
    """Field and value of every claim, of one line or of the header; repeated ones as lists."""
    values: dict[str, list[object]] = {}
    for claim in document.claims:
        if claim.line == line:
            values.setdefault(claim.field, []).append(claim.value)
    return {name: several[0] if len(several) == 1 else several for name, several in values.items()}


def failed(document: Document) -> Sequence[str]:
    """The names of the checks that do not hold, warnings left out."""
    return [check.name for check in document.failed()]
