"""What tests of mailboxes share: a server with letters in it, one look at it, and what the house then holds."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from core.intake.tables import Mailbox, Message, StoredBytes
from desk.house import House
from desk.mail import fetching as fetching_module
from desk.mail.fetching import Fetching
from desk.mail.imap import Imap
from desk.mail.settings import MailboxSettings
from desk.mail.watching import Pace, note_configured
from tests.desk.mail_servers import PASSWORD, MailServer, imap_server

QUICK = Pace(idle=0.5, answer=20, least=0.05, most=0.2, login=0.1, lock=0.1)
"""How a watcher waits in tests: as in life, but short."""


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
    with Imap(box.server, seconds=20) as line:
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


def soon(holds: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to it in time"
        time.sleep(0.05)


def without(*capabilities: str) -> Callable[[Imap], None]:
    """How a server that cannot do these things introduces itself."""
    real = Imap._learn

    def learn(line: Imap) -> None:
        real(line)
        line.capabilities = line.capabilities - set(capabilities)

    return learn
