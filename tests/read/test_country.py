"""What could be two days or two numbers is settled by where its sender writes from, in words that a person can check; what
contradicts itself stays open."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from agents.read import country
from agents.read.country import Home, of_domain, of_record, of_texts
from agents.read.document import read_message
from agents.read.graph import run
from core.claims import Claim, Reading
from core.intake.waiting import left_open
from core.reading_wire import from_json, to_json
from evals.world import World, worlds

FIRST_OF_FEBRUARY, SECOND_OF_JANUARY = date(2027, 2, 1), date(2027, 1, 2)
LATE = "PO-40482 is delayed. New ship date: 01/02/2027."


def mail(body: str, sender: str = "a@parts.example", sheet: str = "") -> bytes:
    head = f"From: Somebody <{sender}>\nTo: us@harbor-pine.example\nSubject: Hello\nDate: Thu, 19 Nov 2026 09:30:00 +0000\n"
    if not sheet:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}".encode()
    return (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{body}\n"
        f"--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\n{sheet}\n--b--\n"
    ).encode()


def signed(body: str, *signature: str) -> str:
    return "\n".join((body, "", "-- ", *signature, ""))


def days(reading: Reading) -> list[tuple[object, str]]:
    found = [c for d in reading.documents for c in d.claims if c.field in ("delivery.date", "line.delivery_date")]
    return [(claim.value, claim.because) for claim in found]


@pytest.mark.parametrize(
    ("sender", "signature", "day", "because"),
    [
        ("a@parts.de", (), FIRST_OF_FEBRUARY, "the domain parts.de is of Germany"),
        ("a@parts.co.uk", (), FIRST_OF_FEBRUARY, "the domain parts.co.uk is of the United Kingdom"),
        ("a@parts.us", (), SECOND_OF_JANUARY, "the domain parts.us is of the United States"),
        ("a@b.example", ("T +49 30 5550 1188",), FIRST_OF_FEBRUARY, "the telephone number +49 30 5550 1188 is of Germany"),
        ("a@b.example", ("VAT NL822334455B01",), FIRST_OF_FEBRUARY, "the tax number NL822334455B01 is of the Netherlands"),
        (
            "a@b.example", ("9 Dock St, Reno, NV 89501",), SECOND_OF_JANUARY,
            "the address (\u201cReno, NV 89501\u201d) is of the United States",
        ),
    ],
)  # fmt: skip
def test_a_day_that_could_be_two_is_settled_by_the_senders_country(
    sender: str, signature: tuple[str, ...], day: date, because: str
) -> None:
    reading = read_message(mail(signed(LATE, "Jo", *signature), sender))

    assert days(reading) == [(day, because)]
    assert left_open(reading) == ()
    assert from_json(to_json(reading)) == reading


@pytest.mark.parametrize(
    ("sender", "signature"),
    [
        ("a@parts.example", ("Jo",)),
        ("a@parts.com", ("Jo", "+1 503 555 0142")),
        ("a@parts.ca", ("Jo",)),
        ("a@parts.de", ("Jo", "9 Dock St, Reno, NV 89501")),
        ("a@parts.us", ("Jo", "+44 20 7946 0018")),
    ],
)
def test_nothing_and_what_contradicts_itself_leave_it_open(sender: str, signature: tuple[str, ...]) -> None:
    reading = read_message(mail(signed(LATE, *signature), sender))

    assert days(reading) == []
    (open_,) = left_open(reading)
    assert "1 February 2027 or 2 January 2027" in open_.says


def test_a_country_that_makes_a_new_day_one_of_the_past_settles_nothing() -> None:
    late = "PO-40482 is delayed. New ship date: 12/11/2026."  # written on 19 November
    assert days(read_message(mail(late, "a@parts.de"))) == []
    assert len(left_open(read_message(mail(late, "a@parts.de")))) == 1
    assert days(read_message(mail(late, "a@parts.us"))) == [
        (date(2026, 12, 11), "the domain parts.us is of the United States")
    ]


def test_a_language_and_a_country_that_contradict_each_other_settle_nothing() -> None:
    late = "Guten Tag, die Lieferung der Bestellung PO-40482 verschiebt sich leider, neuer Liefertermin ist der 01/02/2027."

    assert days(read_message(mail(late)))[0] == (FIRST_OF_FEBRUARY, "the language it is written in")
    assert days(read_message(mail(late, "a@parts.us"))) == []
    assert len(left_open(read_message(mail(late, "a@parts.us")))) == 1


def test_a_number_that_could_be_two_is_settled_the_same_way() -> None:
    confirms = "PO-40482: we confirm 1.200 pcs KF-N8."

    def pieces(sender: str) -> list[Claim]:
        reading = read_message(mail(confirms, sender))
        return [c for d in reading.documents for c in d.claims if c.field == "line.quantity"]

    assert pieces("a@parts.com") == []
    assert pieces("a@parts.us") == [], "three decimals of pieces are nothing that a country alone could show"
    (claim,) = pieces("a@parts.fr")
    assert (claim.value, claim.because) == (Decimal(1200), "the domain parts.fr is of France")


def test_thousands_of_a_letters_language_stand_wherever_its_sender_sits() -> None:
    confirms = "Hello Dana, we confirm PO-40482. Of the KF-N8 we can only supply {} pcs, delivery 4 December."

    def pieces(written: str) -> list[Decimal]:
        reading = read_message(mail(confirms.format(written), "a@parts.de"))
        return [c.value for d in reading.documents for c in d.claims if c.field == "line.quantity"]

    assert pieces("1,200") == [Decimal(1200)], "the comma as a German mark would be three decimals"
    assert pieces("1.200") == []


def test_the_letters_other_dates_outweigh_the_country_and_a_plain_value_needs_no_reason() -> None:
    both = read_message(mail(f"{LATE} The rest follows on 01/25/2027.", "a@parts.de"))
    assert (SECOND_OF_JANUARY, "the document's other dates") in days(both)

    plain = read_message(mail("PO-40482 is delayed. New ship date: 1 February 2027.", "a@parts.de"))
    assert days(plain) == [(FIRST_OF_FEBRUARY, "")]


def test_our_own_address_in_a_letter_shows_nothing_of_its_sender() -> None:
    reading = read_message(mail(f"{LATE} Ship to 1400 Port Ave, Tacoma, WA 98421, phone +49 30 5550 1188."))
    assert len(left_open(reading)) == 1


def test_a_passed_on_letter_is_not_written_where_it_was_passed_on() -> None:
    forwarded = f"FYI\n\n---------- Forwarded message ---------\nFrom: Al <al@b.example>\nSubject: Late\n\n{LATE}\n"
    assert days(read_message(mail(forwarded, "a@parts.de"))) == []


SHEET = "Order confirmation;AB-7\nItem;Description;Qty;Ship date\nNP-1;Crate;{};01/02/2027\n"


def test_a_sheet_leaves_open_what_its_mail_does_not_settle_and_says_so() -> None:
    alone = read_message(mail("See enclosed.", sheet=SHEET.format("1.200")))
    assert days(alone) == []
    assert {check.name for check in left_open(alone)} == {"date_is_certain", "number_is_certain"}

    settled = read_message(mail("See enclosed.", "a@parts.de", sheet=SHEET.format("1.200")))
    assert days(settled) == [(FIRST_OF_FEBRUARY, "the domain parts.de is of Germany")]
    assert left_open(settled) == ()
    (pieces,) = (c for d in settled.documents for c in d.claims if c.field == "line.quantity")
    assert pieces.value == 1200


def test_a_table_in_a_letter_leaves_open_what_it_does_not_settle_and_says_so() -> None:
    table = "Item\tQty\tShip date\nKF-N8\t100\t01/02/2027\nKF-N10\t1.200 pcs\t2027-02-03\n"
    reading = read_message(mail(f"Our confirmation for PO-40482:\n\n{table}"))
    assert [check.name for check in left_open(reading)] == ["date_is_certain", "number_is_certain"]
    settled = read_message(mail(f"Our confirmation for PO-40482:\n\n{table}", "a@parts.de"))
    assert (FIRST_OF_FEBRUARY, "the domain parts.de is of Germany") in days(settled)
    (open_,) = left_open(settled)
    assert open_.name == "number_is_certain", "English and Germany part thousands otherwise"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The demo company, that nothing here writes to."""
    with worlds() as made, made.world() as world:
        yield world


def test_the_suppliers_record_settles_what_his_letter_leaves_open(world: World) -> None:
    kestrel = run(mail(LATE, "orders@kestrel-fasteners.example"), "a.eml", world.tools()).reading
    ((day, because),) = days(kestrel)
    assert day == FIRST_OF_FEBRUARY
    assert "the tax number DE811234567 on the supplier's record is of Germany" in because

    unknown = run(mail(LATE, "orders@kestrel-fasteners-gmbh.example"), "a.eml", world.tools()).reading
    assert days(unknown) == [], "who only resembles a supplier has not his record"
    against = mail(signed(LATE, "Jo", "9 Dock St, Reno, NV 89501"), "orders@kestrel-fasteners.example")
    assert len(left_open(run(against, "a.eml", world.tools()).reading)) == 1


def test_what_comes_to_a_reader_process_is_evidence_of_known_countries_only() -> None:
    assert country.of_wire([["DE", "a"], ["XX", "b"]]) == Home((country.Evidence("DE", "a"),))
    home = of_record("DE811234567", "+49 30 5550 1188")
    assert country.of_wire(country.to_wire(home)) == home
    assert len(home.evidence) == 2
    assert of_record("US-84-1120934", "+1 503 555 0142").day_first()[0] is False
    assert of_domain("parts.com").evidence == ()


def test_a_megabyte_of_telephone_numbers_is_read_in_a_moment() -> None:
    assert len(of_texts(["+49 30 5550 1188 " * 60_000]).evidence) <= country.SAID_MAX
    assert len(of_texts(["+49" * 300_000, "0049 (" * 100_000]).evidence) <= country.SAID_MAX
