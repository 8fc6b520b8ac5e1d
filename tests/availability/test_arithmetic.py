"""The arithmetic of promising: worked examples of others first, then what must hold whatever comes and goes."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.availability.arithmetic import (
    Balance,
    Demand,
    Supply,
    accumulated,
    balance_on,
    by_period,
    deliveries,
    earlier_plan,
    earliest,
    earliest_together,
    first_come,
    period_for,
    projected,
    promisable,
    shortages,
)
from core.availability.pegging import peg

TODAY = date(2026, 11, 20)
D = Decimal


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def comes(quantity: str, days: int, source: str = "PO-1") -> Supply:
    return Supply(day=on(days), quantity=D(quantity), source=source)


def goes(quantity: str, days: int, document: str = "SO-1") -> Demand:
    return Demand(day=on(days), quantity=D(quantity), document=document)


def figures(text: str) -> list[Decimal]:
    return [D(one) for one in text.split()]


def test_two_shipments_of_one_day_are_short_until_one_of_them_moves() -> None:
    supplies = [comes("6", 0), comes("14", 14)]
    s1, s2, s3 = goes("6", 7, "s1"), goes("6", 7, "s2"), goes("6", 21, "s3")

    balances = projected(D(0), supplies, [s1, s2, s3], TODAY)
    assert balance_on(balances, on(7)) == -6
    (short,) = shortages(balances, [s1, s2, s3])
    assert short.demands == (s1, s2)

    day = earliest(promisable(projected(D(0), supplies, [s2, s3], TODAY)), D(6), on(7))
    assert day == on(14)
    moved = [replace(s1, day=on(14)), s2, s3]
    assert shortages(projected(D(0), supplies, moved, TODAY), moved) == ()


def test_documents_move_earlier_only_as_far_as_nobody_else_starves() -> None:
    planned: dict[str, tuple[int, dict[str, str]]] = {
        "s1": (21, {"P1": "4", "P2": "6"}),
        "s2": (21, {"P1": "8"}),
        "s3": (28, {"P1": "4"}),
    }
    supplies = {"P1": [comes("5", 0), comes("10", 14), comes("5", 28)], "P2": [comes("5", 7), comes("5", 14)]}
    demands = {
        item: [goes(lines[item], day, name) for name, (day, lines) in planned.items() if item in lines]
        for item in supplies
    }
    balances = {item: projected(D(0), supplies[item], demands[item], TODAY) for item in supplies}

    plans = {}
    for name, (day, lines) in planned.items():
        free = {item: promisable(balances[item], until=on(day)) for item in lines}
        plan = earlier_plan(free, {item: D(quantity) for item, quantity in lines.items()}, on(day))
        plans[name] = ((plan.whole - TODAY).days, (plan.part - TODAY).days, plan.fraction)

    assert plans == {"s1": (14, 0, D("0.4")), "s2": (14, 14, D(1)), "s3": (28, 0, D("0.75"))}


def test_a_period_that_lacks_something_takes_it_from_the_nearest_periods_before() -> None:
    supply, demand = figures("6 4 2 4 8 4 4 4"), figures("6 2 3 6 6 1 2 2")

    discrete = by_period(supply, demand)

    assert discrete == figures("0 0 0 -1 2 3 2 2")
    assert accumulated(discrete) == figures("0 0 0 -1 2 5 7 9")
    assert period_for(discrete, D(3), 6) == 5
    demand[5] += 3
    assert by_period(supply, demand)[5] == 0


def test_claims_are_filled_by_day_and_then_the_smallest_first() -> None:
    def claims(*quantities: str) -> list[tuple[date, Decimal]]:
        return [(TODAY, D(quantity)) for quantity in quantities]

    assert first_come(D("6.8"), claims("2.1", "1.7", "1.2", "1.8")) == figures("2.1 1.7 1.2 1.8")
    assert first_come(D(5), claims("10")) == [D(5)]
    assert first_come(D(0), claims("3")) == [D(0)]
    assert first_come(D(5), claims("4", "3")) == figures("2 3")
    assert first_come(D(5), [(on(1), D(3)), (on(0), D(4))]) == figures("1 4")


def test_a_promise_takes_its_pieces_from_every_later_day() -> None:
    balances = projected(D(10), [comes("20", 9)], [goes("8", 5)], TODAY)

    free = promisable(balances)

    assert [(one.day, one.quantity) for one in free] == [(on(0), D(2)), (on(5), D(2)), (on(9), D(22))]
    assert earliest(free, D(2), on(0)) == on(0)
    assert earliest(free, D(3), on(0)) == on(9)
    assert earliest(free, D(3), on(12)) == on(12)
    assert earliest(free, D(23), on(0)) is None
    assert [(one.day, one.quantity) for one in deliveries(free, D(5), on(3))] == [(on(3), D(2)), (on(9), D(3))]


def test_several_items_leave_together_when_the_last_of_them_is_there() -> None:
    bolts = (Balance(day=on(0), quantity=D(5)), Balance(day=on(4), quantity=D(9)))
    wire = (Balance(day=on(2), quantity=D(3)),)

    assert earliest_together({"bolt": bolts, "wire": wire}, {"bolt": D(5), "wire": D(2)}, on(0)) == on(2)
    assert earliest_together({"bolt": bolts, "wire": wire}, {"bolt": D(6), "wire": D(2)}, on(0)) == on(4)
    assert earliest_together({"bolt": bolts, "wire": wire}, {"bolt": D(5), "wire": D(4)}, on(0)) is None


def test_reserved_pieces_are_pegged_to_stock_before_an_earlier_demand() -> None:
    first, second = goes("6", 1, "SO-1"), replace(goes("6", 2, "SO-2"), reserved=D(5))

    pegs = peg(D(8), [comes("3", 5, "PO-7")], [first, second], TODAY)

    assert [(one.demand.document, one.quantity, one.source, one.late) for one in pegs] == [
        ("SO-1", D(3), "stock", False),
        ("SO-1", D(3), "PO-7", True),
        ("SO-2", D(5), "stock", False),
        ("SO-2", D(1), "", False),
    ]


QUANTITIES = st.decimals(min_value="0.1", max_value="99", places=1)
DAYS = st.integers(-3, 30)
SUPPLIES = st.lists(st.tuples(QUANTITIES, DAYS), max_size=6).map(
    lambda drawn: [Supply(day=on(day), quantity=q, source=f"PO-{n}") for n, (q, day) in enumerate(drawn)]
)
DEMANDS = st.lists(st.tuples(QUANTITIES, DAYS, QUANTITIES), max_size=6).map(
    lambda drawn: [
        Demand(day=on(day), quantity=q, document=f"SO-{n}", reserved=min(q, reserved))
        for n, (q, day, reserved) in enumerate(drawn)
    ]
)
OPENINGS = st.decimals(min_value="-20", max_value="99", places=1)


@given(OPENINGS, SUPPLIES, DEMANDS, QUANTITIES, st.integers(0, 35))
@settings(max_examples=200, deadline=None)
def test_a_promise_never_makes_a_day_worse_than_nothing_left(
    opening: Decimal, supplies: list[Supply], demands: list[Demand], quantity: Decimal, wanted: int
) -> None:
    before = projected(opening, supplies, demands, TODAY)
    parts = deliveries(promisable(before), quantity, on(wanted))
    assert sum((part.quantity for part in parts), D(0)) <= quantity
    assert all(part.day >= on(wanted) for part in parts)

    after = projected(
        opening, supplies, [*demands, *(goes(str(p.quantity), (p.day - TODAY).days) for p in parts)], TODAY
    )

    for balance in after:
        assert balance.quantity >= min(balance_on(before, balance.day), D(0))
    there = max(opening, D(0)) + sum((one.quantity for one in supplies), D(0))
    assert sum((part.quantity for part in parts), D(0)) <= there
    whole = earliest(promisable(before), quantity, on(wanted))
    assert (whole is not None) == (sum((part.quantity for part in parts), D(0)) == quantity)
    assert whole is None or whole == parts[-1].day


@given(OPENINGS, SUPPLIES, DEMANDS, QUANTITIES, st.data())
@settings(max_examples=200, deadline=None)
def test_supply_that_comes_later_never_makes_a_promise_earlier(
    opening: Decimal, supplies: list[Supply], demands: list[Demand], quantity: Decimal, data: st.DataObject
) -> None:
    before = earliest(promisable(projected(opening, supplies, demands, TODAY)), quantity, TODAY)
    later = [replace(one, day=one.day + timedelta(days=data.draw(st.integers(0, 20)))) for one in supplies]

    after = earliest(promisable(projected(opening, later, demands, TODAY)), quantity, TODAY)

    assert after is None or (before is not None and before <= after)


@given(OPENINGS, SUPPLIES, DEMANDS)
@settings(max_examples=200, deadline=None)
def test_the_pegs_of_a_demand_sum_to_it_and_no_supply_gives_more_than_it_brings(
    opening: Decimal, supplies: list[Supply], demands: list[Demand]
) -> None:
    pegs = peg(opening, supplies, demands, TODAY)

    of_demand: dict[str, Decimal] = defaultdict(Decimal)
    of_source: dict[str, Decimal] = defaultdict(Decimal)
    for one in pegs:
        assert one.quantity > 0
        of_demand[one.demand.document] += one.quantity
        of_source[one.source] += one.quantity
    assert dict(of_demand) == {demand.document: demand.quantity for demand in demands}
    brings = {"stock": max(opening, D(0)), **{one.source: one.quantity for one in supplies}}
    missing = of_source.pop("", D(0))
    assert all(taken <= brings[source] for source, taken in of_source.items())
    left = sum(brings.values(), D(0)) - sum(of_source.values(), D(0))
    assert missing == 0 or left == 0  # nobody goes without while something is left
    assert peg(opening, supplies[::-1], demands[::-1], TODAY) == pegs


@given(st.decimals(min_value="-5", max_value="50", places=1), st.lists(st.tuples(DAYS, QUANTITIES), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_more_is_given_than_is_there_and_nothing_is_kept_back(
    available: Decimal, wanted: list[tuple[int, Decimal]]
) -> None:
    claims = [(on(day), quantity) for day, quantity in wanted]

    shares = first_come(available, claims)

    assert all(D(0) <= part <= claim[1] for part, claim in zip(shares, claims, strict=True))
    total = sum((quantity for _, quantity in claims), D(0))
    assert sum(shares, D(0)) == min(total, max(available, D(0)))


@given(st.lists(st.tuples(QUANTITIES, QUANTITIES), min_size=1, max_size=9))
@settings(max_examples=200, deadline=None)
def test_periods_pass_on_no_more_than_they_have(periods: list[tuple[Decimal, Decimal]]) -> None:
    supply, demand = [one for one, _ in periods], [one for _, one in periods]
    discrete = by_period(supply, demand)

    assert sum(discrete, D(0)) == sum(supply, D(0)) - sum(demand, D(0))
    for place, free in enumerate(discrete):
        if free < 0:
            assert all(before <= 0 for before in discrete[:place])
        if free > 0:
            assert accumulated(discrete)[place] == sum((max(one, D(0)) for one in discrete[: place + 1]), D(0))
