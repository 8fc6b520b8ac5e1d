"""Stock stories at the desk in short words: what happens, which case it is, which ways stand, and the button pressed."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from core import door
from core.availability.commands import PlanDemand
from core.cases import Case
from core.command import Command
from core.counting.commands import CountItem, OpenCount
from core.deciding.proposals import Proposal
from core.erp import Actor
from core.stock.commands import OpenStock
from core.stock.tables import StockBalance
from desk.house import House
from tests.desk import friday

Comes = Callable[[str], TestClient]
D = Decimal
HP, PLIERS, GLOVES, SHIM = "HP", "BW-PLR", "AR-GLV", "PS-SHM"
SYSTEM, LENA = Actor(kind="system", id="test"), Actor(kind="person", id="lena")
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
_keys = count(1)


def do(house: House, command: Command, actor: Actor = SYSTEM) -> dict[str, Any]:
    """Carry a command out in a unit of its own. Gives its result."""
    with house.unit() as session:
        return dict(door.execute(session, command, actor=actor, key=f"stock-{next(_keys)}").result)


def wanted(
    house: House, document: str, quantity: str, day: date = TUESDAY, *, item: str = PLIERS, site: str = "RNO"
) -> None:
    """A customer's order wants pieces on a day."""
    plan = PlanDemand(entity=HP, item=item, site=site, quantity=D(quantity), day=day, document=document)
    do(house, plan)


def opened(house: House, item: str, site: str, quantity: str, cost: str = "6.20") -> None:
    do(house, OpenStock(entity=HP, item=item, site=site, quantity=D(quantity), unit_cost=D(cost)))


def case_of(house: House, cause: str) -> Case:
    """The last case of a cause."""
    with house.unit() as session:
        query = select(Case).where(Case.cause == cause).order_by(Case.opened_at.desc(), Case.number.desc())
        case = session.scalars(query).first()
        assert case is not None, cause
        session.expunge(case)
        return case


def ways(house: House, case: str) -> dict[str, str]:
    """The ways that stand, in their order, each with its hash."""
    with house.unit() as session:
        query = select(Proposal).where(Proposal.case == case, Proposal.state == "proposed").order_by(Proposal.place)
        return {row.option: row.digest for row in session.scalars(query)}


def approve(browser: TestClient, case: str, digest: str, root_cause: str = "") -> Any:
    """Press the button of the card with that hash. Gives the answer."""
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/cases/{case}").text)
    assert csrf is not None
    form = {"csrf": csrf[1], "digest": digest, "root_cause": root_cause}
    return browser.post(f"/cases/{case}/approve", data=form, headers={"HX-Request": "true"})


def there(house: House, item: str, site: str) -> Decimal:
    """How many pieces lie at a site."""
    with house.unit() as session:
        found = select(func.coalesce(func.sum(StockBalance.quantity), 0)).where(
            StockBalance.item == item, StockBalance.site == site
        )
        return D(session.scalar(found) or 0)


def scan(house: House, number: str, item: str, counted: str) -> None:
    do(house, CountItem(entity=HP, count=number, item=item, counted=D(counted)), LENA)


def counted(house: House, item: str, site: str, quantity: str) -> str:
    """A count of an item by Lena. Gives its number."""
    number = str(do(house, OpenCount(entity=HP, site=site, items=(item,)))["count"])
    scan(house, number, item, quantity)
    friday.drain(house)
    return number
