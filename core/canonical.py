"""One way to write a value down: the bytes that are hashed, stored in the audit log and compared on a replay.

Keys are sorted, there is no white space, Decimals are strings without exponent and without trailing zeros, times are
UTC in ISO 8601. Equal values give equal bytes, on every machine and in every version of Python.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """The value as JSON types only: dict, list, str, int, bool, None. Floats are refused: they are nobody's money."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value  # most of what is asked about, and all of it when it was asked before
    if kind is dict:
        return {key if type(key) is str else str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "time without a zone cannot be compared"
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value // timedelta(seconds=1)}S"
    if isinstance(value, bytes):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def text_of(number: Decimal) -> str:
    """A Decimal as text: no exponent, no trailing zeros, no negative zero."""
    if not number.is_finite():
        raise TypeError(f"{number} is not a quantity")
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value, UTF-8."""
    return canonical_of_plain(plain(value))


def canonical_of_plain(value: Any) -> bytes:
    """The canonical bytes of what `plain` gave."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_hex(raw: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 over the canonical form."""
    return sha256_hex(canonical(value))
