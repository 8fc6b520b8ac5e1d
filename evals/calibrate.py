"""`make calibrate`: count how often each reader was right, by field and by what spoke for the value, into confidence.json.

`python -m evals.calibrate [--folder DIR] [--pictures-every N] [--check]`. Counted is what readers were developed on
(evals/judging.py); what is held out is measured after, and never counted. Without the samples of others nothing is
written: a table from letters alone would forget what is known of papers. Pictures take an hour on a busy machine; with
`--pictures-every 0` what was counted of them before stays. With `--check` nothing is written either: only what the
confidence is worth on what is held out is told.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from agents.read.confidence import ENOUGH, FILE, Class, Count, counted
from evals.judging import Judged, judged
from evals.read_papers import SAMPLES
from evals.read_reliability import reliability, told

SAYS = "How often claims were right, by reader, field and evidence; made by make calibrate"


def classes_of(claims: Iterable[Judged]) -> dict[Class, Count]:
    """The counts of every class; a claim counts in each of its classes, from the narrowest to the widest."""
    right: Counter[Class] = Counter()
    of: Counter[Class] = Counter()
    for one in claims:
        for name in one.classes:
            of[name] += 1
            right[name] += one.right
    return {name: Count(right[name], of[name]) for name in sorted(of)}


def written(classes: dict[Class, Count]) -> str:
    """The table as its file holds it, one class a line; classes too thin to speak are left out."""
    rows = [
        json.dumps(
            {"reader": reader, "field": field, "evidence": evidence, "right": count.right, "of": count.of,
             "lower": str(count.lower)}
        )
        for (reader, field, evidence), count in classes.items()
        if count.of >= ENOUGH
    ]  # fmt: skip
    return '{"says": %s,\n"classes": [\n%s\n]}\n' % (json.dumps(SAYS), ",\n".join(rows))  # noqa: UP031 - braces are data here


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, count, write, measure. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=SAMPLES)
    parser.add_argument(
        "--pictures-every",
        type=int,
        default=2,
        help="of each issuer every so-manieth paper by picture too; 0: none, what was counted of pictures before stays",
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        print(f"The samples of others are not at {given.folder}: the table stays as it is.")
    elif not given.check:
        table = classes_of(judged(given.folder, held_out=False, pictures_every=given.pictures_every))
        if not given.pictures_every:
            table |= {name: count for name, count in counted().items() if name[0].startswith("picture/")}
        FILE.write_text(written(table), "utf-8")
        counted.cache_clear()
        print(f"{sum(count.of >= ENOUGH for count in table.values())} of {len(table)} classes are wide enough to speak")
    for line in told(reliability(judged(given.folder, held_out=True, pictures_every=given.pictures_every))):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
