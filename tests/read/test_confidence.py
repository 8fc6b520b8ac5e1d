"""How sure claims are: from counts, by class, never more than was counted, and worth what it says on what was held out."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.port import Extraction, QuotedValue
from agents.read import confidence as confidence_
from agents.read.confidence import ENOUGH, FILE, Class, Count, classes, counted, evidence, with_confidence
from agents.read.document import read_message
from agents.read.extraction import merged, supported
from core.claims import Claim, Document, DocumentKind, Span
from evals import calibrate
from evals.calibrate import classes_of, written
from evals.judging import Judged, judged
from evals.judging_sheets import _of_sheet, recorded, sheets
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


def test_what_a_sheet_says_is_as_sure_as_counted_and_no_surer():
    span = Span(part="1:a.csv", text="12", path="Table1!C2")
    sheet = Document(
        kind=DocumentKind.ORDER_CONFIRMATION, part="1:a.csv", reader="office/2",
        claims=(Claim(field="line.quantity", value=Decimal(12), line=1, span=span, reader="office/2"),),
    )  # fmt: skip

    assert sure(sheet, {}) == [None], "a column means what its heading is taken for"
    assert sure(sheet, {("office/2", "line.quantity", ""): WIDE}) == [str(WIDE.lower)]
    assert counted()["office/2", "line.*", ""].of >= 100


def test_a_models_claims_are_as_sure_as_that_model_was_counted():
    text = "The works can spare 1200 and not a piece more."
    reading = read_message(letter(text_part(text)))
    said = supported(
        Extraction(values=(QuotedValue(field="line.quantity", value="1200", quote="spare 1200", line=1),)),
        reading,
        None,
    )

    def told(model: str) -> Decimal | None:
        return next(c.confidence for d in merged(reading, said, model).documents for c in d.claims if c.reader == model)

    assert told("model:never-asked") is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confidence_, "counted", lambda: {("model:asked", "line.*", ""): WIDE})
        assert told("model:asked") == WIDE.lower
        assert told("model:never-asked") is None


def test_the_page_says_of_a_model_that_nobody_counted_it():
    from desk.document_views import _source

    reading = read_message(letter(text_part("Hello")))
    said = replace(claim("invoice.number", "1"), reader="model:new")
    assert _source(said, reading) == "PDF, never counted how often right"


def test_recorded_cases_and_labelled_sheets_are_counted_and_every_third_sheet_is_not(tmp_path: Path):
    developed, apart = list(sheets(held_out=False)), list(sheets(held_out=True))
    assert (len(developed), len(apart)) == (11, 6), "of eighteen; a report of open orders alone has no quantity we read"
    assert all(right for _, judged_ in developed for right in judged_.values())

    readers = {document.claims[at].reader for document, right in recorded() for at in right}
    assert {"text-rules/2", "model:written-by-hand", "office/2"} <= readers


def test_a_wrong_value_of_a_sheet_and_of_a_case_is_judged_wrong(tmp_path: Path):
    document = bill(claim("line.quantity", Decimal(7), line=1), claim("line.price", Decimal(3), line=1))
    lines = [{"line.quantity": "6"}]
    assert [_of_sheet(one, {}, {1: lines[0]}, lines) for one in document.claims] == [False, None]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "case.yaml").write_text('expect: {facts: {"order.number": PO-40417}}', "utf-8")
    (tmp_path / "a" / "1.eml").write_bytes(letter(text_part("PO-40418 will ship tomorrow.")))
    assert [right for _, right in recorded(tmp_path) if right] == [{0: False}]
