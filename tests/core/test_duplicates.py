"""The same bill twice is paid once; a correction that looks the same is no copy (SCENARIOS 13)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.payables.commands import AcceptedLine, NotADuplicate, PostInvoice, RejectInvoice
from core.payables.duplicates import one_apart
from tests.core.kestrel import D, bill, billed, company, do, open_cases, order, receive, standing


def first_invoice(session: Session, quantity: str = "100") -> tuple[str, str]:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "50", "2.00"))
    receive(session, placed, "100", "50")
    return placed, bill(session, "RE-2026/0815", billed("KF-M8X40", quantity, "1.00"), order=placed)


def codes(session: Session, invoice: str) -> set[str]:
    return set(standing(session, f"invoice:{invoice}"))


def test_the_same_number_in_another_format_is_a_duplicate_and_shows_the_first(session: Session) -> None:
    placed, first = first_invoice(session)

    second = bill(session, "re 20260815", billed("KF-W8", "50", "2.00"), order=placed)

    (found,) = standing(session, f"invoice:{second}")["invoice_duplicate"]
    assert found.facts["earlier"] == first
    assert found.says == "Same number as RE-2026/0815, registered"
    assert codes(session, first) == set()


def test_the_same_lines_under_another_number_are_a_duplicate(session: Session) -> None:
    placed, first = first_invoice(session)
    second = bill(session, "SCAN-9", billed("KF-M8X40", "100", "1.00"), order=placed)
    (found,) = standing(session, f"invoice:{second}")["invoice_duplicate"]
    assert (found.facts["earlier"], found.facts["why"]) == (first, "same lines under another number")


def test_a_copy_of_a_paid_invoice_is_wrong_for_no_other_reason(session: Session) -> None:
    placed, first = first_invoice(session)
    do(session, PostInvoice(entity="HP", invoice=first, lines=(AcceptedLine(line=1, quantity=D(100), price=D(1)),)))

    second = bill(session, "RE 2026 0815", billed("KF-M8X40", "100", "1.00"), order=placed)

    assert codes(session, second) == {"invoice_duplicate"}
    case = open_cases(session)[f"invoice:{second}"]
    assert case.says == "Kestrel Fasteners billed $100.00 again, same number and lines as RE-2026/0815"
    assert case.stake == D(100)


def test_the_same_order_and_amount_one_digit_apart_is_a_duplicate(session: Session) -> None:
    placed, _ = first_invoice(session)
    second = bill(session, "RE-2026/0816", billed("KF-W8", "50", "2.00"), order=placed)
    assert codes(session, second) == {"invoice_duplicate"}


def test_another_amount_one_digit_apart_is_another_invoice(session: Session) -> None:
    placed, _ = first_invoice(session)
    second = bill(session, "RE-2026/0816", billed("KF-W8", "49", "2.00"), order=placed)
    assert codes(session, second) == set()


def test_the_same_number_of_another_supplier_is_another_invoice(session: Session) -> None:
    first_invoice(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), supplier="BLUEGATE")
    receive(session, placed, "100")
    second = bill(session, "RE-2026/0815", billed("KF-M8X40", "100", "1.00"), order=placed, supplier="BLUEGATE")
    assert codes(session, second) == set()


def test_a_rejected_invoice_is_no_original(session: Session) -> None:
    placed, first = first_invoice(session)
    do(session, RejectInvoice(entity="HP", invoice=first, reason="wrong address"))
    second = bill(session, "RE-2026/0815", billed("KF-M8X40", "100", "1.00"), order=placed)
    assert codes(session, second) == set()


def test_a_person_says_that_it_is_another_one_and_it_is_matched_like_any(session: Session) -> None:
    placed, _ = first_invoice(session, quantity="60")
    second = bill(session, "RE-2026/0815", billed("KF-M8X40", "120", "1.00"), order=placed)
    assert codes(session, second) == {"invoice_duplicate"}

    do(session, NotADuplicate(entity="HP", invoice=second, reason="two deliveries"))

    assert codes(session, second) == {"invoice_quantity_variance"}


def test_a_correction_that_looks_the_same_is_no_copy_of_what_it_corrects(session: Session) -> None:
    placed, first = first_invoice(session)
    facts: dict[str, Any] = {"order": placed, "kind": "correction", "corrects": "RE-2026/0815"}
    second = bill(session, "RE-2026/0815-K", billed("KF-M8X40", "100", "1.00"), **facts)
    assert codes(session, second) == set()

    third = bill(session, "RE-2026/0815-K", billed("KF-M8X40", "100", "1.00"), **facts)
    (found,) = standing(session, f"invoice:{third}")["invoice_duplicate"]
    assert found.facts["earlier"] == second
    assert codes(session, first) == set()


def test_a_copy_of_a_copy_names_the_original(session: Session) -> None:
    placed, first = first_invoice(session)
    bill(session, "RE-2026/0815", billed("KF-M8X40", "100", "1.00"), order=placed)
    third = bill(session, "RE-2026/0815", billed("KF-M8X40", "100", "1.00"), order=placed)
    (found,) = standing(session, f"invoice:{third}")["invoice_duplicate"]
    assert found.facts["earlier"] == first


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("BG5512", "BG5521", True),  # neighbours swapped
        ("BG5512", "BG5513", True),
        ("BG5512", "BG55112", True),
        ("BG5512", "BG5512", False),
        ("BG5512", "BG5623", False),
        ("BG5512", "BG551234", False),
        ("BG5512", "BG2551", False),
    ],
)
def test_numbers_one_sign_apart(one: str, other: str, apart: bool) -> None:
    assert one_apart(one, other) is apart


@given(st.text("0123456789", max_size=8), st.text("0123456789", max_size=8))
def test_being_one_apart_goes_both_ways(one: str, other: str) -> None:
    assert one_apart(one, other) is one_apart(other, one)
    assert not one_apart(one, one)
