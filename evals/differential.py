"""Random histories of stock through Tryton and through our core: the same cost, or a difference with a name.

`make differential` runs it. A history is receipts, issues, returns, backdated entries, moves between shelves, carries to
another site, corrected costs, revaluations and changes of method of one item. It is recorded in both in the same order;
then what each movement cost, and what is left at each site and its worth, are held against each other.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from core.money import ZERO
from evals.differential_core import GOES_OUT, Figures, Left, ours
from evals.differential_history import SITES, History, Step, history, other_method, other_site
from evals.differential_rules import explanations
from evals.oracle import books
from evals.tryton import Tryton, installed, tryton

CENT = Decimal("0.01")
METHODS = ("average", "fifo")


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One history: SAME, the names of the rules that explain it, or what differs."""

    seed: int
    method: str
    outcome: str
    says: str = ""


SAME, NAMED, DIFFERS = "same", "named", "differs"


def compare(session: Session, peer: Tryton, seed: int, method: str) -> Compared:
    """Record the history of a seed in both and hold the figures against each other. The session is rolled back."""
    drawn = history(Random(seed))  # noqa: S311  # the same seed is the same history
    kept, mine = ours(session, drawn, method)
    wrong = _differences(mine, in_tryton(peer, kept, method, f"{method}-{seed}"), exactly=_exactly(kept, method))
    if not wrong:
        return Compared(seed=seed, method=method, outcome=SAME)
    for names, left in explanations(kept, method):
        taken, mine = ours(session, left, method)
        theirs = in_tryton(peer, taken, method, f"{method}-{seed} without {', '.join(names)}")
        if not _differences(mine, theirs, exactly=_exactly(taken, method)):
            return Compared(seed=seed, method=method, outcome=NAMED, says=", ".join(names))
    return Compared(seed=seed, method=method, outcome=DIFFERS, says="; ".join(wrong))


def in_tryton(peer: Tryton, history: History, method: str, item: str) -> Figures:
    """The history in Tryton, and what it comes to. From the day of a switch on it is re-costed by the other method."""
    peer.ask("item", name=item, method=method)
    moves: dict[int, int] = {}
    methods: list[tuple[str, str | None]] = [(method, None)]
    for step in history.steps:
        match step.kind:
            case "correct":
                peer.ask("price", move=moves[step.of], price=str(step.price))
            case "revalue":
                day = step.day.isoformat()
                peer.ask("revise", item=item, cost=str(step.price), day=day, site=step.site)
            case "switch":
                methods.append((other_method(methods[-1][0]), step.day.isoformat()))
            case _:
                source, target = _places(step)
                done = peer.ask(
                    "carry" if step.kind == "carry" else "move",
                    item=item,
                    quantity=str(step.quantity),
                    price=str(step.price),
                    day=step.day.isoformat(),
                    **{"from": source, "to": target},
                )
                moves[step.number] = int(done["move"])
    figures = peer.ask("figures", item=item, methods=methods)
    return Figures(
        costs={
            step.number: step.quantity * Decimal(figures["moves"][str(moves[step.number])])
            for step in history.steps
            if step.kind in GOES_OUT
        },
        left={site: _left(**found) for site, found in figures["sites"].items()},
    )


def _left(quantity: str, cost: str) -> Left:
    return Left(quantity=Decimal(quantity), value=Decimal(quantity) * Decimal(cost))


SHELF = {SITES[0]: "shelf", SITES[1]: "there"}


def _places(step: Step) -> tuple[str, str]:
    """From where to where a movement goes, in Tryton's places."""
    shelf = SHELF[step.site]
    return {
        "receipt": ("supplier", shelf),
        "issue": (shelf, "customer"),
        "come_back": ("customer", shelf),
        "send_back": (shelf, "supplier"),
        "shelf": (shelf, f"{shelf}-2"),
        "carry": (shelf, SHELF[other_site(step.site)]),
    }[step.kind]


def _exactly(history: History, method: str) -> bool:
    """Whether figures are held to the cent: FIFO throughout, and no cost that a carry has made the mean of its layers."""
    return method == "fifo" and not any(step.kind in ("switch", "carry") for step in history.steps)


def _differences(mine: Figures, theirs: Figures, *, exactly: bool) -> list[str]:
    """What is not the same. FIFO to the cent; an average, which we keep as value to the cent and Tryton as a cost of a
    piece to ten places, to half a cent for each movement."""
    room = CENT / 2 if exactly else CENT * (len(mine.costs) + 1)
    found = []
    for site, left in mine.left.items():
        other = theirs.left[site]
        if left.quantity != other.quantity:
            found.append(f"pieces at {site}: ours {left.quantity}, Tryton's {other.quantity}")
        if abs(left.value - other.value) > room:
            found.append(f"value at {site}: ours {left.value}, Tryton's {other.value:.4f}")
    for number, cost in mine.costs.items():
        if abs(cost - theirs.costs.get(number, ZERO)) > room:
            found.append(f"step {number}: ours {cost}, Tryton's {theirs.costs.get(number, ZERO):.4f}")
    return found


def main(given: Sequence[str] | None = None) -> int:
    """The command line. Gives 1 when a difference has no name; 0 where Tryton is not installed, which it says."""
    words = argparse.ArgumentParser(prog="python -m evals.differential", description=__doc__)
    words.add_argument("--histories", type=int, default=40, help="of each method")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--every", action="store_true", help="tell of each history as it is done")
    words.add_argument("--server", default="", help="a PostgreSQL that keeps Tryton's company from run to run")
    words.add_argument("--json", action="store_true")
    args = words.parse_args(given)
    if not installed():
        print("differential: Tryton is not installed (make peers), skipped")
        return 0
    done = []
    with books() as make, make() as session:
        server = args.server or str(session.get_bind().engine.url.render_as_string(hide_password=False))
        with tryton(server, "tryton_sites", by_site=True) as peer:
            for seed in range(args.seed, args.seed + args.histories):
                for method in METHODS:
                    done.append(compare(session, peer, seed, method))
                    _tell_at_once(done[-1], every=args.every)
    _tell(done, as_json=args.json)
    return any(one.outcome == DIFFERS for one in done)


def _tell_at_once(one: Compared, *, every: bool) -> None:
    """A run takes minutes: what has no name is told as it is found, and every history when asked."""
    if every or one.outcome == DIFFERS:
        print(f"{one.method} seed {one.seed}: {one.outcome}: {one.says}", file=sys.stderr, flush=True)


def _tell(done: Sequence[Compared], *, as_json: bool) -> None:
    counted = Counter((one.outcome, one.says if one.outcome == NAMED else "") for one in done)
    if as_json:
        rows = [{"outcome": outcome, "says": says, "histories": count} for (outcome, says), count in counted.items()]
        wrong = [{"seed": one.seed, "method": one.method, "says": one.says} for one in done if one.outcome == DIFFERS]
        print(json.dumps({"counted": rows, "differs": wrong}, indent=2))
        return
    for (outcome, says), count in sorted(counted.items()):
        print(f"{count:5} {outcome}{': ' + says if says else ''}")


if __name__ == "__main__":
    sys.exit(main())
