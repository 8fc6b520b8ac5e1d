"""The policies page: every table as it decides, the row that decided a case and the near miss, checks and guardrails."""

import inspect
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.deciding.proposals import Proposal
from core.judging import Answer
from desk.web import User, house_of, may_open, show
from policies.authority import words
from policies.conditions import Condition
from policies.guardrails import GUARDRAILS, TWO_OVER
from policies.lint import lint
from policies.tables import Row, Table
from policies.verdict import Policies

router = APIRouter()

ANSWERS = {Answer.ALLOW: ("Post by rule", "go"), Answer.ASK: ("Ask", "ask"), Answer.REFUSE: ("Refuse", "stop")}


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row of a table: a cell per fact, the answer, who decides, and whether it decided the case at hand."""

    number: int
    cells: tuple[str, ...]
    answer: str
    tint: str
    who: str
    says: str
    decides: str
    near_miss: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TableView:
    """One table as people read it."""

    id: str
    title: str
    version: int
    since: str
    columns: tuple[str, ...]
    applies: str
    rows: tuple[RowView, ...]


@router.get("/policies", response_class=HTMLResponse)
def page(
    request: Request, table: str = "price-variance", case: str = "", user: User = may_open("Policies")
) -> HTMLResponse:
    """The tables in force; with a case, how it was judged by the chosen one."""
    house = house_of(request)
    policies = house.judge
    assert isinstance(policies, Policies), "the desk runs on its own policies"
    guardrail = next((g for g in GUARDRAILS if g.__name__.replace("_", "-") == table), None)
    with house.unit() as session:
        now = clock.now(session)
        ruling = _ruling(session, user, case, table) if case else None
    tables = policies.in_force(now.date(), user.entity)
    chosen = next((one for one in tables if one.id == table), None)
    if chosen is None and guardrail is None and ruling is None:
        raise HTTPException(404, f"There is no rule called {table}.")
    shown = chosen or next(one for one in tables if one.id == "price-variance")
    return show(
        request,
        "policies.html",
        table=_view(shown, ruling if chosen else None, case),
        tables=[(one.id, one.title, one.version) for one in tables],
        problems=lint(policies.tables),
        guardrails=[(g.__name__.replace("_", "-"), inspect.getdoc(g) or "") for g in GUARDRAILS],
        two_over=TWO_OVER,
        version=policies.version(now, user.entity),
        case=case,
        ruling=ruling,
        is_guardrail=chosen is None,
        asked=table,
    )


def _ruling(session: Session, user: User, case: str, rule: str) -> dict[str, object] | None:
    """How a case's current (or last) proposal was judged by this rule."""
    proposal = session.scalars(
        select(Proposal)
        .where(Proposal.entity == user.entity, Proposal.case == case)
        .order_by((Proposal.state == "proposed").desc(), Proposal.place, Proposal.version.desc())
    ).first()
    if proposal is None:
        return None
    return next((ruling for ruling in proposal.body["verdict"]["rulings"] if ruling["rule"] == rule), None)


def _view(table: Table, ruling: dict[str, object] | None, case: str) -> TableView:
    facts = list(dict.fromkeys(cell.fact for row in table.rows for cell in row.when))
    return TableView(
        id=table.id,
        title=table.title,
        version=table.version,
        since=f"{table.effective_from:%d %b %Y}",
        columns=tuple(fact.replace("_", " ").capitalize() for fact in facts),
        applies=", ".join(f"{cell.fact.replace('_', ' ')} {_words(cell)}" for cell in table.applies),
        rows=tuple(_row(row, facts, ruling, case) for row in table.rows),
    )


def _row(row: Row, facts: list[str], ruling: dict[str, object] | None, case: str) -> RowView:
    cells = {cell.fact: _words(cell) for cell in row.when}
    answer, tint = ANSWERS[row.answer]
    if row.answer is Answer.ASK:
        answer = "Ask two" if len(row.groups) > 1 else "Ask one"
    decided = ruling is not None and ruling.get("row") == row.number
    near = str(ruling.get("near_miss") or "") if ruling else ""
    is_near = f"outside row {row.number}:" in near
    return RowView(
        number=row.number,
        cells=tuple(cells.get(fact, "any") for fact in facts),
        answer=answer,
        tint=tint,
        who=words(row.groups) if row.groups else "nobody, 1 in 10 sampled",
        says=row.says,
        decides=case if decided else "",
        near_miss=near if is_near else "",
    )


def _words(cell: Condition) -> str:
    if cell.operator == "is":
        return "yes" if cell.value else "no"
    if cell.operator == "in":
        return ", ".join(str(value).replace("_", " ") for value in cell.value)
    if cell.operator == "any":
        return "any"
    names = {"<=": "up to", "<": "below", ">=": "from", ">": "above"}
    return f"{names[cell.operator]} {cell.value}"
