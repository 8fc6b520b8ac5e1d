"""The arithmetic of a cost pool: nothing leaks, nothing is left behind, and pieces of history add up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import ZERO
from core.stock.costing import Ambiguous, CannotCost, Does, Entry, Layer, Method, Pool, Short, fold, step
from core.stock.issuing import fold_issues

DAY = datetime(2026, 11, 20, tzinfo=UTC)
D = Decimal


def came(number: int, quantity: object, each: object, source: int | None = None) -> Entry:
    worth = (D(str(quantity)) * D(str(each))).quantize(D("0.01"))
    return Entry(
        number=number, happened_at=_hour(number), does=Does.IN, quantity=D(str(quantity)), value=worth, source=source
    )


def went(number: int, quantity: object, source: int | None = None) -> Entry:
    return Entry(number=number, happened_at=_hour(number), does=Does.OUT, quantity=D(str(quantity)), source=source)


def _hour(number: int) -> datetime:
    return DAY + timedelta(hours=number)


def usd(method: Method, **more: Any) -> Pool:
    return Pool(currency="USD", method=method, **more)


def left(pool: Pool) -> list[tuple[Decimal, Decimal]]:
    return [(layer.quantity, layer.value) for layer in pool.layers]


LOTS = (came(2, 5, "111.11"), came(1, 4, 100), came(3, 6, "122.22"))


@pytest.mark.parametrize(
    ("method", "value", "rest"),
    [
        (Method.FIFO, "-622.22", [(3, "333.33"), (6, "733.32")]),
        (Method.LIFO, "-733.32", [(4, "400.00"), (5, "555.55")]),
        (Method.HIFO, "-733.32", [(4, "400.00"), (5, "555.55")]),
        (Method.AVERAGE, "-675.55", [(9, "1013.32")]),
    ],
)
def test_each_method_takes_its_own_layers(method: Method, value: str, rest: list[tuple[int, str]]) -> None:
    pool = usd(method)
    fold(pool, sorted(LOTS, key=lambda entry: entry.number))
    assert step(pool, went(9, 6)).value == D(value)
    assert left(pool) == [(D(quantity), D(worth)) for quantity, worth in rest]


def test_the_last_piece_takes_what_is_left_so_that_no_cent_stays() -> None:
    pool = usd(Method.AVERAGE)
    values = [s.value for s in fold(pool, [came(1, 3, "3.3333"), went(2, 1), went(3, 1), went(4, 1)])]
    assert values == [D("10.00"), D("-3.33"), D("-3.34"), D("-3.33")]
    assert (pool.quantity, pool.value, pool.layers) == (ZERO, ZERO, [])


def test_pieces_that_went_out_before_they_came_are_trued_up_when_they_come() -> None:
    pool = usd(Method.FIFO, negative=True, unit_cost=D(1))
    gone, covered = fold(pool, [went(1, 10), came(2, 10, 2)])
    assert gone.value == -10
    assert covered.settled == ((1, D("-10.00")),)
    assert (pool.quantity, pool.value) == (ZERO, ZERO)


def test_a_return_of_an_issue_that_was_never_covered_leaves_nothing_behind() -> None:
    pool = usd(Method.FIFO, negative=True, unit_cost=D("3.335"))
    gone = step(pool, went(1, 3))
    back = Entry(number=2, happened_at=_hour(2), does=Does.IN, quantity=D(3), value=-gone.value, source=1)
    assert step(pool, back).settled == ()
    assert (pool.quantity, pool.value, pool.debts) == (ZERO, ZERO, [])


def test_stock_that_may_not_go_negative_is_refused_and_left_as_it_was() -> None:
    pool = usd(Method.FIFO)
    step(pool, came(1, 5, 2))
    with pytest.raises(Short) as refused:
        step(pool, went(2, 8))
    assert refused.value.missing == 3
    assert left(pool) == [(D(5), D(10))]


def test_a_strict_pool_takes_a_named_layer_and_refuses_to_guess() -> None:
    pool = usd(Method.STRICT)
    fold(pool, [came(1, 10, 115), came(2, 10, 115)])
    with pytest.raises(Ambiguous):
        step(pool, went(3, 5))
    step(pool, went(3, 5, source=2))
    assert [layer.quantity for layer in pool.layers] == [10, 5]
    assert step(pool, went(4, 15)).value == -1725


def test_goods_go_back_to_the_supplier_at_the_cost_of_their_own_layer() -> None:
    pool = usd(Method.FIFO)
    fold(pool, [came(1, 10, 10), came(2, 10, 12)])
    assert step(pool, went(3, 4, source=2)).value == -48


def test_a_layer_that_comes_by_transfer_keeps_its_age_and_cost() -> None:
    here, there = usd(Method.FIFO), usd(Method.FIFO)
    fold(here, [came(1, 10, 10), came(3, 10, 30)])
    step(there, came(2, 10, 20))
    taken = step(here, went(4, 15)).taken
    step(there, Entry(number=5, happened_at=_hour(5), does=Does.IN, quantity=D(15), parts=taken))
    assert left(there) == [(D(10), D(100)), (D(10), D(200)), (D(5), D(150))]
    more = step(here, went(6, 5)).taken
    step(there, Entry(number=7, happened_at=_hour(7), does=Does.IN, quantity=D(5), parts=more))
    assert left(there)[-1] == (D(10), D(300)), "pieces of one layer lie together again"


def test_standard_cost_keeps_what_was_paid_above_it_out_of_stock() -> None:
    pool = usd(Method.STANDARD, unit_cost=D(5))
    bought = step(pool, came(1, 4, 4))
    assert (bought.value, bought.variance) == (D(20), D(-4))
    assert step(pool, went(2, 2)).value == -10
    change = Entry(number=3, happened_at=_hour(3), does=Does.REVALUE, unit_cost=D(6))
    assert step(pool, change).value == 2
    assert pool.value == 12


def test_a_currency_without_cents_comes_back_to_nothing() -> None:
    pool = Pool(currency="JPY", method=Method.STANDARD, unit_cost=D(3))
    half = Entry(number=1, happened_at=DAY, does=Does.IN, quantity=D("0.5"), value=D(2))
    values = [s.value for s in fold(pool, [half, went(2, "0.5")])]
    assert sum(values) == 0
    assert (pool.quantity, pool.value) == (ZERO, ZERO)


def test_a_change_of_method_keeps_the_value() -> None:
    pool = usd(Method.FIFO)
    fold(pool, [came(1, 10, 10), came(2, 10, 20)])
    to = Entry(number=3, happened_at=_hour(3), does=Does.SWITCH, method=Method.AVERAGE)
    assert step(pool, to).value == 0
    assert left(pool) == [(D(20), D(300))]
    standard = Entry(number=4, happened_at=_hour(4), does=Does.SWITCH, method=Method.STANDARD, unit_cost=D(14))
    assert step(pool, standard).value == -20


def test_stock_is_never_revalued_below_nothing_or_out_of_nothing() -> None:
    pool = usd(Method.FIFO)
    cheaper = Entry(number=9, happened_at=_hour(9), does=Does.REVALUE, value=D(-11))
    with pytest.raises(CannotCost):
        step(pool, cheaper)
    step(pool, came(1, 1, 10))
    with pytest.raises(CannotCost):
        step(pool, cheaper)
    assert left(pool) == [(D(1), D(10))]


QUANTITIES = st.decimals(min_value="0.001", max_value="500", places=3)
COSTS = st.decimals(min_value="0", max_value="99", places=4)
HISTORY = st.lists(st.tuples(st.booleans(), QUANTITIES, COSTS), max_size=30)
METHODS = st.sampled_from([Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE, Method.STANDARD])


def _entries(history: Sequence[tuple[bool, Decimal, Decimal]]) -> list[Entry]:
    return [
        came(number, quantity, each) if arrives else went(number, quantity)
        for number, (arrives, quantity, each) in enumerate(history, 1)
    ]


@given(METHODS, HISTORY, COSTS)
def test_what_entries_brought_and_took_is_what_the_pool_holds(
    method: Method, history: list[tuple[bool, Decimal, Decimal]], first: Decimal
) -> None:
    pool = usd(method, negative=True, unit_cost=first)
    steps = fold(pool, _entries(history))
    settled = sum((change for done in steps for _, change in done.settled), ZERO)
    assert pool.value == sum((done.value for done in steps), ZERO) + settled
    assert pool.quantity == sum((q if arrives else -q for arrives, q, _ in history), ZERO)
    held = sum((layer.value for layer in pool.layers), ZERO) - sum((debt.value for debt in pool.debts), ZERO)
    assert pool.value == held
    if method is not Method.STANDARD:
        assert not (pool.layers and pool.debts), "pieces on hand pay what is owed at once"
        assert all(layer.quantity > 0 and layer.value >= 0 for layer in pool.layers)
        assert pool.layers == sorted(pool.layers)


@given(METHODS, HISTORY, COSTS)
def test_value_is_nothing_when_quantity_is(
    method: Method, history: list[tuple[bool, Decimal, Decimal]], first: Decimal
) -> None:
    pool = usd(method, negative=True, unit_cost=first)
    fold(pool, _entries(history))
    on_hand = pool.quantity
    if on_hand > 0:
        step(pool, went(99, on_hand))
    elif on_hand < 0:
        step(pool, came(99, -on_hand, 7))
    assert (pool.quantity, pool.value, pool.debts) == (ZERO, ZERO, [])


@given(METHODS, HISTORY, st.integers(0, 30))
def test_a_history_folded_in_two_pieces_is_the_same(
    method: Method, history: list[tuple[bool, Decimal, Decimal]], cut: int
) -> None:
    entries = _entries(history)
    whole = usd(method, negative=True, unit_cost=D(1))
    pieces = whole.copy()
    at_once = fold(whole, entries)
    first = fold(pieces, entries[:cut])
    assert at_once == first + fold(pieces.copy(), entries[cut:])


@given(METHODS, HISTORY, st.lists(QUANTITIES, min_size=1, max_size=30))
def test_many_issues_at_once_do_what_they_do_one_by_one(
    method: Method, history: list[tuple[bool, Decimal, Decimal]], wanted: list[Decimal]
) -> None:
    pool = usd(method, negative=True, unit_cost=D(1))
    fold(pool, _entries(history))
    one_by_one = pool.copy()
    at_once = fold_issues(pool, wanted)
    steps = fold(one_by_one, [went(100 + place, each) for place, each in enumerate(wanted[: len(at_once)])])
    assert at_once == [done.value for done in steps]
    assert (pool.quantity, pool.value, left(pool)) == (one_by_one.quantity, one_by_one.value, left(one_by_one))


@pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO, Method.AVERAGE])
def test_many_issues_at_once_are_all_folded_while_the_next_layer_lasts(method: Method) -> None:
    pool = usd(method)
    step(pool, came(1, 10, 10))
    assert fold_issues(pool, [D(3), D(3), D(3), D(1)]) == [D("-30.00")] * 3, "the last one takes all that is left"


@pytest.mark.parametrize("method", [Method.HIFO, Method.STRICT, Method.STANDARD])
def test_issues_whose_method_chooses_are_folded_one_by_one(method: Method) -> None:
    pool = usd(method, unit_cost=D(10))
    step(pool, came(1, 10, 10))
    assert fold_issues(pool, [D(3)]) == []


@given(METHODS, HISTORY)
def test_a_refused_entry_leaves_the_pool_as_it_was(
    method: Method, history: list[tuple[bool, Decimal, Decimal]]
) -> None:
    pool = usd(method, unit_cost=D(1))
    for entry in _entries(history):
        before = pool.copy()
        try:
            step(pool, entry)
        except Short:
            assert (pool.layers, pool.debts, pool.value) == (before.layers, before.debts, before.value)
    assert pool.quantity >= 0


def test_layers_know_their_age() -> None:
    assert Layer(DAY, 2, D(1), D(1)) < Layer(_hour(1), 1, D(1), D(1))
