"""What a confidence is worth: of the claims told as so sure, how many were right, on what was held out from development."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from evals.judging import Judged

BINS = tuple(Decimal(end) for end in ("0.5", "0.7", "0.8", "0.9", "0.95", "0.98", "1"))
"""Upper ends of the bins."""


@dataclass(slots=True)
class Bin:
    """The claims told with a confidence up to one end: how many, how many right, and the sum of what was told."""

    claims: int = 0
    right: int = 0
    told: Decimal = Decimal(0)

    @property
    def gap(self) -> Decimal:
        """How far the mean of what was told lies above the share that was right."""
        return (self.told - self.right) / self.claims if self.claims else Decimal(0)


@dataclass(slots=True)
class Reliability:
    """The bins of one reader, and the claims of which nothing was told."""

    bins: dict[Decimal, Bin] = field(default_factory=dict)
    silent: int = 0

    @property
    def error(self) -> Decimal | None:
        """Expected calibration error: the mean gap, each bin by its claims; None where nothing was told."""
        claims = sum(one.claims for one in self.bins.values())
        gaps = sum((abs(one.gap) * one.claims for one in self.bins.values()), Decimal(0))
        return gaps / claims if claims else None


def reliability(claims: Iterable[Judged]) -> dict[str, Reliability]:
    """What the confidence of each reader is worth."""
    found: dict[str, Reliability] = {}
    for one in claims:
        of = found.setdefault(one.classes[0][0], Reliability())
        if one.confidence is None:
            of.silent += 1
            continue
        held = of.bins.setdefault(next(end for end in BINS if one.confidence <= end), Bin())
        held.claims += 1
        held.right += one.right
        held.told += one.confidence
    return dict(sorted(found.items()))


def told(found: dict[str, Reliability]) -> Iterator[str]:
    """The report, line by line."""
    for reader, one in found.items():
        error = "-" if one.error is None else f"{one.error:.3f}"
        yield f"{reader}: expected calibration error {error} on what was held out; {one.silent} claims tell nothing"
        for end, held in sorted(one.bins.items()):
            share, mean = Decimal(held.right) / held.claims, held.told / held.claims
            yield f"    told up to {end}: {held.claims} claims, told {mean:.3f} in the mean, right {share:.3f}"
