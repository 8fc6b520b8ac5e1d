"""An entity pays another of the group what it owes: cleared in both books in one command, never more than is open."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.books import accounts, ledger
from core.books.rates import exchange
from core.erp import Erp
from core.masterdata.tables import Entity
from core.money import ZERO, rounded
from core.payables.tables import ExchangeDifference
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.intercompany_commands import SettleWithEntity
from core.stock.intercompany_tables import IntercompanyLayer, IntercompanyReturn, IntercompanySettlement
from core.wording import quantity as words


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """What a buyer owes a seller: in the seller's currency and as it stands in the buyer's books. Less than nothing where
    pieces went back that were paid already; that stands against the next sale."""

    amount: Decimal
    booked: Decimal


def owed_to_entity(session: Session, buyer: str, seller: str) -> Owed:
    """What was sold, less what went back and what was paid."""
    came, back, paid = IntercompanyLayer, IntercompanyReturn, IntercompanySettlement
    sums = [
        session.execute(
            select(func.coalesce(func.sum(there), ZERO), func.coalesce(func.sum(here), ZERO)).where(
                row.entity == buyer, row.seller == seller
            )
        ).one()
        for row, there, here in (
            (came, came.sold_for, came.price),
            (back, back.sold_for, back.price),
            (paid, paid.amount, paid.cleared),
        )
    ]
    (sold, bought), (returned, sent_back), (amount, cleared) = sums
    return Owed(amount=sold - returned - amount, booked=bought - sent_back - cleared)


def settle_with_entity(erp: Erp, cmd: SettleWithEntity) -> dict[str, Any]:
    """Pay what is owed, or a part of it. Refuses more than is open, an amount finer than the seller's currency, and a
    currency that the buyer has no rate for."""
    if cmd.seller == erp.entity:
        raise Refused(Refusal.NOTHING_TO_DO, f"{erp.entity} owes itself nothing")
    erp.need(Entity, cmd.seller, refusal=Refusal.ENTITY_UNKNOWN)
    seller = erp.books_of(cmd.seller)
    at = cmd.happened_at or erp.now
    for books in sorted((erp, seller), key=lambda books: books.entity):
        stock.take_turn(books)  # a sale takes the same turns: what is open stays so until this is written
    owed = owed_to_entity(erp.session, erp.entity, cmd.seller)
    amount = owed.amount if cmd.amount is None else cmd.amount
    _must_be_open(amount, owed, cmd, seller.currency)
    worth = exchange(erp, seller.currency, at.date(), given=cmd.rate)

    number = erp.number("ICS")
    cleared, paid = rounded(owed.booked * amount / owed.amount, erp.currency), worth.booked(amount)
    sides = [
        ledger.debit(accounts.INTERCOMPANY_PAYABLE, cleared),
        ledger.debit(accounts.EXCHANGE, paid - cleared),
        ledger.credit(accounts.BANK, paid),
    ]
    entry = ledger.post(erp, document=number, says=f"Paid to {cmd.seller}", sides=sides, day=at.date())
    if paid != cleared:
        difference = ExchangeDifference(
            entity=erp.entity, entry=entry, document=number, currency=seller.currency, amount=cleared - paid
        )
        erp.add(difference)
    sides = [ledger.debit(accounts.BANK, amount), ledger.credit(accounts.INTERCOMPANY_RECEIVABLE, amount)]
    document = f"{erp.entity} {number}"
    ledger.post(seller, document=document, says=f"Paid by {erp.entity}", sides=sides, day=at.date())
    erp.add(
        IntercompanySettlement(
            entity=erp.entity, number=number, seller=cmd.seller, amount=amount, cleared=cleared, paid=paid
        )
    )
    erp.emit("settled_with_entity", f"entity {cmd.seller}", seller=cmd.seller, document=number)
    seller.emit("settled_by_entity", f"entity {erp.entity}", buyer=erp.entity, document=document)
    return {"settlement": number, "amount": amount, "cleared": cleared, "paid": paid, "open": owed.amount - amount}


def _must_be_open(amount: Decimal, owed: Owed, cmd: SettleWithEntity, currency: str) -> None:
    if owed.amount <= ZERO:
        raise Refused(Refusal.NOTHING_TO_DO, f"nothing is open: {cmd.entity} owes {cmd.seller} {words(owed.amount)}")
    if amount <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, amount)
    if amount != rounded(amount, currency):
        raise Refused(Refusal.PRECISION, f"{amount} is finer than {currency}")
    if amount > owed.amount:
        raise Refused(Refusal.MORE_THAN_BILLED, f"{words(owed.amount)} {currency} are open, {words(amount)} asked")
