"""Code lists of the structured formats, each as far as the vocabulary needs it.

UN/ECE Recommendation 20 and 21 (units), UNTDID 1001 as restricted by EN 16931 (kinds of invoice), X12 data elements 355
(units), 235 (product qualifiers), 374 (dates), 668 (line status), 587 (acknowledgment), 1300 (charges).
"""

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "C62": "pcs", "H87": "pcs", "EA": "pcs", "PCE": "pcs", "NAR": "pcs", "PC": "pcs", "ST": "pcs", "XPP": "pcs",
    "BX": "box", "XBX": "box", "PK": "pack", "XPK": "pack", "KGM": "kg", "KG": "kg",
    "GRM": "g", "TNE": "t", "MTR": "m", "LM": "m", "LTR": "l", "HUR": "h", "HR": "h", "DAY": "day", "RO": "roll",
    "PR": "pair", "SET": "set", "PF": "pallet", "XPX": "pallet",
}  # fmt: skip
"""Codes whose meaning has a name (agents/read/units.py uses the same names); any other code is given as written."""

CREDIT_NOTES = frozenset(("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"))
INVOICES = frozenset(
    (
        "71", "80", "82", "84", "102", "130", "202", "203", "204", "211", "218", "219", "295", "325", "326", "331",
        "380", "382", "383", "384", "385", "386", "387", "388", "389", "390", "393", "394", "395", "456", "457", "527",
        "553", "575", "623", "633", "751", "780", "817", "870", "875", "876", "877", "935",
    )
)  # fmt: skip
"""UNTDID 1001 codes that EN 16931 allows for credit notes and for invoices."""

PAYMENT_MEANS: Mapping[str, str] = {
    "10": "cash", "20": "cheque", "23": "cheque", "30": "transfer", "31": "transfer", "42": "transfer", "48": "card",
    "49": "direct debit", "54": "card", "55": "card", "57": "transfer", "58": "transfer", "59": "direct debit",
    "97": "clearing",
}  # fmt: skip
"""UNTDID 4461, the codes that bills use. 57 is a standing agreement, which is a transfer; 58 and 59 are those of SEPA."""

UBL_RESPONSES: Mapping[str, str] = {"AP": "accepted", "CA": "changed", "RE": "rejected", "AB": "acknowledged"}
UBL_LINE_STATUS: Mapping[str, str] = {
    "1": "changed", "3": "changed", "5": "accepted", "7": "rejected", "42": "accepted",
}  # fmt: skip
UBL_CHANGES: Mapping[str, str] = {"1": "added", "2": "cancelled", "3": "changed", "4": "unchanged"}
UBL_ANSWERS: Mapping[str, str] = {
    "AB": "acknowledged", "IP": "in process", "UQ": "under query", "CA": "accepted with conditions", "RE": "rejected",
    "AP": "accepted", "PD": "paid", "AE": "accepted with errors",
}  # fmt: skip
"""UNCL4343: what somebody answers to a document as a whole or to a line of it."""

X12_ACKNOWLEDGMENTS: Mapping[str, str] = {
    "AC": "changed", "AD": "accepted", "AE": "changed", "AH": "on hold", "AK": "acknowledged", "AP": "acknowledged",
    "AT": "accepted", "NA": "acknowledged", "RD": "rejected", "RF": "rejected", "RJ": "rejected", "RO": "rejected",
}  # fmt: skip
"""BAK02. "AC" is with detail and change, "AD" with detail and no change, "AE" with the exceptions only."""
X12_LINE_STATUS: Mapping[str, str] = {
    "AA": "accepted", "AC": "accepted", "AR": "accepted", "BP": "accepted", "DR": "changed", "IA": "accepted",
    "IB": "backordered", "IC": "changed", "ID": "rejected", "IE": "accepted", "IF": "on hold", "IH": "on hold",
    "IP": "changed", "IQ": "changed", "IR": "rejected", "IS": "substituted", "IW": "on hold", "R1": "rejected",
    "R2": "rejected", "R3": "rejected", "R4": "rejected", "R5": "rejected", "R6": "rejected", "R7": "rejected",
    "R8": "rejected", "SP": "accepted",
}  # fmt: skip
"""ACK01. "ID" is deleted; "BP" ships a part now and backorders the rest."""
X12_SUPPLIER_ITEM = ("VP", "VN", "VC", "SN")
X12_BUYER_ITEM = ("BP", "IN", "CB", "PI")
X12_ORDER_LINE = ("PL",)
X12_ORDER = ("PO",)
X12_PROMISED = ("069", "067", "076", "070", "017", "055", "079", "068")
"""Dates a seller promises: delivery before shipment, promised before scheduled before estimated."""
X12_REQUESTED = ("002", "074", "106", "071", "077", "063", "010")
X12_SHIPPED = ("011",)
X12_EXPECTED = ("067", "017", "371", "002")
X12_CREDITS = frozenset(("CR", "CN", "CG"))
"""BIG07: credit memo, credit invoice."""
X12_PRICE_BASE: Mapping[str, int] = {"HP": 100, "TP": 1000}
"""Element 639: price per hundred, per thousand. Every other basis is per one of the unit."""
X12_TAXES = frozenset(("H740", "H750", "H760", "H770", "H780", "H790", "H800", "H810", "H820", "H830", "H840", "H850"))
X12_CHARGES: Mapping[str, str] = {
    "C310": "Discount", "D240": "Freight", "D260": "Fuel charge", "D270": "Fuel surcharge", "D500": "Handling",
    "F050": "Other", "F800": "Promotional allowance", "G821": "Shipping", "G830": "Shipping and handling",
    "H090": "Special handling", "H550": "Surcharge", "I170": "Trade discount", "I530": "Volume discount",
}  # fmt: skip


def unit_of(code: str | None) -> str | None:
    """The vocabulary's word for a unit code, the code itself when it has none, None for none."""
    code = (code or "").strip()
    return UNITS.get(code.upper(), code) or None
