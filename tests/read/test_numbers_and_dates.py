"""Numbers and dates: read where they are certain, left open where they could be two."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.read.dates import dates_in, day, day_comes_first, found
from agents.read.numbers import decimal_mark, number, numbers_in, readings

SENT = date(2026, 11, 19)


@pytest.mark.parametrize("written", ["1,877.00", "1.877,00", "1 877,00", "1'877.00", "$1,877.00", "EUR 1877,00"])
def test_every_notation_of_one_amount_is_that_amount(written: str) -> None:
    assert number(written) == Decimal("1877.00")


def test_a_number_that_could_be_two_is_none_until_the_document_decides() -> None:
    assert number("1,200") is None
    assert readings("1,200") == (Decimal(1200), Decimal("1.200"))
    assert number("1,200", ".") == Decimal(1200)
    assert number("1,200", ",") == Decimal("1.200")


def test_the_decimal_mark_is_what_the_other_numbers_show() -> None:
    assert decimal_mark(["1,200 pcs at 0.41"]) == "."
    assert decimal_mark(["1.200 Stk zu 0,41"]) == ","
    assert decimal_mark(["0.41 and 0,41"]) is None


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_written_either_way_reads_back(amount: Decimal) -> None:
    english = f"{amount:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number(english, ".") == amount == number(german, ",")
    assert amount in numbers_in(f"we bill {english} today")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("19. November 2026", date(2026, 11, 19)),
        ("11/30/2026", date(2026, 11, 30)),
        ("30/11/2026", date(2026, 11, 30)),
        ("le 3 d\u00e9cembre 2026", date(2026, 12, 3)),
        ("next Monday", date(2026, 11, 23)),
        ("KW 48", date(2026, 11, 27)),
        ("in 3 weeks", date(2026, 12, 10)),
        ("30.11.", date(2026, 11, 30)),
    ],
)
def test_a_written_date_is_one_day(written: str, meant: date) -> None:
    assert day(written, SENT) == meant


def test_a_date_that_could_be_two_stays_open() -> None:
    assert day("11/12/2026") is None
    assert dates_in("11/12/2026", None) == [date(2026, 12, 11), date(2026, 11, 12)]
    assert day("11/12/2026", day_first=day_comes_first(["25/11/2026"])) == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("next Tuesday", date(2026, 11, 24)),
        ("end of November", date(2026, 11, 30)),
        ("by the end of January", date(2027, 1, 31)),
        ("mid December", date(2026, 12, 15)),
        ("Mitte Januar", date(2027, 1, 15)),
        ("Ende n\u00e4chster Woche", date(2026, 11, 27)),
        ("Monatsende", date(2026, 11, 30)),
        ("mi-d\u00e9cembre", date(2026, 12, 15)),
        ("fin du mois prochain", date(2026, 12, 31)),
        ("a finales de mes", date(2026, 11, 30)),
        ("eind volgende week", date(2026, 11, 27)),
        ("KW 48", date(2026, 11, 27)),
        ("\u00fcbermorgen", date(2026, 11, 21)),
        ("binnen 7 Tagen", date(2026, 11, 26)),
    ],
)
def test_a_day_that_is_not_written_out_is_counted_from_the_day_of_the_mail(written: str, meant: date) -> None:
    assert dates_in(written, SENT) == [meant]
    assert dates_in(written, None) == []


@pytest.mark.parametrize(
    "written", ["Anfang Dezember", "early December", "in December", "sometime in spring", "at the weekend"]
)
def test_the_beginning_of_a_month_and_a_whole_month_are_no_day(written: str) -> None:
    assert dates_in(written, SENT) == []


def test_next_friday_said_on_a_thursday_could_be_two_days_and_stays_open() -> None:
    assert dates_in("next Friday", SENT) == [date(2026, 11, 20), date(2026, 11, 27)]
    assert day("next Friday", SENT) is None
    assert day("this Friday", SENT) == date(2026, 11, 20)


def test_today_and_yesterday_promise_nothing() -> None:
    assert not list(found("shipped today, packed yesterday", SENT))
    assert [w.days[0] for w in found("paid today, sent gestern", SENT, past=True)] == [
        date(2026, 11, 19),
        date(2026, 11, 18),
    ]
