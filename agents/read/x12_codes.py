"""X12 codes as words of the vocabulary, releases 3010 to 8010. The number before each table is that of the data element."""

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "EA": "pcs", "PC": "pcs", "UN": "pcs", "PP": "pcs", "BX": "box", "CA": "case", "CS": "case", "CT": "case",
    "PK": "pack", "PG": "pack", "KG": "kg", "GR": "g", "GM": "g", "MP": "t", "ME": "mg", "MR": "m", "LM": "m",
    "LT": "l", "LK": "m", "HR": "h", "DA": "day", "RL": "roll", "RO": "roll", "PR": "pair", "ST": "set", "SX": "set",
    "PL": "pallet", "PF": "pallet", "DZ": "dozen",
}  # fmt: skip
"""355. Not all that EDIFACT writes alike means the same: "ST" is a set here, "LT" a litre."""

PURPOSES: Mapping[str, str] = {
    "00": "original", "01": "cancellation", "03": "cancellation", "04": "change", "05": "replacement",
    "06": "confirmation", "07": "duplicate", "11": "response", "15": "duplicate", "18": "replacement", "22": "copy",
    "52": "response",
}  # fmt: skip
"""353, what a transaction is for."""
CHANGES: Mapping[str, str] = {
    "AI": "added", "CA": "changed", "CB": "changed", "CC": "changed", "CE": "changed", "CF": "cancelled",
    "CT": "changed", "DI": "cancelled", "MU": "changed", "NC": "unchanged", "PC": "changed", "PQ": "changed",
    "PR": "changed", "QD": "changed", "QI": "changed", "RA": "changed", "RB": "changed", "RE": "changed",
    "RM": "changed", "RQ": "changed", "RS": "changed", "RZ": "changed", "TI": "changed",
}  # fmt: skip
"""670, what a change does with a line. "RC" rejects a change and is an answer."""
CONDITIONS: Mapping[str, tuple[str, str]] = {
    "01": ("line.damaged_quantity", "damaged"), "02": ("line.missing_quantity", "short"),
    "03": ("line.over_quantity", "over"), "04": ("line.rejected_quantity", "quality"),
    "05": ("line.wrong_quantity", "wrong item"), "06": ("line.held_quantity", "wrong container"),
    "07": ("line.accepted_quantity", ""), "08": ("line.rejected_quantity", "rejected"),
    "09": ("line.held_quantity", "on hold"), "10": ("line.rejected_quantity", "scrapped"),
    "12": ("line.return_quantity", "over"), "13": ("line.held_quantity", "not announced"),
    "14": ("line.accepted_quantity", "not announced"), "16": ("line.missing_quantity", "not announced"),
}  # fmt: skip
"""412, the condition of what was received: the field its quantity goes to, and the word for it."""
SHIPPED: Mapping[str, str] = {
    "AC": "over", "BK": "out of stock", "BO": "out of stock", "BP": "short, rest follows", "CA": "", "CC": "",
    "CL": "", "CM": "over", "CP": "short", "CK": "cancelled", "CS": "substituted", "IC": "cancelled",
    "IS": "substituted", "OS": "out of stock", "PR": "short, rest follows", "SS": "short, rest follows",
    "SC": "", "UN": "out of stock",
}  # fmt: skip
"""368, how a warehouse shipped a line."""
TYPES: Mapping[str, str] = {
    "A": "accepted", "E": "accepted with errors", "P": "partly accepted", "M": "rejected", "R": "rejected",
    "W": "rejected", "X": "rejected",
}  # fmt: skip
"""715 and 717, how a group or transaction was taken."""
INTERCHANGES: Mapping[str, str] = {"A": "accepted", "E": "accepted with errors", "R": "rejected"}
TRANSACTION_ERRORS: Mapping[str, str] = {
    "1": "transaction set not supported", "2": "trailer missing", "3": "control numbers do not match",
    "4": "number of segments does not match", "5": "segments in error", "6": "identifier missing or invalid",
    "7": "control number missing or invalid", "23": "control number not unique in the group",
}  # fmt: skip
"""718, what is wrong with a transaction."""
GROUP_ERRORS: Mapping[str, str] = {
    "1": "functional group not supported", "2": "release not supported", "3": "trailer missing",
    "4": "control numbers do not match", "5": "number of transactions does not match", "6": "control number invalid",
}  # fmt: skip
"""716, what is wrong with a group."""
SEGMENT_ERRORS: Mapping[str, str] = {
    "1": "not recognised", "2": "unexpected", "3": "missing", "4": "repeated too often", "5": "too many of its loop",
    "6": "not defined in the transaction", "7": "not in its place", "8": "has elements in error",
}  # fmt: skip
"""720, what is wrong with a segment."""
ELEMENT_ERRORS: Mapping[str, str] = {
    "1": "missing", "2": "missing where another needs it", "3": "too many elements", "4": "too short", "5": "too long",
    "6": "invalid character", "7": "invalid code", "8": "invalid date", "9": "invalid time",
    "10": "excluded by another", "12": "too many repetitions", "13": "too many components",
}  # fmt: skip
"""723, what is wrong with an element."""
METHODS: Mapping[str, str] = {
    "ACH": "transfer", "BOP": "card", "CHK": "cheque", "CWT": "transfer", "FWT": "transfer", "NON": "none",
    "SWT": "transfer", "DDC": "direct debit", "DDT": "direct debit",
}  # fmt: skip
"""591, how it is paid."""
STATUSES: Mapping[str, str] = {
    "AF": "picked up", "AG": "estimated delivery", "A7": "refused", "AB": "delivery scheduled",
    "AV": "available for delivery", "CD": "departed", "D1": "delivered", "I1": "in gate", "L1": "loading",
    "OA": "out gate", "OO": "delivered", "P1": "departed", "R1": "received", "SD": "delayed", "X1": "arrived",
    "X2": "estimated arrival", "X3": "arrived", "X4": "arrived", "X6": "on its way", "XB": "accepted",
}  # fmt: skip
"""1650, where a shipment is."""
SUPPLIER_ITEM = ("VP", "VN", "VC", "VA", "SK")
BUYER_ITEM = ("BP", "IN", "CB", "PI", "IT")
ORDER_LINE, ORDER = ("PL",), ("PO",)
GTIN = ("UP", "UI", "UA", "UK", "EN", "EO", "GI", "IB", "UC", "UE", "UD")
LOT, SERIAL = ("LT", "B8"), ("SN",)
"""235, whose a number is: GTINs of every length, lots, serial numbers."""
SUPPLIERS = ("SE", "SU", "VN", "RE", "SF", "MF", "RI")
BUYERS = ("BY", "BT", "BS")
DELIVERED_TO = ("ST", "CN", "UC")
WAREHOUSES = ("WH", "WA")
CARRIERS = ("CA", "FW")
"""98, the role of a party, the most telling first."""
EARLIEST, LATEST = ("064",), ("063", "001", "061")
EXPIRES, PRODUCED = ("036", "208", "511"), ("094", "405", "510")
RECEIVED = ("050", "035", "140")
PICKED_UP = ("118", "086")
"""374, what a day is."""


def unit_of(code: str) -> str | None:
    """The vocabulary's word for a unit, the code as written where it has none, None for none."""
    plain = code.strip().split(">")[0].split(":")[0]
    return UNITS.get(plain.upper(), plain) or None
