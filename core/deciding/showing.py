"""The figures on a card before and after: what we owe, what came and is not billed, what we claim. Shown, not hashed."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select

from core.books.accounts import GOODS_RECEIVED
from core.books.ledger import account_named
from core.cases import Case
from core.deciding.proposals import Balance
from core.erp import Effect, Erp
from core.masterdata.tables import Supplier
from core.payables.claiming import claim_on
from core.payables.tables import PayableItem, SupplierClaim
from core.receiving.tables import GoodsReceiptLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A figure as it stands, and which effects move it: those of a kind on exactly that thing."""

    label: str
    amount: Decimal
    kind: str
    what: str
    sign: int = 1

    def after(self, effects: tuple[Effect, ...]) -> Balance:
        """The figure with the effects applied."""
        change = sum((e.change for e in effects if (e.kind, e.what) == (self.kind, self.what)), Decimal(0))
        return Balance(label=self.label, was=self.amount, now=self.amount + self.sign * change)


def balances(erp: Erp, case: Case) -> list[Standing]:
    """The standing figures that matter for a case with a supplier; none for a case without."""
    supplier = erp.session.get(Supplier, (erp.entity, case.supplier)) if case.supplier else None
    if supplier is None:
        return []
    owed = _sum(
        erp,
        select(func.sum(PayableItem.open)).where(
            PayableItem.entity == erp.entity, PayableItem.supplier == supplier.number
        ),
    )
    claims = _sum(
        erp,
        select(func.sum(SupplierClaim.amount)).where(
            SupplierClaim.entity == erp.entity,
            SupplierClaim.supplier == supplier.number,
            SupplierClaim.state == "open",
        ),
    )
    standing = [Standing(label=f"We owe {supplier.name}", amount=owed, kind="payable", what=supplier.name)]
    if case.order:
        standing.append(
            Standing(
                label="Received, not yet billed",
                amount=_not_billed(erp, case.order),
                kind="journal",
                what=account_named(erp, GOODS_RECEIVED),
                sign=-1,
            )
        )
    standing.append(Standing(label="Open claims, memo only", amount=claims, kind="claim", what=claim_on(supplier)))
    return standing


def _not_billed(erp: Erp, order: str) -> Decimal:
    """What came on the order, was not sent back and is not matched by a posted invoice, at receipt cost."""
    line = GoodsReceiptLine
    return _sum(erp, select(func.sum(line.unbilled_value)).where(line.entity == erp.entity, line.order == order))


def _sum(erp: Erp, query: Select[Decimal]) -> Decimal:
    return Decimal(erp.session.execute(query).scalar() or 0)
