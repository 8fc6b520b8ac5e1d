"""The door under several at once: a key has one effect, and the last pieces are sold once."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core import door
from core.refusals import Refusal, Refused
from core.stock.queries import available
from tests.builders import BOLT, HP, PDX, broken, company, do, order, stocked
from tests.core.doing import issue, receiving
from tests.core.racing import at_once


@pytest.mark.parametrize("count", [2, 5])
def test_the_same_key_at_the_same_moment_has_exactly_one_effect(
    session: Session, new_session: Callable[[], Session], count: int
) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    session.commit()

    def receive(place: int) -> door.Outcome:
        with new_session() as other:
            outcome = do(other, receiving(placed, "60"), key="dock-1")
            other.commit()
            return outcome

    outcomes = at_once(count, receive)

    assert sorted(outcome.repeated for outcome in outcomes) == [False] + [True] * (count - 1)
    assert {outcome.result["receipt"] for outcome in outcomes} == {"GR-1"}
    assert available(session, HP, BOLT, PDX) == 60


def test_two_different_commands_under_one_key_at_the_same_moment_have_one_winner(
    session: Session, new_session: Callable[[], Session]
) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    session.commit()

    def receive(place: int) -> door.Outcome:
        with new_session() as other:
            outcome = do(other, receiving(placed, str(10 + place)), key="dock-1")
            other.commit()
            return outcome

    outcomes = at_once(2, receive)

    refusals = [one.code for one in outcomes if isinstance(one, Refused)]
    assert refusals == [Refusal.KEY_REUSED]
    assert available(session, HP, BOLT, PDX) in (10, 11)


def test_a_key_whose_transaction_is_given_up_is_free_for_the_one_that_waits(
    session: Session, new_session: Callable[[], Session]
) -> None:
    company(session)
    stocked(session, "10", "1")
    session.commit()
    do(session, issue("4"), key="sale-1")
    waiting: list[door.Outcome] = []

    def wait() -> None:
        with new_session() as other:
            waiting.append(do(other, issue("4"), key="sale-1"))
            other.commit()

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(timeout=0.3)
    assert waiting == [], "it waits until the first has decided itself"
    session.rollback()
    thread.join(timeout=10)

    assert [outcome.repeated for outcome in waiting] == [False]
    assert available(session, HP, BOLT, PDX) == 6


def test_the_last_pieces_are_sold_once(session: Session, new_session: Callable[[], Session]) -> None:
    company(session)
    stocked(session, "10", "1")
    session.commit()

    def sell(place: int) -> door.Outcome:
        with new_session() as other:
            outcome = do(other, issue("4"), key=f"sale-{place}")
            other.commit()
            return outcome

    outcomes = at_once(4, sell)

    refusals = [one.code for one in outcomes if isinstance(one, Refused)]
    assert refusals == [Refusal.MORE_THAN_ON_HAND] * 2
    session.expire_all()
    assert available(session, HP, BOLT, PDX) == 2
    assert broken(session) == []
