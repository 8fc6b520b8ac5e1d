"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.reconciling import commands, detect, recording, settling

VERBS: dict[type[Command], Any] = {
    commands.ConnectWarehouse: recording.connect_warehouse,
    commands.RecordWarehouseEvents: recording.record_events,
    commands.CheckWarehouse: recording.check_warehouse,
    commands.AdoptWarehouse: settling.adopt_warehouse,
    commands.KeepLedger: settling.keep_ledger,
    commands.GiveUpGap: settling.give_up_gap,
    commands.StandByEvent: settling.stand_by_event,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(
        (
            "warehouse_told",
            "warehouse_checked",
            "ledger_followed",
            "warehouse_adopted",
            "ledger_kept",
            "gap_given_up",
            "warehouse_counted",
        ),
        (detect.examine_stream,),
    ),
    "event_settled": (detect.settle_event,),
}
