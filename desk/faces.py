"""The demo's faces on the sign-in page: one person a role, with what waits for her."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people.tables import Person, RoleGrant
from desk.inbox_queries import count_needs, half_signed
from desk.web import User, initials
from desk.wording import count_words
from policies.roles import TITLES, in_order

STARTS_WITH = {
    "/ledger": "the ledger",
    "/audit": "the record",
    "/intake": "new messages",
    "/policies": "the tables",
    "/stock": "the stock",
}
"""What is said of those who do not start in the inbox."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """Somebody to sign in as."""

    id: str
    name: str
    title: str
    initials: str
    waits: str


def faces(session: Session, entity: str, currency: str) -> tuple[Face, ...]:
    """Everybody active with a role in the entity, in the order of the roles."""
    roles: dict[str, set[str]] = {}
    people: dict[str, Person] = {}
    for person, role in session.execute(
        select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person == Person.id)
        .where(Person.active, RoleGrant.entity == entity)
    ):
        people[person.id] = person
        roles.setdefault(person.id, set()).add(role)
    users = [
        User(
            id=person.id,
            name=person.name,
            entity=entity,
            currency=currency,
            roles=in_order(roles[person.id]),
            limits={},
            csrf="",
        )
        for person in people.values()
    ]
    users.sort(
        key=lambda user: (list(TITLES).index(user.roles[0]) if user.roles[0] in TITLES else len(TITLES), user.id)
    )
    return tuple(
        Face(
            id=user.id,
            name=user.name,
            title=people[user.id].title or user.standing,
            initials=initials(user.name),
            waits=STARTS_WITH.get(user.start) or _cases(count_needs(session, user, half_signed(session, user))),
        )
        for user in users
    )


def _cases(count: int) -> str:
    if not count:
        return "an empty inbox"
    return f"{count_words(count).lower()} {'case' if count == 1 else 'cases'}"
