"""Cross Industry Invoice: the tables of its parts, in the words of both its generations.

ZUGFeRD 1 (2014) and the invoice of UN/CEFACT since D16B name the same things differently; where they do, both names stand
here. A day of the newer one is a DateTimeString or DateString inside its element; the older one wrote some bare.
"""

from agents.read.codes import PAYMENT_MEANS
from agents.read.structured import Element, every, first, text_of
from agents.read.xml_terms import Entry, Node, Table, Term, Walk, either, tree, under

_INNER = ("/DateTimeString", "/DateString", "/DateTime", "")


def day(path: str, name: str) -> dict[str, Entry]:
    """A date under each of the ways it is wrapped."""
    return {f"{path}{inner}": f"{name} day" for inner in _INNER}


def paper(path: str, number: str, dated: str = "", line: str = "") -> dict[str, Entry]:
    """A reference to a paper: its number, and the day it is of and the line in it where there are names for them."""
    found: dict[str, Entry] = {f"{path}/IssuerAssignedID": number, f"{path}/ID": number}
    if dated:
        found |= {**day(f"{path}/FormattedIssueDateTime", dated), **day(f"{path}/IssueDateTime", dated)}
    if line:
        found[f"{path}/LineID"] = line
    return found


ADDRESS: Table = {
    "PostcodeCode": ".post_code",
    "LineOne": ".street",
    "LineTwo": ".street_2",
    "LineThree": ".street_3",
    "CityName": ".city",
    "CountryID": ".country",
    "CountrySubDivisionName": ".region",
}
_REGISTERED: Table = {path: f".registered_{str(entry)[1:]}" for path, entry in ADDRESS.items()}
CONTACT: Table = {
    "PersonName": ".contact",
    "DepartmentName": ".department",
    "TypeCode": ".contact_type",
    "TelephoneUniversalCommunication/CompleteNumber": ".phone",
    "FaxUniversalCommunication/CompleteNumber": ".fax",
    "EmailURIUniversalCommunication/URIID": ".email",
}


def party(owner: str) -> Table:
    """A trade party of that owner."""
    table: dict[str, Entry] = {
        "ID": f"{owner}.id id",
        "GlobalID": f"{owner}.id id",
        "Name": f"{owner}.name",
        "RoleCode": f"{owner}.role",
        "Description": f"{owner}.legal_note",
        "SpecifiedLegalOrganization/ID": f"{owner}.registration id",
        "SpecifiedLegalOrganization/TradingBusinessName": f"{owner}.trading_name",
        "URIUniversalCommunication/URIID": f"{owner}.endpoint id",
        "URIUniversalCommunication/CompleteNumber": f"{owner}.endpoint id",
        "SpecifiedTaxRegistration": _registered(owner),
        **under("SpecifiedLegalOrganization/PostalTradeAddress", _REGISTERED, owner),
    }
    return {**table, **under("PostalTradeAddress", ADDRESS, owner), **under("DefinedTradeContact", CONTACT, owner)}


def _registered(owner: str) -> Entry:
    """A VAT number ("VA"), or another tax number. Where there is no VAT number, the first other one stands for it."""
    vat, other = tree({"ID": f"{owner}.tax_id"}), tree({"ID": f"{owner}.tax_number"})
    both = tree({"ID": (Term(f"{owner}.tax_number"), Term(f"{owner}.tax_id"))})

    def choose(element: Element, walk: Walk) -> Node:
        if _is_vat(element):
            return vat
        parent = element.getparent()
        if first(parent, "SpecifiedTaxRegistration") is not element:
            return other
        return other if any(map(_is_vat, every(parent, "SpecifiedTaxRegistration"))) else both

    return choose


def _is_vat(registration: Element) -> bool:
    return any(number.get("schemeID") == "VA" for number in every(registration, "ID"))


_ATTACHED: dict[str, Entry] = {
    "IssuerAssignedID": "attachment.number id",
    "ID": "attachment.number id",
    "URIID": "attachment.link",
    "LineID": "attachment.line",
    "TypeCode": "attachment.type_code",
    "ReferenceTypeCode": "attachment.reference_type",
    "Name": "attachment.description",
    "AttachmentBinaryObject/@filename": "attachment.file",
    "AttachmentBinaryObject/@mimeCode": "attachment.media_type",
    **day("FormattedIssueDateTime", "attachment.date"),
    **day("IssueDateTime", "attachment.date"),
}
_BY_TYPE = {
    "130": tree({"IssuerAssignedID": "invoice.object", "ReferenceTypeCode": "invoice.object_scheme"}),
    "50": tree({"IssuerAssignedID": "tender.number"}),
}
_BESIDE = tree(_ATTACHED)
_LINE_OBJECT = tree({"IssuerAssignedID": "line.object", "ReferenceTypeCode": "line.object_scheme"})
_LINE_PAPER = tree(
    {
        "IssuerAssignedID": "line.reference",
        "ID": "line.reference",
        "LineID": "line.reference_line",
        "TypeCode": "line.reference_type",
        "ReferenceTypeCode": "line.reference_kind",
        "Name": "line.reference_name",
        "URIID": "line.reference_link",
        **day("FormattedIssueDateTime", "line.reference_date"),
        **day("IssueDateTime", "line.reference_date"),
    }
)


def document_beside(element: Element, walk: Walk) -> Node:
    """An additional document: the object that is billed (BT-18), a tender or lot (BT-17), or a supporting one (BG-24)."""
    return _BY_TYPE.get(_type_code(element), _BESIDE)


def line_document(element: Element, walk: Walk) -> Node:
    """An additional document of a line: the object that is billed (BT-128), or another paper."""
    return _LINE_OBJECT if _type_code(element) == "130" else _LINE_PAPER


def _type_code(element: Element) -> str:
    code = first(element, "TypeCode")
    return "" if code is None else text_of(code).strip()


def is_charge(item: Element) -> bool:
    """Whether an allowance or charge adds to the amount. Without an indicator it is an allowance: it takes away."""
    indicator = first(item, "ChargeIndicator/Indicator", "ChargeIndicator")
    return indicator is not None and text_of(indicator).strip().lower() in ("true", "1")


def tax(path: str, name: str) -> dict[str, Entry]:
    """The tax category of a charge, discount or line, under the names of both generations."""
    return {
        f"{path}/CategoryCode": f"{name}tax_category",
        f"{path}/RateApplicablePercent": f"{name}tax_rate number",
        f"{path}/ApplicablePercent": f"{name}tax_rate number",
        f"{path}/ExemptionReason": f"{name}tax_exemption",
        f"{path}/ExemptionReasonCode": f"{name}tax_exemption_code",
        f"{path}/CalculatedAmount": f"{name}tax_amount amount",
    }


def _extra(name: str) -> Table:
    return {
        "ActualAmount": f"{name} amount",
        "BasisAmount": f"{name}_base amount",
        "BasisQuantity": f"{name}_base_quantity quantity",
        "CalculationPercent": f"{name}_percent number",
        "SequenceNumeric": f"{name}_sequence number",
        "Reason": f"{name}_reason",
        "ReasonCode": f"{name}_reason_code",
        **tax("CategoryTradeTax", f"{name}_"),
    }


def extras(owner: str, *, counted: bool) -> Entry:
    """Charges and discounts: each kind numbered from 1 where they stand on the whole document."""
    return either(is_charge, _extra(f"{owner}.charge"), _extra(f"{owner}.allowance"), owner if counted else "")


SERVICE = tree(
    {
        "AppliedAmount": "invoice.charge amount",
        "Description": "invoice.charge_reason",
        **tax("AppliedTradeTax", "invoice.charge_"),
    },
    "invoice.charge",
)
"""A charge for freight or another service, as the extended profiles write it."""
_PRICE_EXTRA = {
    charge: tree(
        {
            "ActualAmount": f"line.price_{'charge' if charge else 'discount'} amount",
            "BasisAmount": "line.price_discount_base amount",
            "BasisQuantity": "line.price_discount_base_quantity quantity",
            "CalculationPercent": "line.price_discount_percent number",
            "Reason": "line.price_discount_reason",
            "ReasonCode": "line.price_discount_reason_code",
        }
    )
    for charge in (True, False)
}


def price_extra(element: Element, walk: Walk) -> Node:
    """What was taken off (BT-147) or put on the gross price (BT-148)."""
    return _PRICE_EXTRA[is_charge(element)]


def service(element: Element, walk: Walk) -> Node:
    """A service charge is numbered among the charges."""
    return SERVICE


PAYMENT: Table = {
    "TypeCode": (Term("payment.means_code"), Term("payment.method", words=PAYMENT_MEANS)),
    "Information": "payment.means",
    "ID": "payment.reference",
    "ApplicableTradeSettlementFinancialCard/ID": "payment.card",
    "ApplicableTradeSettlementFinancialCard/CardholderName": "payment.card_holder",
    "PayerPartyDebtorFinancialAccount/IBANID": "payment.debited_account",
    "PayerPartyDebtorFinancialAccount/ProprietaryID": "payment.debited_account",
    "PayerSpecifiedDebtorFinancialInstitution/BICID": "payment.debited_bic",
    "PayerSpecifiedDebtorFinancialInstitution/GermanBankleitzahlID": "payment.debited_bank_code",
    "PayerSpecifiedDebtorFinancialInstitution/Name": "payment.debited_bank",
    "PayeePartyCreditorFinancialAccount/IBANID": "supplier.iban",
    "PayeePartyCreditorFinancialAccount/ProprietaryID": "supplier.iban",
    "PayeePartyCreditorFinancialAccount/AccountName": "payment.account_name",
    "PayeeSpecifiedCreditorFinancialInstitution/BICID": "payment.bic",
    "PayeeSpecifiedCreditorFinancialInstitution/GermanBankleitzahlID": "payment.bank_code",
    "PayeeSpecifiedCreditorFinancialInstitution/Name": "payment.bank",
}
_DISCOUNTED: dict[str, Entry] = {
    "BasisPeriodMeasure": "_days quantity",
    "BasisAmount": "_base amount",
    "CalculationPercent": "_percent number",
}


def _early(path: str, name: str, amount: str) -> dict[str, Entry]:
    return {
        **{f"{path}/{step}": f"{name}{entry}" for step, entry in _DISCOUNTED.items()},
        f"{path}/{amount}": f"{name}_amount amount",
        **day(f"{path}/BasisDateTime", f"{name}_from_date"),
    }


TERMS: Table = {
    "ID": "invoice.terms_code",
    "Description": "invoice.terms",
    "DirectDebitMandateID": "payment.mandate",
    "PartialPaymentAmount": "invoice.instalment amount",
    **day("DueDateDateTime", "invoice.due_date"),
    **_early("ApplicableTradePaymentDiscountTerms", "invoice.early_payment", "ActualDiscountAmount"),
    **_early("ApplicableTradePaymentPenaltyTerms", "invoice.late_payment", "ActualPenaltyAmount"),
}
