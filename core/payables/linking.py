"""Which order line a billed line means: by our line number, an item number, or a description that only one line has."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masterdata.tables import Item, SupplierItem
from core.payables.commands import BilledLine
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine


def plain_number(written: str) -> str:
    """A document number as it is compared: upper case, letters and digits only. RE-2026/0815 and re 20260815 are one."""
    return "".join(sign for sign in written.upper() if sign.isalnum())


def order_meant(session: Session, entity: str, *, order: str | None, their_order: str) -> PurchaseOrder | None:
    """The order an invoice names: as linked by a reader, else the one whose number the supplier wrote."""
    if order is not None:
        return session.get(PurchaseOrder, (entity, order))
    written = their_order.strip().upper()
    return session.get(PurchaseOrder, (entity, written)) if written else None


def order_lines(session: Session, entity: str, order: str) -> list[PurchaseOrderLine]:
    """The lines of an order, in their order, as they are now."""
    return list(
        session.scalars(
            select(PurchaseOrderLine)
            .where(PurchaseOrderLine.entity == entity, PurchaseOrderLine.order == order)
            .order_by(PurchaseOrderLine.line)
            .execution_options(populate_existing=True)
        )
    )


def links(
    session: Session,
    entity: str,
    supplier: str | None,
    ordered: Sequence[PurchaseOrderLine],
    billed: Sequence[BilledLine],
) -> list[PurchaseOrderLine | None]:
    """For each billed line the order line it means, or None. Charges mean none.

    An item number outweighs a line number, since suppliers number lines their own way. Where two order lines have the
    same item, the one at the billed price is meant, else the first that no earlier billed line took.
    """
    if not ordered:
        return [None for _ in billed]
    codes = _supplier_codes(session, entity, supplier)
    names = {line.line: _names(session, entity, line) for line in ordered}
    taken: set[int] = set()
    found = []
    for line in billed:
        meant = None if line.kind == "charge" else _meant(ordered, codes, names, line, taken)
        if meant is not None:
            taken.add(meant.line)
        found.append(meant)
    return found


def _meant(
    ordered: Sequence[PurchaseOrderLine],
    codes: Mapping[str, set[str]],
    names: Mapping[int, set[str]],
    billed: BilledLine,
    taken: set[int],
) -> PurchaseOrderLine | None:
    written = {plain_number(code) for code in (billed.supplier_item, billed.item or "")} - {""}
    by_number = next((line for line in ordered if line.line == billed.order_line), None)
    by_item = [line for line in ordered if {plain_number(line.supplier_item), plain_number(line.item)} & written]
    if not by_item:
        items = {item for code in written for item in codes.get(code, ())}
        by_item = [line for line in ordered if line.item in items]
    if by_item:
        if by_number in by_item:
            return by_number
        return min(by_item, key=lambda line: (line.price != billed.price, line.line in taken, line.line))
    if by_number is not None:
        return by_number
    same = [line for line in ordered if billed.description and _plain(billed.description) in names[line.line]]
    return same[0] if len(same) == 1 else None


def _supplier_codes(session: Session, entity: str, supplier: str | None) -> dict[str, set[str]]:
    """Our items by what the supplier calls them."""
    codes: dict[str, set[str]] = {}
    known = select(SupplierItem.code, SupplierItem.item).where(
        SupplierItem.entity == entity, SupplierItem.supplier == supplier
    )
    for code, item in session.execute(known):
        codes.setdefault(plain_number(code), set()).add(item)
    return codes


def _names(session: Session, entity: str, line: PurchaseOrderLine) -> set[str]:
    item = session.get(Item, (entity, line.item))
    return {_plain(name) for name in (line.description, item.name if item else "") if name}


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
