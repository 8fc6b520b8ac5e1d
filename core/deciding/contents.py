"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.deciding import by_hand, carrying_out, commands, proposing, queue, signing, undoing

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
    by_hand.DoByHand: by_hand.do_by_hand,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
