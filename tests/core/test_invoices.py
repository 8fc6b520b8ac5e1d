"""Supplier invoices are kept as billed, linked, held and rejected; nothing of that books anything."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.command import Command
from core.payables.commands import (
    BilledLine,
    HoldInvoice,
    LinkInvoice,
    NotADuplicate,
    PostInvoice,
    RegisterInvoice,
    RejectInvoice,
    ReleaseInvoice,
)
from core.payables.match import match
from core.payables.tables import SupplierInvoice
from core.refusals import Refusal, Refused
from tests.core.kestrel import (
    D,
    accept,
    balance,
    bill,
    billed,
    company,
    do,
    invoice_row,
    line_rows,
    mock_story,
    order,
    plain_case,
    receive,
)


def test_an_invoice_is_kept_as_billed_and_books_nothing(session: Session) -> None:
    placed, _, invoice = mock_story(session)

    row = invoice_row(session, invoice)

    assert (row.state, row.order, row.their_number_plain, row.posted_total) == ("registered", placed, "KF88213", None)
    assert [line.order_line for line in line_rows(session, invoice)] == [1, 2, 3, None]
    assert balance(session, "2100") == 0


def test_linking_an_invoice_to_an_order_matches_its_lines(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "10", "2.00"))
    receive(session, placed, "100", "10")
    lines = (billed("W8", "10", "2.00"), BilledLine(description="hex  BOLT m8×40", quantity=D(100), price=D(1)))
    invoice = bill(session, "A-1", *lines, total=D(120))
    assert invoice_row(session, invoice).order is None

    do(session, LinkInvoice(entity="HP", invoice=invoice, order=placed))

    assert [line.order_line for line in line_rows(session, invoice)] == [2, 1]
    assert match(session, "HP", invoice).should_pay == D(120)


def test_an_invoice_is_not_linked_to_another_suppliers_order(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), supplier="BLUEGATE")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), their_order=placed)
    assert (invoice_row(session, invoice).order, invoice_row(session, invoice).their_order) == (None, placed)

    with pytest.raises(Refused) as refused:
        do(session, LinkInvoice(entity="HP", invoice=invoice, order=placed))

    assert refused.value.code is Refusal.SUPPLIER_UNKNOWN


def test_the_item_number_outweighs_the_suppliers_line_number(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "10", "2.00"))
    line = BilledLine(supplier_item="W8", order_line=1, quantity=D(10), price=D(2), amount=D(20))

    invoice = bill(session, "A-1", line, order=placed)

    assert line_rows(session, invoice)[0].order_line == 2


def test_a_held_invoice_is_released_or_posted_and_a_rejected_one_is_neither(session: Session) -> None:
    _, _, invoice = plain_case(session)
    do(session, HoldInvoice(entity="HP", invoice=invoice, reason="receipt"))
    assert invoice_row(session, invoice).state == "held"
    do(session, ReleaseInvoice(entity="HP", invoice=invoice))
    do(session, RejectInvoice(entity="HP", invoice=invoice, reason="not ours"))

    for command in (
        HoldInvoice(entity="HP", invoice=invoice, reason="again"),
        ReleaseInvoice(entity="HP", invoice=invoice),
        RejectInvoice(entity="HP", invoice=invoice, reason="again"),
        NotADuplicate(entity="HP", invoice=invoice, reason="looked"),
        PostInvoice(entity="HP", invoice=invoice, lines=(accept(1, "100", "1.00"),)),
    ):
        with pytest.raises(Refused) as refused:
            do(session, command)
        assert refused.value.code is Refusal.INVOICE_NOT_OPEN


@pytest.mark.parametrize("kind", [HoldInvoice, RejectInvoice, NotADuplicate])
def test_what_stands_without_a_posting_needs_a_reason(session: Session, kind: Callable[..., Command]) -> None:
    _, _, invoice = plain_case(session)
    with pytest.raises(Refused) as refused:
        do(session, kind(entity="HP", invoice=invoice, reason=" "))
    assert refused.value.code is Refusal.REASON_REQUIRED


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ({"supplier": "NOBODY"}, Refusal.SUPPLIER_UNKNOWN),
        ({"order": "PO-9"}, Refusal.ORDER_UNKNOWN),
        ({"kind": "pro_forma"}, Refusal.COMMAND_MALFORMED),
        ({"their_number": " -/ "}, Refusal.COMMAND_MALFORMED),
        ({"total": Decimal("1e15")}, Refusal.PRECISION),
        ({"lines": (BilledLine(quantity=Decimal("1e30")),)}, Refusal.PRECISION),
    ],
)
def test_registering_refuses_only_what_no_book_can_hold(
    session: Session, command: dict[str, Any], refusal: Refusal
) -> None:
    company(session)
    whole = {"entity": "HP", "their_number": "A-1", "currency": "USD", "lines": (), **command}
    with pytest.raises(Refused) as refused:
        do(session, RegisterInvoice(**whole))
    assert refused.value.code is refusal
    assert list(session.scalars(select(SupplierInvoice))) == []


def test_an_invoice_of_an_unknown_sender_takes_its_supplier_from_the_order(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), supplier=None, their_order=placed.lower())
    assert (invoice_row(session, invoice).supplier, invoice_row(session, invoice).order) == ("KESTREL", placed)
