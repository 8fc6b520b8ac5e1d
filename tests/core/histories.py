"""Random histories of a company: what every history does after every step, whatever its rules are.

A step is simulated first and then carried out: both do the same, and what is refused leaves nothing behind. A repeated
key does nothing and a reused one is refused. After every step the doctor finds nothing. Histories are rolled back, never
committed, so the deferred checks of the database are asked for at each step.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import clock, door
from core.command import Command
from core.refusals import Refusal, Refused
from core.stock.commands import IssueStock
from tests.builders import BOLT, HP, PDX, PRIYA, D, broken, do, footprint
from tests.conftest import FRIDAY

orders: Bundle[str] = Bundle("orders")
receipts: Bundle[str] = Bundle("receipts")
bills: Bundle[str] = Bundle("bills")
claims: Bundle[str] = Bundle("claims")

counts = st.integers(1, 40).map(Decimal)
odd = st.sampled_from([D("0.5"), D("2.5"), D("12.345"), D("0.083333"), D(0), D(-1), D(999)])
quantities = st.one_of(counts, counts, counts, odd)
pieces = st.one_of(st.integers(1, 5).map(Decimal), st.integers(1, 5).map(Decimal), odd)
prices = st.sampled_from([D("0.42"), D("0.333"), D("5.04"), D("0.012345"), D(0), D(12)])
places = st.sampled_from([1, 1, 1, 1, 2])


class History(RuleBasedStateMachine):
    """One history of the company. `done` keeps every command that went through, with its key and result."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.done: list[tuple[Command, str, dict[str, Any]]] = []
        self.steps = 0

    def attempt(self, command: Command, *, actor: Any = PRIYA) -> dict[str, Any] | None:
        """Simulate, then carry out. Gives the result, or None when it was refused."""
        self.steps += 1
        clock.set_clock(self.session, clock.fixed(FRIDAY + timedelta(minutes=self.steps)))
        before = footprint(self.session)
        shown = door.simulate(self.session, [command], actor=actor)
        assert footprint(self.session) == before, "a simulation left something behind"
        key = f"step-{self.steps}"
        if shown.refusal is not None:
            with pytest.raises(Refused) as refusal:
                do(self.session, command, actor=actor, key=key)
            assert (refusal.value.code, refusal.value.detail) == (shown.refusal.code, shown.refusal.detail)
            assert footprint(self.session) == before, "a refused command left something behind"
            return None
        outcome = do(self.session, command, actor=actor, key=key)
        assert outcome.effects == shown.effects
        assert outcome.result == shown.results[0]
        self.done.append((command, key, outcome.result))
        return outcome.result

    def one_of(self, name: str, result: dict[str, Any] | None) -> Any:
        """What a rule adds to its bundle: the number of the document made, or nothing."""
        return multiple() if result is None else str(result[name])

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 50))
    def repeat(self, which: int) -> None:
        command, key, result = self.done[which % len(self.done)]
        before = footprint(self.session)
        again = do(self.session, command, key=key)
        assert (again.repeated, again.result) == (True, result)
        assert footprint(self.session) == before

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 50))
    def reuse_a_key(self, which: int) -> None:
        command, key, _ = self.done[which % len(self.done)]
        other = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), document=f"not {type(command).__name__}")
        before = footprint(self.session)
        with pytest.raises(Refused) as refusal:
            do(self.session, other, key=key)
        assert refusal.value.code is Refusal.KEY_REUSED
        assert footprint(self.session) == before

    @invariant()
    def the_books_hold(self) -> None:
        self.session.execute(text("set constraints all immediate"))
        self.session.execute(text("set constraints all deferred"))
        assert broken(self.session) == []

    def teardown(self) -> None:
        self.session.rollback()
