"""Whether claims fit what is there, when some name a location and others a lot: the arithmetic, without a database.

Claims on a location and claims on a lot can want the very same pieces. Each alone fits, both do not: sums by place do not
see that, so pieces are handed out one claim after another, and whoever can be served from elsewhere makes room.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal

ZERO = Decimal(0)
Spot = tuple[str, str]
"""A location and a lot. In a claim an empty one means any."""
Wanted = tuple[Spot, Decimal]


def crossing(claims: Sequence[Wanted]) -> bool:
    """Whether some claims name a location alone and others a lot alone. Where none do, sums by place tell everything."""
    alone = {(bool(location), bool(lot)) for (location, lot), _ in claims}
    return {(True, False), (False, True)} <= alone


def left_out(there: Mapping[Spot, Decimal], claims: Sequence[Wanted]) -> Decimal:
    """How many claimed pieces there are no pieces for, when all that are there are handed out as well as can be."""
    handed = _Handed(there)
    return sum((handed.out(spot, quantity) for spot, quantity in claims), ZERO)


def room_for(there: Mapping[Spot, Decimal], claims: Sequence[Wanted], spot: Spot) -> Decimal:
    """How many more pieces can be claimed at a spot, with the others served as well as can be."""
    handed = _Handed(there)
    for other, quantity in claims:
        handed.out(other, quantity)
    most = sum(handed.left.values(), ZERO)
    return most - handed.out(spot, most)


class _Handed:
    """Pieces as they are handed out: what is left of each spot, and which claim has how many from where."""

    def __init__(self, there: Mapping[Spot, Decimal]) -> None:
        self.left = {spot: quantity for spot, quantity in there.items() if quantity > ZERO}
        self.claims: list[Spot] = []
        self.given: dict[tuple[int, Spot], Decimal] = {}

    def out(self, spot: Spot, quantity: Decimal) -> Decimal:
        """Hand out so many to one more claim. Gives what could not be."""
        claim = len(self.claims)
        self.claims.append(spot)
        while quantity > ZERO:
            path = self._way(claim)
            if not path:
                return quantity
            part = min(quantity, self.left[path[-1][1]], *(self.given[one, at] for one, at in _passed_on(path)))
            for one, at in path:
                self.given[one, at] = self.given.get((one, at), ZERO) + part
            for one, at in _passed_on(path):
                self.given[one, at] -= part
            self.left[path[-1][1]] -= part
            quantity -= part
        return ZERO

    def _way(self, claim: int) -> list[tuple[int, Spot]]:
        """Who takes from where so that the claim gets pieces: it takes from a spot whose holder takes from another, and so
        on to a spot that has some left; the shortest such way, or none."""
        came: dict[Spot, tuple[int, Spot | None]] = {}
        queue: deque[tuple[int, Spot | None]] = deque([(claim, None)])
        while queue:
            one, before = queue.popleft()
            for at in self.left:
                if at in came or not _of(self.claims[one], at):
                    continue
                came[at] = (one, before)
                if self.left[at] > ZERO:
                    return self._walked(came, at)
                queue.extend((other, at) for (other, where), has in self.given.items() if where == at and has > ZERO)
        return []

    @staticmethod
    def _walked(came: Mapping[Spot, tuple[int, Spot | None]], end: Spot) -> list[tuple[int, Spot]]:
        path: list[tuple[int, Spot]] = []
        at: Spot | None = end
        while at is not None:
            one, before = came[at]
            path.append((one, at))
            at = before
        return path[::-1]


def _passed_on(path: Sequence[tuple[int, Spot]]) -> list[tuple[int, Spot]]:
    """What each claim on the way but the first gives up: what it had at the spot the one before it takes from."""
    return [(one, path[place][1]) for place, (one, _) in enumerate(path[1:])]


def _of(claim: Spot, at: Spot) -> bool:
    return all(named in ("", there) for named, there in zip(claim, at, strict=True))
