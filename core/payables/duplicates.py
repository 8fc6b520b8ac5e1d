"""Is this invoice another one's copy? By number, by content, or by a number one digit apart over the same amount."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.payables.tables import SupplierInvoice

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Copy:
    """The earlier invoice and what is the same."""

    earlier: SupplierInvoice
    why: str


def copy_of(session: Session, invoice: SupplierInvoice) -> Copy | None:
    """The earliest invoice that this one repeats, or None.

    A correction or credit note that names what it corrects is no copy of that one; the same correction twice is. A
    rejected invoice is no original: somebody refused it. A person's word that it is another one ends the question.
    """
    if invoice.supplier is None or invoice.not_duplicate:
        return None
    alike = [SupplierInvoice.their_number_plain == invoice.their_number_plain]
    alike.append(SupplierInvoice.content_digest == invoice.content_digest)
    if invoice.order is not None and invoice.total is not None:
        near = (SupplierInvoice.total >= invoice.total - CENT) & (SupplierInvoice.total <= invoice.total + CENT)
        alike.append((SupplierInvoice.order == invoice.order) & near)
    candidates = session.scalars(
        select(SupplierInvoice).where(
            SupplierInvoice.entity == invoice.entity,
            SupplierInvoice.supplier == invoice.supplier,
            SupplierInvoice.state != "rejected",
            or_(*alike),
        )
    )
    earlier = sorted((one for one in candidates if _comes_before(one, invoice)), key=_age)
    for one in earlier:
        why = _same(one, invoice)
        if why:
            return Copy(one, why)
    return None


def one_apart(one: str, other: str) -> bool:
    """Whether two numbers differ by one sign: changed, added, or two neighbours swapped."""
    if one == other:
        return False
    if len(one) == len(other):
        apart = [i for i in range(len(one)) if one[i] != other[i]]
        if len(apart) == 1:
            return True
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1
        return swapped and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _comes_before(one: SupplierInvoice, invoice: SupplierInvoice) -> bool:
    if one.number == invoice.number or one.number == invoice.corrects:
        return False
    is_credit = (one.kind == "credit_note", invoice.kind == "credit_note")
    if is_credit[0] is not is_credit[1]:
        return False
    if invoice.corrects is not None and one.kind != invoice.kind:
        return False
    return _age(one) < _age(invoice)


def _age(invoice: SupplierInvoice) -> tuple[object, int]:
    return invoice.registered_at, int(invoice.number.rpartition("-")[2])


def _same(one: SupplierInvoice, invoice: SupplierInvoice) -> str:
    if one.their_number_plain == invoice.their_number_plain:
        return "same number" if one.content_digest != invoice.content_digest else "same number and lines"
    if one.content_digest == invoice.content_digest:
        return "same lines under another number"
    if one_apart(one.their_number_plain, invoice.their_number_plain):
        return "same order and amount, number one digit apart"
    return ""
