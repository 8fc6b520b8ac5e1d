"""What stands before anything happens: accounts, sites, people, suppliers, items, substitutes."""

from datetime import datetime
from decimal import Decimal

from core.books.accounts import CHART
from core.masterdata.commands import (
    AddAccount,
    AddConversion,
    AddEntity,
    AddItem,
    AddSite,
    AddSupplier,
    AddSupplierItem,
    SetSubstitute,
)
from core.people.commands import AddPerson, GrantRole
from core.seeding.company import Company, Data, first_day


def add_master_data(company: Company) -> None:
    """Everything that stands from the first day on."""
    data, entity, at = company.data, company.entity, first_day(company.data)
    head = data["entity"]
    company.do(AddEntity(entity=entity, name=head["name"], currency=head["currency"]), at, "entity")
    for code, name, kind in CHART:
        company.do(AddAccount(entity=entity, code=code, name=name, kind=kind), at, f"account:{code}")
    for site in data.get("sites", ()):
        company.do(AddSite(entity=entity, code=site["code"], name=site["name"]), at, f"site:{site['code']}")
    for person in data.get("people", ()):
        _person(company, person, at)
    for supplier in data.get("suppliers", ()):
        company.do(_supplier(entity, supplier), at, f"supplier:{supplier['number']}")
    for item in data.get("items", ()):
        _item(company, item, at)
    for pair in data.get("substitutes", ()):
        said = SetSubstitute(
            entity=entity,
            item=pair["item"],
            substitute=pair["substitute"],
            factor=Decimal(str(pair.get("factor", "1"))),
            both_ways=str(pair.get("both_ways", "false")).lower() == "true",
            rank=int(pair.get("rank", 1)),
        )
        company.do(said, at, f"substitute:{pair['item']}:{pair['substitute']}")


def _person(company: Company, person: Data, at: datetime) -> None:
    add = AddPerson(
        entity=company.entity,
        id=person["id"],
        name=person["name"],
        email=person["email"],
        title=person.get("title", ""),
        password_hash=company.password_hash,
    )
    company.do(add, at, f"person:{person['id']}")
    for role, limit in person.get("roles", {}).items():
        grant = GrantRole(
            entity=company.entity,
            person=person["id"],
            role=role,
            limit=Decimal(limit) if limit not in (None, "") else None,
        )
        company.do(grant, at, f"role:{person['id']}:{role}")


def _supplier(entity: str, row: Data) -> AddSupplier:
    return AddSupplier(
        entity=entity,
        number=row["number"],
        name=row["name"],
        currency=row.get("currency", "USD"),
        terms_days=int(row.get("terms_days", 30)),
        charges_agreed=Decimal(str(row.get("charges_agreed", "0"))),
        prepayment=bool(row.get("prepayment", False)),
        on_contract=bool(row.get("on_contract", False)),
        at_risk=bool(row.get("at_risk", False)),
        confirm_days=int(row.get("confirm_days", 3)),
        tax_id=row.get("tax_id", ""),
        tax_rate=Decimal(str(row.get("tax_rate", "0"))),
        bank_account=row.get("bank_account", ""),
        contact_name=row.get("contact_name", ""),
        contact_email=row.get("contact_email", ""),
        contact_phone=row.get("contact_phone", ""),
        domains=tuple(row.get("domains", ())),
    )


def _item(company: Company, row: Data, at: datetime) -> None:
    entity, sku = company.entity, row["sku"]
    add = AddItem(
        entity=entity,
        sku=sku,
        name=row["name"],
        unit=row.get("unit", "pcs"),
        unit_decimals=int(row.get("unit_decimals", 0)),
        item_class=row.get("item_class", "C"),
        inspect=bool(row.get("inspect", False)),
        over_receipt_pct=Decimal(str(row.get("over_receipt_pct", "0"))),
        standard_cost=Decimal(str(row.get("standard_cost", "0"))),
        cost_method=row.get("cost_method", "fifo"),
        cost_by_lot=str(row.get("cost_by_lot", "false")).lower() == "true",
        weight_kg=Decimal(str(row.get("weight_kg", "0"))),
    )
    company.do(add, at, f"item:{sku}")
    for unit, factor in row.get("conversions", {}).items():
        company.do(
            AddConversion(entity=entity, item=sku, unit=unit, factor=Decimal(str(factor))), at, f"unit:{sku}:{unit}"
        )
    for named in row.get("supplier_items", ()):
        name = AddSupplierItem(
            entity=entity,
            supplier=named["supplier"],
            code=named["code"],
            item=sku,
            description=named.get("description", ""),
        )
        company.do(name, at, f"supplier_item:{named['supplier']}:{named['code']}")
