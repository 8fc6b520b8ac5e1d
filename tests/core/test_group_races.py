"""Goods that go both ways between two entities, and on the road, by several people at the same moment: nobody waits for
ever, and nothing goes back, is paid or arrives twice."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.books.accounts import CHART
from core.books.queries import balance
from core.command import Command
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.refusals import Refusal, Refused
from core.stock.intercompany_commands import ReturnToEntity, SettleWithEntity
from core.stock.making_commands import SellToEntity
from core.stock.queries import available
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from tests.builders import BOLT, HP, PDX, RNO, D, broken, company, do, stocked
from tests.core.racing import at_once

BUYER = "AA"


@pytest.fixture
def together(session: Session, new_session: Callable[[], Session]) -> Callable[..., list[Any]]:
    """Lets commands be carried out at the same moment. Gives the results, and the codes of what was refused."""
    company(session)
    stocked(session, "20", "0.40")
    session.commit()

    def act(*commands: Command) -> list[Any]:
        def one(place: int) -> Any:
            with new_session() as other:
                outcome = do(other, commands[place], key=f"race-{place}")
                other.commit()
                return outcome.result

        done = at_once(len(commands), one)
        session.expire_all()
        assert broken(session) == []
        return [result.code if isinstance(result, Refused) else result for result in done]

    return act


def test_what_goes_back_and_is_sold_at_the_same_moment_never_waits_for_ever(
    session: Session, together: Callable[..., list[Any]]
) -> None:
    do(session, AddEntity(entity=BUYER, name="Alder & Ash", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity=BUYER, code=code, name=name, kind=kind))
    do(session, AddSite(entity=BUYER, code="BOI", name="Boise"))
    do(session, AddItem(entity=BUYER, sku=BOLT, name="Flange bolt M8"))
    sale = SellToEntity(
        entity=HP, item=BOLT, site=PDX, quantity=D(10), to_entity=BUYER, to_site="BOI", transfer_price=D(1)
    )
    number = str(do(session, sale).result["sale"])
    session.commit()
    back = ReturnToEntity(
        entity=BUYER, seller=HP, sale=number, site="BOI", quantity=D(6), to_site=PDX, reason="too many"
    )
    pay = SettleWithEntity(entity=BUYER, seller=HP, amount=D(3))

    done = together(back, sale, back, pay, sale)

    assert all(isinstance(one, dict) or one is Refusal.MORE_THAN_ON_HAND for one in done)
    assert sum(isinstance(done[place], dict) for place in (0, 2)) == 1, "six of ten go back once"
    assert balance(session, HP, "1250") == -balance(session, BUYER, "2180")


def test_what_arrives_is_not_called_back_at_the_same_moment(
    session: Session, together: Callable[..., list[Any]]
) -> None:
    lines = (ShippedLine(item=BOLT, quantity=D(10)),)
    transfer = str(do(session, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines)).result["transfer"])
    session.commit()
    back = (RecalledLine(line=1, quantity=D(6)),)
    recall = RecallTransfer(entity=HP, transfer=transfer, lines=back, reason="the road is closed")
    arrive = ReceiveTransfer(entity=HP, transfer=transfer, lines=(ArrivedLine(line=1, quantity=D(6)),))

    done = together(recall, arrive, recall, arrive)

    assert done.count(Refusal.MORE_THAN_SHIPPED) == 3
    assert available(session, HP, BOLT, PDX) + available(session, HP, BOLT, RNO) == 16
