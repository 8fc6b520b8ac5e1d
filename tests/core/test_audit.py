"""Writing the log: what is committed is in it, what is not is not, and nobody forks or edits it (DESIGN.md, promise 13)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from core import audit, clock, merkle
from core.audit_tables import EntryRow, HeadRow, NodeRow
from core.canonical import canonical

TABLES = ("audit_entry", "audit_node", "audit_head", "audit_checkpoint")


def said(session: Session, says: str, **other: Any) -> audit.AuditEntry:
    """An entry that says something and is otherwise ordinary."""
    about: dict[str, Any] = {"entity": "HP", "actor": "mara", "actor_kind": "person", "kind": "decision"}
    return audit.AuditEntry(**{**about, "at": clock.now(session), "subject": "CASE-1042", "says": says, **other})


def told(session: Session) -> list[str]:
    """What the log says, in its order."""
    return [entry.says for entry in reversed(audit.entries(session, limit=10_000))]


def test_an_entry_is_in_the_log_when_its_transaction_commits(session: Session) -> None:
    audit.record(session, said(session, "Approved"))
    assert told(session) == []

    session.commit()

    assert told(session) == ["Approved"]
    assert session.scalar(select(HeadRow.size)) == 1


def test_what_is_rolled_back_was_never_said(session: Session) -> None:
    audit.record(session, said(session, "Approved"))
    session.rollback()
    audit.record(session, said(session, "Rejected"))
    session.commit()

    assert told(session) == ["Rejected"]


def test_a_session_that_is_closed_forgets_what_it_did_not_commit(session: Session) -> None:
    audit.record(session, said(session, "Approved"))
    session.close()
    audit.record(session, said(session, "Rejected"))
    session.commit()

    assert told(session) == ["Rejected"]


def test_a_savepoint_that_is_rolled_back_takes_its_entries_along(session: Session) -> None:
    audit.record(session, said(session, "before"))
    with session.begin_nested():
        audit.record(session, said(session, "kept"))
    outer = session.begin_nested()
    audit.record(session, said(session, "outer, lost"))
    with session.begin_nested():
        audit.record(session, said(session, "inner, lost with the outer"))
    outer.rollback()
    audit.record(session, said(session, "after"))
    session.commit()

    assert told(session) == ["before", "kept", "after"]


def test_rewinding_to_a_mark_forgets_what_came_since(session: Session) -> None:
    audit.record(session, said(session, "first"))
    mark = audit.mark(session)
    audit.record(session, said(session, "second"))

    audit.rewind(session, mark)
    session.commit()

    assert told(session) == ["first"]


def test_entries_can_be_appended_before_the_commit_for_their_numbers(session: Session) -> None:
    audit.record(session, said(session, "first"))
    audit.record(session, said(session, "second"))

    assert audit.flush_entries(session) == [0, 1]
    assert audit.flush_entries(session) == []

    audit.record(session, said(session, "third"))
    session.commit()
    assert told(session) == ["first", "second", "third"]


def test_an_appended_entry_goes_with_its_transaction_and_cannot_be_rewound(session: Session) -> None:
    mark = audit.mark(session)
    audit.record(session, said(session, "first"))
    audit.flush_entries(session)

    with pytest.raises(AssertionError, match="cannot be taken back"):
        audit.rewind(session, mark)
    session.rollback()

    assert told(session) == []
    assert session.scalar(select(HeadRow.size)) == 0


def test_entries_are_not_appended_inside_a_savepoint(session: Session) -> None:
    audit.record(session, said(session, "first"))

    with session.begin_nested(), pytest.raises(AssertionError, match="outside savepoints"):
        audit.flush_entries(session)


def test_a_session_that_would_lose_an_entry_refuses_it(engine: Engine) -> None:
    with Session(engine) as stranger, pytest.raises(AssertionError, match="would be lost"):
        audit.record(stranger, said(stranger, "Approved"))


def test_every_maker_of_sessions_gets_its_own_log_however_many_came_and_went(engine: Engine) -> None:
    for number in range(1, 30):
        maker = sessionmaker(engine)
        audit.install(maker)
        audit.install(maker)
        with maker() as passing:
            audit.record(passing, said(passing, "Approved"))
            passing.commit()
            assert passing.scalar(select(HeadRow.size)) == number
        del maker


def test_a_single_session_can_be_given_a_log(engine: Engine) -> None:
    with Session(engine) as alone:
        audit.install(alone)
        audit.install(alone)
        audit.record(alone, said(alone, "Approved"))
        alone.commit()
        assert told(alone) == ["Approved"]


def test_a_kind_nobody_knows_and_a_float_are_our_mistakes(session: Session) -> None:
    with pytest.raises(AssertionError, match="no kind of audit entry"):
        audit.record(session, said(session, "Approved", kind="gossip"))
    with pytest.raises(TypeError, match="no canonical form"):
        audit.record(session, said(session, "Approved", body={"amount": 1.5}))


def test_what_is_changed_after_recording_is_not_what_was_recorded(session: Session) -> None:
    body = {"amount": "125.40"}
    audit.record(session, said(session, "Claimed", body=body))
    body["amount"] = "0"
    session.commit()

    entry = audit.entry(session, 0)
    assert entry is not None
    assert entry.body == {"amount": "125.40"}


def test_the_text_is_canonical_and_is_what_was_hashed(session: Session) -> None:
    audit.record(session, said(session, "Approved “as is” \x00\u202e", body={"z": 1, "a": ["ä"]}, subject="a\x00b"))
    session.commit()

    row = session.execute(select(EntryRow.text, EntryRow.leaf_hash, EntryRow.subject)).one()
    assert canonical(json.loads(row.text)).decode() == row.text
    assert merkle.leaf_hash(row.text.encode()) == bytes(row.leaf_hash)
    assert row.subject == "a�b"
    entry = audit.entry(session, 0)
    assert entry is not None
    assert (entry.number, entry.says, entry.subject) == (1, "Approved “as is” \x00\u202e", "a\x00b")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0}"])
def test_the_database_refuses_to_change_what_was_written(
    session: Session, tmp_path: Path, table: str, change: str
) -> None:
    for number in range(2):
        audit.record(session, said(session, f"entry {number}"))
    session.commit()
    audit.checkpoint(session, audit.signing_key(tmp_path / "keys", clock.now(session)), tmp_path / "anchors")
    session.commit()
    column = {"audit_head": "size", "audit_node": "place", "audit_entry": "seq", "audit_checkpoint": "size"}[table]

    with pytest.raises(IntegrityError, match=r"append-only|only grows"):
        session.execute(text(change.format(table, column)))


def test_the_head_never_gets_shorter(session: Session) -> None:
    audit.record(session, said(session, "Approved"))
    session.commit()

    with pytest.raises(IntegrityError, match="only grows: 1 to 0"):
        session.execute(text("update audit_head set size = 0, frontier = ''"))


def test_two_sessions_that_append_200_entries_each_make_one_log(
    new_session: Callable[[], Session], session: Session, tmp_path: Path
) -> None:
    def clerk(name: str) -> None:
        with new_session() as own:
            for number in range(200):
                audit.record(own, said(own, f"{name} {number}", actor=name))
                own.commit()

    with ThreadPoolExecutor(2) as clerks:
        list(clerks.map(clerk, ("mara", "ines")))

    assert sorted(told(session)) == sorted(f"{name} {number}" for name in ("mara", "ines") for number in range(200))
    for name in ("mara", "ines"):
        own = [says for says in told(session) if says.startswith(name)]
        assert own == [f"{name} {number}" for number in range(200)]
    assert audit.verify_log(session, tmp_path, {}).flaws == ()


def test_a_session_that_reads_an_old_snapshot_cannot_fork_the_log(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    with Session(engine.execution_options(isolation_level="REPEATABLE READ")) as late:
        audit.install(late)
        late.scalar(select(HeadRow.size))
        audit.record(session, said(session, "first"))
        session.commit()
        audit.record(late, said(late, "on an old head"))
        with pytest.raises(Exception, match=r"could not serialize|duplicate key"):
            late.commit()

    assert told(session) == ["first"]
    assert audit.verify_log(session, tmp_path, {}).whole


def test_the_lock_is_taken_after_every_other_lock(new_session: Callable[[], Session], session: Session) -> None:
    """One transaction has appended and waits to commit; another that only records goes on working until its commit."""
    audit.record(session, said(session, "first"))
    audit.flush_entries(session)
    with new_session() as other:
        other.execute(text("set lock_timeout = '200ms'"))
        audit.record(other, said(other, "second"))
        assert told(other) == []
        with pytest.raises(Exception, match="lock timeout"):
            other.commit()
    session.commit()

    assert told(session) == ["first"]


def test_entries_are_found_by_case_kind_actor_number_hash_and_words(session: Session) -> None:
    for number, (kind, actor, case) in enumerate(
        [("decision", "mara", "C-77"), ("reading", "parse v12", "C-77"), ("decision", "ines", None)]
    ):
        other = {"kind": kind, "actor": actor, "actor_kind": "reader" if kind == "reading" else "person", "case": case}
        audit.record(session, said(session, f"100% of number {number}", **other))
    audit.record(session, said(session, "elsewhere", entity="CA"))
    session.commit()

    def found(**filters: Any) -> list[int]:
        assert audit.count(session, **filters) == len(audit.entries(session, **filters))
        return [entry.seq for entry in audit.entries(session, **filters)]

    third = audit.entry(session, 2)
    assert third is not None
    assert found() == [3, 2, 1, 0]
    assert found(case="C-77") == [1, 0]
    assert found(kind="decision", entity="HP") == [2, 0]
    assert found(actor="ines") == [2]
    assert found(actor_kind="reader") == [1]
    assert found(find="0,003") == [2]
    assert found(find="C-77") == [1, 0]
    assert found(find=third.leaf_hash.hex()[:12]) == [2]
    assert found(find="100% of") == [2, 1, 0]
    assert found(find="1_0%") == []
    assert found(case=None, kind=None, find=" ") == [3, 2, 1, 0]
    assert found(since=clock.now(session) + timedelta(seconds=1)) == []
    assert [entry.seq for entry in audit.entries(session, before=3, limit=2)] == [2, 1]
    assert audit.entry(session, 4) is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_however_entries_are_committed_the_stored_tree_is_that_of_their_texts(
    session: Session, tmp_path: Path, commits: list[int]
) -> None:
    for entries in commits:
        for number in range(entries):
            audit.record(session, said(session, f"entry {number} of {entries}"))
        session.commit()

    texts = session.scalars(select(EntryRow.text).order_by(EntryRow.seq)).all()
    frontier = merkle.Frontier()
    for written in texts:
        frontier, _ = merkle.append(frontier, merkle.leaf_hash(written.encode()))
    size, peaks = session.execute(select(HeadRow.size, HeadRow.frontier)).one()
    assert (size, bytes(peaks)) == (len(texts), b"".join(frontier.peaks))
    assert session.scalar(select(func.count()).select_from(NodeRow)) == size - size.bit_count()
    assert all(audit.proof(session, seq).agrees for seq in range(max(0, size - 5), size))
    assert audit.verify_log(session, tmp_path, {}).whole
