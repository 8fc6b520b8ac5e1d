"""Every name that the readers of EDI use stands in the vocabulary."""

import re
from collections.abc import Iterator
from pathlib import Path

from agents.read import edifact_rest, x12_rest
from agents.read.edi_rest import AGAIN, By, Table

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = (
    "acknowledged", "buyer", "catalogue", "confirmation", "contract", "delivery", "despatch", "document", "freight",
    "invoice", "line", "order", "payment", "price", "quote", "receipt", "supplier", "tracking", "warehouse",
)  # fmt: skip
OWNERS = ("invoice", "order", "document", "freight", "line")
"""Whom the endings of the vocabulary may come after."""
NAME = re.compile(rf'"((?:{"|".join(FAMILIES)})\.[a-z_]+)"')


def test_every_name_of_the_edi_readers_is_in_the_vocabulary():
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", (ROOT / "docs" / "vocabulary.md").read_text("utf-8")))
    written = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    named |= {f"{owner}{ending}" for ending in re.findall(r"`(\.[a-z_0-9]+)`", written) for owner in OWNERS}
    used: set[str] = set()
    for pattern in ("edifact*.py", "x12*.py"):
        for path in (ROOT / "agents" / "read").glob(pattern):
            used |= set(NAME.findall(path.read_text("utf-8")))
    assert len(used) > 80
    assert used - named == set()


def named_in(table: Table) -> Iterator[str]:
    """Every name that a table of the rest may give."""
    for entries in table.values():
        for entry in entries.values():
            if isinstance(entry, By):
                other = entry.other.split()[0]
                yield from (other, *(name.split()[0] for name in (entry.fields or {}).values() if name))
                if not other.startswith(".extra"):  # said once for all of them
                    yield f"{other}_kind"
            else:
                yield entry.split()[0]


def test_every_name_of_what_edi_says_beside_is_in_the_vocabulary():
    written = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    whole = set(re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", written))
    endings = set(re.findall(r"`(\.[a-z_0-9]+)`", written)) | {f".{name.partition('.')[2]}" for name in whole}
    endings |= {
        f".{kind}{ending}" for kind in ("charge", "allowance") for ending in re.findall(r"`(_[a-z_]+)`", written)
    }
    endings |= {name.replace("charge", kind) for name in endings for kind in ("allowance", "extra")}
    used = set(AGAIN.values())
    for tables in (x12_rest.TABLE, x12_rest.PARTIES, edifact_rest.TABLE, edifact_rest.PARTIES):
        used |= set(named_in(tables))

    assert len(used) > 300
    owned = {f".{name.partition('.')[2]}" for name in used if not name.startswith(".") and name not in whole}
    assert {name for name in used if name.startswith(".")} - endings == set()
    assert owned - endings == set()
