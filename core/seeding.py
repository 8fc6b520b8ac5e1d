"""A company from plain data: master data, orders, receipts, invoices, played through the door in the order of their days.

For the demo, for recorded cases and for tests. What it makes is made by the same commands as everything else; only the
clock is set to the day on which each thing happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core import clock, door
from core.books.accounts import CHART
from core.books.commands import OpenBooks, OpeningLine
from core.canonical import digest, plain
from core.command import Command, from_wire
from core.erp import Actor, Because
from core.masterdata.commands import (
    AddAccount,
    AddConversion,
    AddEntity,
    AddItem,
    AddSite,
    AddSupplier,
    AddSupplierItem,
    SetSubstitute,
    StartNumbersAt,
)
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from core.people.commands import AddPerson, GrantRole
from core.purchasing.commands import ApproveOrder, ConfirmedLine, NewOrderLine, PlaceOrder, RecordConfirmation
from core.receiving.commands import CountedLine, ReceiveGoods
from core.stock.commands import IssueStock, OpenStock

IMPORT = Actor(kind="system", id="import")
Data = Mapping[str, Any]


@dataclass
class Company:
    """One company being played into a session."""

    session: Session
    data: Data
    password_hash: str = ""
    days: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    done: int = 0

    @property
    def entity(self) -> str:
        """Its code."""
        return str(self.data["entity"]["code"])

    def do(self, command: Command, at: datetime, key: str, actor: Actor = IMPORT) -> Mapping[str, Any]:
        """Carry out one command as of a moment."""
        clock.set_clock(self.session, clock.fixed(at))
        self.done += 1
        return door.execute(
            self.session, command, actor=actor, key=f"import:{key}", because=Because(says="import")
        ).result


def play(session: Session, data: Data, *, password_hash: str = "") -> int:
    """Build the company that `data` describes. The caller commits. Gives how many commands that took.

    Refuses whatever the commands refuse; a second time does nothing, since every command has its own key.
    """
    before = session.info.get("clock")
    company = Company(session, data, password_hash)
    _master_data(company)
    for kind, first in data.get("numbers", {}).items():
        company.do(
            StartNumbersAt(entity=company.entity, kind=kind, first=int(first)), _first_day(data), f"numbers:{kind}"
        )
    _schedule(company)
    for _, _, happen in sorted(company.days, key=lambda one: one[:2]):
        happen()
    clock.set_clock(session, before or clock.system_clock)
    return company.done


def _master_data(company: Company) -> None:
    data, entity, at = company.data, company.entity, _first_day(company.data)
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


def _schedule(company: Company) -> None:
    """Everything that happened, put on its day; what happened on one day keeps the file's order."""
    data = company.data
    for make, rows in (
        (_opening, data.get("opening", ())),
        (_opening_stock, data.get("stock", ())),
        (_order, data.get("orders", ())),
        (_receipt, data.get("receipts", ())),
        (_invoice, data.get("invoices", ())),
        (_issue, data.get("issues", ())),
        (_step, data.get("steps", ())),
    ):
        for row in rows:
            _put(company, make, row)


def _put(company: Company, make: Callable[[Company, Data, datetime], None], row: Data) -> None:
    at = _moment(row["at"])
    company.days.append((at, len(company.days), lambda: make(company, row, at)))


def _opening(company: Company, row: Data, at: datetime) -> None:
    lines = tuple(
        OpeningLine(account=str(a), debit=max(Decimal(str(v)), Decimal(0)), credit=max(-Decimal(str(v)), Decimal(0)))
        for a, v in row["balances"].items()
    )
    company.do(OpenBooks(entity=company.entity, day=at.date(), lines=lines), at, "opening")


def _opening_stock(company: Company, row: Data, at: datetime) -> None:
    opened = OpenStock(
        entity=company.entity,
        item=row["item"],
        site=row["site"],
        quantity=Decimal(str(row["quantity"])),
        unit_cost=Decimal(str(row["unit_cost"])),
        happened_at=at,
    )
    company.do(opened, at, f"stock:{row['item']}:{row['site']}")


def _order(company: Company, row: Data, at: datetime) -> None:
    entity, number = company.entity, row["number"]
    lines = tuple(
        NewOrderLine(
            item=line["item"],
            quantity=Decimal(str(line["quantity"])),
            price=Decimal(str(line["price"])),
            need_by=_day(line["need_by"]),
            unit=line.get("unit", ""),
        )
        for line in row["lines"]
    )
    placed = PlaceOrder(
        entity=entity,
        supplier=row["supplier"],
        site=row["site"],
        placed_by=row["placed_by"],
        lines=lines,
        charges_agreed=Decimal(str(row["charges_agreed"])) if "charges_agreed" in row else None,
        number=number,
        placed_at=at,
    )
    company.do(placed, at, f"order:{number}")
    if row.get("approved_by"):
        company.do(ApproveOrder(entity=entity, order=number, approved_by=row["approved_by"]), at, f"approve:{number}")
    if row.get("confirmed"):
        said = RecordConfirmation(
            entity=entity, order=number, confirmation=str(row["confirmed"]), lines=_as_ordered(row)
        )
        company.do(said, at, f"confirm:{number}")


def _as_ordered(row: Data) -> tuple[ConfirmedLine, ...]:
    return tuple(
        ConfirmedLine(line=number, quantity=Decimal(str(line["quantity"])), promised=_day(line["need_by"]))
        for number, line in enumerate(row["lines"], 1)
    )


def _receipt(company: Company, row: Data, at: datetime) -> None:
    lines = tuple(
        CountedLine(
            order_line=int(line["line"]),
            quantity=Decimal(str(line["quantity"])),
            damaged=Decimal(str(line.get("damaged", 0))),
            shipped=Decimal(str(line["shipped"])) if line.get("shipped") is not None else None,
        )
        for line in row["lines"]
    )
    received = ReceiveGoods(
        entity=company.entity,
        order=row["order"],
        lines=lines,
        received_by=row["received_by"],
        final=bool(row.get("final", True)),
        despatch=row.get("despatch", ""),
        happened_at=at,
        number=row["number"],
    )
    company.do(received, at, f"receipt:{row['number']}")


def _invoice(company: Company, row: Data, at: datetime) -> None:
    """An invoice of the past, posted as billed."""
    entity = company.entity
    lines = tuple(
        BilledLine(
            item=line.get("item"),
            order_line=line.get("line"),
            kind=line.get("kind", "goods"),
            description=line.get("description", ""),
            quantity=Decimal(str(line["quantity"])),
            price=Decimal(str(line["price"])),
            amount=(Decimal(str(line["quantity"])) * Decimal(str(line["price"]))).quantize(Decimal("0.01")),
        )
        for line in row["lines"]
    )
    total = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
    made = company.do(
        RegisterInvoice(
            entity=entity,
            supplier=row["supplier"],
            their_number=row["number"],
            invoice_date=at.date(),
            currency=company.data["entity"]["currency"],
            total=total,
            order=row["order"],
            lines=lines,
        ),
        at,
        f"invoice:{row['number']}",
    )
    accepted = tuple(
        AcceptedLine(line=number, quantity=line.quantity or Decimal(0), price=line.price or Decimal(0))
        for number, line in enumerate(lines, 1)
    )
    company.do(PostInvoice(entity=entity, invoice=made["invoice"], lines=accepted), at, f"post:{row['number']}")


def _issue(company: Company, row: Data, at: datetime) -> None:
    issued = IssueStock(
        entity=company.entity,
        item=row["item"],
        site=row["site"],
        quantity=Decimal(str(row["quantity"])),
        document=row["document"],
        happened_at=at,
    )
    company.do(issued, at, f"issue:{row['document']}:{row['item']}")


def _step(company: Company, row: Data, at: datetime) -> None:
    """Any other command, by its name and fields; `who` is the person who gave it."""
    fields = {name: value for name, value in row.items() if name not in ("at", "who", "do")}
    command = from_wire({"type": row["do"], "entity": company.entity, **fields})
    actor = Actor(kind="person", id=row["who"]) if "who" in row else IMPORT
    company.do(command, at, f"step:{at.isoformat()}:{digest(plain(dict(row)))[:16]}", actor)


def _first_day(data: Data) -> datetime:
    return _moment(data["entity"]["since"])


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 8, tzinfo=UTC)
    at = datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC, hour=at.hour or 8)


def _day(value: object) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value))
