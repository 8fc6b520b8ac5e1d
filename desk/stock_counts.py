"""Counting: opening a count, the blind sheet on a phone, the result, a recount, a root cause, and the posting."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from starlette.datastructures import FormData

from core.command import Command
from core.counting.commands import Beside, CancelCount, ConfirmVariance, CountAgain, CountItem, OpenCount, PostCount
from core.counting.tables import CountLine, RootCause
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refused
from core.stock.tables import StockStatus
from core.wording import quantity
from desk.people_words import refusal_in_words
from desk.stock_count_result import CAUSES, result
from desk.stock_count_views import count_rows, line_found, sheet
from desk.stock_hands import done, may
from desk.stock_overview import tabs
from desk.stock_preview import preview
from desk.stock_words import figure_in
from desk.web import CheckedForm, User, house_of, is_fragment, may_open, show, text_in

router = APIRouter()

IN = "in:"
"""Before the unit, in the name of a field that asks how many of that unit there are."""

BY_HAND = ("OpenCount", "CountItem", "CountAgain", "ConfirmVariance", "PostCount", "CancelCount")


@router.get("/stock/counts", response_class=HTMLResponse)
def page(request: Request, user: User = may_open("Stock")) -> HTMLResponse:
    """The counts, and the form that opens one."""
    return _list(request, user)


@router.post("/stock/counts", response_class=HTMLResponse)
def open_count(request: Request, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Open a count of the named items, of one place, or of a whole site."""
    items = tuple(
        dict.fromkeys(part.strip() for part in text_in(form, "items").replace("\n", ",").split(",") if part.strip())
    )
    where = text_in(form, "location")
    command = OpenCount(entity=user.entity, site=text_in(form, "site"), items=items, location=where or None)
    try:
        made = done(house_of(request), user, command, key=f"open:{text_in(form, 'key')}")
    except Refused as refusal:
        return _list(request, user, note=refusal_in_words(refusal))
    return RedirectResponse(f"/stock/counts/{made['count']}", 303)


@router.get("/stock/counts/{number}", response_class=HTMLResponse)
def result_page(request: Request, number: str, user: User = may_open("Stock")) -> HTMLResponse:
    """What a count found."""
    return _result(request, user, number)


@router.get("/stock/counts/{number}/sheet", response_class=HTMLResponse)
def sheet_page(
    request: Request, number: str, line: int = 0, find: str = "", user: User = may_open("Stock")
) -> HTMLResponse:
    """The sheet to count by, one place at a time; `find` is what a scanner read."""
    note = ""
    if find:
        with house_of(request).unit() as session:
            line = line_found(session, user, number, find)
        note = "" if line else f"Nothing of “{find[:40]}” is on this count."
    return _sheet(request, user, number, line, note=note)


@router.post("/stock/counts/{number}/sheet", response_class=HTMLResponse)
def count_line(request: Request, number: str, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Note what was counted at one place, and give the next one."""
    line = text_in(form, "line")
    with house_of(request).unit() as session:
        row = session.get(CountLine, (user.entity, number, int(line))) if line.isdigit() else None
        if row is None:
            raise HTTPException(404, f"{number[:20]} has no line {line[:10]}.")
        item = session.get_one(Item, (user.entity, row.item))
        place = (row.item, row.location, row.lot, StockStatus(row.status), item.name, item.unit)
    parts, wrong = _parts(form, place[5])
    if wrong or not parts:
        says = f"“{wrong[:20]}” is no quantity. Nothing was noted; count {place[4]} again."
        return _sheet(request, user, number, int(line), note=says, status=422)
    command = CountItem(
        entity=user.entity,
        count=number,
        item=place[0],
        counted=parts[0].quantity,
        unit=parts[0].unit,
        beside=tuple(parts[1:]),
        location=place[1],
        lot=place[2],
        status=place[3],
    )
    try:
        done(house_of(request), user, command, key=f"count:{number}:{line}:{text_in(form, 'scan')}")
    except Refused as refusal:
        return _sheet(request, user, number, int(line), note=refusal_in_words(refusal), status=409)
    if not is_fragment(request):
        return RedirectResponse(f"/stock/counts/{number}/sheet", 303)
    noted = " + ".join(f"{quantity(part.quantity)} {part.unit or place[5]}" for part in parts)
    return _sheet(request, user, number, 0, noted=f"{noted} of {place[4]} noted.")


def _parts(form: FormData, base: str) -> tuple[list[Beside], str]:
    """What was counted, a part a unit, and what of it is no quantity; nothing where nothing was said. A field left empty
    beside a filled one is none of that unit."""
    if text_in(form, "none"):
        return [Beside(quantity=ZERO)], ""
    written = [(name[len(IN) :], text_in(form, name)) for name in form if name.startswith(IN)]
    said = [(unit, words) for unit, words in [*written, ("", text_in(form, "counted"))] if words]
    parts = []
    for unit, words in said:
        figure = figure_in(words)
        if figure is None:
            return [], words
        parts.append(Beside(quantity=figure, unit="" if unit == base else unit))
    return parts, ""


@router.post("/stock/counts/{number}/{verb}", response_class=HTMLResponse)
def act(request: Request, number: str, verb: str, form: CheckedForm, user: User = may_open("Stock")) -> Response:
    """Ask for another count of lines, confirm one with its root cause, post the count, or give it up."""
    command = _command(user, number, verb, form)
    if isinstance(command, str):
        return _result(request, user, number, note=command)
    key = f"{verb}:{number}:{text_in(form, 'key')}"
    try:
        done(house_of(request), user, command, key=key, seen=text_in(form, "seen"))
    except Refused as refusal:
        return _result(request, user, number, note=refusal_in_words(refusal))
    return RedirectResponse(f"/stock/counts/{number}", 303)


def _command(user: User, number: str, verb: str, form: FormData) -> Command | str:
    """The command that a form means, or in words what is missing of it."""
    if verb == "again":
        lines = tuple(int(str(line)) for line in form.getlist("line") if str(line).isdigit())
        if not lines:
            return "Tick the places that are to be counted again. Nothing was done."
        return CountAgain(entity=user.entity, count=number, lines=lines)
    if verb == "confirm":
        line, cause = text_in(form, "line"), text_in(form, "root_cause")
        if not line.isdigit() or cause not in set(RootCause):
            return "Choose why the count differs. Nothing was confirmed."
        return ConfirmVariance(
            entity=user.entity,
            count=number,
            line=int(line),
            root_cause=RootCause(cause),
            reason=text_in(form, "reason"),
        )
    if verb == "post":
        return PostCount(entity=user.entity, count=number)
    if verb == "cancel":
        return CancelCount(entity=user.entity, count=number, reason=text_in(form, "reason"))
    raise HTTPException(404, "There is nothing at this address.")


def _list(request: Request, user: User, *, note: str = "") -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        rows = count_rows(session, user)
        values = {
            "rows": rows,
            "open": sum(row.kind == "accent" for row in rows),
            "may": may(house, session, user, *BY_HAND),
            "tabs": tabs(session, user),
            "sites": session.execute(
                select(Site.code, Site.name).where(Site.entity == user.entity).order_by(Site.code)
            ).all(),
        }
    return show(request, "stock_counts.html", 409 if note else 200, note=note, **values)


def _result(request: Request, user: User, number: str, *, note: str = "") -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        view = result(session, user, number, may(house, session, user, *BY_HAND))
        shown = preview(session, user, view.posting) if view.posting else None
    return show(request, "stock_count.html", 409 if note else 200, count=view, preview=shown, note=note, causes=CAUSES)


def _sheet(
    request: Request, user: User, number: str, line: int, *, note: str = "", noted: str = "", status: int = 200
) -> HTMLResponse:
    house = house_of(request)
    with house.unit() as session:
        values = {"sheet": sheet(session, user, number, line), "may": may(house, session, user, "CountItem")}
    name = "_stock_sheet.html" if is_fragment(request) else "stock_sheet.html"
    return show(request, name, status, note=note, noted=noted, **values)
