"""What a command is: a frozen value that says what should happen. Writing one down does nothing; the door acts."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.canonical import plain
from core.refusals import Refusal, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """Base of all commands. `entity` is whose books are meant."""

    entity: str


REGISTRY: dict[str, type[Command]] = {}
"""Every command by its type name, filled by `core.catalogue`."""


def to_wire(command: Command) -> dict[str, Any]:
    """The command as JSON types, with its type's name under "type". Decimals and dates are strings."""
    return {"type": type(command).__name__, **plain(command)}


def from_wire(wire: dict[str, Any]) -> Command:
    """The command a wire form means. Refuses an unknown type, unknown or missing fields, and wrong types."""
    values = dict(wire)
    name = values.pop("type", None)
    kind = REGISTRY.get(str(name))
    if kind is None:
        raise Refused(Refusal.COMMAND_UNKNOWN, name)
    try:
        made = _adapter_named(kind.__name__).validate_python(values)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(Refusal.COMMAND_MALFORMED, f"{name}.{where}: {first['msg']}") from wrong
    assert isinstance(made, Command)
    return made


@cache
def _adapter_named(name: str) -> TypeAdapter[Command]:
    return TypeAdapter(REGISTRY[name])
