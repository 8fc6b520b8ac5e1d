"""UBL 2.1: parties, addresses, papers, charges, totals and payment, as every document of the family writes them.

Names that begin with a dot belong to an owner who is put before them: ".name" is "supplier.name" below the seller.
"""

from agents.read.codes import PAYMENT_MEANS
from agents.read.structured import Element, every, first, text_of
from agents.read.xml_terms import Entry, Node, Table, Term, Walk, either, tree, under

ADDRESS: Table = {
    "ID": ".address_id id",
    "Postbox": ".post_box",
    "Department": ".department",
    "BuildingName": ".building",
    "BuildingNumber": ".building",
    "StreetName": ".street",
    "AdditionalStreetName": ".street_2",
    "AddressLine/Line": ".street_3",
    "CityName": ".city",
    "PostalZone": ".post_code",
    "CountrySubentity": ".region",
    "Country/IdentificationCode": ".country",
}
_REGISTERED: Table = {path: f".registered_{str(entry)[1:]}" for path, entry in ADDRESS.items() if path != "ID"}
CONTACT: Table = {
    "ID": ".contact_id",
    "Name": ".contact",
    "Telephone": ".phone",
    "Telefax": ".fax",
    "ElectronicMail": ".email",
}


def party(owner: str) -> Table:
    """A cac:Party of that owner."""
    table: dict[str, Entry] = {
        "EndpointID": f"{owner}.endpoint id",
        "PartyIdentification/ID": _identified(owner),
        "PartyName/Name": _named(owner),
        "PartyTaxScheme": _taxed(owner),
        "PartyLegalEntity/RegistrationName": f"{owner}.name",
        "PartyLegalEntity/CompanyID": f"{owner}.registration id",
        "PartyLegalEntity/CompanyLegalForm": f"{owner}.legal_note",
        "Person/IdentityDocumentReference/ID": f"{owner}.person_id",
        "Person/IdentityDocumentReference/DocumentType": f"{owner}.person_id_kind",
    }
    return {
        **table,
        **under("PartyLegalEntity/RegistrationAddress", _REGISTERED, owner),
        **under("PostalAddress", ADDRESS, owner),
        **under("Contact", CONTACT, owner),
    }


def _identified(owner: str) -> Entry:
    """A number of the party's own; under SEPA it is the creditor who draws direct debits (BT-90)."""
    own, creditor = tree({"x": f"{owner}.id id"}).below["x"], tree({"x": "payment.creditor"}).below["x"]

    def choose(element: Element, walk: Walk) -> Node:
        return creditor if (element.get("schemeID") or "").upper() == "SEPA" else own

    return choose


def _named(owner: str) -> Entry:
    """The name, or where a registered name stands as well, the name he trades under."""
    name, trading = tree({"x": f"{owner}.name"}).below["x"], tree({"x": f"{owner}.trading_name"}).below["x"]

    def choose(element: Element, walk: Walk) -> Node:
        whole = element.getparent().getparent()
        registered = first(whole, "PartyLegalEntity/RegistrationName")
        return trading if registered is not None and text_of(registered).strip() else name

    return choose


def _taxed(owner: str) -> Entry:
    """A VAT number, or another tax number. Where there is no VAT number, the first other one stands for it."""
    extra: Table = {"TaxLevelCode": f"{owner}.tax_level", "ExemptionReason": f"{owner}.tax_exemption"}
    vat = tree({"CompanyID": f"{owner}.tax_id", **extra})
    other = tree({"CompanyID": f"{owner}.tax_number", **extra})
    both = tree({"CompanyID": (Term(f"{owner}.tax_number"), Term(f"{owner}.tax_id")), **extra})

    def choose(element: Element, walk: Walk) -> Node:
        if _is_vat(element):
            return vat
        schemes = list(every(element.getparent(), "PartyTaxScheme"))
        return both if schemes[0] is element and not any(_is_vat(scheme) for scheme in schemes) else other

    return choose


def _is_vat(scheme: Element) -> bool:
    return any(text_of(name).strip().upper() == "VAT" for name in every(scheme, "TaxScheme/ID"))


_ATTACHED: Table = {
    "ID": "attachment.number id",
    "DocumentDescription": "attachment.description",
    "DocumentType": "attachment.kind",
    "DocumentTypeCode": "attachment.type_code",
    "IssueDate": "attachment.date day",
    "VersionID": "attachment.version",
    "Attachment/ExternalReference/URI": "attachment.link",
    "Attachment/ExternalReference/FileName": "attachment.file",
    "Attachment/EmbeddedDocumentBinaryObject/@filename": "attachment.file",
    "Attachment/EmbeddedDocumentBinaryObject/@mimeCode": "attachment.media_type",
}
_BY_TYPE = {
    "130": tree({"ID": "invoice.object id"}),
    "50": tree({"ID": "project.number"}),
}
_BESIDE = tree(_ATTACHED)


def document_beside(element: Element, walk: Walk) -> Node:
    """An additional document reference: the object that is billed (BT-18), the project of a credit note (BT-11), or a
    supporting document (BG-24)."""
    return _BY_TYPE.get(_type_code(element), _BESIDE)


_LINE_OBJECT = tree({"ID": "line.object id"})
_LINE_REFERENCE = tree(
    {"ID": "line.reference id", "DocumentType": "line.reference_kind", "DocumentTypeCode": "line.reference_type"}
)


def line_document(element: Element, walk: Walk) -> Node:
    """A document reference of a line: the object that is billed (BT-128), or another paper."""
    return _LINE_OBJECT if _type_code(element) == "130" else _LINE_REFERENCE


def _type_code(element: Element) -> str:
    code = first(element, "DocumentTypeCode")
    return "" if code is None else text_of(code).strip()


def is_charge(item: Element) -> bool:
    """Whether an allowance or charge adds to the amount."""
    indicator = first(item, "ChargeIndicator")
    return indicator is not None and text_of(indicator).strip().lower() in ("true", "1")


def _extra(name: str) -> dict[str, Entry]:
    return {
        "Amount": f"{name} amount",
        "BaseAmount": f"{name}_base amount",
        "MultiplierFactorNumeric": f"{name}_percent number",
        "AllowanceChargeReason": f"{name}_reason",
        "AllowanceChargeReasonCode": f"{name}_reason_code",
        "TaxCategory/ID": f"{name}_tax_category",
        "TaxCategory/Percent": f"{name}_tax_rate number",
        "TaxCategory/TaxExemptionReason": f"{name}_tax_exemption",
        "TaxCategory/TaxExemptionReasonCode": f"{name}_tax_exemption_code",
    }


def extras(owner: str, *, counted: bool) -> Entry:
    """Charges and discounts: each kind numbered from 1 where they stand on the whole document."""
    return either(is_charge, _extra(f"{owner}.charge"), _extra(f"{owner}.allowance"), owner if counted else "")


def totals(owner: str) -> Table:
    """Monetary totals of a bill, or those that an order expects."""
    return {
        "LineExtensionAmount": f"{owner}.lines_total amount",
        "AllowanceTotalAmount": f"{owner}.allowances_total amount",
        "ChargeTotalAmount": f"{owner}.charges_total amount",
        "TaxExclusiveAmount": f"{owner}.net_total amount",
        "TaxInclusiveAmount": f"{owner}.total amount",
        "PrepaidAmount": f"{owner}.prepaid amount",
        "PayableRoundingAmount": f"{owner}.rounding amount",
        "PayableAmount": f"{owner}.payable amount",
        "PayableAlternativeAmount": f"{owner}.payable_alternative amount",
    }


def taxes(owner: str) -> Entry:
    """A cac:TaxTotal: tax in the document's currency with its categories, or the total in the currency of taxes."""
    own = tree(
        {
            "TaxAmount": f"{owner}.tax_total amount",
            "RoundingAmount": f"{owner}.tax_rounding amount",
            "TaxSubtotal/TaxableAmount": f"{owner}.tax_base amount",
            "TaxSubtotal/TaxAmount": f"{owner}.tax_amount amount",
            "TaxSubtotal/TaxCategory/ID": f"{owner}.tax_category",
            "TaxSubtotal/TaxCategory/Percent": f"{owner}.tax_rate number",
            "TaxSubtotal/TaxCategory/TaxExemptionReason": f"{owner}.tax_exemption",
            "TaxSubtotal/TaxCategory/TaxExemptionReasonCode": f"{owner}.tax_exemption_code",
        }
    )
    other = tree({"TaxAmount": f"{owner}.tax_total_in_tax_currency amount"})

    def choose(element: Element, walk: Walk) -> Node:
        amount = first(element, "TaxAmount")
        currency = None if amount is None else amount.get("currencyID")
        return own if currency in (None, walk.currency) else other

    return choose


_MEANS = (Term("payment.means_code"), Term("payment.method", words=PAYMENT_MEANS))
PAYMENT: Table = {
    "PaymentMeansCode": _MEANS,
    "PaymentMeansCode/@name": "payment.means",
    "PaymentDueDate": "invoice.due_date day",
    "PaymentID": "payment.reference",
    "InstructionNote": "payment.note",
    "CardAccount/PrimaryAccountNumberID": "payment.card",
    "CardAccount/NetworkID": "payment.card_network",
    "CardAccount/HolderName": "payment.card_holder",
    "PayeeFinancialAccount/ID": "supplier.iban",
    "PayeeFinancialAccount/Name": "payment.account_name",
    "PayeeFinancialAccount/FinancialInstitutionBranch/ID": "payment.bic",
    "PayeeFinancialAccount/FinancialInstitutionBranch/Name": "payment.bank",
    "PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution/ID": "payment.bic",
    "PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution/Name": "payment.bank",
    "PaymentMandate/ID": "payment.mandate",
    "PaymentMandate/PayerFinancialAccount/ID": "payment.debited_account",
}
