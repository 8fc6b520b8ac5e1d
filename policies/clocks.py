"""How soon and how severe: the time to a decision per exception, shortened by severity and lengthened by pauses, and
severity itself, by figures.

The hours are those of the exception catalogue (`core.case_defaults`), so that there is one list of them; they are counted
around the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.case_defaults import BY_WEIGHT, sla
from core.cases import Code
from core.money import ZERO
from core.wording import amount, quantity

SHORTENED = {"low": 1, "normal": 1, "high": 2, "critical": 4}
"""What the time to a decision is divided by."""
DEFAULT = timedelta(hours=4)
"""For what no code names: the shortest time of the catalogue."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands, because the supplier or a customer has to answer. Open while `ends_at` is None."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AtRisk:
    """What a case puts at risk. Amounts in the entity's currency; `days_of_cover` is None where stock is not the matter."""

    currency: str
    money: Decimal = ZERO
    penalty: Decimal = ZERO  # what a contract makes us pay
    customer_tier: str = ""  # "strategic", "contract", "internal" or nothing
    item_class: str = ""
    slips_days: int = 0
    days_of_cover: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Severity:
    """How severe, with the figures that gave it."""

    level: str
    says: str


def due(code: str, severity: str, opened_at: datetime, paused: Sequence[Pause] = (), *, now: datetime) -> datetime:
    """When a decision is due. A pause that is still open counts until `now`: the time moves on as long as it lasts.
    Raises for a code or a severity that is none."""
    ends = opened_at + due_within((Code(code).value,), severity)
    for start, end in _merged(paused, opened_at, now):
        if start < ends:  # a pause after the clock ran out saves nothing
            ends += end - start
    return ends


def due_within(codes: Iterable[str], severity: str) -> timedelta:
    """The shortest time any of the codes leaves, shortened by severity. What is unknown leaves the shortest there is."""
    shortest = min((sla(code) for code in codes if code in BY_WEIGHT), default=DEFAULT)
    return shortest / SHORTENED.get(severity, max(SHORTENED.values()))


def owner_role(code: str) -> str:
    """The role that owns cases of a code. Raises for a code that is none."""
    return BY_WEIGHT[Code(code)].owner_role


def severity(risk: AtRisk) -> Severity:
    """Low, normal, high or critical: the worst of its figures, and the sentence that names them."""
    marks = [mark for mark in _marks(risk) if mark[0] > 0]
    worst = max((points for points, _ in marks), default=0)
    if marks:
        return Severity(("low", "normal", "high", "critical")[worst], ", ".join(says for _, says in marks))
    return Severity("low", f"{amount(risk.money, risk.currency)} at risk")


def _marks(risk: AtRisk) -> list[tuple[int, str]]:
    """How heavy each figure is, from 0 (says nothing) to 3 (critical), with its words."""
    strategic = risk.customer_tier == "strategic"
    cover = risk.days_of_cover
    return [
        (_steps(risk.money, (25, 1000, 10000)), f"{amount(risk.money, risk.currency)} at risk"),
        (_steps(risk.penalty, (0, 0, 5000)), f"{amount(risk.penalty, risk.currency)} contract penalty"),
        ((2 if risk.slips_days or risk.penalty else 1) if strategic else 0, "strategic customer"),
        (0 if cover is None else 3 if cover <= 0 else 2 if cover < 3 else 1 if cover < 10 else 0, _cover(cover)),
        (_lateness(risk), f"class {risk.item_class or 'C'}, {risk.slips_days} days late"),
    ]


def _lateness(risk: AtRisk) -> int:
    if risk.slips_days <= 0:
        return 0
    return 2 if risk.item_class == "A" or risk.slips_days > 14 else 1


def _steps(value: Decimal, edges: tuple[int, int, int]) -> int:
    """How many of the edges a value is above."""
    return sum(value > edge for edge in edges)


def _cover(days: Decimal | None) -> str:
    return f"{quantity(days or ZERO)} days of cover"


def _merged(paused: Sequence[Pause], opened_at: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """Pauses as spans that do not overlap, from the opening on and until now at most."""
    spans: list[tuple[datetime, datetime]] = []
    for start, end in sorted((max(p.starts_at, opened_at), min(p.ends_at or now, now)) for p in paused):
        if end <= start:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans
