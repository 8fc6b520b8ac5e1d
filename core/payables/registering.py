"""Invoices as billed: kept, linked to an order and its lines, and nothing booked. What they say stays a claim."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from core.canonical import digest
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.payables.commands import BilledLine, LinkInvoice, RegisterInvoice
from core.payables.linking import links, order_lines, order_meant, plain_number
from core.payables.tables import SupplierInvoice, SupplierInvoiceLine
from core.payables.units import LARGEST, ratio, to_six
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

KINDS = ("invoice", "credit_note", "correction")


def register_invoice(erp: Erp, cmd: RegisterInvoice) -> dict[str, Any]:
    """Keep an invoice as billed. Gives its number here. An order of another supplier is not linked: what the invoice
    says it is for stays in `their_order`."""
    _must_be_keepable(cmd)
    if cmd.supplier is not None:
        erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    order = order_meant(erp.session, erp.entity, order=cmd.order, their_order=cmd.their_order)
    if cmd.order is not None and order is None:
        raise Refused(Refusal.ORDER_UNKNOWN, cmd.order)

    supplier = cmd.supplier or (order.supplier if order else None)
    if order is not None and order.supplier != supplier:
        order = None
    take_turn(erp)  # before its number and the cases it may touch, as whoever decides on them does
    number = erp.number("VI")
    erp.add(
        SupplierInvoice(
            entity=erp.entity,
            number=number,
            kind=cmd.kind,
            supplier=supplier,
            their_number=cmd.their_number,
            their_number_plain=plain_number(cmd.their_number),
            invoice_date=cmd.invoice_date,
            due_date=cmd.due_date,
            currency=cmd.currency or erp.currency,
            net_total=_four(cmd.net_total),
            tax_total=_four(cmd.tax_total),
            tax_rate=cmd.tax_rate,
            total=_four(cmd.total),
            order=order.number if order else None,
            their_order=cmd.their_order or cmd.order or "",
            corrects=_corrected(erp, supplier, cmd.corrects),
            pays_to=cmd.pays_to,
            checks_failed=list(cmd.checks_failed),
            tax_checks_failed=list(cmd.tax_checks_failed),
            contradictions=list(cmd.contradictions),
            content_digest=_content(cmd, order),
            message=cmd.message,
            state="registered",
            registered_at=erp.now,
        )
    )
    _add_lines(erp, number, supplier, order, cmd.lines)
    erp.emit("invoice_registered", f"supplier_invoice {number}", invoice=number, order=order.number if order else None)
    erp.note("command", f"Registered {cmd.kind.replace('_', ' ')} {cmd.their_number}")
    return {"invoice": number}


def link_invoice(erp: Erp, cmd: LinkInvoice) -> dict[str, Any]:
    """Tie an open invoice to an order, and through it to its supplier, and match it again. The supplier of an invoice
    that has one already stays: an order of another one is refused."""
    take_turn(erp)  # before the bill, as whoever decides on it does
    invoice = erp.need(SupplierInvoice, erp.entity, cmd.invoice, refusal=Refusal.INVOICE_UNKNOWN, lock=True)
    order = erp.need(PurchaseOrder, erp.entity, cmd.order, refusal=Refusal.ORDER_UNKNOWN)
    if invoice.state not in ("registered", "held"):
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"{invoice.number} is {invoice.state}")
    if invoice.supplier not in (None, order.supplier):
        raise Refused(Refusal.SUPPLIER_UNKNOWN, f"{order.number} is an order to {order.supplier}")

    was = invoice.order or "no order"
    invoice.order, invoice.supplier = order.number, order.supplier
    rows = erp.session.scalars(
        select(SupplierInvoiceLine)
        .where(SupplierInvoiceLine.entity == erp.entity, SupplierInvoiceLine.invoice == invoice.number)
        .order_by(SupplierInvoiceLine.line)
    ).all()
    billed = [_as_billed(row) for row in rows]
    ordered = links(erp.session, erp.entity, order.supplier, order_lines(erp.session, erp.entity, order.number), billed)
    for row, line, meant in zip(rows, billed, ordered, strict=True):
        for name, value in _linked(erp, line, meant).items():
            setattr(row, name, value)
    erp.effect("record", f"Invoice {invoice.their_number}", was=was, now=order.number)
    erp.emit("invoice_linked", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=order.number)
    return {"invoice": invoice.number, "linked": sum(1 for meant in ordered if meant is not None)}


def _must_be_keepable(cmd: RegisterInvoice) -> None:
    """Refuses what no column holds and what is no kind of invoice; everything else is kept as billed, right or wrong."""
    if cmd.kind not in KINDS:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.kind} is none of {', '.join(KINDS)}")
    if not plain_number(cmd.their_number):
        raise Refused(Refusal.COMMAND_MALFORMED, "an invoice without a number cannot be told from another")
    values: list[Decimal | None] = [cmd.net_total, cmd.tax_total, cmd.tax_rate, cmd.total]
    for line in cmd.lines:
        values += [line.quantity, line.price, line.amount, line.tax_rate]
    for value in values:
        if value is not None and not abs(value) < LARGEST:
            raise Refused(Refusal.PRECISION, f"{value:.3E} is larger than anything we trade")


def _add_lines(
    erp: Erp, number: str, supplier: str | None, order: PurchaseOrder | None, lines: Sequence[BilledLine]
) -> None:
    ordered = order_lines(erp.session, erp.entity, order.number) if order else []
    meant = links(erp.session, erp.entity, supplier, ordered, lines)
    erp.add(
        *(
            SupplierInvoiceLine(
                entity=erp.entity,
                invoice=number,
                line=place,
                kind="charge" if line.kind == "charge" else "goods",
                description=line.description,
                supplier_item=line.supplier_item,
                quantity=_six(line.quantity),
                unit=line.unit,
                price=_six(line.price),
                amount=_four(line.amount),
                tax_rate=line.tax_rate,
                **_linked(erp, line, order_line),
            )
            for place, (line, order_line) in enumerate(zip(lines, meant, strict=True), start=1)
        )
    )


def _linked(erp: Erp, line: BilledLine, meant: PurchaseOrderLine | None) -> Mapping[str, Any]:
    """The columns that say which order line a billed line means, and its figures in that line's unit."""
    if meant is None:
        return {
            "item": line.item,
            "order": None,
            "order_line": None,
            "quantity_in_order_unit": None,
            "price_in_order_unit": None,
        }
    known = ratio(
        erp.session,
        erp.entity,
        item=meant.item,
        billed=line.unit,
        ordered=meant.unit,
        unit_factor=meant.unit_factor,
    )
    price = line.price
    if price is None and line.amount is not None and line.quantity:
        price = line.amount / line.quantity
    return {
        "item": meant.item,
        "order": meant.order,
        "order_line": meant.line,
        "quantity_in_order_unit": known.quantity(line.quantity) if known and line.quantity is not None else None,
        "price_in_order_unit": known.price(price) if known and price is not None else None,
    }


def _as_billed(row: SupplierInvoiceLine) -> BilledLine:
    return BilledLine(
        kind=row.kind,
        description=row.description,
        supplier_item=row.supplier_item,
        item=row.item,
        quantity=row.quantity,
        unit=row.unit,
        price=row.price,
        amount=row.amount,
        tax_rate=row.tax_rate,
    )


def _corrected(erp: Erp, supplier: str | None, written: str) -> str | None:
    """Our number of the invoice that a correction or credit note names, one that stands before one that was rejected (as
    a copy, say); None when we have none of that number."""
    if supplier is None or not plain_number(written):
        return None
    return erp.session.scalars(
        select(SupplierInvoice.number)
        .where(
            SupplierInvoice.entity == erp.entity,
            SupplierInvoice.supplier == supplier,
            SupplierInvoice.their_number_plain == plain_number(written),
            SupplierInvoice.kind != "credit_note",
        )
        .order_by(
            SupplierInvoice.state == "rejected",
            SupplierInvoice.registered_at.desc(),
            SupplierInvoice.number.desc(),
        )
    ).first()


def _content(cmd: RegisterInvoice, order: PurchaseOrder | None) -> str:
    """A digest of what is billed, so that the same bill is found under another number."""
    return digest(
        {
            "order": order.number if order else plain_number(cmd.their_order),
            "lines": [
                {
                    "item": plain_number(line.supplier_item or line.item or line.description),
                    "quantity": line.quantity,
                    "price": line.price,
                }
                for line in cmd.lines
            ],
            "total": cmd.total,
        }
    )


def _six(value: Decimal | None) -> Decimal | None:
    return None if value is None else to_six(value)


def _four(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
