"""A message with pictures is read in a lane of its own, one after another: nobody waits for it."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from core.erp import Actor
from core.intake.storing import store
from core.intake.tables import Message
from core.reading_wire import from_wire
from desk import work
from desk.house import House
from evals.scanning import picture_of, scanned
from tests.agents.desks import LETTER
from tests.read.bills import Bill
from tests.read.papers import attached, letter, text_part

SOMEBODY = Actor(kind="system", id="test")
Queued = list[tuple[str, str | None, str | None]]


@pytest.fixture
def shop(house: House) -> Iterator[work.Workshop]:
    with psycopg.connect(house.url) as connection:  # the Friday's own jobs are no matter here
        connection.execute("delete from procrastinate_jobs")
    with closing(ReaderPool(1)) as readers:
        yield work.Workshop(house, readers, Rules())


def stored(house: House, raw: bytes, name: str) -> str:
    with house.unit() as session:
        return store(session, raw, entity="HP", name=name, source="test", actor=SOMEBODY)


def scan() -> bytes:
    return letter(text_part("The bill as a scan."), attached("scan.pdf", scanned(picture_of(Bill().pages()))))


def queued(house: House, message: str) -> Queued:
    """The waiting jobs of a message: task, lane, lock. What was queued when it was stored is taken for done."""
    with psycopg.connect(house.url) as connection:
        rows = connection.execute(
            "select task_name, args ->> 'pictures', lock from procrastinate_jobs"
            " where args ->> 'message' = %s and args ? 'pictures' and status = 'todo'",
            (message,),
        )
        return [(str(task), lane, lock) for task, lane, lock in rows]


def begun(house: House) -> None:
    """What waits is taken by a worker."""
    with psycopg.connect(house.url) as connection:
        connection.execute("update procrastinate_jobs set status = 'doing' where status = 'todo'")


def message_of(house: House, sha256: str) -> Message:
    with house.session() as session:
        row = session.get(Message, ("HP", sha256))
        assert row is not None
        return row


def test_a_scan_is_handed_to_the_lane_of_pictures_and_read_there(house: House, shop: work.Workshop) -> None:
    message = stored(house, scan(), "scan.eml")
    begun(house)

    work.read_message(shop, "HP", message)
    assert message_of(house, message).state == "stored"
    assert queued(house, message) == [("read_message", work.PICTURES, work.PICTURES)]

    work.read_message(shop, "HP", message, work.PICTURES)
    row = message_of(house, message)
    assert row.state != "stored"
    claims = {c.field: str(c.value) for d in from_wire(row.reading).documents for c in d.claims}
    assert claims["invoice.number"] == Bill().number


def test_a_scan_is_handed_over_once(house: House, shop: work.Workshop) -> None:
    message = stored(house, scan(), "scan.eml")
    begun(house)

    work.read_message(shop, "HP", message)
    work.read_message(shop, "HP", message)

    assert len(queued(house, message)) == 1


def test_a_letter_without_pictures_needs_no_lane(house: House, shop: work.Workshop) -> None:
    message = stored(house, LETTER, "letter.eml")
    begun(house)

    work.read_message(shop, "HP", message)

    assert message_of(house, message).state != "stored"
    assert queued(house, message) == []
    assert shop.readers._of_pictures is None
