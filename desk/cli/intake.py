"""Bringing documents in: `desk ingest` stores and queues, `desk read` reads one document and touches no database."""

from pathlib import Path

import typer
from rich.progress import track

from agents.read.document import read_file
from agents.read.wire import to_wire
from core.claims import PartState, Reading, Span
from core.erp import Actor
from core.intake.boxes import messages_in
from core.intake.storing import store
from core.reading_schema import schema
from desk.cli.printing import as_json, fail, out, table
from desk.house import open_house
from desk.settings import from_environment

CLERK = Actor(kind="system", id="ingest")


def ingest(
    paths: list[Path] = typer.Argument(..., help="Files, folders, maildirs or mbox files."),
    entity: str = typer.Option("", help="Whose mail it is; DESK_ENTITY, else HP."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Store messages and documents before anything reads them; the worker reads them next."""
    settings = from_environment()
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(f"Not there: {', '.join(map(str, missing))}")
    house = open_house(settings)
    stored: list[dict[str, str]] = []
    try:
        found = (item for path in paths for item in messages_in(path))
        for name, raw in track(found, description="Storing", disable=json):
            with house.unit() as session:
                sha256 = store(session, raw, entity=entity or settings.entity, name=name, source="folder", actor=CLERK)
            stored.append({"name": name, "sha256": sha256})
    finally:
        house.close()
    if json:
        as_json(stored)
    else:
        out.print(f"{len(stored)} stored and queued for reading.")


def read(
    file: Path | None = typer.Argument(None),
    json: bool = typer.Option(False, "--json", help="The reading in the published form."),
    form: bool = typer.Option(False, "--schema", help="The JSON Schema of that form, and nothing is read."),
) -> None:
    """Read one document in the sandbox and print what it says, with spans and the reader used. No database."""
    if form:
        as_json(schema())
        return
    if file is None or not file.is_file():
        fail(f"{file} is not a file." if file else "Name the file to read, or ask for --schema.")
    reading = read_file(file)
    if json:
        as_json(to_wire(reading))
    else:
        show(reading)


def show(reading: Reading) -> None:
    """A reading for people: documents with their facts, parts that were not read, trouble."""
    intents = ", ".join(claim.intent for claim in reading.intents) or "none"
    out.print(f"{reading.subject or '(no subject)'} from {reading.sender or 'nobody named'}; intents: {intents}")
    for document in reading.documents:
        rows = [
            (
                claim.field,
                claim.line or "",
                f"{claim.value} {claim.unit or ''}".strip(),
                _place(claim.span),
                claim.reader,
            )
            for claim in document.claims
        ]
        table(f"{document.kind} in {document.part}", ("field", "line", "value", "where", "reader"), rows)
        for check in document.checks:
            out.print(f"  {'holds' if check.holds else 'warns' if check.warning else 'FAILS'}  {check.says}")
    for part in reading.parts:
        if part.state is not PartState.READ:
            out.print(f"{part.path}: {part.state}, {part.why}")
    for trouble in reading.trouble:
        out.print(f"Trouble: {trouble}")


def _place(span: Span) -> str:
    if span.path:
        return f"{span.part} {span.path}"
    if span.page:
        return f"{span.part} p. {span.page}"
    return f"{span.part} {span.start}-{span.end}"
