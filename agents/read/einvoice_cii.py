"""Cross Industry Invoice, as ZUGFeRD 1, ZUGFeRD 2, Factur-X and XRechnung write it, to claims.

The two generations name the same things differently; each table row lists the newer path first. Terms are those of
EN 16931 (docs/vocabulary.md).
"""

from collections.abc import Iterator

from agents.read.codes import CREDIT_NOTES
from agents.read.structured import Element, Source, decimal_in, every, first, nonzero, text_of
from core.claims import DocumentKind

READER = "cii/1"
NAMESPACE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
NAMESPACE_OF_2014 = "urn:ferd:CrossIndustryDocument:invoice:1p0"

_AGREEMENT = ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
_DELIVERY = ("ApplicableHeaderTradeDelivery", "ApplicableSupplyChainTradeDelivery")
_SETTLEMENT = ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
_SUMS = ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
_LINE_AGREEMENT = ("SpecifiedLineTradeAgreement", "SpecifiedSupplyChainTradeAgreement")
_LINE_DELIVERY = ("SpecifiedLineTradeDelivery", "SpecifiedSupplyChainTradeDelivery")
_LINE_SETTLEMENT = ("SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement")
_LINE_SUMS = ("SpecifiedTradeSettlementLineMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
_RATES = ("ApplicableTradeTax/RateApplicablePercent", "ApplicableTradeTax/ApplicablePercent")
_NO_LINE_OF_ITS_OWN = frozenset(("GROUP", "INFORMATION"))
"""Lines of the extended profile that sum up or explain others; counting them would bill twice."""


def _reference(name: str) -> tuple[str, str]:
    return (f"{name}/IssuerAssignedID", f"{name}/ID")


def exchanged(root: Element) -> Element | None:
    """The element with number, date and type of the invoice."""
    return first(root, "ExchangedDocument", "HeaderExchangedDocument")


def kind_of(root: Element) -> DocumentKind:
    """Invoice or credit note, by the type code."""
    code = first(exchanged(root), "TypeCode")
    credit = code is not None and text_of(code).strip() in CREDIT_NOTES
    return DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE


def read(root: Element, source: Source) -> None:
    """Put every claim of one invoice into the source."""
    deal = first(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    settlement = first(deal, *_SETTLEMENT)
    money = first(settlement, "InvoiceCurrencyCode")
    currency = text_of(money).strip() if money is not None else None
    _header(root, deal, settlement, source)
    _totals(settlement, currency, source)
    _adjustments(settlement, currency, source)
    for number, line in enumerate(_lines(deal), 1):
        _line(line, number, currency, source)


def _header(root: Element, deal: Element | None, settlement: Element | None, source: Source) -> None:
    head = exchanged(root)
    source.text("invoice.number", _one(head, "ID"))
    source.day("invoice.date", _one(head, "IssueDateTime/DateTimeString"))
    source.text("invoice.note", every(head, "IncludedNote/Content"))
    agreement = first(deal, *_AGREEMENT)
    source.text("order.number", _one(agreement, *_reference("BuyerOrderReferencedDocument")))
    source.text("confirmation.number", _one(agreement, *_reference("SellerOrderReferencedDocument")))
    source.text("supplier.name", _one(agreement, "SellerTradeParty/Name"))
    source.text("supplier.tax_id", _tax_number(agreement))
    source.text("buyer.name", _one(agreement, "BuyerTradeParty/Name"))
    delivery = first(deal, *_DELIVERY)
    advice = (*_reference("DespatchAdviceReferencedDocument"), *_reference("DeliveryNoteReferencedDocument"))
    source.text("despatch.number", _one(delivery, *advice))
    source.text("receipt.number", _one(delivery, *_reference("ReceivingAdviceReferencedDocument")))
    source.text("invoice.currency", _one(settlement, "InvoiceCurrencyCode"))
    source.text("invoice.terms", every(settlement, "SpecifiedTradePaymentTerms/Description"))
    source.day("invoice.due_date", _one(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"))
    source.text("invoice.preceding", every(settlement, *_reference("InvoiceReferencedDocument")))
    account = "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount"
    source.text("supplier.iban", every(settlement, f"{account}/IBANID", f"{account}/ProprietaryID"))


def _one(element: Element | None, *paths: str) -> list[Element]:
    found = first(element, *paths)
    return [] if found is None else [found]


def _tax_number(agreement: Element | None) -> list[Element]:
    """The VAT number of the seller, or his local tax number where he gives only that."""
    numbers = list(every(agreement, "SellerTradeParty/SpecifiedTaxRegistration/ID"))
    return [n for n in numbers if n.get("schemeID") == "VA"][:1] or numbers[:1]


def _totals(settlement: Element | None, currency: str | None, source: Source) -> None:
    sums = first(settlement, *_SUMS)
    taxes = list(every(sums, "TaxTotalAmount"))
    own = [tax for tax in taxes if tax.get("currencyID") in (None, currency)]
    source.amount("invoice.net_total", _one(sums, "TaxBasisTotalAmount"), currency)
    source.amount("invoice.tax_total", own[:1], currency)
    source.amount("invoice.total", _one(sums, "GrandTotalAmount"), currency)
    payable = first(sums, "DuePayableAmount")
    total = first(sums, "GrandTotalAmount")
    if payable is not None and (total is None or source.decimal(payable) != source.decimal(total)):
        source.amount("invoice.payable", [payable], currency)
    for rate in every(settlement, *_RATES):
        source.amount("invoice.tax_rate", [rate], None)


def _adjustments(settlement: Element | None, currency: str | None, source: Source) -> None:
    """Charges and allowances on the whole invoice, each kind numbered from 1; their sum where they are not detailed."""
    charges = allowances = 0
    for item in every(settlement, "SpecifiedTradeAllowanceCharge"):
        if is_charge(item):
            charges += 1
            source.amount("invoice.charge", _one(item, "ActualAmount"), currency, charges)
            source.text("invoice.charge_reason", _one(item, "Reason"), charges)
        else:
            allowances += 1
            source.amount("invoice.allowance", _one(item, "ActualAmount"), currency, allowances)
    for item in every(settlement, "SpecifiedLogisticsServiceCharge"):
        charges += 1
        source.amount("invoice.charge", _one(item, "AppliedAmount"), currency, charges)
        source.text("invoice.charge_reason", _one(item, "Description"), charges)
    sums = first(settlement, *_SUMS)
    if not charges:
        source.amount("invoice.charge", nonzero(_one(sums, "ChargeTotalAmount")), currency, 1)
    if not allowances:
        source.amount("invoice.allowance", nonzero(_one(sums, "AllowanceTotalAmount")), currency, 1)


def is_charge(item: Element) -> bool:
    """Whether an allowance or charge adds to the amount. Without an indicator it is an allowance: it takes away."""
    indicator = first(item, "ChargeIndicator/Indicator", "ChargeIndicator")
    return indicator is not None and text_of(indicator).strip().lower() in ("true", "1")


def _lines(deal: Element | None) -> Iterator[Element]:
    """The lines that bill something: no sums of others, no explanations, no notes between lines."""
    for line in every(deal, "IncludedSupplyChainTradeLineItem"):
        status = first(line, "AssociatedDocumentLineDocument/LineStatusReasonCode")
        if status is not None and text_of(status).strip() in _NO_LINE_OF_ITS_OWN:
            continue
        if (
            first(first(line, *_LINE_DELIVERY), "BilledQuantity") is not None
            or first(line, *_LINE_SETTLEMENT) is not None
        ):
            yield line


def _line(line: Element, number: int, currency: str | None, source: Source) -> None:
    agreement = first(line, *_LINE_AGREEMENT)
    delivery = first(line, *_LINE_DELIVERY)
    settlement = first(line, *_LINE_SETTLEMENT)
    source.text("line.order_line", _one(agreement, "BuyerOrderReferencedDocument/LineID"), number)
    source.text("order.number", _one(agreement, *_reference("BuyerOrderReferencedDocument")), number)
    source.text("despatch.number", _one(delivery, *_reference("DespatchAdviceReferencedDocument")), number)
    source.text("line.supplier_item", _one(line, "SpecifiedTradeProduct/SellerAssignedID"), number)
    source.text("line.buyer_item", _one(line, "SpecifiedTradeProduct/BuyerAssignedID"), number)
    source.text("line.description", _one(line, "SpecifiedTradeProduct/Name"), number)
    source.quantity("line.quantity", first(delivery, "BilledQuantity"), number)
    price = first(agreement, "NetPriceProductTradePrice")
    source.amount("line.price", _one(price, "ChargeAmount"), currency, number)
    base = first(price, "BasisQuantity")
    if base is not None and decimal_in(text_of(base)) not in (None, 1, 0):
        source.quantity("line.price_base", base, number)
    for item in every(settlement, "SpecifiedTradeAllowanceCharge"):
        field = "line.charge" if is_charge(item) else "line.allowance"
        source.amount(field, _one(item, "ActualAmount"), currency, number)
    source.amount("line.amount", _one(first(settlement, *_LINE_SUMS), "LineTotalAmount"), currency, number)
    source.amount("line.tax_rate", _one(settlement, *_RATES), None, number)
