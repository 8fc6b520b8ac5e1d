"""Master data is added; what exists is not overwritten."""

from typing import Any

from sqlalchemy import func, select

from core.db import Base
from core.erp import Erp
from core.masterdata.commands import (
    AddAccount,
    AddConversion,
    AddEntity,
    AddItem,
    AddSite,
    AddSupplier,
    AddSupplierItem,
    LinkSender,
    SetStockPolicy,
    StartNumbersAt,
)
from core.masterdata.tables import Account, Conversion, Counter, Entity, Item, Site, StockPolicy, Supplier, SupplierItem
from core.masterdata.units import must_be_kept
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.stock.tables import StockBalance
from core.wording import quantity

ACCOUNT_KINDS = ("asset", "liability", "equity", "income", "expense")
DECIMALS_MAX = 6
PUBLIC = frozenset(
    (
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "yahoo.com",
            "icloud.com",
        ),
        *(
            "me.com",
            "mac.com",
            "aol.com",
            "gmx.com",
            "gmx.de",
            "gmx.net",
            "gmx.at",
            "web.de",
            "t-online.de",
            "mail.com",
        ),
        *("freenet.de", "mail.ru", "yandex.com", "yandex.ru", "qq.com", "163.com", "126.com", "proton.me", "pm.me"),
        *(
            "protonmail.com",
            "zoho.com",
            "fastmail.com",
            "tutanota.com",
            "hey.com",
            "orange.fr",
            "free.fr",
            "laposte.net",
        ),
        *("wanadoo.fr", "libero.it", "bluewin.ch", "comcast.net", "verizon.net", "btinternet.com", "ymail.com"),
    )
)
"""Mail providers where anybody gets an address. A domain on a supplier's record makes all its senders believed."""


def add_entity(erp: Erp, cmd: AddEntity) -> dict[str, Any]:
    """Open the books of a company."""
    _must_be_new(erp, Entity, cmd.entity)
    _must_be_a_currency(cmd.currency)
    erp.add(Entity(code=cmd.entity, name=cmd.name, currency=cmd.currency))
    erp.emit("entity_added", f"entity {cmd.entity}")
    return {"entity": cmd.entity}


def add_account(erp: Erp, cmd: AddAccount) -> dict[str, Any]:
    """Add an account to the general ledger."""
    _must_have_entity(erp)
    _must_be_new(erp, Account, erp.entity, cmd.code)
    if cmd.kind not in ACCOUNT_KINDS:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.code} {cmd.name}: {cmd.kind!r} is no kind of account")
    erp.add(Account(entity=erp.entity, code=cmd.code, name=cmd.name, kind=cmd.kind))
    return {"account": cmd.code}


def add_site(erp: Erp, cmd: AddSite) -> dict[str, Any]:
    """Add a place that holds stock."""
    _must_have_entity(erp)
    _must_be_new(erp, Site, erp.entity, cmd.code)
    erp.add(Site(entity=erp.entity, code=cmd.code, name=cmd.name))
    return {"site": cmd.code}


def add_supplier(erp: Erp, cmd: AddSupplier) -> dict[str, Any]:
    """Add a supplier with what we pay to. Nothing later changes the account: that command does not exist."""
    _must_have_entity(erp)
    _must_be_new(erp, Supplier, erp.entity, cmd.number)
    _must_be_a_currency(cmd.currency)
    if cmd.tax_rate < ZERO or cmd.terms_days < 0 or cmd.charges_agreed < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.number)
    domains = [mail_domain(domain) for domain in cmd.domains]

    erp.add(
        Supplier(
            entity=erp.entity,
            number=cmd.number,
            name=cmd.name,
            currency=cmd.currency,
            terms_days=cmd.terms_days,
            charges_agreed=cmd.charges_agreed,
            prepayment=cmd.prepayment,
            on_contract=cmd.on_contract,
            at_risk=cmd.at_risk,
            confirm_days=cmd.confirm_days,
            tax_id=cmd.tax_id,
            tax_rate=cmd.tax_rate,
            bank_account=cmd.bank_account,
            contact_name=cmd.contact_name,
            contact_email=cmd.contact_email,
            contact_phone=cmd.contact_phone,
            domains=domains,
            edited_by=str(erp.actor),
            edited_at=erp.now,
        )
    )
    erp.emit("supplier_added", f"supplier {cmd.number}")
    return {"supplier": cmd.number}


COST_METHODS = ("fifo", "lifo", "hifo", "average", "standard", "strict")
"""What `core.stock.costing` knows. Named here too, since master data comes before stock."""


def add_item(erp: Erp, cmd: AddItem) -> dict[str, Any]:
    """Add an item, counted in its base unit."""
    _must_have_entity(erp)
    _must_be_new(erp, Item, erp.entity, cmd.sku)
    if cmd.over_receipt_pct < ZERO or cmd.standard_cost < ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.sku)
    if cmd.cost_method not in COST_METHODS:
        raise Refused(
            Refusal.COMMAND_MALFORMED, f"{cmd.cost_method}: a cost method is one of {', '.join(COST_METHODS)}"
        )
    if not 0 <= cmd.unit_decimals <= DECIMALS_MAX:
        raise Refused(Refusal.PRECISION, f"{cmd.sku} in {cmd.unit_decimals} decimals of a {cmd.unit}")
    erp.add(
        Item(
            entity=erp.entity,
            sku=cmd.sku,
            name=cmd.name,
            unit=cmd.unit,
            unit_decimals=cmd.unit_decimals,
            item_class=cmd.item_class,
            inspect=cmd.inspect,
            over_receipt_pct=cmd.over_receipt_pct,
            standard_cost=cmd.standard_cost,
            cost_method=cmd.cost_method,
            cost_by_lot=cmd.cost_by_lot,
            weight_kg=cmd.weight_kg,
            attributes={},
        )
    )
    return {"item": cmd.sku}


def add_supplier_item(erp: Erp, cmd: AddSupplierItem) -> dict[str, Any]:
    """Say what a supplier calls one of our items."""
    erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    _must_be_new(erp, SupplierItem, erp.entity, cmd.supplier, cmd.code)
    erp.add(
        SupplierItem(
            entity=erp.entity, supplier=cmd.supplier, code=cmd.code, item=cmd.item, description=cmd.description
        )
    )
    return {"supplier_item": cmd.code}


def add_conversion(erp: Erp, cmd: AddConversion) -> dict[str, Any]:
    """Say how many base units one unit of an item is."""
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if cmd.factor <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.factor)
    must_be_kept(cmd.factor)
    if cmd.unit == item.unit:
        raise Refused(Refusal.NOTHING_TO_DO, f"one {cmd.unit} of {cmd.item} is one {cmd.unit}")
    _must_be_new(erp, Conversion, erp.entity, cmd.item, cmd.unit)
    erp.add(Conversion(entity=erp.entity, item=cmd.item, unit=cmd.unit, factor=cmd.factor))
    return {"conversion": f"{cmd.item} {cmd.unit}"}


def set_stock_policy(erp: Erp, cmd: SetStockPolicy) -> dict[str, Any]:
    """Keep the policy of an item at a site. Refuses to forbid that stock is below zero where it is: cover it first."""
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.safety_stock is not None and cmd.safety_stock < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.safety_stock)
    take_turn(erp)  # whoever takes stock out meanwhile goes by one policy from beginning to end
    if not cmd.negative_allowed:
        _must_not_be_below_zero(erp, cmd)
    row = erp.session.get(StockPolicy, (erp.entity, cmd.item, cmd.site), with_for_update=True, populate_existing=True)
    if row is None:
        row = StockPolicy(entity=erp.entity, item=cmd.item, site=cmd.site)
    was, now = ("none" if kept is None else quantity(kept) for kept in (row.safety_stock, cmd.safety_stock))
    if was != now:
        erp.effect("record", f"Safety stock of {cmd.item} at {cmd.site}", was=was, now=now)
    row.negative_allowed, row.safety_stock = cmd.negative_allowed, cmd.safety_stock
    erp.add(row)
    erp.emit("stock_policy_set", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item, "site": cmd.site}


def _must_not_be_below_zero(erp: Erp, cmd: SetStockPolicy) -> None:
    owed = erp.session.scalar(
        select(func.min(StockBalance.quantity)).where(
            StockBalance.entity == erp.entity, StockBalance.item == cmd.item, StockBalance.site == cmd.site
        )
    )
    if owed is not None and owed < ZERO:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{cmd.item} at {cmd.site}: {quantity(owed)} now; cover it first")


def start_numbers_at(erp: Erp, cmd: StartNumbersAt) -> dict[str, Any]:
    """Let the next number of a kind be `first`. Numbers only go up."""
    counter = erp.session.get(Counter, (erp.entity, cmd.kind), with_for_update=True, populate_existing=True)
    last = counter.last if counter else 0
    if cmd.first <= last:
        raise Refused(Refusal.ALREADY_EXISTS, f"{cmd.kind}-{cmd.first} was given out")
    if counter is None:
        counter = Counter(entity=erp.entity, kind=cmd.kind, last=0)
        erp.add(counter)
    counter.last = cmd.first - 1
    return {"kind": cmd.kind, "next": cmd.first}


def link_sender(erp: Erp, cmd: LinkSender) -> dict[str, Any]:
    """Put a mail domain on a supplier's record. Public mail providers are nobody's domain."""
    supplier = erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN, lock=True)
    domain = mail_domain(cmd.domain)
    if domain in supplier.domains:
        raise Refused(Refusal.NOTHING_TO_DO, f"{domain} is {supplier.name}'s already")

    supplier.domains = [*supplier.domains, domain]
    supplier.edited_by, supplier.edited_at = str(erp.actor), erp.now
    erp.effect("record", f"Supplier {supplier.number}, mail domains", was=", ".join(supplier.domains[:-1]), now=domain)
    erp.emit("supplier_changed", f"supplier {supplier.number}", supplier=supplier.number)
    return {"supplier": supplier.number}


def mail_domain(written: str) -> str:
    """A mail domain in lower case. Refuses what is none, and one that anybody can have an address at."""
    domain = written.strip().lower()
    if "." not in domain.strip(".") or any(letter.isspace() or letter in "@/" for letter in domain):
        raise Refused(Refusal.NOTHING_TO_DO, f"{written!r} is no mail domain")
    if domain in PUBLIC:
        raise Refused(Refusal.NOTHING_TO_DO, f"anybody can have an address at {domain}")
    return domain


def _must_be_a_currency(code: str) -> None:
    """Refuses what cannot be an ISO 4217 code."""
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise Refused(Refusal.COMMAND_MALFORMED, f"{code!r} is no currency")


def _must_have_entity(erp: Erp) -> None:
    erp.need(Entity, erp.entity, refusal=Refusal.ENTITY_UNKNOWN)


def _must_be_new(erp: Erp, table: type[Base], *key: str) -> None:
    if erp.session.get(table, key if len(key) > 1 else key[0]) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, " ".join(key))
