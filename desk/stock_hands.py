"""What somebody may do to stock by hand, asked of the same policy that the core asks; and the one way to do it.

Here it only decides what a page offers. Whether it is done decides `core.deciding.by_hand`, behind the door.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, door
from core.cases import Case
from core.command import Command, to_wire
from core.deciding.by_hand import OPTION, DoByHand
from core.erp import Actor, Because
from core.judging import JudgedFacts, Person
from core.simulation import Simulated
from core.unbooked.commands import KeepEntry
from core.unbooked.detect import cause_of_entry
from desk.house import House
from desk.web import User


def may(house: House, session: Session, user: User, *actions: str) -> dict[str, bool]:
    """By command name: does policy let somebody of this user's roles do it?"""
    person = Person(id=user.id, name=user.name, roles=user.roles, limits=user.limits)
    at = clock.now(session)
    allowed = {}
    for action in actions:
        facts = JudgedFacts(
            entity=user.entity,
            currency=user.currency,
            at=at,
            option=OPTION,
            actions=(action,),
            supplier_known=True,
            sender_known=True,
        )
        allowed[action] = house.judge.may_sign(facts, house.judge.judge(facts), person, ()).allowed
    return allowed


def tried(session: Session, user: User, command: Command) -> Simulated:
    """What a command would change if this user did it by hand, and whether she may. Nothing is done."""
    return door.simulate(session, [_by_hand(user, command)], actor=_actor(user))


def done(house: House, user: User, command: Command, *, key: str, seen: str = "") -> dict[str, Any]:
    """Do it, once a key, in a unit of work of its own. Gives the command's result; raises `Refused`."""
    with house.unit() as session:
        outcome = door.execute(
            session,
            _by_hand(user, command, seen),
            actor=_actor(user),
            key=f"by-hand:{user.id}:{key}",
            because=Because(says=f"{user.name}, by hand"),
        )
    return outcome.result


def kept(house: House, user: User, command: Command, *, key: str) -> str:
    """Keep an entry that the books refuse, as it was told, once a key. Gives its case; raises `Refused`."""
    number = done(house, user, KeepEntry(entity=user.entity, told=to_wire(command)), key=key)["entry"]
    with house.unit() as session:
        of_entry = select(Case.number).where(Case.entity == user.entity, Case.cause == cause_of_entry(number))
        return session.scalars(of_entry.order_by(Case.opened_at.desc(), Case.number.desc()).limit(1)).one()


def _by_hand(user: User, command: Command, seen: str = "") -> DoByHand:
    return DoByHand(entity=user.entity, entry=to_wire(command), seen=seen)


def _actor(user: User) -> Actor:
    return Actor(kind="person", id=user.id)
