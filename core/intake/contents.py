"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.intake import commands, detect, keeping, letters, recording, sending

VERBS: dict[type[Command], Any] = {
    commands.StoreMessage: keeping.store_message,
    commands.LeaveInMailbox: keeping.leave_in_mailbox,
    commands.RecordReading: recording.record_reading,
    commands.ReadAgain: keeping.read_again,
    commands.SetAside: keeping.set_aside,
    commands.SendMessage: sending.send_message,
    commands.BeginSending: sending.begin_sending,
    commands.MarkSent: sending.mark_sent,
    commands.MarkUnsent: sending.mark_unsent,
    commands.MarkInDoubt: sending.mark_in_doubt,
    commands.SettleLetter: sending.settle_letter,
    commands.SettleArrival: keeping.settle_arrival,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    "message_read": (detect.examine_message,),
    "message_set_aside": (detect.end_message,),
    "message_failed": (letters.not_delivered,),
    "message_settled": (letters.settled,),
    "message_left": (letters.left,),
    "arrival_settled": (letters.arrival_settled,),
}
