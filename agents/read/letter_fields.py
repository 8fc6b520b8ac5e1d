"""The fields of the vocabulary that a letter may speak of, by type. Rules and models read the same."""

TEXT = (
    "invoice.number", "invoice.preceding", "order.number", "despatch.number", "confirmation.number", "tracking.number",
    "quote.number", "claim.number", "return.number", "payment.reference", "freight.container", "freight.bill_of_lading",
    "freight.carrier", "line.supplier_item", "line.received_item", "line.description", "line.status", "bank_change.request",
    "price.notice",
)  # fmt: skip
DECIMALS = (
    "line.quantity", "line.ordered_quantity", "line.price", "line.old_price", "line.damaged_quantity", "line.wrong_quantity",
    "line.missing_quantity", "line.return_quantity", "price.change_percent", "invoice.open", "statement.balance",
    "dispute.amount", "payment.amount", "payment.deduction", "freight.packages",
)  # fmt: skip
DATES = (
    "delivery.date", "delivery.old_date", "delivery.requested_date", "line.delivery_date", "line.old_date", "line.rest_date",
    "line.requested_date", "line.last_order_date", "price.valid_from", "quote.valid_until", "reminder.deadline",
    "payment.date", "freight.pickup_date",
)  # fmt: skip
ALL = (*TEXT, *DECIMALS, *DATES)
