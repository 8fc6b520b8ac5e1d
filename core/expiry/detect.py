"""What can be wrong with a lot: nobody will have used it by its last useful day. One lot at one site is one case.

Looked for when stock, an order, a plan, a claim or a lot's day changes, and once a day since time passes. An item without
lots that expire costs one indexed question an event.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from core import driver
from core.case_words import counted
from core.cases import Case, Cleared, Code, Finding
from core.erp import Erp, Event
from core.expiry.looking import Unused, near_their_end, unused_at
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.refusals import Refusal
from core.stock.pools import key_of
from core.stock.tables import CostPool
from core.wording import day, quantity

KEPT_BY_LOT = "select from lot where entity = %(entity)s and item = %(item)s limit 1"
OF_ORDER = (
    "select distinct l.item, o.site from purchase_order o join purchase_order_line l"
    ' on l.entity = o.entity and l."order" = o.number where o.entity = %(entity)s and o.number = %(order)s'
    " and exists (select 1 from lot where lot.entity = l.entity and lot.item = l.item) order by 1"
)
SITES = text("select distinct site from stock_balance where entity = :entity and item = :item and lot <> '' order by 1")


def examine_item(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """The item of an event, at the site or sites it names; at every site where it names none."""
    item = event.facts["item"]
    if not driver.count(erp.session, KEPT_BY_LOT, {"entity": erp.entity, "item": item}):
        return
    named = [event.facts[name] for name in ("site", "to_site") if event.facts.get(name)]
    sites = named or erp.session.execute(SITES, {"entity": erp.entity, "item": item}).scalars().all()
    for site in dict.fromkeys(sites):
        yield from _examine(erp, item, site)


def examine_order(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every item with lots of an order whose goods came, went back or were accepted."""
    for item, site in driver.ask(erp.session, OF_ORDER, {"entity": erp.entity, "order": event.facts["order"]}):
        yield from _examine(erp, item, site)


def examine_all(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every lot that is near its end: time has passed."""
    for item, site in near_their_end(erp.session, erp.entity, erp.today):
        yield from _examine(erp, item, site)


def cause_of(item: str, lot: str, site: str) -> str:
    """The cause that all findings on a lot at a site fold by."""
    return f"{_prefix(item, site)}{lot}"


def _prefix(item: str, site: str) -> str:
    return f"lot:{site}:{item}:"


def _examine(erp: Erp, item: str, site: str) -> Iterator[Finding | Cleared]:
    found = [_finding(erp, item, site, one) for one in unused_at(erp.session, erp.entity, item, site, erp.now)]
    yield from found
    standing = {one.cause for one in found}
    for cause in _open_causes(erp, item, site):
        if cause not in standing:
            yield Cleared(code=Code.LOT_EXPIRY, cause=cause, subject="*")


def _open_causes(erp: Erp, item: str, site: str) -> list[str]:
    return list(
        erp.session.scalars(
            select(Case.cause)
            .where(
                Case.entity == erp.entity,
                Case.closed_at.is_(None),
                Case.cause.startswith(_prefix(item, site), autoescape=True),
            )
            .order_by(Case.cause)
        )
    )


def _finding(erp: Erp, item: str, site: str, lot: Unused) -> Finding:
    row = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    place = erp.need(Site, erp.entity, site, refusal=Refusal.SITE_UNKNOWN)
    pieces = counted(lot.unused, row.unit)
    when = f"expired on {day(lot.expires_on)}" if lot.expired else f"expires on {day(lot.expires_on)}"
    nobody = "" if lot.expired else f"; of {quantity(lot.quantity)} here nobody uses {quantity(lot.unused)} by then"
    if not lot.expired and lot.last_day != lot.expires_on:
        nobody += f" (by {day(lot.last_day)}, as customers want days left)"
    facts: dict[str, Any] = {
        "clause": f"has {{}} of lot {lot.lot} that {'have expired' if lot.expired else 'nobody will use in time'}",
        "who": f"{row.name} at {place.name}",
        "item": item,
        "site": site,
        "lot": lot.lot,
        "expires_on": lot.expires_on,
        "last_day": lot.last_day,
        "expired": lot.expired,
        "here": lot.quantity,
        "quantity": lot.unused,
        "unit": row.unit,
    }
    return Finding(
        code=Code.LOT_EXPIRY,
        cause=cause_of(item, lot.lot, site),
        subject=f"lot {lot.lot} of {item}",
        headline=f"{pieces} {'expired' if lot.expired else 'will expire'}",
        says=f"{row.name}, lot {lot.lot}, {when}{nobody}",
        stake=rounded(lot.unused * _worth(erp, row, site, lot.lot), erp.currency),
        facts=facts,
    )


def _worth(erp: Erp, item: Item, site: str, lot: str) -> Decimal:
    """What a piece of the lot costs here: as its pool says, else the standard cost."""
    key = key_of(item, site, lot)
    pool = erp.session.get(CostPool, (erp.entity, key.item, key.site, key.lot))
    if pool is not None and pool.quantity > ZERO:
        return Decimal(pool.value / pool.quantity)
    return item.standard_cost
