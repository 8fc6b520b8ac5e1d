"""What a letter says of freight: containers, bills of lading, packages, carriers, and when goods are collected."""

import re
from collections.abc import Iterator
from decimal import Decimal

from agents.read.text_promises import Fact, Marks, first_day
from agents.read.text_sentences import denied_at

CONTAINER = re.compile(r"(?<!\w)(?P<code>[A-Z]{3}[UJZ] ?\d{6}[ -]?\d)(?!\w)")
"""ISO 6346: owner, category, serial number and check digit."""
_LADING = re.compile(
    r"\b(?:B/L|bills? of lading|BOL|Konnossement|connaissement)(?: ?(?:no|nr|number)\.?)?[ :#]*"
    r"(?P<code>[A-Z0-9-]*\d[A-Z0-9-]{4,})"
)
_PACKAGES = re.compile(
    r"(?<!of the )(?<![\w.,-])(?P<n>\d{1,4}) (?P<u>pallets?|packages?|colli|crates|skids|Paletten?"
    r"|Packst\u00fccke?n?|palettes?"
    r"|palets?|bultos?|pallet)\b(?! (?:you|short))",
    re.I,
)
_CARRIER = re.compile(
    r"(?i)\b(?:carrier|Spediteur|transporteur|transportista|vervoerder)\s*:\s*(?P<name>[^\W\d_][\w&. -]{1,38}[\w.])"
)
_COLLECTS = re.compile(
    r"\b(?:(?<!you )collect(?:ion|s)?|pick[- ]?up|abhol\w*|enl\u00e8vement|recogida|ophal\w*|opgehaald)\b", re.I
)
_LETTERS = {letter: value for value, letter in zip(
    (v for v in range(10, 39) if v % 11), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True)}  # fmt: skip
"""ISO 6346 values of letters: from 10 on, multiples of 11 left out."""


def papers(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Field, number and place of every container (its check digit right) and bill of lading in a text."""
    for match in CONTAINER.finditer(text):
        code = re.sub(r"[ -]", "", match["code"])
        if _check_digit(code[:10]) == int(code[10]):
            yield "freight.container", match["code"], match.start("code"), match.end("code")
    for match in _LADING.finditer(text):
        yield "freight.bill_of_lading", match["code"], match.start("code"), match.end("code")
    for match in _CARRIER.finditer(text):
        yield "freight.carrier", match["name"], match.start("name"), match.end("name")


def _check_digit(code: str) -> int:
    worth = [int(sign) if sign.isdigit() else _LETTERS[sign] for sign in code]
    return sum(value * (1 << place) for place, value in enumerate(worth)) % 11 % 10


def told(sentence: str, marks: Marks) -> Iterator[Fact]:
    """Packages, and the day on which goods are collected, in a sentence of a letter about freight."""
    for match in _PACKAGES.finditer(sentence):
        if not denied_at(sentence, match.start(), match.end()):
            yield Fact("freight.packages", Decimal(match["n"]), match.start("n"), match.end("n"), match["u"])
            break
    collects = _COLLECTS.search(sentence)
    if collects is None or denied_at(sentence, collects.start(), collects.end()):
        return
    yield from first_day("freight.pickup_date", sentence, marks)
