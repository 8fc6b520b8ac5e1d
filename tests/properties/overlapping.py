"""Two commands that overlap: one is carried out and not committed yet when another begins. Whatever that one looked at
before it had to wait, the books must be as if both had come one after the other, in the order of the record."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import audit, clock, door
from core.command import Command
from core.refusals import Refused
from core.replay import contents, differences, recorded, replay
from tests.builders import DANA, broken
from tests.conftest import FRIDAY
from tests.core.racing import begun
from tests.databases import Contents, Shared


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

        def act() -> Refused | None:
            with self.make() as other:
                refused = self._carried_out(other, second, "second", minute=2)
                other.commit()
            return refused

        end = begun(self.shared.url, act)
        session.commit()
        refused: Refused | None = end()
        return refused
