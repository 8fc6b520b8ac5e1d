"""People and their authority. Sign-in sessions live here too, because a session acts as a person."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, MaybeMoment, MaybeMoney, Moment, Words


class Person(Base):
    """A named, accountable person."""

    __tablename__ = "person"
    id: Mapped[Key]
    name: Mapped[Words]
    email: Mapped[Words] = mapped_column(unique=True)
    title: Mapped[Words] = mapped_column(default="")
    password_hash: Mapped[Words] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class RoleGrant(Base):
    """A role a person holds in an entity, with the amount up to which it may decide alone (None: no limit of its own)."""

    __tablename__ = "role_grant"
    person: Mapped[Key]
    entity: Mapped[Key]
    role: Mapped[Key]
    limit: Mapped[MaybeMoney]


class Delegation(Base):
    """`delegate` may act for `person` in `role` for a while. It never reaches around a segregation of duties."""

    __tablename__ = "delegation"
    person: Mapped[Key]
    delegate: Mapped[Key]
    role: Mapped[Key]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]


class SignInSession(Base):
    """A browser that signed in: only the hash of its token is kept."""

    __tablename__ = "sign_in_session"
    token_sha256: Mapped[Key]
    person: Mapped[Words]
    csrf: Mapped[Words]
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ends_at: Mapped[MaybeMoment]

    __table_args__ = (Index("ix_sign_in_session_person", "person"),)
