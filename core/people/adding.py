"""People, roles, stand-ins. A password is a hash before it comes here."""

from typing import Any

from sqlalchemy import select

from core.erp import Erp
from core.masterdata.tables import Entity
from core.people.commands import AddPerson, Deactivate, Delegate, GrantRole, SetPassword
from core.people.tables import Delegation, Person, RoleGrant
from core.refusals import Refusal, Refused


def add_person(erp: Erp, cmd: AddPerson) -> dict[str, Any]:
    """Add a named person, who may decide nothing until a role is granted."""
    email = cmd.email.strip().lower()
    taken = erp.session.scalars(select(Person.id).where((Person.id == cmd.id) | (Person.email == email))).first()
    if taken is not None:
        raise Refused(Refusal.ALREADY_EXISTS, f"{taken} has this name or address")
    erp.add(
        Person(
            id=cmd.id,
            name=cmd.name,
            email=email,
            title=cmd.title,
            password_hash=cmd.password_hash,
            active=True,
        )
    )
    erp.emit("person_added", f"person {cmd.id}")
    return {"person": cmd.id}


def grant_role(erp: Erp, cmd: GrantRole) -> dict[str, Any]:
    """Give a role in the entity, or change its limit."""
    erp.need(Entity, erp.entity, refusal=Refusal.ENTITY_UNKNOWN)
    erp.need(Person, cmd.person, refusal=Refusal.PERSON_UNKNOWN)
    grant = erp.session.get(RoleGrant, (cmd.person, erp.entity, cmd.role), with_for_update=True)
    if grant is None:
        erp.add(RoleGrant(person=cmd.person, entity=erp.entity, role=cmd.role, limit=cmd.limit))
    else:
        grant.limit = cmd.limit
    erp.emit("role_granted", f"person {cmd.person}", role=cmd.role, limit=cmd.limit)
    return {"person": cmd.person, "role": cmd.role}


def set_password(erp: Erp, cmd: SetPassword) -> dict[str, Any]:
    """Keep another hash."""
    person = erp.need(Person, cmd.person, refusal=Refusal.PERSON_UNKNOWN, lock=True)
    person.password_hash = cmd.password_hash
    erp.emit("password_set", f"person {cmd.person}")
    return {"person": cmd.person}


def deactivate(erp: Erp, cmd: Deactivate) -> dict[str, Any]:
    """Take access away. What was signed stays signed."""
    person = erp.need(Person, cmd.person, refusal=Refusal.PERSON_UNKNOWN, lock=True)
    person.active = False
    erp.emit("person_deactivated", f"person {cmd.person}")
    return {"person": cmd.person}


def delegate(erp: Erp, cmd: Delegate) -> dict[str, Any]:
    """Let somebody stand in. Duties are checked where decisions are made, never here."""
    erp.need(Person, cmd.person, refusal=Refusal.PERSON_UNKNOWN)
    erp.need(Person, cmd.delegate, refusal=Refusal.PERSON_UNKNOWN)
    if cmd.person == cmd.delegate or cmd.ends_at <= cmd.starts_at:
        raise Refused(Refusal.NOTHING_TO_DO, "nobody stands in for herself, and a stay has an end")
    if erp.session.get(Delegation, (cmd.person, cmd.delegate, cmd.role)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, f"{cmd.delegate} for {cmd.person}")
    erp.add(
        Delegation(
            person=cmd.person, delegate=cmd.delegate, role=cmd.role, starts_at=cmd.starts_at, ends_at=cmd.ends_at
        )
    )
    erp.emit("delegated", f"person {cmd.person}", delegate=cmd.delegate, role=cmd.role)
    return {"delegate": cmd.delegate}
