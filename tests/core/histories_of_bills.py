"""What a history does with suppliers' invoices, claims, notes and posted entries, legal and illegal."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select, text

from core.books.commands import ReverseEntry
from core.books.tables import JournalEntry
from core.payables.commands import (
    AcceptedLine,
    BilledLine,
    ClaimReason,
    IssueDebitNote,
    OpenClaim,
    PostCreditNote,
    PostInvoice,
    RegisterInvoice,
)
from core.purchasing.tables import PurchaseOrderLine
from tests.builders import HP, SUPPLIER, D
from tests.core.histories import History, bills, claims, counts, orders
from tests.core.histories_of_goods import PREPAID


class Bills(History):
    """Invoices billed, posted, claimed on and credited, and entries reversed."""

    @rule(
        target=bills,
        order=orders,
        quantity=st.one_of(st.none(), st.none(), counts),
        dearer=st.sampled_from([D(0), D(0), D("0.03")]),
        freight=st.sampled_from([D(0), D("4.80")]),
        unit=st.sampled_from(["", "", "pcs", "box"]),
    )
    def bill(self, order: str, quantity: Decimal | None, dearer: Decimal, freight: Decimal, unit: str) -> Any:
        """What came and is not billed, unless so many are billed."""
        line = self.session.get_one(PurchaseOrderLine, (HP, order, 1))
        if quantity is None:
            quantity, unit = max(line.received + line.damaged - line.returned - line.billed, D(1)), ""
        price = line.price + dearer
        goods = BilledLine(
            order_line=1, item=line.item, quantity=quantity, price=price, amount=cents(quantity * price), unit=unit
        )
        charge = BilledLine(kind="charge", description="Freight", quantity=D(1), price=freight, amount=freight)
        lines = (goods, charge) if freight else (goods,)
        total = sum((one.amount or D(0) for one in lines), D(0))
        command = RegisterInvoice(
            entity=HP,
            supplier=PREPAID if self.supplier_of(order) == PREPAID else SUPPLIER,
            their_number=f"B-{self.steps}",
            currency="USD",
            total=total,
            order=order,
            lines=lines,
        )
        return self.one_of("invoice", self.attempt(command))

    @rule(
        invoice=bills, share=st.sampled_from([D(1), D(1), D("0.5"), D(2)]), cheaper=st.booleans(), freight=st.booleans()
    )
    def post(self, invoice: str, share: Decimal, cheaper: bool, freight: bool) -> None:
        rows = self.session.execute(
            text(
                "select line, kind, coalesce(quantity_in_order_unit, quantity), coalesce(price_in_order_unit, price)"
                " from supplier_invoice_line where invoice = :invoice order by line"
            ),
            {"invoice": invoice},
        ).all()
        lines = []
        for line, kind, quantity, price in rows:
            if kind == "charge":
                lines += [AcceptedLine(line=line, quantity=D(1), price=price)] if freight else []
            else:
                less = D("0.03") if cheaper else D(0)
                lines.append(AcceptedLine(line=line, quantity=quantity * share, price=max(price - less, D(0))))
        self.attempt(PostInvoice(entity=HP, invoice=invoice, lines=tuple(lines)))

    @rule(target=claims, invoice=bills, amount=st.sampled_from([D("0.50"), D(2), D("30.00")]), price=st.booleans())
    def claim(self, invoice: str, amount: Decimal, price: bool) -> Any:
        code = "invoice_price_variance" if price else "damaged_receipt"
        reason = ClaimReason(code=code, says="claimed", amount=amount)
        supplier = self.session.execute(
            text("select supplier from supplier_invoice where number = :invoice"), {"invoice": invoice}
        ).scalar_one()
        command = OpenClaim(entity=HP, supplier=supplier, invoice=invoice, reasons=(reason,))
        return self.one_of("claim", self.attempt(command))

    @rule(claim=claims, amount=st.sampled_from([None, D("0.50"), D(2), D(30)]))
    def settle(self, claim: str, amount: Decimal | None) -> None:
        """By our own debit note, or by a credit note of theirs."""
        if amount is None:
            self.attempt(IssueDebitNote(entity=HP, claim=claim))
            return
        supplier = self.session.execute(
            text("select supplier from supplier_claim where number = :claim"), {"claim": claim}
        ).scalar_one()
        line = BilledLine(kind="charge", description="Credit", quantity=D(1), price=-amount, amount=-amount)
        note = RegisterInvoice(
            entity=HP,
            kind="credit_note",
            supplier=supplier,
            their_number=f"C-{self.steps}",
            currency="USD",
            total=-amount,
            lines=(line,),
        )
        registered = self.attempt(note)
        if registered is not None:
            invoice = str(registered["invoice"])
            self.attempt(PostCreditNote(entity=HP, invoice=invoice, amount=amount, claim=claim))

    @rule(which=st.integers(0, 50), any_entry=st.booleans())
    def reverse(self, which: int, any_entry: bool) -> None:
        """Some entry; mostly one of payables, since most others moved stock."""
        query = select(JournalEntry.number).order_by(JournalEntry.recorded_at.desc(), JournalEntry.number)
        if not any_entry:
            query = query.where(JournalEntry.document.regexp_match("^(VI|DN)-"))
        numbers = self.session.scalars(query).all()
        if numbers:
            self.attempt(ReverseEntry(entity=HP, entry=numbers[which % len(numbers)], reason="a mistake"))

    def supplier_of(self, order: str) -> str:
        query = text("select supplier from purchase_order where number = :order")
        return str(self.session.execute(query, {"order": order}).scalar_one())


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(D("0.01"))
