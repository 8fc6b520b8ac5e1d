"""What may stand in for what: said by a command, refused where it cannot be, and never said twice the other way round."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.command import Command
from core.door import EventRow
from core.masterdata.commands import AddItem, BlockItem, DropSubstitute, SetSubstitute, UnblockItem
from core.masterdata.standing_in import most_in_place, substitutes_of
from core.masterdata.tables import Substitute
from core.refusals import Refusal, Refused
from tests.builders import BOLT, GAUGE, HP, WIRE, D, broken, company, do, order, refused
from tests.core.racing import at_once
from tests.sales.sold import customer, entered

TODAY = date(2026, 11, 20)
LONGER = "FB-M8L"


@pytest.fixture
def bolts(session: Session) -> Session:
    """The company, and a longer bolt."""
    company(session)
    do(session, AddItem(entity=HP, sku=LONGER, name="Flange bolt M8 long", standard_cost=D("0.60")))
    return session


def stands_in(item: str = BOLT, substitute: str = LONGER, **more: Any) -> SetSubstitute:
    """The command that says so."""
    return SetSubstitute(entity=HP, item=item, substitute=substitute, **more)


def named(session: Session, item: str = BOLT, day: date = TODAY) -> list[tuple[str, Decimal]]:
    """What may stand in for an item, in turn, and how many of it."""
    return [(one.substitute, one.factor) for one in substitutes_of(session, HP, item, day)]


def test_a_pair_is_said_with_its_effect_and_event(bolts: Session) -> None:
    done = do(bolts, stands_in(factor=D("2.5"), valid_until=date(2026, 12, 31)))
    assert [(one.what, one.was, one.now) for one in done.effects] == [
        ("FB-M8L in place of FB-M8", "none", "2.5 for one from 2026-11-20 until 2026-12-31, rank 1")
    ]
    assert bolts.query(EventRow).filter_by(kind="substitute_set", subject="item FB-M8").count() == 1
    assert named(bolts) == [(LONGER, D("2.5"))]
    assert named(bolts, LONGER) == [], "it holds one way"
    assert broken(bolts) == []


def test_it_holds_from_its_first_to_its_last_day(bolts: Session) -> None:
    do(bolts, stands_in(valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 3)))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 4)]
    assert [bool(named(bolts, day=day)) for day in days] == [False, True, True, False]


def test_both_ways_it_is_turned_round_exactly(bolts: Session) -> None:
    do(bolts, stands_in(factor=D("2.5"), both_ways=True))
    assert named(bolts, LONGER) == [(BOLT, D("0.4"))]


def test_the_lowest_rank_goes_first_and_blocked_items_not_at_all(bolts: Session) -> None:
    do(bolts, stands_in(rank=2))
    do(bolts, stands_in(substitute=GAUGE, rank=1))
    assert [one for one, _ in named(bolts)] == [GAUGE, LONGER]
    do(bolts, BlockItem(entity=HP, item=GAUGE, reason="recalled"))
    assert [one for one, _ in named(bolts)] == [LONGER]
    do(bolts, UnblockItem(entity=HP, item=GAUGE))
    assert [one for one, _ in named(bolts)] == [GAUGE, LONGER]


def test_what_is_said_again_replaces_what_was_said(bolts: Session) -> None:
    do(bolts, stands_in())
    assert refused(bolts, stands_in()).code is Refusal.NOTHING_TO_DO
    done = do(bolts, stands_in(factor=D(3)))
    assert (done.effects[0].was, done.effects[0].now) == (
        "1 for one from 2026-11-20, rank 1",
        "3 for one from 2026-11-20, rank 1",
    )
    do(bolts, DropSubstitute(entity=HP, item=BOLT, substitute=LONGER, reason="too long"))
    assert named(bolts) == []
    gone = DropSubstitute(entity=HP, item=BOLT, substitute=LONGER, reason="too long")
    assert refused(bolts, gone).code is Refusal.SUBSTITUTE_UNKNOWN
    do(bolts, stands_in())
    assert named(bolts) == [(LONGER, D(1))]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (stands_in(substitute=BOLT), Refusal.NOTHING_TO_DO),
        (stands_in(substitute="FB-M9"), Refusal.ITEM_UNKNOWN),
        (stands_in(item="FB-M9"), Refusal.ITEM_UNKNOWN),
        (stands_in(factor=D(0)), Refusal.QUANTITY_NOT_POSITIVE),
        (stands_in(factor=D(-2)), Refusal.QUANTITY_NOT_POSITIVE),
        (stands_in(factor=D("0.0000001")), Refusal.PRECISION),
        (stands_in(factor=D(3), both_ways=True), Refusal.PRECISION),
        (stands_in(rank=0), Refusal.QUANTITY_NOT_POSITIVE),
        (stands_in(valid_until=date(2026, 11, 19)), Refusal.NOTHING_TO_DO),
        (stands_in(substitute=GAUGE), Refusal.ITEM_BLOCKED),
        (stands_in(item=GAUGE, both_ways=True), Refusal.ITEM_BLOCKED),
        (stands_in(item=WIRE, substitute=LONGER), Refusal.ALREADY_EXISTS),
        (stands_in(item=WIRE, substitute=LONGER, both_ways=True), Refusal.ALREADY_EXISTS),
        (DropSubstitute(entity=HP, item=LONGER, substitute=WIRE, reason=" "), Refusal.REASON_REQUIRED),
        (BlockItem(entity=HP, item=BOLT, reason=""), Refusal.REASON_REQUIRED),
        (BlockItem(entity=HP, item=GAUGE, reason="recalled"), Refusal.NOTHING_TO_DO),
        (UnblockItem(entity=HP, item=BOLT), Refusal.NOTHING_TO_DO),
    ],
)
def test_what_cannot_be_is_refused(bolts: Session, command: Command, why: Refusal) -> None:
    do(bolts, BlockItem(entity=HP, item=GAUGE, reason="recalled"))
    do(bolts, stands_in(item=LONGER, substitute=WIRE))
    assert refused(bolts, command).code is why


def test_a_blocked_item_has_its_successor_and_a_pair_turned_round_another_time(bolts: Session) -> None:
    do(bolts, BlockItem(entity=HP, item=BOLT, reason="no longer made"))
    do(bolts, stands_in(valid_until=date(2026, 12, 31)))
    do(bolts, UnblockItem(entity=HP, item=BOLT))
    do(bolts, stands_in(item=LONGER, substitute=BOLT, valid_from=date(2027, 1, 1)))
    assert broken(bolts) == []


def test_a_blocked_item_is_neither_bought_nor_sold_anew(bolts: Session) -> None:
    customer(bolts)
    do(bolts, BlockItem(entity=HP, item=BOLT, reason="no longer made"))
    for act in (lambda: order(bolts, (BOLT, "1", "1.00")), lambda: entered(bolts, (BOLT, "1", "1.00"))):
        with pytest.raises(Refused, match="item_blocked: FB-M8: no longer made"):
            act()
    do(bolts, UnblockItem(entity=HP, item=BOLT))
    entered(bolts, (BOLT, "1", "1.00"))


def test_of_two_who_say_a_pair_each_way_at_once_one_is_refused(
    new_session: Callable[[], Session], bolts: Session
) -> None:
    bolts.commit()

    def act(place: int) -> None:
        pair = (BOLT, LONGER) if place % 2 else (LONGER, BOLT)
        with new_session() as other:
            do(other, stands_in(*pair))
            other.commit()

    results = at_once(6, act)
    assert {one.code for one in results if one is not None} <= {Refusal.ALREADY_EXISTS, Refusal.NOTHING_TO_DO}
    bolts.expire_all()
    assert bolts.query(Substitute).count() == 1
    assert broken(bolts) == []


@pytest.mark.parametrize(
    "by_hand",
    [
        "insert into substitute values ('HP', 'FB-M8L', 'FB-M8', 1, false, 1, '2026-11-20', null)",
        "update substitute set substitute = 'FB-M9'",
    ],
)
def test_the_doctor_names_a_pair_that_cannot_be(bolts: Session, by_hand: str) -> None:
    do(bolts, stands_in())
    bolts.execute(text(by_hand))
    assert [one.split(":")[0] for one in broken(bolts)] == ["substitutes are named"]


millionths = st.integers(1, 5_000_000).map(lambda n: D(n) / 1_000_000)


@given(
    wanted=st.integers(1, 10_000),
    free=st.integers(0, 100_000),
    factor=millionths,
    decimals=st.sampled_from([0, 1, 3]),
    others=st.sampled_from([0, 1, 3]),
)
def test_what_fits_comes_out_even_on_both_sides(
    wanted: int, free: int, factor: Decimal, decimals: int, others: int
) -> None:
    asked, there = D(wanted).scaleb(-decimals), D(free).scaleb(-others)
    pieces = most_in_place(asked, there, factor, decimals=decimals, its_decimals=others)
    assert 0 <= pieces <= asked
    assert pieces * factor <= there
    assert pieces == pieces.quantize(D(1).scaleb(-decimals))
    assert pieces * factor == (pieces * factor).quantize(D(1).scaleb(-others))
