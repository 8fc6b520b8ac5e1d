"""What the doctor says of lots and of two books, broken by hand."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.doctor_expiry import QUERIES
from core.expiry.commands import CheckExpiry
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.stock.commands import IssueStock
from core.stock.making_commands import SellToEntity
from core.stock.picking import LEAVES_FOR_USE
from tests.builders import BOLT, CHART, HP, PDX, D, broken, company, do, stocked
from tests.expiry.lots import lot

BROKEN = {
    "expired pieces were told of": "update lot set expires_on = '2026-11-01' where lot = 'A'",
    "nothing expired was used": "update lot set expires_on = '2026-11-01', said_at = '2026-01-01' where lot = 'B'",
    "two books at one rate": "update intercompany_layer set rate = 2",
}


@pytest.fixture
def group(session: Session) -> Session:
    """A lot that keeps, a look at it, and a sale to an entity with other money."""
    company(session)
    do(session, AddEntity(entity="EU", name="Esche", currency="EUR"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity="EU", code=code, name=name, kind=kind))
    do(session, AddSite(entity="EU", code="HAM", name="Hamburg"))
    do(session, AddItem(entity="EU", sku=BOLT, name="Schraube"))
    stocked(session, "10", "1")
    sale = SellToEntity(
        entity=HP, item=BOLT, site=PDX, quantity=D(10), to_entity="EU", to_site="HAM", transfer_price=D(3)
    )
    do(session, replace(sale, rate=D("0.9")))
    lot(session, "A", "10", 400)
    lot(session, "B", "10", 30)
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-1"))
    do(session, CheckExpiry(entity=HP))
    session.commit()
    assert broken(session) == []
    return session


@pytest.mark.parametrize(("promise", "statement"), BROKEN.items())
def test_what_is_broken_by_hand_is_named(group: Session, promise: str, statement: str) -> None:
    group.execute(text("set local session_replication_role = replica"))
    group.execute(text(statement))
    assert [one.partition(":")[0] for one in broken(group)] == [promise]


def test_the_doctor_asks_of_every_kind_of_move_that_uses_pieces() -> None:
    asked = next(query for name, query, _ in QUERIES if name == "nothing expired was used")
    assert f"m.kind in {LEAVES_FOR_USE}" in asked


def test_every_promise_is_broken_here() -> None:
    assert {name for name, _, _ in QUERIES} == set(BROKEN)
