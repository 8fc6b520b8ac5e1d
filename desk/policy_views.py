"""Decision tables as people read them: a cell per fact, an answer, who decides, and why a row is shown.

A sentence of a rule has slots for the figures of a case; without a case they are named in words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import wording
from core.deciding.proposals import Proposal
from core.judging import Answer
from desk.web import User
from policies.authority import words
from policies.backtest import differences
from policies.conditions import Condition
from policies.guardrails import LISTED
from policies.lint import Problem, lint
from policies.sentences import SLOT
from policies.tables import Row, Table

ANSWERS = {Answer.ALLOW: ("Post by rule", "go"), Answer.ASK: ("Ask one", "ask"), Answer.REFUSE: ("Refuse", "stop")}
COUNTS = {2: "Ask two", 3: "Ask three"}
OPERATORS = {"<=": "up to", "<": "below", ">=": "from", ">": "above"}
BESIDE = re.compile(r", \{\w+_amount(:\$)?\},")
"""A figure that stands beside a percentage says nothing without a case."""
COUNTED_OVER = timedelta(days=90)
SAMPLED = "nobody, 1 in 10 sampled"
MONEY = (
    "pays",
    "disputes",
    "credit",
    "commits",
    "writes_off",
    "freight_unplanned",
    "tax_difference",
    "rounding_difference",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row: a cell per fact, the answer, who decides and how soon, how often, and whether it decided the case."""

    number: int
    cells: tuple[str, ...]
    answer: str
    tint: str
    who: str
    within: str
    times: str
    says: str
    decides: str
    near_miss: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionView:
    """One version of a table."""

    number: int
    whose: str
    since: str
    state: str
    tint: str
    here: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TableView:
    """One table. `diff` is what it changes against the version in force, when another is looked at."""

    id: str
    title: str
    version: int
    since: str
    columns: tuple[str, ...]
    applies: str
    rows: tuple[RowView, ...]
    times: str
    versions: tuple[VersionView, ...]
    diff: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRuling:
    """How a rule judged the case at hand."""

    case: str
    says: str
    near_miss: str
    kind: str
    row: int | None


def table_view(
    session: Session,
    user: User,
    table: Table,
    in_force: Table | None,
    every: Sequence[Table],
    ruling: CaseRuling | None,
    now: datetime,
) -> TableView:
    """A table with its versions, checks, how often each row decided, and the row that decided the case."""
    facts = list(dict.fromkeys(cell.fact for row in table.rows for cell in row.when))
    times = _times(session, user, table, now)
    name = f"{table.id} v{table.version}{f' of {table.entity}' if table.entity else ''}"
    return TableView(
        id=table.id,
        title=table.title,
        version=table.version,
        since=wording.day(table.effective_from),
        columns=tuple(_label(fact) for fact in facts),
        applies=wording.listed([_applies(cell) for cell in table.applies]) or "always",
        rows=tuple(_row(row, facts, times.get(row.number, 0), ruling) for row in table.rows),
        times=f"{sum(times.values()):,}",
        versions=_versions(table, in_force, every, now.date()),
        diff=tuple(differences(in_force, table)) if in_force is not None and in_force is not table else (),
        problems=tuple(problem for problem in checks(tuple(every)) if problem.table in (name, "all")),
    )


@lru_cache(maxsize=4)
def checks(tables: tuple[Table, ...]) -> tuple[Problem, ...]:
    """What is wrong or odd with the tables, computed once for a set of them."""
    return tuple(lint(tables))


def guardrails() -> tuple[tuple[str, str, str], ...]:
    """Every guardrail: its id, its sentence, and how strict it is."""
    return tuple((name, says, ANSWERS[answer][1]) for name, says, answer in LISTED)


def ruling_on(session: Session, user: User, case: str, rule: str) -> CaseRuling | None:
    """How a case's current (or last) proposal was judged by a rule; None when it did not speak."""
    proposal = session.scalars(
        select(Proposal)
        .where(Proposal.entity == user.entity, Proposal.case == case)
        .order_by((Proposal.state == "proposed").desc(), Proposal.place, Proposal.version.desc())
        .limit(1)
    ).first()
    rulings: list[dict[str, Any]] = proposal.body["verdict"]["rulings"] if proposal else []
    found = next((ruling for ruling in rulings if ruling["rule"] == rule), None)
    if found is None:
        return None
    return CaseRuling(
        case=case,
        says=str(found["says"]),
        near_miss=str(found.get("near_miss") or ""),
        kind=ANSWERS[Answer(found["answer"])][1],
        row=found.get("row"),
    )


def _row(row: Row, facts: Sequence[str], times: int, ruling: CaseRuling | None) -> RowView:
    cells = {cell.fact: _words(cell) for cell in row.when}
    answer, tint = ANSWERS[row.answer]
    decides = ruling is not None and ruling.row == row.number
    near = ruling.near_miss if ruling is not None and not decides and f"row {row.number}" in ruling.near_miss else ""
    return RowView(
        number=row.number,
        cells=tuple(cells.get(fact, "any") for fact in facts),
        answer=COUNTS.get(len(row.groups), answer),
        tint=tint,
        who=words(row.groups) if row.groups else SAMPLED if row.answer is Answer.ALLOW else "nobody",
        within=_span(row.within),
        times=f"{times:,}",
        says=_sentence(row.says),
        decides=ruling.case if ruling is not None and decides else "",
        near_miss=near,
    )


def _times(session: Session, user: User, table: Table, now: datetime) -> Mapping[int, int]:
    """How often each row of this version spoke about a proposal that was decided, in ninety days."""
    counted = session.execute(
        text(
            "select (ruling->>'row')::int, count(*) from decision d, jsonb_array_elements(d.verdict->'rulings') ruling"
            " where d.entity = :entity and d.decided_at > :since and ruling->>'rule' = :rule"
            " and ruling->>'version' = :version and ruling->>'row' is not null group by 1"
        ),
        {"entity": user.entity, "since": now - COUNTED_OVER, "rule": table.id, "version": f"v{table.version}"},
    )
    return {int(row): int(count) for row, count in counted}


def _versions(table: Table, in_force: Table | None, every: Sequence[Table], today: date) -> tuple[VersionView, ...]:
    same = sorted((one for one in every if one.id == table.id), key=lambda one: (one.entity, -one.version))
    return tuple(
        VersionView(
            number=one.version,
            whose=one.entity or "All entities",
            since=wording.day(one.effective_from),
            state=_state(one, in_force, today)[0],
            tint=_state(one, in_force, today)[1],
            here=one is table,
        )
        for one in same
    )


def _state(table: Table, in_force: Table | None, today: date) -> tuple[str, str]:
    if table is in_force:
        return "In force", "go"
    if table.effective_from > today:
        return "Comes", "ask"
    return ("Elsewhere", "") if table.entity or (in_force is not None and in_force.entity) else ("Replaced", "")


def _label(fact: str) -> str:
    """A fact as the head of a column: "Price variance", "Price variance, amount"."""
    name = fact.removesuffix("_pct").removesuffix("_days").replace("_amount", ", amount").replace("_", " ")
    return name[:1].upper() + name[1:]


def _applies(cell: Condition) -> str:
    """A condition of a whole table, inside a sentence."""
    if cell.fact == "option":
        return f"the way out is to {_words(cell)}"
    return f"{_label(cell.fact).lower()} is {_words(cell)}"


def _words(cell: Condition) -> str:
    """A cell in words, with the unit of its fact."""
    if cell.operator == "is":
        return {True: "yes", False: "no", None: "unknown"}[cell.value]
    if cell.operator == "in":
        *first, last = (str(value).replace("_", " ") for value in cell.value)
        return f"{', '.join(first)} or {last}" if first else last
    return f"{OPERATORS[cell.operator]} {_figure(cell.fact, cell.value)}"


def _figure(fact: str, value: Decimal) -> str:
    if fact.endswith("_pct"):
        return wording.percent(value)
    if fact.endswith("_days"):
        return wording.plural(value, "day")
    money = fact.endswith("_amount") or fact in MONEY
    return f"{value:,.2f}".removesuffix(".00") if money else wording.quantity(value)


def _sentence(says: str) -> str:
    """A rule's sentence without a case: its slots named in words."""
    named = SLOT.sub(lambda slot: f"the {_label(slot[1]).lower().replace(',', '')}", BESIDE.sub("", says))
    return named[:1].upper() + named[1:]


def _span(within: timedelta | None) -> str:
    if within is None:
        return "–"
    hours = int(within.total_seconds() // 3600)
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"
