"""The worker of the kill test, and who kills it: the real `desk worker`, started and ended as a process."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from evals.killtest_house import PROJECT, Books
from evals.killtest_model import MODEL, Meter

POINTS = {
    "at once": 4,
    "while it starts": 6,
    "while reading": 4,
    "while proposing": 3,
    "while carrying out": 3,
    "while anything is done": 4,
}
"""Where a kill falls, and how often of the sum of these."""
TASKS = {
    "while reading": ("read_message",),
    "while proposing": ("work_case", "post_matched"),
    "while carrying out": ("carry_out", "send_message"),
    "while anything is done": ("read_message", "work_case", "post_matched", "carry_out", "send_message"),
}
START_MS_MAX = 2000
INTO_MS_MAX = 600
"""How far into a job, and past it into the next ones, a kill falls."""
PATIENCE = 9.0
"""Seconds a kill waits for its kind of job before it falls anyway."""
GONE_WITHIN = 20.0
LEFT = "select 1 from procrastinate_jobs where status = 'todo' and task_name = any(%s) limit 1"
BUSY_SINCE = (
    "select 1 from procrastinate_jobs j join procrastinate_workers w on w.id = j.worker_id"
    " where j.status = 'doing' and j.task_name = any(%s) and not w.id = any(%s) limit 1"
)


@dataclass
class Worker:
    """The worker of one run: started again and again, each time the same command."""

    books: Books
    meter: Meter
    process: subprocess.Popen[bytes] | None = None
    readers: set[int] = field(default_factory=set)
    starts: int = 0

    @property
    def log(self) -> Path:
        """What all its lives said."""
        return self.books.home / "worker.log"

    def start(self) -> None:
        """Start it in a process group of its own."""
        scratch = self.books.home / "scratch"
        scratch.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "DATABASE_URL": self.books.url,
            "DESK_HOME": str(self.books.home),
            "DESK_MODEL": MODEL,
            "DESK_MODEL_URL": self.meter.url,
            "OPENAI_API_KEY": "none",
            "TMPDIR": str(scratch),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "desk", "worker"],
                env=environment,
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def alive(self) -> bool:
        """Does it run?"""
        return self.process is not None and self.process.poll() is None

    def kill(self, with_readers: bool) -> None:
        """SIGKILL to its process group; to its readers too, or they are left to find out that nobody is there."""
        assert self.process is not None, "nothing was started"
        readers = children_of(self.process.pid)
        self.readers |= readers
        for group in (self.process.pid, *(readers if with_readers else ())):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, as `desk up` does."""
        assert self.process is not None, "nothing was started"
        self.readers |= children_of(self.process.pid)
        self.process.terminate()
        self.process.wait(timeout=60)

    def readers_left(self) -> int:
        """How many reader processes outlive their worker, after a while in which they may notice."""
        until = time.monotonic() + GONE_WITHIN
        while (left := sum(_is_reader(pid) for pid in self.readers)) and time.monotonic() < until:
            time.sleep(0.2)
        return left


@dataclass
class Killer:
    """Chooses where the next kill falls, and waits for it."""

    worker: Worker
    chance: random.Random
    fell: Counter[str] = field(default_factory=Counter)

    def strike(self) -> None:
        """Wait for the next point and kill there."""
        point = self.chance.choices([*POINTS], [*POINTS.values()])[0]
        if point in TASKS and not self._any_left(TASKS[point]):
            point = "while anything is done"
        if point == "while it starts":
            time.sleep(self.chance.randint(1, START_MS_MAX) / 1000)
        elif point in TASKS:
            if not self._wait_for(TASKS[point]):
                point = f"{point}: none came"
            time.sleep(self.chance.randint(0, INTO_MS_MAX) / 1000)
        if not self.worker.alive():
            said = self.worker.log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"the worker ended by itself before it was killed; its last words:\n{said}")
        self.worker.kill(with_readers=self.chance.random() < 0.5)
        self.fell[point] += 1

    def _any_left(self, tasks: tuple[str, ...]) -> bool:
        with psycopg.connect(self.worker.books.url, autocommit=True) as connection:
            return connection.execute(LEFT, (list(tasks),)).fetchone() is not None

    def _wait_for(self, tasks: tuple[str, ...]) -> bool:
        """Wait until this life of the worker does one of the tasks; jobs that earlier lives left do not count."""
        until = time.monotonic() + PATIENCE
        with psycopg.connect(self.worker.books.url, autocommit=True) as connection:
            before = [row[0] for row in connection.execute("select id from procrastinate_workers")]
            while time.monotonic() < until and self.worker.alive():
                if connection.execute(BUSY_SINCE, (list(tasks), before)).fetchone():
                    return True
                time.sleep(0.02)
        return False


def children_of(pid: int) -> set[int]:
    """The processes that a process has started and that still run."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607 (wherever ps is)
    pairs = (line.split() for line in listed.stdout.splitlines())
    return {int(child) for child, parent in pairs if int(parent) == pid}


def _is_reader(pid: int) -> bool:
    """Does this process run, and is it one of our readers? A number may have been given to another one meanwhile."""
    asked = ["ps", "-o", "stat=,args=", "-p", str(pid)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 (numbers only)
    return "agents.read.cell" in said and not said.lstrip().startswith("Z")
