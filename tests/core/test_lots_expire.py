"""Lots and the day they expire."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.refusals import Refusal
from core.stock.commands import IssueStock
from core.stock.lots import Expiring, SetLotExpiry, expiring
from tests.builders import BOLT, HP, PDX, RNO, D, do, refused, stocked

pytestmark = pytest.mark.usefixtures("sound_company")

SOON, LATER = date(2026, 12, 1), date(2027, 6, 1)


def expires(lot: str, day: date, reason: str = "") -> SetLotExpiry:
    return SetLotExpiry(entity=HP, item=BOLT, lot=lot, expires_on=day, reason=reason)


def test_what_is_on_hand_and_expires_is_found_by_its_day(session: Session) -> None:
    for lot, site in (("A", PDX), ("A", RNO), ("B", PDX), ("C", PDX)):
        stocked(session, "10", "1", lot=lot, site=site)
    for lot, day in (("A", SOON), ("B", LATER), ("C", SOON)):
        do(session, expires(lot, day))
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-1", lot="C"))

    found = [Expiring(item=BOLT, lot="A", site=site, expires_on=SOON, quantity=D(10)) for site in (PDX, RNO)]
    assert expiring(session, HP, SOON) == found
    assert [one.lot for one in expiring(session, HP, LATER)] == ["A", "A", "B"]


def test_another_day_needs_a_reason(session: Session) -> None:
    do(session, expires("A", SOON))
    assert refused(session, expires("A", LATER)).code is Refusal.REASON_REQUIRED
    do(session, expires("A", LATER, "tested again"))
    assert refused(session, expires("", SOON)).code is Refusal.COMMAND_MALFORMED
