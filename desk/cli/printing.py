"""How the command line speaks: a table or a sentence for people, JSON for programs, a clear error for both."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from core.canonical import plain
from core.refusals import Refused

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def as_json(value: Any) -> None:
    """Print a value as JSON, for programs."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a title, for people."""
    shown = Table(title=title, title_justify="left", title_style="bold", show_lines=False, pad_edge=False)
    for column in columns:
        shown.add_column(column)
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    out.print(shown)


def facts(pairs: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        out.print(f"{name:<{width}}  {value}")


def fail(says: str, code: int = 1) -> NoReturn:
    """End with a sentence that says what, where and what to do."""
    err.print(says, style="red")
    raise typer.Exit(code)


@contextmanager
def refusals_as_sentences() -> Iterator[None]:
    """A refusal of the core ends the command with its sentence, not with a stack of frames."""
    try:
        yield
    except Refused as refusal:
        fail(f"Refused ({refusal.code}): {refusal.detail}", 2)
