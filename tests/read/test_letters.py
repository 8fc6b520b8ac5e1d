"""Letters read by rules: what counts is what the sender means, and where it stands."""

import time
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
    days = {claim.field: claim.value for claim in document.claims if isinstance(claim.value, date)}
    assert days == {"line.delivery_date": date(2026, 12, 4), "line.old_date": date(2026, 11, 27)}


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


COLUMNS = """Hello,

Cust PO      Item        Description           Ordered   Confirmed   Price    Ship date
-----------------------------------------------------------------------------------------
PO-40417     KF-M8X40    Hex bolt M8x40          1,200       1,080   0.42     27.11.2026
                                                               120   0.42     04.12.2026
PO-40418     KF-N8       Flange nut M8           2,500               0.38     27.11.2026
Total                                            3,700       1,200

Regards"""


def test_columns_of_spaces_are_a_table_whose_empty_places_stay_empty() -> None:
    document = read(COLUMNS)
    assert document.line_numbers() == (1, 2, 3)
    assert [said(document, "line.supplier_item", n) for n in (1, 2, 3)] == ["KF-M8X40", "KF-M8X40", "KF-N8"]
    assert [said(document, "line.quantity", n) for n in (1, 2, 3)] == [Decimal(1080), Decimal(120), None]
    assert [said(document, "order.number", n) for n in (1, 2, 3)] == ["PO-40417", "PO-40417", "PO-40418"]
    assert said(document, "line.delivery_date", 2) == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Monday is now Thursday for the bolts.", date(2026, 11, 26)),
        ("Tuesday is now Friday for the bolts.", date(2026, 11, 27)),
        ("monday is now thursday, so 3 dec.", date(2026, 12, 3)),
        ("Aus Montag wird Donnerstag.", date(2026, 11, 26)),
        ("Delivery moved from Monday to Wednesday.", date(2026, 11, 25)),
        ("Der Liefertermin verschiebt sich vom 27.11. auf den 8.12.2026.", date(2026, 12, 8)),
        ("La livraison est retard\u00e9e au 11 d\u00e9cembre 2026 au lieu du 1er d\u00e9cembre.", date(2026, 12, 11)),
        ("We cannot make 27 November, the earliest is 4 December.", date(2026, 12, 4)),
        ("The bolts are available from 3 December.", date(2026, 12, 3)),
    ],
)
def test_of_an_old_and_a_new_day_the_new_one_is_told_and_the_delay_is_seen(written: str, day: date) -> None:
    told = [claim for claim in read(written).claims if isinstance(claim.value, date)]
    assert [claim.value for claim in told if not claim.field.endswith(".old_date")] == [day]


@pytest.mark.parametrize(
    "written",
    [
        "Monday is now Thursday for the bolts.",
        "Der Liefertermin verschiebt sich vom 27.11. auf den 8.12.2026.",
        "We cannot make 27 November, the earliest is 4 December.",
        "PO-40431 will only ship on 4 December.",
        "Sorry, the truck is full, PO-40431 ships on 4 December.",
        "Correction: PO-40431 ships on 1 December after all.",
        "Die Schrauben kommen erst am 4. Dezember.",
        "La livraison ne partira pas avant le 4 d\u00e9cembre.",
        "La entrega se retrasa al 4 de diciembre.",
        "De levering wordt uitgesteld tot 4 december.",
    ],
)
def test_a_later_day_is_a_delay_in_whatever_words(written: str) -> None:
    part = part_of(written)
    document = text.read(part, SENT)
    documents = (document,) if document else ()
    found = {claim.intent for claim in intents.classify("", (part,), documents, "a@b.example", {}, SENT)}
    assert found == {Intent.SUPPLIER_DELAY}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("We ship 40 of the 100 HM-15 on Monday. The other 60 follow on 14 December.", date(2026, 12, 14)),
        ("We shipped 40 of the 100 HM-15. The balance ships next week.", date(2026, 11, 27)),
        ("Wir haben 40 von 100 St\u00fcck HM-15 versandt. Rest folgt KW 50.", date(2026, 12, 11)),
        ("Nous livrons 40 pi\u00e8ces sur 100 de HM-15. Le solde suivra le 9 d\u00e9cembre.", date(2026, 12, 9)),
        ("Hemos enviado 40 de las 100 unidades HM-15. El resto se enviar\u00e1 el 9 de diciembre.", date(2026, 12, 9)),
        ("We leveren 40 van de 100 stuks HM-15. De rest volgt op 9 december.", date(2026, 12, 9)),
    ],
)
def test_the_day_of_the_rest_is_tied_to_the_goods_it_is_the_rest_of(written: str, day: date) -> None:
    document = read(written)
    assert said(document, "line.supplier_item", 1) == "HM-15"
    assert said(document, "line.quantity", 1) == Decimal(40)
    assert said(document, "line.ordered_quantity", 1) == Decimal(100)
    assert said(document, "line.rest_date", 1) == day
    assert Intent.PARTIAL_SHIPMENT in wants(written)


@pytest.mark.parametrize(
    ("written", "price", "base"),
    [
        ("BG-B40 is 2.05 instead of 1.85.", "2.05", None),
        ("F\u00fcr KF-M8X60 gilt ab 1.12. ein neuer Preis von 57,50 USD je Box statt 55,00 USD.", "57.50", None),
        ("Le prix des gants RG-20 passe \u00e0 6,55 EUR au lieu de 6,20 EUR.", "6.55", None),
        ("From 1 December the price of KF-M8X40 goes up to USD 43.50 per 100.", "43.50", "100"),
    ],
)
def test_the_new_price_counts_and_is_no_short_quantity(written: str, price: str, base: str | None) -> None:
    document = read(written)
    assert said(document, "line.price", 1) == Decimal(price)
    assert said(document, "line.price_base", 1) == (Decimal(base) if base else None)
    assert said(document, "line.quantity") is None
    assert wants(written) == {Intent.PRICE_CHANGE}


@pytest.mark.parametrize(
    "written",
    [
        "Our prices will rise by 4.5 % from 1 January.",
        "We bill 12 % more from this delivery on.",
        "Zum 1. Januar erh\u00f6hen wir unsere Preise um 3,8 %.",
        "Nuestros precios suben un 4 % a partir del 1 de enero.",
        "Per 1 januari verhogen wij onze prijzen met 3 %.",
    ],
)
def test_prices_that_rise_by_a_share_are_a_price_change_without_a_price(written: str) -> None:
    assert wants(written) == {Intent.PRICE_CHANGE}
    document = text.read(part_of(written), SENT)
    assert document is not None
    assert {claim.field for claim in document.claims} <= {"price.notice", "price.change_percent", "price.valid_from"}
    assert document.first("price.notice") is not None


@pytest.mark.parametrize(
    "written",
    [
        "Could you confirm whether the foreman of PO-40419 is there on 10 December?",
        "If you release the payment today we can deliver on 27 November.",
        "Please let us know if 60 instead of 100 pieces on 4 December would be fine.",
        "K\u00f6nnen Sie best\u00e4tigen, dass am 4. Dezember geliefert werden kann?",
        "We will NOT be late.",
        "Wir werden den Termin halten, es gibt keinen Lieferverzug.",
        "Il n'y a pas de retard.",
        "No hay ning\u00fan retraso.",
        "Er is geen vertraging.",
        "Our office is closed from 24 December to 1 January.",
    ],
)
def test_questions_conditions_and_denials_announce_nothing(written: str) -> None:
    document = text.read(part_of(written), SENT)
    told = [claim.field for claim in document.claims] if document else []
    assert set(told) <= {"order.number"}
    assert wants(written) == {Intent.OTHER}


def test_a_wish_to_move_an_order_is_one_though_it_is_a_question_and_promises_no_day() -> None:
    written = "Could you confirm whether PO-40419 can be moved to 10 December?"
    assert wants(written) == {Intent.ORDER_CHANGE_REQUEST}
    assert said(read(written), "delivery.date") is None


def test_pressure_beside_another_account_is_phishing_and_a_plain_change_is_not() -> None:
    plain = "Our bank details have changed, please use the new account from 1 January."
    assert wants(plain) == {Intent.BANK_DETAILS_CHANGE}
    pressed = f"{plain} Pay the open invoices today, or all your orders will be stopped."
    assert wants(pressed) == {Intent.BANK_DETAILS_CHANGE, Intent.PHISHING}


def test_the_subject_of_a_reply_is_history_and_that_of_a_letter_is_not() -> None:
    assert wants("All is well.", subject="Delay of PO-40417") == {Intent.SUPPLIER_DELAY}
    assert wants("All is well.", subject="Re: Delay of PO-40417") == {Intent.OTHER}


def test_papers_of_the_subject_count_where_the_letter_names_none_of_their_kind() -> None:
    subject = part_of("Order confirmation A-26-4090 for PO-40417")
    document = text.read(part_of("All 200 pcs will be delivered on 4 December."), SENT, subject)
    assert document is not None
    assert said(document, "order.number") == "PO-40417"
    assert said(document, "confirmation.number") == "A-26-4090"
    other = text.read(part_of("PO-40418 will be delivered on 4 December."), SENT, subject)
    assert other is not None
    assert [c.value for c in other.claims if c.field == "order.number"] == ["PO-40418"]


def test_a_list_hangs_on_the_sentence_above_it() -> None:
    written = (
        "Thanks for PO-40471. We confirm:\n- 24 boxes NP-C20, 2 December\n- only 12 of 24 boxes NP-L20, 9 December\n\n"
        "Silje Moe"
    )
    document = read(written)
    assert [said(document, "line.quantity", n) for n in (1, 2)] == [Decimal(24), Decimal(12)]
    assert [said(document, "line.delivery_date", n) for n in (1, 2)] == [date(2026, 12, 2), date(2026, 12, 9)]
    assert wants(written) == {Intent.ORDER_CONFIRMATION, Intent.SHORT_CONFIRMATION}


@pytest.mark.parametrize(
    "piece",
    ["monday is now ", "1,", "the price of 2.05 instead of 1.85 ", "12 pcs instead of 14 ", "PO-1234 ", "a  b  c\n"],
)
def test_letters_without_end_are_read_in_bounded_time(piece: str) -> None:
    written = (piece * 5_000)[:10_000]
    start = time.perf_counter()
    text.read(part_of(written), SENT)
    wants(written)
    assert time.perf_counter() - start < 10
