"""What comes or goes in one piece or in several at the same moment costs the same."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.command import Command
from core.masterdata.commands import AddItem
from core.money import ZERO
from core.refusals import Refused
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.tables import CostChange, CostEntry, CostPool
from tests.builders import HP, PDX, RNO, D, broken, do
from tests.conftest import FRIDAY
from tests.properties.depth import Progress, times

CENT = D("0.01")

movements = st.tuples(
    st.sampled_from(["come", "come", "issue", "carry", "lose"]),
    st.integers(1, 9),
    st.decimals("0.01", "9.99", places=2),
    st.integers(0, 40),
)
Movement = tuple[str, int, Decimal, int]


def parts(pieces: int, at: int) -> list[int]:
    """The pieces in one or two parts."""
    first = pieces * at // 100
    return [one for one in (first, pieces - first) if one]


def command(movement: Movement, pieces: int, place: int) -> Command:
    kind, _, each, days = movement
    at = FRIDAY - timedelta(days=days + 1) + timedelta(minutes=place)
    if kind == "come":
        return OpenStock(entity=HP, item="P", site=PDX, quantity=D(pieces), unit_cost=each, happened_at=at)
    if kind == "issue":
        return IssueStock(entity=HP, item="P", site=PDX, quantity=D(pieces), document=f"SO-{place}", happened_at=at)
    if kind == "carry":
        return TransferStock(entity=HP, item="P", site=PDX, to_site=RNO, quantity=D(pieces), happened_at=at)
    return AdjustStock(entity=HP, item="P", site=PDX, quantity=-D(pieces), reason="lost", happened_at=at)


def figures(session: Session, movements: list[Movement], shares: list[int]) -> dict[str, Decimal]:
    """What each sale cost and each site holds, with every movement in the parts its share says. A movement that is refused
    whole or in part is left out whole."""
    for place, (movement, share) in enumerate(zip(movements, shares, strict=True)):
        try:
            with session.begin_nested():
                for pieces in parts(movement[1], share):
                    do(session, command(movement, pieces, place))
        except Refused:
            continue
    later = select(CostChange.entry, func.sum(CostChange.value).label("value")).group_by(CostChange.entry).subquery()
    sold = session.execute(
        select(CostEntry.document, func.sum(CostEntry.value + func.coalesce(later.c.value, 0)))
        .outerjoin(later, later.c.entry == CostEntry.number)
        .where(CostEntry.kind == "issue")
        .group_by(CostEntry.document)
    )
    held = session.execute(select(CostPool.site, CostPool.value).where(CostPool.item == "P"))
    assert broken(session) == []
    return {**dict(sold.all()), **dict(held.all())}


PROGRESS = Progress(times(6), "histories in several pieces")


@settings(max_examples=times(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["fifo", "lifo", "hifo", "average"]),
    history=st.lists(st.tuples(movements, st.integers(0, 100)), min_size=3, max_size=10),
)
def test_in_one_piece_or_in_several_it_costs_the_same(
    grouped: Session, method: str, history: list[tuple[Movement, int]]
) -> None:
    """To the cent where a piece costs whole cents; of an average each part rounds by itself."""
    PROGRESS.one_more()
    moved, shares = [movement for movement, _ in history], [share for _, share in history]
    session = grouped
    with session.begin_nested() as outer:
        do(session, AddItem(entity=HP, sku="P", name="Split", cost_method=method))
        with session.begin_nested() as once:
            whole = figures(session, moved, [0] * len(moved))
            once.rollback()
        session.expire_all()
        split = figures(session, moved, shares)
        outer.rollback()
    session.expire_all()
    room = ZERO if method != "average" else CENT * len(moved)
    assert whole.keys() == split.keys()
    assert {name: split[name] for name in whole if abs(whole[name] - split[name]) > room} == {}
