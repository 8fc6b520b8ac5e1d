"""`python -m evals.bench_read`: documents a second and core by kind, beside the libraries' own bare extraction.

Ours is the whole way: one warm reader process, confined, from bytes to a checked reading with facts, intents, spans and
rules. The floor is what the library under it takes to give its bare content, in this process, with nothing found in it.
Document by document ours and the floor follow each other, so that other work on the machine hits both.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agents.read import sandbox
from evals.bench_read_floor import FLOORS, enclosed, kind_of
from evals.read_papers import SAMPLES
from evals.samples_sets import chosen, samples_of

MAIL_OF_THE_DEMO = Path(__file__).resolve().parents[1] / "desk" / "demo" / "mail"
SETS = (
    "facturx_awv",
    "peppol",
    "peppol_preaward_order",
    "edi_net",
    "edi_staedi",
    "edi_phpedifact",
    "email_mikel",
    "sroie",
)
EACH = 40
"""Documents of a kind, spread over all there are."""
OF_PICTURES = 5
"""Pictures take seconds each."""
WARM_UP = 2
Extract = Callable[[bytes], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """One kind of document: seconds by document for us and for the floor, and the ratio pair by pair."""

    kind: str
    documents: int
    floor: str
    ours_a_second: float
    floor_a_second: float
    ratio: float
    ratio_low: float
    ratio_high: float


def documents(folder: Path) -> dict[str, list[tuple[str, bytes]]]:
    """What is read, by kind: the demo's mail and its enclosures, and others' documents where the folder of samples is."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, raw in _all(folder):
        kind = kind_of(name, raw)
        if kind in FLOORS:
            found.setdefault(kind, []).append((name, raw))
    return {
        kind: [(one[0], one[1]) for one in _spread(found[kind], OF_PICTURES if kind == "picture" else EACH)]
        for kind in FLOORS
        if kind in found
    }


def _spread(found: Sequence[tuple[str, bytes]], most: int) -> list[tuple[str, bytes]]:
    return [found[place * len(found) // most] for place in range(most)] if len(found) > most else list(found)


def _all(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(MAIL_OF_THE_DEMO.glob("*.eml")):
        raw = path.read_bytes()
        yield path.name, raw
        yield from enclosed(raw)
    for name in SETS:
        if (folder / name).is_dir():
            yield from ((sample.name, sample.raw) for sample in chosen(samples_of(folder / name), 4 * EACH))


def measure(wanted: dict[str, list[tuple[str, bytes]]], say: Callable[[str], None]) -> list[Pace]:
    """Every kind in turn, with one reader process."""
    found = []
    with sandbox.ReaderPool(1) as pool:
        for kind, those in wanted.items():
            say(f"{kind}: {len(those)} documents")
            pace = _pace(kind, those, lambda name, raw: pool.read(raw, name))
            if pace is not None:
                found.append(pace)
    return found


def _pace(kind: str, those: list[tuple[str, bytes]], read: Callable[[str, bytes], object]) -> Pace | None:
    floor = FLOORS[kind]
    pairs: list[tuple[float, float]] = []
    for place, (name, raw) in enumerate([*those[:WARM_UP], *those]):
        try:
            bare = _timed(partial(floor.extract, raw))
        except Exception:  # noqa: S112  # what the bare library cannot open has no floor; every kind of error is its own
            continue
        whole = _timed(partial(read, name, raw))
        if place >= WARM_UP:
            pairs.append((whole, bare))
    if not pairs:
        return None
    ratios = sorted(ours / bare for ours, bare in pairs)
    return Pace(
        kind=kind,
        documents=len(pairs),
        floor=floor.called,
        ours_a_second=len(pairs) / sum(ours for ours, _ in pairs),
        floor_a_second=len(pairs) / sum(bare for _, bare in pairs),
        ratio=statistics.median(ratios),
        ratio_low=ratios[len(ratios) // 10],
        ratio_high=ratios[-1 - len(ratios) // 10],
    )


def _timed(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def table(found: Sequence[Pace]) -> Table:
    """The figures for people."""
    shown = Table("kind", "documents", "ours, a second", "floor, a second", "times the floor", "the floor")
    for one in found:
        between = f"{one.ratio:.1f} ({one.ratio_low:.1f} to {one.ratio_high:.1f})"
        shown.add_row(
            one.kind, str(one.documents), f"{one.ours_a_second:.1f}", f"{one.floor_a_second:.1f}", between, one.floor
        )
    return shown


def main(arguments: Sequence[str]) -> int:
    """Measure and print. Exit status 0; an absent folder of samples is said in a line."""
    options = argparse.ArgumentParser(prog="python -m evals.bench_read", description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    out = Console(stderr=given.json, width=120)
    if not given.folder.is_dir():
        out.print("No folder of samples beside the project: only the demo's own mail is read.")
    found = measure(documents(given.folder), lambda words: out.print(words, style="dim"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if given.json:
        print(json.dumps({"kinds": [asdict(one) for one in found], "reader_mb": peak}, indent=2))
        return 0
    out.print(table(found))
    out.print(f"The largest reader process took {peak} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
