"""From what documents say to commands that keep it: invoices as billed, confirmations as the supplier's word.

Pure. Claims enter only as what they are (DESIGN.md, promise 4): nothing here decides a price, a quantity or a payee. A
document that cannot be kept is named in a sentence, so that a person gets it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from core.claims import Document, DocumentKind, Intent, Reading
from core.command import Command
from core.intake.billed import billed_lines, brief, their_total
from core.intake.confirmed import confirmations
from core.intake.machine_mail import broken, not_taken, unread_values
from core.payables.commands import RegisterInvoice
from core.payables.linking import plain_number

INVOICES = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
CONTRADICTIONS = frozenset(("pdf_agrees", "data_agree"))
ABOUT_TAX = re.compile(
    r"net_makes_tax|categories_make_tax|lines_make_tax_base|lines_make_tax"
    r"|BR-(?:S|Z|E|AE|IC|IG|IP|G|O|AF|AG|B)-\d\d|BR-CO-(?:03|04|09|14|17|18)|BR-(?:45|46|47|48|53|56)|BR-CL-(?:17|18|22)"
)
"""Checks about tax: our own sums by category, and the rules of EN 16931 on rates, bases, exemptions and tax numbers."""
CALLED = {DocumentKind.INVOICE: "an invoice", DocumentKind.CREDIT_NOTE: "a credit note"}


@dataclass(frozen=True, slots=True)
class Links:
    """What the documents of one reading were linked to, by document index."""

    wires: tuple[Mapping[str, Any], ...]

    def ref(self, document: int, what: str) -> str | None:
        """The first thing of that kind a document as a whole was linked to, else one of its lines."""
        refs = [link for link in self.wires if link["document"] == document and link["what"] == what]
        refs.sort(key=lambda link: link.get("line") is not None)
        return str(refs[0]["ref"]) if refs else None

    def refs(self, document: int, what: str) -> tuple[str, ...]:
        """Everything of that kind a document was linked to, each once."""
        found = (str(link["ref"]) for link in self.wires if link["document"] == document and link["what"] == what)
        return tuple(dict.fromkeys(found))

    def order_line(self, document: int, line: int) -> tuple[str, int] | None:
        """The order and order line that a document's line means: "PO-40417#2" is both."""
        for link in self.wires:
            if (link["document"], link["what"], link.get("line")) == (document, "order_line", line):
                order, _, number = str(link["ref"]).rpartition("#")
                return (order, int(number)) if order and number.isdigit() else None
        return None


def commands_of(
    reading: Reading, links: Sequence[Mapping[str, Any]], *, entity: str, units_of: Mapping[str, Mapping[int, str]]
) -> tuple[Command, ...]:
    """The commands that keep what a reading says, in the order of its documents.

    Takes the reading, its links in wire form, and for every linked order the units of its lines by number (a delivery
    date for "the order" is one for each of its lines). The same invoice as XML and as PDF in one message is one invoice: the
    structured one, and where the two differ a failed check says so.
    """
    linked = Links(tuple(links))
    kept: list[Command] = []
    billed = _each_once(reading)
    for index, document in billed:
        if number_of(document) and not broken(document):
            kept.append(_invoice(reading, index, document, linked, entity, _differences(reading, index)))
    orders_billed = {linked.ref(index, "order") for index, _ in billed}
    kept.extend(confirmations(reading, linked, entity, units_of, orders_billed))
    return tuple(kept)


def left_out(reading: Reading) -> tuple[str, ...]:
    """What a reading holds that no command can keep, a sentence each."""
    unnumbered = [
        f"{document.part}: {CALLED[document.kind]} without a number"
        for document in reading.of_kind(*INVOICES)
        if not number_of(document) and not broken(document)
    ]
    of_systems = [says(document) for document in reading.documents for says in (not_taken, unread_values)]
    return (*unnumbered, *dict.fromkeys(sentence for sentence in of_systems if sentence))


def number_of(document: Document) -> str:
    """The supplier's number of an invoice, "" when it says none."""
    written = brief(document.first("invoice.number"))
    return written if plain_number(written) else ""


def _each_once(reading: Reading) -> list[tuple[int, Document]]:
    """The invoices and credit notes, each number once: structured before text."""
    first: dict[tuple[DocumentKind, str], tuple[int, Document]] = {}
    for index, document in enumerate(reading.documents):
        if document.kind not in INVOICES:
            continue
        key = (document.kind, plain_number(number_of(document)) or f"#{index}")
        known = first.get(key)
        if known is None or (is_structured(document) and not is_structured(known[1])):
            first[key] = (index, document)
    return sorted(first.values(), key=lambda item: item[0])


def is_structured(document: Document) -> bool:
    """Whether its claims come from fields (XML, X12) and not from a page."""
    return any(claim.span.path is not None for claim in document.claims)


def _differences(reading: Reading, index: int) -> tuple[str, ...]:
    """How other documents of the same number in the message differ from the one that is kept, in its total."""
    kept = reading.documents[index]
    found = []
    for other in reading.of_kind(kept.kind):
        if other is kept or plain_number(number_of(other)) != plain_number(number_of(kept)):
            continue
        ours, theirs = their_total(kept), their_total(other)
        if ours is not None and theirs is not None and ours != theirs:
            found.append(f"{kept.part} says {ours:f}, {other.part} says {theirs:f}")
    return tuple(found)


def _invoice(
    reading: Reading, index: int, document: Document, links: Links, entity: str, differences: tuple[str, ...]
) -> RegisterInvoice:
    preceding = _text(document, "invoice.preceding")
    order = links.ref(index, "order")
    own = RegisterInvoice(
        entity=entity,
        kind=_kind(reading, document, preceding),
        supplier=links.ref(index, "supplier"),
        their_number=number_of(document),
        invoice_date=_day(document, "invoice.date"),
        due_date=_day(document, "invoice.due_date"),
        currency=_currency(document),
        net_total=_number(document, "invoice.net_total"),
        tax_total=_number(document, "invoice.tax_total"),
        tax_rate=_number(document, "invoice.tax_rate"),
        total=their_total(document),
        order=order,
        their_order=_text(document, "order.number"),
        corrects=preceding,
        pays_to=_text(document, "supplier.iban"),
        lines=billed_lines(document, {line: links.order_line(index, line) for line in document.line_numbers()}, order),
        **_failed(document, differences),
        message=reading.message,
    )
    if own.kind == "correction" and not preceding:
        return replace(own, corrects=own.their_number)
    return own


def _failed(document: Document, differences: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What the reader's checks found, by whom it concerns: sums and form, tax, and papers that contradict each other."""
    found: dict[str, list[str]] = {"checks_failed": [], "tax_checks_failed": [], "contradictions": [*differences]}
    for check in document.failed():
        about = "contradictions" if check.name in CONTRADICTIONS else "checks_failed"
        found["tax_checks_failed" if ABOUT_TAX.fullmatch(check.name) else about].append(check.says)
    return {about: tuple(dict.fromkeys(says)) for about, says in found.items()}


def _kind(reading: Reading, document: Document, preceding: str) -> str:
    """An invoice that names the one it corrects, or comes with words that say it does, is a correction."""
    if document.kind is DocumentKind.CREDIT_NOTE:
        return "credit_note"
    says_so = any(claim.intent is Intent.INVOICE_CORRECTION for claim in reading.intents)
    return "correction" if preceding or says_so else "invoice"


def _currency(document: Document) -> str:
    claim = document.first("invoice.currency")
    if claim is not None:
        return str(claim.value).strip().upper()[:3]
    units = (
        c.unit for c in document.claims if c.field in ("invoice.total", "invoice.payable", "line.amount") and c.unit
    )
    return _first(units).upper()


def _first(values: Iterable[str]) -> str:
    return next(iter(values), "")


def _text(document: Document, name: str) -> str:
    return brief(document.first(name))


def _number(document: Document, name: str) -> Decimal | None:
    claim = document.first(name)
    return claim.value if claim and isinstance(claim.value, Decimal) else None


def _day(document: Document, name: str) -> date | None:
    claim = document.first(name)
    return claim.value if claim and isinstance(claim.value, date) else None
