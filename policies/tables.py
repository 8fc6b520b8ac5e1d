"""Decision tables: YAML on disk, exact values in memory, and one way to find the row that decides.

A table reads facts by name, row by row. Its figures are read as text and turned into Decimals, so that 250.00 is 250.00
(a YAML float is not). No row that fits means no answer, and no answer means no.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from core.canonical import digest
from core.judging import Answer, JudgedFacts

FOLDER = Path(__file__).resolve().parent / "tables"
NAMES = {field.name for field in fields(JudgedFacts)}
ANSWERS = {"allow": Answer.ALLOW, "ask": Answer.ASK, "refuse": Answer.REFUSE}


class TableError(ValueError):
    """A table that cannot be read. Says which file, which row, and what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One cell: a fact, a comparison, and what it is compared with."""

    fact: str
    operator: str  # any, <=, <, >=, >, ==, in, is
    value: Any = None

    def holds(self, facts: JudgedFacts) -> bool:
        """Does the fact fit the cell?"""
        actual = getattr(facts, self.fact)
        match self.operator:
            case "any":
                return True
            case "<=":
                return bool(actual <= self.value)
            case "<":
                return bool(actual < self.value)
            case ">=":
                return bool(actual >= self.value)
            case ">":
                return bool(actual > self.value)
            case "in":
                wanted = set(self.value)
                return bool(wanted & set(actual)) if isinstance(actual, tuple) else actual in wanted
            case "is":
                return actual is self.value
        return False

    def missed_by(self, facts: JudgedFacts) -> Decimal | None:
        """How far a figure is outside the cell; None where that has no measure."""
        actual = getattr(facts, self.fact)
        if self.operator in ("<=", "<", ">=", ">") and isinstance(actual, Decimal | int):
            return abs(Decimal(actual) - Decimal(self.value))
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table: when, what answer, who decides, and how many."""

    number: int
    when: tuple[Condition, ...]
    answer: Answer
    says: str
    groups: tuple[tuple[str, ...], ...]  # one group of acceptable roles for each signature

    def fits(self, facts: JudgedFacts) -> bool:
        """Do all its cells hold?"""
        return all(condition.holds(facts) for condition in self.when)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A rule: for which options it speaks, over which facts, with which rows; the first row that fits decides."""

    id: str
    title: str
    version: int
    effective_from: date
    effective_until: date | None
    applies: tuple[Condition, ...]  # all must hold for the table to speak at all
    rows: tuple[Row, ...]
    silence_says: str
    entity: str = ""  # empty: the group's
    signature: str = ""

    def speaks(self, facts: JudgedFacts) -> bool:
        """Is this table asked about these facts, on that day, for that entity?"""
        day = facts.at.date()
        in_force = self.effective_from <= day and (self.effective_until is None or day < self.effective_until)
        whose = not self.entity or self.entity == facts.entity
        return in_force and whose and all(condition.holds(facts) for condition in self.applies)

    def decide(self, facts: JudgedFacts) -> Row | None:
        """The first row that fits; None when the table is silent."""
        return next((row for row in self.rows if row.fits(facts)), None)

    def near_miss(self, facts: JudgedFacts, decided: Row | None) -> str:
        """The row just above the deciding one that a single figure kept from fitting, and by how much."""
        before = self.rows[: decided.number - 1] if decided else self.rows
        for row in reversed(before):
            failed = [condition for condition in row.when if not condition.holds(facts)]
            if len(failed) == 1 and (gap := failed[0].missed_by(facts)) is not None:
                cell = failed[0]
                return f"{gap.normalize():f} outside row {row.number}: {cell.fact} {cell.operator} {cell.value}"
        return ""


def load(folder: Path = FOLDER) -> tuple[Table, ...]:
    """Every table of a folder, by file name. Raises `TableError`."""
    return tuple(read(file) for file in sorted(folder.glob("*.yaml")))


def read(file: Path) -> Table:
    """One table. Raises `TableError` with the file, the row and what is wrong."""
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (every scalar stays text)
    if not isinstance(raw, Mapping):
        raise TableError(f"{file.name}: a table is a mapping")
    try:
        return Table(
            id=raw["id"],
            title=raw["title"],
            version=int(raw["version"]),
            effective_from=date.fromisoformat(raw["effective_from"]),
            effective_until=date.fromisoformat(raw["effective_until"]) if raw.get("effective_until") else None,
            applies=_conditions(raw.get("applies", {}), f"{file.name} applies"),
            rows=tuple(_row(row, number, file.name) for number, row in enumerate(raw["rows"], 1)),
            silence_says=raw.get("silence", "no row fits"),
            entity=raw.get("entity", ""),
            signature=digest(raw)[:12],
        )
    except KeyError as missing:
        raise TableError(f"{file.name}: {missing} is missing") from missing
    except (TypeError, ValueError) as wrong:
        raise TableError(f"{file.name}: {wrong}") from wrong


def version_of(tables: Iterable[Table]) -> str:
    """What a verdict names: a hash over every table's content, short enough to be read aloud."""
    return digest([f"{table.id} v{table.version} {table.signature}" for table in tables])[:12]


def _row(raw: Mapping[str, Any], number: int, name: str) -> Row:
    where = f"{name} row {number}"
    answer = ANSWERS.get(raw["answer"])
    if answer is None:
        raise TableError(f"{where}: answer {raw['answer']!r} is none of {', '.join(ANSWERS)}")
    groups = tuple(tuple(part.strip() for part in group.split(" or ")) for group in raw.get("who", []))
    if answer is Answer.ASK and not groups:
        raise TableError(f"{where}: asks, and does not say whom")
    return Row(
        number=number,
        when=_conditions(raw.get("when", {}), where),
        answer=answer,
        says=raw["says"],
        groups=groups,
    )


def _conditions(raw: Mapping[str, str], where: str) -> tuple[Condition, ...]:
    return tuple(_condition(fact, str(cell), where) for fact, cell in raw.items())


def _condition(fact: str, cell: str, where: str) -> Condition:
    """A cell: "<= 2", "in short_pay, hold", "yes", "no", "any"."""
    if fact not in NAMES:
        raise TableError(f"{where}: {fact} is no fact a judge knows")
    operator, _, rest = cell.strip().partition(" ")
    if operator == "any":
        return Condition(fact=fact, operator="any")
    if operator in ("yes", "no"):
        return Condition(fact=fact, operator="is", value=operator == "yes")
    if operator == "in":
        return Condition(fact=fact, operator="in", value=tuple(part.strip() for part in rest.split(",")))
    if operator in ("<=", "<", ">=", ">"):
        try:
            return Condition(fact=fact, operator=operator, value=Decimal(rest))
        except InvalidOperation as wrong:
            raise TableError(f"{where}: {fact} {cell!r} is no figure") from wrong
    raise TableError(f"{where}: {fact} {cell!r} is no condition")
