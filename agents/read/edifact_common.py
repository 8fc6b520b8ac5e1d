"""What the EDIFACT messages of trade have in common: their beginning, references, parties, and the goods of a line."""

from collections.abc import Iterator, Mapping, Sequence

from agents.read import edi_sheet
from agents.read import edifact_codes as codes
from agents.read.codes import unit_of
from agents.read.edi_envelope import is_whole
from agents.read.edifact_sheet import Placed, Sheet, days, decimal_of, first, groups, of, until
from agents.read.edifact_words import SCHEMES
from core.claims import Check

GROUPS = (
    "TAX",
    "CUX",
    "PAT",
    "TDT",
    "TOD",
    "ALC",
    "PAC",
    "EQD",
    "SCC",
    "RCS",
    "UNS",
    "LIN",
    "CPS",
    "MOA",
    "DOC",
    "CNT",
)
"""Segments that begin another group of a header, and so end that of a party."""
INNER = ("PRI", "PAC", "LOC", "TAX", "NAD", "ALC", "TDT", "TOD", "SCC", "PCI", "RCS", "PAT", "CUX", "TMP", "EQD", "HAN")
"""Segments that begin an inner group of a line."""


def beginning(sheet: Sheet, header: Sequence[Placed], number: str, day: str) -> str:
    """The message's own number and date, and what it is for; gives its purpose. `number` and `day` name their fields."""
    purpose = ""
    for bgm in of(header, "BGM"):
        sheet.text(number, bgm, 2)
        purpose = codes.PURPOSES.get(bgm.at(3), "")
        if purpose:
            sheet.text("document.purpose", bgm, 3, value=purpose)
    if day:
        days(sheet, until(header, "RFF", "NAD"), {day: ("3", "137", "4") if day == "invoice.date" else ("137", "4")})
    return purpose


def references(
    sheet: Sheet, segments: Sequence[Placed], line: int | None = None, *, names: Mapping[str, str] = codes.REFERENCES
) -> None:
    """The references of a header or line that the vocabulary has a name for, each number once, and the order's day."""
    for n, reference in enumerate(segments):
        name = names.get(reference.at(1)) if reference.name == "RFF" else None
        if name is None or not reference.at(1, 2):
            continue
        if reference.at(1, 2) in sheet.values(name, line):
            continue
        if name == "invoice.preceding" and reference.at(1, 2) in sheet.values("invoice.number"):
            continue  # some repeat their own number
        sheet.text(name, reference, 1, 2, line)
        dated = segments[n + 1] if n + 1 < len(segments) else None
        of_order = name == "order.number" and line is None and not sheet.has("order.date")
        if of_order and dated is not None and dated.name == "DTM" and dated.at(1) in ("171", "4"):
            sheet.day("order.date", dated)


def parties(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Supplier, buyer, where the goods go, warehouse and carrier: by name, code and tax number."""
    found = list(groups(header, ("NAD",), GROUPS))
    for prefix, roles in (
        ("supplier", codes.SUPPLIERS),
        ("buyer", codes.BUYERS),
        ("delivery", codes.DELIVERED_TO),
        ("warehouse", codes.WAREHOUSES),
    ):
        ordered = [group for role in roles for group in found if group[0].at(1) == role]
        for group in ordered:
            if not sheet.has(f"{prefix}.name") and _named(sheet, f"{prefix}.name", group[0]):
                _addressed(sheet, prefix, group)
            if not sheet.has(f"{prefix}.id"):
                sheet.text(f"{prefix}.id", group[0], 2, unit=scheme_of(group[0].at(2, 3)))
            if prefix in ("supplier", "buyer") and not sheet.has(f"{prefix}.tax_id"):
                number = next(of(group, "RFF", "VA", "FC", "AHP"), None)
                if number is not None:
                    sheet.text(f"{prefix}.tax_id", number, 1, 2)
    for group in found:
        if group[0].at(1) in codes.CARRIERS and not sheet.has("freight.carrier"):
            _named(sheet, "freight.carrier", group[0]) or sheet.text("freight.carrier", group[0], 2)


def scheme_of(code: str) -> str | None:
    """Whose number a party's is; None where nothing is said."""
    return SCHEMES.get(code, code) or None


def _addressed(sheet: Sheet, prefix: str, group: Sequence[Placed]) -> None:
    """Where a party sits, and whom to ask there (CTA, COM)."""
    party = group[0]
    for component, name in ((1, "street"), (2, "street_2"), (3, "street_3")):
        sheet.text(f"{prefix}.{name}", party, 5, component)
    for element, name in ((6, "city"), (7, "region"), (8, "post_code"), (9, "country")):
        sheet.text(f"{prefix}.{name}", party, element)
    for contact in of(group, "CTA"):
        if not sheet.has(f"{prefix}.contact"):
            sheet.text(f"{prefix}.contact", contact, 2, 2) or sheet.text(f"{prefix}.contact", contact, 2)
    for number in of(group, "COM"):
        reached = {"TE": "phone", "EM": "email", "FX": "fax"}.get(number.at(1, 2))
        if reached and not sheet.has(f"{prefix}.{reached}"):
            sheet.text(f"{prefix}.{reached}", number, 1)


def _named(sheet: Sheet, field: str, party: Placed) -> bool:
    """A party's name: the name proper, else the first line of its unstructured name and address, unless that is a code."""
    if sheet.long(field, party, 4, 1, 5):
        return True
    return len(party.at(3)) > 3 and sheet.text(field, party, 3)


def before_parties(header: Sequence[Placed]) -> list[Placed]:
    """References of the message itself: those after a party's name belong to the party."""
    return until(header, "NAD")


def currency_of(header: Sequence[Placed]) -> tuple[Placed | None, str | None]:
    """The CUX with the currency of the message, and the currency."""
    found = first(header, "CUX", "2") or next((cux for cux in of(header, "CUX") if cux.at(1, 2)), None)
    return found, (found.at(1, 2).upper() or None) if found is not None else None


def notes(
    sheet: Sheet, segments: Sequence[Placed], field: str, line: int | None = None, *, but: Sequence[str] = ()
) -> None:
    """Free texts, except those whose subject is in `but`."""
    for text in of(segments, "FTX"):
        if text.at(1) not in but:
            sheet.long(field, text, 4, 1, 5, line)


def carriage(sheet: Sheet, segments: Sequence[Placed]) -> None:
    """How goods travel: carrier, the carrier's number, the vehicle (TDT)."""
    for transport in of(segments, "TDT"):
        if not sheet.has("freight.carrier"):
            sheet.text("freight.carrier", transport, 5, 4) or sheet.text("freight.carrier", transport, 5)
        sheet.text("freight.vehicle", transport, 8, 4) or sheet.text("freight.vehicle", transport, 8)
        if transport.at(2) and not sheet.has("freight.number") and not sheet.has("freight.vehicle"):
            sheet.text("freight.vehicle", transport, 2)


def lines_of(segments: Sequence[Placed]) -> list[list[Placed]]:
    """The groups of segments of the lines."""
    return list(
        groups(
            [s for s in segments if not (s.name == "UNS" and s.at(1) == "D")], ("LIN",), ("UNS", "CNT", "CPS", "UNT")
        )
    )


def goods(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """What a line is about: its item numbers, description, lot and notes."""
    _items(sheet, segments, line)
    _described(sheet, segments, line)
    notes(sheet, segments, "line.note", line)


def _items(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """Item numbers by whose they are: first those of LIN and PIA with a code, then one without any."""
    numbers = list(_numbers(segments))
    for field, types in (
        ("line.supplier_item", codes.SUPPLIER_ITEM),
        ("line.buyer_item", codes.BUYER_ITEM),
        ("line.gtin", codes.GTIN),
    ):
        for segment, element in numbers:
            if segment.at(element, 2) in types and not sheet.has(field, line):
                sheet.text(field, segment, element, 1, line)
    for segment, element in numbers:
        if segment.at(element, 2) in codes.LOT_ITEM:
            sheet.text("line.lot", segment, element, 1, line)
    bare = [(segment, element) for segment, element in numbers if not segment.at(element, 2)]
    known = any(sheet.has(f"line.{name}", line) for name in ("supplier_item", "buyer_item", "gtin"))
    if bare and not known:
        segment, element = bare[0]
        sheet.text("line.gtin" if is_gtin(segment.at(element)) else "line.item", segment, element, 1, line)


def _numbers(segments: Sequence[Placed]) -> Iterator[tuple[Placed, int]]:
    """Where item numbers stand. Those of a substitution (PIA 3 and 4) are others' items."""
    for segment in segments:
        if segment.name == "LIN" and segment.at(3):
            yield segment, 3
        elif segment.name == "PIA" and segment.at(1) not in ("3", "4"):
            yield from ((segment, n) for n in range(2, len(segment.segment.elements)) if segment.at(n))


def is_gtin(written: str) -> bool:
    """Whether a number's check digit makes it a GTIN: 8, 12, 13 or 14 digits."""
    if not is_whole(written) or len(written) not in (8, 12, 13, 14):
        return False
    weighed = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(reversed(written[:-1])))
    return (10 - weighed % 10) % 10 == int(written[-1])


def _described(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """The item's description: its free-form text, else the first text there is."""
    texts = [imd for imd in of(segments, "IMD") if imd.at(3, 4)]
    best = next((imd for imd in texts if imd.at(1) in ("F", "A", "E")), texts[0] if texts else None)
    if best is not None:
        sheet.long("line.description", best, 3, 4, 5, line)


def quantity(sheet: Sheet, field: str, segment: Placed, line: int) -> None:
    """A quantity with its unit."""
    sheet.number(field, segment, 1, 2, line, unit_of(segment.at(1, 3)))


def quantities(sheet: Sheet, segments: Sequence[Placed], line: int, wanted: Mapping[str, Sequence[str]]) -> None:
    """For each field the QTY of the first of its qualifiers that occurs."""
    for field, qualifiers in wanted.items():
        found = first(segments, "QTY", *qualifiers)
        if found is not None and not sheet.has(field, line):
            quantity(sheet, field, found, line)


def priced(sheet: Sheet, segments: Sequence[Placed], line: int, currency: str | None) -> None:
    """The net price with its base where it is per more than one, and the gross price."""
    net = first(segments, "PRI", "AAA", "INV", "AAE", "CAL", "NTP", "CT")
    gross = first(segments, "PRI", "AAB", "GRP")
    for price, field in ((net, "line.price"), (gross, "line.gross_price" if net else "line.price")):
        if price is None:
            continue
        sheet.number(field, price, 1, 2, line, currency)
        if field == "line.price" and price.at(1, 5) and decimal_of(price.at(1, 5), sheet.service) != 1:
            sheet.number("line.price_base", price, 1, 5, line, unit_of(price.at(1, 6)))


def differences(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """The differences in quantity as the message counts them (QVR), and in what it differs."""
    for variance in of(segments, "QVR"):
        if not sheet.has("line.difference", line):
            sheet.number("line.difference", variance, 1, 1, line)
        word = codes.DISCREPANCIES.get(variance.at(2))
        if word:
            sheet.text("line.discrepancy", variance, 2, 1, line, word)
        elif codes.REASONS.get(variance.at(3)):
            sheet.text("line.discrepancy", variance, 3, 1, line, codes.REASONS[variance.at(3)])


def counted(segments: Sequence[Placed], lines: int) -> tuple[Check, ...]:
    """Whether the lines are as many as the control total says (CNT 2)."""
    return edi_sheet.counted(next((cnt.at(1, 2) for cnt in of(segments, "CNT", "2")), ""), lines)
