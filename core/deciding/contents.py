"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.deciding import carrying_out, commands, proposing, queue, signing, undoing

VERBS: dict[type[Command], Any] = {
    commands.RecordProposals: proposing.record_proposals,
    commands.EditProposal: proposing.edit_proposal,
    commands.Approve: signing.approve,
    commands.TakeBack: signing.take_back,
    commands.Reject: signing.reject,
    commands.Snooze: queue.snooze,
    commands.Wake: queue.wake,
    commands.TakeCase: queue.take_case,
    commands.CloseCase: queue.close_case,
    commands.CarryOut: carrying_out.carry_out,
    commands.UndoDecision: undoing.undo_decision,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
