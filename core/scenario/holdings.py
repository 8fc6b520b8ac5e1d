"""What a story can see of its stock: worth, layers, the cost of documents, and what was there as of two clocks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.books.queries import trial_balance
from core.canonical import text_of
from core.scenario.expectations import said, same
from core.scenario.failing import Failed
from core.scenario.moments import moment
from core.scenario.story import Story
from core.stock import queries
from core.stock.tables import CostChange, CostEntry, CostPool

ASKED = {"item", "site", "account", "happened", "recorded"}
"""What is asked of the past; everything else is what was there."""


def value(session: Session, entity: str) -> dict[str, Decimal]:
    """What stock is worth by item and site, in the entity's currency."""
    pool = CostPool
    rows = session.execute(
        select(pool.item, pool.site, func.sum(pool.value))
        .where(pool.entity == entity)
        .group_by(pool.item, pool.site)
        .order_by(pool.item, pool.site)
    )
    return {f"{item} {site}": worth for item, site, worth in rows if worth}


def layers(session: Session, entity: str) -> dict[str, list[str]]:
    """Open layers by item and site, oldest first: "10 for 20.5 (GR-1)", a lot behind its document."""
    found: dict[str, list[str]] = {}
    items = select(CostPool.item).where(CostPool.entity == entity).distinct().order_by(CostPool.item)
    for item in session.scalars(items).all():
        for layer in queries.layers(session, entity, item):
            lot = f" {layer.lot}" if layer.lot else ""
            said_so = f"{text_of(layer.quantity)} for {text_of(layer.value)} ({layer.document}{lot})"
            found.setdefault(f"{item} {layer.site}", []).append(said_so)
    return dict(sorted(found.items()))


def costs(session: Session, entity: str) -> dict[str, Decimal]:
    """What a document took out of stock, every later correction included; below nought for what it brought in."""
    entries = select(CostEntry.document, CostEntry.value).where(CostEntry.entity == entity)
    changes = (
        select(CostEntry.document, CostChange.value)
        .join(CostEntry, (CostEntry.entity == CostChange.entity) & (CostEntry.number == CostChange.entry))
        .where(CostChange.entity == entity)
    )
    found: dict[str, Decimal] = {}
    for asked in (entries, changes):
        for document, worth in session.execute(asked):
            found[document] = found.get(document, Decimal(0)) - worth
    return {document: worth for document, worth in sorted(found.items()) if worth}


def looked_back(session: Session, story: Story, wanted: Sequence[Mapping[str, Any]], place: int) -> Iterator[Failed]:
    """Hold what was there at a moment, as known at another, against what the story says was there."""
    for one in wanted:
        there = _account(session, story, one) if "account" in one else _stock(session, story, one)
        about = one["account"] if "account" in one else f"{one['item']} {one['site']}"
        for key in one.keys() - ASKED:
            if not same(one[key], there.get(key)):
                what = f"as_of {about} {one['happened']} {key}"
                yield Failed(place=place, what=what, expected=said(one[key]), found=said(there.get(key)))


def _stock(session: Session, story: Story, one: Mapping[str, Any]) -> dict[str, Decimal]:
    then = queries.as_of(
        session,
        story.entity,
        one["item"],
        one["site"],
        happened=moment(one["happened"], story.since),
        recorded=_known(one, story.since),
    )
    there = {"on_hand": then.on_hand, "value": then.value, "available": Decimal(0)}
    return there | {str(status): quantity for status, quantity in then.by_status.items()}


def _account(session: Session, story: Story, one: Mapping[str, Any]) -> dict[str, Decimal]:
    """What stood on an account at the end of a day, debit positive, with everything that is booked on that day by now."""
    day = moment(one["happened"], story.since).date()
    rows = trial_balance(session, story.entity, day, day)
    return {"balance": sum((row.closing for row in rows if row.account == one["account"]), Decimal(0))}


def _known(one: Mapping[str, Any], since: datetime) -> datetime | None:
    return moment(one["recorded"], since) if "recorded" in one else None
