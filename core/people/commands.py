"""Commands on people and their authority."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class AddPerson(Command):
    """Add a person. `password_hash` is an argon2 hash made by the desk; the core never sees a password."""

    id: str
    name: str
    email: str
    title: str = ""
    password_hash: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRole(Command):
    """Give a person a role in the entity, with the amount up to which it may decide alone (None: no limit)."""

    person: str
    role: str
    limit: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SetPassword(Command):
    person: str
    password_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Deactivate(Command):
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegate(Command):
    """Let `delegate` act for `person` in a role between two moments."""

    person: str
    delegate: str
    role: str
    starts_at: datetime
    ends_at: datetime
