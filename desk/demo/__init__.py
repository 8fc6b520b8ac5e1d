"""The demo: a made-up distributor, stocked through the same commands as everything else, and its mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text

from core.erp import Actor
from core.intake.storing import store
from core.masterdata.tables import Entity
from core.seeding import play
from desk.house import House
from desk.passwords import hashed

HERE = Path(__file__).resolve().parent
MAIL = HERE / "mail"
PASSWORD = "demo"  # noqa: S105 (of invented people in invented books, printed at every start)
POSTMAN = Actor(kind="system", id="demo")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    title: str


@cache
def company() -> Mapping[str, Any]:
    """The company as data, with its stock life of these days."""
    data, life = (yaml.safe_load((HERE / name).read_text(encoding="utf-8")) for name in ("company.yaml", "stock.yaml"))
    return {**data, "steps": life["steps"], "numbers": {**data["numbers"], **life["numbers"]}}


def people() -> tuple[DemoPerson, ...]:
    """The demo sign-ins, one per role."""
    return tuple(DemoPerson(person["email"], person["title"]) for person in company()["people"])


def is_missing(house: House) -> bool:
    """Is the demo company not in these books yet?"""
    with house.unit() as session:
        return session.get(Entity, company()["entity"]["code"]) is None


def stock(house: House) -> int:
    """Play the company and its small sister into the books, in one transaction. Gives how many commands that took."""
    with house.unit() as session:
        hash_ = hashed(PASSWORD)
        return sum(play(session, one, password_hash=hash_) for one in (company(), *company()["others"]))


def messages() -> tuple[Path, ...]:
    """The demo's mail, in the order in which it arrives."""
    return tuple(sorted(file for file in MAIL.iterdir() if file.suffix == ".eml"))


def drop_mail(house: House) -> int:
    """Put every message into the real intake. Gives how many were stored; the worker reads them."""
    entity = company()["entity"]["code"]
    for file in messages():
        with house.unit() as session:
            store(session, file.read_bytes(), entity=entity, name=file.name, source="demo", actor=POSTMAN)
    with house.unit() as session:
        session.execute(text("analyze"))
    return len(messages())
