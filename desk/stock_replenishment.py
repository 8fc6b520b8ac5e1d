"""Replenishment: what is suggested, taking it as an order or a transfer, leaving it, running again, and order points."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from core import clock, door
from core.canonical import digest
from core.command import to_wire
from core.deciding.by_hand import DoByHand
from core.erp import Actor
from core.refusals import Refused
from core.replenishment.commands import LeaveSuggestion, RunReplenishment, SetOrderPoint, TakeSuggestion
from desk.people_words import refusal_in_words
from desk.stock_hands import done, may, tried
from desk.stock_overview import tabs
from desk.stock_preview import Preview, preview
from desk.stock_replenishment_views import DAYS, FIELDS, FIGURES, point, suggested, suggestion
from desk.stock_words import figure_in
from desk.web import CheckedForm, User, house_of, may_open, show, text_in

router = APIRouter()

BY_HAND = ("RunReplenishment", "TakeSuggestion", "LeaveSuggestion", "SetOrderPoint")


@router.get("/stock/replenishment", response_class=HTMLResponse)
def page(request: Request, ran: str = "", user: User = may_open("Stock")) -> HTMLResponse:
    """What is suggested, the most urgent first."""
    return _page(request, user, ran=ran)


@router.post("/stock/replenishment/run", response_class=HTMLResponse)
def run(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Look again at everything."""
    house = house_of(request)
    with house.unit() as session:
        key = f"run:{clock.now(session).isoformat()}"
    try:
        found = done(house, user, RunReplenishment(entity=user.entity), key=key)
    except Refused as refusal:
        return _page(request, user, note=refusal_in_words(refusal))
    counts = "-".join(str(len(found[name])) for name in ("new", "changed", "withdrawn"))
    return RedirectResponse(f"/stock/replenishment?ran={counts}", 303)


@router.get("/stock/replenishment/{number}", response_class=HTMLResponse)
def take_page(request: Request, number: str, quantity: str = "", user: User = may_open("Stock")) -> HTMLResponse:
    """One suggestion with what taking it would do."""
    return _take(request, user, number, quantity)


@router.post("/stock/replenishment/{number}/take", response_class=HTMLResponse)
def take(request: Request, number: str, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Order or move what is suggested, as it was shown."""
    quantity = text_in(form, "quantity")
    figure = figure_in(quantity)
    if figure is None:
        return _take(request, user, number, "", note=f"“{quantity[:20]}” is no quantity. Nothing was done.")
    command = TakeSuggestion(entity=user.entity, suggestion=number, by=user.id, quantity=figure)
    try:
        done(house_of(request), user, command, key=f"take:{number}:{figure}", seen=text_in(form, "seen"))
    except Refused as refusal:
        return _take(request, user, number, quantity, note=refusal_in_words(refusal))
    return RedirectResponse("/stock/replenishment", 303)


@router.post("/stock/replenishment/{number}/leave", response_class=HTMLResponse)
def leave(request: Request, number: str, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Leave what is suggested, with a reason."""
    command = LeaveSuggestion(entity=user.entity, suggestion=number, by=user.id, reason=text_in(form, "reason"))
    try:
        done(house_of(request), user, command, key=f"leave:{number}:{text_in(form, 'key')}")
    except Refused as refusal:
        return _take(request, user, number, "", note=refusal_in_words(refusal))
    return RedirectResponse("/stock/replenishment", 303)


@router.get("/stock/point", response_class=HTMLResponse)
def point_page(request: Request, item: str, site: str, user: User = may_open("Stock")) -> HTMLResponse:
    """An order point; with other figures in the address, what a run would suggest by them."""
    asked = {name: request.query_params[name].strip() for name in FIELDS if name in request.query_params}
    return _point(request, user, item, site, asked)


@router.post("/stock/point", response_class=HTMLResponse)
def set_point(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Keep an order point."""
    item, site = text_in(form, "item"), text_in(form, "site")
    asked = {name: text_in(form, name) for name in FIELDS}
    try:
        command = _point_command(user, item, site, asked)
        key = f"point:{item}:{site}:{text_in(form, 'key')}:{digest(asked)[:12]}"
        done(house_of(request), user, command, key=key)
    except Refused as refusal:
        return _point(request, user, item, site, asked, note=refusal_in_words(refusal))
    return RedirectResponse(f"/stock/items/{item}?site={site}", 303)


def _page(request: Request, user: User, *, ran: str = "", note: str = "") -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        values = {
            "page": suggested(session, user),
            "may": may(house, session, user, *BY_HAND),
            "tabs": tabs(session, user),
        }
    return show(request, "stock_replenishment.html", 409 if note else 200, note=note, ran=_ran(ran), **values)


def _ran(counts: str) -> str:
    """What the last run of this person came to, from the address."""
    parts = counts.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return ""
    if counts == "0-0-0":
        return "Looked at everything again: nothing new, nothing changed."
    return f"Looked at everything again: {parts[0]} new, {parts[1]} changed, {parts[2]} no longer so."


def _take(request: Request, user: User, number: str, quantity: str, *, note: str = "") -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        view = suggestion(session, user, number)
        figure = figure_in(quantity or view.quantity)
        if figure is None:
            note, figure = note or f"“{quantity[:20]}” is no quantity.", Decimal(view.quantity)
        command = TakeSuggestion(entity=user.entity, suggestion=number, by=user.id, quantity=figure)
        simulated = tried(session, user, command)
        values = {
            "one": view,
            "quantity": quantity or view.quantity,
            "preview": preview(session, user, simulated),
            "orders": [effect for effect in simulated.effects if effect.kind == "order"],
            "may": may(house, session, user, *BY_HAND),
        }
    return show(request, "stock_take.html", 409 if note else 200, note=note, **values)


def _point(
    request: Request, user: User, item: str, site: str, asked: dict[str, str], *, note: str = ""
) -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        form = point(session, user, item, site, asked)
        values: dict[str, Any] = {"point": form, "may": may(house, session, user, *BY_HAND)}
        values["would"], values["preview"] = None, None
        if asked and not note:
            try:
                would, shown = _would(session, user, _point_command(user, item, site, asked))
            except Refused as refusal:
                note = refusal_in_words(refusal)
            else:
                note = shown.refused
                values["would"], values["preview"] = (None, None) if note else (would, shown)
    return show(request, "stock_point.html", 409 if note else 200, note=note, **values)


def _would(session: Session, user: User, command: SetOrderPoint) -> tuple[list[tuple[str, str]], Preview]:
    """What a run would suggest by other figures, and whether this person may set them."""
    shown = preview(session, user, tried(session, user, command))
    commands = (
        DoByHand(entity=user.entity, entry=to_wire(command)),
        RunReplenishment(entity=user.entity, items=(command.item,)),
    )
    simulated = door.simulate(session, commands, actor=Actor(kind="person", id=user.id))
    if simulated.refusal is not None:
        return [], shown
    found = simulated.results[1]
    rows = [
        (effect.what, effect.now) for effect in simulated.effects if effect.kind == "record" and ": " in effect.what
    ]
    return [*rows, *((number, "no longer suggested") for number in found["withdrawn"])], shown


def _point_command(user: User, item: str, site: str, asked: dict[str, str]) -> SetOrderPoint:
    """The command that the form means. 422 for a figure that is none."""
    figures = {name: figure_in(asked[name]) if asked.get(name) else None for name in FIGURES}
    wrong = [asked[name] for name in FIGURES if asked.get(name) and figures[name] is None]
    wrong += [asked[name] for name in DAYS if asked.get(name) and not asked[name].isdigit()]
    if wrong:
        raise HTTPException(422, f"“{wrong[0][:20]}” is no figure. Nothing was changed.")
    return SetOrderPoint(
        entity=user.entity,
        item=item,
        site=site,
        **figures,
        lead_days=int(asked.get("lead_days") or 0),
        period_days=int(asked.get("period_days") or 0),
        source=asked.get("source", ""),
        overflow_to=asked.get("overflow_to", ""),
        supplier=asked.get("supplier", ""),
        calendar=asked.get("calendar", ""),
    )
