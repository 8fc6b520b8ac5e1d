"""The bench of the readers: every kind has documents and a floor that opens them, and ours reads what the floor reads."""

from pathlib import Path

import pytest

from evals import bench_read
from evals.bench_read_floor import FLOORS, kind_of

NOWHERE = Path("no samples here")


@pytest.fixture(scope="module")
def wanted() -> dict[str, list[tuple[str, bytes]]]:
    """Two documents of each kind that the demo's own mail holds, none of them a picture: those take seconds."""
    return {kind: those[:2] for kind, those in bench_read.documents(NOWHERE).items() if kind != "picture"}


def test_the_demos_own_mail_holds_most_kinds(wanted: dict[str, list[tuple[str, bytes]]]) -> None:
    assert wanted.keys() >= {"mail", "XML", "X12", "XLSX", "PDF with text"}
    for kind, those in wanted.items():
        assert {kind_of(name, raw) for name, raw in those} == {kind}


def test_every_kind_is_read_beside_its_floor(wanted: dict[str, list[tuple[str, bytes]]]) -> None:
    found = bench_read.measure(wanted, lambda words: None)

    assert {one.kind for one in found} == wanted.keys()
    for one in found:
        assert one.documents == len(wanted[one.kind]), f"the floor of {one.kind} could not open one"
        assert one.ratio_low <= one.ratio <= one.ratio_high
        assert one.floor == FLOORS[one.kind].called
    assert bench_read.table(found).row_count == len(found)
