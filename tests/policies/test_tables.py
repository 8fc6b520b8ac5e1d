"""Tables: read exactly, refused when they are wrong, checked for gaps, and never looser than a guardrail."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from core.judging import Answer
from policies import lint as lint_module
from policies.conditions import FACTS, TableError
from policies.lint import lint
from policies.tables import FOLDER, Table, in_force, load, parse
from policies.verdict import Policies
from tests.policies.facts import FRIDAY, kestrel, matched

TABLES = load()
GOOD = """
    id: freight
    title: Freight
    version: 4
    effective_from: 2026-12-01
    overridable: yes
    inputs: {freight_unplanned: figure}
    applies: {freight_unplanned: "> 0", option: "in short_pay"}
    rows:
      - {when: {freight_unplanned: "<= 60"}, answer: allow, says: "{freight_unplanned:$} is within $60"}
      - {answer: ask, who: [ap_lead or controller], within: 8 h, says: "{freight_unplanned:$} is over $60"}
    """


def table(text: str = GOOD, **changes: str) -> Table:
    """A table from YAML, with `before__after` style changes made by the test."""
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return parse(dedent(text), "test.yaml")


def changed(before: str, after: str) -> Table:
    assert before in GOOD
    return parse(dedent(GOOD.replace(before, after)), "test.yaml")


def problems(*own: Table) -> list[str]:
    """What lint finds beyond the tables in the house."""
    known = {(p.table, p.says) for p in lint(TABLES)}
    return [p.says for p in lint((*TABLES, *own)) if (p.table, p.says) not in known and p.error]


def test_the_tables_in_the_house_have_nothing_to_mend_or_to_read():
    assert lint(TABLES) == []


def test_a_figure_is_read_as_it_is_written():
    row = changed('"<= 60"', '"<= 250.10"').rows[0]

    assert row.when[0].value == Decimal("250.10")
    assert str(row.when[0].value) == "250.10"
    assert table().rows[1].within == timedelta(hours=8)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("freight_unplanned: figure", "freight: figure", "freight is no fact a table may read, not figure"),
        ("freight_unplanned: figure", "freight_unplanned: text", "freight_unplanned is figure, not text"),
        ('"<= 60"', '"<= sixty"', "row 1: freight_unplanned '<= sixty' is no figure"),
        ('"<= 60"', '"<= NaN"', "is no figure"),
        ('"<= 60"', '"60"', "is no condition on a fact of kind figure"),
        ('"<= 60"', '"yes"', "is no condition on a fact of kind figure"),
        ("answer: allow", "answer: maybe", "row 1: answer 'maybe' is none of allow, ask, refuse"),
        ("answer: allow", "answr: allow", "row 1: answr means nothing here"),
        ("answer: ask, who: [ap_lead or controller]", "answer: ask", "row 2: who decides is said where"),
        ("answer: allow", "answer: allow, who: [ap_lead]", "row 1: who decides is said where"),
        ("within: 8 h", "within: soon", "row 2: within 'soon' is no time"),
        ("{freight_unplanned:$} is within", "{freight:$} is within", "its sentence names freight, which is no fact"),
        ("title: Freight", "title: Freight\n    title: Twice", "title stands twice"),
        ("version: 4", "version: four", "invalid literal"),
        ("effective_from: 2026-12-01", "effective_from: soon", "Invalid isoformat"),
        ("version: 4\n", "\n", "'version' is missing"),
        ("overridable: yes", "overridable: perhaps", "'perhaps' is neither yes nor no"),
        ("overridable: yes", "hit: last", "hit 'last' is none of first, strictest"),
        ("overridable: yes", "surprise: yes", "surprise means nothing here"),
        ('{freight_unplanned: "<= 60"}', '{placed_by: "in priya"}', "placed_by is no fact a table may read"),
        ('{freight_unplanned: "<= 60"}', '{pays: "<= 60"}', "pays is not among the inputs"),
        ('{freight_unplanned: "<= 60"}', '{at: "<= 60"}', "at is no fact a table may read"),
    ],
)
def test_a_wrong_table_is_refused_with_the_place(before: str, after: str, why: str):
    with pytest.raises(TableError, match=re.escape(why)) as told:
        changed(before, after)
    assert "test.yaml" in str(told.value) or "line" in str(told.value)


def test_a_yaml_that_is_no_table_is_refused():
    for text in ("", "- 1", "just words", "{", "id: [", "&a [*a]"):
        with pytest.raises(TableError):
            parse(text, "test.yaml")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"<= 60"', '"<= 100.01"', "row 1 is looser than a guardrail: it allows freight_unplanned above 100"),
        ("answer: ask, who: [ap_lead or controller], within: 8 h", "answer: allow", "row 2 is looser than a guardrail"),
        ("      - {answer: ask", '      - {when: {freight_unplanned: "> 70"}, answer: ask', "no row fits at"),
        ("      - {answer: ask", '      - {when: {freight_unplanned: "< 50"}, answer: ask', "row 2 can never decide"),
        ("[ap_lead or controller]", "[ap_lead or kontroller]", "kontroller is no role"),
        ('"in short_pay"', '"in pay_all"', "pay_all is no way out"),
        ("effective_from: 2026-12-01", "effective_from: 2026-06-01", "version 3 starts no earlier than version 4"),
    ],
)
def test_lint_stops_what_would_decide_wrongly(before: str, after: str, why: str):
    assert any(why in says for says in problems(changed(before, after)))


def test_lint_finds_a_gap_between_two_rows_to_the_smallest_step():
    gap = changed("      - {answer: ask", '      - {when: {freight_unplanned: "> 60.01"}, answer: ask')

    assert problems(gap) == ["no row fits at freight_unplanned 60.000001"]


def test_lint_names_the_row_that_takes_everything():
    buried = changed("      - {answer: ask", '      - {when: {freight_unplanned: "<= 60"}, answer: ask')

    assert "row 2 can never decide: row 1 takes all of it" in problems(buried)


def test_lint_warns_of_rows_that_overlap_with_other_answers():
    overlapping = """
        id: price-variance
        title: Two tolerances
        version: 15
        effective_from: 2026-12-01
        overridable: yes
        inputs: {price_variance_pct: figure, price_variance_amount: figure}
        applies: {price_variance_pct: "> 0"}
        rows:
          - {when: {price_variance_pct: "<= 2"}, answer: allow, says: "by share"}
          - {when: {price_variance_amount: "<= 100"}, answer: ask, who: [ap_lead], says: "by amount"}
          - {answer: ask, who: [controller], says: "over both"}
        """
    notes = [p.says for p in lint((*TABLES, parse(dedent(overlapping), "test.yaml"))) if not p.error]

    assert [says for says in notes if "rows 1 and 2 overlap; row 1 wins" in says]


def test_lint_misses_a_way_out_that_no_table_answers():
    without_undo = tuple(one for one in TABLES if one.id != "undo")

    assert [p.says for p in lint(without_undo)] == ["no main table speaks about undo on 2026-11-02"]


def test_lint_stops_two_tables_for_one_way_out_and_a_version_that_forgets_one():
    pay = next(one for one in TABLES if one.id == "pay-invoice")
    text = (FOLDER / "pay-invoice.yaml").read_text(encoding="utf-8")
    second = parse(text.replace("id: pay-invoice", "id: pay-again"), "second.yaml")
    forgets = text.replace("version: 1", "version: 2").replace("2026-01-01", "2026-12-24").replace(", post_matched", "")

    assert pay.main
    assert "two main tables speak about short_pay on 2026-11-02" in problems(second)
    assert "no main table speaks about post_matched on 2026-12-24" in problems(parse(forgets, "forgets.yaml"))


def test_the_command_line_says_what_is_wrong_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for file in FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert lint_module.main([str(tmp_path)]) == 0

    (tmp_path / "undo.yaml").unlink()
    assert lint_module.main([str(tmp_path)]) == 1
    assert "error  all: no main table speaks about undo" in capsys.readouterr().out

    (tmp_path / "tax.yaml").write_text("id: tax", encoding="utf-8")
    assert lint_module.main([str(tmp_path)]) == 1
    assert "error  tax.yaml: 'inputs' is missing" in capsys.readouterr().out
    assert lint_module.main([str(tmp_path / "nowhere")]) == 1


def test_a_new_version_decides_from_its_first_day_and_not_before():
    policies = Policies((*TABLES, table()))
    fee = matched(option="short_pay", freight_unplanned=Decimal(55))
    later = matched(option="short_pay", freight_unplanned=Decimal(55), at=FRIDAY.replace(month=12))

    assert policies.judge(fee).answer is Answer.ASK
    assert policies.judge(later).answer is Answer.ALLOW
    assert policies.version(FRIDAY) == Policies.load().version(FRIDAY)
    assert policies.version(later.at) != policies.version(FRIDAY)


def test_a_version_number_only_grows():
    policies = Policies((*TABLES, table()))

    assert (
        int(policies.version(FRIDAY.replace(month=12)).split(".")[0]) == int(policies.version(FRIDAY).split(".")[0]) + 1
    )


def test_a_table_that_ended_decides_no_longer():
    ended = [one for one in TABLES if one.id == "freight"]
    text = (FOLDER / "freight.yaml").read_text(encoding="utf-8")
    ends = parse(text.replace("place: 30", "place: 30\neffective_until: 2026-11-20"), "freight.yaml")

    assert in_force(ended, date(2026, 11, 20), "HP") == tuple(ended)
    assert in_force([ends], date(2026, 11, 19), "HP") == (ends,)
    assert in_force([ends], date(2026, 11, 20), "HP") == ()


def test_canada_keeps_its_own_tolerance_and_inherits_everything_else():
    """Scenario 22: 1.5% there, 2% in the group; the rest is the group's."""
    small = matched(price_variance_pct=Decimal("1.8"), price_variance_amount=Decimal(40))
    canadian = matched(
        entity="HPC", currency="CAD", price_variance_pct=Decimal("1.8"), price_variance_amount=Decimal(40)
    )
    policies = Policies.load()

    assert policies.judge(small).answer is Answer.ALLOW
    verdict = policies.judge(canadian)
    assert verdict.answer is Answer.ASK
    assert verdict.rulings[0].says == "1.8% is over Canada's 1.5% tolerance"
    own = {one.id for one in policies.in_force(FRIDAY.date(), "HPC") if one.entity}
    assert own == {"price-variance", "stock-transfer"}
    assert {one.id for one in policies.in_force(FRIDAY.date(), "HPC")} == {
        one.id for one in policies.in_force(FRIDAY.date(), "HP")
    }


def test_an_entity_may_not_override_what_the_group_keeps_to_itself():
    text = (FOLDER / "tax.yaml").read_text(encoding="utf-8")
    own = parse(text.replace("id: tax", "id: tax\nentity: HPC").replace('"<= 0.05"', '"<= 1"'), "own.yaml")

    assert problems(own) == ["may not be overridden by an entity"]
    facts = matched(entity="HPC", tax_difference=Decimal("0.50"))
    assert Policies((*TABLES, own)).judge(facts).answer is Answer.ASK  # and it has no effect


def test_an_entity_may_not_weaken_a_guardrail():
    """Scenario 22, never: lint stops the table, and if nobody runs lint the guardrail stands all the same."""
    text = (FOLDER / "freight.yaml").read_text(encoding="utf-8")
    text = text.replace("id: freight", "id: freight\nentity: HPC")
    own = parse(text.replace('"<= 50"', '"<= 5000"').replace('"<= 500"', '"<= 6000"'), "own.yaml")
    facts = matched(entity="HPC", freight_unplanned=Decimal(400), pays=Decimal(400))

    assert problems(own) == ["row 1 is looser than a guardrail: it allows freight_unplanned above 100"]
    verdict = Policies((*TABLES, own)).judge(facts)
    assert verdict.answer is Answer.ASK
    assert verdict.rulings[0].rule == "by-rule"


def test_lint_tells_where_an_entity_is_looser_than_the_group_within_the_guardrails():
    text = (FOLDER / "freight.yaml").read_text(encoding="utf-8")
    own = parse(text.replace("id: freight", "id: freight\nentity: HPC").replace('"<= 50"', '"<= 80"'), "own.yaml")

    assert problems(own) == []
    notes = [p.says for p in lint((*TABLES, own))]
    assert notes == ["is looser than the group's, within the guardrails, as at freight_unplanned 50.000001"]


def test_the_strictest_row_decides_where_a_table_says_so():
    strictest = table(GOOD.replace("overridable: yes", "hit: strictest"))

    row = strictest.decide(kestrel(freight_unplanned=Decimal(10)))
    assert row is not None
    assert row.number == 2
    first = table().decide(kestrel(freight_unplanned=Decimal(10)))
    assert first is not None
    assert first.number == 1


@pytest.mark.parametrize(
    ("changes", "rule", "near"),
    [
        ({}, "freight", "$2.00 more is row 2"),
        ({"freight_unplanned": Decimal("50.00")}, "freight", "Anything more is row 2"),
        ({"freight_unplanned": Decimal("50.01")}, "freight", "$0.01 less is row 1"),
        ({"price_variance_pct": Decimal("8.3")}, "price-variance", "0.3 points less is row 4"),
        ({"price_variance_amount": Decimal("499.00")}, "price-variance", "$1.00 more is row 5"),
        ({"option": "accept_delay", "need_by_slips_days": 13}, "supplier-delay", "2 days more is row 2"),
        ({"option": "accept_delay", "need_by_slips_days": 15}, "supplier-delay", "1 day less is row 1"),
        ({"option": "undo"}, "undo", ""),
    ],
)
def test_the_near_miss_is_the_smallest_change_that_meets_another_row(changes: dict[str, object], rule: str, near: str):
    verdict = Policies.load().judge(kestrel(**changes))

    assert {ruling.rule: ruling.near_miss for ruling in verdict.rulings}[rule] == near


def test_every_fact_of_a_table_is_one_that_the_core_brings():
    used = {fact for one in TABLES for fact, _ in one.inputs} | {cell.fact for one in TABLES for cell in one.applies}

    assert used <= FACTS.keys()
