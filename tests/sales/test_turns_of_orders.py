"""Commands on orders of both kinds, plans, claims and customers lock in the order of those that decide on them: the turn
first, then whatever they change."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import (
    CancelPlan,
    ChangePlan,
    FulfilPlan,
    PlanDemand,
    PlanSupply,
    ReleaseReservation,
    UseSubstitute,
)
from core.availability.tables import PlannedMove
from core.command import Command
from core.expiry.commands import SetShelfLife
from core.masterdata.commands import BlockItem, DropSubstitute, SetSubstitute
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    ApproveOrder,
    CancelRest,
    CloseShort,
    ConfirmedLine,
    RecordConfirmation,
)
from core.refusals import Refused
from core.replenishment.commands import (
    LeaveSuggestion,
    RunReplenishment,
    SetCalendar,
    SetOrderPoint,
    TakeSuggestion,
)
from core.sales.commands import (
    CancelSalesOrder,
    ConfirmSalesOrder,
    OpenReceivable,
    ReceivePayment,
    ReleaseShipping,
    SetCreditLimit,
    SetCustomerTier,
)
from tests.builders import DANA, HP, NEED_BY, PDX, D, do
from tests.properties.stock_commands import ordered, stand
from tests.properties.stock_company import FIXED, MEAN, OLDEST
from tests.properties.test_lock_order import TURN_CAME, locks
from tests.sales.sold import ALDER, billing, customer, entered, shipping, sold

LATER = NEED_BY + timedelta(days=7)

BOUGHT: dict[str, Command] = {
    "place": ordered(OLDEST),
    "approve": ApproveOrder(entity=HP, order="PO-3", approved_by="dana"),
    "confirm": RecordConfirmation(entity=HP, order="PO-2", lines=(ConfirmedLine(line=1, promised=LATER),)),
    "accept": AcceptPromise(entity=HP, order="PO-2", line=1, need_by=LATER),
    "amend the price": AmendPrice(entity=HP, order="PO-2", line=1, price=D(2)),
    "amend the quantity": AmendQuantity(entity=HP, order="PO-2", line=1, quantity=D(30)),
    "cancel the rest": CancelRest(entity=HP, order="PO-2", line=1, reason="enough"),
    "close": CloseShort(entity=HP, order="PO-1", line=1, reason="enough"),
    "say when to order": SetOrderPoint(entity=HP, item=FIXED, site=PDX, minimum=D(50), target=D(80)),
    "say who works": SetCalendar(entity=HP, code="week", weekdays=(0, 1)),
    "look": RunReplenishment(entity=HP),
    "take": TakeSuggestion(entity=HP, suggestion="RP-1", by="priya", supplier="S-100", price=D(1)),
    "leave": LeaveSuggestion(entity=HP, suggestion="RP-1", by="priya", reason="enough"),
}
SOLD: dict[str, Command] = {
    "confirm": ConfirmSalesOrder(entity=HP, order="SO-2"),
    "cancel": CancelSalesOrder(entity=HP, order="SO-1", reason="no money"),
    "ship": shipping("SO-1", "1"),
    "bill": billing("SO-1"),
    "let go": ReleaseShipping(entity=HP, order="SO-1", reason="they paid"),
    "owe": OpenReceivable(entity=HP, customer=ALDER, document="OLD-1", amount=D(5)),
    "pay": ReceivePayment(entity=HP, customer=ALDER, reference="P-1", amount=D(5)),
    "limit": SetCreditLimit(entity=HP, customer=ALDER, limit=D(500), reason="asked"),
    "rank": SetCustomerTier(entity=HP, customer=ALDER, tier=1, reason="asked"),
    "plan demand": PlanDemand(entity=HP, item=MEAN, site=PDX, quantity=D(2), day=NEED_BY, document="SO-1"),
    "plan supply": PlanSupply(entity=HP, item=MEAN, site=PDX, quantity=D(2), day=NEED_BY, document="MO-1"),
    "keep no longer": ReleaseReservation(entity=HP, reservation="RS-1"),
    "name a substitute": SetSubstitute(entity=HP, item=OLDEST, substitute=FIXED),
    "name it no longer": DropSubstitute(entity=HP, item=OLDEST, substitute=MEAN, reason="too weak"),
    "block": BlockItem(entity=HP, item=MEAN, reason="recalled"),
    "say how long it lasts": SetShelfLife(entity=HP, item=MEAN, warning_days=5, safety_days=1),
}


def early(session: Session, monkeypatch: pytest.MonkeyPatch, commands: dict[str, Command]) -> dict[str, list[str]]:
    """What each command locks before its turn. One that is refused has to come as far as to its turn."""
    found = {}
    with locks(monkeypatch) as heard:
        for name, command in commands.items():
            heard.clear()
            with session.begin_nested() as savepoint:
                try:
                    door.execute(session, command, actor=DANA, key=name)
                except Refused:
                    pass
                finally:
                    savepoint.rollback()
            assert heard, f"{name} comes as far as to its turn"
            session.expire_all()
            found[name] = heard[: heard.index(TURN_CAME)] if TURN_CAME in heard else ["it takes no turn"]
    return {name: locked for name, locked in found.items() if locked}


def test_nothing_of_what_is_bought_is_locked_before_the_turn_has_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(session)
    do(session, BOUGHT["say when to order"])
    do(session, RunReplenishment(entity=HP))
    assert early(session, monkeypatch, BOUGHT) == {}


def test_nothing_of_what_is_sold_is_locked_before_the_turn_has_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(session)
    customer(session)
    sold(session, (OLDEST, "5", "9"))
    entered(session, (MEAN, "1", "9"))
    do(session, SetSubstitute(entity=HP, item=OLDEST, substitute=MEAN))
    plan = session.scalars(select(PlannedMove.number).where(PlannedMove.document == "SO-1")).one()
    of_plan: dict[str, Command] = {
        "move": ChangePlan(entity=HP, plan=plan, day=LATER),
        "fulfil": FulfilPlan(entity=HP, plan=plan, quantity=D(1)),
        "use another": UseSubstitute(entity=HP, plan=plan, substitute=MEAN, quantity=D(1)),
        "plan no longer": CancelPlan(entity=HP, plan=plan, reason="no"),
    }
    assert early(session, monkeypatch, {**SOLD, **of_plan}) == {}
