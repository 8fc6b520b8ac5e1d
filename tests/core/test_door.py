"""The one door: a command is carried out once, wholly or not at all, and writes down what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import audit, door
from core.audit_tables import EntryRow
from core.canonical import digest
from core.command import Command, from_wire, to_wire
from core.door import CommandLog, EventRow
from core.erp import Because
from core.masterdata.commands import AddSite
from core.purchasing.commands import CancelRest
from core.receiving.commands import CountedLine, ReceiveGoods
from core.refusals import Refusal, Refused
from core.stock.queries import available
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, company, counted, do, footprint, order, refused, stocked
from tests.core.doing import issue, receiving


def test_a_command_writes_its_rows_event_log_and_audit_entry_together(session: Session) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    command = receiving(placed, "100")

    because = Because(says="the truck came", case="CASE-7")
    outcome = door.execute(session, command, actor=PRIYA, key="dock-1", because=because)
    session.commit()

    log = session.get_one(CommandLog, (HP, "dock-1"))
    assert (log.kind, log.input_sha256, log.actor) == ("ReceiveGoods", digest(to_wire(command)), "priya")
    assert log.result == outcome.result
    events = session.scalars(select(EventRow).where(EventRow.key == "dock-1").order_by(EventRow.seq)).all()
    assert [event.kind for event in events] == [event.kind for event in outcome.events]
    assert {event.kind for event in events} == {"entry_posted", "goods_received"}
    (entry,) = audit.entries(session, case="CASE-7")
    assert (entry.actor, entry.kind, entry.says) == ("priya", "command", "the truck came")
    assert entry.body["command"] == to_wire(command)


def test_the_same_key_again_gives_the_first_result_and_does_nothing(session: Session) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    first = do(session, receiving(placed, "60"), key="dock-1")
    before = footprint(session)

    again = do(session, receiving(placed, "60"), key="dock-1")

    assert (again.result, again.repeated, again.effects) == (first.result, True, ())
    assert footprint(session) == before
    assert available(session, HP, BOLT, PDX) == 60


def test_the_same_key_with_another_command_is_refused(session: Session) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    do(session, receiving(placed, "60"), key="dock-1")
    before = footprint(session)

    for other in (receiving(placed, "61"), CancelRest(entity=HP, order=placed, line=1)):
        with pytest.raises(Refused) as refusal:
            do(session, other, key="dock-1")
        assert refusal.value.code is Refusal.KEY_REUSED
    assert footprint(session) == before


def test_a_key_belongs_to_its_entity(session: Session) -> None:
    from core.masterdata.commands import AddEntity

    company(session)
    do(session, AddEntity(entity="CA", name="Sister", currency="CAD"))
    do(session, AddSite(entity=HP, code="SEA", name="Seattle"), key="same")
    assert not do(session, AddSite(entity="CA", code="YVR", name="Vancouver"), key="same").repeated


def test_a_refusal_leaves_its_key_free(session: Session) -> None:
    company(session)
    stocked(session, "10", "1")
    with pytest.raises(Refused):
        do(session, issue("11"), key="sale-1")
    stocked(session, "1", "1")

    assert not do(session, issue("11"), key="sale-1").repeated


def test_a_refusal_in_the_middle_leaves_no_row_event_number_job_or_audit_entry(session: Session) -> None:
    """The second line is refused after the first was booked: stock, journal and numbers of the first go too."""
    company(session)
    placed = order(session, (BOLT, "100", "0.42"), (BOLT, "100", "0.42"))

    refusal = refused(session, receiving(placed, "60", "0.5"))
    session.commit()

    assert refusal.code is Refusal.PRECISION
    assert available(session, HP, BOLT, PDX) == 0
    done = do(session, receiving(placed, "60"))
    assert done.result["receipt"] == "GR-1"
    assert broken(session) == []


BREAK_DOWN = """
create function break_down() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
create trigger break_down before insert on event for each row when (new.kind = 'goods_received')
execute function break_down()
"""


def test_an_error_in_the_middle_leaves_nothing_behind_either(session: Session) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    session.execute(text(BREAK_DOWN))
    before = footprint(session)

    with pytest.raises(DBAPIError, match="disk full"):
        do(session, receiving(placed, "60"))
    session.commit()

    assert footprint(session) == before
    assert available(session, HP, BOLT, PDX) == 0


def test_the_commands_before_a_refused_one_stand(session: Session) -> None:
    company(session)
    stocked(session, "10", "1")
    refused(session, issue("11"))
    session.commit()
    session.expire_all()
    assert available(session, HP, BOLT, PDX) == 10


def jobs_of(session: Session) -> int:
    return int(session.execute(text("select count(*) from procrastinate_jobs")).scalar_one())


def test_jobs_are_queued_with_the_change_that_causes_them_and_vanish_with_it(
    session: Session, new_session: Callable[[], Session]
) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    session.commit()

    do(session, receiving(placed, "60"))  # short: a case, and work on it
    assert jobs_of(session) == 1
    session.rollback()
    assert jobs_of(session) == 0

    do(session, receiving(placed, "60"))
    with new_session() as other:
        assert jobs_of(other) == 0, "not before the commit"
    session.commit()
    with new_session() as other:
        assert jobs_of(other) == 1


def test_a_simulation_gives_the_effects_of_the_execution_and_leaves_nothing(session: Session) -> None:
    company(session)
    placed = order(session, (BOLT, "100", "0.42"))
    command = receiving(placed, "90+10")
    before = footprint(session)

    shown = door.simulate(session, [command, issue("5")], actor=PRIYA)
    assert footprint(session) == before
    done = [do(session, one) for one in (command, issue("5"))]

    assert shown.refusal is None
    assert shown.effects == done[0].effects + done[1].effects
    assert shown.results == tuple(one.result for one in done)


def test_a_simulation_says_what_would_be_refused(session: Session) -> None:
    company(session)
    before = footprint(session)
    shown = door.simulate(session, [issue("5")], actor=PRIYA)
    assert shown.refusal is not None
    assert (shown.refusal.code, shown.effects) == (Refusal.MORE_THAN_ON_HAND, ())
    assert footprint(session) == before


@dataclass(frozen=True, kw_only=True, slots=True)
class Conjure(Command):
    """A command that no room knows."""


def test_a_command_that_no_room_knows_is_refused(session: Session) -> None:
    company(session)
    assert refused(session, Conjure(entity=HP)).code is Refusal.COMMAND_UNKNOWN


def test_an_entity_that_does_not_exist_is_refused(session: Session) -> None:
    company(session)
    stray = ReceiveGoods(entity="XX", order="PO-1", lines=counted("1"), received_by="lena")
    assert refused(session, stray).code is Refusal.ORDER_UNKNOWN
    assert refused(session, AddSite(entity="XX", code="A", name="A")).code is Refusal.ENTITY_UNKNOWN


def test_a_command_survives_being_written_down() -> None:
    line = CountedLine(order_line=1, quantity=D("12.500"), damaged=D(0))
    command = ReceiveGoods(entity=HP, order="PO-1", lines=(line,), received_by="lena")
    assert from_wire(to_wire(command)) == command


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        ({"type": "DropTables", "entity": HP}, Refusal.COMMAND_UNKNOWN),
        ({"entity": HP}, Refusal.COMMAND_UNKNOWN),
        ({"type": "AddSite", "entity": HP, "code": "A"}, Refusal.COMMAND_MALFORMED),
        ({"type": "CancelRest", "entity": HP, "order": "PO-1", "line": "one"}, Refusal.COMMAND_MALFORMED),
        ({"type": "AmendPrice", "entity": HP, "order": "PO-1", "line": 1, "price": "NaN"}, Refusal.COMMAND_MALFORMED),
    ],
)
def test_what_is_no_command_is_refused_before_it_reaches_the_door(wire: dict[str, Any], code: Refusal) -> None:
    with pytest.raises(Refused) as refusal:
        from_wire(wire)
    assert refusal.value.code is code


def test_every_audit_entry_of_a_session_is_written_in_the_order_of_its_commands(session: Session) -> None:
    company(session)
    order(session, (BOLT, "1", "1.00"))
    session.commit()
    rows = session.scalars(select(EntryRow.subject).order_by(EntryRow.seq)).all()
    assert rows[-2:] == ["purchase_order PO-1", "purchase_order PO-1"]
    assert rows[0] == "entity HP"
