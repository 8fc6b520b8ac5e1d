"""`desk scenario`: a story holds or not, a file is a story or not, and nothing stays of either."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from core.command import REGISTRY
from core.refusals import Refusal
from core.scenario.checking import NEEDED, faults
from core.scenario.form import schema
from core.scenario.story import EXPECTED, STEP_FIELDS, STORY_FIELDS
from desk.cli.main import app
from desk.throwaway import PREFIX

STORIES = Path(__file__).parent.parent / "scenarios"
ONE = STORIES / "41-average-and-fifo-from-one-history.yaml"


def left_over(server: str) -> int:
    with psycopg.connect(server) as connection:
        row = connection.execute(
            "select count(*) from pg_database where starts_with(datname, %s)", (PREFIX,)
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(("worth", "status"), [("40", 0), ("41", 1)])
def test_the_exit_status_says_whether_the_story_holds(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, worth: str, status: int
):
    monkeypatch.setenv("DATABASE_URL", database)
    (tmp_path / "stock.yaml").write_text((STORIES / "stock.yaml").read_text())
    (tmp_path / "story.yaml").write_text(ONE.read_text().replace("BOLT PDX: 40", f"BOLT PDX: {worth}"))

    result = CliRunner().invoke(app, ["scenario", "run", str(tmp_path / "story.yaml"), "--json"])

    assert result.exit_code == status
    told = json.loads(result.stdout)
    assert (told["holds"], told["seen"]["value"]["BOLT PDX"]) == (status == 0, "40")
    assert left_over(database) == 0


def test_a_file_that_is_no_story_is_refused_with_line_and_advice(tmp_path: Path):
    step = "  - {at: day 2, do: OpenStok, with: {}}\n  - {do: IssueStock, with: {itemm: A, quantity: x}}\n"
    head = "situation: 1\nsays: x\ncompany: {entity: {code: HP, name: H, currency: USD, since: 2026-10-01}}\nsteps:\n"
    (tmp_path / "s.yaml").write_text(head + step)

    found = [f"{fault.line} {fault.says}" for fault in faults(tmp_path / "s.yaml")]

    assert "5 no step is called 'OpenStok'; did you mean `OpenStock`?" in found
    assert "6 IssueStock has no `itemm`; did you mean `item`?" in found
    assert "6 `site` is missing in IssueStock; add it" in found
    assert any(one.startswith("6 'x' cannot be `quantity`") for one in found)
    assert CliRunner().invoke(app, ["scenario", "run", str(tmp_path / "s.yaml")]).exit_code == 2


def test_every_story_of_the_house_has_the_form():
    assert {path.name: faults(path) for path in STORIES.glob("[0-9]*.yaml") if faults(path)} == {}
    assert "OpenStock" in schema()["$defs"]["step"]["properties"]["do"]["enum"]


def test_the_schema_and_the_checker_know_the_same_words():
    form = schema()
    defs = form["$defs"]
    assert set(form["properties"]) == STORY_FIELDS
    assert set(form["required"]) == set(NEEDED)
    assert set(defs["step"]["properties"]) == STEP_FIELDS
    assert set(defs["expect"]["properties"]) == EXPECTED
    assert defs["step"]["properties"]["refused"]["enum"] == [code.value for code in Refusal]
    assert defs["step"]["properties"]["do"]["enum"] == sorted(REGISTRY)
    for name, kind in REGISTRY.items():
        fields = {one for one in kind.__dataclass_fields__ if not one.startswith("_")}
        assert set(defs[f"with {name}"]["properties"]) == fields, name


def test_what_one_of_them_refuses_the_other_refuses_with_its_line(tmp_path: Path):
    """Every word that the schema does not allow, put where it is not allowed, is a fault of the checker, on its line."""
    head = "situation: 1\nsays: x\ncompany: stock.yaml\n"
    step = "steps:\n  - {at: day 2, do: OpenStock, with: {item: BOLT, site: PDX, quantity: 1, unit_cost: 1}"
    (tmp_path / "stock.yaml").write_text((STORIES / "stock.yaml").read_text())
    for wrong, line in (
        (f"{head}weather: fine\n{step}}}\n", 4),
        (f"{head}{step}, sky: blue}}\n", 5),
        (f"{head}{step}}}\nexpect: {{weather: fine}}\n", 6),
        (f"{head}{step}}}\nexpect:\n  of:\n    EU: {{weather: fine}}\n", 8),
        (f"{head}{step}, refused: rain}}\n", 5),
        (f"{head}{step}, simulate: maybe}}\n", 5),
        (f"{head}{step}, shows: {{}}}}\n", 5),
        (f"{head}{step}, simulate: only, shows: []}}\n", 5),
        (f"{head}{step}, at: noon}}\n".replace("at: day 2, ", ""), 5),
    ):
        (tmp_path / "s.yaml").write_text(wrong)
        assert [fault.line for fault in faults(tmp_path / "s.yaml")] == [line], wrong


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_story_that_is_ended_by_a_signal_leaves_no_database(database: str, end: signal.Signals):
    story = [sys.executable, "-m", "desk", "scenario", "run", str(ONE)]
    environment = {**os.environ, "DATABASE_URL": database}
    process = subprocess.Popen(story, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while left_over(database) == 0:
            assert process.poll() is None, "it ended before it began"
            assert time.monotonic() < until, "it never began"
            time.sleep(0.02)
        process.send_signal(end)
        process.send_signal(end)
        assert process.wait(timeout=60) == 128 + end
    finally:
        process.kill()
        process.communicate()
    assert left_over(database) == 0


def test_a_signal_means_afterwards_what_it_meant_before(database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        assert CliRunner().invoke(app, ["scenario", "run", str(ONE), "--json"]).exit_code == 0
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_what_a_simulation_showed_is_printed_before_what_came_of_it(database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database)

    result = CliRunner().invoke(app, ["scenario", "run", str(STORIES / "18-receipt-of-a-closed-month.yaml")])

    assert result.exit_code == 0, result.stdout
    assert "only looked at" in result.stdout
    assert "Shown before it was done" in result.stdout
    assert re.search(r"12\s*│ 5000 Cost of goods sold\s*│ 2\b", result.stdout)


def test_layers_are_told_and_held_against_what_a_story_expects(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("DATABASE_URL", database)
    (tmp_path / "stock.yaml").write_text((STORIES / "stock.yaml").read_text())
    bought = "{item: BOLT, site: PDX, quantity: 3, unit_cost: 2}"
    for layer, status in (("3 for 6 (opening)", 0), ("3 for 7 (opening)", 1)):
        (tmp_path / "s.yaml").write_text(
            "situation: 0\nsays: x\ncompany: stock.yaml\n"
            f"steps:\n  - {{at: day 2, do: OpenStock, with: {bought}}}\n"
            f'expect: {{layers: {{BOLT PDX: ["{layer}"]}}}}\n'
        )
        result = CliRunner().invoke(app, ["scenario", "run", str(tmp_path / "s.yaml"), "--json"])
        told = json.loads(result.stdout)
        assert (result.exit_code, told["seen"]["layers"]["BOLT PDX"]) == (status, ["3 for 6 (opening)"])
