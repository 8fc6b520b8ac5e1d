"""Several threads do random things with the same items at once: nothing is lost or doubled, and the record of it, carried
out again in one thread on the same database when it is empty again, gives the same books."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import clock, door
from core.availability.commands import ReserveStock, WantedClaim
from core.command import Command
from core.refusals import Refused
from core.replay import contents, differences, recorded, replay
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import RevalueStock
from core.stock.making_commands import Component, Repack, SellToEntity
from core.stock.transit_commands import ShippedLine, ShipTransfer
from tests.builders import HP, PDX, PRIYA, RNO, D, broken, do
from tests.conftest import FRIDAY
from tests.core.racing import at_once
from tests.databases import Shared
from tests.properties.depth import steps
from tests.properties.stock_company import FIXED, MEAN, OLDEST, SISTER, THERE, WHOLE, group

ITEMS = (OLDEST, MEAN, FIXED)
THREADS = 4


def command(random: Random, name: str) -> Command:
    """Something that is done with stock, legal or not, now or late."""
    item, pieces = random.choice(ITEMS), D(random.randint(1, 9))
    here, there = random.sample((PDX, RNO), 2)
    at = random.choice((None, None, FRIDAY - timedelta(days=random.randint(1, 20))))
    money = D(random.randint(1, 999)) / 100
    match random.choice(
        ("come", "come", "issue", "issue", "find", "carry", "ship", "make", "sister", "claim", "worth")
    ):
        case "come":
            return OpenStock(entity=HP, item=item, site=here, quantity=pieces, unit_cost=money, happened_at=at)
        case "issue":
            return IssueStock(entity=HP, item=item, site=here, quantity=pieces, document=name, happened_at=at)
        case "find":
            return AdjustStock(entity=HP, item=item, site=here, quantity=pieces - 5, reason="counted", happened_at=at)
        case "carry":
            return TransferStock(entity=HP, item=item, site=here, to_site=there, quantity=pieces, happened_at=at)
        case "ship":
            lines = (ShippedLine(item=item, quantity=pieces),)
            return ShipTransfer(entity=HP, site=here, to_site=there, lines=lines, happened_at=at)
        case "make":
            parts = (Component(item=item, quantity=pieces),)
            return Repack(entity=HP, site=here, components=parts, item=WHOLE, quantity=D(2), happened_at=at)
        case "sister":
            entity, site, to_entity, to_site = random.choice(((HP, here, SISTER, THERE), (SISTER, THERE, HP, here)))
            return SellToEntity(
                entity=entity,
                item=item,
                site=site,
                quantity=pieces,
                to_entity=to_entity,
                to_site=to_site,
                transfer_price=money,
            )
        case "claim":
            claim = WantedClaim(item=item, quantity=pieces, document=name)
            return ReserveStock(entity=HP, site=here, claims=(claim,))
    return RevalueStock(entity=HP, item=item, site=here, unit_cost=money, reason="market", happened_at=at)


def work(make: Callable[[], Session], seed: int, thread: int) -> int:
    """One thread: command after command, each in a transaction of its own. Gives how many went through."""
    random, went = Random(f"{seed}:{thread}"), 0
    for step in range(steps(12)):
        with make() as session:
            clock.set_clock(session, clock.fixed(FRIDAY + timedelta(minutes=step)))
            name = f"SO-{thread}-{step}"
            try:
                door.execute(session, command(random, name), actor=PRIYA, key=name)
                session.commit()
                went += 1
            except Refused:
                session.rollback()
    return went


@pytest.mark.parametrize("seed", range(steps(1)))
def test_threads_lose_nothing_and_their_record_gives_the_same_books(
    new_session: Callable[[], Session], engine: Engine, shared: Shared, seed: int
) -> None:
    with new_session() as session:
        group(session)
        for item in ITEMS:
            for site in (PDX, RNO):
                do(session, OpenStock(entity=HP, item=item, site=site, quantity=D(20), unit_cost=D("3.10")))
        session.commit()

    went = at_once(THREADS, lambda thread: work(new_session, seed, thread))

    assert all(isinstance(count, int) and count > 0 for count in went), went
    with new_session() as session:
        assert broken(session) == []
        history, books = list(recorded(session)), contents(session)
    engine.dispose()
    shared.put_back()
    with new_session() as session:
        replay(session, history)
        session.commit()
        assert differences(books, contents(session)) == []
