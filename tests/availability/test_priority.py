"""Where there is too little, the first tier is served first; where tiers are equal, everything is as it ever was."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.availability.arithmetic import STOCK, ZERO, Demand, Peg, Supply
from core.availability.commands import ReserveStock, WantedClaim
from core.availability.pegging import peg
from core.availability.queries import pegs
from core.refusals import Refusal
from core.sales.commands import AddCustomer, ConfirmSalesOrder, EnterSalesOrder, NewSalesLine, SetCustomerTier
from tests.builders import BOLT, HP, PDX, D, broken, company, do, findings, refused, stocked
from tests.conftest import FRIDAY

TODAY = date(2026, 11, 20)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def wants(quantity: str, days: int, document: str, tier: int = 5) -> Demand:
    return Demand(day=on(days), quantity=D(quantity), document=document, tier=tier)


def comes(quantity: str, days: int, source: str) -> Supply:
    return Supply(day=on(days), quantity=D(quantity), source=source)


def told(found: Iterable[Peg]) -> list[tuple[str, str, str]]:
    return [(one.demand.document, f"{one.quantity:f}", one.source) for one in found]


def test_of_two_for_one_day_the_first_tier_gets_what_is_here() -> None:
    found = peg(D(10), [comes("10", 9, "PO-1")], [wants("10", 3, "usual"), wants("10", 3, "first", 1)], TODAY)
    assert told(found) == [("first", "10", STOCK), ("usual", "10", "PO-1")]


def test_the_first_tier_takes_what_is_here_from_an_earlier_day_only_where_it_needs_it() -> None:
    demands = [wants("10", 3, "usual"), wants("10", 9, "first", 1)]
    assert told(peg(D(10), [comes("10", 8, "PO-1")], demands, TODAY)) == [
        ("usual", "10", STOCK),
        ("first", "10", "PO-1"),
    ]
    assert told(peg(D(10), [comes("10", 12, "PO-1")], demands, TODAY)) == [
        ("usual", "10", "PO-1"),
        ("first", "10", STOCK),
    ]


def test_what_is_reserved_stays_with_whom_it_is_reserved_for() -> None:
    demands = [replace(wants("10", 3, "usual"), reserved=D(10)), wants("10", 3, "first", 1)]
    assert told(peg(D(10), [], demands, TODAY)) == [("first", "10", ""), ("usual", "10", STOCK)]


def as_it_was(opening: Decimal, supplies: Iterable[Supply], demands: Iterable[Demand], today: date) -> tuple[Peg, ...]:
    """Tie each demand to what covers it: reserved pieces to stock, then the first demand to the first supply.

    Demands go by day, then the smallest, then by document and line; supplies by day, then source. The pegs of a demand
    sum to it; the pegs of a supply never to more than it brings.
    """
    here = Supply(day=today, quantity=max(opening, ZERO), source=STOCK)
    coming = sorted((one for one in supplies if one.quantity > ZERO), key=lambda one: (max(one.day, today), one.source))
    sources = (here, *coming)
    left = [one.quantity for one in sources]
    queue = sorted(demands, key=lambda one: (max(one.day, today), one.quantity, one.document, one.line))
    taken: list[dict[int, Decimal]] = []
    for demand in queue:
        claimed = min(demand.reserved, demand.quantity, left[0])
        taken.append({0: claimed} if claimed > ZERO else {})
        left[0] -= max(claimed, ZERO)
    pegs: list[Peg] = []
    for demand, from_ in zip(queue, taken, strict=True):
        missing = demand.quantity - sum(from_.values(), ZERO)
        for place, rest in enumerate(left):
            part = min(rest, missing)
            if part > ZERO:
                from_[place] = from_.get(place, ZERO) + part
                left[place] -= part
                missing -= part
        pegs += [
            Peg(demand=demand, quantity=part, source=sources[place].source, day=max(sources[place].day, today))
            for place, part in sorted(from_.items())
        ]
        if missing > ZERO:
            pegs.append(Peg(demand=demand, quantity=missing))
    return tuple(pegs)


QUANTITIES = st.integers(1, 30).map(Decimal)
DAYS = st.integers(-3, 20)
SUPPLIES = st.lists(st.tuples(QUANTITIES, DAYS), max_size=6).map(
    lambda drawn: [Supply(day=on(day), quantity=q, source=f"PO-{n}") for n, (q, day) in enumerate(drawn)]
)
DEMANDS = st.lists(st.tuples(QUANTITIES, DAYS, st.sampled_from([1, 5, 9]), QUANTITIES), max_size=7).map(
    lambda drawn: [
        Demand(day=on(day), quantity=q, document=f"SO-{n}", tier=tier, reserved=min(q, reserved))
        for n, (q, day, tier, reserved) in enumerate(drawn)
    ]
)
OPENINGS = st.integers(-10, 60).map(Decimal)


def in_time(found: Iterable[Peg]) -> dict[str, Decimal]:
    """How much each document gets in time."""
    served: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in found:
        if one.day is not None and one.day <= max(one.demand.day, TODAY):
            served[one.demand.document] += one.quantity
    return dict(served)


@given(OPENINGS, SUPPLIES, DEMANDS)
@settings(max_examples=400, deadline=None)
def test_of_one_tier_everybody_gets_what_they_got_before_there_were_tiers(
    opening: Decimal, supplies: list[Supply], demands: list[Demand]
) -> None:
    alike = [replace(one, tier=3) for one in demands]
    assert peg(opening, supplies, alike, TODAY) == as_it_was(opening, supplies, alike, TODAY)


@given(OPENINGS, SUPPLIES, DEMANDS)
@settings(max_examples=300, deadline=None)
def test_nobody_loses_by_who_is_ranked_behind_and_nothing_is_given_twice(
    opening: Decimal, supplies: list[Supply], demands: list[Demand]
) -> None:
    found = peg(opening, supplies, demands, TODAY)
    assert sum((one.quantity for one in found), ZERO) == sum((one.quantity for one in demands), ZERO)
    given_of: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in found:
        given_of[one.source] += one.quantity
    brings = {STOCK: max(opening, ZERO), **{one.source: one.quantity for one in supplies}}
    missing = given_of.pop("", ZERO)
    assert all(part <= brings[source] for source, part in given_of.items())
    assert missing == ZERO or sum(given_of.values(), ZERO) == sum(brings.values(), ZERO)
    free = [replace(one, reserved=ZERO) for one in demands]
    alone = in_time(peg(opening, supplies, [one for one in free if one.tier == 1], TODAY))
    together = in_time(peg(opening, supplies, free, TODAY))
    assert alone == {name: part for name, part in together.items() if name in alone}


@pytest.fixture
def two(session: Session) -> Session:
    """An ordinary customer and one of the first tier, who want ten bolts each on one day; ten are here."""
    company(session)
    stocked(session, "10", "0.40")
    for number, tier in (("C-5", 5), ("C-1", 1)):
        do(session, AddCustomer(entity=HP, number=number, name=f"Customer {number}", tier=tier))
        line = NewSalesLine(item=BOLT, quantity=D(10), price=D(1), site=PDX, promised=on(3))
        do(session, EnterSalesOrder(entity=HP, customer=number, number=f"SO-{number}", lines=(line,)))
        do(session, ConfirmSalesOrder(entity=HP, order=f"SO-{number}"))
    return session


def covered(session: Session) -> list[str]:
    """The documents whose pieces are here."""
    return [one.demand.document for one in pegs(session, HP, BOLT, PDX, FRIDAY) if one.source]


def test_the_customers_tier_says_who_gets_what_is_here(two: Session) -> None:
    assert covered(two) == ["SO-C-1"]
    assert findings(two) == {"inventory_shortage": ["10 pieces short"]}
    done = do(two, SetCustomerTier(entity=HP, customer="C-1", tier=9, reason="contract ended"))
    assert [(one.what, one.was, one.now) for one in done.effects] == [("Priority of Customer C-1", "tier 1", "tier 9")]
    assert covered(two) == ["SO-C-5"]
    assert broken(two) == []


def test_of_several_claims_the_first_tier_is_filled_first(two: Session) -> None:
    claims = tuple(
        WantedClaim(item=BOLT, quantity=D(8), document=document, line=1, day=on(day))
        for document, day in (("SO-C-5", 1), ("SO-C-1", 3))
    )
    made = do(two, ReserveStock(entity=HP, site=PDX, claims=claims)).result["reservations"]
    assert [one["quantity"] for one in made] == ["2", "8"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (SetCustomerTier(entity=HP, customer="C-7", tier=1, reason="x"), Refusal.CUSTOMER_UNKNOWN),
        (SetCustomerTier(entity=HP, customer="C-1", tier=1, reason="x"), Refusal.NOTHING_TO_DO),
        (SetCustomerTier(entity=HP, customer="C-1", tier=0, reason="x"), Refusal.COMMAND_MALFORMED),
        (SetCustomerTier(entity=HP, customer="C-1", tier=10, reason="x"), Refusal.COMMAND_MALFORMED),
        (SetCustomerTier(entity=HP, customer="C-1", tier=2, reason=" "), Refusal.REASON_REQUIRED),
        (AddCustomer(entity=HP, number="C-8", name="Birch", tier=0), Refusal.COMMAND_MALFORMED),
    ],
)
def test_a_tier_that_cannot_be_is_refused(two: Session, command: SetCustomerTier | AddCustomer, why: Refusal) -> None:
    assert refused(two, command).code is why
