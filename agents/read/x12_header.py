"""What the headings of X12 transactions share: what a transaction is for, its references, parties, dates and carriage."""

from collections.abc import Mapping, Sequence

from agents.read import codes, x12_codes
from agents.read.x12_segments import Placed, Sheet, loops, of, until
from agents.read.x12_words import SCHEMES

REFERENCES: Mapping[str, str] = {
    "PO": "order.number", "VN": "confirmation.number", "PK": "despatch.number", "SI": "despatch.number",
    "CN": "tracking.number", "2I": "tracking.number", "TJ": "supplier.tax_id", "BM": "freight.bill_of_lading",
    "MB": "freight.bill_of_lading", "CT": "contract.number", "SN": "freight.seal", "OI": "invoice.preceding",
    "RV": "receipt.number", "FR": "freight.number", "AW": "freight.number", "WY": "freight.number",
    "LO": "freight.shipment", "LD": "freight.shipment",
}  # fmt: skip
"""REF01 of references the vocabulary knows: purchase order, vendor order, packing list, shipper's number, tracking."""
TAX_IDS = ("TJ", "VX", "FTN", "GT")
WANTED: dict[str, Sequence[str]] = {
    "delivery.requested_date": codes.X12_REQUESTED, "delivery.earliest_date": x12_codes.EARLIEST,
    "delivery.latest_date": x12_codes.LATEST,
}  # fmt: skip


def purpose(sheet: Sheet, segment: Placed, element: int) -> str:
    """What a transaction is for, in a word; "" where its code has none."""
    word = x12_codes.PURPOSES.get(segment.at(element), "")
    if word:
        sheet.text("document.purpose", segment, element, value=word)
    return word


def references(sheet: Sheet, segments: Sequence[Placed], line: int | None = None, *, but: Sequence[str] = ()) -> None:
    """The references of a header or line, except the fields in `but`, which another segment has given already."""
    for segment in segments:
        name = REFERENCES.get(segment.at(1)) if segment.name in ("REF", "N9") else None
        own = name == "invoice.preceding" and segment.at(2) in sheet.values("invoice.number")
        if name and name not in but and not own:
            sheet.text(name, segment, 2, line)


def parties(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Supplier, buyer, where the goods go, warehouse and carrier, the most telling role of each."""
    found = list(loops(header, "N1"))
    for prefix, roles in (
        ("supplier", x12_codes.SUPPLIERS),
        ("buyer", (*x12_codes.BUYERS, "ST")),
        ("delivery", x12_codes.DELIVERED_TO),
        ("warehouse", x12_codes.WAREHOUSES),
    ):
        for party in (party for role in roles for party in found if party[0].at(1) == role):
            if sheet.once(f"{prefix}.name", party[0], 2):
                _addressed(sheet, prefix, party)
            if not sheet.has(f"{prefix}.id") and (prefix != "buyer" or party[0].at(1) != "ST"):
                sheet.text(f"{prefix}.id", party[0], 4, unit=scheme_of(party[0].at(3)))
            number = next(of(party, "REF", *TAX_IDS), None)
            if prefix in ("supplier", "buyer") and number is not None and not sheet.has(f"{prefix}.tax_id"):
                sheet.text(f"{prefix}.tax_id", number, 2)
    for party in found:
        if party[0].at(1) in x12_codes.CARRIERS and not sheet.has("freight.carrier"):
            sheet.text("freight.carrier", party[0], 2) or sheet.text("freight.carrier", party[0], 4)


def scheme_of(code: str) -> str | None:
    """Whose number a party's is; None where nothing is said."""
    return SCHEMES.get(code, code) or None


def _addressed(sheet: Sheet, prefix: str, party: Sequence[Placed]) -> None:
    """Where a party sits (N3, N4), and whom to ask there (PER)."""
    streets = iter(("street", "street_2", "street_3"))
    for segment in of(party, "N3"):
        for element in (1, 2):
            name = next(streets, "") if segment.at(element) else ""
            if name:
                sheet.text(f"{prefix}.{name}", segment, element)
    for segment in of(party, "N4"):
        for element, name in ((1, "city"), (2, "region"), (3, "post_code"), (4, "country")):
            sheet.once(f"{prefix}.{name}", segment, element)
    for segment in of(party, "PER"):
        sheet.once(f"{prefix}.contact", segment, 2)
        for element in (3, 5, 7):
            reached = {"TE": "phone", "EM": "email", "FX": "fax"}.get(segment.at(element))
            if reached:
                sheet.once(f"{prefix}.{reached}", segment, element + 1)


def before_parties(header: Sequence[Placed]) -> list[Placed]:
    """References of the transaction itself: those inside a party's loop belong to the party."""
    return until(header, "N1")


def notes(sheet: Sheet, segments: Sequence[Placed], field: str, line: int | None = None) -> None:
    """Free texts."""
    for segment in segments:
        at = {"MSG": 1, "NTE": 2, "MTX": 2}.get(segment.name)
        if at:
            sheet.text(field, segment, at, line)


def currency_of(header: Sequence[Placed]) -> str | None:
    """The currency of the amounts."""
    return next((cur.at(2).upper() for cur in of(header, "CUR") if cur.at(2)), None)


def carriage(sheet: Sheet, segments: Sequence[Placed]) -> None:
    """How goods travel: packages and weight (TD1), carrier (TD5), vehicle and seal (TD3)."""
    for packages in of(segments, "TD1"):
        if not sheet.has("freight.packages"):
            sheet.number("freight.packages", packages, 2, unit=packages.at(1) or None)
        if not sheet.has("freight.weight"):
            sheet.number("freight.weight", packages, 7, unit=x12_codes.unit_of(packages.at(8)))
    for routing in of(segments, "TD5"):
        if not sheet.has("freight.carrier"):
            sheet.text("freight.carrier", routing, 5) or sheet.text("freight.carrier", routing, 3)
    for equipment in of(segments, "TD3"):
        sheet.text("freight.vehicle", equipment, 3)
        sheet.text("freight.seal", equipment, 9)
