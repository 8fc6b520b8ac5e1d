"""Tryton beside us: a process in the environment of the peers, asked by JSON lines. Nothing of it is imported here.

Tryton is GPL and no part of the default install: `make peers` installs it into `.venv-peers`.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PYTHON = Path(".venv-peers/bin/python")
WORLD = Path(__file__).with_name("tryton_world.py")
INSTALLED = PYTHON.parent.parent / ".complete"
"""Written when everything is installed: a half-made environment is none."""


class TrytonRefused(Exception):
    """Tryton's no, in its words."""


class TrytonStopped(Exception):
    """The process ended without an answer; what it said last is on standard error."""


class Tryton:
    """The process. `ask` waits for its answer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """One request of `evals.tryton_world`; gives what is under "ok". Raises `TrytonRefused` and `TrytonStopped`."""
        assert self._process.stdin is not None, "it is talked to through pipes"
        assert self._process.stdout is not None, "it is talked to through pipes"
        try:
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as stopped:
            raise TrytonStopped(do) from stopped
        line = self._process.stdout.readline()
        if not line:
            raise TrytonStopped(do)
        answer = json.loads(line)
        if "refused" in answer:
            raise TrytonRefused(answer["refused"])
        done: dict[str, Any] = answer["ok"]
        return done


def installed() -> bool:
    """Whether the environment of the peers is there, whole."""
    return INSTALLED.exists() and PYTHON.exists()


@contextmanager
def tryton(uri: str, database: str = "tryton", *, by_site: bool = False) -> Iterator[Tryton]:
    """A company in Tryton on a PostgreSQL server of ours. Takes a libpq URL of the server and the name of the database,
    which is made when it is not there: that takes a minute. With `by_site` it has two warehouses, each with costs of its
    own, which takes one module more."""
    command = [str(PYTHON), "-I", str(WORLD)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own file
        asked = Tryton(process)
        try:
            asked.ask("open", uri=uri, database=database, by_site=by_site)
            yield asked
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=30)
