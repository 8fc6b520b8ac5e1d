"""Whoever changes stock takes turns, and takes the turn before anything else that another command may want: nobody waits for
one who waits for the turn."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case
from core.command import Command, to_wire
from core.counting.commands import CountItem, OpenCount, PostCount, SetCountPolicy
from core.deciding.commands import RecordProposals
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft
from core.erp import Actor
from core.receiving.commands import AddToReceipt
from core.stock.commands import AdjustStock
from core.stock.place_commands import HoldStock
from core.stock.queries import available
from policies.verdict import Policies
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, do, order, receipt, stocked
from tests.core.racing import begun
from tests.databases import Shared

AGENT = Actor(kind="reader", id="propose")
LOSE = AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=-D(2), reason="lost")


@pytest.fixture
def in_turn(session: Session, new_session: Callable[[], Session], shared: Shared) -> Callable[..., Any]:
    """Lets a command begin while another has the turn, and a third follow in that one's transaction. Gives what came of
    the one that began meanwhile."""

    def act(meanwhile: Command, then: Command, actor: Actor = PRIYA) -> Any:
        def other() -> Any:
            with new_session() as its:
                set_judge(its, Policies.load())
                done = do(its, meanwhile, actor=actor, key="meanwhile")
                its.commit()
                return done.result

        session.commit()
        do(session, HoldStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), reason="wet"))
        end = begun(shared.url, other)
        do(session, then)
        session.commit()
        return end()

    return act


def test_an_adjustment_by_hand_and_a_count_that_is_posted_do_not_wait_for_each_other(
    session: Session, in_turn: Callable[..., Any]
) -> None:
    company(session)
    do(session, SetCountPolicy(entity=HP, quantity_pct=D(10), value_limit=D(20)))
    stocked(session, "20", "0.40")
    count = str(do(session, OpenCount(entity=HP, site=PDX, items=(BOLT,))).result["count"])
    do(session, CountItem(entity=HP, count=count, item=BOLT, counted=D(19)))

    made = in_turn(LOSE, PostCount(entity=HP, count=count))

    assert str(made["adjustment"]).startswith("ADJ-")
    assert available(session, HP, BOLT, PDX) == 16
    assert broken(session) == []


def test_a_way_out_is_simulated_while_a_delivery_changes_its_case(
    session: Session, in_turn: Callable[..., Any]
) -> None:
    company(session)
    receipt(session, order(session, (BOLT, "100", "0.42")), "90")
    case = session.scalars(select(Case.number)).one()
    losing = Action(command=to_wire(LOSE), title="Lose two")
    draft = Draft(option="adjust", title="Lose two", says="Two are lost.", actions=(losing,), amounts={})
    more = AddToReceipt(entity=HP, receipt="GR-1", line=1, quantity=D(5), received_by="lena")

    drawn_up = in_turn(RecordProposals(entity=HP, case=case, drafts=(draft,), author="propose/rules"), more, AGENT)

    assert drawn_up["refused"] == []
    assert len(drawn_up["digests"]) == 1
    assert available(session, HP, BOLT, PDX) == 94
    assert broken(session) == []
