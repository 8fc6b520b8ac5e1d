"""The names of what EDIFACT messages (D.93A to D.21B) say beside what their readers look for, by segment and component.

"01:2" is the second component of the first element. A name that begins with a dot belongs to the line or party that the
segment speaks of, else to the document.
"""

from collections.abc import Mapping

from agents.read.edi_rest import By, Entry, Table
from agents.read.edifact_codes import BUYER_ITEM, GTIN, LOT_ITEM, SUPPLIER_ITEM
from agents.read.edifact_words import AMOUNTS, DAYS, DIMENSIONS, PLACES, PRICES, QUANTITIES, REFERENCES

_ITEMS = {
    **dict.fromkeys(SUPPLIER_ITEM, ".supplier_item"), **dict.fromkeys(BUYER_ITEM, ".buyer_item"),
    **dict.fromkeys(GTIN, ".gtin"), **dict.fromkeys(LOT_ITEM, ".lot"), "MF": ".maker_item", "MN": ".model",
    "GN": ".classification", "HS": ".classification", "GB": ".classification", "CG": ".classification",
    "SE": ".serial", "BB": ".lot",
}  # fmt: skip
"""7143."""
_REACHED = {
    "TE": ".phone", "AL": ".mobile", "FX": ".fax", "EM": ".email", "TX": ".telex", "TL": ".telex", "AH": ".website",
    "EI": ".endpoint", "CA": ".telex", "XF": ".email",
}  # fmt: skip
"""3155, under what a person is reached."""
_EXTRAS = {"C": ".charge", "A": ".allowance", "M": ".charge", "N": ".allowance"}
"""5463, a charge or an allowance."""
_DAY: dict[str, Entry] = {"01:2": By("01:1", ".stated_date day", None, DAYS)}
_NOTE: dict[str, Entry] = {
    "01:1": ".note_subject", "02:1": ".note_function", "03:1": ".note_code", "03:4": ".note_code",
    "04:1-5": ".note", "05:1": ".note_language",
}  # fmt: skip

GENERAL: Table = {
    "BGM": {
        "01:1": "document.type_code", "01:4": "document.title", "02:1": "document.number", "02:2": "document.version",
        "02:3": "document.version", "03:1": "document.purpose_code", "04:1": "document.answer_code",
    },
    "DTM": _DAY,
    "FTX": _NOTE,
    "RFF": {
        "01:2": By("01:1", ".reference", None, REFERENCES), "01:3": By("01:1", ".reference_line", {}, REFERENCES),
        "01:4": By("01:1", ".reference_version", {}, REFERENCES), "01:5": ".reference_version",
    },
    "PAI": {"01:1": "payment.condition_code", "01:2": "payment.guarantee_code", "01:3": "payment.means_code",
        "01:4": "payment.list"},
    "ALI": {
        "01:1": ".origin", "02:1": ".duty_code", **{f"{n:02}:1": ".condition" for n in range(3, 8)},
    },
    "IMD": {
        "02:1": ".feature", "03:1": ".feature_code",
        "03:4-5": By("02:1", ".feature_text", {"": ".item_text"}),
        "03:6": ".item_language", "04:1": ".feature_position",
    },
    "CUX": {
        "01:2": ".currency", "01:4": "exchange.factor number", "02:2": "exchange.to", "02:4": "exchange.factor number",
        "03:1": "exchange.rate number", "04:1": "exchange.market",
    },
    "MOA": {
        "01:2": By("01:1", ".stated_amount number 01:3", None, AMOUNTS), "01:4": ".amount_currency_kind",
        "01:5": ".amount_status",
    },
    "PCD": {"01:2": By("01:1", ".percent number"), "01:3": ".percent_basis"},
    "QTY": {"01:2": By("01:1", ".stated_quantity number 01:3", None, QUANTITIES)},
    "PRI": {
        "01:2": By("01:1", ".stated_price number currency", None, PRICES), "01:3": ".price_kind",
        "01:4": ".price_basis",
        "01:5": ".stated_price_quantity number 01:6", "02:1": ".price_change",
    },
    "MEA": {
        "01:1": ".measure_of", "02:2": ".measure_means", "02:3": ".measure_text", "02:4": ".measure_text",
        "03:2": By("02:1", ".measure number 03:1", None, DIMENSIONS), "03:3": ".measure_from number 03:1",
        "03:4": ".measure_to number 03:1", "04:1": ".surface",
    },
    "RNG": {"02:2": By("01:1", ".range_from number 02:1"), "02:3": By("01:1", ".range_to number 02:1", {})},
    "LIN": {"01:1": ".number", "02:1": ".action_code", "03:1": By("03:2", ".item_number", _ITEMS), "04:2": ".parent"},
    "PIA for": {
        f"{n:02}:1": By(f"{n:02}:2", "replaced.item_number", {code: f"replaced{name}" for code, name in _ITEMS.items()})
        for n in range(2, 7)
    },
    "PIA by": {f"{n:02}:1": By(f"{n:02}:2", ".substitute_item", {}) for n in range(2, 7)},
    "PIA": {f"{n:02}:1": By(f"{n:02}:2", ".item_number", _ITEMS) for n in range(2, 7)},
    "QVR": {
        "01:1": By("01:2", ".difference_quantity number"), "02:1": ".discrepancy_code", "03:1": ".discrepancy_reason",
        "03:4": ".discrepancy_text", "03:5": ".discrepancy_text",
    },
    "TAX": {
        "01:1": ".tax_function", "02:1": ".tax_kind", "02:4": ".tax_text", "03:1": ".tax_account",
        "04:1": ".tax_base number",
        "05:1": ".tax_rate_code", "05:4": ".tax_rate number", "05:5": ".tax_rate_basis", "06:1": ".tax_category",
        "07:1": ".tax_number", "08:1": ".tax_sequence",
    },
    "LOC": {
        "02:1": By("01:1", ".place_id", None, PLACES), "02:4": By("01:1", ".place", None, PLACES),
        "03:1": ".place_detail_id", "03:4": ".place_detail", "04:1": ".place_detail_id", "04:4": ".place_detail",
        "05:1": ".place_relation",
    },
    "TDT": {
        "01:1": "freight.stage", "02:1": "freight.number", "03:1": "freight.mode", "03:2": "freight.mode_text",
        "04:1": "freight.means", "04:2": "freight.means_text", "05:1": "freight.carrier_id", "05:4": "freight.carrier",
        "06:1": "freight.direction", "07:1": "freight.excess_reason", "08:1": "freight.vehicle",
        "08:4": "freight.vehicle",
        "08:5": "freight.vehicle_country", "09:1": "freight.vehicle_ownership",
    },
    "TSR": {
        **{f"{n:02}:{c}": "freight.service" for n in range(1, 5) for c in (1, 4)},
    },
    "TOD": {
        "01:1": "delivery.terms_function", "02:1": "delivery.payment_code", "03:1": "delivery.terms_code",
        "03:4": "delivery.terms", "03:5": "delivery.terms",
    },
    "PAT": {
        "01:1": ".terms_kind", "02:1": ".terms_code", "02:4": ".terms", "02:5": ".terms", "03:1": ".terms_from",
        "03:2": ".terms_relation", "03:4": ".terms_length number 03:3",
    },
    "PAC": {
        "01:1": ".packages number 03:1", "02:1": ".pack_level", "02:3": ".packing_terms", "03:1": ".package_type",
        "03:4": ".package_text", "04:2": ".packing", "05:1": ".returnable",
    },
    "PCI": {"01:1": ".marking", **{f"02:{n}": ".package_marks" for n in range(1, 11)}, "03:1": ".package_state",
        "04:1": ".marking_type"},
    "GIN": {
        f"{n:02}:{c}": By("01:1", ".identity", {"BJ": ".package", "AW": ".package", "SS": ".package", "BX": ".lot",
            "BN": ".serial"})
        for n in range(2, 7)
        for c in (1, 2)
    },
    "GIR": {f"{n:02}:1": By(f"{n:02}:2", ".identity") for n in range(2, 7)},
    "HAN": {"01:1": ".handling", "01:4": ".handling_text", "02:1": ".hazard_class", "02:4": ".hazard_text"},
    "DGS": {
        "01:1": ".hazard_rules", "02:1": ".hazard_class", "02:2": ".hazard_page", "03:1": ".hazard",
        "04:1": ".flash_point",
        "05:1": ".packing_group", "06:1": ".hazard_procedure",
    },
    "TMP": {"02:1": By("01:1", ".temperature number 02:2")},
    "EQD": {
        "01:1": "freight.equipment", "02:1": "freight.vehicle", "03:1": "freight.vehicle_type",
        "03:4": "freight.vehicle_type",
        "06:1": "freight.equipment_state",
    },
    "EQN": {"01:1": "freight.equipment_number number"},
    "SEL": {"01:1": "freight.seal", "02:1": "freight.seal_party", "03:1": "freight.seal_status"},
    "CNT": {"01:2": By("01:1", "document.control_total number 01:3", {"2": ""})},
    "APR": {
        "01:1": ".price_class", "02:1": ".price_factor number", "02:2": ".price_factor_kind",
        "03:1": ".price_change_reason",
    },
    "AJT": {"01:1": ".adjustment_reason", "02:1": ".adjustment_line"},
    "RTE": {"01:2": By("01:1", ".rate number"), "01:3": ".rate_base number 01:4"},
    "SCC": {"01:1": ".schedule_status", "02:1": ".schedule_means", "03:1": ".schedule_frequency",
        "03:2": ".schedule_pattern"},
    "STG": {"01:1": ".stage"},
    "SGP": {"01:1": "freight.container", "02:1": ".packages number"},
    "GID": {
        "01:1": ".number", "02:1": ".packages number 02:2", "02:2": ".package_type", "02:5": ".package_text",
        "03:1": ".inner_packages number 03:2", "03:2": ".inner_package_type", "03:5": ".inner_package_text",
        "04:1": ".inner_packages number 04:2", "04:2": ".inner_package_type",
    },
    "CNI": {"01:1": ".number", "02:1": "freight.shipment", "02:2": ".status_code", "02:3": "document.source",
        "03:1": ".loading"},
    "STS": {
        "01:1": ".status_category", "02:1": ".status_code", "02:4": ".status_text",
        **{f"{n:02}:{c}": ".reason_code" if c == 1 else ".reason_text" for n in range(3, 6) for c in (1, 4)},
    },
    "GDS": {f"{n:02}:1": ".goods_nature" for n in range(1, 6)},
    "PGI": {"01:1": ".group_kind", "02:1": ".group", "02:4": ".group"},
    "DOC": {
        "01:1": ".document_type", "01:4": ".document_text", "02:1": ".document", "02:2": ".document_status",
        "02:3": ".document_source",
        "03:1": ".document_means",
    },
    "FII": {
        "02:1": By("01:1", "payment.account", {"OR": "payment.debited_account", "PB": "payment.debited_account",
            "PY": "payment.debited_account"}),
        "02:2": "payment.account_name", "02:3": "payment.account_name", "02:4": "payment.account_currency",
        "03:1": "payment.bank_code", "03:4": "payment.branch_code", "03:7": "payment.bank",
        "04:1": "payment.bank_country",
    },
    "INP": {"02:1": ".instruction", "02:2": ".instruction", "03:1": ".instruction_state", "03:4": ".instruction_text"},
    "PYT": {"01:1": ".terms_kind", "02:1": ".terms_code"},
    "BUS": {"01:1": "payment.function", "01:4": "payment.purpose", "02:1": "payment.area",
        "03:1": "payment.financial_code", "04:1": "payment.transaction"},
    "ALC": {
        "02:1": By("01:1",
            ".extra_number", {code: f"{name}_number" for code, name in _EXTRAS.items()}),
        "03:1": ".settlement", "04:1": By("01:1",
            ".extra_sequence", {code: f"{name}_sequence" for code, name in _EXTRAS.items()}),
        "05:1": By("01:1", ".extra_reason_code", {code: f"{name}_reason_code" for code, name in _EXTRAS.items()}),
                "05:4-5": By("01:1", ".extra_reason", {code: f"{name}_reason" for code, name in _EXTRAS.items()}),
    },
    "UCI": {"01:1": "acknowledged.interchange", "02:1": "acknowledged.sender", "03:1": "acknowledged.receiver",
        "05:1": "acknowledged.error_code", "06:1": "acknowledged.segment", "07:1": "acknowledged.element",
        "07:2": "acknowledged.element_number"},
    "UCM": {"02:2": "acknowledged.release", "02:3": "acknowledged.release", "02:4": "acknowledged.agency",
        "02:5": "acknowledged.release", "05:1": "acknowledged.segment", "06:1": "acknowledged.element",
        "06:2": "acknowledged.element_number"},
    "UCF": {"02:1": "acknowledged.sender", "03:1": "acknowledged.receiver", "06:1": "acknowledged.segment"},
    "UCS": {"01:1": "acknowledged.position number"},
    "UCD": {"02:1": "acknowledged.element", "02:2": "acknowledged.element_number"},
    "ERC": {"01:1": "acknowledged.error_code"},
}  # fmt: skip
"""What a segment says wherever it stands."""

PARTIES: Table = {
    "NAD": {
        "02:1": ".id scheme 02:3", **{f"03:{n}": ".address_line" for n in range(1, 6)}, "04:1-5": ".name",
        **{f"05:{n}": ".street" for n in range(1, 5)}, "06:1": ".city", "07:1": ".region", "08:1": ".post_code",
        "09:1": ".country",
        "01:1": ".role",
    },
    "LOC": {"02:1": By("01:1", ".location", None, PLACES), "02:4": By("01:1", ".location", None, PLACES)},
    "RFF": {
        "01:2": By("01:1", ".number", {"VA": ".tax_id", "FC": ".tax_number", "GN": ".registration",
            "XA": ".registration"}, REFERENCES),
    },
    "CTA": {"01:1": ".contact_type", "02:1": ".contact_id", "02:2": ".contact"},
    "COM": {f"{n:02}:1": By(f"{n:02}:2", ".reached", _REACHED) for n in range(1, 4)},
    "DTM": _DAY,
}  # fmt: skip
"""What stands in a party's group."""

ADJUSTED: Mapping[str, Mapping[str, str]] = {
    "MOA": {},
    "PCD": {"01:2": "_percent number", "01:3": "_percent_basis"},
    "QTY": {"01:2": "_quantity number 01:3"},
    "RTE": {"01:2": "_rate number", "01:3": "_rate_base number 01:4"},
    "RNG": {"02:2": "_from number 02:1", "02:3": "_to number 02:1"},
    "TAX": {"02:1": "_tax_kind", "05:4": "_tax_rate number", "06:1": "_tax_category"},
}  # fmt: skip
"""What stands under a charge or allowance (ALC), after its name."""
OF_EXTRA: Mapping[str, str] = {
    "8": "", "23": "", "204": "", "25": "_base", "123": "_tax_amount", "124": "_tax_amount", "131": "", "13": "_base",
    "98": "_base",
}  # fmt: skip
"""5025 under an ALC: its amount, what it is reckoned on, its tax."""
OWNERS: Mapping[str, str] = {
    **dict.fromkeys(("PAC", "PCI", "GIN", "EQD", "MEA", "HAN", "DGS", "TMP", "GDS", "GID", "SGP"), "freight"),
    "CUX": "invoice", "PAT": "invoice", "PYT": "invoice", "FTX": "invoice", "TAX": "invoice", "LOC": "document",
}  # fmt: skip
"""Whom a segment of the heading or summary speaks of; the document itself where nothing is said here."""
