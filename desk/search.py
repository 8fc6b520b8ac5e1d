"""Search over numbers and names: cases, orders, invoices, suppliers. Each kind is looked for with a limit of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.cases import Case
from core.masterdata.tables import Supplier
from core.payables.tables import SupplierInvoice
from core.purchasing.tables import PurchaseOrder
from desk.web import SignedIn, User, house_of, show

router = APIRouter()

STATES = {
    "open": "being worked out",
    "proposed": "waits for a decision",
    "half_signed": "half signed",
    "snoozed": "put away",
    "executing": "being carried out",
    "stopped": "stopped, to be looked at",
    "done": "done",
}
"""Where a case is, in words."""

HITS_MAX = 25
WORDS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One thing that was found, with a page of its own when it has one."""

    number: str
    kind: str
    about: str
    link: str = ""


@router.get("/search", response_class=HTMLResponse)
def page(request: Request, user: SignedIn, q: str = "") -> HTMLResponse:
    """What has these words in its number or name, each with the cases about it."""
    words = q.strip()[:WORDS_MAX]
    hits: list[Hit] = []
    if words:
        with house_of(request).unit() as session:
            hits = list(_found(session, user, words))
    return show(request, "search.html", q=words, hits=hits)


def _found(session: Session, user: User, words: str) -> Iterator[Hit]:
    suppliers = session.execute(
        select(Supplier.number, Supplier.name)
        .where(
            Supplier.entity == user.entity,
            or_(Supplier.name.icontains(words, autoescape=True), Supplier.number == words.upper()),
        )
        .order_by(Supplier.name)
        .limit(HITS_MAX)
    ).all()
    invoices = session.execute(
        select(SupplierInvoice.number, SupplierInvoice.their_number, SupplierInvoice.state, Supplier.name)
        .join(
            Supplier,
            (Supplier.entity == SupplierInvoice.entity) & (Supplier.number == SupplierInvoice.supplier),
            isouter=True,
        )
        .where(
            SupplierInvoice.entity == user.entity,
            or_(
                SupplierInvoice.their_number.icontains(words, autoescape=True),
                SupplierInvoice.number == words.upper(),
                SupplierInvoice.supplier.in_([number for number, _ in suppliers]),
            ),
        )
        .order_by(SupplierInvoice.registered_at.desc())
        .limit(HITS_MAX)
    ).all()
    cases = session.scalars(
        select(Case)
        .where(
            Case.entity == user.entity,
            or_(
                Case.number.istartswith(words, autoescape=True),
                Case.order == words.upper(),
                Case.receipt == words.upper(),
                Case.says.icontains(words, autoescape=True),
                Case.supplier.in_([number for number, _ in suppliers]),
                Case.invoice.in_([number for number, *_ in invoices]),
            ),
        )
        .order_by(Case.closed_at.is_not(None), Case.closed_at.desc(), Case.number.desc())
        .limit(HITS_MAX)
    ).all()
    orders = session.execute(
        select(PurchaseOrder.number, PurchaseOrder.state, Supplier.name)
        .join(Supplier, (Supplier.entity == PurchaseOrder.entity) & (Supplier.number == PurchaseOrder.supplier))
        .where(
            PurchaseOrder.entity == user.entity,
            or_(
                PurchaseOrder.number.istartswith(words, autoescape=True),
                PurchaseOrder.supplier.in_([number for number, _ in suppliers]),
            ),
        )
        .order_by(PurchaseOrder.number.desc())
        .limit(HITS_MAX)
    ).all()
    for case in cases:
        about = f"{case.title}, {STATES.get(case.state, case.state)}"
        yield Hit(number=case.number, kind="Case", about=about, link=f"/cases/{case.number}")
    for _, number, state, name in invoices:
        yield Hit(number=number, kind="Invoice", about=f"{name or 'no supplier'}, {state.replace('_', ' ')}")
    for number, state, name in orders:
        yield Hit(number=number, kind="Order", about=f"{name}, {state.replace('_', ' ')}")
    for number, name in suppliers:
        yield Hit(number=number, kind="Supplier", about=name)
