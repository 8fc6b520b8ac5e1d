"""`desk scenario`: a story holds or not, a file is a story or not, and nothing stays of either."""

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from core.scenario.checking import faults
from core.scenario.form import schema
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
