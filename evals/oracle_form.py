"""The neutral form of oracle cases: a step with its arguments, and what is said where a case cannot be replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


class NotSupported(Exception):
    """The case asks for something that no command or query of the core does; its words name it."""


class Malformed(Exception):
    """The file is not in the neutral form; its words say what is wrong and where."""


@dataclass
class Step:
    """One step of a case. Remembers what was read of it, so that nothing it says is passed over in silence."""

    place: int
    body: Mapping[str, Any]
    read: set[str] = field(default_factory=lambda: {"op", "id"})

    @property
    def op(self) -> str:
        """What is done."""
        return str(self.body["op"])

    @property
    def name(self) -> str:
        """How later steps and expectations call it."""
        return str(self.body.get("id", f"step {self.place}"))

    def get(self, key: str, default: Any = None) -> Any:
        """An argument as it stands in the file."""
        self.read.add(key)
        return self.body.get(key, default)

    def number(self, key: str, default: Decimal | None = None) -> Decimal:
        """An argument that must be a number."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, Decimal):
            raise NotSupported(f"{self.op}: {key} {value!r}")
        return value

    def text(self, key: str, default: str = "") -> str:
        """An argument as words."""
        value = self.get(key, default)
        return default if value is None else str(value)

    def unread(self) -> list[str]:
        """What the step says and nobody looked at."""
        return sorted(set(self.body) - self.read)
