"""The table of contents of the command line."""

import typer

from desk.cli import audit, inspection, intake, mail, reconcile, running, scenario, users

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.command("up")(running.up)
app.command("web")(running.web)
app.command("worker")(running.worker)
app.command("migrate")(running.migrate)
app.command("ingest")(intake.ingest)
app.command("read")(intake.read)
app.command("eval")(inspection.evaluate)
app.command("mailbox")(mail.mailbox)
app.command("doctor")(inspection.doctor)
app.command("reconcile")(reconcile.reconcile)
app.add_typer(audit.app, name="audit")
app.add_typer(users.app, name="user")
app.add_typer(scenario.app, name="scenario")
