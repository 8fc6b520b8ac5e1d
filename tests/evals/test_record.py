"""Recordings are made from what is written beside a case, over real HTTP, and making them again gives the same bytes."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.record import written
from evals.run import CASES, score
from evals.scribe import Written
from evals.world import Worlds, worlds


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    with worlds() as made:
        yield made


@pytest.mark.parametrize("name", ["model-malformed-then-right", "model-hangs-up"])
def test_a_recording_made_again_is_the_same_bytes(made: Worlds, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    shutil.copytree(CASES / name, folder)

    written(made, folder)

    assert (folder / "replies.jsonl").read_bytes() == (CASES / name / "replies.jsonl").read_bytes()


def test_a_recording_that_answers_another_letter_fails_its_case(made: Worlds, tmp_path: Path) -> None:
    """An answer is found only by its exact question; a case whose recording is stale says so and how to renew it."""
    folder = tmp_path / "model-reads-prose"
    shutil.copytree(CASES / folder.name, folder)
    letter = folder / "letter.eml"
    letter.write_bytes(letter.read_bytes().replace(b"Sorry for that.", b"Sorry about that."))

    result = score(made, folder / "case.yaml")

    assert not result.holds["model"]
    assert "python -m evals.record" in " ".join(result.says)


def test_an_answer_nobody_asked_for_stops_the_recording(made: Worlds, tmp_path: Path) -> None:
    folder = tmp_path / "model-refuses"
    shutil.copytree(CASES / folder.name, folder)
    script = folder / "written.yaml"
    script.write_text(script.read_text(encoding="utf-8") + "word:\n  - {content: x, about: nobody}\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="word"):
        written(made, folder)


def test_every_recorded_case_says_who_wrote_its_answers() -> None:
    for tape in sorted(CASES.glob("*/replies.jsonl")):
        models = {json.loads(line)["model"] for line in tape.read_text(encoding="utf-8").splitlines()}
        assert models == {"written-by-hand"}, tape
        assert (tape.parent / "written.yaml").exists()


def test_what_is_not_written_is_not_answered() -> None:
    question = json.dumps({"messages": [{"content": "another instruction"}, {"content": "{}"}]}).encode()

    status, _ = Written({"model": "m", "read": [{"content": "x"}]})(question)

    assert status == 404
