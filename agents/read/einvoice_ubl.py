"""UBL 2 bills to claims: Invoice and CreditNote, as EN 16931, Peppol BIS 3 and XRechnung bind them (EN 16931-3-2)."""

from collections.abc import Iterator

from agents.read.codes import CREDIT_NOTES
from agents.read.structured import Element, Source, every, first, local, nonzero, text_of
from agents.read.ubl_items import PRICE, item
from agents.read.ubl_terms import ADDRESS, PAYMENT, document_beside, extras, line_document, party, taxes, totals
from agents.read.xml_terms import Entry, Table, Walk, renamed, tree, under
from core.claims import DocumentKind

READER = "ubl/2"
NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
KINDS = {"Invoice": DocumentKind.INVOICE, "CreditNote": DocumentKind.CREDIT_NOTE}

_BILL: dict[str, Entry] = {
    "CustomizationID": "invoice.specification",
    "ProfileID": "invoice.process",
    "ID": "invoice.number",
    "IssueDate": "invoice.date day",
    "DueDate": "invoice.due_date day",
    "InvoiceTypeCode": "invoice.type_code",
    "CreditNoteTypeCode": "invoice.type_code",
    "Note": "invoice.note note",
    "TaxPointDate": "invoice.tax_point_date day",
    "DocumentCurrencyCode": "invoice.currency",
    "TaxCurrencyCode": "invoice.tax_currency",
    "AccountingCost": "buyer.accounting",
    "BuyerReference": "buyer.reference",
    "InvoicePeriod/StartDate": "invoice.period_start day",
    "InvoicePeriod/EndDate": "invoice.period_end day",
    "InvoicePeriod/DescriptionCode": "invoice.tax_point_code",
    "InvoicePeriod/Description": "invoice.period_note",
    "OrderReference/ID": "order.number",
    "OrderReference/SalesOrderID": "confirmation.number",
    "OrderReference/IssueDate": "order.date day",
    "BillingReference/InvoiceDocumentReference/ID": "invoice.preceding",
    "BillingReference/InvoiceDocumentReference/IssueDate": "invoice.preceding_date day",
    "BillingReference/CreditNoteDocumentReference/ID": "invoice.preceding",
    "BillingReference/CreditNoteDocumentReference/IssueDate": "invoice.preceding_date day",
    "DespatchDocumentReference/ID": "despatch.number",
    "ReceiptDocumentReference/ID": "receipt.number",
    "OriginatorDocumentReference/ID": "tender.number",
    "ContractDocumentReference/ID": "contract.number",
    "ProjectReference/ID": "project.number",
    "AdditionalDocumentReference": document_beside,
    "Delivery/ActualDeliveryDate": "delivery.actual_date day",
    "Delivery/DeliveryLocation/ID": "delivery.id id",
    "Delivery/DeliveryLocation/Name": "delivery.location",
    "DeliveryTerms/ID": "delivery.terms_code",
    "DeliveryTerms/SpecialTerms": "delivery.terms",
    "PaymentTerms/Note": "invoice.terms",
    "PrepaidPayment/ID": "prepayment.number",
    "PrepaidPayment/PaidAmount": "prepayment.amount amount",
    "PrepaidPayment/ReceivedDate": "prepayment.date day",
    "PrepaidPayment/PaidDate": "prepayment.date day",
    "PrepaidPayment/InstructionID": "prepayment.reference",
    "PaymentExchangeRate/SourceCurrencyCode": "exchange.from",
    "PaymentExchangeRate/TargetCurrencyCode": "exchange.to",
    "PaymentExchangeRate/CalculationRate": "exchange.rate number",
    "PaymentExchangeRate/Date": "exchange.date day",
    "TaxExchangeRate/SourceCurrencyCode": "exchange.from",
    "TaxExchangeRate/TargetCurrencyCode": "exchange.to",
    "TaxExchangeRate/CalculationRate": "exchange.rate number",
    "TaxExchangeRate/Date": "exchange.date day",
    "AllowanceCharge": extras("invoice", counted=True),
    "TaxTotal": taxes("invoice"),
    "WithholdingTaxTotal/TaxAmount": "invoice.withheld_tax amount",
    **under("AccountingSupplierParty/Party", party("supplier")),
    **under("AccountingCustomerParty/Party", party("buyer")),
    **under("PayeeParty", party("payee")),
    **under("TaxRepresentativeParty", party("tax_representative")),
    **under("BuyerCustomerParty/Party", party("orderer")),
    **under("SellerSupplierParty/Party", party("seller")),
    **under("Delivery/DeliveryParty", party("delivery")),
    **under("Delivery/DeliveryLocation/Address", ADDRESS, "delivery"),
    **under("PaymentMeans", PAYMENT),
    **under("LegalMonetaryTotal", totals("invoice")),
}
_LINE_TABLE: Table = {
    "ID": "line.number",
    "Note": "line.note",
    "InvoicedQuantity": "line.quantity quantity",
    "CreditedQuantity": "line.quantity quantity",
    "LineExtensionAmount": "line.amount amount",
    "AccountingCost": "line.accounting",
    "InvoicePeriod/StartDate": "line.period_start day",
    "InvoicePeriod/EndDate": "line.period_end day",
    "OrderLineReference/LineID": "line.order_line",
    "OrderLineReference/SalesOrderLineID": "line.confirmation_line",
    "OrderLineReference/OrderReference/ID": "order.number",
    "DespatchLineReference/LineID": "line.despatch_line",
    "DespatchLineReference/DocumentReference/ID": "despatch.number",
    "ReceiptLineReference/LineID": "line.receipt_line",
    "ReceiptLineReference/DocumentReference/ID": "receipt.number",
    "BillingReference/InvoiceDocumentReference/ID": "line.preceding",
    "DocumentReference": line_document,
    "Delivery/ActualDeliveryDate": "line.delivery_date day",
    "AllowanceCharge": extras("line", counted=False),
    "TaxTotal/TaxAmount": "line.tax_amount amount",
    "Item": item,
    **under("Price", PRICE),
    **under("Delivery/DeliveryLocation/Address", ADDRESS, "delivery"),
    **under("Delivery/DeliveryParty", party("delivery")),
}
_TABLE = tree(_BILL)
_LINE = tree(_LINE_TABLE)
_SUB_LINE = renamed(_LINE, "line.", "subline.")
for _name in (
    "SubInvoiceLine",
    "SubCreditNoteLine",
):  # the extension of XRechnung: what a line is made up of, not billed again
    _LINE.below[_name] = _SUB_LINE.below[_name] = _SUB_LINE
LINES = ("InvoiceLine", "CreditNoteLine")


def kind_of(root: Element) -> DocumentKind:
    """What the document is. An Invoice whose type code says credit note is one."""
    code = first(root, "InvoiceTypeCode")
    if code is not None and text_of(code).strip() in CREDIT_NOTES:
        return DocumentKind.CREDIT_NOTE
    return KINDS[local(root)]


def read(root: Element, source: Source) -> None:
    """Put every claim of one bill into the source: those of the whole, then line by line."""
    walk = Walk(source, currency_of(root))
    walk.into(root, _TABLE)
    sums_without_detail(first(root, "LegalMonetaryTotal"), walk)
    for number, line in enumerate(every(root, *LINES), 1):
        walk.into(line, _LINE, number)


def currency_of(root: Element) -> str | None:
    """The currency that a document's amounts are in."""
    money = first(root, "DocumentCurrencyCode")
    return text_of(money).strip() if money is not None else None


def sums_without_detail(sums: Element | None, walk: Walk) -> None:
    """Charges and discounts that are told by their sum alone stand for one of their kind."""
    for name, total in (("invoice.charge", "ChargeTotalAmount"), ("invoice.allowance", "AllowanceTotalAmount")):
        if not walk.counted(name):
            walk.source.amount(name, nonzero(_one(sums, total)), walk.currency, 1)


def _one(element: Element | None, path: str) -> Iterator[Element]:
    found = first(element, path)
    return iter(() if found is None else (found,))
