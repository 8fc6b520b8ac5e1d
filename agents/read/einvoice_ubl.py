"""UBL 2 to claims: Invoice, CreditNote, Order, OrderResponse, DespatchAdvice, as Peppol and EN 16931 use them."""

from agents.read.codes import CREDIT_NOTES, UBL_LINE_STATUS, UBL_RESPONSES
from agents.read.structured import Element, Source, decimal_in, every, first, local, nonzero, text_of
from core.claims import DocumentKind

READER = "ubl/1"
NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
KINDS = {
    "Invoice": DocumentKind.INVOICE,
    "CreditNote": DocumentKind.CREDIT_NOTE,
    "Order": DocumentKind.ORDER,
    "OrderResponse": DocumentKind.ORDER_CONFIRMATION,
    "DespatchAdvice": DocumentKind.DESPATCH_ADVICE,
}
_NAMES = ("Party/PartyLegalEntity/RegistrationName", "Party/PartyName/Name")


def kind_of(root: Element) -> DocumentKind:
    """What the document is. An Invoice whose type code says credit note is one."""
    code = first(root, "InvoiceTypeCode")
    if code is not None and text_of(code).strip() in CREDIT_NOTES:
        return DocumentKind.CREDIT_NOTE
    return KINDS[local(root)]


def read(root: Element, source: Source) -> None:
    """Put every claim of one document into the source."""
    name = local(root)
    money = first(root, "DocumentCurrencyCode")
    currency = text_of(money).strip() if money is not None else None
    if name in ("Invoice", "CreditNote"):
        _bill(root, currency, source)
        for number, line in enumerate(every(root, "InvoiceLine", "CreditNoteLine"), 1):
            _bill_line(line, number, currency, source)
    elif name == "DespatchAdvice":
        _despatch(root, source)
        for number, line in enumerate(every(root, "DespatchLine"), 1):
            _despatch_line(line, number, source)
    else:
        _ordering(root, source)
        for number, line in enumerate(every(root, "OrderLine"), 1):
            _order_line(root, line, number, currency, source)


def _one(element: Element | None, *paths: str) -> list[Element]:
    found = first(element, *paths)
    return [] if found is None else [found]


def _bill(root: Element, currency: str | None, source: Source) -> None:
    source.text("invoice.number", _one(root, "ID"))
    source.day("invoice.date", _one(root, "IssueDate"))
    source.day("invoice.due_date", _one(root, "DueDate", "PaymentMeans/PaymentDueDate"))
    source.text("invoice.currency", _one(root, "DocumentCurrencyCode"))
    source.text("invoice.note", every(root, "Note"))
    source.text("invoice.terms", every(root, "PaymentTerms/Note"))
    source.text("invoice.preceding", every(root, "BillingReference/InvoiceDocumentReference/ID"))
    source.text("order.number", _one(root, "OrderReference/ID"))
    source.text("confirmation.number", _one(root, "OrderReference/SalesOrderID"))
    source.text("despatch.number", every(root, "DespatchDocumentReference/ID"))
    source.text("receipt.number", every(root, "ReceiptDocumentReference/ID"))
    seller = first(root, "AccountingSupplierParty")
    source.text("supplier.name", _one(seller, *_NAMES))
    source.text("supplier.tax_id", _tax_number(seller))
    source.text("buyer.name", _one(first(root, "AccountingCustomerParty"), *_NAMES))
    source.text("supplier.iban", every(root, "PaymentMeans/PayeeFinancialAccount/ID"))
    _totals(root, currency, source)
    _adjustments(root, currency, source)


def _tax_number(seller: Element | None) -> list[Element]:
    """The seller's VAT number, or his other tax number where he gives only that."""
    schemes = list(every(seller, "Party/PartyTaxScheme"))
    vat = [scheme for scheme in schemes if any(text_of(e).strip() == "VAT" for e in every(scheme, "TaxScheme/ID"))]
    return [number for scheme in (vat or schemes)[:1] for number in every(scheme, "CompanyID")]


def _totals(root: Element, currency: str | None, source: Source) -> None:
    sums = first(root, "LegalMonetaryTotal")
    taxes = [tax for tax in every(root, "TaxTotal") if _currency_of(tax) in (None, currency)]
    source.amount("invoice.net_total", _one(sums, "TaxExclusiveAmount"), currency)
    source.amount("invoice.tax_total", [amount for tax in taxes[:1] for amount in every(tax, "TaxAmount")], currency)
    source.amount("invoice.total", _one(sums, "TaxInclusiveAmount"), currency)
    payable, total = first(sums, "PayableAmount"), first(sums, "TaxInclusiveAmount")
    if payable is not None and (total is None or source.decimal(payable) != source.decimal(total)):
        source.amount("invoice.payable", [payable], currency)
    for tax in taxes:
        source.amount("invoice.tax_rate", every(tax, "TaxSubtotal/TaxCategory/Percent"), None)


def _currency_of(tax: Element) -> str | None:
    amount = first(tax, "TaxAmount")
    return None if amount is None else amount.get("currencyID")


def _adjustments(root: Element, currency: str | None, source: Source) -> None:
    """Charges and allowances on the whole invoice, each kind numbered from 1; their sum where they are not detailed."""
    counts = {"invoice.charge": 0, "invoice.allowance": 0}
    for item in every(root, "AllowanceCharge"):
        field = "invoice.charge" if is_charge(item) else "invoice.allowance"
        counts[field] += 1
        source.amount(field, _one(item, "Amount"), currency, counts[field])
        if field == "invoice.charge":
            source.text("invoice.charge_reason", _one(item, "AllowanceChargeReason"), counts[field])
    sums = first(root, "LegalMonetaryTotal")
    for field, total in (("invoice.charge", "ChargeTotalAmount"), ("invoice.allowance", "AllowanceTotalAmount")):
        if not counts[field]:
            source.amount(field, nonzero(_one(sums, total)), currency, 1)


def is_charge(item: Element) -> bool:
    """Whether an allowance or charge adds to the amount."""
    indicator = first(item, "ChargeIndicator")
    return indicator is not None and text_of(indicator).strip().lower() in ("true", "1")


def _bill_line(line: Element, number: int, currency: str | None, source: Source) -> None:
    source.text("line.order_line", _one(line, "OrderLineReference/LineID"), number)
    source.text("order.number", _one(line, "OrderLineReference/OrderReference/ID"), number)
    source.text("despatch.number", _one(line, "DespatchLineReference/DocumentReference/ID"), number)
    source.quantity("line.quantity", first(line, "InvoicedQuantity", "CreditedQuantity"), number)
    source.amount("line.amount", _one(line, "LineExtensionAmount"), currency, number)
    _line_adjustments(line, number, currency, source)
    _item(first(line, "Item"), number, source)
    _price(first(line, "Price"), number, currency, source)


def _line_adjustments(line: Element | None, number: int, currency: str | None, source: Source) -> None:
    for item in every(line, "AllowanceCharge"):
        source.amount("line.charge" if is_charge(item) else "line.allowance", _one(item, "Amount"), currency, number)


def _item(item: Element | None, number: int, source: Source) -> None:
    source.text("line.supplier_item", _one(item, "SellersItemIdentification/ID"), number)
    source.text("line.buyer_item", _one(item, "BuyersItemIdentification/ID"), number)
    source.text("line.description", _one(item, "Name", "Description"), number)
    source.amount("line.tax_rate", _one(item, "ClassifiedTaxCategory/Percent"), None, number)


def _price(price: Element | None, number: int, currency: str | None, source: Source) -> None:
    source.amount("line.price", _one(price, "PriceAmount"), currency, number)
    base = first(price, "BaseQuantity")
    if base is not None and decimal_in(text_of(base)) not in (None, 1, 0):
        source.quantity("line.price_base", base, number)


def _ordering(root: Element, source: Source) -> None:
    """An order, or the answer to one."""
    if local(root) == "Order":
        source.text("order.number", _one(root, "ID"))
        period = "Delivery/RequestedDeliveryPeriod"
    else:
        source.text("confirmation.number", _one(root, "ID"))
        source.text("order.number", _one(root, "OrderReference/ID"))
        code = first(root, "OrderResponseCode")
        word = UBL_RESPONSES.get(text_of(code).strip()) if code is not None else None
        source.word("confirmation.status", code, word)
        period = "Delivery/PromisedDeliveryPeriod"
    source.text("invoice.note", every(root, "Note"))
    source.text("supplier.name", _one(first(root, "SellerSupplierParty"), *_NAMES))
    source.text("buyer.name", _one(first(root, "BuyerCustomerParty"), *_NAMES))
    source.day("delivery.date", _one(root, f"{period}/EndDate", f"{period}/StartDate"))


def _order_line(root: Element, outer: Element, number: int, currency: str | None, source: Source) -> None:
    line = first(outer, "LineItem")
    answer = local(root) == "OrderResponse"
    ours = _one(outer, "OrderLineReference/LineID") if answer else _one(line, "ID")
    source.text("line.order_line", ours, number)
    status = first(line, "LineStatusCode")
    instead = first(outer, "SellerSubstitutedLineItem/Item") if answer else None
    if instead is not None:
        source.word("line.status", first(instead, "Name", "SellersItemIdentification/ID"), "substituted", number)
    elif answer and status is not None:
        source.word("line.status", status, UBL_LINE_STATUS.get(text_of(status).strip()), number)
    source.quantity("line.quantity", first(line, "Quantity"), number)
    source.amount("line.amount", _one(line, "LineExtensionAmount"), currency, number)
    period = "Delivery/PromisedDeliveryPeriod" if answer else "Delivery/RequestedDeliveryPeriod"
    source.day("line.delivery_date", _one(line, f"{period}/EndDate", f"{period}/StartDate"), number)
    _line_adjustments(line, number, currency, source)
    _price(first(line, "Price"), number, currency, source)
    _item(first(line, "Item") if instead is None else instead, number, source)


def _despatch(root: Element, source: Source) -> None:
    source.text("despatch.number", _one(root, "ID"))
    source.text("invoice.note", every(root, "Note"))
    source.text("order.number", every(root, "OrderReference/ID"))
    source.text("supplier.name", _one(first(root, "DespatchSupplierParty"), *_NAMES))
    customer = first(root, "BuyerCustomerParty", "DeliveryCustomerParty")
    source.text("buyer.name", _one(customer, *_NAMES))
    delivery = first(root, "Shipment/Delivery")
    source.day("despatch.date", _one(delivery, "Despatch/ActualDespatchDate"))
    period = "EstimatedDeliveryPeriod"
    source.day("delivery.date", _one(delivery, f"{period}/EndDate", f"{period}/StartDate"))
    source.text("tracking.number", every(delivery, "TrackingID"))


def _despatch_line(line: Element, number: int, source: Source) -> None:
    source.text("line.order_line", _one(line, "OrderLineReference/LineID"), number)
    source.text("order.number", _one(line, "OrderLineReference/OrderReference/ID"), number)
    source.quantity("line.quantity", first(line, "DeliveredQuantity"), number)
    _item(first(line, "Item"), number, source)
