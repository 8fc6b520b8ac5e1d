"""People from the command line: add somebody, grant a role, set a password."""

import uuid
from decimal import Decimal, InvalidOperation

import typer

from core import door
from core.command import Command
from core.erp import Actor
from core.people.commands import AddPerson, Deactivate, GrantRole, SetPassword
from core.people.tables import Person, RoleGrant
from desk.cli.printing import as_json, fail, out, refusals_as_sentences, table
from desk.house import open_house
from desk.passwords import hashed
from desk.settings import from_environment

app = typer.Typer(no_args_is_help=True, help=__doc__)
OPERATOR = Actor(kind="system", id="operator")


@app.command()
def add(
    id: str,
    name: str,
    email: str,
    title: str = "",
    password: str = typer.Option(..., prompt=True, confirmation_prompt=True, hide_input=True),
) -> None:
    """Add a person who may sign in."""
    _do(AddPerson(entity=_entity(), id=id, name=name, email=email, title=title, password_hash=hashed(password)))
    out.print(f"{name} may sign in as {email}, and may decide nothing until a role is granted.")


@app.command()
def grant(
    person: str, role: str, limit: str = typer.Option("", help="Amount up to which it may decide alone.")
) -> None:
    """Grant a role in the entity."""
    try:
        amount = Decimal(limit) if limit else None
    except InvalidOperation:
        fail(f"{limit} is not an amount. Write it like 5000 or 5000.00.")
    _do(GrantRole(entity=_entity(), person=person, role=role, limit=amount))
    out.print(f"{person} is {role} in {_entity()}.")


@app.command()
def password(
    person: str, password: str = typer.Option(..., prompt=True, confirmation_prompt=True, hide_input=True)
) -> None:
    """Set a new password."""
    _do(SetPassword(entity=_entity(), person=person, password_hash=hashed(password)))
    out.print(f"{person} has a new password.")


@app.command()
def off(person: str) -> None:
    """Take a person's access away. What was signed stays."""
    _do(Deactivate(entity=_entity(), person=person))
    out.print(f"{person} can no longer sign in.")


@app.command("list")
def list_(json: bool = typer.Option(False, "--json")) -> None:
    """Everybody, with roles and limits."""
    house = open_house(from_environment())
    try:
        with house.unit() as session:
            rows = [
                {
                    "id": person.id,
                    "name": person.name,
                    "email": person.email,
                    "active": person.active,
                    "roles": [
                        f"{g.role} in {g.entity}" + (f" up to {g.limit:.2f}" if g.limit is not None else "")
                        for g in session.query(RoleGrant).filter_by(person=person.id).order_by(RoleGrant.role)
                    ],
                }
                for person in session.query(Person).order_by(Person.id)
            ]
    finally:
        house.close()
    if json:
        as_json(rows)
        return
    shown = [(r["id"], r["name"], r["email"], ", ".join(map(str, r["roles"])), r["active"]) for r in rows]  # type: ignore[call-overload]  # rows hold plain values
    table("People", ("id", "name", "e-mail", "roles", "active"), shown)


def _entity() -> str:
    return from_environment().entity


def _do(command: Command) -> None:
    """Carry out one command of the operator. Its key is its content and time: an operator means each one."""
    house = open_house(from_environment())
    try:
        with refusals_as_sentences(), house.unit() as session:
            door.execute(session, command, actor=OPERATOR, key=f"operator:{uuid.uuid4()}")
    finally:
        house.close()
