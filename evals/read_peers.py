"""The same files through other people's readers: invoice2data with its own templates, and plain unstructured.

Each runs in a process of its own. invoice2data lives in the peers' environment (`make peers`); where that is absent a clear
line says so. unstructured gives text and no fields: what is counted is the share of the true values that occur in its text,
which is more than anything built on that text could give.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.read_measured import Measured
from evals.read_papers import Truth, of_json, printed

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
SECONDS = 900
"""After which a peer is given up."""


def by_invoice2data(name: str, truths: Mapping[Path, Truth], pages: int) -> Measured | str:
    """What invoice2data reads of these PDFs; a sentence where it is not installed or fails."""
    if not PEERS.exists():
        return "invoice2data is not there: make peers installs it"
    said = _asked([str(PEERS), str(ROOT / "evals" / "read_peer_invoice2data.py")], list(truths))
    if isinstance(said, str):
        return f"invoice2data was not measured: {said}"
    measured = Measured(name, "PDF", f"invoice2data {said['version']}", pages=pages)
    measured.seconds, measured.megabytes = said["seconds"], said["megabytes"]
    measured.says = f"its own {said['templates']} templates, text by {' or '.join(said['ways'])}"
    for path, truth in truths.items():
        result = said["results"].get(str(path))
        measured.files += 1
        measured.unread += result is None
        measured.add(path.name, truth, of_json(result or {}))
    return measured


def by_unstructured(name: str, kind: str, truths: Mapping[Path, Truth], pages: int) -> Measured | str:
    """The share of the true values that occur in unstructured's text of these files; a sentence where it fails."""
    said = _asked([sys.executable, "-m", "evals.read_peer_unstructured"], list(truths))
    if isinstance(said, str):
        return f"unstructured was not measured: {said}"
    measured = Measured(name, kind, f"unstructured {said['version']}", pages=pages, only_occurs=True)
    measured.seconds, measured.megabytes = said["seconds"], said["megabytes"]
    measured.says = "the share of true values that occur in its text: it names no fields"
    for path, truth in truths.items():
        text = said["texts"][str(path)]
        measured.files += 1
        measured.unread += not text
        for one, values in truth.items():
            measured.given[one] += len(values)
            measured.right[one] += sum(printed(value, text) for value in values) if text else 0
    return measured


def _asked(command: Sequence[str], paths: Sequence[Path]) -> dict[str, Any] | str:
    """The answer of a peer's process, or why there is none."""
    question = json.dumps([str(path) for path in paths])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreters and scripts
            command, input=question, capture_output=True, text=True, timeout=SECONDS, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {SECONDS} seconds"
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return lines[-1][:200] if lines else f"it ended with {done.returncode}"
    answer: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return answer
