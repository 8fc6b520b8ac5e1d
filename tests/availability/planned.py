"""What is planned to come and to go in these tests, counted in days from the Friday on which their clock stands."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.availability.commands import PlanDemand, PlanSupply
from tests.builders import BOLT, HP, PDX, D, do
from tests.conftest import FRIDAY

TODAY = FRIDAY.date()


def on(days: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=days)


def comes(session: Session, quantity: str, days: int, document: str = "TR-1", item: str = BOLT) -> str:
    """A planned supply in Portland; its number."""
    plan = PlanSupply(entity=HP, item=item, site=PDX, quantity=D(quantity), day=on(days), document=document)
    return str(do(session, plan).result["plan"])


def goes(session: Session, quantity: str, days: int, document: str = "SO-1", **more: Any) -> str:
    """A planned demand, in Portland where nothing else is said; its number."""
    where = {"item": BOLT, "site": PDX, **more}
    plan = PlanDemand(entity=HP, quantity=D(quantity), day=on(days), document=document, **where)
    return str(do(session, plan).result["plan"])
