"""A reading as text and back: how it leaves the reader process, and how it is stored.

The text is canonical JSON: equal readings give equal text. What comes back is checked field by field, because it may
come from a process that has just parsed hostile bytes: an unknown name, a wrong type or a number that is no number
raises `NotAReading`, and nothing of it is used. No pickle, no code, no float.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from core.canonical import canonical
from core.claims import (
    Check,
    Claim,
    Document,
    DocumentKind,
    Intent,
    IntentClaim,
    ModelUse,
    Part,
    PartState,
    Reading,
    Span,
    type_of_value,
)

VERSION = 1
"""Of this form. A reading stored under another version is read again from the message's bytes."""
PLAIN_NUMBER = r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?"
"""A number as `canonical` writes it: no exponent, which could make a few characters a gigabyte when printed."""
DOCUMENT = tuple(name for name in Document.__slots__ if not name.startswith("_"))
"""What of a document travels: not what it keeps to answer quickly."""
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class NotAReading(ValueError):
    """The text is not the wire form of a reading; the message says where."""


def to_json(reading: Reading) -> str:
    """The reading as canonical JSON. Characters that neither UTF-8 nor the database can hold become U+FFFD."""
    return canonical({"version": VERSION, "reading": _clean(_wire(reading))}).decode()


def from_json(text: str) -> Reading:
    """The reading that `to_json` wrote. Raises `NotAReading` for anything else."""
    try:
        outer = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise NotAReading(f"not JSON: {error}") from None
    return from_wire(outer)


def to_wire(reading: Reading) -> dict[str, Any]:
    """The reading as JSON types: what `RecordReading` carries and `message.reading` keeps."""
    wire: dict[str, Any] = json.loads(to_json(reading))
    return wire


def from_wire(wire: Any) -> Reading:
    """The reading that `to_wire` gave. Raises `NotAReading` for anything else."""
    box = _object(wire, "version", "reading")
    if _whole(box["version"]) != VERSION:
        raise NotAReading(f"version {box['version']!r}, expected {VERSION}")
    return _reading(box["reading"])


def _wire(reading: Reading) -> dict[str, Any]:
    """The dataclasses as dictionaries; only a claim's value needs its type beside it."""
    return {
        **{name: getattr(reading, name) for name in Reading.__slots__ if name != "documents"},
        "documents": [_document_out(document) for document in reading.documents],
    }


def _document_out(document: Document) -> dict[str, Any]:
    checks = [_check_out(check) for check in document.checks]
    claims = [_claim_out(claim) for claim in document.claims]
    own = {name: getattr(document, name) for name in DOCUMENT if name not in ("claims", "checks")}
    return {**own, "claims": claims, "checks": checks}


def _check_out(check: Check) -> dict[str, Any]:
    own = {name: getattr(check, name) for name in Check.__slots__ if name != "claims"}
    return {**own, "claims": [_claim_out(claim) for claim in check.claims]}


def _claim_out(claim: Claim) -> dict[str, Any]:
    kind = next(name for name, cls in type_of_value.items() if type(claim.value) is cls)
    return {**{name: getattr(claim, name) for name in Claim.__slots__ if name != "value"}, "value": {kind: claim.value}}


def _clean(value: Any) -> Any:
    """Every string with lone surrogates and NUL replaced one for one, so that ranges into it stay right."""
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if hasattr(value, "__slots__"):
        if isinstance(value, Decimal | date):
            return value
        return {name: _clean(getattr(value, name)) for name in type(value).__slots__}
    return value


def _no_float(text: str) -> Any:
    raise NotAReading(f"{text} is written as a float")


def _object(value: Any, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise NotAReading(f"expected an object with {', '.join(sorted(names))}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotAReading(f"expected text, found {type(value).__name__}")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotAReading(f"expected a whole number, found {str(value)[:40]!r}")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotAReading(f"expected true or false, found {type(value).__name__}")
    return value


def _decimal(value: Any) -> Decimal:
    if not _PLAIN_NUMBER.fullmatch(_text(value)):
        raise NotAReading(f"{value[:40]!r} is not a number")
    return Decimal(value)


def _probability(value: Any) -> Decimal:
    share = _decimal(value)
    if not 0 <= share <= 1:
        raise NotAReading(f"{value!r} is no share of 1")
    return share


def _date(value: Any) -> date:
    written = _text(value)  # before the attempt: what this raises is a ValueError too
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotAReading(f"{written[:40]!r} is not a date") from None


def _maybe(read: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else read(value)


def _all(read: Callable[[Any], T], value: Any) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise NotAReading(f"expected a list, found {type(value).__name__}")
    return tuple(read(item) for item in value)


def _one_of(enum: type[E], value: Any) -> E:
    try:
        return enum(_text(value))
    except ValueError:
        raise NotAReading(f"{value!r} is no {enum.__name__}") from None


def _value(value: Any) -> str | Decimal | date:
    if not isinstance(value, dict) or len(value) != 1:
        raise NotAReading("a claim's value needs exactly one type")
    kind, inner = next(iter(value.items()))
    if kind == "decimal":
        return _decimal(inner)
    if kind == "date":
        return _date(inner)
    if kind == "text":
        return _text(inner)
    raise NotAReading(f"{kind!r} is no type of value")


def _box(value: Any) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    corners = _all(_decimal, value)
    if len(corners) != 4:
        raise NotAReading("a box has four numbers")
    return (corners[0], corners[1], corners[2], corners[3])


def _span(value: Any) -> Span:
    box = _object(value, *Span.__slots__)
    return Span(
        part=_text(box["part"]),
        text=_text(box["text"]),
        start=_maybe(_whole, box["start"]),
        end=_maybe(_whole, box["end"]),
        page=_maybe(_whole, box["page"]),
        box=_maybe(_box, box["box"]),
        path=_maybe(_text, box["path"]),
    )


def _claim(value: Any) -> Claim:
    if isinstance(value, dict):
        value = {"confidence": None, "because": "", **value}  # stored before claims told them
    box = _object(value, *Claim.__slots__)
    return Claim(
        field=_text(box["field"]),
        value=_value(box["value"]),
        span=_span(box["span"]),
        reader=_text(box["reader"]),
        line=_maybe(_whole, box["line"]),
        unit=_maybe(_text, box["unit"]),
        confidence=_maybe(_probability, box["confidence"]),
        because=_text(box["because"]),
    )


def _check(value: Any) -> Check:
    if isinstance(value, dict):
        value = {"warning": False, "path": None, "claims": [], **value}  # stored before checks told them
    box = _object(value, *Check.__slots__)
    return Check(
        name=_text(box["name"]),
        holds=_truth(box["holds"]),
        says=_text(box["says"]),
        line=_maybe(_whole, box["line"]),
        warning=_truth(box["warning"]),
        path=_maybe(_text, box["path"]),
        claims=_all(_claim, box["claims"]),
    )


def _document(value: Any) -> Document:
    box = _object(value, *DOCUMENT)
    return Document(
        kind=_one_of(DocumentKind, box["kind"]),
        part=_text(box["part"]),
        claims=_all(_claim, box["claims"]),
        reader=_text(box["reader"]),
        checks=_all(_check, box["checks"]),
    )


def _part(value: Any) -> Part:
    box = _object(value, *Part.__slots__)
    return Part(
        path=_text(box["path"]),
        name=_text(box["name"]),
        media_type=_text(box["media_type"]),
        sha256=_text(box["sha256"]),
        size=_whole(box["size"]),
        state=_one_of(PartState, box["state"]),
        text=_text(box["text"]),
        pages=_whole(box["pages"]),
        why=_text(box["why"]),
        hidden=_all(_text, box["hidden"]),
    )


def _intent(value: Any) -> IntentClaim:
    box = _object(value, *IntentClaim.__slots__)
    return IntentClaim(
        intent=_one_of(Intent, box["intent"]), reader=_text(box["reader"]), span=_maybe(_span, box["span"])
    )


def _model_use(value: Any) -> ModelUse:
    box = _object(value, *ModelUse.__slots__)
    return ModelUse(
        model=_text(box["model"]),
        requests=_whole(box["requests"]),
        tokens_in=_maybe(_whole, box["tokens_in"]),
        tokens_out=_maybe(_whole, box["tokens_out"]),
        cost=_maybe(_decimal, box["cost"]),
    )


def _reading(value: Any) -> Reading:
    if isinstance(value, dict):
        value = {"model_use": None, **value}  # stored before readings told it
    box = _object(value, *Reading.__slots__)
    return Reading(
        message=_text(box["message"]),
        reader=_text(box["reader"]),
        parts=_all(_part, box["parts"]),
        documents=_all(_document, box["documents"]),
        intents=_all(_intent, box["intents"]),
        sender=_text(box["sender"]),
        sender_name=_text(box["sender_name"]),
        subject=_text(box["subject"]),
        sent=_text(box["sent"]),
        thread=_all(_text, box["thread"]),
        authentication=_all(_text, box["authentication"]),
        trouble=_all(_text, box["trouble"]),
        model_use=_maybe(_model_use, box["model_use"]),
    )
