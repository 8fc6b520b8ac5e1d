"""The audit log from the command line: verify it, get a receipt, export it."""

from pathlib import Path

import typer

from core import audit
from core.canonical import plain
from core.clock import now
from desk.cli.printing import as_json, fail, out
from desk.house import open_house
from desk.settings import from_environment

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def verify(json: bool = typer.Option(False, "--json")) -> None:
    """Recompute every hash, compare with every signed checkpoint inside and outside the database."""
    settings = from_environment()
    house = open_house(settings)
    try:
        with house.unit() as session:
            found = audit.verify_log(session, settings.anchors, audit.public_keys(settings.keys))
    finally:
        house.close()
    if json:
        as_json({"whole": found.whole, "says": found.says, **plain(found)})
    else:
        out.print(found.says)
        for flaw in found.flaws:
            out.print(f"  {flaw.says}", style="red")
        for remark in found.remarks:
            out.print(f"  {remark}", style="yellow")
    raise typer.Exit(0 if found.whole else 1)


@app.command()
def receipt(
    entry: int = typer.Argument(..., min=1, help="The number of the entry, as the desk shows it."),
    to: Path | None = typer.Option(None, help="Where to write it; standard output when not given."),
) -> None:
    """The receipt of one entry: the entry, its proof, the signed checkpoint. Check it with desk/verify.py, without us."""
    settings = from_environment()
    house = open_house(settings)
    try:
        with house.unit() as session:
            key = audit.signing_key(settings.keys, now(session))
            made = audit.receipt(session, entry - 1, key)  # people count entries from 1
    except (LookupError, ValueError) as wrong:
        fail(f"No receipt can be given: {wrong}")
    finally:
        house.close()
    if to is None:
        as_json(made)
    else:
        import json

        to.write_text(json.dumps(made, indent=2, ensure_ascii=False), encoding="utf-8")
        out.print(f"Written to {to}")


@app.command()
def export(to: Path = typer.Argument(..., help="A new file of JSON lines.")) -> None:
    """Every entry with its place in the tree, and the checkpoints, as JSON lines."""
    if to.exists():
        fail(f"{to} exists already. Name a new file.")
    settings = from_environment()
    house = open_house(settings)
    try:
        with house.unit() as session, to.open("w", encoding="utf-8") as target:
            count = audit.export(session, target, audit.public_keys(settings.keys))
    finally:
        house.close()
    out.print(f"{count} entries written to {to}")
