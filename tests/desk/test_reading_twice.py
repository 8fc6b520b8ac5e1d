"""The worker's reading step: what it cached is purged when the reading is kept, also after a kill between the two."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from agents.models.port import Extraction
from agents.read import graph
from agents.read.sandbox import ReaderPool
from agents.steps import thread_of
from core.erp import Actor
from core.intake.storing import store
from core.intake.tables import Message
from desk import work
from desk.house import House
from tests.agents.desks import LETTER, Counting

SOMEBODY = Actor(kind="system", id="test")


@pytest.fixture
def shop(house: House) -> Iterator[work.Workshop]:
    with closing(ReaderPool()) as readers, PostgresSaver.from_conn_string(house.url) as saver:
        saver.setup()
        yield work.Workshop(house, readers, Counting([Extraction()]), saver)


def threads(house: House) -> int:
    with psycopg.connect(house.url) as connection:
        found = connection.execute("select count(*) from checkpoints").fetchone()
    assert found is not None
    return int(found[0])


def stored(house: House) -> str:
    with house.unit() as session:
        return store(session, LETTER, entity="HP", name="letter.eml", source="test", actor=SOMEBODY)


def test_a_kept_reading_leaves_nothing_in_the_cache(shop: work.Workshop, house: House) -> None:
    message = stored(house)

    work.read_message(shop, "HP", message)

    with house.session() as session:
        row = session.get(Message, ("HP", message))
        assert row is not None
        assert row.state != "stored"
    assert threads(house) == 0


def test_a_kill_between_keeping_and_purging_is_cleaned_up_by_the_next_try(shop: work.Workshop, house: House) -> None:
    message = stored(house)
    work.read_message(shop, "HP", message)
    with house.session() as session:  # as the killed run left it: kept in the books, its steps still in the cache
        tools = shop.tools(session, "HP")
        thread = thread_of("HP", message)
        graph.run(LETTER, "letter.eml", tools, thread=thread, checkpointer=shop.checkpointer)
    assert threads(house) > 0

    work.read_message(shop, "HP", message)

    assert threads(house) == 0


def test_a_kill_before_keeping_is_taken_up_without_asking_again(shop: work.Workshop, house: House) -> None:
    message = stored(house)
    model = shop.model
    assert isinstance(model, Counting)
    with house.session() as session:
        tools = shop.tools(session, "HP")
        graph.run(LETTER, "letter.eml", tools, thread=thread_of("HP", message), checkpointer=shop.checkpointer)
    assert len(model.letters) == 1

    work.read_message(shop, "HP", message)

    assert len(model.letters) == 1
    assert threads(house) == 0
