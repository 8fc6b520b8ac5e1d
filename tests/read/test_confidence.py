"""How sure claims are: from counts, by class, never more than was counted, and worth what it says on what was held out."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.read.confidence import ENOUGH, FILE, Class, Count, classes, counted, evidence, with_confidence
from agents.read.document import read_message
from core.claims import Claim, Document, DocumentKind, Span
from evals import calibrate
from evals.calibrate import classes_of, written
from evals.judging import Judged, judged
from evals.read_reliability import reliability
from tests.read.papers import attached, cii, letter, text_part

ROOT = Path(__file__).resolve().parents[2]
WIDE = Count(95, 100)


def claim(field: str, value: str | Decimal | date, *, line: int | None = None, sure: str | None = None) -> Claim:
    """A claim of a page."""
    span = Span(part="1:a.pdf", text=str(value), page=1, box=(Decimal(0), Decimal(0), Decimal(1), Decimal(1)))
    told = Decimal(sure) if sure else None
    return Claim(field=field, value=value, span=span, reader="r/1", line=line, confidence=told)


def bill(*claims: Claim) -> Document:
    """A bill that says these."""
    return Document(kind=DocumentKind.INVOICE, part="1:a.pdf", claims=claims, reader="r/1")


def sure(document: Document, table: dict[Class, Count]) -> list[str | None]:
    """The confidence of each claim, as text."""
    told = with_confidence(document, table).claims
    return [None if one.confidence is None else str(one.confidence) for one in told]


def test_the_narrowest_class_that_is_wide_enough_speaks():
    number = bill(claim("invoice.number", "1"))
    narrow, field, group = ("r/1", "invoice.number", "one value"), ("r/1", "invoice.number", ""), ("r/1", "*", "")

    assert sure(number, {narrow: WIDE, field: Count(50, 100)}) == [str(WIDE.lower)]
    assert sure(number, {narrow: Count(29, ENOUGH - 1), field: WIDE}) == [str(WIDE.lower)]
    assert sure(number, {group: WIDE}) == [str(WIDE.lower)]
    assert sure(number, {("r/2", "invoice.number", ""): WIDE}) == [None], (
        "another version of a reader is another reader"
    )
    assert sure(number, {}) == [None], "what was never counted is not invented"


def test_sums_tell_figures_apart():
    lines = [claim("line.quantity", Decimal(2), line=1), claim("line.price", Decimal(3), line=1)]
    good, bad = claim("line.amount", Decimal(6), line=1), claim("line.amount", Decimal(7), line=1)

    assert set(evidence(bill(*lines, good))) == {"sums hold"}
    assert set(evidence(bill(*lines, bad))) == {"sums do not hold"}
    assert list(evidence(bill(good))) == ["unchecked"]
    assert list(evidence(bill(claim("invoice.date", date(2026, 1, 2)), claim("invoice.date", date(2026, 2, 1))))) == [
        "one of several", "one of several",
    ]  # fmt: skip


def test_what_speaks_against_a_value_is_not_lost_in_a_wider_class():
    lines = [claim("line.quantity", Decimal(2), line=1), claim("line.price", Decimal(3), line=1)]
    wrong = bill(*lines, claim("line.amount", Decimal(7), line=1))
    table = {("r/1", "line.amount", ""): WIDE, ("r/1", "line.*", ""): WIDE}

    assert sure(wrong, table) == [None, None, None]
    assert sure(wrong, table | {("r/1", "line.*", "sums do not hold"): Count(20, 40)})[2] == str(Count(20, 40).lower)


def test_a_picture_is_never_surer_than_its_letters():
    table = {("r/1", "*", "one value, clear letters"): WIDE, ("r/1", "*", ""): WIDE}

    assert sure(bill(claim("invoice.number", "1", sure="0.99")), table) == [str(WIDE.lower)]
    assert sure(bill(claim("invoice.number", "1", sure="0.40")), table) == ["0.40"]


def test_a_format_with_places_is_sure_and_a_letter_is_as_sure_as_counted():
    reading = read_message(letter(text_part("Order PO-40417: 10 pcs of M8X40 arrive."), attached("a.xml", cii())))
    for document in reading.documents:
        for one in document.claims:
            if one.span.path is not None:
                assert one.confidence == 1
            else:
                assert one.confidence is None or one.confidence < 1


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_bound_lies_below_the_share_and_rises_with_evidence(right: int, wrong: int):
    count = Count(right, right + wrong)
    assert 0 <= count.lower < 1
    if count.of:
        assert count.lower <= Decimal(right) / count.of
        assert Count(2 * right, 2 * count.of).lower >= count.lower


def test_a_claim_counts_in_each_of_its_classes_and_thin_classes_are_not_written():
    seen = [Judged(classes(claim("invoice.number", "1"), "one value"), right=n > 0, confidence=None) for n in range(40)]
    table = classes_of([*seen, Judged((("r/1", "line.price", ""),), right=True, confidence=None)])

    assert table["r/1", "*", ""] == Count(39, 40)
    rows = json.loads(written(table))["classes"]
    assert {(row["field"], row["of"]) for row in rows} == {("invoice.number", 40), ("*", 40)}


def test_the_table_is_of_the_form_that_the_program_writes():
    rows = json.loads(FILE.read_text("utf-8"))["classes"]
    assert len(rows) == len(counted())
    for row in rows:
        count = Count(row["right"], row["of"])
        assert row["of"] >= ENOUGH
        assert 0 <= row["right"] <= row["of"]
        assert str(count.lower) == row["lower"]


def test_without_the_samples_of_others_the_table_stays(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr(calibrate, "judged", lambda *_, **__: iter(()))
    monkeypatch.setattr(calibrate, "FILE", tmp_path / "confidence.json")

    assert calibrate.main(["--folder", str(tmp_path / "nowhere")]) == 0
    assert "the table stays as it is" in capsys.readouterr().out
    assert not (tmp_path / "confidence.json").exists()


def test_reliability_is_the_gap_between_what_was_told_and_what_was_right():
    told = [Judged((("r/1", "*", ""),), right=n % 2 == 0, confidence=Decimal("0.75")) for n in range(10)]
    silent = Judged((("r/1", "*", ""),), right=True, confidence=None)
    found = reliability([*told, silent])["r/1"]

    assert (found.error, found.silent) == (Decimal("0.25"), 1)


def test_letters_held_out_are_right_about_as_often_as_they_say(tmp_path: Path):
    found = reliability(judged(tmp_path / "nowhere", held_out=True))["text-rules/2"]

    assert sum(one.claims for one in found.bins.values()) > 150
    assert found.error is not None
    assert found.error <= Decimal("0.10")


@pytest.mark.parametrize("confidence", ["0.9", "0.5"])
def test_the_page_says_where_a_claim_is_not_sure(confidence: str):
    from desk.document_views import _source

    reading = read_message(letter(text_part("Hello")))
    said = _source(claim("invoice.number", "1", sure=confidence), reading)
    assert said == ("PDF" if confidence == "0.9" else "PDF, not sure")


def test_no_rule_and_no_way_out_of_a_case_asks_how_sure_a_reader_was():
    carries = {"core/claims.py", "core/reading_wire.py", "core/reading_schema.py"}
    asking = {
        path.relative_to(ROOT).as_posix()
        for room in ("core", "policies", "agents/propose", "agents/rank")
        for path in (ROOT / room).rglob("*.py")
        if "confidence" in path.read_text("utf-8")
    }

    assert asking == carries, "a confidence may make a person look; where it does more, it must only ever ask for more"
