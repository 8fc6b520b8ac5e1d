"""Claims on suppliers, and the debit and credit notes that settle them.

A claim is a memo: it moves no account. What of it was withheld, since the invoice was posted short, was never owed, so
a note about it settles it without an entry. What had been posted is taken back from payables (2100) against the account
that carries it:

    damaged_receipt            5330 Scrap and damage, where the loss was written off
    inspection_failed          the same
    invoice_price_variance     5320 Price variance, where an accepted difference went
    charge_unplanned           5310 Freight in
    invoice_tax_mismatch       1300 Input tax
    anything else              5320 Price variance

Pieces that never came are not on an account unless they were prepaid, and then the posting is to be reversed: a note on
them alone is refused.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.books import accounts, ledger
from core.books.rates import Exchange, exchange
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO, rounded, split
from core.payables import subledger
from core.payables.commands import IssueDebitNote, OpenClaim, PostCreditNote, WithdrawClaim
from core.payables.posting import must_be_in_the_books, open_invoice
from core.payables.tables import DebitNote, ForeignPosting, SupplierClaim, SupplierInvoice
from core.purchasing.tables import PurchaseOrder
from core.receiving.tables import GoodsReceipt
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

CARRIED_BY = {
    "damaged_receipt": accounts.SCRAP,
    "inspection_failed": accounts.SCRAP,
    "invoice_price_variance": accounts.PRICE_VARIANCE,
    "supplier_price_change": accounts.PRICE_VARIANCE,
    "charge_unplanned": accounts.FREIGHT_IN,
    "invoice_tax_mismatch": accounts.INPUT_TAX,
}
NEVER_CAME = ("invoice_quantity_variance", "invoice_before_receipt", "short_receipt")


def claim_on(supplier: Supplier) -> str:
    """How effects and cards name what we claim of a supplier."""
    return f"Claim on {supplier.name}"


def open_claim(erp: Erp, cmd: OpenClaim) -> dict[str, Any]:
    """Claim money back from a supplier, with its reasons. Moves no account and pays nobody."""
    supplier = erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    if cmd.invoice is not None:
        invoice = erp.need(SupplierInvoice, erp.entity, cmd.invoice, refusal=Refusal.INVOICE_UNKNOWN)
        if invoice.supplier != supplier.number:
            raise Refused(Refusal.SUPPLIER_UNKNOWN, f"{invoice.their_number} is not an invoice of {supplier.name}")
    if cmd.receipt is not None:
        _must_be_of(supplier, erp.need(GoodsReceipt, erp.entity, cmd.receipt, refusal=Refusal.RECEIPT_UNKNOWN))
    if cmd.order is not None:
        _must_be_of(supplier, erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN))
    if not cmd.reasons:
        raise Refused(Refusal.REASON_REQUIRED, "a claim names its reasons")
    currency = cmd.currency or erp.currency
    for reason in cmd.reasons:
        if reason.amount <= 0:
            raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{reason.code}: {reason.amount:f}")
        if reason.amount != rounded(reason.amount, currency):
            raise Refused(Refusal.PRECISION, f"{reason.amount:f} is no amount of {currency}")

    take_turn(erp)  # before its number and the cases it may touch, as whoever decides on them does
    amount = sum((reason.amount for reason in cmd.reasons), ZERO)
    claim = SupplierClaim(
        entity=erp.entity,
        number=erp.number("CL"),
        supplier=supplier.number,
        invoice=cmd.invoice,
        receipt=cmd.receipt,
        order=cmd.order,
        currency=currency,
        amount=amount,
        reasons=[_reason(reason) for reason in cmd.reasons],
        state="open",
        opened_at=erp.now,
    )
    erp.add(claim)
    erp.effect("claim", claim_on(supplier), amount, currency)
    erp.emit("claim_opened", f"supplier_claim {claim.number}", claim=claim.number, invoice=cmd.invoice)
    return {"claim": claim.number, "amount": amount}


def withdraw_claim(erp: Erp, cmd: WithdrawClaim) -> dict[str, Any]:
    """Give up an open claim, with the reason."""
    claim = _open_claim(erp, cmd.claim)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why")

    claim.state, claim.says = "withdrawn", cmd.reason
    _lower(erp, claim)
    erp.emit("claim_withdrawn", f"supplier_claim {claim.number}", claim=claim.number)
    return {"claim": claim.number}


def issue_debit_note(erp: Erp, cmd: IssueDebitNote) -> dict[str, Any]:
    """Settle an open claim by our own note. Books what had been posted; what was withheld needs no entry."""
    claim = _open_claim(erp, cmd.claim)
    worth = _worth(erp, claim.currency, claim.invoice, claim.order)
    booked = claim.amount - _withheld(erp, claim)
    sides = _carriers(claim, booked) if booked else []

    number = erp.number("DN")
    says = f"Debit note {number} on {claim.number}"
    entry = _take_back(erp, number, claim, booked, sides, says, worth) if booked else None
    erp.add(
        DebitNote(
            entity=erp.entity,
            number=number,
            claim=claim.number,
            supplier=claim.supplier,
            currency=claim.currency,
            amount=claim.amount,
            booked=booked,
            entry=entry,
            issued_at=erp.now,
        )
    )
    claim.state, claim.debit_note = "settled", number
    _lower(erp, claim)
    erp.emit("debit_note_issued", f"debit_note {number}", debit_note=number, claim=claim.number)
    return {"debit_note": number, "booked": booked, "entry": entry}


def post_credit_note(erp: Erp, cmd: PostCreditNote) -> dict[str, Any]:
    """Take a registered credit note: it settles the claim it answers, and what it credits beyond what was withheld or
    booked by a debit note already lowers payables. Never more than it says."""
    note = open_invoice(erp, cmd.invoice, credit=True)
    if note.supplier is None:
        raise Refused(Refusal.SUPPLIER_UNKNOWN, f"nobody knows who sent {note.their_number}")
    if cmd.amount <= 0:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.amount)
    if note.total is None or cmd.amount > abs(note.total):
        raise Refused(Refusal.MORE_THAN_BILLED, f"{note.their_number} credits {note.total}, not {cmd.amount:f}")
    claim = _claim_answered(erp, cmd, note)
    if note.order is None and claim is None:
        must_be_in_the_books(erp, note)
    worth = _worth(erp, note.currency, note.corrects or (claim.invoice if claim else None), note.order)
    expected = min(_already_settled(erp, claim), cmd.amount) if claim else ZERO
    booked = cmd.amount - expected
    sides = _carriers(claim, booked) if claim and booked else [ledger.credit(accounts.PRICE_VARIANCE, booked)]

    says = f"Credit note {note.their_number}"
    entry = _take_back(erp, note.number, note, booked, sides, says, worth) if booked else None
    note.state, note.posted_at, note.posted_total, note.entry = "posted", erp.now, -cmd.amount, entry
    erp.effect("record", f"Credit note {note.their_number}", was="registered", now="posted")
    if claim is not None:
        if claim.state == "open":
            _lower(erp, claim)
        claim.state, claim.credit_note = "settled", note.number
    erp.emit("credit_posted", f"supplier_invoice {note.number}", invoice=note.number, order=note.order)
    return {"invoice": note.number, "booked": booked, "entry": entry}


def _open_claim(erp: Erp, number: str) -> SupplierClaim:
    take_turn(erp)  # before the claim, as whoever decides on it does
    claim = erp.need(SupplierClaim, erp.entity, number, refusal=Refusal.CLAIM_UNKNOWN, lock=True)
    if claim.state != "open":
        raise Refused(Refusal.CLAIM_NOT_OPEN, f"{number} is {claim.state}")
    return claim


def _claim_answered(erp: Erp, cmd: PostCreditNote, note: SupplierInvoice) -> SupplierClaim | None:
    """The claim a credit note answers: open, or booked by a debit note that no credit note answered yet."""
    if cmd.claim is None:
        return None
    claim = erp.need(SupplierClaim, erp.entity, cmd.claim, refusal=Refusal.CLAIM_UNKNOWN, lock=True)
    if claim.supplier != note.supplier:
        raise Refused(Refusal.CLAIM_UNKNOWN, f"{claim.number} is a claim on {claim.supplier}")
    if claim.currency != note.currency:
        raise Refused(Refusal.CURRENCY_DIFFERS, f"claimed in {claim.currency}, credited in {note.currency}")
    if claim.state == "withdrawn" or claim.credit_note is not None:
        raise Refused(Refusal.CLAIM_NOT_OPEN, f"{claim.number} is {claim.state}")
    return claim


def _withheld(erp: Erp, claim: SupplierClaim) -> Decimal:
    """How much of a claim was never posted: what its invoice bills above what was posted, less earlier claims on it.

    An invoice that is not posted owes nothing, so all of a claim on it is withheld."""
    if claim.invoice is None:
        return ZERO
    invoice = erp.need(SupplierInvoice, erp.entity, claim.invoice, refusal=Refusal.INVOICE_UNKNOWN)
    if invoice.posted_total is None:
        return claim.amount
    withheld = max(ZERO, (invoice.total or invoice.posted_total) - invoice.posted_total)
    others = erp.session.scalars(
        select(SupplierClaim).where(
            SupplierClaim.entity == erp.entity,
            SupplierClaim.invoice == claim.invoice,
            SupplierClaim.state != "withdrawn",
            SupplierClaim.number != claim.number,
        )
    )
    earlier = sum((one.amount for one in others if (one.opened_at, one.number) < (claim.opened_at, claim.number)), ZERO)
    return min(claim.amount, max(ZERO, withheld - earlier))


def _already_settled(erp: Erp, claim: SupplierClaim) -> Decimal:
    """What of a claim needs no entry any more: all of it when a debit note booked it, else what was withheld."""
    return claim.amount if claim.debit_note is not None else _withheld(erp, claim)


def _carriers(claim: SupplierClaim, booked: Decimal) -> list[ledger.Side]:
    """The credits that take `booked` back from the accounts that carry it, in the order of the claim's reasons.

    What was withheld is counted against the pieces that never came first, since those were never posted."""
    reasons = sorted(claim.reasons, key=lambda reason: reason["code"] in NEVER_CAME)
    left = booked
    sides = []
    for reason in reasons:
        part = min(left, Decimal(reason["amount"]))
        if part > 0 and reason["code"] in NEVER_CAME:
            raise Refused(Refusal.NOTHING_TO_DO, f"{part:f} is for pieces that were never posted: {reason['says']}")
        if part > 0:
            sides.append(ledger.credit(CARRIED_BY.get(reason["code"], accounts.PRICE_VARIANCE), part))
        left -= part
    if left > 0:
        sides.append(ledger.credit(accounts.PRICE_VARIANCE, left))
    return sides


def _take_back(
    erp: Erp,
    document: str,
    party: SupplierClaim | SupplierInvoice,
    booked: Decimal,
    sides: list[ledger.Side],
    says: str,
    worth: Exchange,
) -> str:
    """Lower payables by what is booked, against the accounts that carry it. Takes amounts in the party's currency."""
    supplier = party.supplier
    assert supplier is not None, "a note of nobody"
    amount = worth.booked(booked)
    if worth.foreign:
        parts = split(amount, [-side.amount for side in sides], worth.books)
        sides = [ledger.credit(side.account, part) for side, part in zip(sides, parts, strict=True)]
    payable = ledger.debit(accounts.PAYABLES, amount, supplier=supplier)
    entry = ledger.post(erp, document=document, says=says, sides=[payable, *sides])
    subledger.owe(erp, document=document, supplier=supplier, amount=-amount, due=None, entry=entry)
    return entry


def _worth(erp: Erp, currency: str, invoice: str | None, order: str | None) -> Exchange:
    """What a note's currency is worth: what its invoice was booked at, so that both take each other back exactly; else
    what was agreed on the order; else the rate of the day."""
    posted = erp.session.get(ForeignPosting, (erp.entity, invoice)) if invoice else None
    agreed = erp.session.get(PurchaseOrder, (erp.entity, order)) if order else None
    if posted is not None and posted.currency == currency:
        return exchange(erp, currency, erp.today, given=posted.rate)
    if agreed is not None and agreed.currency == currency:
        return exchange(erp, currency, erp.today, agreed=agreed.rate)
    return exchange(erp, currency, erp.today)


def _lower(erp: Erp, claim: SupplierClaim) -> None:
    supplier = erp.need(Supplier, erp.entity, claim.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    erp.effect("claim", claim_on(supplier), -claim.amount, claim.currency)


def _must_be_of(supplier: Supplier, row: GoodsReceipt | PurchaseOrder) -> None:
    if row.supplier != supplier.number:
        raise Refused(Refusal.SUPPLIER_UNKNOWN, f"{row.number} is not of {supplier.name}")


def _reason(reason: Any) -> dict[str, Any]:
    return {
        "code": reason.code,
        "line": reason.line,
        "quantity": None if reason.quantity is None else f"{reason.quantity:f}",
        "amount": f"{reason.amount:f}",
        "says": reason.says,
    }
