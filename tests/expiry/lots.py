"""Lots that expire, in the company of the builders; days are counted from the Friday on which the clock stands."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core.expiry.detect import cause_of
from core.stock.lots import SetLotExpiry
from tests.builders import BOLT, HP, PDX, case_of, do, findings, stocked
from tests.conftest import FRIDAY

TODAY = FRIDAY.date()


def in_days(days: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=days)


def lot(session: Session, name: str, quantity: str, days: int, *, site: str = PDX, unit_cost: str = "2") -> None:
    """So many pieces of a lot that expires in so many days."""
    stocked(session, quantity, unit_cost, lot=name, site=site)
    do(session, SetLotExpiry(entity=HP, item=BOLT, lot=name, expires_on=in_days(days)))


def expiring(session: Session) -> list[str]:
    """The headlines of what stands as expiring."""
    return findings(session).get("lot_expiry", [])


def stake(session: Session, name: str, site: str = PDX) -> str:
    """The value at risk in a lot at a site."""
    return f"{case_of(session, cause_of(BOLT, name, site)).stake:.2f}"
