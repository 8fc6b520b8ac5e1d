"""Tampering with the log as the database's superuser, in every way we could think of, and seeing it found."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core import anchors, audit, clock, merkle, notes
from core.canonical import canonical
from tests.core.audit_desk import Desk, saying


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


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
