"""Whatever is shipped, lost, called back, repacked and sold between entities, in whatever order it is recorded: all promises
hold, and it costs the same."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import door
from core.books.accounts import CHART
from core.books.queries import balance
from core.command import Command
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.refusals import Refused
from core.stock import queries
from core.stock.commands import IssueStock, OpenStock
from core.stock.intercompany import unrealised_profit
from core.stock.making_commands import Component, Repack, SellToEntity
from core.stock.tables import CostPool
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from tests.builders import HP, PDX, PRIYA, RNO, broken, company, do
from tests.conftest import FRIDAY

PART, WHOLE, SISTER, THERE = "PART", "WHOLE", "SISTER", "BOI"
Step = tuple[str, int, int]

steps = st.one_of(
    st.tuples(st.just("came"), st.integers(1, 20), st.integers(1, 999)),
    st.tuples(st.just("shipped"), st.integers(1, 12), st.just(0)),
    st.tuples(st.just("arrived"), st.integers(1, 8), st.integers(0, 2)),
    st.tuples(st.just("recalled"), st.integers(1, 5), st.just(0)),
    st.tuples(st.just("made"), st.integers(1, 12), st.integers(0, 300)),
    st.tuples(st.just("sold"), st.integers(1, 6), st.just(0)),
    st.tuples(st.just("sister"), st.integers(1, 6), st.integers(1, 999)),
)


def command(number: int, step: Step, transfers: dict[int, str], history: list[Step]) -> Command | None:
    """The step as a command of its own day; none while the transfer that it receives is not recorded yet."""
    kind, pieces, more = step
    at = FRIDAY - timedelta(days=100 - number)
    quantity, cents = Decimal(pieces), Decimal(more) / 100
    match kind:
        case "came":
            return OpenStock(entity=HP, item=PART, site=PDX, quantity=quantity, unit_cost=cents, happened_at=at)
        case "shipped":
            lines = (ShippedLine(item=PART, quantity=quantity),)
            return ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines, happened_at=at)
        case "arrived" | "recalled":
            before = [place for place in range(number) if history[place][0] == "shipped"]
            known = transfers.get(before[-1]) if before else None
            if known is None:
                return None
            if kind == "recalled":
                back = (RecalledLine(line=1, quantity=quantity),)
                return RecallTransfer(entity=HP, transfer=known, lines=back, reason="turned", happened_at=at)
            arrived = (ArrivedLine(line=1, quantity=quantity, lost=Decimal(more)),)
            return ReceiveTransfer(entity=HP, transfer=known, lines=arrived, reason="lost", happened_at=at)
        case "made":
            parts = (Component(item=PART, quantity=quantity),)
            return Repack(
                entity=HP, site=PDX, components=parts, item=WHOLE, quantity=Decimal(3), extra_cost=cents, happened_at=at
            )
        case "sold":
            item, site = ((WHOLE, PDX), (PART, RNO))[pieces % 2]
            return IssueStock(
                entity=HP, item=item, site=site, quantity=quantity, document=f"SO-{number}", happened_at=at
            )
    return SellToEntity(
        entity=HP,
        item=PART,
        site=PDX,
        quantity=quantity,
        to_entity=SISTER,
        to_site=THERE,
        transfer_price=cents,
        happened_at=at,
    )


def record(session: Session, numbers: list[int], history: list[Step], key: str) -> list[int]:
    """Record steps as they come, and those that were refused again until none of them goes. Gives what is left."""
    transfers: dict[int, str] = {}
    left = numbers
    while True:
        again = []
        for number in left:
            one = command(number, history[number], transfers, history)
            if one is None:
                again.append(number)
                continue
            try:
                done = door.execute(session, one, actor=PRIYA, key=f"{key}:{number}:{len(left)}")
                if isinstance(one, ShipTransfer):
                    transfers[number] = str(done.result["transfer"])
            except Refused:
                again.append(number)
        if len(again) == len(left):
            return again
        left = sorted(again)


def figures(session: Session) -> list[object]:
    """What every pool holds but those of single transfers, the accounts, the group's profit."""
    pools = session.execute(
        select(CostPool.entity, CostPool.item, CostPool.site, CostPool.quantity, CostPool.value)
        .where(CostPool.lot == "", CostPool.quantity != 0)
        .order_by(CostPool.entity, CostPool.item, CostPool.site)
    ).all()
    accounts = [balance(session, entity, account) for entity in (HP, SISTER) for account in ("1400", "5000", "5330")]
    layers = [sorted((x.site, x.since, x.quantity, x.value) for x in queries.layers(session, HP, PART))]
    return [[tuple(row) for row in pools], accounts, layers, unrealised_profit(session, SISTER).profit]


def group(session: Session, method: str) -> None:
    company(session)
    do(session, AddEntity(entity=SISTER, name="Sister", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity=SISTER, code=code, name=name, kind=kind))
    do(session, AddSite(entity=SISTER, code=THERE, name="Boise"))
    for entity in (HP, SISTER):
        do(session, AddItem(entity=entity, sku=PART, name="Part", cost_method=method))
    do(session, AddItem(entity=HP, sku=WHOLE, name="Whole", cost_method=method))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["fifo", "lifo", "average"]),
    history=st.lists(steps, min_size=3, max_size=12),
    shuffle=st.randoms(use_true_random=False),
)
def test_carried_made_and_sold_on_costs_the_same_in_any_order(
    session: Session, method: str, history: list[Step], shuffle: Random
) -> None:
    with session.begin_nested() as outer:
        group(session, method)
        with session.begin_nested() as first:
            illegal = set(record(session, list(range(len(history))), history, "first"))
            expected = figures(session)
            assert broken(session) == []
            first.rollback()
        session.expire_all()
        mixed = [number for number in range(len(history)) if number not in illegal]
        shuffle.shuffle(mixed)
        left = record(session, mixed, history, "mixed")
        assert broken(session) == []
        assume(not left)
        assert figures(session) == expected
        outer.rollback()
    session.expire_all()
