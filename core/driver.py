"""Statements that go straight to the driver: the hot path of the ledgers, which a receipt walks forty times.

What needs no answer (`later`) waits and goes with the next statement of its transaction, whoever sends that, in order and
in one round trip; a commit or a savepoint sends it as well, and a rollback forgets it. Whoever asks or counts sends what
waits and its own statements together. An error of a statement that waited is raised by the one it went with, as SQLAlchemy
raises it, and names the statement that broke.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

Values = Mapping[str, Any]
Question = tuple[str, Values]
"""A statement and what it is asked with."""

_WAITING = "statements that wait"
_OVER = "the connection they wait for"


def later(session: Session, statement: str, values: Values) -> None:
    """Send a statement that gives no answer, at the latest with the next one."""
    _connection(session)
    session.info[_WAITING].append((statement, values))


def ask(session: Session, statement: str, values: Values) -> Sequence[Any]:
    """The rows of a statement, as named tuples. What the session's objects hold is written first."""
    return ask_all(session, (statement, values))[0]


def ask_all(session: Session, *questions: Question) -> list[Sequence[Any]]:
    """The rows of statements that go together and are carried out in order, as `ask` gives them."""
    session.flush()
    return [cursor.fetchall() for cursor in _send(_connection(session), *questions)[-len(questions) :]]


def count(session: Session, statement: str, values: Values) -> int:
    """How many rows a statement changed or found. What the session's objects hold is written first."""
    session.flush()
    return _send(_connection(session), (statement, values))[-1].rowcount


def _connection(session: Session) -> Connection:
    """The connection of the session's transaction or savepoint, which knows what waits. The session is asked once for each
    of them: it begins what has not begun yet, and to ask every time is a twentieth of a receipt."""
    connection: Connection | None = session.info.get(_OVER)
    if connection is None:
        connection = session.info[_OVER] = session.connection()
        connection.info[_WAITING] = session.info.setdefault(_WAITING, [])
    return connection


def _send(connection: Connection, *more: Question) -> Sequence[psycopg.Cursor[Any]]:
    """Send what waits, and then what else is given. Gives the cursors with the answers, in order."""
    wanted = [*_forget(connection), *more]
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection), "the house speaks psycopg"
    cursors = [raw.cursor(row_factory=namedtuple_row) for _ in wanted]
    try:
        if len(wanted) == 1:
            cursors[0].execute(*wanted[0])
            return cursors
        with raw.pipeline():
            for cursor, one in zip(cursors, wanted, strict=True):
                cursor.execute(*one)
    except psycopg.Error as error:
        done = sum(cursor.pgresult is not None for cursor in cursors)
        statement, values = wanted[min(done, len(wanted) - 1)]
        if lost := raw.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, dict(values), error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    except BaseException as error:
        if not isinstance(error, Exception):
            connection.invalidate()  # told to end in the middle of a conversation: nobody may go on with it
        raise
    return cursors


def _send_waiting(connection: Connection, *_: object) -> None:
    if connection.info.get(_WAITING):
        _send(connection)


def _forget(connection: Connection, *_: object) -> Sequence[Question]:
    """Nothing waits any more. Gives what did. A connection that is gone took along what it knew."""
    if connection.invalidated:
        return ()
    waiting = connection.info.get(_WAITING)
    if not waiting:
        return ()
    wanted = tuple(waiting)
    waiting.clear()
    return wanted


def _before_commit(session: Session) -> None:
    """Heard before a savepoint or a transaction begins to end, so that either can still be rolled back."""
    if session.info.get(_WAITING):
        _send(session.connection())


def _begun(session: Session, _: SessionTransaction) -> None:
    session.info.pop(_OVER, None)


def _ended(session: Session, transaction: SessionTransaction) -> None:
    """Heard at every end, also where the connection was lost: the next transaction begins with nothing waiting, and a list
    that no connection knows from before."""
    session.info.pop(_OVER, None)
    if transaction.parent is None:
        session.info.pop(_WAITING, None)


event.listen(Session, "after_transaction_create", _begun)
event.listen(Session, "before_commit", _before_commit)
event.listen(Session, "after_transaction_end", _ended)
for moment in ("before_cursor_execute", "savepoint", "release_savepoint", "commit"):
    event.listen(Engine, moment, _send_waiting)
for moment in ("rollback", "rollback_savepoint"):
    event.listen(Engine, moment, _forget)
