"""What letters say of damage, returns, wishes, money and freight, and what is left open because it could be two."""

import time
from datetime import date
from decimal import Decimal

import pytest

from agents.read import intents, text
from tests.read.test_letters import SENT, part_of, read, said


def told(written: str) -> dict[str, object]:
    return {claim.field: claim.value for claim in read(written).claims}


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("14 of the 60 rolls LP-220 are crushed and cannot be used.", "line.damaged_quantity", Decimal(14)),
        ("40 St\u00fcck GP-12 waren verbogen.", "line.damaged_quantity", Decimal(40)),
        ("We ordered KF-M8X40 but the box says KF-M8X60.", "line.received_item", "KF-M8X60"),
        ("Could we return 25 boxes of RG-20?", "line.return_quantity", Decimal(25)),
        ("120 pieces of KF-N8 are missing.", "line.missing_quantity", Decimal(120)),
        ("We dispute the difference of 24.00 USD.", "dispute.amount", Decimal("24.00")),
        ("Invoice MJ-1188 over USD 640.00 is still open.", "invoice.open", Decimal("640.00")),
        ("Your invoice is overdue, please pay by 27 November 2026.", "reminder.deadline", date(2026, 11, 27)),
        ("We have paid USD 2,410.00 for invoice KF-88213 yesterday.", "payment.date", date(2026, 11, 18)),
        ("Quotation Q-418 is valid until 31 December 2026.", "quote.valid_until", date(2026, 12, 31)),
        ("Container MSCU6639870 is at the terminal.", "freight.container", "MSCU6639870"),
        (
            "BG-T10 is discontinued. Last orders are accepted until 31 January 2027.",
            "line.last_order_date",
            date(2027, 1, 31),
        ),
        ("Our prices rise by 4.5 % from 1 January 2027.", "price.change_percent", Decimal("4.5")),
        ("BG-B40 is 2.05 instead of 1.85.", "line.old_price", Decimal("1.85")),
    ],
)
def test_a_sentence_gives_its_fact_under_its_own_name(written: str, field: str, value: object) -> None:
    assert told(written)[field] == value


def test_a_damaged_quantity_is_no_confirmed_one_and_a_wish_no_promise() -> None:
    assert said(read("6 pcs NP-C20 arrived broken."), "line.quantity") is None
    asked = told("Can you move the delivery of PO-40419 to 10 December?")
    assert asked["delivery.requested_date"] == date(2026, 12, 10)
    assert "delivery.date" not in asked


def test_a_container_with_a_wrong_check_digit_is_none() -> None:
    document = text.read(part_of("Container MSCU6639871 is at the terminal."), SENT)
    assert document is None or document.first("freight.container") is None


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("PO-40482 is delayed. New ship date: 12/11/2026.", "date_is_certain"),
        ("PO-40482 will ship next Friday.", "date_is_certain"),
        ("PO-40482: we confirm 1.200 pcs KF-N8, please and thank you for the order.", "number_is_certain"),
    ],
)
def test_what_could_be_two_is_a_failed_check_and_no_claim(written: str, check: str) -> None:
    document = read(written)
    assert check in {one.name for one in document.failed()}
    assert not [c for c in document.claims if isinstance(c.value, date | Decimal)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (
            "Guten Tag, die Lieferung zu PO-40578 verschiebt sich auf den 03/12/2026. Mit freundlichen Gr\u00fc\u00dfen",
            date(2026, 12, 3),
        ),
        ("PO-1234 ships 12/04/2026, the rest ships 12/18/2026.", date(2026, 12, 4)),
    ],
)
def test_the_language_or_another_date_of_the_letter_settles_the_order_of_day_and_month(written: str, day: date) -> None:
    document = read(written)
    assert day in [claim.value for claim in document.claims]
    assert not document.failed()


@pytest.mark.parametrize(
    "words", ["please ", "12 of 14 of the 60 ", "received got came AB-12 ", "we ordered but the ", "can we you please "]
)
def test_a_sentence_of_repeated_words_is_read_in_bounded_time(words: str) -> None:
    part = part_of(words * (20_000 // len(words)))
    started = time.process_time()
    document = text.read(part, SENT)
    intents.classify("", (part,), (document,) if document else (), "a@b.example", {}, SENT)
    assert time.process_time() - started < 10
