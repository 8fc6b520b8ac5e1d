"""What every random history must stand, whatever is done in it.

Every step is simulated and then carried out. What is refused changed nothing in the whole database; what was shown is what
happens. After every step the doctor finds nothing. At the end all costs are worked out again from the first entry on, and
the record is carried out again on books without the history: both times every byte is as it was.

Rows are told from one another by figures that the database reckons of them, and read only to say what differs.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import audit, catalogue, clock, door
from core.command import Command
from core.erp import Because, Erp
from core.refusals import Refused
from core.replay import contents, differences, recorded, replay
from core.stock.recomputing import recompute
from tests.builders import HP, PRIYA, broken, do
from tests.conftest import FRIDAY
from tests.properties.stock_company import LOTS, SISTER, fingerprint


class ProvenHistory(RuleBasedStateMachine):
    """A history of the group, rolled back at the end. Rules are added by who knows what people do."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.steps = count(1)
        self.documents = count(1)
        self.start = fingerprint(session)
        self.begun = session.scalar(text("select count(*) from audit_entry")) or 0
        self.stands: list[tuple[Any, ...]] | None = self.start

    def moment(self, days: int | None) -> datetime | None:
        return None if days is None else FRIDAY - timedelta(days=days)

    def lot(self, item: str, second: bool) -> str:
        return LOTS[item][second] if item in LOTS else ""

    def attempt(self, command: Command, *, actor: Any = PRIYA) -> dict[str, Any] | None:
        """Simulate, then carry out. Gives the result, or None when it was refused."""
        step = next(self.steps)
        clock.set_clock(self.session, clock.fixed(FRIDAY + timedelta(minutes=step)))
        before = self.stands or fingerprint(self.session)
        self.stands = None
        shown = door.simulate(self.session, [command], actor=actor)
        assert fingerprint(self.session) == before, "a simulation left something behind"
        if shown.refusal is not None:
            with pytest.raises(Refused) as refusal:
                do(self.session, command, actor=actor, key=f"step-{step}")
            assert (refusal.value.code, refusal.value.detail) == (shown.refusal.code, shown.refusal.detail)
            self.stands = fingerprint(self.session)
            assert self.stands == before, "a refused command left something behind"
            return None
        outcome = do(self.session, command, actor=actor, key=f"step-{step}")
        assert outcome.effects == shown.effects
        assert outcome.result == shown.results[0]
        return outcome.result

    def made(self, name: str, result: dict[str, Any] | None) -> Any:
        """What a rule adds to its bundle: the number of what was made, or one that is nobody's."""
        return "NONE-1" if result is None else str(result[name])

    @invariant()
    def the_books_hold(self) -> None:
        self.session.execute(text("set constraints all immediate"))
        self.session.execute(text("set constraints all deferred"))
        flaws = broken(self.session)
        assert not flaws, flaws

    def teardown(self) -> None:
        try:
            audit.flush_entries(self.session)
            as_it_is = contents(self.session)
            self.costs_stand_when_worked_out_again(as_it_is)
            self.the_record_gives_the_same_books(as_it_is)
        finally:
            self.session.rollback()

    def costs_stand_when_worked_out_again(self, as_it_is: dict[str, list[str]]) -> None:
        as_they_are = fingerprint(self.session)
        with self.session.begin_nested() as again:
            for entity in (HP, SISTER):
                erp = Erp(
                    session=self.session, entity=entity, actor=PRIYA, because=Because(), dispatch=catalogue.perform
                )
                recompute(erp)
            self.session.flush()
            if fingerprint(self.session) != as_they_are:
                changed = differences(_without_checkpoints(as_it_is), _without_checkpoints(contents(self.session)))
                assert not changed, changed
            again.rollback()
        self.session.expire_all()

    def the_record_gives_the_same_books(self, as_it_is: dict[str, list[str]]) -> None:
        history = list(recorded(self.session, since=self.begun))
        self.session.rollback()
        assert fingerprint(self.session) == self.start
        replay(self.session, history)
        audit.flush_entries(self.session)
        changed = differences(as_it_is, contents(self.session))
        assert not changed, changed


def _without_checkpoints(books: dict[str, list[str]]) -> dict[str, list[str]]:
    """Where a pool is kept on its way depends on where it was folded from; what it holds does not."""
    return {table: rows for table, rows in books.items() if table != "cost_checkpoint"}
