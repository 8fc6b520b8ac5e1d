"""The names that structured documents give their claims are all in the vocabulary, and each business term has a name."""

import gc
import re
from pathlib import Path

from agents.read import einvoice  # noqa: F401 - its tables are made when it is imported
from agents.read.xml_terms import Term

WORDS = (Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md").read_text("utf-8")
ABSENT = {4}
"""Business terms 1 to 165 that EN 16931 does not have."""
ELSEWHERE = {
    125: "an enclosed file is a part of the message, its name and media type are claims",
    130: "the unit of a quantity is the claim's unit",
    150: "the unit of a quantity is the claim's unit",
}


def _named(heading: str) -> list[str]:
    """The names in the first column of the table after a heading."""
    table = WORDS.split(heading, 1)[1].split("\n\n", 1)[0]
    return [name for row in table.splitlines()[1:] for name in re.findall(r"`([._][a-z_0-9]+)`", row.split("|")[1])]


def vocabulary() -> set[str]:
    """Every name of the vocabulary, tables of suffixes written out."""
    names = set(re.findall(r"^\| `([a-z_]+\.[a-z_0-9]+)` \|", WORDS, re.M))
    owners = re.findall(r"`([a-z_]+)`", WORDS.split("Parties and places:", 1)[1].split("\n\n", 1)[0])
    names |= {owner + suffix for owner in owners for suffix in _named("| after the party")}
    names |= {paper + suffix for paper in ("invoice", "order") for suffix in _named("| after the paper")}
    extras = re.findall(r"`([a-z.]+)`", WORDS.split("Discounts and charges:", 1)[1].split("\n\n", 1)[0])
    names |= {extra + suffix for extra in extras for suffix in ("", *_named("| after it"))}
    return names


def test_every_name_of_the_tables_is_in_the_vocabulary():
    known = vocabulary()
    used = {one.field for one in gc.get_objects() if type(one) is Term and not one.field.startswith(".")}
    plain = {re.sub(r"^(subline|replaced)\.", "line.", field) for field in used}
    plain = {field.removeprefix("line.") if field.count(".") == 2 else field for field in plain}

    assert len(used) > 500
    assert sorted(plain - known) == []


def test_every_business_term_of_en_16931_has_a_name():
    named = {int(number) for number in re.findall(r"BT-(\d+)", WORDS)}

    assert sorted(set(range(1, 166)) - ABSENT - named - set(ELSEWHERE)) == []
