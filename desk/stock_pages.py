"""The pages on stock: every item by site, and one item with its places, promises, layers, moves and costs."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from core.availability.commands import ReleaseReservation
from core.refusals import Refused
from desk.people_words import refusal_in_words
from desk.stock_hands import done, may
from desk.stock_item import item_view
from desk.stock_overview import overview
from desk.stock_words import day_in, moment_in
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, show, text_in

router = APIRouter()

WORDS_MAX = 60
BY_HAND = ("IssueStock", "AdjustStock", "CorrectCost", "AddLandedCost", "ReleaseReservation", "SetOrderPoint")
"""What an item's page offers to whoever may."""


@router.get("/stock", response_class=HTMLResponse)
def page(
    request: Request, q: str = "", site: str = "", only: str = "", after: str = "", user: User = may_open("Stock")
) -> HTMLResponse:
    """Items by site, those in trouble first; htmx gets the list alone."""
    with house_of(request).unit() as session:
        stock = overview(session, user, q=q.strip()[:WORDS_MAX], site=site, only=only, after=after)
    return show(request, "_stock_list.html" if is_fragment(request) else "stock.html", stock=stock)


@router.get("/stock/items/{item:path}", response_class=HTMLResponse)
def item_page(
    request: Request,
    item: str,
    site: str = "",
    before: int = 0,
    day: str = "",
    known: str = "",
    booked: str = "",
    user: User = may_open("Stock"),
) -> HTMLResponse:
    """One item at a site; `day` and `known` ask how it was."""
    return _item(request, user, item, site, before=before, day=day, known=known, booked=booked in BY_HAND)


@router.post("/stock/release", response_class=HTMLResponse)
def release(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Let go of a reservation, with a reason."""
    item, site, reason = text_in(form, "item"), text_in(form, "site"), text_in(form, "reason")
    if not reason:
        return _item(request, user, item, site, note="A reason is needed: say why it is let go. Nothing was released.")
    command = ReleaseReservation(entity=user.entity, reservation=text_in(form, "reservation"), reason=reason)
    try:
        done(house_of(request), user, command, key=f"release:{text_in(form, 'key')}")
    except Refused as refusal:
        return _item(request, user, item, site, note=refusal_in_words(refusal))
    return RedirectResponse(f"/stock/items/{item}?site={site}", 303)


def _item(
    request: Request,
    user: User,
    item: str,
    site: str,
    *,
    before: int = 0,
    day: str = "",
    known: str = "",
    note: str = "",
    booked: bool = False,
) -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        view = item_view(
            session,
            user,
            item,
            site=site,
            before=before,
            day=day_in(day),
            known=moment_in(known),
            may=may(house, session, user, *BY_HAND),
        )
    if booked:
        return show(request, "stock_item.html", stock=view, note="Booked, as it was shown.", note_kind="go")
    return show(request, "stock_item.html", 409 if note else 200, stock=view, note=note, note_kind="ask")
