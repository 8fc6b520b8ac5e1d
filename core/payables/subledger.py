"""The payables sub-ledger: what is owed to whom, document by document. Its open items add up to account 2100.

Whoever posts to account 2100 calls `owe` or `undo` in the same command; nothing else writes `payable_item`.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO
from core.payables.tables import PayableItem
from core.refusals import Refusal


def owe(erp: Erp, *, document: str, supplier: str, amount: Decimal, due: date | None, entry: str) -> None:
    """Record that we owe `amount` (entity currency; negative: the supplier owes us) for a document booked by `entry`."""
    name = erp.need(Supplier, erp.entity, supplier, refusal=Refusal.SUPPLIER_UNKNOWN).name
    erp.add(_item(erp, document, supplier, amount, amount, due, entry))
    erp.effect("payable", name, amount, erp.currency)


def undo(erp: Erp, *, entry: str, by: str) -> None:
    """Mirror the items of a reversed entry; the item and its mirror close each other. `by` is the reversing entry."""
    items = erp.session.scalars(
        select(PayableItem).where(PayableItem.entity == erp.entity, PayableItem.entry == entry).with_for_update()
    ).all()
    for item in items:
        name = erp.need(Supplier, erp.entity, item.supplier, refusal=Refusal.SUPPLIER_UNKNOWN).name
        item.open = ZERO
        erp.add(_item(erp, item.document, item.supplier, -item.amount, ZERO, None, by))
        erp.effect("payable", name, -item.amount, erp.currency)


def owed(session: Session, entity: str, supplier: str | None = None) -> Decimal:
    """What is open with a supplier, or with all of them, in the entity's currency."""
    wanted = select(func.coalesce(func.sum(PayableItem.open), ZERO)).where(PayableItem.entity == entity)
    if supplier is not None:
        wanted = wanted.where(PayableItem.supplier == supplier)
    return Decimal(session.execute(wanted).scalar_one())


def _item(
    erp: Erp, document: str, supplier: str, amount: Decimal, open_: Decimal, due: date | None, entry: str
) -> PayableItem:
    return PayableItem(
        entity=erp.entity,
        number=erp.ordinal("PAYABLE"),
        document=document,
        entry=entry,
        supplier=supplier,
        amount=amount,
        open=open_,
        due=due,
        posted_at=erp.now,
    )
