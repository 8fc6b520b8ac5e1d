"""Random histories of stock through Tryton and through our core: the same cost, or a difference with a name.

`make differential` runs it. A history is receipts, issues, returns, backdated entries, moves between shelves, corrected
costs and revaluations of one item. It is recorded in both in the same order; then what each movement cost, what is left
and what that X
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
from evals.differential_core import Figures, ours
from evals.differential_history import Step, history
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
    wrong = _differences(mine, in_tryton(peer, kept, method, f"{method}-{seed}"), method)
    if not wrong:
        return Compared(seed=seed, method=method, outcome=SAME)
    for names, left in explanations(kept, method):
        taken, mine = ours(session, left, method)
        theirs = in_tryton(peer, taken, method, f"{method}-{seed} without {', '.join(names)}")
        if not _differences(mine, theirs, method):
            return Compared(seed=seed, method=method, outcome=NAMED, says=", ".join(names))
    return Compared(seed=seed, method=method, outcome=DIFFERS, says="; ".join(wrong))


def in_tryton(peer: Tryton, steps: Sequence[Step], method: str, item: str) -> Figures:
    """The history in Tryton, and what it comes to."""
    peer.ask("item", name=item, method=method)
    moves: dict[int, int] = {}
    for step in steps:
        match step.kind:
            case "correct":
                peer.ask("price", move=moves[step.of], price=str(step.price))
            case "revalue":
                peer.ask("revise", item=item, cost=str(step.price), day=step.day.isoformat())
            case _:
                source, target = PLACES[step.kind]
                done = peer.ask(
                    "move",
                    item=item,
                    quantity=str(step.quantity),
                    price=str(step.price),
                    day=step.day.isoformat(),
                    **{"from": source, "to": target},
                )
                moves[step.number] = int(done["move"])
    figures = peer.ask("figures", item=item)
    quantity = Decimal(figures["quantity"])
    costs = {
        step.number: step.quantity * Decimal(figures["moves"][str(moves[step.number])])
        for step in steps
        if step.kind in ("issue", "send_back")
    }
    return Figures(costs=costs, quantity=quantity, value=quantity * Decimal(figures["cost"]))


PLACES = {
    "receipt": ("supplier", "shelf"),
    "issue": ("shelf", "customer"),
    "come_back": ("customer", "shelf"),
    "send_back": ("shelf", "supplier"),
    "shelf": ("shelf", "shelf-2"),
}


def _differences(mine: Figures, theirs: Figures, method: str) -> list[str]:
    """What is not the same. FIFO to the cent; an average, which we keep as value to the cent and Tryton as a cost of a
    piece to ten places, to half a cent for each movement."""
    room = CENT / 2 if method == "fifo" else CENT * (len(mine.costs) + 1)
    found = []
    if mine.quantity != theirs.quantity:
        found.append(f"pieces: ours {mine.quantity}, Tryton's {theirs.quantity}")
    if abs(mine.value - theirs.value) > room:
        found.append(f"value: ours {mine.value}, Tryton's {theirs.value:.4f}")
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
        with tryton(server) as peer:
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
