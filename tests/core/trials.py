"""Every exception of suppliers on trial: what raises it, what comes close and does not, and what makes it go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.canonical import sha256_hex
from core.cases import Code
from core.claims import Document, DocumentKind, Intent, Part, PartState
from core.intake.commands import SetAside
from core.payables.commands import HoldInvoice, LinkInvoice, NotADuplicate, RejectInvoice, ReleaseInvoice
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    CheckConfirmations,
    ConfirmedLine,
    RecordConfirmation,
)
from core.receiving.commands import ReturnToSupplier, ScrapDamaged
from tests.conftest import FRIDAY
from tests.core.kestrel import NEED_BY, D, accept, bill, billed, do, freight, open_cases, post, receive
from tests.core.letters import RAW, a_reading, claim, keep, record

BOLT = "KF-M8X40"


SHA = sha256_hex(RAW)


@dataclass(frozen=True, kw_only=True)
class World:
    """What a trial stands on: an order of a hundred bolts at 1.00, nothing received."""

    session: Session
    order: str

    def confirms(self, **said: Any) -> None:
        line = ConfirmedLine(line=1, **said)
        do(self.session, RecordConfirmation(entity="HP", order=self.order, lines=(line,)))

    def receives(self, quantity: str, *, damaged: str = "0", final: bool = True) -> str:
        return receive(self.session, self.order, quantity, damaged=(damaged,), final=final)

    def bills(self, quantity: str = "100", price: str = "1.00", number: str = "A-1", **said: Any) -> str:
        said.setdefault("order", self.order)
        return bill(self.session, number, billed(BOLT, quantity, price), **said)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How an exception is raised, how nearly it is not, and what ends it. `goes` gives what is left of the code."""

    code: Code
    raised: Callable[[World], object]
    nearly: Callable[[World], object]
    goes: Callable[[World], object]
    again: Callable[[World], object] = lambda world: None


def only_invoice(world: World) -> str:
    case = next(case for cause, case in open_cases(world.session).items() if case.invoice)
    return str(case.invoice)


def only_receipt(world: World) -> str:
    return next(cause.partition(":")[2] for cause in open_cases(world.session) if cause.startswith("receipt:"))


def looked_at_again(world: World) -> None:
    """Put on hold and taken off: the invoice is matched once more."""
    invoice = only_invoice(world)
    do(world.session, HoldInvoice(entity="HP", invoice=invoice, reason="wait"))
    do(world.session, ReleaseInvoice(entity="HP", invoice=invoice))


def rejected(world: World) -> None:
    do(world.session, RejectInvoice(entity="HP", invoice=only_invoice(world), reason="wrong"))


def on_day(world: World, days: int) -> None:
    """The clock looks at unconfirmed orders so many days after the order was placed."""
    clock.set_clock(world.session, clock.fixed(FRIDAY + timedelta(days=days)))
    do(world.session, CheckConfirmations(entity="HP"))


def received(quantity: str, **more: str) -> Callable[[World], object]:
    return lambda world: (world.receives(quantity, **more), None)[1]


def delivered_and_billed(
    *, came: str = "100", quantity: str = "100", price: str = "1.00", **said: Any
) -> Callable[[World], object]:
    """So many came and so many are billed; nothing came where `came` is nought."""

    def happens(world: World) -> None:
        if came != "0":
            world.receives(came, final=False)
        world.bills(quantity, price, **said)

    return happens


def billed_twice(number: str, price: str) -> Callable[[World], object]:
    def happens(world: World) -> None:
        world.receives("100")
        world.bills(number="RE-1001")
        world.bills(price=price, number=number)

    return happens


def charged(amount: str) -> Callable[[World], object]:
    """Goods as ordered, and freight where there is any."""

    def happens(world: World) -> None:
        world.receives("100")
        lines = [billed(BOLT, "100", "1.00"), *([freight(amount)] if amount != "0" else [])]
        bill(world.session, "A-1", *lines, order=world.order)

    return happens


def mailed(state: PartState) -> Callable[[World], object]:
    """A mail of Kestrel with an attachment that ended so, beside a text."""

    def happens(world: World) -> None:
        keep(world.session)
        part = Part(
            path="1", name="scan.pdf", media_type="application/pdf", sha256=SHA, size=1, state=state, why="damaged"
        )
        record(world.session, a_reading(parts=(part,)))

    return happens


def wanting(intent: Intent) -> Callable[[World], object]:
    """A letter of Kestrel that wants something."""

    def happens(world: World) -> None:
        keep(world.session)
        record(world.session, a_reading(mail_of_ours(), intents=(intent,)))

    return happens


def written_by(sender: str, supplier: str | None) -> Callable[[World], object]:
    def happens(world: World) -> None:
        keep(world.session)
        record(world.session, a_reading(mail_of_ours(), sender=sender), supplier=supplier)

    return happens


def mail_of_ours() -> Document:
    return Document(kind=DocumentKind.MAIL, part="body", reader="t", claims=(claim("order.number", "PO-1"),))


def set_aside(world: World) -> None:
    do(world.session, SetAside(entity="HP", message=SHA, reason="dealt with"))


DAY = timedelta(days=1)


TRIALS = (
    Trial(
        code=Code.SUPPLIER_DELAY,
        raised=lambda world: world.confirms(promised=NEED_BY + DAY),
        nearly=lambda world: world.confirms(promised=NEED_BY),
        again=lambda world: world.confirms(promised=NEED_BY + DAY),
        goes=lambda world: (
            do(world.session, AcceptPromise(entity="HP", order=world.order, line=1, need_by=NEED_BY + DAY)), None
        )[1],
    ),
    Trial(
        code=Code.SUPPLIER_SHORT_CONFIRMATION,
        raised=lambda world: world.confirms(quantity=D(99)),
        nearly=lambda world: world.confirms(quantity=D(100)),
        again=lambda world: world.confirms(quantity=D(99)),
        goes=lambda world: (
            do(world.session, AmendQuantity(entity="HP", order=world.order, line=1, quantity=D(99))), None
        )[1],
    ),
    Trial(
        code=Code.SUPPLIER_PRICE_CHANGE,
        raised=lambda world: world.confirms(price=D("1.000001")),
        nearly=lambda world: world.confirms(price=D("1.000000")),
        again=lambda world: world.confirms(price=D("1.000001")),
        goes=lambda world: world.confirms(price=D(1)),
    ),
    Trial(
        code=Code.UNCONFIRMED_ORDER,
        raised=lambda world: on_day(world, 4),
        nearly=lambda world: on_day(world, 2),
        again=lambda world: on_day(world, 5),
        goes=lambda world: world.confirms(promised=NEED_BY),
    ),
    Trial(
        code=Code.SHORT_RECEIPT,
        raised=received("99"),
        nearly=received("100"),
        again=lambda world: world.confirms(promised=NEED_BY),
        goes=received("1"),
    ),
    Trial(
        code=Code.OVER_RECEIPT,  # the item's tolerance is 5 %
        raised=received("106"),
        nearly=received("105"),
        goes=lambda world: (
            do(
                world.session,
                ReturnToSupplier(
                    entity="HP", receipt=only_receipt(world), line=1, quantity=D(1), status="available"
                ),
            ),
            None,
        )[1],
    ),
    Trial(
        code=Code.DAMAGED_RECEIPT,
        raised=lambda world: world.receives("98", damaged="1", final=False),
        nearly=lambda world: world.receives("98", final=False),
        again=lambda world: world.confirms(promised=NEED_BY),
        goes=lambda world: (
            do(world.session, ScrapDamaged(entity="HP", receipt=only_receipt(world), line=1, quantity=D(1))), None
        )[1],
    ),
    Trial(
        code=Code.INVOICE_PRICE_VARIANCE,
        raised=delivered_and_billed(came="90", quantity="90", price="1.01"),
        nearly=delivered_and_billed(came="90", quantity="90", price="1.00"),
        again=looked_at_again,
        goes=lambda world: (
            do(world.session, AmendPrice(entity="HP", order=world.order, line=1, price=D("1.01"))), None
        )[1],
    ),
    Trial(
        code=Code.INVOICE_QUANTITY_VARIANCE,
        raised=delivered_and_billed(came="99"),
        nearly=delivered_and_billed(came="100"),
        again=looked_at_again,
        goes=received("1"),
    ),
    Trial(
        code=Code.INVOICE_BEFORE_RECEIPT,
        raised=delivered_and_billed(came="0"),
        nearly=delivered_and_billed(came="100"),
        again=looked_at_again,
        goes=received("100"),
    ),
    Trial(
        code=Code.INVOICE_WITHOUT_ORDER,
        raised=delivered_and_billed(order=None),
        nearly=delivered_and_billed(),
        again=looked_at_again,
        goes=lambda world: (
            do(world.session, LinkInvoice(entity="HP", invoice=only_invoice(world), order=world.order)), None
        )[1],
    ),
    Trial(
        code=Code.INVOICE_DUPLICATE,
        raised=billed_twice("RE-1002", "1.00"),
        nearly=billed_twice("RE-1002", "0.99"),
        again=looked_at_again,
        goes=lambda world: (
            do(world.session, NotADuplicate(entity="HP", invoice=only_invoice(world), reason="a second delivery")), None
        )[1],
    ),
    Trial(
        code=Code.INVOICE_ARITHMETIC,
        raised=delivered_and_billed(total=D("100.01")),
        nearly=delivered_and_billed(total=D("100.00")),
        again=looked_at_again,
        goes=rejected,
    ),
    Trial(
        code=Code.INVOICE_TAX_MISMATCH,  # the supplier's rate is nought; a cent for each line may be rounding
        raised=delivered_and_billed(tax_total=D("0.02")),
        nearly=delivered_and_billed(tax_total=D("0.01")),
        again=looked_at_again,
        goes=rejected,
    ),
    Trial(
        code=Code.CHARGE_UNPLANNED,
        raised=charged("0.01"),
        nearly=charged("0"),
        again=looked_at_again,
        goes=lambda world: (
            post(world.session, only_invoice(world), accept(1, "100", "1.00"), accept(2, "1", "0.01")), None
        )[1],
    ),
    Trial(
        code=Code.BANK_DETAILS_CHANGED,
        raised=delivered_and_billed(pays_to="DE02 1203 0000 0000 7714"),
        nearly=delivered_and_billed(pays_to="DE02 1203 0000 0000 2291"),
        again=looked_at_again,
        goes=lambda world: None,  # see below: nothing that happens to goods or invoices ends it
    ),
    Trial(
        code=Code.DOCUMENT_UNREADABLE,
        raised=mailed(PartState.UNREADABLE),
        nearly=mailed(PartState.SET_ASIDE),
        goes=set_aside,
    ),
    Trial(
        code=Code.REQUEST_UNANSWERED,
        raised=wanting(Intent.ORDER_CANCELLATION),
        nearly=wanting(Intent.STATEMENT_OF_ACCOUNT),
        goes=set_aside,
    ),
    Trial(
        code=Code.SENDER_UNKNOWN,
        raised=written_by("somebody@nowhere.example", None),
        nearly=written_by("orders@kestrel.example", "KESTREL"),
        goes=set_aside,
    ),
)  # fmt: skip
