"""The stock ledger of one item: its moves, what the pieces on hand are, and what they are worth layer by layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fastapi import HTTPException
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import wording
from core.masterdata.tables import Item, Site
from core.stock import queries
from core.stock.tables import StockBalance, StockMove
from desk.web import User

MOVES_MAX = 30
KNOWN_MAX = 200
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveRow:
    """One move, with what was on hand after it."""

    day: str
    what: str
    where: str
    quantity: str
    balance: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StockView:
    """One item. `holds`: the layers hold as many pieces as the balances."""

    known: tuple[tuple[str, str], ...]
    item: str
    name: str
    unit: str
    moves: tuple[MoveRow, ...]
    by_state: tuple[tuple[str, str], ...]
    layers: tuple[tuple[str, str], ...]
    on_hand: str
    value: str
    holds: bool


def stock_view(session: Session, user: User, wanted: str) -> StockView | None:
    """The ledger of an item, of the one that moved last when none is named; None where nothing ever moved. 404 for an
    item that is not there."""
    newest = select(StockMove.item).where(StockMove.entity == user.entity).order_by(StockMove.number.desc()).limit(1)
    sku = wanted.partition(" ")[0] or session.scalars(newest).first()
    if sku is None:
        return None
    item = session.get(Item, (user.entity, sku))
    if item is None:
        raise HTTPException(404, f"There is no item {wanted[:40]} in {user.entity}.")
    balances = session.execute(
        select(StockBalance.site, StockBalance.status, func.sum(StockBalance.quantity))
        .where(StockBalance.entity == user.entity, StockBalance.item == sku)
        .group_by(StockBalance.site, StockBalance.status)
        .having(func.sum(StockBalance.quantity) != 0)
        .order_by(StockBalance.site, StockBalance.status)
    ).all()
    layers = queries.layers(session, user.entity, sku)
    sites = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
    on_hand = sum((quantity for _, _, quantity in balances), ZERO)
    return StockView(
        known=_known(session, user),
        item=sku,
        name=item.name,
        unit=item.unit,
        moves=_moves(session, user, sku, on_hand, sites),
        by_state=tuple(
            (_where(site, status, sites), wording.quantity(quantity)) for site, status, quantity in balances
        ),
        layers=tuple((_layer(layer, sites), wording.plain_amount(layer.value, user.currency)) for layer in layers),
        on_hand=wording.quantity(on_hand),
        value=wording.plain_amount(sum((layer.value for layer in layers), ZERO), user.currency),
        holds=sum((layer.quantity for layer in layers), ZERO) == on_hand,
    )


def _known(session: Session, user: User) -> tuple[tuple[str, str], ...]:
    """Items to choose from: those that moved last."""
    moved = (
        select(StockMove.item, func.max(StockMove.number).label("last"))
        .where(StockMove.entity == user.entity)
        .group_by(StockMove.item)
        .order_by(func.max(StockMove.number).desc())
        .limit(KNOWN_MAX)
        .subquery()
    )
    rows = session.execute(
        select(Item.sku, Item.name)
        .join(moved, moved.c.item == Item.sku)
        .where(Item.entity == user.entity)
        .order_by(Item.sku)
    )
    return tuple((sku, name) for sku, name in rows)


def _moves(session: Session, user: User, sku: str, on_hand: Decimal, sites: Mapping[str, str]) -> tuple[MoveRow, ...]:
    """The newest moves in their order, each with the balance after it, counted back from what is on hand."""
    found = session.scalars(
        select(StockMove)
        .where(StockMove.entity == user.entity, StockMove.item == sku)
        .order_by(StockMove.number.desc())
        .limit(MOVES_MAX)
    ).all()
    rows, balance = [], on_hand
    for move in found:
        sign = "+" if move.quantity > 0 else "−"
        rows.append(
            MoveRow(
                day=f"{move.happened_at.day} {move.happened_at:%b}",
                what=move.kind.capitalize()
                if move.kind == move.document
                else f"{move.kind.capitalize()} {move.document}",
                where=_where(move.site, move.status, sites),
                quantity=f"{sign}{wording.quantity(abs(move.quantity))}",
                balance=wording.quantity(balance),
            )
        )
        balance -= move.quantity
    return tuple(reversed(rows))


def _where(site: str, status: str, sites: Mapping[str, str]) -> str:
    """The site by its name; how the goods stand there where they are not simply available."""
    name = sites.get(site, site)
    return name if status == "available" else f"{name}, {status.replace('_', ' ')}"


def _layer(layer: queries.OpenLayer, sites: Mapping[str, str]) -> str:
    """Where a layer came from, how much of it is left, and what a piece of it cost, to a hundredth of a cent."""
    cost = wording.price((layer.value / layer.quantity).quantize(Decimal("0.0001")))
    document = layer.document.capitalize() if layer.document.islower() else layer.document
    return f"{document}, {sites.get(layer.site, layer.site)}, {wording.quantity(layer.quantity)} left at {cost}"
