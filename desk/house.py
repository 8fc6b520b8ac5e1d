"""The open house: one engine, its sessions, and the judge they carry. Web, worker and command line all come in here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from core import audit
from core.clock import Clock, set_clock, system_clock
from core.db import engine_for, sessions
from core.deciding.facts import set_judge
from core.judging import Judge
from core.postgres import database_url
from desk.settings import Settings
from policies.verdict import Policies


@dataclass(frozen=True, slots=True)
class House:
    """Settings, the engine, and what every session of it carries."""

    settings: Settings
    url: str
    engine: Engine
    maker: sessionmaker[Session]
    judge: Judge
    clock: Clock = system_clock

    def session(self) -> Session:
        """A session with the clock and the judge on it. Its caller commits."""
        session = self.maker()
        set_clock(session, self.clock)
        set_judge(session, self.judge)
        return session

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One unit of work: committed when the block ends well, rolled back when it does not."""
        with self.session() as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_house(settings: Settings, *, url: str = "", clock: Clock = system_clock, judge: Judge | None = None) -> House:
    """Open the house of these settings: start the embedded database unless a URL is given, load the policies."""
    where = url or database_url(settings.home)
    engine = engine_for(where)
    maker = sessions(engine)
    audit.install(maker)
    return House(settings, where, engine, maker, judge or Policies.load(), clock)
