"""Exchange rates by day: what one unit of another currency is worth in the books', who says so, and since when.

Rates are added and never changed: a correction is another row for the same day, and the last one recorded counts. A
document keeps the rate it was booked at, so a rate that comes later moves nothing that stands. A day without a rate has
the last known before it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.command import Command
from core.db import Base, Key, Moment, Ordinal, Rate, Words
from core.erp import Erp
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.wording import day as day_words

TWELVE = Decimal("0.000000000001")
"""Rates are kept to twelve decimals: a billion of a currency is still exact to the tenth of a cent."""


class ExchangeRate(Base):
    """One unit of `currency` is `rate` of the entity's, from `day` on until a later day has another."""

    __tablename__ = "exchange_rate"
    entity: Mapped[Key]
    currency: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[Ordinal]
    rate: Mapped[Rate]
    source: Mapped[Words]
    set_by: Mapped[Words]
    recorded_at: Mapped[Moment]

    __table_args__ = (CheckConstraint("rate > 0", name="positive"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class SetExchangeRate(Command):
    """Say what one unit of `currency` is worth in the books' currency from `day` on (today when None), and who says so."""

    currency: str
    rate: Decimal
    source: str
    day: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A currency against the books': what one unit is worth, and in words where that comes from."""

    currency: str
    books: str
    rate: Decimal
    source: str

    @property
    def foreign(self) -> bool:
        """Whether it is another currency than the books'."""
        return self.currency != self.books

    def booked(self, amount: Decimal) -> Decimal:
        """An amount of the currency as an amount of the books', rounded once."""
        return rounded(amount * self.rate, self.books)


def set_exchange_rate(erp: Erp, cmd: SetExchangeRate) -> dict[str, Any]:
    """Keep a rate. Refuses a day to come, the books' own currency, a rate of nothing and one without a source."""
    day = cmd.day or erp.today
    must_be_a_rate(cmd.rate)
    if not (len(cmd.currency) == 3 and cmd.currency.isascii() and cmd.currency.isupper() and cmd.currency.isalpha()):
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.currency!r} is no currency")
    if cmd.currency == erp.currency:
        raise Refused(Refusal.NOTHING_TO_DO, f"the books are in {cmd.currency}: its rate is one")
    if day > erp.today:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{day} is still to come: nobody knows its rate")
    if not cmd.source.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say who gives the rate")
    known = known_rate(erp.session, erp.entity, cmd.currency, day)
    if known is not None and (known.day, known.rate, known.source) == (day, cmd.rate, cmd.source):
        raise Refused(Refusal.NOTHING_TO_DO, f"{cmd.currency} is at {cmd.rate:f} on {day} already")

    row = ExchangeRate(
        entity=erp.entity,
        currency=cmd.currency,
        day=day,
        number=erp.ordinal("RATE"),
        rate=cmd.rate,
        source=cmd.source,
        set_by=str(erp.actor),
        recorded_at=erp.now,
    )
    erp.add(row)
    before = "" if known is None else plain(known.rate)
    erp.effect("record", f"Rate of {cmd.currency} on {day_words(day)}", was=before, now=plain(cmd.rate))
    erp.emit("rate_set", f"exchange_rate {cmd.currency}", currency=cmd.currency, day=str(day))
    return {"currency": cmd.currency, "day": str(day), "rate": cmd.rate}


def must_be_a_rate(rate: Decimal) -> None:
    """Refuses a rate that is not positive, or finer than the twelve decimals that are kept."""
    if rate <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"a rate of {rate:f}")
    if rate >= Decimal(10) ** 9 or rate != rate.quantize(TWELVE, rounding=ROUND_HALF_UP):
        raise Refused(Refusal.PRECISION, f"{rate:f} is no rate of twelve decimals")


def known_rate(session: Session, entity: str, currency: str, day: date) -> ExchangeRate | None:
    """The rate of a day as known now: that day's last one, else the last before it. None where there is none."""
    row = ExchangeRate
    return session.scalars(
        select(row)
        .where(row.entity == entity, row.currency == currency, row.day <= day)
        .order_by(row.day.desc(), row.number.desc())
        .limit(1)
    ).first()


def exchange(
    erp: Erp, currency: str, day: date, *, given: Decimal | None = None, agreed: Decimal | None = None
) -> Exchange:
    """What a currency is worth on a day: the rate given for the document, else the one agreed for its order, else the
    last one known. Refuses a currency that has none, and says what to do."""
    books = erp.currency
    if currency == books:
        if given not in (None, Decimal(1)):
            raise Refused(Refusal.CURRENCY_DIFFERS, f"{currency} is the currency of the books: it has no rate")
        return Exchange(currency=currency, books=books, rate=Decimal(1), source="")
    if given is not None:
        must_be_a_rate(given)
        return Exchange(currency=currency, books=books, rate=given, source="given")
    if agreed is not None:
        return Exchange(currency=currency, books=books, rate=agreed, source="agreed on the order")
    known = known_rate(erp.session, erp.entity, currency, day)
    if known is None:
        raise Refused(
            Refusal.RATE_UNKNOWN,
            f"nobody said what {currency} is worth in {books} on {day} or before: set its exchange rate first",
        )
    return Exchange(currency=currency, books=books, rate=known.rate, source=f"{known.source}, {day_words(known.day)}")


def worth_today(erp: Erp, amount: Decimal, currency: str, *, agreed: Decimal | None = None) -> Decimal:
    """About what an amount of a currency is in the books' today, for what is at stake. Orders are placed only in
    currencies that have a rate."""
    return exchange(erp, currency, erp.today, agreed=agreed).booked(amount)


def plain(rate: Decimal) -> str:
    """A rate without the zeros at its end."""
    return f"{rate.normalize():f}"
