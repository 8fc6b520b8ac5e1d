"""Documents of others end somewhere, and where is counted: by set, with reasons, and loudly when it is nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.intake.tables import Message
from evals import samples
from evals.samples_sets import Sample, chosen, samples_of
from evals.world import ENTITY, World, worlds

LETTER = (
    b"From: Ada <ada@nobody-we-know.example>\r\nTo: orders@harbor-pine.example\r\nSubject: Your order\r\n"
    b"Date: Fri, 20 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@nobody-we-know.example>\r\n\r\n"
    b"Order PO-40417 will be delivered on 14 December.\r\n"
)
BROKEN = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><Invoice>&b;</Invoice>'


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with worlds() as made, made.world() as world:
        yield world


def test_each_document_ends_with_its_reason_and_is_counted_once(world: World) -> None:
    sent = [Sample("letter.eml", LETTER), Sample("broken.pdf", BROKEN), Sample("bomb.xml", BOMB)]

    ended = samples.run_set(world, "made", sent, 7)

    assert ended.nowhere == []
    assert (ended.read, ended.exception, ended.set_aside, ended.refused) == (0, 1, 0, 2)
    assert ended.reasons == {"sender_unknown": 1, "document_unreadable": 2}
    assert "(3 of 7, spread)" in samples.line_of(ended)


def test_the_same_bytes_in_two_sets_are_one_message(world: World) -> None:
    samples.run_set(world, "one", [Sample("a.eml", LETTER)], 1)

    ended = samples.run_set(world, "two", [Sample("b.eml", LETTER)], 1)

    assert ended.again == 1
    assert ended.nowhere == []


def test_a_document_that_crashes_the_intake_is_told_and_the_next_one_still_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = World.receive

    def crash(self: World, raw: bytes, name: str) -> str:
        if name == "bad":
            raise ValueError("a reader broke")
        return receive(self, raw, name)

    monkeypatch.setattr(World, "receive", crash)

    ended = samples.run_set(world, "made", [Sample("bad", b"x"), Sample("letter.eml", LETTER)], 2)

    assert ended.nowhere == ["bad: ValueError: a reader broke"]
    assert ended.exception == 1


def test_a_message_that_is_stored_and_never_read_ends_nowhere(world: World) -> None:
    sha256 = world.receive(LETTER + b"once more", "letter.eml")
    row = world.session.get(Message, (ENTITY, sha256))
    assert row is not None
    assert samples.ending_of(world, sha256) is not None

    row.state = "stored"

    assert samples.ending_of(world, sha256) is None
    world.session.rollback()


def test_what_speaks_about_documents_is_no_document(tmp_path: Path) -> None:
    for name in ("SOURCE.txt", "LICENSE", "labels.json", "word-boxes.csv", ".gitignore", "invoice.pdf", "mail.eml"):
        (tmp_path / name).write_bytes(b"x")

    assert [one.name for one in samples_of(tmp_path)] == ["invoice.pdf", "mail.eml"]


def test_a_mailbox_is_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(b"From a\n" + LETTER + b"\nFrom b\n" + LETTER)

    assert [one.name for one in samples_of(tmp_path)] == ["all.mbox#1", "all.mbox#2"]


def test_a_selection_is_spread_over_the_set_and_always_the_same() -> None:
    found = [Sample(f"{number:03}", b"") for number in range(100)]

    assert [one.name for one in chosen(found, 4)] == ["000", "025", "050", "075"]
    assert chosen(found, 100) == found


def test_tables_of_data_are_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scms").mkdir()
    (tmp_path / "scms" / "rows.txt").write_text("1")

    assert samples.main(["--folder", str(tmp_path)]) == 0
    assert "scms                     left out: a table of deliveries, no documents" in capsys.readouterr().out


def test_an_absent_folder_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "samples"

    assert samples.main(["--folder", str(absent)]) == 0
    assert capsys.readouterr().out == f"There are no samples in {absent}: nothing was run.\n"
