"""A run: what to buy and what to move, as of now. Running again gives nothing new.

Each item's suggestions are worked out anew and laid beside those that stand: equal ones stay as they are, others change,
what is no longer so is withdrawn. A run over what changed therefore ends where a run over everything would.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from core.erp import Erp
from core.masterdata.tables import Item
from core.money import ZERO
from core.purchasing.tables import PurchaseOrderLine
from core.refusals import Refusal
from core.replenishment.commands import RunReplenishment
from core.replenishment.looking import Place, items_to_look_at, next_look, order_by, places_of
from core.replenishment.netting import excess, missing, reckoned, spare
from core.replenishment.tables import (
    BUY,
    LEFT,
    OPEN,
    TRANSFER,
    WITHDRAWN,
    NextLook,
    OrderPoint,
    ReplenishmentRun,
    Suggestion,
)
from core.stock.ledger import take_turn
from core.stock.tables import StockMove
from core.wording import quantity as words

LATE_COMMITS = 1000
"""Events are numbered when they are written and seen when they are committed. So many before the last one seen are read
again, so that one that was written earlier and committed later is not missed; looking twice changes nothing."""

EVENTS = text(
    "select distinct facts ->> 'item', facts ->> 'order', facts ->> 'calendar' from event"
    " where seq > :seen and entity = :entity and facts ?| array['item', 'order', 'calendar']"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A suggestion as it should be now."""

    kind: str
    site: str
    from_site: str = ""
    supplier: str = ""
    quantity: Decimal
    need_by: date
    order_by: date
    netting: list[list[str]]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same suggestion as one that stands."""
        return (self.kind, self.site, self.from_site)


def run_replenishment(erp: Erp, cmd: RunReplenishment) -> dict[str, Any]:
    """Bring the suggestions of items up to date. Gives the numbers of what is new, changed and withdrawn."""
    for item in cmd.items:
        erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)

    take_turn(erp)
    read = _read(erp)
    if cmd.items:
        items = sorted({*cmd.items})
    elif cmd.changed_only:
        items = _changed(erp, *read)
    else:
        items = items_to_look_at(erp.session, erp.entity)
    result: dict[str, list[str]] = {"new": [], "changed": [], "withdrawn": []}
    for item in items:
        places = places_of(erp, item)
        _lay_beside(erp, item, _wanted(erp, places), result)
        _remember(erp, item, next_look(erp, item, places.values()))
    if not cmd.items:
        _note(erp)
    return {**result, "items": len(items)}


def _wanted(erp: Erp, places: dict[str, Place]) -> list[Wanted]:
    """What is to be moved and bought of an item: overflow first, then sites that others are filled from come last."""
    made: list[Wanted] = []
    for site in sorted(places):
        place = places[site]
        over = excess(place.position, place.levels)
        if place.point is not None and place.point.overflow_to and over > ZERO:
            made.append(_transfer(erp, place, place.point.overflow_to, site, over, erp.today))
            _shift(places, site, place.point.overflow_to, over)
    for site in _dependents_first(places):
        place = places[site]
        lacks = missing(place.position, place.levels)
        if lacks <= ZERO:
            continue
        need_by = place.need_by(erp.today)
        source = place.point.source if place.point is not None else ""
        if not source:
            made.append(_buy(erp, place, lacks, need_by))
            continue
        of_source = places[source]
        part = min(lacks, spare(of_source.position, of_source.levels if of_source.point else None))
        if part > ZERO:
            made.append(_transfer(erp, place, site, source, part, need_by))
        # what the source cannot give now it is asked for all the same, and gets it from where it is filled itself
        _shift(places, source, site, lacks)
    return _together(made)


def _together(made: list[Wanted]) -> list[Wanted]:
    """What overflows to a site and what that site asks for of the same source is one transfer."""
    by_key: dict[tuple[str, str, str], Wanted] = {}
    for one in made:
        same = by_key.get(one.key)
        by_key[one.key] = one if same is None else replace(same, quantity=same.quantity + one.quantity)
    return list(by_key.values())


def _shift(places: dict[str, Place], from_site: str, to_site: str, quantity: Decimal) -> None:
    for site, sign in ((from_site, -1), (to_site, 1)):
        position = places[site].position
        places[site].position = replace(position, moved=position.moved + sign * quantity)


def _dependents_first(places: dict[str, Place]) -> list[str]:
    """Sites in the order in which they ask: whoever is filled from another one asks before that one is looked at."""
    depth: dict[str, int] = {}
    for site in places:
        steps, above = 0, places[site].point
        while above is not None and above.source:
            steps += 1
            above = places[above.source].point
        depth[site] = steps
    return sorted(places, key=lambda site: (-depth[site], site))


def _transfer(erp: Erp, about: Place, to_site: str, from_site: str, quantity: Decimal, need_by: date) -> Wanted:
    return Wanted(
        kind=TRANSFER,
        site=to_site,
        from_site=from_site,
        quantity=quantity,
        need_by=need_by,
        order_by=order_by(erp, about.point, need_by),
        netting=reckoned(about.position, about.levels),
    )


def _buy(erp: Erp, place: Place, quantity: Decimal, need_by: date) -> Wanted:
    return Wanted(
        kind=BUY,
        site=place.site,
        supplier=place.point.supplier if place.point is not None else "",
        quantity=quantity,
        need_by=need_by,
        order_by=order_by(erp, place.point, need_by),
        netting=reckoned(place.position, place.levels),
    )


def _lay_beside(erp: Erp, item: str, wanted: list[Wanted], result: dict[str, list[str]]) -> None:
    standing = {
        (row.kind, row.site, row.from_site): row
        for row in erp.session.scalars(
            select(Suggestion)
            .where(Suggestion.entity == erp.entity, Suggestion.item == item, Suggestion.state.in_((OPEN, LEFT)))
            .order_by(Suggestion.number)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    for one in wanted:
        row = standing.pop(one.key, None)
        if row is None:
            result["new"].append(_add(erp, item, one))
        elif row.state == LEFT and one.quantity <= row.quantity:
            continue
        elif _differs(row, one, erp.today):
            row.state, row.reason, row.left_by = OPEN, "", ""
            _tell(erp, row, one.quantity)
            result["changed"].append(row.number)
    for row in standing.values():
        row.state = WITHDRAWN
        erp.emit("suggestion_withdrawn", f"suggestion {row.number}", item=item, suggestion=row.number)
        result["withdrawn"].append(row.number)
    erp.session.flush()


def _add(erp: Erp, item: str, one: Wanted) -> str:
    row = Suggestion(
        entity=erp.entity,
        number=erp.number("RP"),
        kind=one.kind,
        item=item,
        site=one.site,
        from_site=one.from_site,
        supplier=one.supplier,
        quantity=one.quantity,
        need_by=one.need_by,
        order_by=one.order_by,
        netting=one.netting,
        state=OPEN,
        made_at=erp.now,
    )
    erp.add(row)
    _tell(erp, row, one.quantity)
    return row.number


def _differs(row: Suggestion, one: Wanted, today: date) -> bool:
    """Bring a standing suggestion up to date. What was needed by a day that is gone stays needed by that day."""
    late = row.need_by < one.need_by <= today
    need_by, order = (row.need_by, row.order_by) if late else (one.need_by, one.order_by)
    now = (one.quantity, need_by, order, one.netting, one.supplier)
    if (row.quantity, row.need_by, row.order_by, row.netting, row.supplier) == now:
        return False
    row.quantity, row.need_by, row.order_by, row.netting, row.supplier = now
    return True


def _tell(erp: Erp, row: Suggestion, quantity: Decimal) -> None:
    where = f"{row.from_site} to {row.site}" if row.from_site else row.site
    erp.effect("record", f"{row.number}: {row.kind} {row.item}, {where}", now=words(quantity))
    erp.emit(
        "shortage_found" if row.kind == BUY else "transfer_suggested",
        f"suggestion {row.number}",
        item=row.item,
        site=row.site,
        suggestion=row.number,
        quantity=quantity,
        need_by=row.need_by,
    )


def _read(erp: Erp) -> tuple[int, int]:
    """The last move and the last event that an earlier run has seen."""
    run = erp.session.get(ReplenishmentRun, erp.entity, with_for_update=True)
    return (run.last_move, run.last_event) if run else (0, 0)


def _note(erp: Erp) -> None:
    """Everything up to here was looked at, and every day up to today."""
    move = erp.session.scalar(select(func.max(StockMove.number)).where(StockMove.entity == erp.entity)) or 0
    event = erp.session.scalar(text("select coalesce(max(seq), 0) from event")) or 0
    statement = upsert(ReplenishmentRun).values(entity=erp.entity, last_move=move, last_event=event)
    erp.session.execute(
        statement.on_conflict_do_update(index_elements=["entity"], set_={"last_move": move, "last_event": event})
    )


def _changed(erp: Erp, last_move: int, last_event: int) -> list[str]:
    """The items whose stock, orders, plans, claims or points changed since, and those whose day has come."""
    moved = erp.session.scalars(
        select(StockMove.item).where(StockMove.entity == erp.entity, StockMove.number > last_move).distinct()
    ).all()
    events = erp.session.execute(EVENTS, {"entity": erp.entity, "seen": last_event - LATE_COMMITS}).all()
    orders = sorted({order for _, order, _ in events if order})
    calendars = sorted({calendar for _, _, calendar in events if calendar})
    ordered = erp.session.scalars(
        select(PurchaseOrderLine.item).where(
            PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.order.in_(orders)
        )
    ).all()
    timed = erp.session.scalars(
        select(OrderPoint.item).where(OrderPoint.entity == erp.entity, OrderPoint.calendar.in_(calendars))
    ).all()
    due = erp.session.scalars(
        select(NextLook.item).where(NextLook.entity == erp.entity, NextLook.day <= erp.today)
    ).all()
    return sorted({*moved, *ordered, *timed, *due, *(item for item, _, _ in events if item)})


def _remember(erp: Erp, item: str, day: date | None) -> None:
    if day is None:
        erp.session.execute(delete(NextLook).where(NextLook.entity == erp.entity, NextLook.item == item))
        return
    statement = upsert(NextLook).values(entity=erp.entity, item=item, day=day)
    erp.session.execute(statement.on_conflict_do_update(index_elements=["entity", "item"], set_={"day": day}))
