"""What another version would have changed: past facts judged again by two sets of tables, in counts and money.

Nothing is looked up here: the past comes in as facts, with what people did about it where that is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.judging import Answer, JudgedFacts, Verdict
from core.money import ZERO
from policies.guardrails import stakes
from policies.tables import Row, Table
from policies.verdict import Policies

BY_RULE, ASK_ONE, ASK_TWO, REFUSED = "by rule", "ask one", "ask two", "refused"
ANSWERS = (BY_RULE, ASK_ONE, ASK_TWO, REFUSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A proposal that was decided: its facts, and by how much people cut what was proposed (None: not known)."""

    facts: JudgedFacts
    cut: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One answer under both versions."""

    answer: str
    count_was: int
    money_was: Decimal
    count_now: int
    money_now: Decimal

    @property
    def moves(self) -> int:
        """How many more (or fewer) get this answer."""
        return self.count_now - self.count_was


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Those whose answer changes in one way. `unchanged` were approved as proposed, `cut` is what people took off."""

    was: str
    now: str
    count: int
    money: Decimal
    unchanged: int
    cut: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Backtest:
    """The table of a comparison. Its totals are equal on both sides: the same past."""

    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    count: int
    money: Decimal


def backtest(past: Iterable[Past], was: Policies, now: Policies) -> Backtest:
    """Judge the same past by both. Give `Policies` a day (`on`) to judge it by tables not yet in force then."""
    judged = [(one, answer(was.judge(one.facts)), answer(now.judge(one.facts))) for one in past]
    lines = tuple(
        Line(
            answer=name,
            count_was=sum(before == name for _, before, _ in judged),
            money_was=_money(one for one, before, _ in judged if before == name),
            count_now=sum(after == name for _, _, after in judged),
            money_now=_money(one for one, _, after in judged if after == name),
        )
        for name in ANSWERS
    )
    ways = sorted({(before, after) for _, before, after in judged if before != after}, key=_order)
    moves = tuple(
        _move(before, after, [one for one, b, a in judged if (b, a) == (before, after)]) for before, after in ways
    )
    return Backtest(lines=lines, moves=moves, count=len(judged), money=_money(one for one, _, _ in judged))


def decided_by(past: Iterable[Past], table: Table) -> Mapping[int | None, int]:
    """How often each row of a table decided; None counts what no row fitted. Only where the table is asked."""
    counts: dict[int | None, int] = {row.number: 0 for row in table.rows}
    for one in past:
        if table.applies_to(one.facts):
            row = table.decide(one.facts)
            number = row.number if row else None
            counts[number] = counts.get(number, 0) + 1
    return counts


def in_place_of(policies: Policies, draft: Table) -> Policies:
    """The same policies with a draft instead of every version of its table that the draft would follow."""
    others = (t for t in policies.tables if (t.id, t.entity) != (draft.id, draft.entity))
    day = policies.on or draft.effective_from
    return Policies((*others, replace(draft, effective_from=min(day, draft.effective_from))), day)


def differences(old: Table, new: Table) -> list[tuple[str, str]]:
    """Rows that differ, as lines of a diff: ("-", old) before ("+", new), by row number."""
    rows_old, rows_new = {r.number: r for r in old.rows}, {r.number: r for r in new.rows}
    found: list[tuple[str, str]] = []
    for number in sorted({*rows_old, *rows_new}):
        was, now = rows_old.get(number), rows_new.get(number)
        if was == now:
            continue
        found += [("-", row_words(was, old))] if was else []
        found += [("+", row_words(now, new))] if now else []
    return found


def row_words(row: Row, table: Table) -> str:
    """A row as one line: "4  price_variance_pct <= 8  price_variance_amount <= 500  ask ap_lead or controller"."""
    cells = {cell.fact: cell.text for cell in row.when}
    shown = [f"{name} {cells.get(name, 'any')}" for name, _ in table.inputs]
    who = " and ".join(" or ".join(group) for group in row.groups)
    return "  ".join([str(row.number), *shown, f"{row.answer.name.lower()} {who}".strip()])


def answer(verdict: Verdict) -> str:
    """A verdict in the words of a backtest."""
    if verdict.answer is Answer.ASK:
        return ASK_ONE if len(verdict.approvers) < 2 else ASK_TWO
    return BY_RULE if verdict.answer is Answer.ALLOW else REFUSED


def _move(was: str, now: str, moved: list[Past]) -> Move:
    cuts = [one.cut for one in moved if one.cut is not None]
    return Move(
        was=was,
        now=now,
        count=len(moved),
        money=_money(moved),
        unchanged=sum(cut == 0 for cut in cuts),
        cut=sum(cuts, ZERO),
    )


def _money(past: Iterable[Past]) -> Decimal:
    return sum((stakes(one.facts) for one in past), ZERO)


def _order(way: tuple[str, str]) -> tuple[int, int]:
    return ANSWERS.index(way[0]), ANSWERS.index(way[1])
