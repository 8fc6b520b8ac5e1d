"""Late entries and corrections by hand: the form, every figure that would change, and then the booking of just that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.books.periods import PeriodLock
from core.canonical import digest
from core.command import Command, to_wire
from core.masterdata.tables import Item, Site
from core.refusals import Refused
from core.stock.commands import AdjustStock, IssueStock
from core.stock.cost_commands import AddLandedCost, CorrectCost, SplitBy
from core.stock.tables import CostEntry
from core.unbooked.keeping import ENTRIES
from desk.people_words import refusal_in_words
from desk.stock_hands import done, kept, may, tried
from desk.stock_preview import Preview, preview
from desk.stock_words import day_in, figure_in, moment_in, signed_in
from desk.web import CheckedForm, User, house_of, may_open, show, text_in

router = APIRouter()

RECEIPTS_MAX = 40
Values = Mapping[str, str]


class Missing(Exception):
    """Something in the form is missing or cannot be read; said in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of the form. `kind` is text, figure, day or choice."""

    name: str
    label: str
    kind: str = "text"
    says: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of entry: what it is called, its fields, and the command that they mean."""

    title: str
    button: str
    fields: tuple[Field, ...]
    command: Callable[[User, str, str, Values, datetime | None], Command]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """The page: the form with what was written, and what it would change."""

    do: str
    kind: Kind
    item: str
    name: str
    unit: str
    site: str
    site_name: str
    values: Values
    receipts: tuple[tuple[str, str], ...]
    closed: str
    today: str
    preview: Preview | None


def _issue(user: User, item: str, site: str, values: Values, at: datetime | None) -> Command:
    quantity, document = figure_in(values["quantity"]), values["document"]
    if quantity is None or not document:
        raise Missing("Say how many went, and on which document.")
    return IssueStock(
        entity=user.entity,
        item=item,
        site=site,
        quantity=quantity,
        document=document,
        lot=values["lot"],
        location=values["location"],
        happened_at=at,
    )


def _adjust(user: User, item: str, site: str, values: Values, at: datetime | None) -> Command:
    quantity = signed_in(values["quantity"])
    if quantity is None or not values["reason"]:
        raise Missing("Say how many more (+) or fewer (−) there are, and why.")
    return AdjustStock(
        entity=user.entity,
        item=item,
        site=site,
        quantity=quantity,
        reason=values["reason"],
        lot=values["lot"],
        location=values["location"],
        happened_at=at,
    )


def _correct(user: User, item: str, site: str, values: Values, at: datetime | None) -> Command:
    amount = signed_in(values["amount"])
    if amount is None or not values["receipt"] or not values["reason"]:
        raise Missing("Name the receipt, by how much it cost more (+) or less (−), and why.")
    return CorrectCost(entity=user.entity, receipt=values["receipt"], amount=amount, reason=values["reason"])


def _land(user: User, item: str, site: str, values: Values, at: datetime | None) -> Command:
    amount = figure_in(values["amount"])
    if amount is None or not values["receipt"]:
        raise Missing("Name the receipt and the amount.")
    split = values["split"] if values["split"] in set(SplitBy) else SplitBy.VALUE
    return AddLandedCost(entity=user.entity, receipts=(values["receipt"],), amount=amount, by=SplitBy(split))


WHERE = (Field(name="location", label="From the place"), Field(name="lot", label="Lot"))
WHEN = Field(
    name="day", label="Happened on", kind="day", says="Empty: now. An earlier day costs anew what came after it."
)
RECEIPT = Field(name="receipt", label="Receipt", kind="receipt")
KINDS: dict[str, Kind] = {
    "IssueStock": Kind(
        title="Issue",
        button="Issue it",
        fields=(
            Field(name="quantity", label="How many went", kind="figure"),
            Field(name="document", label="On which document", says="SO-7719"),
            WHEN,
            *WHERE,
        ),
        command=_issue,
    ),
    "AdjustStock": Kind(
        title="Adjust",
        button="Adjust it",
        fields=(
            Field(name="quantity", label="How many more (+) or fewer (−)", kind="figure"),
            Field(name="reason", label="Why"),
            WHEN,
            *WHERE,
        ),
        command=_adjust,
    ),
    "CorrectCost": Kind(
        title="Correct the cost of",
        button="Correct it",
        fields=(
            RECEIPT,
            Field(name="amount", label="It cost so much more (+) or less (−)", kind="figure"),
            Field(name="reason", label="Why"),
        ),
        command=_correct,
    ),
    "AddLandedCost": Kind(
        title="Add a landed cost to",
        button="Add it",
        fields=(
            RECEIPT,
            Field(name="amount", label="Amount", kind="figure"),
            Field(
                name="split",
                label="Split by",
                kind="choice",
                choices=(("value", "Value"), ("quantity", "Quantity"), ("weight", "Weight")),
            ),
        ),
        command=_land,
    ),
}
"""What may be entered by hand on an item's page."""


@router.get("/stock/entry", response_class=HTMLResponse)
def page(request: Request, do: str, item: str, site: str, user: User = may_open("Stock")) -> HTMLResponse:
    """The form; filled in, with every figure that would change."""
    kind = _kind(do)
    values = {field.name: request.query_params.get(field.name, "").replace("\x00", "").strip() for field in kind.fields}
    return _page(request, user, do, item, site, values)


@router.post("/stock/entry", response_class=HTMLResponse)
def book(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Book it, as it was shown."""
    do, item, site, seen = (text_in(form, name) for name in ("do", "item", "site", "seen"))
    kind = _kind(do)
    values = {field.name: text_in(form, field.name) for field in kind.fields}
    house = house_of(request)
    try:
        with house.unit() as session:
            command = _command(session, kind, user, item, site, values)
        key = f"entry:{text_in(form, 'key')}:{digest(to_wire(command))[:16]}"
        done(house, user, command, key=key, seen=seen)
    except (Refused, Missing) as no:
        return _page(request, user, do, item, site, values, note=_words(no))
    return RedirectResponse(f"/stock/items/{item}?site={site}&booked={do}", 303)


@router.post("/stock/entry/keep", response_class=HTMLResponse)
def keep(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Keep what the books refuse as a case. What named no day happened when it was asked, not when it will be booked."""
    do, item, site, asked = (text_in(form, name) for name in ("do", "item", "site", "asked"))
    kind, at = _kind(do), moment_in(asked)
    values = {field.name: text_in(form, field.name) for field in kind.fields}
    house = house_of(request)
    try:
        with house.unit() as session:
            command, now = _command(session, kind, user, item, site, values), clock.now(session)
        if isinstance(command, IssueStock | AdjustStock) and command.happened_at is None:
            command = replace(command, happened_at=min(at or now, now))
        case = kept(house, user, command, key=f"keep:{digest(to_wire(command))[:32]}:{asked}")
    except (Refused, Missing) as no:
        return _page(request, user, do, item, site, values, note=_words(no))
    return RedirectResponse(f"/cases/{case}", 303)


def _page(
    request: Request, user: User, do: str, sku: str, site: str, values: Values, *, note: str = ""
) -> HTMLResponse:
    kind, house, shown = _kind(do), house_of(request), None
    with house.unit() as session:
        item, place = session.get(Item, (user.entity, sku)), session.get(Site, (user.entity, site))
        if item is None or place is None:
            raise HTTPException(404, f"There is no item {sku[:40]} at {site[:20]} in {user.entity}.")
        lock, now = session.get(PeriodLock, user.entity), clock.now(session)
        if any(values.values()):
            try:
                command = _command(session, kind, user, sku, site, values)
                keeps = do in ENTRIES and may(house, session, user, do)[do]
                about = _about(session, user, values)
                shown = preview(session, user, tried(session, user, command), about=about, keeps=keeps)
            except Missing as missing:
                note = note or str(missing)
        entry = Entry(
            do=do,
            kind=kind,
            item=sku,
            name=item.name,
            unit=item.unit,
            site=site,
            site_name=place.name,
            values=values,
            receipts=_receipts(session, user, sku),
            closed=f"Closed through {lock.closed_through}." if lock else "",
            today=now.date().isoformat(),
            preview=shown,
        )
        key = now.isoformat()
    return show(request, "stock_entry.html", 409 if note else 200, entry=entry, note=note, key=key)


def _command(session: Session, kind: Kind, user: User, item: str, site: str, values: Values) -> Command:
    day = day_in(values.get("day", ""))
    at = None if day is None or day == clock.now(session).date() else datetime.combine(day, time(12), UTC)
    return kind.command(user, item, site, values, at)


def _about(session: Session, user: User, values: Values) -> date | None:
    """The day that the entry is about: its own, or that of the receipt it names."""
    if values.get("receipt"):
        happened = session.scalar(
            select(CostEntry.happened_at).where(
                CostEntry.entity == user.entity, CostEntry.document == values["receipt"]
            ).limit(1)
        )  # fmt: skip
        return happened.date() if happened else None
    return day_in(values.get("day", ""))


def _receipts(session: Session, user: User, item: str) -> tuple[tuple[str, str], ...]:
    """What brought pieces of the item, the newest first."""
    rows = session.execute(
        select(CostEntry.document, CostEntry.happened_at)
        .where(CostEntry.entity == user.entity, CostEntry.item == item, CostEntry.kind == "receipt")
        .order_by(CostEntry.happened_at.desc(), CostEntry.number.desc())
        .limit(RECEIPTS_MAX)
    )
    found = {document: f"{document}, {at.day} {at:%b %Y}" for document, at in rows}
    return tuple(found.items())


def _kind(do: str) -> Kind:
    if do not in KINDS:
        raise HTTPException(404, "There is no such entry.")
    return KINDS[do]


def _words(no: Refused | Missing) -> str:
    return refusal_in_words(no) if isinstance(no, Refused) else str(no)
