"""Servers that refuse, lie, send rubbish or cannot do what others can: each ends in a plain word, and nothing is lost."""

import base64
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.db import Base
from core.intake.tables import MailboxArrival
from desk.house import House
from desk.mail.fetching import Fetching
from desk.mail.imap import Imap, encoded_folder
from desk.mail.imap_wire import ImapError
from desk.mail.settings import Secret
from desk.mail.watching import note_configured, watching
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


@contextmanager
def scripted(answers: Callable[[bytes], bytes]) -> Iterator[int]:
    """A server on loopback that lets everybody in and then says what it is told to say. Gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            near, _ = listener.accept()
            with near, suppress(OSError), near.makefile("rwb", buffering=0) as line:
                line.write(b"* PREAUTH ready\r\n")
                while command := line.readline():
                    line.write(answers(command) or command.split()[0] + b" OK done\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])


def test_a_server_that_chatters_while_it_is_waited_for_does_not_hold_the_line_for_ever() -> None:
    def answers(command: bytes) -> bytes:
        return b"+ idling\r\n" + b"* OK still here\r\n" * 2_000_000 if b"IDLE" in command else b""

    with scripted(answers) as port, Imap(server_at(port), seconds=1) as line:
        started = time.monotonic()
        with pytest.raises(ImapError):
            line.idle(0.2)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("answer", [b"* SEARCH 99999999999", b"* SEARCH " + b"9" * 5000])
def test_a_number_that_no_message_can_have_is_refused(answer: bytes) -> None:
    def answers(command: bytes) -> bytes:
        return answer + b"\r\n" + command.split()[0] + b" OK done\r\n" if b"SEARCH" in command else b""

    with (
        scripted(answers) as port,
        Imap(server_at(port), seconds=3) as line,
        pytest.raises(ImapError, match="no message can have"),
    ):
        line.uids(0)


def test_all_that_a_server_answers_to_one_command_has_a_bound() -> None:
    def answers(command: bytes) -> bytes:
        return (b"* 1 FETCH " + b"x" * 1_000_000 + b"\r\n") * 40 + command.split()[0] + b" OK done\r\n"

    with scripted(answers) as port, pytest.raises(ImapError, match="without an end"):
        Imap(server_at(port), seconds=5)


def test_a_message_that_is_listed_and_not_shown_is_asked_for_again_and_then_named(
    house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        imap.deliver(letter(number))
    box = box_at(imap.port)
    note_configured(house, [box])
    fetching = Fetching(house, box)
    with Imap(box.server, seconds=3) as line:
        line.open("INBOX", read_only=True)
        second, real = line.uids(0)[1], Imap.message
    monkeypatch.setattr(Imap, "message", lambda line, uid, most: None if uid == second else real(line, uid, most))
    rounds = []
    for _ in range(3):
        with Imap(box.server, seconds=3) as line:
            rounds.append(fetching.look(line))

    assert [(done.stored, done.left, len(done.refused)) for done in rounds] == [(2, 0, 1), (0, 0, 1), (0, 1, 0)]
    assert set(stored(house)) == {letter(1), letter(3)}
    with house.session() as session:
        left = session.scalars(select(MailboxArrival).where(MailboxArrival.sha256.is_(None))).one()
    assert "listed and not shown" in left.left_says
