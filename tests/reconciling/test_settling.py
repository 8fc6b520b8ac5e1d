"""Where ledger and warehouse part, somebody settles it: adopts, keeps or counts; and what is no way is refused."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.command import from_wire
from core.counting.commands import ConfirmVariance, CountItem, OpenCount, PostCount
from core.counting.tables import RootCause
from core.reconciling.commands import (
    AdoptWarehouse,
    ConnectWarehouse,
    GiveUpGap,
    KeepLedger,
    RecordWarehouseEvents,
    StandByEvent,
)
from core.refusals import Refusal, Refused
from core.stock.queries import available
from tests.builders import BOLT, DANA, HP, PDX, RNO, D, do, refused
from tests.reconciling.warehouse import WMS, cause, causes, facts, record, told

pytestmark = pytest.mark.usefixtures("warehouse_connected")


def test_the_ledger_follows_the_warehouse_with_a_root_cause(session: Session) -> None:
    record(session, told(1, "-4", "SO-1"))
    adopt = AdoptWarehouse(
        entity=HP, source=WMS, item=BOLT, site=PDX, root_cause=RootCause.UNBOOKED_ISSUE, reason="the slip was lost"
    )
    do(session, adopt)
    assert available(session, HP, BOLT, PDX) == 96
    assert causes(session) == []
    assert refused(session, adopt).code is Refusal.NOTHING_TO_DO


def test_who_lets_the_ledger_follow_says_why_and_a_rule_says_what_the_comparison_shows(session: Session) -> None:
    record(session, told(1, "-4", "SO-1"))
    adopt = AdoptWarehouse(entity=HP, source=WMS, item=BOLT, site=PDX, reason="as told")
    assert refused(session, adopt).code is Refusal.REASON_REQUIRED
    do(session, replace(adopt, suggested=RootCause.UNBOOKED_ISSUE))
    assert available(session, HP, BOLT, PDX) == 96


@pytest.mark.parametrize("told_as", [{"balance_after": D(90)}, {}])
def test_a_stated_balance_is_adopted_too(session: Session, told_as: dict[str, Any]) -> None:
    record(session, told(1, "-10" if not told_as else "0", **told_as))
    do(
        session,
        AdoptWarehouse(entity=HP, source=WMS, item=BOLT, site=PDX, root_cause=RootCause.DAMAGE, reason="broken"),
    )
    assert available(session, HP, BOLT, PDX) == 90
    assert causes(session) == []
    record(session, told(2, "0", balance_after=D(90)))
    assert causes(session) == []
    record(session, told(3, "-3"))
    assert facts(session, cause())["event"] == "E-3"


def test_the_ledger_is_kept_until_something_new_is_told(session: Session) -> None:
    record(session, told(1, "-4", "SO-1", balance_after=D(96)))
    keep = KeepLedger(entity=HP, source=WMS, item=BOLT, site=PDX, reason="scanned by mistake")
    do(session, keep)
    assert causes(session) == []
    record(session, told(2, "0", balance_after=D(96)))
    assert causes(session) == []
    record(session, told(3, "-4", "SO-2"))
    assert facts(session, cause())["event"] == "E-3"
    record(session, told(4, "4", "SO-2"))
    assert causes(session) == []
    record(session, told(5, "4", "SO-1"))  # the warehouse takes back what was kept
    assert causes(session) == []
    record(session, told(6, "-4", "SO-3"))  # the same difference for another reason is a new matter
    assert facts(session, cause())["event"] == "E-6"


@pytest.mark.parametrize("found", ["96", "100", "98"])
def test_a_count_ends_it_whoever_was_right(session: Session, found: str) -> None:
    record(session, told(1, "-4", "SO-1"))
    count = do(session, OpenCount(entity=HP, site=PDX, items=(BOLT,))).result["count"]
    do(session, CountItem(entity=HP, count=count, item=BOLT, counted=D(found)))
    if found != "100":
        confirm = ConfirmVariance(entity=HP, count=count, line=1, root_cause=RootCause.UNBOOKED_ISSUE)
        do(session, confirm, actor=DANA)
    do(session, PostCount(entity=HP, count=count))
    assert available(session, HP, BOLT, PDX) == D(found)
    assert causes(session) == []
    record(session, told(2, "-1", "SO-9"))
    assert facts(session, cause())["event"] == "E-2"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ConnectWarehouse(entity=HP, source="W-2", sites=(PDX,)), Refusal.ALREADY_EXISTS),
        (ConnectWarehouse(entity=HP, source=WMS, sites=(RNO,)), Refusal.ALREADY_EXISTS),
        (ConnectWarehouse(entity=HP, source="W-2", sites=("XX",)), Refusal.SITE_UNKNOWN),
        (ConnectWarehouse(entity=HP, source="W-2", sites=()), Refusal.COMMAND_MALFORMED),
        (RecordWarehouseEvents(entity=HP, source="W-2", events=()), Refusal.STREAM_UNKNOWN),
        (RecordWarehouseEvents(entity=HP, source=WMS, events=(told(0, "1"),)), Refusal.COMMAND_MALFORMED),
        (RecordWarehouseEvents(entity=HP, source=WMS, events=(told(1, "0.0000001"),)), Refusal.PRECISION),
        (KeepLedger(entity=HP, source=WMS, item=BOLT, site=PDX, reason="x"), Refusal.NOTHING_TO_DO),
        (KeepLedger(entity=HP, source=WMS, item=BOLT, site=PDX, reason=""), Refusal.REASON_REQUIRED),
        (GiveUpGap(entity=HP, source=WMS, first=1, last=1, reason="x"), Refusal.ENTRY_UNKNOWN),
        (StandByEvent(entity=HP, source=WMS, event="E-1", reason="x"), Refusal.NOTHING_TO_DO),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(session: Session, command: Any, code: Refusal) -> None:
    assert refused(session, command).code is code


def test_a_time_without_a_zone_is_refused() -> None:
    move = {
        "event": "E-1",
        "sequence": 1,
        "happened_at": "2026-11-20T09:00:00",
        "item": BOLT,
        "site": PDX,
        "quantity": "1",
    }
    with pytest.raises(Refused) as refusal:
        from_wire({"type": "RecordWarehouseEvents", "entity": HP, "source": WMS, "events": [move]})
    assert refusal.value.code is Refusal.COMMAND_MALFORMED
    assert "happened_at" in refusal.value.detail
