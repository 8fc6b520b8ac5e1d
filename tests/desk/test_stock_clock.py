"""What the clock does to stock: once, at its time, in every entity, and again after a kill only what was not done."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from core import clock, door
from core.availability.commands import ReserveStock, WantedClaim
from core.command import Command
from core.erp import Actor
from core.replenishment.commands import SetOrderPoint
from core.stock.commands import IssueStock, OpenStock
from core.stock.lots import SetLotExpiry
from desk import stock_clock
from desk.house import House
from desk.work import Workshop
from tests.desk.friday import AFTERNOON

ITEM, SITE = "DW-FOIL", "TAC"
DAY = timedelta(days=1)


@pytest.fixture
def shop(house: House) -> Iterator[Workshop]:
    with closing(ReaderPool()) as readers:
        yield Workshop(house, readers, Rules())


def at(shop: Workshop, moment: datetime) -> Workshop:
    return replace(shop, house=replace(shop.house, clock=clock.fixed(moment)))


def do(shop: Workshop, command: Command, key: str) -> None:
    with shop.house.unit() as session:
        door.execute(session, command, actor=Actor(kind="person", id="nadia"), key=key)


def opened(shop: Workshop, quantity: str, lot: str = "") -> None:
    stock = OpenStock(
        entity="HP", item=ITEM, site=SITE, quantity=Decimal(quantity), unit_cost=Decimal(14), lot=lot
    )  # fmt: skip
    do(shop, stock, f"open:{lot}:{quantity}")


def commands(shop: Workshop, kind: str) -> list[str]:
    """The keys of what rules carried out of one kind, as they came."""
    query = text("select key from command_log where kind = :kind and actor like 'rule:%' order by at, key")
    with shop.house.session() as session:
        return list(session.execute(query, {"kind": kind}).scalars())


def asked(shop: Workshop, query: str) -> list[object]:
    with shop.house.session() as session:
        return list(session.execute(text(query)).scalars())


def test_a_claim_is_ended_in_the_minute_of_its_instant_and_the_audit_names_the_rule(shop: Workshop) -> None:
    opened(shop, "10")
    claim = WantedClaim(item=ITEM, quantity=Decimal(4), document="SO-1")
    until = AFTERNOON + timedelta(minutes=5)
    do(shop, ReserveStock(entity="HP", site=SITE, claims=(claim,), expires_at=until), "claim")

    stock_clock.tick(at(shop, until - timedelta(microseconds=1)))
    assert asked(shop, f"select state from reservation where item = '{ITEM}'") == ["held"]
    for _ in range(2):
        stock_clock.tick(at(shop, until))

    assert asked(shop, f"select state from reservation where item = '{ITEM}'") == ["expired"]
    assert len(commands(shop, "ExpireReservations")) == 1
    told = "select actor_kind || ' ' || actor from audit_entry where text like '%\"ExpireReservations\"%'"
    assert asked(shop, told) == ["rule claims lapse at their instant"]


def test_lots_are_looked_at_once_a_day_and_a_day_raises_what_time_alone_made_wrong(shop: Workshop) -> None:
    opened(shop, "10", lot="F-1")
    do(
        shop,
        SetLotExpiry(entity="HP", item=ITEM, lot="F-1", expires_on=AFTERNOON.date() + timedelta(days=31)),
        "lot",
    )
    found = f"select count(*) from case_finding where code = 'lot_expiry' and facts ->> 'item' = '{ITEM}'"
    for _ in range(3):
        stock_clock.tick(shop)
    assert asked(shop, found) == [0]
    for _ in range(3):
        stock_clock.tick(at(shop, AFTERNOON + DAY))
    assert asked(shop, found) == [1]
    assert len(commands(shop, "CheckExpiry")) == 2


def test_replenishment_follows_a_change_in_one_run_and_then_rests(shop: Workshop) -> None:
    stock_clock.tick(shop)
    runs = len(commands(shop, "RunReplenishment"))
    opened(shop, "10")
    point = SetOrderPoint(
        entity="HP", item=ITEM, site=SITE, minimum=Decimal(8), target=Decimal(20), supplier="S-1011"
    )  # fmt: skip
    do(shop, point, "point")
    for place in range(2):
        issue = IssueStock(entity="HP", item=ITEM, site=SITE, quantity=Decimal(2), document=f"SO-{place}")
        do(shop, issue, f"issue:{place}")

    for minute in range(1, 4):
        stock_clock.tick(at(shop, AFTERNOON + timedelta(minutes=minute)))

    assert len(commands(shop, "RunReplenishment")) == runs + 1, "four changes are one run, and its own are none"
    suggested = f"select quantity from replenishment_suggestion where item = '{ITEM}' and state = 'open'"
    assert asked(shop, suggested) == [Decimal(14)]


def test_killed_between_its_work_and_its_commit_it_is_done_by_the_next_minute_once(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the command and before the commit, in each part in turn."""
    opened(shop, "10", lot="F-1")
    soon = AFTERNOON.date() + timedelta(days=3)
    do(shop, SetLotExpiry(entity="HP", item=ITEM, lot="F-1", expires_on=soon), "lot")
    really, deaths = door.execute, iter(range(3))

    class Killed(BaseException):
        """What nobody catches."""

    def dies(*given: Any, **more: Any) -> Any:
        done = really(*given, **more)
        if next(deaths, None) is not None:
            raise Killed
        return done

    monkeypatch.setattr(door, "execute", dies)
    for _ in range(3):
        with pytest.raises(Killed):
            stock_clock.tick(at(shop, AFTERNOON + DAY))
    for _ in range(2):
        stock_clock.tick(at(shop, AFTERNOON + DAY))

    assert len(commands(shop, "CheckExpiry")) == len(set(commands(shop, "CheckExpiry"))) == 1
    assert len([key for key in commands(shop, "RunReplenishment") if "event" not in key]) == 1


def test_the_trouble_of_one_part_keeps_no_other_from_its_work(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(stock_clock, "expiring", broken)
    with pytest.raises(RuntimeError, match="no disk"):
        stock_clock.tick(shop)
    assert commands(shop, "RunReplenishment")
