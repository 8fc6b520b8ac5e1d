"""How soon: the time to a decision per exception code, shortened by severity; and how severe a case is, by figures.

The hours are the defaults of the exception catalogue (`core.case_defaults`), so that there is one list of them.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core.case_defaults import sla

SHORTENED = {"low": 1, "normal": 1, "high": 2, "critical": 4}
"""What the time to a decision is divided by."""
HIGH_STAKE, CRITICAL_STAKE = Decimal(1000), Decimal(10000)
"""Money at risk (entity currency) from which a case is high, and critical."""


def due_within(codes: tuple[str, ...], severity: str) -> timedelta:
    """The shortest time any of the codes leaves, shortened by severity."""
    shortest = min((sla(code) for code in codes), default=timedelta(hours=8))
    return shortest / SHORTENED[severity]


@dataclass(frozen=True, slots=True)
class Severity:
    """How severe, with the figures that gave it."""

    level: str
    says: str


def severity(stake: Decimal, item_class: str, slips_days: int) -> Severity:
    """Low, normal, high or critical from money at risk, the item's class and the days it slips."""
    if stake >= CRITICAL_STAKE:
        return Severity("critical", f"{stake:,.2f} at risk")
    if stake >= HIGH_STAKE or (item_class == "A" and slips_days > 0):
        return Severity("high", f"{stake:,.2f} at risk, class {item_class or 'C'}, {slips_days} days late")
    if stake < Decimal(25) and slips_days == 0:
        return Severity("low", f"{stake:,.2f} at risk")
    return Severity("normal", f"{stake:,.2f} at risk")
