"""The stand-alone verifier: copied out of the project, run by another Python process, on honest and on forged files."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import anchors, audit, clock, notes
from core.notes import TreeHead
from desk import verify as verifier

SAID = "Approved “Pay for what arrived, claim the rest”"


def say(session: Session, says: str, entries: int = 1) -> None:
    for _ in range(entries):
        audit.record(
            session,
            audit.AuditEntry(
                entity="HP",
                at=clock.now(session),
                actor="mara",
                actor_kind="person",
                kind="decision",
                subject="invoice KF-88213",
                case="CASE-1042",
                says=says,
                body={"pays": "1751.60"},
            ),
        )
    session.commit()


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    """A folder with the verifier alone, keys, anchors, and a log of 14 entries of which 12 are signed and anchored."""
    (tmp_path / "verify.py").write_bytes(Path(verifier.__file__).read_bytes())
    key = audit.signing_key(tmp_path / "keys", clock.now(session))
    say(session, SAID, entries=7)
    audit.checkpoint(session, key, tmp_path / "anchors")
    session.commit()
    say(session, SAID, entries=4)
    audit.checkpoint(session, key, tmp_path / "anchors")
    session.commit()
    say(session, SAID)
    return tmp_path


def key_of(session: Session, folder: Path) -> notes.SigningKey:
    return audit.signing_key(folder / "keys", clock.now(session))


def write(folder: Path, receipt: object) -> Path:
    path = folder / "receipt.json"
    path.write_text(json.dumps(receipt, indent=1))
    return path


def exported(session: Session, folder: Path) -> Path:
    path = folder / "export.jsonl"
    with path.open("w") as out:
        assert audit.export(session, out, audit.public_keys(folder / "keys")) == 14
    return path


def run(folder: Path, *arguments: object) -> tuple[int, str]:
    """Run the copied verifier as anybody would, isolated from the project."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_receipt_is_proven_without_us_and_says_what_is_not(session: Session, folder: Path) -> None:
    path = write(folder, audit.receipt(session, 4, key_of(session, folder)))

    status, says = run(folder, path)

    assert status == 0
    assert says.startswith("Receipt for entry 5, decision\n  who      mara\n")
    assert SAID in says
    assert "holds  a record of 7 entries is signed by the key exception-desk/audit+" in says
    assert "holds  3 hashes lead from the entry to the signed root" in says
    assert "Proven: This entry, word for word" in says
    assert "that the key is theirs: it came with the file" in says
    assert "that the person named was at the keyboard" in says


def test_a_receipt_is_checked_against_a_key_and_anchors_of_ones_own(session: Session, folder: Path) -> None:
    path = write(folder, audit.receipt(session, 10, key_of(session, folder)))

    status, says = run(
        folder, path, "--key", folder / "keys" / "2026-a.pub", "--anchors", folder / "anchors" / anchors.FILE
    )

    assert status == 0
    assert "the anchor over 12 entries agrees" in says
    assert "that the key is theirs" not in says
    assert "others were shown the same record" not in says


def test_a_receipt_given_before_the_next_checkpoint_rests_on_one_of_its_own(session: Session, folder: Path) -> None:
    receipt = audit.receipt(session, 13, key_of(session, folder))

    assert receipt["checkpoint"]["anchored_at"] is None
    assert audit.receipt_name(13) == "receipt-14.json"
    status, says = run(folder, write(folder, receipt), "--anchors", folder / "anchors" / anchors.FILE)
    assert status == 0
    assert "none of the anchors is of the same size" in says


def forged_text(receipt: dict[str, Any]) -> None:
    receipt["entry"]["text"] = receipt["entry"]["text"].replace("1751.60", "9751.60")


def forged_text_and_hash(receipt: dict[str, Any]) -> None:
    forged_text(receipt)
    receipt["entry"]["leaf_hash"] = verifier.leaf_hash(receipt["entry"]["text"]).hex()


def forged_path(receipt: dict[str, Any]) -> None:
    receipt["proof"]["path"].pop()


def forged_place(receipt: dict[str, Any]) -> None:
    receipt["proof"]["leaf"] += 1


def forged_size(receipt: dict[str, Any]) -> None:
    receipt["checkpoint"]["note"] = receipt["checkpoint"]["note"].replace("\n7\n", "\n8\n")


def unsigned(receipt: dict[str, Any]) -> None:
    receipt["checkpoint"]["note"] = receipt["checkpoint"]["note"].partition("—")[0]


@pytest.mark.parametrize("forge", [forged_text, forged_text_and_hash, forged_path, forged_place, forged_size, unsigned])
def test_a_forged_receipt_is_not_proven(
    session: Session, folder: Path, forge: Callable[[dict[str, Any]], None]
) -> None:
    receipt = audit.receipt(session, 4, key_of(session, folder))
    forge(receipt)

    status, says = run(folder, write(folder, receipt))

    assert status == 1
    assert "WRONG" in says
    assert "NOT PROVEN" in says
    assert "Proven:" not in says


def test_a_receipt_signed_by_a_stranger_fails_against_the_key_one_trusts(session: Session, folder: Path) -> None:
    stranger = audit.signing_key(folder / "strange", clock.now(session))
    path = write(folder, audit.receipt(session, 13, stranger))

    assert run(folder, path)[0] == 0
    status, says = run(folder, path, "--key", folder / "keys" / "2026-a.pub")

    assert status == 1
    assert "not signed by a key you trust" in says


def test_a_receipt_from_a_rewritten_record_fails_against_the_anchors(session: Session, folder: Path) -> None:
    receipt = audit.receipt(session, 4, key_of(session, folder))
    other = notes.signed_checkpoint(TreeHead(7, b"x" * 32), key_of(session, folder))
    anchors.append([folder / "elsewhere"], anchors.Anchor(other, clock.now(session)))

    status, says = run(folder, write(folder, receipt), "--anchors", folder / "elsewhere" / anchors.FILE)

    assert status == 1
    assert "the anchor over 7 entries does not agree" in says


def test_an_export_is_proven_without_us(session: Session, folder: Path) -> None:
    status, says = run(folder, exported(session, folder), "--anchors", folder / "anchors" / anchors.FILE)

    assert status == 0, says
    assert "Export of 14 entries and 2 signed checkpoints" in says
    assert "holds  the first 12 entries are as signed" in says
    assert "holds  the checkpoint over 12 continues that over 7\n" in says
    assert "the last 2 entries are not signed yet" in says
    assert "the anchor over 12 entries agrees" in says


def changed(lines: list[str]) -> list[str]:
    return [line.replace("1751.60", "9751.60") if number == 3 else line for number, line in enumerate(lines)]


def without_an_entry(lines: list[str]) -> list[str]:
    return lines[:3] + lines[4:]


def in_another_order(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def without_its_end(lines: list[str]) -> list[str]:
    return lines[:14] + lines[15:]


def without_checkpoints(lines: list[str]) -> list[str]:
    return [line for line in lines if "checkpoint" not in line[:15]]


def with_another_proof(lines: list[str]) -> list[str]:
    return [json.dumps({**json.loads(line), "proof": []}) if "continues" in line else line for line in lines]


def without_a_head(lines: list[str]) -> list[str]:
    return lines[:-1]


@pytest.mark.parametrize(
    "tamper",
    [
        changed,
        without_an_entry,
        in_another_order,
        without_its_end,
        without_checkpoints,
        with_another_proof,
        without_a_head,
    ],
)
def test_a_tampered_export_is_not_proven(
    session: Session, folder: Path, tamper: Callable[[list[str]], list[str]]
) -> None:
    path = exported(session, folder)
    lines = path.read_text().splitlines()
    assert tamper(lines) != lines
    path.write_text("\n".join(tamper(lines)) + "\n")

    status, says = run(folder, path)

    assert status == 1
    assert "NOT PROVEN" in says


def test_an_export_that_was_cut_with_care_fails_against_the_anchors(session: Session, folder: Path) -> None:
    lines = exported(session, folder).read_text().splitlines()
    kept = [line for line in lines if not ('"entry"' in line[:9] and json.loads(line)["entry"] > 7)]
    kept = [line for line in kept if '"continues":7' not in line]
    root = verifier.folded([])
    (folder / "cut.jsonl").write_text("\n".join(kept[:-1]) + "\n")
    _, roots = verifier.read_entries(folder / "cut.jsonl", {7}, verifier.Findings())
    root = roots[7]
    (folder / "cut.jsonl").write_text("\n".join([*kept[:-1], json.dumps({"head": {"size": 7, "root": root.hex()}})]))

    assert run(folder, "cut.jsonl")[0] == 0
    status, says = run(folder, "cut.jsonl", "--anchors", folder / "anchors" / anchors.FILE)

    assert status == 1
    assert "anchors go on after entry 7" in says


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "not json", '{"type":"exception-desk audit receipt 1"}', '{"type":"exception-desk audit export 1"}',
     "[" * 100_000, '{"type": "receipt 9"}'],
)  # fmt: skip
def test_what_is_no_receipt_gets_a_sentence_and_no_traceback(folder: Path, content: str) -> None:
    (folder / "other.json").write_text(content)

    status, says = run(folder, "other.json")

    assert status == 2
    assert "nothing here that can be checked" in says


def test_a_file_that_is_not_there_gets_a_sentence(folder: Path) -> None:
    (folder / "binary").write_bytes(b"\xff\xfe\x00")

    assert run(folder, "nowhere.json")[0] == 2
    assert run(folder, "binary")[0] == 2


def test_what_a_supplier_wrote_cannot_play_with_the_readers_terminal(session: Session, folder: Path) -> None:
    say(session, "\x1b[2J\u202eApproved\nholds  everything")
    path = write(folder, audit.receipt(session, 14, key_of(session, folder)))

    status, says = run(folder, path)

    assert status == 0
    assert "\x1b" not in says
    assert "\u202e" not in says
    assert "\nholds" not in says
    assert "\\u001b[2J\\u202eApproved\\u000aholds" in says


def test_a_receipt_is_not_given_for_what_is_not_there_or_does_not_hold(session: Session, folder: Path) -> None:
    with pytest.raises(LookupError, match="no entry 100"):
        audit.receipt(session, 99, key_of(session, folder))

    session.connection().exec_driver_sql("set session_replication_role = replica")
    session.connection().exec_driver_sql("update audit_entry set text = replace(text, 'mara', 'ines') where seq = 4")
    session.commit()
    with pytest.raises(ValueError, match="entry 5 does not agree"):
        audit.receipt(session, 4, key_of(session, folder))


def test_a_poor_terminal_and_a_reader_who_stops_early_break_nothing(session: Session, folder: Path) -> None:
    path = write(folder, audit.receipt(session, 4, key_of(session, folder)))
    command = f"'{sys.executable}' -X utf8=0 verify.py {path.name}"
    poor = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}

    ascii_only = subprocess.run(command, shell=True, cwd=folder, capture_output=True, env=poor, check=False)
    stopped = subprocess.run(f"{command} | true", shell=True, cwd=folder, capture_output=True, check=False)

    assert (ascii_only.returncode, ascii_only.stderr) == (0, b"")
    assert b"\\u201cPay for what arrived" in ascii_only.stdout
    assert stopped.stderr == b""


def test_the_verifier_imports_nothing_of_ours() -> None:
    source = Path(verifier.__file__).read_text()

    for room in ("core", "policies", "agents", "desk", "evals"):
        assert f"from {room}" not in source
        assert f"import {room}" not in source
