"""The report as a table: each case with its answers, then the figures by reader."""

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from evals.scoring import Score, by_reader

WIDTH = 180
FIGURES = {
    "cases": "cases",
    "passed": "passed",
    "field_f1": "field F1",
    "field_f1_with_span": "field F1, with span support",
    "intent_macro_f1": "intent macro F1",
    "intent_accuracy": "intent accuracy",
    "exception_precision": "exception precision",
    "exception_recall": "exception recall",
    "acceptable_proposals": "acceptable first proposals",
    "guardrail_violations": "guardrail violations",
}


def report(scores: Sequence[Score], console: Console | None = None) -> None:
    """Print both tables and the last line."""
    console = console or Console(width=WIDTH)
    console.print(_cases(scores))
    console.print(_figures(scores))
    passed = sum(one.passed for one in scores)
    console.print(f"{passed} passed, {len(scores) - passed} failed")


def _cases(scores: Sequence[Score]) -> Table:
    names = list(scores[0].holds)
    table = Table(title="Recorded cases", title_justify="left")
    for column in ("case", "reader", *names, "what differs"):
        table.add_column(column)
    for one in scores:
        answers = ("yes" if one.holds[name] else "[red]NO[/]" for name in names)
        table.add_row(one.name, one.reader, *answers, "; ".join(one.says).replace("[", "\\["))
    return table


def _figures(scores: Sequence[Score]) -> Table:
    parts = by_reader(scores)
    table = Table(title="Figures", title_justify="left")
    table.add_column("")
    for part in parts:
        table.add_column(part, justify="right")
    for name, words in FIGURES.items():
        table.add_row(words, *(_written(figures[name]) for figures in parts.values()))
    return table


def _written(figure: Decimal | int | None) -> str:
    if figure is None:
        return "–"
    return f"{100 * figure:.1f} %" if isinstance(figure, Decimal) else str(figure)
