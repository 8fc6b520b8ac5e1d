"""Ways out when an item runs short at a site, or under its safety stock: bring pieces here. From another site, from a run's
suggestion, from a supplier, or sooner from the supplier who is late. What moves promises is in
`stock_promises`, what moves claims in `stock_priority`, what changes what is kept in `stock_levels`.

Every way says its arithmetic. A site gives only what it can spare; other goods in their place are in `stock_substitutes`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agents.propose.letters import letter
from agents.propose.options import stock_levels, stock_priority, stock_promises, stock_substitutes
from agents.tools import CaseSeen, FindingSeen, Tools
from core.availability.arithmetic import STOCK
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.replenishment.outlook import OtherSite, Outlook
from core.replenishment.tables import BUY, Suggestion
from core.wording import amount, day, quantity

WAIT_DAYS = 3
"""So long the case sleeps for an order to be approved, or for a supplier's answer; it comes back sooner when one comes."""


def drafts(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """All ways out of each shortage or breach of the case."""
    for finding in case.of("inventory_shortage", "safety_stock_breach"):
        item, site = str(finding.facts["item"]), str(finding.facts["site"])
        seen = tools.outlook(item, site)
        missing = Decimal(finding.facts["quantity"])
        if finding.code == "inventory_shortage":
            yield from stock_priority.drafts(case, seen)
            yield from stock_promises.drafts(case, seen)
            yield from stock_substitutes.drafts(case, seen)
            yield from _expedite(case, seen, tools)
        else:
            yield from stock_levels.drafts(case, seen)
        suggested = {one.from_site for one in seen.suggestions if one.from_site}
        for one in seen.suggestions:
            yield from _take(case, seen, one, missing)
        yield from _transfers(case, seen, missing, suggested)
        if not seen.suggestions:
            yield from _buy(case, seen, finding, missing)
            if not finding.facts.get("covered"):  # on order is on order, however late: a run would suggest nothing
                yield _replenish(case, seen)


def _transfers(case: CaseSeen, seen: Outlook, missing: Decimal, suggested: set[str]) -> Iterable[Draft]:
    """From the one site that can spare all of it and has most to spare; else from as many as it takes."""
    able = sorted((one for one in seen.others if one.spare > ZERO), key=lambda one: (-one.spare, one.site))
    able = [one for one in able if one.site not in suggested]
    if not able:
        return
    parts: list[tuple[OtherSite, Decimal]] = []
    left = missing
    for one in able:
        part = min(left, one.spare)
        if part > ZERO:
            parts.append((one, part))
            left -= part
    moved = missing - left
    names = " and ".join(one.name for one, _ in parts)
    rest = f" {quantity(left)} stay missing." if left else ""
    yield Draft(
        option=f"transfer {seen.item} {'+'.join(one.site for one, _ in parts)}",
        title=f"Transfer {quantity(moved)} of {seen.item} from {names}",
        says=f"{'; '.join(netted(one) for one, _ in parts)}; {quantity(missing)} are missing.{rest}",
        actions=tuple(_transfer(case, seen, one, part) for one, part in parts),
        amounts={"stock_value": rounded(moved * seen.unit_cost, case.currency)},
        evidence=case.evidence,
        score=Decimal(80) if not left else Decimal(50),
        why="Covers the gap today and starves nobody there" if not left else "Covers a part of the gap",
    )


def netted(one: OtherSite) -> str:
    """What a site can spare, reckoned in words: "Reno: 120 available − 40 reserved − 20 kept = 60 to spare"."""
    taken = [(one.reserved, "reserved"), (one.wanted, "wanted there"), (one.keeps, "kept")]
    less = "".join(f" − {quantity(figure)} {word}" for figure, word in taken if figure)
    return f"{one.name}: {quantity(one.available)} available{less} = {quantity(one.spare)} to spare"


def _transfer(case: CaseSeen, seen: Outlook, one: OtherSite, part: Decimal) -> Action:
    command = {
        "type": "TransferStock",
        "entity": case.entity,
        "item": seen.item,
        "site": one.site,
        "to_site": seen.site,
        "quantity": text_of(part),
    }
    return Action(command=command, title=f"Transfer {quantity(part)} from {one.name} to {seen.site_name}")


def _take(case: CaseSeen, seen: Outlook, one: Suggestion, missing: Decimal) -> Iterable[Draft]:
    """What a run suggested already, with its netting. An order by it waits for somebody else's approval."""
    reckoned = ", ".join(f"{name} {figure}" for name, figure in one.netting if name != "moved" or figure != "0")
    worth = rounded(one.quantity * seen.unit_cost, case.currency)
    command = {"type": "TakeSuggestion", "entity": case.entity, "suggestion": one.number, "by": ""}
    buys = one.kind == BUY
    seller = next((s for s in seen.sellers if s.supplier == one.supplier), None) if one.supplier else None
    if buys and seller is None:
        seller = seen.sellers[0] if seen.sellers else None
        if seller is None:
            return
        command["supplier"] = seller.supplier
    cost = rounded(one.quantity * seller.price, case.currency) if seller is not None else worth
    where = f"Buy {quantity(one.quantity)} of {seen.item} from {seller.name}" if seller and buys else ""
    moved = f"Move {quantity(one.quantity)} of {seen.item} from {one.from_site}"
    late = f" It should have been ordered by {day(one.order_by)}." if buys and one.order_by < seen.today else ""
    if buys and seller is not None:
        command["price"] = text_of(seller.price)
    yield Draft(
        option=f"take_suggestion {one.number}",
        title=where or moved,
        says=f"{one.number} reckons: {reckoned}. Needed by {day(one.need_by)}.{late}",
        actions=(Action(command=command, title=where or moved, amount=cost if buys else None),),
        amounts={"commits": cost} if buys else {"stock_value": worth},
        evidence=case.evidence,
        waits_days=WAIT_DAYS if buys else 0,
        score=_score(case, buys=buys, late=bool(late), covers=one.quantity >= missing),
        why="As the last run reckoned it",
    )


def _score(case: CaseSeen, *, buys: bool, late: bool, covers: bool) -> Decimal:
    """Moving what is here comes before buying, and for a shortage what comes too late is no cure by itself."""
    if not buys:
        return Decimal(85) if covers else Decimal(55)
    if case.has("inventory_shortage"):
        return Decimal(45) if late else Decimal(65)
    return Decimal(75)


def _buy(case: CaseSeen, seen: Outlook, finding: FindingSeen, missing: Decimal) -> Iterable[Draft]:
    """Order what is missing where it is cheapest, or where the order point says. It waits for approval."""
    named = seen.point.supplier if seen.point else ""
    sellers = [one for one in seen.sellers if not named or one.supplier == named]
    if not sellers:
        return
    best = sellers[0]
    fill = max(seen.point.target or ZERO, seen.safety) - seen.safety if seen.point else ZERO
    pieces = missing + fill
    cost = rounded(pieces * best.price, case.currency)
    first = max(seen.today, _day(finding))
    soonest = seen.today + timedelta(days=seen.point.lead_days if seen.point else 0)
    known = f"last bought on {best.last_order}" if best.last_order else "by its standard cost"
    lead = " Nobody has said how long it takes to come."
    if seen.point is not None:
        lead = f" With {seen.point.lead_days} days to come it is here on {day(soonest)}."
    up = f" + {quantity(fill)} up to the target" if fill else ""
    line = {"item": seen.item, "quantity": text_of(pieces), "price": text_of(best.price)}
    command = {
        "type": "PlaceOrder",
        "entity": case.entity,
        "supplier": best.supplier,
        "site": seen.site,
        "placed_by": "",
        "lines": [{**line, "need_by": max(first, soonest).isoformat()}],
    }
    yield Draft(
        option=f"buy {seen.item}",
        title=f"Order {quantity(pieces)} of {seen.item} from {best.name}",
        says=f"{quantity(missing)} missing{up} at {text_of(best.price)}, {known}: {amount(cost, case.currency)}."
        f"{lead} Somebody else approves the order.",
        actions=(Action(command=command, title=f"Order {quantity(pieces)} from {best.name}", amount=cost),),
        amounts={"commits": cost},
        evidence=case.evidence,
        waits_days=WAIT_DAYS,
        score=_score(case, buys=True, late=soonest > first, covers=True) - (27 if finding.facts.get("covered") else 0),
        why="Nothing on order covers it" if not finding.facts.get("covered") else "What is on order comes too late",
    )


def _day(finding: FindingSeen) -> date:
    return date.fromisoformat(str(finding.facts["day"]))


def _expedite(case: CaseSeen, seen: Outlook, tools: Tools) -> Iterable[Draft]:
    """Ask the supplier whose order covers the gap too late to bring it sooner."""
    late = [peg for peg in seen.starving if peg.source and peg.source != STOCK and "#" in peg.source]
    if not late:
        return
    first = min(late, key=lambda peg: (peg.demand.day, peg.source))
    number = first.source.partition("#")[0]
    order = tools.order(number)
    supplier = next((one for one in tools.suppliers() if order and one.number == order.supplier), None)
    if supplier is None or first.day is None:
        return
    pieces = sum((peg.quantity for peg in late if peg.source == first.source), ZERO)
    wanted = max(first.demand.day, seen.today)
    sentences = (
        f"We expect {quantity(pieces)} of {seen.name} on {number} by {day(first.day)} and need them by {day(wanted)}.",
        "Please tell us what you can send by then, and what sending it sooner would cost.",
    )
    actions = letter(
        replace(case, supplier=supplier),
        tools,
        sentences,
        subject=f"{number}: sooner, please",
        says="Asks to send it sooner",
    )
    if not actions:
        return
    yield Draft(
        option=f"expedite {number}",
        title=f"Ask {supplier.name} to send {number} sooner",
        says=f"{quantity(pieces)} of it come on {day(first.day)}, {(first.day - wanted).days} days after they are wanted.",
        actions=actions,
        evidence=case.evidence,
        waits_days=1,
        score=Decimal(48),
        why="Costs an answer; nothing is promised by it",
    )


def _replenish(case: CaseSeen, seen: Outlook) -> Draft:
    command = {"type": "RunReplenishment", "entity": case.entity, "items": [seen.item], "changed_only": False}
    return Draft(
        option="replenish",
        title=f"Work out what to buy and move of {seen.item}",
        says="The suggestions name supplier, quantity and the last day to order. Taking one is a decision of its own.",
        actions=(Action(command=command, title=f"Run replenishment for {seen.item}"),),
        evidence=case.evidence,
        waits_days=1,
        score=Decimal(30),
        why="Nothing is ordered by it yet",
    )
