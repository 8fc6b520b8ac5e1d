"""Tampering with the log as the database's superuser, in every way we could think of, and seeing it found."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core import anchors, audit, clock, merkle, notes
from core.audit_tables import EntryRow, NodeRow
from core.canonical import canonical


class Desk:
    """A log of 20 entries and two checkpoints, over 10 and over 20, with its keys and anchors in a folder."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.anchors, self.keys = session, folder / "anchors", folder / "keys"
        self.key = audit.signing_key(self.keys, clock.now(session))
        self.say(10)
        self.checkpoint()
        self.say(9)
        self.checkpoint()

    def say(self, entries: int) -> None:
        for number in range(entries):
            audit.record(
                self.session,
                audit.AuditEntry(
                    entity="HP",
                    at=clock.now(self.session),
                    actor="mara",
                    actor_kind="person",
                    kind="decision",
                    subject="CASE-1042",
                    says=f"Approved {number}",
                ),
            )
        self.session.commit()

    def checkpoint(self) -> audit.Checkpoint:
        made = audit.checkpoint(self.session, self.key, self.anchors)
        self.session.commit()
        return made

    def verify(self) -> audit.Verification:
        return audit.verify_log(self.session, self.anchors, audit.public_keys(self.keys))

    def flaws(self) -> list[tuple[str, int | None]]:
        return [(flaw.kind, flaw.first) for flaw in self.verify().flaws]

    def tamper(self, statement: str, **values: Any) -> None:
        """As superuser, past the triggers."""
        self.session.execute(text("set local session_replication_role = replica"))
        self.session.execute(text(statement), values)
        self.session.commit()

    def rewrite(self, change: Callable[[list[str]], list[str]]) -> None:
        """Write the whole log anew with other texts and every hash right, as an attacker with our program would."""
        texts = change(list(self.session.scalars(select(EntryRow.text).order_by(EntryRow.seq))))
        rows = [dict(row._mapping) for row in self.session.execute(select(EntryRow.__table__).order_by(EntryRow.seq))]
        frontier, nodes = merkle.Frontier(), []
        for row, said in zip(rows, texts, strict=False):
            row["text"], row["leaf_hash"] = said, merkle.leaf_hash(said.encode())
            frontier, completed = merkle.append(frontier, row["leaf_hash"])
            nodes += [{"level": node.level, "place": node.place, "hash": hashed} for node, hashed in completed]
        self.session.execute(text("set local session_replication_role = replica"))
        for table in ("audit_entry", "audit_node"):
            self.session.execute(text(f"delete from {table}"))
        self.session.execute(insert(EntryRow), rows[: len(texts)])
        self.session.execute(insert(NodeRow), nodes)
        peaks = b"".join(frontier.peaks)
        self.session.execute(
            text("update audit_head set size = :size, frontier = :peaks"), {"size": len(texts), "peaks": peaks}
        )
        self.session.commit()


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


def saying(seq: int, says: str) -> Callable[[list[str]], list[str]]:
    """A rewrite that lets one entry say something else."""

    def change(texts: list[str]) -> list[str]:
        texts[seq] = canonical({**json.loads(texts[seq]), "says": says}).decode()
        return texts

    return change


def test_a_log_that_nobody_touched_is_whole(desk: Desk) -> None:
    desk.say(1)

    found = desk.verify()

    assert found.flaws == ()
    assert found.whole
    assert found.says == "The record is whole: 22 entries, none changed, none missing"
    assert (found.size, found.checkpoints, found.covered) == (22, 2, 20)
    assert found.covered_at == clock.now(desk.session)
    assert found.remarks == ("The last 2 entries came after the last anchored checkpoint.",)


def test_a_changed_entry_is_named(desk: Desk) -> None:
    desk.tamper("update audit_entry set text = replace(text, 'Approved 3', 'Rejected 3') where seq = 3")

    assert desk.flaws() == [("changed", 4)]
    assert desk.verify().says == "The record is not whole: 1 thing wrong, from entry 4 on"
    assert desk.verify().flaws[0].says == "Entry 4 was changed: its text does not give its hash."
    assert not audit.proof(desk.session, 3).agrees


def test_an_entry_changed_with_its_own_hash_is_found_by_the_hash_above(desk: Desk) -> None:
    said = canonical({**json.loads(audit.entries(desk.session, before=4)[0].text), "says": "Rejected"})
    desk.tamper(
        "update audit_entry set text = :text, leaf_hash = :leaf where seq = 3",
        text=said.decode(),
        leaf=merkle.leaf_hash(said),
    )

    assert ("changed", 3) in desk.flaws()
    assert ("rewritten", 1) in desk.flaws()


def test_an_entry_that_is_no_record_any_more_is_named(desk: Desk) -> None:
    desk.tamper(
        "update audit_entry set text = 'nothing', leaf_hash = :leaf where seq = 3", leaf=merkle.leaf_hash(b"nothing")
    )

    assert ("changed", 4) in desk.flaws()


def test_a_missing_entry_is_named(desk: Desk) -> None:
    desk.tamper("delete from audit_entry where seq in (4, 5)")

    assert [(kind, first) for kind, first in desk.flaws() if kind != "anchor"] == [("missing", 5)]
    assert desk.verify().flaws[0].says.startswith("Entries 5 to 6 are missing")


def test_two_entries_that_changed_places_are_named(desk: Desk) -> None:
    def swap(texts: list[str]) -> list[str]:
        texts[3], texts[4] = texts[4], texts[3]
        return texts

    desk.rewrite(swap)

    assert {("changed", 4), ("changed", 5), ("rewritten", 1)} <= set(desk.flaws())


def test_an_entry_that_is_filed_under_another_name_is_named(desk: Desk) -> None:
    desk.tamper("update audit_entry set actor = 'ines', at = at + interval '1 hour' where seq = 7")

    assert desk.flaws() == [("misfiled", 8)]
    assert "under another actor, at than it says" in desk.verify().flaws[0].says


def test_a_missing_tail_is_found_by_the_head(desk: Desk) -> None:
    desk.tamper("delete from audit_entry where seq >= 19")

    assert ("missing_tail", 20) in desk.flaws()


def test_a_tail_that_was_cut_off_with_care_is_found_by_the_anchor(desk: Desk) -> None:
    desk.rewrite(lambda texts: texts[:15])

    assert ("missing_tail", 16) in desk.flaws()
    told = [flaw.says for flaw in desk.verify().flaws if flaw.kind == "missing_tail"]
    assert told == [
        "Entries 16 to 20 are missing: the checkpoint of 20 Nov 2026 09:00 signed 20, the record ends before."
    ]


def test_a_log_that_was_rewritten_with_care_is_found_by_the_checkpoint(desk: Desk) -> None:
    desk.rewrite(saying(13, "Rejected"))

    assert desk.flaws() == [("rewritten", 11)]
    assert desk.verify().flaws[0].says.endswith("The first 10 are as they were signed.")
    assert desk.verify().covered == 10


def test_a_log_rewritten_from_the_start_is_found_too(desk: Desk) -> None:
    desk.rewrite(saying(0, "Rejected"))

    assert desk.flaws() == [("rewritten", 1)]
    assert desk.verify().covered == 0


def test_a_rewritten_log_that_was_signed_again_is_called_forked(desk: Desk) -> None:
    desk.rewrite(saying(13, "Rejected"))
    (desk.anchors / anchors.FILE).rename(desk.anchors / "kept")
    desk.say(3)
    desk.checkpoint()
    with (desk.anchors / anchors.FILE).open("a") as file:
        file.write((desk.anchors / "kept").read_text())

    assert desk.flaws() == [("forked", 11)]
    assert "the record as it is now was signed too, with 24 entries" in desk.verify().flaws[0].says


def test_two_signed_records_of_one_size_are_a_fork_even_when_the_record_is_gone(desk: Desk) -> None:
    other = notes.signed_checkpoint(notes.TreeHead(20, b"x" * 32), desk.key)
    anchors.append([desk.anchors], anchors.Anchor(other, clock.now(desk.session)))
    assert ("forked", 11) in desk.flaws()

    desk.rewrite(lambda texts: texts[:5])
    assert ("forked", None) in desk.flaws()


def test_the_desk_does_not_sign_a_second_history(desk: Desk) -> None:
    desk.rewrite(saying(13, "Rejected"))
    desk.say(1)
    with pytest.raises(audit.HistoryChanged, match="first 20 entries are not those that were signed"):
        audit.checkpoint(desk.session, desk.key, desk.anchors)
    desk.session.rollback()
    with pytest.raises(audit.HistoryChanged, match="not those that were signed"):
        audit.checkpoint(desk.session, audit.new_signing_key(desk.keys, clock.now(desk.session)), desk.anchors)
    desk.session.rollback()

    desk.rewrite(lambda texts: texts[:15])
    with pytest.raises(audit.HistoryChanged, match="record has 15 entries, but 20 were signed"):
        audit.checkpoint(desk.session, desk.key, desk.anchors)
    desk.session.rollback()
    assert len(anchors.read(desk.anchors)[0]) == 2


def test_a_changed_stored_hash_is_told_apart_from_a_changed_entry(desk: Desk) -> None:
    desk.tamper("update audit_node set hash = sha256('x') where level = 1 and place = 2")

    assert desk.flaws() == [("hash", None)]
    assert desk.verify().flaws[0].says == "A stored hash above entries 5 to 6 was changed; the entries are as signed."


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("delete from audit_node where level = 2 and place = 0", "hash"),
        ("insert into audit_node values (9, 9, sha256('x'))", "hash"),
        ("update audit_head set frontier = sha256('x')", "head"),
        ("insert into audit_entry select 99, entity, at, actor, actor_kind, kind, subject, case_number, text, leaf_hash "
         "from audit_entry where seq = 1", "extra"),
        ("insert into audit_entry select -1, entity, at, actor, actor_kind, kind, subject, case_number, text, leaf_hash "
         "from audit_entry where seq = 1", "extra"),
        ("delete from audit_checkpoint where size = 10", "checkpoint"),
        ("update audit_checkpoint set size = 11 where size = 10", "checkpoint"),
        ("update audit_checkpoint set text = replace(text, E'\\n10\\n', E'\\n11\\n') where size = 10", "checkpoint"),
        ("alter table audit_entry disable trigger audit_append_only", "unguarded"),
        ("drop trigger audit_head_grows on audit_head", "unguarded"),
    ],
)  # fmt: skip
def test_what_is_put_in_taken_out_or_switched_off_is_found(desk: Desk, statement: str, kind: str) -> None:
    desk.tamper(statement)

    assert kind in {found for found, _ in desk.flaws()}


def test_a_head_that_grew_without_entries_is_a_missing_tail(desk: Desk) -> None:
    desk.tamper("update audit_head set size = 30")

    assert ("missing_tail", 22) in desk.flaws()


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
