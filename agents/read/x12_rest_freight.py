"""The names of what X12 of carriers, warehouses, banks and gateways says beside what its readers look for."""

from agents.read.edi_rest import By, Entry, Table
from agents.read.x12_words import DAYS, REFERENCES

FREIGHT: Table = {
    "B2": {
        "01": "freight.tariff_service", "02": "freight.carrier", "03": "freight.place", "05": "freight.weight_unit",
        "06": "freight.payment_code", "07": "freight.type_code", "09": "freight.terms_code",
    },
    "B2A": {"01": "document.purpose_code", "02": "document.type_code"},
    "B3": {
        "01": "freight.type_code", "04": "freight.payment_code", "05": "freight.weight_unit",
        "08": "document.correction_code", "09": By("10", "freight.stated_date day", None, DAYS),
        "12": "freight.pickup_date day", "13": "freight.tariff_service", "14": "delivery.terms_code",
    },
    "B3A": {"01": "document.type_code", "02": "document.parts number"},
    "B10": {"04": "document.request", "06": By("05", "document.reference", None, REFERENCES)},
    "C3": {"01": "invoice.currency", "02": "exchange.rate number", "03": "exchange.to", "04": "exchange.to"},
    "S5": {
        "01": ".number", "02": ".reason_code", "03": ".weight number 04", "05": ".packages number 06",
        "07": ".volume number 08", "09": ".item_text", "10": ".reference_name",
    },
    "S1": {"01": ".number", "02": ".place"},
    "AT5": {"01": ".handling", "02": ".handling", "03": ".handling_text"},
    "AT7": {
        "01": ".status_code", "02": ".reason_code", "03": ".appointment_code", "04": ".reason_code",
        "05": "freight.status_date day", "06": ".stated_time", "07": ".stated_time_zone",
    },
    "AT8": {
        "03": By("01", ".stated_weight number 02", {"G": ".weight number 02"}), "04": ".packages number",
        "05": ".packages number",
        "07": ".volume number 06",
    },
    "AT9": {"01": ".length number"},
    "LAD": {
        "01": ".package_type", "02": ".packages number 01", "04": ".weight number 03", "06": ".weight number 05",
        "08": By("07", ".item_number"), "10": By("09", ".item_number"), "12": By("11", ".item_number"),
        "13": ".item_text",
    },
    "OID": {
        "01": ".reference", "02": "order.number", "03": ".reference", "05": ".packages number 04",
        "07": ".weight number 06", "09": ".volume number 08",
    },
    "N7": {
        "01": "freight.vehicle_owner", "02": "freight.vehicle", "03": By("04", "freight.stated_weight number 17"),
        "05": "freight.tare number", "08": "freight.volume number 09", "10": "freight.vehicle_ownership",
        "11": "freight.vehicle_type", "12": "freight.carrier_id", "13": "freight.temperature",
        "15": "freight.length number",
        "20": "freight.height number", "21": "freight.width number", "22": "freight.vehicle_type",
    },
    "M7": {f"{n:02}": "freight.seal" for n in range(1, 5)},
    "M0": {"01": ".reference", "02": ".reference_date day"},
    "MS1": {
        "01": ".place", "02": ".place_region", "03": ".place_country", "04": ".longitude", "05": ".latitude",
    },
    "MS2": {"01": ".vehicle_owner", "02": ".vehicle", "03": ".vehicle_type"},
    "MS3": {
        "01": "freight.carrier_id", "02": "freight.routing_sequence", "03": "freight.place", "04": "freight.mode",
        "05": "freight.place_region",
    },
    "R3": {"01": "freight.carrier_id", "02": "freight.routing_sequence", "03": "freight.place", "04": "freight.mode"},
    "L0": {
        "01": ".lading_line", "02": ".rated_quantity number 03", "04": By("05",
            ".stated_weight number 11", {"G": ".weight number 11"}),
        "06": ".volume number 07", "08": ".packages number 09", "10": ".packing",
    },
    "L1": {
        "01": ".lading_line", "02": ".rate number currency", "03": ".rate_basis", "04": ".amount cents currency",
        "05": ".advances cents currency", "06": ".prepaid cents currency", "07": ".rate_code",
        "08": ".charge_reason_code", "12": ".charge_reason", "17": ".rate number currency",
    },
    "L3": {
        "01": By("02", "freight.stated_weight number 12", {"G": "freight.weight number 12"}),
        "03": "freight.rate number currency", "04": "freight.rate_basis", "05": "invoice.lines_total cents currency",
        "06": "freight.advances cents currency", "07": "freight.prepaid cents currency",
        "08": "invoice.charge_reason_code",
        "09": "freight.volume number 10", "11": "freight.packages number", "13": "freight.tariff_service",
        "14": "freight.declared_value cents currency", "15": "freight.rate_basis",
    },
    "L4": {"01": ".length number 04", "02": ".width number 04", "03": ".height number 04", "05": ".packages number"},
    "L5": {
        "01": ".lading_line", "02": ".item_text", "03": By("04", ".classification"), "05": ".package_type",
        "06": ".package_marks", "09": ".packing",
    },
    "L7": {
        "01": ".lading_line", "02": ".tariff_agency", "03": ".tariff", "04": ".tariff_section", "05": ".tariff_item",
        "06": ".tariff_item", "07": ".freight_class", "08": ".tariff_supplement", "10": ".tariff_date day",
        "11": ".rate_basis", "12": ".tariff_distance",
    },
    "LH1": {"02": ".packages number 01", "03": ".hazard", "04": ".hazard_page", "05": ".classification",
        "07": ".package_type"},
    "LH2": {"01": ".hazard_class", "02": ".hazard_text", "04": ".hazard_text"},
    "LH3": {"01": ".hazard_text"},
    "H1": {"01": ".hazard", "02": ".hazard_class", "04": ".hazard_text"},
    "H3": {"01": "freight.handling", "02": "freight.handling_text"},
    "PLD": {"01": "freight.pallets number", "02": "freight.pallet_exchange", "03": "freight.weight number 04"},
    "SPO": {
        "01": "order.number", "02": ".reference", "04": ".packages number 03", "06": ".weight number 05",
    },
    "LX": {"01": ".number"},
}  # fmt: skip

WAREHOUSE: Table = {
    "W05": {"01": "document.purpose_code", "02": "freight.shipment", "04": "document.link_sequence",
        "05": "document.master_link"},
    "W06": {
        "01": "document.purpose_code", "05": "freight.shipment", "07": "order.sequence", "08": "document.link_sequence",
        "09": "despatch.type_code", "10": "document.transaction_code",
    },
    "W66": {
        "01": "freight.payment_code", "02": "freight.mode", "03": "freight.pallet_exchange", "04": "freight.unit_load",
        "05": "freight.routing", "06": "freight.fob", "07": "freight.fob", "08": "freight.cover",
        "09": "freight.handling",
        "10": "freight.carrier_id",
    },
    "W27": {
        "01": "freight.mode", "02": "freight.carrier_id", "03": "freight.routing", "04": "freight.payment_code",
        "05": "freight.vehicle_type", "06": "freight.vehicle_owner", "08": "freight.status_code",
    },
    "W10": {"01": "freight.unit_load", "02": "freight.pallets number", "03": "freight.pallet_exchange",
        "04": "freight.seal", "05": "freight.seal"},
    "W28": {"01": "freight.consolidation"},
    "W01": {
        "05": ".item_number", "07": ".item_number", "14": ".lot_status", "16": ".item_number", "17": ".reference",
        "08": ".freight_class", "09": ".rate_basis", "10": ".free_goods", "18": ".reference",
    },
    "W12": {
        "01": ".status_code", "08": ".item_number", "18": ".item_number", "22": ".item_number", "11": ".weight_kind",
        "13": ".weight number 15", "19": ".freight_class", "20": ".reason_code",
    },
    "W20": {
        "01": ".pack_quantity number 03", "02": ".pack_size number 03", "04": ".weight number 06",
        "08": ".volume number 09", "05": ".weight_kind",
    },
    "G69": {"01": ".item_text"},
    "W76": {
        "01": "order.quantity_total number", "02": "freight.weight number 03", "04": "freight.volume number 05",
        "06": "freight.packages number 07",
    },
    "W03": {
        "01": "despatch.quantity_total number", "02": "freight.weight number 03", "04": "freight.volume number 05",
        "06": "freight.packages number 07",
    },
    "G05": {"01": "freight.packages number 02", "03": "freight.weight number 04", "05": "freight.volume number 06"},
}  # fmt: skip

MONEY: Table = {
    "BPR": {
        "01": "payment.action_code", "03": "payment.sign", "04": "payment.method_code", "05": "payment.format",
        "07": "payment.debited_bank_code", "09": "payment.debited_account", "10": "payment.payer_reference",
        "11": "payment.payer_reference", "13": "payment.bank_code", "15": "payment.account",
        "17": "payment.purpose_code",
    },
    "TRN": {"01": "payment.reference_kind", "03": "payment.payer_reference", "04": "payment.reference"},
    "ENT": {"04": By("03", ".entity_id"), "06": ".entity_kind", "09": By("08",
        ".reference", None, REFERENCES)},
    "RMR": {
        "02": By("01", ".reference", None, REFERENCES), "03": ".action_code", "07": ".deduction_reason_code",
        "08": ".deduction number currency",
    },
    "ADX": {"02": ".deduction_reason_code", "04": By("03", ".reference", None, REFERENCES)},
}  # fmt: skip

_SEGMENT: dict[str, Entry] = {
    "01": "acknowledged.segment", "02": "acknowledged.position number", "03": "acknowledged.loop",
    **{f"{n:02}": "acknowledged.error_code" for n in range(4, 9)},
}  # fmt: skip
_ELEMENT: dict[str, Entry] = {
    "01": "acknowledged.element", "02": "acknowledged.element_number", "03": "acknowledged.error_code",
    "04": "acknowledged.value",
}  # fmt: skip
ANSWERS: Table = {
    "AK1": {"03": "acknowledged.release"},
    "AK2": {"03": "acknowledged.release"},
    "AK9": {
        "02": "acknowledged.sent number", "03": "acknowledged.received number", "04": "acknowledged.accepted number",
    },
    "AK3": _SEGMENT,
    "IK3": _SEGMENT,
    "AK4": _ELEMENT,
    "IK4": _ELEMENT,
    "CTX": {
        "01": "acknowledged.context", "02": "acknowledged.segment", "03": "acknowledged.position number",
        "04": "acknowledged.loop", "05": "acknowledged.element", "06": "acknowledged.element_number",
    },
    "TA1": {"02": "acknowledged.date day", "03": "acknowledged.time"},
    "BGN": {
        "01": "document.purpose_code", "02": "document.number", "03": "document.date day", "04": "document.stated_time",
        "06": "acknowledged.document",
    },
    "OTI": {
        "01": "acknowledged.status_code", "03": By("02", "acknowledged.reference", None, REFERENCES),
        "04": "acknowledged.sender", "05": "acknowledged.receiver", "06": "acknowledged.date day",
        "07": "acknowledged.time",
        "08": "acknowledged.group", "11": "acknowledged.release",
    },
    "TED": {
        "01": "acknowledged.error_code", "02": "acknowledged.error", "03": "acknowledged.segment",
        "04": "acknowledged.position number", "05": "acknowledged.element", "06": "acknowledged.element_number",
        "07": "acknowledged.value", "08": "acknowledged.value",
    },
}  # fmt: skip
