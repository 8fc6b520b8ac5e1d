"""Bills in another currency than the books': what they come to in the books, and the exchange difference, kept apart.

What pieces stand for on goods received (2150) was valued at the rate of their receipt. The bill is booked at its own
rate: the order's price of the pieces at that rate leaves 2150, what is billed above that price is price variance, and what
is left on 2150 is the exchange difference, in an entry of its own. So a price that rose shows whatever the rate did,
and 2150 comes back to zero to the cent.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.books import accounts, ledger
from core.books.rates import Exchange
from core.erp import Erp
from core.money import ZERO, rounded
from core.payables.tables import ExchangeDifference, ForeignPosting, SupplierInvoice
from core.refusals import Refusal, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a bill comes to, each part in the books' currency. Together the parts are what payables go up by."""

    total: Decimal
    received: Decimal  # at the order's price and the bill's rate
    prepaid: Decimal
    charges: Decimal
    variance: Decimal
    tax: Decimal
    rounding: Decimal
    cents: Decimal = ZERO  # left by rounding each part, where no goods take them

    def sides(self) -> list[ledger.Side]:
        """The debits of the entry that books the bill."""
        return [
            ledger.debit(accounts.GOODS_RECEIVED, self.received),
            ledger.debit(accounts.IN_TRANSIT, self.prepaid),
            ledger.debit(accounts.FREIGHT_IN, self.charges),
            ledger.debit(accounts.PRICE_VARIANCE, self.variance),
            ledger.debit(accounts.INPUT_TAX, self.tax),
            ledger.debit(accounts.ROUNDING, self.rounding),
            ledger.debit(accounts.EXCHANGE, self.cents),
        ]


def parts_abroad(
    worth: Exchange,
    *,
    total: Decimal,
    charges: Decimal,
    variance: Decimal,
    tax: Decimal,
    rounding: Decimal,
    prepaid: Decimal,
    goods_came: bool,
) -> Parts:
    """The parts of a bill in the books' currency. Takes them in the bill's own, but for `prepaid`, which is converted
    already. What rounding leaves is on 2150, where the exchange difference takes it; without goods it is one itself."""
    booked = {
        "total": worth.booked(total),
        "charges": worth.booked(charges),
        "variance": worth.booked(variance),
        "tax": worth.booked(tax),
        "rounding": worth.booked(rounding),
    }
    left = 2 * booked["total"] - sum(booked.values(), ZERO) - prepaid
    if goods_came:
        return Parts(**booked, prepaid=prepaid, received=left)
    return Parts(**booked, prepaid=prepaid, received=ZERO, cents=left)


def keep(
    erp: Erp,
    invoice: SupplierInvoice,
    worth: Exchange,
    parts: Parts,
    *,
    total: Decimal,
    stood_for: Decimal,
    price_difference: Decimal,
    day: date,
) -> None:
    """Book what the pieces stood for on 2150 beyond what the bill took off it, and keep how the bill was converted."""
    assert invoice.entry is not None, "a bill that is not booked"
    if parts.cents:
        note_difference(erp, entry=invoice.entry, document=invoice.number, currency=worth.currency, gain=-parts.cents)
    gain, entry = stood_for - parts.received, None
    if gain:
        sides = [ledger.debit(accounts.GOODS_RECEIVED, gain), ledger.credit(accounts.EXCHANGE, gain)]
        says = f"Exchange difference of invoice {invoice.their_number}"
        entry = ledger.post(erp, document=invoice.number, says=says, sides=sides, day=day)
        note_difference(erp, entry=entry, document=invoice.number, currency=worth.currency, gain=gain)
    row = ForeignPosting(
        entity=erp.entity,
        invoice=invoice.number,
        currency=worth.currency,
        rate=worth.rate,
        rate_source=worth.source,
        total=total,
        booked=parts.total,
        price_difference=rounded(price_difference, worth.currency),
        exchange_difference=gain - parts.cents,
        exchange_entry=entry,
    )
    erp.add(row)


def note_difference(erp: Erp, *, entry: str, document: str, currency: str, gain: Decimal) -> None:
    """Add an entry's side on 5350 to the sub-ledger. A loss is less than nothing."""
    row = ExchangeDifference(entity=erp.entity, entry=entry, document=document, currency=currency, amount=gain)
    erp.add(row)


def forget(erp: Erp, invoice: SupplierInvoice, *, by: str) -> None:
    """Take the exchange difference of a bill back with the bill. `by` is the mirror of the bill's entry."""
    row = erp.session.get(ForeignPosting, (erp.entity, invoice.number))
    if row is None:
        return
    _mirror_difference(erp, entry=invoice.entry, by=by)
    if row.exchange_entry is not None:
        gain = erp.session.get_one(ExchangeDifference, (erp.entity, row.exchange_entry)).amount
        mirror = ledger.post(
            erp,
            document=invoice.number,
            says=f"Mirror of {row.exchange_entry}: {invoice.their_number} was reversed",
            sides=[ledger.credit(accounts.GOODS_RECEIVED, gain), ledger.debit(accounts.EXCHANGE, gain)],
            reverses=row.exchange_entry,
        )
        _mirror_difference(erp, entry=row.exchange_entry, by=mirror)
    erp.session.delete(row)
    erp.session.flush()


def _mirror_difference(erp: Erp, *, entry: str | None, by: str) -> None:
    known = erp.session.get(ExchangeDifference, (erp.entity, entry)) if entry else None
    if known is not None:
        note_difference(erp, entry=by, document=known.document, currency=known.currency, gain=-known.amount)


def must_be_no_difference(erp: Erp, entry: str) -> None:
    """Refuses to reverse an exchange difference by itself: it goes with what it is a difference of."""
    known = erp.session.get(ExchangeDifference, (erp.entity, entry))
    if known is not None:
        raise Refused(
            Refusal.NO_SUCH_MOVE, f"{entry} is the exchange difference of {known.document}: reverse what booked that"
        )
