"""The figures of the report, computed by hand on made outcomes."""

from decimal import Decimal
from typing import Any

import pytest

from evals.scoring import Said, Score, Tally, by_reader, fields_tally, intents_f1, sets_tally, spelled, totals


def said(field: str, value: str, line: int | None = None, *, spanned: bool = True) -> Said:
    return Said(field=field, line=line, value=value, spanned=spanned)


def scored(name: str = "case", **values: Any) -> Score:
    made: dict[str, Any] = {"reader": "rules", "holds": {"all": True}, **values}
    return Score(name=name, **made)


def test_a_claimed_label_is_right_another_value_wrong_and_an_unclaimed_one_missed() -> None:
    labels = {"order.number": "PO-1", "line.quantity@2": "60", "line.price@2": "1.10"}
    claims = [said("order.number", "PO-1"), said("line.quantity", "70", 2), said("line.quantity", "60", 1)]

    tally = fields_tally(labels, claims)

    assert tally == Tally(right=1, wrong=1, missed=2)
    assert (tally.precision, tally.recall) == (Decimal("0.5"), Decimal(1) / 3)
    assert tally.f1 == Decimal("0.4"), "2·1 / (2·1 + 1 + 2)"


def test_the_same_value_said_by_two_documents_counts_once() -> None:
    assert fields_tally({"order.number": "PO-1"}, [said("order.number", "PO-1")] * 3) == Tally(right=1)


def test_a_value_beside_the_right_one_is_wrong() -> None:
    claims = [said("order.number", "PO-1"), said("order.number", "PO-2")]

    assert fields_tally({"order.number": "PO-1"}, claims) == Tally(right=1, wrong=1)
    assert fields_tally({"order.number": ["PO-1", "PO-2"]}, claims) == Tally(right=2)


def test_a_label_of_nothing_is_held_against_whoever_claims_it() -> None:
    assert fields_tally({"line.price@1": None}, []) == Tally()
    assert fields_tally({"line.price@1": None}, [said("line.price", "0.14", 1)]) == Tally(wrong=1)


def test_a_claim_without_its_words_is_none_when_spans_count() -> None:
    claims = [said("invoice.total", "10", spanned=False)]

    assert fields_tally({"invoice.total": "10.00"}, claims) == Tally(right=1)
    assert fields_tally({"invoice.total": "10.00"}, claims, spanned=True) == Tally(missed=1)


@pytest.mark.parametrize(
    ("written", "plain"),
    [("1,200", "1,200"), ("1200.00", "1200"), (12, "12"), ("0.410", "0.41"), ("-5", "-5"), ("2026-12-11", "2026-12-11"),
     ("PO-40417", "PO-40417"), ("NaN", "NaN"), ("5E3", "5000")],
)  # fmt: skip
def test_values_have_one_spelling(written: object, plain: str) -> None:
    assert spelled(written) == plain


def test_a_float_in_a_label_is_refused() -> None:
    with pytest.raises(AssertionError, match="quote it"):
        spelled(0.41)


def test_macro_f1_weighs_a_rare_intent_like_a_common_one() -> None:
    """Nine newsletters right, one spam taken for a newsletter: newsletter 18/19, spam 0, mean 9/19."""
    right = [scored(intents_expected=frozenset({"newsletter"}), intents_found=frozenset({"newsletter"}))] * 9
    wrong = scored(intents_expected=frozenset({"spam"}), intents_found=frozenset({"newsletter"}))

    assert intents_f1([*right, wrong]) == (Decimal(18) / 19) / 2
    assert totals([*right, wrong])["intent_accuracy"] == Decimal("0.9")


def test_an_intent_nobody_expected_pulls_the_mean_down() -> None:
    one = scored(intents_expected=frozenset({"other"}), intents_found=frozenset({"other", "spam"}))

    assert intents_f1([one]) == Decimal("0.5")
    assert intents_f1([]) is None


def test_exceptions_are_counted_over_all_cases_together() -> None:
    cases = [scored(codes=sets_tally({"a", "b"}, {"a"})), scored(codes=sets_tally({"c"}, {"c", "d", "e"}))]

    figures = totals(cases)

    assert figures["exception_precision"] == Decimal("0.5"), "a and c of a, c, d, e"
    assert figures["exception_recall"] == Decimal(2) / 3, "a and c of a, b, c"


def test_proposals_are_shared_over_the_judged_ones_only() -> None:
    cases = [scored(judged_proposals=3, acceptable=2), scored(), scored(judged_proposals=1, acceptable=1, violations=2)]

    figures = totals(cases)

    assert figures["acceptable_proposals"] == Decimal("0.75")
    assert figures["guardrail_violations"] == 2


def test_nothing_measured_is_nothing_and_not_a_hundred_percent() -> None:
    figures = totals([scored()])

    assert figures["field_f1"] is None
    assert figures["exception_precision"] is None
    assert figures["acceptable_proposals"] is None


def test_each_reader_has_figures_of_its_own() -> None:
    parts = by_reader(
        [
            scored(fields=Tally(right=1)),
            scored(reader="model replay", fields=Tally(right=1, missed=2), holds={"facts": False}),
        ]
    )

    assert list(parts) == ["all", "model replay", "rules"]
    assert parts["rules"]["field_f1"] == 1
    assert parts["model replay"]["field_f1"] == Decimal("0.5")
    assert parts["all"]["field_f1"] == Decimal(4) / 6
    assert (parts["all"]["cases"], parts["all"]["passed"]) == (2, 1)
