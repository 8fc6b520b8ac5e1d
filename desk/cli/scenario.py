"""Stories of a company: `desk scenario run` lives one through on books of its own, `desk scenario schema` says its form."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import typer

from core.canonical import text_of
from core.deciding.facts import set_judge
from core.postgres import database_url
from core.scenario.checking import faults
from core.scenario.expectations import said
from core.scenario.form import schema as form
from core.scenario.player import play
from core.scenario.report import Report, Seen
from core.scenario.story import read_story
from desk.cli.printing import as_json, err, fail, out, table
from desk.settings import from_environment
from desk.throwaway import empty_books
from policies.verdict import Policies

ENDS = (signal.SIGINT, signal.SIGTERM)

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def run(file: Path = typer.Argument(..., help="A story in YAML."), json: bool = typer.Option(False, "--json")) -> None:
    """Live a story through. Exit status 0 when it holds, 1 when it does not, 2 when the file is no story."""
    wrong = faults(file)
    if wrong:
        if json:
            as_json({"file": str(file), "faults": wrong})
        for fault in wrong:
            err.print(f"{file}:{fault.line}: {fault.where}: {fault.says}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2)
    try:
        with _interruptible(), empty_books(database_url(from_environment().home)) as session:
            set_judge(session, Policies.load())
            report = play(session, read_story(file))
    except psycopg.errors.InsufficientPrivilege:
        fail("A story needs a database of its own: give the user of DATABASE_URL the right to create databases.", 3)
    if json:
        as_json({"holds": report.holds, **_plain(report)})
    else:
        _print(report)
    raise typer.Exit(0 if report.holds else 1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a story."""
    as_json(form())


@contextmanager
def _interruptible() -> Iterator[None]:
    """While this lasts, being ended goes the way of an error, so that the books of the story are dropped on the way out. A
    second signal does not break that off. Afterwards signals do what they did before."""
    before = {number: signal.getsignal(number) for number in ENDS}

    def ended(number: int, frame: object) -> NoReturn:
        for one in ENDS:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in ENDS:
        signal.signal(number, ended)
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _plain(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in Report.__slots__}


def _print(report: Report) -> None:
    out.print(f"{report.story}: {report.says}", markup=False)
    table("Steps", ("step", "at", "by", "command", "went"), [_step(done) for done in report.done])
    shown = [(done.place, what, said(change)) for done in report.done for what, change in done.shown.items()]
    _table("Shown before it was done", shown, ("step", "what", "change"))
    _books(report.seen)
    for entity, seen in report.others.items():
        out.print(f"\nThe books of {entity}", style="bold", markup=False)
        _books(seen)
    refused = [(done.place, done.do, done.refused) for done in report.done if done.refused]
    _table("Refused steps", refused, ("step", "command", "reason"))
    failed = [(one.place or "end", one.what, one.expected, one.found) for one in report.failed]
    _table("Not as the story says", failed, ("step", "what", "expected", "found"))
    count = len(report.failed)
    out.print("The story holds." if report.holds else f"The story does not hold: {count} not as expected.")


def _books(seen: Seen) -> None:
    """What stands in the books of one entity."""
    _rows("Stock", ("item and site", "status", "quantity"), seen.stock)
    _pairs("Value of stock", ("item and site", "value"), seen.value)
    _rows_of_lists("Layers, oldest first", ("item and site", "quantity for value (document)"), seen.layers)
    _pairs("Journal (debit positive)", ("account", "balance"), seen.journal)
    _pairs("Cost by document", ("document", "taken out of stock"), seen.costs)
    _documents("Orders", seen.orders)
    _documents("Supplier invoices", seen.invoices)
    _pairs("Payables", ("supplier", "owed"), seen.payables)
    _table("Claims", [(one["supplier"], _figure(one["amount"]), one["state"], said(one["codes"])) for one in seen.claims],
           ("supplier", "amount", "state", "codes"))  # fmt: skip
    columns = ("case", "codes", "severity", "stake", "says")
    _table("Exceptions", [tuple(said(one[name]) for name in columns) for one in seen.exceptions], columns)


def _step(done: Any) -> tuple[object, ...]:
    went = f"refused: {done.refused}" if done.refused else "only looked at" if done.only_shown else "done"
    return done.place, done.at, done.by or "system", done.do, went


def _figure(value: Any) -> str:
    return text_of(value) if value is not None else ""


def _table(title: str, rows: list[Any], columns: tuple[str, ...]) -> None:
    """A table where there is something to show; nothing otherwise."""
    if rows:
        table(title, columns, [tuple(_as_text(cell) for cell in row) for row in rows])


def _as_text(cell: object) -> str:
    """A cell as it is written: brackets are text, not style."""
    return str(cell).replace("[", r"\[")


def _pairs(title: str, columns: tuple[str, ...], found: dict[str, Any]) -> None:
    _table(title, [(name, _figure(value)) for name, value in found.items()], columns)


def _rows(title: str, columns: tuple[str, ...], found: dict[str, Any]) -> None:
    rows = [(name, status, _figure(count)) for name, held in found.items() for status, count in held.items()]
    _table(title, rows, columns)


def _rows_of_lists(title: str, columns: tuple[str, ...], found: dict[str, list[str]]) -> None:
    _table(title, [(name, one) for name, held in found.items() for one in held], columns)


def _documents(title: str, found: dict[str, dict[str, Any]]) -> None:
    _table(
        title, [(name, said({k: v for k, v in held.items() if v})) for name, held in found.items()], ("number", "is")
    )
