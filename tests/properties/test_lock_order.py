"""A command on stock locks nothing before it has its turn: whoever has the turn may want just that, and then each would wait
for the other."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from core import door, driver
from core.refusals import Refused
from core.stock.ledger import TURN
from tests.builders import DANA
from tests.properties.stock_commands import COMMANDS, stand

TURN_CAME = "turn"
LOCKING = re.compile(
    r"(?:^insert into (\w+) .*on conflict|^update (\w+) |^select .* from (\w+)\b.* for (?:no key )?update)"
)
ITS_OWN = ("command_log",)
"""What only the command with the same key asks for."""


def lock_of(statement: str, values: Any) -> str | None:
    """What a statement locks rows of: a table; of the numbers that are given out, the kind."""
    if statement == TURN:
        return TURN_CAME
    found = LOCKING.search(" ".join(statement.lower().split()))
    table = next((name for name in found.groups() if name), None) if found else None
    if table in ITS_OWN:
        return None
    return f"numbers of {values['kind']}" if table == "counter" and "kind" in values else table


@contextmanager
def locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is locked from here on, in order, by either way to the database."""
    heard: list[str] = []
    send = driver._send

    def note(statement: str, values: Any) -> None:
        lock = lock_of(statement, values)
        if lock is not None:
            heard.append(lock)

    def through_the_driver(connection: Connection, *more: tuple[str, driver.Values]) -> Any:
        for statement, values in (*connection.info.get(driver._WAITING, ()), *more):
            note(statement, values)
        return send(connection, *more)

    def through_sqlalchemy(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        note(statement, values)

    monkeypatch.setattr(driver, "_send", through_the_driver)
    event.listen(Engine, "before_cursor_execute", through_sqlalchemy)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", through_sqlalchemy)
        monkeypatch.undo()


def test_nothing_is_locked_before_the_turn_has_come(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    stand(session)
    early: dict[str, list[str]] = {}
    later: set[str] = set()
    with locks(monkeypatch) as heard:
        for name, command in COMMANDS.items():
            heard.clear()
            with session.begin_nested() as savepoint:
                try:
                    door.execute(session, command, actor=DANA, key=name)
                except Refused:
                    pass
                finally:
                    savepoint.rollback()
            session.expire_all()
            if TURN_CAME in heard:
                turn = heard.index(TURN_CAME)
                early[name] = heard[:turn]
                later |= set(heard[turn:])

    assert later > {"numbers of JE", "purchase_order", "stock_count", "stock_transfer"}, "locks are heard"
    assert {name: locked for name, locked in early.items() if locked} == {}
