"""The journal's one writer. There is no update and no delete to misuse; a mistake is reversed by its mirror."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import driver, rows
from core.books import periods
from core.books.tables import JournalEntry, JournalLine
from core.erp import Erp
from core.masterdata.tables import Account
from core.money import ZERO, rounded
from core.numbers import first_of, named, taking
from core.refusals import Refusal, Refused

NAMES = "select code, name from account where entity = %(entity)s and code = any(%(codes)s)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One side of an entry: an account, and a signed amount in the entity's currency, debit positive."""

    account: str
    amount: Decimal
    supplier: str | None = None


def debit(account: str, amount: Decimal, supplier: str | None = None) -> Side:
    """A debit of `amount`."""
    return Side(account=account, amount=amount, supplier=supplier)


def credit(account: str, amount: Decimal, supplier: str | None = None) -> Side:
    """A credit of `amount`."""
    return Side(account=account, amount=-amount, supplier=supplier)


def post(
    erp: Erp,
    *,
    document: str,
    says: str,
    sides: Sequence[Side],
    day: date | None = None,
    reverses: str | None = None,
) -> str:
    """Post one entry and give its number.

    Sides of zero are dropped. Refuses amounts finer than the currency, accounts that do not exist, sides that do not
    balance, an entry of nothing, and a day that is closed.
    """
    currency = erp.currency
    kept = [side for side in sides if side.amount != 0]
    for side in kept:
        if rounded(side.amount, currency) != side.amount:
            raise Refused(Refusal.PRECISION, f"{side.amount} is finer than {currency}")
    names, ordinal = _names_and_number(erp, [side.account for side in kept])
    difference = sum((side.amount for side in kept), ZERO)
    if difference != 0:
        raise Refused(Refusal.DOES_NOT_BALANCE, f"{says}: {difference} {currency}")
    if not kept:
        raise Refused(Refusal.NOTHING_TO_DO, f"{says}: nothing to post")
    periods.must_be_open(erp, day or erp.today)

    number = named("JE", ordinal) if ordinal else erp.number("JE")
    entry = {
        "entity": erp.entity,
        "number": number,
        "day": day or erp.today,
        "recorded_at": erp.now,
        "document": document,
        "says": says,
        "actor": str(erp.actor),
        "case": erp.because.case,
        "reverses": reverses,
    }
    rows.insert(erp.session, JournalEntry, [entry])
    rows.insert(
        erp.session,
        JournalLine,
        [
            {
                "entity": erp.entity,
                "entry": number,
                "line": line,
                "account": side.account,
                "debit": max(side.amount, ZERO),
                "credit": max(-side.amount, ZERO),
                "supplier": side.supplier,
            }
            for line, side in enumerate(kept, 1)
        ],
    )
    for side in kept:
        erp.effect("journal", f"{side.account} {names[side.account]}", side.amount, currency)
    erp.emit("entry_posted", f"journal_entry {number}", entry=number, document=document)
    return number


def account_named(erp: Erp, account: str) -> str:
    """An account as effects name it: "2150 Goods received". Refuses an unknown one."""
    return f"{account} {_names(erp, [account])[account]}"


def _names(erp: Erp, accounts: Sequence[str]) -> dict[str, str]:
    """The names of accounts, read in one go. Refuses an unknown one."""
    if any((Account, account) not in erp.known for account in accounts):
        _keep_names(erp, driver.ask(erp.session, *_asking_names(erp, accounts)))
    return _known_names(erp, accounts)


def _names_and_number(erp: Erp, accounts: Sequence[str]) -> tuple[dict[str, str], int]:
    """The names of accounts, and where they had to be read the entry's number with them; else 0."""
    ordinal = 0
    if any((Account, account) not in erp.known for account in accounts):
        names, taken = driver.ask_all(erp.session, _asking_names(erp, accounts), taking(erp.entity, "JE", 1))
        ordinal = first_of(taken, 1)
        _keep_names(erp, names)
    return _known_names(erp, accounts), ordinal


def _asking_names(erp: Erp, accounts: Sequence[str]) -> driver.Question:
    return NAMES, {"entity": erp.entity, "codes": list(accounts)}


def _keep_names(erp: Erp, found: Sequence[Any]) -> None:
    erp.known.update(((Account, row.code), row.name) for row in found)


def _known_names(erp: Erp, accounts: Sequence[str]) -> dict[str, str]:
    """The names of accounts that were read. Refuses one that was not there."""
    for account in accounts:
        if (Account, account) not in erp.known:
            raise Refused(Refusal.ACCOUNT_UNKNOWN, f"{erp.entity} {account}")
    return {account: erp.known[Account, account] for account in accounts}
