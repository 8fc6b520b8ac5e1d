"""Letters read by rules: what counts is what the sender means, and where it stands."""

from datetime import date
from decimal import Decimal

import pytest

from agents.read import intents, text
from agents.read.verify import verify
from core.claims import Document, Intent, Part, PartState

SENT = date(2026, 11, 19)  # a Thursday
MAIN = (
    "Hello Mara, please find invoice KF-88213 for your order PO-40417 attached. A note on the M8\u00d740 bolts: we could "
    "load 1,080 of the 1,200, the remaining 120 follow on 30 November. The flange nuts are billed at 0.41 as of "
    "1 November, see our notice. Also please send all future payments to our new account at Meridian Bank, ending 7714."
)


def part_of(written: str) -> Part:
    return Part(
        path="body",
        name="Body",
        media_type="text/plain",
        sha256="",
        size=len(written),
        state=PartState.READ,
        text=written,
    )


def read(written: str) -> Document:
    part = part_of(written)
    document = text.read(part, SENT)
    assert document is not None
    return verify(document, (part,))


def wants(written: str, subject: str = "", headers: dict[str, str] | None = None) -> set[Intent]:
    return {claim.intent for claim in intents.classify(subject, (part_of(written),), (), "a@b.example", headers or {})}


def said(document: Document, name: str, line: int | None = None) -> object:
    claim = document.first(name, line)
    return claim.value if claim else None


def test_a_letter_with_five_things_in_it_gives_each_its_place() -> None:
    document = read(MAIN)
    assert (said(document, "invoice.number"), said(document, "order.number")) == ("KF-88213", "PO-40417")
    assert said(document, "line.quantity", 1) == Decimal(1080)
    assert said(document, "line.ordered_quantity", 1) == Decimal(1200)
    assert said(document, "line.rest_date", 1) == date(2026, 11, 30)
    assert said(document, "line.price", 2) == Decimal("0.41")
    assert str(said(document, "bank_change.request")).startswith("Also please send all future payments")
    for claim in document.claims:
        assert claim.span.text == MAIN[claim.span.start : claim.span.end]


def test_a_letter_with_five_things_in_it_wants_four() -> None:
    assert wants(MAIN) == {
        Intent.INVOICE_ENCLOSED,
        Intent.PARTIAL_SHIPMENT,
        Intent.PRICE_CHANGE,
        Intent.BANK_DETAILS_CHANGE,
    }


def test_the_new_date_counts_and_the_old_one_does_not() -> None:
    document = read("Order PO-40417: the M8x40 bolts will ship on 4 December instead of 27 November.")
    days = [claim.value for claim in document.claims if isinstance(claim.value, date)]
    assert days == [date(2026, 12, 4)]


def test_a_german_letter_writes_its_numbers_the_german_way() -> None:
    document = read(
        "Sehr geehrte Frau Lind,\n\nvon den Flanschmuttern M8 kommen nur 600 St\u00fcck statt 1.000 am 27.11., "
        "die restlichen 400 St\u00fcck folgen am 11. Dezember."
        "\nDer neue Preis f\u00fcr NP-C20 betr\u00e4gt EUR 3,20 ab 1. Dezember."
    )
    assert said(document, "line.quantity", 1) == Decimal(600)
    assert said(document, "line.ordered_quantity", 1) == Decimal(1000)
    assert said(document, "line.delivery_date", 1) == date(2026, 11, 27)
    assert said(document, "line.rest_date", 1) == date(2026, 12, 11)
    assert said(document, "line.price", 2) == Decimal("3.20")


def test_lines_of_several_orders_carry_their_own_order() -> None:
    document = read("PO-40417: will ship on 2 December.\nPO-40418: will ship on 9 December, only 50 of 80 pieces.")
    assert [said(document, "order.number", n) for n in (1, 2)] == ["PO-40417", "PO-40418"]
    assert [said(document, "line.delivery_date", n) for n in (1, 2)] == [date(2026, 12, 2), date(2026, 12, 9)]


def test_rows_under_headings_are_read_as_a_table() -> None:
    document = read(
        "Dear Mara,\n\nItem\tQty\tNew date\nNP-C20\t60\t2 Dec 2026\nNP-C25\t1,200\t9 Dec 2026\n\nThanks and regards"
    )
    assert [said(document, "line.supplier_item", n) for n in (1, 2)] == ["NP-C20", "NP-C25"]
    assert [said(document, "line.delivery_date", n) for n in (1, 2)] == [date(2026, 12, 2), date(2026, 12, 9)]


@pytest.mark.parametrize(
    "written",
    [
        "There is no delay. Prices remain unchanged. Our bank details have not changed.",
        "Die Lieferung verz\u00f6gert sich nicht.",
        "Shall we have lunch on Friday?",
    ],
)
def test_a_denial_wants_nothing(written: str) -> None:
    assert wants(written) == {Intent.OTHER}


@pytest.mark.parametrize(
    ("written", "intent"),
    [
        ("Leider verz\u00f6gert sich die Lieferung.", Intent.SUPPLIER_DELAY),
        ("We confirm your order PO-1234.", Intent.ORDER_CONFIRMATION),
        ("Anbei erhalten Sie unsere Rechnung 2026-11.", Intent.INVOICE_ENCLOSED),
        ("Der Preis steigt ab 1. Dezember um 4 %.", Intent.PRICE_CHANGE),
        ("Attached is credit note CN-5 for the damaged nuts.", Intent.CREDIT_NOTE),
        ("NP-C20 is discontinued, as an alternative we offer NP-C21.", Intent.SUBSTITUTION_OFFER),
        ("Unsere Bankverbindung hat sich ge\u00e4ndert.", Intent.BANK_DETAILS_CHANGE),
        ("Your mailbox will be suspended, click here to verify.", Intent.PHISHING),
        ("I am out of the office until Monday.", Intent.OUT_OF_OFFICE),
    ],
)
def test_each_intent_is_shown_by_words(written: str, intent: Intent) -> None:
    assert intent in wants(written)


def test_a_list_header_makes_a_newsletter_only_where_no_business_is_meant() -> None:
    bulk = {"List-Unsubscribe": "<mailto:x@y.example>"}
    assert wants("Great offers", headers=bulk) == {Intent.NEWSLETTER}
    assert Intent.NEWSLETTER not in wants("Your order PO-40417 is delayed.", headers=bulk)
