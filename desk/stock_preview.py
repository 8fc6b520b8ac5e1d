"""What an entry by hand would change, as people read it: moves, sales and transfers costed anew, and the journal by day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, wording
from core.masterdata.tables import Item, Site
from core.refusals import Refusal
from core.simulation import Simulated
from core.unbooked.keeping import KEPT
from desk.people_words import refusal_in_words
from desk.web import User
from desk.wording import capital

ZERO = Decimal(0)
GROUPS = {
    "issue": "Cost of sales",
    "transfer": "Transfers downstream",
    "return": "Returns",
    "receipt": "Receipts",
    "repack": "What was made of it",
}
"""What entries of a kind are called together, when they are costed anew."""
WHAT_TO_DO = {
    Refusal.MORE_THAN_ON_HAND: "Look whether quantity, day, place and lot are right; if they are, count the place.",
    Refusal.RESERVED: "Take fewer, or let a reservation go first.",
    Refusal.PERIOD_CLOSED: "Write a day of an open month, if it happened then.",
    Refusal.CANNOT_BE_VALUED: "Book first what brought these pieces.",
    Refusal.PRECISION: "Write the figure in whole steps of the unit.",
}
"""What to do about a refusal, by its code."""
PUT_RIGHT = "Put right what was written, then look again."


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectedRow:
    """An entry of before that would be worth another amount."""

    what: str
    where: str
    day: str
    was: str
    now: str
    change: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """Everything that would change, before it does. `refused`: it cannot be done at all, and why; `do_next` is what to do
    then, `keepable` whether this person may keep it as a case."""

    refused: str
    do_next: str = ""
    keepable: bool = False
    allowed: bool
    says: str
    seen: str
    moves: tuple[tuple[str, str, str], ...]
    corrected: tuple[CorrectedRow, ...]
    sums: tuple[tuple[str, str, str], ...]
    more: int
    postings: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    closed: str
    nothing: bool
    result: dict[str, Any]


def preview(
    session: Session, user: User, tried: Simulated, *, about: date | None = None, keeps: bool = False
) -> Preview:
    """The figures of a trial. `about` is the day it happened on: where its month is closed, that is said. `keeps`: this
    person may keep the entry as a case where the books refuse it."""
    if tried.refusal is not None:
        code = tried.refusal.code
        return Preview(
            refused=refusal_in_words(tried.refusal), do_next=WHAT_TO_DO.get(code, PUT_RIGHT),
            keepable=keeps and code in KEPT, allowed=False, says="", seen="", moves=(), corrected=(), sums=(),
            more=0, postings=(), closed="", nothing=True, result={},
        )  # fmt: skip
    trial = tried.results[0]
    changes = trial["changes"]
    units = _units(session, user, changes)
    sites = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
    postings = _postings(user, changes["postings"])
    return Preview(
        refused="",
        allowed=trial["allowed"],
        says=trial["says"],
        seen=trial["seen"],
        moves=tuple(_move(row, units, sites) for row in changes["moves"]),
        corrected=tuple(_corrected(row, user, sites) for row in changes["corrected"]),
        sums=tuple(_sum(row, user) for row in changes["corrected_sums"]),
        more=sum(row["entries"] for row in changes["corrected_sums"]) - len(changes["corrected"]),
        postings=postings,
        closed=_closed(session, changes["postings"], about),
        nothing=not (changes["moves"] or changes["corrected"] or changes["postings"]),
        result={name: value for name, value in trial.items() if name not in ("changes", "seen", "allowed", "says")},
    )


def _move(row: dict[str, Any], units: dict[str, str], sites: dict[str, str]) -> tuple[str, str, str]:
    quantity = Decimal(row["quantity"])
    places = [sites.get(row["site"], row["site"]), row["location"], f"lot {row['lot']}" if row["lot"] else ""]
    where = ", ".join(part for part in places if part)
    status = "" if row["status"] == "available" else f", {row['status'].replace('_', ' ')}"
    return (row["item"], f"{where}{status}", f"{_sign(quantity)}{wording.quantity(abs(quantity))} {units[row['item']]}")


def _corrected(row: dict[str, Any], user: User, sites: dict[str, str]) -> CorrectedRow:
    was, change = Decimal(row["was"]), Decimal(row["change"])
    happened = datetime.fromisoformat(row["happened_at"])
    return CorrectedRow(
        what=row["document"] if row["kind"] == row["document"] else f"{capital(row['kind'])} {row['document']}",
        where=f"{row['item']}, {sites.get(row['site'], row['site'])}",
        day=f"{happened.day} {happened:%b}",
        was=wording.plain_amount(abs(was), user.currency),
        now=wording.plain_amount(abs(was + change), user.currency),
        change=_money(-change if was < ZERO else change, user),
    )


def _sum(row: dict[str, Any], user: User) -> tuple[str, str, str]:
    change = Decimal(row["change"])
    what = GROUPS.get(row["kind"], capital(row["kind"]))
    return (
        what,
        wording.plural(row["entries"], "entry", "entries"),
        _money(-change if row["kind"] == "issue" else change, user),
    )


def _postings(user: User, rows: list[dict[str, Any]]) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """By day: account, debit, credit."""
    days: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        value = Decimal(row["amount"])
        words = wording.plain_amount(abs(value), user.currency)
        sides = (words, "") if value > ZERO else ("", words)
        days.setdefault(row["day"], []).append((f"{row['account']} {row['name']}", *sides))
    return tuple((wording.day(date.fromisoformat(day)), tuple(lines)) for day, lines in days.items())


def _closed(session: Session, postings: list[dict[str, Any]], about: date | None) -> str:
    """That something of a closed day is booked on an open one."""
    today = clock.now(session).date()
    if about is None or not postings or about.isoformat() in {row["day"] for row in postings}:
        return ""
    if {row["day"] for row in postings} != {today.isoformat()} or (about.year, about.month) == (
        today.year,
        today.month,
    ):
        return ""
    return f"{wording.day(about)} stays as it is; the correction is dated {wording.day(today)}."


def _units(session: Session, user: User, changes: dict[str, Any]) -> dict[str, str]:
    items = {row["item"] for row in changes["moves"]}
    return dict(
        session.execute(select(Item.sku, Item.unit).where(Item.entity == user.entity, Item.sku.in_(items))).all()
    )


def _money(value: Decimal, user: User) -> str:
    return f"{_sign(value)}{wording.plain_amount(abs(value), user.currency)}"


def _sign(value: Decimal) -> str:
    return "+" if value > ZERO else "−" if value < ZERO else ""
