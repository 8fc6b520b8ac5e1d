"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.stock import commands, moving

VERBS: dict[type[Command], Any] = {
    commands.OpenStock: moving.open_stock,
    commands.IssueStock: moving.issue_stock,
    commands.TransferStock: moving.transfer_stock,
    commands.AdjustStock: moving.adjust_stock,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
