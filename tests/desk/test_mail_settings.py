"""The mail file: five lines are enough, a password in it is refused, and every mistake says what to write."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from typer.testing import CliRunner

from core import door
from core.cases import Case
from core.erp import Actor
from core.intake.commands import BeginSending, MarkInDoubt, SendMessage
from core.intake.storing import store
from core.intake.tables import Mailbox, Message
from desk.cli.main import app
from desk.house import House
from desk.mail.settings import MailSettings, MailSettingsWrong, Secret, load
from tests.desk.friday import AFTERNOON
from tests.desk.mail_servers import PASSWORD, USER, imap_server

FIVE = """
mailboxes:
  - host: imap.example.com
    user: orders@example.com
    password_env: ORDERS_PASSWORD
    move_to: Stored
"""


def written(home: Path, text: str) -> MailSettings:
    (home / "mail.yaml").write_text(text, encoding="utf-8")
    return load(home, "HP")


def test_five_lines_are_a_mailbox_under_tls(tmp_path: Path) -> None:
    (box,) = written(tmp_path, FIVE).mailboxes

    assert (box.name, box.entity, box.folder, box.move_to) == ("orders@example.com", "HP", "INBOX", "Stored")
    assert (box.server.host, box.server.port, box.server.tls) == ("imap.example.com", 993, "tls")


def test_without_a_file_there_is_no_mailbox_and_no_server(tmp_path: Path) -> None:
    assert load(tmp_path, "HP") == MailSettings()


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_MAIL", str(tmp_path / "gone.yaml"))
    with pytest.raises(MailSettingsWrong, match="not there"):
        load(tmp_path, "HP")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FIVE + "    password: secret\n", "does not belong into this file"),
        (FIVE + "    flag: \\Seen\n", "exclude each other"),
        (FIVE + "    tls: none\n", "Without TLS|without TLS"),
        (FIVE + "    colour: red\n", "colour is no field"),
        (FIVE + "    poll_seconds: soon\n", "whole number"),
        (FIVE + "    since: last year\n", "since is a day"),
        (FIVE.replace("    password_env: ORDERS_PASSWORD\n", ""), "password_env or password_file"),
        (FIVE.replace("    host: imap.example.com\n", "").replace("- ", "  "), "expected|host is missing|fields"),
        (FIVE + FIVE.partition("mailboxes:\n")[2], "two mailboxes or folders of one name"),
        ("smtp: {host: a, from: nobody}\n", "one address"),
        ("smtp: {host: a, from: 'a@b.example\\r\\nBcc: c@d.example'}\n", "one address"),
        ("boxes: []\n", "boxes is no field"),
        ("- a\n", "expected"),
        ("a: [\n", "cannot be read"),
    ],
)
def test_a_mistake_says_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(MailSettingsWrong, match=says) as wrong:
        written(tmp_path, text)
    assert "secret" not in str(wrong.value)


def test_a_password_is_found_when_it_is_needed_and_has_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_PASSWORD", "hunter2")
    assert Secret(env="ORDERS_PASSWORD").reveal() == "hunter2"
    assert "hunter2" not in repr(written(tmp_path, FIVE))
    monkeypatch.delenv("ORDERS_PASSWORD")
    with pytest.raises(MailSettingsWrong, match="ORDERS_PASSWORD is empty"):
        Secret(env="ORDERS_PASSWORD").reveal()
    with pytest.raises(MailSettingsWrong, match="cannot be read"):
        Secret(file=tmp_path / "none").reveal()


def test_the_command_line_tries_a_mailbox_without_changing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path))
    monkeypatch.setenv("ORDERS_PASSWORD", PASSWORD)
    with imap_server() as server:
        server.deliver(b"Subject: x\r\n\r\nHello")
        text = f"mailboxes:\n  - {{host: 127.0.0.1, port: {server.port}, tls: none, user: {USER}, "
        (tmp_path / "mail.yaml").write_text(text + "password_env: ORDERS_PASSWORD}\n", encoding="utf-8")

        told = CliRunner().invoke(app, ["mailbox", "--check"])

        assert (told.exit_code, server.flags()) == (0, ["1 (FLAGS ())"])
    refused = CliRunner().invoke(app, ["mailbox", "--check"])
    assert refused.exit_code == 1


def test_the_intake_page_says_how_a_mailbox_is_doing_and_what_to_do(
    house: House, sign_in: Callable[[str], TestClient]
) -> None:
    with house.unit() as session:
        session.add(
            Mailbox(
                entity="HP", name="invoices", address="invoices at imap", state="waiting", seen_at=AFTERNOON,
                failing_since=AFTERNOON, failures=3, error="the server refuses: <b>no</b>",
                advice="Check user and password.", next_try_at=AFTERNOON + timedelta(minutes=5),
            )
        )  # fmt: skip
        session.add(
            Mailbox(
                entity="HP", name="orders", address="orders at imap", state="watching",
                seen_at=AFTERNOON - timedelta(hours=2),
            )
        )  # fmt: skip

    page = sign_in("noah").get("/intake").text

    for said in ("Not reached", "Check user and password.", "Next try at", "Is the worker running?"):
        assert said in page
    assert "<b>no</b>" not in page


def test_a_case_tells_of_letters_that_did_not_get_through_and_of_answers(
    house: House, sign_in: Callable[[str], TestClient]
) -> None:
    actor = Actor(kind="person", id="mara")
    with house.unit() as session:
        case = session.scalars(select(Case).where(Case.closed_at.is_(None)).order_by(Case.number)).first()
        assert case is not None
        letter = SendMessage(entity="HP", case=case.number, recipient="a@b.example", subject="Order", body="Please say")
        number = str(door.execute(session, letter, actor=actor, key="a").result["outgoing_message"])
        door.execute(session, BeginSending(entity="HP", number=number, message_id="<x@y>"), actor=actor, key="b")
        door.execute(session, MarkInDoubt(entity="HP", number=number, why="it hung up"), actor=actor, key="c")
        sha = store(session, b"From: a@b.example\n\nyes", entity="HP", name="m", source="test", actor=actor)
        session.get_one(Message, ("HP", sha)).answers = case.number
        about = session.scalars(select(Case.number).where(Case.cause == f"letter:{number}")).one()

    browser = sign_in("mara")

    page = browser.get(f"/cases/{case.number}").text
    assert "Whether a letter was sent is not known" in page
    assert f"/intake?message={sha}" in page
    assert "Please say" in browser.get(f"/cases/{about}").text
