"""EDIFACT codes as words of the vocabulary, from the directories D.93A to D.21B and EANCOM, as far as they agree.

The number before each table is that of the data element in the directory.
"""

from collections.abc import Mapping

PURPOSES: Mapping[str, str] = {
    "1": "cancellation", "4": "change", "5": "replacement", "6": "confirmation", "7": "duplicate", "9": "original",
    "11": "response", "17": "cancellation", "18": "replacement", "31": "copy", "33": "change", "35": "duplicate",
    "42": "confirmation",
}  # fmt: skip
"""1225, what a message is for."""
ANSWERS: Mapping[str, str] = {
    "4": "changed", "27": "rejected", "29": "accepted", "34": "changed", "44": "accepted", "45": "changed",
}  # fmt: skip
"""1225 as an order response uses it: 29 accepted without amendment, 27 not accepted, 4 and 34 with changes."""
RESPONSES: Mapping[str, str] = {
    "AA": "acknowledged", "AB": "acknowledged", "AC": "changed", "AD": "accepted", "AI": "changed",
    "AP": "accepted", "CA": "changed", "RE": "rejected",
}  # fmt: skip
"""4343, the kind of answer wanted or given."""
ANSWERED_LINES: Mapping[str, str] = {
    "1": "changed", "2": "rejected", "3": "changed", "5": "accepted", "6": "changed", "7": "rejected",
    "10": "rejected", "11": "accepted", "23": "changed", "24": "changed", "38": "substituted",
}  # fmt: skip
"""1229 in an order response."""
CHANGED_LINES: Mapping[str, str] = {
    "1": "added", "2": "cancelled", "3": "changed", "4": "unchanged", "5": "unchanged", "11": "unchanged",
    "38": "changed",
}  # fmt: skip
"""1229 in a change of an order."""
CREDIT_NOTES = frozenset(("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"))
"""1001, messages INVOIC that credit."""
CORRECTIONS = frozenset(("384",))
DISCREPANCIES: Mapping[str, str] = {
    "AA": "discontinued", "AB": "discontinued", "AC": "over", "AD": "out of stock", "AE": "not announced",
    "AF": "damaged", "AG": "late", "BK": "out of stock", "BP": "short, rest follows", "CE": "over",
    "CK": "cancelled", "CM": "over", "CP": "short", "CS": "substituted", "IC": "cancelled", "IS": "substituted",
    "NF": "not yet available", "OP": "discontinued", "OS": "out of stock", "OW": "out of stock", "RA": "short",
    "SS": "short, rest follows", "TW": "out of stock",
}  # fmt: skip
"""4221, the nature of a difference in quantity."""
REASONS: Mapping[str, str] = {
    "AT": "not ordered", "AUE": "item unknown", "BN": "bar code unreadable", "DME": "damaged", "IS": "substituted",
    "PC": "pack differs", "PE": "too old", "AV": "out of stock", "WV": "discontinued",
}  # fmt: skip
"""4295, why it differs, as EANCOM has it."""
SHORT = ("short", "short, rest follows", "out of stock")

SUPPLIER_ITEM = ("SA", "VP", "VN", "SN", "VX")
BUYER_ITEM = ("IN", "BP", "PI", "BI", "CB")
GTIN = ("EN", "EAN", "SRV", "UP", "GTN", "UC", "IB", "UE", "UA", "UI", "UN")
LOT_ITEM = ("NB",)
"""7143, whose number an item number is: "SA" the supplier's, "IN" and "BP" the buyer's, "SRV" a GTIN, "NB" a batch."""
LOTS = ("BX", "BB")
SERIALS = ("BN", "SN", "EE")
PACKAGES = ("BJ", "AW", "SS", "ML")
"""7405, what a number on goods or packages tells apart. "BJ" is a serial shipping container code."""

REFERENCES: Mapping[str, str] = {
    "ON": "order.number", "VN": "confirmation.number", "POR": "confirmation.number", "DQ": "despatch.number",
    "AAK": "despatch.number", "PK": "despatch.number", "ALO": "receipt.number", "BM": "freight.bill_of_lading",
    "CT": "contract.number", "CN": "freight.number", "AAM": "freight.number", "AAS": "freight.number",
    "AWB": "freight.number", "SRN": "freight.shipment", "CRN": "freight.shipment", "OI": "invoice.preceding",
    "IV": "invoice.preceding", "PL": "catalogue.number", "AAN": "tracking.number", "SN": "freight.seal",
}  # fmt: skip
"""1153, which document a reference names."""
SUPPLIERS = ("SU", "SE", "VN", "II", "MF", "SR")
BUYERS = ("BY", "IV", "OB", "OC", "PR")
DELIVERED_TO = ("DP", "ST", "CN", "UC")
WAREHOUSES = ("WH", "WS")
CARRIERS = ("CA", "FW")
"""3035, the role of a party, the most telling first."""
BANKS = ("RB", "BF", "BB", "PB", "BE")

REQUESTED = ("2", "61", "10", "74")
PROMISED = ("69", "67", "76", "79", "358", "359", "17", "35", "132")
SHIPPED = ("11", "200")
EXPECTED = ("17", "69", "67", "358", "132", "35", "2")
RECEIVED = ("50", "310", "35")
EARLIEST, LATEST = ("64",), ("63", "61")
EXPIRES = ("36", "361", "360")
PRODUCED = ("94",)
"""2005, what a day is. A requested day is no promise."""

METHODS: Mapping[str, str] = {
    "10": "cash", "20": "cheque", "30": "transfer", "31": "transfer", "42": "transfer", "48": "card",
    "49": "direct debit", "54": "card", "55": "card", "57": "transfer", "58": "transfer", "59": "direct debit",
}  # fmt: skip
"""4461, how it is paid."""
ACTIONS: Mapping[str, str] = {
    "1": "accepted", "2": "accepted", "3": "rejected", "4": "rejected", "5": "rejected", "6": "accepted with errors",
    "7": "accepted", "8": "received",
}  # fmt: skip
"""0083, what was done with an interchange, group or message."""
SYNTAX_ERRORS: Mapping[str, str] = {
    "2": "syntax version or level not supported", "7": "interchange recipient not actual recipient",
    "12": "invalid value", "13": "missing", "14": "value not supported in this position",
    "15": "not supported in this position", "16": "too many constituents", "17": "no agreement",
    "18": "unspecified error", "19": "invalid decimal notation", "20": "character invalid as service character",
    "21": "invalid character", "22": "invalid service character", "23": "unknown interchange sender", "24": "too old",
    "25": "test indicator not supported", "26": "duplicate detected", "27": "security function not supported",
    "28": "references do not match", "29": "control count does not match number of instances received",
    "30": "groups and messages mixed", "31": "more than one message type in group", "32": "lower level empty",
    "33": "invalid occurrence outside message or group", "34": "nesting indicator not allowed",
    "35": "too many repetitions", "36": "too many segment group repetitions", "37": "invalid type of character",
    "38": "missing digit in front of decimal sign", "39": "data element too long", "40": "data element too short",
}  # fmt: skip
"""0085, what is wrong with the syntax of a message."""
STATUSES: Mapping[str, str] = {
    "1": "arrived", "13": "picked up", "18": "arrived", "21": "delivered", "24": "departed", "29": "damaged",
    "31": "in transit", "36": "not delivered", "48": "loaded", "74": "in transit", "82": "loaded",
}  # fmt: skip
"""9015 and 4405, where a consignment is."""
