"""The JSON Schema of a reading's wire form, made from the types themselves: `desk read --schema`, docs/reading.schema.json.

It says what `core.reading_wire` writes and takes. Objects are open in the published form: a consumer ignores names that it
does not know, and a new name is no new version. `closed` gives the form that this very program writes, nothing beside it.
What counts as a new version stands in docs/reading.md.
"""

import inspect
import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import EnumType, StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.claims import Reading, type_of_value
from core.reading_wire import PLAIN_NUMBER, VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    Decimal: {"type": "string", "pattern": f"^{PLAIN_NUMBER}$"},
    date: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
}
_OF_FIELD: Mapping[str, dict[str, Any]] = {
    "Claim.value": {
        "description": "exactly one member, named by the type: text as it stands, decimal as a string, date in ISO 8601",
        "oneOf": [
            {"type": "object", "properties": {name: _SCALARS[kind]}, "required": [name], "additionalProperties": False}
            for name, kind in type_of_value.items()
        ],
    },
    "Claim.field": {"type": "string", "description": "a name of docs/vocabulary.md"},
    "Claim.confidence": {
        "description": "share of 1, as a string; null where nothing was measured that says it",
        "anyOf": [{"type": "string", "pattern": r"^(?:0(?:\.\d{1,40})?|1)$"}, {"type": "null"}],
    },
    "Claim.because": {
        "type": "string",
        "description": "what settled a value whose own words could be two; empty where they could not",
    },
    "Reading.message": {"type": "string", "description": "SHA-256 of the bytes that were read"},
}
"""What the types do not say by themselves."""


def schema(*, closed: bool = False) -> dict[str, Any]:
    """The schema as JSON types. With `closed`, objects hold the names listed and no others."""
    definitions: dict[str, Any] = {}
    body = _of(Reading, definitions)
    made = {
        "$schema": DIALECT,
        "$id": f"urn:exception-desk:reading:{VERSION}",
        "title": "Reading",
        "type": "object",
        "properties": {"version": {"const": VERSION}, "reading": body},
        "required": ["reading", "version"],
        "$defs": dict(sorted(definitions.items())),
    }
    if closed:
        for one in (made, *definitions.values()):
            if one.get("type") == "object":
                one["additionalProperties"] = False
    return made


def _of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of one type; dataclasses and enumerations by name, under `definitions`."""
    if isinstance(hint, type) and hint in _SCALARS:
        return dict(_SCALARS[hint])
    if isinstance(hint, EnumType):
        return _named(hint, definitions)
    if isinstance(hint, type) and is_dataclass(hint):
        return _named(hint, definitions)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if one is type(None) else _of(one, definitions) for one in inner]}
    assert origin is tuple, f"{hint} has no wire form"
    if inner[-1] is Ellipsis:
        return {"type": "array", "items": _of(inner[0], definitions)}
    return {"type": "array", "prefixItems": [_of(one, definitions) for one in inner], "minItems": len(inner),
            "maxItems": len(inner), "items": False}  # fmt: skip


def _named(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to a definition, made when it is first asked for."""
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # before its fields: a type may hold itself
        definitions[name] = _enumeration(kind) if issubclass(kind, StrEnum) else _object(kind, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _enumeration(kind: type[StrEnum]) -> dict[str, Any]:
    return {"description": _says(kind), "enum": [member.value for member in kind]}


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = {
        name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("_")
    }  # those do not travel
    fields = {name: _OF_FIELD.get(f"{kind.__name__}.{name}") or _of(hint, definitions) for name, hint in hints.items()}
    return {"description": _says(kind), "type": "object", "properties": fields, "required": list(fields)}


def _says(kind: type) -> str:
    """What the type says of itself, on one line."""
    return " ".join((inspect.getdoc(kind) or "").replace("`", "").split())
