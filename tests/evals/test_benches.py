"""The bench of the stock engine: its history is sound, its floor writes the same rows, and its page shows every figure."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from core import door
from core.availability.queries import free_of_many
from core.stock.queries import as_of
from evals.benches import company, history, report, together, trials
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

    at_once = [report.Together(writers=4, entities=81.2, one_entity=33.7, peer=1.4)]
    report.write(tmp_path, found, peer, machine, at_once)

    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Words\n")
    assert written.endswith("\nmore\n")
    assert "old" not in written
    assert all(one.what in written for one in found)
    assert "Tryton 8.2" in written
    assert "| 4 | 81.2 | 33.7 | 1.4 |" in written
    ElementTree.parse(tmp_path / "pictures" / "bench-stock.svg")  # written two lines above


@pytest.mark.parametrize("entities", [("HP", "HP"), ("HP0", "HP1")], ids=["one entity", "each its own"])
def test_writers_at_once_book_every_receipt(entities: tuple[str, ...]) -> None:
    with company.server() as server:
        assert together.rate(server, entities, 2) > 0, "and the run itself counts the receipts that are there"


GROWING = {"stock_move", "stock_balance", "cost_entry", "cost_pool", "valuation_layer", "journal_entry", "journal_line"}


def test_no_table_that_grows_with_history_is_read_from_end_to_end(database: str) -> None:
    """Receipts, issues and questions go by keys: the database counts what it scanned in a transaction."""
    with company.session_on(database) as session:
        company.found(session, 2_000)
        company.order_goods(session, 1, 2_000, 0)
        history.fill(database, items=2_000, moves=20_000, late=600)
        commands = trials.trials(1, 1, 0, 2_000)
        for trial in commands:
            company.at(session, trial.place)
            door.execute(session, trial.command, actor=company.DOCK, key=f"scan-{trial.place}")
        some = [company.item(place) for place in range(50)]
        assert len(free_of_many(session, company.ENTITY, some, company.SITE, company.NOW)) == 50
        as_of(session, company.ENTITY, company.item(7), company.SITE, happened=company.NOW)

        query = text("select relname from pg_stat_xact_user_tables where seq_scan > 0")
        scanned = set(session.scalars(query))

    assert scanned & GROWING == set()
