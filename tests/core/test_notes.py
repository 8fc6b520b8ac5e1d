"""Signed notes against the published examples, keys on disk, and anchors that survive a crash."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core import anchors, audit_keys, notes
from core.notes import NoteInvalid, SigningKey, TreeHead, VerifierKey

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example in the documentation of golang.org/x/mod/sumdb/note."""

SUM_GOLANG = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
"""The key of Go's checksum database."""


def key(number: int = 1) -> SigningKey:
    return SigningKey(f"2026-{number}", Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def note(size: int = 3, root: bytes = b"r" * 32) -> str:
    return notes.signed_checkpoint(TreeHead(size, root), key())


def test_the_published_note_is_verified_with_its_published_key() -> None:
    body, signer, _ = notes.open_note(NEUMANN_NOTE, [notes.verifier_key(SUM_GOLANG), notes.verifier_key(NEUMANN)])

    assert signer.name == "PeterNeumann"
    assert body.endswith("your problem is.\n")
    assert str(signer) == NEUMANN


@pytest.mark.parametrize("text", [NEUMANN, SUM_GOLANG])
def test_a_published_key_is_read_and_written_as_it_is(text: str) -> None:
    assert str(notes.verifier_key(text + "\n")) == text


@pytest.mark.parametrize(
    "text",
    ["", "a+b", NEUMANN.replace("c74f20a3", "c74f20a4"), NEUMANN[:-4], "x+00000000+AA==", "x+00000000+§§§§"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        notes.verifier_key(text)


def test_a_checkpoint_states_the_log_its_size_and_its_root_and_is_the_same_every_time() -> None:
    assert note().startswith(
        f"exception-desk/audit\n3\n{base64.b64encode(b'r' * 32).decode()}\n\n— exception-desk/audit "
    )
    assert note() == note()
    assert notes.open_checkpoint(note(), [key(2).verifier, key().verifier]) == TreeHead(3, b"r" * 32)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("\n3\n", "\n4\n"), "signature does not fit"),
        (lambda text: text.rstrip("\n"), "no signature"),
        (lambda text: text.partition("—")[0], "no signature"),
        (lambda text: text.replace("— exception-desk/audit", "- exception-desk/audit"), "malformed"),
        (lambda text: text[:-8] + "\n", "malformed|does not fit"),
        (lambda text: text.replace("— exception-desk/audit", "— somebody.example"), "not signed by a key we know"),
        (lambda text: "", "no signature"),
    ],
)
def test_a_checkpoint_that_was_tampered_with_does_not_count(change: object, why: str) -> None:
    assert callable(change)
    with pytest.raises(NoteInvalid, match=why):
        notes.open_checkpoint(change(note()), [key().verifier])


def test_a_checkpoint_of_another_log_does_not_count() -> None:
    other = notes.signed_checkpoint(TreeHead(3, b"r" * 32, "example.com/other"), key())

    with pytest.raises(NoteInvalid, match="another log"):
        notes.open_checkpoint(other, [key().verifier])
    assert notes.claimed_head(other) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a\nb\n",
        "a\n-1\ncg==\n",
        "a\n03\ncg==\n",
        "a\n3\ncg==\n",
        "a\n3\n§\n",
        "a\n٣\ncg==\n",
        "a\n\n3\ncg==\n",
        "a\n3\ncg==",
    ],
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(NoteInvalid):
        notes.tree_head(body)


def test_signatures_of_others_beside_ours_are_passed_over() -> None:
    witnessed = note() + "— witness.example/w1 " + base64.b64encode(b"12345678").decode() + "\n"

    assert notes.open_checkpoint(witnessed, [key().verifier]).size == 3


def test_the_first_use_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    made = audit_keys.signing_key(folder, FRIDAY)

    assert made.id == "2026-a"
    assert (folder / "2026-a.pem").stat().st_mode & 0o777 == 0o600
    assert audit_keys.signing_key(folder, FRIDAY).verifier == made.verifier
    assert audit_keys.public_keys(folder) == {"2026-a": made.verifier}
    assert sorted(path.name for path in folder.iterdir()) == ["2026-a.pem", "2026-a.pub"]


def test_the_newest_key_signs_and_retired_ones_still_verify(tmp_path: Path) -> None:
    first = audit_keys.signing_key(tmp_path, FRIDAY)
    second = audit_keys.new_signing_key(tmp_path, FRIDAY)
    (tmp_path / "2026-a.pem").unlink()

    assert second.id == "2026-b"
    assert audit_keys.signing_key(tmp_path, FRIDAY).id == "2026-b"
    assert audit_keys.public_keys(tmp_path) == {"2026-a": first.verifier, "2026-b": second.verifier}
    assert audit_keys.new_signing_key(tmp_path, FRIDAY.replace(year=2027)).id == "2027-a"
    with pytest.raises(ValueError, match="no key can follow 2027-a in 2026"):
        audit_keys.new_signing_key(tmp_path, FRIDAY)


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    audit_keys.signing_key(tmp_path, FRIDAY)
    (tmp_path / "2026-a.pem").chmod(0o644)

    with pytest.raises(PermissionError, match="0600"):
        audit_keys.signing_key(tmp_path, FRIDAY)


def test_a_key_of_another_kind_is_not_used(tmp_path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "2026-a.pem").write_bytes(pem)
    (tmp_path / "2026-a.pem").chmod(0o600)

    with pytest.raises(ValueError, match="no Ed25519 key"):
        audit_keys.signing_key(tmp_path, FRIDAY)


def test_many_that_need_the_first_key_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        made = list(several.map(lambda _: audit_keys.signing_key(tmp_path, FRIDAY).verifier, range(16)))

    assert set(made) == {made[0]}
    assert audit_keys.public_keys(tmp_path) == {"2026-a": made[0]}


def test_anchors_are_read_as_they_were_appended_in_every_folder(tmp_path: Path) -> None:
    folders = [tmp_path / "anchors", tmp_path / "archive"]
    for size in (3, 5):
        anchors.append(folders, anchors.Anchor(note(size), FRIDAY))

    for folder in folders:
        assert anchors.read(folder) == ([anchors.Anchor(note(3), FRIDAY), anchors.Anchor(note(5), FRIDAY)], [])
    assert anchors.read(tmp_path / "nowhere") == ([], [])


def test_half_a_line_from_a_crash_costs_no_other_anchor(tmp_path: Path) -> None:
    anchors.append([tmp_path], anchors.Anchor(note(3), FRIDAY))
    with (tmp_path / anchors.FILE).open("ab") as file:
        file.write(b'{"at":"2026-11-20T15:0')
    anchors.append([tmp_path], anchors.Anchor(note(5), FRIDAY))

    read, unreadable = anchors.read(tmp_path)

    assert [notes.claimed_head(anchor.note) for anchor in read] == [TreeHead(3, b"r" * 32), TreeHead(5, b"r" * 32)]
    assert unreadable == [2]


def test_a_verifier_key_is_told_by_its_hash_over_name_and_key() -> None:
    one, other = VerifierKey("a", b"k" * 32), VerifierKey("b", b"k" * 32)

    assert one.hash != other.hash
