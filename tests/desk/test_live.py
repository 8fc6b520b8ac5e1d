"""Open pages hear of changes: by the database's own word, once for a burst, and only of their own entity."""

import json

import psycopg

from core import audit, door
from core.cases import Case
from core.deciding.commands import TakeCase
from core.erp import Actor
from desk.house import House
from desk.live import OpenPage, tell, topics_of
from tests.desk import friday


def test_a_change_is_told_when_it_is_committed_and_names_no_content(house: House) -> None:
    with psycopg.connect(house.url, autocommit=True) as listener:
        listener.execute("listen desk")
        with house.unit() as session:
            case = session.query(Case).filter_by(code="invoice_duplicate").one().number
            command = TakeCase(entity="HP", case=case, person="mara")
            door.execute(session, command, actor=Actor(kind="person", id="mara"), key="take")
            assert list(listener.notifies(timeout=0.2)) == []
        told = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]
    assert [json.loads(one) for one in told] == [{"entity": "HP", "kinds": ["case_taken"]}]


def test_a_page_hears_of_its_own_entity_alone() -> None:
    here, there = OpenPage("HP"), OpenPage("HPC")
    tell({here, there}, '{"entity": "HP", "kinds": ["message_read", "case_opened"]}')
    assert (here.topics, here.changed.is_set()) == ({"cases", "intake"}, True)
    assert (there.topics, there.changed.is_set()) == (set(), False)


def test_a_burst_is_one_change() -> None:
    page = OpenPage("HP")
    for kind in ("case_opened", "entry_posted", "case_changed"):
        tell({page}, json.dumps({"entity": "HP", "kinds": [kind]}))
    assert page.topics == {"cases", "books"}


def test_a_note_that_cannot_be_read_makes_every_page_look_again() -> None:
    page = OpenPage("HP")
    for payload in ("", "{}", "[1]", '{"entity": "HP", "kinds": 3}'):
        page.topics, _ = set(), page.changed.clear()
        tell({page}, payload)
        assert page.topics == {"cases", "intake", "books"}, payload


def test_every_event_concerns_the_pages_that_show_cases() -> None:
    assert topics_of(["goods_received"]) == {"cases", "books"}
    assert topics_of(["something_new"]) == {"cases"}


def test_what_changed_since_a_page_was_made_is_known_and_looking_is_no_change(house: House) -> None:
    with house.unit() as session:
        made_at = audit.length(session)
        looked = audit.AuditEntry(
            entity="HP", at=friday.AFTERNOON, actor="ruth", actor_kind="person", kind="read", subject="case"
        )
        audit.record(session, looked)
    with house.unit() as session:
        assert not audit.changed_since(session, "HP", made_at)
        case = session.query(Case).filter_by(code="invoice_duplicate").one().number
        take = TakeCase(entity="HP", case=case, person="mara")
        door.execute(session, take, actor=Actor(kind="person", id="mara"), key="take")
    with house.unit() as session:
        assert audit.changed_since(session, "HP", made_at)
        assert not audit.changed_since(session, "HPC", made_at)
        assert not audit.changed_since(session, "HP", audit.length(session))
