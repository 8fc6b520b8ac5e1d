"""Ways out when less is left than is kept for safety: keep less, or order sooner from now on. Both change what a planner
said, not what is here, and both say the figures they come from."""

from collections.abc import Iterable
from decimal import ROUND_UP, Decimal

from agents.tools import CaseSeen
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO, rounded
from core.replenishment.outlook import Outlook
from core.wording import quantity

LEVELS = ("minimum", "target", "maximum", "safety")


def drafts(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    """Keep as little as will be left; raise the order point to what is used while an order comes."""
    yield from _keep_less(case, seen)
    yield from _order_sooner(case, seen)


def _keep_less(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    lowest = max(min(balance.quantity for balance in seen.balances), ZERO)
    if lowest >= seen.safety:
        return
    actions = []
    if seen.point is not None and seen.point.safety is not None and seen.point.safety > lowest:
        title = f"Keep {quantity(lowest)} for safety, was {quantity(seen.point.safety)}"
        actions.append(Action(command=_point(case, seen, safety=lowest), title=title))
    if seen.policy is not None and seen.policy.safety_stock is not None and seen.policy.safety_stock > lowest:
        command = {
            "type": "SetStockPolicy",
            "entity": case.entity,
            "item": seen.item,
            "site": seen.site,
            "negative_allowed": seen.policy.negative_allowed,
            "safety_stock": text_of(lowest),
        }
        title = f"Keep {quantity(lowest)} for safety, was {quantity(seen.policy.safety_stock)}"
        actions.append(Action(command=command, title=title))
    given_up = seen.safety - lowest
    cover = f" What is available lasts {quantity(seen.cover_days)} days at the pace of late." if seen.cover_days else ""
    yield Draft(
        option="lower_policy",
        title=f"Keep {quantity(lowest)} of {seen.item} for safety instead of {quantity(seen.safety)}",
        says=f"{quantity(lowest)} are the least that will be left; {quantity(given_up)} fewer are kept.{cover}",
        actions=tuple(actions),
        amounts={"stock_value": rounded(given_up * seen.unit_cost, case.currency)},
        evidence=case.evidence,
        score=Decimal(20),
        why="Changes what is wanted, not what is here",
    )


def _order_sooner(case: CaseSeen, seen: Outlook) -> Iterable[Draft]:
    point = seen.point
    if point is None or not point.lead_days or not seen.cover_days:
        return
    a_day = seen.opening / seen.cover_days
    needed = (a_day * point.lead_days + seen.safety).quantize(Decimal(1).scaleb(-seen.decimals), rounding=ROUND_UP)
    minimum = point.minimum or ZERO
    if needed <= minimum or (point.maximum is not None and needed > point.maximum):
        return
    target = None if point.target is None else max(point.target, needed)
    used = quantity(a_day.quantize(Decimal("0.1")).normalize())
    yield Draft(
        option="raise_policy",
        title=f"Order {seen.item} when {quantity(needed)} are left, not {quantity(minimum)}",
        says=f"{used} a day × {point.lead_days} days to come + {quantity(seen.safety)} for safety = {quantity(needed)}."
        " What is missing now stays missing.",
        actions=(
            Action(
                command=_point(case, seen, minimum=needed, target=target),
                title=f"Order point {quantity(needed)}, was {quantity(minimum)}",
            ),
        ),
        amounts={"stock_value": rounded((needed - minimum) * seen.unit_cost, case.currency)},
        evidence=case.evidence,
        score=Decimal(25),
        why="So that it does not happen again",
    )


def _point(case: CaseSeen, seen: Outlook, **levels: Decimal | None) -> dict[str, object]:
    """The order point as it stands, with other levels."""
    point = seen.point
    assert point is not None, "an order point to change"
    now = {name: getattr(point, name) for name in LEVELS} | levels
    return {
        "type": "SetOrderPoint",
        "entity": case.entity,
        "item": seen.item,
        "site": seen.site,
        **{name: None if level is None else text_of(level) for name, level in now.items()},
        "source": point.source,
        "overflow_to": point.overflow_to,
        "supplier": point.supplier,
        "lead_days": point.lead_days,
        "period_days": point.period_days,
        "calendar": point.calendar,
    }
