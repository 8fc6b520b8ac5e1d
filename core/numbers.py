"""Numbers people read, without gaps: given out in the transaction that uses them, so a rollback gives them back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core import driver

WIDTHS = {"CL": 4, "DN": 4}
"""Kinds whose numbers are padded; all others are written as they are."""

TAKE = (
    "insert into counter (entity, kind, last) values (%(entity)s, %(kind)s, %(many)s)"
    " on conflict (entity, kind) do update set last = counter.last + excluded.last returning last"
)


def next_ordinal(session: Session, entity: str, kind: str) -> int:
    """The next number of that kind in that entity, from 1. Holds the counter's row until the transaction ends."""
    return next_ordinals(session, entity, kind, 1)


def next_number(session: Session, entity: str, kind: str) -> str:
    """The next number as people read it, with its kind in front: GR-9921, CL-0311."""
    return named(kind, next_ordinal(session, entity, kind))


def named(kind: str, ordinal: int) -> str:
    """A number as people read it."""
    return f"{kind}-{ordinal:0{WIDTHS.get(kind, 0)}d}"


def next_ordinals(session: Session, entity: str, kind: str, many: int) -> int:
    """The first of `many` next numbers of that kind, which follow each other."""
    return first_of(driver.ask(session, *taking(entity, kind, many)), many)


def taking(entity: str, kind: str, many: int) -> driver.Question:
    """The question that takes `many` next numbers, to be asked together with others; `first_of` reads its answer."""
    return TAKE, {"entity": entity, "kind": kind, "many": many}


def first_of(taken: Sequence[Any], many: int) -> int:
    """The first of the numbers that were taken."""
    last: int = taken[0].last
    return last - many + 1
