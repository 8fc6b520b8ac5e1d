"""Make the recordings of cases anew: `python -m evals.record [CASE...]`.

Each case with a `written.yaml` is played against a server on the loopback address that gives the answers written there,
and what it sent is kept in `replies.jsonl`. Needed when a prompt, a letter or a question's form has changed: an answer is
found only by its exact question.

    python -m evals.record CASE --model NAME --url https://host/v1

asks a live OpenAI-compatible server instead, with the key of the environment (OPENAI_API_KEY).
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from agents.models.replay import Record
from evals.run import CASES, play_case
from evals.scribe import Written, serving
from evals.world import Worlds, worlds


def main(arguments: list[str]) -> int:
    """Record, and say what was kept. Gives 0, or 2 when no case has answers to record."""
    parser = argparse.ArgumentParser(prog="python -m evals.record", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--url", default="")
    chosen = parser.parse_args(arguments)
    folders = chosen.cases or [file.parent for file in sorted(CASES.glob("*/written.yaml"))]
    if bool(chosen.model) != bool(chosen.url) or not folders:
        parser.print_usage(sys.stderr)
        return 2
    with worlds() as made:
        for folder in folders:
            kept = live(made, folder, chosen.model, chosen.url) if chosen.model else written(made, folder)
            print(f"{folder.name}: {kept} answers")
    return 0


def written(made: Worlds, folder: Path) -> int:
    """Record what is written down for a case. Gives how many answers were kept."""
    script: dict[str, Any] = yaml.safe_load((folder / "written.yaml").read_text(encoding="utf-8"))
    answers = Written(script)
    with serving(answers) as served:
        kept = _record(made, folder, answers.model, served.url, "none")
    if answers.untold:
        raise SystemExit(f"{folder.name}: nobody asked for all of {answers.untold}")
    return kept


def live(made: Worlds, folder: Path, model: str, url: str) -> int:
    """Record what a live server answers. Gives how many answers were kept."""
    return _record(made, folder, model, url, None)


def _record(made: Worlds, folder: Path, model: str, url: str, key: str | None) -> int:
    tape = folder / "replies.jsonl"
    tape.unlink(missing_ok=True)
    case = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    with made.world(Record(model, tape, base_url=url, api_key=key)) as world:
        play_case(world, folder, case)
    rows = [line for line in tape.read_text(encoding="utf-8").splitlines() if '"status": 404' not in line]
    tape.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
