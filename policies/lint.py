"""Checks on the tables before they decide anything: nothing silent by accident, nothing that can never decide.

`python -m policies.lint` prints what it finds and exits 1 on an error. A warning is for reading, an error stops.
"""

import sys
from dataclasses import dataclass

from core.judging import Answer
from policies.tables import Condition, Row, Table, TableError, load

OPTIONS = frozenset(
    (
        "short_pay", "accept_price", "dispute_charge", "post_matched", "hold", "ask_credit_note",
        "ask_corrected", "ask_order_number", "reject", "reject_duplicate", "not_duplicate", "link_order",
        "approve_without_order", "post_credit_note", "accept_delay", "expedite", "backorder_rest",
        "cancel_missing", "cancel_rest", "transfer", "hold_to_price", "accept_price_change", "chase",
        "keep_open", "close_short", "accept_over", "return_excess", "return_damaged", "scrap_with_claim",
        "accept_at_discount", "verify_out_of_band", "reject_bank_change", "ask_resend", "discard",
        "ignore_sender", "report_phishing", "link_sender", "undo",
    )
)  # fmt: skip
"""Every option that can be proposed (a test holds this against the options themselves)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing to mend (error) or to read (not)."""

    table: str
    says: str
    error: bool


def lint(tables: tuple[Table, ...]) -> list[Problem]:
    """Everything wrong or odd with a set of tables."""
    problems = [problem for table in tables for problem in _table(table)]
    spoken = {option for table in tables if table.id.startswith("option-") for option in _options(table)}
    problems += [
        Problem(table="all", says=f"no table speaks about {option}", error=True) for option in sorted(OPTIONS - spoken)
    ]
    problems += [Problem(table="all", says=f"{option} is no option", error=True) for option in sorted(spoken - OPTIONS)]
    ids = [table.id for table in tables if not table.entity]
    problems += [Problem(table=i, says="is there twice", error=True) for i in sorted(set(ids)) if ids.count(i) > 1]
    return problems


def _table(table: Table) -> list[Problem]:
    problems = []
    for row in table.rows:
        earlier = [other for other in table.rows[: row.number - 1] if _covers(other, row)]
        if earlier:
            says = f"row {row.number} can never decide: row {earlier[0].number} takes all of it"
            problems.append(Problem(table=table.id, says=says, error=True))
    if table.rows and table.rows[-1].when:
        says = "its last row has conditions: what fits no row is refused"
        problems.append(Problem(table=table.id, says=says, error=False))
    if any(row.answer is Answer.ALLOW and not row.when for row in table.rows):
        problems.append(Problem(table=table.id, says="a row allows without any condition", error=True))
    return problems


def _covers(wide: Row, narrow: Row) -> bool:
    """Does every case of `narrow` fit `wide`?"""
    return all(any(_implies(mine, cell) for mine in narrow.when) for cell in wide.when if cell.operator != "any")


def _implies(narrow: Condition, wide: Condition) -> bool:
    if narrow.fact != wide.fact:
        return False
    if narrow.operator in ("<=", "<") and wide.operator in ("<=", "<"):
        looser_edge = narrow.operator == "<" or wide.operator == "<="
        return bool(narrow.value < wide.value or (narrow.value == wide.value and looser_edge))
    if narrow.operator in (">=", ">") and wide.operator in (">=", ">"):
        looser_edge = narrow.operator == ">" or wide.operator == ">="
        return bool(narrow.value > wide.value or (narrow.value == wide.value and looser_edge))
    if narrow.operator == wide.operator == "in":
        return set(narrow.value) <= set(wide.value)
    return bool(narrow.operator == wide.operator and narrow.value == wide.value)


def _options(table: Table) -> set[str]:
    return {option for cell in table.applies if cell.fact == "option" for option in cell.value}


def main() -> int:
    """Print what is found; 1 when there is an error."""
    try:
        problems = lint(load())
    except TableError as unreadable:
        sys.stdout.write(f"error  {unreadable}\n")
        return 1
    for problem in problems:
        sys.stdout.write(f"{'error' if problem.error else 'note '}  {problem.table}: {problem.says}\n")
    return 1 if any(problem.error for problem in problems) else 0


if __name__ == "__main__":
    sys.exit(main())
