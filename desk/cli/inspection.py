"""Looking into a running house: `desk doctor` checks every promise on live data, `desk eval` runs recorded cases."""

from pathlib import Path

import typer

from core.doctor import examine
from desk.cli.printing import as_json, out, table
from desk.house import open_house
from desk.settings import from_environment


def doctor(json: bool = typer.Option(False, "--json")) -> None:
    """Check every promise on the live data. Exit status 1 when one does not hold."""
    settings = from_environment()
    house = open_house(settings)
    try:
        with house.unit() as session:
            checks = examine(session, anchors=settings.anchors, keys=settings.keys)
    finally:
        house.close()
    broken = [check for check in checks if not check.holds]
    if json:
        as_json(checks)
    else:
        table("Promises", ("check", "holds", "says"), [(c.name, "yes" if c.holds else "NO", c.says) for c in checks])
        out.print("Every promise holds." if not broken else f"{len(broken)} of {len(checks)} do not hold.")
    raise typer.Exit(1 if broken else 0)


def evaluate(
    folder: Path = typer.Argument(None, help="A folder of recorded cases; the project's own when none is given."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Run recorded cases offline and print one table. Exit status 1 when a case fails."""
    from evals.run import main as run  # evals stand beside the desk and are not needed to run it

    raise typer.Exit(run(folder, as_json=json))
