"""Entries that no trade owns: the opening of the books, and the mirror of an entry."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from core.books import accounts, ledger
from core.books.commands import OpenBooks, ReverseEntry
from core.books.tables import JournalEntry, JournalLine
from core.erp import Erp
from core.payables.reopening import reopen
from core.refusals import Refusal, Refused
from core.sales.billing_tables import CustomerItem
from core.stock.ledger import take_turn

OPENING = "opening"
OWNED = (accounts.INVENTORY, accounts.SHIPPED_NOT_INVOICED, accounts.GOODS_RECEIVED, accounts.PAYABLES)
"""Accounts with a sub-ledger: they open through it, so that the two are equal from the first day."""


def open_books(erp: Erp, cmd: OpenBooks) -> dict[str, Any]:
    """Post the opening entry, for the accounts that no sub-ledger carries."""
    owned = [line.account for line in cmd.lines if line.account in OWNED]
    if owned:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{owned[0]} opens through its own documents")
    standing = _opening(erp)
    if standing is not None:
        raise Refused(Refusal.ALREADY_EXISTS, f"the books were opened by {standing}: reverse that first")

    sides = [ledger.debit(line.account, line.debit - line.credit) for line in cmd.lines]
    entry = ledger.post(erp, document=OPENING, says="Opening balances", sides=sides, day=cmd.day)
    return {"entry": entry}


def reverse_entry(erp: Erp, cmd: ReverseEntry) -> dict[str, Any]:
    """Post the mirror of an entry, once, and take back what it did to its document.

    Only entries whose document can follow are reversed: an invoice, a claim or credit booked against payables. Stock is
    corrected by moving stock.
    """
    take_turn(erp)  # before the entry and its document, as whoever decides on that does
    entry = erp.need(JournalEntry, erp.entity, cmd.entry, refusal=Refusal.ENTRY_UNKNOWN, lock=True)
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "a reversal names its reason")
    if entry.reverses is not None or _mirror_of(erp, entry.number) is not None:
        raise Refused(Refusal.ENTRY_ALREADY_REVERSED, entry.number)
    lines = erp.session.scalars(
        select(JournalLine)
        .where(JournalLine.entity == erp.entity, JournalLine.entry == entry.number)
        .order_by(JournalLine.line)
    ).all()
    if any(line.account == accounts.INVENTORY for line in lines):
        raise Refused(Refusal.NO_SUCH_MOVE, f"{entry.number} moved stock: move it back instead")
    _must_not_be_of_sales(erp, entry.number, lines)

    sides = [ledger.Side(account=r.account, amount=r.credit - r.debit, supplier=r.supplier) for r in lines]
    mirror = ledger.post(
        erp, document=entry.document, says=f"Mirror of {entry.number}: {cmd.reason}", sides=sides, reverses=entry.number
    )
    reopen(erp, entry=entry.number, by=mirror)
    erp.emit("entry_reversed", f"journal_entry {entry.number}", entry=entry.number, mirror=mirror)
    return {"entry": mirror}


def _must_not_be_of_sales(erp: Erp, entry: str, lines: Sequence[JournalLine]) -> None:
    """Refuses what bills, credit notes, payments and shipments booked: their documents would not follow."""
    booked = select(CustomerItem.document).where(CustomerItem.entity == erp.entity, CustomerItem.entry == entry)
    document = erp.session.scalars(booked).first()
    if document is not None:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{entry} booked {document} of a customer: credit it instead")
    if any(line.account == accounts.SHIPPED_NOT_INVOICED for line in lines):
        raise Refused(Refusal.NO_SUCH_MOVE, f"{entry} follows goods that were shipped: take these back instead")


def _opening(erp: Erp) -> str | None:
    """The opening entry that stands; none when it was reversed."""
    mirror = aliased(JournalEntry)
    mirrored = exists().where(mirror.entity == JournalEntry.entity, mirror.reverses == JournalEntry.number)
    return erp.session.scalars(
        select(JournalEntry.number).where(
            JournalEntry.entity == erp.entity,
            JournalEntry.document == OPENING,
            JournalEntry.reverses.is_(None),
            ~mirrored,
        )
    ).first()


def _mirror_of(erp: Erp, entry: str) -> str | None:
    return erp.session.scalars(
        select(JournalEntry.number).where(JournalEntry.entity == erp.entity, JournalEntry.reverses == entry)
    ).first()
