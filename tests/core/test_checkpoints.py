"""Checkpoints and their anchors: what they cover, what half or lost ones mean, and who makes them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core import anchors, audit, clock, notes
from tests.core.audit_desk import Desk


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


def test_lost_anchors_are_told_and_nothing_is_covered_without_them(desk: Desk) -> None:
    (desk.anchors / anchors.FILE).unlink()

    assert desk.flaws() == [("anchor", None), ("anchor", None)]
    assert desk.verify().covered == 0
    assert "No checkpoint outside the database vouches for the record yet." in desk.verify().remarks


def test_an_anchor_signed_by_a_key_nobody_knows_does_not_count(desk: Desk) -> None:
    stranger = audit.signing_key(desk.keys.parent / "strange", clock.now(desk.session))
    forged = notes.signed_checkpoint(notes.TreeHead(5, b"x" * 32), stranger)
    anchors.append([desk.anchors], anchors.Anchor(forged, clock.now(desk.session)))

    assert desk.flaws() == [("anchor", None)]
    assert "not signed by a key we know" in desk.verify().flaws[0].says


def test_an_anchor_whose_checkpoint_was_never_committed_does_no_harm(desk: Desk) -> None:
    desk.say(4)
    audit.checkpoint(desk.session, desk.key, desk.anchors)
    desk.session.rollback()
    assert desk.verify().whole
    desk.say(1)
    desk.checkpoint()

    assert desk.verify().whole
    assert desk.verify().checkpoints == 4


def test_half_an_anchor_is_remarked_and_does_not_hide_a_lost_one(desk: Desk) -> None:
    path = desk.anchors / anchors.FILE
    path.write_bytes(path.read_bytes()[:-30])

    assert desk.flaws() == [("anchor", None)]
    assert "Line 2 of the anchors cannot be read." in desk.verify().remarks


def test_nothing_new_makes_no_new_checkpoint(desk: Desk) -> None:
    assert desk.checkpoint().size == 20
    assert desk.checkpoint().size == 20
    desk.say(1)
    assert desk.checkpoint().size == 22
    assert [made.size for made in audit.checkpoints(desk.session)] == [10, 20, 22]
    last = audit.last_checkpoint(desk.session)
    assert last is not None
    assert last.size == 22


def test_a_checkpoint_never_signs_what_is_not_committed(desk: Desk) -> None:
    audit.record(desk.session, audit.AuditEntry(
        entity="HP", at=clock.now(desk.session), actor="mara", actor_kind="person", kind="read", subject="x",
    ))  # fmt: skip
    audit.flush_entries(desk.session)

    with pytest.raises(AssertionError, match="what is committed"):
        audit.checkpoint(desk.session, desk.key, desk.anchors)


def test_two_workers_make_one_checkpoint(desk: Desk, new_session: Callable[[], Session]) -> None:
    desk.say(5)

    def work(_: int) -> int:
        with new_session() as own:
            made = audit.checkpoint(own, desk.key, desk.anchors)
            own.commit()
            return made.size

    with ThreadPoolExecutor(2) as workers:
        assert list(workers.map(work, range(2))) == [26, 26]

    assert [made.size for made in audit.checkpoints(desk.session)] == [10, 20, 26]
    assert desk.verify().whole


def test_a_copy_of_the_anchors_can_be_kept_elsewhere(desk: Desk, tmp_path: Path) -> None:
    desk.say(1)
    audit.checkpoint(desk.session, desk.key, desk.anchors, tmp_path / "archive")
    desk.session.commit()

    assert anchors.read(tmp_path / "archive")[0] == anchors.read(desk.anchors)[0][-1:]


def test_a_copy_that_cannot_be_written_leaves_no_checkpoint(desk: Desk, tmp_path: Path) -> None:
    desk.say(1)
    (tmp_path / "archive").write_text("a file, not a folder")
    with pytest.raises(OSError, match="archive"):
        audit.checkpoint(desk.session, desk.key, desk.anchors, tmp_path / "archive")
    desk.session.rollback()

    assert [made.size for made in audit.checkpoints(desk.session)] == [10, 20]
    assert desk.verify().whole


def test_a_check_while_others_append_and_sign_raises_no_false_alarm(
    desk: Desk, new_session: Callable[[], Session]
) -> None:
    def work(_: int) -> None:
        with new_session() as own:
            other = Desk.__new__(Desk)
            other.session, other.anchors, other.keys, other.key = own, desk.anchors, desk.keys, desk.key
            for _round in range(15):
                other.say(3)
                other.checkpoint()

    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(work, 0)
        while not working.done():
            assert desk.verify().flaws == ()
            desk.session.rollback()
        working.result()
    assert desk.verify().checkpoints == 17


def test_a_proof_rests_on_the_first_checkpoint_that_covers_the_entry(desk: Desk) -> None:
    early, late, newest = (audit.proof(desk.session, seq) for seq in (3, 15, 20))

    assert (early.size, late.size, newest.size) == (10, 20, 21)
    assert early.agrees
    assert late.agrees
    assert newest.agrees
    assert newest.checkpoint is None
    assert [(step.side, step.first, step.last) for step in early.steps] == [
        ("left", 3, 3),
        ("left", 1, 2),
        ("right", 5, 8),
        ("right", 9, 10),
    ]
    with pytest.raises(LookupError, match="no entry 100"):
        audit.proof(desk.session, 99)


def test_the_hour_of_a_checkpoint_is_the_clock_of_the_session(desk: Desk) -> None:
    later = clock.now(desk.session) + timedelta(hours=1)
    clock.set_clock(desk.session, clock.fixed(later))
    desk.say(1)

    assert desk.checkpoint().at == later
    assert desk.verify().covered_at == later
