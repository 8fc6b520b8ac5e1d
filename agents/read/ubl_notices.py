"""UBL 2 beside orders and bills: catalogue, quotation, answers to documents, statement, reminder, remittance advice."""

import re

from agents.read.codes import CREDIT_NOTES, INVOICES, UBL_ANSWERS
from agents.read.structured import Element, Source, every, first, local, text_of
from agents.read.ubl_items import PRICE, item
from agents.read.ubl_terms import ADDRESS, PAYMENT, document_beside, extras, line_document, party, taxes, totals
from agents.read.xml_terms import Entry, Node, Table, Term, Walk, tree, under
from core.claims import DocumentKind

KINDS = {
    "Catalogue": DocumentKind.CATALOGUE,
    "Quotation": DocumentKind.QUOTE,
    "ApplicationResponse": DocumentKind.INVOICE_RESPONSE,
    "Statement": DocumentKind.STATEMENT,
    "Reminder": DocumentKind.STATEMENT,
    "RemittanceAdvice": DocumentKind.REMITTANCE,
}

_VALIDITY: Table = {
    "ValidityPeriod/StartDate": "price.valid_from day",
    "ValidityPeriod/EndDate": "price.valid_until day",
}
_ACCOUNT: Table = {
    "Note": "invoice.note",
    **under("AccountingSupplierParty/Party", party("supplier")),
    **under("AccountingCustomerParty/Party", party("buyer")),
    **under("PayeeParty", party("payee")),
    **under("PaymentMeans", PAYMENT),
}
_ANSWER: dict[str, Entry] = {
    "Response/ResponseCode": (Term("response.status", words=UBL_ANSWERS), Term("response.status_code")),
    "Response/Description": "response.text",
    "Response/EffectiveDate": "response.effective_date day",
    "Response/Status/StatusReasonCode": "response.reason_code id",
    "Response/Status/StatusReason": "response.reason",
    "Response/Status/Condition/AttributeID": "response.condition",
    "Response/Status/Condition/Description": "response.condition_text",
}
_PAPERS: dict[str, Table] = {
    "Catalogue": {
        "ID": "catalogue.number",
        "Name": "catalogue.name",
        "VersionID": "catalogue.version",
        "ActionCode": "catalogue.action",
        "IssueDate": "catalogue.date day",
        "ReferencedContract/ID": "contract.number",
        "SourceCatalogueReference/ID": "catalogue.preceding",
        "TradingTerms/Information": "invoice.terms",
        **_VALIDITY,
        **under("SellerSupplierParty/Party", party("supplier")),
        **under("ProviderParty", party("provider")),
        **under("ReceiverParty", party("receiver")),
        **under("ContractorCustomerParty/Party", party("buyer")),
    },
    "Quotation": {
        "ID": "quote.number",
        "IssueDate": "quote.date day",
        "Note": "invoice.note",
        "PricingCurrencyCode": "order.currency",
        "ValidityPeriod/EndDate": "quote.valid_until day",
        "RequestForQuotationDocumentReference/ID": "quote.request",
        "Contract/ID": "contract.number",
        "AdditionalDocumentReference": document_beside,
        "PaymentTerms/Note": "invoice.terms",
        "AllowanceCharge": extras("order", counted=True),
        "TaxTotal": taxes("order"),
        **under("QuotedMonetaryTotal", totals("order")),
        **under("SellerSupplierParty/Party", party("supplier")),
        **under("BuyerCustomerParty/Party", party("buyer")),
    },
    "ApplicationResponse": {
        "ID": "response.number",
        "IssueDate": "response.date day",
        "Note": "invoice.note",
        "DocumentResponse/DocumentReference/VersionID": "response.document_version",
        "DocumentResponse/DocumentReference/IssueDate": "invoice.date day",
        "DocumentResponse/DocumentReference/DocumentTypeCode": "response.document_type",
        **under("SenderParty", party("sender")),
        **under("ReceiverParty", party("receiver")),
        **under("DocumentResponse/IssuerParty", party("supplier")),
        **under("DocumentResponse/RecipientParty", party("buyer")),
        **under("DocumentResponse", _ANSWER),
    },
    "Statement": {
        "ID": "statement.number",
        "IssueDate": "statement.date day",
        "DocumentCurrencyCode": "statement.currency",
        "StatementPeriod/StartDate": "statement.period_start day",
        "StatementPeriod/EndDate": "statement.period_end day",
        "TotalDebitAmount": "statement.debits amount",
        "TotalCreditAmount": "statement.credits amount",
        "TotalBalanceAmount": "statement.balance amount",
        **_ACCOUNT,
    },
    "Reminder": {
        "ID": "statement.number",
        "IssueDate": "statement.date day",
        "DocumentCurrencyCode": "statement.currency",
        "ReminderSequenceNumeric": "reminder.level number",
        **under("LegalMonetaryTotal", {"PayableAmount": "statement.balance amount"}),
        **_ACCOUNT,
    },
    "RemittanceAdvice": {
        "ID": "payment.reference",
        "IssueDate": "payment.issue_date day",
        "DocumentCurrencyCode": "payment.currency",
        "TotalPaymentAmount": "payment.amount amount",
        "PaymentOrderReference": "payment.order",
        "PayerReference": "payment.payer_reference",
        "InvoicingPartyReference": "payment.payee_reference",
        **_ACCOUNT,
    },
}
_OWED: Table = {
    "ID": "line.number",
    "Note": "line.note",
    "DebitLineAmount": "invoice.total amount",
    "CreditLineAmount": "invoice.credited amount",
    "BalanceAmount": "invoice.open amount",
    "BillingReference/InvoiceDocumentReference/ID": "invoice.number",
    "BillingReference/InvoiceDocumentReference/IssueDate": "invoice.date day",
    "BillingReference/CreditNoteDocumentReference/ID": "invoice.number",
    "BillingReference/CreditNoteDocumentReference/IssueDate": "invoice.date day",
    "InvoicingPartyReference": "line.reference",
}
_PRICED: Table = {
    "ID": "line.number",
    "ActionCode": "line.action_code",
    "Note": "line.note",
    "OrderableIndicator": "line.orderable",
    "OrderableUnit": "line.order_unit",
    "ContentUnitQuantity": "line.content quantity",
    "OrderQuantityIncrementNumeric": "line.order_multiple number",
    "MinimumOrderQuantity": "line.order_minimum quantity",
    "MaximumOrderQuantity": "line.order_maximum quantity",
    "WarrantyInformation": "line.warranty",
    "PackLevelCode": "line.pack_level",
    "LineValidityPeriod/StartDate": "line.valid_from day",
    "LineValidityPeriod/EndDate": "line.valid_until day",
    "ItemComparison/PriceAmount": "line.compare_price amount",
    "ItemComparison/Quantity": "line.compare_quantity quantity",
    "ComponentRelatedItem/ID": "line.part_item id",
    "ComponentRelatedItem/Quantity": "line.part_quantity quantity",
    "AccessoryRelatedItem/ID": "line.accessory id",
    "AccessoryRelatedItem/Quantity": "line.accessory_quantity quantity",
    "RequiredRelatedItem/ID": "line.needs_item id",
    "RequiredRelatedItem/Quantity": "line.needs_quantity quantity",
    "ReplacedRelatedItem/ID": "line.replaces_item id",
    "RequiredItemLocationQuantity/LeadTimeMeasure": "line.lead_time quantity",
    "RequiredItemLocationQuantity/MinimumQuantity": "line.price_from_quantity quantity",
    "RequiredItemLocationQuantity/MaximumQuantity": "line.price_to_quantity quantity",
    "RequiredItemLocationQuantity/DeliveryUnit/BatchQuantity": "line.batch_quantity quantity",
    "Item": item,
    **under("RequiredItemLocationQuantity/ApplicableTerritoryAddress", ADDRESS, "territory"),
    **under(
        "RequiredItemLocationQuantity/Price",
        {**PRICE, "ValidityPeriod/StartDate": "line.valid_from day", "ValidityPeriod/EndDate": "line.valid_until day"},
    ),
}
_QUOTED: Table = {
    "ID": "line.number",
    "Note": "line.note",
    "LineItem/ID": "line.order_line",
    "LineItem/Note": "line.note",
    "LineItem/Quantity": "line.quantity quantity",
    "LineItem/LineExtensionAmount": "line.amount amount",
    "LineItem/Delivery/PromisedDeliveryPeriod/EndDate": "line.delivery_date day",
    "LineItem/Item": item,
    "LineItem/AllowanceCharge": extras("line", counted=False),
    "DocumentReference": line_document,
    **under("LineItem/Price", PRICE),
}
_ANSWERED: Table = {"LineReference/LineID": "line.number", **_ANSWER}
_LINES: dict[str, tuple[str, Node]] = {
    "Catalogue": ("CatalogueLine", tree(_PRICED)),
    "Quotation": ("QuotationLine", tree(_QUOTED)),
    "ApplicationResponse": ("DocumentResponse/LineResponse", tree(_ANSWERED)),
    "Statement": ("StatementLine", tree(_OWED)),
    "Reminder": ("ReminderLine", tree({**_OWED, "DebitLineAmount": "invoice.open amount"})),
    "RemittanceAdvice": (
        "RemittanceAdviceLine",
        tree({**_OWED, "DebitLineAmount": "payment.deduction amount", "CreditLineAmount": "payment.amount amount"}),
    ),
}
_TABLES = {name: tree(table) for name, table in _PAPERS.items()}
_BILL_ANSWER = re.compile(r"invoice_response", re.I)


def kind_of(root: Element) -> DocumentKind:
    """What the document is. An answer to a bill is one by its profile or by the kind of document it names; any other
    answer acknowledges a message."""
    name = local(root)
    if name != "ApplicationResponse":
        return KINDS[name]
    profile = first(root, "CustomizationID")
    if profile is not None and _BILL_ANSWER.search(text_of(profile)):
        return DocumentKind.INVOICE_RESPONSE
    code = first(root, "DocumentResponse/DocumentReference/DocumentTypeCode")
    named = "" if code is None else text_of(code).strip()
    return DocumentKind.INVOICE_RESPONSE if named in INVOICES | CREDIT_NOTES else DocumentKind.ACKNOWLEDGEMENT


def read(root: Element, source: Source) -> None:
    """Put every claim of one document into the source: those of the whole, then line by line."""
    name = local(root)
    money = first(root, "DocumentCurrencyCode", "PricingCurrencyCode")
    walk = Walk(source, text_of(money).strip() if money is not None else None)
    walk.into(root, _TABLES[name])
    if name == "ApplicationResponse":
        bill = kind_of(root) is DocumentKind.INVOICE_RESPONSE
        answered = every(root, "DocumentResponse/DocumentReference/ID")
        source.text("invoice.number" if bill else "acknowledged.document", answered)
    outer, table = _LINES[name]
    for number, line in enumerate(every(root, outer), 1):
        walk.into(line, table, number)
