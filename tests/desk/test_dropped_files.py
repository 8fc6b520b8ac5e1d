"""Folders that files are dropped into: each whole file is stored once and put away, whatever comes between."""

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from core.intake.tables import Mailbox, Message
from desk.house import House
from desk.intake_mailboxes import mailboxes
from desk.mail import folder as folder_module
from desk.mail.folder import Dropped, FolderFailed
from desk.mail.settings import FolderSettings, MailSettingsWrong, load
from desk.mail.watching import note_configured, watching
from tests.desk.friday import AFTERNOON
from tests.desk.mailbox_life import QUICK, letter, soon


@pytest.fixture
def folder(tmp_path: Path, house: House) -> FolderSettings:
    """An empty folder that the house knows of."""
    path = tmp_path / "incoming"
    path.mkdir()
    known = FolderSettings(name="scans", entity="HP", path=path)
    note_configured(house, [known])
    return known


def messages(house: House) -> dict[str, int]:
    """The name of each message that came by folder, and how often it counts."""
    with house.session() as session:
        rows = session.execute(select(Message.name, Message.copies).where(Message.source == "drop folder"))
        return dict(rows.all())


def lying(folder: FolderSettings, where: str = "") -> list[str]:
    return sorted(file.name for file in (folder.path / where).iterdir() if file.is_file())


def test_a_file_is_stored_when_it_has_stopped_changing_and_then_put_away(house: House, folder: FolderSettings) -> None:
    dropped = Dropped(house, folder)
    (folder.path / "a.eml").write_bytes(letter(1)[:40])
    assert dropped.look() == 0, "nobody knows yet whether it is whole"
    (folder.path / "a.eml").write_bytes(letter(1))
    assert dropped.look() == 0, "it has grown since"
    assert dropped.look() == 1

    assert messages(house) == {"a.eml": 1}
    assert (lying(folder), lying(folder, "stored")) == ([], ["a.eml"])


def test_what_is_unfinished_hidden_a_folder_or_a_link_is_left_alone(
    house: House, folder: FolderSettings, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.eml").write_bytes(letter(1))
    (folder.path / "link.eml").symlink_to(tmp_path / "elsewhere.eml")
    (folder.path / "below").mkdir()
    for name in (".a.eml", "b.eml.part", "c.tmp"):
        (folder.path / name).write_bytes(letter(2))
    dropped = Dropped(house, folder)
    assert [dropped.look(), dropped.look()] == [0, 0]
    assert messages(house) == {}


def test_a_crash_before_it_is_put_away_does_not_count_it_twice(
    house: House, folder: FolderSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.eml").write_bytes(letter(1))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Dropped, "_put_away", crash)
        dropped = Dropped(house, folder)
        dropped.look()
        with pytest.raises(KeyboardInterrupt):
            dropped.look()
    assert messages(house) == {"a.eml": 1}

    again = Dropped(house, folder)
    assert [again.look(), again.look()] == [0, 1]
    assert messages(house) == {"a.eml": 1}
    assert lying(folder, "stored") == ["a.eml"]


def test_the_same_name_dropped_again_is_another_arrival_and_keeps_its_file(
    house: House, folder: FolderSettings
) -> None:
    dropped = Dropped(house, folder)
    for time in (1_700_000_000, 1_700_000_100):
        (folder.path / "a.eml").write_bytes(letter(1))
        os.utime(folder.path / "a.eml", (time, time))
        assert [dropped.look(), dropped.look()] == [0, 1]
    assert messages(house) == {"a.eml": 2}
    assert lying(folder, "stored") == ["a-2.eml", "a.eml"]


def test_a_mailbox_file_is_stored_letter_by_letter(house: House, folder: FolderSettings) -> None:
    (folder.path / "year.mbox").write_bytes(b"From a\r\n" + letter(1) + b"\r\nFrom b\r\n" + letter(2) + b"\r\n")
    dropped = Dropped(house, folder)
    dropped.look()
    dropped.look()
    assert sorted(messages(house)) == ["year.mbox#1", "year.mbox#2"]


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is_one(house: House, folder: FolderSettings) -> None:
    (folder.path / os.fsdecode(b"auftr\xe4ge.eml")).write_bytes(letter(1))
    (folder.path / "b.eml").write_bytes(letter(2))
    dropped = Dropped(house, folder)
    dropped.look()
    assert dropped.look() == 2
    assert messages(house) == {"auftr\ufffdge.eml": 1, "b.eml": 1}
    assert lying(folder) == []


def cut_off(*_: object) -> None:
    """The worker is killed here."""
    raise KeyboardInterrupt


def test_a_file_found_again_after_a_crash_is_not_counted_again(
    house: House, folder: FolderSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.eml").write_bytes(letter(1))
    dropped = Dropped(house, folder)
    dropped.look()
    with monkeypatch.context() as crash:
        crash.setattr(Dropped, "_put_away", cut_off)
        with pytest.raises(KeyboardInterrupt):
            dropped.look()
    assert dropped.look() == 1
    with house.session() as session:
        (view,) = mailboxes(session, "HP", AFTERNOON)
    assert (view.messages, messages(house), lying(folder)) == (1, {"a.eml": 1}, [])


def test_a_file_that_cannot_be_taken_is_told_and_the_others_are_taken(
    house: House, folder: FolderSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.eml", "b.eml"):
        (folder.path / name).write_bytes(letter(1) + name.encode())
    real = folder_module.messages_in

    def locked(path: Path) -> object:
        if path.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(folder_module, "messages_in", locked)
    dropped = Dropped(house, folder)
    dropped.look()
    for _ in range(2):
        with pytest.raises(FolderFailed, match=r"a\.eml cannot be taken: Permission denied"):
            dropped.look()
    assert messages(house) == {"b.eml": 1}

    monkeypatch.setattr(folder_module, "messages_in", real)
    assert dropped.look() == 1
    assert messages(house) == {"a.eml": 1, "b.eml": 1}


def test_a_file_too_large_to_be_read_is_put_aside_whole_and_its_beginning_is_somebodys(
    house: House, folder: FolderSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "FILE_BYTES_MAX", 100)
    monkeypatch.setattr(folder_module, "MESSAGE_BYTES_MAX", 50)
    (folder.path / "huge.pdf").write_bytes(b"x" * 101)
    dropped = Dropped(house, folder)
    dropped.look()
    dropped.look()
    assert messages(house) == {"huge.pdf (its first part)": 1}
    assert (folder.path / "too-large" / "huge.pdf").read_bytes() == b"x" * 101


def test_two_workers_take_each_file_once_and_the_page_says_how_the_folder_is_doing(
    house: House, folder: FolderSettings
) -> None:
    stop = threading.Event()

    def work() -> None:
        with watching(house, [folder], QUICK):
            stop.wait()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        for number in range(10):
            (folder.path / f"{number}.eml").write_bytes(letter(number))
        soon(lambda: len(messages(house)) == 10 and lying(folder) == [])
        with house.session() as session:
            (view,) = mailboxes(session, "HP", AFTERNOON)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert set(messages(house).values()) == {1}
    assert (view.name, view.address, view.messages, view.error) == ("scans", str(folder.path), 10, "")


def test_a_folder_that_is_gone_is_told_and_watched_again_when_it_is_back(house: House, folder: FolderSettings) -> None:
    folder.path.rmdir()

    def row() -> Mailbox:
        with house.session() as session:
            return session.scalars(select(Mailbox)).one()

    with watching(house, [folder], QUICK):
        soon(lambda: row().state == "waiting")
        assert "cannot be looked into: No such file or directory" in row().error
        folder.path.mkdir()
        (folder.path / "a.eml").write_bytes(letter(1))
        soon(lambda: messages(house) == {"a.eml": 1})
        soon(lambda: row().state == "watching")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("folders: [{name: a}]", "folder 1: path is missing"),
        ("folders: [{path: incoming}]", "write the whole path"),
        ("folders: [{path: /a, every: 5}]", "every is no field"),
        ("folders: [{path: /a}, {path: /b/a}]", "two mailboxes or folders of one name"),
    ],
)
def test_a_mistake_in_the_file_says_what_to_write(tmp_path: Path, written: str, says: str) -> None:
    (tmp_path / "mail.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(MailSettingsWrong, match=says):
        load(tmp_path, "HP")
