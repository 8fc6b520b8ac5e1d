"""Servers that refuse, lie, send rubbish or cannot do what others can: each ends in a plain word, and nothing is lost."""

import base64
import logging
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from core.db import Base
from desk.house import House
from desk.mail.imap import Imap, encoded_folder
from desk.mail.imap_wire import ImapError
from desk.mail.settings import Secret
from desk.mail.watching import watching
from tests.desk.mail_servers import USER, MailServer, box_at, certificate, imap_server, server_at
from tests.desk.mailbox_life import QUICK, imap, letter, look, password, row, soon, stored, without

__all__ = ["imap", "password"]  # fixtures


def test_a_refused_password_is_told_and_stands_nowhere(
    house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MAIL_TEST_PASSWORD", "hunter2-hunter2")
    caplog.set_level(logging.DEBUG)
    with watching(house, [box_at(imap.port)], QUICK):
        soon(lambda: row(house).failures > 0)
    assert "Check user and password" in row(house).advice
    with house.session() as session:
        for table in Base.metadata.tables:
            rows = session.scalars(text(f"select t::text from {table} t"))
            assert not [one for one in rows if "hunter2" in one]
    assert "hunter2" not in caplog.text
    assert "hunter2" not in repr(box_at(imap.port))


def test_a_certificate_nobody_knows_is_refused(house: House, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with imap_server(0, "--cert", str(cert), "--key", str(key)) as imap:
        with pytest.raises(ImapError) as refused:
            Imap(server_at(imap.port, "starttls"), seconds=3)
        assert refused.value.kind == "certificate"
        with Imap(server_at(imap.port, "starttls", ca=cert), seconds=3) as line:
            assert line.open("INBOX", read_only=True).uidvalidity


def test_a_server_without_starttls_is_told_nothing(imap: MailServer) -> None:
    with pytest.raises(ImapError, match="nothing is sent to it unprotected"):
        Imap(server_at(imap.port, "starttls"), seconds=3)


def test_a_token_is_given_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TEST_TOKEN", "ya29.token")
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            near, _ = listener.accept()
            with near, near.makefile("rwb") as line:
                line.write(b"* OK ready\r\n")
                line.flush()
                while command := line.readline():
                    heard.append(command)
                    tag = command.split()[0]
                    line.write(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n" if b"CAPABILITY" in command else b"")
                    line.write(tag + b" OK done\r\n")
                    line.flush()

        threading.Thread(target=serve, daemon=True).start()
        server = replace(server_at(int(listener.getsockname()[1])), token=True, secret=Secret(env="MAIL_TEST_TOKEN"))
        with Imap(server, seconds=3) as line:
            line.leave()

    said = next(command for command in heard if b"AUTHENTICATE" in command)
    assert base64.b64decode(said.split()[-1]) == f"user={USER}\x01auth=Bearer ya29.token\x01\x01".encode()


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", "INBOX"),
        ("A & B", "A &- B"),
        ("Aufträge", "Auftr&AOQ-ge"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ],
)
def test_names_of_folders_are_written_as_the_standard_says(name: str, encoded: str) -> None:
    assert encoded_folder(name) == encoded


@pytest.mark.parametrize(
    "says",
    [
        b"* OK ready\r\n" + b"* CAPABILITY IMAP4rev1" + b" X" * 2_000_000,
        b"* OK ready\r\n* 1 FETCH (BODY[] {999999999999}\r\n",
        b"* BYE go away\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"* OK ready\r\n" + b"* 1 EXISTS\r\n" * 200_000,
    ],
)
def test_a_server_that_sends_rubbish_ends_in_an_error_in_bounded_time(says: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            near, _ = listener.accept()
            try:
                near.sendall(says)
                near.recv(1000)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        started = time.monotonic()
        with pytest.raises(ImapError):
            Imap(server_at(int(listener.getsockname()[1])), seconds=2)
        assert time.monotonic() - started < 10


def test_a_server_without_move_has_the_message_copied_and_removed(
    house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.deliver(letter(1))
    monkeypatch.setattr(Imap, "_learn", without("MOVE"))

    look(house, box_at(imap.port, move_to="Stored"))

    assert (imap.texts(), imap.texts("Stored")) == ([], [letter(1)])


def test_a_server_without_uidplus_has_it_marked_so_that_nothing_of_others_is_swept_away(
    house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.deliver(letter(1))
    monkeypatch.setattr(Imap, "_learn", without("MOVE", "UIDPLUS"))
    box = box_at(imap.port, move_to="Stored")

    look(house, box)

    assert imap.texts("Stored") == [letter(1)]
    assert "\\Deleted" in imap.flags()[0]
    assert look(house, box).stored == 0
    assert stored(house) == {letter(1): 1}
