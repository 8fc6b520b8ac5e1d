"""Decision tables: YAML on disk, exact values in memory, and one way to find the row that decides.

A table reads facts by name, row by row. A main table answers for options; the others check one thing each. No row that
fits means no answer, and no answer means no.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from core.canonical import digest
from core.judging import Answer, JudgedFacts
from policies.conditions import FACTS, Condition, TableError, condition
from policies.sentences import slots

FOLDER = Path(__file__).resolve().parent / "tables"
ANSWERS = {"allow": Answer.ALLOW, "ask": Answer.ASK, "refuse": Answer.REFUSE}
HITS = ("first", "strictest")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
KEYS = frozenset(
    (
        "id", "title", "version", "effective_from", "effective_until", "place", "main", "hit", "overridable",
        "entity", "inputs", "applies", "rows",
    )
)  # fmt: skip
ROW_KEYS = frozenset(("when", "answer", "who", "within", "says"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table: when, what answer, who decides, and how soon."""

    number: int
    when: tuple[Condition, ...]
    answer: Answer
    says: str
    groups: tuple[tuple[str, ...], ...]  # one group of acceptable roles for each signature
    within: timedelta | None = None

    def fits(self, facts: JudgedFacts) -> bool:
        """Do all its cells hold?"""
        return all(cell.holds(facts) for cell in self.when)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A rule: when it is asked (`applies`), and its rows. `hit` is first, or strictest of all that fit."""

    id: str
    title: str
    version: int
    effective_from: date
    effective_until: date | None  # the first day on which it holds no longer
    inputs: tuple[tuple[str, str], ...]  # fact and kind, in the order of the columns
    applies: tuple[Condition, ...]  # all must hold for the table to be asked at all
    rows: tuple[Row, ...]
    main: bool = False  # answers for the options it names; every option needs one
    hit: str = "first"
    overridable: bool = False  # an entity may have its own
    entity: str = ""  # empty: the group's
    place: int = 50  # order among rulings of one answer, small first
    signature: str = ""

    def applies_to(self, facts: JudgedFacts) -> bool:
        """Is this table asked about these facts?"""
        return all(cell.holds(facts) for cell in self.applies)

    def decide(self, facts: JudgedFacts) -> Row | None:
        """The row that decides; None when the table is silent."""
        fitting = [row for row in self.rows if row.fits(facts)]
        if not fitting or self.hit == "first":
            return fitting[0] if fitting else None
        return max(fitting, key=lambda row: (row.answer, len(row.groups), -row.number))

    def holds_on(self, day: date) -> bool:
        """Is this version in force on that day?"""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

    @property
    def options(self) -> tuple[str, ...]:
        """The options a main table answers for."""
        return tuple(option for cell in self.applies if cell.fact == "option" for option in cell.value)


def in_force(tables: Iterable[Table], day: date, entity: str) -> tuple[Table, ...]:
    """The tables that decide in an entity on a day: of each id the newest version, the entity's own before the group's."""
    newest: dict[tuple[str, str], Table] = {}
    for table in tables:
        if not table.holds_on(day) or table.entity not in ("", entity):
            continue
        known = newest.get((table.id, table.entity))
        if known is None or table.version > known.version:
            newest[table.id, table.entity] = table
    chosen: dict[str, Table] = {}
    for table in sorted(newest.values(), key=lambda one: one.entity):  # the group's first, then replaced
        group = chosen.get(table.id)
        if not table.entity or (group is not None and group.overridable):
            chosen[table.id] = table
    return tuple(sorted(chosen.values(), key=lambda one: (one.place, one.id)))


def load(folder: Path = FOLDER) -> tuple[Table, ...]:
    """Every table of a folder and its folders, by file name. Raises `TableError`."""
    tables = tuple(read(file) for file in sorted(folder.rglob("*.yaml")))
    if not tables:
        raise TableError(f"{folder}: no tables")
    seen: set[tuple[str, str, int]] = set()
    for table in tables:
        key = (table.id, table.entity, table.version)
        if key in seen:
            raise TableError(f"{table.id}: version {table.version} is there twice")
        seen.add(key)
    return tables


def read(file: Path) -> Table:
    """One table. Raises `TableError` with the file, the row and what is wrong."""
    return parse(file.read_text(encoding="utf-8"), file.name)


def parse(text: str, name: str) -> Table:
    """A table from its YAML. Raises `TableError` with the name, the row and what is wrong."""
    try:
        raw = _Texts(text).get_single_data()
        return _table(raw, name)
    except TableError:
        raise
    except KeyError as missing:
        raise TableError(f"{name}: {missing} is missing") from missing
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as wrong:
        raise TableError(f"{name}: {wrong}") from wrong


class _Texts(yaml.BaseLoader):
    """YAML in which every scalar stays text and no key is written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        doubled = sorted({str(key) for key in keys if keys.count(key) > 1})
        if doubled:
            raise TableError(f"line {node.start_mark.line + 1}: {', '.join(doubled)} stands twice")
        return super().construct_mapping(node, deep)


def _table(raw: Any, name: str) -> Table:
    _only(raw, KEYS, name)
    inputs = tuple((fact, kind) for fact, kind in raw["inputs"].items())
    for fact, kind in inputs:
        if FACTS.get(fact) != kind:
            raise TableError(f"{name}: {fact} is {FACTS.get(fact, 'no fact a table may read')}, not {kind}")
    table = Table(
        id=raw["id"],
        title=raw["title"],
        version=int(raw["version"]),
        effective_from=date.fromisoformat(raw["effective_from"]),
        effective_until=date.fromisoformat(raw["effective_until"]) if "effective_until" in raw else None,
        inputs=inputs,
        applies=_conditions(raw.get("applies", {}), f"{name} applies"),
        rows=tuple(_row(row, number, name) for number, row in enumerate(raw["rows"], 1)),
        main=_flag(raw.get("main", "no"), name),
        hit=raw.get("hit", "first"),
        overridable=_flag(raw.get("overridable", "no"), name),
        entity=raw.get("entity", ""),
        place=int(raw.get("place", "50")),
        signature=digest(raw)[:12],
    )
    if table.hit not in HITS:
        raise TableError(f"{name}: hit {table.hit!r} is none of {', '.join(HITS)}")
    declared = {fact for fact, _ in inputs}
    for row in table.rows:
        undeclared = sorted({cell.fact for cell in row.when} - declared)
        if undeclared:
            raise TableError(f"{name} row {row.number}: {', '.join(undeclared)} is not among the inputs")
    return table


def _row(raw: Any, number: int, name: str) -> Row:
    where = f"{name} row {number}"
    _only(raw, ROW_KEYS, where)
    answer = ANSWERS.get(raw["answer"])
    if answer is None:
        raise TableError(f"{where}: answer {raw['answer']!r} is none of {', '.join(ANSWERS)}")
    groups = tuple(tuple(part.strip() for part in group.split(" or ")) for group in raw.get("who", []))
    if (answer is Answer.ASK) != bool(groups):
        raise TableError(f"{where}: who decides is said where the answer is ask, and only there")
    unknown = sorted(slots(raw["says"]) - FACTS.keys())
    if unknown:
        raise TableError(f"{where}: its sentence names {', '.join(unknown)}, which is no fact")
    return Row(
        number=number,
        when=_conditions(raw.get("when", {}), where),
        answer=answer,
        says=raw["says"],
        groups=groups,
        within=_span(raw["within"], where) if "within" in raw else None,
    )


def _conditions(raw: Mapping[str, str], where: str) -> tuple[Condition, ...]:
    return tuple(cell for fact, text in raw.items() if (cell := condition(fact, text, where)) is not None)


def _only(raw: Any, keys: frozenset[str], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise TableError(f"{where}: not a mapping")
    strange = sorted(set(raw) - keys)
    if strange:
        raise TableError(f"{where}: {', '.join(strange)} means nothing here")


def _flag(text: str, name: str) -> bool:
    if text not in ("yes", "no"):
        raise TableError(f"{name}: {text!r} is neither yes nor no")
    return text == "yes"


def _span(text: str, where: str) -> timedelta:
    count, _, unit = text.partition(" ")
    if unit not in UNITS or not count.isdigit() or int(count) == 0:
        raise TableError(f"{where}: within {text!r} is no time (8 h, 1 d)")
    return int(count) * UNITS[unit]
