"""The record, carried out again, gives the same books; books that were changed by hand do not match it."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import audit, clock
from core.books.accounts import CHART
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.replay import contents, differences, recorded, replay
from core.stock.commands import IssueStock
from core.stock.making_commands import SellToEntity
from tests.builders import BOLT, HP, LONG_AGO, PDX, D, company, do, order, receipt, stocked


@pytest.fixture
def history(session: Session) -> None:
    """A receipt against an order, an issue, and a receipt of long ago that costs the issue anew."""
    company(session)
    receipt(session, order(session, (BOLT, "10", "2.00")), "10")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(4), document="SO-1"))
    stocked(session, "3", "0.70", happened_at=LONG_AGO)
    audit.flush_entries(session)


def test_the_record_carried_out_again_gives_the_same_bytes(session: Session, history: None) -> None:
    record, books = list(recorded(session)), contents(session)
    session.rollback()

    assert replay(session, record) == len(record) > 20
    audit.flush_entries(session)

    assert differences(books, contents(session)) == []


def test_time_that_goes_on_while_a_command_is_carried_out_is_one_hour_in_its_record(session: Session) -> None:
    began, ticks = clock.now(session), count()
    clock.set_clock(session, lambda: began + timedelta(milliseconds=next(ticks)))
    company(session)
    receipt(session, order(session, (BOLT, "10", "2.00")), "10")
    do(session, AddEntity(entity="SISTER", name="Sister", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity="SISTER", code=code, name=name, kind=kind))
    do(session, AddSite(entity="SISTER", code="BOI", name="Boise"))
    do(session, AddItem(entity="SISTER", sku=BOLT, name="Flange bolt M8"))
    sold = SellToEntity(
        entity=HP, item=BOLT, site=PDX, quantity=D(4), to_entity="SISTER", to_site="BOI", transfer_price=D(3)
    )
    do(session, sold)
    audit.flush_entries(session)
    record, books = list(recorded(session)), contents(session)
    session.rollback()

    replay(session, record)
    audit.flush_entries(session)

    assert differences(books, contents(session)) == []


def test_what_was_changed_by_hand_shows_against_the_record(session: Session, history: None) -> None:
    record = list(recorded(session))
    session.execute(text("update stock_balance set quantity = quantity + 1 where item = :item"), {"item": BOLT})
    books = contents(session)
    session.rollback()

    replay(session, record)
    audit.flush_entries(session)

    (found,) = differences(books, contents(session))
    assert found.startswith("stock_balance: only before: ")
    assert BOLT in found
