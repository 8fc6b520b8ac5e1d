"""How well we read, per field, per format, per reader: `make eval-read`, or `python -m evals.read_report`.

Real documents of others (`../shared/samples`; one clear line where absent) and our own labelled letters are read by us, and
the same files in the same run by invoice2data and plain unstructured. Told are precision, recall, F1, spans that hold their
value, seconds a page and the most memory a process had; beside them the aims, and whether they are met. The measure is on
issuers and letters held out from development; the others stand beside it.

`make eval-read` takes of each issuer every fourth paper, and says so; `make eval-read EVERY=1` takes all. How far it is
stands on standard error. `--json` gives the same as data; `--write DIR` keeps both there, anew after each set, so that a run
that is ended leaves what it has. Exit status 1 when a set could not be measured.
"""

import argparse
import json
import multiprocessing
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.progress import say
from evals.read_measured import Measured
from evals.read_papers import HEADER, LINES, SAMPLES
from evals.read_sets import GROUPS, NEED_SAMPLES, SETS, Found

AIMS: Sequence[tuple[str, Sequence[str], float]] = (
    ("hybrid PDFs, issuers held out", HEADER, 0.95),
    ("hybrid PDFs, issuers held out", LINES, 0.90),
    ("pictures: hybrid PDFs of the issuers set apart", HEADER, 0.90),
    ("pictures: hybrid PDFs of the issuers set apart", LINES, 0.80),
)
"""What issue and README aim at: set, fields, F1."""
INTENTS_AIM = 0.90
OF_ISSUERS_APART = frozenset(name for name, _, _ in AIMS)
WORDS = "precision, recall, F1"
WIDTH = 170


def measured(
    sets: Sequence[str], folder: Path, every: int, keep: Callable[[Found], None] = lambda found: None
) -> tuple[Found, bool]:
    """Measure the sets named, each in a process of its own; `keep` is handed what is there after each. Gives everything,
    and whether every set could be measured."""
    results: list[Measured] = []
    said: list[str] = (
        [] if every == 1 else [f"A sample: of each issuer every {_nth(every)} paper, his first among them."]
    )
    whole = True
    spawn = multiprocessing.get_context("spawn")
    for at, name in enumerate(sets, 1):
        if name in NEED_SAMPLES and not folder.is_dir():
            said.append(f"{name}: skipped, the samples of others are not at {folder}")
            continue
        say(f"{at} of {len(sets)}: {name}")
        with ProcessPoolExecutor(1, mp_context=spawn) as alone:
            try:
                found, notes = alone.submit(SETS[name], folder, every).result()
            except Exception as failure:  # the other sets are still worth their figures; the exit status says 1
                found, notes, whole = [], [f"{name}: NOT measured: {type(failure).__name__}: {failure}"], False
                say(notes[0])
        results += found
        said += notes
        keep((results, said))
    return (results, said), whole


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def aims(results: Sequence[Measured]) -> list[tuple[str, str, float, float]]:
    """Each aim for which something was measured: set, fields, aim, F1."""
    found: list[tuple[str, str, float, float]] = []
    for one in results:
        if one.reader != "ours":
            continue
        for name, fields, aim in AIMS:
            f1 = one.f1(fields)
            if one.set == name and f1 is not None:
                found.append((name, next(g for g, of in GROUPS.items() if of == fields), aim, f1))
        if one.set == "our labelled letters, held out":
            f1 = one.macro_f1([name for name in {*one.given, *one.read} if name.startswith("intent: ")])
            if f1 is not None:
                found.append((one.set, "intents, macro", INTENTS_AIM, f1))
    return found


def overview(results: Sequence[Measured]) -> Table:
    """A line for each set and reader."""
    table = Table(
        "set", "format", "reader", "files", "not read", "header F1", "line F1", "all: precision", "recall", "F1",
        "spans", "ms a page", "MB", title="Readers by set", title_justify="left",
    )  # fmt: skip
    for one in results:
        fields = sorted({*one.given, *one.read})
        spans = _percent(one.supported / one.claimed if one.claimed else None)
        table.add_row(
            one.set, one.format, one.reader, str(one.files), str(one.unread), _percent(one.f1(HEADER)),
            _percent(one.f1(LINES)), _percent(one.precision(fields)), _percent(one.recall(fields)),
            _percent(one.f1(fields)), spans, f"{1000 * one.seconds / one.pages:.0f}" if one.pages else "-",
            str(one.megabytes or "-"),
        )  # fmt: skip
    return table


def by_field(name: str, results: Sequence[Measured]) -> Table:
    """The fields of one set, with every reader beside the other."""
    together = [one for one in results if one.set == name]
    table = Table("field", "true values", title=name, title_justify="left")
    for one in together:
        words = ("borne by a claim" if one.reader == "ours" else "occurs in its text") if one.only_occurs else WORDS
        table.add_column(f"{one.format if len({o.format for o in together}) > 1 else one.reader}: {words}")
    fields = list(dict.fromkeys(field for one in together for field in (*one.given, *one.read)))
    order = [*HEADER, *LINES]
    for field in sorted(fields, key=lambda f: (order.index(f) if f in order else len(order), f)):
        cells = [
            _percent(one.recall([field])) if one.only_occurs
            else "  ".join(_percent(figure([field])) for figure in (one.precision, one.recall, one.f1))
            for one in together
        ]  # fmt: skip
        table.add_row(field, str(max(one.given[field] for one in together)), *cells)
    return table


def by_format(results: Sequence[Measured]) -> Table:
    """Each field of a bill in each format, as we read it from issuers set apart: F1; of XML the share of its values."""
    ours = [one for one in results if one.reader == "ours" and one.set in OF_ISSUERS_APART]
    table = Table("field", title="F1 of each field by format, issuers set apart", title_justify="left")
    for one in ours:
        table.add_column(f"{one.format}: F1 (true values)")
    for field in (*HEADER, *LINES):
        if any(one.given[field] for one in ours):
            table.add_row(field, *(f"{_percent(one.f1([field]))} ({one.given[field]})" for one in ours))
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def as_data(results: Sequence[Measured], said: Sequence[str]) -> dict[str, Any]:
    """Everything as JSON types."""
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "sets": [one.as_data(GROUPS) for one in results],
        "aims": [
            {"set": name, "fields": fields, "aim": aim, "f1": round(f1, 4), "met": f1 >= aim}
            for name, fields, aim, f1 in aims(results)
        ],
        "notes": list(said),
    }


def tell(results: Sequence[Measured], said: Sequence[str], *, misses: bool, out: Console) -> None:
    """Print the tables, the aims and what was not measured."""
    for name in dict.fromkeys(one.set for one in results):
        out.print(by_field(name, results))
    out.print(by_format(results))
    out.print(overview(results))
    for one in results:
        if one.says:
            out.print(f"{one.set}, {one.format}, {one.reader}: {one.says}", markup=False, highlight=False)
    for name, fields, aim, f1 in aims(results):
        word = "met" if f1 >= aim else "NOT met"
        out.print(f"Aim {word}: {fields} of {name}: F1 {f1:.3f}, aimed at {aim:.2f}", highlight=False)
    for sentence in said:
        out.print(sentence, markup=False, highlight=False)
    if misses:
        lines = [
            miss for one in results if "held out" not in one.set and "set apart" not in one.set for miss in one.misses
        ]
        out.print("\n".join(lines), markup=False, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print. Gives the exit status: 1 when a set could not be measured. Figures are not
    judged here."""
    parser = argparse.ArgumentParser(prog="python -m evals.read_report", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=SAMPLES, help="where the samples of others are")
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS), metavar="SET")
    parser.add_argument("--every", type=int, default=1, help="of each issuer every so-manieth paper")
    parser.add_argument("--misses", action="store_true", help="each value missed, of what is not held out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, metavar="DIR", help="keep the report there, as text and as data")
    given = parser.parse_args(arguments)

    def keep(found: Found) -> None:
        if given.write is not None:
            written(given.write, found)

    found, whole = measured(given.only, given.folder, max(1, given.every), keep)
    if given.json:
        json.dump(as_data(*found), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        tell(*found, misses=given.misses, out=Console(width=WIDTH))
    if given.write is not None:
        say(f"The report is kept in {given.write}")
    return 0 if whole else 1


def written(folder: Path, found: Found) -> None:
    """Keep the report, as text and as data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "eval-read.json").write_text(json.dumps(as_data(*found), ensure_ascii=False, indent=2), "utf-8")
    with (folder / "eval-read.txt").open("w", encoding="utf-8") as text:
        tell(*found, misses=False, out=Console(file=text, width=WIDTH))


if __name__ == "__main__":
    sys.exit(main())
