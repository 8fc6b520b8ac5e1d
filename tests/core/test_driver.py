"""Statements that wait go with the next one, whoever sends it: nobody can tell that they waited."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core import driver
from core.masterdata.tables import Entity

ADD = "insert into entity (code, name, currency) values (%(code)s, %(name)s, 'USD')"
RENAME = "update entity set name = name || %(more)s where code = %(code)s"
CODES = "select code, name from entity where code like 'W%%' order by code"


def add(session: Session, code: str, name: str = "Waiting") -> None:
    driver.later(session, ADD, {"code": code, "name": name})


def codes(session: Session) -> list[str]:
    return [row.code for row in driver.ask(session, CODES, {})]


def test_what_waits_is_there_for_the_next_question(session: Session) -> None:
    add(session, "W1")
    add(session, "W2")
    assert codes(session) == ["W1", "W2"]


def test_what_waits_is_there_for_an_object_that_is_read(session: Session) -> None:
    add(session, "W1")
    assert session.scalars(select(Entity.name).where(Entity.code == "W1")).one() == "Waiting"


def test_an_object_that_is_written_comes_after_what_waits(session: Session) -> None:
    add(session, "W1")
    session.add(Entity(code="W2", name="Written", currency="USD"))
    session.flush()
    driver.later(session, RENAME, {"code": "W2", "more": " and renamed"})
    assert [row.name for row in driver.ask(session, CODES, {})] == ["Waiting", "Written and renamed"]


def test_a_statement_says_how_many_rows_it_changed_not_those_that_went_with_it(session: Session) -> None:
    add(session, "W1")
    add(session, "W2")
    assert driver.count(session, RENAME, {"code": "W2", "more": "!"}) == 1
    assert driver.count(session, RENAME, {"code": "W3", "more": "!"}) == 0


def test_a_commit_sends_what_waits_and_a_rollback_forgets_it(new_session: Callable[[], Session]) -> None:
    with new_session() as one, new_session() as other:
        add(one, "W1")
        one.commit()
        assert codes(other) == ["W1"]
        other.rollback()
        add(one, "W2")
        one.rollback()
        one.commit()
        assert codes(other) == ["W1"]


def test_a_session_that_is_closed_leaves_nothing_to_who_gets_its_connection(new_session: Callable[[], Session]) -> None:
    with new_session() as one:
        add(one, "W1")
    for _ in range(3):
        with new_session() as other:
            assert codes(other) == []
            other.commit()


def test_a_savepoint_that_is_rolled_back_forgets_what_waited_in_it_and_no_more(session: Session) -> None:
    add(session, "W1")
    inner = session.begin_nested()
    add(session, "W2")
    inner.rollback()
    with session.begin_nested():
        add(session, "W3")
    assert codes(session) == ["W1", "W3"]


def test_what_broke_is_named_though_another_statement_sent_it(session: Session) -> None:
    inner = session.begin_nested()
    for code in ("W1", "W1", "W2"):
        add(session, code)
    with pytest.raises(IntegrityError, match=r"insert into entity(?s:.)*'code': 'W1'"):
        codes(session)
    inner.rollback()
    assert codes(session) == []  # and the transaction goes on


def test_the_question_itself_is_named_when_it_is_the_one_that_broke(session: Session) -> None:
    add(session, "W1")
    with pytest.raises(DataError, match=r"select 1 / "):
        driver.ask(session, "select 1 / %(by)s::int", {"by": 0})


def twice(session: Session) -> None:
    with session.begin_nested():
        add(session, "W1")
        add(session, "W1")


def test_a_savepoint_that_cannot_send_what_waits_fails_as_a_whole(session: Session) -> None:
    with pytest.raises(IntegrityError):
        twice(session)
    assert codes(session) == []


def test_a_connection_that_is_lost_takes_along_what_waited(new_session: Callable[[], Session]) -> None:
    with new_session() as one, new_session() as other:
        number = driver.ask(one, "select pg_backend_pid() as number", {})[0].number
        add(one, "W1")
        driver.ask(other, "select pg_terminate_backend(%(number)s)", {"number": number})
        with pytest.raises(DBAPIError):
            one.scalars(select(Entity.name)).all()
        one.rollback()
        assert codes(one) == []
        one.commit()
        assert codes(other) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.sampled_from("laqr["), max_size=25))
def test_in_any_mix_the_rows_are_those_of_statements_that_never_waited(session: Session, steps: list[str]) -> None:
    """l: later; a: by an object; q: a question; [: a savepoint that is kept; r: one that is rolled back."""
    session.rollback()
    wanted: list[str] = []
    for place, step in enumerate(steps):
        code = f"W{place:02}"
        if step == "q":
            assert codes(session) == wanted
            continue
        if step == "a":
            session.add(Entity(code=code, name="An object", currency="USD"))
            session.flush()
        elif step == "l":
            add(session, code)
        else:
            inner = session.begin_nested()
            add(session, code)
            inner.commit() if step == "[" else inner.rollback()
        if step != "r":
            wanted.append(code)
    assert codes(session) == wanted
    session.rollback()
