"""Supplier invoices as billed (claims, kept as what they are) and as posted (what we owe), claims and debit notes."""

from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Json,
    Key,
    MaybeDay,
    MaybeMoment,
    MaybeMoney,
    MaybeQuantity,
    MaybeWords,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Rate,
    Version,
    Words,
)


class SupplierInvoice(Base):
    """An invoice or credit note. Everything up to `message` is what the supplier wrote; `state` and `posted_*` are ours.

    `state` is registered (to be matched), held, posted, rejected or reversed. `kind` is invoice, credit_note or
    correction. `number` is ours (VI-5001); `their_number` is the supplier's.
    """

    __tablename__ = "supplier_invoice"
    entity: Mapped[Key]
    number: Mapped[Key]
    kind: Mapped[Words]
    supplier: Mapped[MaybeWords]
    their_number: Mapped[Words]
    their_number_plain: Mapped[Words]  # upper case, letters and digits only: RE-2026/0815 and re 20260815 are one
    invoice_date: Mapped[MaybeDay]
    due_date: Mapped[MaybeDay]
    currency: Mapped[Words]
    net_total: Mapped[MaybeMoney]
    tax_total: Mapped[MaybeMoney]
    tax_rate: Mapped[MaybeQuantity]
    total: Mapped[MaybeMoney]
    order: Mapped[MaybeWords]  # our order, when linked
    their_order: Mapped[Words] = mapped_column(default="")  # as the supplier wrote it
    corrects: Mapped[MaybeWords]  # our number of the invoice it corrects or credits
    pays_to: Mapped[Words] = mapped_column(default="")  # account as written: compared, never used
    checks_failed: Mapped[Json] = mapped_column(
        default=list
    )  # what the reader's arithmetic and rules found, a sentence each
    tax_checks_failed: Mapped[Json] = mapped_column(default=list)  # the same about tax
    contradictions: Mapped[Json] = mapped_column(default=list)  # where its papers say different things
    content_digest: Mapped[Words]  # over lines and totals, to find the same bill under another number
    message: Mapped[MaybeWords]  # sha256 of the message it came in
    state: Mapped[Words]
    registered_at: Mapped[Moment]
    hold_reason: Mapped[Words] = mapped_column(default="")
    not_duplicate: Mapped[Words] = mapped_column(default="")  # why a person said that it is another one
    posted_at: Mapped[MaybeMoment]
    posted_total: Mapped[MaybeMoney]
    entry: Mapped[MaybeWords]  # journal entry that posted it
    version: Mapped[Version] = mapped_column()

    __table_args__ = (
        Index("ix_supplier_invoice_their_number", "entity", "supplier", "their_number_plain"),
        Index("ix_supplier_invoice_content", "entity", "supplier", "content_digest"),
        Index("ix_supplier_invoice_order", "entity", "order"),
    )
    __mapper_args__ = {"version_id_col": version}


class SupplierInvoiceLine(Base):
    """One line as billed: goods, or a charge (freight, surcharge; `kind` = charge). `posted_*` is what we accepted."""

    __tablename__ = "supplier_invoice_line"
    entity: Mapped[Key]
    invoice: Mapped[Key]
    line: Mapped[Ordinal]
    kind: Mapped[Words]
    description: Mapped[Words] = mapped_column(default="")
    supplier_item: Mapped[Words] = mapped_column(default="")
    item: Mapped[MaybeWords]
    order: Mapped[MaybeWords]
    order_line: Mapped[int | None]
    quantity: Mapped[MaybeQuantity]  # as billed, in `unit`
    unit: Mapped[Words] = mapped_column(default="")
    quantity_in_order_unit: Mapped[MaybeQuantity]  # None when no conversion is known: a conflict, not a guess
    price: Mapped[MaybeQuantity]  # as billed, per `unit`; six decimals, since suppliers price in tenths of cents
    price_in_order_unit: Mapped[MaybeQuantity]
    amount: Mapped[MaybeMoney]
    tax_rate: Mapped[MaybeQuantity]
    posted_quantity: Mapped[Quantity] = mapped_column(default=Decimal(0))
    posted_amount: Mapped[Money] = mapped_column(default=Decimal(0))

    __table_args__ = (Index("ix_supplier_invoice_line_order", "entity", "order", "order_line"),)


class BilledReceipt(Base):
    """Which received pieces an invoice line was posted against, and what they stood for on account 2150. Gone again
    when the posting is reversed. `receipt` is empty for pieces paid before they came; those stand on 1410."""

    __tablename__ = "billed_receipt"
    entity: Mapped[Key]
    invoice: Mapped[Key]
    line: Mapped[Ordinal]
    receipt: Mapped[Key]
    receipt_line: Mapped[Ordinal]
    quantity: Mapped[Quantity]  # in the order's unit
    cost: Mapped[Money]  # taken off 2150, or put on 1410, in the entity's currency
    ordered: Mapped[Quantity] = mapped_column(default=Decimal(0))  # the same pieces at their order's price and currency
    arrived_entry: Mapped[MaybeWords]  # the entry that moved prepaid pieces from 1410 when they came

    __table_args__ = (Index("ix_billed_receipt_receipt", "entity", "receipt", "receipt_line"),)


class ForeignPosting(Base):
    """How a posted invoice in another currency than the books' was taken into them. Gone again when it is reversed.
    `price_difference` is what it accepts above the order, in its own currency; `exchange_difference` is what the pieces
    stood for on 2150 above (below: negative) what the order's price came to at the invoice's rate, in the books'."""

    __tablename__ = "foreign_posting"
    entity: Mapped[Key]
    invoice: Mapped[Key]
    currency: Mapped[Words]
    rate: Mapped[Rate]
    rate_source: Mapped[Words]
    total: Mapped[Money]  # as posted, in its currency
    booked: Mapped[Money]  # the same in the books' currency: what payables went up by
    price_difference: Mapped[Money]
    exchange_difference: Mapped[Money]
    exchange_entry: Mapped[MaybeWords]


class ExchangeDifference(Base):
    """The sub-ledger of exchange differences: one signed amount per entry that booked one, a gain positive. Together
    they are what stands on account 5350. Added to and never changed; a reversed entry's mirror has the opposite."""

    __tablename__ = "exchange_difference"
    entity: Mapped[Key]
    entry: Mapped[Key]
    document: Mapped[Words]
    currency: Mapped[Words]
    amount: Mapped[Money]  # in the entity's currency


class SupplierClaim(Base):
    """What we claim back from a supplier (not received, damaged, price). A memo until a debit note books it."""

    __tablename__ = "supplier_claim"
    entity: Mapped[Key]
    number: Mapped[Key]
    supplier: Mapped[Words]
    invoice: Mapped[MaybeWords]
    receipt: Mapped[MaybeWords]
    order: Mapped[MaybeWords]
    currency: Mapped[Words]
    amount: Mapped[Money]
    reasons: Mapped[Json]  # [{"code", "line", "quantity", "amount", "says"}]
    state: Mapped[Words]  # open, settled, withdrawn
    opened_at: Mapped[Moment]
    debit_note: Mapped[MaybeWords]
    credit_note: Mapped[MaybeWords]  # our number of the credit note that answered it
    says: Mapped[Words] = mapped_column(default="")  # why it was withdrawn
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DebitNote(Base):
    """A claim booked: payables go down by what of it had been posted. What was withheld from the invoice needs no entry."""

    __tablename__ = "debit_note"
    entity: Mapped[Key]
    number: Mapped[Key]
    claim: Mapped[Words]
    supplier: Mapped[Words]
    currency: Mapped[Words]
    amount: Mapped[Money]
    booked: Mapped[Money]
    entry: Mapped[MaybeWords]
    issued_at: Mapped[Moment]


class PayableItem(Base):
    """The payables sub-ledger: one signed item per posted invoice, credit note, debit note or reversal of one. What is
    open adds up to account 2100. Never written but by `core.payables.subledger`."""

    __tablename__ = "payable_item"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    document: Mapped[Words]
    entry: Mapped[Words]  # the journal entry that booked it
    supplier: Mapped[Words]
    amount: Mapped[Money]  # in the entity's currency; positive is owed by us
    open: Mapped[Money]
    due: Mapped[MaybeDay]
    posted_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_payable_item_supplier", "entity", "supplier"),
        Index("ix_payable_item_document", "entity", "document"),
    )
