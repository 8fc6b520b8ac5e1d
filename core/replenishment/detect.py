"""What can be wrong with what was promised: less than nothing in the coming days, or less than the safety stock.

Both are about one item at one site and fold into one case, however many orders starve. They are looked for when stock,
an order, a plan or a claim changes, and only where somebody wants or watches something: everywhere else an event costs
one indexed question.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from core import driver
from core.availability import arithmetic, pegging
from core.availability.arithmetic import Balance, Shortage
from core.availability.dated import Dated, dated
from core.case_words import counted
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.masterdata.tables import Item, Site, StockPolicy
from core.money import ZERO, rounded
from core.refusals import Refusal
from core.replenishment.tables import OrderPoint
from core.stock.tables import CostPool
from core.wording import day as day_words
from core.wording import listed, quantity

CODES = (Code.INVENTORY_SHORTAGE, Code.SAFETY_STOCK_BREACH)
DAYS = 30
"""So far ahead a safety stock is watched where no order point says how far."""
NAMED_MAX = 3
"""So many of the documents that starve are named; the others are counted."""

IS_WATCHED = """
    where exists (select from planned_move m where m.entity = %(entity)s and m.item = k.item and m.site = k.site
        and m.state = 'open' and m.direction = 'demand')
      or exists (select from reservation r where r.entity = %(entity)s and r.item = k.item and r.site = k.site
        and r.state = 'held')
      or exists (select from stock_policy p where p.entity = %(entity)s and p.item = k.item and p.site = k.site
        and p.safety_stock is not null)
      or exists (select from order_point o where o.entity = %(entity)s and o.item = k.item and o.site = k.site
        and o.safety is not null)
      or exists (select from exception_case c where c.entity = %(entity)s and c.cause = k.cause and c.closed_at is null)
    order by k.site, k.item
"""
OF_ITEM = "select cast(%(item)s as text) as item, cast(%(site)s as text) as site, cast(%(cause)s as text) as cause"
OF_ORDER = """
    select distinct l.item, o.site, 'stock:' || l.item || ':' || o.site as cause
    from purchase_order_line l join purchase_order o on o.entity = l.entity and o.number = l."order"
    where o.entity = %(entity)s and o.number = %(order)s
"""
WANTED_BY_CUSTOMER = text(
    "select distinct m.item, m.site from sales_order o join planned_move m on m.entity = o.entity"
    " and m.document = o.number where o.entity = :entity and o.customer = :customer and o.state = 'confirmed'"
    " and m.state = 'open' and m.direction = 'demand' order by m.site, m.item"
)
WATCHED, WATCHED_OF_ORDER = (f"select k.item, k.site from ({which}) k {IS_WATCHED}" for which in (OF_ITEM, OF_ORDER))


def examine_item(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """The item of an event, at the site or sites it names."""
    for site in dict.fromkeys(event.facts[name] for name in ("site", "to_site") if event.facts.get(name)):
        item = event.facts["item"]
        values = {"entity": erp.entity, "item": item, "site": site, "cause": cause_of(item, site)}
        if driver.ask(erp.session, WATCHED, values):
            yield from _examine(erp, item, site)


def examine_order(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every item of an order that changed, was promised for another day, or came."""
    watched = driver.ask(erp.session, WATCHED_OF_ORDER, {"entity": erp.entity, "order": event.facts["order"]})
    for item, site in watched:
        yield from _examine(erp, item, site)


def examine_customer(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every item that the confirmed orders of a customer want: another tier, and others may go without."""
    wanted = erp.session.execute(WANTED_BY_CUSTOMER, {"entity": erp.entity, "customer": event.facts["customer"]}).all()
    for item, site in wanted:
        yield from _examine(erp, item, site)


def cause_of(item: str, site: str) -> str:
    """The cause that all findings on what is missing of an item at a site fold by."""
    return f"stock:{item}:{site}"


def _examine(erp: Erp, item: str, site: str) -> Iterator[Finding | Cleared]:
    cause = cause_of(item, site)
    there = dated(erp.session, erp.entity, [item], site, erp.now)[item]
    balances = there.balances(erp.today)
    found = _shortage(erp, item, site, there, balances) or _kept(erp, item, site, there)
    found = found or _breach(erp, item, site, balances)
    if found is not None:
        yield found
    for code in CODES:
        if found is None or found.code is not code:
            yield Cleared(code=code, cause=cause, subject="*")


def _shortage(erp: Erp, item: str, site: str, there: Dated, balances: tuple[Balance, ...]) -> Finding | None:
    """More is wanted by some day than is here and comes by then."""
    short = arithmetic.shortages(balances, there.demands)
    if not short or not there.demands:
        return None
    missing = -min(one.balance for one in short)
    starving = sorted(_starving(erp, there, short))
    named = [*starving[:NAMED_MAX], *([f"{len(starving) - NAMED_MAX} more"] if len(starving) > NAMED_MAX else [])]
    first = short[0].day
    covered = next((one.day for one in balances if one.day > short[-1].day and one.quantity >= ZERO), None)
    wanted = f" for {listed(named)}" if named else ""
    until = f", covered on {day_words(covered)}" if covered else ", and nothing on order covers it"
    row = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    return _finding(
        erp,
        Code.INVENTORY_SHORTAGE,
        row,
        site,
        missing,
        headline=f"{counted(missing, row.unit)} short",
        says=f"{row.name}: {quantity(missing)} too few from {day_words(first)}{wanted}{until}",
        facts={
            "clause": f"is {{}} short from {day_words(first)}",
            "day": first,
            "covered": covered,
            **({"days": max((covered - first).days, 0)} if covered else {}),
            "documents": starving,
        },
    )


def _starving(erp: Erp, there: Dated, short: tuple[Shortage, ...]) -> set[str]:
    """Whose pieces are missing: of the days that are short, or by priority where the customers' tiers differ."""
    if len({demand.tier for demand in there.demands}) < 2:
        return {demand.document for one in short for demand in one.demands}
    pegs = pegging.peg(there.opening, there.supplies, there.demands, erp.today)
    return {peg.demand.document for peg in pegs if peg.day is None or peg.day > max(peg.demand.day, erp.today)}


def _kept(erp: Erp, item: str, site: str, there: Dated) -> Finding | None:
    """There would be enough, but what is here is reserved for others: somebody who leaves sooner waits for what comes."""
    if not any(demand.reserved for demand in there.demands):
        return None
    pegs = pegging.peg(there.opening, there.supplies, there.demands, erp.today)
    late = [peg for peg in pegs if peg.day is None or peg.day > max(peg.demand.day, erp.today)]
    if not late:
        return None
    missing = sum((peg.quantity for peg in late), ZERO)
    starving = sorted({peg.demand.document for peg in late})
    first = max(min(peg.demand.day for peg in late), erp.today)
    comes = [peg.day for peg in late if peg.day is not None]
    covered = max(comes) if len(comes) == len(late) else None
    until = f", covered on {day_words(covered)}" if covered else ""
    row = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    return _finding(
        erp,
        Code.INVENTORY_SHORTAGE,
        row,
        site,
        missing,
        headline=f"{counted(missing, row.unit)} kept for others",
        says=f"{row.name}: {quantity(missing)} too few for {listed(starving[:NAMED_MAX])}{until}; what is here is kept"
        " for others",
        facts={
            "clause": f"has {{}} too few from {day_words(first)}, the rest is reserved",
            "day": first,
            "covered": covered,
            **({"days": max((covered - first).days, 0)} if covered else {}),
            "documents": starving,
        },
    )


def _breach(erp: Erp, item: str, site: str, balances: tuple[Balance, ...]) -> Finding | None:
    """Within the days looked at, less is left than what is kept for safety."""
    point = erp.session.get(OrderPoint, (erp.entity, item, site))
    policy = erp.session.get(StockPolicy, (erp.entity, item, site))
    said = [point.safety if point else None, policy.safety_stock if policy else None]
    safety = max((level for level in said if level is not None), default=ZERO)
    until = erp.today + timedelta(days=point.lead_days + point.period_days if point else DAYS)
    below = [balance for balance in balances if balance.day <= until and balance.quantity < safety]
    if not below:
        return None
    missing = safety - min(balance.quantity for balance in below)
    first = below[0].day
    row = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    return _finding(
        erp,
        Code.SAFETY_STOCK_BREACH,
        row,
        site,
        missing,
        headline=f"{counted(missing, row.unit)} under safety stock",
        says=f"{row.name}: {quantity(safety - missing)} left on {day_words(first)}, {quantity(safety)} kept for safety",
        facts={"clause": f"falls {{}} under its safety stock on {day_words(first)}", "day": first, "safety": safety},
    )


def _finding(
    erp: Erp,
    code: Code,
    item: Item,
    site: str,
    missing: Decimal,
    *,
    headline: str,
    says: str,
    facts: dict[str, Any],
) -> Finding:
    place = erp.need(Site, erp.entity, site, refusal=Refusal.SITE_UNKNOWN)
    return Finding(
        code=code,
        cause=cause_of(item.sku, site),
        subject=f"item {item.sku}",
        headline=headline,
        says=says,
        stake=rounded(missing * _worth(erp, item, site), erp.currency),
        facts={
            "who": f"{item.name} at {place.name}",
            "item": item.sku,
            "site": site,
            "quantity": missing,
            "unit": item.unit,
            **facts,
        },
    )


def _worth(erp: Erp, item: Item, site: str) -> Decimal:
    """What a piece costs here: as its pool says, else the standard cost."""
    pool = erp.session.get(CostPool, (erp.entity, item.sku, site, ""))
    if pool is not None and pool.quantity > ZERO:
        return Decimal(pool.value / pool.quantity)
    return item.standard_cost
