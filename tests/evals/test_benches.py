"""The bench of the stock engine: its history is sound, its floor writes the same rows, and its page shows every figure."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from evals.benches import company, report, trials
from evals.benches.__main__ import Plan, measure


@pytest.fixture(scope="module")
def found() -> list[trials.Measured]:
    """A small run. The doctor looks at the books before and after, and the floor's rows are compared with the core's:
    both are part of every run at this size."""
    plan = Plan(sizes=(200,), receipts=3, issues=3, late=2, recosted=600, questions=2)
    with company.server() as server:
        return measure(server, plan, lambda words: None)


def test_everything_is_measured_and_every_command_has_its_floor(found: list[trials.Measured]) -> None:
    commands = {trials.RECEIPT, trials.ISSUE, trials.BACKDATED}
    assert {one.what for one in found} == {*commands, trials.AVAILABILITY, trials.KNOWN_THEN}
    assert {one.what for one in found if one.floor and one.ratio} == commands


def test_a_backdated_receipt_corrects_every_later_issue_of_its_item(found: list[trials.Measured]) -> None:
    (late,) = (one for one in found if one.what == trials.BACKDATED)
    assert late.rows > 600


def test_the_page_keeps_its_words_and_gets_the_figures_and_a_picture(
    found: list[trials.Measured], tmp_path: Path
) -> None:
    (tmp_path / "pictures").mkdir()
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Words\n{report.BEGIN}\nold\n{report.END}\nmore\n", encoding="utf-8")
    machine = report.Machine(says="two cores & more", day="2026-11-21")
    peer = report.Peer(name="Tryton 8.2", receipt=trials.Spread(median=1500, low=1400, high=1600), times=5)

    report.write(tmp_path, found, peer, machine)

    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Words\n")
    assert written.endswith("\nmore\n")
    assert "old" not in written
    assert all(one.what in written for one in found)
    assert "Tryton 8.2" in written
    ElementTree.parse(tmp_path / "pictures" / "bench-stock.svg")  # written two lines above
