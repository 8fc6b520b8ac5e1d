"""Who gives pieces up for whom: by the customers' priority with the planner's word, against it only when two sign."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agents.propose.options import stock_priority
from core import door
from core.availability.commands import PlanSupply, ReserveStock, WantedClaim
from core.cases import Case
from core.command import from_wire
from core.deciding.facts import judged_facts
from core.deciding.proposals import Draft
from core.erp import Because, Erp
from core.judging import Answer
from core.replenishment.outlook import outlook
from core.sales.commands import AddCustomer, ConfirmSalesOrder, EnterSalesOrder, NewSalesLine
from policies.tables import load
from policies.verdict import Policies
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, case_of, company, do, stocked
from tests.conftest import FRIDAY

TODAY = date(2026, 11, 20)
CAUSE = f"stock:{BOLT}:{PDX}"


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def house(session: Session) -> Session:
    """Customers of tier 1 and 5, twenty bolts, and twenty more in a month."""
    company(session)
    stocked(session, "20", "0.40")
    for tier in (1, 5):
        do(session, AddCustomer(entity=HP, number=f"C-{tier}", name=f"Customer {tier}", tier=tier))
    do(session, PlanSupply(entity=HP, item=BOLT, site=PDX, quantity=D(20), day=on(30), document="TR-1"))
    return session


def wants(session: Session, tier: int, quantity: str, days: int, *, reserved: str = "") -> str:
    """A confirmed order of the customer of a tier, and what is reserved for it. Gives its number."""
    number = f"SO-{tier}-{days}"
    line = NewSalesLine(item=BOLT, quantity=D(quantity), price=D(1), site=PDX, promised=on(days))
    do(session, EnterSalesOrder(entity=HP, customer=f"C-{tier}", number=number, lines=(line,)))
    do(session, ConfirmSalesOrder(entity=HP, order=number))
    if reserved:
        claim = WantedClaim(item=BOLT, quantity=D(reserved), document=number, line=1, day=on(days))
        do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,), whole=True))
    return number


class Seen:
    """As much of a case as the drafts look at."""

    def __init__(self, case: Case) -> None:
        self.entity, self.number, self.currency, self.evidence = HP, case.number, "USD", ()


def drafted(session: Session) -> dict[str, Draft]:
    """The ways by which somebody gives up for somebody, by their names."""
    seen: Any = Seen(case_of(session, CAUSE))
    return {one.option: one for one in stock_priority.drafts(seen, outlook(session, HP, BOLT, PDX, FRIDAY))}


def signers(session: Session, draft: Draft) -> Sequence[tuple[str, ...]]:
    """Who would have to sign for a way."""
    erp = Erp(session=session, entity=HP, actor=PRIYA, because=Because(), dispatch=lambda *_: {})
    verdict = Policies(load()).judge(judged_facts(erp, case_of(session, CAUSE), draft))
    assert verdict.answer is Answer.ASK
    return verdict.approvers


def carried_out(session: Session, draft: Draft) -> None:
    """Do what a way says, after a look at what it would do."""
    commands = [from_wire(action.command) for action in draft.actions]
    assert door.simulate(session, commands, actor=PRIYA).refusal is None
    for command in commands:
        do(session, command)
    assert broken(session) == []


def gives(draft: Draft) -> list[tuple[str, Decimal]]:
    """What the claims of a way are made for."""
    return [
        (one["document"], D(one["quantity"])) for action in draft.actions for one in action.command.get("claims", ())
    ]


def test_the_first_tier_gets_what_a_later_tier_keeps_even_for_a_sooner_day(house: Session) -> None:
    wants(house, 5, "20", 3, reserved="20")
    first = wants(house, 1, "15", 5)
    way = drafted(house)["reallocate"]
    assert gives(way) == [(first, D(15))]
    assert way.says == "SO-1-5 is of tier 1, SO-5-3 of tier 5; SO-5-3 then lacks 15 on 23 Nov 2026."
    assert way.slips_days == 27
    assert len(signers(house, way)) == 2, "somebody is later by it"
    carried_out(house, way)
    assert "override_priority SO-5-3" in drafted(house)


def test_what_the_first_tier_keeps_is_given_to_a_lower_one_only_when_two_sign(house: Session) -> None:
    wants(house, 1, "20", 40, reserved="20")
    sooner = wants(house, 5, "10", 3)
    ways = drafted(house)
    assert "reallocate" not in ways
    way = ways["override_priority SO-5-3"]
    assert gives(way) == [(sooner, D(10))]
    assert way.slips_days == 0, "the first tier is served by what comes"
    assert [len(signers(house, way)), "controller" in signers(house, way)[1]] == [2, True]
    carried_out(house, way)


def test_a_way_that_calls_itself_by_priority_and_is_not_needs_two_all_the_same(house: Session) -> None:
    wants(house, 1, "20", 40, reserved="20")
    wants(house, 5, "10", 3)
    way = drafted(house)["override_priority SO-5-3"]
    called = Draft(
        option="reallocate", title=way.title, says=way.says, actions=way.actions, amounts=way.amounts, slips_days=0
    )
    assert len(signers(house, called)) == 2


def test_of_one_tier_the_day_alone_decides_and_one_signs(house: Session) -> None:
    wants(house, 5, "20", 40, reserved="20")
    sooner = wants(house, 5, "10", 3)
    ways = drafted(house)
    assert list(ways) == ["reallocate"]
    assert gives(ways["reallocate"]) == [(sooner, D(10))]
    assert ways["reallocate"].says.startswith("SO-5-3 leaves first, on 23 Nov 2026; SO-5-40 gets its pieces")
    assert len(signers(house, ways["reallocate"])) == 1
    carried_out(house, ways["reallocate"])


def test_what_is_free_is_kept_for_whose_turn_it_is(house: Session) -> None:
    wants(house, 5, "15", 3)
    first = wants(house, 1, "15", 4)
    way = drafted(house)[f"reallocate {first}"]
    assert gives(way) == [(first, D(15))]
    assert len(signers(house, way)) == 1
    carried_out(house, way)
    assert list(drafted(house)) == ["override_priority SO-5-3"], "it is theirs, unless two say otherwise"
