"""A run over what changed ends where a run over everything does."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.availability.commands import ReserveStock, WantedClaim
from core.availability.tables import HELD, Reservation
from core.purchasing.commands import ConfirmedLine, RecordConfirmation
from core.replenishment import running
from core.replenishment.tables import Suggestion
from core.stock.commands import IssueStock
from core.stock.queries import available
from tests.availability.planned import goes, on
from tests.availability.points import point, run
from tests.builders import BOLT, HP, PDX, RNO, D, do, order, receipt, stocked
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")


def state(session: Session) -> list[tuple[Any, ...]]:
    """Everything that stands, but for the numbers."""
    rows = (
        session.query(Suggestion)
        .filter_by(state="open")
        .order_by(Suggestion.kind, Suggestion.site, Suggestion.from_site)
    )
    return [
        (
            one.kind,
            one.item,
            one.site,
            one.from_site,
            one.quantity,
            one.need_by,
            one.order_by,
            one.netting,
            one.supplier,
        )
        for one in rows.populate_existing()
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("stock", "issue", "demand", "forecast", "order", "receive", "promise", "point", "reserve", "wait")
        ),
        st.integers(1, 9),
        st.sampled_from((PDX, RNO)),
    ),
    min_size=1,
    max_size=6,
)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_run_over_what_changed_ends_where_a_run_over_everything_does(
    session: Session, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int, str]]
) -> None:
    monkeypatch.setattr(running, "LATE_COMMITS", 0)  # only what is new is read
    clock.set_clock(session, clock.fixed(FRIDAY))
    history = session.begin_nested()
    point(session, PDX, minimum="3", target="8", source=RNO, lead_days=2, period_days=3)
    run(session)
    for what, quantity, site in steps:
        take_a_step(session, what, quantity, site)
        run(session, changed_only=True)
        changed = state(session)
        again = run(session)
        assert (again["new"], again["changed"], again["withdrawn"]) == ([], [], [])
        assert state(session) == changed
    history.rollback()
    session.expire_all()


def take_a_step(session: Session, what: str, quantity: int, site: str) -> None:
    match what:
        case "stock":
            stocked(session, str(quantity), "1", site=site)
        case "issue":
            claimed = select(func.coalesce(func.sum(Reservation.quantity), 0)).where(
                Reservation.entity == HP, Reservation.item == BOLT, Reservation.site == RNO, Reservation.state == HELD
            )
            part = min(available(session, HP, BOLT, RNO) - session.scalars(claimed).one(), D(quantity))
            if part > 0:
                do(session, IssueStock(entity=HP, item=BOLT, site=RNO, quantity=part, document="SO-7"))
        case "demand":
            goes(session, str(quantity), quantity * 2, f"SO-{quantity}", site=site)
        case "forecast":
            goes(session, str(quantity * 3), 0, "FC-1", site=site, until=on(quantity))
        case "order":
            order(session, (BOLT, str(quantity), "1.00"))
        case "receive":
            receipt(session, order(session, (BOLT, str(quantity), "1.00")), "1")
        case "promise":
            late = ConfirmedLine(line=1, promised=on(quantity * 4))
            placed = order(session, (BOLT, str(quantity), "1.00"))
            do(session, RecordConfirmation(entity=HP, order=placed, lines=(late,)))
        case "point":
            point(session, RNO, minimum=str(quantity), target=str(quantity + 4), lead_days=1)
        case "wait":
            clock.set_clock(session, clock.fixed(clock.now(session) + timedelta(days=quantity)))
        case "reserve":
            claim = WantedClaim(item=BOLT, quantity=D(quantity), document="SO-8")
            ends = clock.now(session) + timedelta(days=2)
            do(session, ReserveStock(entity=HP, site=site, claims=(claim,), expires_at=ends))
