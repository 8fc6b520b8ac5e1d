"""Which item may stand in for which: said by a person who knows the goods, never guessed.

One piece of the item is `factor` pieces of the substitute. A pair may hold both ways and for a time. It is not handed on:
what stands in for a substitute stands in for nothing else.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.erp import Erp
from core.masterdata.commands import BlockItem, DropSubstitute, SetSubstitute, UnblockItem
from core.masterdata.tables import Item, Substitute
from core.masterdata.units import SIX, must_be_kept
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.wording import quantity as words


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """An item that may stand in for another on a day: `factor` pieces of it for one of that. The lowest rank goes first."""

    item: str
    substitute: str
    factor: Decimal
    rank: int


def set_substitute(erp: Erp, cmd: SetSubstitute) -> dict[str, Any]:
    """Say that an item may stand in for another. Refuses what cannot be: an item for itself, one that is unknown or
    blocked, a factor that is not above nothing or cannot be kept, a time that ends before it begins, and a pair that is
    there the other way round at the same time."""
    if cmd.item == cmd.substitute:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item} needs no substitute in itself")
    take_turn(erp)  # before what it locks, as whoever decides on it does
    for sku in sorted(
        (cmd.item, cmd.substitute)
    ):  # both in hand, in one order, so that the pair is not set twice at once
        erp.need(Item, erp.entity, sku, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    must_not_be_blocked(erp, cmd.substitute)
    if cmd.both_ways:
        must_not_be_blocked(erp, cmd.item)
    _must_be_a_factor(cmd)
    since = cmd.valid_from or erp.today
    if cmd.valid_until is not None and cmd.valid_until < since:
        raise Refused(Refusal.NOTHING_TO_DO, f"from {since} until {cmd.valid_until} is no time")
    if cmd.rank < 1:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"rank {cmd.rank}; the first is 1")
    _must_not_be_there_turned_round(erp, cmd, since)

    row = erp.session.get(Substitute, (erp.entity, cmd.item, cmd.substitute), with_for_update=True)
    was = _said(row) if row is not None else "none"
    row = row or Substitute(entity=erp.entity, item=cmd.item, substitute=cmd.substitute)
    row.factor, row.both_ways, row.rank = cmd.factor, cmd.both_ways, cmd.rank
    row.valid_from, row.valid_until = since, cmd.valid_until
    if was == _said(row):
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.substitute} for {cmd.item}: {was} already")
    erp.add(row)
    erp.effect("record", f"{cmd.substitute} in place of {cmd.item}", was=was, now=_said(row))
    _told(erp, "substitute_set", cmd.item, cmd.substitute, says=_said(row))
    return {"item": cmd.item, "substitute": cmd.substitute}


def drop_substitute(erp: Erp, cmd: DropSubstitute) -> dict[str, Any]:
    """Say that an item stands in for another no longer. What was promised of it before stays promised."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    row = erp.need(Substitute, erp.entity, cmd.item, cmd.substitute, refusal=Refusal.SUBSTITUTE_UNKNOWN, lock=True)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "why does it stand in no longer?")

    was = _said(row)
    erp.session.delete(row)
    erp.known.pop((Substitute, (erp.entity, cmd.item, cmd.substitute)), None)
    erp.session.flush()
    erp.effect("record", f"{cmd.substitute} in place of {cmd.item}", was=was, now="none")
    _told(erp, "substitute_dropped", cmd.item, cmd.substitute, was=was, reason=cmd.reason)
    return {"item": cmd.item, "substitute": cmd.substitute}


def block_item(erp: Erp, cmd: BlockItem) -> dict[str, Any]:
    """Let nobody order an item anew, nor offer it in place of another. What is here and promised is used up."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "a blocked item names its reason")
    if item.blocked == cmd.reason:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item} is blocked already: {item.blocked}")
    return _block(erp, item, cmd.reason)


def unblock_item(erp: Erp, cmd: UnblockItem) -> dict[str, Any]:
    """Let an item be ordered again."""
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN, lock=True)
    if not item.blocked:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item} is not blocked")
    return _block(erp, item, "")


def must_not_be_blocked(erp: Erp, sku: str) -> None:
    """Refuses an item that nobody may order anew."""
    item = erp.need(Item, erp.entity, sku, refusal=Refusal.ITEM_UNKNOWN)
    if item.blocked:
        raise Refused(Refusal.ITEM_BLOCKED, f"{sku}: {item.blocked}")


def substitutes_of(session: Session, entity: str, item: str, day: date) -> tuple[StandIn, ...]:
    """What may stand in for an item on a day, the lowest rank first. Blocked items are left out."""
    rows = session.execute(
        select(Substitute, Item.sku)
        .join(Item, (Item.entity == Substitute.entity) & Item.sku.in_((Substitute.item, Substitute.substitute)))
        .where(
            Substitute.entity == entity,
            or_(Substitute.item == item, (Substitute.substitute == item) & Substitute.both_ways),
            Substitute.valid_from <= day,
            or_(Substitute.valid_until.is_(None), Substitute.valid_until >= day),
            Item.sku != item,
            Item.blocked == "",
        )
        .execution_options(populate_existing=True)
    ).all()
    found = [
        StandIn(
            item=item,
            substitute=other,
            factor=row.factor if row.item == item else _turned_round(row.factor),
            rank=row.rank,
        )
        for row, other in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, one.substitute)))


def in_its_place(pieces: Decimal, stand_in: StandIn, decimals: int) -> Decimal:
    """So many pieces of the item as pieces of its substitute, which is counted in `decimals`. Refuses what does not come
    out even: nobody gets a piece more or less than was ordered."""
    exact = pieces * stand_in.factor
    if exact != exact.quantize(Decimal(1).scaleb(-decimals)):
        raise Refused(
            Refusal.PRECISION, f"{words(exact)} of {stand_in.substitute} for {words(pieces)} cannot be counted"
        )
    return exact.quantize(Decimal(1).scaleb(-decimals))


def most_in_place(wanted: Decimal, free: Decimal, factor: Decimal, *, decimals: int, its_decimals: int) -> Decimal:
    """How many pieces of an item, of those wanted, so many free pieces of its substitute can stand in for, coming out even
    on both sides. `decimals` is what the item is counted in, `its_decimals` what the substitute is."""
    per_step = Fraction(factor) * Fraction(10) ** (its_decimals - decimals)
    step = Decimal(per_step.denominator).scaleb(-decimals)
    most = min(wanted, free / factor)
    return max((most / step).to_integral_value(rounding=ROUND_DOWN) * step, ZERO)


def _must_be_a_factor(cmd: SetSubstitute) -> None:
    if cmd.factor <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(cmd.factor)} of {cmd.substitute} for one of {cmd.item}")
    must_be_kept(cmd.factor)
    if cmd.both_ways and _turned_round(cmd.factor) * cmd.factor != 1:
        raise Refused(
            Refusal.PRECISION,
            f"one of {cmd.substitute} is no even part of {cmd.item} at {words(cmd.factor)}: it holds one way only",
        )


def _turned_round(factor: Decimal) -> Decimal:
    """How many of the item are one of its substitute, in six decimals."""
    return (1 / factor).quantize(SIX, rounding=ROUND_DOWN).normalize()


def _must_not_be_there_turned_round(erp: Erp, cmd: SetSubstitute, since: date) -> None:
    other = erp.session.get(Substitute, (erp.entity, cmd.substitute, cmd.item), populate_existing=True)
    if other is None:
        return
    over = other.valid_until is not None and other.valid_until < since
    before = cmd.valid_until is not None and cmd.valid_until < other.valid_from
    if not (over or before):
        says = "it holds both ways already" if other.both_ways else "let that one hold both ways"
        raise Refused(Refusal.ALREADY_EXISTS, f"{cmd.item} in place of {cmd.substitute} is there: {says}")


def _block(erp: Erp, item: Item, reason: str) -> dict[str, Any]:
    was, item.blocked = item.blocked, reason
    erp.session.flush()
    erp.effect("record", f"Orders of {item.sku}", was=_blocked(was), now=_blocked(reason))
    kind = "item_blocked" if reason else "item_unblocked"
    erp.emit(kind, f"item {item.sku}", item=item.sku, reason=reason or was)
    return {"item": item.sku, "blocked": reason}


def _blocked(reason: str) -> str:
    return f"blocked: {reason}" if reason else "open"


def _said(row: Substitute) -> str:
    """A pair in words, as it stands."""
    until = f" until {row.valid_until}" if row.valid_until else ""
    ways = ", both ways" if row.both_ways else ""
    return f"{words(row.factor)} for one from {row.valid_from}{until}{ways}, rank {row.rank}"


def _told(erp: Erp, kind: str, item: str, substitute: str, **facts: Any) -> None:
    erp.emit(kind, f"item {item}", item=item, substitute=substitute, **facts)
