"""Stock that expires before anybody uses it: raised with what causes it, cleared when it is used, moved or extended."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.availability.commands import CancelPlan, ReserveStock, WantedClaim
from core.availability.queries import free_of_many, promise
from core.command import Command
from core.expiry.commands import CheckExpiry, SetShelfLife
from core.refusals import Refusal
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from core.stock.lots import SetLotExpiry
from core.stock.place_commands import HoldStock
from tests.availability.planned import comes, goes
from tests.builders import BOLT, HP, PDX, RNO, D, do, refused, stocked
from tests.conftest import FRIDAY
from tests.expiry.lots import TODAY, expiring, in_days, lot, stake

pytestmark = pytest.mark.usefixtures("sound_company")


def test_a_lot_that_nobody_wants_is_a_case_worth_what_it_cost(session: Session) -> None:
    lot(session, "A", "10", 12)

    assert expiring(session) == ["10 pieces will expire"]
    assert stake(session, "A") == "20.00"


def test_a_lot_that_demand_uses_up_in_time_is_none(session: Session) -> None:
    goes(session, "10", 12)
    lot(session, "A", "10", 12)
    assert expiring(session) == []


def test_demand_after_the_last_day_does_not_count(session: Session) -> None:
    goes(session, "4", 3)
    goes(session, "6", 13, document="SO-2")
    lot(session, "A", "10", 12)
    assert expiring(session) == ["6 pieces will expire"]


def test_what_expires_first_is_used_first(session: Session) -> None:
    goes(session, "10", 3)
    lot(session, "LATER", "10", 20)
    lot(session, "SOON", "8", 5)
    assert expiring(session) == ["8 pieces will expire"]
    assert stake(session, "LATER") == "16.00"


def test_pieces_reserved_of_a_lot_are_not_used_of_another(session: Session) -> None:
    lot(session, "SOON", "8", 5)
    lot(session, "LATER", "10", 20)
    claim = WantedClaim(item=BOLT, quantity=D(8), document="SO-1", lot="LATER")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,)))
    assert expiring(session) == ["8 pieces will expire", "2 pieces will expire"]


def test_a_forecast_is_used_evenly_over_its_window(session: Session) -> None:
    goes(session, "30", 0, kind="forecast", document="F-1", until=in_days(29))
    lot(session, "A", "10", 4)
    assert expiring(session) == ["5 pieces will expire"]


def test_days_that_customers_want_left_bring_the_last_day_forward(session: Session) -> None:
    goes(session, "10", 10)
    lot(session, "A", "10", 12)
    do(session, SetShelfLife(entity=HP, item=BOLT, safety_days=3))
    assert expiring(session) == ["10 pieces will expire"]
    do(session, SetShelfLife(entity=HP, item=BOLT, safety_days=2))
    assert expiring(session) == []


def test_a_lot_is_warned_of_so_many_days_ahead(session: Session) -> None:
    do(session, SetShelfLife(entity=HP, item=BOLT, warning_days=7))
    lot(session, "A", "10", 8)
    assert expiring(session) == []

    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=1)))
    do(session, CheckExpiry(entity=HP))

    assert expiring(session) == ["10 pieces will expire"]
    do(session, CheckExpiry(entity=HP))
    assert expiring(session) == ["10 pieces will expire"], "looking again gives nothing new"


@pytest.mark.parametrize(
    "way",
    [
        IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-1", lot="A"),
        AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-10), reason="scrapped", lot="A"),
        HoldStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), reason="set apart", lot="A"),
        SetLotExpiry(entity=HP, item=BOLT, lot="A", expires_on=in_days(200), reason="tested again"),
        SetShelfLife(entity=HP, item=BOLT, warning_days=3),
    ],
    ids=["used", "scrapped", "held", "extended", "warned of later"],
)
def test_it_closes_by_itself_when_it_is_no_longer_so(session: Session, way: Command) -> None:
    lot(session, "A", "10", 12)
    assert expiring(session)
    do(session, way)
    assert expiring(session) == []


def test_moved_to_a_site_that_uses_it_the_case_is_gone_and_moved_to_one_that_does_not_it_follows(
    session: Session,
) -> None:
    lot(session, "A", "10", 12)
    goes(session, "6", 4, site=RNO)

    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(6), lot="A"))
    assert expiring(session) == ["4 pieces will expire"]
    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(4), lot="A"))

    assert expiring(session) == ["4 pieces will expire"]
    assert stake(session, "A", RNO) == "8.00"


def test_demand_that_is_cancelled_raises_it(session: Session) -> None:
    wanted = goes(session, "10", 3)
    lot(session, "A", "10", 12)
    do(session, CancelPlan(entity=HP, plan=wanted))
    assert expiring(session) == ["10 pieces will expire"]


def test_one_lot_at_two_sites_is_two_cases(session: Session) -> None:
    for site in (PDX, RNO):
        lot(session, "A", "10", 12, site=site)
    assert expiring(session) == ["10 pieces will expire"] * 2


def test_an_expired_lot_is_not_available_from_the_first_instant_of_the_next_day(session: Session) -> None:
    lot(session, "A", "10", 0)
    stocked(session, "3", "2")

    def free() -> tuple[int, object]:
        now = clock.now(session)
        there = free_of_many(session, HP, [BOLT], PDX, now).get(BOLT)
        able = promise(session, HP, {BOLT: D(5)}, PDX, now.date(), now).whole
        return int(there.free if there else 0), able

    clock.set_clock(session, clock.fixed(FRIDAY.replace(hour=23, minute=59, second=59, microsecond=999999)))
    assert free() == (13, TODAY)
    clock.set_clock(session, clock.fixed(FRIDAY.replace(hour=0) + timedelta(days=1)))
    assert free() == (3, None)

    claim = WantedClaim(item=BOLT, quantity=D(4), document="SO-1")
    asked = ReserveStock(entity=HP, site=PDX, claims=(claim,), whole=True)
    assert refused(session, asked).code is Refusal.MORE_THAN_ON_HAND
    do(session, CheckExpiry(entity=HP))
    assert expiring(session) == ["10 pieces expired"]
    do(session, AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-10), reason="expired", lot="A"))
    assert expiring(session) == []


def test_nothing_is_promised_for_a_day_on_which_it_will_have_expired(session: Session) -> None:
    lot(session, "A", "10", 5)
    comes(session, "10", 9)
    now = clock.now(session)

    def whole(days: int, quantity: int = 10) -> object:
        return promise(session, HP, {BOLT: D(quantity)}, PDX, in_days(days), now).whole

    assert whole(0) == TODAY
    assert whole(5) == in_days(5)
    assert whole(6) == in_days(9), "what expires on day 5 cannot leave on day 6"
    assert whole(0, 11) is None, "ten expire before ten more come"


def test_an_item_without_lots_is_none_of_it(session: Session) -> None:
    stocked(session, "10", "2")
    do(session, CheckExpiry(entity=HP))
    assert expiring(session) == []


def test_days_below_zero_are_refused(session: Session) -> None:
    refusal = refused(session, SetShelfLife(entity=HP, item=BOLT, warning_days=-1))
    assert refusal.code is Refusal.QUANTITY_NOT_POSITIVE
