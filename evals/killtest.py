"""The kill test: `python -m evals.killtest [--kills 200] [--documents 200] [--seed N] [--json]`, or `make killtest`.

Different documents go through the real intake while the worker is killed with SIGKILL at random points, its whole process
group, and people approve some of what it proposes. Then it may run dry, and nothing may be lost or doubled, no saved
answer of the model may have been paid for again, and the outcome must be that of an undisturbed run.

Exit status 0 only when all of that holds.
"""

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import text

from core.intake.storing import store
from evals.killtest_checks import broken, saved_letters
from evals.killtest_documents import Document, documents
from evals.killtest_house import KILLTEST, Books, Server, stocked
from evals.killtest_model import Meter, counting_server
from evals.killtest_people import People
from evals.killtest_summary import Summary, differences, summary
from evals.killtest_worker import Killer, Worker

FIRST = 6
"""Documents that lie there before the first kill; the others come one by one between the kills."""
DRY_WITHIN = 900.0
LEFT = (
    "select (select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
    " and task_name not in ('clock', 'retry_stalled')) + (select count(*) from message where state = 'stored')"
)


@dataclass
class Report:
    """What happened, and what did not hold."""

    kills: int
    documents: int
    seed: int
    seconds: float = 0.0
    calm_seconds: float = 0.0
    fell: dict[str, int] = field(default_factory=dict)
    starts: int = 0
    decisions: int = 0
    model_calls: int = 0
    asked_again: int = 0  # an answer was on its way, or not yet saved, when the kill came
    wrong: list[str] = field(default_factory=list)


@dataclass
class Run:
    """One run over all documents, with or without kills."""

    books: Books
    made: Sequence[Document]
    meter: Meter
    people: People
    worker: Worker
    progress: Progress
    hasty: bool = False  # the silence of a killed worker counts at once, not after its thirty seconds
    dropped: int = 0
    paid: dict[str, int] = field(default_factory=dict)  # how often each letter had been asked when its answer was saved

    def drop(self, count: int) -> None:
        """Put the next documents into the intake, as `desk ingest` does."""
        for document in self.made[self.dropped : self.dropped + count]:
            with self.books.unit() as session:
                store(
                    session,
                    document.raw,
                    entity=document.entity,
                    name=document.name,
                    source="folder",
                    actor=KILLTEST,
                )
            self.dropped += 1

    def under_fire(self, kills: int, chance: random.Random) -> Counter[str]:
        """Drop documents while the worker is killed so many times. Gives where the kills fell."""
        killer = Killer(self.worker, chance)
        task = self.progress.add_task("Killing the worker", total=kills)
        self.drop(FIRST)
        for kill in range(kills):
            due = FIRST + (len(self.made) - FIRST) * (kill + 1) // kills
            self.worker.start()
            self.drop(max(0, due - self.dropped))
            killer.strike()
            if self.hasty:
                self._let_silence_count()
            self._note_what_is_saved()
            self.progress.advance(task)
        self.drop(len(self.made))
        return killer.fell

    def until_dry(self) -> None:
        """Let the worker live until nothing is left to do and nobody has anything to approve."""
        task = self.progress.add_task("Running dry", total=len(self.made))
        self.worker.start()
        until, quiet = time.monotonic() + DRY_WITHIN, 0
        while quiet < 3 and time.monotonic() < until:
            time.sleep(0.7)
            if not self.worker.alive():
                raise RuntimeError(
                    f"the worker ended by itself; its last words:\n{self.worker.log.read_text()[-3000:]}"
                )
            with self.books.unit() as session:
                left = int(session.execute(text(LEFT)).scalar_one())
            before = self.people.approved
            self.progress.update(task, completed=len(self.made) - min(left, len(self.made)))
            time.sleep(0.7)
            quiet = quiet + 1 if not left and self.people.approved == before else 0
        self.progress.update(task, completed=len(self.made))
        self.worker.stop()

    def paid_twice(self) -> list[str]:
        """Letters that were asked about again although their answer was saved."""
        now = self.meter.letters()
        again = [key for key, count in self.paid.items() if now.get(key, 0) > count]
        return [f"the model was paid again for {len(again)} saved answers, first {again[0][:12]}"] if again else []

    def _let_silence_count(self) -> None:
        with self.books.unit() as session:
            session.execute(text("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'"))

    def _note_what_is_saved(self) -> None:
        asked = self.meter.letters()
        for key in saved_letters(self.books, self.made):
            self.paid.setdefault(key, asked.get(key, 0))


def run(kills: int, count: int, seed: int, *, quiet: bool = False, hasty: bool = False) -> Report:
    """The whole test. Gives what happened; it is passed when `wrong` is empty. `hasty` spares the time for which a worker
    must be silent before its jobs are done again."""
    began = time.monotonic()
    made = documents(count)
    report = Report(kills=kills, documents=count, seed=seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, disable=quiet) as progress:
        task = progress.add_task("Stocking the companies", total=1)
        with stocked(made) as server:
            progress.advance(task)
            calm = _play(server, "calm", made, progress, report)
            killed = _play(server, "killed", made, progress, report, kills=kills, hasty=hasty)
            report.wrong.extend(differences(calm, killed))
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _play(
    server: Server,
    name: str,
    made: Sequence[Document],
    progress: Progress,
    report: Report,
    *,
    kills: int = 0,
    hasty: bool = False,
) -> Summary:
    """One run, with its checks. Gives what came of it."""
    began = time.monotonic()
    with server.books(name) as books, counting_server() as meter:
        people = People(books)
        one = Run(books, made, meter, people, Worker(books, meter), progress, hasty)
        hands = threading.Thread(target=people.work, daemon=True)
        hands.start()
        try:
            if kills:
                report.fell = dict(one.under_fire(kills, random.Random(report.seed)))  # noqa: S311 (chance, not a secret)
            one.drop(len(made))
            one.until_dry()
        finally:
            if one.worker.alive():
                one.worker.kill(with_readers=True)
            people.over.set()
            hands.join()
        found = [*broken(books, made, one.dropped), *one.paid_twice()]
        found.extend(f"approving failed: {failure!r}" for failure in people.failed)
        if left := one.worker.readers_left():
            found.append(f"{left} reader processes outlive their worker")
        report.wrong.extend(f"{name}: {sentence}" for sentence in found)
        if kills:
            letters = meter.letters()
            report.starts, report.decisions = one.worker.starts, people.approved
            report.model_calls, report.asked_again = sum(letters.values()), sum(letters.values()) - len(letters)
        else:
            report.calm_seconds = round(time.monotonic() - began, 1)
        return summary(books)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, print. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.killtest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="decides where the kills fall")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    report = run(given.kills, given.documents, given.seed, quiet=given.json)
    if given.json:
        print(json.dumps(asdict(report), indent=2, ensure_ascii=False))
    else:
        _tell(report)
    return 1 if report.wrong else 0


def _tell(report: Report) -> None:
    print(f"{report.kills} kills, {report.documents} documents, seed {report.seed}: {report.seconds} s")
    for point, count in sorted(report.fell.items()):
        print(f"  {count:4} kills {point}")
    print(f"  {report.decisions} proposals approved by people meanwhile")
    print(
        f"  {report.model_calls} letters put to the model, {report.asked_again} of them again after a kill before saving"
    )
    for sentence in report.wrong:
        print(f"WRONG  {sentence}")
    print("Nothing lost, nothing doubled." if not report.wrong else f"{len(report.wrong)} things are wrong.")


if __name__ == "__main__":
    sys.exit(main())
