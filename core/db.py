"""The database: the declarative base, column types with their meaning, engines and sessions.

PostgreSQL is the one dialect. Every business table carries `entity` first in its key, so that it can be sharded by it.
Numbers that people read (PO-40417) are the keys: the same history gives the same rows on every machine.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Engine,
    MetaData,
    Numeric,
    Text,
    any_,
    create_engine,
    literal,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, mapped_column, sessionmaker

MONEY = Numeric(20, 4)
QUANTITY = Numeric(20, 6)
RATE = Numeric(24, 12)

Key = Annotated[str, mapped_column(Text, primary_key=True)]
Ordinal = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]
MaybeOrdinal = Annotated[int | None, mapped_column(BigInteger)]
Words = Annotated[str, mapped_column(Text)]
MaybeWords = Annotated[str | None, mapped_column(Text)]
Money = Annotated[Decimal, mapped_column(MONEY)]
MaybeMoney = Annotated[Decimal | None, mapped_column(MONEY)]
Quantity = Annotated[Decimal, mapped_column(QUANTITY)]
MaybeQuantity = Annotated[Decimal | None, mapped_column(QUANTITY)]
Rate = Annotated[Decimal, mapped_column(RATE)]  # the books' currency for one of another
MaybeRate = Annotated[Decimal | None, mapped_column(RATE)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
MaybeMoment = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]
Day = Annotated[date, mapped_column(Date)]
MaybeDay = Annotated[date | None, mapped_column(Date)]
Json = Annotated[Any, mapped_column(JSONB)]
Version = Annotated[int, mapped_column(BigInteger, default=1)]


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of the values. They travel as one array: ten thousand of them are one parameter."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def engine_for(url: str, *, pool_size: int = 10) -> Engine:
    """An engine on PostgreSQL through psycopg 3. Takes a libpq or SQLAlchemy URL."""
    return create_engine(
        url.replace("postgres://", "postgresql://", 1), pool_size=pool_size, max_overflow=10, pool_pre_ping=True
    )


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions on the engine. A session is one unit of work: its caller, and nobody else, commits it."""
    return sessionmaker(engine, expire_on_commit=False)
