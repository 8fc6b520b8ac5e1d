"""The web desk: routes put together over an open house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from starlette.exceptions import HTTPException

from core.masterdata.tables import Entity
from desk import (
    api,
    audit_page,
    books,
    case,
    errors,
    inbox,
    intake_page,
    live,
    people,
    policies_page,
    search,
    sheets,
    stock_counts,
    stock_entry,
    stock_pages,
    stock_replenishment,
    stock_streams,
)
from desk.house import House, open_house
from desk.security import Guarded
from desk.settings import PROJECT
from desk.settings import from_environment as settings_from_environment
from desk.web import NotSignedIn, SignedIn

PAGES = (
    people,
    inbox,
    case,
    stock_counts,
    stock_entry,
    stock_replenishment,
    stock_streams,
    stock_pages,
    books,
    audit_page,
    policies_page,
    intake_page,
    sheets,
    search,
    live,
)
"""The rooms of the desk. A new page is a module with a `router`, and its name here."""


def create_app(house: House) -> FastAPI:
    """The app over an open house."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with live.listening(app, house):
            yield

    app = FastAPI(
        title="Exception Desk", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.house = house
    app.state.currency = cache(lambda: _currency(house))
    app.mount("/static", StaticFiles(directory=PROJECT / "desk" / "static"), name="static")
    for room in PAGES:
        app.include_router(room.router, include_in_schema=False)
    app.include_router(api.router)

    @app.get("/", include_in_schema=False)
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

    app.add_middleware(Guarded, failed=errors.failed)
    app.add_exception_handler(NotSignedIn, errors.not_signed_in)
    app.add_exception_handler(HTTPException, errors.refused)
    app.add_exception_handler(RequestValidationError, errors.malformed)
    return app


def from_environment() -> FastAPI:
    """The app as `desk web` starts it."""
    return create_app(open_house(settings_from_environment()))


def _currency(house: House) -> str:
    with house.unit() as session:
        entity = session.get(Entity, house.settings.entity)
        return entity.currency if entity else "USD"
