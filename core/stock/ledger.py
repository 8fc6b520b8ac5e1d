"""The stock ledger's one writer: every change of a balance is a move, and every change of value is a cost entry.

Three ways to change stock: `bring_in`, `take_out`, and `shift`, which changes a status or a place and no value. Value on
hand equals the inventory account at each commit; callers post the entry of what they did, and
`core.stock.corrections` posts what followed from it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core import driver, rows
from core.availability.claims import must_leave_claims
from core.erp import Erp
from core.masterdata.tables import Item
from core.money import ZERO
from core.numbers import first_of, taking
from core.reconciling.following import Booked, follow
from core.refusals import Refusal, Refused
from core.stock.costing import Does, Method
from core.stock.lines import PoolKey
from core.stock.picking import must_be_usable
from core.stock.pools import ON_THE_WAY, hold, key_of, may_go_negative
from core.stock.tables import CostEntry, StockBalance, StockMove, StockStatus, ValuationLayer
from core.stock.valuing import Costed, Valued, cost_all
from core.wording import quantity as words

TURN = "select pg_advisory_xact_lock(hashtextextended(%(entity)s, 21))"
"""Whoever changes stock of an entity takes turns. The moves are numbered one by one anyway; taking the turn before any row
or number is locked is what keeps two commands from each waiting for what the other one holds."""


BALANCE = (
    "item, site, location, lot, status, quantity,"
    " exists (select from stream_site s where s.entity = stock_balance.entity) as told"
)
"""What a changed balance says of itself, and whether a warehouse tells of any site of its entity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One signed change of one balance, in base units."""

    item: str
    site: str
    status: StockStatus
    quantity: Decimal
    document: str
    kind: str
    location: str = ""
    lot: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """The balance it changes."""
        return (self.item, self.site, self.location, self.lot, self.status)

    def back(self, **elsewhere: Any) -> "Move":
        """The other half of a move: the same pieces with the other sign, in another place or status."""
        return replace(self, quantity=-self.quantity, **elsewhere)


def bring_in(
    erp: Erp,
    moves: Sequence[Move],
    values: Sequence[Decimal | None],
    *,
    account: str,
    happened_at: datetime | None = None,
    source: int | None = None,
) -> list[Valued]:
    """Bring pieces on hand, each move worth its value (None: the cost they have here). `source`: the entry taken back.

    Gives what each did: its value, and what a standard cost keeps out of stock. Refuses what `move_all` refuses.
    """
    at = happened_at or erp.now
    move_all(erp, moves, at)
    entries = [
        Costed(
            key=_pool(erp, move),
            does=Does.IN,
            quantity=move.quantity,
            value=value,
            document=move.document,
            kind=move.kind,
            account=account,
            source=source,
        )
        for move, value in zip(moves, values, strict=True)
    ]
    return cost_all(erp, entries, at)


def take_out(
    erp: Erp,
    move: Move,
    *,
    account: str,
    happened_at: datetime | None = None,
    receipt: str | None = None,
) -> Decimal:
    """Take pieces out. Gives what they were worth, in the entity's currency, not negative.

    With a `receipt`, its own layers leave first, as far as they last: a layer says what pieces cost, not where they lie.
    """
    assert move.quantity < 0, "what goes out has a minus"
    at = happened_at or erp.now
    move_all(erp, [move], at)
    key = _pool(erp, move)
    parts = _own_layers(erp, key, receipt, -move.quantity) if receipt else [(None, -move.quantity)]
    entries = [
        Costed(
            key=key,
            does=Does.OUT,
            quantity=quantity,
            source=source,
            document=move.document,
            kind=move.kind,
            account=account,
        )
        for source, quantity in parts
    ]
    return -sum((valued.step.value for valued in cost_all(erp, entries, at)), ZERO)


def shift(erp: Erp, moves: Sequence[Move], happened_at: datetime | None = None) -> None:
    """Change the status or the place of pieces inside a site. Their value stays where it is."""
    assert sum((move.quantity for move in moves), ZERO) == ZERO, "what leaves one place comes to another"
    move_all(erp, moves, happened_at or erp.now)


def move_all(erp: Erp, moves: Sequence[Move], happened_at: datetime) -> None:
    """Append moves and bring their balances along.

    Refuses a quantity finer than the item's unit, a balance below zero unless the item's policy at that site allows it,
    to take pieces that are reserved, and to use those of a lot that has expired (`core.stock.picking`).
    """
    take_turn(erp)
    for move in moves:
        item = erp.need(Item, erp.entity, move.item, refusal=Refusal.ITEM_UNKNOWN)
        if move.quantity != move.quantity.quantize(Decimal(1).scaleb(-item.unit_decimals)):
            raise Refused(Refusal.PRECISION, f"{words(move.quantity)} {item.unit} of {move.item}")
        if move.lot.startswith(ON_THE_WAY):
            raise Refused(Refusal.COMMAND_MALFORMED, f"{move.lot!r}: no lot begins with {ON_THE_WAY}")
        erp.effect("stock", f"{move.item} at {move.site}, {move.status}", move.quantity, item.unit)
    must_be_usable(erp, moves, happened_at)
    first, told_by_warehouse = _balance(erp, moves)
    taken = {(m.item, m.site) for m in moves if m.quantity < 0 and m.status == StockStatus.AVAILABLE}
    must_leave_claims(erp, taken)
    rows.insert(
        erp.session,
        StockMove,
        [
            {
                "entity": erp.entity,
                "number": first + place,
                "item": move.item,
                "site": move.site,
                "location": move.location,
                "lot": move.lot,
                "status": move.status,
                "quantity": move.quantity,
                "document": move.document,
                "kind": move.kind,
                "happened_at": happened_at,
                "recorded_at": erp.now,
            }
            for place, move in enumerate(moves)
        ],
    )
    if told_by_warehouse:
        _be_followed(erp, first, moves, happened_at)


def take_turn(erp: Erp) -> None:
    """Wait until nobody else changes stock of the entity; hold the turn until the transaction ends."""
    driver.later(erp.session, TURN, {"entity": erp.entity})


def _balance(erp: Erp, moves: Sequence[Move]) -> tuple[int, bool]:
    """Bring balances along. Gives, asked by the way, the first of the moves' numbers and whether a warehouse tells of any
    site of the entity."""
    changes: dict[tuple[str, str, str, str, str], Decimal] = defaultdict(lambda: ZERO)
    for move in moves:
        changes[move.key] += move.quantity
    names = ("item", "site", "location", "lot", "status")
    added = [{"entity": erp.entity, **dict(zip(names, key, strict=True)), "quantity": q} for key, q in changes.items()]
    balances, numbers = driver.ask_all(
        erp.session,
        rows.adding_up(StockBalance, added, sums=("quantity",), giving=BALANCE),
        taking(erp.entity, "move", len(moves)),
    )
    for *key, after, _ in balances:
        change = changes[key[0], key[1], key[2], key[3], key[4]]
        short = after < 0 and change < 0
        if short and not (key[4] == StockStatus.AVAILABLE and may_go_negative(erp, [(key[0], key[1])])):
            raise Refused(
                Refusal.MORE_THAN_ON_HAND,
                f"{key[0]} at {key[1]}: {words(after - change)} {key[4].replace('_', ' ')}, {words(-change)} asked",
            )
        if after < 0 or after < change:
            erp.emit("stock_below_zero", f"item {key[0]}", **dict(zip(names, key, strict=True)), quantity=after)
    return first_of(numbers, len(moves)), any(row.told for row in balances)


def _be_followed(erp: Erp, first: int, moves: Sequence[Move], happened_at: datetime) -> None:
    """Let the streams of warehouses see what was booked."""
    booked = [
        Booked(
            number=first + place,
            item=move.item,
            site=move.site,
            location=move.location,
            lot=move.lot,
            status=move.status,
            quantity=move.quantity,
            document=move.document,
            happened_at=happened_at,
        )
        for place, move in enumerate(moves)
    ]
    follow(erp, booked)


def _pool(erp: Erp, move: Move) -> PoolKey:
    return key_of(erp.need(Item, erp.entity, move.item, refusal=Refusal.ITEM_UNKNOWN), move.site, move.lot)


def _own_layers(erp: Erp, key: PoolKey, receipt: str, wanted: Decimal) -> list[tuple[int | None, Decimal]]:
    """How `wanted` pieces are taken from the layers a receipt brought, oldest first; what these lack has no layer named."""
    if hold(erp, [key])[key].pool.method in (Method.AVERAGE, Method.STANDARD):
        return [(None, wanted)]
    layers = erp.session.execute(
        select(ValuationLayer.source, ValuationLayer.quantity)
        .join(CostEntry, (CostEntry.entity == ValuationLayer.entity) & (CostEntry.number == ValuationLayer.source))
        .where(
            ValuationLayer.entity == erp.entity,
            ValuationLayer.item == key.item,
            ValuationLayer.site == key.site,
            ValuationLayer.lot == key.lot,
            CostEntry.document == receipt,
        )
        .order_by(ValuationLayer.since, ValuationLayer.source)
    )
    parts: list[tuple[int | None, Decimal]] = []
    for source, quantity in layers:
        part = min(quantity, wanted)
        if part > 0:
            parts.append((source, part))
            wanted -= part
    return [*parts, (None, wanted)] if wanted > 0 else parts
