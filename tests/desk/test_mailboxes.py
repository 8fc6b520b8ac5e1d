"""Mailboxes: everything in them is stored once, whatever the line, the server and the clock do."""

import os
import random
import signal
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from core.intake.tables import MailboxArrival, MailboxWaiting
from desk.house import House, open_house
from desk.intake_mailboxes import mailboxes
from desk.mail import fetching as fetching_module
from desk.mail.fetching import Fetching
from desk.mail.imap import Imap
from desk.mail.imap_wire import ImapError
from desk.mail.watching import note_configured
from tests.desk.friday import AFTERNOON
from tests.desk.mail_servers import MailServer, Wire, box_at
from tests.desk.mailbox_life import imap, letter, look, password, stored

__all__ = ["imap", "password"]  # fixtures


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
        (view,) = mailboxes(session, "HP", AFTERNOON)
    assert (arrival.mailbox, waiting, queued) == ("orders", 0, 1)
    assert (view.messages, view.left) == (1, 0)


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
        (view,) = mailboxes(session, "HP", AFTERNOON)
    assert "at most" in left.left_says
    assert (view.messages, view.left) == (1, 1)
    assert look(house, box_at(imap.port, bytes_max=2000, move_to="Stored")).left == 0


def test_older_mail_than_asked_for_is_left_where_it_is(house: House, imap: MailServer) -> None:
    imap.deliver(letter(1))
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    assert look(house, box_at(imap.port, since=tomorrow)).stored == 0
    assert look(house, box_at(imap.port, since="2020-01-01")).stored == 1


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
