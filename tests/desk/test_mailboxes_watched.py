"""A mailbox is watched by one worker at a time, hears of new mail at once, and is taken up again when its server is back."""

import socket
import time

import pytest
from sqlalchemy import func, update

from core.intake.tables import Mailbox
from desk.house import House
from desk.mail.imap import Imap
from desk.mail.settings import MailboxSettings
from desk.mail.watching import MailboxWatcher, Pace, note_configured, watching
from tests.desk.mail_servers import MailServer, box_at, free_port, imap_server, server_at
from tests.desk.mailbox_life import QUICK, imap, letter, password, row, soon, stored, without

__all__ = ["imap", "password"]  # fixtures


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


def test_a_mailbox_no_longer_configured_is_called_off(house: House, imap: MailServer) -> None:
    note_configured(house, [box_at(imap.port)])
    with house.unit() as session:
        session.execute(update(Mailbox).values(error="gone", failing_since=func.now()))

    note_configured(house, [])

    assert (row(house).state, row(house).error) == ("off", "")


def test_a_server_that_tells_nothing_is_asked(house: House, imap: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Imap, "_learn", without("IDLE"))
    with watching(house, [box_at(imap.port)], QUICK):
        soon(lambda: row(house).state == "polling")
        imap.deliver(letter(1))
        soon(lambda: stored(house) == {letter(1): 1})
