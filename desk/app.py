"""The web desk: routes put together, the house opened and let go, refusals and errors in sentences."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from starlette.exceptions import HTTPException as PlainHTTPException

from core.masterdata.tables import Entity
from desk import api, audit_page, books, case, inbox, intake_page, live, people, policies_page, search
from desk.house import House, open_house
from desk.settings import PROJECT
from desk.settings import from_environment as settings_from_environment
from desk.web import NotSignedIn, SignedIn, is_fragment, show

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ROUTERS = (people, inbox, case, books, audit_page, policies_page, intake_page, search, live, api)

ERRORS = {
    401: ("You are not signed in", "Nothing was done. Sign in, and you come back here."),
    403: ("This is not for you", ""),
    404: ("There is nothing here", "The address may be old, or the number mistyped. Nothing was lost."),
    405: ("That cannot be done here", ""),
    409: ("Somebody was faster", ""),
    422: ("Something in the form is missing", ""),
}


def create_app(house: House) -> FastAPI:
    """The app over an open house."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with live.listening(app, house):
            yield

    app = FastAPI(title="Exception Desk", docs_url="/api/docs", redoc_url=None, lifespan=lifespan)
    app.state.house = house
    app.state.currency = cache(lambda: _currency(house))
    app.mount("/static", StaticFiles(directory=PROJECT / "desk" / "static"), name="static")
    for room in ROUTERS:
        app.include_router(room.router)

    @app.get("/")
    def start(user: SignedIn) -> Response:
        return RedirectResponse(user.start, 303)

    @app.get("/healthz")
    def healthy() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        with house.unit() as session:
            session.execute(text("select 1"))
        return {"status": "ready"}

    @app.middleware("http")
    async def secured(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await call(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    app.add_exception_handler(NotSignedIn, _ask_to_sign_in)
    app.add_exception_handler(PlainHTTPException, _say)
    app.add_exception_handler(Exception, _failed)
    return app


def from_environment() -> FastAPI:
    """The app as `desk web` starts it."""
    return create_app(open_house(settings_from_environment()))


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": "not signed in"}, 401)
    if is_fragment(request):
        return show(request, "error.html", 401, code=401, title=ERRORS[401][0], says=ERRORS[401][1])
    return RedirectResponse("/signin", 303)


async def _say(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlainHTTPException), "registered for these alone"
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": error.detail}, error.status_code)
    title, says = ERRORS.get(error.status_code, ("That did not work", ""))
    detail = error.detail if isinstance(error, HTTPException) and isinstance(error.detail, str) else ""
    known = detail if error.status_code != 404 or "Not Found" not in detail else ""
    return show(request, "error.html", error.status_code, code=error.status_code, title=title, says=known or says)


async def _failed(request: Request, error: Exception) -> Response:
    """Ours, not the reader's. The server's log has the stack; the page says what was kept."""
    says = "What you did last was not kept unless the page said so. It was written down for us; please try again."
    return show(request, "error.html", 500, code=500, title="The desk failed, and nothing was booked", says=says)


def _currency(house: House) -> str:
    with house.unit() as session:
        entity = session.get(Entity, house.settings.entity)
        return entity.currency if entity else "USD"
