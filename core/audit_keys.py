"""The keys that sign checkpoints: files outside the database, readable by the desk's own account only.

Each key has an id by year and letter (2026-a). `2026-a.pem` is the key, `2026-a.pub` its public half in one line, which
stays when the key itself is retired. The newest key signs; all public halves verify.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.notes import SigningKey, VerifierKey, verifier_key

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def signing_key(folder: Path, at: datetime) -> SigningKey:
    """The newest key of the folder; made on first use. `at` names the year of a new one.

    Raises PermissionError when others may read the key's file, ValueError when it holds no Ed25519 key.
    """
    ids = sorted(path.stem for path in folder.glob("*.pem"))
    return _read(folder, ids[-1]) if ids else _make(folder, f"{at:%Y}-a")


def new_signing_key(folder: Path, at: datetime) -> SigningKey:
    """Make the next key, which signs from now on. Checkpoints of the earlier ones keep verifying."""
    used = {path.stem for path in folder.glob("*.p??")}
    free = [f"{at:%Y}-{letter}" for letter in LETTERS if f"{at:%Y}-{letter}" > max(used, default="")]
    if not free:
        raise ValueError(f"no key can follow {max(used)} in {at:%Y}")
    return _make(folder, free[0])


def public_keys(folder: Path) -> dict[str, VerifierKey]:
    """All public halves by key id. Raises `core.notes.NoteInvalid` when a file holds something else."""
    return {path.stem: verifier_key(path.read_text()) for path in sorted(folder.glob("*.pub"))}


def _read(folder: Path, key_id: str) -> SigningKey:
    path = folder / f"{key_id}.pem"
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path.name} may be read by others: its mode must be 0600")
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")
    key = SigningKey(key_id, private)
    if not path.with_suffix(".pub").exists():  # the process that made the key was stopped in between
        _place(path.with_suffix(".pub"), f"{key.verifier}\n".encode(), 0o644)
    return key


def _make(folder: Path, key_id: str) -> SigningKey:
    """Make a key under that id, or give the one that somebody else made in the same moment."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _place(folder / f"{key_id}.pem", pem, 0o600)
    return _read(folder, key_id)


def _place(path: Path, content: bytes, mode: int) -> None:
    """Put a whole file in place, never a part of it and never over another."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
