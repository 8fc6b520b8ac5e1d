"""Electronic papers of the demo: UBL 2.1 invoices, credit notes and order responses, and CII inside a PDF (Factur-X).

The bills keep the rules of EN 16931, as those of a supplier with a proper program do.
"""

from decimal import Decimal
from xml.sax.saxutils import escape

from desk.demo.maker.pages import undated
from desk.demo.maker.paper import BUYER, Line, Paper

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
ORDERING = "urn:fdc:peppol.eu:poacc:trns:order_response:3"
BUYER_COUNTRY = "US"
UNITS = {"pcs": "C62", "m": "MTR", "kg": "KGM", "box": "XBX"}


def ubl(paper: Paper) -> bytes:
    """The paper as a UBL invoice, or a UBL credit note."""
    credit = paper.kind == "credit_note"
    root, quantity = ("CreditNote", "CreditedQuantity") if credit else ("Invoice", "InvoicedQuantity")
    head = _tag("cbc:CustomizationID", BILLING) + _tag("cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")
    head += _tag("cbc:ID", paper.number) + _tag("cbc:IssueDate", paper.day.isoformat())
    head += _tag(f"cbc:{root}TypeCode", "381" if credit else "380") + _tag("cbc:DocumentCurrencyCode", paper.currency)
    head += _tag("cac:OrderReference", _tag("cbc:ID", paper.order))
    if paper.preceding:
        preceding = _tag("cac:InvoiceDocumentReference", _tag("cbc:ID", paper.preceding))
        head += _tag("cac:BillingReference", preceding)
    supplier = _party(paper.issuer, paper.tax_id, country_of(paper))
    head += _tag("cac:AccountingSupplierParty", supplier)
    head += _tag("cac:AccountingCustomerParty", _party(BUYER[0], country=BUYER_COUNTRY))
    if paper.notes():
        head += _tag("cac:PaymentTerms", _tag("cbc:Note", paper.notes()[0]))
    head += "".join(
        _tag(
            "cac:AllowanceCharge",
            _tag("cbc:ChargeIndicator", "true")
            + _tag("cbc:AllowanceChargeReason", reason)
            + _money("Amount", amount, paper)
            + _category("TaxCategory", paper),
        )
        for reason, amount in paper.charges
    )
    head += _tag("cac:TaxTotal", _money("TaxAmount", paper.tax, paper) + _tag("cac:TaxSubtotal", _taxed(paper)))
    head += _tag("cac:LegalMonetaryTotal", "".join(_money(name, value, paper) for name, value in _sums(paper)))
    lines = "".join(_line(n, line, paper, root, quantity) for n, line in enumerate(paper.lines, 1))
    return _document(root, head + lines)


def _sums(paper: Paper) -> list[tuple[str, Decimal]]:
    goods = sum((line.amount for line in paper.lines), Decimal(0))
    charges = sum((amount for _, amount in paper.charges), Decimal(0))
    return [
        ("LineExtensionAmount", goods),
        ("TaxExclusiveAmount", paper.net),
        ("TaxInclusiveAmount", paper.total),
        *([("ChargeTotalAmount", charges)] if paper.charges else []),
        ("PayableAmount", paper.total),
    ]


def _taxed(paper: Paper) -> str:
    """The one category of tax that all of a paper is under."""
    amounts = _money("TaxableAmount", paper.net, paper) + _money("TaxAmount", paper.tax, paper)
    return amounts + _category("TaxCategory", paper)


def _category(name: str, paper: Paper) -> str:
    """The standard rate, or what bears none."""
    code, rate = ("S", f"{paper.tax_rate.normalize():f}") if paper.tax_rate else ("Z", "0")
    scheme = _tag("cac:TaxScheme", _tag("cbc:ID", "VAT"))
    return _tag(f"cac:{name}", _tag("cbc:ID", code) + _tag("cbc:Percent", rate) + scheme)


def country_of(paper: Paper) -> str:
    """Where the issuer is, by the letters of his tax number."""
    return paper.tax_id[:2] or BUYER_COUNTRY


def ubl_response(paper: Paper) -> bytes:
    """The paper as a UBL order response that accepts every line."""
    head = _tag("cbc:CustomizationID", ORDERING) + _tag("cbc:ProfileID", "urn:fdc:peppol.eu:poacc:bis:ordering:3")
    head += _tag("cbc:ID", paper.number) + _tag("cbc:IssueDate", paper.day.isoformat())
    head += _tag("cbc:OrderResponseCode", "AP") + _tag("cbc:DocumentCurrencyCode", paper.currency)
    head += _tag("cac:OrderReference", _tag("cbc:ID", paper.order))
    head += _tag("cac:SellerSupplierParty", _party(paper.issuer, paper.tax_id))
    head += _tag("cac:BuyerCustomerParty", _party(BUYER[0]))
    lines = "".join(
        _tag(
            "cac:OrderLine",
            _tag(
                "cac:LineItem",
                _tag("cbc:ID", str(number))
                + _tag("cbc:LineStatusCode", "5")
                + f'<cbc:Quantity unitCode="{UNITS[line.unit]}">{line.quantity}</cbc:Quantity>'
                + _tag("cac:Delivery", _tag("cac:PromisedDeliveryPeriod", _tag("cbc:EndDate", str(line.day))))
                + _tag("cac:Price", _money("PriceAmount", line.price, paper))
                + _item(line),
            )
            + _tag("cac:OrderLineReference", _tag("cbc:LineID", str(number))),
        )
        for number, line in enumerate(paper.lines, 1)
    )
    return _document("OrderResponse", head + lines)


def facturx(paper: Paper, page: bytes) -> bytes:
    """A PDF with the paper's CII invoice inside, by the factur-x library, which checks it against the schema."""
    from facturx import generate_from_binary

    made: bytes = generate_from_binary(
        page, cii(paper), flavor="factur-x", level="en16931", check_xsd=True, check_schematron=False, lang=paper.lang
    )
    return undated(made)


def cii(paper: Paper) -> bytes:
    """The paper as a UN/CEFACT CII invoice in the EN 16931 profile."""
    spaces = {
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    }
    names = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    guideline = _tag("ram:GuidelineSpecifiedDocumentContextParameter", _tag("ram:ID", "urn:cen.eu:en16931:2017"))
    day = f'<udt:DateTimeString format="102">{paper.day:%Y%m%d}</udt:DateTimeString>'
    head = _tag("ram:ID", paper.number) + _tag("ram:TypeCode", "380") + _tag("ram:IssueDateTime", day)
    address = _tag("ram:PostalTradeAddress", _tag("ram:CountryID", BUYER_COUNTRY))
    agreement = _tag("ram:SellerTradeParty", _cii_party(paper))
    agreement += _tag("ram:BuyerTradeParty", _tag("ram:Name", BUYER[0]) + address)
    agreement += _tag("ram:BuyerOrderReferencedDocument", _tag("ram:IssuerAssignedID", paper.order))
    despatch = _tag("ram:DespatchAdviceReferencedDocument", _tag("ram:IssuerAssignedID", paper.despatch))
    trade = "".join(_cii_line(number, line, paper) for number, line in enumerate(paper.lines, 1))
    trade += _tag("ram:ApplicableHeaderTradeAgreement", agreement)
    trade += _tag("ram:ApplicableHeaderTradeDelivery", despatch if paper.despatch else "")
    trade += _tag("ram:ApplicableHeaderTradeSettlement", _cii_settlement(paper))
    body = _tag("rsm:ExchangedDocumentContext", guideline) + _tag("rsm:ExchangedDocument", head)
    body += _tag("rsm:SupplyChainTradeTransaction", trade)
    root = f"<rsm:CrossIndustryInvoice {names}>{body}</rsm:CrossIndustryInvoice>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _cii_party(paper: Paper) -> str:
    address = _tag("ram:PostalTradeAddress", _tag("ram:CountryID", country_of(paper)))
    tax = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{paper.tax_id}</ram:ID></ram:SpecifiedTaxRegistration>'
    return _tag("ram:Name", paper.issuer) + address + tax


def _cii_line(number: int, line: Line, paper: Paper) -> str:
    product = _tag("ram:SellerAssignedID", line.code) + _tag("ram:Name", line.text)
    price = _tag("ram:NetPriceProductTradePrice", _tag("ram:ChargeAmount", str(line.price)))
    quantity = f'<ram:BilledQuantity unitCode="{UNITS[line.unit]}">{line.quantity}</ram:BilledQuantity>'
    total = _tag("ram:LineTotalAmount", str(line.amount))
    settled = _cii_tax(paper) + _tag("ram:SpecifiedTradeSettlementLineMonetarySummation", total)
    return _tag(
        "ram:IncludedSupplyChainTradeLineItem",
        _tag("ram:AssociatedDocumentLineDocument", _tag("ram:LineID", str(number)))
        + _tag("ram:SpecifiedTradeProduct", product)
        + _tag("ram:SpecifiedLineTradeAgreement", price)
        + _tag("ram:SpecifiedLineTradeDelivery", quantity)
        + _tag("ram:SpecifiedLineTradeSettlement", settled),
    )


def _cii_tax(paper: Paper, amounts: tuple[str, str] = ("", "")) -> str:
    code, rate = ("S", f"{paper.tax_rate}") if paper.tax_rate else ("Z", "0.00")
    calculated, basis = amounts
    return _tag(
        "ram:ApplicableTradeTax",
        (_tag("ram:CalculatedAmount", calculated) if calculated else "")
        + _tag("ram:TypeCode", "VAT")
        + (_tag("ram:BasisAmount", basis) if basis else "")
        + _tag("ram:CategoryCode", code)
        + _tag("ram:RateApplicablePercent", rate),
    )


def _cii_settlement(paper: Paper) -> str:
    terms = _tag("ram:SpecifiedTradePaymentTerms", _tag("ram:Description", paper.notes()[0]))
    sums = _tag("ram:LineTotalAmount", str(paper.net)) + _tag("ram:TaxBasisTotalAmount", str(paper.net))
    sums += f'<ram:TaxTotalAmount currencyID="{paper.currency}">{paper.tax}</ram:TaxTotalAmount>'
    sums += _tag("ram:GrandTotalAmount", str(paper.total)) + _tag("ram:DuePayableAmount", str(paper.total))
    return (
        _tag("ram:InvoiceCurrencyCode", paper.currency)
        + _cii_tax(paper, (f"{paper.tax:.2f}", str(paper.net)))
        + terms
        + _tag("ram:SpecifiedTradeSettlementHeaderMonetarySummation", sums)
    )


def _line(number: int, line: Line, paper: Paper, root: str, quantity: str) -> str:
    return _tag(
        f"cac:{root}Line",
        _tag("cbc:ID", str(number))
        + f'<cbc:{quantity} unitCode="{UNITS[line.unit]}">{line.quantity}</cbc:{quantity}>'
        + _money("LineExtensionAmount", line.amount, paper)
        + _item(line, _category("ClassifiedTaxCategory", paper))
        + _tag("cac:Price", _money("PriceAmount", line.price, paper)),
    )


def _item(line: Line, category: str = "") -> str:
    code = _tag("cac:SellersItemIdentification", _tag("cbc:ID", line.code))
    return _tag("cac:Item", _tag("cbc:Name", line.text) + code + category)


def _party(name: str, tax_id: str = "", country: str = "") -> str:
    where = _tag("cac:Country", _tag("cbc:IdentificationCode", country))
    address = _tag("cac:PostalAddress", where) if country else ""
    scheme = _tag("cac:TaxScheme", _tag("cbc:ID", "VAT"))
    tax = _tag("cac:PartyTaxScheme", _tag("cbc:CompanyID", tax_id) + scheme) if tax_id else ""
    legal = _tag("cac:PartyLegalEntity", _tag("cbc:RegistrationName", name))
    return _tag("cac:Party", _tag("cac:PartyName", _tag("cbc:Name", name)) + address + tax + legal)


def _money(name: str, value: Decimal, paper: Paper) -> str:
    return f'<cbc:{name} currencyID="{paper.currency}">{value}</cbc:{name}>'


def _tag(name: str, content: str) -> str:
    """An element. What is no markup already is escaped."""
    return f"<{name}>{content if content.startswith('<') else escape(content)}</{name}>"


def _document(root: str, content: str) -> bytes:
    spaces = (
        f'xmlns="{UBL}{root}-2" xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>{content}</{root}>\n'.encode()
