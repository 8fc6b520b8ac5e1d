"""Claims that name a location or a lot: taken from there and nowhere else, and never more than lies there."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.availability.commands import ReleaseReservation, ReserveStock, WantedClaim
from core.availability.tables import Reservation
from core.refusals import Refusal, Refused
from core.stock.commands import IssueStock, TransferStock
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.tables import StockBalance
from core.stock.transit_commands import ShippedLine, ShipTransfer
from tests.availability.test_fitting import lacking
from tests.builders import BOLT, HP, PDX, RNO, D, broken, do, refused, stocked

pytestmark = pytest.mark.usefixtures("sound_company")


def claim(quantity: str, document: str = "SO-1", location: str = "", lot: str = "") -> WantedClaim:
    return WantedClaim(item=BOLT, quantity=D(quantity), document=document, location=location, lot=lot)


def reserve(session: Session, *claims: WantedClaim) -> list[str]:
    """What each claim got, in pieces."""
    made = do(session, ReserveStock(entity=HP, site=PDX, claims=claims)).result["reservations"]
    return [one["quantity"] for one in made]


def issue(quantity: str, location: str = "", document: str = "SO-1", **more: Any) -> IssueStock:
    return IssueStock(
        entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document=document, location=location, **more
    )


def held(session: Session) -> dict[str, Decimal]:
    """What is still claimed, by reservation."""
    session.expire_all()
    rows = session.execute(select(Reservation.number, Reservation.quantity).where(Reservation.state == "held"))
    return dict(rows.all())


@pytest.fixture
def bins(session: Session) -> Session:
    """Six bolts in each of two bins, and four that are not put away."""
    for quantity, location in (("6", "A-01"), ("6", "B-01"), ("4", "")):
        stocked(session, quantity, "1", location=location)
    return session


def test_an_issue_takes_what_its_document_reserved_in_that_bin_first(bins: Session) -> None:
    reserve(bins, claim("5"), claim("3", location="A-01"), claim("2", location="B-01"), claim("1", "SO-2", "A-01"))

    do(bins, issue("4", "A-01"))

    assert held(bins) == {"RS-1": 4, "RS-3": 2, "RS-4": 1}, "three of that bin, then one of wherever"
    do(bins, issue("2", ""))
    assert held(bins) == {"RS-1": 2, "RS-3": 2, "RS-4": 1}
    assert broken(bins) == []


def test_a_claim_on_a_bin_is_not_used_up_from_another(bins: Session) -> None:
    reserve(bins, claim("3", location="A-01"))
    elsewhere = [
        issue("1", "B-01", reservation="RS-1"),
        TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(1), location="B-01", reservation="RS-1"),
        ShipTransfer(
            entity=HP, site=PDX, to_site=RNO, lines=(ShippedLine(item=BOLT, quantity=D(1), reservation="RS-1"),)
        ),
    ]
    for command in elsewhere:
        said = refused(bins, command)
        assert said.code is Refusal.RESERVATION_NOT_HELD
        assert f"RS-1 holds {BOLT} at PDX A-01, not at" in said.detail
    do(bins, issue("1", "A-01", reservation="RS-1"))
    assert held(bins) == {"RS-1": 2}


def test_what_is_reserved_in_a_bin_is_not_taken_put_away_or_held_by_others(bins: Session) -> None:
    reserve(bins, claim("5", location="A-01"))
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "location": "A-01", "quantity": D(2)}
    for command in (
        issue("2", "A-01", "SO-2"),
        PutAway(**here, to_location="B-01"),
        HoldStock(**here, reason="to be looked at"),
        TransferStock(**here, to_site=RNO),
    ):
        assert refused(bins, command).code is Refusal.RESERVED
    do(bins, issue("6", "B-01", "SO-2"))


def test_a_claim_on_a_bin_and_one_on_a_lot_do_not_get_the_same_pieces(session: Session) -> None:
    for location, lot in (("A-01", "K"), ("B-01", "L")):
        stocked(session, "5", "1", location=location, lot=lot)

    assert reserve(session, claim("5", location="A-01")) == ["5"]
    assert reserve(session, claim("5", "SO-2", lot="K")) == ["0"], "they are the pieces of that bin"
    assert reserve(session, claim("5", "SO-2", lot="L")) == ["5"]
    assert reserve(session, claim("1", "SO-3")) == ["0"]


def test_a_move_that_leaves_a_bin_and_a_lot_to_the_same_pieces_is_refused(session: Session) -> None:
    for location, lot in (("A-01", "K"), ("A-01", "L"), ("B-01", "M")):
        stocked(session, "5", "1", location=location, lot=lot)
    reserve(session, claim("5", location="A-01"), claim("5", "SO-2", lot="K"))

    said = refused(session, issue("1", "A-01", "SO-3", lot="L"))

    assert said.code is Refusal.RESERVED
    assert "1 piece would be reserved by their location and, as others, by their lot (RS-1, RS-2)" in said.detail
    do(session, issue("5", "B-01", "SO-3", lot="M"))


def test_the_doctor_finds_a_bin_that_is_promised_twice(bins: Session) -> None:
    reserve(bins, claim("5", location="A-01"))
    with bins.begin_nested() as by_hand:
        bins.execute(text("update reservation set quantity = 7"))
        assert [one.partition(":")[0] for one in broken(bins)] == ["reservations are available"]
        by_hand.rollback()


PLACE = st.tuples(st.sampled_from(("", "A-01", "B-01")), st.sampled_from(("", "K", "L")))
DOINGS = st.sampled_from(("reserve", "reserve", "issue", "take", "put away", "hold", "let go", "release", "open"))
STEPS = st.lists(st.tuples(DOINGS, PLACE, st.integers(1, 6), st.sampled_from(("SO-1", "SO-2"))), max_size=14)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_every_moment_all_claims_can_be_served_at_once(
    session: Session, steps: list[tuple[str, tuple[str, str], int, str]]
) -> None:
    history = session.begin_nested()
    for location, lot in (("A-01", "K"), ("B-01", "L"), ("A-01", "L"), ("", "")):
        stocked(session, "4", "1", location=location, lot=lot)
    for what, (location, lot), quantity, document in steps:
        with suppress(Refused):
            take_a_step(session, what, location, lot, D(quantity), document)
        session.expire_all()
        claimed = session.query(Reservation).filter_by(state="held").all()
        lying = session.query(StockBalance).filter_by(site=PDX, item=BOLT, status="available").all()
        there = {(row.location, row.lot): row.quantity for row in lying}
        assert lacking(there, [((one.location, one.lot), one.quantity) for one in claimed]) == 0
    assert broken(session) == []
    history.rollback()
    session.expire_all()


def take_a_step(session: Session, what: str, location: str, lot: str, quantity: Decimal, document: str) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "quantity": quantity, "location": location}
    first = session.query(Reservation.number).filter_by(state="held").order_by(Reservation.number).first()
    number = first[0] if first else "RS-0"
    match what:
        case "reserve":
            reserve(session, claim(str(quantity), document, location, lot))
        case "issue":
            do(session, issue(str(quantity), location, document, lot=lot))
        case "take":
            do(session, issue(str(quantity), location, document, lot=lot, reservation=number))
        case "put away":
            do(session, PutAway(**here, lot=lot, to_location="B-01" if location == "A-01" else "A-01"))
        case "hold":
            do(session, HoldStock(**here, lot=lot, reason="to be looked at"))
        case "let go":
            do(session, ReleaseStock(**here, lot=lot, reason="good"))
        case "release":
            do(session, ReleaseReservation(entity=HP, reservation=number))
        case "open":
            stocked(session, str(quantity), "1", location=location, lot=lot)
