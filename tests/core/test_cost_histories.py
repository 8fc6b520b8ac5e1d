"""In whatever order a history is recorded, it costs the same: late entries leave nothing behind."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import door
from core.command import Command
from core.masterdata.commands import AddItem
from core.money import ZERO
from core.refusals import Refused
from core.stock import queries
from core.stock.commands import IssueStock, OpenStock, TransferStock
from core.stock.tables import CostChange, CostEntry, CostPool
from tests.builders import HP, PDX, PRIYA, RNO, broken, company
from tests.conftest import FRIDAY

SITES = (PDX, RNO)
SKU = "HISTORY"

came = st.tuples(st.just("came"), st.sampled_from(SITES), st.integers(1, 20), st.decimals("0.01", "9.99", places=2))
sold = st.tuples(st.just("sold"), st.sampled_from(SITES), st.integers(1, 12), st.just(ZERO))
sent = st.tuples(st.just("sent"), st.sampled_from(SITES), st.integers(1, 12), st.just(ZERO))
Step = tuple[str, str, int, Decimal]


def command(number: int, step: Step) -> Command:
    """The step as a command that happened on its own day."""
    kind, site, quantity, each = step
    at = FRIDAY - timedelta(days=100 - number)
    pieces = Decimal(quantity)
    if kind == "came":
        return OpenStock(entity=HP, item=SKU, site=site, quantity=pieces, unit_cost=each, happened_at=at)
    if kind == "sold":
        return IssueStock(entity=HP, item=SKU, site=site, quantity=pieces, document=f"SO-{number}", happened_at=at)
    other = SITES[site == PDX]
    return TransferStock(entity=HP, item=SKU, site=site, to_site=other, quantity=pieces, happened_at=at)


def record(session: Session, commands: list[tuple[int, Command]]) -> list[tuple[int, Command]]:
    """Record commands as they come; gives those that were refused."""
    refused = []
    for number, one in commands:
        try:
            door.execute(session, one, actor=PRIYA, key=f"history:{number}:{len(refused)}")
        except Refused:
            refused.append((number, one))
    return refused


def figures(session: Session) -> tuple[object, ...]:
    """What every sale cost, what each site holds and its layers."""
    later = select(CostChange.entry, func.sum(CostChange.value).label("value")).group_by(CostChange.entry).subquery()
    costs = session.execute(
        select(CostEntry.document, func.sum(CostEntry.value + func.coalesce(later.c.value, 0)))
        .outerjoin(later, later.c.entry == CostEntry.number)
        .where(CostEntry.kind == "issue")
        .group_by(CostEntry.document)
        .order_by(CostEntry.document)
    ).all()
    pools = session.execute(select(CostPool.site, CostPool.quantity, CostPool.value).order_by(CostPool.site)).all()
    held = [(x.site, x.since, x.quantity, x.value) for x in queries.layers(session, HP, SKU)]
    return [tuple(row) for row in costs], [tuple(row) for row in pools if row.quantity], sorted(held)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["fifo", "lifo", "average"]),
    history=st.lists(st.one_of(came, sold, sent), min_size=2, max_size=14),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_order_of_recording_changes_no_figure(
    session: Session, method: str, history: list[Step], shuffle: "st.randoms"
) -> None:
    with session.begin_nested() as outer:
        company(session)
        do_item = AddItem(entity=HP, sku=SKU, name="History", cost_method=method)
        door.execute(session, do_item, actor=PRIYA, key="item")
        in_order = list(enumerate(command(number, step) for number, step in enumerate(history)))
        with session.begin_nested() as first:
            illegal = {number for number, _ in record(session, in_order)}
            expected = figures(session)
            assert broken(session) == []
            first.rollback()
        legal = [pair for pair in in_order if pair[0] not in illegal]
        mixed = list(legal)
        shuffle.shuffle(mixed)
        left = mixed
        for _ in range(len(legal)):
            again = sorted(record(session, left))
            if len(again) == len(left) or not again:
                left = again
                break
            left = again
        assume(not left)
        assert figures(session) == expected
        assert broken(session) == []
        outer.rollback()
    session.expire_all()
