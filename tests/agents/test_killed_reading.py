"""A reading run that is killed goes on where it was, pays for no request twice, and leaves nothing behind when kept.

The runs are processes of their own on the embedded PostgreSQL, and they end as under a power failure.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from agents.models.port import Extraction
from agents.read import graph
from agents.steps import thread_of
from tests.agents.desks import LETTER, MAIL, Bare, Counting

PROJECT = Path(__file__).resolve().parents[2]
KILLED = 9


@pytest.fixture
def run(database: str, tmp_path: Path) -> "Runs":
    return Runs(database, tmp_path)


class Runs:
    """Starts runs of one letter in processes of their own, and knows what the model was asked."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.letter, self.log = url, folder / "letter.eml", folder / "requests.log"
        self.letter.write_bytes(LETTER)
        self.log.touch()

    def __call__(self, die_after: str = "") -> subprocess.CompletedProcess[str]:
        script = PROJECT / "tests" / "agents" / "killed_run.py"
        command = [sys.executable, str(script), self.url, str(self.letter), str(self.log), die_after]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)

    @property
    def requests(self) -> list[str]:
        """How much the model was told to repair, a line a request."""
        return self.log.read_text(encoding="utf-8").split()


def test_a_run_killed_after_the_model_answered_resumes_and_asks_each_question_once(run: Runs) -> None:
    assert run(die_after="ask").returncode == KILLED
    assert run.requests == ["0"]

    ended = run()

    assert ended.returncode == 0, ended.stderr
    assert run.requests == ["0", "1"], "the first question was asked and paid for again"
    assert "{'line.quantity': '300'} 2 1600" in ended.stdout


@pytest.mark.parametrize("node", ["read", "ask", "verify"])
def test_wherever_it_is_killed_the_result_is_that_of_a_run_that_was_not(run: Runs, node: str) -> None:
    assert run(die_after=node).returncode == KILLED

    ended = run()

    assert "{'line.quantity': '300'} 2 1600" in ended.stdout
    assert run.requests == ["0", "1"]


def test_a_run_that_had_ended_and_was_not_kept_is_not_asked_again(run: Runs) -> None:
    first = run()
    again = run()

    assert run.requests == ["0", "1"]
    assert again.stdout == first.stdout


def test_a_checkpoint_that_names_code_does_not_run_it(database: str) -> None:
    """Somebody with write access to the cache can spoil a run, and cannot execute anything by it."""
    code = (
        "import desk.jobs\n"
        "from langgraph.checkpoint.serde import _msgpack\n"
        "from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer, _msgpack_enc\n"
        "assert _msgpack.STRICT_MSGPACK_ENABLED\n"
        "import ormsgpack\n"
        "trap = ormsgpack.packb(ormsgpack.Ext(0, _msgpack_enc(('os', 'system', 'echo ran; exit 3'))))\n"
        "print('loaded', JsonPlusSerializer().loads_typed(('msgpack', trap)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "ran" not in ended.stdout.split()


def test_the_state_is_small_and_holds_no_bytes_of_the_message(database: str) -> None:
    raw = (MAIL / "093-bluegate-scan.eml").read_bytes()
    with PostgresSaver.from_conn_string(database) as saver:
        saver.setup()
        graph.run(raw, "scan.eml", Bare(Counting([Extraction()])), thread="read:HP:1", checkpointer=saver)

    kept = _kept(database)
    assert len(raw) > 50_000
    assert 0 < kept < 40_000


def test_a_purged_thread_leaves_no_row(database: str) -> None:
    thread = thread_of("HP", "ab")
    with PostgresSaver.from_conn_string(database) as saver:
        saver.setup()
        for one in (thread, thread_of("HP", "cd")):
            graph.run(LETTER, "a.eml", Bare(Counting([Extraction()])), thread=one, checkpointer=saver)
        saver.delete_thread(thread)

    assert _threads(database) == {thread_of("HP", "cd")}


def _kept(url: str) -> int:
    """Bytes of all state in the cache."""
    queries = (
        "select coalesce(sum(octet_length(blob)), 0) from checkpoint_blobs",
        "select coalesce(sum(octet_length(blob)), 0) from checkpoint_writes",
        "select coalesce(sum(octet_length(checkpoint::text)), 0) from checkpoints",
    )
    with psycopg.connect(url) as connection:
        return sum(int(count) for query in queries for (count,) in connection.execute(query))


def _threads(url: str) -> set[str]:
    tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
    union = " union ".join(f"select thread_id from {table}" for table in tables)
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(union)}
