"""The stock overview: items by site, those in trouble first. A bounded number of questions, however many items there are.

What is in trouble comes from what was found out already: open cases, suggestions, lots near their last day. Nothing is
reckoned anew for items that are not on the page.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, union
from sqlalchemy.orm import Session

from core import clock, wording
from core.case_defaults import WEIGHT
from core.cases import Case, CaseFinding, Code
from core.counting.tables import OPEN as COUNTING
from core.counting.tables import StockCount
from core.masterdata.tables import Item, Site
from core.replenishment.tables import OPEN as SUGGESTED
from core.replenishment.tables import OrderPoint, Suggestion
from core.stock.lots import Lot
from core.stock.tables import CostPool, StockBalance
from desk.stock_rows import StockRow, stock_rows
from desk.web import User
from desk.wording import count_words

ROWS_MAX = 50
TROUBLED_MAX = 200
EXPIRES_WITHIN = timedelta(days=30)
ZERO = Decimal(0)
OF_STOCK = tuple(
    code.value
    for code in Code
    if code.name
    in {"INVENTORY_SHORTAGE", "SAFETY_STOCK_BREACH", "STOCK_VARIANCE", "LOT_EXPIRY", "BOOK_STOCK_IMPOSSIBLE"}
)
Place = tuple[str, str]
"""Item and site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why an item at a site needs somebody: a tag, words, and where it is dealt with. `rank` sorts, small first."""

    kind: str
    words: str
    link: str
    rank: tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure over the list."""

    label: str
    value: str
    says: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The page. `after` is where the next page of quiet items begins, "" at the end."""

    says: str
    more_says: str
    figures: tuple[Figure, ...]
    rows: tuple[tuple[StockRow, tuple[Trouble, ...]], ...]
    after: str
    q: str
    site: str
    only: str
    sites: tuple[tuple[str, str], ...]
    currency: str
    tabs: tuple[tuple[str, str, int], ...]


def overview(session: Session, user: User, *, q: str, site: str, only: str, after: str) -> Overview:
    """The overview: what is in trouble first, then the other items by their number, a page at a time."""
    now = clock.now(session)
    sites = dict(
        session.execute(select(Site.code, Site.name).where(Site.entity == user.entity).order_by(Site.code)).all()
    )
    troubles = _troubles(session, user, now)
    wanted = _matching(session, user, q, site, troubles)
    first = [] if after else sorted(wanted, key=lambda place: (min(one.rank for one in troubles[place]), place))
    quiet, next_ = ([], "") if only else _quiet(session, user, q, site, after, set(troubles), ROWS_MAX - len(first))
    places = [*first, *quiet]
    return Overview(
        says=_says(len(troubles)),
        more_says=f"{wording.day(now.date())}, {wording.hour(now)}. What may be promised counts everything on order, "
        "by the day it was promised to us.",
        figures=_figures(session, user, now.date()),
        rows=tuple(
            (row, tuple(troubles.get((row.item, row.site), ()))) for row in stock_rows(session, user, places, now)
        ),
        after=next_,
        q=q,
        site=site,
        only=only,
        sites=tuple(sites.items()),
        currency=user.currency,
        tabs=tabs(session, user),
    )


def tabs(session: Session, user: User) -> tuple[tuple[str, str, int], ...]:
    """The pages on stock, each with how much waits there."""
    suggested = select(func.count()).select_from(Suggestion).where(
        Suggestion.entity == user.entity, Suggestion.state == SUGGESTED
    )  # fmt: skip
    counting = select(func.count()).select_from(StockCount).where(
        StockCount.entity == user.entity, StockCount.state == COUNTING
    )  # fmt: skip
    apart = select(func.count()).select_from(Case).where(
        Case.entity == user.entity, Case.closed_at.is_(None), func.starts_with(Case.cause, "warehouse:")
    )  # fmt: skip
    orders, counts, cases = session.execute(
        select(suggested.scalar_subquery(), counting.scalar_subquery(), apart.scalar_subquery())
    ).one()
    return (
        ("Items", "/stock", 0),
        ("Replenishment", "/stock/replenishment", orders),
        ("Counts", "/stock/counts", counts),
        ("Warehouses", "/stock/streams", cases),
    )


def _figures(session: Session, user: User, today: date) -> tuple[Figure, ...]:
    """What the stock is worth, and how much waits for whom."""
    worth, pools = session.execute(
        select(func.coalesce(func.sum(CostPool.value), 0), func.count()).where(
            CostPool.entity == user.entity, CostPool.quantity != 0
        )
    ).one()
    stake, cases = session.execute(
        select(func.coalesce(func.sum(Case.stake), 0), func.count()).where(
            Case.entity == user.entity, Case.code.in_(OF_STOCK), Case.closed_at.is_(None)
        )
    ).one()
    late, suggested = session.execute(
        select(func.count().filter(Suggestion.order_by < today), func.count()).where(
            Suggestion.entity == user.entity, Suggestion.state == SUGGESTED
        )
    ).one()
    lots = len(_expiring(session, user, today))
    return (
        Figure(
            label="Worth",
            value=wording.amount(worth, user.currency),
            says=f"in {wording.plural(pools, 'item')} by site and lot",
        ),
        Figure(label="Open cases", value=str(cases), says=f"{wording.amount(stake, user.currency)} at stake"),
        Figure(
            label="To order or move",
            value=str(suggested),
            says=f"{wording.plural(late, 'order day')} gone by" if late else "in time",
            kind="held" if late else "fine",
        ),
        Figure(label="Lots near their last day", value=str(lots), says=f"within {EXPIRES_WITHIN.days} days"),
    )


def _says(count: int) -> str:
    if not count:
        return "No item is in trouble"
    return f"{count_words(count)} {'item needs' if count == 1 else 'items need'} somebody"


def _troubles(session: Session, user: User, now: datetime) -> Mapping[Place, list[Trouble]]:
    """Every item at a site of which something is wrong or to be ordered, as far as was found out."""
    found: dict[Place, list[Trouble]] = defaultdict(list)
    told: set[Place] = set()
    cases = session.execute(
        select(Case.number, CaseFinding.code, CaseFinding.headline, CaseFinding.facts, Case.due_at)
        .join(CaseFinding, and_(CaseFinding.entity == Case.entity, CaseFinding.case == Case.number))
        .where(
            Case.entity == user.entity,
            Case.code.in_(OF_STOCK),
            Case.closed_at.is_(None),
            CaseFinding.cleared_at.is_(None),
        )
        .order_by(Case.due_at, Case.number, CaseFinding.seq)
        .limit(TROUBLED_MAX)
    )
    for number, code, headline, facts, due in cases:
        place = (str(facts.get("item", "")), str(facts.get("site", "")))
        if all(place):
            rank = (WEIGHT[code], str(due or ""))
            told |= {(place[0], place[1])} if code == "lot_expiry" else set()
            found[place].append(Trouble(kind="stop", words=headline, link=f"/cases/{number}", rank=rank))
    suggestions = session.scalars(
        select(Suggestion)
        .where(Suggestion.entity == user.entity, Suggestion.state == SUGGESTED)
        .order_by(Suggestion.order_by, Suggestion.number)
        .limit(TROUBLED_MAX)
    )
    for one in suggestions:
        late = one.order_by < now.date()
        verb = "Order" if one.kind == "buy" else "Move"
        words = f"{verb} {wording.quantity(one.quantity)}" + (f", due {_short(one.order_by)}" if late else "")
        rank = (len(WEIGHT) + (not late), one.order_by.isoformat())
        link = f"/stock/replenishment#{one.number}"
        found[one.item, one.site].append(Trouble(kind="ask", words=words, link=link, rank=rank))
    for item, lot, where, day, quantity in _expiring(session, user, now.date()):
        if (item, where) in told:
            continue
        over = day < now.date()
        words = f"{wording.quantity(quantity)} of {lot} {'expired' if over else 'expire'} {_short(day)}"
        kind, rank = ("stop" if over else "ask"), (len(WEIGHT) + 2, day.isoformat())
        found[item, where].append(Trouble(kind=kind, words=words, link=f"/stock/items/{item}?site={where}", rank=rank))
    return found


def _expiring(session: Session, user: User, today: date) -> Sequence[tuple[str, str, str, date, Decimal]]:
    """Lots on hand whose last day is near or gone."""
    on_hand = and_(StockBalance.entity == Lot.entity, StockBalance.item == Lot.item, StockBalance.lot == Lot.lot)
    rows = session.execute(
        select(Lot.item, Lot.lot, StockBalance.site, Lot.expires_on, func.sum(StockBalance.quantity))
        .join(StockBalance, on_hand)
        .where(Lot.entity == user.entity, Lot.expires_on <= today + EXPIRES_WITHIN)
        .group_by(Lot.item, Lot.lot, StockBalance.site, Lot.expires_on)
        .having(func.sum(StockBalance.quantity) > 0)
        .order_by(Lot.expires_on, Lot.item, Lot.lot)
        .limit(TROUBLED_MAX)
    )
    return [(item, lot, site, day, quantity) for item, lot, site, day, quantity in rows]


def _matching(session: Session, user: User, q: str, site: str, troubles: Mapping[Place, list[Trouble]]) -> list[Place]:
    """Of the places in trouble, those that were asked for."""
    here = [place for place in troubles if site in ("", place[1])]
    if not q:
        return here
    skus = {item for item, _ in here}
    named = set(session.scalars(select(Item.sku).where(Item.entity == user.entity, Item.sku.in_(skus), _named(q))))
    return [place for place in here if place[0] in named]


def _quiet(
    session: Session, user: User, q: str, site: str, after: str, but: set[Place], room: int
) -> tuple[list[Place], str]:
    """The other items that are here or have an order point, by number and site, from a place on."""
    room = max(room, 0)
    here = select(StockBalance.item, StockBalance.site).where(
        StockBalance.entity == user.entity, StockBalance.quantity != 0
    )
    wanted = select(OrderPoint.item, OrderPoint.site).where(OrderPoint.entity == user.entity)
    if site:
        here, wanted = here.where(StockBalance.site == site), wanted.where(OrderPoint.site == site)
    if q:
        named = select(Item.sku).where(Item.entity == user.entity, _named(q))
        here, wanted = here.where(StockBalance.item.in_(named)), wanted.where(OrderPoint.item.in_(named))
    item, _, at = after.partition("@")
    if item:
        here = here.where(tuple_(StockBalance.item, StockBalance.site) > tuple_(item, at))
        wanted = wanted.where(tuple_(OrderPoint.item, OrderPoint.site) > tuple_(item, at))
    most = room + len(but) + 1
    both = union(
        here.distinct().order_by(StockBalance.item, StockBalance.site).limit(most).subquery().select(),
        wanted.order_by(OrderPoint.item, OrderPoint.site).limit(most).subquery().select(),
    )
    rows = session.execute(both.order_by("item", "site").limit(most)).all()
    places = [place for row in rows if (place := (row[0], row[1])) not in but]
    if len(places) <= room:
        return places, ""
    return places[:room], "@".join(places[room - 1]) if room else "@"


def _named(q: str) -> ColumnElement[bool]:
    """Items whose number begins with the words, or whose name has them."""
    return or_(Item.sku.istartswith(q, autoescape=True), Item.name.icontains(q, autoescape=True))


def _short(day: date) -> str:
    """A day of this year: 4 Dec."""
    return f"{day.day} {day:%b}"
