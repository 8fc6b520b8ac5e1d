"""The report on reading: what it counts, what it says where nothing is there, and a small run over our own letters."""

import json
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agents.read.document import read_message
from evals import progress, read_report
from evals.read_edi import count, syntax_of, values_in
from evals.read_measured import Measured
from evals.read_papers import HEADER, SAMPLES, Truth, by_issuer, of_json, printed
from evals.read_peers import by_invoice2data, by_unstructured
from evals.read_sets import Found
from tests.read.edi import edi
from tests.read.papers import pdf

BILL_OF_X12 = (
    b"ISA*00**00**ZZ*A*ZZ*B*261119*0900*U*00401*1*0*P*>~GS*IN*A*B*20261119*0900*1*X*004010~ST*810*1~"
    b"BIG*20261119*KF-88213~SE*3*1~GE*1*1~IEA*1*1~"
)
TRUE: Truth = {"invoice.number": ["KF 88213"], "invoice.total": [Decimal("442.80")], "line.quantity": [Decimal(2)] * 2}


def test_what_is_read_right_wrong_and_twice_is_counted_apart():
    one = Measured("a set", "PDF", "ours")
    one.add("a.pdf", TRUE, {"invoice.number": ["kf-88213"], "invoice.total": [Decimal("442.8"), Decimal(1)]})

    assert one.f1(["invoice.number"]) == 1
    assert (one.precision(["invoice.total"]), one.recall(["invoice.total"])) == (0.5, 1)
    assert (one.precision(["line.quantity"]), one.recall(["line.quantity"])) == (None, 0)
    assert one.f1(HEADER) == pytest.approx(4 / 5)
    assert one.f1(["line.price"]) is None
    assert len(one.misses) == 2


def test_a_result_of_invoice2data_speaks_our_names():
    said = {
        "invoice_number": "1",
        "date": "2026-11-19 00:00:00",
        "amount": "12.5",
        "lines": [{"qty": "two", "code": "A"}],
    }

    assert of_json(said) == {
        "invoice.number": ["1"], "invoice.date": [date(2026, 11, 19)], "invoice.total": [Decimal("12.5")],
        "line.quantity": ["two"], "line.supplier_item": ["A"],
    }  # fmt: skip


def told(raw: bytes) -> list[tuple[str, str]]:
    """The values that the tokeniser finds, by place."""
    return [(value.place, value.text) for value in values_in(raw)]


def test_the_tokeniser_cuts_x12_and_edifact_without_knowing_them():
    x12 = BILL_OF_X12
    assert told(x12) == [("BIG/01", "20261119"), ("BIG/02", "KF-88213")]
    assert ("FTX/04:1", "what's + and : mean") in told(edi("INVOIC", "FTX+AAI+++what?'s ?+ and ?: mean"))


@pytest.mark.parametrize(
    "mark", [b"", b"\xef\xbb\xbf", b"\r\n "], ids=["bare", "with a byte order mark", "after blanks"]
)
def test_a_file_is_x12_by_its_first_letters_whatever_stands_before_them(mark: bytes):
    assert syntax_of(mark + BILL_OF_X12) == "X12"
    assert syntax_of(mark + edi("INVOIC", "BGM+380+1")) == "EDIFACT"


def test_a_value_that_no_claim_bears_is_missed_with_the_code_beside_it():
    raw = BILL_OF_X12.replace(b"SE*", b"XYZ*what nobody has a name for~REF*ZZ~SE*")
    left: Counter[str] = Counter()
    one = Measured("EDI", "X12", "ours", only_occurs=True)
    count(one, "a.edi", raw, read_message(raw, "a.edi"), left)

    assert one.misses == ["a.edi: 1 x XYZ/01", "a.edi: 1 x REF/01"]
    assert (sum(one.given.values()), sum(one.right.values())) == (4, 2)


def test_an_absent_folder_is_one_clear_line(tmp_path: Path, capsys):
    assert read_report.main(["--folder", str(tmp_path / "nowhere"), "--only", "held-out", "edi"]) == 0
    said = capsys.readouterr().out
    assert said.count("skipped, the samples of others are not at") == 2


def test_a_sample_holds_every_issuer_and_of_each_every_so_manieth_paper():
    issued = ["Acme GmbH", "Bolt & Co", "ACME  GmbH", "", "Acme GmbH", "", "Acme GmbH"]
    papers: list[tuple[str, bytes, Truth]] = [
        (str(at), b"", {"supplier.name": [name]} if name else {}) for at, name in enumerate(issued)
    ]

    assert [name for name, _, _ in by_issuer(papers, 3)] == ["0", "1", "3", "6"]
    assert list(by_issuer(papers, 1)) == papers


def measures(folder: Path, every: int) -> Found:
    """A set that is measured."""
    one = Measured("hybrid PDFs, issuers held out", "PDF", "ours", files=1)
    one.add("a.pdf", TRUE, TRUE)
    return [one], [f"every {every}"]


def ends(folder: Path, every: int) -> Found:
    """A set whose process is gone before it can say anything."""
    os._exit(9)


def test_a_set_that_dies_costs_no_other_its_figures_and_is_told_by_the_exit_status(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr(read_report, "SETS", {"a": measures, "b": ends, "c": measures})
    monkeypatch.setattr(read_report, "NEED_SAMPLES", frozenset())
    found, whole = read_report.measured(
        ["a", "b", "c"], tmp_path, 4, lambda found: read_report.written(tmp_path, found)
    )

    assert not whole
    assert [one.set for one in found[0]] == ["hybrid PDFs, issuers held out"] * 2
    assert found[1][0] == "A sample: of each issuer every 4th paper, his first among them."
    assert any(said.startswith("b: NOT measured: BrokenProcessPool") for said in found[1])
    kept = json.loads((tmp_path / "eval-read.json").read_text("utf-8"))
    assert (len(kept["sets"]), kept["notes"]) == (2, found[1])
    assert "b: NOT measured" in (tmp_path / "eval-read.txt").read_text("utf-8")
    assert "2 of 3: b" in capsys.readouterr().err


def test_a_run_that_is_ended_leaves_the_sets_it_has_measured(tmp_path: Path, monkeypatch):
    kept: list[int] = []
    monkeypatch.setattr(read_report, "SETS", {"a": measures, "b": measures})
    monkeypatch.setattr(read_report, "NEED_SAMPLES", frozenset())
    read_report.measured(["a", "b"], tmp_path, 1, lambda found: kept.append(len(found[0])))

    assert kept == [1, 2]


def test_how_far_it_is_is_told_while_it_runs(capsys, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0.0)

    assert list(progress.passing("a set", [1, 2])) == [1, 2]
    said = capsys.readouterr().err.splitlines()
    assert [line.rpartition(",")[0] for line in said] == ["  a set: 0 of 2", "  a set: 1 of 2", "  a set: 2 of 2"]


def test_our_own_letters_make_a_report_with_figures_and_aims(tmp_path: Path, capsys):
    assert read_report.main(["--folder", str(tmp_path / "nowhere"), "--only", "letters", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)

    held_out = next(one for one in data["sets"] if one["set"].endswith("held out"))
    assert held_out["files"] >= 80
    assert held_out["fields"]["order.number"]["f1"] > 0.9
    (aim,) = data["aims"]
    assert aim["fields"] == "intents, macro"
    assert aim["f1"] >= 0.9
    assert aim["met"] is True


def test_a_peer_that_is_there_reads_the_same_files_and_one_that_is_not_is_said(tmp_path: Path, monkeypatch):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("Invoice KF 88213", "Total 442.80"))
    beside = by_unstructured("a set", "PDF", {path: TRUE}, 1)
    assert isinstance(beside, Measured)
    assert (beside.recall(["invoice.number"]), beside.recall(["line.quantity"])) == (1, 0.0)
    assert beside.f1(HEADER) is None, "it names no fields"

    monkeypatch.setattr("evals.read_peers.PEERS", tmp_path / "python")
    assert by_invoice2data("a set", {path: TRUE}, 1) == "invoice2data is not there: make peers installs it"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of others are not beside the project")
def test_ordinary_pdfs_of_others_are_read_no_worse_than_before():
    (results, _), whole = read_report.measured(["json"], SAMPLES, 1)
    ours = results[0]

    assert whole

    assert (ours.reader, ours.files) == ("ours", 11)
    assert ours.f1(HEADER) >= 0.92
    assert ours.supported == ours.claimed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rechnung vom 05.03.2026", True),
        ("5. \u0431\u0435\u0440\u0435\u0437\u043d\u044f 2026", True),  # a month that no reader of ours knows
        ("2026-03-05", True),
        ("20260305", True),
        ("15.03.2026", False),
        ("Rechnung 5 vom M\u00e4rz", False),
    ],
)
def test_a_day_is_asked_for_only_where_the_page_shows_it_in_any_notation(text: str, shown: bool):
    assert printed(date(2026, 3, 5), text) is shown
