"""Claims that name a location and claims that name a lot, on the same pieces: compared with every way to hand them out."""

from decimal import Decimal
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from core.availability.fitting import Spot, Wanted, crossing, left_out, room_for

D = Decimal
SPOTS = [(location, lot) for location in ("", "A", "B") for lot in ("", "K", "L")]
THERE = st.dictionaries(st.sampled_from(SPOTS), st.integers(-2, 6).map(D), max_size=6)
CLAIMS = st.lists(st.tuples(st.sampled_from(SPOTS), st.integers(1, 5).map(D)), max_size=5)


def serves(claim: Spot, at: Spot) -> bool:
    return (not claim[0] or claim[0] == at[0]) and (not claim[1] or claim[1] == at[1])


def lacking(there: dict[Spot, Decimal], claims: list[Wanted]) -> Decimal:
    """The most that any group of claims wants beyond all the pieces that could serve one of them (Hall's theorem)."""
    worst = D(0)
    for size in range(1, len(claims) + 1):
        for group in combinations(claims, size):
            usable = sum(max(q, D(0)) for at, q in there.items() if any(serves(spot, at) for spot, _ in group))
            worst = max(worst, sum(q for _, q in group) - usable)
    return worst


@given(there=THERE, claims=CLAIMS)
def test_what_is_left_out_is_what_the_tightest_group_of_claims_lacks(
    there: dict[Spot, Decimal], claims: list[Wanted]
) -> None:
    assert left_out(there, claims) == lacking(there, claims)


@given(there=THERE, claims=CLAIMS, spot=st.sampled_from(SPOTS))
def test_the_room_for_a_claim_is_the_most_that_leaves_nobody_else_short(
    there: dict[Spot, Decimal], claims: list[Wanted], spot: Spot
) -> None:
    room, short = room_for(there, claims, spot), lacking(there, claims)
    assert lacking(there, [*claims, (spot, room)]) == short
    assert lacking(there, [*claims, (spot, room + 1)]) == short + 1


def test_two_claims_that_want_the_same_pieces_by_different_names_do_not_both_fit() -> None:
    there = {("A", "K"): D(5), ("B", "L"): D(5)}
    by_place, by_lot = (("A", ""), D(5)), (("", "K"), D(5))
    assert left_out(there, [by_place]) == left_out(there, [by_lot]) == 0
    assert left_out(there, [by_place, by_lot]) == 5
    assert room_for(there, [by_place], ("", "K")) == 0
    assert room_for(there, [by_place], ("", "L")) == 5
    assert crossing([by_place, by_lot])
    assert not crossing([by_place, (("", ""), D(5)), (("B", "L"), D(1))])
