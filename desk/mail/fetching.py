"""One look into a mailbox: what is new is stored with its numbers, then moved or flagged. Safe to be cut off anywhere.

The order is: fetch, store bytes and numbers in one transaction, move or flag, note that. Cut off before the transaction,
the message is fetched again; after it, it is known by its numbers and only moved. A server that numbers its mailbox anew
gets everything fetched once more, and what was stored before is recognised by its bytes (core/intake/keeping.py).
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from agents.read.sandbox import read_in_sandbox
from core import clock, door
from core.erp import Actor
from core.intake.commands import LeaveInMailbox
from core.intake.storing import Place, store_from_mailbox
from core.intake.tables import Mailbox, MailboxArrival, MailboxWaiting
from desk.house import House
from desk.mail.imap import Imap, Opened
from desk.mail.imap_wire import ImapRefused
from desk.mail.settings import MailboxSettings

POSTMAN = Actor(kind="system", id="mailbox")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEAD_CHARS_MAX = 200
REFUSALS_MAX = 3
"""So often a server may refuse to hand out one message before it is named and left."""


@dataclass(slots=True)
class Round:
    """What one look came to: messages stored, messages left, and what the server refused this time, by UID."""

    stored: int = 0
    left: int = 0
    refused: dict[int, str] = field(default_factory=dict)


class Fetching:
    """Looks into one mailbox, again and again, over a connection that is handed in. Keeps nothing that matters itself."""

    def __init__(self, house: House, box: MailboxSettings) -> None:
        self.house, self.box = house, box
        self._refusals: dict[int, int] = {}

    def look(self, imap: Imap) -> Round:
        """Store all that is new and finish what an earlier look began. Raises `ImapError` when the server fails it."""
        opened = imap.open(self.box.folder, read_only=not self.box.touches)
        with self.house.unit() as session:
            done_to = self._begin(session, opened.uidvalidity)
        self._put_away_the_rest(imap, opened)
        found = imap.uids(done_to, self._since(done_to))
        known = self._known(opened.uidvalidity, done_to)
        new = [uid for uid in found if uid not in known]
        sizes = imap.sizes(new) if new else {}
        done = Round()
        unseen = [uid for uid in new if uid not in sizes or not self._take(imap, opened, uid, sizes[uid], done)]
        listed = imap.uids(min(unseen) - 1) if unseen else ()
        for uid in set(unseen).intersection(listed):  # still there: nobody took it away between the questions
            self._withheld(imap, opened, uid, sizes.get(uid, 0), "it is listed and not shown", done)
        if not done.refused and found:
            with self.house.unit() as session:
                self._reached(session, opened.uidvalidity, max(found))
        return done

    def _take(self, imap: Imap, opened: Opened, uid: int, size: int, done: Round) -> bool:
        """Store one message, or say why it is left. Gives False where its server shows nothing."""
        if size > self.box.bytes_max:
            self._leave(imap, opened, uid, size, f"it has {_megabytes(size)}; {_megabytes(self.box.bytes_max)} at most")
            done.left += 1
            return True
        try:
            raw = imap.message(uid, self.box.bytes_max)
        except ImapRefused as refused:
            self._withheld(imap, opened, uid, size, refused.says, done)
            return True
        if raw is None:
            return False
        if len(raw) > self.box.bytes_max:  # its server said another size before
            self._leave(imap, opened, uid, len(raw), f"it has {_megabytes(len(raw))}")
            done.left += 1
            return True
        place = Place(mailbox=self.box.name, uidvalidity=opened.uidvalidity, uid=uid)
        with self.house.unit() as session:
            store_from_mailbox(
                session,
                raw,
                entity=self.box.entity,
                name=f"{self.box.name} {uid}.eml",
                place=place,
                actor=POSTMAN,
                waits=self.box.touches,
            )
            row = session.get(Mailbox, (self.box.entity, self.box.name))
            if row is not None:
                row.stored_at = clock.now(session)
        done.stored += 1
        if self.box.touches:
            self._put_away(imap, opened, uid)
        return True

    def _withheld(self, imap: Imap, opened: Opened, uid: int, size: int, why: str, done: Round) -> None:
        """It is there and its server does not hand it out: asked for again a few times, then named and left."""
        self._refusals[uid] = self._refusals.get(uid, 0) + 1
        if self._refusals[uid] < REFUSALS_MAX:
            done.refused[uid] = why
            return
        self._leave(imap, opened, uid, size, f"its server does not hand it out: {why}")
        done.left += 1

    def _leave(self, imap: Imap, opened: Opened, uid: int, size: int, why: str) -> None:
        sender, subject = _head(imap.head(uid))
        command = LeaveInMailbox(
            entity=self.box.entity,
            mailbox=self.box.name,
            uidvalidity=opened.uidvalidity,
            uid=uid,
            size=size,
            why=why,
            sender=sender,
            subject=subject,
        )
        with self.house.unit() as session:
            place = Place(mailbox=self.box.name, uidvalidity=opened.uidvalidity, uid=uid)
            door.execute(session, command, actor=POSTMAN, key=f"left:{place}")

    def _put_away_the_rest(self, imap: Imap, opened: Opened) -> None:
        """Move or flag what was stored and not yet put away. Numbers that are no longer valid say nothing any more."""
        mine = (MailboxWaiting.entity == self.box.entity, MailboxWaiting.mailbox == self.box.name)
        with self.house.unit() as session:
            session.execute(delete(MailboxWaiting).where(*mine, MailboxWaiting.uidvalidity != opened.uidvalidity))
            waiting = session.scalars(select(MailboxWaiting.uid).where(*mine).order_by(MailboxWaiting.uid)).all()
        if not self.box.touches or not waiting:
            return
        there = set(imap.sizes(waiting))
        for uid in waiting:
            if uid in there:
                self._put_away(imap, opened, uid)
            else:
                self._forget(opened, uid)

    def _put_away(self, imap: Imap, opened: Opened, uid: int) -> None:
        if self.box.move_to:
            try:
                imap.move(uid, self.box.move_to)
            except ImapRefused:
                imap.make(self.box.move_to)  # most likely it is not there yet
                imap.move(uid, self.box.move_to)
        else:
            imap.flag(uid, self.box.flag)
        self._forget(opened, uid)

    def _forget(self, opened: Opened, uid: int) -> None:
        with self.house.unit() as session:
            session.execute(
                delete(MailboxWaiting).where(
                    MailboxWaiting.entity == self.box.entity,
                    MailboxWaiting.mailbox == self.box.name,
                    MailboxWaiting.uidvalidity == opened.uidvalidity,
                    MailboxWaiting.uid == uid,
                )
            )

    def _begin(self, session: Session, uidvalidity: int) -> int:
        """Up to which UID everything is done. Numbers that are valid anew begin at nothing."""
        row = session.get(Mailbox, (self.box.entity, self.box.name), with_for_update=True)
        assert row is not None, "whoever watches a mailbox keeps its row"
        if row.uidvalidity != uidvalidity:
            row.uidvalidity, row.done_to = uidvalidity, 0
            self._refusals.clear()
        return row.done_to

    def _reached(self, session: Session, uidvalidity: int, uid: int) -> None:
        session.execute(
            update(Mailbox)
            .where(
                Mailbox.entity == self.box.entity,
                Mailbox.name == self.box.name,
                Mailbox.uidvalidity == uidvalidity,
            )
            .values(done_to=func.greatest(Mailbox.done_to, uid))
        )

    def _known(self, uidvalidity: int, after: int) -> set[int]:
        with self.house.unit() as session:
            return set(
                session.scalars(
                    select(MailboxArrival.uid).where(
                        MailboxArrival.entity == self.box.entity,
                        MailboxArrival.mailbox == self.box.name,
                        MailboxArrival.uidvalidity == uidvalidity,
                        MailboxArrival.uid > after,
                    )
                )
            )

    def _since(self, done_to: int) -> str:
        """The day to begin at, as IMAP writes it; only while nothing was fetched."""
        if done_to or not self.box.since:
            return ""
        day = date.fromisoformat(self.box.since)
        return f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"


def _head(raw: bytes) -> tuple[str, str]:
    """Sender and subject of a message that is not fetched, read where all that others wrote is read."""
    reading = read_in_sandbox(raw)
    return reading.sender[:HEAD_CHARS_MAX], reading.subject[:HEAD_CHARS_MAX]


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
