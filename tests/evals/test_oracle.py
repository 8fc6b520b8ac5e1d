"""The oracle: cases in the neutral form are replayed through the door, and every figure is read from the books."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evals.oracle import DIFFERS, HOLDS, NOT_SUPPORTED, Replayed, main, open_companies, read, replay, same, totals
from evals.oracle_form import Malformed

Replay = Callable[..., Replayed]


@pytest.fixture
def replayed(session: Session, tmp_path: Path) -> Replay:
    """Replays one case given as its parts, on books with the companies and nothing else."""
    open_companies(session)
    session.commit()

    def play(steps: list[dict[str, Any]], expect: dict[str, Any], *others: dict[str, Any], **more: Any) -> Replayed:
        case = {"id": "OWN", "scope": "universal", "method": "average", "steps": steps, "expect": expect, **more}
        cases = read(written(tmp_path, case, *others))
        return replay(session, cases[0], {one["id"]: one for one in cases})

    return play


def written(folder: Path, *cases: Any) -> Path:
    """A file of cases."""
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
    return path


def receive(qty: float, cost: float, **more: Any) -> dict[str, Any]:
    return {"op": "receive", "qty": qty, "unit_cost": cost, **more}


def test_an_average_moves_with_receipts_and_stays_with_issues(replayed: Replay) -> None:
    steps = [receive(4, 2, id="r1"), receive(12, 4, id="r2"), {"op": "issue", "id": "d1", "qty": 6}]
    expect = {
        "on_hand_qty": 10,
        "stock_value": 35,
        "avg_after": {"r1": 2, "r2": 3.5, "d1": 3.5},
        "per_move": {"r1": 8, "r2": 48, "d1": -21},
        "gl": {"stock": 35, "goods_received_not_invoiced": -56, "cogs": 21, "d1: cogs": 21},
    }
    assert replayed(steps, expect).outcome == HOLDS


def test_a_figure_that_is_another_is_said_beside_the_one_expected(replayed: Replay) -> None:
    came = replayed([receive(3, 7)], {"stock_value": 22, "on_hand_qty": 3})
    assert (came.outcome, came.says) == (DIFFERS, "stock_value: expected 22, got 21")


def test_every_method_takes_its_own_layers(replayed: Replay) -> None:
    start = {"lots": [[3, 5, "2026-01-02"], [3, 9, "2026-01-01"], [3, 7, "2026-01-03"]]}
    left = {"fifo": [[2, 5], [3, 7]], "lifo": [[3, 9], [2, 5]], "hifo": [[3, 5], [2, 7]]}
    for method, layers in left.items():
        came = replayed([{"op": "issue", "qty": 4}], {"layers_left": layers}, method=method, start=start)
        assert came.outcome == HOLDS, came.says


def test_a_late_revaluation_goes_on_into_what_was_transferred_since(replayed: Replay) -> None:
    before = [
        {"op": "opening", "wh": "here", "qty": 8, "unit_cost": 5, "date": "2026-01-05"},
        {"op": "transfer", "frm": "here", "to": "there", "qty": 2, "date": "2026-03-05"},
    ]
    other = {"id": "BASE", "scope": "universal", "method": "fifo", "steps": before, "expect": {}}
    steps = [
        {"op": "as", "case": "BASE"},
        {"op": "count_and_revalue", "wh": "here", "qty": 8, "unit_cost": 6, "date": "2026-02-05"},
    ]
    expect = {"transfer_unit_cost": 6, "value_there": 12, "value_here": 36, "stock_value": 48}
    assert replayed(steps, expect, other, method="fifo").outcome == HOLDS


def test_figures_are_given_by_item_by_site_and_after_steps(replayed: Replay) -> None:
    steps = [
        receive(4, 2, id="r1", item="nut", wh="north"),
        receive(6, 5, id="r2", item="bolt", wh="south"),
        {"op": "issue", "id": "d1", "item": "bolt", "wh": "south", "qty": 1},
    ]
    expect = {
        "stock_value": {"nut": 8, "south": 25, "r2": 38},
        "on_hand_qty": {"bolt": 5, "north": 4, "r1": 4},
        "layers": {"nut": [[4, 2]], "south": [[5, 5]]},
        "unit_cost": {"bolt": 5, "d1": 5},
        "value_d1": 5,
        "qty_after_r2": 10,
    }
    came = replayed(steps, expect, method="fifo")
    assert came.outcome == HOLDS, came.says


def test_a_cost_that_comes_late_is_seen_on_the_issue_it_reaches(replayed: Replay) -> None:
    steps = [
        receive(10, 10, id="r1"),
        {"op": "issue", "id": "d1", "qty": 4},
        {"op": "landed_cost", "id": "lc", "of": "r1", "amount": 20},
    ]
    expect = {"correction_of_d1": -8, "value_d1_at_issue": 40, "value_d1": 48, "value_before": 60, "stock_value": 72}
    came = replayed(steps, expect, method="fifo")
    assert came.outcome == HOLDS, came.says


def test_a_count_is_posted_with_what_moved_meanwhile(replayed: Replay) -> None:
    steps = [
        {"op": "open_count", "expected": {"A": 5}},
        {"op": "count", "item": "A", "counted": 7},
        receive(2, 1, item="A"),
        {"op": "post_count"},
    ]
    came = replayed(steps, {"adjustments": {"A": 2}, "on_hand_qty": 9})
    assert came.outcome == HOLDS, came.says


def test_what_ledgers_of_lots_do_not_have_is_refused_and_leaves_nothing(replayed: Replay) -> None:
    start = {"lots": [[4, 3, "2026-01-01"]]}
    refused = {"result": "refused: not enough lots", "layers_left": [[4, 3]]}
    assert replayed([{"op": "issue_together", "qtys": [3, 2]}], refused, method="fifo", start=start).outcome == HOLDS

    came = replayed([{"op": "issue", "qty": 5}], {"on_hand_qty": 4}, method="fifo", start=start)
    assert came.outcome == DIFFERS
    assert "more_than_on_hand" in came.says


def test_a_refusal_that_was_expected_and_did_not_come_differs(replayed: Replay) -> None:
    came = replayed([{"op": "issue", "qty": 1}], {"result": "refused: not enough lots"})
    assert (came.outcome, came.says) == (DIFFERS, "result: expected refused: not enough lots, got carried out")


def test_claims_share_what_there_is(replayed: Replay) -> None:
    expect = {"fully_reserved": False, "reserved": [2, 3], "open": [4]}
    came = replayed([{"op": "reserve", "qty": [7, 2]}], expect, start={"on_hand": 5})
    assert came.outcome == HOLDS, came.says


@pytest.mark.parametrize(
    ("steps", "expect", "says"),
    [
        ([{"op": "levitate", "qty": 1}], {}, "levitate"),
        ([receive(1, 1, colour="red")], {}, "receive: colour"),
        ([receive(1, 1)], {"weather": "fair"}, "expect weather"),
        ([{"op": "as", "case": "GONE"}], {}, "as: GONE is not in this file"),
        ([receive(1, 1, uom="barrel"), receive(1, 1, uom="pint")], {}, "uom: pint of an item counted in barrel"),
    ],
)
def test_what_no_command_does_is_said_and_not_passed_over(
    replayed: Replay, steps: list[dict[str, Any]], expect: dict[str, Any], says: str
) -> None:
    came = replayed(steps, expect)
    assert (came.outcome, came.says) == (NOT_SUPPORTED, says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1, column 2"),
        ("[]", 'no list of "cases"'),
        ('{"cases": [{"scope": "universal"}]}', 'case 1: no "id"'),
        ('{"cases": [{"id": "X", "scope": "universal", "steps": []}]}', 'case 1 (X): "expect" is missing'),
        ('{"cases": [{"id": "X", "scope": "p", "expect": {}, "steps": [{"qty": 1}]}]}', 'case 1 (X), step 1: no "op"'),
    ],
)
def test_a_file_that_is_not_in_the_form_is_refused_with_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")

    assert main([str(path)]) == 2
    assert says in capsys.readouterr().err


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    case = {"id": "X", "scope": "universal", "steps": [], "expect": {}}
    with pytest.raises(Malformed, match="twice"):
        read(written(tmp_path, case, case))


def test_a_figure_holds_to_the_decimals_it_is_given_with_and_to_the_cent_at_least() -> None:
    assert same(Decimal("113.3333"), Decimal(340) / 3)
    assert same(Decimal(5), Decimal("5.004"))
    assert not same(Decimal(5), Decimal("5.01"))
    assert not same(Decimal("0.025"), Decimal("0.026"))
    assert not same([Decimal(1)], [Decimal(1), Decimal(2)])
    assert not same({"a": Decimal(1)}, {})
    assert not same(True, False)


def test_the_closing_count_is_by_scope() -> None:
    ended = [
        Replayed(id="A", scope="universal", outcome=HOLDS),
        Replayed(id="B", scope="policy:own", outcome=DIFFERS),
        Replayed(id="C", scope="policy:other", outcome=NOT_SUPPORTED),
    ]
    assert totals(ended) == {
        "universal": {HOLDS: 1, DIFFERS: 0, NOT_SUPPORTED: 0},
        "policy": {HOLDS: 0, DIFFERS: 1, NOT_SUPPORTED: 1},
    }


def test_the_command_line_gives_lines_and_data_and_ends_by_the_universal_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holds = {"id": "A", "scope": "universal", "steps": [receive(2, 3)], "expect": {"stock_value": 6}}
    differs = {"id": "B", "scope": "policy:own", "steps": [receive(2, 3)], "expect": {"stock_value": 7}}

    assert main([str(written(tmp_path, holds, differs)), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in told["cases"]] == [HOLDS, DIFFERS]

    assert main([str(written(tmp_path, differs | {"scope": "universal"}))]) == 1
    assert "universal: 0 holds, 1 differs, 0 not supported" in capsys.readouterr().out
