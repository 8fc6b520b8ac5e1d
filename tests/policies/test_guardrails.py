"""Guardrails against the worst tables there could be: tables that allow everything, everywhere, to everybody."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from core.judging import Answer, JudgedFacts
from policies.guardrails import CEILINGS, LISTED, TWO_OVER
from policies.options import MONEY
from policies.tables import Row
from policies.verdict import Policies
from tests.policies.facts import facts, kestrel, matched

HOUSE = Policies.load()
EVERYTHING = Row(number=1, when=(), answer=Answer.ALLOW, says="Let it through", groups=())
LOOSE = Policies(tuple(replace(table, rows=(EVERYTHING,)) for table in HOUSE.tables))


def test_loose_tables_are_as_loose_as_they_can_be():
    assert LOOSE.judge(matched()).auto


@pytest.mark.parametrize(
    ("rule", "change", "answer"),
    [
        ("bank-details", {"new_payee": True}, Answer.REFUSE),
        ("bank-details", {"touches_bank_details": True}, Answer.REFUSE),
        ("bank-details", {"codes": ("bank_details_changed",)}, Answer.REFUSE),
        ("duplicate", {"duplicates_suspected": True}, Answer.REFUSE),
        ("duplicate", {"codes": ("invoice_duplicate",)}, Answer.REFUSE),
        ("unknown-supplier", {"supplier_known": False}, Answer.REFUSE),
        ("currency", {"currency_differs": True}, Answer.REFUSE),
        ("closed-set", {"actions": ("PostInvoice", "TransferStock")}, Answer.REFUSE),
        ("silence", {"severity": "whatever"}, Answer.REFUSE),
        ("two-over-5000", {"pays": Decimal("5000.01")}, Answer.ASK),
        ("claims", {"relies_on_claim": True}, Answer.ASK),
        ("four-eyes", {"edited": True}, Answer.ASK),
        ("four-eyes", {"edited_by": "mara"}, Answer.ASK),
        ("known-sender", {"sender_known": False}, Answer.ASK),
        ("sender-authentication", {"sender_authenticated": False}, Answer.ASK),
        ("hidden-text", {"hidden_text": True}, Answer.ASK),
        ("injection", {"injection_suspected": True}, Answer.ASK),
        ("contradiction", {"codes": ("fact_conflict",)}, Answer.ASK),
        ("unreadable", {"readable": False}, Answer.ASK),
        ("letters", {"actions": ("PostInvoice", "SendMessage")}, Answer.ASK),
    ],
)
def test_each_guardrail_holds_by_itself(rule: str, change: dict[str, object], answer: Answer):
    verdict = LOOSE.judge(matched(**change))

    assert verdict.answer is answer
    assert rule in {ruling.rule for ruling in verdict.rulings if ruling.answer is answer}


@pytest.mark.parametrize(("figure", "most"), sorted(CEILINGS.items()))
def test_no_table_allows_more_than_the_ceiling_of_a_figure(figure: str, most: Decimal):
    days = figure.endswith("_days")
    at_it = int(most) if days else most
    beyond = at_it + (1 if days else Decimal("0.01"))

    assert LOOSE.judge(matched(**{figure: at_it})).answer is Answer.ALLOW
    verdict = LOOSE.judge(matched(**{figure: beyond}))
    assert verdict.answer is Answer.ASK
    assert {"by-rule", "two-over-5000"} & {ruling.rule for ruling in verdict.rulings}


@pytest.mark.parametrize("figure", ["pays", "credit", "commits", "writes_off"])
def test_above_five_thousand_two_sign_and_a_controller_is_one_of_them(figure: str):
    approvers = LOOSE.judge(matched(**{"pays": Decimal(0), figure: TWO_OVER + Decimal("0.01")})).approvers

    assert len(approvers) == 2
    assert ("controller",) in approvers


@given(facts())
@settings(max_examples=300, deadline=None)
def test_the_loosest_tables_never_let_through_what_a_guardrail_stops(judged: JudgedFacts):
    verdict = LOOSE.judge(judged)
    moves_money = bool(set(judged.actions) & MONEY)
    stops = (
        judged.new_payee
        or (moves_money and not judged.supplier_known)
        or (moves_money and judged.currency_differs)
        or (moves_money and judged.duplicates_suspected)
        or (moves_money and judged.touches_bank_details)
    )
    raises = (
        judged.relies_on_claim
        or judged.edited
        or judged.edited_by
        or judged.hidden_text
        or judged.injection_suspected
        or judged.touches_bank_details
        or "SendMessage" in judged.actions
        or (moves_money and (not judged.sender_known or judged.sender_authenticated is False or not judged.readable))
    )
    if stops:
        assert verdict.answer is Answer.REFUSE
    if raises:
        assert verdict.answer >= Answer.ASK
    money = max(judged.pays, judged.credit, judged.commits, judged.writes_off)
    if verdict.answer is Answer.ASK and money > TWO_OVER:
        assert len(verdict.approvers) >= 2


@given(facts())
@settings(max_examples=200, deadline=None)
def test_the_tables_of_the_house_are_never_looser_than_the_guardrails_alone(judged: JudgedFacts):
    strict, loose = HOUSE.judge(judged), LOOSE.judge(judged)

    assert strict.answer >= loose.answer
    if strict.answer is Answer.ASK:
        assert len(strict.approvers) >= len(loose.approvers)


def test_the_quiet_guardrails_add_no_line_where_a_rule_says_it_already():
    rules = {ruling.rule for ruling in HOUSE.judge(kestrel()).rulings}

    assert not rules & {"letters", "by-rule"}


def test_every_guardrail_that_can_speak_is_listed_for_people():
    listed = {rule for rule, _, _ in LISTED}

    assert {
        "two-over-5000",
        "bank-details",
        "claims",
        "four-eyes",
        "closed-set",
        "silence",
        "by-rule",
        "letters",
    } <= listed
    assert len(listed) == len(LISTED)
