"""Mailboxes: everything in them is stored once, whatever the line, the server and the clock do."""

import base64
import logging
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from core.db import Base
from core.intake.tables import Mailbox, MailboxArrival, MailboxWaiting, Message, StoredBytes
from desk.house import House, open_house
from desk.mail import fetching as fetching_module
from desk.mail.fetching import Fetching
from desk.mail.imap import Imap, encoded_folder
from desk.mail.imap_wire import ImapError
from desk.mail.settings import MailboxSettings, Secret
from desk.mail.watching import MailboxWatcher, Pace, note_configured, watching
from tests.desk.mail_servers import (
    PASSWORD,
    USER,
    MailServer,
    Wire,
    box_at,
    certificate,
    free_port,
    imap_server,
    server_at,
)

QUICK = Pace(idle=0.5, answer=2.0, least=0.05, most=0.2, login=0.1, lock=0.1)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TEST_PASSWORD", PASSWORD)


@pytest.fixture
def imap() -> Iterator[MailServer]:
    with imap_server() as running:
        yield running


def letter(number: int, body: str = "It comes on Thursday.") -> bytes:
    return (
        f"From: sales@kestrel.example\r\nTo: orders@harbor-pine.example\r\nSubject: Letter {number}\r\n"
        f"Message-ID: <{number}@kestrel.example>\r\n\r\n{body}\r\n"
    ).encode()


def look(house: House, box: MailboxSettings) -> fetching_module.Round:
    note_configured(house, [box])
    with Imap(box.server, seconds=3) as line:
        return Fetching(house, box).look(line)


def stored(house: House) -> dict[bytes, int]:
    """The bytes of every message that came by mailbox, and how often it counts."""
    with house.session() as session:
        rows = session.execute(
            select(StoredBytes.content, Message.copies)
            .join(Message, Message.sha256 == StoredBytes.sha256)
            .where(Message.source == "mailbox")
        )
        return {bytes(content): copies for content, copies in rows}


def row(house: House) -> Mailbox:
    with house.session() as session:
        return session.scalars(select(Mailbox)).one()


def soon(holds: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to it in time"
        time.sleep(0.05)


def test_a_message_is_stored_with_its_numbers_and_then_moved(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1))

    done = look(house, box_at(imap.port, move_to="Stored"))

    assert (done.stored, done.left) == (1, 0)
    assert stored(house) == {letter(1): 1}
    assert (imap.texts(), imap.texts("Stored")) == ([], [letter(1)])
    with house.session() as session:
        arrival = session.scalars(select(MailboxArrival)).one()
        waiting = session.scalar(select(func.count()).select_from(MailboxWaiting))
        queued = session.scalar(
            text("select count(*) from procrastinate_jobs where args ->> 'message' = :sha"), {"sha": arrival.sha256}
        )
    assert (arrival.mailbox, waiting, queued) == ("orders", 0, 1)


def test_a_mailbox_without_a_wish_is_left_as_it_is(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1))

    look(house, box_at(imap.port))

    assert stored(house) == {letter(1): 1}
    assert imap.flags() == ["1 (FLAGS ())"]
    assert look(house, box_at(imap.port)).stored == 0


def test_a_message_may_be_flagged_instead(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1))

    look(house, box_at(imap.port, flag="\\Seen"))

    assert imap.flags() == ["1 (FLAGS (\\Seen))"]


@pytest.mark.parametrize("seed", range(2))
def test_a_line_cut_at_any_point_loses_nothing_and_doubles_nothing(house: House, imap: MailServer, seed: int) -> None:
    chance = random.Random(seed)
    letters = [letter(n, "x" * chance.randrange(3000)) for n in range(8)]
    for raw in letters:
        imap.deliver(raw)
    with closing(Wire(imap.port, lambda: (chance.randrange(200, 9000), chance.randrange(150, 3000)))) as wire:
        box = box_at(wire.port, move_to="Stored")
        cuts = 0
        for _ in range(150):
            try:
                look(house, box)
            except ImapError:
                cuts += 1
            if len(stored(house)) == 8 and not imap.texts():
                break
    assert cuts > 0
    assert stored(house) == dict.fromkeys(letters, 1)
    assert sorted(imap.texts("Stored")) == sorted(letters)


@pytest.mark.parametrize("step", ["store_from_mailbox", "_put_away", "_forget", "_reached"])
def test_a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(
    house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    letters = [letter(n) for n in range(3)]
    for raw in letters:
        imap.deliver(raw)
    owner = fetching_module if step == "store_from_mailbox" else Fetching
    real = getattr(owner, step)
    crashed: list[int] = []

    def crash(*arguments: object, **named: object) -> object:
        if len(crashed) < 2:
            crashed.append(1)
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setattr(owner, step, crash)
    box = box_at(imap.port, move_to="Stored")
    for _ in range(3):
        with suppress(KeyboardInterrupt):
            look(house, box)

    assert crashed

    assert stored(house) == dict.fromkeys(letters, 1)
    assert sorted(imap.texts("Stored")) == sorted(letters)
    assert imap.texts() == []


def test_a_mailbox_numbered_anew_holds_no_new_messages_but_those_that_are(house: House, imap: MailServer) -> None:
    imap.make("Orders")
    for n in (1, 2):
        imap.deliver(letter(n), "Orders")
    box = box_at(imap.port, folder="Orders")
    look(house, box)

    imap.remove("Orders")
    imap.make("Orders")
    for n in (1, 2, 3):
        imap.deliver(letter(n), "Orders")
    look(house, box)

    assert stored(house) == {letter(1): 1, letter(2): 1, letter(3): 1}
    with house.session() as session:
        assert len(set(session.scalars(select(MailboxArrival.uidvalidity)))) == 2


def test_the_same_message_delivered_twice_is_one_message_with_two_copies(house: House, imap: MailServer) -> None:
    for _ in range(2):
        imap.deliver(letter(1))

    look(house, box_at(imap.port))

    assert stored(house) == {letter(1): 2}


def test_a_mailbox_numbered_anew_still_counts_what_was_delivered_twice(house: House, imap: MailServer) -> None:
    imap.make("Orders")
    box = box_at(imap.port, folder="Orders")
    imap.deliver(letter(1), "Orders")
    imap.deliver(letter(1), "Orders")
    look(house, box)
    imap.remove("Orders")
    imap.make("Orders")
    for _ in range(3):
        imap.deliver(letter(1), "Orders")

    look(house, box)

    assert stored(house) == {letter(1): 3}


def test_a_message_over_the_limit_stays_and_is_named(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1, "x" * 5000))
    imap.deliver(letter(2))

    done = look(house, box_at(imap.port, bytes_max=2000, move_to="Stored"))

    assert (done.stored, done.left) == (1, 1)
    assert imap.texts() == [letter(1, "x" * 5000)]
    with house.session() as session:
        left = session.scalars(select(MailboxArrival).where(MailboxArrival.sha256.is_(None))).one()
    assert "at most" in left.left_says
    assert look(house, box_at(imap.port, bytes_max=2000, move_to="Stored")).left == 0


def test_older_mail_than_asked_for_is_left_where_it_is(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1))
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    assert look(house, box_at(imap.port, since=tomorrow)).stored == 0
    assert look(house, box_at(imap.port, since="2020-01-01")).stored == 1


def test_a_second_worker_that_starts_does_not_call_a_watched_mailbox_connecting(house: House, imap: MailServer) -> None:
    with watching(house, [box_at(imap.port)], QUICK):
        soon(lambda: row(house).state == "watching")
        note_configured(house, [box_at(imap.port)])
        assert row(house).state == "watching"


def test_new_mail_is_told_and_stored_while_it_is_watched(house: House, imap: MailServer) -> None:
    with watching(house, [box_at(imap.port)], Pace(idle=60, answer=5, least=0.05)):
        soon(lambda: row(house).state == "watching")
        imap.deliver(letter(1))
        soon(lambda: stored(house) == {letter(1): 1}, 10)
        imap.deliver(letter(2))
        soon(lambda: len(stored(house)) == 2, 10)


def test_a_server_that_comes_back_is_taken_up_again(house: House) -> None:
    port = free_port()
    with watching(house, [box_at(port)], QUICK):
        soon(lambda: row(house).failures > 1)
        told = row(house)
        assert (told.state, told.failing_since is not None) == ("waiting", True)
        assert "Check host and port" in told.advice
        with imap_server(port) as imap:
            imap.deliver(letter(1))
            soon(lambda: len(stored(house)) == 1, 30)
            soon(lambda: row(house).error == "" and row(house).failures == 0)


def test_a_server_that_hangs_holds_up_neither_others_nor_the_end(house: House, imap: MailServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung = MailboxSettings(name="hung", entity="HP", server=server_at(int(silent.getsockname()[1])))
        imap.deliver(letter(1))
        patient = Pace(idle=60, answer=60, least=0.05)
        started = time.monotonic()
        with watching(house, [hung, box_at(imap.port)], patient):
            soon(lambda: stored(house) == {letter(1): 1})
            started = time.monotonic()
        assert time.monotonic() - started < 12


def test_one_mailbox_is_watched_by_one_worker_at_a_time(house: House, imap: MailServer) -> None:
    box = box_at(imap.port)
    note_configured(house, [box])
    first, second = (MailboxWatcher(house, box, QUICK) for _ in range(2))
    with first._alone() as mine, second._alone() as also:
        assert (mine, also) == (True, False)
    with second._alone() as then:
        assert then


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


def test_a_mailbox_no_longer_configured_is_called_off(house: House, imap: MailServer) -> None:
    note_configured(house, [box_at(imap.port)])
    with house.unit() as session:
        session.execute(update(Mailbox).values(error="gone", failing_since=func.now()))

    note_configured(house, [])

    assert (row(house).state, row(house).error) == ("off", "")


def without(*capabilities: str) -> Callable[[Imap], None]:
    """How a server that cannot do these things introduces itself."""
    real = Imap._learn

    def learn(line: Imap) -> None:
        real(line)
        line.capabilities = line.capabilities - set(capabilities)

    return learn


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


def test_a_server_that_tells_nothing_is_asked(house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Imap, "_learn", without("IDLE"))
    with watching(house, [box_at(imap.port)], QUICK):
        soon(lambda: row(house).state == "polling")
        imap.deliver(letter(1))
        soon(lambda: stored(house) == {letter(1): 1})


def test_two_that_look_at_once_store_each_message_once(house: House, imap: MailServer) -> None:
    letters = [letter(n) for n in range(6)]
    for raw in letters:
        imap.deliver(raw)
    box = box_at(imap.port, move_to="Stored")
    note_configured(house, [box])
    failed: list[BaseException] = []

    def one() -> None:
        try:
            with Imap(box.server, seconds=10) as line:
                Fetching(house, box).look(line)
        except ImapError as error:  # the other one was faster: the next look puts it right
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look(house, box)

    assert stored(house) == dict.fromkeys(letters, 1)
    assert sorted(imap.texts("Stored")) == sorted(letters)


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(house: House, imap: MailServer) -> None:
    chance = random.Random(11)
    letters = [letter(n, "x" * chance.randrange(2000)) for n in range(15)]
    for raw in letters:
        imap.deliver(raw)
    box = box_at(imap.port, move_to="Stored")
    note_configured(house, [box])
    for _ in range(20):
        child = os.fork()
        if child == 0:  # no engine of the parent's may be used here: connections are not shared between processes
            try:
                own = open_house(house.settings, url=house.url)
                with Imap(box.server, seconds=10) as line:
                    Fetching(own, box).look(line)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.02, 0.5))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if not imap.texts():
            break
    look(house, box)

    assert stored(house) == dict.fromkeys(letters, 1)
    assert sorted(imap.texts("Stored")) == sorted(letters)


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
