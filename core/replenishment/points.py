"""Order points and calendars, as people set them."""

from decimal import Decimal
from typing import Any

from core.erp import Erp
from core.masterdata.tables import Item, Site, Supplier
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.replenishment.commands import SetCalendar, SetOrderPoint
from core.replenishment.tables import OrderPoint, WorkCalendar
from core.stock.ledger import take_turn
from core.wording import quantity


def set_order_point(erp: Erp, cmd: SetOrderPoint) -> dict[str, Any]:
    """Say how an item is replenished at a site. Refuses levels that contradict each other, and sites in a circle."""
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    for site in (cmd.site, cmd.source, cmd.overflow_to):
        if site:
            erp.need(Site, erp.entity, site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.supplier:
        erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    if cmd.calendar:
        erp.need(WorkCalendar, erp.entity, cmd.calendar, refusal=Refusal.CALENDAR_UNKNOWN)
    _must_agree(cmd)
    _must_not_circle(erp, cmd)

    take_turn(erp)  # before what it locks, as whoever decides on it does
    point = erp.session.get(OrderPoint, (erp.entity, cmd.item, cmd.site), with_for_update=True)
    if point is None:
        point = OrderPoint(entity=erp.entity, item=cmd.item, site=cmd.site)
        erp.session.add(point)
    for name in ("minimum", "target", "maximum", "safety", "source", "overflow_to", "supplier"):
        was, now = getattr(point, name), getattr(cmd, name)
        if was != now:
            what = f"{name.replace('_', ' ')} of {cmd.item} at {cmd.site}"
            erp.effect("record", what[:1].upper() + what[1:], was=_said(was), now=_said(now))
        setattr(point, name, now)
    point.lead_days, point.period_days, point.calendar = cmd.lead_days, cmd.period_days, cmd.calendar
    erp.held.append(point)
    erp.session.flush()
    erp.emit("order_point_set", f"item {cmd.item}", item=cmd.item, site=cmd.site)
    return {"item": cmd.item, "site": cmd.site}


def set_calendar(erp: Erp, cmd: SetCalendar) -> dict[str, Any]:
    """Say when somebody works. Refuses a calendar in which nobody ever does, and a weekday that is none."""
    if not cmd.weekdays or not {*cmd.weekdays} <= {*range(7)}:
        raise Refused(Refusal.NOTHING_TO_DO, f"weekdays {list(cmd.weekdays)}; Monday is 0, Sunday is 6")

    take_turn(erp)  # before what it locks, as whoever decides on it does
    calendar = erp.session.get(WorkCalendar, (erp.entity, cmd.code), with_for_update=True)
    if calendar is None:
        calendar = WorkCalendar(entity=erp.entity, code=cmd.code)
        erp.session.add(calendar)
    calendar.weekdays = sorted({*cmd.weekdays})
    calendar.holidays = sorted({day.isoformat() for day in cmd.holidays})
    erp.held.append(calendar)
    erp.session.flush()
    erp.emit("calendar_set", f"calendar {cmd.code}", calendar=cmd.code)
    return {"calendar": cmd.code}


def _said(level: Decimal | str | None) -> str:
    return quantity(level) if isinstance(level, Decimal) else level or "not said"


def _must_agree(cmd: SetOrderPoint) -> None:
    levels = [level for level in (cmd.minimum, cmd.target, cmd.maximum) if level is not None]
    if levels != sorted(levels):
        raise Refused(Refusal.NOTHING_TO_DO, "the minimum is not above the target, nor the target above the maximum")
    if cmd.safety is not None and cmd.safety < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"a safety stock of {cmd.safety}")
    if cmd.lead_days < 0 or cmd.period_days < 0:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.lead_days} and {cmd.period_days} days")
    if cmd.overflow_to and cmd.maximum is None:
        raise Refused(Refusal.NOTHING_TO_DO, "what overflows, without a maximum")


def _must_not_circle(erp: Erp, cmd: SetOrderPoint) -> None:
    """A site that is filled from itself, by whatever detour, would never get anything. Overflow must not come back."""
    seen, site = {cmd.site}, cmd.source
    while site:
        if site in seen:
            raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item}: {cmd.site} would be filled from itself")
        seen.add(site)
        above = erp.session.get(OrderPoint, (erp.entity, cmd.item, site))
        site = above.source if above else ""
    if cmd.overflow_to == cmd.site:
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.item}: {cmd.site} would overflow into itself")
