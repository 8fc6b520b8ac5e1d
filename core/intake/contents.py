"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.intake import commands, detect, keeping, recording, sending

VERBS: dict[type[Command], Any] = {
    commands.StoreMessage: keeping.store_message,
    commands.LeaveInMailbox: keeping.leave_in_mailbox,
    commands.RecordReading: recording.record_reading,
    commands.ReadAgain: keeping.read_again,
    commands.SetAside: keeping.set_aside,
    commands.SendMessage: sending.send_message,
    commands.MarkSent: sending.mark_sent,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    "message_read": (detect.examine_message,),
    "message_set_aside": (detect.end_message,),
}
