"""The money at stake in a case, as a sum whose every part has a source.

A part is counted once. Where the whole document is in question (no order, another currency, nothing of it readable), the
parts of it are inside that; sums that are off follow from each other, so that only the largest of them counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from core.cases import Code
from core.money import ZERO


class Staked(Protocol):
    """What of a finding is counted: rows of `case_finding` are such."""

    code: Any
    subject: Any
    headline: Any
    says: Any
    stake: Any
    facts: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a stake: what it is, the sentence with its figures, where it stands, and how much of it counts."""

    code: str
    headline: str
    says: str
    source: str
    amount: Decimal
    counts: Decimal  # the amount, or 0 where another part holds it already
    inside: str = ""  # the source of the part that holds it


def parts_of(findings: Sequence[Staked]) -> tuple[Part, ...]:
    """Every finding with money in it, in the order of the findings. The stake of a case is the sum of what counts."""
    with_money = [finding for finding in findings if finding.stake]
    return tuple(
        Part(
            code=str(one.code),
            headline=str(one.headline),
            says=str(one.says),
            source=str(one.subject),
            amount=one.stake,
            counts=one.stake if held_by is None else ZERO,
            inside="" if held_by is None else str(held_by.subject),
        )
        for one in with_money
        for held_by in [_held_by(one, with_money)]
    )


def stake_of(findings: Sequence[Staked]) -> Decimal:
    """The money at stake, in the currency of the case."""
    return sum((part.counts for part in parts_of(findings)), ZERO)


def _held_by(one: Staked, others: Sequence[Staked]) -> Staked | None:
    """The finding in which the money of this one is counted already; None when it counts itself."""
    whole = [other for other in others if other.facts.get("whole")]
    sums = [other for other in others if other.code == Code.INVOICE_ARITHMETIC]
    for group, member in ((whole, True), (sums, one.code == Code.INVOICE_ARITHMETIC)):
        if group and member:
            largest = max(group, key=lambda other: other.stake)
            return None if largest is one else largest
    return None
