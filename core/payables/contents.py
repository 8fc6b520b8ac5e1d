"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.payables import claiming, commands, detect, matched, posting, registering, standing

VERBS: dict[type[Command], Any] = {
    commands.RegisterInvoice: registering.register_invoice,
    commands.LinkInvoice: registering.link_invoice,
    commands.PostInvoice: posting.post_invoice,
    commands.PostWithoutOrder: posting.post_without_order,
    commands.ProposeMatched: matched.propose_matched,
    commands.HoldInvoice: standing.hold_invoice,
    commands.ReleaseInvoice: standing.release_invoice,
    commands.RejectInvoice: standing.reject_invoice,
    commands.NotADuplicate: standing.not_a_duplicate,
    commands.OpenClaim: claiming.open_claim,
    commands.WithdrawClaim: claiming.withdraw_claim,
    commands.IssueDebitNote: claiming.issue_debit_note,
    commands.PostCreditNote: claiming.post_credit_note,
}
LISTENS = (
    (detect.examine_invoice, detect.ABOUT_ONE_INVOICE),
    (detect.end_invoice, detect.ENDS_AN_INVOICE),
    (detect.examine_open_invoices, (*detect.ABOUT_AN_ORDER, *detect.ENDS_AN_INVOICE)),
)
"""Which detector listens to what. An event about one invoice of an order is one about that order too."""
DETECTORS: dict[str, tuple[Any, ...]] = {
    kind: tuple(detector for detector, kinds in LISTENS if kind in kinds)
    for kind in dict.fromkeys(kind for _, kinds in LISTENS for kind in kinds)
}
