"""Rows in one statement: what the ledgers write of objects in hand is what the session would have written."""

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import rows
from core.masterdata.tables import Site


def sites(session: Session) -> list[Site]:
    session.add_all(Site(entity="R", code=f"S{place}", name="Before") for place in range(3))
    session.flush()
    return list(session.scalars(select(Site).where(Site.entity == "R").order_by(Site.code)))


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Site.name).where(Site.entity == "R").order_by(Site.code)))


def test_what_changed_of_objects_is_written_at_once_and_the_session_has_nothing_left_to_write(session: Session) -> None:
    first, second, third = sites(session)
    first.name, third.name = "After", "After as well"
    rows.keep(session, [first, second, third, first])
    updates: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *heard: updates.append(heard[2]))
    session.flush()
    assert not [statement for statement in updates if statement.startswith("UPDATE")]
    assert names(session) == ["After", "Before", "After as well"]
    third.name = "Again"
    session.flush()
    assert names(session)[-1] == "Again", "a later change is written as ever"


def test_objects_that_did_not_change_are_not_written(session: Session) -> None:
    untouched = sites(session)
    with session.begin_nested():
        rows.keep(session, untouched)
    assert names(session) == ["Before"] * 3
