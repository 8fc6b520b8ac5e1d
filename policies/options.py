"""The closed set: every way out that may be proposed, the steps it may consist of, and the exceptions it is for.

A proposal with a way or a step that is not here is refused, whoever drafted it (DESIGN.md, promise 5). Some ways of the
catalogue are answered here before anything drafts them; a test holds the others against what is drafted.
"""

from core.cases import Code

POST = ("PostInvoice", "OpenClaim", "SendMessage")
WRITE = ("SendMessage",)
HOLD = ("HoldInvoice",)

STEPS: dict[str, tuple[str, ...]] = {
    # invoices
    "post_matched": POST,
    "short_pay": POST,
    "accept_price": POST,
    "dispute_charge": POST,
    "override_figures": POST,
    "prepay": ("PostInvoice",),
    "amend_order": ("AmendPrice",),
    "hold": HOLD,
    "chase_receiving": HOLD,
    "ask_credit_note": (*HOLD, *WRITE),
    "ask_corrected": (*HOLD, *WRITE),
    "ask_order_number": (*HOLD, *WRITE),
    "link_order": ("LinkInvoice",),
    "approve_without_order": ("PostWithoutOrder",),
    "reject": ("RejectInvoice", *WRITE),
    "reject_duplicate": ("RejectInvoice", *WRITE),
    "not_duplicate": ("NotADuplicate",),
    "post_credit_note": ("PostCreditNote",),
    # what a supplier promises
    "accept_delay": ("AcceptPromise",),
    "expedite": WRITE,
    "chase": WRITE,
    "backorder_rest": WRITE,
    "hold_to_price": WRITE,
    "cancel_missing": ("AmendQuantity",),
    "cancel_rest": ("CancelRest",),
    "accept_price_change": ("AmendPrice",),
    "alternate_supplier": ("PlaceOrder", "CancelRest", *WRITE),
    "approve_order": ("ApproveOrder",),
    "transfer": ("TransferStock",),
    "take_suggestion": ("TakeSuggestion",),
    "buy": ("PlaceOrder",),
    "replenish": ("RunReplenishment",),
    "backorder": ("ChangePlan",),
    "partial_ship": ("ChangePlan", "PlanDemand"),
    "reallocate": ("ReleaseReservation", "ReserveStock"),
    "override_priority": ("ReleaseReservation", "ReserveStock"),
    "substitute": ("UseSubstitute",),
    "lower_policy": ("SetOrderPoint", "SetStockPolicy"),
    "raise_policy": ("SetOrderPoint",),
    "recount": ("CountAgain",),
    "accept_count": ("ConfirmVariance", "PostCount"),
    "investigate": (),
    # what a warehouse says, and what the books cannot be
    "count_bin": ("OpenCount",),
    "adopt_warehouse": ("AdoptWarehouse",),
    "keep_ledger": ("KeepLedger",),
    "wait_for_events": (),
    "give_up_gap": ("GiveUpGap",),
    "stand_by_event": ("StandByEvent",),
    "wait_for_goods": (),
    "adjust_stock": ("AdjustStock",),
    "take_back_move": ("ReceiveReturn",),
    "book_entry": ("BookEntry",),
    "correct_entry": ("BookEntry",),
    "adjust_and_book": ("AdjustStock", "BookEntry"),
    "reject_entry": ("RejectEntry",),
    # what expires
    "transfer_lot": ("TransferStock",),
    "return_lot": ("ReturnToSupplier", *WRITE),
    "scrap_lot": ("AdjustStock",),
    "hold_lot": ("HoldStock",),
    # what came
    "keep_open": WRITE,
    "close_short": ("CloseShort",),
    "claim_credit": ("OpenClaim", *WRITE),
    "accept_over": ("AmendQuantity",),
    "return_excess": ("ReturnToSupplier", *WRITE),
    "return_damaged": ("ReturnToSupplier", *WRITE),
    "scrap_with_claim": ("ScrapDamaged", "OpenClaim", *WRITE),
    "accept_at_discount": ("AcceptDamaged", "OpenClaim", *WRITE),
    "return_failed": ("ReturnToSupplier", *WRITE),
    "reinspect": ("AskReinspection",),
    "accept_with_concession": ("ReleaseInspection",),
    "scrap_failed": ("ScrapFailed", "OpenClaim", *WRITE),
    # messages
    "verify_out_of_band": (),
    "reject_bank_change": WRITE,
    "ask_resend": WRITE,
    "discard": ("SetAside", "RejectInvoice"),
    "ignore_sender": ("SetAside",),
    "report_phishing": ("SetAside",),
    "link_sender": ("LinkSender", "ReadAgain"),
    # what somebody asks and no rule answers
    "ask_meaning": WRITE,
    "taken_care_of": ("SetAside",),
    # mail that did not get through
    "send_again": ("SettleLetter",),
    "letter_arrived": ("SettleLetter",),
    "said_otherwise": ("SettleLetter", "SetAside"),
    "sent_corrected": ("SetAside",),
    "ask_why_refused": WRITE,
    "fetched_by_hand": ("SettleArrival",),
    # what people do to stock by hand, each step by itself
    "by_hand": (
        "IssueStock",
        "AdjustStock",
        "HoldStock",
        "ReleaseStock",
        "CorrectCost",
        "AddLandedCost",
        "ReleaseReservation",
        "OpenCount",
        "CountItem",
        "CountAgain",
        "ConfirmVariance",
        "PostCount",
        "CancelCount",
        "RunReplenishment",
        "TakeSuggestion",
        "LeaveSuggestion",
        "SetOrderPoint",
    ),
    # what was carried out
    "undo": ("ReverseEntry", "WithdrawClaim", "ReleaseInvoice"),
}
"""Every way out, with the commands it may consist of."""

WAYS: dict[Code, tuple[str, ...]] = {
    Code.INVENTORY_SHORTAGE: (
        "reallocate", "transfer", "substitute", "take_suggestion", "buy", "expedite", "partial_ship", "backorder",
        "override_priority", "replenish",
    ),
    Code.SAFETY_STOCK_BREACH: ("transfer", "take_suggestion", "buy", "lower_policy", "raise_policy", "replenish"),
    Code.STOCK_VARIANCE: ("recount", "accept_count", "investigate"),
    Code.LOT_EXPIRY: ("transfer_lot", "return_lot", "hold_lot", "scrap_lot"),
    Code.SUPPLIER_DELAY: ("accept_delay", "expedite", "alternate_supplier", "transfer"),
    Code.SUPPLIER_SHORT_CONFIRMATION: (
        "backorder_rest", "cancel_missing", "cancel_rest", "alternate_supplier", "transfer",
    ),
    Code.SUPPLIER_PRICE_CHANGE: ("accept_price_change", "hold_to_price", "alternate_supplier", "cancel_rest"),
    Code.UNCONFIRMED_ORDER: ("chase", "alternate_supplier", "cancel_rest"),
    Code.SHORT_RECEIPT: ("keep_open", "close_short", "claim_credit", "transfer"),
    Code.OVER_RECEIPT: ("accept_over", "return_excess"),
    Code.DAMAGED_RECEIPT: ("return_damaged", "scrap_with_claim", "accept_at_discount"),
    Code.INSPECTION_FAILED: ("return_failed", "reinspect", "accept_with_concession", "scrap_failed"),
    Code.INVOICE_PRICE_VARIANCE: ("short_pay", "accept_price", "ask_credit_note", "amend_order", "hold"),
    Code.INVOICE_QUANTITY_VARIANCE: ("short_pay", "hold", "ask_credit_note"),
    Code.INVOICE_BEFORE_RECEIPT: ("hold", "chase_receiving", "prepay", "short_pay"),
    Code.INVOICE_WITHOUT_ORDER: ("link_order", "approve_without_order", "ask_order_number", "reject"),
    Code.INVOICE_DUPLICATE: ("reject_duplicate", "not_duplicate"),
    Code.INVOICE_TAX_MISMATCH: ("ask_corrected", "short_pay", "override_figures", "hold"),
    Code.INVOICE_ARITHMETIC: ("ask_corrected", "short_pay", "override_figures", "hold"),
    Code.CHARGE_UNPLANNED: ("short_pay", "dispute_charge", "ask_credit_note"),
    Code.BANK_DETAILS_CHANGED: ("verify_out_of_band", "reject_bank_change"),
    Code.DOCUMENT_UNREADABLE: ("ask_resend", "discard"),
    Code.SENDER_UNKNOWN: ("link_sender", "ignore_sender", "report_phishing"),
    Code.REQUEST_UNANSWERED: ("ask_meaning", "taken_care_of", "discard"),
    Code.INTEGRATION_FAILED: (
        "send_again", "letter_arrived", "said_otherwise", "fetched_by_hand", "sent_corrected", "ask_why_refused",
    ),
    Code.INVOICE_MATCHED: ("post_matched", "hold", "post_credit_note"),
    Code.FACT_CONFLICT: (
        "hold", "ask_corrected", "count_bin", "adopt_warehouse", "keep_ledger", "wait_for_events", "give_up_gap",
        "stand_by_event",
    ),
    Code.BOOK_STOCK_IMPOSSIBLE: (
        "wait_for_goods", "count_bin", "adjust_stock", "take_back_move", "book_entry", "correct_entry",
        "adjust_and_book", "reject_entry",
    ),
}  # fmt: skip
"""The ways out of each exception, by the exception catalogue."""

CLOSED_WHERE: dict[str, tuple[Code, ...]] = {"link_sender": (Code.BANK_DETAILS_CHANGED,)}
"""Ways that are shut where the sender is in doubt, or beside these exceptions: not drafted, and refused if they are."""

MONEY = frozenset(("PostInvoice", "PostWithoutOrder", "PostCreditNote", "IssueDebitNote"))
"""Steps after which we owe another amount."""
