"""What is read from a picture without being sure becomes no claim, unless the paper's own sums bear it out.

A figure with one unsure digit is any of ten figures. Where quantity by price gives the amount to the cent, or the lines the
net, or net and tax the total, the figures in that sum are what the paper says: a misread digit would not compute. A number
of an account bears its own check digits. Everything else that is unsure stays open: as a check that fails, for a person.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agents.read.verify import arithmetic
from core.claims import Check, Claim, Document

SURE = Decimal("0.80")
"""The confidence of its least sure letter from which on a figure is taken as read (measured: evals/read_pictures.py)."""
CODES = (".number", "_item", ".order_line", ".tax_id", ".preceding", ".iban")
"""Texts of which every character counts."""
OWN_CHECK_DIGITS = ("supplier.iban",)
FIGURES_OF = {
    "line_amount": ("line.quantity", "line.price", "line.amount", "line.price_base"),
    "lines_make_net": ("line.amount", "invoice.charge", "invoice.allowance", "invoice.net_total"),
    "net_makes_tax": ("invoice.net_total", "invoice.tax_total", "invoice.tax_rate"),
    "net_and_tax_make_total": ("invoice.net_total", "invoice.tax_total", "invoice.total"),
    "lines_make_tax": ("line.amount", "line.tax_rate", "invoice.tax_total"),
    "total_makes_payable": ("invoice.total", "invoice.prepaid", "invoice.payable"),
}
"""The figures in each sum of `agents.read.verify.arithmetic`."""


def without_doubt(document: Document) -> Document:
    """The document with only what is sure or borne out, and a failed check for each thing that is neither."""
    if all(claim.confidence is None for claim in document.claims):
        return document
    borne = {(name, check.line) for check in arithmetic(document) if check.holds for name in FIGURES_OF[check.name]}
    kept: list[Claim] = []
    open_: list[Check] = []
    for claim in document.claims:
        if _is_sure(claim) or (claim.field, claim.line) in borne or (claim.field, None) in borne:
            kept.append(claim)
        else:
            open_.append(Check(name="read_for_sure", holds=False, says=_says(claim), line=claim.line))
    return replace(document, claims=tuple(_without_orphans(kept)), checks=(*document.checks, *open_))


def _is_sure(claim: Claim) -> bool:
    if claim.confidence is None or claim.confidence >= SURE or claim.field in OWN_CHECK_DIGITS:
        return True
    return not (isinstance(claim.value, Decimal | date) or claim.field.endswith(CODES))


def _says(claim: Claim) -> str:
    where = f" of line {claim.line}" if claim.line is not None else ""
    name = claim.field.partition(".")[2].replace("_", " ")
    return f"The {name}{where} looks like {claim.span.text!r}; the picture is not clear enough to take it as read"


def _without_orphans(claims: list[Claim]) -> Iterator[Claim]:
    """Claims without the reasons of charges that went."""
    amounts = {(c.field, c.line) for c in claims}
    for claim in claims:
        if claim.field != "invoice.charge_reason" or ("invoice.charge", claim.line) in amounts:
            yield claim
