"""The runner: what it holds a played case against, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.run import as_data, judge, main
from evals.scoring import Score
from evals.table import report
from evals.world import CaseOutcome, Outcome, Way

MAIL = Path(__file__).resolve().parents[2] / "desk" / "demo" / "mail"


def way(option: str = "hold", **values: Any) -> Way:
    made: dict[str, Any] = {
        "actions": ("SendMessage",), "pays": "0", "disputes": "0", "payee": "S-1", "answer": 1, "approvers": (),
        "auto": False, "body": {},
    }  # fmt: skip
    return Way(option=option, **{**made, **values})


def case(*ways: Way, codes: tuple[str, ...] = ("short_receipt",)) -> CaseOutcome:
    return CaseOutcome(cause="receipt", codes=codes, supplier="S-1", ways=ways, state="proposed")


def outcome(*cases: CaseOutcome, states: tuple[str, ...] = ("read",)) -> Outcome:
    return Outcome(states=states, readings=(), cases=cases)


def judged(expect: dict[str, object], came: Outcome, broken: tuple[str, ...] = ()) -> Score:
    return judge("made", expect, came, broken, None)


def test_a_case_that_is_as_expected_passes() -> None:
    expect: dict[str, object] = {
        "findings": ["short_receipt"], "cases": 1, "acceptable": ["hold"], "states": ["read"],
        "first": {"option": "hold", "pays": "0.00", "answer": "ask", "actions": "SendMessage"}, "never": ["auto"],
    }  # fmt: skip
    score = judged(expect, outcome(case(way())))

    assert score.passed, score.says
    assert (score.judged_proposals, score.acceptable, score.violations) == (1, 1, 0)


@pytest.mark.parametrize(
    ("expect", "question"),
    [
        ({"intents": ["spam"]}, "intents"),
        ({"findings": []}, "findings"),
        ({"cases": 2}, "findings"),
        ({"facts": {"order.number": "PO-1"}}, "facts"),
        ({"first": {"option": "keep_open"}}, "first"),
        ({"first": {"option": "hold", "pays": "1"}}, "first"),
        ({"acceptable": ["keep_open"]}, "acceptable"),
        ({"never": ["SendMessage"]}, "never"),
        ({"never": ["hold"]}, "never"),
        ({"states": ["quarantined"]}, "states"),
        ({"trouble": "away"}, "model"),
        ({"model": {"requests": 1}}, "model"),
        ({"draft": ["claim"]}, "model"),
    ],
)
def test_each_question_can_fail_and_says_what_differs(expect: dict[str, object], question: str) -> None:
    score = judged({"findings": ["short_receipt"], **expect}, outcome(case(way())))

    assert [name for name, holds in score.holds.items() if not holds] == [question]
    assert score.says


def test_a_case_that_offers_no_way_is_not_acceptable() -> None:
    score = judged({"findings": ["short_receipt"], "acceptable": ["hold"]}, outcome(case()))

    assert not score.holds["acceptable"]
    assert (score.judged_proposals, score.acceptable) == (1, 0)


def test_deciding_alone_is_a_violation_wherever_the_way_stands() -> None:
    score = judged({"findings": ["short_receipt"], "never": ["auto"]}, outcome(case(way(), way("claim", auto=True))))

    assert score.violations == 1
    assert not score.passed


def test_broken_books_fail_a_case() -> None:
    assert not judged({}, outcome(), broken=("the journal does not balance",)).passed


def test_a_word_nobody_holds_is_refused() -> None:
    with pytest.raises(AssertionError, match="exceptions"):
        judged({"exceptions": []}, outcome())


def test_a_folder_without_cases_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 2
    assert "No case.yaml" in capsys.readouterr().out


def test_a_run_plays_real_cases_and_fails_when_one_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, findings in (("right", "supplier_delay"), ("wrong", "over_receipt")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "mail.eml").write_bytes((MAIL / "070-rivoire-retard.eml").read_bytes())
        label = f"says: made\nexpect: {{intents: [supplier_delay], findings: [{findings}], never: [auto]}}\n"
        (folder / "case.yaml").write_text(label, encoding="utf-8")

    assert main(tmp_path, as_json=True) == 1

    told = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["passed"]) for row in told["cases"]] == [("right", True), ("wrong", False)]
    assert told["cases"][1]["holds"]["findings"] is False
    assert told["totals"]["all"]["exception_precision"] == "0.5000"
    assert told["totals"]["all"]["passed"] == 1


def test_the_table_ends_with_the_figures_and_the_count() -> None:
    console = Console(record=True, width=200)
    scores = [judged({"findings": ["short_receipt"], "acceptable": ["hold"]}, outcome(case(way())))]
    report([*scores, judged({}, outcome(case(way())))], console)

    text = console.export_text()
    assert "exception precision" in text
    assert "50.0 %" in text
    assert text.rstrip().endswith("1 passed, 1 failed")
    assert as_data(scores)["totals"]["rules"]["acceptable_proposals"] == "1.0000"
