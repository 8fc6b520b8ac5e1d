"""X12 codes that say what a reference, day, amount or quantity is, in words. The number is that of the data element.

Only codes whose meaning the releases 3010 to 8010 agree on; any other keeps its own letters.
"""

from collections.abc import Mapping

REFERENCES: Mapping[str, str] = {
    "06": "system number", "11": "account", "12": "billing account", "14": "master account", "19": "division",
    "1V": "related vendor order", "2I": "tracking number", "38": "master invoice", "3Z": "customs broker",
    "4C": "shipment destination", "4B": "shipment origin", "55": "sequence number", "60": "account suffix",
    "72": "schedule reference", "8M": "originating company", "8X": "transaction category", "AB": "acceptable source",
    "AH": "agreement", "AN": "associated order", "AO": "appointment", "AP": "accounts receivable", "AW": "air waybill",
    "BL": "government bill of lading", "BM": "bill of lading", "BN": "booking", "BT": "batch",
    "BV": "purchase order line",
    "BX": "buyer's shipment mark", "CA": "cost allocation", "CC": "contract co-ordinator", "CD": "credit note",
    "CE": "class of contract", "CL": "seller's credit memo", "CM": "buyer's credit memo", "CN": "carrier's reference",
    "CO": "customer order", "CR": "customer reference", "CT": "contract", "CV": "commercial vehicle", "DD": "document",
    "DG": "drawing", "DJ": "delivery ticket", "DL": "seller's debit memo", "DM": "associated drug",
    "DO": "delivery order",
    "DP": "department", "DQ": "delivery quote", "DV": "district", "EI": "employer's tax number", "EQ": "equipment",
    "EU": "end user's order", "EV": "receiver", "FI": "file", "FN": "forwarder's number", "FR": "freight bill",
    "GC": "government contract", "IA": "internal vendor number", "ID": "delivery ticket", "IL": "internal order",
    "IT": "internal customer number", "IV": "seller's invoice", "IX": "item number", "JB": "job",
    "KK": "delivery reference",
    "LA": "shipping label", "LB": "lockbox", "LI": "line", "LO": "load plan", "LT": "lot", "LU": "location",
    "MA": "ship notice", "MB": "master bill of lading", "MR": "merchandise type", "NB": "letter of credit",
    "OI": "original invoice", "ON": "dealer's order", "OP": "original order", "OQ": "order", "P8": "pickup reference",
    "PD": "promotion", "PE": "plant", "PG": "product group", "PH": "priority rating", "PK": "packing list",
    "PL": "price list",
    "PO": "purchase order", "PP": "purchase order revision", "PR": "price quote", "PU": "previous bill of lading",
    "PX": "previous contract", "Q1": "quote", "QN": "stop sequence", "RE": "release", "RQ": "requisition",
    "SA": "salesman", "SB": "sales region", "SC": "shipper's car order", "SE": "serial number",
    "SI": "shipper's number",
    "SN": "seal", "SO": "shipper's order", "SR": "sales region", "ST": "store", "SU": "special processing",
    "TB": "trucker's bill of lading", "TJ": "tax number", "TN": "transaction reference", "TO": "transport order",
    "VN": "vendor order", "VP": "vendor product", "VR": "vendor", "VV": "voucher", "WH": "warehouse storage number",
    "WO": "work order", "WS": "warehouse", "WU": "vessel", "YD": "buyer", "ZZ": "mutually defined",
}  # fmt: skip
"""128."""
DAYS: Mapping[str, str] = {
    "001": "cancel after", "002": "requested", "003": "invoice", "004": "purchase order", "007": "effective",
    "009": "process", "010": "requested shipment", "011": "shipped", "012": "discount due", "013": "net due",
    "014": "deferred payment", "015": "promotion start", "016": "promotion end", "017": "estimated delivery",
    "018": "available", "019": "unloaded", "035": "delivered", "036": "expiry", "037": "ship not before",
    "038": "ship no later", "039": "ship week of", "043": "publication", "050": "received", "055": "confirmed",
    "063": "do not deliver after", "064": "do not deliver before", "067": "current schedule delivery",
    "068": "current schedule shipment", "069": "promised delivery", "070": "scheduled for delivery",
    "071": "requested for delivery", "074": "requested for delivery", "076": "scheduled for delivery",
    "077": "requested for delivery", "079": "promised for shipment", "081": "sunday date", "086": "scheduled pickup",
    "090": "report start", "091": "report end", "092": "contract effective", "093": "contract expiry",
    "094": "manufacture", "097": "transaction", "102": "issue", "106": "required by", "107": "deposit",
    "109": "postmark",
    "118": "requested pickup", "128": "replacement effective", "135": "booked", "137": "quoted",
    "140": "actual arrival",
    "150": "service period start", "151": "service period end", "171": "revision", "186": "invoice period start",
    "187": "invoice period end", "193": "period start", "194": "period end", "196": "start", "197": "end",
    "198": "completion", "208": "lot expiry", "235": "requested arrival", "291": "planned", "318": "added",
    "328": "changed", "370": "actual departure", "371": "estimated arrival", "372": "actual pickup", "382": "revised",
    "405": "production", "506": "best before", "510": "date packed", "511": "shelf life expiry",
    "619": "billed through",
    "814": "payment due",
}  # fmt: skip
"""374."""
AMOUNTS: Mapping[str, str] = {
    "1": "line total", "2": "advance", "3": "deposit", "4": "credit", "5": "total invoice",
    "6": "amount subject to discount",
    "7": "discount due", "9": "total with tax", "AAE": "charges", "BAP": "total payable", "BD": "balance due",
    "BM": "adjustments", "C": "declared value", "D": "payoff", "DA": "discount", "F7": "sales tax", "GV": "gross value",
    "KO": "committed", "N": "net", "NS": "net savings", "OC": "order commitment", "PB": "billed", "T": "tax",
    "TT": "total",
    "TP": "total payment", "TX": "tax", "ZZ": "mutually defined",
}  # fmt: skip
"""522."""
QUANTITIES: Mapping[str, str] = {
    "01": "discrete", "02": "cumulative received", "03": "cumulative shipped", "17": "on hand", "20": "unusable",
    "21": "committed elsewhere", "33": "available for sale", "37": "work in process", "38": "original", "39": "shipped",
    "63": "on order", "66": "committed", "69": "incoming", "72": "minimum stock", "76": "returns", "77": "sold",
    "87": "received", "89": "to be received", "90": "acknowledged", "93": "free goods", "99": "quantity",
    "BQ": "backordered",
    "BW": "backordered", "LG": "pieces per layer", "NT": "net", "OO": "on order", "PT": "total", "QO": "ordered",
    "SA": "shortage", "SQ": "shipped", "TO": "total",
}  # fmt: skip
"""673."""
PRICES: Mapping[str, str] = {
    "ACT": "actual", "ALT": "alternate", "BBP": "base", "CAT": "catalogue", "CON": "contract", "CUP": "confirmed",
    "DIS": "distributor", "DSC": "discount", "FCP": "future contract", "FET": "excise tax", "FUP": "futures",
    "INV": "invoiced",
    "LPR": "list", "MAX": "maximum order", "MIN": "minimum order", "MSR": "suggested retail", "NET": "net",
    "NEW": "new", "OAP": "original", "PBQ": "from quantity", "PRO": "producer's", "PRP": "promotional",
    "PUR": "purchase",
    "QTE": "quoted", "RES": "resale", "RTL": "retail", "SPE": "special", "STA": "standard", "SUM": "summer",
    "UCP": "unit cost", "WHL": "wholesale",
}  # fmt: skip
"""236."""
DIMENSIONS: Mapping[str, str] = {
    "DE": "density", "DI": "diameter", "G": "gross weight", "HT": "height", "LN": "length", "N": "net weight",
    "ST": "strength",
    "TH": "thickness", "VOL": "volume", "WD": "width", "WT": "weight", "WGT": "weight", "T": "tare weight",
    "TC": "temperature",
    "PO": "percent of order", "PQ": "per cent of quantity", "SD": "sewed dimension", "SH": "shipped dimension",
    "A": "consolidated weight", "WL": "length", "CF": "cubic feet", "BWT": "basis weight", "ZZZ": "mutually defined",
}  # fmt: skip
"""738."""
CONTACTS: Mapping[str, str] = {
    "TE": ".phone", "WP": ".phone", "HP": ".phone", "VM": ".phone", "CP": ".mobile", "BN": ".pager", "EM": ".email",
    "FX": ".fax", "UR": ".website", "EX": ".extension", "PS": ".pager", "TL": ".telex", "TX": ".telex", "AP": ".phone",
}  # fmt: skip
"""365, under what a person is reached."""
SCHEMES: Mapping[str, str] = {
    "1": "0060", "9": "0060", "UL": "0088", "2": "SCAC", "24": "tax number", "91": "supplier's", "92": "buyer's",
    "93": "sender's", "94": "receiver's", "ZZ": "agreed",
}  # fmt: skip
"""66, whose number a party's is: of ISO 6523 a DUNS (0060) or a GLN (0088)."""
PARTIES: Mapping[str, str] = {
    "SE": "seller", "SU": "seller", "VN": "seller", "MF": "maker", "SF": "ship_from", "SH": "ship_from",
    "LW": "ship_from",
    "BY": "orderer", "BT": "invoicee", "BS": "invoicee", "ST": "delivery", "CN": "delivery", "UC": "final_delivery",
    "MA": "final_delivery", "Z7": "final_delivery", "RI": "payee", "RE": "payee", "PE": "payee", "PR": "payer",
    "CA": "carrier",
    "FW": "carrier", "FR": "sender", "TO": "receiver", "SO": "end_user", "EN": "end_user", "WH": "warehouse",
    "WA": "warehouse", "SS": "sales_agent", "SJ": "provider", "II": "invoicer", "PO": "orderer", "OB": "orderer",
    "BA": "buyer_agent", "BG": "buyer_agent", "PU": "pickup", "RF": "sender", "N1": "notify", "NP": "notify",
}  # fmt: skip
"""98: whom a party is read as that is none of the parties a reader looks for. Any other is a `party` with its `role`."""
