"""Mailboxes and folders watched, each by a thread of its own beside the worker: a server that hangs, lies or is gone
costs nobody else anything.

A mailbox is watched by one worker at a time, held by a lock of the database that ends with its holder. Where the server
can tell of new mail (IDLE) it is waited for, else it is asked. After a failure the next try comes later and later, and
never at the same moment as others'.
"""

import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import clock
from core.intake.tables import Mailbox
from desk.house import House
from desk.mail.fetching import Fetching
from desk.mail.folder import Dropped, FolderFailed
from desk.mail.imap import Imap
from desk.mail.imap_wire import ImapError
from desk.mail.settings import FolderSettings, MailboxSettings, MailSettingsWrong

IDLE_SECONDS = 540.0
"""So long one IDLE lasts. Servers end it after half an hour, and many a firewall forgets a silent line after ten minutes."""
ANSWER_SECONDS = 30.0
WAIT_SECONDS_MIN, WAIT_SECONDS_MAX = 5.0, 900.0
LOGIN_WAIT_SECONDS = 120.0
"""After a refused password: asked too often, a server locks the mailbox."""
LOCK_WAIT_SECONDS = 20.0
END_SECONDS = 5.0
"""So long all watchers together may take to end; one that still connects is left behind."""
LOG = logging.getLogger("desk.mail")

ADVICE = {
    "unreachable": "Check host and port in the mail file, and that this machine may reach them.",
    "certificate": "Check the host's name and its certificate; ca_file names one of your own.",
    "login": "Check user and password. Some servers want a password made for one program, or a token.",
    "folder": "Check the names of the folders in the mail file.",
    "silent": "The server hangs. It is tried again by itself.",
    "broken": "The server does not speak IMAP as the standard says. Check host and port.",
    "large": "The server sends more than was asked for. Check that it is the right one.",
    "refused": "Read what the server says. It is tried again by itself.",
    "settings": "Put the password where the mail file says it is.",
    "drop": "Check that the folder is there, and that the desk may read and move what lies in it.",
    "ours": "This is ours to mend. The mailbox is tried again by itself; nothing is lost.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long to wait for what, in seconds. Tests are less patient."""

    idle: float = IDLE_SECONDS
    answer: float = ANSWER_SECONDS
    least: float = WAIT_SECONDS_MIN
    most: float = WAIT_SECONDS_MAX
    login: float = LOGIN_WAIT_SECONDS
    lock: float = LOCK_WAIT_SECONDS


Watched = MailboxSettings | FolderSettings


@contextmanager
def watching(house: House, boxes: Sequence[Watched], pace: Pace | None = None) -> Iterator[None]:
    """Watch these mailboxes and folders while the block lasts. Leaving it hangs up and does not wait for a server that
    hangs."""
    watchers = [watcher_of(house, box, pace or Pace()) for box in boxes]
    note_configured(house, boxes)
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        for watcher in watchers:
            watcher.stop()
        until = time.monotonic() + END_SECONDS
        for watcher in watchers:
            watcher.join(timeout=max(0.0, until - time.monotonic()))


def watcher_of(house: House, box: Watched, pace: Pace) -> "Watcher":
    """The thread that watches it, not started yet."""
    if isinstance(box, FolderSettings):
        return FolderWatcher(house, box, pace)
    return MailboxWatcher(house, box, pace)


def note_configured(house: House, boxes: Sequence[Watched]) -> None:
    """Keep a row for every mailbox, and call off those that are no longer in the mail file."""
    with house.unit() as session:
        for box in boxes:
            row = {"entity": box.entity, "name": box.name, "address": box.shown}
            numbers = {"uidvalidity": 0, "done_to": 0, "messages": 0, "failures": 0}
            kept = insert(Mailbox).values(**row, **numbers, state="connecting", error="", advice="")
            state = case((Mailbox.state == "off", "connecting"), else_=Mailbox.state)  # another worker may watch it
            again = {"address": row["address"], "state": state}
            session.execute(kept.on_conflict_do_update(index_elements=["entity", "name"], set_=again))
        ours = {(box.entity, box.name) for box in boxes}
        for entity, name in session.execute(select(Mailbox.entity, Mailbox.name)).all():
            if (entity, name) not in ours:
                session.execute(
                    update(Mailbox)
                    .where(Mailbox.entity == entity, Mailbox.name == name)
                    .values(state="off", error="", advice="", failing_since=None, next_try_at=None)
                )


class Watcher(threading.Thread):
    """The thread of one mailbox or folder. It ends only when it is told to; whatever goes wrong is noted and tried
    again."""

    def __init__(self, house: House, box: Watched, pace: Pace) -> None:
        super().__init__(name=f"mailbox {box.name}", daemon=True)
        self.house, self.box, self.pace = house, box, pace
        self._over = threading.Event()
        self._failures = 0

    def watch(self) -> None:
        """Look whenever there is something new, until it fails or the end is told."""
        raise NotImplementedError

    def stop(self) -> None:
        """Tell it to end, now."""
        self._over.set()

    def run(self) -> None:
        """Watch until told to end."""
        while not self._over.is_set():
            try:
                with self._alone() as mine:
                    if not mine:
                        self._over.wait(self.pace.lock * random.uniform(0.5, 1.5))  # noqa: S311 (no secret: a wait)
                        continue
                    self.watch()
            except (ImapError, FolderFailed) as failed:
                self._failed(failed.kind, failed.says)
            except MailSettingsWrong as wrong:
                self._failed("settings", str(wrong))
            except Exception as error:
                LOG.exception("mailbox %s", self.box.name)
                self._failed("ours", f"{type(error).__name__} in the desk itself")

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this worker is the one that watches the mailbox, for as long as the block lasts. The lock ends with its
        connection, which is of no other use."""
        key = f"mailbox {self.box.entity} {self.box.name}"
        with psycopg.connect(self.house.url, autocommit=True) as connection:
            held = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 21))", (key,)).fetchone()
            yield bool(held and held[0])

    def seen(self, state: str) -> None:
        """Note that a look went well."""
        self._failures = 0
        with self.house.unit() as session:
            self._note(
                session,
                state=state,
                seen_at=clock.now(session),
                failing_since=None,
                failures=0,
                error="",
                advice="",
                next_try_at=None,
            )

    def _failed(self, kind: str, says: str) -> None:
        """Note what went wrong and what to do, and wait: longer each time, and by chance a little more or less."""
        if self._over.is_set():
            return
        self._failures += 1
        wait = min(self.pace.most, self.pace.least * 2 ** min(self._failures - 1, 12))
        if kind in ("login", "settings"):
            wait = max(wait, self.pace.login)
        wait *= random.uniform(0.5, 1.0)  # noqa: S311 (no secret: a wait)
        try:
            with self.house.unit() as session:
                now = clock.now(session)
                row = session.get(Mailbox, (self.box.entity, self.box.name))
                since = row.failing_since if row is not None and row.failing_since else now
                self._note(
                    session,
                    state="waiting",
                    failing_since=since,
                    failures=self._failures,
                    error=says,
                    advice=ADVICE[kind],
                    next_try_at=now + timedelta(seconds=wait),
                )
        except Exception:  # the database may be what is gone; the next try finds out
            LOG.exception("mailbox %s", self.box.name)
        self._over.wait(wait)

    def _note(self, session: Session, **values: object) -> None:
        mine = (Mailbox.entity == self.box.entity, Mailbox.name == self.box.name)
        session.execute(update(Mailbox).where(*mine).values(**values))


class MailboxWatcher(Watcher):
    """The thread of one mailbox."""

    box: MailboxSettings

    def __init__(self, house: House, box: MailboxSettings, pace: Pace) -> None:
        super().__init__(house, box, pace)
        self._imap: Imap | None = None

    def stop(self) -> None:
        """Tell it to end, now: a wait for the server is cut off."""
        super().stop()
        if self._imap is not None:
            self._imap.close()

    def watch(self) -> None:
        """Connect, and look whenever there is something new, until the connection fails or the end is told."""
        fetching = Fetching(self.house, self.box)
        with Imap(self.box.server, seconds=self.pace.answer) as imap:
            self._imap = imap
            idles = "IDLE" in imap.capabilities
            while not self._over.is_set():
                done = fetching.look(imap)
                self.seen("watching" if idles else "polling")
                if done.refused:
                    self._over.wait(self.pace.least)
                elif idles:
                    imap.idle(min(self.pace.idle, IDLE_SECONDS))
                else:
                    self._over.wait(min(self.box.poll_seconds, self.pace.idle))
            imap.leave()


class FolderWatcher(Watcher):
    """The thread of one folder."""

    box: FolderSettings

    def __init__(self, house: House, box: FolderSettings, pace: Pace) -> None:
        super().__init__(house, box, pace)
        self._dropped = Dropped(house, box)

    def watch(self) -> None:
        """Look now and then, until the folder cannot be used or the end is told."""
        while not self._over.is_set():
            self._dropped.look()
            self.seen("watching")
            self._over.wait(min(self.box.poll_seconds, self.pace.idle))
