"""Search over numbers and names: cases, orders, invoices, suppliers."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import or_, select

from core.cases import Case
from core.masterdata.tables import Supplier
from core.payables.tables import SupplierInvoice
from core.purchasing.tables import PurchaseOrder
from desk.web import SignedIn, house_of, show

router = APIRouter()

HITS_MAX = 30


@router.get("/search", response_class=HTMLResponse)
def page(request: Request, user: SignedIn, q: str = "") -> HTMLResponse:
    """What has these words in its number or name, each with the cases about it."""
    words = q.strip()
    like = f"%{words.replace('%', '').replace('_', '')}%"
    hits: list[tuple[str, str, str, str]] = []
    if words:
        with house_of(request).unit() as session:
            suppliers = {
                s.number: s.name for s in session.scalars(select(Supplier).where(Supplier.entity == user.entity))
            }
            named = [number for number, name in suppliers.items() if words.casefold() in f"{name} {number}".casefold()]
            invoices = session.scalars(
                select(SupplierInvoice).where(
                    SupplierInvoice.entity == user.entity,
                    or_(SupplierInvoice.their_number.ilike(like), SupplierInvoice.number.ilike(like)),
                )
            ).all()
            orders = session.scalars(
                select(PurchaseOrder).where(PurchaseOrder.entity == user.entity, PurchaseOrder.number.ilike(like))
            ).all()
            cases = session.scalars(
                select(Case)
                .where(
                    Case.entity == user.entity,
                    or_(
                        Case.number.ilike(like),
                        Case.order.ilike(like),
                        Case.receipt.ilike(like),
                        Case.says.ilike(like),
                        Case.supplier.in_(named),
                        Case.invoice.in_([invoice.number for invoice in invoices]),
                    ),
                )
                .order_by(Case.closed_at.desc().nulls_first(), Case.number.desc())
                .limit(HITS_MAX)
            ).all()
            hits += [("Case", c.number, f"{c.title}, {c.state.replace('_', ' ')}", f"/cases/{c.number}") for c in cases]
            hits += [
                ("Invoice", i.their_number, f"{suppliers.get(i.supplier or '', '')}, {i.state}", "") for i in invoices
            ]
            hits += [
                ("Order", o.number, f"{suppliers.get(o.supplier, '')}, {o.state.replace('_', ' ')}", "") for o in orders
            ]
            hits += [("Supplier", number, suppliers[number], "") for number in named]
    return show(request, "search.html", q=words, hits=hits[: 2 * HITS_MAX])
