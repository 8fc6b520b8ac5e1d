"""Real documents of others through the same intake: `python -m evals.samples [--folder DIR] [--all] [--json]`.

Each document is stored, read in the sandbox, linked and recorded through the door as the worker does it. It must end as
read facts, or in somebody's hands with the reason: an exception with an owner (refused: the exception says that it cannot
be read), or set aside. Never as a crash, a hang or a
lost message. Exit status 1 when one ends nowhere or the doctor finds anything; 0 with one line where the folder is absent.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from queue import SimpleQueue

from sqlalchemy import or_, select

from core.cases import Case
from core.doctor import examine
from core.intake.tables import Message
from core.payables.tables import SupplierInvoice
from core.reading_wire import from_wire
from evals.samples_sets import LEFT_OUT, Sample, chosen, samples_of
from evals.world import ENTITY, SIDE_BY_SIDE, World, Worlds, worlds

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT.parent / "shared" / "samples"
EACH = 40
"""Documents of one set, spread over all of it, unless all are asked for: the whole then ends in about three minutes."""
SLOW_AFTER = Decimal(90)
"""Seconds after which a document counts as hanging: the readers' own limit is well below."""


@dataclass
class Ended:
    """Where the documents of one set ended."""

    name: str
    found: int = 0
    taken: int = 0
    facts: int = 0  # with values read from a document, wherever it ended
    read: int = 0
    exception: int = 0
    set_aside: int = 0
    refused: int = 0
    again: int = 0  # the very bytes of an earlier one: the same message
    seconds: Decimal = Decimal(0)
    reasons: dict[str, int] = field(default_factory=dict)
    nowhere: list[str] = field(default_factory=list)

    def count(self, ending: str, reason: str) -> None:
        """One more document with this ending."""
        setattr(self, ending, getattr(self, ending) + 1)
        if reason:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


def run_set(world: World, name: str, samples: Sequence[Sample], found: int) -> Ended:
    """Receive the documents of one set and say where each ended."""
    ended = Ended(name=name, found=found, taken=len(samples))
    began = time.monotonic()
    for sample in samples:
        started = time.monotonic()
        _receive(world, sample, ended)
        if time.monotonic() - started > SLOW_AFTER:
            ended.nowhere.append(f"{sample.name}: took {time.monotonic() - started:.0f} s")
    ended.seconds = Decimal(f"{time.monotonic() - began:.1f}")
    return ended


def _receive(world: World, sample: Sample, ended: Ended) -> None:
    try:
        sha256 = world.receive(sample.raw, sample.name)
    except Exception as crash:  # whatever it is: it is counted, and the others still run
        world.session.rollback()
        ended.nowhere.append(f"{sample.name}: {type(crash).__name__}: {str(crash)[:200]}")
        return
    row = world.session.get(Message, (ENTITY, sha256))
    if row is not None and row.copies > 1:
        ended.again += 1
    where = ending_of(world, sha256)
    if where is None:
        ended.nowhere.append(f"{sample.name}: is {row.state if row else 'not there'} and nobody's")
    else:
        ended.count(*where)
        ended.facts += has_facts(world, sha256)


def ending_of(world: World, sha256: str) -> tuple[str, str] | None:
    """Where a message ended, with the reason; None when it is in nobody's hands."""
    row = world.session.get(Message, (ENTITY, sha256))
    if row is None or row.state == "stored" or row.reading is None:
        return None
    bills = select(SupplierInvoice.number).where(SupplierInvoice.entity == ENTITY, SupplierInvoice.message == sha256)
    cases = world.session.scalars(
        select(Case)
        .where(Case.entity == ENTITY, Case.closed_at.is_(None))
        .where(or_(Case.message == sha256, Case.invoice.in_(bills)))
        .order_by(Case.number)
    ).all()
    if any(not case.owner_role or case.due_at is None for case in cases):
        return None
    wrong = [case.code for case in cases if case.code != "invoice_matched"]
    if "document_unreadable" in wrong:
        return "refused", "document_unreadable"
    if wrong:
        return "exception", wrong[0]
    if row.state == "quarantined":
        return ("refused", row.says) if row.says else None
    if row.state == "set_aside":
        return ("set_aside", row.says) if row.says else None
    return "read", ""


def has_facts(world: World, sha256: str) -> bool:
    """Was any value read from any document of the message?"""
    row = world.session.get(Message, (ENTITY, sha256))
    return row is not None and row.reading is not None and any(one.claims for one in from_wire(row.reading).documents)


def run(folder: Path, *, everything: bool = False, told: bool = True, jobs: int = 1) -> tuple[list[Ended], list[str]]:
    """Run every set of a folder, `jobs` of them at a time, each in a company of its job's own.

    Gives where the documents ended, by name of the set, and what the doctor finds in those companies.
    """
    places = sorted(path for path in folder.iterdir() if path.is_dir())
    todo: SimpleQueue[tuple[str, list[Sample]] | None] = SimpleQueue()
    sets = [(place.name, samples_of(place)) for place in places if place.name not in LEFT_OUT]
    for one in sorted(sets, key=_bytes, reverse=True):  # the big ones first: the jobs end together
        todo.put(one)
    if told:
        for place in places:
            if place.name in LEFT_OUT:
                print(f"{place.name:<24} left out: {LEFT_OUT[place.name]}", flush=True)
    for _ in range(jobs):
        todo.put(None)  # the end, once for every job
    with worlds() as made, ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_run_sets, made, todo, everything, told) for _ in range(jobs)]
        done = [job.result() for job in waiting]
    ended = sorted((one for those, _ in done for one in those), key=lambda one: one.name)
    return ended, [sentence for _, ill in done for sentence in ill]


def _bytes(one: tuple[str, list[Sample]]) -> int:
    return sum(len(sample.raw) for sample in one[1])


def _run_sets(
    made: Worlds, todo: "SimpleQueue[tuple[str, list[Sample]] | None]", everything: bool, told: bool
) -> tuple[list[Ended], list[str]]:
    """Sets in one company until none is left, then the doctor."""
    ended: list[Ended] = []
    with made.world() as world:
        for name, found in iter(todo.get, None):
            ended.append(run_set(world, name, found if everything else chosen(found, EACH), len(found)))
            if told:
                print(line_of(ended[-1]), flush=True)
        ill = [f"{check.name}: {check.says}" for check in examine(world.session) if not check.holds]
    return ended, ill


def line_of(one: Ended) -> str:
    """A set as one line: counts, seconds, and how many of how many when not all were taken."""
    counts = f"{one.read:4} read  {one.exception:4} exception  {one.set_aside:4} set aside  {one.refused:4} refused"
    of = f"  ({one.taken} of {one.found}, spread)" if one.taken < one.found else ""
    again = f"  {one.again} the same bytes again" if one.again else ""
    nowhere = f"  {len(one.nowhere)} NOWHERE" if one.nowhere else ""
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(one.reasons.items(), key=lambda r: -r[1])[:4])
    return (
        f"{one.name:<24}{counts}  {one.facts:4} with facts  {one.seconds:6} s{of}{again}{nowhere}  {reasons}".rstrip()
    )


def total_of(ended: Sequence[Ended]) -> Ended:
    """The same for all sets."""
    whole = Ended(name="all")
    for one in ended:
        for name in ("found", "taken", "facts", "read", "exception", "set_aside", "refused", "again"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.seconds += one.seconds
        whole.nowhere.extend(one.nowhere)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, print. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.samples", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--all", action="store_true", help="every document, not a spread selection of each set")
    parser.add_argument("--jobs", type=int, default=SIDE_BY_SIDE, metavar="N", help="sets at a time")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        print(f"There are no samples in {given.folder}: nothing was run.")
        return 0
    ended, ill = run(given.folder, everything=given.all, told=not given.json, jobs=given.jobs)
    whole = total_of(ended)
    if given.json:
        sets = [{**asdict(one), "seconds": str(one.seconds)} for one in ended]
        print(json.dumps({"sets": sets, "doctor": ill, "left_out": LEFT_OUT}, indent=2, ensure_ascii=False))
    else:
        print(line_of(whole))
        for sentence in (*whole.nowhere, *(f"the doctor: {sentence}" for sentence in ill)):
            print(f"WRONG  {sentence}")
    return 1 if whole.nowhere or ill else 0


if __name__ == "__main__":
    sys.exit(main())
