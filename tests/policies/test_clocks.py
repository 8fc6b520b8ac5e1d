"""How soon and how severe: hours of the catalogue, shortened by severity, standing still in pauses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import Code
from core.judging import AtRisk, Pause
from policies.clocks import SHORTENED, due, due_within, owner_role, severity
from tests.policies.facts import FRIDAY

HOUR = timedelta(hours=1)


def test_a_short_receipt_is_due_in_four_hours_and_a_critical_one_in_one():
    assert due("short_receipt", "normal", FRIDAY, now=FRIDAY) == FRIDAY + 4 * HOUR
    assert due("short_receipt", "high", FRIDAY, now=FRIDAY) == FRIDAY + 2 * HOUR
    assert due("short_receipt", "critical", FRIDAY, now=FRIDAY) == FRIDAY + 1 * HOUR


def test_the_clock_stands_while_the_supplier_has_to_answer():
    answered = Pause(FRIDAY + HOUR, FRIDAY + 25 * HOUR)
    waiting = Pause(FRIDAY + HOUR)

    assert due("short_receipt", "normal", FRIDAY, [answered], now=FRIDAY + 30 * HOUR) == FRIDAY + 28 * HOUR
    assert due("short_receipt", "normal", FRIDAY, [waiting], now=FRIDAY + 3 * HOUR) == FRIDAY + 6 * HOUR


def test_pauses_that_overlap_count_once_and_those_after_the_end_not_at_all():
    twice = [Pause(FRIDAY + HOUR, FRIDAY + 3 * HOUR), Pause(FRIDAY + 2 * HOUR, FRIDAY + 3 * HOUR)]
    late = Pause(FRIDAY + 5 * HOUR, FRIDAY + 50 * HOUR)
    before = Pause(FRIDAY - 5 * HOUR, FRIDAY)

    assert due("short_receipt", "normal", FRIDAY, [*twice, before], now=FRIDAY + 60 * HOUR) == FRIDAY + 6 * HOUR
    assert due("short_receipt", "normal", FRIDAY, [late], now=FRIDAY + 60 * HOUR) == FRIDAY + 4 * HOUR


@given(
    st.sampled_from(sorted(Code)),
    st.sampled_from(sorted(SHORTENED)),
    st.lists(st.tuples(st.integers(-50, 200), st.integers(0, 100)), max_size=5),
)
def test_a_pause_never_makes_a_decision_due_earlier(code: str, level: str, spans: list[tuple[int, int]]):
    pauses = [Pause(FRIDAY + start * HOUR, FRIDAY + (start + length) * HOUR) for start, length in spans]
    now = FRIDAY + 1000 * HOUR

    plain = due(code, level, FRIDAY, now=now)
    assert plain <= due(code, level, FRIDAY, pauses, now=now)
    assert due(code, level, FRIDAY, pauses, now=now) <= plain + sum(
        ((p.ends_at or now) - p.starts_at for p in pauses), 0 * HOUR
    )
    assert due(code, level, FRIDAY, pauses, now=FRIDAY) == plain  # what is yet to come pauses nothing


def test_several_exceptions_leave_the_shortest_time_and_unknown_ones_the_shortest_of_all():
    assert due_within(("invoice_price_variance", "bank_details_changed"), "normal") == 4 * HOUR
    assert due_within(("no_such_code",), "no such severity") == 1 * HOUR


def test_a_code_that_is_none_has_neither_owner_nor_clock():
    assert owner_role("short_receipt") == "receiving_lead"
    for ask in (lambda: owner_role("nothing"), lambda: due("nothing", "low", FRIDAY, now=FRIDAY)):
        with pytest.raises(ValueError, match="nothing"):
            ask()


def test_the_same_shortage_is_low_on_a_transfer_and_critical_with_a_penalty():
    """Scenario 4: severity by what is at stake, and another clock with it."""
    transfer = severity(AtRisk(currency="USD", money=Decimal(20), customer_tier="internal"))
    strategic = severity(
        AtRisk(currency="USD", money=Decimal(20), penalty=Decimal(7500), customer_tier="strategic", slips_days=3)
    )

    assert (transfer.level, transfer.says) == ("low", "$20.00 at risk")
    assert strategic.level == "critical"
    assert strategic.says == "$7,500.00 contract penalty, strategic customer, class C, 3 days late"
    assert due("short_receipt", strategic.level, FRIDAY, now=FRIDAY) < due(
        "short_receipt", transfer.level, FRIDAY, now=FRIDAY
    )


@pytest.mark.parametrize(
    ("risk", "level"),
    [
        ({}, "low"),
        ({"money": Decimal(25)}, "low"),
        ({"money": Decimal("25.01")}, "normal"),
        ({"money": Decimal("1000.01")}, "high"),
        ({"money": Decimal("10000.01")}, "critical"),
        ({"penalty": Decimal("0.01")}, "high"),
        ({"slips_days": 1}, "normal"),
        ({"slips_days": 1, "item_class": "A"}, "high"),
        ({"slips_days": 15}, "high"),
        ({"days_of_cover": Decimal(12)}, "low"),
        ({"days_of_cover": Decimal("2.5")}, "high"),
        ({"days_of_cover": Decimal(0)}, "critical"),
        ({"customer_tier": "strategic"}, "normal"),
    ],
)
def test_severity_is_the_worst_of_its_figures(risk: dict[str, object], level: str):
    assert severity(AtRisk(currency="USD", **risk)).level == level
