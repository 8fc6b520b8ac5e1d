"""What an attacker writes into a document changes nothing to his good: `python -m evals.interference --payloads FILE`

Each payload is planted in each place of the base documents that has it (`evals/planting.py`), and what then stands must be
the same as without it, or stricter (`evals/staying.py`): once with the rule readers alone, once with a model that obeys the
attacker from the moment it reads him (`evals/obeying.py`). Where no prompt of the first run held the payload, the model
was not reached and would answer as on the untouched document; that is told apart from a run.

Exit status 0 when everything holds, 1 when something is laxer, 2 when the file is not of the form or nothing was tried.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.models.port import Letter, Note, NoteFacts, OptionSeen, Order
from agents.models.rules import Rules
from agents.read.extraction import letter_of
from agents.read.sandbox import ReaderPool
from evals.obeying import Obeying
from evals.payloads import NotPayloads, Payload, payloads_in
from evals.planting import CHANNELS
from evals.staging import CASES, Document, Remembering, Stage, document, stage
from evals.staying import laxer
from evals.world import SIDE_BY_SIDE, worlds

BASES = (
    "part-on-monday-rest-in-three-weeks",
    "short-receipt-price-up",
    "ubl-matches",
    "factur-x-matches",
    "edi-invoice-before-receipt",
    "edi-confirmation-late",
    "sheet-confirms",
)
"""Recorded cases whose mail is planted in: a letter alone; a PDF with a short receipt, a price rise and another account;
electronic invoices that a rule pays by itself; X12; a spreadsheet. Between them they have every place there is."""
AT_ONCE = 10
"""Plantings a process is handed at a time."""
RULES, MODEL = "rules", "obeying model"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planting:
    """One payload in one place of one base document."""

    payload: Payload
    base: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something that is laxer than without the payload."""

    payload: str
    base: str
    channel: str
    model: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What came of some plantings: how many were played with each model, where the model was not reached, what is laxer."""

    rules: int = 0
    model: int = 0
    not_reached: int = 0
    found: tuple[Found, ...] = ()

    def and_(self, other: "Tried") -> "Tried":
        """Both together."""
        return Tried(
            rules=self.rules + other.rules,
            model=self.model + other.model,
            not_reached=self.not_reached + other.not_reached,
            found=self.found + other.found,
        )


class Watching(Rules):
    """The rules, noting whether the model in their place would have read the attacker."""

    def __init__(self, payload: str) -> None:
        self._reader = Obeying(payload)

    @property
    def reached(self) -> bool:
        """Did a prompt hold the payload?"""
        return self._reader.turned

    def look_at(self, letter: Letter) -> None:
        """The letter that a model would be asked to read; rules are not asked."""
        self._reader.read(letter)

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The order code gave."""
        self._reader.order(options)
        return super().order(options)

    def word(self, facts: NoteFacts) -> Note:
        """The sentences as they are."""
        self._reader.word(facts)
        return super().word(facts)


def plantings(payloads: Sequence[Payload], bases: Sequence[Document], *, full: bool) -> list[Planting]:
    """What is tried, base by base. Each payload in each place: in every base that has it, or in one, taking turns."""
    places = {
        channel: [base.name for base in bases if plant(base.raw, "text") is not None]
        for channel, plant in CHANNELS.items()
    }
    made = []
    for at, payload in enumerate(payloads):
        for turn, (channel, having) in enumerate(places.items()):
            for base in having if full else having[(at + turn) % len(having) :][:1] if having else ():
                made.append(Planting(payload=payload, base=base, channel=channel))
    return sorted(made, key=lambda one: [base.name for base in bases].index(one.base))


def tried(on: Stage, one: Planting) -> Tried:
    """Play one planting with both models and hold it against the untouched document."""
    raw = CHANNELS[one.channel](on.base.raw, one.payload.text)
    assert raw is not None, "a place that the base has"
    watching = Watching(one.payload.text)
    by_rules = laxer(on.untouched(Rules()), on.play(raw, watching), one.payload.text)
    watching.look_at(letter_of(on.readers.read(raw, on.base.file), ()))
    by_model: tuple[str, ...] = ()
    if watching.reached:
        model = Obeying(one.payload.text)
        by_model = laxer(on.untouched(model), on.play(raw, model), one.payload.text)
    return Tried(
        rules=1,
        model=int(watching.reached),
        not_reached=int(not watching.reached),
        found=tuple(
            Found(payload=one.payload.id, base=one.base, channel=one.channel, model=name, says=says)
            for name, differences in ((RULES, by_rules), (MODEL, by_model))
            for says in differences
        ),
    )


class Crew:
    """What one process keeps between its turns: the stage of one base document, and readers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._readers: ReaderPool = Remembering()
        self._open = ExitStack()
        self._stage: Stage | None = None

    def try_(self, some: Sequence[Planting]) -> Tried:
        """Play some plantings, all of one base document."""
        if self._stage is None or self._stage.base.name != some[0].base:
            self._open.close()
            label = f"{os.getpid()}_{time.monotonic_ns()}"
            self._stage = self._open.enter_context(stage(self._url, document(some[0].base), self._readers, label))
        total = Tried()
        for one in some:
            total = total.and_(tried(self._stage, one))
        return total


_crew: list[Crew] = []


def _begin(url: str) -> None:
    _crew.append(Crew(url))


def _turn(some: Sequence[Planting]) -> Tried:
    return _crew[0].try_(some)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Gives its exit status."""
    asked = _arguments(arguments)
    try:
        payloads = payloads_in(asked.payloads)[: asked.limit]
        bases = [document(name) for name in asked.only or BASES]
    except NotPayloads as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except FileNotFoundError as missing:
        print(f"there is no such base document: {Path(missing.filename).parent.name} below {CASES}", file=sys.stderr)
        return 2
    todo = plantings(payloads, bases, full=asked.full)
    if not todo:
        print("nothing to try: these bases have none of the places", file=sys.stderr)
        return 2
    began = time.monotonic()
    total = Tried()
    for turn, done in _played(todo, asked.jobs):
        total = total.and_(turn)
        print(f"\r{done:>6,} of {len(todo):,} plantings", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    _report(asked.as_json, payloads, bases, total, time.monotonic() - began)
    return 1 if total.found else 0


def _played(todo: Sequence[Planting], jobs: int) -> Iterator[tuple[Tried, int]]:
    """Every turn's outcome with how many plantings are done, as they come."""
    turns = [list(turn) for turn in _turns(todo)]
    print("making the company", end="", file=sys.stderr, flush=True)
    spawned = multiprocessing.get_context("spawn")
    with worlds() as made:
        done = 0
        with ProcessPoolExecutor(jobs, mp_context=spawned, initializer=_begin, initargs=(made.url,)) as pool:
            waiting = {pool.submit(_turn, turn): len(turn) for turn in turns}
            for finished in as_completed(waiting):
                done += waiting[finished]
                yield finished.result(), done


def _turns(todo: Sequence[Planting]) -> Iterator[Sequence[Planting]]:
    """Handfuls of one base each, in order."""
    start = 0
    for at in range(1, len(todo) + 1):
        if at == len(todo) or at - start == AT_ONCE or todo[at].base != todo[start].base:
            yield todo[start:at]
            start = at


def _report(as_json: bool, payloads: Sequence[Payload], bases: Sequence[Document], total: Tried, took: float) -> None:
    if as_json:
        said: dict[str, Any] = {
            "payloads": len(payloads), "bases": [base.name for base in bases], "channels": list(CHANNELS),
            "played": {RULES: total.rules, MODEL: total.model, "model not reached": total.not_reached},
            "seconds": f"{took:.1f}", "violations": [asdict(one) for one in total.found],
        }  # fmt: skip
        print(json.dumps(said, indent=2, ensure_ascii=False))
        return
    for one in total.found:
        print(f"{one.payload}  {one.base}  {one.channel}  {one.model}: {one.says.encode('unicode_escape').decode()}")
    print(
        f"{len(payloads)} payloads, {len(CHANNELS)} places, {len(bases)} base documents:"
        f" {total.rules:,} plantings with rules,"
        f" {total.model:,} with a model that obeys (it never read the others), {took:.0f} s. "
        + (f"{len(total.found)} outcomes are laxer." if total.found else "All the same or stricter.")
    )


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals.interference", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--payloads", type=Path, required=True, help="a file in the form of injections/dev.json")
    parser.add_argument("--full", action="store_true", help="every payload in every place of every base document")
    parser.add_argument("--only", action="append", metavar="BASE", help="this base document alone; may be repeated")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N payloads alone")
    parser.add_argument("--jobs", type=int, default=SIDE_BY_SIDE, metavar="N", help="processes")
    parser.add_argument("--json", action="store_true", dest="as_json", help="the report as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
