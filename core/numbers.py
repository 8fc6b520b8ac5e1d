"""Numbers people read, without gaps: given out in the transaction that uses them, so a rollback gives them back."""

from sqlalchemy import text
from sqlalchemy.orm import Session

WIDTHS = {"CL": 4, "DN": 4}
"""Kinds whose numbers are padded; all others are written as they are."""

TAKE = text(
    "insert into counter (entity, kind, last) values (:entity, :kind, 1)"
    " on conflict (entity, kind) do update set last = counter.last + 1 returning last"
)


def next_ordinal(session: Session, entity: str, kind: str) -> int:
    """The next number of that kind in that entity, from 1. Holds the counter's row until the transaction ends."""
    given: int = session.execute(TAKE, {"entity": entity, "kind": kind}).scalar_one()
    return given


def next_number(session: Session, entity: str, kind: str) -> str:
    """The next number as people read it, with its kind in front: GR-9921, CL-0311."""
    return f"{kind}-{next_ordinal(session, entity, kind):0{WIDTHS.get(kind, 0)}d}"


TAKE_MANY = text(
    "insert into counter (entity, kind, last) values (:entity, :kind, :many)"
    " on conflict (entity, kind) do update set last = counter.last + :many returning last"
)


def next_ordinals(session: Session, entity: str, kind: str, many: int) -> int:
    """The first of `many` next numbers of that kind, which follow each other."""
    last: int = session.execute(TAKE_MANY, {"entity": entity, "kind": kind, "many": many}).scalar_one()
    return last - many + 1
