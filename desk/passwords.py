"""Passwords as they are kept: argon2id hashes, checked in steady time."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")
"""Checked when there is no such person, so that an unknown address takes as long as a wrong password."""


def hashed(password: str) -> str:
    """The hash to keep."""
    return HASHER.hash(password)


def fits(password: str, kept: str) -> bool:
    """Is this the password of that hash? An empty hash fits nothing."""
    try:
        return HASHER.verify(kept or NOBODY, password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False
