"""Where pieces lie and whether they may be used: put-away, hold and release move no value."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.periods import ClosePeriod
from core.books.queries import balance
from core.command import Command
from core.refusals import Refusal
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.queries import available, on_hand
from core.stock.tables import StockBalance, StockStatus
from tests.builders import BOLT, HP, LONG_AGO, PDX, D, broken, company, do, effects, refused, stocked


@pytest.fixture(autouse=True)
def _the_books_hold(session: Session) -> Iterator[None]:
    """Every test stands in the company with a hundred bolts, and after it the doctor finds nothing."""
    company(session)
    stocked(session, "100", "0.40")
    yield
    assert broken(session) == []


def lying(session: Session) -> dict[tuple[str, str], int]:
    """How many bolts lie at each location, by status."""
    rows = session.execute(select(StockBalance.location, StockBalance.status, StockBalance.quantity))
    return {(location, status): int(quantity) for location, status, quantity in rows if quantity}


def put(quantity: str, to: str, **more: object) -> PutAway:
    return PutAway(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), to_location=to, **more)  # type: ignore[arg-type]  # passed on


def hold(quantity: str, reason: str = "rust seen") -> HoldStock:
    return HoldStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), reason=reason)


def release(quantity: str) -> ReleaseStock:
    return ReleaseStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), reason="it was dirt")


def test_pieces_are_put_away_and_their_value_does_not_move(session: Session) -> None:
    before = balance(session, HP, "1400")
    do(session, put("60", "A-1"))
    done = do(session, put("10", "B-2", location="A-1"))

    assert lying(session) == {("", "available"): 40, ("A-1", "available"): 50, ("B-2", "available"): 10}
    assert balance(session, HP, "1400") == before
    assert set(effects(done).values()) == {D(0)}


def test_held_pieces_are_on_hand_and_not_available_until_they_are_released(session: Session) -> None:
    do(session, hold("30"))
    assert available(session, HP, BOLT, PDX) == 70
    assert on_hand(session, HP, BOLT, PDX)[StockStatus.HOLD] == 30

    do(session, release("30"))
    assert available(session, HP, BOLT, PDX) == 100


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (put("0", "A-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (put("101", "A-1"), Refusal.MORE_THAN_ON_HAND),
        (put("1", ""), Refusal.NOTHING_TO_DO),
        (put("1", "B-2", location="A-1"), Refusal.MORE_THAN_ON_HAND),
        (put("0.5", "A-1"), Refusal.PRECISION),
        (PutAway(entity=HP, item="XX", site=PDX, quantity=D(1), to_location="A-1"), Refusal.ITEM_UNKNOWN),
        (PutAway(entity=HP, item=BOLT, site="NYC", quantity=D(1), to_location="A-1"), Refusal.SITE_UNKNOWN),
        (hold("101"), Refusal.MORE_THAN_ON_HAND),
        (hold("1", ""), Refusal.REASON_REQUIRED),
        (release("1"), Refusal.MORE_THAN_ON_HAND),
    ],
)
def test_what_cannot_be_placed_is_refused_and_leaves_nothing_behind(
    session: Session, command: Command, code: Refusal
) -> None:
    assert refused(session, command).code is code


def test_a_closed_day_stays_as_it_was(session: Session) -> None:
    do(session, ClosePeriod(entity=HP, through=(LONG_AGO + timedelta(days=1)).date()))
    assert refused(session, put("1", "A-1", happened_at=LONG_AGO)).code is Refusal.PERIOD_CLOSED
