"""Commands on what customers send back, and on what is given back to them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedBack:
    """So many, in the order's unit, of an order line; `price` of one is what will be given back, the order's when None."""

    line: int
    quantity: Decimal
    price: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterReturnRequest(Command):
    """A customer asks to send shipped goods of an order back. Whoever registers another request on the same order names
    those there are already (`knowing`), so that one wish is not taken down twice."""

    order: str
    lines: tuple[AskedBack, ...]
    reason: str
    knowing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawReturnRequest(Command):
    """A request of which nothing came is off."""

    request: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CameBack:
    """Pieces of one kind and condition, in the order's unit: to be sold again (`restock`), `damaged`, or `not_ours`.
    `line` is the order's; what is not ours names an `item` as far as anybody can tell. A `lot` means that lot alone."""

    quantity: Decimal
    disposition: str
    line: int | None = None
    item: str = ""
    location: str = ""
    lot: str = ""
    says: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveCustomerReturn(Command):
    """Goods of an order come back, looked at piece by piece, at what they cost when they left. What is not ours is
    written down, and neither stocked nor credited."""

    order: str
    lines: tuple[CameBack, ...]
    request: str = ""
    site: str = ""  # where they left from when empty
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RestockReturned(Command):
    """Damaged pieces of a return are good after all: they can be sold again."""

    returned: str
    line: int
    quantity: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapReturned(Command):
    """Write damaged pieces of a return off."""

    returned: str
    line: int
    quantity: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CreditedGoods:
    """So many, in the order's unit, of an order line, at a `price` (the order's when None). With `goods_kept` the customer
    keeps the pieces: their cost stays a cost of sales."""

    line: int
    quantity: Decimal
    price: Decimal | None = None
    goods_kept: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CreditCustomer(Command):
    """Give back the price of billed goods: of the lines named, or of what came back under a request. Never more than was
    billed, in pieces and in money."""

    order: str
    reason: str
    lines: tuple[CreditedGoods, ...] = ()
    request: str = ""
    happened_at: datetime | None = None
