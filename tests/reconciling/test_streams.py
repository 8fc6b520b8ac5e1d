"""A warehouse's events against the ledger: each once, in any order; where they part, the first that disagrees is named."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.reconciling.commands import CheckWarehouse, GiveUpGap, StandByEvent, WarehouseMove
from core.refusals import Refusal
from tests.builders import BOLT, GAUGE, HP, D, case_of, do, findings, order, receipt, refused, stocked
from tests.conftest import FRIDAY
from tests.reconciling.warehouse import MORNING, WMS, at, cause, causes, facts, issue, record, told

pytestmark = pytest.mark.usefixtures("warehouse_connected")


def test_events_that_the_ledger_has_too_are_no_matter(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    issue(session, 2, "6", "SO-2")
    assert record(session, told(1, "-4", "SO-1"), told(2, "-6", "SO-2")).result == {
        "source": WMS,
        "new": 2,
        "told_before": 0,
        "conflicts": [],
    }
    assert causes(session) == []


def test_the_first_event_that_disagrees_is_named_with_what_both_say(session: Session) -> None:
    for number in (1, 2, 3):
        issue(session, number, "4", f"SO-{number}")
    record(session, told(1, "-4", "SO-1"), told(2, "-7", "SO-2"), told(3, "-4", "SO-3"))

    case = case_of(session, cause())
    assert (case.code, case.owner_role, case.title) == (
        "fact_conflict",
        "inventory_controller",
        "Warehouse and ledger disagree",
    )
    assert case.says == "WMS-PDX at Portland has 3 pieces fewer of Flange bolt M8 than the books"
    assert findings(session) == {"fact_conflict": ["3 pieces fewer in the warehouse than in the books"]}
    said = facts(session, cause())
    assert {name: said[name] for name in ("event", "sequence", "document", "ledger", "warehouse", "difference")} == {
        "event": "E-2", "sequence": 2, "document": "SO-2", "ledger": "88", "warehouse": "85", "difference": "-3",
    }  # fmt: skip
    assert case.stake == D("1.20")


def test_told_again_nothing_is_counted_twice(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    record(session, told(1, "-4", "SO-1"))
    assert record(session, told(1, "-4", "SO-1"), told(1, "-4", "SO-1")).result["told_before"] == 2
    assert causes(session) == []


def test_one_id_with_another_content_is_a_conflict_and_the_rest_of_the_batch_is_kept(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    issue(session, 2, "5", "SO-2")
    record(session, told(1, "-4", "SO-1"))
    done = record(session, told(1, "-9", "SO-1"), told(2, "-5", "SO-2"))

    assert done.result == {"source": WMS, "new": 1, "told_before": 0, "conflicts": ["E-1"]}
    assert causes(session) == [f"warehouse:{WMS}:event:E-1"]
    assert case_of(session, f"warehouse:{WMS}:event:E-1").title == "Warehouse contradicts itself"
    do(session, StandByEvent(entity=HP, source=WMS, event="E-1", reason="the scanner sent a draft"))
    assert causes(session) == []
    record(session, told(1, "-9", "SO-1"))
    assert causes(session) == []


def test_two_events_of_one_number_are_a_conflict(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    record(session, told(1, "-4", "SO-1"))
    other = told(1, "-4", "SO-1")
    assert record(session, WarehouseMove(**{**fields(other), "event": "X-1"})).result["conflicts"] == ["X-1"]
    assert causes(session) == [f"warehouse:{WMS}:event:X-1"]


def fields(event: WarehouseMove) -> dict[str, Any]:
    return {name: getattr(event, name) for name in WarehouseMove.__slots__}


def test_a_gap_is_named_and_gone_when_it_fills(session: Session) -> None:
    for number in (1, 2, 3, 4):
        issue(session, number, "1", f"SO-{number}")
    record(session, told(1, "-1", "SO-1"), told(4, "-1", "SO-4"))
    gaps = f"warehouse:{WMS}:gaps"
    assert causes(session) == [gaps]
    assert findings(session) == {
        "fact_conflict": ["2 events never came", "2 pieces more in the warehouse than in the books"]
    }
    record(session, told(3, "-1", "SO-3"))
    assert findings(session)["fact_conflict"] == [
        "1 piece more in the warehouse than in the books",
        "1 event never came",
    ]
    record(session, told(2, "-1", "SO-2"))
    assert causes(session) == []


def test_a_gap_that_never_fills_is_given_up_and_what_is_missing_stands_by_itself(session: Session) -> None:
    for number in (1, 2, 3):
        issue(session, number, "1", f"SO-{number}")
    record(session, told(1, "-1", "SO-1"), told(3, "-1", "SO-3"))
    assert refused(session, GiveUpGap(entity=HP, source=WMS, first=1, last=2, reason="x")).code is Refusal.ENTRY_UNKNOWN
    do(session, GiveUpGap(entity=HP, source=WMS, first=2, last=2, reason="the handheld was lost"))
    record(session, told(4, "0", happened_at=at(3) + timedelta(hours=1)))
    assert causes(session) == [cause()]
    assert facts(session, cause())["document"] == "SO-2"
    record(session, told(2, "-1", "SO-2"))  # it comes after all
    assert causes(session) == []


def test_a_late_entry_of_the_ledger_clears_it_in_the_same_transaction(session: Session) -> None:
    record(session, told(1, "-4", "SO-1"))
    assert causes(session) == [cause()]
    issue(session, 1, "4", "SO-1")
    assert causes(session) == []


def test_a_correction_of_the_warehouse_clears_it(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    record(session, told(1, "-5", "SO-1"))
    assert causes(session) == [cause()]
    record(session, told(2, "1", "SO-1"))
    assert causes(session) == []


def test_what_the_ledger_has_and_nobody_told_is_a_matter_once_the_stream_is_past_it(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    assert causes(session) == []  # nothing was heard since
    record(session, told(1, "0"))
    assert causes(session) == []
    record(session, told(2, "0", happened_at=at(1) + timedelta(hours=2)))
    assert facts(session, cause())["document"] == "SO-1"


def test_what_is_young_may_still_come(session: Session) -> None:
    young = FRIDAY - timedelta(minutes=20)
    record(session, told(1, "-4", "SO-1", happened_at=young))
    assert causes(session) == []
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=1)))
    do(session, CheckWarehouse(entity=HP, source=WMS))
    assert causes(session) == [cause()]
    issue(session, 1, "4", "SO-1", happened_at=young)
    assert causes(session) == []


def test_one_delivery_may_be_told_in_parts_and_by_the_number_of_its_despatch_note(session: Session) -> None:
    placed = order(session, (BOLT, "30", "0.42"))
    record(session, told(1, "10", "DN-77"), told(2, "20", "DN-77"))
    assert causes(session) == [cause()]
    receipt(session, placed, "30", despatch="DN-77", happened_at=at(2))
    assert causes(session) == []


def test_without_a_reference_quantity_and_time_tell(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    record(session, told(1, "0"), told(2, "-4"))
    assert causes(session) == []
    record(session, told(3, "-4"))
    assert facts(session, cause())["event"] == "E-3"


def test_every_key_is_its_own_case(session: Session) -> None:
    stocked(session, "10", "12", item=GAUGE, happened_at=MORNING - timedelta(days=1))
    record(session, told(1, "-4", "SO-1"), told(2, "-2", "SO-1", item=GAUGE), told(3, "-1", "SO-2", item=GAUGE))
    assert causes(session) == sorted([cause(), cause(GAUGE)])
    assert facts(session, cause(GAUGE))["event"] == "E-2"


def test_an_item_nobody_knows_is_named_too(session: Session) -> None:
    record(session, told(1, "-4", "SO-1", item="NO-SUCH"))
    assert case_of(session, cause("NO-SUCH")).stake == 0


def test_a_stated_balance_that_does_not_follow_is_named(session: Session) -> None:
    issue(session, 1, "4", "SO-1")
    record(session, told(1, "-4", "SO-1", balance_after=D(96)))
    assert causes(session) == []
    record(session, told(2, "0", balance_after=D(90)))
    said = facts(session, cause())
    assert (said["event"], said["difference"], said["ledger"], said["warehouse"]) == ("E-2", "-6", "96", "90")
    record(session, told(3, "0", balance_after=D(96)))
    assert causes(session) == []
