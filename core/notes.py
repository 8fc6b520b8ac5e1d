"""Signed notes and checkpoints, as C2SP's signed-note and tlog-checkpoint write them down.

A note is text, a blank line, and a signature line "— name base64(key hash, signature)" in Ed25519. A checkpoint is a
note over three lines: which log, how many entries, the root. Pure: keys come in, text goes out.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ORIGIN = "exception-desk/audit"
"""First line of every checkpoint, and the name of the keys that sign it."""

ED25519 = b"\x01"
HASH_BYTES = 32


class NoteInvalid(Exception):
    """The note is not what it should be; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key: a name, and an Ed25519 key of 32 bytes. Its text is "name+hash+base64"."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """Four bytes by which a signature line says which key it is of."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs checkpoints. `id` is how people name it: 2026-a."""

    id: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """Its public half."""
        return VerifierKey(ORIGIN, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint states: the log named `origin` has `size` entries with this root."""

    size: int
    root: bytes
    origin: str = ORIGIN


def verifier_key(text: str) -> VerifierKey:
    """Read a public key from its text. Raises NoteInvalid."""
    try:
        name, hashed, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise NoteInvalid("this is not a public key of the form name+hash+base64") from wrong
    if len(raw) != 1 + HASH_BYTES or raw[:1] != ED25519:
        raise NoteInvalid("the public key is not an Ed25519 key")
    key = VerifierKey(name, raw[1:])
    if key.hash.hex() != hashed:
        raise NoteInvalid("the public key does not belong to its own hash")
    return key


def signed_checkpoint(head: TreeHead, key: SigningKey) -> str:
    """The checkpoint as a signed note. The same head and key always give the same text."""
    body = f"{head.origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"
    signature = base64.b64encode(key.verifier.hash + key.private.sign(body.encode())).decode()
    return f"{body}\n— {key.verifier.name} {signature}\n"


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[str, VerifierKey, bytes]:
    """The text of a note, the key that signed it, and the signature. Raises NoteInvalid when none of the keys did.

    Lines of other signers are passed over, as the format asks for; a bad line of a key we know is not.
    """
    body, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteInvalid("the note has no signature")
    body += "\n"
    known = {(key.name, key.hash): key for key in keys}
    for line in lines.splitlines():
        name, signature = _signature(line)
        key = known.get((name, signature[:4]))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], body.encode())
        except InvalidSignature:
            raise NoteInvalid("its signature does not fit its text") from None
        return body, key, signature[4:]
    raise NoteInvalid("it is not signed by a key we know")


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if dash != "—" or not name or len(raw) < 5:
        raise NoteInvalid("a signature line is malformed")
    return name, raw


def tree_head(body: str) -> TreeHead:
    """What the text of a checkpoint states. Raises NoteInvalid."""
    lines = body.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteInvalid("the checkpoint does not have its three lines")
    origin, size, encoded = lines[:3]
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size:
        raise NoteInvalid("the size in the checkpoint is no number")
    try:
        root = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise NoteInvalid("the root in the checkpoint is not base64") from wrong
    if len(root) != HASH_BYTES:
        raise NoteInvalid("the root in the checkpoint is no SHA-256")
    return TreeHead(int(size), root, origin)


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> TreeHead:
    """What a signed checkpoint of this log states. Raises NoteInvalid when it is not signed or of another log."""
    body, _, _ = open_note(note, keys)
    head = tree_head(body)
    if head.origin != ORIGIN:
        raise NoteInvalid(f"it is a checkpoint of {head.origin}, another log")
    return head


def claimed_head(note: str) -> TreeHead | None:
    """What a note says of this log, whoever signed it; None when it says nothing of it. For comparing, not for trusting."""
    try:
        head = tree_head(note.rpartition("\n\n")[0] + "\n")
    except NoteInvalid:
        return None
    return head if head.origin == ORIGIN else None
