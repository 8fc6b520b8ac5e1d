"""The one function that decides: every table and guardrail that speaks, the strictest answer, and why.

Deterministic: the same facts and tables give the same verdict. No matching row, an unknown option or a rule that errs
is the strictest answer (DESIGN.md, promise 10).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from core.canonical import digest
from core.judging import Answer, AtRisk, JudgedFacts, Pause, Permission, Person, Ruling, Signed, Urgency, Verdict
from policies import authority, clocks, signatures
from policies.clocks import due_within
from policies.guardrails import GUARDRAILS, QUIET, fingerprint
from policies.nearness import near_miss
from policies.sentences import filled
from policies.tables import FOLDER, Table, in_force, load

SAMPLE_ONE_IN = 10
"""Of what rules decide alone, one in so many is shown to a person afterwards."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policies:
    """Tables, and the judgement over them. Implements `core.judging.Judge`.

    Facts are judged by the tables in force on their day (UTC), or all by those of `on`, which a backtest fixes.
    """

    tables: tuple[Table, ...]
    on: date | None = None

    @classmethod
    def load(cls, folder: Path = FOLDER, at: date | None = None) -> "Policies":
        """The tables of a folder. Raises `policies.conditions.TableError`."""
        return cls(load(folder), at)

    def judge(self, facts: JudgedFacts) -> Verdict:
        """Judge one proposal by its facts. Always gives a verdict; what goes wrong on the way refuses."""
        tables = self.in_force(facts.at.date(), facts.entity)
        guardrails = [r for rule in GUARDRAILS if (r := _safely(partial(rule, facts), rule.__name__))]
        rulings = _spoken([*self._by_tables(tables, facts), *guardrails])
        answer = max((ruling.answer for ruling in rulings), default=Answer.REFUSE)
        if answer is Answer.ASK and (reach := signatures.authority(facts, rulings)) is not None:
            rulings.append(reach)
        rulings.sort(key=lambda ruling: -ruling.answer)
        auto = answer is Answer.ALLOW
        return Verdict(
            answer=answer,
            rulings=tuple(rulings),
            approvers=signatures.approvers(rulings) if answer is Answer.ASK else (),
            due_within=_due_within(facts, rulings),
            policy_version=_version(tables),
            auto=auto,
            sampled=auto and _is_sampled(facts),
        )

    def may_sign(self, facts: JudgedFacts, verdict: Verdict, person: Person, signed: Sequence[Signed]) -> Permission:
        """May this person sign now, after these others?"""
        return authority.may_sign(facts, verdict, person, signed)

    def missing(self, facts: JudgedFacts, verdict: Verdict, signed: Sequence[Signed]) -> tuple[tuple[str, ...], ...]:
        """The groups of roles of which a signature is still missing."""
        return authority.missing(facts, verdict, signed)

    def tolerance(self, table: str, facts: JudgedFacts) -> Ruling:
        """What one tolerance table says, apart from everything else. A table that does not speak refuses."""
        for one in self.in_force(facts.at.date(), facts.entity):
            if one.id == table:
                return _safely(partial(_ruling, one, facts), table) or _silent(table)
        return _silent(table)

    def urgency(self, risk: AtRisk, opened_at: datetime, paused: Sequence[Pause], *, now: datetime) -> Urgency:
        """How severe a case is by what it puts at risk, and when it is due."""
        return clocks.urgency(risk, opened_at, paused, now=now)

    def in_force(self, day: date, entity: str) -> tuple[Table, ...]:
        """The tables that decide in an entity on a day, in the order of their rulings."""
        return in_force(self.tables, self.on or day, entity)

    def version(self, at: datetime, entity: str = "") -> str:
        """What verdicts of that moment name: a number that only grows, and a hash over tables and guardrails."""
        return _version(self.in_force(at.date(), entity))

    def _by_tables(self, tables: Sequence[Table], facts: JudgedFacts) -> list[Ruling]:
        rulings = [r for table in tables if (r := _safely(partial(_ruling, table, facts), table.id))]
        if not any(table.main and facts.option in table.options for table in tables):
            says = f"No rule speaks about {facts.option or 'this'}"
            rulings.append(Ruling(rule="silence", answer=Answer.REFUSE, says=says))
        return rulings


def _ruling(table: Table, facts: JudgedFacts) -> Ruling | None:
    """What one table answers; None when it is not asked. A table without a fitting row refuses."""
    if not table.applies_to(facts):
        return None
    row = table.decide(facts)
    if row is None:
        return Ruling(
            rule=table.id,
            answer=Answer.REFUSE,
            says="No row fits, and silence refuses",
            version=f"v{table.version}",
            near_miss=near_miss(table, facts, None),
        )
    return Ruling(
        rule=table.id,
        answer=row.answer,
        says=filled(row.says, facts),
        version=f"v{table.version}",
        row=row.number,
        groups=row.groups,
        near_miss=near_miss(table, facts, row),
        within=row.within,
    )


def _silent(table: str) -> Ruling:
    return Ruling(rule="silence", answer=Answer.REFUSE, says=f"{table} does not speak about this")


def _safely(rule: Callable[[], Ruling | None], name: str) -> Ruling | None:
    """A rule that errs refuses: nobody gets through because a check broke."""
    try:
        return rule()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return Ruling(rule=name, answer=Answer.REFUSE, says=f"The rule failed: {type(error).__name__}")


def _spoken(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The rulings without those quiet guardrails that another rule says already, as strictly."""
    loud = [one for one in rulings if one.row is not None or one.rule not in QUIET]
    return [one for one in rulings if one in loud or not any(_says_as_much(other, one) for other in loud)]


def _says_as_much(other: Ruling, one: Ruling) -> bool:
    if other.answer is not one.answer:
        return other.answer > one.answer
    return signatures.satisfies(other.groups, one.groups)


def _due_within(facts: JudgedFacts, rulings: Sequence[Ruling]) -> timedelta:
    """The shortest of what the codes leave and what the deciding rows say."""
    by_rows = [ruling.within for ruling in rulings if ruling.within is not None]
    return min([due_within(facts.codes, facts.severity), *by_rows])


def _version(tables: Sequence[Table]) -> str:
    content = [f"{table.entity} {table.id} v{table.version} {table.signature}" for table in tables]
    return f"{sum(table.version for table in tables)}.{digest([*sorted(content), fingerprint()])[:12]}"


def _is_sampled(facts: JudgedFacts) -> bool:
    """A steady one in ten, by content and not by time: the same facts are always sampled or never."""
    return int(digest(replace(facts, at=EPOCH))[:8], 16) % SAMPLE_ONE_IN == 0
