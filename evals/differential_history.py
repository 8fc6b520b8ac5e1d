"""Random histories of one item that two systems can both record: what a step is, and how steps are drawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from core.money import ZERO

FIRST_DAY = date(2026, 3, 2)
DAYS = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that happened on a day: receipt, issue, come_back (from a customer), send_back (to the supplier), shelf
    (to another shelf), correct (what a receipt cost a piece) or revalue. `of` is the step it goes back to. `place` orders
    what happened on one day."""

    number: int
    kind: str
    day: date
    place: int
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    of: int = -1


KINDS = ("receipt",) * 5 + ("issue",) * 5 + ("come_back", "send_back", "shelf", "correct", "revalue")


def history(random: Random) -> list[Step]:
    """Four to fourteen steps in the order in which they are recorded; one in four is recorded late, and some days see more
    than one. Prices are large and pieces few, so that another way to cost shows in more than cents."""
    steps: list[Step] = []
    day = FIRST_DAY
    for number in range(random.randint(4, 14)):
        kind = "receipt" if not steps else random.choice(KINDS)
        day += timedelta(days=random.choice((0, 1, 1, 1, 2, 5)))
        at = day - timedelta(days=random.randint(1, 9)) if random.random() < 0.25 else day
        before = [one for one in steps if one.kind == GOES_BACK_TO.get(kind)]
        if kind in GOES_BACK_TO and not before:
            kind = "receipt"
        of = random.choice(before).number if kind in GOES_BACK_TO else -1
        if kind in GOES_BACK_TO:
            at = day
        quantity = Decimal(random.randint(1, 20 if kind == "receipt" else 8))
        price = Decimal(random.randint(100_000, 999_999)) / 100
        if kind in ("correct", "revalue"):
            quantity = ZERO
        elif kind != "receipt":
            price = ZERO
        steps.append(Step(number=number, kind=kind, day=at, place=number, quantity=quantity, price=price, of=of))
    return steps


GOES_BACK_TO = {"come_back": "issue", "send_back": "receipt", "correct": "receipt"}
