"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.counting import commands, counting, detect

VERBS: dict[type[Command], Any] = {
    commands.SetCountPolicy: counting.set_count_policy,
    commands.OpenCount: counting.open_count,
    commands.CountItem: counting.count_item,
    commands.CountAgain: counting.count_again,
    commands.RefreshCount: counting.refresh_count,
    commands.ConfirmVariance: counting.confirm_variance,
    commands.PostCount: counting.post_count,
    commands.CancelCount: counting.cancel_count,
}
DETECTORS: dict[str, tuple[Any, ...]] = dict.fromkeys(
    ("item_counted", "count_refreshed", "count_asked_again", "variance_confirmed", "count_posted", "count_cancelled"),
    (detect.examine_count,),
)
