"""Checks on the tables before they decide anything: nothing silent by accident, nothing that can never decide, nothing
looser than a guardrail.

`python -m policies.lint [FOLDER]` prints what it finds and exits 1 on an error. A note is for reading, an error stops.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.cases import Code
from core.judging import Answer, JudgedFacts
from policies.conditions import TableError
from policies.grid import TooManyPoints, described, points
from policies.guardrails import CEILINGS, TWO_OVER, stakes
from policies.options import STEPS, WAYS
from policies.roles import TITLES
from policies.signatures import satisfies
from policies.tables import FOLDER, Row, Table, in_force, load


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing to mend (error) or to read (not)."""

    table: str
    says: str
    error: bool


def lint(tables: Iterable[Table]) -> list[Problem]:
    """Everything wrong or odd with a set of tables, errors first."""
    every = tuple(tables)
    found = [problem for table in every for problem in _table(table)]
    found += _coverage(every)
    found += [problem for table in every if table.entity for problem in _own(table, every)]
    found += [problem for table in every for problem in _versions(table, every)]
    return sorted(found, key=lambda problem: (not problem.error, problem.table, problem.says))


def _table(table: Table) -> Iterator[Problem]:
    """The checks of one table by itself."""
    if not table.rows:
        yield _error(table, "has no rows")
        return
    try:
        seen = list(points(table))
    except TooManyPoints as many:
        yield _error(table, f"is too wide to be checked: {many}")
        return
    yield from _roles(table)
    yield from _gap(table, seen)
    yield from _unreachable(table, seen)
    yield from _looser_than_guardrail(table, seen)
    if table.hit == "first":
        yield from _overlaps(table, seen)
    yield from _idle_inputs(table)


def _roles(table: Table) -> Iterator[Problem]:
    named = {role for row in table.rows for group in row.groups for role in group}
    for role in sorted(named - TITLES.keys()):
        yield _error(table, f"{role} is no role")


def _gap(table: Table, seen: list[JudgedFacts]) -> Iterator[Problem]:
    """A point at which no row fits. It would be refused, and nobody would have meant it."""
    hole = next((facts for facts in seen if table.decide(facts) is None), None)
    if hole is not None:
        yield _error(table, f"no row fits at {described(hole, table)}")


def _unreachable(table: Table, seen: list[JudgedFacts]) -> Iterator[Problem]:
    deciding = {row.number for facts in seen if (row := table.decide(facts)) is not None}
    for row in table.rows:
        if row.number in deciding:
            continue
        taken = Counter(other.number for facts in seen if row.fits(facts) for other in [table.decide(facts)] if other)
        by = f": {_rows(sorted(taken))} of it" if taken else ""
        yield _error(table, f"row {row.number} can never decide{by}")


def _looser_than_guardrail(table: Table, seen: list[JudgedFacts]) -> Iterator[Problem]:
    """A row that allows beyond a ceiling of the facts it reads, or asks one where two are always asked."""
    told: set[tuple[int, str]] = set()
    for facts in seen:
        row = table.decide(facts)
        if row is None:
            continue
        for name, most in CEILINGS.items():
            if row.answer is Answer.ALLOW and getattr(facts, name) > most and (row.number, name) not in told:
                told.add((row.number, name))
                yield _error(table, f"row {row.number} is looser than a guardrail: it allows {name} above {most}")
        lonely = row.answer is Answer.ASK and len(row.groups) < 2 and stakes(facts) > TWO_OVER
        if lonely and (row.number, "two") not in told:
            told.add((row.number, "two"))
            yield _note(table, f"row {row.number} asks one above {TWO_OVER}; the guardrail asks two all the same")


def _overlaps(table: Table, seen: list[JudgedFacts]) -> Iterator[Problem]:
    """Pairs of rows that both fit somewhere, neither within the other, with answers that differ. The earlier wins."""
    for first in table.rows:
        for second in table.rows[first.number :]:
            if not first.when or not second.when or _same_answer(first, second):
                continue
            both = [facts for facts in seen if first.fits(facts) and second.fits(facts)]
            within = all(second.fits(facts) for facts in seen if first.fits(facts))
            if both and not within:
                says = f"rows {first.number} and {second.number} overlap; row {first.number} wins"
                yield _note(table, f"{says}, as at {described(both[0], table)}")


def _idle_inputs(table: Table) -> Iterator[Problem]:
    used = {cell.fact for row in table.rows for cell in row.when}
    if not used:
        return  # a table of one row for everything
    for name, _ in table.inputs:
        if name not in used:
            yield _note(table, f"{name} is an input that no row reads")


def _coverage(tables: tuple[Table, ...]) -> Iterator[Problem]:
    """Every exception has ways out, and every way out has one main table, on every day on which that can change."""
    for code in Code:
        if not WAYS.get(code):
            yield Problem(table="all", says=f"{code} has no way out", error=True)
        for option in WAYS.get(code, ()):
            if option not in STEPS:
                yield Problem(table="all", says=f"{code} has the way out {option}, which has no steps", error=True)
    for table in tables:
        if table.main and (not table.options or any(cell.fact != "option" for cell in table.applies)):
            yield _error(table, "is a main table and must apply by option alone")
        for option in table.options:
            if option not in STEPS:
                yield _error(table, f"{option} is no way out")
    silent: dict[str, date] = {}
    doubled: dict[str, date] = {}
    for day in _days(tables):
        spoken = Counter(option for table in in_force(tables, day, "") if table.main for option in table.options)
        silent = {**{option: day for option in STEPS if not spoken[option]}, **silent}
        doubled = {**{option: day for option in STEPS if spoken[option] > 1}, **doubled}
    for option, day in sorted(silent.items()):
        yield Problem(table="all", says=f"no main table speaks about {option} on {day}", error=True)
    for option, day in sorted(doubled.items()):
        yield Problem(table="all", says=f"two main tables speak about {option} on {day}", error=True)


def _days(tables: tuple[Table, ...]) -> list[date]:
    """The days on which another version comes or one ends, from the day on which every table has begun."""
    group = [table for table in tables if not table.entity]
    begun = max((min(t.effective_from for t in group if t.id == table.id) for table in group), default=date.min)
    changes = {day for table in group for day in (table.effective_from, table.effective_until) if day is not None}
    return sorted({begun, *(day for day in changes if day > begun)})


def _own(own: Table, tables: tuple[Table, ...]) -> Iterator[Problem]:
    """An entity's own table: only where the group lets it, and told where it is looser than the group's."""
    group = max((t for t in tables if t.id == own.id and not t.entity), key=lambda t: t.version, default=None)
    if group is None:
        yield _error(own, "is an entity's own, and the group has none of that name")
        return
    if not group.overridable or group.main != own.main:
        yield _error(own, "may not be overridden by an entity")
        return
    looser = next((facts for facts in points(group, own) if _looser(own, group, facts)), None)
    if looser is not None:
        yield _note(own, f"is looser than the group's, within the guardrails, as at {described(looser, group)}")


def _looser(own: Table, group: Table, facts: JudgedFacts) -> bool:
    if not own.applies_to(facts):
        return True
    mine, theirs = own.decide(facts), group.decide(facts)
    if mine is None or theirs is None or mine.answer is not theirs.answer:
        return mine is not None and theirs is not None and mine.answer < theirs.answer
    return mine.answer is Answer.ASK and not satisfies(mine.groups, theirs.groups)


def _versions(table: Table, tables: tuple[Table, ...]) -> Iterator[Problem]:
    """A newer version that starts before an older one would never let the older decide."""
    older = [t for t in tables if t.id == table.id and t.entity == table.entity and t.version < table.version]
    for other in older:
        if table.effective_from <= other.effective_from:
            yield _error(table, f"version {other.version} starts no earlier than version {table.version}")


def _same_answer(first: Row, second: Row) -> bool:
    return (first.answer, first.groups) == (second.answer, second.groups)


def _rows(numbers: list[int]) -> str:
    return f"row {numbers[0]} takes all" if len(numbers) == 1 else f"rows {', '.join(map(str, numbers))} take all"


def _error(table: Table, says: str) -> Problem:
    return Problem(table=_name(table), says=says, error=True)


def _note(table: Table, says: str) -> Problem:
    return Problem(table=_name(table), says=says, error=False)


def _name(table: Table) -> str:
    return f"{table.id} v{table.version}{f' of {table.entity}' if table.entity else ''}"


def main(arguments: list[str]) -> int:
    """Print what is found; 1 when there is an error."""
    try:
        problems = lint(load(Path(arguments[0]) if arguments else FOLDER))
    except (TableError, OSError) as unreadable:
        sys.stdout.write(f"error  {unreadable}\n")
        return 1
    for problem in problems:
        sys.stdout.write(f"{'error' if problem.error else 'note '}  {problem.table}: {problem.says}\n")
    return 1 if any(problem.error for problem in problems) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
