"""The names of what X12 transactions (3010 to 8010) say beside what their readers look for, by segment and element.

"TD1" means: element 02 is a number of packages, in the unit that element 01 names. A name with a dot before it belongs to
the line or party that the segment speaks of.
"""

from collections.abc import Mapping

from agents.read.edi_rest import By, Entry, Table
from agents.read.x12_codes import BUYER_ITEM, GTIN, SUPPLIER_ITEM
from agents.read.x12_words import AMOUNTS, CONTACTS, DAYS, DIMENSIONS, PRICES, QUANTITIES, REFERENCES

_ITEMS = {
    **dict.fromkeys(SUPPLIER_ITEM, ".supplier_item"), **dict.fromkeys(BUYER_ITEM, ".buyer_item"),
    **dict.fromkeys(GTIN, ".gtin"), "MG": ".maker_item", "MF": ".maker", "LT": ".lot", "B8": ".lot", "SN": ".serial",
    "PO": "order.number", "PL": ".order_line", "CH": ".origin", "BL": ".brand", "BN": ".brand", "MN": ".model",
    "C3": ".classification", "CG": ".classification", "HS": ".classification", "HC": ".classification",
    "F8": ".follows_item", "N4": ".industry_item", "ND": ".industry_item", "MD": ".industry_item",
}  # fmt: skip
"""235, what a product number or feature is."""


def _pairs(start: int, end: int) -> dict[str, Entry]:
    """Product numbers, each after the code that says whose it is."""
    return {f"{n + 1:02}": By(f"{n:02}", ".item_number", _ITEMS) for n in range(start, end, 2)}


def _reached(*places: int) -> dict[str, Entry]:
    """Numbers under which a person is reached, each after its kind."""
    return {f"{n + 1:02}": By(f"{n:02}", ".reached", CONTACTS) for n in places}


_PERSON: dict[str, Entry] = {
    "01": ".contact_type", "02": ".contact", **_reached(3, 5, 7), "09": ".contact_id",
}  # fmt: skip
_REFERENCE: dict[str, Entry] = {
    "02": By("01", ".reference", None, REFERENCES), "03": By("01", ".reference_name", {}, REFERENCES),
    "04": ".reference_detail",
}  # fmt: skip
_EXTRA = {
    "C": ".charge", "A": ".allowance",
}  # fmt: skip


def _extra(ending: str, kind: str = "") -> By:
    """What is said of a charge or an allowance (SAC), or of a service that is neither."""
    return By("01", f".extra{ending}{kind}", {code: f"{name}{ending}{kind}" for code, name in _EXTRA.items()})


GOODS: Table = {
    "TD1": {
        "01": ".package_type", "02": ".packages number 01", "03": ".classification_list", "04": ".classification",
        "05": ".goods", "07": By("06", ".stated_weight number 08", {"G": ".weight number 08", "": ".weight number 08"}),
        "09": ".volume number 10",
    },
    "TD3": {
        "01": ".vehicle_type", "02": ".vehicle_owner", "03": ".vehicle", "05": By("04", ".stated_weight number 06"),
        "07": ".vehicle_ownership", "08": ".seal_status", "09": ".seal", "10": ".vehicle_type",
    },
    "TC2": {"02": By("01", ".classification")},
    "TD4": {"01": ".handling", "03": ".hazard_class", "04": ".hazard_text"},
    "TD5": {
        "01": ".routing_sequence", "03": ".carrier_id", "04": ".mode", "05": ".routing", "06": ".carriage_status",
        "08": By("07", ".stated_place"), "09": ".transit_direction", "11": By("10", ".transit_time number"),
        "12": ".service", "13": ".service", "14": ".service", "15": ".country",
    },
    "CAD": {
        "01": ".mode", "02": ".vehicle_owner", "03": ".vehicle", "04": ".carrier_id", "05": ".routing",
        "06": ".carriage_status", "08": By("07", ".reference", None, REFERENCES), "09": ".service",
    },
    "MAN": {
        "02": By("01", ".package"), "03": By("01", ".package_until", {}), "05": By("04", ".package"),
        "06": By("04", ".package_until", {}),
    },
    "PKG": {
        "01": ".packing_type", "02": ".packing_feature", "04": ".packing_code", "05": ".packing", "06": ".packing_unit",
    },
    "PO4": {
        "01": ".packages number", "02": ".pack_size number 03", "04": ".package_type",
        "06": By("05", ".weight number 07"), "08": ".volume number 09", "10": ".length number 13",
        "11": ".width number 13", "12": ".height number 13", "14": ".pack_quantity number", "15": ".pack_level",
        "16": ".package", "17": ".package", "18": ".packages number",
    },
    "MEA": {
        "01": ".measure_of", "03": By("02", ".measure number 04", None, DIMENSIONS), "05": ".measure_from number 04",
        "06": ".measure_to number 04", "07": ".measure_means", "08": ".measure_text", "09": ".measure_position",
    },
    "ISS": {
        "01": ".packages number 02", "03": ".weight number 04", "05": ".volume number 06", "07": ".pallets number",
    },
    "IT3": {
        "01": ".shipped_quantity number 02", "03": ".shipment_status", "04": ".difference number 02",
        "05": ".change_reason",
    },
    "QTY": {"02": By("01", ".stated_quantity number 03", None, QUANTITIES), "04": ".stated_quantity_text"},
    "PID": {
        "02": ".feature", "04": ".feature_code", "05": By("02",
            ".feature_text", {"": ".item_text"}),
        "06": ".feature_position", "08": ".feature_yes_no",
    },
    "SDQ": {
        **{f"{n:02}": ".place" for n in range(3, 23, 2)},
        **{f"{n:02}": ".place_quantity number 01" for n in range(4, 24, 2)},
        "23": ".location",
    },
    "SCH": {
        "01": ".schedule_quantity number 02", "04": ".schedule_place",
        "06": By("05", ".schedule_date day", None, DAYS), "07": ".schedule_time",
        "09": By("08", ".schedule_date day", None, DAYS), "10": ".schedule_time", "11": ".request",
        "12": ".schedule_number",
    },
    "LDT": {"01": ".lead_time_kind", "02": ".lead_time_value number 03", "04": ".lead_time_from day"},
    "CTP": {
        "01": ".price_class", "03": By("02", ".stated_price number currency", None, PRICES),
        "04": ".stated_price_quantity number 05", "07": By("06", ".price_factor number"),
        "08": ".stated_amount number currency", "09": ".stated_price_basis", "10": ".price_condition",
        "11": ".stated_price_quantity number",
    },
    "PAM": {
        "02": By("01", ".stated_quantity number 03", None, QUANTITIES),
        "05": By("04", ".stated_amount number currency", None, AMOUNTS), "08": By("07", ".stated_date day", None, DAYS),
    },
    "PO3": {
        "01": ".change_reason", "02": ".change_date day", "04": By("03",
            ".changed_price number currency", None, PRICES),
        "05": ".changed_price_basis", "06": ".changed_quantity number 07", "08": ".change_text",
    },
    "ACK": {
        "01": ".status_code", "02": ".stated_quantity number 03", "05": By("04", ".stated_date day", None, DAYS),
        "06": ".request", **_pairs(7, 28), "29": ".industry_code",
    },
    "SLN": {
        "01": ".number", "02": ".parent", "03": ".relation", "04": ".quantity number 05",
        "06": ".price number currency",
        "07": ".stated_price_basis", **_pairs(9, 28),
    },
    "PO1": {"01": ".number", "05": ".price_basis", **_pairs(6, 25)},
    "IT1": {"01": ".number", "05": ".price_basis", **_pairs(6, 25)},
    "POC": {"01": ".number", "02": ".action_code", "07": ".price_basis", **_pairs(8, 27)},
    "LIN": {"01": ".number", **_pairs(2, 31)},
    "SN1": {"01": ".number", "04": ".shipped_to_date number 03", "07": ".package_type", "08": ".status_code"},
    "PRF": {
        "01": "order.number", "02": "order.release", "03": "order.change_sequence", "04": "order.date day",
        "05": ".order_line", "06": "contract.number", "07": "order.type_code",
    },
    "RCD": {"01": ".number", **{f"{n:02}": ".condition_code" for n in range(8, 21, 3)}},
}  # fmt: skip
"""Goods, how they are packed, measured and sent; in the heading they speak of the shipment (`freight`), else of the line."""

PAPERS: Table = {
    "REF": _REFERENCE,
    "N9": {**_REFERENCE, "04": ".reference_date day", "05": ".reference_time", "07": ".reference_detail"},
    "L11": {"01": By("02", ".reference", None, REFERENCES), "03": ".reference_name"},
    "PER": _PERSON,
    "G61": {"01": ".contact_type", "02": ".contact", **_reached(3)},
    "DTM": {
        "02": By("01", ".stated_date day", None, DAYS), "03": ".stated_time", "04": ".stated_time_zone",
        "06": By("01", ".stated_period", None, DAYS),
    },
    "G62": {"02": By("01", ".stated_date day"), "04": By("03", ".stated_time"), "05": ".stated_time_zone"},
    "NTE": {"01": ".note_code", "02": "invoice.note"},
    "MSG": {"01": "invoice.note"},
    "MTX": {"01": ".note_code", "02": "invoice.note", "03": "invoice.note"},
    "K1": {"01": "invoice.note", "02": "invoice.note"},
    "SAC": {
        "02": _extra("_reason_code"), "04": _extra("_agency_code"), "05": _extra("", " cents currency"),
        "06": _extra("_percent_basis"), "07": _extra("_percent", " number"), "08": _extra("_rate", " number currency"),
        "10": _extra("_quantity", " number 09"), "11": _extra("_quantity_to", " number 09"), "12": _extra("_handling"),
        "13": _extra("_number"), "14": _extra("_option"), "15": _extra("_reason"),
    },
    "ITD": {
        "01": ".terms_code", "02": ".terms_from", "03": ".early_payment_percent number",
        "04": ".early_payment_date day",
        "05": ".early_payment_days number", "06": ".due_date day", "07": ".net_days number",
        "08": ".early_payment_amount cents currency", "09": ".deferred_date day",
        "10": ".deferred_amount cents currency", "11": ".deferred_percent number", "12": ".terms",
        "13": ".day_of_month", "14": ".terms_means", "15": ".early_payment_percent number",
    },
    "TXI": {
        "01": ".tax_kind", "02": ".tax_amount number currency", "03": ".tax_rate number", "05": By("04",
            ".tax_jurisdiction"),
        "06": ".tax_exemption_code", "07": ".tax_relation", "08": ".tax_base number currency", "09": ".tax_number",
        "10": ".tax_line",
    },
    "TAX": {"01": ".tax_number", "12": ".tax_exemption_code"},
    "AMT": {"02": By("01", ".stated_amount number currency", None, AMOUNTS), "03": ".stated_amount_sign"},
    "BAL": {"03": By("02", ".stated_amount number currency")},
    "TDS": {
        "02": "invoice.early_payment_base cents currency", "03": "invoice.early_payment_payable cents currency",
        "04": "invoice.early_payment_amount cents currency",
    },
    "CUR": {
        "02": ".currency", "03": "exchange.rate number", "05": "exchange.to",
        **{f"{n + 1:02}": By(f"{n:02}", "exchange.date day") for n in (7, 10, 13, 16, 19)},
    },
    "FOB": {
        "01": "delivery.payment_code", "03": By("02", "delivery.terms_place"), "05": By("04", "delivery.terms_code"),
        "07": By("06", "delivery.title_place"), "08": "delivery.risk_code", "09": "delivery.risk",
    },
    "CSH": {
        "01": ".sales_condition", "02": ".sales_action", "03": ".sales_amount cents currency", "04": ".account",
        "05": ".sales_date day", "07": ".service", "08": ".substitution_code", "09": ".sales_percent number",
    },
    "DIS": {"01": ".discount_terms", "03": ".discount number currency", "04": ".discount_from"},
    "PWK": {"01": "attachment.type_code", "02": "attachment.transmission", "06": "attachment.number",
        "07": "attachment.description"},
    "BEG": {
        "01": "document.purpose_code", "02": "order.type_code", "04": "order.release", "07": "order.answer_wanted",
        "08": "invoice.type_code", "09": "contract.kind", "10": "order.category",
    },
    "BCH": {
        "01": "document.purpose_code", "02": "order.type_code", "04": "order.release", "07": "document.request",
        "08": "contract.number", "09": "document.reference", "10": "confirmation.date day",
        "12": "contract.date day", "13": "contract.status",
    },
    "BAK": {
        "01": "document.purpose_code", "02": "confirmation.status_code", "05": "order.release",
        "06": "document.request",
        "07": "contract.number", "09": "confirmation.date day", "10": "order.type_code",
    },
    "BCA": {
        "01": "document.purpose_code", "02": "confirmation.status_code", "04": "order.release",
        "07": "document.request", "08": "contract.number", "10": "confirmation.date day",
        "11": "order.change_date day", "12": "contract.date day",
    },
    "BIG": {
        "05": "order.release", "06": "order.change_sequence", "07": "invoice.type_code", "08": "document.purpose_code",
        "09": "document.action_code", "10": "invoice.preceding",
    },
    "BSN": {
        "01": "document.purpose_code", "03": "despatch.issue_date day", "04": "document.stated_time",
        "06": "despatch.type_code", "07": "despatch.status_code",
    },
    "BRA": {
        "02": "receipt.issue_date day", "03": "document.purpose_code", "04": "receipt.type_code",
        "05": "document.stated_time", "06": "receipt.condition_code", "07": "document.action_code",
    },
    "BCT": {
        "01": "catalogue.purpose_code", "03": "catalogue.version", "04": "catalogue.revision", "05": "catalogue.class",
        "06": "catalogue.number", "09": "catalogue.name", "10": "document.purpose_code",
    },
}  # fmt: skip
"""Papers, days, people, money."""

PARTIES: Table = {
    "N1": {"02": ".name", "04": ".id scheme 03", "05": ".relation", "06": ".relation", "01": ".role"},
    "N2": {"01": ".name_2", "02": ".name_2"},
    "N3": {"01": ".street", "02": ".street"},
    "N4": {"01": ".city", "02": ".region", "03": ".post_code", "04": ".country", "06": By("05", ".location")},
    "PER": _PERSON,
    "G61": {"01": ".contact_type", "02": ".contact", **_reached(3)},
    "REF": {
        "02": By("01", ".number", None, REFERENCES), "03": By("01", ".number_text", {}, REFERENCES),
        "04": ".number_detail",
    },
}  # fmt: skip

OWNERS: Mapping[str, str] = {
    **dict.fromkeys(GOODS, "freight"), **dict.fromkeys(("ITD", "CSH", "CUR", "DIS"), "invoice"), "PID": "document",
    "QTY": "document", "PAM": "document", "CTP": "document", "ISS": "freight", "MEA": "freight", "SCH": "document",
}  # fmt: skip
"""Whom a segment of the heading or summary speaks of; the document itself where nothing is said here."""
