"""What the books cannot be: stock below zero where the policy lets it happen, and entries that had to be refused."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.case_words import counted
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal
from core.stock.tables import CostPool, StockBalance, StockMove
from core.unbooked.tables import OPEN, UnbookedEntry
from core.wording import plural, quantity

CODE = Code.BOOK_STOCK_IMPOSSIBLE

WORDS = {
    Refusal.MORE_THAN_ON_HAND: "more than is on hand",
    Refusal.RESERVED: "pieces that are reserved",
    Refusal.PERIOD_CLOSED: "a day that is closed",
    Refusal.CANNOT_BE_VALUED: "pieces whose cost nobody knows yet",
}


def below_zero(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """A balance that went below zero, or is covered again."""
    said = event.facts
    place = (said["item"], said["site"], said["location"], said["lot"], said["status"])
    subject = f"balance {':'.join(place)}"
    cause = cause_of_balance(said["item"], said["site"])
    row = erp.session.get(StockBalance, (erp.entity, *place), populate_existing=True)
    left = row.quantity if row else ZERO
    if left >= ZERO:
        yield Cleared(code=CODE, cause=cause, subject=subject)
        return
    item = erp.need(Item, erp.entity, said["item"], refusal=Refusal.ITEM_UNKNOWN)
    site = erp.need(Site, erp.entity, said["site"], refusal=Refusal.SITE_UNKNOWN)
    move = _last_move(erp, place)
    where = " ".join(part for part in (said["location"], said["lot"] and f"lot {said['lot']}") if part)
    by = f" since {move.document} took {quantity(-move.quantity)}" if move is not None else ""
    yield Finding(
        code=CODE,
        cause=cause,
        subject=subject,
        headline=f"{counted(-left, item.unit)} below zero",
        says=f"{item.name} at {site.name}{f', {where}' if where else ''}: {quantity(left)} on the books{by}",
        stake=rounded(-left * _worth(erp, item, said["site"], said["lot"]), erp.currency),
        facts={
            "who": f"{item.name} at {site.name}",
            "clause": "is {} below zero",
            "item": item.sku,
            "site": said["site"],
            "location": said["location"],
            "lot": said["lot"],
            "quantity": -left,
            "unit": item.unit,
            "document": move.document if move else None,
            "took": -move.quantity if move else None,
        },
    )


def unbooked(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """An entry that was refused and kept, until it is booked or rejected."""
    row = erp.need(UnbookedEntry, erp.entity, event.facts["entry"], refusal=Refusal.ENTRY_UNKNOWN)
    cause, subject = cause_of_entry(row.number), f"unbooked_entry {row.number}"
    if row.state != OPEN:
        yield Cleared(code=CODE, cause=cause, subject=subject)
        return
    told: dict[str, Any] = dict(row.told)
    pieces = _told_quantity(told)
    item = erp.session.get(Item, (erp.entity, str(told.get("item", ""))))
    name = item.name if item else _document(told)
    amount = counted(pieces, item.unit) if item else plural(pieces, "piece")
    worth = pieces * _worth(erp, item, str(told.get("site", "")), str(told.get("lot", ""))) if item else ZERO
    because = WORDS.get(Refusal(row.refusal), row.refusal.replace("_", " "))
    yield Finding(
        code=CODE,
        cause=cause,
        subject=subject,
        headline=f"{_called(told)} could not be booked: {because}",
        says=f"{_called(told)} of {amount} ({name}) was refused: {row.detail or because}",
        stake=rounded(worth, erp.currency),
        facts={
            "who": row.source or "An entry",
            "clause": f"told {_called(told).lower()} of {amount} that cannot be booked",
            "entry": row.number,
            "told": told,
            "refusal": row.refusal,
            "detail": row.detail,
            "kept_by": row.kept_by,
            "source": row.source,
            **{name: told[name] for name in ("item", "site") if item is not None and told.get(name)},
            "quantity": pieces,
            "unit": item.unit if item else "",
            "document": _document(told),
        },
    )


def cause_of_balance(item: str, site: str) -> str:
    """The cause that everything below zero of an item at a site folds by."""
    return f"below_zero:{item}:{site}"


def cause_of_entry(number: str) -> str:
    """The cause of a kept entry."""
    return f"unbooked:{number}"


def _called(told: dict[str, Any]) -> str:
    """A command as people call it: "Issue stock"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in str(told["type"])).strip()
    return words[:1].upper() + words[1:]


def _told_quantity(told: dict[str, Any]) -> Decimal:
    """The pieces an entry tells of: its own, else those of its lines."""
    if "quantity" in told:
        return abs(Decimal(str(told["quantity"])))
    lines = told.get("lines") or ()
    return sum((abs(Decimal(str(line.get("quantity", 0)))) for line in lines if isinstance(line, dict)), ZERO)


def _document(told: dict[str, Any]) -> str:
    return str(
        next((told[name] for name in ("document", "number", "order", "receipt", "transfer") if told.get(name)), "")
    )


def _last_move(erp: Erp, place: tuple[str, ...]) -> StockMove | None:
    item, site, location, lot, status = place
    return erp.session.scalars(
        select(StockMove)
        .where(
            StockMove.entity == erp.entity,
            StockMove.item == item,
            StockMove.site == site,
            StockMove.location == location,
            StockMove.lot == lot,
            StockMove.status == status,
            StockMove.quantity < ZERO,
        )
        .order_by(StockMove.number.desc())
        .limit(1)
    ).first()


def _worth(erp: Erp, item: Item, site: str, lot: str) -> Decimal:
    """What a piece costs here: as its pool says, else the standard cost."""
    pool = erp.session.get(CostPool, (erp.entity, item.sku, site, lot if item.cost_by_lot else ""))
    if pool is not None and pool.quantity > ZERO:
        return Decimal(pool.value / pool.quantity)
    return item.standard_cost
