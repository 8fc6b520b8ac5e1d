"""What is suggested to buy or to move, with the arithmetic that says so, in words and in figures; and order points."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import HTTPException
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, wording
from core.case_words import counted
from core.masterdata.tables import Item, Site, Supplier, SupplierItem
from core.people.tables import Person
from core.replenishment.tables import BUY, LEFT, OPEN, OrderPoint, ReplenishmentRun, Suggestion, WorkCalendar
from desk.web import User
from desk.wording import count_words

SHOWN_MAX = 40
ZERO = Decimal(0)
NAMES = {
    "available": "Available",
    "waiting": "Here, not available yet",
    "coming": "On order and planned",
    "wanted": "Wanted and promised",
    "moved": "Moved by other suggestions",
    "net": "Left when all came and went",
    "trigger": "Filled up below",
    "fill": "Filled up to",
    "maximum": "At most",
}
"""The steps of the netting as people call them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestionView:
    """One suggestion: what, how much, by when, and why."""

    number: str
    item: str
    name: str
    site: str
    title: str
    kind: str
    verb: str
    quantity: str
    says: str
    netting: tuple[tuple[str, str, bool], ...]
    need_by: str
    order_by: str
    late: str
    source: str
    left: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggested:
    """The page."""

    says: str
    more_says: str
    rows: tuple[SuggestionView, ...]
    left: tuple[SuggestionView, ...]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """An order point as a form: what stands, or what was asked for instead."""

    item: str
    name: str
    unit: str
    site: str
    site_name: str
    known: bool
    values: Mapping[str, str]
    sites: tuple[tuple[str, str], ...]
    suppliers: tuple[tuple[str, str], ...]
    calendars: tuple[str, ...]


def suggested(session: Session, user: User) -> Suggested:
    """Every open suggestion, the one to be ordered first first; and those that somebody left."""
    today = clock.now(session).date()
    ours = [Suggestion.entity == user.entity, Suggestion.state.in_((OPEN, LEFT))]
    rows = session.scalars(
        select(Suggestion)
        .where(*ours)
        .order_by(Suggestion.state.desc(), Suggestion.order_by, func.length(Suggestion.number), Suggestion.number)
        .limit(2 * SHOWN_MAX)
    ).all()
    open_, late = session.execute(
        select(func.count(), func.count().filter(Suggestion.order_by < today)).where(
            Suggestion.entity == user.entity, Suggestion.state == OPEN
        )
    ).one()
    views = _views(session, user, list(rows), today)
    shown = tuple(view for row, view in zip(rows, views, strict=True) if row.state == OPEN)[:SHOWN_MAX]
    ran = session.get(ReplenishmentRun, user.entity)
    return Suggested(
        says=_says(open_, late),
        more_says="What is on order counts whenever it comes, so a date that slips is not bought twice. "
        + ("Running again shows only what changed." if ran else "Nothing was run yet."),
        rows=shown,
        left=tuple(view for row, view in zip(rows, views, strict=True) if row.state == LEFT),
        more=open_ - len(shown),
    )


def suggestion(session: Session, user: User, number: str) -> SuggestionView:
    """One suggestion. 404 for what is not there, 409 for one that was taken or is no longer so."""
    row = session.get(Suggestion, (user.entity, number))
    if row is None:
        raise HTTPException(404, f"There is no suggestion {number[:20]} in {user.entity}.")
    if row.state != OPEN:
        became = f" as {row.document}" if row.document else ""
        raise HTTPException(409, f"{number} was {row.state}{became}. Nothing was done.")
    return _views(session, user, [row], clock.now(session).date())[0]


def point(session: Session, user: User, sku: str, site: str, asked: Mapping[str, str]) -> Point:
    """The order point of an item at a site, with what was asked for in the place of what stands."""
    item, place = session.get(Item, (user.entity, sku)), session.get(Site, (user.entity, site))
    if item is None or place is None:
        raise HTTPException(404, f"There is no item {sku[:40]} at {site[:20]} in {user.entity}.")
    row = session.get(OrderPoint, (user.entity, sku, site))
    stands = {name: _text(getattr(row, name)) for name in FIELDS} if row else dict.fromkeys(FIELDS, "") | DEFAULTS
    selling = (
        select(Supplier.number, Supplier.name)
        .join(SupplierItem, (SupplierItem.entity == Supplier.entity) & (SupplierItem.supplier == Supplier.number))
        .where(Supplier.entity == user.entity, SupplierItem.item == sku)
        .distinct()
        .order_by(Supplier.name)
    )
    sites = select(Site.code, Site.name).where(Site.entity == user.entity, Site.code != site).order_by(Site.code)
    calendars = select(WorkCalendar.code).where(WorkCalendar.entity == user.entity).order_by(WorkCalendar.code)
    return Point(
        item=sku,
        name=item.name,
        unit=item.unit,
        site=site,
        site_name=place.name,
        known=row is not None,
        values={name: asked.get(name, stands[name]) for name in FIELDS},
        sites=tuple((code, name) for code, name in session.execute(sites)),
        suppliers=tuple((number, name) for number, name in session.execute(selling)),
        calendars=tuple(session.scalars(calendars)),
    )


FIGURES = ("minimum", "target", "maximum", "safety")
DAYS = ("lead_days", "period_days")
FIELDS = (*FIGURES, *DAYS, "source", "overflow_to", "supplier", "calendar")
DEFAULTS = {"lead_days": "0", "period_days": "30"}


def _text(value: object) -> str:
    return (
        wording.quantity(value).replace(",", "") if isinstance(value, Decimal) else "" if value is None else str(value)
    )


def _says(count: int, late: int) -> str:
    if not count:
        return "Nothing is to be ordered or moved"
    them = "suggestion" if count == 1 else "suggestions"
    gone = f", {late} past {'its' if late == 1 else 'their'} day" if late else ", all in time"
    return f"{count_words(count)} {them}{gone}"


def _views(session: Session, user: User, rows: list[Suggestion], today: date) -> list[SuggestionView]:
    skus = {row.item for row in rows}
    items = {
        item.sku: item for item in session.scalars(select(Item).where(Item.entity == user.entity, Item.sku.in_(skus)))
    }
    sites = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
    suppliers = dict(
        session.execute(
            select(Supplier.number, Supplier.name).where(
                Supplier.entity == user.entity, Supplier.number.in_({row.supplier for row in rows})
            )
        ).all()
    )
    people = dict(
        session.execute(select(Person.id, Person.name).where(Person.id.in_({row.left_by for row in rows}))).all()
    )
    return [_view(row, items[row.item], sites, suppliers, people, today) for row in rows]


def _view(
    row: Suggestion,
    item: Item,
    sites: Mapping[str, str],
    suppliers: Mapping[str, str],
    people: Mapping[str, str],
    today: date,
) -> SuggestionView:
    buys = row.kind == BUY
    pieces = counted(row.quantity, item.unit)
    site = sites.get(row.site, row.site)
    source = suppliers.get(row.supplier, row.supplier) if buys else sites.get(row.from_site, row.from_site)
    title = f"Order {pieces} for {site}" if buys else f"Move {pieces} from {source} to {site}"
    days = (today - row.order_by).days
    return SuggestionView(
        number=row.number,
        item=row.item,
        name=item.name,
        site=row.site,
        title=title,
        kind=row.kind,
        verb="Order" if buys else "Move",
        quantity=_text(row.quantity),
        says=_reckoning(row),
        netting=tuple(
            (NAMES.get(what, what), _signed(what, Decimal(figure)), what == "net") for what, figure in row.netting
        ),
        need_by=wording.day(row.need_by),
        order_by=wording.day(row.order_by),
        late=f"{wording.plural(days, 'day')} late" if days > 0 else "",
        source=source or ("supplier to be named" if buys else ""),
        left=f"{row.reason}, says {people.get(row.left_by, row.left_by)}" if row.state == LEFT else "",
    )


def _reckoning(row: Suggestion) -> str:
    """The netting as one would say it: what there is, what goes, what is left, and how far it is filled up."""
    figures = {what: Decimal(figure) for what, figure in row.netting}
    q = wording.quantity
    parts = [f"{q(figures['available'])} available"]
    parts += [f"{q(figures['waiting'])} waiting"] if figures.get("waiting") else []
    parts += [f"{q(figures['coming'])} coming"] if figures.get("coming") else []
    parts += ["nothing coming"] if len(parts) == 1 and not figures.get("wanted") else []
    less = f", less {q(-figures['wanted'])} wanted" if figures.get("wanted") else ""
    moved = figures.get("moved", ZERO)
    also = f", {'with' if moved > ZERO else 'less'} {q(abs(moved))} moved by other suggestions" if moved else ""
    net, trigger, fill = figures["net"], figures["trigger"], figures["fill"]
    left = f"{' and '.join(parts)}{less}{also} leaves {q(net).replace('-', '−')}."
    if row.kind != BUY and net >= trigger:
        return f"{left} More than the most that stays here: what is above {q(fill)} goes."
    gap = f"{q(fill)} − {q(net)}" if net >= ZERO else f"{q(fill)} + {q(-net)}"
    sum_ = (
        f" {gap} = {q(fill - net)}."
        if fill - net == row.quantity
        else f" {gap} = {q(fill - net)}, of which {q(row.quantity)}."
    )
    return f"{left} Below {q(trigger)} it is filled up to {q(fill)}:{sum_}"


def _signed(what: str, figure: Decimal) -> str:
    words = wording.quantity(abs(figure))
    if not figure:
        return "–"
    if what in ("wanted", "moved", "waiting", "coming"):
        return f"{'−' if figure < ZERO else '+'}{words}"
    return f"−{words}" if figure < ZERO else words
