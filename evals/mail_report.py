"""How well the rule reader reads letters: the demo's mail against its index, and our own labelled letters.

`python -m evals.mail_report [--misses]` prints both. Of a labelled letter count its intents and its facts; a fact of a
line counts only beside the goods it belongs to. Every third letter is held out: nobody tunes a rule to it, and its
misses are never printed.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from agents.read.document import read_message
from agents.read.link import spellings
from core.claims import Document, DocumentKind, Reading

ROOT = Path(__file__).resolve().parent.parent
DEMO_MAIL = ROOT / "desk" / "demo" / "mail"
LETTERS = ROOT / "tests" / "read" / "letters"
HELD_OUT_EVERY = 3
SENT = "Thu, 19 Nov 2026 09:30:00 -0800"
NUMBER_OF = {
    "invoice": "invoice.number",
    "credit_note": "invoice.number",
    "order_confirmation": "confirmation.number",
    "despatch_advice": "despatch.number",
}
FIELDS = (
    "order.number", "invoice.number", "invoice.preceding", "confirmation.number", "despatch.number", "tracking.number",
    "delivery.date", "line.supplier_item", "line.quantity", "line.ordered_quantity", "line.price", "line.price_base",
    "line.delivery_date", "line.rest_date", "line.status", "delivery.old_date", "line.old_date", "line.old_price",
    "delivery.requested_date", "line.requested_date", "line.last_order_date", "price.change_percent", "price.valid_from",
    "quote.number", "quote.valid_until", "dispute.amount", "claim.number", "return.number", "line.damaged_quantity",
    "line.wrong_quantity", "line.missing_quantity", "line.return_quantity", "line.received_item", "invoice.open",
    "statement.balance", "reminder.level", "reminder.deadline", "payment.amount", "payment.date", "payment.deduction",
    "freight.bill_of_lading", "freight.container", "freight.pickup_date", "freight.packages", "freight.carrier",
)  # fmt: skip
DECIMALS = frozenset(
    (
        "line.quantity", "line.ordered_quantity", "line.price", "line.price_base", "line.old_price", "price.change_percent",
        "dispute.amount", "line.damaged_quantity", "line.wrong_quantity", "line.missing_quantity", "line.return_quantity",
        "invoice.open", "statement.balance", "reminder.level", "payment.amount", "payment.deduction", "freight.packages",
    )
)  # fmt: skip
Fact = tuple[str, str, str]
"""Field, value, and the item number of the goods it belongs to ("" for the whole letter)."""


@dataclass(slots=True)
class Counted:
    """What was given, read and right, by name."""

    given: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    read: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[str] = field(default_factory=list)
    letters: int = 0

    def add(self, letter: str, given: Iterable[tuple[str, ...]], read: Iterable[tuple[str, ...]]) -> None:
        """Count one letter's things by their first word."""
        wanted, found = set(given), set(read)
        for one in wanted:
            self.given[one[0]] += 1
        for one in found:
            self.read[one[0]] += 1
        for one in wanted & found:
            self.right[one[0]] += 1
        for sign, these in (("not read", wanted - found), ("not so", found - wanted)):
            self.misses += [f"{letter}: {sign}: {' '.join(one)}" for one in sorted(these)]

    def f1(self, name: str) -> float:
        """The harmonic mean of precision and recall of one name."""
        given, read = self.given[name], self.read[name]
        return 2 * self.right[name] / (given + read) if given + read else 1.0

    def macro_f1(self) -> float:
        """The mean over every name that was given or read."""
        names = sorted({*self.given, *self.read})
        return sum(self.f1(name) for name in names) / len(names) if names else 1.0


def labelled(*, held_out: bool, folder: Path = LETTERS) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The labelled letters of one half, each with a name."""
    for file in sorted(folder.glob("*.yaml")):
        for number, letter in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")), 1):
            if (number % HELD_OUT_EVERY == 0) is held_out:
                yield f"{file.stem} {number} ({letter['says']})", letter


def mail_of(letter: Mapping[str, Any]) -> bytes:
    """A labelled letter as the bytes of a mail."""
    mail = EmailMessage()
    mail["From"] = "Somebody <somebody@supplier.example>"
    mail["To"] = "desk@harbor-pine.example"
    mail["Date"] = SENT
    mail["Subject"] = letter.get("subject", "")
    for name, value in letter.get("headers", {}).items():
        mail[name] = value
    if "html" in letter:
        mail.set_content(letter["html"], subtype="html")
    else:
        mail.set_content(letter["body"])
    return mail.as_bytes()


def measured(*, held_out: bool, each: Callable[[Reading], object] = lambda reading: None) -> tuple[Counted, Counted]:
    """Intents and facts of one half of the labelled letters. `each` is handed every reading."""
    intents, facts = Counted(), Counted()
    for name, letter in labelled(held_out=held_out):
        reading = read_message(mail_of(letter))
        each(reading)
        intents.letters += 1
        facts.letters += 1
        intents.add(name, [(i,) for i in letter["intents"]], [(i.intent.value,) for i in reading.intents])
        facts.add(name, given_facts(letter["facts"]), read_facts(reading))
    return intents, facts


def given_facts(rows: Iterable[Mapping[str, Any]]) -> Iterator[Fact]:
    """The facts of a label; each row is the whole letter's or one line's."""
    for row in rows:
        item = str(row.get("line.supplier_item", ""))
        for name, value in row.items():
            yield name, plain(name, value), item if name.startswith("line.") else ""


def read_facts(reading: Reading) -> Iterator[Fact]:
    """The facts of a reading's letters, in the same form."""
    for document in reading.of_kind(DocumentKind.MAIL):
        for claim in document.claims:
            if claim.field in FIELDS:
                item = item_of(document, claim.line) if claim.field.startswith("line.") else ""
                yield claim.field, plain(claim.field, claim.value), item


def item_of(document: Document, line: int | None) -> str:
    """The item number on a line, "" when it has none."""
    claim = document.first("line.supplier_item", line) if line is not None else None
    return str(claim.value) if claim else ""


def plain(name: str, value: str | Decimal | date) -> str:
    """A value as it is compared: an order by our spelling of it, a number without trailing noughts."""
    if name == "order.number":
        return spellings(str(value))[-1]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) or name in DECIMALS:
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)


def disagreements(entry: Mapping[str, Any], reading: Reading) -> tuple[str, ...]:
    """Where a reading differs from what the index says of a message: its intents, its documents with number and order."""
    expected = entry["expected"]
    said: list[str] = []
    wants = {claim.intent.value for claim in reading.intents}
    for word, these in (("not read", set(expected["intents"]) - wants), ("not so", wants - set(expected["intents"]))):
        said += [f"intent {word}: {one}" for one in sorted(these)]
    found = [_described(document) for document in reading.documents]
    for document in expected["documents"]:
        order = document["order"]
        same = [
            orders
            for kind, number, orders in found
            if kind == document["kind"] and (kind == "mail" or number == document["number"])
        ]
        if not any(order in orders if order else not orders for orders in same):
            said.append(f"document not read: {document['kind']} {document['number']} {order}".rstrip())
    papers = {(document["kind"], document["number"]) for document in expected["documents"]}
    said += [
        f"document not so: {kind} {number}"
        for kind, number, _ in found
        if kind not in ("mail", "other") and (kind, number) not in papers
    ]
    return tuple(said)


def _described(document: Document) -> tuple[str, str, set[str]]:
    """Kind, number, and every spelling of the orders a document names."""
    name = NUMBER_OF.get(document.kind.value)
    number = document.first(name) if name else None
    orders = {s for c in document.claims if c.field == "order.number" for s in spellings(str(c.value))}
    return document.kind.value, str(number.value) if number else "", orders


def demo_index() -> list[dict[str, Any]]:
    """What is true of each message of the demo."""
    entries: list[dict[str, Any]] = yaml.safe_load((DEMO_MAIL / "index.yaml").read_text(encoding="utf-8"))
    return entries


def main(*, misses: bool = False) -> int:
    """Print both measures. Gives the exit status: 1 when the demo's mail is not read as its index says."""
    out = Console()
    wrong = 0
    entries = demo_index()
    for entry in entries:
        for sentence in disagreements(entry, read_message((DEMO_MAIL / entry["file"]).read_bytes(), entry["file"])):
            out.print(f"{entry['file']}: {sentence}", markup=False, highlight=False)
            wrong += 1
    out.print(f"The demo's mail: {len(entries)} messages, {wrong} disagreements with their index.")
    for held_out in (False, True):
        intents, facts = measured(held_out=held_out)
        half = "held out" if held_out else "development"
        table = Table("name", "given", "read", "right", "F1", title=f"{intents.letters} letters, {half}")
        for counted in (intents, facts):
            for name in sorted({*counted.given, *counted.read}):
                given, read, right = counted.given[name], counted.read[name], counted.right[name]
                table.add_row(name, str(given), str(read), str(right), f"{counted.f1(name):.2f}")
        out.print(table)
        out.print(f"{half}: macro F1 of intents {intents.macro_f1():.3f}, of fields {facts.macro_f1():.3f}")
        if misses and not held_out:
            out.print("\n".join((*intents.misses, *facts.misses)), markup=False, highlight=False)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(misses="--misses" in sys.argv))
