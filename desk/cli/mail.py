"""Mail at the command line: `desk mailbox` shows how every mailbox is doing, or tries the connections now."""

import os

import typer

from core.clock import now
from desk.cli.printing import as_json, fail, out, table
from desk.house import open_house
from desk.intake_mailboxes import mailboxes
from desk.mail.imap import Imap
from desk.mail.imap_wire import ImapError
from desk.mail.settings import MailSettings, MailSettingsWrong, load, mail_file
from desk.mail.watching import ADVICE
from desk.settings import from_environment


def mailbox(
    check: bool = typer.Option(False, help="Connect to every mailbox now, read-only, and say what comes of it."),
    entity: str = typer.Option("", help="Whose mailboxes; DESK_ENTITY, else HP."),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """How every mailbox is doing. Exit status 1 when one is not reached."""
    settings = from_environment()
    try:
        mail = load(settings.home, settings.entity)
    except MailSettingsWrong as wrong:
        fail(str(wrong))
    if check:
        _check(mail)
        return
    if not mail.mailboxes and not mail.folders:
        out.print(f"No mailbox or folder is connected: {mail_file(settings.home)} names none. docs/mail.md says how.")
    house = open_house(settings)
    try:
        with house.unit() as session:
            views = mailboxes(session, entity or settings.entity, now(session))
    finally:
        house.close()
    if json:
        as_json(views)
    else:
        rows = [(v.name, v.address, v.state, v.seen, v.stored, v.messages, v.left, v.error or v.advice) for v in views]
        columns = ("mailbox", "at", "state", "last seen", "last message", "stored", "left", "what is wrong")
        table("Mailboxes", columns, rows)
        for view in views:
            if view.error:
                out.print(f"{view.name}: {view.advice}")
    raise typer.Exit(1 if any(view.tint == "stop" for view in views) else 0)


def _check(mail: MailSettings) -> None:
    """Connect to each mailbox as it is configured, and change nothing."""
    wrong = False
    for box in mail.mailboxes:
        try:
            with Imap(box.server, seconds=20) as imap:
                opened = imap.open(box.folder, read_only=True)
                tells = "tells of new mail" if "IDLE" in imap.capabilities else f"is asked every {box.poll_seconds} s"
                out.print(f"{box.name}: {len(imap.uids(0)):,} messages in {box.folder}; its server {tells}.")
                imap.leave()
            assert opened.uidvalidity
        except (ImapError, MailSettingsWrong) as error:
            wrong = True
            out.print(f"{box.name}: {error}. {ADVICE.get(getattr(error, 'kind', 'settings'), '')}")
    for folder in mail.folders:
        usable = folder.path.is_dir() and os.access(folder.path, os.R_OK | os.W_OK | os.X_OK)
        wrong = wrong or not usable
        out.print(
            f"{folder.name}: {folder.path} is looked into every {folder.poll_seconds} s."
            if usable
            else f"{folder.name}: {folder.path} cannot be used. {ADVICE['drop']}"
        )
    raise typer.Exit(1 if wrong else 0)
