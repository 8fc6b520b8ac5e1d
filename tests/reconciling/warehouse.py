"""A warehouse in Portland that tells what it moved since three in the morning, and the ledger's side of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case, CaseFinding
from core.door import Outcome
from core.reconciling.commands import RecordWarehouseEvents, WarehouseMove
from core.stock.commands import IssueStock
from tests.builders import BOLT, HP, PDX, D, case_of, do
from tests.conftest import FRIDAY

WMS = "WMS-PDX"
MORNING = FRIDAY - timedelta(hours=6)
"""When the day begins: everything of it is older than the tolerance by Friday nine."""


def told(number: int, quantity: str, reference: str = "", **more: Any) -> WarehouseMove:
    """Event E-number, ten minutes after the one before."""
    said = {"item": BOLT, "site": PDX, "happened_at": at(number), **more}
    return WarehouseMove(event=f"E-{number}", sequence=number, quantity=D(quantity), reference=reference, **said)


def at(number: int) -> datetime:
    return MORNING + timedelta(minutes=10 * number)


def record(session: Session, *events: WarehouseMove) -> Outcome:
    return do(session, RecordWarehouseEvents(entity=HP, source=WMS, events=events))


def issue(session: Session, number: int, quantity: str, document: str, **more: Any) -> None:
    """The ledger's side of event E-number."""
    said = {"item": BOLT, "site": PDX, "happened_at": at(number), **more}
    do(session, IssueStock(entity=HP, quantity=D(quantity), document=document, **said))


def cause(item: str = BOLT, site: str = PDX, location: str = "", lot: str = "", status: str = "available") -> str:
    return f"warehouse:{WMS}:{item}:{site}:{location}:{lot}:{status}"


def causes(session: Session) -> list[str]:
    return sorted(session.scalars(select(Case.cause).where(Case.closed_at.is_(None))))


def facts(session: Session, of: str) -> dict[str, Any]:
    case = case_of(session, of)
    return dict(
        session.scalars(
            select(CaseFinding.facts).where(CaseFinding.case == case.number, CaseFinding.cleared_at.is_(None))
        ).one()
    )
