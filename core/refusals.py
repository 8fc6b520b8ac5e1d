"""The core's no: every reason a command can be refused, by name.

A `Refused` is shown to people and tested by its code. It never means that something is broken: broken is an `assert`.
"""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a command was refused. The value is stored, shown and translated; the order is the order of checking."""

    # the door
    KEY_REUSED = "key_reused"
    COMMAND_UNKNOWN = "command_unknown"
    COMMAND_MALFORMED = "command_malformed"
    # something named does not exist, or exists already
    ENTITY_UNKNOWN = "entity_unknown"
    SITE_UNKNOWN = "site_unknown"
    SUPPLIER_UNKNOWN = "supplier_unknown"
    CUSTOMER_UNKNOWN = "customer_unknown"
    ITEM_UNKNOWN = "item_unknown"
    SUBSTITUTE_UNKNOWN = "substitute_unknown"
    ACCOUNT_UNKNOWN = "account_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_LINE_UNKNOWN = "order_line_unknown"
    RECEIPT_UNKNOWN = "receipt_unknown"
    INVOICE_UNKNOWN = "invoice_unknown"
    CLAIM_UNKNOWN = "claim_unknown"
    RETURN_UNKNOWN = "return_unknown"
    RESERVATION_UNKNOWN = "reservation_unknown"
    PLAN_UNKNOWN = "plan_unknown"
    RATE_UNKNOWN = "rate_unknown"
    CALENDAR_UNKNOWN = "calendar_unknown"
    SUGGESTION_UNKNOWN = "suggestion_unknown"
    TRANSFER_UNKNOWN = "transfer_unknown"
    INSPECTION_UNKNOWN = "inspection_unknown"
    COUNT_UNKNOWN = "count_unknown"
    STREAM_UNKNOWN = "stream_unknown"
    ENTRY_UNKNOWN = "entry_unknown"
    CASE_UNKNOWN = "case_unknown"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    PERSON_UNKNOWN = "person_unknown"
    MESSAGE_UNKNOWN = "message_unknown"
    ALREADY_EXISTS = "already_exists"
    # states
    ITEM_BLOCKED = "item_blocked"
    ORDER_NOT_OPEN = "order_not_open"
    ORDER_NOT_AWAITING_APPROVAL = "order_not_awaiting_approval"
    INVOICE_NOT_OPEN = "invoice_not_open"
    CLAIM_NOT_OPEN = "claim_not_open"
    RETURN_NOT_OPEN = "return_not_open"
    RESERVATION_NOT_HELD = "reservation_not_held"
    PLAN_NOT_OPEN = "plan_not_open"
    SUGGESTION_NOT_OPEN = "suggestion_not_open"
    COUNT_NOT_OPEN = "count_not_open"
    INSPECTION_NEEDED = "inspection_needed"
    NEEDS_CONFIRMATION = "needs_confirmation"
    NO_SUCH_MOVE = "no_such_move"
    ENTRY_ALREADY_REVERSED = "entry_already_reversed"
    # quantities and money
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    NOTHING_TO_DO = "nothing_to_do"
    MORE_THAN_ORDERED = "more_than_ordered"
    MORE_THAN_RECEIVED = "more_than_received"
    MORE_THAN_BILLED = "more_than_billed"
    MORE_THAN_SHIPPED = "more_than_shipped"
    MORE_THAN_ON_HAND = "more_than_on_hand"
    RESERVED = "reserved"
    LOT_EXPIRED = "lot_expired"
    LAYER_NOT_NAMED = "layer_not_named"
    CANNOT_BE_VALUED = "cannot_be_valued"
    PERIOD_CLOSED = "period_closed"
    CURRENCY_DIFFERS = "currency_differs"
    DOES_NOT_BALANCE = "does_not_balance"
    PRECISION = "precision"
    # decisions
    NOT_WHAT_YOU_SAW = "not_what_you_saw"
    BOOKS_MOVED = "books_moved"
    POLICY_MOVED = "policy_moved"
    POLICY_REFUSES = "policy_refuses"
    NO_AUTHORITY = "no_authority"
    DUTIES = "duties"
    ALREADY_DECIDED = "already_decided"
    ALREADY_SIGNED = "already_signed"
    NOT_EDITABLE = "not_editable"
    REASON_REQUIRED = "reason_required"
    EFFECTS_DIFFER = "effects_differ"


class Refused(Exception):
    """The world's no. `code` is stable and tested; `detail` says what was meant and what to do, in words."""

    def __init__(self, code: Refusal, detail: object = "") -> None:
        self.code = code
        self.detail = str(detail)
        super().__init__(f"{code.value}: {self.detail}" if self.detail else code.value)
