"""The ledger page: do the books hold, what was posted and why, what every account stands at, what the stock is worth.

Posted entries are never edited. What a case posted is undone from the case; anything else a controller may reverse.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from core import clock, door, wording
from core.books.commands import ReverseEntry
from core.erp import Actor, Because
from core.masterdata.tables import Entity
from core.refusals import Refused
from desk.balance_views import COLUMNS, Equality, TrialBalance, equalities, trial_balance
from desk.journal_views import ENTRIES_MAX, EntryView, Journal, account_names, count_since, entry_view, journal
from desk.people_words import refusal_in_words
from desk.stock_views import StockView, stock_view
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, show, text_in

router = APIRouter()

SPANS = {"today": ("Today", 0), "week": ("Week", 6), "period": ("30 days", 30), "all": ("All", None)}
"""Names of the views, and how many days before today each begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The page."""

    says: str
    checked: str
    span: str
    account: str
    account_name: str
    counts: tuple[tuple[str, str, int], ...]
    equalities: tuple[Equality, ...]
    journal: Journal
    more: int
    entry: EntryView | None
    trial: TrialBalance
    columns: tuple[str, ...]
    stock: StockView | None
    company: str
    currency: str


@router.get("/ledger", response_class=HTMLResponse)
def page(
    request: Request,
    span: str = "today",
    entry: str = "",
    account: str = "",
    item: str = "",
    user: User = may_open("Ledger"),
) -> HTMLResponse:
    """The ledger; htmx gets one entry alone."""
    with house_of(request).unit() as session:
        if is_fragment(request) and entry:
            return show(request, "_entry.html", entry=entry_view(session, user, entry))
        ledger = _ledger(session, user, span, entry, account, item)
    return show(request, "ledger.html", ledger=ledger)


@router.post("/ledger/entries/{number}/reverse", response_class=HTMLResponse)
def reverse(request: Request, number: str, form: CheckedForm, user: User = may_open("Ledger")) -> Response:
    """Post the mirror of an entry. For a controller, with a reason; refused where there is a better way back."""
    if "controller" not in user.roles:
        raise HTTPException(403, "Only a controller reverses an entry. Nothing was posted.")
    house = house_of(request)
    with house.unit() as session:
        shown = entry_view(session, user, number)
        if shown.case:
            raise HTTPException(409, f"{number} was decided in {shown.case}, and is undone there. Nothing was posted.")
    command = ReverseEntry(entity=user.entity, entry=number, reason=text_in(form, "reason"))
    actor, why = Actor(kind="person", id=user.id), Because(says=f"reversal of {number}")
    try:
        with house.unit() as session:
            done = door.execute(session, command, actor=actor, key=f"reverse:{number}:{user.id}", because=why)
    except Refused as refusal:
        return _refused(request, user, number, refusal)
    return RedirectResponse(f"/ledger?entry={done.result['entry']}", 303)


def _refused(request: Request, user: User, number: str, refusal: Refused) -> Response:
    """409 with the entry as it is, and why it stays so."""
    with house_of(request).unit() as session:
        note = refusal_in_words(refusal)
        if is_fragment(request):
            return show(request, "_entry.html", 409, entry=entry_view(session, user, number, note=note))
        ledger = _ledger(session, user, "all", number, "", "", note=note)
    return show(request, "ledger.html", 409, ledger=ledger)


def _ledger(session: Session, user: User, span: str, entry: str, account: str, item: str, *, note: str = "") -> Ledger:
    now = clock.now(session)
    names = account_names(session, user)
    if account and account not in names:
        raise HTTPException(404, f"There is no account {account[:20]} in {user.entity}.")
    span = span if span in SPANS else "today"
    posted = journal(session, user, _start(span, now.date()), account)
    if span == "today" and not posted.count:
        span = "all"
        posted = journal(session, user, date.min, account)
    checks = equalities(session, user)
    shown = entry or (posted.rows[0].number if posted.rows else "")
    holds = all(one.holds for one in checks)
    company = session.get(Entity, user.entity)
    return Ledger(
        says="The books hold" if holds else "The books do not hold",
        checked=f"Every entry balances and every sub-ledger is beside its control account. Checked {wording.hour(now)}."
        if holds
        else "A sub-ledger differs from its control account. What differs is marked.",
        span=span,
        account=account,
        account_name=names.get(account, ""),
        counts=tuple(
            (key, name, count_since(session, user, _start(key, now.date()))) for key, (name, _) in SPANS.items()
        ),
        equalities=checks,
        journal=posted,
        more=max(0, posted.count - ENTRIES_MAX),
        entry=entry_view(session, user, shown, note=note) if shown else None,
        trial=trial_balance(session, user, _start(span, now.date())),
        columns=COLUMNS,
        stock=stock_view(session, user, item),
        company=company.name if company else user.entity,
        currency=user.currency,
    )


def _start(span: str, today: date) -> date:
    days = SPANS[span][1]
    return date.min if days is None else today - timedelta(days=days)
