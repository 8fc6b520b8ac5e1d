"""Many rows in one statement: how the ledgers write what a command brings them, ten rows or ten thousand.

Rows travel as one JSON text, every figure and moment in it as a string, so that nothing passes through a float. The
statement is the same however many rows there are: the driver keeps it prepared, and the server its plan. Columns that
are not named are left to the database. Rows written here are not objects of the session.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core import driver
from core.db import Base

Rows = Sequence[Mapping[str, Any]]
"""Values by column name; all rows of one call name the same columns."""


def values_of(row: Base) -> dict[str, Any]:
    """The values of a row in hand that was not added to a session."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def insert(session: Session, table: type[Base], rows: Rows) -> None:
    """Append rows."""
    if rows:
        driver.later(session, _insert(table, tuple(rows[0])), _values(rows))


def is_new(session: Session, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Append a row unless its key is there already; gives whether it was appended."""
    return bool(driver.count(session, f"{_insert(table, tuple(row))} on conflict do nothing", _values([row])))


def put(session: Session, table: type[Base], rows: Rows, *, instead: tuple[str, ...]) -> None:
    """Write rows; where the key is there already, these columns take the new values."""
    if rows:
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in instead)
        driver.later(session, _upsert(table, tuple(rows[0]), sets), _values(rows))


def keep(session: Session, objects: Sequence[Base]) -> None:
    """Write what changed of objects of one table that the session read, instead of its flush, which updates them one by
    one."""
    changed: dict[tuple[str, ...], list[Base]] = {}
    for one in dict.fromkeys(objects):
        changed.setdefault(tuple(inspect(one).committed_state), []).append(one)
    for columns, alike in changed.items():
        if columns:
            put(session, type(alike[0]), [values_of(one) for one in alike], instead=columns)
        for one in alike:
            for name in columns:
                set_committed_value(one, name, getattr(one, name))


def add_up(session: Session, table: type[Base], rows: Rows, *, sums: tuple[str, ...]) -> None:
    """Write rows; where the key is there already, these columns are added to."""
    if rows:
        driver.later(session, _adding(table, tuple(rows[0]), sums), _values(rows))


def adding_up(table: type[Base], rows: Rows, *, sums: tuple[str, ...], giving: str) -> driver.Question:
    """The question that adds rows up and gives the columns of `giving`, SQL, to be asked together with others."""
    return f"{_adding(table, tuple(rows[0]), sums)} returning {giving}", _values(rows)


def delete(session: Session, table: type[Base], rows: Rows) -> None:
    """Take away the rows of those keys, each by its key: joined to a list, the database might read the whole table."""
    for row in rows:
        driver.later(session, _delete(table), row)


def array(numbers: Iterable[int | Decimal]) -> str:
    """Numbers as the text of an array: the driver takes ten thousand of them as one."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _values(rows: Rows) -> dict[str, str]:
    return {"rows": json.dumps(rows, default=_written)}


def _written(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


@cache
def _insert(table: type[Base], columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"insert into {table.__tablename__} ({names}) select {names} from {_read(table)}"


@cache
def _upsert(table: type[Base], columns: tuple[str, ...], sets: str) -> str:
    keys = ", ".join(f'"{name}"' for name in _key(table))
    return f"{_insert(table, columns)} on conflict ({keys}) do update set {sets}"


@cache
def _adding(table: type[Base], columns: tuple[str, ...], sums: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = {table.__tablename__}."{name}" + excluded."{name}"' for name in sums)
    return _upsert(table, columns, sets)


@cache
def _delete(table: type[Base]) -> str:
    where = " and ".join(f'"{name}" = %({name})s' for name in _key(table))
    return f"delete from {table.__tablename__} where {where}"


def _read(table: type[Base]) -> str:
    return f"jsonb_populate_recordset(null::{table.__tablename__}, %(rows)s::jsonb) new"


@cache
def _key(table: type[Base]) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.primary_key)
