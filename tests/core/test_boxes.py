"""What a path holds, however people keep their mail."""

import mailbox
from pathlib import Path

from core.intake.boxes import messages_in

LETTER = b"From: a@b.example\nSubject: {}\n\nFrom here on we ship on Monday.\n"


def names(path: Path) -> list[str]:
    return [name for name, _ in messages_in(path)]


def test_an_mbox_gives_each_mail_as_it_was_sent(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "old.mbox")
    for n in range(3):
        box.add(LETTER.replace(b"{}", str(n).encode()))
    box.flush()

    found = list(messages_in(tmp_path / "old.mbox"))

    assert [name for name, _ in found] == ["old.mbox#1", "old.mbox#2", "old.mbox#3"]
    assert b"\nFrom here on" in found[0][1]


def test_a_maildir_gives_its_mails_and_those_of_its_folders(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(LETTER)
    box.add_folder("Archive").add(LETTER)
    (tmp_path / "mail" / "tmp" / "half-written").write_bytes(b"From: x")

    assert len(names(tmp_path / "mail")) == 2
    assert len(names(tmp_path)) == 2


def test_a_folder_is_walked_whatever_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.eml").write_bytes(LETTER)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)

    assert names(tmp_path) == ["one.eml", "b.pdf"]


def test_an_mbox_without_an_ending_is_told_by_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(b"From a Fri Nov 20 09:00:00 2026\n" + LETTER.replace(b"From here", b">From here"))
    assert names(tmp_path) == ["Inbox#1"]
