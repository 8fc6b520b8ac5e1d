"""Which order line a billed line means: by our line number, an item number, or a description that only one line has."""

from collections.abc import Sequence

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
    session: Session, entity: str, supplier: str | None, ordered: Sequence[PurchaseOrderLine], billed: Sequence[BilledLine]
) -> list[PurchaseOrderLine | None]:
    """For each billed line the order line it means, or None. Charges mean none.

    An item number outweighs a line number, since suppliers number lines their own way. Where two order lines have the
    same item, the one at the billed price is meant, else the first that no earlier billed line took.
    """
    taken: set[int] = set()
    found = []
    for line in billed:
        meant = None if line.kind == "charge" else _meant(session, entity, supplier, ordered, line, taken)
        if meant is not None:
            taken.add(meant.line)
        found.append(meant)
    return found


def _meant(
    session: Session,
    entity: str,
    supplier: str | None,
    ordered: Sequence[PurchaseOrderLine],
    billed: BilledLine,
    taken: set[int],
) -> PurchaseOrderLine | None:
    by_item = _by_item(session, entity, supplier, ordered, billed)
    by_number = next((line for line in ordered if line.line == billed.order_line), None)
    if by_item:
        if by_number in by_item:
            return by_number
        return min(by_item, key=lambda line: (line.price != billed.price, line.line in taken, line.line))
    if by_number is not None:
        return by_number
    same = [line for line in ordered if billed.description and _is_called(session, entity, line, billed.description)]
    return same[0] if len(same) == 1 else None


def _by_item(
    session: Session,
    entity: str,
    supplier: str | None,
    ordered: Sequence[PurchaseOrderLine],
    billed: BilledLine,
) -> list[PurchaseOrderLine]:
    """The order lines that one of the billed line's item numbers means: the supplier's, or ours."""
    written = {plain_number(code) for code in (billed.supplier_item, billed.item or "")} - {""}
    if not written:
        return []
    direct = [line for line in ordered if {plain_number(line.supplier_item), plain_number(line.item)} & written]
    if direct or supplier is None:
        return direct
    named = session.scalars(
        select(SupplierItem).where(SupplierItem.entity == entity, SupplierItem.supplier == supplier)
    )
    items = {one.item for one in named if plain_number(one.code) in written}
    return [line for line in ordered if line.item in items]


def _is_called(session: Session, entity: str, line: PurchaseOrderLine, description: str) -> bool:
    item = session.get(Item, (entity, line.item))
    names = {line.description, item.name if item else ""}
    return _plain(description) in {_plain(name) for name in names if name}


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
