"""`desk reconcile`: a warehouse's file through the door, row by row; what cannot be read is named and the rest is kept."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core.reconciling.commands import ConnectWarehouse
from core.reconciling.tables import WarehouseEvent
from core.stock.commands import IssueStock
from desk.cli.main import app
from desk.warehouse_feed import NotAFeed, rows_of
from tests.builders import BOLT, HP, PDX, D, company, do, stocked
from tests.conftest import FRIDAY

MORNING = FRIDAY - timedelta(hours=6)
HEAD = "event,sequence,happened_at,item,site,quantity,reference\n"


@pytest.fixture(autouse=True)
def _a_warehouse_is_connected(session: Session, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    company(session)
    stocked(session, "100", "0.40", happened_at=MORNING - timedelta(days=1))
    do(session, ConnectWarehouse(entity=HP, source="WMS", sites=(PDX,), since=MORNING))
    issue = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(4), document="SO-1", happened_at=MORNING)
    do(session, issue)
    session.commit()


def fed(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["reconcile", *arguments, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else result.stderr


def row(number: int, quantity: str = "-4", reference: str = "SO-1") -> str:
    return f"E-{number},{number},2026-11-20T03:00:00Z,{BOLT},{PDX},{quantity},{reference}\n"


def test_a_file_is_kept_once_however_often_it_is_fed(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(HEAD + row(1))
    status, told = fed("WMS", str(tmp_path / "day.csv"))
    assert (status, told["new"], told["state"]["matched"], told["state"]["disagreements"]) == (0, 1, 1, [])
    status, told = fed("WMS", str(tmp_path / "day.csv"))
    assert (status, told["new"], told["told_before"]) == (0, 0, 1)
    (tmp_path / "more.csv").write_text(HEAD + row(1) + row(2, "-3", "SO-2"))
    status, told = fed("WMS", str(tmp_path / "more.csv"))
    assert (told["new"], told["told_before"], told["state"]["events_unmatched"]) == (1, 1, 1)
    assert len(told["state"]["disagreements"]) == 1


def test_a_bad_row_is_named_and_the_rest_is_kept(tmp_path: Path, session: Session) -> None:
    wrong = row(2, "four") + "E-3,3,2026-11-20 03:00,FB-M8,PDX,1,\n" + "E-4,4\n" + row(0)
    (tmp_path / "day.csv").write_text(HEAD + row(1) + wrong + row(5, "0.0000001") + row(6, "1", ""))
    status, told = fed("WMS", str(tmp_path / "day.csv"))

    assert (status, told["rows"], told["new"]) == (1, 7, 2)
    says = {bad["line"]: bad["says"] for bad in told["bad"]}
    assert sorted(says) == [3, 4, 5, 6, 7]
    assert "write a figure with a point" in says[3]
    assert "with its zone" in says[4]
    assert "cells" in says[5]
    assert says[6].startswith("refused (command_malformed)")
    assert says[7].startswith("refused (precision)")
    assert session.scalar(select(func.count()).select_from(WarehouseEvent)) == 2


def test_lines_of_json_are_read_exactly(tmp_path: Path, session: Session) -> None:
    event = {"event": "E-1", "sequence": 1, "happened_at": "2026-11-20T03:00:00Z", "item": BOLT, "site": PDX}
    lines = [json.dumps({**event, "quantity": -4}), "", "[1]", "{", json.dumps({**event, "colour": "red"})]
    written = json.dumps({**event, "event": "E-2", "sequence": 2, "quantity": 0.1}).replace("0.1", "0.100001")
    (tmp_path / "day.jsonl").write_text("\n".join([*lines, written]))
    status, told = fed("WMS", str(tmp_path / "day.jsonl"))

    assert (status, told["new"], [bad["line"] for bad in told["bad"]]) == (1, 2, [3, 4, 5])
    kept = session.scalars(select(WarehouseEvent.quantity).order_by(WarehouseEvent.sequence)).all()
    assert kept == [D("-4"), D("0.100001")]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("day.csv", "event,sequence\n", "has no happened_at, item, site, quantity"),
        ("day.csv", HEAD.strip() + ",colour\n", "does not know colour"),
        ("day.csv", "", "has no event"),
        ("day.txt", "x", "a feed is a .csv"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_with_what_to_do(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NotAFeed, match=says):
        list(rows_of(tmp_path / name))
    assert CliRunner().invoke(app, ["reconcile", "WMS", str(tmp_path / name)]).exit_code == 2


def test_rubbish_is_named_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_bytes(HEAD.encode() + b"E-\xff,1,2026-11-20T03:00:00Z,A,B,1,\n" + b"E\x00,1,,,,,\n")
    found = [row.wrong for row in rows_of(tmp_path / "day.csv")]
    assert len(found) == 2
    assert all("UTF-8" in wrong or "contains NUL" in wrong for wrong in found)


def test_a_stream_nobody_connected_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(HEAD)
    result = CliRunner().invoke(app, ["reconcile", "WMS-2", str(tmp_path / "day.csv")])
    assert result.exit_code == 2
    assert "there are WMS" in result.stderr


def test_people_read_how_both_stand(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(HEAD + row(1, "-5") + row(4, "1", ""))
    result = CliRunner().invoke(app, ["reconcile", "WMS", str(tmp_path / "day.csv")])
    assert result.exit_code == 0
    for words in ("2 rows: 2 new", "Never told: 2-3", "Told, and not in the ledger"):
        assert words in result.stdout
