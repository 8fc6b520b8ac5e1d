"""`python -m evals.benches`: measure the stock engine at several sizes of its history, print the table, write the page.

One run on one machine with one server, which syncs every commit. The same commands run at every size.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.doctor import examine
from evals.benches import company, floor, history, peer, report, together, trials
from evals.benches.company import Server
from evals.benches.trials import Measured

ITEMS = 10_000
DOCTOR_MOST = 100_000
"""Up to so many moves the doctor looks at the books before and after, and the twin is compared row by row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is measured: sizes of the history in moves, and how often each thing is done."""

    sizes: tuple[int, ...] = (10_000, 1_000_000)
    receipts: int = 100
    issues: int = 100
    late: int = 3
    recosted: int = 10_000
    questions: int = 100


def measure(server: Server, plan: Plan, say: report.Say) -> list[Measured]:
    """Every figure at every size."""
    found: list[Measured] = []
    for size in plan.sizes:
        found += _at(server, plan, size, say)
    return found


def _at(server: Server, plan: Plan, size: int, say: report.Say) -> list[Measured]:
    items = min(ITEMS, size)
    books, trial_run, twin = (f"{name}_{size}" for name in ("books", "rehearsal", "twin"))
    url = server.database(books)
    say(f"{size:,} moves: writing the history")
    server.admin("create database {}", books)
    company.create(url)
    with company.session_on(url) as session:
        company.found(session, items)
        company.order_goods(session, plan.receipts, items, plan.late)
    history.fill(url, items=items, moves=size, late=plan.recosted)
    _must_hold(url, size)
    wanted = trials.trials(plan.receipts, plan.issues, plan.late, items)
    say(f"{size:,} moves: rehearsing {len(wanted)} commands")
    server.admin("create database {} template {} strategy file_copy", trial_run, books)
    written = trials.rehearse(server.database(trial_run), wanted)
    server.admin("drop database {} with (force)", trial_run)
    server.admin("create database {} template {} strategy file_copy", twin, books)
    say(f"{size:,} moves: measuring")
    found = trials.questions(url, items, plan.questions, size)
    found += trials.in_turn(server, books, twin, wanted, written, size)
    _must_hold(url, size)
    if size <= DOCTOR_MOST:
        differs = floor.differences(url, server.database(twin))
        assert not differs, f"the floor wrote other rows than the core: {differs}"
    for name in (books, twin):
        server.admin("drop database {} with (force)", name)
    return found


def _must_hold(url: str, size: int) -> None:
    if size <= DOCTOR_MOST:
        with company.session_on(url) as session:
            broken = [f"{checked.name}: {checked.says}" for checked in examine(session) if not checked.holds]
        assert not broken, broken


def main(arguments: Sequence[str]) -> int:
    """Parse the options, measure, print, and write the page when asked."""
    options = argparse.ArgumentParser(prog="python -m evals.benches", description=__doc__)
    options.add_argument("--sizes", default="10000,1000000", help="moves of history, by comma (10000,1000000,10000000)")
    options.add_argument("--write", type=Path, metavar="DOCS", help="write benchmarks.md and its picture there")
    given = options.parse_args(arguments)
    plan = Plan(sizes=tuple(int(size) for size in given.sizes.split(",")))
    with company.server() as server:
        found = measure(server, plan, report.say)
        beside = peer.measure(server, report.say)
        at_once = together.measure(server, report.say)
        machine = report.Machine.here(server)
    print(report.text(found, beside, machine, at_once))
    if given.write:
        report.write(given.write, found, beside, machine, at_once)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
