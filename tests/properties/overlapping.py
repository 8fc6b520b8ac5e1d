"""Two commands that overlap: one is carried out and not committed yet when another begins. Whatever that one looked at
before it had to wait, the books must be as if both had come one after the other, in the order of the record."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import audit, clock, door
from core.command import Command
from core.refusals import Refused
from core.replay import contents, differences, recorded, replay
from tests.builders import DANA, broken
from tests.conftest import FRIDAY
from tests.databases import Contents, Shared

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
LONGEST_WAIT = 60
"""Seconds after which a thread hangs: a busy machine takes some."""


class Overlap:
    """Lets two commands overlap on books that stand as they were kept."""

    def __init__(self, make: Callable[[], Session], engine: Engine, shared: Shared, kept: Contents, begun: int) -> None:
        self.make, self.engine, self.shared, self.kept, self.begun = make, engine, shared, kept, begun

    def flaws(self, first: Command, second: Command) -> list[str]:
        """What is wrong after `second` began while `first` was done and not committed. Nothing where `first` is refused."""
        with self.make() as session:
            if self._carried_out(session, first, "first", minute=1) is not None:
                return []
            refused = self._meanwhile(session, second)
        with self.make() as session:
            flaws = broken(session)
            history, books = list(recorded(session, since=self.begun)), contents(session)
        self.engine.dispose()
        self.shared.put_back(self.kept)
        with self.make() as session:
            try:
                replay(session, history)
            except Refused as no:
                return [*flaws, f"one after the other it is refused: {no}"]
            audit.flush_entries(session)
            flaws += differences(books, contents(session))
            if refused is not None:
                again = self._carried_out(session, second, "again", minute=2)
                if again is None or again.code != refused.code:
                    flaws.append(f"refused: {refused}; one after the other: {again or 'carried out'}")
        return flaws

    def _carried_out(self, session: Session, command: Command, key: str, *, minute: int) -> Refused | None:
        clock.set_clock(session, clock.fixed(FRIDAY + timedelta(minutes=minute)))
        try:
            door.execute(session, command, actor=DANA, key=key)
        except Refused as refused:
            return refused
        return None

    def _meanwhile(self, session: Session, second: Command) -> Refused | None:
        """Begin `second` elsewhere, commit `session` once that one waits or is done, and give its refusal."""
        ended: list[Any] = []

        def act() -> None:
            try:
                with self.make() as other:
                    ended.append(self._carried_out(other, second, "second", minute=2))
                    other.commit()
            except Exception as broke:
                ended[:] = [broke]

        thread = threading.Thread(target=act)
        thread.start()
        until = time.monotonic() + LONGEST_WAIT
        with psycopg.connect(self.shared.url, autocommit=True) as watch:
            while thread.is_alive() and time.monotonic() < until:
                if (watch.execute(WAITING).fetchone() or (0,))[0]:
                    break
                time.sleep(0.002)
        session.commit()
        thread.join(timeout=LONGEST_WAIT)
        assert ended, "it waits for ever"
        if isinstance(ended[0], Exception) and not isinstance(ended[0], Refused):
            raise ended[0]
        refused: Refused | None = ended[0]
        return refused
