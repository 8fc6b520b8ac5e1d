"""UBL 2 around an order, as Peppol BIS 3 uses it: order, answer, change, cancellation, despatch and receipt advice.

Which line of an order a line means is `line.order_line` in all of them; numbers of the papers tie them into one story.
"""

from agents.read.codes import UBL_CHANGES, UBL_LINE_STATUS, UBL_RESPONSES
from agents.read.structured import Element, Source, every, first, local, text_of
from agents.read.ubl_items import PRICE, item, replaced_item
from agents.read.ubl_terms import (
    ADDRESS,
    CONTACT,
    PAYMENT,
    document_beside,
    extras,
    line_document,
    party,
    taxes,
    totals,
)
from agents.read.xml_terms import Entry, Node, Table, Term, Walk, tree, under
from core.claims import DocumentKind

KINDS = {
    "Order": DocumentKind.ORDER,
    "OrderResponse": DocumentKind.ORDER_CONFIRMATION,
    "OrderResponseSimple": DocumentKind.ORDER_CONFIRMATION,
    "OrderChange": DocumentKind.ORDER_CHANGE,
    "OrderCancellation": DocumentKind.ORDER_CANCELLATION,
    "DespatchAdvice": DocumentKind.DESPATCH_ADVICE,
    "ReceiptAdvice": DocumentKind.RECEIVING_ADVICE,
}

_EVERY: Table = {
    "Note": "invoice.note",
    "DocumentCurrencyCode": "order.currency",
    "AccountingCost": "buyer.accounting",
    "CustomerReference": "buyer.reference",
    "SalesOrderID": "confirmation.number",
    "ValidityPeriod/EndDate": "order.valid_until day",
    "QuotationDocumentReference/ID": "quote.number",
    "OriginatorDocumentReference/ID": "tender.number",
    "CatalogueReference/ID": "catalogue.number",
    "Contract/ID": "contract.number",
    "ProjectReference/ID": "project.number",
    "AdditionalDocumentReference": document_beside,
    "DeliveryTerms/ID": "delivery.terms_code id",
    "DeliveryTerms/SpecialTerms": "delivery.terms",
    "DeliveryTerms/DeliveryLocation/ID": "delivery.terms_place id",
    "PaymentTerms/Note": "invoice.terms",
    "AllowanceCharge": extras("order", counted=True),
    "TaxTotal": taxes("order"),
    **under("LegalMonetaryTotal", totals("order")),
    **under("AnticipatedMonetaryTotal", totals("order")),
    **under("PaymentMeans", PAYMENT),
    **under("SellerSupplierParty/Party", party("supplier")),
    **under("BuyerCustomerParty/Party", party("buyer")),
    **under("BuyerCustomerParty/DeliveryContact", CONTACT, "delivery"),
    **under("OriginatorCustomerParty/Party", party("originator")),
    **under("AccountingCustomerParty/Party", party("invoicee")),
    **under("FreightForwarderParty", party("carrier")),
}


def _delivery(owner: str) -> dict[str, Entry]:
    """Where to and when, of the whole ("delivery") or of a line ("line")."""
    day = f"{owner}.{{}}date day"
    promised = "delivery.date day" if owner == "delivery" else "line.delivery_date day"
    return {
        "Quantity": "line.delivery_quantity quantity",
        "DeliveryLocation/ID": "delivery.id id",
        "DeliveryLocation/Name": "delivery.location",
        "Despatch/RequestedDespatchDate": day.format("requested_despatch_"),
        "RequestedDeliveryPeriod": _period(day.format("earliest_"), day.format("requested_")),
        "PromisedDeliveryPeriod": _period(day.format("earliest_"), promised),
        "Shipment/ID": "freight.shipment",
        "Shipment/ShippingPriorityLevelCode": "freight.priority",
        **under("DeliveryParty", party("delivery")),
        **under("DeliveryLocation/Address", ADDRESS, "delivery"),
    }


def _period(earliest: str, meant: str) -> Entry:
    """A period of delivery: its last day is the one that counts, and its first where it has no other."""
    both = tree({"StartDate": earliest, "EndDate": meant})
    start = tree({"StartDate": meant})

    def choose(element: Element, walk: Walk) -> Node:
        return both if first(element, "EndDate") is not None else start

    return choose


def _answered(element: Element, walk: Walk) -> Node:
    """The answer to a line, in a word; where another item is offered, that is the answer."""
    offered = first(element.getparent().getparent(), "SellerSubstitutedLineItem")
    return _STATUS[offered is not None]


_STATUS = {
    True: Node(terms=(Term("line.status_code"),)),
    False: Node(terms=(Term("line.status", words=UBL_LINE_STATUS), Term("line.status_code"))),
}
_PAPERS: dict[str, Table] = {
    "Order": {
        "ID": "order.number",
        "IssueDate": "order.date day",
        "OrderTypeCode": "order.type_code",
        "OrderDocumentReference/ID": "order.preceding",
        **under("Delivery", _delivery("delivery")),
    },
    "OrderResponse": {
        "ID": "confirmation.number",
        "IssueDate": "confirmation.date day",
        "OrderResponseCode": (Term("confirmation.status", words=UBL_RESPONSES), Term("confirmation.status_code")),
        "OrderReference/ID": "order.number",
        "OrderChangeDocumentReference/ID": "order.change_number",
        "OrderDocumentReference/ID": "order.preceding",
        **under("Delivery", _delivery("delivery")),
    },
    "OrderResponseSimple": {
        "ID": "confirmation.number",
        "IssueDate": "confirmation.date day",
        "AcceptedIndicator": (Term("confirmation.status", words={"true": "accepted", "false": "rejected"}),),
        "RejectionNote": "confirmation.reason",
        "OrderReference/ID": "order.number",
    },
    "OrderChange": {
        "ID": "order.change_number",
        "IssueDate": "order.change_date day",
        "SequenceNumberID": "order.change_sequence",
        "OrderReference/ID": "order.number",
        **under("Delivery", _delivery("delivery")),
    },
    "OrderCancellation": {
        "ID": "order.cancellation_number",
        "IssueDate": "order.cancellation_date day",
        "CancellationNote": "order.cancellation_reason",
        "OrderReference/ID": "order.number",
    },
    "DespatchAdvice": {
        "ID": "despatch.number",
        "IssueDate": "despatch.issue_date day",
        "OrderReference/ID": "order.number",
        **under("DespatchSupplierParty/Party", party("supplier")),
        **under("DeliveryCustomerParty/Party", party("delivery")),
        **under("DeliveryCustomerParty/DeliveryContact", CONTACT, "delivery"),
        **under("SellerSupplierParty/Party", party("seller")),
        "Shipment/ID": "freight.shipment",
        "Shipment/Information": "freight.note",
        "Shipment/GrossWeightMeasure": "freight.weight quantity",
        "Shipment/GrossVolumeMeasure": "freight.volume quantity",
        "Shipment/TotalTransportHandlingUnitQuantity": "freight.packages quantity",
        "Shipment/ShipmentStage/TransportModeCode": "freight.mode",
        "Shipment/ShipmentStage/TransportMeans/RoadTransport/LicensePlateID": "freight.vehicle",
        "Shipment/Consignment/ID": "freight.number",
        "Shipment/Consignment/Information": "freight.note",
        "Shipment/Consignment/CarrierParty/PartyName/Name": "freight.carrier",
        "Shipment/Delivery/TrackingID": "tracking.number",
        "Shipment/Delivery/Despatch/ActualDespatchDate": "despatch.date day",
        "Shipment/Delivery/EstimatedDeliveryPeriod": _period("delivery.earliest_date day", "delivery.date day"),
        **under("Shipment/Delivery/Despatch/DespatchAddress", ADDRESS, "ship_from"),
        **{
            f"Shipment/Consignment/CarrierParty/{path}": entry
            for path, entry in party("carrier").items()
            if "Name/" not in path
        },
    },
    "ReceiptAdvice": {
        "ID": "receipt.number",
        "IssueDate": "receipt.issue_date day",
        "OrderReference/ID": "order.number",
        "DespatchDocumentReference/ID": "despatch.number",
        "Shipment/ID": "freight.shipment",
        "Shipment/Delivery/ActualDeliveryDate": "receipt.date day",
        "Shipment/Delivery/TrackingID": "tracking.number",
        **under("DespatchSupplierParty/Party", party("seller")),
        **under("DeliveryCustomerParty/Party", party("delivery")),
    },
}
_ORDERED: Table = {
    "Note": "line.note",
    "LineItem/Note": "line.note",
    "LineItem/AccountingCost": "line.accounting",
    "LineItem/PartialDeliveryIndicator": "line.partial_delivery",
    "LineItem/MaximumBackorderQuantity": "line.rest_quantity quantity",
    "LineItem/Quantity": "line.quantity quantity",
    "LineItem/LineExtensionAmount": "line.amount amount",
    "LineItem/TotalTaxAmount": "line.tax_amount amount",
    "LineItem/AllowanceCharge": extras("line", counted=False),
    "DocumentReference": line_document,
    **under("LineItem/OriginatorParty", party("originator")),
    **under("LineItem/Price", PRICE),
    **under("LineItem/Delivery", _delivery("line")),
}
_BATCH: Table = {
    "ID": "line.number",
    "Note": "line.note",
    "OrderLineReference/LineID": "line.order_line",
    "OrderLineReference/SalesOrderLineID": "line.confirmation_line",
    "OrderLineReference/OrderReference/ID": "order.number",
    "DocumentReference": line_document,
    "Item": item,
    "Shipment/ID": "freight.shipment",
    "Shipment/TransportHandlingUnit/ID": "line.package",
    "Shipment/TransportHandlingUnit/TransportHandlingUnitTypeCode": "line.package_type",
    "Shipment/TransportHandlingUnit/HazardousRiskIndicator": "line.package_hazard",
    "Shipment/TransportHandlingUnit/ShippingMarks": "line.package_marks",
    "Shipment/TransportHandlingUnit/MeasurementDimension/AttributeID": "line.package_dimension",
    "Shipment/TransportHandlingUnit/MeasurementDimension/Measure": "line.package_measure quantity",
    "Shipment/TransportHandlingUnit/Package/ID": "line.package",
    "Shipment/TransportHandlingUnit/Package/PackagingTypeCode": "line.package_type",
    "Shipment/TransportHandlingUnit/Package/Quantity": "line.packages quantity",
}
_LINES: dict[str, tuple[str, Node]] = {
    "Order": ("OrderLine", tree({**_ORDERED, "LineItem/ID": "line.order_line", "LineItem/Item": item})),
    "OrderChange": (
        "OrderLine",
        tree(
            {
                **_ORDERED,
                "LineItem/ID": "line.order_line",
                "LineItem/Item": item,
                "LineItem/LineStatusCode": (Term("line.action", words=UBL_CHANGES), Term("line.status_code")),
            }
        ),
    ),
    "OrderResponse": (
        "OrderLine",
        tree(
            {
                **_ORDERED,
                "LineItem/ID": "line.number",
                "LineItem/Item": replaced_item,
                "LineItem/LineStatusCode": _answered,
                "OrderLineReference/LineID": "line.order_line",
                "SellerSubstitutedLineItem/ID": "line.substitute_number",
                "SellerSubstitutedLineItem/Item": item,
            }
        ),
    ),
    "DespatchAdvice": (
        "DespatchLine",
        tree(
            {
                **_BATCH,
                "DeliveredQuantity": "line.quantity quantity",
                "OutstandingQuantity": "line.rest_quantity quantity",
                "OutstandingReason": "line.rest_reason",
                "OversupplyQuantity": "line.over_quantity quantity",
            }
        ),
    ),
    "ReceiptAdvice": (
        "ReceiptLine",
        tree(
            {
                **_BATCH,
                "ReceivedQuantity": "line.quantity quantity",
                "ShortQuantity": "line.missing_quantity quantity",
                "RejectedQuantity": "line.rejected_quantity quantity",
                "OversupplyQuantity": "line.over_quantity quantity",
                "RejectReasonCode": "line.reject_reason_code",
                "RejectReason": "line.reject_reason",
                "ShortageActionCode": "line.shortage_action",
                "ReceivedDate": "receipt.date day",
                "DespatchLineReference/LineID": "line.despatch_line",
                "DespatchLineReference/DocumentReference/ID": "despatch.number",
            }
        ),
    ),
}
_TABLES = {name: tree({**_EVERY, **table}) for name, table in _PAPERS.items()}


def kind_of(root: Element) -> DocumentKind:
    """What the paper is, by its name."""
    return KINDS[local(root)]


def read(root: Element, source: Source) -> None:
    """Put every claim of one paper into the source: those of the whole, then line by line."""
    name = local(root)
    money = first(root, "DocumentCurrencyCode")
    walk = Walk(source, text_of(money).strip() if money is not None else None)
    walk.into(root, _TABLES[name])
    outer, table = _LINES.get(name, ("", Node()))
    for number, line in enumerate(every(root, outer) if outer else (), 1):
        offered = first(line, "SellerSubstitutedLineItem/Item")
        if offered is not None:
            named = first(offered, "Name", "SellersItemIdentification/ID")
            source.word("line.status", named, "substituted", number)
        walk.into(line, table, number)
