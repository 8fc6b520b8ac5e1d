"""What happened, each on its day: openings, orders with their answers, deliveries, bills, issues, any other command."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from core.books.commands import OpenBooks, OpeningLine
from core.canonical import digest, plain
from core.command import from_wire
from core.erp import Actor
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from core.purchasing.commands import ApproveOrder, ConfirmedLine, NewOrderLine, PlaceOrder, RecordConfirmation
from core.receiving.commands import CountedLine, ReceiveGoods
from core.seeding.company import IMPORT, Company, Data, day_of, moment
from core.stock.commands import IssueStock, OpenStock


def schedule(company: Company) -> None:
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
    at = moment(row["at"])
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
            need_by=day_of(line["need_by"]),
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
        ConfirmedLine(line=number, quantity=Decimal(str(line["quantity"])), promised=day_of(line["need_by"]))
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
