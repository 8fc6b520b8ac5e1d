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
from core.judging import AtRisk, Pause, Urgency
from core.money import ZERO
from core.wording import amount, quantity

SHORTENED = {"low": 1, "normal": 1, "high": 2, "critical": 4}
"""What the time to a decision is divided by."""
DEFAULT = timedelta(hours=4)
"""For what no code names: the shortest time of the catalogue."""


@dataclass(frozen=True, slots=True)
class Severity:
    """How severe, with the figures that gave it."""

    level: str
    says: str


def urgency(risk: AtRisk, opened_at: datetime, paused: Sequence[Pause], *, now: datetime) -> Urgency:
    """How severe a case is, and when it is due: by the most urgent of its codes."""
    severe = severity(risk)
    ends = _paused_until(opened_at + due_within(risk.codes, severe.level), opened_at, paused, now)
    return Urgency(severity=severe.level, says=severe.says, due_at=ends)


def due(code: str, severity: str, opened_at: datetime, paused: Sequence[Pause] = (), *, now: datetime) -> datetime:
    """When a decision is due. A pause that is still open counts until `now`: the time moves on as long as it lasts.
    Raises for a code or a severity that is none."""
    return _paused_until(opened_at + due_within((Code(code).value,), severity), opened_at, paused, now)


def _paused_until(ends: datetime, opened_at: datetime, paused: Sequence[Pause], now: datetime) -> datetime:
    """The end of a clock that stood still in the pauses."""
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
    named = [BY_WEIGHT[Code(code)].name for code in risk.codes if code in BY_WEIGHT and _is_severe(code)]
    return [
        (2 if named else 0, ", ".join(name[:1].lower() + name[1:] for name in named)),
        (_steps(risk.money, (25, 1000, 10000)), f"{amount(risk.money, risk.currency)} at risk"),
        (_steps(risk.penalty, (0, 0, 5000)), f"{amount(risk.penalty, risk.currency)} contract penalty"),
        ((2 if risk.slips_days or risk.penalty else 1) if strategic else 0, "strategic customer"),
        (0 if cover is None else 3 if cover <= 0 else 2 if cover < 3 else 1 if cover < 10 else 0, _cover(cover)),
        (_lateness(risk), f"class {risk.item_class or 'C'}, {risk.slips_days} days late"),
    ]


def _is_severe(code: str) -> bool:
    """Whether the catalogue calls such cases severe, whatever their figures."""
    return BY_WEIGHT[Code(code)].severity in ("high", "critical")


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
