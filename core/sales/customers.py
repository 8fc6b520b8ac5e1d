"""Customers, and how much each may owe."""

from decimal import Decimal
from typing import Any

from core.books import accounts
from core.erp import Erp
from core.masterdata.adding import mail_domain
from core.masterdata.tables import Account
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.sales.commands import AddCustomer, LinkCustomerSender, SetCreditLimit, SetCustomerTier
from core.sales.tables import Customer
from core.stock.ledger import take_turn
from core.wording import amount as money

TIERS = range(1, 10)
POSTED_TO_BY_OTHERS = frozenset(
    (
        accounts.BANK,
        accounts.INTERCOMPANY_RECEIVABLE,
        accounts.INPUT_TAX,
        accounts.INVENTORY,
        accounts.IN_TRANSIT,
        accounts.SHIPPED_NOT_INVOICED,
    )
)
"""Accounts that a sub-ledger of their own, or nobody's, explains: what customers owe stands on none of them."""


def add_customer(erp: Erp, cmd: AddCustomer) -> dict[str, Any]:
    """Add a customer. Refuses another currency than the books', and an account that is no receivable."""
    books = erp.currency
    if erp.session.get(Customer, (erp.entity, cmd.number)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, cmd.number)
    if not cmd.number.strip() or not cmd.name.strip():
        raise Refused(Refusal.COMMAND_MALFORMED, "a customer has a number and a name")
    if cmd.currency not in ("", books):
        raise Refused(Refusal.CURRENCY_DIFFERS, f"the books are in {books}; sales in {cmd.currency} are not there yet")
    if cmd.terms_days < 0:
        raise Refused(Refusal.COMMAND_MALFORMED, f"payable in {cmd.terms_days} days")
    _must_be_a_limit(cmd.credit_limit, books)
    _must_be_a_tier(cmd.tier)
    domains = [mail_domain(domain) for domain in cmd.domains]
    account = erp.need(Account, erp.entity, cmd.account, refusal=Refusal.ACCOUNT_UNKNOWN)
    if account.kind != "asset" or account.code in POSTED_TO_BY_OTHERS:
        raise Refused(Refusal.ACCOUNT_UNKNOWN, f"{account.code} {account.name} is no account of receivables")

    erp.add(
        Customer(
            entity=erp.entity,
            number=cmd.number,
            name=cmd.name,
            currency=books,
            terms_days=cmd.terms_days,
            credit_limit=cmd.credit_limit,
            account=cmd.account,
            tier=cmd.tier,
            domains=domains,
        )
    )
    erp.emit("customer_added", f"customer {cmd.number}", customer=cmd.number)
    return {"customer": cmd.number}


def set_credit_limit(erp: Erp, cmd: SetCreditLimit) -> dict[str, Any]:
    """Set what a customer may owe. Changes no order: what is on hold is confirmed by somebody, or stays."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
    _must_be_a_limit(cmd.limit, customer.currency)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a credit limit names its reason")
    if cmd.limit == customer.credit_limit:
        raise Refused(Refusal.NOTHING_TO_DO, f"the limit of {customer.name} is {_said(cmd.limit, customer.currency)}")

    was = customer.credit_limit
    customer.credit_limit = cmd.limit
    erp.session.flush()
    erp.effect(
        "record",
        f"Credit limit of {customer.name}",
        was=_said(was, customer.currency),
        now=_said(cmd.limit, customer.currency),
    )
    erp.emit("credit_limit_set", f"customer {customer.number}", customer=customer.number, reason=cmd.reason)
    return {"customer": customer.number, "was": was, "limit": cmd.limit}


def set_customer_tier(erp: Erp, cmd: SetCustomerTier) -> dict[str, Any]:
    """Say whose turn a customer's is. Takes nothing from anybody: what is reserved stays so until somebody decides."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
    _must_be_a_tier(cmd.tier)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a priority names its reason")
    if cmd.tier == customer.tier:
        raise Refused(Refusal.NOTHING_TO_DO, f"{customer.name} is in tier {cmd.tier}")

    was, customer.tier = customer.tier, cmd.tier
    erp.session.flush()
    erp.effect("record", f"Priority of {customer.name}", was=f"tier {was}", now=f"tier {cmd.tier}")
    erp.emit("customer_tier_set", f"customer {customer.number}", customer=customer.number, reason=cmd.reason)
    return {"customer": customer.number, "was": was, "tier": cmd.tier}


def link_customer_sender(erp: Erp, cmd: LinkCustomerSender) -> dict[str, Any]:
    """Put a mail domain on a customer's record. Public mail providers are nobody's domain."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
    domain = mail_domain(cmd.domain)
    if domain in customer.domains:
        raise Refused(Refusal.NOTHING_TO_DO, f"{domain} is {customer.name}'s already")

    was = ", ".join(customer.domains)
    customer.domains = [*customer.domains, domain]
    erp.session.flush()
    erp.effect("record", f"Customer {customer.number}, mail domains", was=was, now=domain)
    erp.emit("customer_sender_linked", f"customer {customer.number}", customer=customer.number)
    return {"customer": customer.number}


def _must_be_a_tier(tier: int) -> None:
    if tier not in TIERS:
        raise Refused(Refusal.COMMAND_MALFORMED, f"tiers are 1, served first, to {TIERS[-1]}; {tier} is none")


def _must_be_a_limit(limit: Decimal | None, currency: str) -> None:
    if limit is not None and limit < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"a limit of {limit}")
    if limit is not None and limit != rounded(limit, currency):
        raise Refused(Refusal.PRECISION, f"{limit} is finer than {currency}")


def _said(limit: Decimal | None, currency: str) -> str:
    return "none" if limit is None else money(limit, currency)
