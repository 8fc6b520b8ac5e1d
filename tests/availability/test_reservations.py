"""Pieces kept for somebody: claimed in a fixed order, for a time, and never taken by anybody else."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core import clock
from core.availability.commands import ExpireReservations, ReleaseReservation, ReserveStock, WantedClaim
from core.availability.queries import Free, free_of_many
from core.availability.tables import Reservation
from core.books.periods import ClosePeriod
from core.refusals import Refusal, Refused
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from core.stock.queries import available
from tests.builders import BOLT, GAUGE, HP, PDX, RNO, WIRE, D, do, order, receipt, refused, stocked
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")

TODAY = FRIDAY.date()


def claim(quantity: str, document: str = "SO-1", *, item: str = BOLT, **more: Any) -> WantedClaim:
    return WantedClaim(item=item, quantity=D(quantity), document=document, **more)


def reserve(session: Session, *claims: WantedClaim, **more: Any) -> list[dict[str, str]]:
    done = do(session, ReserveStock(entity=HP, site=PDX, claims=claims, **more))
    return list(done.result["reservations"])


def issue(quantity: str, document: str = "SO-1", **more: Any) -> IssueStock:
    return IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document=document, **more)


def free(session: Session, item: str = BOLT, site: str = PDX) -> Decimal:
    found = free_of_many(session, HP, [item], site, clock.now(session)).get(item, Free(D(0), D(0), D(0)))
    return found.free


def test_what_is_reserved_stays_available_and_is_not_free(session: Session) -> None:
    stocked(session, "10", "1")
    made = reserve(session, claim("2"))

    assert made == [{"reservation": "RS-1", "quantity": "2", "open": "0"}]
    assert available(session, HP, BOLT, PDX) == 10
    assert free(session) == 8


def test_who_asks_for_more_gets_what_there_is_unless_all_is_wanted(session: Session) -> None:
    stocked(session, "5", "1")
    whole = ReserveStock(entity=HP, site=PDX, claims=(claim("10"),), whole=True)
    assert refused(session, whole).code is Refusal.MORE_THAN_ON_HAND

    done = do(session, ReserveStock(entity=HP, site=PDX, claims=(claim("10"),)))

    assert done.result == {
        "reservations": [{"reservation": "RS-1", "quantity": "5", "open": "5"}],
        "fully_reserved": False,
    }
    assert reserve(session, claim("3", "SO-2")) == [{"reservation": "", "quantity": "0", "open": "3"}]


def test_the_first_to_leave_is_served_first_and_then_the_smallest(session: Session) -> None:
    stocked(session, "6.8", "1", item=WIRE)
    sizes = ("2.1", "1.7", "1.2", "1.8")
    done = do(session, ReserveStock(entity=HP, site=PDX, claims=tuple(claim(size, item=WIRE) for size in sizes)))
    assert done.result["fully_reserved"]

    stocked(session, "5", "1")
    tomorrow = TODAY + timedelta(days=1)
    late, large, small = claim("3", "SO-1", day=tomorrow), claim("4", "SO-2", day=TODAY), claim("2", "SO-3", day=TODAY)
    assert [made["quantity"] for made in reserve(session, late, large, small)] == ["0", "3", "2"]


def test_pieces_that_are_only_reserved_to_come_are_not_there_yet(session: Session) -> None:
    stocked(session, "1", "1")
    assert reserve(session, claim("1", "TR-9"))[0]["open"] == "0"

    done = do(session, ReserveStock(entity=HP, site=RNO, claims=(claim("1", "TR-10"),)))

    assert done.result["reservations"] == [{"reservation": "", "quantity": "0", "open": "1"}]


def test_goods_in_inspection_cannot_be_reserved(session: Session) -> None:
    receipt(session, order(session, (GAUGE, "40", "12.00")), "40")
    assert reserve(session, claim("1", item=GAUGE))[0]["open"] == "1"


def test_nobody_else_takes_reserved_pieces_and_who_names_the_reservation_does(session: Session) -> None:
    stocked(session, "10", "1")
    reserve(session, claim("8"))
    for command in (
        issue("3", "SO-2"),
        TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(3)),
        AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-3), reason="count"),
    ):
        assert refused(session, command).code is Refusal.RESERVED

    do(session, issue("2", "SO-2"))
    do(session, issue("5", reservation="RS-1"))
    assert refused(session, issue("1", "SO-2")).code is Refusal.RESERVED
    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(3), reservation="RS-1"))
    assert session.get_one(Reservation, (HP, "RS-1"), populate_existing=True).state == "consumed"
    assert available(session, HP, BOLT, PDX) == 0


def test_a_reservation_pays_for_its_own_pieces_only(session: Session) -> None:
    stocked(session, "10", "1")
    reserve(session, claim("4"), claim("4", "SO-2"))

    assert refused(session, issue("7", reservation="RS-1")).code is Refusal.RESERVED
    do(session, issue("6", reservation="RS-1"))
    assert refused(session, issue("1", reservation="RS-1")).code is Refusal.RESERVATION_NOT_HELD
    assert refused(session, issue("1", reservation="RS-77")).code is Refusal.RESERVATION_UNKNOWN
    other = IssueStock(entity=HP, item=WIRE, site=PDX, quantity=D(1), document="SO-2", reservation="RS-2")
    assert refused(session, other).code is Refusal.RESERVATION_NOT_HELD


def test_a_soft_reservation_gives_way_to_a_hard_one_and_keeps_nobody_out(session: Session) -> None:
    stocked(session, "10", "1")
    assert reserve(session, claim("8"), strength="soft")[0]["open"] == "0"
    assert reserve(session, claim("5", "SO-2"), strength="soft")[0]["quantity"] == "2"

    assert reserve(session, claim("9", "SO-3"))[0]["open"] == "0"
    assert refused(session, issue("2", "SO-4")).code is Refusal.RESERVED
    do(session, issue("1", "SO-4"))


def test_a_claim_that_is_over_keeps_nothing_and_is_ended_by_whoever_wants_its_pieces(session: Session) -> None:
    stocked(session, "10", "1")
    reserve(session, claim("8"), expires_at=FRIDAY + timedelta(hours=2))
    reserve(session, claim("1", "SO-2"), expires_at=FRIDAY + timedelta(hours=3))

    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=2)))
    assert free(session) == 9
    do(session, issue("9", "SO-3"))

    assert session.get_one(Reservation, (HP, "RS-1"), populate_existing=True).state == "expired"
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=3)))
    assert do(session, ExpireReservations(entity=HP)).result == {"expired": ["RS-2"]}
    assert do(session, ExpireReservations(entity=HP)).result == {"expired": []}


def test_a_reservation_is_let_go_in_parts(session: Session) -> None:
    stocked(session, "10", "1")
    reserve(session, claim("8"))

    do(session, ReleaseReservation(entity=HP, reservation="RS-1", quantity=D(3)))
    assert free(session) == 5
    do(session, ReleaseReservation(entity=HP, reservation="RS-1"))
    assert free(session) == 10
    again = ReleaseReservation(entity=HP, reservation="RS-1")
    assert refused(session, again).code is Refusal.RESERVATION_NOT_HELD


@pytest.mark.parametrize(
    ("claims", "more", "code"),
    [
        ((), {}, Refusal.NOTHING_TO_DO),
        ((claim("0"),), {}, Refusal.QUANTITY_NOT_POSITIVE),
        ((claim("1.5"),), {}, Refusal.PRECISION),
        ((claim("1", item="NO-1"),), {}, Refusal.ITEM_UNKNOWN),
        ((claim("1"),), {"strength": "firm"}, Refusal.COMMAND_MALFORMED),
        ((claim("1"),), {"expires_at": FRIDAY}, Refusal.NOTHING_TO_DO),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, claims: tuple[WantedClaim, ...], more: dict[str, Any], code: Refusal
) -> None:
    stocked(session, "10", "1")
    assert refused(session, ReserveStock(entity=HP, site=PDX, claims=claims, **more)).code is code


def test_nothing_is_reserved_for_a_closed_day_and_no_day_closes_over_a_reservation(session: Session) -> None:
    stocked(session, "10", "1")
    yesterday = TODAY - timedelta(days=1)
    reserve(session, claim("1", day=yesterday))
    assert refused(session, ClosePeriod(entity=HP, through=yesterday)).code is Refusal.RESERVED

    do(session, ReleaseReservation(entity=HP, reservation="RS-1"))
    do(session, ClosePeriod(entity=HP, through=yesterday))
    late = ReserveStock(entity=HP, site=PDX, claims=(claim("1", day=yesterday),))
    assert refused(session, late).code is Refusal.PERIOD_CLOSED


def test_a_thousand_items_are_answered_in_one_query(session: Session) -> None:
    stocked(session, "10", "1")
    stocked(session, "5", "1", item=WIRE)
    stocked(session, "7", "1", site=RNO)
    reserve(session, claim("4"))
    reserve(session, claim("2", item=WIRE), strength="soft")

    found = free_of_many(session, HP, [BOLT, WIRE, GAUGE], PDX, FRIDAY)

    assert found == {BOLT: Free(D(10), D(4), D(0)), WIRE: Free(D(5), D(0), D(2))}


def test_of_two_who_want_the_same_pieces_at_once_one_gets_them(
    session: Session, new_session: Callable[[], Session]
) -> None:
    stocked(session, "10", "1")
    session.commit()
    got: list[Decimal] = []

    def reserve_seven(document: str) -> None:
        with new_session() as mine:
            made = reserve(mine, claim("7", document))
            mine.commit()
            got.append(D(made[0]["quantity"]))

    both = [threading.Thread(target=reserve_seven, args=(document,)) for document in ("SO-1", "SO-2")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(got) == [3, 7]
    assert free(session) == 0


STEPS = st.lists(
    st.tuples(st.sampled_from(("reserve", "issue", "take", "release", "transfer", "open", "wait")), st.integers(1, 9)),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reserved_is_never_above_available_whatever_is_done(session: Session, steps: list[tuple[str, int]]) -> None:
    clock.set_clock(session, clock.fixed(FRIDAY))
    history = session.begin_nested()
    stocked(session, "10", "1")
    for what, quantity in steps:
        with suppress(Refused):
            take_a_step(session, what, quantity)
        session.expire_all()
        held = session.query(Reservation).filter_by(state="held")
        assert sum((row.quantity for row in held), D(0)) <= available(session, HP, BOLT, PDX)
    history.rollback()
    session.expire_all()


def take_a_step(session: Session, what: str, quantity: int) -> None:
    held = session.query(Reservation.number).filter_by(state="held").order_by(Reservation.number).first()
    number = held[0] if held else "RS-0"
    hour = clock.now(session) + timedelta(hours=quantity)
    match what:
        case "reserve":
            reserve(session, claim(str(quantity)), expires_at=hour)
        case "issue":
            do(session, issue(str(quantity)))
        case "take":
            do(session, issue(str(quantity), reservation=number))
        case "release":
            do(session, ReleaseReservation(entity=HP, reservation=number))
        case "transfer":
            do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(quantity)))
        case "open":
            stocked(session, str(quantity), "1")
        case "wait":
            clock.set_clock(session, clock.fixed(hour))
