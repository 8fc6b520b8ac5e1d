"""Every name that the readers of EDI use stands in the vocabulary."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = (
    "acknowledged", "buyer", "catalogue", "confirmation", "contract", "delivery", "despatch", "document", "freight",
    "invoice", "line", "order", "payment", "price", "quote", "receipt", "supplier", "tracking", "warehouse",
)  # fmt: skip
NAME = re.compile(rf'"((?:{"|".join(FAMILIES)})\.[a-z_]+)"')


def test_every_name_of_the_edi_readers_is_in_the_vocabulary():
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", (ROOT / "docs" / "vocabulary.md").read_text("utf-8")))
    written = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    named |= {f"invoice{ending}" for ending in re.findall(r"`(\.[a-z_]+)`", written)}
    used: set[str] = set()
    for pattern in ("edifact*.py", "x12*.py"):
        for path in (ROOT / "agents" / "read").glob(pattern):
            used |= set(NAME.findall(path.read_text("utf-8")))
    assert len(used) > 80
    assert used - named == set()
