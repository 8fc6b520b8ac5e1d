"""The desk's own sums over what a document says, for formats without rules of their own: only what is told, to the cent."""

import time
from decimal import Decimal

import pytest

from agents.read.verify import arithmetic
from core.claims import Claim, Document, DocumentKind, Span
from core.intake.billed import billed_lines

HERE = Span(part="1:a.pdf", text="", page=1)


def bill(*said: tuple[str, str] | tuple[str, str, int]) -> Document:
    """An invoice of these figures: field, number, line."""
    claims = [
        Claim(field=one[0], value=Decimal(one[1]), span=HERE, reader="pdf/1", line=one[2] if len(one) == 3 else None)
        for one in said
    ]
    return Document(kind=DocumentKind.INVOICE, part="1:a.pdf", claims=tuple(claims), reader="pdf/1")


def line(number: int, amount: str, rate: str) -> tuple[tuple[str, str, int], ...]:
    return (("line.amount", amount, number), ("line.tax_rate", rate, number))


def wrong(document: Document) -> list[str]:
    return [check.name for check in arithmetic(document) if not check.holds]


def test_tax_at_several_rates_is_made_of_the_lines():
    lines = (*line(1, "100.00", "19"), *line(2, "50.00", "7"))

    assert wrong(bill(*lines, ("invoice.tax_total", "22.50"))) == []
    assert wrong(bill(*lines, ("invoice.tax_total", "22.52"))) == []  # a cent a rate may be rounding
    assert wrong(bill(*lines, ("invoice.tax_total", "22.53"))) == ["lines_make_tax"]


def test_tax_is_not_made_of_lines_that_do_not_say_their_rate_or_beside_charges():
    lines = (*line(1, "100.00", "19"), ("line.amount", "50.00", 2))

    assert wrong(bill(*lines, ("invoice.tax_total", "99.00"))) == []
    charged = bill(*line(1, "100.00", "19"), ("invoice.charge", "5.00", 1), ("invoice.tax_total", "99.00"))
    assert wrong(charged) == []


@pytest.mark.parametrize(("payable", "holds"), [("80.00", True), ("80.01", False), ("100.00", False)])
def test_what_was_paid_before_is_taken_off(payable: str, holds: bool):
    document = bill(("invoice.total", "100.00"), ("invoice.prepaid", "20.00"), ("invoice.payable", payable))

    assert wrong(document) == ([] if holds else ["total_makes_payable"])


def test_an_amount_due_without_a_prepayment_accuses_nobody():
    assert wrong(bill(("invoice.total", "100.00"), ("invoice.payable", "80.00"))) == []


def test_discounts_of_a_line_are_in_its_amount():
    parts = (("line.quantity", "10", 1), ("line.price", "2.00", 1), ("line.allowance", "1.50", 1))

    assert wrong(bill(*parts, ("line.amount", "18.50", 1))) == []
    assert wrong(bill(*parts, ("line.amount", "20.00", 1))) == ["line_amount"]


def test_five_thousand_lines_are_added_up_at_once():
    lines = [
        (f"line.{name}", value, number)
        for number in range(1, 5001)
        for name, value in (("quantity", "2"), ("price", "3.00"), ("amount", "6.00"))
    ]

    assert wrong(bill(*lines, ("invoice.net_total", "30000.00"))) == []
    assert wrong(bill(*lines, ("invoice.net_total", "30000.01"))) == ["lines_make_net"]


def test_a_bill_of_five_thousand_lines_is_taken_over_at_once():
    figures = (("quantity", "2"), ("price", "3.00"), ("amount", "6.00"))
    document = bill(*[(f"line.{name}", value, number) for number in range(1, 5001) for name, value in figures])
    began = time.process_time()

    lines = billed_lines(document, {}, None)

    assert time.process_time() - began < 5
    assert (len(lines), lines[-1].amount) == (5000, Decimal("6.00"))
