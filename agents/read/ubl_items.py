"""UBL 2.1: items and prices of a line, as every document of the family writes them."""

from agents.read.structured import Element, first
from agents.read.ubl_terms import is_charge
from agents.read.xml_terms import Node, Table, Walk, renamed, tree

_PRICE_EXTRA = {
    charge: tree(
        {
            "Amount": f"line.price_{'charge' if charge else 'discount'} amount",
            "BaseAmount": "line.gross_price amount",
            "MultiplierFactorNumeric": "line.price_discount_percent number",
            "AllowanceChargeReason": "line.price_discount_reason",
        }
    )
    for charge in (True, False)
}


def price_extra(element: Element, walk: Walk) -> Node:
    """What was taken off (BT-147) or put on the gross price (BT-148)."""
    return _PRICE_EXTRA[is_charge(element)]


PRICE: Table = {
    "PriceAmount": "line.price amount",
    "BaseQuantity": "line.price_base quantity",
    "PriceType": "line.price_kind",
    "OrderableUnitFactorRate": "line.order_unit_factor number",
    "ValidityPeriod/StartDate": "price.valid_from day",
    "ValidityPeriod/EndDate": "price.valid_until day",
    "AllowanceCharge": price_extra,
}
ITEM: Table = {
    "Name": "line.description",
    "SellersItemIdentification/ID": "line.supplier_item",
    "SellersItemIdentification/ExtendedID": "line.supplier_variant",
    "BuyersItemIdentification/ID": "line.buyer_item",
    "StandardItemIdentification/ID": "line.gtin id",
    "StandardItemIdentification/ExtendedID": "line.gtin_variant",
    "ManufacturersItemIdentification/ID": "line.maker_item",
    "ManufacturerParty/PartyName/Name": "line.maker",
    "BrandName": "line.brand",
    "ModelName": "line.model",
    "Keyword": "line.keyword",
    "PackQuantity": "line.pack_quantity quantity",
    "PackSizeNumeric": "line.pack_size number",
    "OriginCountry/IdentificationCode": "line.origin",
    "CommodityClassification/ItemClassificationCode": "line.classification id",
    "CommodityClassification/CommodityCode": "line.classification id",
    "ClassifiedTaxCategory/ID": "line.tax_category",
    "ClassifiedTaxCategory/Percent": "line.tax_rate number",
    "ClassifiedTaxCategory/TaxExemptionReason": "line.tax_exemption",
    "ClassifiedTaxCategory/TaxExemptionReasonCode": "line.tax_exemption_code",
    "AdditionalItemProperty/Name": "line.attribute",
    "AdditionalItemProperty/Value": "line.attribute_value",
    "AdditionalItemProperty/ValueQuantity": "line.attribute_quantity quantity",
    "AdditionalItemProperty/ValueQualifier": "line.attribute_qualifier",
    "ItemInstance/ProductTraceID": "line.trace id",
    "ItemInstance/SerialID": "line.serial",
    "ItemInstance/ManufactureDate": "line.production_date day",
    "ItemInstance/BestBeforeDate": "line.expiry_date day",
    "ItemInstance/LotIdentification/LotNumberID": "line.lot",
    "ItemInstance/LotIdentification/ExpiryDate": "line.expiry_date day",
    "Certificate/ID": "line.certificate",
    "Certificate/CertificateType": "line.certificate_kind",
    "Certificate/Remarks": "line.certificate_note",
    "Certificate/IssuerParty/PartyName/Name": "line.certificate_issuer",
    "Certificate/DocumentReference/ID": "line.certificate_document",
    "Dimension/AttributeID": "line.dimension",
    "Dimension/Measure": "line.dimension_measure quantity",
    "HazardousItem/UNDGCode": "line.hazard",
    "HazardousItem/HazardClassID": "line.hazard_class",
    "ItemSpecificationDocumentReference/ID": "line.document",
    "ItemSpecificationDocumentReference/DocumentType": "line.document_kind",
    "ItemSpecificationDocumentReference/DocumentTypeCode": "line.document_type",
    "ItemSpecificationDocumentReference/Attachment/ExternalReference/URI": "line.document_link",
    "ItemSpecificationDocumentReference/Attachment/EmbeddedDocumentBinaryObject/@filename": "line.document_file",
    "TransactionConditions/ActionCode": "line.item_condition",
}
_ITEM = tree({**ITEM, "Description": "line.item_text"})
_ITEM_WITHOUT_NAME = tree({**ITEM, "Description": "line.description"})
_REPLACED = renamed(_ITEM, "line.", "replaced.")


def item(element: Element, walk: Walk) -> Node:
    """An item; where it has no name, its description is what it is called."""
    return _ITEM if first(element, "Name") is not None else _ITEM_WITHOUT_NAME


def replaced_item(element: Element, walk: Walk) -> Node:
    """The item of an answer's line: what is confirmed, or what the offered item beside it takes the place of."""
    offered = first(element.getparent().getparent(), "SellerSubstitutedLineItem/Item")
    return item(element, walk) if offered is None else _REPLACED
