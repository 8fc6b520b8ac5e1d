"""Cross Industry Invoice, as ZUGFeRD 1, ZUGFeRD 2, Factur-X and XRechnung write it, to claims (EN 16931-3-3).

The two generations name the same things differently; the tables hold the paths of both. Terms are those of EN 16931
(docs/vocabulary.md).
"""

from collections.abc import Sequence

from agents.read.cii_terms import (
    PAYMENT,
    TERMS,
    day,
    document_beside,
    extras,
    line_document,
    paper,
    party,
    price_extra,
    service,
    tax,
)
from agents.read.codes import CREDIT_NOTES
from agents.read.structured import Element, Source, every, first, nonzero, text_of
from agents.read.xml_terms import Entry, Node, Table, Term, Walk, renamed, tree, under
from core.claims import DocumentKind

READER = "cii/2"
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
_DEALS = ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
_CONTEXTS = ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext")
_HEADS = ("ExchangedDocument", "HeaderExchangedDocument")
_NO_LINE_OF_ITS_OWN = frozenset(("GROUP", "INFORMATION"))
"""Lines of the extended profile that sum up or explain others; counting them would bill twice."""


def _in_each(paths: Sequence[str], table: Table) -> dict[str, Entry]:
    return {path: entry for outer in paths for path, entry in under(outer, table).items()}


def _tax_total(element: Element, walk: Walk) -> Node:
    """The tax in the document's currency, or in the currency of taxes."""
    return _TAX_TOTALS[element.get("currencyID") in (None, "", walk.currency)]


_TAX_TOTALS = {
    True: Node(terms=(Term("invoice.tax_total", "amount"),)),
    False: Node(terms=(Term("invoice.tax_total_in_tax_currency", "amount"),)),
}
_PURPOSE = {"Indicator": (Term("document.purpose", words={"true": "test", "1": "test"}),)}
_COPY = {"Indicator": (Term("document.purpose", words={"true": "copy", "1": "copy"}),)}
_CONTEXT: Table = {
    "BusinessProcessSpecifiedDocumentContextParameter/ID": "invoice.process",
    "GuidelineSpecifiedDocumentContextParameter/ID": "invoice.specification",
    "TestIndicator": _PURPOSE["Indicator"],
    **under("TestIndicator", _PURPOSE),
}
_HEAD: Table = {
    "ID": "invoice.number",
    "Name": "document.title",
    "TypeCode": "invoice.type_code",
    "IncludedNote/Content": "invoice.note",
    "IncludedNote/SubjectCode": "invoice.note_subject",
    "IncludedNote/ContentCode": "invoice.note_code",
    **under("CopyIndicator", _COPY),
    **day("IssueDateTime", "invoice.date"),
    **day("EffectiveSpecifiedPeriod/CompleteDateTime", "invoice.contract_due_date"),
}
_AGREED: Table = {
    "BuyerReference": "buyer.reference",
    "ApplicableTradeDeliveryTerms/DeliveryTypeCode": "delivery.terms_code",
    "AdditionalReferencedDocument": document_beside,
    "SpecifiedProcuringProject/ID": "project.number",
    "SpecifiedProcuringProject/Name": "project.name",
    **paper("SellerOrderReferencedDocument", "confirmation.number", "confirmation.date"),
    **paper("BuyerOrderReferencedDocument", "order.number", "order.date"),
    **paper("QuotationReferencedDocument", "quote.number", "quote.date"),
    **paper("ContractReferencedDocument", "contract.number", "contract.date"),
    **paper("UltimateCustomerOrderReferencedDocument", "end_user.order", "end_user.order_date"),
    **under("SellerTradeParty", party("supplier")),
    **under("BuyerTradeParty", party("buyer")),
    **under("SellerTaxRepresentativeTradeParty", party("tax_representative")),
    **under("BuyerTaxRepresentativeTradeParty", party("buyer_tax_representative")),
    **under("ProductEndUserTradeParty", party("end_user")),
    **under("SalesAgentTradeParty", party("sales_agent")),
    **under("BuyerAgentTradeParty", party("buyer_agent")),
}
_DELIVERED: Table = {
    "RelatedSupplyChainConsignment/SpecifiedLogisticsTransportMovement/ModeCode": "freight.mode",
    **day("ActualDeliverySupplyChainEvent/OccurrenceDateTime", "delivery.actual_date"),
    **paper("DespatchAdviceReferencedDocument", "despatch.number", "despatch.issue_date"),
    **paper("DeliveryNoteReferencedDocument", "despatch.number", "despatch.issue_date"),
    **paper("ReceivingAdviceReferencedDocument", "receipt.number", "receipt.issue_date"),
    **under("ShipToTradeParty", party("delivery")),
    **under("UltimateShipToTradeParty", party("final_delivery")),
    **under("ShipFromTradeParty", party("ship_from")),
}
_SETTLED: Table = {
    "CreditorReferenceID": "payment.creditor",
    "PaymentReference": "payment.reference",
    "TaxCurrencyCode": "invoice.tax_currency",
    "InvoiceCurrencyCode": "invoice.currency",
    "InvoiceIssuerReference": "supplier.reference",
    "TaxApplicableTradeCurrencyExchange/SourceCurrencyCode": "exchange.from",
    "TaxApplicableTradeCurrencyExchange/TargetCurrencyCode": "exchange.to",
    "TaxApplicableTradeCurrencyExchange/ConversionRate": "exchange.rate number",
    **day("TaxApplicableTradeCurrencyExchange/ConversionRateDateTime", "exchange.date"),
    **under("InvoicerTradeParty", party("invoicer")),
    **under("InvoiceeTradeParty", party("invoicee")),
    **under("PayeeTradeParty", party("payee")),
    **under("PayerTradeParty", party("payer")),
    **under("SpecifiedTradeSettlementPaymentMeans", PAYMENT),
    **tax("ApplicableTradeTax", "invoice."),
    "ApplicableTradeTax/BasisAmount": "invoice.tax_base amount",
    "ApplicableTradeTax/LineTotalBasisAmount": "invoice.tax_base_of_lines amount",
    "ApplicableTradeTax/AllowanceChargeBasisAmount": "invoice.tax_base_of_extras amount",
    "ApplicableTradeTax/DueDateTypeCode": "invoice.tax_point_code",
    **day("ApplicableTradeTax/TaxPointDate", "invoice.tax_point_date"),
    "BillingSpecifiedPeriod/Description": "invoice.period_note",
    **day("BillingSpecifiedPeriod/StartDateTime", "invoice.period_start"),
    **day("BillingSpecifiedPeriod/EndDateTime", "invoice.period_end"),
    "SpecifiedTradeAllowanceCharge": extras("invoice", counted=True),
    "SpecifiedLogisticsServiceCharge": service,
    **under("SpecifiedTradePaymentTerms", TERMS),
    **paper("InvoiceReferencedDocument", "invoice.preceding", "invoice.preceding_date"),
    "InvoiceReferencedDocument/TypeCode": "invoice.preceding_type_code",
    "ReceivableSpecifiedTradeAccountingAccount/ID": "buyer.accounting",
    "ReceivableSpecifiedTradeAccountingAccount/TypeCode": "buyer.accounting_kind",
    "SpecifiedAdvancePayment/PaidAmount": "prepayment.amount amount",
    **day("SpecifiedAdvancePayment/FormattedReceivedDateTime", "prepayment.date"),
    **paper(
        "SpecifiedAdvancePayment/InvoiceSpecifiedReferencedDocument", "prepayment.number", "prepayment.invoice_date"
    ),
}
_TOTALS: Table = {
    "LineTotalAmount": "invoice.lines_total amount",
    "ChargeTotalAmount": "invoice.charges_total amount",
    "AllowanceTotalAmount": "invoice.allowances_total amount",
    "TaxBasisTotalAmount": "invoice.net_total amount",
    "TaxTotalAmount": _tax_total,
    "RoundingAmount": "invoice.rounding amount",
    "GrandTotalAmount": "invoice.total amount",
    "TotalPrepaidAmount": "invoice.prepaid amount",
    "DuePayableAmount": "invoice.payable amount",
}
_TABLE = tree(
    {
        **_in_each(_CONTEXTS, _CONTEXT),
        **_in_each(_HEADS, _HEAD),
        **_in_each([f"{deal}/{part}" for deal in _DEALS for part in _AGREEMENT], _AGREED),
        **_in_each([f"{deal}/{part}" for deal in _DEALS for part in _DELIVERY], _DELIVERED),
        **_in_each([f"{deal}/{part}" for deal in _DEALS for part in _SETTLEMENT], _SETTLED),
        **_in_each([f"{deal}/{part}/{sums}" for deal in _DEALS for part in _SETTLEMENT for sums in _SUMS], _TOTALS),
    }
)
_PRODUCT: Table = {
    "ID": "line.item",
    "GlobalID": "line.gtin id",
    "SellerAssignedID": "line.supplier_item",
    "BuyerAssignedID": "line.buyer_item",
    "IndustryAssignedID": "line.industry_item",
    "ModelID": "line.model",
    "ModelName": "line.model",
    "BrandName": "line.brand",
    "Name": "line.description",
    "Description": "line.item_text",
    "BatchID": "line.lot",
    "ApplicableProductCharacteristic/TypeCode": "line.attribute_code",
    "ApplicableProductCharacteristic/Description": "line.attribute",
    "ApplicableProductCharacteristic/Value": "line.attribute_value",
    "ApplicableProductCharacteristic/ValueMeasure": "line.attribute_quantity quantity",
    "DesignatedProductClassification/ClassCode": "line.classification id",
    "DesignatedProductClassification/ClassName": "line.classification_name",
    "IndividualTradeProductInstance/BatchID": "line.lot",
    "IndividualTradeProductInstance/SupplierAssignedSerialID": "line.serial",
    "OriginTradeCountry/ID": "line.origin",
    "IncludedReferencedProduct/ID": "line.part_item id",
    "IncludedReferencedProduct/GlobalID": "line.part_gtin id",
    "IncludedReferencedProduct/SellerAssignedID": "line.part_item id",
    "IncludedReferencedProduct/BuyerAssignedID": "line.part_buyer_item",
    "IncludedReferencedProduct/Name": "line.part",
    "IncludedReferencedProduct/Description": "line.part_text",
    "IncludedReferencedProduct/UnitQuantity": "line.part_quantity quantity",
}
_LINE_AGREED: Table = {
    **paper("SellerOrderReferencedDocument", "confirmation.number", "confirmation.date", "line.confirmation_line"),
    **paper("BuyerOrderReferencedDocument", "order.number", "order.date", "line.order_line"),
    **paper("QuotationReferencedDocument", "quote.number", "quote.date", "line.quote_line"),
    **paper("ContractReferencedDocument", "contract.number", "contract.date", "line.contract_line"),
    **paper("UltimateCustomerOrderReferencedDocument", "end_user.order", "end_user.order_date", "line.end_user_line"),
    "AdditionalReferencedDocument": line_document,
    "GrossPriceProductTradePrice/ChargeAmount": "line.gross_price amount",
    "GrossPriceProductTradePrice/BasisQuantity": "line.gross_price_base quantity",
    "GrossPriceProductTradePrice/AppliedTradeAllowanceCharge": price_extra,
    "NetPriceProductTradePrice/ChargeAmount": "line.price amount",
    "NetPriceProductTradePrice/BasisQuantity": "line.price_base quantity",
    **tax("NetPriceProductTradePrice/IncludedTradeTax", "line.price_"),
}
_LINE_DELIVERED: Table = {
    "BilledQuantity": "line.quantity quantity",
    "ChargeFreeQuantity": "line.free_quantity quantity",
    "PackageQuantity": "line.packages quantity",
    "PerPackageUnitQuantity": "line.pack_quantity quantity",
    **day("ActualDeliverySupplyChainEvent/OccurrenceDateTime", "line.delivery_date"),
    **paper("DespatchAdviceReferencedDocument", "despatch.number", "despatch.issue_date", "line.despatch_line"),
    **paper("DeliveryNoteReferencedDocument", "despatch.number", "despatch.issue_date", "line.despatch_line"),
    **paper("ReceivingAdviceReferencedDocument", "receipt.number", "receipt.issue_date", "line.receipt_line"),
    **under("ShipToTradeParty", party("delivery")),
    **under("UltimateShipToTradeParty", party("final_delivery")),
}
_LINE_SETTLED: Table = {
    **tax("ApplicableTradeTax", "line."),
    **day("BillingSpecifiedPeriod/StartDateTime", "line.period_start"),
    **day("BillingSpecifiedPeriod/EndDateTime", "line.period_end"),
    "SpecifiedTradeAllowanceCharge": extras("line", counted=False),
    "AdditionalReferencedDocument": line_document,
    **paper("InvoiceReferencedDocument", "line.preceding", "line.preceding_date", "line.preceding_line"),
    "ReceivableSpecifiedTradeAccountingAccount/ID": "line.accounting",
    "SpecifiedTradeAccountingAccount/ID": "line.accounting",
}
_LINE_TOTALS: Table = {
    "LineTotalAmount": "line.amount amount",
    "ChargeTotalAmount": "line.charges_total amount",
    "AllowanceTotalAmount": "line.allowances_total amount",
    "TotalAllowanceChargeAmount": "line.extras_total amount",
    "TaxTotalAmount": "line.tax_amount amount",
    "GrandTotalAmount": "line.total amount",
}
_LINE = tree(
    {
        "AssociatedDocumentLineDocument/LineID": "line.number",
        "AssociatedDocumentLineDocument/ParentLineID": "line.parent",
        "AssociatedDocumentLineDocument/LineStatusCode": "line.status_code",
        "AssociatedDocumentLineDocument/LineStatusReasonCode": "line.kind",
        "AssociatedDocumentLineDocument/IncludedNote/Content": "line.note",
        "AssociatedDocumentLineDocument/IncludedNote/SubjectCode": "line.note_subject",
        "AssociatedDocumentLineDocument/IncludedNote/ContentCode": "line.note_code",
        **under("SpecifiedTradeProduct", _PRODUCT),
        **_in_each(_LINE_AGREEMENT, _LINE_AGREED),
        **_in_each(_LINE_DELIVERY, _LINE_DELIVERED),
        **_in_each(_LINE_SETTLEMENT, _LINE_SETTLED),
        **_in_each([f"{outer}/{sums}" for outer in _LINE_SETTLEMENT for sums in _LINE_SUMS], _LINE_TOTALS),
    }
)
_SUB_LINE = renamed(_LINE, "line.", "subline.")


def exchanged(root: Element) -> Element | None:
    """The element with number, date and type of the invoice."""
    return first(root, *_HEADS)


def kind_of(root: Element) -> DocumentKind:
    """Invoice or credit note, by the type code."""
    code = first(exchanged(root), "TypeCode")
    credit = code is not None and text_of(code).strip() in CREDIT_NOTES
    return DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE


def read(root: Element, source: Source) -> None:
    """Put every claim of one invoice into the source: those of the whole, then line by line."""
    deal = first(root, *_DEALS)
    settlement = first(deal, *_SETTLEMENT)
    money = first(settlement, "InvoiceCurrencyCode")
    walk = Walk(source, text_of(money).strip() if money is not None else None)
    walk.into(root, _TABLE)
    sums = first(settlement, *_SUMS)
    for name, total in (("invoice.charge", "ChargeTotalAmount"), ("invoice.allowance", "AllowanceTotalAmount")):
        if not walk.counted(name) and (told := first(sums, total)) is not None:
            source.amount(name, nonzero((told,)), walk.currency, 1)
    number = 0
    for line in every(deal, "IncludedSupplyChainTradeLineItem"):
        if is_billed(line):
            number += 1
            walk.into(line, _LINE, number)
        else:
            walk.into(line, _SUB_LINE, number or None)


def is_billed(line: Element) -> bool:
    """Whether a line bills something: no sum of others, no explanation, no note between lines."""
    status = first(line, "AssociatedDocumentLineDocument/LineStatusReasonCode")
    if status is not None and text_of(status).strip() in _NO_LINE_OF_ITS_OWN:
        return False
    return (
        first(first(line, *_LINE_DELIVERY), "BilledQuantity") is not None or first(line, *_LINE_SETTLEMENT) is not None
    )
